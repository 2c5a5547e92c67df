/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One TCP segment or UDP datagram as the flows take it, the remarkable things about IP packets, and
 * the counters.  A packet points into the bytes of the capture and does not own them.
 */
#ifndef PL_CAPTURE_PACKET_H
#define PL_CAPTURE_PACKET_H

#include "common/base.h"

/* Numbers of IANA's protocol registry that are flows here. */
enum pl_transport { PL_TRANSPORT_TCP = 6, PL_TRANSPORT_UDP = 17 };

/* The flags of RFC 9293, 3.1. */
enum pl_tcp_flag { PL_TCP_FIN = 0x01, PL_TCP_SYN = 0x02, PL_TCP_RST = 0x04, PL_TCP_ACK = 0x10 };

enum pl_packet_flag {
    PL_PACKET_FRAGMENTED = 1, /* it came in fragments */
    PL_PACKET_CUT = 2,        /* bytes of the payload were not captured: see missing */
    PL_PACKET_QUOTED = 4,     /* known from an ICMP error that quotes it: no payload */
    PL_PACKET_TCP_SIGNED = 8, /* a TCP MD5 (RFC 2385) or TCP-AO (RFC 5925) option; only on a SYN */
    PL_PACKET_MALFORMED = 16  /* its IP or UDP length goes beyond its end */
};

struct pl_packet {
    uint64_t time_ns; /* since 1970, by the capture's clock, which may lie */
    uint64_t frame;   /* the number of the packet in the file, from 1; of fragments the last */
    struct pl_addr src, dst;
    const uint8_t *payload;
    uint32_t len;     /* captured bytes of the payload */
    uint32_t missing; /* bytes of the payload that follow on the wire and were not captured */
    uint32_t seq, ack;
    uint16_t sport, dport;
    uint8_t transport; /* enum pl_transport */
    uint8_t tcp_flags; /* enum pl_tcp_flag */
    uint8_t flags;     /* enum pl_packet_flag */
    uint8_t ttl;       /* or hop limit, of the innermost IP header */
    uint8_t depth;     /* IP headers around it, its own included */
};

/* What is remarkable about one IP packet, whatever it carries. */
enum pl_note {
    PL_NOTE_SOURCE_ROUTE, /* LSRR or SSRR (RFC 791, 3.1), routing header type 0 (RFC 5095) */
    PL_NOTE_PPTP,         /* GRE version 1 with protocol 0x880b (RFC 2637, 4.1) */
    PL_NOTE_UDP_FRAGMENT  /* the first fragment of a UDP datagram; the ports are known */
};

struct pl_capture_counts {
#define PL_CAPTURE_COUNT(name, text) uint64_t name;
#include "counts.def"
#undef PL_CAPTURE_COUNT
};

#endif
