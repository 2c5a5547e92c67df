/* SPDX-License-Identifier: BSD-2-Clause */
/* The dns family: which facts fire which check, and which do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/dns.h"

static struct pl_dns_facts with(enum pl_dns_security security)
{
    struct pl_dns_facts facts;

    memset(&facts, 0, sizeof(facts));
    facts.security = security;
    return facts;
}

static void signed_by(struct pl_dns_facts *facts, uint64_t low, bool high)
{
    struct pl_dns_signer signer = {low, high};

    pl_dns_signed_by(facts, signer);
}

static void assert_found(const struct pl_dns_facts *facts, uint64_t seen, uint64_t failed)
{
    struct pl_findings f;

    memset(&f, 0, sizeof(f));
    pl_check_dns(facts, &f);
    assert_int_equal(f.seen[PL_FAMILY_DNS], seen);
    assert_int_equal(f.failed[PL_FAMILY_DNS], failed);
}

static const uint64_t bogus = PL_MASK(dnssec_bogus);
static const uint64_t no_dnssec = PL_MASK(dnssec_unsigned);
static const uint64_t deprecated = PL_MASK(dnssec_alg_deprecated);
static const uint64_t rebinding = PL_MASK(dns_rebinding);

static void test_an_answer_not_validated_says_nothing(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_UNKNOWN);

    (void)state;
    signed_by(&facts, PL_BIT(5), false);
    assert_found(&facts, 0, 0);
}

static void test_bogus_is_only_bogus(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_BOGUS);

    (void)state;
    signed_by(&facts, PL_BIT(5), false);
    assert_found(&facts, bogus, bogus);
}

static void test_secure_passes(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_SECURE);

    (void)state;
    signed_by(&facts, PL_BIT(13), false);
    assert_found(&facts, bogus | no_dnssec | deprecated, 0);
}

static void test_insecure_is_unsigned(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_INSECURE);

    (void)state;
    assert_found(&facts, bogus | no_dnssec, no_dnssec);
    signed_by(&facts, PL_BIT(13), false); /* signed, but nobody vouches for the key */
    assert_found(&facts, bogus | no_dnssec | deprecated, no_dnssec);
}

static void test_every_deprecated_algorithm_fires(void **state)
{
    static const unsigned algorithms[] = {1, 3, 5, 6, 7, 12};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(algorithms); i++) {
        struct pl_dns_facts facts = with(PL_DNS_SECURE);
        signed_by(&facts, PL_BIT(algorithms[i]), false);
        assert_found(&facts, bogus | no_dnssec | deprecated, deprecated);
    }
}

static void test_every_other_algorithm_passes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        struct pl_dns_facts facts = with(PL_DNS_SECURE);
        if (PL_BIT(i) & PL_DNS_DEPRECATED)
            continue;
        signed_by(&facts, PL_BIT(i), false);
        assert_found(&facts, bogus | no_dnssec | deprecated, 0);
    }
}

static void test_deprecated_counts_as_insecure_but_is_told_once(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_INSECURE);

    (void)state;
    signed_by(&facts, PL_BIT(7), false);
    assert_found(&facts, bogus | no_dnssec | deprecated, deprecated);
}

static void test_a_good_algorithm_beside_a_deprecated_one_passes(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_SECURE);

    (void)state;
    signed_by(&facts, PL_BIT(5) | PL_BIT(8), false);
    signed_by(&facts, PL_BIT(5), true);
    assert_found(&facts, bogus | no_dnssec | deprecated, 0);
}

static void test_one_deprecated_zone_in_a_chain_fires(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_SECURE);

    (void)state;
    signed_by(&facts, PL_BIT(13), false);
    signed_by(&facts, PL_BIT(5), false);
    assert_found(&facts, bogus | no_dnssec | deprecated, deprecated);
}

static void test_more_signers_than_room_are_left_out(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_SECURE);

    (void)state;
    for (unsigned i = 20; i < 60; i++)
        signed_by(&facts, PL_BIT(i), false);
    assert_int_equal(facts.signers, PL_DNS_SIGNERS_MAX);
    signed_by(&facts, PL_BIT(20), false);
    assert_int_equal(facts.signers, PL_DNS_SIGNERS_MAX);
    facts.signers = UINT32_MAX; /* a lie does no harm */
    signed_by(&facts, PL_BIT(61), false);
    assert_found(&facts, bogus | no_dnssec | deprecated, 0);
}

