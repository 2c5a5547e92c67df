/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The levels of the TLS guidelines of NCSC-NL, edition 2025-05: of versions, cipher suites (annex
 * B), groups, key lengths and hashes.  The one table for all checks that cite these guidelines.
 *
 * What the guidelines do not list is insufficient.  Unknown is what nobody assigned, what is no
 * choice (GREASE, the SCSVs), and 0: no number was read.
 */
#ifndef PL_CHECK_LEVEL_H
#define PL_CHECK_LEVEL_H

#include "../read/tls/code.h"

enum pl_level {
    PL_LEVEL_UNKNOWN,
    PL_LEVEL_GOOD,
    PL_LEVEL_SUFFICIENT,
    PL_LEVEL_PHASE_OUT,
    PL_LEVEL_INSUFFICIENT
};

/* Drafts of TLS 1.3 count as TLS 1.3. */
PL_INLINE enum pl_level pl_level_version(uint16_t version)
{
    if (version == 0)
        return PL_LEVEL_UNKNOWN;
    if (version == PL_TLS12)
        return PL_LEVEL_SUFFICIENT;
    return version == PL_TLS13 || pl_tls_is_draft(version) ? PL_LEVEL_GOOD : PL_LEVEL_INSUFFICIENT;
}

/* Suites of which only a part is listed: of DHE those with RSA, of CBC those with SHA-2. */
PL_INLINE enum pl_level pl_level_suite(uint16_t suite)
{
    switch (suite) {
    case 0x1302: /* AES_256_GCM */
    case 0x1303: /* CHACHA20_POLY1305 */
        return PL_LEVEL_GOOD;
    case 0x1301:            /* AES_128_GCM */
    case 0x1304:            /* AES_128_CCM */
    case 0xc02b ... 0xc02c: /* ECDHE_ECDSA, AES GCM */
    case 0xc02f ... 0xc030: /* ECDHE_RSA, AES GCM */
    case 0xc0ac ... 0xc0ad: /* ECDHE_ECDSA, AES CCM */
    case 0xcca8 ... 0xcca9: /* ECDHE, CHACHA20_POLY1305 */
        return PL_LEVEL_SUFFICIENT;
    case 0x0067: /* DHE_RSA, AES CBC */
    case 0x006b:
    case 0x009e ... 0x009f: /* DHE_RSA, AES GCM */
    case 0x00be:            /* DHE_RSA, CAMELLIA CBC */
    case 0x00c4:
    case 0xc023 ... 0xc024: /* ECDHE, AES CBC */
    case 0xc027 ... 0xc028:
    case 0xc044 ... 0xc045: /* DHE_RSA, ARIA CBC */
    case 0xc048 ... 0xc049: /* ECDHE, ARIA CBC */
    case 0xc04c ... 0xc04d:
    case 0xc052 ... 0xc053: /* DHE_RSA, ARIA GCM */
    case 0xc05c ... 0xc05d: /* ECDHE, ARIA GCM */
    case 0xc060 ... 0xc061:
    case 0xc072 ... 0xc073: /* ECDHE, CAMELLIA CBC */
    case 0xc076 ... 0xc077:
    case 0xc07c ... 0xc07d: /* DHE_RSA, CAMELLIA GCM */
    case 0xc086 ... 0xc087: /* ECDHE, CAMELLIA GCM */
    case 0xc08a ... 0xc08b:
    case 0xc09e ... 0xc09f: /* DHE_RSA, AES CCM */
    case 0xccaa:            /* DHE_RSA, CHACHA20_POLY1305 */
        return PL_LEVEL_PHASE_OUT;
    default:
        if (pl_suite_class(suite) &
            (PL_SUITE_UNKNOWN | PL_SUITE_FALLBACK_SCSV | PL_SUITE_RENEG_SCSV))
            return PL_LEVEL_UNKNOWN;
        return PL_LEVEL_INSUFFICIENT;
    }
}

/* Of key exchange; curves of certificates have the same numbers and levels. */
PL_INLINE enum pl_level pl_level_group(uint16_t group)
{
    switch (group) {
    case 0x11eb: /* SecP256r1MLKEM768 */
    case 0x11ec: /* X25519MLKEM768 */
    case 0x11ed: /* SecP384r1MLKEM1024 */
        return PL_LEVEL_GOOD;
    case 23 ... 25: /* secp256r1, secp384r1, secp521r1 */
    case 26 ... 28: /* brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 */
    case 29 ... 30: /* x25519, x448 */
    case 31 ... 33: /* the same brainpool curves in TLS 1.3, RFC 8734 */
        return PL_LEVEL_SUFFICIENT;
    case 21:                /* secp224r1 */
    case 0x0101 ... 0x0104: /* ffdhe3072 to ffdhe8192 */
        return PL_LEVEL_PHASE_OUT;
    default:
        return group == 0 || pl_is_grease(group) ? PL_LEVEL_UNKNOWN : PL_LEVEL_INSUFFICIENT;
    }
}

/* Of an RSA key in a certificate. */
PL_INLINE enum pl_level pl_level_rsa(uint32_t bits)
{
    if (bits == 0)
        return PL_LEVEL_UNKNOWN;
    if (bits >= 3072)
        return PL_LEVEL_SUFFICIENT;
    return bits >= 2048 ? PL_LEVEL_PHASE_OUT : PL_LEVEL_INSUFFICIENT;
}

/* Of one signature, in a certificate or a key exchange. */
PL_INLINE enum pl_level pl_level_hash(enum pl_sig_hash hash)
{
    switch (hash) {
    case PL_SIG_MD5:
    case PL_SIG_SHA1:
        return PL_LEVEL_INSUFFICIENT;
    case PL_SIG_SHA224:
        return PL_LEVEL_PHASE_OUT;
    case PL_SIG_SHA256:
    case PL_SIG_SHA384:
    case PL_SIG_SHA512:
    case PL_SIG_INTRINSIC:
        return PL_LEVEL_GOOD;
    default:
        return PL_LEVEL_UNKNOWN;
    }
}

#endif
