/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gateway's packet path: what comes in by a client-facing interface.  Most packets belong to a
 * flow that is decided and leave after one look-up; all others go through packet_judge().
 *
 * Passing is TC_ACT_UNSPEC, so that other filters on the interface still get their turn.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "flow.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* What no router forwards: it is between neighbours and not this policy's business. */
static __always_inline bool is_local(struct __sk_buff *skb, const struct packet *p)
{
    const uint32_t *client = p->key.client_be, *server = p->key.server_be;
    uint32_t to = bpf_ntohl(server[0]), from = bpf_ntohl(client[0]);

    if (skb->pkt_type == 1 || skb->pkt_type == 2) /* PACKET_BROADCAST, PACKET_MULTICAST */
        return true;
    if (p->version == 6)
        return to >> 24 == 0xff || to >> 22 == 0x3fa || from >> 22 == 0x3fa ||
               !(client[0] | client[1] | client[2] | client[3]);
    to = bpf_ntohl(server[3]);
    return to >> 28 == 0xe || to == 0xffffffff || to >> 16 == 0xa9fe || !client[3];
}

static __always_inline void count_note(const struct packet *p)
{
    if (p->note & PACKET_FRAGMENT)
        COUNT(fragments);
    if (p->note & PACKET_EXTENSIONS)
        COUNT(extensions);
    if (p->note & PACKET_BROKEN)
        COUNT(malformed);
}

/* Everything that the flow table alone does not decide.  w->packet holds the packet. */
__attribute__((noinline)) int packet_judge(struct __sk_buff *skb)
{
    struct work *w = work();

    if (!w)
        return TC_ACT_UNSPEC;
    COUNT(packets_slow);
    count_note(&w->packet);
    if (is_local(skb, &w->packet)) {
        COUNT(local);
        return TC_ACT_UNSPEC;
    }
    return w->packet.kind == PACKET_TCP ? flow_tcp(skb, w) : flow_other(skb, w);
}

static __always_inline bool is_decided(const struct pl_flow *flow, const struct packet *p)
{
    if (flow->state != PL_FLOW_ALLOWED && flow->state != PL_FLOW_UNKNOWN)
        return false;
    return p->kind == PACKET_TCP ? !(p->tcp_flags & TCP_SYN) : flow->epoch == epoch();
}

SEC("tc")
int plimsoll_in(struct __sk_buff *skb)
{
    struct packet p;
    struct pl_flow *flow;
    struct work *w;

    __builtin_memset(&p, 0, sizeof(p));
    switch (packet_read(skb, &p)) {
    case PACKET_NOT_IP:
        COUNT(not_ip);
        return TC_ACT_UNSPEC;
    case PACKET_MALFORMED:
        COUNT(malformed);
        return TC_ACT_UNSPEC;
    default:
        break;
    }
    flow = bpf_map_lookup_elem(&flows, &p.key);
    if (flow && is_decided(flow, &p))
        return TC_ACT_UNSPEC;
    w = work();
    if (!w)
        return TC_ACT_UNSPEC;
    w->packet = p;
    return packet_judge(skb);
}
