/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PL_READ_TLS_H
#define PL_READ_TLS_H

#include "../outcome.h"

enum { PL_SNI_MAX = 255 };

/* Cipher suites by what is notable of them, one bit a class; offered suites as the union. */
enum pl_suite_class {
    PL_SUITE_NULL = 1 << 0,
    PL_SUITE_ANON = 1 << 1,
    PL_SUITE_EXPORT = 1 << 2,
    PL_SUITE_RC4 = 1 << 3,
    PL_SUITE_BLOCK64 = 1 << 4,    /* 3DES, DES, IDEA, RC2 */
    PL_SUITE_KEX_STATIC = 1 << 5, /* RSA, DH, ECDH: no forward secrecy */
    PL_SUITE_KEX_DHE = 1 << 6,
    PL_SUITE_CBC_SHA1 = 1 << 7,
    PL_SUITE_AEAD = 1 << 8,
    PL_SUITE_TLS13 = 1 << 9,
    PL_SUITE_FALLBACK_SCSV = 1 << 10, /* 0x5600 */
    PL_SUITE_RENEG_SCSV = 1 << 11,    /* 0x00ff */
    PL_SUITE_UNKNOWN = 1 << 12,
    PL_SUITE_CCM8 = 1 << 13 /* AEAD with a tag of 8 bytes */
};

/* Groups that matter here, one bit each; offered groups as the union. */
enum pl_group_bit {
    PL_GROUP_X25519MLKEM768 = 1 << 0,     /* 0x11ec */
    PL_GROUP_SECP256R1MLKEM768 = 1 << 1,  /* 0x11eb */
    PL_GROUP_SECP384R1MLKEM1024 = 1 << 2, /* 0x11ed */
    PL_GROUP_X25519 = 1 << 3,
    PL_GROUP_SECP256R1 = 1 << 4,
    PL_GROUP_SECP384R1 = 1 << 5,
    PL_GROUP_SECP521R1 = 1 << 6,
    PL_GROUP_X448 = 1 << 7,
    PL_GROUP_FFDHE = 1 << 8, /* any of RFC 7919 */
    PL_GROUP_OTHER = 1 << 9,
    PL_GROUP_PQ_DRAFT = 1 << 10, /* the withdrawn Kyber drafts, 0x6399 and 0x639a */
    PL_GROUP_PQ_OTHER = 1 << 11  /* ML-KEM alone or with curveSM2 */
};

enum {
    PL_GROUPS_PQ = PL_GROUP_X25519MLKEM768 | PL_GROUP_SECP256R1MLKEM768 |
                   PL_GROUP_SECP384R1MLKEM1024 | PL_GROUP_PQ_OTHER
};

/* Hashes of the offered signature schemes, one bit each. */
enum pl_sig_hash {
    PL_SIG_MD5 = 1 << 0,
    PL_SIG_SHA1 = 1 << 1,
    PL_SIG_SHA224 = 1 << 2,
    PL_SIG_SHA256 = 1 << 3,
    PL_SIG_SHA384 = 1 << 4,
    PL_SIG_SHA512 = 1 << 5,
    PL_SIG_INTRINSIC = 1 << 6 /* Ed25519, Ed448, ML-DSA */
};

enum pl_alpn {
    PL_ALPN_HTTP1 = 1 << 0,
    PL_ALPN_H2 = 1 << 1,
    PL_ALPN_H3 = 1 << 2,
    PL_ALPN_OTHER = 1 << 3
};

enum {
    PL_SSL2 = 0x0002,
    PL_SSL3 = 0x0300,
    PL_TLS10 = 0x0301,
    PL_TLS11 = 0x0302,
    PL_TLS12 = 0x0303,
    PL_TLS13 = 0x0304
};

/* Drafts of TLS 1.3 are 0x7fNN and count as TLS 1.3. */
PL_INLINE bool pl_tls_is_draft(uint16_t version)
{
    return version >> 8 == 0x7f;
}

/* What a server says in the last 8 bytes of its random when it could do better than it chose
 * (RFC 8446, 4.1.3). */
enum pl_tls_downgrade {
    PL_DOWNGRADE_NONE,
    PL_DOWNGRADE_TO_TLS11 = 1, /* "DOWNGRD" 0: to TLS 1.1 or older */
    PL_DOWNGRADE_TO_TLS12 = 2  /* "DOWNGRD" 1 */
};

/*
 * What the two hellos say.  Zero means not there; the two flags say whose half is complete.
 *
 * sni_sent with sni_len 0: the client named something that is no host name (longer than 253 bytes,
 * an empty label, a byte other than letters, digits, '-', '_' and '.').  It is not looked up, and
 * it is not "missing" either.  With ech the name is that of the outer hello.
 *
 * Versions stand as they were sent, those of drafts too.
 */
struct pl_tls_facts {
    bool client_hello, server_hello; /* read to the end */
    bool sslv2;                      /* the client's hello had SSLv2 form (RFC 5246, E.2) */
    bool hello_retry;                /* the server answered HelloRetryRequest before */
    bool dtls;                       /* versions are those of TLS that they build on, code.h */
    /* the client's hello */
    uint16_t legacy_version;
    uint16_t max_version; /* the highest that it offers, GREASE left out */
    uint16_t min_version; /* the lowest that supported_versions names, else 0 */
    uint32_t suites;      /* enum pl_suite_class, union */
    uint32_t groups;      /* enum pl_group_bit, union */
    uint32_t key_shares;  /* enum pl_group_bit, union */
    uint8_t sig_hashes, alpn;
    bool groups_sent, ech, ems, reneg_info, early_data, compression, sni_sent;
    /* the server's */
    uint16_t version; /* selected: supported_versions first, else legacy */
    uint16_t suite;
    uint16_t group;       /* of the key share or key exchange, or named by HelloRetryRequest */
    uint16_t dh_bits;     /* length of p when the key exchange is DHE up to TLS 1.2 */
    uint32_t suite_class; /* enum pl_suite_class of suite */
    uint32_t group_class; /* enum pl_group_bit of group */
    bool server_ems, server_reneg_info, server_compression;
    uint8_t server_alpn;          /* enum pl_alpn, up to TLS 1.2 */
    uint8_t downgrade;            /* enum pl_tls_downgrade */
    uint8_t ske_hash;             /* enum pl_sig_hash of TLS 1.2's signed key exchange */
    bool server_extensions_known; /* all of the hello was read; a library tells less */
    uint16_t server_port_hint;    /* 0: not known; some checks ask only on 443 */
    uint8_t sni_len;
    uint8_t sni[PL_SNI_MAX + 1]; /* lower case, no final dot, not terminated */
};

#endif
