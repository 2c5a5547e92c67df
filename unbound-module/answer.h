/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a blocked client is told: NXDOMAIN or NODATA with a SOA (RFC 2308, 5), REFUSED, the address
 * of the sinkhole, or SERVFAIL for what did not validate; and why (RFC 8914).
 */
#ifndef PLIMSOLL_UNBOUND_ANSWER_H
#define PLIMSOLL_UNBOUND_ANSWER_H

#include "compat.h"
#include "policy.h"

/* Seconds that a blocked answer may be kept: short, since the block may be lifted. */
enum { PLIMSOLL_UNBOUND_BLOCK_TTL_S = 30 };

/* Make *rep the blocked answer; the rest of it is allocated in the region.  The security status
 * stays, since the mesh asks for it before the next client's turn.  False when memory ran out; *rep
 * is then as before. */
bool plimsoll_unbound_answer(struct reply_info *rep, const struct plimsoll_unbound_policy *p,
                             const struct pl_verdict *verdict, const struct query_info *qinfo,
                             struct regional *region);

/* Put the reason in front of the list, whose other members may belong to several clients.  rep may
 * be NULL.  Without memory there is no reason. */
void plimsoll_unbound_answer_reason(struct edns_option **list,
                                    const struct plimsoll_unbound_policy *p,
                                    const struct pl_verdict *verdict, const struct reply_info *rep,
                                    struct regional *region);

/* Whether the verdict is carried out by SERVFAIL, as the validator does of its own. */
static inline bool plimsoll_unbound_answer_is_servfail(const struct pl_verdict *verdict)
{
    return (verdict->block[PL_FAMILY_DNS] & PL_MASK(dnssec_bogus)) != 0;
}

#endif
