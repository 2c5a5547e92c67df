/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP flow's bytes through the reader of connections. */
#ifndef PL_INSPECT_TCP_H
#define PL_INSPECT_TCP_H

#include "flow.h"

enum pl_flow_answer tcp_bytes(struct flow *f, struct pl_flow *flow, const struct pl_segment *s);

/* What was read becomes facts and findings; does nothing when that is done. */
void tcp_over(struct flow *f, const struct pl_flow *flow);

#endif
