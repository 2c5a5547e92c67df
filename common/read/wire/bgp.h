/* SPDX-License-Identifier: BSD-2-Clause */
/* A BGP OPEN message of either side (RFC 4271, 4.1 and 4.2), so that nothing else claims the
 * connection, and the AS number that it tells.  Optional parameters are not read: the number of a
 * four-byte AS is there, and 23456 here (RFC 6793). */
#ifndef PL_READ_BGP_H
#define PL_READ_BGP_H

#include "frame.h"

enum {
    PL_BGP_MARKER_BYTES = 16,
    PL_BGP_HEAD_BYTES = 22, /* marker, length, type, version, AS */
    PL_BGP_OPEN_MIN = 29,
    PL_BGP_MESSAGE_MAX = 4096,
    PL_BGP_OPEN = 1,
    PL_BGP_VERSION = 4
};

struct pl_bgp {
    bool opened[2]; /* by enum pl_side */
    uint16_t as[2];
};

PL_INLINE bool pl_bgp_is_open(const uint8_t *byte)
{
    uint32_t bytes = pl_be16(byte + PL_BGP_MARKER_BYTES);

    return bytes >= PL_BGP_OPEN_MIN && bytes <= PL_BGP_MESSAGE_MAX && byte[18] == PL_BGP_OPEN &&
           byte[19] == PL_BGP_VERSION;
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
    return pl_bgp_is_open(byte) ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE void pl_bgp_begin(struct pl_bgp *b, struct pl_frames *f)
{
    (void)b;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_BGP_HEAD_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_BGP_HEAD_BYTES);
}

PL_INLINE void pl_bgp_frame(struct pl_bgp *b, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;

    if (!pl_bgp_is_open(byte)) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    b->opened[side] = true;
    b->as[side] = pl_be16(byte + 20);
    pl_frame_ignore(&f->of[side]);
    if (b->opened[PL_CLIENT] && b->opened[PL_SERVER])
        f->end = PL_WIRE_READ;
}

#endif
