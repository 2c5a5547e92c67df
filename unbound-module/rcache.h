/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The restricted cache: answers that must be judged for each client, so that they may not lie in
 * the message cache that Unbound answers everybody from.  It is a second table of Unbound's own
 * kind; record sets stay in Unbound's record set cache.  Any thread may use it: Unbound's tables
 * lock.
 */
#ifndef PLIMSOLL_UNBOUND_RCACHE_H
#define PLIMSOLL_UNBOUND_RCACHE_H

#include "compat.h"

/* A quarter of the message cache.  NULL when memory ran out. */
struct slabhash *plimsoll_unbound_rcache_create(const struct config_file *cfg);

/* The answer for this state in its region, or NULL; also when it would have to be validated first.
 */
struct dns_msg *plimsoll_unbound_rcache_find(struct slabhash *cache, struct module_qstate *qstate);

/* Keep the state's answer; TTLs are relative. */
void plimsoll_unbound_rcache_keep(struct slabhash *cache, struct module_qstate *qstate,
                                  struct reply_info *rep);

/* Keep a failure for the few seconds that Unbound keeps its own. */
void plimsoll_unbound_rcache_keep_failure(struct slabhash *cache, struct module_qstate *qstate,
                                          int rcode);

#endif
