/* SPDX-License-Identifier: BSD-2-Clause */
#include "emitter.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(PL_EMIT_SLOTS % PL_EMIT_WAYS == 0, "whole sets");
_Static_assert(sizeof(((struct pl_emitter *)0)->path) ==
                   sizeof(((struct sockaddr_un *)0)->sun_path),
               "a path that fits in one fits in the other");

void pl_emitter_open(struct pl_emitter *e, const char *path)
{
    size_t len = strlen(path);

    memset(e, 0, sizeof(*e));
    e->fd = -1;
    if (len < sizeof(e->path))
        memcpy(e->path, path, len);
}

static void disconnect(struct pl_emitter *e)
{
    if (e->fd >= 0)
        close(e->fd);
    e->fd = -1;
}

/* A connect to a Unix datagram socket succeeds or fails at once. */
static bool reconnect(struct pl_emitter *e, uint64_t now_ms)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};

    if (e->path[0] == 0 || now_ms < e->retry_ms)
        return false;
    e->retry_ms = now_ms + PL_EMIT_RETRY_MS;
    disconnect(e);
    memcpy(sun.sun_path, e->path, sizeof(sun.sun_path));
    e->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (e->fd < 0)
        return false;
    if (connect(e->fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0)
        return true;
    disconnect(e);
    return false;
}

static bool send_now(struct pl_emitter *e, const struct pl_event *event)
{
    ssize_t n;

    do
        n = send(e->fd, event, sizeof(*event), MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(*event);
}

/* A full queue is no reason to reconnect; anything else says that the daemon is another one. */
static bool queue_is_full(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

static bool deliver(struct pl_emitter *e, const struct pl_event *event, uint64_t now_ms)
{
    if (e->fd >= 0) {
        if (send_now(e, event))
            return true;
        if (queue_is_full(errno))
            return false;
        disconnect(e);
    }
    return reconnect(e, now_ms) && send_now(e, event);
}

/* Send what the slot holds; false when it is still there. */
static bool flush(struct pl_emitter *e, struct pl_emitter_slot *s, uint64_t now_ms)
{
    if (s->key == 0 || s->event.count == 0)
        return true;
    s->event.lost = e->lost > UINT32_MAX ? UINT32_MAX : (uint32_t)e->lost;
    if (!deliver(e, &s->event, now_ms))
        return false;
    e->lost -= s->event.lost;
    e->sent += s->event.count;
    s->event.count = 0;
    return true;
}

/* The last attempt: what cannot be sent is lost, and the slot is free. */
static void release(struct pl_emitter *e, struct pl_emitter_slot *s, uint64_t now_ms)
{
    if (!flush(e, s, now_ms))
        e->lost += s->event.count;
    s->event.count = 0;
    s->key = 0;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
    return h ^ h >> 29;
}

static uint64_t mix_name(uint64_t h, const struct pl_event *v)
{
    uint16_t len = v->name_len < PL_EVENT_NAME_MAX ? v->name_len : PL_EVENT_NAME_MAX;

    h = mix(h, len);
    for (uint16_t i = 0; i < len; i++)
        h = mix(h, v->name[i]);
    return h;
}

/* Never 0.  Two events with the same key are still compared, so a collision costs a datagram. */
static uint64_t key_of(const struct pl_event *v)
{
    uint64_t h = mix(v->serial, (uint64_t)v->kind << 24 | v->point << 16 | v->action);

    h = mix(h, (uint64_t)v->destination_port << 32 | (uint64_t)v->class << 16 | v->group);
    h = mix(mix(h, v->client.hi), v->client.lo);
    h = mix(mix(h, v->destination.hi), v->destination.lo);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        h = mix(mix(mix(h, v->flag[i]), v->trial[i]), v->block[i]);
    return mix_name(h, v) | 1;
}

static bool same_addr(struct pl_addr a, struct pl_addr b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

static bool same_checks(const struct pl_event *a, const struct pl_event *b)
{
    return memcmp(a->flag, b->flag, sizeof(a->flag)) == 0 &&
           memcmp(a->trial, b->trial, sizeof(a->trial)) == 0 &&
           memcmp(a->block, b->block, sizeof(a->block)) == 0;
}

static bool same(const struct pl_event *a, const struct pl_event *b)
{
    return a->kind == b->kind && a->point == b->point && a->action == b->action &&
           a->serial == b->serial && a->group == b->group && a->class == b->class &&
           a->destination_port == b->destination_port && same_addr(a->client, b->client) &&
           same_addr(a->destination, b->destination) && same_checks(a, b) &&
           a->name_len == b->name_len && a->name_len <= PL_EVENT_NAME_MAX &&
           memcmp(a->name, b->name, a->name_len) == 0;
}

/* The slot that holds this event, or else the one to be used for it: free, or the oldest. */
static struct pl_emitter_slot *slot_for(struct pl_emitter *e, const struct pl_event *event,
                                        uint64_t key)
{
    struct pl_emitter_slot *set =
        &e->slot[(key >> 32) % (PL_EMIT_SLOTS / PL_EMIT_WAYS) * PL_EMIT_WAYS];
    struct pl_emitter_slot *pick = set;

    for (struct pl_emitter_slot *s = set; s < set + PL_EMIT_WAYS; s++) {
        if (s->key == key && same(&s->event, event))
            return s;
        if (pick->key && (s->key == 0 || s->first_ms < pick->first_ms))
            pick = s;
    }
    return pick;
}

/* Count one more; the first that is not sent yet gives the time, the ports and the TLS numbers. */
static void count_in(struct pl_emitter_slot *s, const struct pl_event *event)
{
    uint32_t count = s->event.count;

    if (count == 0) {
        s->event = *event;
        s->event.version = PL_EVENT_VERSION;
        if (s->event.name_len > PL_EVENT_NAME_MAX)
            s->event.name_len = PL_EVENT_NAME_MAX;
    }
    s->event.count = count < UINT32_MAX ? count + 1 : count;
}

static bool window_is_over(const struct pl_emitter_slot *s, uint64_t now_ms)
{
    return now_ms - s->first_ms >= PL_EMIT_WINDOW_MS;
}

void pl_emit(struct pl_emitter *e, const struct pl_event *event, uint64_t now_ms)
{
    uint64_t key = key_of(event);
    struct pl_emitter_slot *s = slot_for(e, event, key);
    bool is_repeat = s->key == key && same(&s->event, event);

    if (is_repeat && !window_is_over(s, now_ms)) {
        count_in(s, event);
        return;
    }
    if (!is_repeat) {
        release(e, s, now_ms);
        s->key = key;
    }
    s->first_ms = now_ms;
    count_in(s, event);
    if (!flush(e, s, now_ms) && is_repeat) { /* had its second attempt: do not count up for ever */
        e->lost += s->event.count;
        s->event.count = 0;
    }
}

void pl_emitter_tick(struct pl_emitter *e, uint64_t now_ms)
{
    for (struct pl_emitter_slot *s = e->slot; s < e->slot + PL_EMIT_SLOTS; s++)
        if (s->key && window_is_over(s, now_ms))
            release(e, s, now_ms);
}

void pl_emitter_close(struct pl_emitter *e, uint64_t now_ms)
{
    for (struct pl_emitter_slot *s = e->slot; s < e->slot + PL_EMIT_SLOTS; s++)
        release(e, s, now_ms);
    disconnect(e);
    e->path[0] = 0;
}
