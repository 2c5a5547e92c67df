/* SPDX-License-Identifier: BSD-2-Clause */
/* The image file: what is refused, and that look-ups stay inside whatever the bytes say. */
#include "policy_text.h"

#include "common/user/image_digest.h"

static const char policy_yaml[] =
    "version: 1\n"
    "groups:\n"
    "  - { name: a, clients: [192.0.2.0/24, 10.0.0.0/8, 10.1.0.0/16, \"2001:db8::/32\"] }\n"
    "classes:\n"
    "  - { name: c, names: [a.example, b.example, c.d.example], networks: [203.0.113.0/24] }\n"
    "rules:\n"
    "  - { classes: [c], action: block, until: 2026-12-31 }\n"
    "exemptions:\n"
    "  - { id: E, checks: [\"tls-*\"], owner: o, reason: r, until: 2027-12-31 }\n"
    "gateway: { networks: [192.0.2.0/24] }\n"
    "portal: { url: \"https://why.example\", contact: \"mailto:noc@example.net\" }\n";

static struct pl_image_head *head_of(const struct pl_image *image)
{
    return (struct pl_image_head *)image->line;
}

static void sign(const struct pl_image *image)
{
    struct pl_image_head *head = head_of(image);

    assert_true(pl_image_digest(image->line, image->size, head->sha256));
}

static bool check(const struct pl_image *image)
{
    struct pl_error error = {0};
    bool ok = pl_image_check(image->line, image->size, "test", &error);

    assert_true(ok == (error.text[0] == 0));
    return ok;
}

static void a_compiled_image_is_good(void **state)
{
    struct pl_image image;

    (void)state;
    image_from(&image, policy_yaml);
    assert_true(check(&image));
    assert_true(pl_image_verify(image.line, image.size, "test", NULL));
    assert_int_equal(head_of(&image)->serial, 7);
    assert_int_equal(head_of(&image)->names, 3);
    assert_int_equal(head_of(&image)->slices, 3);
    free(image.line);
}

static void every_shorter_file_is_refused(void **state)
{
    struct pl_image image;

    (void)state;
    image_from(&image, policy_yaml);
    for (size_t size = 0; size < image.size; size += size < 512 ? 1 : 64) {
        void *part = malloc(size ? size : 1);
        struct pl_error error = {0};
        memcpy(part, image.line, size);
        assert_false(pl_image_check(part, size, "test", &error));
        assert_true(error.text[0] != 0);
        free(part);
    }
    free(image.line);
}

/* Change one field of the head, and the image must not be used. */
#define REFUSED(field, wrong)                                                                      \
    do {                                                                                           \
        struct pl_image_head kept = *head_of(&image);                                              \
        head_of(&image)->field = (wrong);                                                          \
        assert_false(check(&image));                                                               \
        *head_of(&image) = kept;                                                                   \
    } while (0)

static void a_wrong_head_is_refused(void **state)
{
    struct pl_image image;

    (void)state;
    image_from(&image, policy_yaml);
    REFUSED(magic[0], 'X');
    REFUSED(format, 2);
    REFUSED(lines, 5);
    REFUSED(lines, UINT32_MAX);
    REFUSED(groups, 0);
    REFUSED(groups, 40);
    REFUSED(groups, 70000);
    REFUSED(groups, UINT32_MAX);
    REFUSED(classes, 0);
    REFUSED(classes, 50);
    REFUSED(cells, 0);
    REFUSED(cells, 60000);
    REFUSED(slices, 0);
    REFUSED(slices, 1000);
    REFUSED(slices, UINT32_MAX);
    REFUSED(group_nodes, 1000);
    REFUSED(class_nodes, UINT32_MAX);
    REFUSED(own_nodes, 7);
    REFUSED(text_bytes, 1 << 20);
    REFUSED(name_labels, 1000);
    for (int i = 0; i < PL_SECTION_COUNT; i++) {
        if (!head_of(&image)->section[i].lines)
            continue;
        REFUSED(section[i].first, 3);
        REFUSED(section[i].first, head_of(&image)->lines);
        REFUSED(section[i].first, UINT32_MAX);
        REFUSED(section[i].lines, UINT32_MAX);
        REFUSED(section[i].lines, head_of(&image)->lines);
    }
    assert_true(check(&image));
    free(image.line);
}

static struct pl_line *section(const struct pl_image *image, enum pl_section_id id)
{
    return image->line + head_of(image)->section[id].first;
}

static void wrong_numbers_in_sections_are_refused(void **state)
{
    struct pl_image image;
    struct pl_portal *portal;

    (void)state;
    image_from(&image, policy_yaml);
    section(&image, PL_SECTION_MATRIX)->u16[1] = 999;
    assert_false(check(&image));
    section(&image, PL_SECTION_MATRIX)->u16[1] = 0;
    assert_true(check(&image));
    section(&image, PL_SECTION_GROUP_VALUES)->u16[0] = 2;
    assert_false(check(&image));
    section(&image, PL_SECTION_GROUP_VALUES)->u16[0] = 1;
    section(&image, PL_SECTION_SLICES)->u64[0] = section(&image, PL_SECTION_SLICES)->u64[1];
    assert_false(check(&image));
    section(&image, PL_SECTION_SLICES)->u64[0] = 5;
    assert_true(check(&image));
    portal = (struct pl_portal *)section(&image, PL_SECTION_PORTAL);
    memset(portal->url, 'x', sizeof(portal->url));
    assert_false(check(&image));
    free(image.line);
}

