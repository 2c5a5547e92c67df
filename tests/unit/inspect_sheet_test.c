/* SPDX-License-Identifier: BSD-2-Clause */
/* The sheet of names and values: bytes of the wire become text, lists stay sets, nothing is over
 * the bound. */
#include "inspect/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sheet sheet;

static int clear(void **state)
{
    (void)state;
    sheet_free(&sheet);
    return 0;
}

static void bytes_are(const void *bytes, size_t len, const char *want)
{
    sheet_free(&sheet);
    sheet_add_bytes(&sheet, "x", bytes, len);
    assert_string_equal(sheet_get(&sheet, "x"), want);
}

#define BYTES(text, want) bytes_are(text, sizeof(text) - 1, want)
#define FFFD              "\xef\xbf\xbd"

static void utf8(void **state)
{
    (void)state;
    BYTES("plain", "plain");
    BYTES("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    BYTES("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf");
    BYTES("a\xff"
          "b",
          "a" FFFD "b");
    BYTES("\xc3", FFFD); /* cut off */
    BYTES("\xe2\x82"
          "a",
          FFFD FFFD "a");                                    /* cut off */
    BYTES("\xc0\xaf", FFFD FFFD);                            /* too long a form */
    BYTES("\xe0\x80\xaf", FFFD FFFD FFFD);                   /* the same in three */
    BYTES("\xf0\x80\x80\xaf", FFFD FFFD FFFD FFFD);          /* in four */
    BYTES("\xed\xa0\x80", FFFD FFFD FFFD);                   /* half of a pair of UTF-16 */
    BYTES("\xf4\x90\x80\x80\xf5", FFFD FFFD FFFD FFFD FFFD); /* behind the last character */
}

static void nul_and_controls(void **state)
{
    (void)state;
    BYTES("a\0b", "a\xc0\x80"
                  "b");
    BYTES("\x1b[2J\r\n\x7f", "\x1b[2J\r\n\x7f"); /* whoever prints escapes them */
    bytes_are("", 0, "");
}

/* Cut, and never inside of a character. */
static void long_bytes(void **state)
{
    static char many[4000];
    const char *value;

    (void)state;
    for (size_t at = 0; at < 4; at++) {
        memset(many, 'a', sizeof many);
        for (size_t i = at; i + 1 < sizeof many; i += 2)
            memcpy(many + i, "\xc3\xa9", 2);
        sheet_free(&sheet);
        sheet_add_bytes(&sheet, "x", many, sizeof many - 2);
        value = sheet_get(&sheet, "x");
        assert_in_range(strlen(value), 900, 1023);
        assert_int_equal((value[strlen(value) - 1] & 0xff), 0xa9);
    }
}

static void lists(void **state)
{
    (void)state;
    sheet_join(&sheet, "app", "tls");
    sheet_add(&sheet, "sni", "a.example");
    sheet_join(&sheet, "app", "http");
    sheet_join(&sheet, "app", "tls");
    sheet_join(&sheet, "app", "http");
    sheet_join(&sheet, "app", "ht"); /* the beginning of one is another */
    sheet_joinf(&sheet, "app", "%s", "ttp");
    assert_string_equal(sheet_get(&sheet, "app"), "tls;http;ht;ttp");
    assert_string_equal(sheet_get(&sheet, "sni"), "a.example");
    assert_null(sheet_get(&sheet, "sn"));
    assert_null(sheet_get(&sheet, "a.example")); /* a value is no name */
}

static void in_order(void **state)
{
    const char *name, *value, *want[] = {"a", "b", "c"};
    size_t i = 0;

    (void)state;
    assert_int_equal(sheet_next(&sheet, 0, &name, &value), 0);
    sheet_add(&sheet, "a", "");
    sheet_addf(&sheet, "b", "%u", 2u);
    sheet_add(&sheet, "c", "3");
    for (size_t at = 0; (at = sheet_next(&sheet, at, &name, &value)); i++)
        assert_string_equal(name, want[i]);
    assert_int_equal(i, 3);
    assert_string_equal(sheet_get(&sheet, "a"), "");
}

/* What has no room is left out, and what is there stays whole. */
static void bound(void **state)
{
    char name[16], value[700];
    size_t entries = 0;
    const char *n, *v;

    (void)state;
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = 0;
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "n%d", i);
        sheet_add(&sheet, name, value);
        snprintf(value, 12, "%011d", i);
        value[11] = 'v';
        sheet_join(&sheet, "list", value);
        assert_true(sheet.used <= sheet.room && sheet.room <= SHEET_BYTES_MAX);
    }
    for (size_t at = 0; (at = sheet_next(&sheet, at, &n, &v)); entries++)
        assert_true(at <= sheet.used);
    assert_in_range(entries, 5, 30);
    assert_string_equal(sheet_get(&sheet, "n0") + 12, value + 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(utf8, clear),
        cmocka_unit_test_teardown(lists, clear),
        cmocka_unit_test_teardown(in_order, clear),
        cmocka_unit_test_teardown(bound, clear),
        cmocka_unit_test_teardown(long_bytes, clear),
        cmocka_unit_test_teardown(nul_and_controls, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
