/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keep an answer out of Unbound's message cache while it is not known whether it must be judged for
 * each client.  When the query is done, query.c puts it into the one cache or the other.
 */
#ifndef PLIMSOLL_UNBOUND_HOLD_H
#define PLIMSOLL_UNBOUND_HOLD_H

#include "module.h"

/* inplace_cb_query_response: a server has answered and the iterator has stored nothing of it yet.
 */
int plimsoll_unbound_hold(struct module_qstate *qstate, struct dns_msg *response, int id,
                          void *arg);

#endif
