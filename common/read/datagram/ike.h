/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IKE: which version, and what the responder chose for the first key exchange: IKEv2's IKE_SA_INIT
 * (RFC 7296, 3), IKEv1's main and aggressive mode (RFC 2408, 3; RFC 2409, appendix A).  What is
 * only offered is no choice.  On port 4500 four zero octets stand before it (RFC 3948, 2.2).
 */
#ifndef PL_READ_IKE_H
#define PL_READ_IKE_H

#include "view.h"

enum {
    PL_IKE_HEAD_BYTES = 28,
    PL_IKE_COOKIES_BYTES = 16,
    PL_IKE_PAYLOADS_MAX = 32,
    PL_IKE_ITEMS_MAX = 64, /* transforms, attributes */
    PL_IKE1_ENCRYPTED = 0x01,
    PL_IKE2_RESPONSE = 0x20,
    PL_IKE2_SA_INIT = 34,
    PL_IKE1_MAIN = 2,
    PL_IKE1_AGGRESSIVE = 4
};

enum pl_ike_payload { PL_IKE1_PAYLOAD_SA = 1, PL_IKE2_PAYLOAD_SA = 33 };

/* IKEv2's kinds of transforms (RFC 7296, 3.3.2). */
enum pl_ike_transform {
    PL_IKE_ENCRYPTION = 1,
    PL_IKE_PRF = 2,
    PL_IKE_INTEGRITY = 3,
    PL_IKE_GROUP = 4
};

/* IKEv1's attributes (RFC 2409, appendix A). */
enum pl_ike1_attribute { PL_IKE1_CIPHER = 1, PL_IKE1_HASH = 2, PL_IKE1_GROUP = 4 };

struct pl_ike {
    bool v1, v2;
    bool chosen; /* a responder's choice was read */
    /* in IKEv2's numbers, or IKEv1's when v1; 0: not named */
    uint16_t cipher, prf, group;
};

/* One transform of IKEv2's answer. */
PL_INLINE bool pl_ike2_transform(struct pl_ike *k, struct pl_view *v)
{
    uint16_t head, len, id;
    uint8_t kind, reserved;
    struct pl_view rest;

    if (!pl_view_be16(v, &head) || !pl_view_be16(v, &len) || len < 8 || !pl_view_u8(v, &kind) ||
        !pl_view_u8(v, &reserved) || !pl_view_be16(v, &id) || !pl_view_child(v, len - 8u, &rest))
        return false;
    if (kind == PL_IKE_ENCRYPTION)
        k->cipher = id;
    else if (kind == PL_IKE_PRF)
        k->prf = id;
    else if (kind == PL_IKE_GROUP)
        k->group = id;
    return true;
}

/* The one proposal that the responder took. */
PL_INLINE bool pl_ike2_sa(struct pl_ike *k, struct pl_view v)
{
    uint16_t head, len;
    uint8_t number, protocol, spi, count;

    if (!pl_view_be16(&v, &head) || !pl_view_be16(&v, &len) || !pl_view_u8(&v, &number) ||
        !pl_view_u8(&v, &protocol) || !pl_view_u8(&v, &spi) || !pl_view_u8(&v, &count) ||
        !pl_view_skip(&v, spi))
        return false;
    for (int i = 0; i < PL_IKE_ITEMS_MAX && i < count; i++)
        if (!pl_ike2_transform(k, &v))
            return false;
    k->chosen = count > 0;
    return k->chosen;
}

/* One attribute of IKEv1's transform; a long one has a length instead of a value. */
PL_INLINE bool pl_ike1_attribute(struct pl_ike *k, struct pl_view *v)
{
    uint16_t kind, value;

    if (!pl_view_be16(v, &kind) || !pl_view_be16(v, &value))
        return false;
    if (!(kind & 0x8000))
        return pl_view_skip(v, value);
    kind &= 0x7fff;
    if (kind == PL_IKE1_CIPHER)
        k->cipher = value;
    else if (kind == PL_IKE1_HASH)
        k->prf = value;
    else if (kind == PL_IKE1_GROUP)
        k->group = value;
    return true;
}

