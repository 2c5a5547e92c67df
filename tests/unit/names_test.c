/* SPDX-License-Identifier: BSD-2-Clause */
/* Listed names: how they are written, kept, and found again through the table. */
#include "policy_text.h"

#include "common/user/name_table.h"

enum { MANY = 20000 };

static const uint64_t test_key[2] = {0x1122334455667788, 0x99aabbccddeeff00};
static const struct pl_place here = {.file = "test", .line = 1, .column = 1};

static void add(struct pl_names *names, const char *name, uint16_t class)
{
    struct pl_error error = {0};

    if (!pl_names_add(names, name, strlen(name), class, &here, &error))
        fail_msg("%s: %s", name, error.text);
}

static uint16_t find(const struct pl_name_table *t, uint32_t labels, const char *name)
{
    struct pl_lines lines = {t->bucket, t->buckets};
    struct pl_image_head head = {.key = {t->key[0], t->key[1]}, .name_labels = labels};

    head.section[PL_SECTION_NAMES] = (struct pl_section){0, t->buckets};
    return pl_name_find(&lines, &head, (const uint8_t *)name, (uint32_t)strlen(name));
}

static void most_specific_name_wins(void **state)
{
    struct pl_names names = {0};
    struct pl_name_table t;

    (void)state;
    add(&names, "example.net", 1);
    add(&names, "mail.example.net", 2);
    add(&names, "a.b.c.mail.example.net", 3);
    assert_true(pl_name_table_build(&t, &names, test_key));
    assert_int_equal(find(&t, names.labels_most, "example.net"), 1);
    assert_int_equal(find(&t, names.labels_most, "www.example.net"), 1);
    assert_int_equal(find(&t, names.labels_most, "mail.example.net"), 2);
    assert_int_equal(find(&t, names.labels_most, "x.mail.example.net"), 2);
    assert_int_equal(find(&t, names.labels_most, "a.b.c.mail.example.net"), 3);
    assert_int_equal(find(&t, names.labels_most, "z.a.b.c.mail.example.net"), 3);
    assert_int_equal(find(&t, names.labels_most, "net"), 0);
    assert_int_equal(find(&t, names.labels_most, "badexample.net"), 0);
    assert_int_equal(find(&t, names.labels_most, "example.net.org"), 0);
    pl_name_table_free(&t);
    pl_names_free(&names);
}

static void no_names_find_nothing(void **state)
{
    struct pl_names names = {0};
    struct pl_name_table t;

    (void)state;
    assert_true(pl_name_table_build(&t, &names, test_key));
    assert_int_equal(find(&t, 3, "example.net"), 0);
    assert_null(pl_names_get(&names, (const uint8_t *)"example.net", 11));
    pl_name_table_free(&t);
}

static void numbered(char text[64], unsigned i)
{
    snprintf(text, 64, "host-%u.zone%u.example", i, i % 97);
}

/* Every listed name is found with its class, others are not, at no more than nine bytes a name. */
static void many_names_are_all_found(void **state)
{
    struct pl_names names = {0};
    struct pl_name_table t;
    char text[64];

    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        numbered(text, i);
        add(&names, text, (uint16_t)(1 + i % 1000));
    }
    assert_true(pl_name_table_build(&t, &names, test_key));
    assert_true((uint64_t)t.buckets * PL_LINE_BYTES <= 9ull * MANY);
    for (unsigned i = 0; i < MANY; i++) {
        numbered(text, i);
        assert_int_equal(find(&t, names.labels_most, text), 1 + i % 1000);
        text[0] = 'X';
        assert_int_equal(find(&t, names.labels_most, text), 0);
    }
    pl_name_table_free(&t);
    pl_names_free(&names);
}

/* Tables of every small size: also the one bucket that is both of a name's buckets. */
static void every_small_table_works(void **state)
{
    struct pl_names names = {0};
    char text[64];

    (void)state;
    for (unsigned count = 1; count < 200; count++) {
        struct pl_name_table t;
        numbered(text, count);
        add(&names, text, (uint16_t)count);
        assert_true(pl_name_table_build(&t, &names, test_key));
        for (unsigned i = 1; i <= count; i++) {
            numbered(text, i);
            assert_int_equal(find(&t, names.labels_most, text), i);
        }
        pl_name_table_free(&t);
    }
    pl_names_free(&names);
}

static void same_key_gives_the_same_table(void **state)
{
    struct pl_names names = {0};
    struct pl_name_table a, b, c;
    uint64_t other[2] = {1, 2};
    char text[64];

    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        numbered(text, i);
        add(&names, text, 1);
    }
    assert_true(pl_name_table_build(&a, &names, test_key));
    assert_true(pl_name_table_build(&b, &names, test_key));
    assert_true(pl_name_table_build(&c, &names, other));
    assert_int_equal(a.buckets, b.buckets);
    assert_memory_equal(a.bucket, b.bucket, a.buckets * PL_LINE_BYTES);
    assert_memory_not_equal(a.bucket, c.bucket, a.buckets * PL_LINE_BYTES);
    pl_name_table_free(&a);
    pl_name_table_free(&b);
    pl_name_table_free(&c);
    pl_names_free(&names);
}

