/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread's view of the policy, with what the resolver wants to know of it beforehand: for each
 * class, which failed checks could get a verdict for anybody, now or in a later time slice.  A name
 * for which none could is left to Unbound's own fast path.
 *
 * One of these belongs to one thread; nothing in it is shared, so there are no locks.
 */
#ifndef PLIMSOLL_UNBOUND_POLICY_H
#define PLIMSOLL_UNBOUND_POLICY_H

#include "common/check/dns.h"
#include "common/user/emitter.h"
#include "common/user/handle.h"
#include "conf.h"

enum { PLIMSOLL_UNBOUND_CLASSES = 65536 };

/* Merely flagged answers of the dns family are not in `dns`: they are counted when they are
 * recursed, and lie in Unbound's cache like all others.  A listed destination is on a list that
 * somebody made, so `net` holds its flags too, and every query for it is counted. */
struct plimsoll_unbound_acts {
    uint64_t net; /* flag, trial or block */
    uint64_t dns; /* trial or block */
};

struct plimsoll_unbound_policy {
    struct pl_handle handle;
    struct pl_emitter emitter;
    struct pl_portal portal;
    uint64_t ticked_s;                  /* when the emitter was last looked after */
    struct plimsoll_unbound_acts any;   /* of all classes */
    struct plimsoll_unbound_acts *acts; /* by class; PLIMSOLL_UNBOUND_CLASSES */
    uint32_t classes;                   /* how many of them are set */
};

bool plimsoll_unbound_policy_open(struct plimsoll_unbound_policy *p,
                                  const struct plimsoll_unbound_conf *conf,
                                  struct pl_error *error) PL_MUST_USE;
void plimsoll_unbound_policy_close(struct plimsoll_unbound_policy *p);

/* Before each use.  True when another image decides from now on. */
bool plimsoll_unbound_policy_refresh(struct plimsoll_unbound_policy *p, uint64_t now_s);

/* Whether an answer with these findings must be judged for each client: somebody could get a
 * verdict for it. */
static inline bool plimsoll_unbound_policy_restricts(const struct plimsoll_unbound_policy *p,
                                                     uint16_t class, const struct pl_findings *f)
{
    return (p->acts[class].net & f->failed[PL_FAMILY_NET]) ||
           (p->acts[class].dns & f->failed[PL_FAMILY_DNS]);
}

/* Count an internal error: plimsolld is told the reason.  It is never itself a verdict. */
void plimsoll_unbound_policy_error(struct plimsoll_unbound_policy *p, const char *reason);

/* A clock that never steps back, coarse and cheap. */
uint64_t plimsoll_unbound_clock_ms(void);

#endif