/* DOI, situation, a proposal and in it the one transform that the responder took. */
PL_INLINE bool pl_ike1_sa(struct pl_ike *k, struct pl_view v)
{
    uint32_t doi, situation, numbers, transform;
    uint16_t head, len;
    struct pl_view attributes;

    if (!pl_view_be32(&v, &doi) || !pl_view_be32(&v, &situation) || !pl_view_be16(&v, &head) ||
        !pl_view_be16(&v, &len) || !pl_view_be32(&v, &numbers) ||
        !pl_view_skip(&v, numbers >> 8 & 0xff) || !pl_view_be16(&v, &head) ||
        !pl_view_be16(&v, &len) || len < 8 || !pl_view_be32(&v, &transform) ||
        !pl_view_child(&v, len - 8u, &attributes))
        return false;
    for (int i = 0; i < PL_IKE_ITEMS_MAX && !pl_view_done(&attributes); i++)
        if (!pl_ike1_attribute(k, &attributes))
            return false;
    k->chosen = true;
    return true;
}

/* The payloads one after the other, up to the SA. */
PL_INLINE bool pl_ike_payloads(struct pl_ike *k, struct pl_view v, uint8_t next)
{
    for (int i = 0; i < PL_IKE_PAYLOADS_MAX && next; i++) {
        uint8_t following, flags;
        uint16_t len;
        struct pl_view body;
        if (!pl_view_u8(&v, &following) || !pl_view_u8(&v, &flags) || !pl_view_be16(&v, &len) ||
            len < 4 || !pl_view_child(&v, len - 4u, &body))
            return false;
        if (next == PL_IKE2_PAYLOAD_SA)
            return pl_ike2_sa(k, body);
        if (next == PL_IKE1_PAYLOAD_SA)
            return pl_ike1_sa(k, body);
        next = following;
    }
    return true;
}

struct pl_ike_head {
    uint8_t next, version, exchange, flags;
    uint32_t id, len;
};

/* The kinds of exchanges that are assigned (RFC 7296, 3.1; RFC 2408, 3.1, and RFC 2409). */
PL_INLINE bool pl_ike_exchange_known(const struct pl_ike_head *h)
{
    if (h->version == 0x20)
        return h->exchange >= 34 && h->exchange <= 44;
    return h->version == 0x10 &&
           ((h->exchange >= 1 && h->exchange <= 6) || (h->exchange >= 32 && h->exchange <= 33));
}

PL_INLINE bool pl_ike_head(struct pl_view *v, struct pl_ike_head *h)
{
    uint32_t whole = pl_view_left(v), zero = 0;

    for (uint32_t i = 0; i < 8; i++)
        zero |= pl_view_peek(v, i);
    return zero && pl_view_skip(v, PL_IKE_COOKIES_BYTES) && pl_view_u8(v, &h->next) &&
           pl_view_u8(v, &h->version) && pl_view_u8(v, &h->exchange) && pl_view_u8(v, &h->flags) &&
           pl_view_be32(v, &h->id) && pl_view_be32(v, &h->len) && h->len == whole &&
           pl_ike_exchange_known(h);
}

/* Whether this message bears the responder's choice in clear. */
PL_INLINE bool pl_ike_answers(const struct pl_ike_head *h, enum pl_side side)
{
    if (h->version == 0x20)
        return h->exchange == PL_IKE2_SA_INIT && (h->flags & PL_IKE2_RESPONSE);
    return side == PL_SERVER && !(h->flags & PL_IKE1_ENCRYPTED) &&
           (h->exchange == PL_IKE1_MAIN || h->exchange == PL_IKE1_AGGRESSIVE);
}

PL_INLINE enum pl_outcome pl_ike_read(struct pl_ike *k, enum pl_side side, struct pl_view v,
                                      uint16_t port)
{
    struct pl_ike_head h = {0};
    struct pl_ike found = *k;

    (void)port;
    if (pl_view_left(&v) > PL_IKE_HEAD_BYTES + 4 && !pl_view_peek(&v, 0) && !pl_view_peek(&v, 1) &&
        !pl_view_peek(&v, 2) && !pl_view_peek(&v, 3))
        v.at += 4;
    if (!pl_ike_head(&v, &h))
        return PL_MALFORMED;
    found.v1 |= h.version == 0x10;
    found.v2 |= h.version == 0x20;
    if (!found.chosen && pl_ike_answers(&h, side) && !pl_ike_payloads(&found, v, h.next))
        return PL_MALFORMED;
    *k = found;
    return PL_MORE;
}

#endif
