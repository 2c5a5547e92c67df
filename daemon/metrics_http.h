/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET /metrics, on the loopback or a Unix socket, for a collector of metrics.  Nothing else is
 * served.  A client that is slow, silent or talks without end is closed; too many of them are made
 * to wait; none of it holds up the daemon's loop.
 */
#ifndef PLIMSOLLD_METRICS_HTTP_H
#define PLIMSOLLD_METRICS_HTTP_H

#include "daemon/metrics.h"

struct event_base;
struct pl_metrics_http;

/* metrics must outlive it.  NULL and the error filled on failure. */
struct pl_metrics_http *pl_metrics_http_open(struct event_base *base,
                                             const struct pl_metrics_place *place,
                                             const struct pl_metrics *metrics,
                                             struct pl_error *error) PL_MUST_USE;
void pl_metrics_http_close(struct pl_metrics_http *http); /* NULL is fine */

#endif
