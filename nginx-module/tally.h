/* SPDX-License-Identifier: BSD-2-Clause */
/* What was decided about one request or session so far, for the log variables and the page. */
#ifndef PL_TALLY_H
#define PL_TALLY_H

#include "worker.h"

struct pl_tally {
    bool judged;
    enum pl_action action;
    uint16_t group;
    uint32_t image; /* the handle's count of images when the group was found */
    uint64_t
        checks[PL_FAMILY_COUNT]; /* all that failed and that the policy has something to say to */
};

void pl_tally_add(struct pl_tally *t, const struct pl_worker *w, const struct pl_judgement *j);

/* The three variables.  Text is in the pool; no text (len 0, data NULL) when there is nothing to
 * say or memory is short.  The group's name, or its number when it has none that fits into a log.
 */
enum pl_tally_word { PL_TALLY_VERDICT, PL_TALLY_CHECKS, PL_TALLY_GROUP };

ngx_str_t pl_tally_text(const struct pl_tally *t, const struct pl_worker *w,
                        enum pl_tally_word word, ngx_pool_t *pool);

#endif
