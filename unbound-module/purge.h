/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After a policy swap: remove from Unbound's message cache what the new policy restricts, so that
 * it is asked for anew and judged.  Walks the whole cache as `unbound-control flush_zone` does, so
 * it belongs in a thread that answers nobody.
 */
#ifndef PLIMSOLL_UNBOUND_PURGE_H
#define PLIMSOLL_UNBOUND_PURGE_H

#include "facts.h"

/* How many messages went; -1 when memory ran out before all were found. */
long plimsoll_unbound_purge(struct slabhash *msg_cache, const struct plimsoll_unbound_policy *p);

#endif
