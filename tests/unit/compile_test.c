/* SPDX-License-Identifier: BSD-2-Clause */
/* The image that comes out: reproducible, small, with the reasons in it, within its limits. */
#include "policy_text.h"

#include "common/user/cells.h"

#include <jansson.h>

static const char policy_yaml[] =
    "version: 1\n"
    "defaults: { profile: enterprise-baseline, mode: enforce, on_error: closed }\n"
    "groups:\n"
    "  - { name: office, clients: [192.0.2.0/24] }\n"
    "  - { name: lab, clients: [198.51.100.0/24], on_error: open }\n"
    "classes:\n"
    "  - { name: a, names: [a.example] }\n"
    "  - { name: b, names: [b.example] }\n"
    "rules:\n"
    "  - { classes: [a], action: block, reason: \"listed, \\\"as such\\\"\" }\n"
    "  - { groups: [lab], checks: [hsts-missing], action: allow, from: 2026-01-01 }\n"
    "exemptions:\n"
    "  - { id: EX-1, groups: [office], classes: [b], checks: [tls-cipher-rc4], owner: ops,\n"
    "      reason: old, until: 2026-12-31 }\n";

/* Origins are numbered: the profiles, two rules, then the exemptions. */
enum { FIRST_EXEMPTION = PL_PROFILE_COUNT + 2 + 1 };

static json_t *text_of(const struct pl_image *image)
{
    struct pl_lines lines = lines_of(image);
    struct pl_image_head head;
    json_t *text;

    assert_true(pl_image_head(&lines, &head));
    text = json_loadb((const char *)&image->line[head.section[PL_SECTION_TEXT].first],
                      head.text_bytes, 0, NULL);
    assert_non_null(text);
    return text;
}

static void each_image_has_a_key_of_its_own(void **state)
{
    struct pl_compile_options options = {.serial = 1};
    struct pl_image_head head[2];
    struct pl_image image;
    struct pl_policy p;

    (void)state;
    assert_true(policy_from(&p, policy_yaml, NULL));
    for (int i = 0; i < 2; i++) {
        assert_true(pl_policy_compile(&p, &options, &image, NULL));
        memcpy(&head[i], image.line, sizeof(head[i]));
        free(image.line);
    }
    pl_policy_free(&p);
    assert_memory_not_equal(head[0].key, head[1].key, sizeof(head[0].key));
    assert_true(head[0].created_s > 1700000000);
}

/* With the same key, time and serial, byte for byte. */
static void compiling_twice_gives_the_same_file(void **state)
{
    struct pl_image image[2];
    struct pl_policy p;
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    folder_write(&f, "policy.yaml", policy_yaml);
    for (int i = 0; i < 2; i++) {
        assert_true(pl_policy_load(&p, folder_file(&f, "policy.yaml", path), NULL));
        assert_true(pl_policy_compile(&p, &fixed_options, &image[i], NULL));
        pl_policy_free(&p);
    }
    assert_int_equal(image[0].size, image[1].size);
    assert_memory_equal(image[0].line, image[1].line, image[0].size);
    free(image[0].line);
    free(image[1].line);
    folder_remove(&f);
}

static void the_text_names_groups_classes_and_origins(void **state)
{
    struct pl_image image;
    const json_t *origin;
    json_t *text;

    (void)state;
    image_from(&image, policy_yaml);
    text = text_of(&image);
    assert_string_equal(json_string_value(json_array_get(json_object_get(text, "groups"), 2)),
                        "lab");
    assert_string_equal(json_string_value(json_array_get(json_object_get(text, "classes"), 0)),
                        "everything else");
    origin = json_array_get(json_object_get(text, "origins"), (size_t)pl_origin_rule(0) - 1);
    assert_string_equal(json_string_value(json_object_get(origin, "kind")), "rule");
    assert_int_equal(json_integer_value(json_object_get(origin, "line")), 10);
    assert_string_equal(json_string_value(json_object_get(origin, "reason")),
                        "listed, \"as such\"");
    origin = json_array_get(json_object_get(text, "origins"), FIRST_EXEMPTION - 1);
    assert_string_equal(json_string_value(json_object_get(origin, "id")), "EX-1");
    assert_string_equal(json_string_value(json_object_get(origin, "owner")), "ops");
    json_decref(text);
    free(image.line);
}

/* The origin number of a check in the cell of a group and class, in 2026. */
static uint16_t origin_of(const struct pl_image *image, uint16_t group, uint16_t class, uint16_t id)
{
    struct pl_lines lines = lines_of(image);
    struct pl_image_head head;
    uint32_t cell;

    assert_true(pl_image_head(&lines, &head));
    cell = pl_cell_find(&lines, &head, pl_slice_find(&lines, &head, 1780000000), group, class);
    return pl_section_u16(&lines, head.section[PL_SECTION_ORIGINS], cell * PL_CHECK_SLOTS + id);
}