static void test_rebinding(void **state)
{
    struct pl_dns_facts facts = with(PL_DNS_UNKNOWN);

    (void)state;
    facts.addresses_seen = true;
    assert_found(&facts, rebinding, 0);
    facts.address_private = true;
    assert_found(&facts, rebinding, rebinding);
    facts.name_local = true;
    assert_found(&facts, 0, 0);
}

struct address_case {
    uint32_t first, last;
};

static void test_private_ipv4_ranges_to_the_address(void **state)
{
    static const struct address_case cases[] = {
        {0x0a000000, 0x0affffff}, {0xac100000, 0xac1fffff}, {0xc0a80000, 0xc0a8ffff},
        {0x7f000000, 0x7fffffff}, {0xa9fe0000, 0xa9feffff}, {0x00000000, 0x00ffffff},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(cases); i++) {
        assert_true(pl_dns_address_private(pl_addr_v4(cases[i].first)));
        assert_true(pl_dns_address_private(pl_addr_v4(cases[i].last)));
        assert_false(pl_dns_address_private(pl_addr_v4(cases[i].last + 1)));
        if (cases[i].first)
            assert_false(pl_dns_address_private(pl_addr_v4(cases[i].first - 1)));
    }
    assert_false(pl_dns_address_private(pl_addr_v4(0xc6336407)));
}

static void test_private_ipv6(void **state)
{
    static const struct pl_addr private_ones[] = {
        {0, 0},
        {0, 1},
        {0xfc00000000000000, 1},
        {0xfdffffffffffffff, UINT64_MAX},
        {0xfe80000000000000, 1},
        {0xfebfffffffffffff, UINT64_MAX},
        {0x0064ff9b00000000, 0x0a000001}, /* NAT64 of 10.0.0.1 */
        {0, 0xffffc0a80001},              /* mapped 192.168.0.1 */
    };
    static const struct pl_addr public_ones[] = {
        {0, 2},
        {0xfbffffffffffffff, UINT64_MAX},
        {0xfe00000000000000, 1},
        {0xfec0000000000000, 1},
        {0x20010db800000000, 1},
        {0x0064ff9b00000000, 0xc6336407},
        {0x0064ff9b00000000, 0x10a000001},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(private_ones); i++)
        assert_true(pl_dns_address_private(private_ones[i]));
    for (size_t i = 0; i < PL_COUNT(public_ones); i++)
        assert_false(pl_dns_address_private(public_ones[i]));
}

static bool is_local(const char *name)
{
    return pl_dns_name_local((const uint8_t *)name, (uint32_t)strlen(name));
}

static void test_local_names(void **state)
{
    (void)state;
    assert_true(is_local("localhost"));
    assert_true(is_local("printer.local"));
    assert_true(is_local("nas.home.arpa"));
    assert_true(is_local("db.corp.internal"));
    assert_false(is_local("notlocal"));
    assert_false(is_local("local.example"));
    assert_false(is_local("xhome.arpa"));
    assert_false(is_local("arpa"));
    assert_false(is_local(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_not_validated_says_nothing),
        cmocka_unit_test(test_bogus_is_only_bogus),
        cmocka_unit_test(test_secure_passes),
        cmocka_unit_test(test_insecure_is_unsigned),
        cmocka_unit_test(test_every_deprecated_algorithm_fires),
        cmocka_unit_test(test_every_other_algorithm_passes),
        cmocka_unit_test(test_deprecated_counts_as_insecure_but_is_told_once),
        cmocka_unit_test(test_a_good_algorithm_beside_a_deprecated_one_passes),
        cmocka_unit_test(test_one_deprecated_zone_in_a_chain_fires),
        cmocka_unit_test(test_more_signers_than_room_are_left_out),
        cmocka_unit_test(test_rebinding),
        cmocka_unit_test(test_private_ipv4_ranges_to_the_address),
        cmocka_unit_test(test_private_ipv6),
        cmocka_unit_test(test_local_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
