/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame to a flow key and the places of its parts.  Ethernet, up to two VLAN tags (and one that
 * the card took off), IPv4 with options, IPv6 with up to six extension headers, TCP, UDP.  Judges
 * nothing.
 *
 * Fragments, other protocols and what cannot be followed have a key too, without ports: their
 * addresses can still be judged.
 */
#ifndef PL_PACKET_H
#define PL_PACKET_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "maps.h"

enum packet_kind {
    PACKET_NOT_IP,
    PACKET_MALFORMED,
    PACKET_OTHER, /* IP, but neither a whole TCP nor a whole UDP header */
    PACKET_TCP,
    PACKET_UDP
};

enum packet_note {
    PACKET_FRAGMENT = 1,
    PACKET_EXTENSIONS = 2, /* more than are followed */
    PACKET_ICMP = 4,
    PACKET_ECHO = 8,
    PACKET_BROKEN = 16 /* the transport header contradicts itself */
};

enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

enum {
    LINEAR_BYTES = 128,  /* in a packet whose first bytes are in one piece, that many are */
    HEADERS_BYTES = 192, /* else these are made one; headers beyond are not followed */
    OFFSET_MASK = 0x1ff,
    VLAN_TAGS = 2,
    EXTENSIONS_MAX = 6,
    PROTO_HOP = 0,
    PROTO_ICMP = 1,
    PROTO_TCP = 6,
    PROTO_UDP = 17,
    PROTO_ROUTING = 43,
    PROTO_FRAGMENT = 44,
    PROTO_AH = 51,
    PROTO_ICMP6 = 58,
    PROTO_DSTOPTS = 60,
    PROTO_UNFOLLOWED = 255 /* reserved by IANA; used as: the chain was too long */
};

struct packet {
    struct pl_flow_key key;
    uint32_t l3, l4;         /* offsets from the frame's first byte */
    uint32_t data, data_len; /* TCP payload */
    uint32_t seq, ack;       /* host order */
    uint32_t end;            /* of the IP packet, behind which padding may follow */
    uint8_t version;         /* 4 or 6 */
    uint8_t kind, note;      /* enum packet_kind, enum packet_note */
    uint8_t tcp_flags;
};

/* len bytes at this offset, or NULL. */
static __always_inline void *packet_at(struct __sk_buff *skb, uint32_t offset, uint32_t len)
{
    uint8_t *p = (uint8_t *)(long)skb->data;

    p += offset & OFFSET_MASK;
    return p + len <= (uint8_t *)(long)skb->data_end ? p : NULL;
}

static __always_inline void packet_linear(struct __sk_buff *skb)
{
    uint32_t len = skb->len, linear = skb->data_end - skb->data;

    if (linear < len && linear < LINEAR_BYTES)
        bpf_skb_pull_data(skb, len < HEADERS_BYTES ? len : HEADERS_BYTES);
}

static __always_inline bool is_vlan(uint16_t proto_be)
{
    return proto_be == bpf_htons(ETH_P_8021Q) || proto_be == bpf_htons(ETH_P_8021AD);
}

/* Ethernet and VLAN tags; answers the type of what is inside, 0 when there is too little. */
static __always_inline uint16_t packet_l2(struct __sk_buff *skb, struct packet *p)
{
    struct ethhdr *eth = packet_at(skb, 0, sizeof(*eth));
    uint32_t vlan = skb->vlan_present ? skb->vlan_tci & 0xfff : 0;
    uint16_t proto_be;

    if (!eth)
        return 0;
    proto_be = eth->h_proto;
    p->l3 = sizeof(*eth);
    for (int i = 0; i < VLAN_TAGS && is_vlan(proto_be); i++) {
        uint16_t *tag = packet_at(skb, p->l3, 4);
        if (!tag)
            return 0;
        vlan = vlan << 12 | (bpf_ntohs(tag[0]) & 0xfff);
        proto_be = tag[1];
        p->l3 += 4;
    }
    p->key.vlan[0] = (uint8_t)(vlan >> 16);
    p->key.vlan[1] = (uint8_t)(vlan >> 8);
    p->key.vlan[2] = (uint8_t)vlan;
    return proto_be;
}

/* The end of the IP packet in the frame.  A length of 0 is a super-packet of more than 64 KiB. */
static __always_inline uint32_t packet_end(struct __sk_buff *skb, uint32_t start, uint32_t length,
                                           bool jumbo)
{
    uint32_t end = start + length;

    return jumbo || end > skb->len ? skb->len : end;
}

static __always_inline enum packet_kind packet_ip4(struct __sk_buff *skb, struct packet *p)
{
    struct iphdr *ip = packet_at(skb, p->l3, sizeof(*ip));
    uint16_t total;

    if (!ip || ip->version != 4 || ip->ihl < 5)
        return PACKET_MALFORMED;
    total = bpf_ntohs(ip->tot_len);
    if (total && total < ip->ihl * 4)
        return PACKET_MALFORMED;
    p->version = 4;
    p->key.client_be[2] = p->key.server_be[2] = bpf_htonl(0xffff);
    p->key.client_be[3] = ip->saddr;
    p->key.server_be[3] = ip->daddr;
    p->key.protocol = ip->protocol;
    p->l4 = p->l3 + ip->ihl * 4;
    p->end = packet_end(skb, p->l3, total, total == 0);
    if (ip->frag_off & bpf_htons(0x3fff)) /* more to come, or not the first */
        p->note |= PACKET_FRAGMENT;
    return PACKET_OTHER;
}

/*
 * Walk the extension headers of IPv6 (RFC 8200, 4).  Answers the transport protocol in bits 0-7,
 * notes in bits 8-15 and the offset of the transport header from bit 16.  A function that is
 * verified alone: few packets come here.
 */
