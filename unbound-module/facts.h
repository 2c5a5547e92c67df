/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One answer of Unbound's to facts, a class and findings.
 *
 * The class is that of the name asked for; when that is on no list, the first alias target that is;
 * else the first address of the answer that lies in a listed network.  Nothing is kept of the
 * reply.
 */
#ifndef PLIMSOLL_UNBOUND_FACTS_H
#define PLIMSOLL_UNBOUND_FACTS_H

#include "compat.h"
#include "policy.h"

/* A name as the policy has it: lower case, dots, no final dot.  A dot inside a label becomes a
 * backslash, which stands in no listed name. */
struct plimsoll_unbound_name {
    uint8_t text[256];
    uint32_t len;
};

struct plimsoll_unbound_answer {
    struct pl_dns_facts dns;
    struct pl_findings found;
    uint16_t class;
    uint16_t name_class, target_class, net_class; /* what class was chosen from; 0: none */
};

/* From wire form; a name that is not well formed comes out empty. */
void plimsoll_unbound_name(struct plimsoll_unbound_name *name, const uint8_t *wire, size_t len);

uint16_t plimsoll_unbound_class(const struct plimsoll_unbound_policy *p, const uint8_t *wire,
                                size_t len);

/* In steps: begin with the name asked for, add each record set of the answer and authority
 * sections, end with the validator's word.  A record set in a shared cache must be locked
 * meanwhile. */
void plimsoll_unbound_facts_begin(struct plimsoll_unbound_answer *a,
                                  const struct plimsoll_unbound_policy *p,
                                  const struct query_info *qinfo);
void plimsoll_unbound_facts_add(struct plimsoll_unbound_answer *a,
                                const struct plimsoll_unbound_policy *p,
                                const struct ub_packed_rrset_key *rrset, bool in_answer);
void plimsoll_unbound_facts_end(struct plimsoll_unbound_answer *a, enum sec_status security);

/* The rest of what was begun, out of a reply whose record sets nobody else can change. */
void plimsoll_unbound_facts_reply(struct plimsoll_unbound_answer *a,
                                  const struct plimsoll_unbound_policy *p,
                                  const struct reply_info *rep);

/* All of it. */
void plimsoll_unbound_facts(struct plimsoll_unbound_answer *a,
                            const struct plimsoll_unbound_policy *p, const struct query_info *qinfo,
                            const struct reply_info *rep);

#endif
