/* SPDX-License-Identifier: BSD-2-Clause */
/* Who said it: the side that opened the connection, or the one that it was opened to. */
#ifndef PL_SIDE_H
#define PL_SIDE_H

#include "../base.h"

enum pl_side { PL_CLIENT, PL_SERVER };

/* Whether bytes are a protocol that a reader knows. */
enum pl_match {
    PL_MATCH_NO,   /* they are not */
    PL_MATCH_MORE, /* so far they may be */
    PL_MATCH_YES
};

/* The first bytes of one side, by which a protocol is recognised. */
enum { PL_PREFIX_MAX = 32 };

#endif