static void a_changed_byte_fails_the_checksum(void **state)
{
    struct pl_image image;
    struct pl_error error = {0};

    (void)state;
    image_from(&image, policy_yaml);
    section(&image, PL_SECTION_CELLS)->u8[3] ^= 1;
    assert_true(check(&image)); /* any cell is a possible cell */
    assert_false(pl_image_verify(image.line, image.size, "test", &error));
    assert_non_null(strstr(error.text, "checksum"));
    free(image.line);
}

static void a_name_of_no_class_fails_the_publisher(void **state)
{
    struct pl_image image;

    (void)state;
    image_from(&image, policy_yaml);
    section(&image, PL_SECTION_NAMES)->u64[7] = (uint64_t)9 << 48;
    sign(&image);
    assert_false(pl_image_verify(image.line, image.size, "test", NULL));
    free(image.line);
}

/* Ask everything of an image whose bytes may be anything; ASan watches. */
static uint64_t ask_all(const struct pl_image *image)
{
    struct pl_lines lines = lines_of(image);
    struct pl_addr addr[] = {
        {0, 0}, pl_addr_v4(0xc0000201), {~0ull, ~0ull}, pl_addr_v4(0x0a010101)};
    struct pl_image_head head;
    struct pl_findings f = {0};
    struct pl_verdict v = {0};
    struct pl_cell cell;
    uint64_t sum = 0;

    assert_true(pl_image_head(&lines, &head));
    for (size_t i = 0; i < PL_COUNT(addr); i++) {
        uint16_t group = pl_group_find(&lines, &head, addr[i]);
        uint16_t class = pl_class_find(&lines, &head, addr[i]);
        uint32_t slice = pl_slice_find(&lines, &head, 1800000000 * i);
        sum += pl_source_find(&lines, &head, addr[i]);
        sum += pl_name_find(&lines, &head, (const uint8_t *)"x.a.example", 11);
        if (pl_cell_read(&lines, &head, pl_cell_find(&lines, &head, slice, group, class), &cell)) {
            memset(f.failed, 0xff, sizeof(f.failed));
            pl_decide(&cell, &f, &v);
            sum += v.action;
        }
    }
    return sum;
}

static uint32_t next_random(uint32_t *r)
{
    *r = *r * 1664525 + 1013904223;
    return *r >> 8;
}

/* Also without the check: a point must not fault even when the bytes change under it. */
static void lookups_stay_inside_whatever_the_bytes(void **state)
{
    uint32_t r = 42;
    uint64_t sum = 0;
    struct pl_image good, bad;

    (void)state;
    image_from(&good, policy_yaml);
    bad = good;
    bad.line = aligned_alloc(PL_LINE_BYTES, good.size);
    for (int round = 0; round < 4000; round++) {
        unsigned changes = 1 + next_random(&r) % 40;
        memcpy(bad.line, good.line, good.size);
        while (changes--) {
            size_t where = next_random(&r) % (next_random(&r) % 2 ? good.size : 256);
            ((uint8_t *)bad.line)[where] = (uint8_t)next_random(&r);
        }
        sum += ask_all(&bad);
    }
    assert_true(sum > 0);
    free(bad.line);
    free(good.line);
}

static void writing_replaces_the_file_whole(void **state)
{
    struct pl_image image;
    struct pl_lines old = {0}, new = {0};
    struct pl_error error = {0};
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    folder_file(&f, "policy.img", path);
    image_from(&image, policy_yaml);
    assert_true(pl_image_write(path, image.line, image.size, &error));
    assert_true(pl_image_map(path, &old, &error));
    head_of(&image)->serial = 8;
    assert_false(pl_image_write(path, image.line, image.size, &error)); /* not signed anew */
    sign(&image);
    assert_true(pl_image_write(path, image.line, image.size, &error));
    assert_true(pl_image_map(path, &new, &error));
    assert_int_equal(old.line->u64[2], 7); /* who had the old one still has it */
    assert_int_equal(new.line->u64[2], 8);
    assert_int_equal(pl_image_next_serial(path), 9);
    pl_image_unmap(&old);
    pl_image_unmap(&new);
    free(image.line);
    folder_remove(&f);
}

static void what_is_no_image_is_not_mapped(void **state)
{
    struct pl_lines lines = {0};
    struct pl_error error = {0};
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    assert_false(pl_image_map(folder_file(&f, "none", path), &lines, &error));
    assert_non_null(strstr(error.text, "No such file"));
    assert_false(pl_image_map(f.path, &lines, &error));
    folder_write(&f, "text", "not an image\n");
    assert_false(pl_image_map(folder_file(&f, "text", path), &lines, &error));
    assert_int_equal(pl_image_next_serial(path), 1);
    folder_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_compiled_image_is_good),
        cmocka_unit_test(every_shorter_file_is_refused),
        cmocka_unit_test(a_wrong_head_is_refused),
        cmocka_unit_test(wrong_numbers_in_sections_are_refused),
        cmocka_unit_test(a_changed_byte_fails_the_checksum),
        cmocka_unit_test(a_name_of_no_class_fails_the_publisher),
        cmocka_unit_test(lookups_stay_inside_whatever_the_bytes),
        cmocka_unit_test(writing_replaces_the_file_whole),
        cmocka_unit_test(what_is_no_image_is_not_mapped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
