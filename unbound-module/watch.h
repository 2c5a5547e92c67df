/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread that notices a new policy also when no query misses Unbound's cache, purges that cache,
 * and says in the log what happened.  It has a policy view of its own and shares nothing but the
 * caches.
 */
#ifndef PLIMSOLL_UNBOUND_WATCH_H
#define PLIMSOLL_UNBOUND_WATCH_H

#include "compat.h"
#include "policy.h"

#include <pthread.h>

enum { PLIMSOLL_UNBOUND_WATCH_MS = 200 };

struct plimsoll_unbound_watch {
    struct plimsoll_unbound_policy policy;
    struct slabhash *msg_cache; /* Unbound's */
    pthread_t thread;
    pthread_mutex_t lock; /* of `stop` */
    pthread_cond_t wake;
    bool stop, running;
};

bool plimsoll_unbound_watch_start(struct plimsoll_unbound_watch *watch,
                                  const struct plimsoll_unbound_conf *conf,
                                  struct slabhash *msg_cache, struct pl_error *error) PL_MUST_USE;
void plimsoll_unbound_watch_stop(struct plimsoll_unbound_watch *watch);

#endif
