/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a TCP flow in order; see flows.h.  For flows.c alone. */
#ifndef PL_CAPTURE_TCP_H
#define PL_CAPTURE_TCP_H

#include "kept.h"

struct pl_tcp {
    const struct pl_consumer *consumer;
    struct pl_capture_counts *counts;
    struct pl_kept kept;
    uint64_t hash_key; /* of what is remembered of segments */
};

/* A packet of end d of the flow. */
void pl_tcp_packet(struct pl_tcp *tcp, struct pl_flow *flow, unsigned d,
                   const struct pl_packet *packet);

/* Whether this packet of end d begins a connection on the ports of an earlier one. */
PL_INLINE bool pl_tcp_is_new(const struct pl_flow *flow, unsigned d, const struct pl_packet *p)
{
    const struct pl_flow_end *end = &flow->end[d];

    return (p->tcp_flags & (PL_TCP_SYN | PL_TCP_ACK | PL_TCP_RST)) == PL_TCP_SYN &&
           (p->flags & PL_PACKET_QUOTED) == 0 && (end->flags & PL_FLOW_STARTED) &&
           (p->seq != end->base || (flow->flags & PL_FLOW_ENDING));
}

/* Nothing more will come: hand over what waits, with the gaps before it. */
void pl_tcp_end(struct pl_tcp *tcp, struct pl_flow *flow);

#endif
