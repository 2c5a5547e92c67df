/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the code points of TLS mean here: cipher suites, groups, signature schemes and GREASE, as
 * the bits of tls.h.  The names are those of the IANA registry "TLS Parameters".
 *
 * Two rules that the names alone do not tell:
 * - KEX_STATIC is RSA (export, RSA_PSK and GOST's key transport too), DH and ECDH; anonymous
 *   Diffie-Hellman is ephemeral and stands under ANON alone, plain PSK and Kerberos under neither.
 * - BLOCK64 is 3DES, DES, IDEA and RC2, as the finding says; not GOST's Magma.
 */
#ifndef PL_READ_TLS_SUITE_H
#define PL_READ_TLS_SUITE_H

#include "facts.h"

/* Rows of the two tables; an empty row is a code point that nobody assigned.  PLAIN: assigned and
 * nothing notable. */
enum {
    PL_SUITE_PLAIN = 1 << 15,
    PL_ROW_RSA = PL_SUITE_KEX_STATIC,
    PL_ROW_DHE = PL_SUITE_KEX_DHE,
    PL_ROW_ANON = PL_SUITE_ANON,
    PL_ROW_SHA1 = PL_SUITE_CBC_SHA1,
    PL_ROW_OLD = PL_SUITE_CBC_SHA1 | PL_SUITE_BLOCK64,
    PL_ROW_CCM8 = PL_SUITE_AEAD | PL_SUITE_CCM8,
    PL_ROW_EXPORT = PL_SUITE_EXPORT | PL_ROW_OLD,
    PL_ROW_EXPORT_RC4 = PL_SUITE_EXPORT | PL_SUITE_RC4
};

PL_TABLE uint16_t pl_suites_00[256] = {
    [0x00] = PL_SUITE_NULL,
    [0x01 ... 0x02] = PL_ROW_RSA | PL_SUITE_NULL,
    [0x03] = PL_ROW_RSA | PL_ROW_EXPORT_RC4,
    [0x04 ... 0x05] = PL_ROW_RSA | PL_SUITE_RC4,
    [0x06] = PL_ROW_RSA | PL_SUITE_EXPORT | PL_SUITE_BLOCK64,
    [0x07] = PL_ROW_RSA | PL_ROW_OLD,
    [0x08] = PL_ROW_RSA | PL_ROW_EXPORT,
    [0x09 ... 0x0a] = PL_ROW_RSA | PL_ROW_OLD,
    [0x0b] = PL_SUITE_KEX_STATIC | PL_ROW_EXPORT, /* DH_DSS */
    [0x0c ... 0x0d] = PL_SUITE_KEX_STATIC | PL_ROW_OLD,
    [0x0e] = PL_SUITE_KEX_STATIC | PL_ROW_EXPORT, /* DH_RSA */
    [0x0f ... 0x10] = PL_SUITE_KEX_STATIC | PL_ROW_OLD,
    [0x11] = PL_ROW_DHE | PL_ROW_EXPORT,
    [0x12 ... 0x13] = PL_ROW_DHE | PL_ROW_OLD,
    [0x14] = PL_ROW_DHE | PL_ROW_EXPORT,
    [0x15 ... 0x16] = PL_ROW_DHE | PL_ROW_OLD,
    [0x17] = PL_ROW_ANON | PL_ROW_EXPORT_RC4,
    [0x18] = PL_ROW_ANON | PL_SUITE_RC4,
    [0x19] = PL_ROW_ANON | PL_ROW_EXPORT,
    [0x1a ... 0x1b] = PL_ROW_ANON | PL_ROW_OLD,
    [0x1e ... 0x1f] = PL_ROW_OLD, /* KRB5 until 0x2b */
    [0x20] = PL_SUITE_RC4,
    [0x21] = PL_ROW_OLD,
    [0x22 ... 0x23] = PL_SUITE_BLOCK64,
    [0x24] = PL_SUITE_RC4,
    [0x25] = PL_SUITE_BLOCK64,
    [0x26 ... 0x27] = PL_ROW_EXPORT,
    [0x28] = PL_ROW_EXPORT_RC4,
    [0x29 ... 0x2a] = PL_SUITE_EXPORT | PL_SUITE_BLOCK64,
    [0x2b] = PL_ROW_EXPORT_RC4,
    [0x2c] = PL_SUITE_NULL,
    [0x2d] = PL_ROW_DHE | PL_SUITE_NULL,
    [0x2e] = PL_ROW_RSA | PL_SUITE_NULL,
    [0x2f ... 0x31] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1, /* RSA, DH_DSS, DH_RSA */
    [0x32 ... 0x33] = PL_ROW_DHE | PL_ROW_SHA1,
    [0x34] = PL_ROW_ANON | PL_ROW_SHA1,
    [0x35 ... 0x37] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1,
    [0x38 ... 0x39] = PL_ROW_DHE | PL_ROW_SHA1,
    [0x3a] = PL_ROW_ANON | PL_ROW_SHA1,
    [0x3b] = PL_ROW_RSA | PL_SUITE_NULL,
    [0x3c ... 0x3f] = PL_SUITE_KEX_STATIC,
    [0x40] = PL_ROW_DHE,
    [0x41 ... 0x43] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1,
    [0x44 ... 0x45] = PL_ROW_DHE | PL_ROW_SHA1,
    [0x46] = PL_ROW_ANON | PL_ROW_SHA1,
    /* 0x60 to 0x66 never became a standard and were widely used: the 56-bit export suites */
    [0x60] = PL_ROW_RSA | PL_ROW_EXPORT_RC4,
    [0x61] = PL_ROW_RSA | PL_SUITE_EXPORT | PL_SUITE_BLOCK64,
    [0x62] = PL_ROW_RSA | PL_ROW_EXPORT,
    [0x63] = PL_ROW_DHE | PL_ROW_EXPORT,
    [0x64] = PL_ROW_RSA | PL_ROW_EXPORT_RC4,
    [0x65] = PL_ROW_DHE | PL_ROW_EXPORT_RC4,
    [0x66] = PL_ROW_DHE | PL_SUITE_RC4,
    [0x67] = PL_ROW_DHE,
    [0x68 ... 0x69] = PL_SUITE_KEX_STATIC,
    [0x6a ... 0x6b] = PL_ROW_DHE,
    [0x6c ... 0x6d] = PL_ROW_ANON,
    [0x84 ... 0x86] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1,
    [0x87 ... 0x88] = PL_ROW_DHE | PL_ROW_SHA1,
    [0x89] = PL_ROW_ANON | PL_ROW_SHA1,
    [0x8a] = PL_SUITE_RC4, /* PSK */
    [0x8b] = PL_ROW_OLD,
    [0x8c ... 0x8d] = PL_ROW_SHA1,
    [0x8e] = PL_ROW_DHE | PL_SUITE_RC4,
    [0x8f] = PL_ROW_DHE | PL_ROW_OLD,
    [0x90 ... 0x91] = PL_ROW_DHE | PL_ROW_SHA1,
    [0x92] = PL_ROW_RSA | PL_SUITE_RC4,
    [0x93] = PL_ROW_RSA | PL_ROW_OLD,
    [0x94 ... 0x95] = PL_ROW_RSA | PL_ROW_SHA1,
    [0x96 ... 0x98] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1, /* SEED */
    [0x99 ... 0x9a] = PL_ROW_DHE | PL_ROW_SHA1,
    [0x9b] = PL_ROW_ANON | PL_ROW_SHA1,
    [0x9c ... 0x9d] = PL_ROW_RSA | PL_SUITE_AEAD,
    [0x9e ... 0x9f] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0xa0 ... 0xa1] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0xa2 ... 0xa3] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0xa4 ... 0xa5] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0xa6 ... 0xa7] = PL_ROW_ANON | PL_SUITE_AEAD,
    [0xa8 ... 0xa9] = PL_SUITE_AEAD,
    [0xaa ... 0xab] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0xac ... 0xad] = PL_ROW_RSA | PL_SUITE_AEAD,
    [0xae ... 0xaf] = PL_SUITE_PLAIN,
    [0xb0 ... 0xb1] = PL_SUITE_NULL,
    [0xb2 ... 0xb3] = PL_ROW_DHE,
    [0xb4 ... 0xb5] = PL_ROW_DHE | PL_SUITE_NULL,
    [0xb6 ... 0xb7] = PL_ROW_RSA,
    [0xb8 ... 0xb9] = PL_ROW_RSA | PL_SUITE_NULL,
    [0xba ... 0xbc] = PL_SUITE_KEX_STATIC,
    [0xbd ... 0xbe] = PL_ROW_DHE,
    [0xbf] = PL_ROW_ANON,
    [0xc0 ... 0xc2] = PL_SUITE_KEX_STATIC,
    [0xc3 ... 0xc4] = PL_ROW_DHE,
    [0xc5] = PL_ROW_ANON,
    [0xc6 ... 0xc7] = PL_SUITE_TLS13 | PL_SUITE_AEAD, /* SM4 */
    [0xff] = PL_SUITE_RENEG_SCSV,
};

