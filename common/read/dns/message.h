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
 * facts is of the last message alone.  Of record sets only those in the answer section get into it,
 * NSEC3 also from the others, and none of a truncated message (TC) or of one with an error.
 * Bounds: PL_DNS_RECORDS_MAX records, PL_DNS_HOPS_MAX compression pointers a name, each of which
 * has to point backwards.
 */
#ifndef PL_READ_DNS_MESSAGE_H
#define PL_READ_DNS_MESSAGE_H

#include "answer.h"
#include "record.h"

enum { PL_DNS_DS_MAX = 8, PL_DNS_HOPS_MAX = 16 };

struct pl_dns_ds {
    uint8_t algorithm, digest;
};

struct pl_dns {
    bool seen, asked, answered;
    bool named;                        /* a question was read: */
    uint16_t type, class;              /* of the first question */
    uint16_t edns_size;                /* the largest that was offered in a question; 0: none */
    uint8_t name_len;                  /* of the first question; 0: the root, or none */
    uint8_t name[PL_DNS_NAME_MAX + 1]; /* as it was sent, labels joined by '.', not terminated */
    /* algorithms that were seen anywhere, one bit each, those above 63 left out */
    uint64_t dnskey_algorithms, rrsig_algorithms;
    struct pl_dns_ds ds[PL_DNS_DS_MAX];
    uint8_t ds_count;
    bool offered;              /* the resolver told where it can be asked encrypted (RFC 9462, 4) */
    struct pl_dns_facts facts; /* security stays unknown: nobody validated */
};

enum { PL_SVCB_ALPN = 1, PL_SVCB_IPV4HINT = 4, PL_SVCB_IPV6HINT = 6 /* RFC 9460, 14.3.2 */ };

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
    if (first) {
        d->type = type;
        d->class = class;
    }
    d->named = true;
    return true;
}

/* --- record by record */

PL_INLINE uint64_t pl_dns_bit(uint8_t algorithm)
{
    return algorithm < 64 ? PL_BIT(algorithm) : 0;
}

PL_INLINE void pl_dns_key(struct pl_dns *d, struct pl_view data, bool answer)
{
    struct pl_dns_key_head head;

    if (!pl_dns_key_head(&data, &head))
        return;
    d->dnskey_algorithms |= pl_dns_bit(head.algorithm);
    if (answer && pl_dns_key_signs(&head))
        pl_dns_rsa_seen(&d->facts, pl_dns_rsa_bits(head.algorithm, data));
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
    pl_dns_nsec3_seen(&d->facts, iterations, salt > 0);
}

/* Every address in the data: one of an A or AAAA record, or the several ones of a hint. */
PL_INLINE void pl_dns_addresses(struct pl_dns *d, struct pl_view data, bool v6)
{
    uint32_t word[4] = {0};
    struct pl_addr addr;

    for (uint32_t left = pl_view_left(&data) / (v6 ? 16 : 4); left; left--) {
        for (int i = 0; i < (v6 ? 4 : 1); i++)
            if (!pl_view_be32(&data, &word[i]))
                return;
        addr = pl_addr_v4(word[0]);
        if (v6) {
            addr.hi = (uint64_t)word[0] << 32 | word[1];
            addr.lo = (uint64_t)word[2] << 32 | word[3];
        }
        pl_dns_address_seen(&d->facts, addr);
    }
}

/* Whether one of the protocols is an encrypted one: dot, doq, h2, h3 (RFC 9461, 4). */
PL_INLINE bool pl_dns_encrypted(struct pl_view alpn)
{
    struct pl_view id;
    uint8_t len;

    for (int i = 0; i < 32 && pl_view_u8(&alpn, &len) && pl_view_child(&alpn, len, &id); i++) {
        uint8_t a = pl_view_peek(&id, 0), b = pl_view_peek(&id, 1), c = pl_view_peek(&id, 2);
        if ((len == 2 && a == 'h' && (b == '2' || b == '3')) ||
            (len == 3 && a == 'd' && b == 'o' && (c == 't' || c == 'q')))
            return true;
    }
    return false;
}

/* SVCB and HTTPS: addresses that they hint at, and what a resolver offers (RFC 9462, 4). */
PL_INLINE void pl_dns_service(struct pl_dns *d, struct pl_view data)
{
    struct pl_view value;
    uint16_t priority, key, len;

    if (!pl_view_be16(&data, &priority) || priority == 0 || !pl_dns_skip_name(&data))
        return;
    for (int i = 0; i < 32 && pl_view_be16(&data, &key) && pl_view_be16(&data, &len) &&
                    pl_view_child(&data, len, &value);
         i++)
        if (key == PL_SVCB_IPV4HINT || key == PL_SVCB_IPV6HINT)
            pl_dns_addresses(d, value, key == PL_SVCB_IPV6HINT);
        else if (key == PL_SVCB_ALPN && d->type == PL_DNS_SVCB &&
                 pl_dns_name_under(d->name, d->name_len, "_dns.resolver.arpa", 18))
            d->offered |= pl_dns_encrypted(value);
}

