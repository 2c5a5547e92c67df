/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets to flows, and the segments of a TCP flow to bytes in order.
 *
 *   struct pl_flows *flows = pl_flows_new(&options, &consumer, &counts, &error);
 *   pl_flows_packet(flows, &packet);            for each packet
 *   pl_flows_end(flows);                        all flows are closed; the table may be used again
 *   pl_flows_free(flows);
 *
 * A flow is two addresses with ports and a transport; tunnels and VLANs are no part of it, as with
 * tshark.  A SYN with another sequence number, or after FIN or RST, begins a new flow on old ports.
 *
 * TCP: each side's bytes are handed over in order, each once.  What comes early is kept, at most
 * PL_FLOW_BLOCKS_MAX blocks a side and options.kept_bytes in all; where that does not suffice,
 * where the other side acknowledged what the capture does not have, at the end of the flow, and
 * where a packet was not captured whole, the missing bytes become a gap and reading goes on behind
 * it. When bytes are sent twice, the first ones count; other content is counted as a conflict if
 * the earlier bytes are still kept, or if a segment of the same place and length is among the last
 * PL_FLOW_SEEN segments of its side.  RST and FIN do not end reading: whoever can forge one could
 * hide. Urgent data is data.  Sequence numbers farther off than 2^30 (RFC 7323, 2.2) are left out.
 *
 * Memory: 256 bytes a flow and 16 to 32 for the table; options.flows_max of them at most, and then
 * a flow that had no packet for long is closed.  Nothing is allocated for a packet; storage grows
 * in large pieces.  The consumer may keep what it wants in flow->user.
 */
#ifndef PL_CAPTURE_FLOWS_H
#define PL_CAPTURE_FLOWS_H

#include "packet.h"

#include "common/read/side.h"
#include "common/user/error.h"

enum {
    PL_FLOW_BLOCK_BYTES = 2016,
    PL_FLOW_BLOCKS_MAX = 128, /* 256 KiB a side with what is needed to keep them */
    PL_FLOW_SEEN = 4,
    PL_FLOW_LATE_PACKETS = 8 /* how many packets an acknowledged hole is waited for */
};

/* How it is known which side is the client. */
enum pl_client_known {
    PL_CLIENT_BY_PORT, /* the higher port, or of equal ports the first sender: a guess */
    PL_CLIENT_BY_SYN,
    PL_CLIENT_BY_CONTENT /* the consumer said so: pl_flow_swap() */
};

/* A segment that was handed over, to recognise other bytes in its place. */
struct pl_flow_seen {
    uint32_t seq, len, hash;
};

enum pl_flow_end_flag {
    PL_FLOW_STARTED = 1,    /* base and next are known */
    PL_FLOW_FROM_START = 2, /* from a SYN: nothing before is missing */
    PL_FLOW_SIGNED = 4,     /* its SYN had a TCP MD5 or TCP-AO option */
    PL_FLOW_FIN = 8,
    PL_FLOW_RST = 16,
    PL_FLOW_HOLE_ACKED = 32, /* the other side has what is missing here */
    PL_FLOW_SYN = 64         /* its SYN was seen, so TTL and PL_FLOW_SIGNED are the SYN's */
};

/* What one side sends. */
struct pl_flow_end {
    uint64_t offset; /* of the next byte in the stream, gaps counted */
    uint32_t base;   /* the sequence number before the first byte's */
    uint32_t next;   /* that of the next byte */
    uint32_t kept;   /* the first block that waits, 0: none */
    uint32_t gap;    /* bytes missing before the next one */
    uint32_t gaps;   /* how often bytes were missing */
    uint16_t kept_blocks;
    uint16_t conflicts; /* segments sent again with other bytes, up to 65535 */
    uint8_t flags;      /* enum pl_flow_end_flag */
    uint8_t late;
    uint8_t ttl; /* of the SYN, else of the first packet */
    uint8_t seen_at;
};

enum pl_flow_flag {
    PL_FLOW_DONE_0 = 1, /* the consumer has enough of end[0], and below of end[1] */
    PL_FLOW_DONE_1 = 2,
    PL_FLOW_DONE_BOTH = 3,
    PL_FLOW_KEPT_0 = 4, /* end[0] has blocks that wait, and below end[1] */
    PL_FLOW_KEPT_1 = 8,
    PL_FLOW_TOUCHED = 16,
    PL_FLOW_ENDING = 32 /* FIN or RST: a SYN begins a new flow */
};