PL_TABLE uint16_t pl_suites_c0[256] = {
    [0x01] = PL_SUITE_KEX_STATIC | PL_SUITE_NULL, /* ECDH_ECDSA */
    [0x02] = PL_SUITE_KEX_STATIC | PL_SUITE_RC4,
    [0x03] = PL_SUITE_KEX_STATIC | PL_ROW_OLD,
    [0x04 ... 0x05] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1,
    [0x06] = PL_SUITE_NULL, /* ECDHE_ECDSA */
    [0x07] = PL_SUITE_RC4,
    [0x08] = PL_ROW_OLD,
    [0x09 ... 0x0a] = PL_ROW_SHA1,
    [0x0b] = PL_SUITE_KEX_STATIC | PL_SUITE_NULL, /* ECDH_RSA */
    [0x0c] = PL_SUITE_KEX_STATIC | PL_SUITE_RC4,
    [0x0d] = PL_SUITE_KEX_STATIC | PL_ROW_OLD,
    [0x0e ... 0x0f] = PL_SUITE_KEX_STATIC | PL_ROW_SHA1,
    [0x10] = PL_SUITE_NULL, /* ECDHE_RSA */
    [0x11] = PL_SUITE_RC4,
    [0x12] = PL_ROW_OLD,
    [0x13 ... 0x14] = PL_ROW_SHA1,
    [0x15] = PL_ROW_ANON | PL_SUITE_NULL,
    [0x16] = PL_ROW_ANON | PL_SUITE_RC4,
    [0x17] = PL_ROW_ANON | PL_ROW_OLD,
    [0x18 ... 0x19] = PL_ROW_ANON | PL_ROW_SHA1,
    [0x1a ... 0x1c] = PL_ROW_OLD, /* SRP */
    [0x1d ... 0x22] = PL_ROW_SHA1,
    [0x23 ... 0x24] = PL_SUITE_PLAIN,
    [0x25 ... 0x26] = PL_SUITE_KEX_STATIC,
    [0x27 ... 0x28] = PL_SUITE_PLAIN,
    [0x29 ... 0x2a] = PL_SUITE_KEX_STATIC,
    [0x2b ... 0x2c] = PL_SUITE_AEAD,
    [0x2d ... 0x2e] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x2f ... 0x30] = PL_SUITE_AEAD,
    [0x31 ... 0x32] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x33] = PL_SUITE_RC4, /* ECDHE_PSK */
    [0x34] = PL_ROW_OLD,
    [0x35 ... 0x36] = PL_ROW_SHA1,
    [0x37 ... 0x38] = PL_SUITE_PLAIN,
    [0x39 ... 0x3b] = PL_SUITE_NULL,
    [0x3c ... 0x41] = PL_SUITE_KEX_STATIC, /* ARIA */
    [0x42 ... 0x45] = PL_ROW_DHE,
    [0x46 ... 0x47] = PL_ROW_ANON,
    [0x48 ... 0x49] = PL_SUITE_PLAIN,
    [0x4a ... 0x4b] = PL_SUITE_KEX_STATIC,
    [0x4c ... 0x4d] = PL_SUITE_PLAIN,
    [0x4e ... 0x4f] = PL_SUITE_KEX_STATIC,
    [0x50 ... 0x51] = PL_ROW_RSA | PL_SUITE_AEAD,
    [0x52 ... 0x53] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0x54 ... 0x55] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x56 ... 0x57] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0x58 ... 0x59] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x5a ... 0x5b] = PL_ROW_ANON | PL_SUITE_AEAD,
    [0x5c ... 0x5d] = PL_SUITE_AEAD,
    [0x5e ... 0x5f] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x60 ... 0x61] = PL_SUITE_AEAD,
    [0x62 ... 0x63] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x64 ... 0x65] = PL_SUITE_PLAIN,
    [0x66 ... 0x67] = PL_ROW_DHE,
    [0x68 ... 0x69] = PL_ROW_RSA,
    [0x6a ... 0x6b] = PL_SUITE_AEAD,
    [0x6c ... 0x6d] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0x6e ... 0x6f] = PL_ROW_RSA | PL_SUITE_AEAD,
    [0x70 ... 0x73] = PL_SUITE_PLAIN, /* CAMELLIA from 0x72 */
    [0x74 ... 0x75] = PL_SUITE_KEX_STATIC,
    [0x76 ... 0x77] = PL_SUITE_PLAIN,
    [0x78 ... 0x79] = PL_SUITE_KEX_STATIC,
    [0x7a ... 0x7b] = PL_ROW_RSA | PL_SUITE_AEAD,
    [0x7c ... 0x7d] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0x7e ... 0x7f] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x80 ... 0x81] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0x82 ... 0x83] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x84 ... 0x85] = PL_ROW_ANON | PL_SUITE_AEAD,
    [0x86 ... 0x87] = PL_SUITE_AEAD,
    [0x88 ... 0x89] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x8a ... 0x8b] = PL_SUITE_AEAD,
    [0x8c ... 0x8d] = PL_SUITE_KEX_STATIC | PL_SUITE_AEAD,
    [0x8e ... 0x8f] = PL_SUITE_AEAD,
    [0x90 ... 0x91] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0x92 ... 0x93] = PL_ROW_RSA | PL_SUITE_AEAD,
    [0x94 ... 0x95] = PL_SUITE_PLAIN,
    [0x96 ... 0x97] = PL_ROW_DHE,
    [0x98 ... 0x99] = PL_ROW_RSA,
    [0x9a ... 0x9b] = PL_SUITE_PLAIN,
    [0x9c ... 0x9d] = PL_ROW_RSA | PL_SUITE_AEAD, /* CCM */
    [0x9e ... 0x9f] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0xa0 ... 0xa1] = PL_ROW_RSA | PL_ROW_CCM8,
    [0xa2 ... 0xa3] = PL_ROW_DHE | PL_ROW_CCM8,
    [0xa4 ... 0xa5] = PL_SUITE_AEAD,
    [0xa6 ... 0xa7] = PL_ROW_DHE | PL_SUITE_AEAD,
    [0xa8 ... 0xa9] = PL_ROW_CCM8,
    [0xaa ... 0xab] = PL_ROW_DHE | PL_ROW_CCM8, /* named PSK_DHE */
    [0xac ... 0xad] = PL_SUITE_AEAD,
    [0xae ... 0xaf] = PL_ROW_CCM8,
    [0xb0 ... 0xb3] = PL_SUITE_AEAD,
    [0xb4 ... 0xb5] = PL_SUITE_TLS13 | PL_SUITE_NULL, /* RFC 9150: integrity only */
};

