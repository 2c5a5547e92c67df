/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet frames with TCP in them, for BPF_PROG_TEST_RUN.  Checksums are right. */
#ifndef FRAME_H
#define FRAME_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { FRAME_BYTES = 4096, FRAME_SEGMENT = 3000, FRAME_SYN = 2, FRAME_RST = 4, FRAME_ACK = 16 };

/* Who speaks to whom; addresses as ::ffff:a.b.c.d when they are IPv4's. */
struct frame_flow {
    struct in6_addr client, server;
    uint16_t client_port, server_port;
    uint32_t isn;
    bool v6, vlan;
};

struct frame {
    uint8_t bytes[FRAME_BYTES];
    uint32_t len, l4;
};

static uint32_t frame_sum(const void *bytes, uint32_t len, uint32_t sum)
{
    const uint8_t *b = bytes;

    for (uint32_t i = 0; i < len; i++)
        sum += i & 1 ? b[i] : (uint32_t)b[i] << 8;
    return sum;
}

static uint16_t frame_fold(uint32_t sum)
{
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return htons((uint16_t)~sum);
}

static uint32_t frame_ip4(struct frame *f, uint32_t at, const struct frame_flow *flow,
                          uint8_t protocol, uint32_t len)
{
    struct iphdr ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = protocol};

    ip.tot_len = htons((uint16_t)(sizeof(ip) + len));
    memcpy(&ip.saddr, &flow->client.s6_addr[12], 4);
    memcpy(&ip.daddr, &flow->server.s6_addr[12], 4);
    ip.check = frame_fold(frame_sum(&ip, sizeof(ip), 0));
    memcpy(f->bytes + at, &ip, sizeof(ip));
    return at + (uint32_t)sizeof(ip);
}

static uint32_t frame_ip6(struct frame *f, uint32_t at, const struct frame_flow *flow,
                          uint8_t protocol, uint32_t len)
{
    struct ipv6hdr ip = {.version = 6, .nexthdr = protocol, .hop_limit = 64};

    ip.payload_len = htons((uint16_t)len);
    memcpy(&ip.saddr, &flow->client, 16);
    memcpy(&ip.daddr, &flow->server, 16);
    memcpy(f->bytes + at, &ip, sizeof(ip));
    return at + (uint32_t)sizeof(ip);
}

/* Everything up to the transport header, which will be len bytes long with what follows. */
static void frame_begin(struct frame *f, const struct frame_flow *flow, uint8_t protocol,
                        uint32_t len)
{
    static const uint8_t macs[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
    static const uint8_t tag[4] = {0x81, 0, 0, 7};
    uint16_t type = htons(flow->v6 ? ETH_P_IPV6 : ETH_P_IP);
    uint32_t at = sizeof(macs);

    memset(f, 0, sizeof(*f));
    memcpy(f->bytes, macs, sizeof(macs));
    if (flow->vlan) {
        memcpy(f->bytes + at, tag, sizeof(tag));
        at += sizeof(tag);
    }
    memcpy(f->bytes + at, &type, 2);
    f->l4 = (flow->v6 ? frame_ip6 : frame_ip4)(f, at + 2, flow, protocol, len);
    f->len = f->l4 + len;
}

/* A segment whose first byte is the offset-th of the dialogue; a SYN has none. */
static void frame_tcp(struct frame *f, const struct frame_flow *flow, uint8_t flags,
                      uint32_t offset, const uint8_t *data, uint32_t len)
{
    struct tcphdr tcp = {.doff = 5, .window = htons(64000)};
    uint32_t sum;

    frame_begin(f, flow, IPPROTO_TCP, (uint32_t)sizeof(tcp) + len);
    tcp.source = htons(flow->client_port);
    tcp.dest = htons(flow->server_port);
    tcp.seq = htonl(flow->isn + (flags & FRAME_SYN ? 0 : 1 + offset));
    tcp.ack_seq = htonl(flags & FRAME_SYN ? 0 : 7001);
    ((uint8_t *)&tcp)[13] = flags;
    memcpy(f->bytes + f->l4, &tcp, sizeof(tcp));
    if (len)
        memcpy(f->bytes + f->l4 + sizeof(tcp), data, len);
    sum = IPPROTO_TCP + (f->len - f->l4);
    sum = frame_sum(&flow->client.s6_addr[flow->v6 ? 0 : 12], flow->v6 ? 16 : 4, sum);
    sum = frame_sum(&flow->server.s6_addr[flow->v6 ? 0 : 12], flow->v6 ? 16 : 4, sum);
    sum = frame_sum(f->bytes + f->l4, f->len - f->l4, sum);
    tcp.check = frame_fold(sum);
    memcpy(f->bytes + f->l4, &tcp, sizeof(tcp));
}

/* A datagram, without a checksum. */
static void frame_udp(struct frame *f, const struct frame_flow *flow, const uint8_t *data,
                      uint32_t len)
{
    struct udphdr udp = {.source = htons(flow->client_port), .dest = htons(flow->server_port)};

    frame_begin(f, flow, IPPROTO_UDP, (uint32_t)sizeof(udp) + len);
    udp.len = htons((uint16_t)(sizeof(udp) + len));
    memcpy(f->bytes + f->l4, &udp, sizeof(udp));
    if (len)
        memcpy(f->bytes + f->l4 + sizeof(udp), data, len);
}

/* Put n bytes into the frame at this place. */
static void frame_insert(struct frame *f, uint32_t at, const void *bytes, uint32_t n)
{
    memmove(f->bytes + at + n, f->bytes + at, f->len - at);
    memcpy(f->bytes + at, bytes, n);
    f->len += n;
    f->l4 += n;
}

static void frame_set16(struct frame *f, uint32_t at, uint16_t value)
{
    f->bytes[at] = (uint8_t)(value >> 8);
    f->bytes[at + 1] = (uint8_t)value;
}

static uint16_t frame_get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

#endif
