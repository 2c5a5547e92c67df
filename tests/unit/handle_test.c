/* SPDX-License-Identifier: BSD-2-Clause */
/* A point's view of the policy: new images are taken up, bad ones refused, the old one stays. */
#include "policy_text.h"

#include "common/user/handle.h"

struct fixture {
    struct folder folder;
    char image[256], control[256], policy[256];
    struct pl_handle h;
};

static const char blocks[] = "version: 1\n"
                             "defaults: { mode: enforce }\n"
                             "classes: [{ name: c, names: [bad.example] }]\n"
                             "rules: [{ classes: [c], action: block }]\n";
static const char flags[] = "version: 1\n"
                            "classes: [{ name: c, names: [bad.example] }]\n"
                            "rules: [{ classes: [c], action: flag }]\n";

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    folder_make(&f->folder);
    folder_file(&f->folder, "policy.img", f->image);
    folder_file(&f->folder, "control", f->control);
    folder_file(&f->folder, "policy.yaml", f->policy);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    pl_handle_close(&f->h);
    folder_remove(&f->folder);
    free(f);
    return 0;
}

static void publish(struct fixture *f, const char *yaml, bool announce)
{
    struct pl_compile_options options = {0};
    struct pl_error error = {0};

    folder_write(&f->folder, "policy.yaml", yaml);
    if (!pl_policy_publish(f->policy, f->image, announce ? f->control : NULL, &options, NULL,
                           &error))
        fail_msg("%s", error.text);
}

/* Put bytes in the image's place as only a broken tool would, and announce them. */
static void publish_bytes(struct fixture *f, const void *bytes, size_t size)
{
    struct pl_control *control = pl_control_map(f->control, true, NULL);
    char path[256];
    FILE *file = fopen(folder_file(&f->folder, "new", path), "w");

    assert_non_null(control);
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    assert_int_equal(rename(path, f->image), 0);
    pl_control_bump(control);
    pl_control_unmap(control);
}

static void open_handle(struct fixture *f, bool with_control)
{
    struct pl_error error = {0};

    assert_true(pl_handle_open(&f->h, f->image, with_control ? f->control : "", &error));
}

static enum pl_action judge_bad_name(struct fixture *f)
{
    struct pl_judgement j;
    struct pl_findings findings = {0};
    uint16_t class = pl_name_find(&f->h.lines, &f->h.head, (const uint8_t *)"bad.example", 11);

    pl_judge(&f->h, 1000, 0, class, &findings, &j);
    return j.verdict.action;
}

static void a_new_image_decides_from_now_on(void **state)
{
    struct fixture *f = *state;

    publish(f, blocks, true);
    open_handle(f, true);
    assert_true(f->h.ready);
    assert_int_equal(judge_bad_name(f), PL_BLOCK);
    assert_false(pl_handle_refresh(&f->h, 1));
    publish(f, flags, true);
    assert_int_equal(judge_bad_name(f), PL_BLOCK); /* until it looks */
    assert_true(pl_handle_refresh(&f->h, 1));
    assert_int_equal(judge_bad_name(f), PL_FLAG);
    assert_false(pl_handle_refresh(&f->h, 2));
    assert_int_equal(f->h.swaps, 2);
    assert_int_equal(f->h.head.serial, 2);
}

static void a_bad_image_is_refused_and_the_old_one_stays(void **state)
{
    struct fixture *f = *state;
    char bytes[512];

    publish(f, blocks, true);
    open_handle(f, true);
    memset(bytes, 'x', sizeof(bytes));
    publish_bytes(f, bytes, sizeof(bytes));
    assert_false(pl_handle_refresh(&f->h, 1));
    assert_int_equal(judge_bad_name(f), PL_BLOCK);
    assert_int_equal(f->h.refused, 1);
    assert_non_null(strstr(f->h.error.text, "not a policy image"));
    assert_false(pl_handle_refresh(&f->h, 2)); /* refused once, not again and again */
    assert_int_equal(f->h.refused, 1);
    publish(f, flags, true);
    assert_true(pl_handle_refresh(&f->h, 3));
    assert_int_equal(judge_bad_name(f), PL_FLAG);
}

