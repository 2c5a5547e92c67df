/* SPDX-License-Identifier: BSD-2-Clause */
/* The maps as the programs see them, and each processor's scratch memory. */
#ifndef PL_TABLES_H
#define PL_TABLES_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "common/check/stream.h"
#include "common/decide/names.h"
#include "maps.h"
#include "packet.h"

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 65536);
    __type(key, struct pl_flow_key);
    __type(value, struct pl_flow);
} flows SEC(".maps");

/* Dialogues being read; deleted with their verdict. */
struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 8192);
    __type(key, struct pl_flow_key);
    __type(value, struct pl_stream);
} streams SEC(".maps");

struct image_map {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_INNER_MAP | BPF_F_MMAPABLE);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(uint32_t));
    __uint(value_size, sizeof(struct pl_line));
};

/* Slot 0: the image in force.  The loader puts a whole new map there. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __array(values, struct image_map);
} images SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, struct pl_gate);
} gates SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, struct pl_stats);
} counters SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 1024);
    __type(key, struct pl_hash);
    __type(value, struct pl_fold);
} folds SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 4096);
    __type(key, struct pl_addr);
    __type(value, struct pl_share);
} shares SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} ring SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, PL_ATTACHMENTS_MAX);
    __type(key, uint32_t);
    __type(value, struct pl_attachment);
} attachments SEC(".maps");

/* For tests that compare: keep the dialogue's state, and what was found at each judging.  Nobody
 * else sets it; the kernel then leaves that code out. */
const volatile bool watched;

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __type(key, struct pl_flow_key);
    __type(value, struct pl_judged);
} judgements SEC(".maps");

enum { REPLY_BYTES = 256 };

enum reply_to { REPLY_CLIENT, REPLY_SERVER };

/* The reply to be written. */
struct reply_spec {
    uint8_t to, protocol; /* enum reply_to, IP protocol */
    uint8_t tcp_flags, alert;
    uint32_t seq, ack;
};

/* What one packet's judging needs and the stack has no room for.  A program is never interrupted by
 * itself on the same processor. */
struct work {
    struct packet packet;
    struct pl_image_head head;
    struct pl_findings found;
    struct pl_verdict verdict;
    struct pl_cell cell;
    uint16_t group, class, cell_number, spare;
    uint32_t slice;
    uint32_t lost_told; /* events_lost when the last event was sent */
    struct pl_event event;
    struct pl_fold fold;
    struct pl_flow fresh;
    struct reply_spec spec;
    uint32_t refused_seq; /* of the first byte that a server did not get */
    uint8_t macs[12];     /* of the frame: to whom, from whom */
    bool sum_partial, stamped;
    uint32_t stamps[2];
    uint8_t reply[REPLY_BYTES];
    struct pl_name_walk walk;
    struct pl_stream stream; /* a new one, on its way into the map */
    pl_chunk chunk;          /* of the payload */
    struct pl_judged judged;
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, uint32_t);
    __type(value, struct work);
} works SEC(".maps");

#define FIRST(map)                                                                                 \
    ({                                                                                             \
        uint64_t zero_ = 0;                                                                        \
        bpf_map_lookup_elem(&map, &zero_);                                                         \
    })

static __always_inline struct work *work(void)
{
    return FIRST(works);
}

/* Count one; the member's number is its place in stats.def. */
static __always_inline void count_at(uint32_t offset)
{
    uint8_t *stats = FIRST(counters);

    if (stats)
        ++*(uint64_t *)(stats + offset);
}

#define COUNT(name) count_at(offsetof(struct pl_stats, name))

static __always_inline uint32_t epoch(void)
{
    struct pl_gate *gate = FIRST(gates);

    return gate ? gate->epoch : 0;
}

#endif
