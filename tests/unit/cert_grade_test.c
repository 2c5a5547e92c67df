/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the family CERT by plain facts: key, hash, lifetime, transparency, revocation. */
#include "cert_facts.h"

/* --- strength */

static void key_is(enum pl_cert_key key, uint16_t group, uint16_t bits, enum outcome weak,
                   enum outcome phase_out)
{
    struct pl_cert_facts f = good();

    f.key = (uint8_t)key;
    f.group = group;
    f.key_bits = bits;
    IS(f, cert_key_weak, weak);
    IS(f, cert_key_phase_out, phase_out);
}

static void test_cert_key(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    key_is(PL_CERT_KEY_RSA, 0, 512, FAIL, PASS);
    key_is(PL_CERT_KEY_RSA, 0, 2047, FAIL, PASS);
    key_is(PL_CERT_KEY_RSA, 0, 2048, PASS, FAIL);
    key_is(PL_CERT_KEY_RSA, 0, 3071, PASS, FAIL);
    key_is(PL_CERT_KEY_RSA, 0, 3072, PASS, PASS);
    key_is(PL_CERT_KEY_RSA, 0, 16384, PASS, PASS);
    key_is(PL_CERT_KEY_DSA, 0, 3072, FAIL, PASS);
    key_is(PL_CERT_KEY_EC, 21, 224, PASS, FAIL); /* P-224 */
    for (uint16_t group = 23; group <= 28; group++)
        key_is(PL_CERT_KEY_EC, group, 256, PASS, PASS);
    key_is(PL_CERT_KEY_EC, 22, 256, FAIL, PASS); /* secp256k1 */
    key_is(PL_CERT_KEY_EC, PL_CERT_GROUP_OTHER, 192, FAIL, PASS);
    key_is(PL_CERT_KEY_EC, PL_CERT_GROUP_EXPLICIT, 256, FAIL, PASS);
    key_is(PL_CERT_KEY_ED25519, 0, 256, PASS, PASS);
    key_is(PL_CERT_KEY_ED448, 0, 456, PASS, PASS);
    key_is(PL_CERT_KEY_ML_DSA, 0, 15616, UNSEEN, UNSEEN);
    key_is(PL_CERT_KEY_UNKNOWN, 0, 256, UNSEEN, UNSEEN);
    f.inner_weak_key = true;
    IS(f, cert_key_weak, FAIL);
    IS(f, cert_key_phase_out, PASS);
}

static void hash_is(uint8_t leaf, uint8_t inner, enum outcome weak, enum outcome phase_out)
{
    struct pl_cert_facts f = good();

    f.leaf_hash = leaf;
    f.inner_hash = inner;
    IS(f, cert_sig_weak, weak);
    IS(f, cert_sig_phase_out, phase_out);
}

static void test_cert_sig(void **state)
{
    (void)state;
    hash_is(PL_SIG_SHA256, 0, PASS, PASS);
    hash_is(PL_SIG_INTRINSIC, PL_SIG_SHA512, PASS, PASS);
    hash_is(PL_SIG_SHA1, PL_SIG_SHA256, FAIL, PASS);
    hash_is(PL_SIG_MD5, 0, FAIL, PASS);
    hash_is(PL_SIG_SHA256, PL_SIG_SHA1, FAIL, PASS);
    hash_is(PL_SIG_SHA224, PL_SIG_SHA256, PASS, FAIL);
    hash_is(PL_SIG_SHA256, PL_SIG_SHA224, PASS, FAIL);
    hash_is(0, 0, UNSEEN, UNSEEN);
    hash_is(0, PL_SIG_SHA1, FAIL, UNSEEN);
}

/* --- what public CAs promise */

static void test_cert_lifetime_too_long(void **state)
{
    static const struct {
        int64_t from; /* the first second of the limit */
        int64_t days, days_before;
    } limits[] = {
        {1427846400, 1188, 0},  {1519862400, 825, 1188}, {1598918400, 398, 825},
        {1773532800, 200, 398}, {1805068800, 100, 200},  {1868227200, 47, 100},
    };
    struct pl_cert_facts f = good();

    (void)state;
    for (size_t i = 0; i < PL_COUNT(limits); i++) {
        f.not_before = limits[i].from;
        f.not_after = f.not_before + limits[i].days * DAY - 1; /* the last second counts */
        IS(f, cert_lifetime_too_long, PASS);
        f.not_after++;
        IS(f, cert_lifetime_too_long, FAIL);
        f.not_before--;
        f.not_after = f.not_before + limits[i].days_before * DAY - 1;
        IS(f, cert_lifetime_too_long, limits[i].days_before ? PASS : UNSEEN);
        f.not_after++;
        IS(f, cert_lifetime_too_long, limits[i].days_before ? FAIL : UNSEEN);
    }
    f.public_root = false; /* an own CA promised nothing */
    f.not_before = NOW;
    f.not_after = NOW + 3650LL * DAY;
    IS(f, cert_lifetime_too_long, UNSEEN);
}

