/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the daemon counts of the events, from its start.  One event may stand for many (its count);
 * all numbers here are of what happened, not of datagrams, but for `datagrams` and `refused`.
 */
#ifndef PLIMSOLLD_COUNTERS_H
#define PLIMSOLLD_COUNTERS_H

#include "common/report/event.h"

enum { PL_POINTS = PL_POINT_GATEWAY + 1, PL_ACTIONS = PL_BLOCK + 1 };

struct pl_counters {
    uint64_t action[PL_CHECK_SLOTS][PL_POINTS][PL_ACTIONS]; /* checks by what became of them */
    uint64_t events[PL_POINTS];
    uint64_t malformed[PL_POINTS]; /* traffic that no reader could follow */
    uint64_t errors[PL_POINTS];    /* internal errors of a point */
    uint64_t lost;                 /* told by the points: could not be sent to the daemon */
    uint64_t datagrams;            /* received, good or not */
    uint64_t refused;              /* datagrams that were no event */
};

extern const char *const pl_event_points[PL_POINTS];   /* "", "resolver", "http", ... */
extern const char *const pl_action_labels[PL_ACTIONS]; /* "allowed", ..., "would_block" */

void pl_counters_add(struct pl_counters *c, const struct pl_event *event);

#endif
