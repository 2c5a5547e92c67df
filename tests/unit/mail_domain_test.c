/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of mail domains: from what was asked for, and from answers that pass.  Each row has at
 * least two vectors that fire and two that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/check/mail_domain.h"
#include "dns_build.h"
#include "mail_domain_build.h"

enum outcome { NOT_SEEN, PASSED, FAILED };

static enum outcome of(const struct pl_mail_domain_facts *m, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_mail_domain(m, &f);
    assert_int_equal(f.failed[PL_FAMILY_MAIL] & ~f.seen[PL_FAMILY_MAIL], 0);
    return f.failed[PL_FAMILY_MAIL] & mask ? FAILED
           : f.seen[PL_FAMILY_MAIL] & mask ? PASSED
                                           : NOT_SEEN;
}

#define OF(facts, row) of(&(facts), PL_MASK(row))

/* A domain that was asked for everything and has everything. */
static struct pl_mail_domain_facts good(void)
{
    struct pl_mail_domain_facts m = {
        .mx = PL_KNOWN_RIGHT,
        .secure = PL_KNOWN_RIGHT,
        .starttls = PL_KNOWN_RIGHT,
        .tlsa_fits = PL_KNOWN_RIGHT,
        .policy_got = PL_KNOWN_RIGHT,
        .policy_lists = PL_KNOWN_RIGHT,
        .tlsa_asked = true,
        .sts_asked = true,
        .rpt_asked = true,
        .spf_asked = true,
        .dmarc_asked = true,
        .spf_whole = true,
        .tlsa = {1, 1},
        .sts_records = 1,
        .rpt_records = 1,
        .spf_records = 1,
        .dmarc_records = 1,
        .sts = {true, false},
        .policy = {true, PL_MTA_STS_ENFORCE, 1, 604800},
        .rpt = {true, false},
        .spf = {.seen = true, .all = PL_SPF_FAIL},
        .dmarc = {.seen = true, .version = true, .p = PL_DMARC_REJECT},
        .dkim = {.seen = true, .bits = 2048},
    };

    return m;
}

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

/* --- SPF, DMARC and DKIM as they pass */

static struct pl_mail_domain_facts passing(const char *name, const char *one, const char *two)
{
    struct pl_mail_domain_facts m = {0};
    struct message answer = message(ANSWER, name, PL_DNS_TXT);
    struct pl_dns d = {0};

    add_text(&answer, "some-site-verification=v=spf1", 255);
    add_text(&answer, one, 100);
    if (two)
        add_text(&answer, two, 255);
    assert_int_equal(read_message(&d, &answer, 53), PL_MORE);
    pl_mail_domain_answer(&m, &d, pl_view(answer.byte, answer.len));
    return m;
}

static enum outcome spf(const char *name, const char *text, uint64_t mask)
{
    struct pl_mail_domain_facts m = passing(name, text, NULL);

    return of(&m, mask);
}

static void spf_missing(void **state)
{
    struct pl_mail_domain_facts m = good(), other = passing("example.net", "x", NULL);

    (void)state;
    assert_int_equal(OF(m, spf_missing), PASSED);
    m.spf_records = 0;
    assert_int_equal(OF(m, spf_missing), FAILED);
    m.mx = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, spf_missing), NOT_SEEN);
    m.sender = true;
    assert_int_equal(OF(m, spf_missing), FAILED);
    assert_int_equal(OF(other, spf_missing), NOT_SEEN); /* what passes is never missing */
}