/* The first 64 bytes are all that a packet needs of a flow of which the consumer has enough. */
struct pl_flow {
    struct pl_addr addr[2]; /* the two ends, the lower address and port first */
    uint16_t port[2];
    uint8_t transport; /* enum pl_transport; 0: not in use */
    uint8_t client;    /* which end it is */
    uint8_t known;     /* enum pl_client_known */
    uint8_t flags;     /* enum pl_flow_flag */
    void *user;        /* the consumer's; NULL when the flow begins */
    uint32_t packets[2];
    uint32_t last_s; /* the time of the last packet, in seconds since 1970 */
    uint32_t slot;

    uint64_t first_frame, first_ns;
    struct pl_flow_end end[2];
    struct pl_flow_seen seen[2][PL_FLOW_SEEN];
};

PL_INLINE unsigned pl_flow_end_of(const struct pl_flow *flow, enum pl_side side)
{
    return side == PL_CLIENT ? flow->client : flow->client ^ 1u;
}

PL_INLINE struct pl_addr pl_flow_addr(const struct pl_flow *flow, enum pl_side side)
{
    return flow->addr[pl_flow_end_of(flow, side)];
}

PL_INLINE uint16_t pl_flow_port(const struct pl_flow *flow, enum pl_side side)
{
    return flow->port[pl_flow_end_of(flow, side)];
}

PL_INLINE uint32_t pl_flow_packets(const struct pl_flow *flow, enum pl_side side)
{
    return flow->packets[pl_flow_end_of(flow, side)];
}

/* Gaps, conflicts, TTL, flags of what a side sent. */
PL_INLINE const struct pl_flow_end *pl_flow_sent(const struct pl_flow *flow, enum pl_side side)
{
    return &flow->end[pl_flow_end_of(flow, side)];
}

/* What was taken for the client is the server: the content says so.  The side of the segment being
 * handed over is the other one from here on. */
PL_INLINE void pl_flow_swap(struct pl_flow *flow)
{
    flow->client ^= 1;
    flow->known = PL_CLIENT_BY_CONTENT;
}

/* Bytes of one side of a TCP flow, in order. */
struct pl_segment {
    const uint8_t *data; /* until the call returns */
    uint32_t len;        /* at least 1 */
    uint32_t gap;        /* bytes missing directly before them */
    uint64_t offset;     /* in the stream, from the first byte known of; gaps count */
    uint64_t time_ns;    /* of the packet that held them */
    uint64_t frame;
    enum pl_side side;
    bool from_start; /* the stream is known from its first byte */
};

enum pl_flow_answer {
    PL_FLOW_MORE,
    PL_FLOW_SIDE_DONE, /* no more of this side */
    PL_FLOW_ALL_DONE   /* no more of this flow; close is still called */
};

enum pl_flow_close {
    PL_FLOW_CLOSE_END,    /* of the capture */
    PL_FLOW_CLOSE_REUSED, /* a new flow began on its ports */
    PL_FLOW_CLOSE_IDLE,
    PL_FLOW_CLOSE_EVICTED /* to keep to the limit of flows */
};

/* The four calls for a flow: open, then bytes (TCP) or datagram (UDP), then close.  None may be
 * NULL. They must not call pl_flows_*(). */
struct pl_consumer {
    void *user;
    void (*open)(void *user, struct pl_flow *flow, const struct pl_packet *first);
    enum pl_flow_answer (*bytes)(void *user, struct pl_flow *flow,
                                 const struct pl_segment *segment);
    enum pl_flow_answer (*datagram)(void *user, struct pl_flow *flow, enum pl_side side,
                                    const struct pl_packet *packet);
    void (*close)(void *user, struct pl_flow *flow, enum pl_flow_close why);
};

struct pl_flows_options {
    uint32_t flows_max;  /* 0: 1 million */
    uint32_t idle_s;     /* close flows without a packet for longer; 0: only at the limit */
    uint64_t kept_bytes; /* of segments that came early, of all flows; 0: 64 MiB */
    uint64_t hash_key;   /* 0: random */
};

/* NULL and the error filled when memory does not suffice.  The consumer and the counts stay the
 * caller's, and have to stay. */
struct pl_flows *pl_flows_new(const struct pl_flows_options *options,
                              const struct pl_consumer *consumer, struct pl_capture_counts *counts,
                              struct pl_error *error) PL_MUST_USE;
void pl_flows_packet(struct pl_flows *flows, const struct pl_packet *packet);
void pl_flows_end(struct pl_flows *flows);
void pl_flows_free(struct pl_flows *flows);

/* What is held now: flows open, bytes for them and for early segments. */
uint32_t pl_flows_open(const struct pl_flows *flows);
uint64_t pl_flows_bytes(const struct pl_flows *flows);

#endif
