/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a flow: judged by its addresses at the first packet; TCP is then read until its
 * dialogue has a verdict.
 *
 * A SYN with another sequence number begins a new connection.  A TCP flow that is allowed lives on
 * under every later image; one that is blocked stays so until a new connection; other protocols
 * know no connections and are judged again by each image and in each time slice.
 *
 * Known limit: a client that wants to deceive the gateway can, with segments that reach the gateway
 * and not the server.  The policy is for honest software that is out of date.
 */
#ifndef PL_FLOW_H
#define PL_FLOW_H

#include "event.h"
#include "judge.h"
#include "refuse.h"
#include "dialogue.h"

/* Something of our own failed: the group's on_error says whether the flow may go on. */
static __always_inline int flow_error(struct __sk_buff *skb, struct work *w)
{
    COUNT(errors);
    if (!(w->cell.attr & PL_ATTR_FAIL_CLOSED))
        return TC_ACT_UNSPEC;
    COUNT(errors_blocked);
    return refuse_packet(skb, w->fresh.flags);
}

static __always_inline bool flow_store(struct work *w, enum pl_flow_state state)
{
    w->fresh.state = (uint8_t)state;
    w->fresh.busy = 0;
    w->fresh.epoch = epoch();
    w->fresh.group = w->group;
    w->fresh.class = w->class;
    w->fresh.isn = w->packet.seq;
    w->fresh.next_seq = w->packet.seq + 1;
    w->fresh.bytes = 0;
    w->fresh.told = 0;
    if (!bpf_map_update_elem(&flows, &w->packet.key, &w->fresh, BPF_ANY))
        return true;
    COUNT(flows_full);
    return false;
}

/*
 * The first packet of a flow: judge its addresses, remember, act.  next: the state after an allow.
 * Of a flow whose beginning was not seen only the source is judged: its destination was decided by
 * whoever saw the beginning.
 */
static __always_inline int flow_begin(struct __sk_buff *skb, struct work *w,
                                      enum pl_flow_state next)
{
    int judged = judge_flow(next != PL_FLOW_UNKNOWN);

    if (judged == JUDGED_NO_IMAGE) {
        COUNT(no_image);
        return TC_ACT_UNSPEC;
    }
    COUNT(flows_new);
    if (judged != JUDGED)
        return flow_error(skb, w);
    event_of_addresses(skb);
    if (judged_spoofed(w)) {
        COUNT(spoofed);
        w->fresh.flags |= PL_FLOW_QUIET;
    }
    if (w->verdict.block[PL_FAMILY_NET] & PL_MASK(src_spoofed_egress)) {
        COUNT(dropped); /* and not remembered: forged flows must not push out true ones */
        return TC_ACT_SHOT;
    }
    if (!flow_store(w, w->verdict.action == PL_BLOCK ? PL_FLOW_BLOCKED : next))
        return flow_error(skb, w);
    return w->verdict.action == PL_BLOCK ? refuse_packet(skb, w->fresh.flags) : TC_ACT_UNSPEC;
}

static __always_inline int flow_other(struct __sk_buff *skb, struct work *w)
{
    struct pl_flow *flow = bpf_map_lookup_elem(&flows, &w->packet.key);

    if (flow && flow->epoch == epoch())
        return flow->state == PL_FLOW_BLOCKED ? refuse_packet(skb, flow->flags) : TC_ACT_UNSPEC;
    return flow_begin(skb, w, PL_FLOW_ALLOWED);
}

static __always_inline int flow_tcp(struct __sk_buff *skb, struct work *w)
{
    struct pl_flow *flow = bpf_map_lookup_elem(&flows, &w->packet.key);
    uint8_t kind = w->packet.tcp_flags & (TCP_SYN | TCP_ACK | TCP_RST);
    int action;

    if (kind == TCP_SYN &&
        !(flow && flow->state != PL_FLOW_UNKNOWN && flow->isn == w->packet.seq)) {
        action = flow_begin(skb, w, PL_FLOW_READING);
        if (action != TC_ACT_UNSPEC || !w->packet.data_len)
            return action;
        return dialogue_segment(skb); /* TCP Fast Open (RFC 7413) */
    }
    if (!flow) {
        COUNT(flows_unknown);
        return flow_begin(skb, w, PL_FLOW_UNKNOWN);
    }
    if (flow->state == PL_FLOW_BLOCKED)
        return refuse_packet(skb, flow->flags);
    if (flow->state == PL_FLOW_READING && w->packet.data_len)
        return dialogue_segment(skb);
    return TC_ACT_UNSPEC;
}

#endif
