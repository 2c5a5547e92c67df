/* SPDX-License-Identifier: BSD-2-Clause */
/* A UDP flow's datagrams through their readers. */
#ifndef PL_INSPECT_UDP_H
#define PL_INSPECT_UDP_H

#include "flow.h"

enum pl_flow_answer udp_datagram(struct flow *f, struct pl_flow *flow, enum pl_side side,
                                 const struct pl_packet *packet);

/* What was read becomes facts and findings; does nothing when that is done. */
void udp_over(struct flow *f);

#endif
