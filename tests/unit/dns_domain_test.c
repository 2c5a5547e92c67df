/* SPDX-License-Identifier: BSD-2-Clause */
/* The dns family, row by row: what records say of themselves, and what was asked for.  Each row has
 * at least two vectors that fire and two that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/dns.h"
#include "common/check/dns_domain.h"

enum outcome { NOT_SEEN, PASSED, FAILED };

static enum outcome outcome(const struct pl_findings *f, uint64_t mask)
{
    assert_int_equal(f->failed[PL_FAMILY_DNS] & ~f->seen[PL_FAMILY_DNS], 0);
    return f->failed[PL_FAMILY_DNS] & mask ? FAILED
           : f->seen[PL_FAMILY_DNS] & mask ? PASSED
                                           : NOT_SEEN;
}

static enum outcome of_answer(struct pl_dns_facts facts, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_dns(&facts, &f);
    return outcome(&f, mask);
}

static enum outcome of_domain(struct pl_domain_facts facts, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_domain(&facts, &f);
    return outcome(&f, mask);
}

static void nothing_known_is_nothing_seen(void **state)
{
    struct pl_dns_facts facts = {0};
    struct pl_domain_facts domain = {0};
    struct pl_findings f = {0}, none = {0};

    (void)state;
    pl_check_dns(&facts, &f);
    pl_check_dns_at(&facts, 1700000000, &f);
    pl_check_domain(&domain, &f);
    assert_memory_equal(&f, &none, sizeof(f));
}

static enum outcome ds(const char *digests)
{
    struct pl_dns_facts facts = {0};

    for (; *digests; digests++)
        pl_dns_digest_seen(&facts, (uint8_t)(*digests - '0'));
    return of_answer(facts, PL_MASK(dnssec_ds_sha1_only));
}

static void dnssec_ds_sha1_only(void **state)
{
    (void)state;
    assert_int_equal(ds("1"), FAILED);
    assert_int_equal(ds("13"), FAILED);
    assert_int_equal(ds("2"), PASSED);
    assert_int_equal(ds("14"), PASSED);
    assert_int_equal(ds(""), NOT_SEEN);
}

static enum outcome nsec3(uint16_t iterations, bool salt)
{
    struct pl_dns_facts facts = {0};

    pl_dns_nsec3_seen(&facts, iterations, salt);
    return of_answer(facts, PL_MASK(dnssec_nsec3_iterations));
}

static void dnssec_nsec3_iterations(void **state)
{
    (void)state;
    assert_int_equal(nsec3(1, false), FAILED);
    assert_int_equal(nsec3(500, true), FAILED);
    assert_int_equal(nsec3(0, false), PASSED);
    assert_int_equal(nsec3(0, true), PASSED); /* salt is discouraged, and another matter */
}

static enum outcome rsa(uint32_t one, uint32_t two)
{
    struct pl_dns_facts facts = {0};

    pl_dns_rsa_seen(&facts, one);
    pl_dns_rsa_seen(&facts, two);
    return of_answer(facts, PL_MASK(dnssec_rsa_short));
}

static void dnssec_rsa_short(void **state)
{
    (void)state;
    assert_int_equal(rsa(1024, 0), FAILED);
    assert_int_equal(rsa(4096, 2047), FAILED);
    assert_int_equal(rsa(2048, 0), PASSED);
    assert_int_equal(rsa(4096, 2048), PASSED);
    assert_int_equal(rsa(0, 0), NOT_SEEN); /* another algorithm */
    assert_int_equal(rsa(70000, 0), PASSED);
}

static enum outcome signature(uint32_t begins, uint32_t expires, uint64_t now)
{
    struct pl_dns_facts facts = {0};
    struct pl_findings f = {0};

    pl_dns_signature_seen(&facts, begins, expires);
    pl_check_dns_at(&facts, now, &f);
    return outcome(&f, PL_MASK(dnssec_sig_expiring));
}

enum { DAY = 86400, NOW = 1750000000 };

static void dnssec_sig_expiring(void **state)
{
    uint64_t late = 0x100000000u + 1000; /* after 2106's turn */

    (void)state;
    assert_int_equal(signature(NOW - 29 * DAY, NOW + DAY / 2, NOW), FAILED);
    assert_int_equal(signature(NOW - 29 * DAY, NOW - 1, NOW), FAILED);
    assert_int_equal(signature(0xfff00000, 500, late), FAILED);
    assert_int_equal(signature(NOW - DAY, NOW + 13 * DAY, NOW), PASSED);
    assert_int_equal(signature(NOW - 29 * DAY, NOW + DAY, NOW), PASSED);
    assert_int_equal(signature(NOW - DAY, NOW + DAY / 2, NOW), PASSED); /* made for days only */
    assert_int_equal(signature(0xfff00000, 1000 + 20 * DAY, late), PASSED);
    assert_int_equal(signature(NOW - DAY, NOW + DAY, 3600),
                     NOT_SEEN); /* a clock that was not set */
    assert_int_equal(signature(NOW - DAY, NOW + DAY, 0), NOT_SEEN);
}

