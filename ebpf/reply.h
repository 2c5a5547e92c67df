/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The refusal: what a client and a server are told when a flow is blocked.  The refused packet
 * itself is rewritten and sent back out of the interface that it came in by, so no route and no
 * neighbour is asked; what stands before the IP header (VLAN tags) stays.
 *
 *   TCP    a reset (RFC 9293, 3.10.7); before it, where TLS was read, an alert (RFC 8446, 6)
 *   others ICMP "communication administratively prohibited" (RFC 1812, 5.2.7.1; RFC 4443, 3.1)
 *
 * Never answered: resets, ICMP other than echo requests, fragments, multicast and broadcast,
 * sources that may be forged, and clients that have used up their share of replies.
 */
#ifndef PL_REPLY_H
#define PL_REPLY_H

#include "tables.h"

enum {
    IP4_BYTES = 20,
    IP6_BYTES = 40,
    TCP_BYTES = 20,
    TCP_TS_BYTES = 12, /* the timestamp option and two of padding */
    ICMP_BYTES = 8,
    ICMP_QUOTE_MAX = 128,
    ALERT_BYTES = 7,
    IP_TTL = 64,
    REPLY_WINDOW = 8192,
    TCP_OPTION_TIMESTAMP = 8,
    ICMP_UNREACHABLE = 3,
    ICMP_PROHIBITED = 13,
    ICMP6_UNREACHABLE = 1,
    ICMP6_PROHIBITED = 1
};

static __always_inline uint16_t sum_fold(uint64_t sum)
{
    sum = (sum >> 32) + (sum & 0xffffffff);
    sum = (sum >> 32) + (sum & 0xffffffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)sum;
}

/* Ones' complement sum of len bytes (a multiple of 4) of the reply. */
static __always_inline uint64_t sum_of(uint32_t *at, uint32_t len, uint64_t start)
{
    return (uint32_t)bpf_csum_diff(NULL, 0, at, len, (uint32_t)start);
}

/* Of the pseudo header: both addresses, protocol, length of what follows. */
static __always_inline uint32_t sum_pseudo(const struct packet *p, uint32_t protocol, uint32_t len)
{
    const uint32_t *client = p->key.client_be, *server = p->key.server_be;
    uint64_t sum = (uint64_t)bpf_htonl(protocol) + bpf_htonl(len) + client[3] + server[3];

    if (p->version == 6)
        sum += (uint64_t)client[0] + client[1] + client[2] + server[0] + server[1] + server[2];
    sum = (sum >> 32) + (sum & 0xffffffff);
    return (uint32_t)((sum >> 32) + sum);
}

/* The IP header of the reply; it ends where the transport header begins. */
static __always_inline void reply_ip4(struct work *w, uint32_t len)
{
    struct iphdr *ip = (struct iphdr *)(w->reply + IP6_BYTES - IP4_BYTES);
    const struct pl_flow_key *key = &w->packet.key;
    bool back = w->spec.to == REPLY_CLIENT;

    __builtin_memset(ip, 0, sizeof(*ip));
    ip->version = 4;
    ip->ihl = 5;
    ip->tot_len = bpf_htons((uint16_t)(IP4_BYTES + len));
    ip->frag_off = bpf_htons(0x4000);
    ip->ttl = IP_TTL;
    ip->protocol = w->spec.protocol;
    ip->saddr = back ? key->server_be[3] : key->client_be[3];
    ip->daddr = back ? key->client_be[3] : key->server_be[3];
    ip->check = (uint16_t)~sum_fold(sum_of((uint32_t *)ip, IP4_BYTES, 0));
}

static __always_inline void reply_ip6(struct work *w, uint32_t len)
{
    struct ipv6hdr *ip = (struct ipv6hdr *)w->reply;
    const struct pl_flow_key *key = &w->packet.key;
    bool back = w->spec.to == REPLY_CLIENT;

    __builtin_memset(ip, 0, sizeof(*ip));
    ip->version = 6;
    ip->payload_len = bpf_htons((uint16_t)len);
    ip->nexthdr = w->spec.protocol;
    ip->hop_limit = IP_TTL;
    __builtin_memcpy(&ip->saddr, back ? key->server_be : key->client_be, 16);
    __builtin_memcpy(&ip->daddr, back ? key->client_be : key->server_be, 16);
}