static void names_are_made_normal(void **state)
{
    static const struct {
        const char *written, *normal;
    } rows[] = {{"Example.NET", "example.net"},
                {"example.net.", "example.net"},
                {"*.example.net", "example.net"},
                {"*.Example.net.", "example.net"},
                {"_dmarc.example.net", "_dmarc.example.net"},
                {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example"},
                {"net", "net"}};
    uint8_t out[PL_NAME_MAX], len;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(rows); i++) {
        const char *w = rows[i].written;
        assert_int_equal(pl_name_normal(w, strlen(w), out, &len), PL_NAME_GOOD);
        assert_int_equal(len, strlen(rows[i].normal));
        assert_memory_equal(out, rows[i].normal, len);
    }
}

static void names_that_are_none(void **state)
{
    char label[70], longest[300];
    struct {
        const char *written;
        enum pl_name_form form;
    } rows[] = {
        {"", PL_NAME_EMPTY},   {".", PL_NAME_EMPTY},   {"*.", PL_NAME_EMPTY},
        {"a..b", PL_NAME_ODD}, {".a", PL_NAME_ODD},    {"a b", PL_NAME_ODD},
        {"a/b", PL_NAME_ODD},  {"a.*.b", PL_NAME_ODD}, {"m\xc3\xbcnchen.example", PL_NAME_FOREIGN},
        {label, PL_NAME_LONG}, {longest, PL_NAME_LONG}};
    uint8_t out[PL_NAME_MAX], len;

    (void)state;
    memset(label, 'a', 64);
    label[64] = 0;
    longest[0] = 0;
    for (int i = 0; i < 64; i++)
        strcat(longest, "aaa.");
    strcat(longest, "a");
    for (size_t i = 0; i < PL_COUNT(rows); i++)
        assert_int_equal(pl_name_normal(rows[i].written, strlen(rows[i].written), out, &len),
                         rows[i].form);
}

static void a_name_belongs_to_one_class(void **state)
{
    struct pl_names names = {0};
    struct pl_error error = {0};
    struct pl_place later = {.file = "later", .line = 9, .column = 3};

    (void)state;
    add(&names, "example.net", 1);
    add(&names, "*.EXAMPLE.net.", 1);
    assert_int_equal(names.count, 1);
    assert_false(pl_names_add(&names, "example.net", 11, 2, &later, &error));
    assert_string_equal(error.file, "later");
    assert_int_equal(error.line, 9);
    assert_non_null(strstr(error.text, "test:1"));
    pl_names_free(&names);
}

static void a_file_of_names(void **state)
{
    struct pl_names names = {0};
    struct pl_error error = {0};
    struct pl_place place;
    const struct pl_name *found;
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    folder_write(&f, "names", "# ours\n\n  one.example  # first\r\ntwo.example\n*.three.example");
    assert_true(pl_names_add_file(&names, folder_file(&f, "names", path), 4, &error));
    assert_int_equal(names.count, 3);
    found = pl_names_get(&names, (const uint8_t *)"one.example", 11);
    assert_non_null(found);
    place = pl_name_place(&names, found);
    assert_int_equal(place.line, 3);
    assert_non_null(pl_names_get(&names, (const uint8_t *)"three.example", 13));
    folder_write(&f, "names", "good.example\n  bad example\n");
    assert_false(pl_names_add_file(&names, path, 4, &error));
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 3);
    pl_names_free(&names);
    folder_remove(&f);
}

static void the_walk_ends_at_the_deepest_listed_label(void **state)
{
    struct pl_names names = {0};
    struct pl_name_table t;
    char deep[PL_NAME_MAX + 2];

    (void)state;
    add(&names, "example", 1);
    assert_true(pl_name_table_build(&t, &names, test_key));
    for (int i = 0; i < 122; i++)
        memcpy(deep + 2 * i, "a.", 2);
    strcpy(deep + 244, "example");
    assert_int_equal(find(&t, names.labels_most, deep), 1);
    memset(deep, 'a', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = 0; /* longer than any name */
    assert_int_equal(find(&t, names.labels_most, deep), 0);
    pl_name_table_free(&t);
    pl_names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_specific_name_wins),
        cmocka_unit_test(no_names_find_nothing),
        cmocka_unit_test(many_names_are_all_found),
        cmocka_unit_test(every_small_table_works),
        cmocka_unit_test(same_key_gives_the_same_table),
        cmocka_unit_test(names_are_made_normal),
        cmocka_unit_test(names_that_are_none),
        cmocka_unit_test(a_name_belongs_to_one_class),
        cmocka_unit_test(a_file_of_names),
        cmocka_unit_test(the_walk_ends_at_the_deepest_listed_label),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
