/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of DTLS in a datagram (RFC 6347, 4.1; RFC 9147, 4), and whether a datagram is DTLS at
 * all.  What is encrypted is passed over: epochs after the first, and the unified header of
 * DTLS 1.3, whose length may be left out and so takes the rest of the datagram.
 */
#ifndef PL_READ_DTLS_RECORD_H
#define PL_READ_DTLS_RECORD_H

#include "../datagram/view.h"
#include "code.h"

enum pl_dtls_content {
    PL_DTLS_CHANGE_CIPHER = 20,
    PL_DTLS_ALERT = 21,
    PL_DTLS_HANDSHAKE = 22,
    PL_DTLS_DATA = 23,
    PL_DTLS_HEARTBEAT = 24,
    PL_DTLS_CID = 25, /* encrypted, with a connection id of unknown length (RFC 9146) */
    PL_DTLS_ACK = 26,
    PL_DTLS_UNIFIED = 32 /* and 31 more, by their bits */
};

/* The messages that are told apart here. */
enum pl_dtls_type {
    PL_DTLS_HELLO_REQUEST = 0,
    PL_DTLS_CLIENT_HELLO = 1,
    PL_DTLS_SERVER_HELLO = 2,
    PL_DTLS_VERIFY_REQUEST = 3 /* its version is 0xfeff whatever is chosen (RFC 6347, 4.2.1) */
};

enum { PL_DTLS_RECORD_BYTES = 13, PL_DTLS_FRAGMENT_BYTES = 12 };

struct pl_dtls_record {
    uint8_t type; /* enum pl_dtls_content */
    bool clear;
    struct pl_view body;
};

/* The head of a fragment of a message. */
struct pl_dtls_fragment {
    uint8_t type;
    uint16_t seq;
    uint32_t length, offset, part; /* of the message; of the part of it that follows */
};

/* Cut the next record off.  False, and v stays: none is left, it is cut short, or this is none. */
PL_INLINE PL_MUST_USE bool pl_dtls_record_take(struct pl_view *v, struct pl_dtls_record *r)
{
    struct pl_view head = *v;
    uint32_t sequence_low;
    uint16_t version, epoch, sequence_high, len;

    if (!pl_view_u8(&head, &r->type))
        return false;
    r->clear = false;
    if (r->type >> 5 == PL_DTLS_UNIFIED >> 5) {
        r->type = PL_DTLS_UNIFIED;
        r->body = head;
        v->at = v->end;
        return true;
    }
    if (r->type < PL_DTLS_CHANGE_CIPHER || r->type > PL_DTLS_ACK)
        return false;
    if (!pl_view_be16(&head, &version) || pl_dtls_version(version) == 0)
        return false;
    if (!pl_view_be16(&head, &epoch) || !pl_view_be16(&head, &sequence_high) ||
        !pl_view_be32(&head, &sequence_low))
        return false;
    if (r->type == PL_DTLS_CID) {
        r->body = head;
        v->at = v->end;
        return true;
    }
    if (!pl_view_be16(&head, &len) || !pl_view_child(&head, len, &r->body))
        return false;
    r->clear = epoch == 0;
    v->at = head.at;
    return true;
}

/* Take the head of a fragment; its bytes are the next f->part of the view.  False: it lies. */
PL_INLINE PL_MUST_USE bool pl_dtls_fragment_take(struct pl_view *v, struct pl_dtls_fragment *f)
{
    uint32_t type_length, offset_high;
    uint16_t offset_low, part_low;
    uint8_t part_high;

    if (pl_view_left(v) < PL_DTLS_FRAGMENT_BYTES)
        return false;
    if (!pl_view_be32(v, &type_length) || !pl_view_be16(v, &f->seq))
        return false;
    offset_high = pl_view_peek(v, 0);
    if (!pl_view_skip(v, 1) || !pl_view_be16(v, &offset_low) || !pl_view_u8(v, &part_high) ||
        !pl_view_be16(v, &part_low))
        return false;
    f->type = (uint8_t)(type_length >> 24);
    f->length = type_length & 0xffffff;
    f->offset = offset_high << 16 | offset_low;
    f->part = (uint32_t)part_high << 16 | part_low;
    return f->offset + f->part <= f->length && f->part <= pl_view_left(v);
}

/* What stands in a first record: enough of it is fixed that it is not met by chance. */
PL_INLINE bool pl_dtls_plausible(struct pl_dtls_record *r)
{
    struct pl_dtls_fragment f;
    uint32_t len = pl_view_left(&r->body);

    if (!r->clear)
        return false;
    if (r->type == PL_DTLS_ALERT)
        return len == 2 && (pl_view_peek(&r->body, 0) == 1 || pl_view_peek(&r->body, 0) == 2);
    return r->type == PL_DTLS_HANDSHAKE && pl_dtls_fragment_take(&r->body, &f) && f.type <= 24 &&
           (f.part > 0 || f.length == 0);
}

/*
 * Is this datagram, the first of a flow or one after PL_MATCH_MORE, DTLS?  By content alone: media
 * (WebRTC) has STUN, TURN channels, ZRTP and RTP on the same port, told apart by the first byte
 * (RFC 7983).  For those it says PL_MATCH_MORE: a later datagram may be DTLS, ask again.  The
 * caller bounds how often.  A flow that is seen only after its handshake is not recognised.
 */
PL_INLINE enum pl_match pl_dtls_match(const pl_chunk *chunk, uint32_t len)
{
    struct pl_view v = pl_view(chunk, len);
    struct pl_dtls_record r;
    uint8_t first = pl_view_peek(&v, 0);

    if (len == 0)
        return PL_MATCH_MORE;
    if (pl_dtls_record_take(&v, &r) && pl_dtls_plausible(&r))
        return PL_MATCH_YES;
    if (first <= 3 || first >> 2 == 16 >> 2 || first >> 4 == 64 >> 4 || first >> 6 == 128 >> 6)
        return PL_MATCH_MORE;
    return PL_MATCH_NO;
}

#endif
