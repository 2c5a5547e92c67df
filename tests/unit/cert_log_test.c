/* SPDX-License-Identifier: BSD-2-Clause */
/* A certificate for a log: odd times, odd texts, and what no strict parser takes. */
#define _GNU_SOURCE /* memmem */
#include "cert_build.h"
#include "common/user/certificate_log.h"

static void again(struct made *m)
{
    assert_true(X509_sign(m->x, m->key, EVP_sha256()) > 0);
    to_der(m);
}

static struct pl_certificate_log log_at(const struct made *m, int64_t at)
{
    struct pl_certificate_log log;

    pl_certificate_log(m->der, m->len, at, &log);
    return log;
}

static struct pl_cert_facts facts_of(const struct made *m, int64_t at)
{
    struct judge j;

    judge_begin(&j, NULL, false);
    judge_chain(&j, (const struct made *const[]){m}, 1, NULL, at);
    judge_end(&j);
    return j.facts;
}

/* --- times */

static void time_is(int type, const char *stands, const char *text, int64_t unix_s)
{
    struct pl_cert_facts f;
    ASN1_TIME *time;
    struct made m;

    make(&m, &(struct order){.san = "DNS:a"});
    time = X509_getm_notBefore(m.x);
    time->type = type;
    assert_true(ASN1_STRING_set(time, stands, -1));
    again(&m);
    assert_string_equal(log_at(&m, NOW).not_before, text);
    f = facts_of(&m, NOW);
    assert_int_equal(f.seen, unix_s != INT64_MIN);
    assert_int_equal(f.malformed, !f.seen);
    if (f.seen)
        assert_int_equal(f.not_before, unix_s);
    unmake(&m);
}

static void test_times(void **state)
{
    enum { UTC = V_ASN1_UTCTIME, GENERAL = V_ASN1_GENERALIZEDTIME };

    (void)state;
    time_is(UTC, "130204000000Z", "2013-02-04T00:00:00Z", 1359936000);
    time_is(UTC, "500101000000Z", "1950-01-01T00:00:00Z", -631152000);
    time_is(UTC, "491231235959Z", "2049-12-31T23:59:59Z", 2524607999);
    time_is(UTC, "1302040000Z", "2013-02-04T00:00:00Z", 1359936000); /* no seconds */
    time_is(UTC, "130204000000+0230", "2013-02-03T21:30:00Z", 1359927000);
    time_is(UTC, "121231233000-0100", "2013-01-01T00:30:00Z", 1357000200);
    time_is(UTC, "1302040000+0000", "2013-02-04T00:00:00Z", 1359936000);
    time_is(GENERAL, "20500101000000Z", "2050-01-01T00:00:00Z", 2524608000);
    time_is(GENERAL, "99991231235959Z", "9999-12-31T23:59:59Z", 253402300799);
    time_is(GENERAL, "20130204000000.25Z", "2013-02-04T00:00:00Z", 1359936000);
    time_is(GENERAL, "20160229120000Z", "2016-02-29T12:00:00Z", 1456747200);
    time_is(GENERAL, "00010101000000Z", "0001-01-01T00:00:00Z", -62135596800);
    time_is(GENERAL, "20150229120000Z", "2015-02-29T12:00:00Z", INT64_MIN); /* no such day */
    time_is(UTC, "131304000000Z", "2013-13-04T00:00:00Z", INT64_MIN);
    time_is(UTC, "130204240000Z", "2013-02-04T24:00:00Z", INT64_MIN);
    time_is(UTC, "131304000000+0100", "?", INT64_MIN);
    time_is(UTC, "", "2000-00-00T00:00:00Z", INT64_MIN);
    time_is(UTC, "\x01\x80",
            "20?"
            "?-00-00T00:00:00Z",
            INT64_MIN);
}