static enum outcome scts(int64_t from, int64_t lifetime_s, uint8_t count, enum pl_cert_scts other)
{
    struct pl_cert_facts f = good();

    f.not_before = from;
    f.not_after = from + lifetime_s;
    f.scts = count;
    f.scts_other = (uint8_t)other;
    return outcome(&f, PL_MASK(cert_no_sct));
}

static void test_cert_no_sct(void **state)
{
    const int64_t old = 1530000000; /* 2018-06 */

    (void)state;
    assert_int_equal(scts(NOW, 90 * DAY, 0, PL_CERT_SCTS_NONE), FAIL);
    assert_int_equal(scts(NOW, 90 * DAY, 1, PL_CERT_SCTS_NONE), FAIL);
    assert_int_equal(scts(NOW, 90 * DAY, 2, PL_CERT_SCTS_NONE), PASS);
    assert_int_equal(scts(NOW, 180 * DAY, 2, PL_CERT_SCTS_UNKNOWN), PASS);
    assert_int_equal(scts(NOW, 180 * DAY + 1, 2, PL_CERT_SCTS_NONE), FAIL);
    assert_int_equal(scts(NOW, 398 * DAY, 3, PL_CERT_SCTS_NONE), PASS);
    assert_int_equal(scts(NOW, 90 * DAY, 0, PL_CERT_SCTS_GIVEN), UNSEEN);
    assert_int_equal(scts(NOW, 90 * DAY, 0, PL_CERT_SCTS_UNKNOWN), UNSEEN);
    assert_int_equal(scts(old, 400 * DAY, 2, PL_CERT_SCTS_NONE), PASS);
    assert_int_equal(scts(old, 800 * DAY, 2, PL_CERT_SCTS_NONE), FAIL);
    assert_int_equal(scts(old, 825 * DAY, 3, PL_CERT_SCTS_NONE), PASS);
    assert_int_equal(scts(old, 1100 * DAY, 3, PL_CERT_SCTS_NONE), FAIL);
    assert_int_equal(scts(old, 1300 * DAY, 4, PL_CERT_SCTS_NONE), FAIL);
    assert_int_equal(scts(1525132799, 90 * DAY, 0, PL_CERT_SCTS_NONE), UNSEEN);
    assert_int_equal(scts(1525132800, 90 * DAY, 0, PL_CERT_SCTS_NONE), FAIL);
}

/* --- revocation */

static void test_cert_revoked(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    IS(f, cert_revoked, PASS);
    f.revocation = PL_CERT_REVOCATION_REVOKED;
    IS(f, cert_revoked, FAIL);
    f.chain = PL_CERT_CHAIN_UNKNOWN;
    IS(f, cert_revoked, FAIL);
    f.revocation = PL_CERT_REVOCATION_UNKNOWN; /* no answer */
    IS(f, cert_revoked, UNSEEN);
}

static void test_cert_staple_invalid(void **state)
{
    struct pl_cert_facts f = good();

    (void)state;
    IS(f, cert_staple_invalid, PASS);
    f.staple = PL_CERT_STAPLE_INVALID;
    IS(f, cert_staple_invalid, FAIL);
    f.staple = PL_CERT_STAPLE_NONE;
    IS(f, cert_staple_invalid, UNSEEN);
    f.must_staple = true;
    IS(f, cert_staple_invalid, FAIL);
    f.staple = PL_CERT_STAPLE_VALID;
    IS(f, cert_staple_invalid, PASS);
    f.staple = PL_CERT_STAPLE_UNKNOWN; /* the client did not ask */
    IS(f, cert_staple_invalid, UNSEEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cert_key),
        cmocka_unit_test(test_cert_sig),
        cmocka_unit_test(test_cert_lifetime_too_long),
        cmocka_unit_test(test_cert_no_sct),
        cmocka_unit_test(test_cert_revoked),
        cmocka_unit_test(test_cert_staple_invalid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
