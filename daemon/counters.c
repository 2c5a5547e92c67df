/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/counters.h"

const char *const pl_event_points[PL_POINTS] = {
    [PL_POINT_RESOLVER] = "resolver",
    [PL_POINT_HTTP] = "http",
    [PL_POINT_STREAM] = "stream",
    [PL_POINT_GATEWAY] = "gateway",
};

const char *const pl_action_labels[PL_ACTIONS] = {
    [PL_ALLOW] = "allowed",
    [PL_FLAG] = "flagged",
    [PL_WOULD_BLOCK] = "would_block",
    [PL_BLOCK] = "blocked",
};

static void count_checks(struct pl_counters *c, const struct pl_event *event,
                         const uint64_t masks[PL_FAMILY_COUNT], enum pl_action action)
{
    for (unsigned family = 0; family < PL_FAMILY_COUNT; family++)
        for (uint64_t left = masks[family]; left; left &= left - 1) {
            unsigned id = family * PL_FAMILY_CHECKS + (unsigned)__builtin_ctzll(left);
            c->action[id][event->point][action] += event->count;
        }
}

void pl_counters_add(struct pl_counters *c, const struct pl_event *event)
{
    c->events[event->point] += event->count;
    c->lost += event->lost;
    if (event->kind == PL_EVENT_MALFORMED)
        c->malformed[event->point] += event->count;
    if (event->kind == PL_EVENT_ERROR)
        c->errors[event->point] += event->count;
    count_checks(c, event, event->flag, PL_FLAG);
    count_checks(c, event, event->trial, PL_WOULD_BLOCK);
    count_checks(c, event, event->block, PL_BLOCK);
}
