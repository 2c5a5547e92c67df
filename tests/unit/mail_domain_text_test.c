/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of SPF, DMARC and DKIM, mostly from answers that pass.  Each row has at least two
 * vectors that fire and two that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mail_domain_facts.h"
#include "dns_build.h"
#include "mail_domain_build.h"

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
