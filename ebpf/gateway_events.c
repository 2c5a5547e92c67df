/* SPDX-License-Identifier: BSD-2-Clause */
/* Events out of the ring buffer, and those that the programs counted instead of sending. */
#include "gateway_private.h"
#include "ebpf/gateway.skel.h"

#include <time.h>

/* Take one folded event out of the map; hand it on when something waits in it. */
static bool fold_take(struct pl_gateway *gateway, int fd, const struct pl_hash *key)
{
    struct pl_fold fold;

    if (bpf_map_lookup_and_delete_elem(fd, key, &fold) || !fold.pending)
        return false;
    fold.event.count = fold.pending;
    fold.event.lost = 0;
    gateway->on_event(gateway->arg, &fold.event);
    return true;
}

/* Find those whose second is over.  The map has a thousand entries at most. */
int pl_fold_flush(struct pl_gateway *gateway)
{
    int fd = bpf_map__fd(gateway->skeleton->maps.folds), told = 0;
    struct pl_hash key, next;
    struct pl_fold fold;
    struct timespec now;
    uint64_t now_ns;
    bool more = bpf_map_get_next_key(fd, NULL, &next) == 0;

    clock_gettime(CLOCK_MONOTONIC, &now);
    now_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    for (int i = 0; more && i < 2048; i++) {
        key = next;
        more = bpf_map_get_next_key(fd, &key, &next) == 0;
        if (bpf_map_lookup_elem(fd, &key, &fold) == 0 && now_ns - fold.first_ns >= PL_FOLD_FLUSH_NS)
            told += fold_take(gateway, fd, &key);
    }
    return told;
}

int pl_gateway_fd(const struct pl_gateway *gateway)
{
    return ring_buffer__epoll_fd(gateway->ring);
}

int pl_gateway_poll(struct pl_gateway *gateway,
                    void (*on_event)(void *arg, const struct pl_event *event), void *arg)
{
    int told;

    gateway->on_event = on_event;
    gateway->arg = arg;
    told = ring_buffer__consume(gateway->ring);
    if (told >= 0 && gateway->flush) {
        gateway->flush = false;
        told += pl_fold_flush(gateway);
    }
    return told;
}