static void test_expired_and_not_yet(void **state)
{
    struct pl_certificate_log log;
    struct made m;

    (void)state;
    make(&m, &(struct order){.from = NOW, .to = NOW + 10});
    log = log_at(&m, NOW - 1);
    assert_string_equal(log.not_yet, "yes");
    assert_string_equal(log.expired, "no");
    log = log_at(&m, NOW);
    assert_string_equal(log.not_yet, "no");
    log = log_at(&m, NOW + 10);
    assert_string_equal(log.expired, "no");
    log = log_at(&m, NOW + 11); /* to the second; the check is milder */
    assert_string_equal(log.expired, "yes");
    log = log_at(&m, 0);
    assert_string_equal(log.expired, "-");
    assert_string_equal(log.not_yet, "-");
    unmake(&m);
}

/* --- texts */

static void cn_is(const char *bytes, size_t len, const char *want, size_t want_len)
{
    struct pl_certificate_log log;
    struct made m;

    make(&m, &(struct order){.cn = "first"});
    assert_true(X509_NAME_add_entry_by_NID(X509_get_subject_name(m.x), NID_commonName,
                                           V_ASN1_T61STRING, (const unsigned char *)bytes, (int)len,
                                           -1, 0));
    again(&m);
    log = log_at(&m, NOW);
    assert_int_equal(log.cn_len, want_len);
    assert_memory_equal(log.cn, want, want_len);
    assert_string_equal(log.self_issued, "no"); /* the issuer has one name less */
    unmake(&m);
}

#define CN(bytes, want) cn_is(bytes, sizeof(bytes) - 1, want, sizeof(want) - 1)
#define ODD             "\xef\xbf\xbd"

static void test_common_names(void **state)
{
    char bytes[700], want[513];

    (void)state;
    CN("a.example", "a.example");
    CN("M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x9a\xa2",
       "M\xc3\xbcnchen \xe2\x82\xac \xf0\x9f\x9a\xa2");
    CN("a\tb\nc\rd", "a b c d");
    CN("a\0b", "a\0b");
    CN("", "");
    CN("\xfcx", ODD "x");                    /* Latin-1 */
    CN("\xe2\x82x", ODD "x");                /* cut short */
    CN("\xc0\xaf", ODD ODD);                 /* longer than needed */
    CN("\xed\xa0\x80", ODD ODD ODD);         /* a surrogate */
    CN("\xf4\x90\x80\x80", ODD ODD ODD ODD); /* beyond Unicode */
    CN("\xf0\x9f\x9a", ODD);
    memset(bytes, 'x', sizeof bytes);
    memset(want, 'x', sizeof want);
    cn_is(bytes, sizeof bytes, want, 509);
}

static void san_is(const char *san, const char *want)
{
    struct pl_certificate_log log;
    struct made m;

    make(&m, &(struct order){.san = san});
    log = log_at(&m, NOW);
    assert_int_equal(log.san_len, strlen(want));
    assert_memory_equal(log.san, want, strlen(want));
    unmake(&m);
}

static void test_sans(void **state)
{
    static const uint8_t latin[] = "\x30\x08\x82\x03\xe9\0a\x82\x01,";
    struct pl_certificate_log log;
    char names[600], want[401];
    struct made m;

    (void)state;
    san_is(NULL, "-");
    san_is("email:a@a.example,IP:192.0.2.1", "-");
    san_is("DNS:a.example,IP:192.0.2.1,DNS:*.b.example", "a.example,*.b.example");
    make(&m, &(struct order){.raw_san = latin, .raw_san_len = 10});
    log = log_at(&m, NOW);
    assert_int_equal(log.san_len, 6);
    assert_memory_equal(log.san, "\xc3\xa9\0a,,", 6);
    unmake(&m);
    snprintf(names, sizeof names, "DNS:%0198d,DNS:%0201d,DNS:%0150d", 1, 2, 3);
    snprintf(want, sizeof want, "%0198d,%0201d", 1, 2);
    san_is(names, want); /* 400 characters, and the comma behind them is the 401st */
}

/* --- what no strict parser takes */