/* A record that is part of the answer itself. */
PL_INLINE void pl_dns_take_answer(struct pl_dns *d, const struct pl_dns_record *r)
{
    if (!pl_dns_internet(r))
        return;
    if (r->type == PL_DNS_A || r->type == PL_DNS_AAAA)
        pl_dns_addresses(d, r->data, r->type == PL_DNS_AAAA);
    else if (r->type == PL_DNS_SVCB || r->type == PL_DNS_HTTPS)
        pl_dns_service(d, r->data);
}

/* One record.  whole: of a whole answer; answer: it stands in the answer section of one. */
PL_INLINE void pl_dns_take(struct pl_dns *d, const struct pl_dns_record *r, bool whole, bool answer)
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
        if (whole)
            pl_dns_nsec3(d, r->data);
        break;
    default:
        if (answer)
            pl_dns_take_answer(d, r);
        break;
    }
}

/* --- the message */

/* Denial of existence (NSEC3) comes with an error, too. */
PL_INLINE bool pl_dns_records(struct pl_dns *d, struct pl_view *v, const struct pl_dns_head *h)
{
    uint32_t answers = h->count[1], all = answers + h->count[2] + h->count[3];
    bool query = !(h->flags & PL_DNS_QR);
    bool told = !query && !(h->flags & (PL_DNS_TC | PL_DNS_OPCODE));

    for (uint32_t i = 0; i < PL_DNS_RECORDS_MAX && i < all; i++) {
        struct pl_dns_record r;
        if (!pl_dns_record(v, &r))
            return h->flags & PL_DNS_TC; /* a truncated one may end anywhere */
        if (query && r.type == PL_DNS_OPT && r.class > d->edns_size)
            d->edns_size = r.class;
        pl_dns_take(d, &r, told, pl_dns_whole(h) && i < answers);
    }
    return true;
}

/* What a message at an odd port has to look like to be taken for DNS.  NetBIOS has the same form
 * and types of its own (RFC 1002, 4.2.1.2). */
PL_INLINE bool pl_dns_sure(const struct pl_dns *d, const struct pl_dns_head *h,
                           const struct pl_view *rest)
{
    bool class = d->class == PL_DNS_IN || d->class == PL_DNS_CH || d->class == PL_DNS_HS ||
                 d->class == PL_DNS_ANY;

    return class && h->count[0] == 1 && (h->flags & (PL_DNS_OPCODE | PL_DNS_Z)) == 0 &&
           pl_view_done(rest) && d->type && d->type != PL_DNS_NETBIOS &&
           d->type != PL_DNS_NETBIOS_STATUS;
}

/* What the question says of the answer.  A name without a dot is of this network; so are all that
 * are asked of neighbours (RFC 6762, 3; RFC 4795, 2). */
PL_INLINE void pl_dns_about(struct pl_dns *d, const struct pl_dns_head *h, uint16_t port)
{
    bool dot = false, link = port == PL_PORT_MDNS || port == PL_PORT_LLMNR;

    for (uint32_t i = 0; i < PL_DNS_NAME_MAX && i < d->name_len; i++)
        dot |= d->name[i] == '.';
    d->facts.name_local = link || (d->named && !dot) || pl_dns_name_local(d->name, d->name_len);
    d->facts.name_listing = pl_dns_name_listing(d->name, d->name_len);
    d->facts.encryption_offered = d->offered;
    d->facts.asked = d->facts.asked_clear =
        d->named && !link && !(h->flags & PL_DNS_QR) &&
        !pl_dns_name_under(d->name, d->name_len, "resolver.arpa", 13);
}

PL_INLINE enum pl_outcome pl_dns_read(struct pl_dns *d, struct pl_view v, uint16_t port)
{
    struct pl_view whole = v;
    struct pl_dns_head h;
    struct pl_dns found = *d;
    bool known = d->seen || port == PL_PORT_DNS || port == PL_PORT_MDNS || port == PL_PORT_LLMNR;

    if (!pl_dns_head(&v, &h) || h.count[0] > PL_DNS_RECORDS_MAX)
        return PL_MALFORMED;
    found.named = false;
    found.type = found.class = 0;
    found.name_len = 0;
    for (uint32_t i = 0; i < PL_DNS_RECORDS_MAX && i < h.count[0]; i++)
        if (!pl_dns_question(&found, &whole, &v, i == 0))
            return PL_MALFORMED;
    found.facts = (struct pl_dns_facts){0};
    pl_dns_about(&found, &h, port);
    if (!pl_dns_records(&found, &v, &h) || (!known && !pl_dns_sure(&found, &h, &v)))
        return PL_MALFORMED;
    found.seen = true;
    found.asked |= !(h.flags & PL_DNS_QR);
    found.answered |= (h.flags & PL_DNS_QR) != 0;
    *d = found;
    return PL_MORE;
}

#endif
