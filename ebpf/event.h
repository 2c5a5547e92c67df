/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events into the ring buffer: one for a flow's verdict, never one a packet.  Those alike within a
 * second are counted; their number travels with the next or is fetched by the loader.
 */
#ifndef PL_GATE_EVENT_H
#define PL_GATE_EVENT_H

#include "common/hash.h"
#include "tables.h"

#define SECOND_NS 1000000000ULL

enum { EVENT_WORDS = sizeof(struct pl_event) / 8 };

/* Two lanes over all words of the event, begun with the image's secret key. */
static __always_inline struct pl_hash event_hash(const struct pl_event *e, const uint64_t key[2])
{
    const uint64_t *word = (const uint64_t *)e;
    struct pl_hash h = {key[0], key[1]};

    for (int i = 0; i < EVENT_WORDS; i++) {
        h.lo = pl_rotl64(h.lo ^ word[i], 27) * 0x9e3779b97f4a7c15ULL;
        h.hi = (pl_rotl64(h.hi, 31) + word[i]) * 0xc2b2ae3d27d4eb4fULL;
    }
    return h;
}

/*
 * What makes two events alike: all but the client's port.  A forged packet may come from any
 * address and port, so there it is the sender's MAC instead; else a forger would fill the ring.
 */
static __always_inline struct pl_hash event_kind(struct __sk_buff *skb, struct work *w, bool forged)
{
    struct ethhdr *eth = packet_at(skb, 0, sizeof(*eth));
    struct pl_event *e = &w->event;
    struct pl_addr client = e->client, server = e->destination;
    uint32_t ports = (uint32_t)e->client_port << 16 | e->destination_port;
    struct pl_hash hash;

    e->client_port = 0;
    if (forged) {
        e->client.hi = eth ? pl_be64(eth->h_dest) : 0;
        e->client.lo = eth ? pl_be32(eth->h_source + 2) : 0;
        e->destination.hi = e->destination.lo = 0;
        e->destination_port = 0;
    }
    hash = event_hash(e, w->head.key);
    e->client = client;
    e->destination = server;
    e->client_port = (uint16_t)(ports >> 16);
    e->destination_port = (uint16_t)ports;
    return hash;
}

static __always_inline void event_output(struct work *w)
{
    struct pl_stats *stats = FIRST(counters);
    uint64_t wake = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) * PL_RING_WAKE_SHARE >
                            bpf_ringbuf_query(&ring, BPF_RB_RING_SIZE)
                        ? BPF_RB_FORCE_WAKEUP
                        : BPF_RB_NO_WAKEUP;

    if (!stats)
        return;
    w->event.lost = (uint32_t)stats->events_lost - w->lost_told;
    if (bpf_ringbuf_output(&ring, &w->event, sizeof(w->event), wake)) {
        stats->events_lost++;
        return;
    }
    w->lost_told = (uint32_t)stats->events_lost;
    stats->events_sent++;
}

/* Send w->event, or count it into one that was sent within this second. */
static __always_inline void event_send(struct __sk_buff *skb, struct work *w, bool forged)
{
    struct pl_hash hash = event_kind(skb, w, forged);
    struct pl_fold *fold = bpf_map_lookup_elem(&folds, &hash);
    uint64_t now_ns = bpf_ktime_get_ns();

    if (fold && now_ns - fold->first_ns < SECOND_NS) {
        __sync_fetch_and_add(&fold->pending, 1);
        COUNT(events_folded);
        return;
    }
    w->event.count = 1 + (fold ? fold->pending : 0);
    event_output(w);
    w->fold.first_ns = now_ns;
    w->fold.pending = 0;
    w->fold.event = w->event;
    bpf_map_update_elem(&folds, &hash, &w->fold, BPF_ANY);
}

static __always_inline void event_addresses(struct work *w)
{
    struct pl_event *e = &w->event;
    const struct packet *p = &w->packet;

    __builtin_memset(e, 0, sizeof(*e));
    e->version = PL_EVENT_VERSION;
    e->point = PL_POINT_GATEWAY;
    e->protocol = p->key.protocol;
    e->serial = w->head.serial;
    e->client = packet_client(p);
    e->destination = packet_server(p);
    e->client_port = bpf_ntohs(p->key.client_port_be);
    e->destination_port = bpf_ntohs(p->key.server_port_be);
    e->group = w->group;
    e->class = w->class;
    e->cell = w->cell_number;
}

static __always_inline void event_count(enum pl_action action)
{
    if (action == PL_BLOCK)
        COUNT(blocked);
    else if (action == PL_WOULD_BLOCK)
        COUNT(would_block);
    else
        COUNT(flagged);
}

/* w's verdict as an event in w->event. */
static __always_inline void event_verdict(struct work *w)
{
    struct pl_event *e = &w->event;

    event_addresses(w);
    e->kind = PL_EVENT_VERDICT;
    e->action = (uint8_t)w->verdict.action;
    __builtin_memcpy(e->flag, w->verdict.flag, sizeof(e->flag));
    __builtin_memcpy(e->trial, w->verdict.trial, sizeof(e->trial));
    __builtin_memcpy(e->block, w->verdict.block, sizeof(e->block));
    event_count(w->verdict.action);
}

/* Tell the verdict on a flow's addresses. */
__attribute__((noinline)) int event_of_addresses(struct __sk_buff *skb)
{
    struct work *w = work();

    if (!w || w->verdict.action == PL_ALLOW)
        return 0;
    event_verdict(w);
    event_send(skb, w, w->found.failed[PL_FAMILY_NET] & PL_MASK(src_spoofed_egress));
    return 0;
}

#endif
