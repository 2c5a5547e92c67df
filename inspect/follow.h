/* SPDX-License-Identifier: BSD-2-Clause */
/* The inspector as the consumer of the flows of a capture. */
#ifndef PL_INSPECT_FOLLOW_H
#define PL_INSPECT_FOLLOW_H

#include "common/read/packet.h"
#include "flow.h"

void follow_consumer(struct inspect *in, struct pl_consumer *consumer);

/* What the head of a packet says, for the checks of packets. */
void follow_packet(struct inspect *in, const struct pl_packet *p, struct pl_packet_facts *facts);

/* Who speaks to whom, and no packet of it. */
void follow_flow(struct inspect *in, const struct pl_flow *flow, struct pl_packet_facts *facts);

#endif
