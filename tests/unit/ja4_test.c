/* SPDX-License-Identifier: BSD-2-Clause */
/* JA4 by the published description, its own example among them; broken hellos; the best version. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/user/ja4.h"
#include "ja4_build.h"

static struct pl_ja4 out;

static void ja4_is(const struct hello *h, enum pl_ja4_transport transport, const char *want)
{
    static struct message m;

    hello_body(&m, h, transport == PL_JA4_DTLS);
    assert_true(pl_ja4_body(m.at, m.len, transport, &out));
    assert_string_equal(out.ja4, want);
    assert_int_equal(strlen(out.random), 64);
}

/* The example of the description. */
static void test_the_example(void **state)
{
    struct hello h = example();

    (void)state;
    ja4_is(&h, PL_JA4_TCP, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    assert_string_equal(out.max_version, "TLS1.3");
    ja4_is(&h, PL_JA4_QUIC, "q13d1516h2_8daaf6152771_e5627efa2ab1");
    h.signatures = NULL; /* the extension stays, and its list is empty */
    ja4_is(&h, PL_JA4_TCP, "t13d1516h2_8daaf6152771_6d807ffa2a79");
}

static void test_grease_never_counts(void **state)
{
    struct hello h = example();

    (void)state;
    h.suites =
        "0a0a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 fafa 009c 009d 002f 0035";
    h.extensions =
        "dada 001b 0000 0033 0010 4469 0017 002d 000d 0005 0023 0012 002b ff01 000b 000a "
        "0015 3a3a";
    h.versions = "4a4a 0304 0303";
    h.signatures = "1a1a 0403 0804 0401 0503 0805 0501 0806 0601";
    ja4_is(&h, PL_JA4_TCP, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    h.signatures = "1a1a";
    ja4_is(&h, PL_JA4_TCP, "t13d1516h2_8daaf6152771_6d807ffa2a79");
    h.suites = "0a0a";
    ja4_is(&h, PL_JA4_TCP, "t13d0016h2_000000000000_6d807ffa2a79");
}

static void test_without(void **state)
{
    struct hello h = example();

    (void)state;
    h.extensions = NULL;
    h.legacy = 0x0301;
    ja4_is(&h, PL_JA4_TCP, "t10i150000_8daaf6152771_000000000000");
    h.extensions = "0000 0010"; /* told of by the first part alone */
    ja4_is(&h, PL_JA4_TCP, "t10d1502h2_8daaf6152771_000000000000");
    h.suites = "";
    h.extensions = "";
    ja4_is(&h, PL_JA4_TCP, "t10i000000_000000000000_000000000000");
}

static void alpn_is(const char *first, size_t len, const char *want)
{
    struct hello h = example();
    static struct message m;

    h.alpn = first;
    h.alpn_len = len;
    hello_body(&m, &h, false);
    assert_true(pl_ja4_body(m.at, m.len, PL_JA4_TCP, &out));
    assert_memory_equal(out.ja4 + 8, want, 2);
    assert_int_equal(strlen(out.ja4), PL_JA4_BYTES - 1);
}

/* The examples of the description, and GREASE, which is a protocol like others here. */
static void test_alpn(void **state)
{
    (void)state;
    alpn_is("h2", 2, "h2");
    alpn_is("http/1.1", 8, "h1");
    alpn_is("h", 1, "hh");
    alpn_is("", 0, "00");
    alpn_is("\xab", 1, "ab");
    alpn_is(" ", 1, "20");
    alpn_is("\xab\xcd", 2, "ad");
    alpn_is(" a", 2, "21");
    alpn_is("0\xab", 2, "3b");
    alpn_is("a ", 2, "60");
    alpn_is("01\xab\xcd", 4, "3d");
    alpn_is("0\xab\xcd"
            "1",
            4, "01");
    alpn_is("\x0a\x0a", 2, "0a");
}

/* --- versions: as JA4 has them, and the best one for a log */

static void version_is(uint16_t legacy, const char *versions, const char *letters, const char *best)
{
    struct hello h = example();
    static struct message m;

    h.legacy = legacy;
    h.versions = versions;
    if (!versions)
        h.extensions = "000a";
    hello_body(&m, &h, false);
    assert_true(pl_ja4_body(m.at, m.len, PL_JA4_TCP, &out));
    assert_memory_equal(out.ja4 + 1, letters, 2);
    assert_string_equal(out.max_version, best);
}

static void test_versions(void **state)
{
    (void)state;
    version_is(0x0303, NULL, "12", "TLS1.2");
    version_is(0x0302, NULL, "11", "TLS1.1");
    version_is(0x0301, NULL, "10", "TLS1.0");
    version_is(0x0300, NULL, "s3", "SSL3");
    version_is(0x0002, NULL, "s2", "SSL2");
    version_is(0x0305, NULL, "00", "0x0305");
    version_is(0x0303, "0304 0303", "13", "TLS1.3");
    version_is(0x0303, "0303 0304", "13", "TLS1.3");
    version_is(0x0303, "7a7a 0304", "13", "TLS1.3");
    version_is(0x0303, "7a7a", "12", "TLS1.2");
    version_is(0x0303, "", "12", "TLS1.2");
    version_is(0x0303, "7f17 0303", "00", "TLS1.3d23"); /* the number is the highest */
    version_is(0x0303, "7f12 7f17", "00", "TLS1.3d23");
    version_is(0x0303, "7f1c 0304", "00", "TLS1.3");
    version_is(0x0303, "fb1a", "00", "TLS1.2"); /* somebody's own */
}

static void dtls_is(uint16_t legacy, const char *versions, const char *letters, const char *best)
{
    struct hello h = example();
    static struct message m;

    h.legacy = legacy;
    h.versions = versions;
    if (!versions)
        h.extensions = "000a";
    h.cookie = "cookie";
    hello_body(&m, &h, true);
    assert_true(pl_ja4_body(m.at, m.len, PL_JA4_DTLS, &out));
    assert_int_equal(out.ja4[0], 'd');
    assert_memory_equal(out.ja4 + 1, letters, 2);
    assert_string_equal(out.max_version, best);
}

static void test_dtls(void **state)
{
    (void)state;
    dtls_is(0xfeff, NULL, "d1", "DTLS1.0");
    dtls_is(0xfefd, NULL, "d2", "DTLS1.2");
    dtls_is(0x0100, NULL, "00", "DTLS1.0bad");
    dtls_is(0xfefd, "fefc", "d3", "DTLS1.3");
    dtls_is(0xfefd, "fefc fefd", "d2", "DTLS1.3"); /* DTLS counts down, JA4 takes the highest */
}

static void test_version_names(void **state)
{
    char text[PL_JA4_VERSION_BYTES];

    (void)state;
    pl_ja4_version(0x0301, true, text);
    assert_string_equal(text, "TLS1.0(v2hello)");
    pl_ja4_version(0x0002, true, text);
    assert_string_equal(text, "SSL2(v2hello)");
    pl_ja4_version(0x7f1c, false, text);
    assert_string_equal(text, "TLS1.3d28");
    pl_ja4_version(0xfeff, true, text);
    assert_string_equal(text, "DTLS1.0(v2hello)");
}

/* --- what is broken */

static void test_cut_at_every_byte(void **state)
{
    struct hello h = example();
    static struct message m;

    (void)state;
    hello_body(&m, &h, false);
    for (size_t len = 0; len < m.len; len++) {
        uint8_t *copy = malloc(len + !len); /* of its own size */

        memcpy(copy, m.at, len);
        /* What ends behind the compressions is a hello without extensions. */
        assert_int_equal(pl_ja4_body(copy, len, PL_JA4_TCP, &out), len == m.extensions_at);
        assert_int_equal(out.ja4[0] != '\0', len == m.extensions_at);
        assert_int_equal(out.max_version[0] != '\0', len == m.extensions_at);
        assert_int_equal(out.random[0] != '\0', len >= 34);
        free(copy);
    }
}

static void test_messages(void **state)
{
    struct hello h = example();
    static struct message m;
    uint8_t bytes[2000] = {1};

    (void)state;
    hello_body(&m, &h, false);
    bytes[2] = (uint8_t)(m.len >> 8);
    bytes[3] = (uint8_t)m.len;
    memcpy(bytes + 4, m.at, m.len);
    assert_true(pl_ja4_message(bytes, m.len + 4, PL_JA4_TCP, &out));
    assert_string_equal(out.ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
    assert_false(pl_ja4_message(bytes, m.len + 3, PL_JA4_TCP, &out));
    assert_false(pl_ja4_message(bytes, m.len + 5, PL_JA4_TCP, &out));
    bytes[0] = 2; /* a ServerHello */
    assert_false(pl_ja4_message(bytes, m.len + 4, PL_JA4_TCP, &out));
    assert_string_equal(out.ja4, "");
    assert_string_equal(out.random, "");
    assert_false(pl_ja4_message(bytes, 3, PL_JA4_TCP, &out));
}

/* The broken extension counts, what follows it does not. */
static void test_broken_extension(void **state)
{
    static const uint8_t short_name[] = {0, 0, 0, 1, 0, 0, 10, 0, 0};
    static const uint8_t too_long[] = {0, 10, 0, 9, 0, 0, 23, 0, 0};
    struct hello h = example();

    (void)state;
    h.legacy = 0x0302;
    h.extensions = NULL;
    h.raw = short_name;
    h.raw_len = sizeof short_name;
    ja4_is(&h, PL_JA4_TCP, "t11d150100_8daaf6152771_000000000000");
    h.raw = too_long;
    h.raw_len = sizeof too_long;
    ja4_is(&h, PL_JA4_TCP, "t11i150100_8daaf6152771_a8f3e973773c");
}

static void test_long_lists(void **state)
{
    static struct message m;

    (void)state;
    long_body(&m, PL_JA4_LIST_MAX, PL_JA4_LIST_MAX);
    assert_true(pl_ja4_body(m.at, m.len, PL_JA4_TCP, &out));
    assert_memory_equal(out.ja4, "t12i999900_", 11);
    long_body(&m, PL_JA4_LIST_MAX + 1, 1);
    assert_false(pl_ja4_body(m.at, m.len, PL_JA4_TCP, &out));
    assert_string_equal(out.max_version, "");
    long_body(&m, 1, PL_JA4_LIST_MAX + 1);
    assert_false(pl_ja4_body(m.at, m.len, PL_JA4_TCP, &out));
    assert_string_equal(out.ja4, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_example),   cmocka_unit_test(test_grease_never_counts),
        cmocka_unit_test(test_without),       cmocka_unit_test(test_alpn),
        cmocka_unit_test(test_versions),      cmocka_unit_test(test_dtls),
        cmocka_unit_test(test_version_names), cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_messages),      cmocka_unit_test(test_broken_extension),
        cmocka_unit_test(test_long_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
