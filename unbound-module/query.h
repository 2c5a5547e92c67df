/* SPDX-License-Identifier: BSD-2-Clause */
/* One query before and after the other modules: answer it without them when that can be done, and
 * choose the cache for their answer. */
#ifndef PLIMSOLL_UNBOUND_QUERY_H
#define PLIMSOLL_UNBOUND_QUERY_H

#include "module.h"

/* True when the answer is there: the only client that asks is blocked by the name alone, or the
 * restricted cache has it. */
bool plimsoll_unbound_query_begin(struct plimsoll_unbound *m, struct plimsoll_unbound_policy *p,
                                  struct module_qstate *qstate, int id);

/* The other modules are done. */
void plimsoll_unbound_query_finish(struct plimsoll_unbound *m, struct plimsoll_unbound_policy *p,
                                   struct module_qstate *qstate, int id);

#endif
