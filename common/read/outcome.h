/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader says after each piece of input. */
#ifndef PL_OUTCOME_H
#define PL_OUTCOME_H

#include "../base.h"

enum pl_outcome {
    PL_MORE,     /* nothing wrong so far; more bytes wanted */
    PL_DONE,     /* all that this reader reads has been read; the facts are complete */
    PL_MALFORMED /* the bytes break the protocol; the facts up to there stand, no more follow */
};

#endif