static void a_truncated_image_is_refused(void **state)
{
    struct fixture *f = *state;
    char bytes[320];
    FILE *file;

    publish(f, blocks, true);
    open_handle(f, true);
    file = fopen(f->image, "r");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, sizeof(bytes), file), sizeof(bytes));
    fclose(file);
    publish_bytes(f, bytes, sizeof(bytes));
    assert_false(pl_handle_refresh(&f->h, 1));
    assert_non_null(strstr(f->h.error.text, "cut short"));
    publish_bytes(f, bytes, 0);
    assert_false(pl_handle_refresh(&f->h, 2));
    assert_int_equal(f->h.refused, 2);
    assert_int_equal(judge_bad_name(f), PL_BLOCK);
}

static void what_was_missing_is_found_when_it_comes(void **state)
{
    struct fixture *f = *state;

    open_handle(f, true);
    assert_false(f->h.ready);
    assert_int_equal(judge_bad_name(f), PL_ALLOW);
    assert_false(pl_handle_refresh(&f->h, 10));
    publish(f, blocks, true);
    assert_false(pl_handle_refresh(&f->h, 10)); /* looks once a second */
    assert_true(pl_handle_refresh(&f->h, 11));
    assert_int_equal(judge_bad_name(f), PL_BLOCK);
    publish(f, flags, true);
    assert_true(pl_handle_refresh(&f->h, 11)); /* and with the page there, at once */
    assert_int_equal(judge_bad_name(f), PL_FLAG);
}

static void without_a_control_page_the_file_is_looked_at(void **state)
{
    struct fixture *f = *state;

    publish(f, blocks, false);
    open_handle(f, false);
    assert_int_equal(judge_bad_name(f), PL_BLOCK);
    assert_false(pl_handle_refresh(&f->h, 5));
    publish(f, flags, false);
    assert_true(pl_handle_refresh(&f->h, 6));
    assert_int_equal(judge_bad_name(f), PL_FLAG);
    assert_int_equal(f->h.swaps, 2);
}

static void the_control_page_counts_up_and_is_not_made_by_readers(void **state)
{
    struct fixture *f = *state;
    struct pl_error error = {0};
    struct pl_control *writer, *reader;

    assert_null(pl_control_map(f->control, false, &error));
    writer = pl_control_map(f->control, true, &error);
    reader = pl_control_map(f->control, false, &error);
    assert_non_null(writer);
    assert_non_null(reader);
    pl_control_bump(writer);
    assert_int_equal(reader->generation, 1);
    pl_control_unmap(writer);
    writer = pl_control_map(f->control, true, &error); /* whoever publishes was started again */
    pl_control_bump(writer);
    assert_int_equal(reader->generation, 2);
    pl_control_unmap(writer);
    pl_control_unmap(reader);
    folder_write(&f->folder, "control", "no page");
    assert_null(pl_control_map(f->control, true, &error));
    assert_non_null(strstr(error.text, "not a control page"));
}

static void paths_that_are_too_long_are_an_error(void **state)
{
    struct fixture *f = *state;
    struct pl_error error = {0};
    char path[400];

    memset(path, 'a', sizeof(path));
    path[sizeof(path) - 1] = 0;
    assert_false(pl_handle_open(&f->h, path, "", &error));
    assert_non_null(strstr(error.text, "too long"));
    assert_false(pl_handle_open(&f->h, f->image, path, &error));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_image_decides_from_now_on),
        TEST(a_bad_image_is_refused_and_the_old_one_stays),
        TEST(a_truncated_image_is_refused),
        TEST(what_was_missing_is_found_when_it_comes),
        TEST(without_a_control_page_the_file_is_looked_at),
        TEST(the_control_page_counts_up_and_is_not_made_by_readers),
        TEST(paths_that_are_too_long_are_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