static void spf_permissive(void **state)
{
    uint64_t mask = PL_MASK(spf_permissive);

    (void)state;
    assert_int_equal(spf("example.net", "v=spf1 mx ?all", mask), FAILED);
    assert_int_equal(spf("example.net", "v=spf1 mx", mask), FAILED);
    assert_int_equal(spf("example.net", "v=spf1 mx ~all", mask), PASSED);
    assert_int_equal(spf("example.net", "v=spf1 -all", mask), PASSED);
    assert_int_equal(spf("example.net", "v=spf1 redirect=x.example", mask), NOT_SEEN);
    assert_int_equal(spf("example.net", "v=spf1 +all", mask), NOT_SEEN);
    assert_int_equal(spf("_spf.example.net", "v=spf1 a ?all", mask), NOT_SEEN);
    assert_int_equal(spf("spf2.example.net", "v=spf1 a ?all", mask), NOT_SEEN);
    assert_int_equal(spf("spfarm.example.net", "v=spf1 a ?all", mask), FAILED);
}

static void spf_pass_all(void **state)
{
    uint64_t mask = PL_MASK(spf_pass_all);

    (void)state;
    assert_int_equal(spf("example.net", "v=spf1 mx +all", mask), FAILED);
    assert_int_equal(spf("_spf.example.net", "v=spf1 ip4:0.0.0.0/0 -all", mask), FAILED);
    assert_int_equal(spf("example.net", "v=spf1 mx ?all", mask), PASSED);
    assert_int_equal(spf("example.net", "v=spf1 -all +all", mask), PASSED);
    assert_int_equal(spf("example.net", "v=spf1 nonsense +all", mask), NOT_SEEN);
}

static void spf_broken(void **state)
{
    struct pl_mail_domain_facts m = passing("example.net", "v=spf1 -all", "v=spf1 ~all");
    uint64_t mask = PL_MASK(spf_broken);

    (void)state;
    assert_int_equal(OF(m, spf_broken), FAILED);
    assert_int_equal(spf("example.net", "v=spf1 ip4:1.2.3 -all", mask), FAILED);
    assert_int_equal(spf("example.net", "v=spf1 a a a a a a a a a a a -all", mask), FAILED);
    assert_int_equal(spf("example.net", "v=spf1 a a a a a a a a a a -all", mask), PASSED);
    assert_int_equal(spf("example.net", "v=spf1 -all", mask), PASSED);
    assert_int_equal(spf("example.net", "v=spf1 include:x.example -all", mask), NOT_SEEN);
    m = good();
    m.spf_voids = 3;
    assert_int_equal(OF(m, spf_broken), FAILED);
    m.spf_voids = 2;
    assert_int_equal(OF(m, spf_broken), PASSED);
}

static void dmarc_missing(void **state)
{
    struct pl_mail_domain_facts m = good(), other = passing("_dmarc.example.net", "x", NULL);

    (void)state;
    assert_int_equal(OF(m, dmarc_missing), PASSED);
    m.dmarc_records = 0;
    assert_int_equal(OF(m, dmarc_missing), FAILED);
    m.mx = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, dmarc_missing), NOT_SEEN);
    m.sender = true;
    assert_int_equal(OF(m, dmarc_missing), FAILED);
    assert_int_equal(OF(other, dmarc_missing), NOT_SEEN);
}

static void dmarc_policy_none(void **state)
{
    uint64_t mask = PL_MASK(dmarc_policy_none);
    const char *name = "_DMARC.example.net";

    (void)state;
    assert_int_equal(spf(name, "v=DMARC1; p=none", mask), FAILED);
    assert_int_equal(spf(name, "v=DMARC1; p=quarantine; t=y", mask), FAILED);
    assert_int_equal(spf(name, "v=DMARC1; rua=mailto:a@example.net", mask), FAILED);
    assert_int_equal(spf(name, "v=DMARC1; p=quarantine", mask), PASSED);
    assert_int_equal(spf(name, "v=DMARC1; p=reject; t=y", mask), PASSED);
    assert_int_equal(spf(name, "v=DMARC1; p=nothing", mask), NOT_SEEN);
    assert_int_equal(spf("example.net", "v=DMARC1; p=none", mask), NOT_SEEN);
    assert_int_equal(spf("a.example._report._dmarc.example.net", "v=DMARC1", mask), NOT_SEEN);
}