/* The code points of the high bytes that hold only a few. */
PL_INLINE uint32_t pl_suite_rare(uint16_t suite)
{
    switch (suite >> 4) {
    case 0x130: /* 0x1301 to 0x1307 */
        if ((suite & 15) - 1u >= 7)
            return PL_SUITE_UNKNOWN;
        return PL_SUITE_TLS13 | PL_SUITE_AEAD | (suite == 0x1305 ? PL_SUITE_CCM8 : 0);
    case 0x560:
        return suite == 0x5600 ? PL_SUITE_FALLBACK_SCSV : PL_SUITE_UNKNOWN;
    case 0xc10: /* GOST: RFC 9189 with key transport, RFC 9367 for TLS 1.3 */
        if (suite <= 0xc102)
            return PL_SUITE_KEX_STATIC;
        return suite <= 0xc106 ? PL_SUITE_TLS13 | PL_SUITE_AEAD : PL_SUITE_UNKNOWN;
    case 0xcca: /* CHACHA20_POLY1305, RFC 7905 */
        if (suite < 0xcca8 || suite == 0xccaf)
            return PL_SUITE_UNKNOWN;
        return PL_SUITE_AEAD | (suite == 0xccaa || suite == 0xccad ? PL_SUITE_KEX_DHE : 0) |
               (suite == 0xccae ? PL_SUITE_KEX_STATIC : 0);
    case 0xd00: /* ECDHE_PSK, RFC 8442 */
        if (!(PL_BIT(suite & 15) & 0x2e))
            return PL_SUITE_UNKNOWN;
        return suite == 0xd003 ? PL_ROW_CCM8 : PL_SUITE_AEAD;
    default:
        return PL_SUITE_UNKNOWN;
    }
}

/* The enum pl_suite_class bits of one suite; PL_SUITE_UNKNOWN for what nobody assigned. */
PL_INLINE uint32_t pl_suite_class(uint16_t suite)
{
    uint32_t low = suite, row;

    PL_HIDE(low);
    low &= 0xff;
    if (suite >> 8 == 0x00)
        row = pl_suites_00[low];
    else if (suite >> 8 == 0xc0)
        row = pl_suites_c0[low];
    else
        return pl_suite_rare(suite);
    return row ? row & ~(uint32_t)PL_SUITE_PLAIN : PL_SUITE_UNKNOWN;
}

#endif
