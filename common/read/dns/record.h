/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of a DNS message (RFC 1035, 4.1): its head, a record, and a walk over the TXT records
 * of an answer.  Names of records are stepped over, not followed.
 */
#ifndef PL_READ_DNS_RECORD_H
#define PL_READ_DNS_RECORD_H

#include "../datagram/view.h"

enum {
    PL_DNS_NAME_MAX = 255,
    PL_DNS_HEAD_BYTES = 12,
    PL_DNS_RECORDS_MAX = 512,
    PL_DNS_LABELS_MAX = 128,
    PL_PORT_DNS = 53,
    PL_PORT_MDNS = 5353,
    PL_PORT_LLMNR = 5355
};

enum pl_dns_type {
    PL_DNS_A = 1,
    PL_DNS_MX = 15,
    PL_DNS_TXT = 16,
    PL_DNS_AAAA = 28,
    PL_DNS_NETBIOS = 32,
    PL_DNS_NETBIOS_STATUS = 33,
    PL_DNS_OPT = 41,
    PL_DNS_DS = 43,
    PL_DNS_RRSIG = 46,
    PL_DNS_DNSKEY = 48,
    PL_DNS_NSEC3 = 50,
    PL_DNS_NSEC3PARAM = 51,
    PL_DNS_TLSA = 52,
    PL_DNS_SVCB = 64,
    PL_DNS_HTTPS = 65,
    PL_DNS_CAA = 257
};

enum pl_dns_flag {
    PL_DNS_QR = 0x8000,
    PL_DNS_OPCODE = 0x7800,
    PL_DNS_TC = 0x0200,
    PL_DNS_Z = 0x0040,
    PL_DNS_RCODE = 0x000f
};

enum pl_dns_class { PL_DNS_IN = 1, PL_DNS_CH = 3, PL_DNS_HS = 4, PL_DNS_ANY = 255 };

struct pl_dns_head {
    uint16_t id, flags, count[4];
};

struct pl_dns_record {
    uint16_t type, class;
    uint32_t ttl;
    struct pl_view data;
};

PL_INLINE bool pl_dns_head(struct pl_view *v, struct pl_dns_head *h)
{
    if (!pl_view_be16(v, &h->id) || !pl_view_be16(v, &h->flags))
        return false;
    for (int i = 0; i < 4; i++)
        if (!pl_view_be16(v, &h->count[i]))
            return false;
    return true;
}

/* Step over a name without following it. */
PL_INLINE bool pl_dns_skip_name(struct pl_view *v)
{
    uint8_t len;

    for (int i = 0; i < PL_DNS_LABELS_MAX; i++) {
        if (!pl_view_u8(v, &len))
            return false;
        if (len == 0)
            return true;
        if (len >= 0xc0)
            return pl_view_skip(v, 1);
        if (len > 63 || !pl_view_skip(v, len))
            return false;
    }
    return false;
}

PL_INLINE bool pl_dns_record(struct pl_view *v, struct pl_dns_record *r)
{
    uint16_t len;

    return pl_dns_skip_name(v) && pl_view_be16(v, &r->type) && pl_view_be16(v, &r->class) &&
           pl_view_be32(v, &r->ttl) && pl_view_be16(v, &len) && pl_view_child(v, len, &r->data);
}

PL_INLINE bool pl_dns_skip_question(struct pl_view *v)
{
    return pl_dns_skip_name(v) && pl_view_skip(v, 4);
}

/* An answer to a query, whole and without an error, so that its record sets can be judged. */
PL_INLINE bool pl_dns_whole(const struct pl_dns_head *h)
{
    return (h->flags & (PL_DNS_QR | PL_DNS_OPCODE | PL_DNS_TC | PL_DNS_RCODE)) == PL_DNS_QR;
}

/* Of the Internet; mDNS sets the uppermost bit for purposes of its own (RFC 6762, 10.2). */
PL_INLINE bool pl_dns_internet(const struct pl_dns_record *r)
{
    return (r->class & 0x7fff) == PL_DNS_IN;
}

/* The TXT records of a message's answer section, one after the other. */
struct pl_dns_texts {
    struct pl_view v;
    uint32_t left;
};

PL_INLINE struct pl_dns_texts pl_dns_texts(struct pl_view message)
{
    struct pl_dns_texts t = {message, 0};
    struct pl_dns_head h;

    if (!pl_dns_head(&t.v, &h) || !pl_dns_whole(&h))
        return t;
    for (uint32_t i = 0; i < PL_DNS_RECORDS_MAX && i < h.count[0]; i++)
        if (!pl_dns_skip_question(&t.v))
            return t;
    t.left = h.count[1] < PL_DNS_RECORDS_MAX ? h.count[1] : PL_DNS_RECORDS_MAX;
    return t;
}

/* False when there is no more; data is what the record holds: strings, each behind its length. */
PL_INLINE bool pl_dns_texts_next(struct pl_dns_texts *t, struct pl_view *data)
{
    struct pl_dns_record r;

    for (uint32_t i = 0; i < PL_DNS_RECORDS_MAX && t->left; i++) {
        t->left--;
        if (!pl_dns_record(&t->v, &r))
            break;
        if (r.type == PL_DNS_TXT && pl_dns_internet(&r)) {
            *data = r.data;
            return true;
        }
    }
    t->left = 0;
    return false;
}

enum { PL_DNSKEY_ZONE = 0x0100, PL_DNSKEY_REVOKED = 0x0080 /* RFC 4034, 2.1.1; RFC 5011, 3 */ };

/* What stands before the key of a DNSKEY record. */
struct pl_dns_key_head {
    uint16_t flags;
    uint8_t protocol, algorithm;
};

PL_INLINE bool pl_dns_key_head(struct pl_view *data, struct pl_dns_key_head *h)
{
    return pl_view_be16(data, &h->flags) && pl_view_u8(data, &h->protocol) &&
           pl_view_u8(data, &h->algorithm);
}

/* It is the zone's, and not taken back. */
PL_INLINE bool pl_dns_key_signs(const struct pl_dns_key_head *h)
{
    return (h->flags & (PL_DNSKEY_ZONE | PL_DNSKEY_REVOKED)) == PL_DNSKEY_ZONE;
}

/* The bits of an RSA key's modulus (RFC 3110, 2); 0: not an RSA key. */
PL_INLINE uint32_t pl_dns_rsa_bits(uint8_t algorithm, struct pl_view key)
{
    uint8_t exponent = 0, first = 0;
    uint16_t more = 0;
    uint32_t bits;
    bool rsa =
        algorithm == 1 || algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10;

    if (!rsa || !pl_view_u8(&key, &exponent) || (exponent == 0 && !pl_view_be16(&key, &more)) ||
        !pl_view_skip(&key, exponent ? exponent : more))
        return 0;
    for (uint32_t i = 0; i < UINT16_MAX && first == 0; i++)
        if (!pl_view_u8(&key, &first)) /* zeros in front do not make a key longer */
            return 0;
    bits = (pl_view_left(&key) + 1) * 8;
    for (int i = 0; i < 7 && !(first & 0x80); i++) {
        first = (uint8_t)(first << 1);
        bits--;
    }
    return bits;
}

#endif
