/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole DNS message (RFC 1035, 4), as a datagram or as it stands behind its length on TCP: the
 * question, and of an answer what can be judged without validating it.  Also of mDNS and LLMNR.
 *
 *   struct pl_dns d = {0};
 *   outcome = pl_dns_read(&d, pl_view(chunk, len), port);      for each message of a flow
 *
 * PL_MALFORMED: it is no DNS (before anything was recognised) or is broken; d is unchanged.  The
 * port is a hint: elsewhere than at DNS's ports a message has to hold exactly one question and
 * nothing behind its last record.
 *
 * Of record sets only those in the answer section are judged, and none of a truncated message (TC).
 * Bounds: PL_DNS_RECORDS_MAX records, PL_DNS_HOPS_MAX compression pointers a name, each of which
 * has to point backwards.
 */
#ifndef PL_READ_DNS_MESSAGE_H
#define PL_READ_DNS_MESSAGE_H

#include "../datagram/view.h"
#include "answer.h"

enum {
    PL_DNS_NAME_MAX = 255,
    PL_DNS_HEAD_BYTES = 12,
    PL_DNS_RECORDS_MAX = 512,
    PL_DNS_LABELS_MAX = 128,
    PL_DNS_HOPS_MAX = 16,
    PL_DNS_DS_MAX = 8,
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
    PL_DNS_HTTPS = 65,
    PL_DNS_CAA = 257
};

enum pl_dns_flag { PL_DNS_QR = 0x8000, PL_DNS_TC = 0x0200 };

struct pl_dns_ds {
    uint8_t algorithm, digest;
};

struct pl_dns {
    bool seen, asked, answered;
    bool named;                        /* a question was read: */
    uint16_t type;                     /* of the first question */
    uint16_t edns_size;                /* the largest that was offered in a question; 0: none */
    uint8_t name_len;                  /* of the first question; 0: the root, or none */
    uint8_t name[PL_DNS_NAME_MAX + 1]; /* as it was sent, labels joined by '.', not terminated */
    /* algorithms that were seen anywhere, one bit each, those above 63 left out */
    uint64_t dnskey_algorithms, rrsig_algorithms;
    struct pl_dns_ds ds[PL_DNS_DS_MAX];
    uint8_t ds_count;
    struct pl_dns_facts facts; /* security stays unknown: nobody validated */
};

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

/* One label to the end of the name; false when it has no room or is not there. */
PL_INLINE bool pl_dns_label(struct pl_dns *d, struct pl_view *v, uint8_t len)
{
    uint8_t byte;
    uint32_t at = d->name_len;

    if (at + len + 1u > PL_DNS_NAME_MAX)
        return false;
    if (at)
        d->name[at++ & PL_DNS_NAME_MAX] = '.';
    for (uint32_t i = 0; i < 63 && i < len; i++) {
        if (!pl_view_u8(v, &byte))
            return false;
        d->name[at++ & PL_DNS_NAME_MAX] = byte;
    }
    d->name_len = (uint8_t)at;
    return true;
}

/* The name of the first question; a question may be compressed too, since nothing forbids it. */
PL_INLINE bool pl_dns_name(struct pl_dns *d, const struct pl_view *whole, struct pl_view v)
{
    uint32_t hops = 0, start = v.at;
    uint8_t len, low;

    d->name_len = 0;
    for (int i = 0; i < PL_DNS_LABELS_MAX; i++) {
        if (!pl_view_u8(&v, &len))
            return false;
        if (len == 0)
            return true;
        if (len < 64) {
            if (!pl_dns_label(d, &v, len))
                return false;
            continue;
        }
        if (len < 0xc0 || !pl_view_u8(&v, &low) || ++hops > PL_DNS_HOPS_MAX)
            return false;
        v.at = whole->at + ((uint32_t)(len & 0x3f) << 8 | low);
        if (v.at >= start)
            return false;
        start = v.at;
    }
    return false;
}

PL_INLINE bool pl_dns_question(struct pl_dns *d, const struct pl_view *whole, struct pl_view *v,
                               bool first)
{
    uint16_t type, class;

    if ((first && !pl_dns_name(d, whole, *v)) || !pl_dns_skip_name(v) || !pl_view_be16(v, &type) ||
        !pl_view_be16(v, &class))
        return false;
    if (first)
        d->type = type;
    d->named = true;
    return true;
}

