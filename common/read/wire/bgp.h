/* SPDX-License-Identifier: BSD-2-Clause */
/* BGP of either side, by any of its messages, so that nothing else claims the connection
 * (RFC 4271, 4.1 and 4.2); of an OPEN the AS number.  Its optional parameters are not read: the
 * number of a four-byte AS is there, and 23456 here (RFC 6793). */
#ifndef PL_READ_BGP_H
#define PL_READ_BGP_H

#include "frame.h"

enum {
    PL_BGP_MARKER_BYTES = 16,
    PL_BGP_HEAD_BYTES = 19, /* marker, length, type */
    PL_BGP_OPEN_BYTES = 3,  /* version, AS */
    PL_BGP_OPEN_MIN = 29,
    PL_BGP_VERSION = 4
};

enum pl_bgp_message { PL_BGP_OPEN = 1, PL_BGP_ROUTE_REFRESH = 5 };

enum pl_bgp_state { PL_BGP_HEAD, PL_BGP_VERSION_AND_AS };

struct pl_bgp {
    bool spoken[2], opened[2]; /* by enum pl_side */
    uint16_t as[2];            /* when opened */
};

/* Lengths beyond 4096 are of RFC 8654. */
PL_INLINE bool pl_bgp_is_head(const uint8_t *byte)
{
    uint32_t bytes = pl_be16(byte + PL_BGP_MARKER_BYTES), type = byte[18];

    return type >= PL_BGP_OPEN && type <= PL_BGP_ROUTE_REFRESH &&
           bytes >= (type == PL_BGP_OPEN ? PL_BGP_OPEN_MIN : PL_BGP_HEAD_BYTES);
}

PL_INLINE enum pl_match pl_bgp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    (void)side;
    (void)port;
    for (uint32_t i = 0; i < PL_BGP_MARKER_BYTES && i < len; i++)
        if (byte[i] != 0xff)
            return PL_MATCH_NO;
    if (len < PL_BGP_HEAD_BYTES)
        return PL_MATCH_MORE;
    return pl_bgp_is_head(byte) ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE void pl_bgp_begin(struct pl_bgp *b, struct pl_frames *f)
{
    (void)b;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_BGP_HEAD_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_BGP_HEAD_BYTES);
}

PL_INLINE void pl_bgp_frame(struct pl_bgp *b, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *one = &f->of[side];
    const uint8_t *byte = one->byte;

    if (one->state == PL_BGP_HEAD && pl_bgp_match(side, byte, one->have, 0) == PL_MATCH_YES &&
        byte[18] == PL_BGP_OPEN) {
        pl_frame_next(one, PL_BGP_VERSION_AND_AS, 0, PL_BGP_OPEN_BYTES);
        return;
    }
    if (one->state == PL_BGP_HEAD ? pl_bgp_match(side, byte, one->have, 0) != PL_MATCH_YES
                                  : byte[0] != PL_BGP_VERSION) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    b->spoken[side] = true;
    if (one->state == PL_BGP_VERSION_AND_AS) {
        b->opened[side] = true;
        b->as[side] = pl_be16(byte + 1);
    }
    pl_frame_ignore(one);
    if (b->spoken[PL_CLIENT] && b->spoken[PL_SERVER])
        f->end = PL_WIRE_READ;
}

#endif
