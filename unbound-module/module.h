/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module: what all threads share, and what one query's state keeps.
 *
 *   module.c  the six functions that Unbound calls
 *   conf.c    the module's own file
 *   policy.c  one thread's view of the policy
 *   facts.c   an answer to facts, class and findings
 *   query.c   one query, before and after the other modules
 *   hold.c    keeps an answer out of Unbound's cache until it is known where it belongs
 *   rcache.c  the restricted cache: answers that are judged for each client
 *   reply.c   each client's turn: judge, answer, tell
 *   answer.c  what a blocked client is told
 *   watch.c   notices a new policy
 *   purge.c   removes from Unbound's cache what the new policy restricts
 *
 * Unbound ignores what a reply callback returns, so what lies in its message cache is served to
 * everybody.  What somebody could get a verdict for therefore never stays there: it goes to the
 * restricted cache, and each client is judged.  All else keeps Unbound's own way, without a
 * callback.
 */
#ifndef PLIMSOLL_UNBOUND_MODULE_H
#define PLIMSOLL_UNBOUND_MODULE_H

#include "compat.h"
#include "conf.h"
#include "facts.h"
#include "policy.h"
#include "watch.h"

struct plimsoll_unbound {
    struct plimsoll_unbound_conf conf;
    struct slabhash *restricted;
    struct plimsoll_unbound_watch watch;
    struct plimsoll_unbound_policy *policy; /* one a thread */
    int threads;
};

/* Kept in the region of a query's state, and only when there is something to keep. */
struct plimsoll_unbound_state {
    bool held;               /* we keep the answer out of Unbound's cache until it is judged */
    struct reply_info *live; /* the reply that the mesh sends, changed for each client's turn */
    struct reply_info *own;  /* the true one */
    struct plimsoll_unbound_answer answer; /* what the true one is */
};

/* NULL without a state of ours. */
static inline struct plimsoll_unbound_state *
plimsoll_unbound_state(const struct module_qstate *qstate, int id)
{
    return qstate->minfo[id];
}

/* The state, made when there is none; NULL when memory ran out. */
struct plimsoll_unbound_state *plimsoll_unbound_state_make(struct module_qstate *qstate, int id);

struct plimsoll_unbound *plimsoll_unbound(const struct module_env *env, int id);

/* This thread's policy; NULL when Unbound has more threads than it said. */
struct plimsoll_unbound_policy *plimsoll_unbound_policy(const struct module_env *env, int id);

#endif