/* Put the reply, len bytes from the transport header on, into the frame in place of its packet. */
static __always_inline bool reply_store(struct __sk_buff *skb, struct work *w, uint32_t len)
{
    uint32_t l3 = w->packet.l3;

    if (len > REPLY_BYTES - IP6_BYTES)
        return false;
    if (w->packet.version == 4) {
        reply_ip4(w, len);
        return !bpf_skb_change_tail(skb, l3 + IP4_BYTES + len, 0) &&
               !bpf_skb_store_bytes(skb, l3, w->reply + IP6_BYTES - IP4_BYTES, IP4_BYTES + len,
                                    BPF_F_RECOMPUTE_CSUM);
    }
    reply_ip6(w, len);
    return !bpf_skb_change_tail(skb, l3 + IP6_BYTES + len, 0) &&
           !bpf_skb_store_bytes(skb, l3, w->reply, IP6_BYTES + len, BPF_F_RECOMPUTE_CSUM);
}

/* Address the frame to where it came from, or once more to where it was going. */
static __always_inline bool reply_macs(struct __sk_buff *skb, const struct work *w)
{
    uint8_t macs[12];

    if (w->spec.to == REPLY_SERVER)
        return !bpf_skb_store_bytes(skb, 0, w->macs, sizeof(macs), BPF_F_RECOMPUTE_CSUM);
    __builtin_memcpy(macs, w->macs + 6, 6);
    __builtin_memcpy(macs + 6, w->macs, 6);
    return !bpf_skb_store_bytes(skb, 0, macs, sizeof(macs), BPF_F_RECOMPUTE_CSUM);
}

/*
 * Is the checksum of this packet still to be computed by a card (CHECKSUM_PARTIAL: a sender on this
 * machine)?  Then its field holds the sum of the pseudo header, and must do so in the rewritten
 * packet too.  The kernel does not tell; that a finished checksum has that value by chance costs
 * one reply in 65536.
 */
static __always_inline bool reply_sum_is_partial(struct __sk_buff *skb, const struct packet *p)
{
    bool tcp = p->kind == PACKET_TCP;
    uint32_t at = tcp ? offsetof(struct tcphdr, check) : offsetof(struct udphdr, check);
    uint16_t sum = 0;

    if ((!tcp && p->kind != PACKET_UDP) || bpf_skb_load_bytes(skb, p->l4 + at, &sum, sizeof(sum)))
        return false;
    return sum == sum_fold(sum_pseudo(p, p->key.protocol, p->end - p->l4));
}

/* The TCP header of the reply, len bytes with what follows; sums it. */
static __always_inline void reply_tcp(struct work *w, uint32_t head_len, uint32_t len)
{
    struct tcphdr *tcp = (struct tcphdr *)(w->reply + IP6_BYTES);
    const struct pl_flow_key *key = &w->packet.key;
    bool back = w->spec.to == REPLY_CLIENT;
    uint32_t sum = sum_pseudo(&w->packet, PROTO_TCP, len);

    __builtin_memset(tcp, 0, sizeof(*tcp));
    tcp->source = back ? key->server_port_be : key->client_port_be;
    tcp->dest = back ? key->client_port_be : key->server_port_be;
    tcp->seq = bpf_htonl(w->spec.seq);
    tcp->ack_seq = bpf_htonl(w->spec.ack);
    ((uint8_t *)tcp)[12] = (uint8_t)(head_len / 4 << 4);
    ((uint8_t *)tcp)[13] = w->spec.tcp_flags;
    /* or what the client still says would wait for a window and never get its reset */
    tcp->window = bpf_htons(REPLY_WINDOW);
    if (w->sum_partial)
        tcp->check = sum_fold(sum);
    else
        tcp->check = (uint16_t)~sum_fold(sum_of((uint32_t *)tcp, (len + 3) & ~3U, sum));
}

static __always_inline bool reply_reset(struct __sk_buff *skb, struct work *w)
{
    reply_tcp(w, TCP_BYTES, TCP_BYTES);
    return reply_store(skb, w, TCP_BYTES) && reply_macs(skb, w);
}

/* A fatal alert and the end of the stream in one segment.  The timestamp is echoed, since a
 * receiver may drop a segment without it (RFC 7323, 3.2); where there is none, the place is filled.
 */