static void dmarc_broken(void **state)
{
    struct pl_mail_domain_facts m =
        passing("_dmarc.example.net", "v=DMARC1; p=reject", "v=DMARC1; p=none");
    uint64_t mask = PL_MASK(dmarc_broken);

    (void)state;
    assert_int_equal(OF(m, dmarc_broken), FAILED);
    assert_int_equal(spf("_dmarc.example.net", "v=DMARC1; p=nothing", mask), FAILED);
    assert_int_equal(spf("_dmarc.example.net", "v=DMARC1; p=reject", mask), PASSED);
    assert_int_equal(spf("_dmarc.example.net", "v=DMARC1; p=none; pct=50", mask), PASSED);
    m = good();
    m.dmarc_external = PL_KNOWN_WRONG;
    assert_int_equal(OF(m, dmarc_broken), FAILED);
}

static enum outcome dkim(const char *tags, const char *key, uint64_t mask)
{
    char text[2048];

    (void)snprintf(text, sizeof(text), "v=DKIM1; %sp=%s", tags, key);
    return spf("sel.1._domainkey.example.net", text, mask);
}

static void dkim_key_weak(void **state)
{
    uint64_t mask = PL_MASK(dkim_key_weak);

    (void)state;
    assert_int_equal(dkim("", rsa_key(512, true), mask), FAILED);
    assert_int_equal(dkim("", rsa_key(1016, false), mask), FAILED);
    assert_int_equal(dkim("h=sha1; ", rsa_key(2048, true), mask), FAILED);
    assert_int_equal(dkim("t=y; ", rsa_key(2048, true), mask), FAILED);
    assert_int_equal(dkim("", rsa_key(1024, true), mask), PASSED);
    assert_int_equal(dkim("h=sha1:sha256; t=s; ", rsa_key(2048, true), mask), PASSED);
    assert_int_equal(dkim("", "", mask), NOT_SEEN);
    assert_int_equal(dkim("", "!", mask), NOT_SEEN);
    assert_int_equal(spf("_domainkey.example.net", "t=y; p=MEgC", mask), NOT_SEEN);
}

static void dkim_key_phase_out(void **state)
{
    uint64_t mask = PL_MASK(dkim_key_phase_out);

    (void)state;
    assert_int_equal(dkim("", rsa_key(1024, true), mask), FAILED);
    assert_int_equal(dkim("", rsa_key(2040, false), mask), FAILED);
    assert_int_equal(dkim("", rsa_key(2048, true), mask), PASSED);
    assert_int_equal(dkim("k=ed25519; ", "8bHU9Iww2ftWirZJu6n2MxQoE8wepEUAWe8z6G8V2xw=", mask),
                     PASSED);
    assert_int_equal(dkim("", rsa_key(512, true), mask), NOT_SEEN); /* weak already */
}

static void errors_and_other_sections_say_nothing(void **state)
{
    struct message m = message(ANSWER | 3, "example.net", PL_DNS_TXT);
    struct pl_mail_domain_facts facts = {0};
    struct pl_dns d = {0};

    (void)state;
    add_text(&m, "v=spf1 +all", 255);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    pl_mail_domain_answer(&facts, &d, pl_view(m.byte, m.len));
    m = message(ANSWER, "example.net", PL_DNS_TXT);
    add(&m, 3, PL_DNS_TXT, "\x0bv=spf1 +all", 12);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    pl_mail_domain_answer(&facts, &d, pl_view(m.byte, m.len));
    assert_int_equal(of(&facts, ~0ull), NOT_SEEN);
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
        cmocka_unit_test(spf_missing),
        cmocka_unit_test(spf_permissive),
        cmocka_unit_test(spf_pass_all),
        cmocka_unit_test(spf_broken),
        cmocka_unit_test(dmarc_missing),
        cmocka_unit_test(dmarc_policy_none),
        cmocka_unit_test(dmarc_broken),
        cmocka_unit_test(dkim_key_weak),
        cmocka_unit_test(dkim_key_phase_out),
        cmocka_unit_test(errors_and_other_sections_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