static void each_check_knows_what_decided_it(void **state)
{
    struct pl_image image;
    uint16_t profile = pl_origin_profile(PL_PROFILE_ENTERPRISE_BASELINE);

    (void)state;
    image_from(&image, policy_yaml);
    assert_int_equal(origin_of(&image, 0, 0, PL_ID_destination_listed), 0);
    assert_int_equal(origin_of(&image, 0, 1, PL_ID_destination_listed), pl_origin_rule(0));
    assert_int_equal(origin_of(&image, 0, 0, PL_ID_hsts_missing), profile);
    assert_int_equal(origin_of(&image, 2, 0, PL_ID_hsts_missing), pl_origin_rule(1));
    assert_int_equal(origin_of(&image, 1, 1, PL_ID_tls_cipher_rc4), profile);
    assert_int_equal(origin_of(&image, 1, 2, PL_ID_tls_cipher_rc4), FIRST_EXEMPTION);
    free(image.line);
}

static void on_error_stands_in_the_cells(void **state)
{
    struct pl_image image;
    struct pl_lines lines;
    struct pl_image_head head;
    struct pl_cell cell;

    (void)state;
    image_from(&image, policy_yaml);
    lines = lines_of(&image);
    assert_true(pl_image_head(&lines, &head));
    assert_true(pl_cell_read(&lines, &head, pl_cell_find(&lines, &head, 0, 1, 0), &cell));
    assert_true(cell.attr & PL_ATTR_FAIL_CLOSED);
    assert_true(pl_cell_read(&lines, &head, pl_cell_find(&lines, &head, 0, 2, 0), &cell));
    assert_false(cell.attr & PL_ATTR_FAIL_CLOSED);
    free(image.line);
}

static void equal_cells_are_stored_once(void **state)
{
    char yaml[16384] = "version: 1\ngroups:\n";
    struct pl_image image;
    struct pl_lines lines;
    struct pl_image_head head;

    (void)state;
    for (int i = 0; i < 100; i++) {
        char line[64];
        snprintf(line, sizeof(line), "  - { name: g%d, clients: [10.%d.0.0/16] }\n", i, i);
        strcat(yaml, line);
    }
    strcat(yaml, "rules: [{ groups: [g7], checks: [hsts-missing], action: allow }]\n");
    image_from(&image, yaml);
    lines = lines_of(&image);
    assert_true(pl_image_head(&lines, &head));
    assert_int_equal(head.groups, 101);
    assert_int_equal(head.cells, 2);
    free(image.line);
}

static void too_many_dates_are_refused(void **state)
{
    static char yaml[256 * 1024] = "version: 1\nrules:\n";
    struct pl_error error = {0};
    struct pl_image image;
    struct pl_policy p;
    size_t used = strlen(yaml);

    (void)state;
    for (int i = 0; i < PL_SLICES_MAX; i++)
        used += (size_t)snprintf(yaml + used, sizeof(yaml) - used,
                                 "  - { checks: [hsts-missing], action: flag, "
                                 "from: \"2026-01-01T%02d:%02d:%02dZ\" }\n",
                                 i / 3600, i / 60 % 60, i % 60);
    assert_true(policy_from(&p, yaml, &error));
    assert_false(pl_policy_compile(&p, &fixed_options, &image, &error));
    assert_non_null(strstr(error.text, "different times"));
    pl_policy_free(&p);
}

static void a_failed_publication_leaves_the_old_image(void **state)
{
    struct pl_compile_options options = {0};
    struct pl_error error = {0};
    struct pl_image_head head = {0};
    struct folder f;
    char policy[256], image[256];

    (void)state;
    folder_make(&f);
    folder_file(&f, "policy.yaml", policy);
    folder_file(&f, "policy.img", image);
    folder_write(&f, "policy.yaml", policy_yaml);
    assert_true(pl_policy_publish(policy, image, NULL, &options, &head, &error));
    assert_int_equal(head.serial, 1);
    assert_int_equal(head.names, 2);
    folder_write(&f, "policy.yaml", "version: 1\nbroken: true\n");
    assert_false(pl_policy_publish(policy, image, NULL, &options, &head, &error));
    assert_int_equal(pl_image_next_serial(image), 2);
    folder_write(&f, "policy.yaml", policy_yaml);
    assert_true(pl_policy_publish(policy, image, NULL, &options, &head, &error));
    assert_int_equal(head.serial, 2);
    assert_false(pl_policy_publish(policy, "/nowhere/policy.img", NULL, &options, &head, &error));
    folder_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_image_has_a_key_of_its_own),
        cmocka_unit_test(compiling_twice_gives_the_same_file),
        cmocka_unit_test(the_text_names_groups_classes_and_origins),
        cmocka_unit_test(each_check_knows_what_decided_it),
        cmocka_unit_test(on_error_stands_in_the_cells),
        cmocka_unit_test(equal_cells_are_stored_once),
        cmocka_unit_test(too_many_dates_are_refused),
        cmocka_unit_test(a_failed_publication_leaves_the_old_image),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
