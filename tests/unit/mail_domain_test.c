/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of mail domains that need to be asked for.  Each row has at
 * least two vectors that fire and two that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mail_domain_facts.h"
#include "mail_domain_build.h"

static void a_good_domain_fails_nothing_and_an_unknown_one_is_not_seen(void **state)
{
    struct pl_mail_domain_facts m = good(), none = {0};

    (void)state;
    assert_int_equal(of(&m, ~0ull), PASSED);
    assert_int_equal(of(&none, ~0ull), NOT_SEEN);
}

static void smtp_starttls_stripped(void **state)
{
    struct pl_mail_domain_facts m = good();

    (void)state;
    m.starttls = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, smtp_starttls_stripped), FAILED);
    m.tlsa.usable = 0; /* the policy still demands it */
    assert_int_equal(OF(m, smtp_starttls_stripped), FAILED);
    m.policy.mode = PL_MTA_STS_TESTING;
    assert_int_equal(OF(m, smtp_starttls_stripped), NOT_SEEN);
    m = good();
    m.sts_records = m.policy_got = 0;
    assert_int_equal(OF(m, smtp_starttls_stripped), PASSED);
    m.secure = PL_KNOWN_WRONG; /* an unsigned TLSA record demands nothing */
    m.starttls = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, smtp_starttls_stripped), NOT_SEEN);
}

static void smtp_dane_missing(void **state)
{
    struct pl_mail_domain_facts m = good();

    (void)state;
    assert_int_equal(OF(m, smtp_dane_missing), PASSED);
    m.tlsa.records = m.tlsa.usable = 0;
    assert_int_equal(OF(m, smtp_dane_missing), FAILED);
    m.policy_got = PL_KNOWN_NOT;
    assert_int_equal(OF(m, smtp_dane_missing), FAILED);
    m.secure = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, smtp_dane_missing), NOT_SEEN);
    m.secure = PL_KNOWN_RIGHT;
    m.tlsa.records = 1; /* of no use: another row */
    assert_int_equal(OF(m, smtp_dane_missing), NOT_SEEN);
}

static void smtp_dane_mismatch(void **state)
{
    struct pl_mail_domain_facts m = good();

    (void)state;
    assert_int_equal(OF(m, smtp_dane_mismatch), PASSED);
    m.tlsa_fits = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, smtp_dane_mismatch), FAILED);
    m.starttls = PL_KNOWN_NOT;
    assert_int_equal(OF(m, smtp_dane_mismatch), FAILED);
    m.secure = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, smtp_dane_mismatch), NOT_SEEN);
}

static struct pl_tlsa_set tlsa(const char *head, uint32_t bytes)
{
    uint8_t data[128] = {0};
    struct pl_tlsa_set set = {0, 0};

    for (int i = 0; i < 3; i++)
        data[i] = (uint8_t)(head[i] - '0');
    pl_tlsa_add(&set, pl_view(data, bytes));
    return set;
}

static void dane_usage_unusable(void **state)
{
    static const struct {
        const char *head;
        uint32_t bytes;
        enum outcome outcome;
    } sets[] = {{"311", 35, PASSED}, {"211", 35, PASSED}, {"312", 67, PASSED}, {"200", 100, PASSED},
                {"111", 35, FAILED}, {"011", 35, FAILED}, {"311", 34, FAILED}, {"321", 35, FAILED},
                {"313", 67, FAILED}, {"300", 3, FAILED},  {"300", 2, FAILED}};
    struct pl_mail_domain_facts m = good();

    (void)state;
    for (size_t i = 0; i < PL_COUNT(sets); i++) {
        m.tlsa = tlsa(sets[i].head, sets[i].bytes);
        assert_int_equal(OF(m, dane_usage_unusable), sets[i].outcome);
    }
    m.tlsa.records = 0;
    assert_int_equal(OF(m, dane_usage_unusable), NOT_SEEN);
}

static void mta_sts_missing(void **state)
{
    struct pl_mail_domain_facts m = good();

    (void)state;
    m.sts_records = 0;
    assert_int_equal(OF(m, mta_sts_missing), NOT_SEEN); /* DANE does it */
    m.tlsa.usable = 0;
    assert_int_equal(OF(m, mta_sts_missing), FAILED);
    m.secure = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, mta_sts_missing), FAILED);
    m.mx = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, mta_sts_missing), NOT_SEEN);
    m.mx = PL_KNOWN_RIGHT;
    m.sts_records = 1;
    assert_int_equal(OF(m, mta_sts_missing), PASSED);
}

static void policy(struct pl_mail_domain_facts *m, const char *text)
{
    pl_mta_sts_policy(&m->policy, pl_view((const uint8_t *)text, (uint32_t)strlen(text)));
}

#define POLICY "version: STSv1\r\nmode: enforce\r\nmx: mail.example.net\r\n"

