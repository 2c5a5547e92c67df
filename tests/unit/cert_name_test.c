/* SPDX-License-Identifier: BSD-2-Clause */
/* Names against subjectAltNames (RFC 9525, 6), through a whole certificate. */
#include "cert_build.h"

static struct judge j;

static int begin(void **state)
{
    (void)state;
    judge_begin(&j, NULL, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    judge_end(&j);
    return 0;
}

static bool matches(const struct made *m, const char *name)
{
    judge_chain(&j, &m, 1, name, NOW);
    assert_true(SEEN(&j, cert_name_mismatch));
    assert_int_equal(FAILED(&j, cert_name_mismatch), !j.facts.name_matches);
    return j.facts.name_matches;
}

static void names_are(const char *san, const char *const *right, const char *const *wrong)
{
    struct made m;

    make(&m, &(struct order){.cn = "cn.example", .san = san});
    for (; *right; right++)
        if (!matches(&m, *right))
            fail_msg("%s is not %s", *right, san);
    for (; *wrong; wrong++)
        if (matches(&m, *wrong))
            fail_msg("%s is %s", *wrong, san);
    unmake(&m);
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NONE       ((const char *const[]){NULL})

static void test_exact(void **state)
{
    (void)state;
    names_are("DNS:www.Example.net",
              NAMES("www.example.net", "WWW.EXAMPLE.NET", "www.example.net."),
              NAMES("example.net", "a.www.example.net", "www.example.net..", "wwwXexample.net",
                    "www.example.ne", "www.example.nett", "cn.example", "."));
    names_are("DNS:a.example,DNS:b.example", NAMES("a.example", "b.example"), NAMES("c.example"));
    names_are("DNS:xn--caf-dma.example", NAMES("xn--caf-dma.example", "XN--CAF-DMA.example"),
              NAMES("caf\xc3\xa9.example", "cafe.example"));
    names_are("DNS:_sip._tcp.example", NAMES("_sip._tcp.example"), NAMES("sip._tcp.example"));
    names_are("DNS:localhost", NAMES("localhost"), NAMES("local"));
}

static void test_wildcards(void **state)
{
    (void)state;
    names_are("DNS:*.example.net",
              NAMES("www.example.net", "xn--caf-dma.example.net", "A.EXAMPLE.NET."),
              NAMES("example.net", "a.b.example.net", ".example.net", "www.example.org",
                    "wwwexample.net", "*.example.com"));
    names_are("DNS:*.example", NONE, NAMES("www.example", "example"));
    names_are("DNS:*", NONE, NAMES("example", "www.example.net"));
    names_are("DNS:w*.example.net", NONE, NAMES("www.example.net", "w.example.net"));
    names_are("DNS:*w.example.net", NONE, NAMES("www.example.net"));
    names_are("DNS:www.*.net", NONE, NAMES("www.example.net"));
    names_are("DNS:*.*.net", NONE, NAMES("www.example.net"));
}

static void test_addresses(void **state)
{
    (void)state;
    names_are("IP:192.0.2.1,IP:2001:db8::1,DNS:a.example",
              NAMES("192.0.2.1", "2001:db8::1", "2001:DB8:0:0::1", "a.example"),
              NAMES("192.0.2.2", "2001:db8::2", "192.0.2.1.example", "::ffff:192.0.2.1"));
    names_are("DNS:192.0.2.1", NONE, NAMES("192.0.2.1")); /* an address is no host name */
    names_are("DNS:*.0.2.1", NONE, NAMES("192.0.2.1"));
}

static void test_common_name_never_counts(void **state)
{
    struct made m;

    (void)state;
    make(&m, &(struct order){.cn = "cn.example"});
    assert_false(matches(&m, "cn.example"));
    FIRES(&j, cert_no_san);
    judge_chain(&j, (const struct made *const[]){&m}, 1, NULL, NOW);
    UNSEEN(&j, cert_name_mismatch); /* no name was asked for */
    judge_chain(&j, (const struct made *const[]){&m}, 1, "", NOW);
    UNSEEN(&j, cert_name_mismatch);
    unmake(&m);
    names_are("email:cn.example@cn.example", NONE, NAMES("cn.example"));
}

/* SEQUENCE { dNSName "a.example\0.evil" }, an empty one, a tag inside of a tag */
static void raw_is(const uint8_t *san, size_t len, const char *name, bool want)
{
    struct made m;

    make(&m, &(struct order){.raw_san = san, .raw_san_len = len});
    assert_int_equal(matches(&m, name), want);
    unmake(&m);
}

static void test_odd_names(void **state)
{
    static const uint8_t nul[] = "\x30\x11\x82\x0f"
                                 "a.example\0.evil";
    static const uint8_t nul_end[] = "\x30\x0c\x82\x0a"
                                     "a.example\0";
    static const uint8_t right[] = "\x30\x0b\x82\x09"
                                   "a.example";
    static const uint8_t empty[] = "\x30\x02\x82\x00";
    static const uint8_t dot[] = "\x30\x0c\x82\x0a"
                                 "a.example.";
    static const uint8_t ip5[] = "\x30\x07\x87\x05\xc0\x00\x02\x01\x00";
    static const uint8_t uri[] = "\x30\x0b\x86\x09"
                                 "a.example";
    static const uint8_t star[] = "\x30\x0f\x82\x0d"
                                  "*.a\0b.example";

    (void)state;
    raw_is(right, 13, "a.example", true);
    raw_is(nul, 19, "a.example", false);
    raw_is(nul_end, 14, "a.example", false);
    raw_is(empty, 4, "a.example", false);
    raw_is(dot, 14, "a.example", false);
    raw_is(ip5, 9, "192.0.2.1", false);
    raw_is(uri, 13, "a.example", false);
    raw_is(star, 17, "www.a", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),     cmocka_unit_test(test_wildcards),
        cmocka_unit_test(test_addresses), cmocka_unit_test(test_common_name_never_counts),
        cmocka_unit_test(test_odd_names),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
