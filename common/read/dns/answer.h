/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of one DNS answer.  The resolver module fills them from its own structures. */
#ifndef PL_READ_DNS_H
#define PL_READ_DNS_H

#include "../outcome.h"

enum { PL_DNS_SIGNERS_MAX = 8 };

/* What the validator found (RFC 4033, 5). */
enum pl_dns_security {
    PL_DNS_UNKNOWN, /* not validated, or indeterminate: no trust anchor above */
    PL_DNS_SECURE,
    PL_DNS_INSECURE,
    PL_DNS_BOGUS
};

/* The DNSSEC algorithms that sign one record set. */
struct pl_dns_signer {
    uint64_t low; /* algorithm numbers 0-63, one bit each */
    bool high;    /* an algorithm above 63 signs it too */
};

struct pl_dns_facts {
    enum pl_dns_security security;
    /* The different sets of algorithms that sign record sets of the answer.  A chain of aliases has
     * one for each zone that it crosses; of more than the array holds, the first stay. */
    struct pl_dns_signer signer[PL_DNS_SIGNERS_MAX];
    uint32_t signers;
    bool name_local;     /* the name belongs to this network by standard: see pl_dns_name_local() */
    bool addresses_seen; /* the answer holds A or AAAA records, or address hints (RFC 9460, 7.3) */
    bool address_private; /* one of them is private, loopback or link-local */
    bool name_listing;    /* the name asks a list of addresses: see pl_dns_name_listing() */
    /* what a DS set, a DNSKEY set, NSEC3 and RRSIG of the answer say of themselves */
    bool ds_seen, ds_strong; /* a DS; one whose digest is neither SHA-1 nor GOST */
    bool nsec3, nsec3_salt;
    bool rsa_seen, signature_seen;
    uint16_t nsec3_iterations; /* the most */
    uint16_t rsa_bits;         /* of the shortest key */
    /* a client asked; in clear; and the resolver had offered encryption before (RFC 9462) */
    bool asked, asked_clear, encryption_offered;
    /* of the signature that expires first: Unix time modulo 2^32 (RFC 4034, 3.1.5) */
    uint32_t signature_begins, signature_expires;
};

enum pl_dns_digest { PL_DNS_DIGEST_SHA1 = 1, PL_DNS_DIGEST_GOST = 3 };

PL_INLINE void pl_dns_digest_seen(struct pl_dns_facts *f, uint8_t digest)
{
    f->ds_seen = true;
    f->ds_strong |= digest != PL_DNS_DIGEST_SHA1 && digest != PL_DNS_DIGEST_GOST;
}

PL_INLINE void pl_dns_signature_seen(struct pl_dns_facts *f, uint32_t begins, uint32_t expires)
{
    if (f->signature_seen && (int32_t)(expires - f->signature_expires) >= 0)
        return;
    f->signature_seen = true;
    f->signature_begins = begins;
    f->signature_expires = expires;
}

PL_INLINE void pl_dns_rsa_seen(struct pl_dns_facts *f, uint32_t bits)
{
    bits = bits > UINT16_MAX ? UINT16_MAX : bits;
    if (bits && (!f->rsa_seen || bits < f->rsa_bits))
        f->rsa_bits = (uint16_t)bits;
    f->rsa_seen |= bits > 0;
}

PL_INLINE void pl_dns_nsec3_seen(struct pl_dns_facts *f, uint16_t iterations, bool salt)
{
    f->nsec3 = true;
    f->nsec3_salt |= salt;
    if (iterations > f->nsec3_iterations)
        f->nsec3_iterations = iterations;
}

/* Record the algorithms of one more signed record set. */
PL_INLINE void pl_dns_signed_by(struct pl_dns_facts *f, struct pl_dns_signer s)
{
    for (uint32_t i = 0; i < f->signers && i < PL_DNS_SIGNERS_MAX; i++)
        if (f->signer[i].low == s.low && f->signer[i].high == s.high)
            return;
    if (f->signers < PL_DNS_SIGNERS_MAX)
        f->signer[f->signers++] = s;
}

PL_INLINE bool pl_dns_v4_private(uint32_t v4)
{
    return v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 || v4 >> 24 == 127 ||
           v4 >> 16 == 0xa9fe || v4 >> 24 == 0;
}

/* True for addresses that a public name has no business to have (RFC 1918, 3927, 4193, 4291,
 * 6890; IPv4 also when mapped into IPv6 or behind the NAT64 prefix of RFC 6052). */
PL_INLINE bool pl_dns_address_private(struct pl_addr a)
{
    if (pl_addr_is_v4(a) || (a.hi == 0x0064ff9b00000000ULL && a.lo >> 32 == 0))
        return pl_dns_v4_private((uint32_t)a.lo);
    return (a.hi == 0 && a.lo <= 1) || a.hi >> 57 == 0x7e || a.hi >> 54 == 0x3fa;
}

/* One address of the answer.  What answers for a list of addresses is a code, and not a place:
 * RFC 5782, 2.1. */
PL_INLINE void pl_dns_address_seen(struct pl_dns_facts *f, struct pl_addr a)
{
    f->addresses_seen = true;
    if (!f->name_listing || !pl_addr_is_v4(a) || ((uint32_t)a.lo >> 24) != 127)
        f->address_private |= pl_dns_address_private(a);
}

/* Whether the name is this suffix or below it. */
PL_INLINE bool pl_dns_name_under(const uint8_t *name, uint32_t len, const char *suffix,
                                 uint32_t suffix_len)
{
    if (len < suffix_len || (len > suffix_len && name[len - suffix_len - 1] != '.'))
        return false;
    for (uint32_t i = 0; i < suffix_len; i++)
        if (pl_lower(name[len - suffix_len + i]) != (uint8_t)suffix[i])
            return false;
    return true;
}

/* Names that the standards give to the local network, where private addresses are right: localhost
 * (RFC 6761), local (RFC 6762), home.arpa (RFC 8375), resolver.arpa (RFC 9462, 8), internal
 * (reserved by ICANN in 2024).  Presentation form, no final dot. */
PL_INLINE bool pl_dns_name_local(const uint8_t *name, uint32_t len)
{
    return pl_dns_name_under(name, len, "localhost", 9) ||
           pl_dns_name_under(name, len, "local", 5) ||
           pl_dns_name_under(name, len, "home.arpa", 9) ||
           pl_dns_name_under(name, len, "resolver.arpa", 13) ||
           pl_dns_name_under(name, len, "internal", 8);
}

/* Names that begin with an address turned around, as four numbers or as 32 digits: a question to a
 * list of senders (RFC 5782, 2.1 and 2.4). */
PL_INLINE bool pl_dns_name_listing(const uint8_t *name, uint32_t len)
{
    uint32_t labels = 0, numbers = 0, nibbles = 0, size = 0;
    bool decimal = true, hex = true;

    for (uint32_t i = 0; i <= len && i < 256; i++) {
        uint8_t c = i < len ? pl_lower(name[i]) : '.';
        if (c != '.') {
            decimal &= c >= '0' && c <= '9';
            hex &= (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            size++;
            continue;
        }
        numbers += numbers == labels && decimal && size && size <= 3;
        nibbles += nibbles == labels && hex && size == 1;
        labels++;
        size = 0;
        decimal = hex = true;
    }
    return (numbers >= 4 && labels > 4) || (nibbles >= 32 && labels > 32);
}

#endif