static void mta_sts_invalid(void **state)
{
    static const char *const wrong[] = {
        "",
        "mode: enforce\nmx: a.example\nmax_age: 604800\n",
        POLICY,
        POLICY "max_age: x\n",
        POLICY "max_age: 31557601\n",
        POLICY "max_age: 86399\n",
        "version: STSv1\nmode: none\nmax_age: 604800\n",
        "version: STSv1\nmode: enforced\nmx: a.example\nmax_age: 604800\n",
        "version: STSv1\nmode: enforce\nmax_age: 604800\n",
        "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 604800\nnonsense\n",
    };
    struct pl_mail_domain_facts m = good();

    (void)state;
    for (size_t i = 0; i < PL_COUNT(wrong); i++) {
        policy(&m, wrong[i]);
        assert_int_equal(OF(m, mta_sts_invalid), FAILED);
    }
    policy(&m, POLICY "max_age: 604800  \r\n");
    assert_int_equal(OF(m, mta_sts_invalid), PASSED);
    policy(&m, "max_age:86400\n\nversion:STSv1\nlater: x\nmx: *.example.net\nmode:enforce");
    assert_int_equal(OF(m, mta_sts_invalid), PASSED);
    m.policy_lists = PL_KNOWN_NOT;
    assert_int_equal(OF(m, mta_sts_invalid), NOT_SEEN);
    m.policy_lists = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, mta_sts_invalid), FAILED);
    m = good();
    m.sts_records = 2;
    assert_int_equal(OF(m, mta_sts_invalid), FAILED);
    m.policy_got = PL_KNOWN_NOT; /* nobody asked */
    assert_int_equal(OF(m, mta_sts_invalid), NOT_SEEN);
}

static bool lists(const char *host)
{
    static const char text[] = "version: STSv1\nmx: Mail.example.net\nmx: *.example.org\n";

    return pl_mta_sts_lists(pl_view((const uint8_t *)text, sizeof(text) - 1), (const uint8_t *)host,
                            (uint32_t)strlen(host));
}

static void a_policy_lists_hosts(void **state)
{
    (void)state;
    assert_true(lists("mail.Example.net"));
    assert_true(lists("a.example.org"));
    assert_false(lists("a.b.example.org"));
    assert_false(lists("example.org"));
    assert_false(lists("mail.example.net.evil"));
    assert_false(lists(""));
}

static void mta_sts_testing(void **state)
{
    struct pl_mail_domain_facts m = good();

    (void)state;
    assert_int_equal(OF(m, mta_sts_testing), PASSED);
    m.policy.mode = PL_MTA_STS_TESTING;
    m.testing_days = 90;
    assert_int_equal(OF(m, mta_sts_testing), PASSED);
    m.testing_days = 91;
    assert_int_equal(OF(m, mta_sts_testing), FAILED);
    m.testing_days = 900;
    assert_int_equal(OF(m, mta_sts_testing), FAILED);
}

static void tlsrpt_missing(void **state)
{
    struct pl_mail_domain_facts m = good();

    (void)state;
    assert_int_equal(OF(m, tlsrpt_missing), PASSED);
    m.rpt_records = 0;
    assert_int_equal(OF(m, tlsrpt_missing), FAILED);
    m.sts_records = 0;
    assert_int_equal(OF(m, tlsrpt_missing), FAILED);
    m.tlsa.usable = 0; /* there is nothing to report of */
    assert_int_equal(OF(m, tlsrpt_missing), NOT_SEEN);
}

static struct pl_tlsrpt rpt(const char *text)
{
    struct pl_tlsrpt r;

    READ_TEXT(pl_tlsrpt_read, &r, text);
    return r;
}

static struct pl_mta_sts sts(const char *text)
{
    struct pl_mta_sts s;

    READ_TEXT(pl_mta_sts_read, &s, text);
    return s;
}

static void the_records_of_sts_and_of_reports(void **state)
{
    (void)state;
    assert_false(rpt("v=TLSRPTv1; rua=mailto:a@example.net").broken);
    assert_false(rpt("v=TLSRPTv1;rua=https://example.net/r,mailto:a@example.net;").broken);
    assert_true(rpt("v=TLSRPTv1;").broken);
    assert_true(rpt("v=TLSRPTv1; rua=example.net").broken);
    assert_false(rpt("v=TLSRPTv2; rua=mailto:a@example.net").seen);
    assert_false(sts("v=STSv1; id=20240101T000000;").broken);
    assert_true(sts("v=STSv1; id=2024-01-01").broken);
    assert_true(sts("v=STSv1;").broken);
    assert_true(sts("v=STSv1; id=a12345678901234567890123456789012").broken);
    assert_false(sts("v=STSV1; id=1").seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_domain_fails_nothing_and_an_unknown_one_is_not_seen),
        cmocka_unit_test(smtp_starttls_stripped),
        cmocka_unit_test(smtp_dane_missing),
        cmocka_unit_test(smtp_dane_mismatch),
        cmocka_unit_test(dane_usage_unusable),
        cmocka_unit_test(mta_sts_missing),
        cmocka_unit_test(mta_sts_invalid),
        cmocka_unit_test(a_policy_lists_hosts),
        cmocka_unit_test(mta_sts_testing),
        cmocka_unit_test(tlsrpt_missing),
        cmocka_unit_test(the_records_of_sts_and_of_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