static enum outcome client(bool asked, bool clear, bool offered)
{
    struct pl_dns_facts facts = {.asked = asked, .asked_clear = clear};

    facts.encryption_offered = offered;
    return of_answer(facts, PL_MASK(dns_client_cleartext));
}

static void dns_client_cleartext(void **state)
{
    struct pl_dns_facts both = {.asked = true, .asked_clear = true, .encryption_offered = true};

    (void)state;
    both.security = PL_DNS_SECURE;
    assert_int_equal(client(true, true, true), FAILED);
    assert_int_equal(of_answer(both, PL_MASK(dns_client_cleartext)), FAILED);
    assert_int_equal(client(true, false, true), PASSED);
    assert_int_equal(client(true, true, false), NOT_SEEN);
    assert_int_equal(client(false, false, true), NOT_SEEN);
}

#define KNOWN_ROW(row, member)                                                                     \
    static void row(void **state)                                                                  \
    {                                                                                              \
        struct pl_domain_facts facts = {0}, all;                                                   \
        memset(&all, 0, sizeof(all));                                                              \
        (void)state;                                                                               \
        assert_int_equal(of_domain(facts, PL_MASK(row)), NOT_SEEN);                                \
        facts.member = PL_KNOWN_WRONG;                                                             \
        assert_int_equal(of_domain(facts, PL_MASK(row)), FAILED);                                  \
        all.caa = all.tlsa = all.forwarders = all.ddr = PL_KNOWN_RIGHT;                            \
        assert_int_equal(of_domain(all, PL_MASK(row)), PASSED);                                    \
        all.member = PL_KNOWN_WRONG;                                                               \
        assert_int_equal(of_domain(all, PL_MASK(row)), FAILED);                                    \
        all.caa = all.tlsa = all.forwarders = all.ddr = PL_KNOWN_WRONG;                            \
        all.member = PL_KNOWN_RIGHT;                                                               \
        assert_int_equal(of_domain(all, PL_MASK(row)), PASSED);                                    \
    }

KNOWN_ROW(caa_missing, caa)
KNOWN_ROW(tlsa_unsigned, tlsa)
KNOWN_ROW(dns_upstream_cleartext, forwarders)
KNOWN_ROW(ddr_verify_fail, ddr)

/* Hosts as letters: 4, 6, b for both, - for none. */
static struct pl_domain_hosts hosts(const char *each)
{
    struct pl_domain_hosts h = {.asked = true};

    for (; *each; each++)
        pl_domain_host(&h, *each == '4' || *each == 'b', *each == '6' || *each == 'b');
    return h;
}

static enum outcome v6(const char *web, const char *mail, const char *servers)
{
    struct pl_domain_facts facts = {0};

    facts.web = hosts(web);
    facts.mail = hosts(mail);
    facts.servers = hosts(servers);
    return of_domain(facts, PL_MASK(ipv6_missing));
}

static void ipv6_missing(void **state)
{
    struct pl_domain_facts unasked = {.web = {.v4 = 1}};

    (void)state;
    assert_int_equal(v6("4", "", ""), FAILED);
    assert_int_equal(v6("b", "44", "bb"), FAILED);
    assert_int_equal(v6("b", "b", "b44"), FAILED);
    assert_int_equal(v6("b", "b4", "bb4"), PASSED);
    assert_int_equal(v6("6", "", "66"), PASSED);
    assert_int_equal(v6("b", "", "b"), PASSED); /* a single server is another matter */
    assert_int_equal(v6("", "", ""), NOT_SEEN);
    assert_int_equal(v6("-", "", ""), NOT_SEEN);
    assert_int_equal(of_domain(unasked, PL_MASK(ipv6_missing)), NOT_SEEN);
}

static void ipv4_in_ipv6_is_not_ipv6(void **state)
{
    static const uint8_t global[16] = {0x20, 0x01, 0x0d, 0xb8}, old[16] = {[12] = 192, 0, 2, 1};

    (void)state;
    assert_false(pl_domain_is_v6(pl_addr_v4(0xc0000201)));
    assert_false(pl_domain_is_v6(pl_addr_v6(old)));
    assert_true(pl_domain_is_v6(pl_addr_v6(global)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_known_is_nothing_seen),
        cmocka_unit_test(dnssec_ds_sha1_only),
        cmocka_unit_test(dnssec_nsec3_iterations),
        cmocka_unit_test(dnssec_rsa_short),
        cmocka_unit_test(dnssec_sig_expiring),
        cmocka_unit_test(dns_client_cleartext),
        cmocka_unit_test(caa_missing),
        cmocka_unit_test(tlsa_unsigned),
        cmocka_unit_test(dns_upstream_cleartext),
        cmocka_unit_test(ddr_verify_fail),
        cmocka_unit_test(ipv6_missing),
        cmocka_unit_test(ipv4_in_ipv6_is_not_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
