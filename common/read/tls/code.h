/* SPDX-License-Identifier: BSD-2-Clause */
/* What the other code points of TLS mean here: groups, signature schemes, GREASE, the cipher
 * kinds of SSL 2; and the facts of a host that knows only the outcome of a handshake. */
#ifndef PL_READ_TLS_CODE_H
#define PL_READ_TLS_CODE_H

#include "suite.h"

/* Values that clients send so that servers learn to ignore what they do not know (RFC 8701). */
PL_INLINE bool pl_is_grease(uint16_t v)
{
    return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

/* The versions of DTLS on the wire; there is no 1.1. */
enum {
    PL_DTLS_BAD = 0x0100, /* OpenSSL's before the standard; Cisco AnyConnect's until today */
    PL_DTLS10 = 0xfeff,
    PL_DTLS12 = 0xfefd,
    PL_DTLS13 = 0xfefc
};

/* The version of TLS that a version of DTLS builds on, so that a newer one is a higher number: 1.0
 * on TLS 1.1 (RFC 4347), 1.2 and 1.3 on their own; the one before the standard stands as TLS 1.0.
 * 0: no version of DTLS. */
PL_INLINE uint16_t pl_dtls_version(uint16_t wire)
{
    switch (wire) {
    case PL_DTLS_BAD:
        return PL_TLS10;
    case PL_DTLS10:
        return PL_TLS11;
    case PL_DTLS12:
        return PL_TLS12;
    case PL_DTLS13:
        return PL_TLS13;
    default:
        return 0;
    }
}

/* The number on the wire again, for a log. */
PL_INLINE uint16_t pl_dtls_wire(uint16_t version)
{
    switch (version) {
    case PL_TLS10:
        return PL_DTLS_BAD;
    case PL_TLS11:
        return PL_DTLS10;
    case PL_TLS12:
        return PL_DTLS12;
    case PL_TLS13:
        return PL_DTLS13;
    default:
        return 0;
    }
}

/* The enum pl_group_bit of a named group; 0 for GREASE. */
PL_INLINE uint32_t pl_group_class(uint16_t group)
{
    switch (group) {
    case 0x11eb:
        return PL_GROUP_SECP256R1MLKEM768;
    case 0x11ec:
        return PL_GROUP_X25519MLKEM768;
    case 0x11ed:
        return PL_GROUP_SECP384R1MLKEM1024;
    case 0x0017:
        return PL_GROUP_SECP256R1;
    case 0x0018:
        return PL_GROUP_SECP384R1;
    case 0x0019:
        return PL_GROUP_SECP521R1;
    case 0x001d:
        return PL_GROUP_X25519;
    case 0x001e:
        return PL_GROUP_X448;
    case 0x6399:
    case 0x639a:
        return PL_GROUP_PQ_DRAFT;
    case 0x0200: /* MLKEM512, MLKEM768, MLKEM1024 */
    case 0x0201:
    case 0x0202:
    case 0x11ee: /* curveSM2MLKEM768 */
        return PL_GROUP_PQ_OTHER;
    default:
        if (pl_is_grease(group))
            return 0;
        return group >= 0x0100 && group <= 0x0104 ? PL_GROUP_FFDHE : PL_GROUP_OTHER;
    }
}

/* The enum pl_sig_hash of a signature scheme.  Up to TLS 1.2 the high byte is the hash (RFC 5246,
 * 7.4.1.4.1); 0x08xx and 0x09xx came with RFC 8446, RFC 8734 and ML-DSA.  0 for all others. */
PL_INLINE uint8_t pl_sig_hash(uint16_t scheme)
{
    uint32_t high = scheme >> 8, low = scheme & 0xff;

    if (high >= 1 && high <= 6)
        return (uint8_t)(1 << (high - 1));
    if (high == 9 || scheme == 0x0807 || scheme == 0x0808)
        return PL_SIG_INTRINSIC;
    if (high != 8)
        return 0;
    if (low >= 4 && low <= 6) /* RSASSA-PSS with keys of rsaEncryption */
        return (uint8_t)(PL_SIG_SHA256 << (low - 4));
    if (low >= 9 && low <= 0x0b) /* RSASSA-PSS with keys of its own */
        return (uint8_t)(PL_SIG_SHA256 << (low - 9));
    if (low >= 0x1a && low <= 0x1c) /* ECDSA with brainpool curves */
        return (uint8_t)(PL_SIG_SHA256 << (low - 0x1a));
    return 0;
}

/* A cipher kind of an SSLv2-form hello: a suite when its first byte is 0 (RFC 5246, E.2), else one
 * of SSL 2's own, of which all keys come from RSA. */
PL_INLINE uint32_t pl_suite_v2(uint32_t kind)
{
    switch (kind) {
    case 0x010080:
        return PL_SUITE_KEX_STATIC | PL_SUITE_RC4;
    case 0x020080:
        return PL_SUITE_KEX_STATIC | PL_SUITE_RC4 | PL_SUITE_EXPORT;
    case 0x040080:
        return PL_SUITE_KEX_STATIC | PL_SUITE_BLOCK64 | PL_SUITE_EXPORT;
    case 0x030080: /* RC2 */
    case 0x050080: /* IDEA */
    case 0x060040: /* DES */
    case 0x0700c0: /* 3DES */
        return PL_SUITE_KEX_STATIC | PL_SUITE_BLOCK64;
    default:
        return kind >> 16 ? PL_SUITE_UNKNOWN : pl_suite_class((uint16_t)kind);
    }
}

PL_INLINE void pl_tls_suite_selected(struct pl_tls_facts *f, uint16_t suite)
{
    f->suite = suite;
    f->suite_class = pl_suite_class(suite);
}

PL_INLINE void pl_tls_group_selected(struct pl_tls_facts *f, uint16_t group)
{
    f->group = group;
    f->group_class = pl_group_class(group);
}

/* What a library says that it negotiated.  group 0: not known.  Compression and the server's
 * extensions stay unknown (server_extensions_known), so the checks of them are not seen; a host
 * that knows them sets the fields and that flag itself.  The client's half is left alone. */
PL_INLINE void pl_tls_facts_selected(struct pl_tls_facts *f, uint16_t version, uint16_t suite,
                                     uint16_t group)
{
    f->version = version;
    pl_tls_suite_selected(f, suite);
    f->group = group;
    f->group_class = group ? pl_group_class(group) : 0;
    f->server_hello = true;
}

/* Adds the server's half to facts that hold the client's. */
PL_INLINE void pl_tls_facts_join(struct pl_tls_facts *f, const struct pl_tls_facts *server)
{
    f->hello_retry |= server->hello_retry;
    f->version = server->version;
    f->suite = server->suite;
    f->group = server->group;
    f->suite_class = server->suite_class;
    f->group_class = server->group_class;
    f->dh_bits = server->dh_bits;
    f->server_ems = server->server_ems;
    f->server_reneg_info = server->server_reneg_info;
    f->server_compression = server->server_compression;
    f->server_alpn = server->server_alpn;
    f->downgrade = server->downgrade;
    f->ske_hash = server->ske_hash;
    f->server_extensions_known = server->server_extensions_known;
    f->server_hello = server->server_hello;
}

#endif