PL_INLINE bool pl_dns_record(struct pl_view *v, struct pl_dns_record *r)
{
    uint16_t len;

    return pl_dns_skip_name(v) && pl_view_be16(v, &r->type) && pl_view_be16(v, &r->class) &&
           pl_view_be32(v, &r->ttl) && pl_view_be16(v, &len) && pl_view_child(v, len, &r->data);
}

/* --- record by record */

/* The bits of an RSA key's modulus (RFC 3110, 2); 0: not an RSA key. */
PL_INLINE uint32_t pl_dns_rsa_bits(uint8_t algorithm, struct pl_view key)
{
    uint8_t exponent = 0;
    uint16_t more = 0;
    uint32_t bits;
    bool rsa =
        algorithm == 1 || algorithm == 5 || algorithm == 7 || algorithm == 8 || algorithm == 10;

    if (!rsa || !pl_view_u8(&key, &exponent) || (exponent == 0 && !pl_view_be16(&key, &more)) ||
        !pl_view_skip(&key, exponent ? exponent : more) || pl_view_done(&key))
        return 0;
    bits = pl_view_left(&key) * 8;
    for (uint8_t first = pl_view_peek(&key, 0); bits && first && !(first & 0x80);
         first = (uint8_t)(first << 1))
        bits--;
    return bits;
}

PL_INLINE uint64_t pl_dns_bit(uint8_t algorithm)
{
    return algorithm < 64 ? PL_BIT(algorithm) : 0;
}

PL_INLINE void pl_dns_key(struct pl_dns *d, struct pl_view data, bool answer)
{
    uint16_t flags;
    uint8_t protocol, algorithm;
    uint32_t bits;

    if (!pl_view_be16(&data, &flags) || !pl_view_u8(&data, &protocol) ||
        !pl_view_u8(&data, &algorithm))
        return;
    d->dnskey_algorithms |= pl_dns_bit(algorithm);
    if (!answer)
        return;
    bits = pl_dns_rsa_bits(algorithm, data);
    d->facts.rsa_seen |= bits > 0;
    if (bits && (d->facts.rsa_bits == 0 || bits < d->facts.rsa_bits))
        d->facts.rsa_bits = (uint16_t)(bits > UINT16_MAX ? UINT16_MAX : bits);
}

PL_INLINE void pl_dns_signature(struct pl_dns *d, struct pl_view data, bool answer)
{
    uint16_t covered;
    uint8_t algorithm, labels;
    uint32_t ttl, expires, begins;

    if (!pl_view_be16(&data, &covered) || !pl_view_u8(&data, &algorithm) ||
        !pl_view_u8(&data, &labels) || !pl_view_be32(&data, &ttl) ||
        !pl_view_be32(&data, &expires) || !pl_view_be32(&data, &begins))
        return;
    d->rrsig_algorithms |= pl_dns_bit(algorithm);
    if (answer)
        pl_dns_signature_seen(&d->facts, begins, expires);
}

PL_INLINE void pl_dns_delegation(struct pl_dns *d, struct pl_view data, bool answer)
{
    uint16_t tag;
    struct pl_dns_ds ds;
    bool listed = false;

    if (!pl_view_be16(&data, &tag) || !pl_view_u8(&data, &ds.algorithm) ||
        !pl_view_u8(&data, &ds.digest))
        return;
    for (uint32_t i = 0; i < PL_DNS_DS_MAX && i < d->ds_count; i++)
        listed |= d->ds[i].algorithm == ds.algorithm && d->ds[i].digest == ds.digest;
    if (!listed && d->ds_count < PL_DNS_DS_MAX)
        d->ds[d->ds_count++] = ds;
    if (answer)
        pl_dns_digest_seen(&d->facts, ds.digest);
}

/* NSEC3 and NSEC3PARAM begin alike (RFC 5155, 3.2 and 4.2). */
PL_INLINE void pl_dns_nsec3(struct pl_dns *d, struct pl_view data)
{
    uint8_t hash, flags, salt;
    uint16_t iterations;

    if (!pl_view_u8(&data, &hash) || !pl_view_u8(&data, &flags) ||
        !pl_view_be16(&data, &iterations) || !pl_view_u8(&data, &salt))
        return;
    d->facts.nsec3 = true;
    if (iterations > d->facts.nsec3_iterations)
        d->facts.nsec3_iterations = iterations;
    d->facts.nsec3_salt |= salt > 0;
}

