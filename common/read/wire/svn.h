/* SPDX-License-Identifier: BSD-2-Clause */
/* A Subversion server's greeting or its client's answer over svn:// (libsvn_ra_svn/protocol): the
 * first words, of either side.  Nothing after them is read. */
#ifndef PL_READ_SVN_H
#define PL_READ_SVN_H

#include "frame.h"

enum { PL_SVN_GREETING_BYTES = 12, PL_SVN_ANSWER_BYTES = 20 };

struct pl_svn {
    bool greeted; /* one of the two was seen */
};

PL_TABLE uint8_t pl_svn_greeting[PL_SVN_GREETING_BYTES + 1] = "( success ( ";
PL_TABLE uint8_t pl_svn_answer[PL_SVN_ANSWER_BYTES + 1] = "( 2 ( edit-pipeline ";

PL_INLINE enum pl_match pl_svn_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    const uint8_t *text = side == PL_CLIENT ? pl_svn_answer : pl_svn_greeting;
    uint32_t n = side == PL_CLIENT ? PL_SVN_ANSWER_BYTES : PL_SVN_GREETING_BYTES;

    (void)port;
    for (uint32_t i = 0; i < n && i < len; i++)
        if (byte[i] != text[i])
            return PL_MATCH_NO;
    return len < n ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_svn_begin(struct pl_svn *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_SVN_ANSWER_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_SVN_GREETING_BYTES);
}

PL_INLINE void pl_svn_frame(struct pl_svn *s, struct pl_frames *f, enum pl_side side)
{
    const struct pl_frame *one = &f->of[side];

    s->greeted = pl_svn_match(side, one->byte, one->have, 0) == PL_MATCH_YES;
    f->end = s->greeted ? PL_WIRE_READ : PL_WIRE_MALFORMED;
}

#endif
