/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events to plimsolld by one Unix datagram each, never blocking.  The first of its kind is sent at
 * once; repeats of the same (kind, point, action, group, class, client, destination, destination
 * port, name, check set, policy serial) within PL_EMIT_WINDOW_MS are counted here and sent as one.
 *
 * What cannot be sent (no daemon, full socket) stays in its slot and is tried again when its window
 * ends, when the slot is wanted for another event, and at close; if that fails too, it is counted
 * as lost.  The losses are told in the `lost` of the next event that gets through, so that what the
 * daemon received plus what it was told of is exactly what was emitted.
 *
 * One emitter belongs to one thread.  It allocates nothing after pl_emitter_open(), takes no lock,
 * and raises no signal.  A host without a timer may leave out pl_emitter_tick(): counted repeats
 * are then sent with the next event of their slot, or at close.
 */
#ifndef PL_EMITTER_H
#define PL_EMITTER_H

#include "../report/event.h"

enum {
    PL_EMIT_WINDOW_MS = 1000,
    PL_EMIT_RETRY_MS = 1000, /* at most one attempt to connect in this time */
    PL_EMIT_SLOTS = 64,
    PL_EMIT_WAYS = 4 /* slots that one event may stand in */
};

struct pl_emitter_slot {
    struct pl_event event; /* count: how many are not sent yet */
    uint64_t key;          /* 0: free */
    uint64_t first_ms;     /* when the window began */
};

struct pl_emitter {
    int fd;            /* -1: none */
    uint64_t retry_ms; /* no attempt to connect before this */
    uint64_t lost;     /* not yet told to the daemon */
    uint64_t sent;     /* delivered, repeats counted */
    char path[108];
    struct pl_emitter_slot slot[PL_EMIT_SLOTS];
};

/* Remember the path; connects when the first event comes.  A path that is too long leaves the
 * emitter closed: every event then counts as lost. */
void pl_emitter_open(struct pl_emitter *e, const char *path);
void pl_emitter_close(struct pl_emitter *e, uint64_t now_ms); /* sends what is counted */

/* event: version, count and lost are filled here; it is copied.  now_ms: any clock that never steps
 * back. */
void pl_emit(struct pl_emitter *e, const struct pl_event *event, uint64_t now_ms);

/* Send the counted repeats whose window is over; for a host's timer or idle moment. */
void pl_emitter_tick(struct pl_emitter *e, uint64_t now_ms);

struct pl_handle;
struct pl_judgement;

/* An empty event of this kind, of now; for PL_EVENT_MALFORMED and PL_EVENT_ERROR, too. */
void pl_event_init(struct pl_event *event, enum pl_event_kind kind, enum pl_point point);

/* A verdict event of now from a judgement; the caller adds addresses, ports, protocol, name and TLS
 * numbers. */
void pl_event_from(struct pl_event *event, enum pl_point point, const struct pl_handle *h,
                   const struct pl_judgement *j);

/* Set the event's name, cut to what fits. */
void pl_event_name(struct pl_event *event, const void *name, size_t len);

#endif