static void test_bytes_behind_it(void **state)
{
    struct pl_certificate_log log;
    struct made m;

    (void)state;
    make(&m, &(struct order){.cn = "a.example", .san = "DNS:a.example"});
    m.der[m.len++] = 0;
    assert_true(facts_of(&m, NOW).malformed);
    log = log_at(&m, NOW);
    assert_memory_equal(log.cn, "a.example", 9);
    assert_memory_equal(log.san, "a.example", 9);
    assert_string_equal(log.key, "EC:P-256");
    assert_string_equal(log.self_issued, "yes");
    unmake(&m);
}

/* The signature algorithm inside is not an OID: the parts are told all the same. */
static void test_wrong_tag_inside(void **state)
{
    static const uint8_t version[] = {0xa0, 0x03, 0x02, 0x01, 0x02};
    struct pl_certificate_log log;
    uint8_t *at;
    struct made m;

    (void)state;
    make(&m, &(struct order){.cn = "a.example", .san = "DNS:a.example"});
    at = memmem(m.der, m.len, version, sizeof version);
    assert_non_null(at);
    at[2] = 0x04; /* the version is a string of octets */
    assert_true(facts_of(&m, NOW).malformed);
    log = log_at(&m, NOW);
    assert_string_equal(log.sigalg, "ecdsa-sha256");
    assert_memory_equal(log.san, "a.example", 9);
    unmake(&m);
}

/* The object identifier of another extension swallows all of it, or is not there. */
static void test_wrong_extension(void **state)
{
    static const uint8_t constraints[] = {0x06, 0x03, 0x55, 0x1d, 0x13, 0x01, 0x01, 0xff};
    struct pl_certificate_log log;
    uint8_t *at;
    struct made m;

    (void)state;
    make(&m, &(struct order){.san = "DNS:a.example", .ca = true});
    at = memmem(m.der, m.len, constraints, sizeof constraints);
    assert_non_null(at);
    at[1] = 0x0d;
    log = log_at(&m, NOW);
    assert_memory_equal(log.san, "a.example", 9);
    at[-1] = 0; /* an extension of nothing, and its bytes as others */
    log = log_at(&m, NOW);
    assert_memory_equal(log.san, "-", 1);
    unmake(&m);
}

static void unknown_is(const void *bytes, size_t len)
{
    struct pl_certificate_log log;

    pl_certificate_log(bytes, len, NOW, &log);
    assert_int_equal(strlen(log.sha256), 64);
    assert_string_equal(log.sigalg, "?");
    assert_string_equal(log.not_before, "?");
    assert_string_equal(log.not_after, "?");
    assert_string_equal(log.key, "?");
    assert_string_equal(log.bits, "?");
    assert_string_equal(log.self_issued, "?");
    assert_string_equal(log.expired, "-");
    assert_true(log.cn_len == 1 && log.cn[0] == '-');
    assert_true(log.san_len == 1 && log.san[0] == '-');
}

static void test_no_certificate(void **state)
{
    static const uint8_t long_length[] = {0x30, 0xff, 0xff, 0xff};
    static const uint8_t endless[] = {0x30, 0x80, 0x30, 0x80, 0x30, 0x80};
    static const uint8_t empty[] = {0x30, 0x06, 0x30, 0x00, 0x30, 0x00, 0x03, 0x00};

    (void)state;
    unknown_is("", 0);
    unknown_is("x", 1);
    unknown_is("not a certificate at all", 24);
    unknown_is(long_length, sizeof long_length);
    unknown_is(endless, sizeof endless);
    unknown_is(empty, sizeof empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),           cmocka_unit_test(test_expired_and_not_yet),
        cmocka_unit_test(test_common_names),    cmocka_unit_test(test_sans),
        cmocka_unit_test(test_bytes_behind_it), cmocka_unit_test(test_wrong_tag_inside),
        cmocka_unit_test(test_wrong_extension), cmocka_unit_test(test_no_certificate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