__attribute__((noinline)) uint64_t packet_extensions(struct __sk_buff *skb, uint32_t offset,
                                                     uint32_t next)
{
    uint8_t head[8];
    uint64_t note = 0;

    for (int i = 0; i <= EXTENSIONS_MAX; i++) {
        if (next != PROTO_HOP && next != PROTO_ROUTING && next != PROTO_DSTOPTS &&
            next != PROTO_FRAGMENT && next != PROTO_AH)
            return (uint64_t)offset << 16 | note << 8 | (next & 0xff);
        if (i == EXTENSIONS_MAX || offset > HEADERS_BYTES ||
            bpf_skb_load_bytes(skb, offset, head, sizeof(head)))
            break;
        if (next == PROTO_FRAGMENT) {
            /* an atomic fragment (RFC 6946) is none */
            if (head[2] || head[3] & 0xf9)
                note |= PACKET_FRAGMENT;
            offset += 8;
        } else {
            offset += next == PROTO_AH ? (head[1] + 2) * 4 : (head[1] + 1) * 8;
        }
        next = head[0];
    }
    return (uint64_t)offset << 16 | (note | PACKET_EXTENSIONS) << 8 | PROTO_UNFOLLOWED;
}

static __always_inline enum packet_kind packet_ip6(struct __sk_buff *skb, struct packet *p)
{
    struct ipv6hdr *ip = packet_at(skb, p->l3, sizeof(*ip));
    uint64_t chain;
    uint16_t length;
    uint8_t next;

    if (!ip || ip->version != 6)
        return PACKET_MALFORMED;
    p->version = 6;
    __builtin_memcpy(p->key.client_be, &ip->saddr, 16);
    __builtin_memcpy(p->key.server_be, &ip->daddr, 16);
    p->key.protocol = next = ip->nexthdr;
    length = bpf_ntohs(ip->payload_len);
    p->l4 = p->l3 + sizeof(*ip);
    p->end = packet_end(skb, p->l4, length, length == 0 && next == PROTO_HOP);
    if (next != PROTO_TCP && next != PROTO_UDP && next != PROTO_ICMP6) {
        chain = packet_extensions(skb, p->l4, next);
        p->key.protocol = (uint8_t)chain;
        p->note |= (uint8_t)(chain >> 8);
        p->l4 = (uint32_t)(chain >> 16);
    }
    return PACKET_OTHER;
}

static __always_inline enum packet_kind packet_tcp(struct __sk_buff *skb, struct packet *p)
{
    struct tcphdr *tcp = packet_at(skb, p->l4, sizeof(*tcp));

    if (!tcp || p->l4 > HEADERS_BYTES || tcp->doff < 5 || p->l4 + tcp->doff * 4 > p->end) {
        p->note |= PACKET_BROKEN;
        return PACKET_OTHER;
    }
    p->key.client_port_be = tcp->source;
    p->key.server_port_be = tcp->dest;
    p->seq = bpf_ntohl(tcp->seq);
    p->ack = bpf_ntohl(tcp->ack_seq);
    p->tcp_flags = ((uint8_t *)tcp)[13];
    p->data = p->l4 + tcp->doff * 4;
    p->data_len = p->end - p->data;
    return PACKET_TCP;
}

static __always_inline enum packet_kind packet_l4(struct __sk_buff *skb, struct packet *p)
{
    struct udphdr *udp;
    uint8_t *icmp;

    if (p->note & (PACKET_FRAGMENT | PACKET_EXTENSIONS))
        return PACKET_OTHER;
    if (p->key.protocol == PROTO_TCP)
        return packet_tcp(skb, p);
    if (p->key.protocol == PROTO_UDP) {
        udp = packet_at(skb, p->l4, sizeof(*udp));
        if (!udp || p->l4 > HEADERS_BYTES) {
            p->note |= PACKET_BROKEN;
            return PACKET_OTHER;
        }
        p->key.client_port_be = udp->source;
        p->key.server_port_be = udp->dest;
        return PACKET_UDP;
    }
    if (p->key.protocol == PROTO_ICMP || p->key.protocol == PROTO_ICMP6) {
        icmp = packet_at(skb, p->l4, 1);
        p->note |= PACKET_ICMP;
        if (icmp && (*icmp == 8 || *icmp == 128)) /* echo request (RFC 792, RFC 4443) */
            p->note |= PACKET_ECHO;
    }
    return PACKET_OTHER;
}

/* p must be all zero. */
static __always_inline enum packet_kind packet_read(struct __sk_buff *skb, struct packet *p)
{
    enum packet_kind kind = PACKET_NOT_IP;
    uint16_t proto_be;

    packet_linear(skb);
    proto_be = packet_l2(skb, p);
    if (proto_be == bpf_htons(ETH_P_IP))
        kind = packet_ip4(skb, p);
    else if (proto_be == bpf_htons(ETH_P_IPV6))
        kind = packet_ip6(skb, p);
    if (kind == PACKET_OTHER)
        kind = packet_l4(skb, p);
    p->kind = (uint8_t)kind;
    return kind;
}

static __always_inline struct pl_addr packet_addr(const uint32_t be[4])
{
    struct pl_addr a = {(uint64_t)bpf_ntohl(be[0]) << 32 | bpf_ntohl(be[1]),
                        (uint64_t)bpf_ntohl(be[2]) << 32 | bpf_ntohl(be[3])};

    return a;
}

static __always_inline struct pl_addr packet_client(const struct packet *p)
{
    return packet_addr(p->key.client_be);
}

static __always_inline struct pl_addr packet_server(const struct packet *p)
{
    return packet_addr(p->key.server_be);
}

#endif
