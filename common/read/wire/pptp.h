/* SPDX-License-Identifier: BSD-2-Clause */
/* The control connection of PPTP (RFC 2637, 2.1 and 2.2): its start, of either side.  What the
 * tunnel does later is not read. */
#ifndef PL_READ_PPTP_H
#define PL_READ_PPTP_H

#include "frame.h"

/* Length, message type, magic cookie, control message type. */
enum { PL_PPTP_HEAD_BYTES = 10, PL_PPTP_START_BYTES = 156, PL_PPTP_CONTROL = 1 };
#define PL_PPTP_COOKIE 0x1a2b3c4du
enum pl_pptp_message { PL_PPTP_START_REQUEST = 1, PL_PPTP_START_REPLY = 2 };

struct pl_pptp {
    bool requested, answered;
};

PL_INLINE bool pl_pptp_is(const uint8_t *byte, enum pl_pptp_message message)
{
    return pl_be16(byte) == PL_PPTP_START_BYTES && pl_be16(byte + 2) == PL_PPTP_CONTROL &&
           pl_be32(byte + 4) == PL_PPTP_COOKIE && pl_be16(byte + 8) == message;
}

PL_INLINE enum pl_match pl_pptp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                      uint16_t port)
{
    const uint8_t head[] = {0, PL_PPTP_START_BYTES, 0, PL_PPTP_CONTROL, 0x1a, 0x2b, 0x3c, 0x4d};

    (void)port;
    for (uint32_t i = 0; i < sizeof head && i < len; i++)
        if (byte[i] != head[i])
            return PL_MATCH_NO;
    if (len < PL_PPTP_HEAD_BYTES)
        return PL_MATCH_MORE;
    return pl_pptp_is(byte, side == PL_CLIENT ? PL_PPTP_START_REQUEST : PL_PPTP_START_REPLY)
               ? PL_MATCH_YES
               : PL_MATCH_NO;
}

PL_INLINE void pl_pptp_begin(struct pl_pptp *p, struct pl_frames *f)
{
    (void)p;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_PPTP_HEAD_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_PPTP_HEAD_BYTES);
}

PL_INLINE void pl_pptp_frame(struct pl_pptp *p, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;

    if (side == PL_CLIENT && pl_pptp_is(byte, PL_PPTP_START_REQUEST))
        p->requested = true;
    else if (side == PL_SERVER && pl_pptp_is(byte, PL_PPTP_START_REPLY))
        p->answered = true;
    else
        f->end = PL_WIRE_MALFORMED;
    pl_frame_ignore(&f->of[side]);
    if (p->requested && p->answered)
        f->end = PL_WIRE_READ;
}

#endif
