/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's numbers as OpenMetrics text, version 1.0.0.  No label holds a name or an address of
 * anybody: labels come from the catalogue, the points, and the ids of the policy's exemptions.
 */
#ifndef PLIMSOLLD_METRICS_H
#define PLIMSOLLD_METRICS_H

#include "daemon/counters.h"
#include "daemon/gate.h"
#include "daemon/policy.h"
#include "daemon/sink.h"

#define PL_METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

struct evbuffer;

struct pl_metrics {
    const struct pl_counters *counters;
    const struct pl_sink *sink;
    const struct pl_current *current;
    struct pl_gateway *gateway; /* NULL: none */
};

/* The whole exposition, ending with "# EOF". */
void pl_metrics_write(const struct pl_metrics *m, struct evbuffer *out);

#endif
