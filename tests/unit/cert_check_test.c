/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the family CERT by plain facts: limits to the second, and what is not seen. */
#include "cert_facts.h"

static void test_nothing_wrong(void **state)
{
    struct pl_cert_facts f = good();
    struct pl_findings o = check(&f);

    (void)state;
    assert_int_equal(o.failed[PL_FAMILY_CERT], 0);
    assert_int_equal(o.seen[PL_FAMILY_CERT], 0xffff); /* all sixteen */
}

static void test_nothing_known(void **state)
{
    struct pl_cert_facts f = {0};

    (void)state;
    assert_int_equal(check(&f).seen[PL_FAMILY_CERT], 0);
    f = good();
    f.seen = false;
    assert_int_equal(check(&f).seen[PL_FAMILY_CERT], 0);
    f = good();
    f.malformed = true;
    assert_int_equal(check(&f).seen[PL_FAMILY_CERT], 0);
}

/* --- time */

static void test_cert_expired(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    f.observed_at = f.not_after;
    IS(f, cert_expired, PASS);
    f.observed_at = f.not_after + 300; /* clocks differ */
    IS(f, cert_expired, PASS);
    IS(f, cert_expiring, FAIL);
    f.observed_at = f.not_after + 301;
    IS(f, cert_expired, FAIL);
    IS(f, cert_expiring, UNSEEN);
    f.observed_at = f.not_after + 3650LL * DAY;
    IS(f, cert_expired, FAIL);
    f = good();
    f.inner_expired = true;
    IS(f, cert_expired, FAIL);
    f = good();
    f.observed_at = 0;
    IS(f, cert_expired, UNSEEN);
    IS(f, cert_not_yet_valid, UNSEEN);
    IS(f, cert_expiring, UNSEEN);
    f.observed_at = 31536000; /* a clock that was never set */
    IS(f, cert_not_yet_valid, UNSEEN);
}

static void test_cert_not_yet_valid(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    f.observed_at = f.not_before;
    IS(f, cert_not_yet_valid, PASS);
    f.observed_at = f.not_before - 300;
    IS(f, cert_not_yet_valid, PASS);
    f.observed_at = f.not_before - 301;
    IS(f, cert_not_yet_valid, FAIL);
    IS(f, cert_expired, PASS);
    IS(f, cert_expiring, UNSEEN);
    f.observed_at = f.not_before - 365LL * DAY;
    IS(f, cert_not_yet_valid, FAIL);
}

static void test_cert_expiring(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    f.observed_at = f.not_after - 14 * DAY;
    IS(f, cert_expiring, PASS);
    f.observed_at++;
    IS(f, cert_expiring, FAIL);
    f.observed_at = f.not_after;
    IS(f, cert_expiring, FAIL);
    f.not_after = f.not_before + 6 * DAY - 1; /* six days: a third are two */
    f.observed_at = f.not_after - 2 * DAY;
    IS(f, cert_expiring, PASS);
    f.observed_at++;
    IS(f, cert_expiring, FAIL);
}

/* --- name and path */

static void test_cert_name_mismatch(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    IS(f, cert_name_mismatch, PASS);
    f.name_matches = false;
    IS(f, cert_name_mismatch, FAIL);
    f.san = false;
    IS(f, cert_name_mismatch, FAIL);
    f.name_known = false; /* no SNI */
    IS(f, cert_name_mismatch, UNSEEN);
}

static void test_cert_no_san(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    IS(f, cert_no_san, PASS);
    f.name_known = false;
    IS(f, cert_no_san, PASS);
    f.san = false;
    IS(f, cert_no_san, FAIL);
    f.name_known = true;
    IS(f, cert_no_san, FAIL);
}

static void path_is(enum pl_cert_chain chain, enum outcome self, enum outcome incomplete,
                    enum outcome root)
{
    struct pl_cert_facts f = good();

    f.chain = (uint8_t)chain;
    IS(f, cert_untrusted_self_signed, self);
    IS(f, cert_untrusted_incomplete, incomplete);
    IS(f, cert_untrusted_root, root);
}

static void test_cert_untrusted(void **state)
{
    (void)state;
    path_is(PL_CERT_CHAIN_UNKNOWN, UNSEEN, UNSEEN, UNSEEN);
    path_is(PL_CERT_CHAIN_TRUSTED, PASS, PASS, PASS);
    path_is(PL_CERT_CHAIN_SELF_SIGNED, FAIL, PASS, PASS);
    path_is(PL_CERT_CHAIN_INCOMPLETE, PASS, FAIL, PASS);
    path_is(PL_CERT_CHAIN_ROOT, PASS, PASS, FAIL);
    path_is(PL_CERT_CHAIN_BROKEN, PASS, PASS, FAIL);
}

/* Roots come and go: an old chain is not blamed for a root that has left the store since. */
static void test_chain_before_the_store(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    f.before_store = true;
    IS(f, cert_untrusted_root, PASS);
    f.chain = PL_CERT_CHAIN_ROOT;
    IS(f, cert_untrusted_root, UNSEEN);
    IS(f, cert_untrusted_incomplete, UNSEEN);
    f.chain = PL_CERT_CHAIN_INCOMPLETE;
    IS(f, cert_untrusted_incomplete, UNSEEN);
    f.chain = PL_CERT_CHAIN_SELF_SIGNED;
    IS(f, cert_untrusted_self_signed, FAIL);
    f.chain = PL_CERT_CHAIN_BROKEN;
    IS(f, cert_untrusted_root, FAIL);
}

/* Where no name is trusted, only key and hash are judged (RFC 7672, 1.3; RFC 8122). */
static void test_other_uses(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    f.chain = PL_CERT_CHAIN_SELF_SIGNED;
    f.san = f.name_matches = f.public_root = false;
    f.observed_at = f.not_after + 365LL * DAY;
    f.revocation = PL_CERT_REVOCATION_REVOKED;
    f.staple = PL_CERT_STAPLE_INVALID;
    f.key = PL_CERT_KEY_RSA;
    f.key_bits = 1024;
    f.leaf_hash = PL_SIG_SHA1;
    f.use = PL_CERT_USE_OPPORTUNISTIC;
    assert_int_equal(check(&f).failed[PL_FAMILY_CERT],
                     PL_MASK(cert_key_weak) | PL_MASK(cert_sig_weak));
    f.use = PL_CERT_USE_FINGERPRINT;
    assert_int_equal(check(&f).failed[PL_FAMILY_CERT], PL_MASK(cert_key_weak));
    IS(f, cert_sig_weak, UNSEEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_wrong),
        cmocka_unit_test(test_nothing_known),
        cmocka_unit_test(test_cert_expired),
        cmocka_unit_test(test_cert_not_yet_valid),
        cmocka_unit_test(test_cert_expiring),
        cmocka_unit_test(test_cert_name_mismatch),
        cmocka_unit_test(test_cert_no_san),
        cmocka_unit_test(test_cert_untrusted),
        cmocka_unit_test(test_chain_before_the_store),
        cmocka_unit_test(test_other_uses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
