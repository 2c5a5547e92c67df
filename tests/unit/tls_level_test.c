/* SPDX-License-Identifier: BSD-2-Clause */
/* The levels of every assigned suite and group, how suites exchange keys, and HTTP/2's prohibited
 * ones: against what the names say, taken apart here once more. */
#include "common/check/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct code {
    uint16_t code;
    const char *name;
};

static const struct code suites[] = {
#define SUITE(code, name) {code, name},
#include "tls_suites.inc"
#undef SUITE
};

static const struct code groups[] = {
#define GROUP(code, name) {code, name},
#include "tls_groups.inc"
#undef GROUP
};

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

static bool starts(const char *name, const char *part)
{
    return !strncmp(name, part, strlen(part));
}

static bool is_signal(const char *name)
{
    return has(name, "_SCSV");
}

/* Annex B of the guidelines as a rule over the names. */
static enum pl_level suite_level(const char *n)
{
    bool aes = has(n, "_AES_"), gcm = has(n, "_GCM"), ccm = has(n, "_CCM") && !has(n, "_CCM_8");
    bool chacha = has(n, "_CHACHA20_"), sha2 = has(n, "_SHA256") || has(n, "_SHA384");
    bool others = has(n, "_ARIA_") || has(n, "_CAMELLIA_");
    bool modern = (aes && (gcm || ccm)) || chacha;
    bool old = (has(n, "_CBC_") && sha2 && (aes || others)) || (others && gcm);

    if (is_signal(n))
        return PL_LEVEL_UNKNOWN;
    if (starts(n, "TLS_AES_") || starts(n, "TLS_CHACHA20_"))
        return chacha || has(n, "_256_") ? PL_LEVEL_GOOD
               : gcm || ccm              ? PL_LEVEL_SUFFICIENT
                                         : PL_LEVEL_INSUFFICIENT;
    if (starts(n, "TLS_ECDHE_ECDSA_") || starts(n, "TLS_ECDHE_RSA_"))
        return modern ? PL_LEVEL_SUFFICIENT : old ? PL_LEVEL_PHASE_OUT : PL_LEVEL_INSUFFICIENT;
    if (starts(n, "TLS_DHE_RSA_"))
        return modern || old ? PL_LEVEL_PHASE_OUT : PL_LEVEL_INSUFFICIENT;
    return PL_LEVEL_INSUFFICIENT;
}

static void test_suites(void **state)
{
    static bool known[65536];
    int count[5] = {0};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(suites); i++) {
        enum pl_level level = pl_level_suite(suites[i].code);

        known[suites[i].code] = true;
        count[level]++;
        if (level != suite_level(suites[i].name))
            fail_msg("%s: level %d instead of %d", suites[i].name, level,
                     suite_level(suites[i].name));
    }
    assert_int_equal(count[PL_LEVEL_UNKNOWN], 2); /* the two SCSVs */
    assert_int_equal(count[PL_LEVEL_GOOD], 2);
    assert_int_equal(count[PL_LEVEL_SUFFICIENT], 2 + 8);
    assert_int_equal(count[PL_LEVEL_PHASE_OUT], 35);
    for (uint32_t code = 0x70; code < 65536; code++)
        if (!known[code])
            assert_int_equal(pl_level_suite((uint16_t)code), PL_LEVEL_UNKNOWN);
}

static enum pl_level group_level(const char *n)
{
    static const char *const sufficient[] = {
        "secp256r1", "secp384r1",       "secp521r1",       "x25519",
        "x448",      "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1",
    };

    if (!strcmp(n, "X25519MLKEM768") || !strcmp(n, "SecP256r1MLKEM768") ||
        !strcmp(n, "SecP384r1MLKEM1024"))
        return PL_LEVEL_GOOD;
    for (size_t i = 0; i < PL_COUNT(sufficient); i++)
        if (starts(n, sufficient[i]))
            return PL_LEVEL_SUFFICIENT;
    if (!strcmp(n, "secp224r1") || (starts(n, "ffdhe") && strcmp(n, "ffdhe2048") != 0))
        return PL_LEVEL_PHASE_OUT;
    return PL_LEVEL_INSUFFICIENT;
}

static void test_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(groups); i++)
        if (pl_level_group(groups[i].code) != group_level(groups[i].name))
            fail_msg("%s: level %d", groups[i].name, pl_level_group(groups[i].code));
    assert_int_equal(pl_level_group(0), PL_LEVEL_UNKNOWN);
    assert_int_equal(pl_level_group(0x4a4a), PL_LEVEL_UNKNOWN);
    assert_int_equal(pl_level_group(0x4321), PL_LEVEL_INSUFFICIENT);
}

