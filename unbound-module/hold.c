/* SPDX-License-Identifier: BSD-2-Clause */
#include "hold.h"

/* Not a referral.  Referrals lead to other names too and stay in the cache (RFC 1034, 4.3.2, 3b).
 */
static bool is_final(const struct reply_info *rep)
{
    bool ns = false, soa = false;

    if (FLAGS_GET_RCODE(rep->flags) != LDNS_RCODE_NOERROR || rep->an_numrrsets > 0)
        return true;
    for (size_t i = 0; i < rep->ns_numrrsets; i++) {
        ns |= rep->rrsets[i]->rk.type == htons(LDNS_RR_TYPE_NS);
        soa |= rep->rrsets[i]->rk.type == htons(LDNS_RR_TYPE_SOA);
    }
    return soa || !ns;
}

/* What only the validator will know, but then it may be too late: an answer lies in the cache, not
 * yet validated, while the validator works.  Bogus is left out, since Unbound itself refuses it. */
static bool may_restrict_later(const struct plimsoll_unbound_policy *p, uint16_t class)
{
    return p->acts[class].dns & (PL_MASK(dnssec_unsigned) | PL_MASK(dnssec_alg_deprecated));
}

static bool wants_held(const struct plimsoll_unbound_policy *p, struct module_qstate *qstate,
                       const struct dns_msg *response)
{
    struct plimsoll_unbound_answer a;

    plimsoll_unbound_facts(&a, p, &qstate->qinfo, response->rep);
    if (!a.class) /* in a chain of aliases the server was asked for another name */
        a.class = plimsoll_unbound_class(p, response->qinfo.qname, response->qinfo.qname_len);
    pl_found_class(&a.found, a.class);
    return plimsoll_unbound_policy_restricts(p, a.class, &a.found) ||
           may_restrict_later(p, a.class);
}

int plimsoll_unbound_hold(struct module_qstate *qstate, struct dns_msg *response, int id, void *arg)
{
    const struct plimsoll_unbound_policy *p = plimsoll_unbound_policy(qstate->env, id);
    struct plimsoll_unbound_state *state = plimsoll_unbound_state(qstate, id);

    (void)arg;
    /* The resolver's own questions need no validation, so they are done at once, and then go where
     * they belong; meanwhile the iterator stores what it needs of them. */
    if (!p || !p->handle.ready || !response || qstate->is_priming || qstate->is_valrec ||
        qstate->qinfo.qclass != LDNS_RR_CLASS_IN)
        return 1;
    if (!(state && state->held)) {
        if (qstate->no_cache_store || !is_final(response->rep) || !wants_held(p, qstate, response))
            return 1;
        state = plimsoll_unbound_state_make(qstate, id);
        if (!state)
            return 1;
        state->held = true;
    }
    qstate->no_cache_store = is_final(response->rep);
    return 1;
}
