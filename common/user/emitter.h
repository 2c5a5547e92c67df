/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events to plimsolld by one Unix datagram each, never blocking.  Repeats of the same (kind, point,
 * action, group, client, destination, name, check set) within PL_EMIT_WINDOW_MS of the first are
 * counted here and sent as one; the first is sent at once.  What cannot be sent (no daemon, full
 * socket) is counted and reported in the `lost` of the next event that gets through.
 *
 * One emitter belongs to one thread.  It allocates nothing after pl_emitter_open().
 */
#ifndef PL_EMITTER_H
#define PL_EMITTER_H

#include "../report/event.h"

enum { PL_EMIT_WINDOW_MS = 1000, PL_EMIT_SLOTS = 64 };

struct pl_emitter_slot {
    struct pl_event event; /* count: repeats not sent yet */
    uint64_t key;          /* 0: free */
    uint64_t first_ms;
};

struct pl_emitter {
    int fd; /* -1: none */
    uint64_t connected_ms; /* when a connection was last tried */
    uint64_t lost, sent;
    char path[108];
    struct pl_emitter_slot slot[PL_EMIT_SLOTS];
};

/* Remember the path; connects when the first event comes.  A path that is too long leaves the
 * emitter closed: every event then counts as lost. */
void pl_emitter_open(struct pl_emitter *e, const char *path);
void pl_emitter_close(struct pl_emitter *e, uint64_t now_ms); /* sends what is counted */

/* event: version, count, lost are filled here.  now_ms: any clock that never steps back. */
void pl_emit(struct pl_emitter *e, const struct pl_event *event, uint64_t now_ms);

/* Send the counted repeats whose window is over; for a host's timer or idle moment. */
void pl_emitter_tick(struct pl_emitter *e, uint64_t now_ms);

struct pl_handle;
struct pl_judgement;

/* A verdict event from a judgement; the caller adds addresses, ports, name and TLS numbers. */
void pl_event_from(struct pl_event *event, enum pl_point point, const struct pl_handle *h,
                   const struct pl_judgement *j);

/* Set the event's name, cut to what fits. */
void pl_event_name(struct pl_event *event, const void *name, size_t len);

#endif
