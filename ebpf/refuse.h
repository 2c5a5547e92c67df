/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet of a blocked flow: which reply, to whom; the packet itself never goes on. */
#ifndef PL_REFUSE_H
#define PL_REFUSE_H

#include <linux/pkt_cls.h>

#include "reply.h"
#include "share.h"

enum { ALERT_ACCESS_DENIED = 49, ALERT_PROTOCOL_VERSION = 70, ALERT_INSUFFICIENT_SECURITY = 71 };

#define TLS_VERSION_CHECKS                                                                         \
    (PL_MASK(tls_version_ssl) | PL_MASK(tls_version_10_11) | PL_MASK(tls_client_max_old) |         \
     PL_MASK(tls_version_12))

static __always_inline int refuse_failed(void)
{
    COUNT(reply_failed);
    return TC_ACT_SHOT;
}

/* The reset that answers a client's segment (RFC 9293, 3.10.7.1). */
static __always_inline void refuse_spec_client(struct work *w)
{
    const struct packet *p = &w->packet;
    uint32_t len = p->data_len + !!(p->tcp_flags & TCP_SYN) + !!(p->tcp_flags & TCP_FIN);
    bool acked = p->tcp_flags & TCP_ACK;

    w->spec.to = REPLY_CLIENT;
    w->spec.seq = acked ? p->ack : 0;
    w->spec.ack = acked ? 0 : p->seq + len;
    w->spec.tcp_flags = acked ? TCP_RST : TCP_RST | TCP_ACK;
}

/* The reset that ends the server's side: it stands where the refused bytes would have stood, since
 * a server heeds no other (RFC 9293, 3.10.7.4). */
static __always_inline void refuse_spec_server(struct work *w)
{
    w->spec.to = REPLY_SERVER;
    w->spec.seq = w->refused_seq;
    w->spec.ack = w->packet.ack;
    w->spec.tcp_flags = TCP_RST | TCP_ACK;
}

static __always_inline void refuse_spec_alert(struct work *w, uint8_t alert)
{
    w->spec.to = REPLY_CLIENT;
    w->spec.seq = w->packet.ack;
    w->spec.ack = w->packet.seq + w->packet.data_len;
    w->spec.tcp_flags = TCP_FIN | TCP_PSH | TCP_ACK;
    w->spec.alert = alert;
}

static __always_inline int refuse_sent(struct __sk_buff *skb)
{
    return (int)bpf_redirect(skb->ifindex, 0);
}

static __always_inline bool refuse_may_answer(const struct work *w, uint8_t flow_flags)
{
    if (flow_flags & PL_FLOW_QUIET)
        return false;
    if (share_take(packet_client(&w->packet)))
        return true;
    COUNT(reply_limited);
    return false;
}

static __always_inline int refuse_other(struct __sk_buff *skb, struct work *w)
{
    uint8_t note = w->packet.note;

    if (note & (PACKET_FRAGMENT | PACKET_EXTENSIONS | PACKET_BROKEN) ||
        (note & PACKET_ICMP && !(note & PACKET_ECHO)))
        return TC_ACT_SHOT;
    if (!reply_begin(skb, w))
        return refuse_failed();
    w->spec.to = REPLY_CLIENT;
    if (!reply_icmp(skb, w))
        return refuse_failed();
    COUNT(unreachables);
    return refuse_sent(skb);
}

/* A bare acknowledgement needs no answer, and one could push an alert out of the client's hands
 * before it was read. */
static __always_inline int refuse_tcp(struct __sk_buff *skb, struct work *w)
{
    const struct packet *p = &w->packet;

    if (p->tcp_flags & TCP_RST || (!p->data_len && !(p->tcp_flags & (TCP_SYN | TCP_FIN))))
        return TC_ACT_SHOT;
    if (!reply_begin(skb, w))
        return refuse_failed();
    refuse_spec_client(w);
    if (!reply_reset(skb, w))
        return refuse_failed();
    COUNT(reset_client);
    return refuse_sent(skb);
}

/* Any packet of a flow that is blocked already, or whose first packet is refused. */
__attribute__((noinline)) int refuse_packet(struct __sk_buff *skb, uint32_t flow_flags)
{
    struct work *w = work();

    COUNT(dropped);
    if (!w || !refuse_may_answer(w, (uint8_t)flow_flags))
        return TC_ACT_SHOT;
    return w->packet.kind == PACKET_TCP ? refuse_tcp(skb, w) : refuse_other(skb, w);
}

/* Which alert tells the client most of why. */
static __always_inline uint8_t refuse_alert(const struct work *w)
{
    uint64_t tls = w->verdict.block[PL_FAMILY_TLS];

    if (tls & TLS_VERSION_CHECKS)
        return ALERT_PROTOCOL_VERSION;
    return tls ? ALERT_INSUFFICIENT_SECURITY : ALERT_ACCESS_DENIED;
}

/*
 * The segment that brought a dialogue's verdict, which is block.  Both ends are told, since earlier
 * segments have gone through: the client by an alert when it speaks TLS (alert not 0) or by a
 * reset, the server by a reset in the place of the refused segment.
 */
__attribute__((noinline)) int refuse_dialogue(struct __sk_buff *skb, uint32_t alert)
{
    struct work *w = work();
    bool ok;

    COUNT(dropped);
    if (!w || !reply_begin(skb, w))
        return refuse_failed();
    if (alert)
        refuse_spec_alert(w, (uint8_t)alert);
    else
        refuse_spec_client(w);
    ok = alert ? reply_alert(skb, w) : reply_reset(skb, w);
    if (!ok || bpf_clone_redirect(skb, skb->ifindex, 0))
        COUNT(reply_failed);
    else if (alert)
        COUNT(alerts);
    else
        COUNT(reset_client);
    refuse_spec_server(w);
    if (!reply_reset(skb, w))
        return refuse_failed();
    COUNT(reset_server);
    return TC_ACT_UNSPEC;
}

#endif
