/* SPDX-License-Identifier: BSD-2-Clause */
/* The handshake of the Java Debug Wire Protocol, the same 14 bytes of both sides.  What the
 * debugger does then is not read. */
#ifndef PL_READ_JDWP_H
#define PL_READ_JDWP_H

#include "frame.h"

enum { PL_JDWP_HANDSHAKE_BYTES = 14 };

struct pl_jdwp {
    bool asked, answered; /* answered: a virtual machine is there */
};

PL_TABLE uint8_t pl_jdwp_handshake[PL_JDWP_HANDSHAKE_BYTES + 1] = "JDWP-Handshake";

PL_INLINE enum pl_match pl_jdwp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                      uint16_t port)
{
    (void)side;
    (void)port;
    for (uint32_t i = 0; i < len && i < PL_JDWP_HANDSHAKE_BYTES; i++)
        if (byte[i] != pl_jdwp_handshake[i])
            return PL_MATCH_NO;
    return len < PL_JDWP_HANDSHAKE_BYTES ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_jdwp_begin(struct pl_jdwp *j, struct pl_frames *f)
{
    (void)j;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_JDWP_HANDSHAKE_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_JDWP_HANDSHAKE_BYTES);
}

PL_INLINE void pl_jdwp_frame(struct pl_jdwp *j, struct pl_frames *f, enum pl_side side)
{
    const struct pl_frame *one = &f->of[side];

    if (pl_jdwp_match(side, one->byte, one->have, 0) != PL_MATCH_YES) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    j->asked |= side == PL_CLIENT;
    j->answered |= side == PL_SERVER;
    pl_frame_ignore(&f->of[side]);
    if (j->asked && j->answered)
        f->end = PL_WIRE_READ;
}

#endif
