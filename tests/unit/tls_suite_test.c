/* SPDX-License-Identifier: BSD-2-Clause */
/* Every code point against what its name says, the name being taken apart here once more. */
#include "common/read/tls/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    uint16_t code;
    const char *name;
} suites[] = {
#define SUITE(code, name) {code, name},
#include "tls_suites.inc"
#undef SUITE
};

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

static bool starts(const char *name, const char *part)
{
    return !strncmp(name, part, strlen(part));
}

static bool ends(const char *name, const char *part)
{
    size_t n = strlen(name), p = strlen(part);

    return n >= p && !strcmp(name + n - p, part);
}

static uint32_t exchange(const char *n)
{
    if (has(n, "_anon_"))
        return PL_SUITE_ANON;
    if (starts(n, "TLS_RSA_") || starts(n, "TLS_DH_") || starts(n, "TLS_ECDH_"))
        return PL_SUITE_KEX_STATIC;
    if (starts(n, "TLS_GOSTR") && !has(n, "_MGM_"))
        return PL_SUITE_KEX_STATIC;
    return starts(n, "TLS_DHE_") || has(n, "_DHE_") ? PL_SUITE_KEX_DHE : 0;
}

static uint32_t cipher(const char *n)
{
    uint32_t class = 0;

    if (has(n, "_NULL_") || starts(n, "TLS_SHA"))
        class |= PL_SUITE_NULL;
    if (has(n, "_EXPORT_"))
        class |= PL_SUITE_EXPORT;
    if (has(n, "_RC4_"))
        class |= PL_SUITE_RC4;
    if (has(n, "DES") || has(n, "_IDEA_") || has(n, "_RC2_"))
        class |= PL_SUITE_BLOCK64;
    if (has(n, "_CBC_") && ends(n, "_SHA"))
        class |= PL_SUITE_CBC_SHA1;
    if (has(n, "_GCM") || has(n, "_CCM") || has(n, "_MGM_") || has(n, "POLY1305") ||
        has(n, "_AEGIS_"))
        class |= PL_SUITE_AEAD;
    if (has(n, "_CCM_8"))
        class |= PL_SUITE_CCM8;
    return class;
}

