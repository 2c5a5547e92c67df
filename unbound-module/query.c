/* SPDX-License-Identifier: BSD-2-Clause */
#include "query.h"

#include "rcache.h"
#include "reply.h"

#include <string.h>

static const struct comm_reply *client_of(const struct module_qstate *qstate)
{
    const struct mesh_reply *r = qstate->mesh_info ? qstate->mesh_info->reply_list : NULL;

    return r ? &r->query_reply : NULL;
}

/* An answer that stands for "blocked" until the client's turn, when it is made.  No recursion. */
static bool answer_empty(struct module_qstate *qstate, struct plimsoll_unbound_state *state)
{
    struct dns_msg *msg = regional_alloc_zero(qstate->region, sizeof(*msg));
    struct reply_info *rep = regional_alloc_zero(qstate->region, sizeof(*rep));

    if (!msg || !rep)
        return false;
    rep->flags = BIT_QR | BIT_RA;
    rep->qdcount = 1;
    rep->security = sec_status_insecure;
    msg->qinfo = qstate->qinfo;
    msg->rep = rep;
    state->live = rep;
    qstate->return_msg = msg;
    qstate->return_rcode = LDNS_RCODE_NOERROR;
    return true;
}

/* Without memory Unbound itself can only say SERVFAIL. */
static void fail(struct plimsoll_unbound_policy *p, struct module_qstate *qstate)
{
    plimsoll_unbound_policy_error(p, "out of memory");
    qstate->return_msg = NULL;
    qstate->return_rcode = LDNS_RCODE_SERVFAIL;
}

/* True when the client that asks is blocked by the name alone, so that nothing has to be asked. */
static bool begin_listed(struct plimsoll_unbound_policy *p, struct module_qstate *qstate, int id,
                         const struct plimsoll_unbound_answer *known)
{
    struct plimsoll_unbound_state *state = plimsoll_unbound_state_make(qstate, id);
    const struct comm_reply *client = client_of(qstate);
    struct pl_judgement j;

    if (state)
        state->answer = *known;
    if (!client ||
        !plimsoll_unbound_reply_judge(p, (uint64_t)*qstate->env->now, client, known, &j) ||
        j.verdict.action != PL_BLOCK)
        return false;
    if (!state || !answer_empty(qstate, state))
        fail(p, qstate);
    return true;
}

static bool begin_restricted(struct plimsoll_unbound *m, struct plimsoll_unbound_policy *p,
                             struct module_qstate *qstate, int id,
                             struct plimsoll_unbound_answer *known)
{
    struct dns_msg *msg = plimsoll_unbound_rcache_find(m->restricted, qstate);
    struct plimsoll_unbound_state *state;

    if (!msg)
        return false;
    state = plimsoll_unbound_state_make(qstate, id);
    if (!state)
        return false;
    plimsoll_unbound_facts_reply(known, p, msg->rep);
    plimsoll_unbound_reply_adopt(state, msg->rep, known);
    qstate->return_msg = msg;
    qstate->return_rcode = LDNS_RCODE_NOERROR;
    return true;
}

bool plimsoll_unbound_query_begin(struct plimsoll_unbound *m, struct plimsoll_unbound_policy *p,
                                  struct module_qstate *qstate, int id)
{
    struct plimsoll_unbound_answer known;

    if (!p->handle.ready || !(p->any.net || p->any.dns) || qstate->is_priming ||
        qstate->qinfo.qclass != LDNS_RR_CLASS_IN)
        return false;
    plimsoll_unbound_facts_begin(&known, p, &qstate->qinfo);
    if (p->acts[known.class].net && begin_listed(p, qstate, id, &known))
        return true;
    return begin_restricted(m, p, qstate, id, &known);
}

static void forget_shared(struct module_qstate *qstate)
{
    const struct query_info *q = &qstate->qinfo;

    msg_cache_remove(qstate->env, q->qname, q->qname_len, q->qtype, q->qclass, qstate->query_flags);
}

/* A failure of a listed name must not be everybody's answer either. */
static void finish_failed(struct plimsoll_unbound *m, struct module_qstate *qstate, int id)
{
    const struct plimsoll_unbound_state *state = plimsoll_unbound_state(qstate, id);

    if (!state || !(state->held || state->answer.class))
        return;
    forget_shared(qstate);
    if (qstate->return_rcode == LDNS_RCODE_SERVFAIL && (qstate->query_flags & BIT_RD))
        plimsoll_unbound_rcache_keep_failure(m->restricted, qstate, qstate->return_rcode);
}

/* Into which of the two caches the answer goes. */
static void keep(struct plimsoll_unbound *m, const struct plimsoll_unbound_policy *p,
                 struct module_qstate *qstate, bool held, const struct plimsoll_unbound_answer *a)
{
    struct reply_info *rep = qstate->return_msg->rep;
    bool restricted = plimsoll_unbound_policy_restricts(p, a->class, &a->found);
    bool may_store = held || !qstate->no_cache_store;

    if (restricted) /* the iterator's copy, or an older answer that anybody could have */
        forget_shared(qstate);
    if (!may_store || !(qstate->query_flags & BIT_RD))
        return;
    if (restricted)
        plimsoll_unbound_rcache_keep(m->restricted, qstate, rep);
    else if (held && !plimsoll_unbound_store(qstate->env, qstate, rep))
        verbose(VERB_OPS, "plimsoll: an answer was not cached: out of memory");
}

void plimsoll_unbound_query_finish(struct plimsoll_unbound *m, struct plimsoll_unbound_policy *p,
                                   struct module_qstate *qstate, int id)
{
    struct plimsoll_unbound_state *state = plimsoll_unbound_state(qstate, id);
    struct plimsoll_unbound_answer a;

    if (!p->handle.ready || qstate->is_priming || qstate->qinfo.qclass != LDNS_RR_CLASS_IN)
        return;
    if (!qstate->return_msg || !qstate->return_msg->rep ||
        qstate->return_rcode != LDNS_RCODE_NOERROR) {
        finish_failed(m, qstate, id);
        return;
    }
    plimsoll_unbound_facts(&a, p, &qstate->qinfo, qstate->return_msg->rep);
    keep(m, p, qstate, state && state->held, &a);
    if (!state && (a.found.failed[PL_FAMILY_NET] || a.found.failed[PL_FAMILY_DNS])) {
        state = plimsoll_unbound_state_make(qstate, id);
        if (!state) /* then no client could be judged */
            fail(p, qstate);
    }
    if (state)
        plimsoll_unbound_reply_adopt(state, qstate->return_msg->rep, &a);
}
