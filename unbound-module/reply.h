/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each client's turn.  The mesh calls back once for each client that waits for an answer; here the
 * client's group is found, the answer judged, and for this client alone replaced, explained,
 * counted.
 */
#ifndef PLIMSOLL_UNBOUND_REPLY_H
#define PLIMSOLL_UNBOUND_REPLY_H

#include "module.h"

/* Let this reply, whose facts are known, be judged when the clients have their turns. */
void plimsoll_unbound_reply_adopt(struct plimsoll_unbound_state *state, struct reply_info *rep,
                                  const struct plimsoll_unbound_answer *answer);

/* What the policy says to this client.  False, and nothing to be done, when nothing failed. */
bool plimsoll_unbound_reply_judge(struct plimsoll_unbound_policy *p, uint64_t now_s,
                                  const struct comm_reply *client,
                                  const struct plimsoll_unbound_answer *answer,
                                  struct pl_judgement *j);

/* inplace_cb_reply */
int plimsoll_unbound_reply(struct query_info *qinfo, struct module_qstate *qstate,
                           struct reply_info *rep, int rcode, struct edns_data *edns,
                           struct edns_option **options, struct comm_reply *client,
                           struct regional *region, struct timeval *start, int id, void *arg);

/* inplace_cb_reply_servfail: the answer is SERVFAIL whatever we say; explain and count. */
int plimsoll_unbound_reply_servfail(struct query_info *qinfo, struct module_qstate *qstate,
                                    struct reply_info *rep, int rcode, struct edns_data *edns,
                                    struct edns_option **options, struct comm_reply *client,
                                    struct regional *region, struct timeval *start, int id,
                                    void *arg);

#endif
