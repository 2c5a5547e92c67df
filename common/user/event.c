/* SPDX-License-Identifier: BSD-2-Clause */
#include "emitter.h"
#include "handle.h"

#include <string.h>
#include <time.h>

static uint64_t realtime_ns(void)
{
    struct timespec ts;

    if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
        return 0; /* plimsolld then takes its own time */
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

void pl_event_init(struct pl_event *event, enum pl_event_kind kind, enum pl_point point)
{
    memset(event, 0, sizeof(*event));
    event->version = PL_EVENT_VERSION;
    event->kind = (uint8_t)kind;
    event->point = (uint8_t)point;
    event->count = 1;
    event->time_ns = realtime_ns();
}

void pl_event_from(struct pl_event *event, enum pl_point point, const struct pl_handle *h,
                   const struct pl_judgement *j)
{
    pl_event_init(event, PL_EVENT_VERDICT, point);
    event->action = (uint8_t)j->verdict.action;
    event->serial = h->head.serial;
    event->group = j->group;
    event->class = j->class;
    event->cell = j->cell;
    memcpy(event->flag, j->verdict.flag, sizeof(event->flag));
    memcpy(event->trial, j->verdict.trial, sizeof(event->trial));
    memcpy(event->block, j->verdict.block, sizeof(event->block));
}

void pl_event_name(struct pl_event *event, const void *name, size_t len)
{
    if (len > PL_EVENT_NAME_MAX)
        len = PL_EVENT_NAME_MAX;
    memset(event->name, 0, sizeof(event->name));
    if (len)
        memcpy(event->name, name, len);
    event->name_len = (uint16_t)len;
}