PL_INLINE void pl_dns_address(struct pl_dns *d, struct pl_view data, bool v6)
{
    uint32_t word[4] = {0};
    struct pl_addr addr;

    for (int i = 0; i < (v6 ? 4 : 1); i++)
        if (!pl_view_be32(&data, &word[i]))
            return;
    addr = pl_addr_v4(word[0]);
    if (v6) {
        addr.hi = (uint64_t)word[0] << 32 | word[1];
        addr.lo = (uint64_t)word[2] << 32 | word[3];
    }
    d->facts.addresses_seen = true;
    d->facts.address_private |= pl_dns_address_private(addr);
}

/* One record; answer: it stands in the answer section of a whole answer. */
PL_INLINE void pl_dns_take(struct pl_dns *d, const struct pl_dns_record *r, bool answer, bool query)
{
    switch (r->type) {
    case PL_DNS_DNSKEY:
        pl_dns_key(d, r->data, answer);
        break;
    case PL_DNS_RRSIG:
        pl_dns_signature(d, r->data, answer);
        break;
    case PL_DNS_DS:
        pl_dns_delegation(d, r->data, answer);
        break;
    case PL_DNS_NSEC3:
    case PL_DNS_NSEC3PARAM:
        pl_dns_nsec3(d, r->data);
        break;
    case PL_DNS_A:
    case PL_DNS_AAAA:
        if (answer)
            pl_dns_address(d, r->data, r->type == PL_DNS_AAAA);
        break;
    case PL_DNS_OPT:
        if (query && r->class > d->edns_size)
            d->edns_size = r->class;
        break;
    default:
        break;
    }
}

/* --- the message */

PL_INLINE bool pl_dns_records(struct pl_dns *d, struct pl_view *v, const struct pl_dns_head *h)
{
    uint32_t answers = h->count[1], all = answers + h->count[2] + h->count[3];
    bool reply = h->flags & PL_DNS_QR, whole = reply && !(h->flags & PL_DNS_TC);

    for (uint32_t i = 0; i < PL_DNS_RECORDS_MAX && i < all; i++) {
        struct pl_dns_record r;
        if (!pl_dns_record(v, &r))
            return h->flags & PL_DNS_TC; /* a truncated one may end anywhere */
        pl_dns_take(d, &r, whole && i < answers, !reply);
    }
    return true;
}

/* What a message at an odd port has to look like to be taken for DNS.  NetBIOS has the same form
 * and types of its own (RFC 1002, 4.2.1.2). */
PL_INLINE bool pl_dns_sure(const struct pl_dns *d, const struct pl_dns_head *h,
                           const struct pl_view *rest)
{
    return h->count[0] == 1 && (h->flags & 0x7840) == 0 && pl_view_done(rest) &&
           d->type != PL_DNS_NETBIOS && d->type != PL_DNS_NETBIOS_STATUS;
}

PL_INLINE enum pl_outcome pl_dns_read(struct pl_dns *d, struct pl_view v, uint16_t port)
{
    struct pl_view whole = v;
    struct pl_dns_head h;
    struct pl_dns found = *d;
    bool known = d->seen || port == PL_PORT_DNS || port == PL_PORT_MDNS || port == PL_PORT_LLMNR;

    if (!pl_dns_head(&v, &h) || h.count[0] > PL_DNS_RECORDS_MAX)
        return PL_MALFORMED;
    for (uint32_t i = 0; i < PL_DNS_RECORDS_MAX && i < h.count[0]; i++)
        if (!pl_dns_question(&found, &whole, &v, i == 0))
            return PL_MALFORMED;
    if (!pl_dns_records(&found, &v, &h) || (!known && !pl_dns_sure(&found, &h, &v)))
        return PL_MALFORMED;
    found.seen = true;
    found.asked |= !(h.flags & PL_DNS_QR);
    found.answered |= (h.flags & PL_DNS_QR) != 0;
    *d = found;
    return PL_MORE;
}

#endif