static __always_inline bool reply_alert(struct __sk_buff *skb, struct work *w)
{
    uint32_t *option = (uint32_t *)(w->reply + IP6_BYTES + TCP_BYTES);
    uint8_t *alert = w->reply + IP6_BYTES + TCP_BYTES + TCP_TS_BYTES;

    option[0] = w->stamped ? bpf_htonl(0x0101080a) : 0x01010101;
    option[1] = w->stamped ? w->stamps[1] : 0x01010101; /* TSval: what the client echoed last */
    option[2] = w->stamped ? w->stamps[0] : 0x01010101; /* TSecr: what it sent */
    alert[0] = 21;                                      /* alert (RFC 8446, 5.1) */
    alert[1] = 3;
    alert[2] = 1;
    alert[3] = 0;
    alert[4] = 2;
    alert[5] = 2; /* fatal */
    alert[6] = w->spec.alert;
    alert[7] = 0; /* for the sum */
    reply_tcp(w, TCP_BYTES + TCP_TS_BYTES, TCP_BYTES + TCP_TS_BYTES + ALERT_BYTES);
    return reply_store(skb, w, TCP_BYTES + TCP_TS_BYTES + ALERT_BYTES) && reply_macs(skb, w);
}

/* Prohibited by administration, quoting the packet up to eight bytes of its transport header.
 * Where UDP's checksum is still to be computed, that will be done in the last two of the unused
 * bytes of the ICMP header; with the pseudo header's sum in them it changes nothing. */
static __always_inline bool reply_icmp(struct __sk_buff *skb, struct work *w)
{
    uint32_t quote = w->packet.l4 - w->packet.l3 + 8;
    uint32_t len = ICMP_BYTES + quote, sum = 0;
    uint8_t *icmp = w->reply + IP6_BYTES;
    bool v4 = w->packet.version == 4;

    PL_HIDE(quote);
    if (quote == 0 || quote > ICMP_QUOTE_MAX)
        return false;
    if (bpf_skb_load_bytes(skb, w->packet.l3, icmp + ICMP_BYTES, quote))
        return false;
    w->spec.protocol = v4 ? PROTO_ICMP : PROTO_ICMP6;
    __builtin_memset(icmp, 0, ICMP_BYTES);
    icmp[0] = v4 ? ICMP_UNREACHABLE : ICMP6_UNREACHABLE;
    icmp[1] = v4 ? ICMP_PROHIBITED : ICMP6_PROHIBITED;
    if (!v4)
        sum = sum_pseudo(&w->packet, PROTO_ICMP6, len);
    if (!v4 && w->sum_partial)
        *(uint16_t *)(icmp + 6) = sum_fold(sum);
    *(uint16_t *)(icmp + 2) =
        (uint16_t)~sum_fold(sum_of((uint32_t *)icmp, ICMP_BYTES + quote, sum));
    return reply_store(skb, w, ICMP_BYTES + quote) && reply_macs(skb, w);
}

/* Find the timestamp option (RFC 7323, 3) of the refused segment; its two values, in network order,
 * go to w->stamps. */
__attribute__((noinline)) int reply_stamps(struct __sk_buff *skb)
{
    struct work *w = work();
    uint32_t len, at = 0;

    if (!w)
        return 0;
    len = w->packet.data - w->packet.l4 - TCP_BYTES;
    if (len == 0 || len > 40)
        return 0;
    if (bpf_skb_load_bytes(skb, w->packet.l4 + TCP_BYTES, w->reply, len))
        return 0;
    for (int i = 0; i < 40 && at + 10 <= len; i++) {
        uint8_t kind = w->reply[at & 63];
        if (kind == 0)
            return 0;
        if (kind == TCP_OPTION_TIMESTAMP) {
            __builtin_memcpy(w->stamps, w->reply + (at & 63) + 2, 8);
            return 1;
        }
        at += kind == 1 ? 1 : w->reply[(at + 1) & 63];
    }
    return 0;
}

/* What every reply needs of the packet before it is rewritten. */
static __always_inline bool reply_begin(struct __sk_buff *skb, struct work *w)
{
    w->sum_partial = reply_sum_is_partial(skb, &w->packet);
    w->stamped = w->packet.kind == PACKET_TCP && reply_stamps(skb);
    w->spec.protocol = w->packet.key.protocol;
    return !bpf_skb_load_bytes(skb, 0, w->macs, sizeof(w->macs));
}

#endif