static uint32_t expected(const char *n)
{
    if (!strcmp(n, "TLS_FALLBACK_SCSV"))
        return PL_SUITE_FALLBACK_SCSV;
    if (!strcmp(n, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"))
        return PL_SUITE_RENEG_SCSV;
    return exchange(n) | cipher(n) | (!has(n, "_WITH_") || has(n, "_MGM_") ? PL_SUITE_TLS13 : 0);
}

static void test_assigned(void **state)
{
    (void)state;
    assert_int_equal(PL_COUNT(suites), 352);
    for (size_t i = 0; i < PL_COUNT(suites); i++) {
        uint32_t class = pl_suite_class(suites[i].code), want = expected(suites[i].name);

        if (class != want)
            fail_msg("%04x %s: %x instead of %x", suites[i].code, suites[i].name, class, want);
    }
}

/* What the table says of the 56-bit export suites, which the registry only reserves. */
static const uint32_t reserved[] = {
    PL_SUITE_KEX_STATIC | PL_SUITE_EXPORT | PL_SUITE_RC4,
    PL_SUITE_KEX_STATIC | PL_SUITE_EXPORT | PL_SUITE_BLOCK64,
    PL_SUITE_KEX_STATIC | PL_SUITE_EXPORT | PL_SUITE_BLOCK64 | PL_SUITE_CBC_SHA1,
    PL_SUITE_KEX_DHE | PL_SUITE_EXPORT | PL_SUITE_BLOCK64 | PL_SUITE_CBC_SHA1,
    PL_SUITE_KEX_STATIC | PL_SUITE_EXPORT | PL_SUITE_RC4,
    PL_SUITE_KEX_DHE | PL_SUITE_EXPORT | PL_SUITE_RC4,
    PL_SUITE_KEX_DHE | PL_SUITE_RC4,
};

static void test_not_assigned(void **state)
{
    static bool known[65536];

    (void)state;
    for (size_t i = 0; i < PL_COUNT(suites); i++)
        known[suites[i].code] = true;
    for (uint32_t i = 0; i < PL_COUNT(reserved); i++) {
        assert_int_equal(pl_suite_class((uint16_t)(0x60 + i)), reserved[i]);
        known[0x60 + i] = true;
    }
    for (uint32_t code = 0; code < 65536; code++)
        if (!known[code] && pl_suite_class((uint16_t)code) != PL_SUITE_UNKNOWN)
            fail_msg("%04x is not assigned", code);
}

static void test_v2_kinds(void **state)
{
    (void)state;
    assert_int_equal(pl_suite_v2(0x010080), PL_SUITE_KEX_STATIC | PL_SUITE_RC4);
    assert_int_equal(pl_suite_v2(0x020080), PL_SUITE_KEX_STATIC | PL_SUITE_RC4 | PL_SUITE_EXPORT);
    assert_int_equal(pl_suite_v2(0x0700c0), PL_SUITE_KEX_STATIC | PL_SUITE_BLOCK64);
    assert_int_equal(pl_suite_v2(0x00c02f), pl_suite_class(0xc02f));
    assert_int_equal(pl_suite_v2(0x080080), PL_SUITE_UNKNOWN);
}

static void test_grease(void **state)
{
    int count = 0;

    (void)state;
    for (uint32_t v = 0; v < 65536; v++)
        count += pl_is_grease((uint16_t)v);
    assert_int_equal(count, 16); /* RFC 8701, 2 */
    assert_true(pl_is_grease(0x0a0a) && pl_is_grease(0xfafa) && !pl_is_grease(0x0a1a));
}

static void test_groups(void **state)
{
    static const struct {
        uint16_t group;
        uint32_t class;
    } groups[] = {
        {0x11ec, PL_GROUP_X25519MLKEM768},
        {0x11eb, PL_GROUP_SECP256R1MLKEM768},
        {0x11ed, PL_GROUP_SECP384R1MLKEM1024},
        {23, PL_GROUP_SECP256R1},
        {24, PL_GROUP_SECP384R1},
        {25, PL_GROUP_SECP521R1},
        {29, PL_GROUP_X25519},
        {30, PL_GROUP_X448},
        {0x100, PL_GROUP_FFDHE},
        {0x104, PL_GROUP_FFDHE},
        {0x105, PL_GROUP_OTHER},
        {0xff, PL_GROUP_OTHER},
        {0x6399, PL_GROUP_PQ_DRAFT}, /* withdrawn, not post-quantum here */
        {0x639a, PL_GROUP_PQ_DRAFT},
        {0x0200, PL_GROUP_PQ_OTHER},
        {0x0202, PL_GROUP_PQ_OTHER},
        {0x0203, PL_GROUP_OTHER},
        {0x11ee, PL_GROUP_PQ_OTHER},
        {0x8a8a, 0},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(groups); i++)
        assert_int_equal(pl_group_class(groups[i].group), groups[i].class);
}

static void test_signature_hashes(void **state)
{
    static const struct {
        uint16_t scheme;
        uint8_t hash;
    } schemes[] = {
        {0x0101, PL_SIG_MD5},
        {0x0201, PL_SIG_SHA1},
        {0x0203, PL_SIG_SHA1},
        {0x0301, PL_SIG_SHA224},
        {0x0401, PL_SIG_SHA256},
        {0x0403, PL_SIG_SHA256},
        {0x0503, PL_SIG_SHA384},
        {0x0601, PL_SIG_SHA512},
        {0x0804, PL_SIG_SHA256},
        {0x0805, PL_SIG_SHA384},
        {0x0806, PL_SIG_SHA512},
        {0x0807, PL_SIG_INTRINSIC},
        {0x0808, PL_SIG_INTRINSIC},
        {0x0809, PL_SIG_SHA256},
        {0x080a, PL_SIG_SHA384},
        {0x080b, PL_SIG_SHA512},
        {0x081a, PL_SIG_SHA256},
        {0x081b, PL_SIG_SHA384},
        {0x081c, PL_SIG_SHA512},
        {0x0904, PL_SIG_INTRINSIC},
        {0x0708, 0},
        {0x0001, 0},
        {0x0a0a, 0},
        {0xfafa, 0},
        {0x0803, 0},
        {0x080c, 0},
        {0x081d, 0},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(schemes); i++)
        if (pl_sig_hash(schemes[i].scheme) != schemes[i].hash)
            fail_msg("%04x: %x", schemes[i].scheme, pl_sig_hash(schemes[i].scheme));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_assigned), cmocka_unit_test(test_not_assigned),
        cmocka_unit_test(test_v2_kinds), cmocka_unit_test(test_grease),
        cmocka_unit_test(test_groups),   cmocka_unit_test(test_signature_hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
