/* SPDX-License-Identifier: BSD-2-Clause */
#include "reply.h"

#include "answer.h"

#include <stddef.h>
#include <string.h>

/* Everything in front of `ref`, which a reply in a region lacks. */
enum { HEAD_BYTES = offsetof(struct reply_info, ref) };

static struct pl_addr address_of(const struct comm_reply *client, uint16_t *port)
{
    const struct sockaddr_storage *ss = plimsoll_unbound_client_addr(client);
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)ss;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)ss;

    if (ss->ss_family == AF_INET) {
        *port = ntohs(v4->sin_port);
        return pl_addr_v4(ntohl(v4->sin_addr.s_addr));
    }
    if (ss->ss_family == AF_INET6) {
        *port = ntohs(v6->sin6_port);
        return pl_addr_v6(v6->sin6_addr.s6_addr);
    }
    *port = 0;
    return (struct pl_addr){0, 0};
}

void plimsoll_unbound_reply_adopt(struct plimsoll_unbound_state *state, struct reply_info *rep,
                                  const struct plimsoll_unbound_answer *answer)
{
    state->live = rep;
    state->own = NULL;
    state->answer = *answer;
}

static bool anything_failed(const struct pl_findings *f)
{
    return f->failed[PL_FAMILY_NET] || f->failed[PL_FAMILY_DNS];
}

bool plimsoll_unbound_reply_judge(struct plimsoll_unbound_policy *p, uint64_t now_s,
                                  const struct comm_reply *client,
                                  const struct plimsoll_unbound_answer *answer,
                                  struct pl_judgement *j)
{
    struct pl_findings found = answer->found;
    const struct pl_handle *h = &p->handle;
    uint16_t port, group;

    if (!h->ready || !anything_failed(&found))
        return false;
    group = pl_group_find(&h->lines, &h->head, address_of(client, &port));
    if (!pl_judge(h, now_s, group, answer->class, &found, j)) {
        plimsoll_unbound_policy_error(p, "policy image: no such cell");
        return false;
    }
    return j->verdict.action != PL_ALLOW;
}

static void tell(struct plimsoll_unbound_policy *p, const struct comm_reply *client,
                 const struct query_info *qinfo, const struct pl_judgement *j)
{
    struct plimsoll_unbound_name name;
    struct pl_event event;

    pl_event_from(&event, PL_POINT_RESOLVER, &p->handle, j);
    event.client = address_of(client, &event.client_port);
    event.protocol = plimsoll_unbound_protocol(client->c);
    plimsoll_unbound_name(&name, qinfo->qname, qinfo->qname_len);
    pl_event_name(&event, name.text, name.len);
    pl_emit(&p->emitter, &event, plimsoll_unbound_clock_ms());
}

/* Before the first change, put the true reply aside, and give it to whoever reads the state's
 * message later: the states that wait for this one do so after the last client's turn. */
static bool put_aside(struct module_qstate *qstate, struct plimsoll_unbound_state *state)
{
    if (state->own)
        return true;
    state->own = regional_alloc_zero(qstate->region, sizeof(*state->own));
    if (!state->own)
        return false;
    memcpy(state->own, state->live, HEAD_BYTES);
    if (qstate->return_msg && qstate->return_msg->rep == state->live)
        qstate->return_msg->rep = state->own;
    return true;
}

/* The mesh has decided on AD before it called, and reads both flags afterwards. */
static void clear_ad(struct comm_reply *client, struct edns_data *edns)
{
    struct mesh_reply *r =
        (struct mesh_reply *)((char *)client - offsetof(struct mesh_reply, query_reply));

    r->qflags &= (uint16_t)~BIT_AD;
    edns->bits &= (uint16_t)~EDNS_DO;
}

static void block(struct module_qstate *qstate, struct plimsoll_unbound_state *state,
                  const struct plimsoll_unbound_policy *p, const struct query_info *qinfo,
                  const struct pl_verdict *verdict)
{
    static const struct pl_verdict servfail = {.block[PL_FAMILY_DNS] = PL_MASK(dnssec_bogus)};

    if (put_aside(qstate, state) &&
        plimsoll_unbound_answer(state->live, p, verdict, qinfo, qstate->region))
        return;
    /* Without memory: nothing but a code.  Nobody else reads this reply any more. */
    plimsoll_unbound_answer(state->live, p, &servfail, qinfo, qstate->region);
}

/* A reply that we have not seen yet, though we know the state: another module made it, or Unbound
 * serves an expired one. */
static void adopt_new(struct plimsoll_unbound_state *state, const struct plimsoll_unbound_policy *p,
                      const struct module_qstate *qstate, struct reply_info *rep)
{
    struct plimsoll_unbound_answer answer;

    plimsoll_unbound_facts(&answer, p, &qstate->qinfo, rep);
    plimsoll_unbound_reply_adopt(state, rep, &answer);
}

int plimsoll_unbound_reply(struct query_info *qinfo, struct module_qstate *qstate,
                           struct reply_info *rep, int rcode, struct edns_data *edns,
                           struct edns_option **options, struct comm_reply *client,
                           struct regional *region, struct timeval *start, int id, void *arg)
{
    struct plimsoll_unbound_state *state = qstate ? plimsoll_unbound_state(qstate, id) : NULL;
    struct plimsoll_unbound_policy *p = qstate ? plimsoll_unbound_policy(qstate->env, id) : NULL;
    struct pl_judgement j;

    (void)rcode, (void)start, (void)arg;
    if (!state || !p || !rep)
        return 1;
    if (state->live != rep)
        adopt_new(state, p, qstate, rep);
    else if (state->own)
        memcpy(rep, state->own, HEAD_BYTES); /* the last client's turn is over */
    if (!client ||
        !plimsoll_unbound_reply_judge(p, (uint64_t)*qstate->env->now, client, &state->answer, &j))
        return 1;
    if (j.verdict.action == PL_BLOCK) {
        plimsoll_unbound_answer_reason(options, p, &j.verdict, rep, region);
        block(qstate, state, p, qinfo, &j.verdict);
        clear_ad(client, edns);
    }
    tell(p, client, qinfo, &j);
    return 1;
}

int plimsoll_unbound_reply_servfail(struct query_info *qinfo, struct module_qstate *qstate,
                                    struct reply_info *rep, int rcode, struct edns_data *edns,
                                    struct edns_option **options, struct comm_reply *client,
                                    struct regional *region, struct timeval *start, int id,
                                    void *arg)
{
    struct plimsoll_unbound_state *state = qstate ? plimsoll_unbound_state(qstate, id) : NULL;
    struct plimsoll_unbound_policy *p = qstate ? plimsoll_unbound_policy(qstate->env, id) : NULL;
    struct pl_judgement j;

    (void)rcode, (void)edns, (void)start, (void)arg;
    if (!state || !p || !client)
        return 1;
    if (rep && state->live != rep)
        adopt_new(state, p, qstate, rep);
    if (!plimsoll_unbound_reply_judge(p, (uint64_t)*qstate->env->now, client, &state->answer, &j))
        return 1;
    if (j.verdict.action == PL_BLOCK)
        plimsoll_unbound_answer_reason(options, p, &j.verdict, rep, region);
    tell(p, client, qinfo, &j);
    return 1;
}