static void test_post_quantum_groups(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(groups); i++) {
        uint32_t class = pl_group_class(groups[i].code);
        bool draft = has(groups[i].name, "Kyber"), pq = has(groups[i].name, "MLKEM");

        if (!!(class & PL_GROUP_PQ_DRAFT) != draft || !!(class & PL_GROUPS_PQ) != pq)
            fail_msg("%s: class %x", groups[i].name, class);
    }
}

static void test_versions_keys_hashes(void **state)
{
    (void)state;
    assert_int_equal(pl_level_version(PL_TLS13), PL_LEVEL_GOOD);
    assert_int_equal(pl_level_version(0x7f1c), PL_LEVEL_GOOD);
    assert_int_equal(pl_level_version(PL_TLS12), PL_LEVEL_SUFFICIENT);
    assert_int_equal(pl_level_version(PL_TLS11), PL_LEVEL_INSUFFICIENT);
    assert_int_equal(pl_level_version(PL_SSL2), PL_LEVEL_INSUFFICIENT);
    assert_int_equal(pl_level_version(0), PL_LEVEL_UNKNOWN);
    assert_int_equal(pl_level_rsa(3072), PL_LEVEL_SUFFICIENT);
    assert_int_equal(pl_level_rsa(3071), PL_LEVEL_PHASE_OUT);
    assert_int_equal(pl_level_rsa(2048), PL_LEVEL_PHASE_OUT);
    assert_int_equal(pl_level_rsa(2047), PL_LEVEL_INSUFFICIENT);
    assert_int_equal(pl_level_rsa(0), PL_LEVEL_UNKNOWN);
    assert_int_equal(pl_level_hash(PL_SIG_MD5), PL_LEVEL_INSUFFICIENT);
    assert_int_equal(pl_level_hash(PL_SIG_SHA1), PL_LEVEL_INSUFFICIENT);
    assert_int_equal(pl_level_hash(PL_SIG_SHA224), PL_LEVEL_PHASE_OUT);
    assert_int_equal(pl_level_hash(PL_SIG_SHA512), PL_LEVEL_GOOD);
    assert_int_equal(pl_level_hash((enum pl_sig_hash)0), PL_LEVEL_UNKNOWN);
}

/* --- how keys are exchanged */

static uint32_t exchange(const char *n)
{
    bool psk = has(n, "_PSK_") && !is_signal(n);
    uint32_t how = 0;

    if (starts(n, "TLS_ECDHE_") || starts(n, "TLS_ECDH_anon_"))
        how = PL_EXCHANGE_ECDHE;
    else if (has(n, "_DHE_") || starts(n, "TLS_DH_anon_"))
        how = PL_EXCHANGE_DHE;
    if (psk)
        return how | PL_EXCHANGE_PSK;
    return how && !has(n, "_anon_") ? how | PL_EXCHANGE_SIGNED : how;
}

static void test_exchanges(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(suites); i++)
        if (pl_suite_exchange(suites[i].code) != exchange(suites[i].name))
            fail_msg("%s: %x instead of %x", suites[i].name, pl_suite_exchange(suites[i].code),
                     exchange(suites[i].name));
    assert_int_equal(pl_suite_exchange(0x4242), 0);
}

/* --- RFC 9113, appendix A */

/* The registry of its time ended before ChaCha20-Poly1305; the second list is of AEAD alone. */
static bool prohibited(const char *n)
{
    bool newer = has(n, "CHACHA20") || has(n, "ECCPWD") || has(n, "GOST") || has(n, "_SM4_") ||
                 starts(n, "TLS_ECDHE_PSK_WITH_AES_128_GCM") ||
                 starts(n, "TLS_ECDHE_PSK_WITH_AES_256_GCM") ||
                 starts(n, "TLS_ECDHE_PSK_WITH_AES_128_CCM");

    if (newer || is_signal(n) || !has(n, "_WITH_"))
        return false;
    return !(exchange(n) & (PL_EXCHANGE_DHE | PL_EXCHANGE_ECDHE)) || has(n, "_anon_") ||
           !(has(n, "_GCM") || has(n, "_CCM"));
}

static void test_h2_prohibited(void **state)
{
    int count = 0;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(suites); i++) {
        if (pl_suite_h2_prohibited(suites[i].code) != prohibited(suites[i].name))
            fail_msg("%s", suites[i].name);
        count += prohibited(suites[i].name);
    }
    assert_int_equal(count, 275);
    for (uint32_t code = 0x60; code <= 0x66; code++)
        assert_false(pl_suite_h2_prohibited((uint16_t)code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suites),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_post_quantum_groups),
        cmocka_unit_test(test_versions_keys_hashes),
        cmocka_unit_test(test_exchanges),
        cmocka_unit_test(test_h2_prohibited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
