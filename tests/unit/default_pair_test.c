/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of factory pairs and the walk over it: what matches, what does not, what was erased. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/read/text/default_pair.h"

/* A backslash in the text takes back the byte before it. */
static void type(struct pl_default_pair *p, const char *text)
{
    for (; *text; text++)
        if (*text == '\\')
            pl_default_pair_erase(p);
        else
            pl_default_pair_byte(p, (uint8_t)*text);
}

static bool login(const char *user, const char *password)
{
    struct pl_default_pair p = {0};

    pl_default_pair_begin(&p);
    type(&p, user);
    pl_default_pair_secret(&p);
    type(&p, password);
    return pl_default_pair_end(&p);
}

static bool basic(const char *text)
{
    struct pl_default_pair p = {0};

    pl_default_pair_begin(&p);
    for (; *text; text++)
        pl_default_pair_basic(&p, (uint8_t)*text);
    return pl_default_pair_end(&p);
}

static void every_row_is_found(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PL_DEFAULT_PAIRS; i++) {
        char user[PL_DEFAULT_PAIR_BYTES], *password;
        memcpy(user, pl_default_pairs[i].text, sizeof(user));
        assert_int_equal(user[sizeof(user) - 1], 0);
        password = strchr(user, '\n');
        assert_non_null(password);
        *password++ = 0;
        assert_true(login(user, password));
        for (const char *c = user; *c; c++)
            assert_int_equal(*c, pl_lower((uint8_t)*c));
        for (unsigned k = 0; k < i; k++)
            assert_memory_not_equal(&pl_default_pairs[i], &pl_default_pairs[k],
                                    sizeof(pl_default_pairs[i]));
    }
    assert_int_equal(PL_DEFAULT_PAIRS, 79);
}

static void others_are_not(void **state)
{
    (void)state;
    assert_true(login("ROOT", "xc3511"));
    assert_false(login("root", "XC3511"));
    assert_false(login("root", "xc351"));
    assert_false(login("root", "xc35111"));
    assert_false(login("root\nadmin", ""));
    assert_false(login("roo", "admin"));
    assert_false(login("roott", "admin"));
    assert_false(login("", ""));
    assert_false(login("bob", ""));
    assert_true(login("root", ""));
    assert_false(login("a-name-that-is-longer-than-any-row-of-the-table", "admin"));
}

static void erased_bytes_do_not_count(void **state)
{
    (void)state;
    assert_true(login("roto\\\\ot", "admin"));
    assert_true(login("xyz\\\\\\admin", "passt\\"));
    assert_true(login("admin", "\\\\\\pass"));
    assert_false(login("admin\\", "pass"));
    assert_false(login("x", "\\pass"));
    assert_true(login("root", "xyz\\\\\\"));
}

static void a_second_password_for_the_same_user(void **state)
{
    struct pl_default_pair p = {0};

    (void)state;
    pl_default_pair_begin(&p);
    type(&p, "admin");
    pl_default_pair_secret(&p);
    type(&p, "secret");
    assert_false(pl_default_pair_end(&p));
    pl_default_pair_secret(&p);
    type(&p, "1234");
    assert_true(pl_default_pair_end(&p));
    pl_default_pair_begin(&p);
    type(&p, "1234");
    assert_false(pl_default_pair_end(&p)); /* a user without a password */
}

static void http_basic(void **state)
{
    (void)state;
    assert_true(basic("admin:admin"));
    assert_true(basic("Admin:1234"));
    assert_true(basic("admin:"));
    assert_false(basic("admin"));
    assert_false(basic("admin:admin:"));
    assert_false(basic("admin:\nadmin"));
}

/* Nothing of a login that is not in the table is left in the state. */
static void a_secret_leaves_nothing(void **state)
{
    struct pl_default_pair one = {0}, other = {0};

    (void)state;
    pl_default_pair_begin(&one);
    pl_default_pair_begin(&other);
    type(&one, "zoe");
    type(&other, "qed");
    pl_default_pair_secret(&one);
    pl_default_pair_secret(&other);
    type(&one, "hunter2");
    type(&other, "letmein");
    assert_memory_equal(&one, &other, sizeof(one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_found),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(erased_bytes_do_not_count),
        cmocka_unit_test(a_second_password_for_the_same_user),
        cmocka_unit_test(http_basic),
        cmocka_unit_test(a_secret_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
