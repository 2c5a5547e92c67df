/* SPDX-License-Identifier: BSD-2-Clause */
/* The rsync daemon's greeting, of either side: "@RSYNCD: " and a version (rsync(1),
 * rsyncd.conf(5)). The files that follow are not encrypted, and neither is the user's name. */
#ifndef PL_READ_RSYNC_H
#define PL_READ_RSYNC_H

#include "frame.h"

enum { PL_RSYNC_GREETING_BYTES = 9 };

struct pl_rsync {
    bool greeted;
};

PL_TABLE uint8_t pl_rsync_greeting[PL_RSYNC_GREETING_BYTES + 1] = "@RSYNCD: ";

PL_INLINE enum pl_match pl_rsync_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                       uint16_t port)
{
    (void)side;
    (void)port;
    for (uint32_t i = 0; i < len && i < PL_RSYNC_GREETING_BYTES; i++)
        if (byte[i] != pl_rsync_greeting[i])
            return PL_MATCH_NO;
    return len < PL_RSYNC_GREETING_BYTES ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_rsync_begin(struct pl_rsync *r, struct pl_frames *f)
{
    (void)r;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_RSYNC_GREETING_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_RSYNC_GREETING_BYTES);
}

PL_INLINE void pl_rsync_frame(struct pl_rsync *r, struct pl_frames *f, enum pl_side side)
{
    (void)side;
    r->greeted = true;
    f->end = PL_WIRE_READ;
}

#endif
