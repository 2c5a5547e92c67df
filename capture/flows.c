/* SPDX-License-Identifier: BSD-2-Clause */
#include "flows.h"
#include "mix.h"
#include "tcp.h"

#include <stdlib.h>
#include <string.h>

enum {
    FLOWS_MAX_DEFAULT = 1000000,
    KEPT_DEFAULT_BYTES = 1 << 26,
    PIECE_FLOWS = 256,
    TABLE_LEAST = 4096,
    FLOW_ALIGN = 64
};

_Static_assert(sizeof(struct pl_flow) == 256, "flows.h says how large a flow is");
_Static_assert(offsetof(struct pl_flow, first_frame) == 64, "what each packet needs is one line");

/* A place of the hash table; of the hash as much as tells apart nearly all. */
struct place {
    uint32_t hash;
    uint32_t number; /* of the flow, from 1; 0: free */
};

struct pl_flows {
    struct pl_tcp tcp;
    struct pl_flows_options options;
    struct place *table;
    uint32_t mask, open;
    struct pl_flow **pieces;
    uint32_t used;      /* flows that were ever in use */
    uint32_t free;      /* the number of the first of these that is not, linked by slot */
    uint32_t hand;      /* where the search for one to evict goes on */
    uint32_t idle_hand; /* and for one that is idle */
};

static struct pl_flow *flow_at(const struct pl_flows *f, uint32_t number)
{
    return &f->pieces[(number - 1) / PIECE_FLOWS][(number - 1) % PIECE_FLOWS];
}

static bool allocate(struct pl_flows *f)
{
    const struct pl_flows_options *o = &f->options;

    f->mask = TABLE_LEAST - 1;
    f->table = calloc(TABLE_LEAST, sizeof(*f->table));
    f->pieces = calloc(o->flows_max / PIECE_FLOWS + 1, sizeof(*f->pieces));
    return f->table && f->pieces && pl_kept_init(&f->tcp.kept, o->kept_bytes);
}

struct pl_flows *pl_flows_new(const struct pl_flows_options *options,
                              const struct pl_consumer *consumer, struct pl_capture_counts *counts,
                              struct pl_error *error)
{
    struct pl_flows *f = calloc(1, sizeof(*f));

    if (f) {
        f->options = *options;
        f->tcp.consumer = consumer;
        f->tcp.counts = counts;
        if (f->options.flows_max == 0)
            f->options.flows_max = FLOWS_MAX_DEFAULT;
        if (f->options.kept_bytes == 0)
            f->options.kept_bytes = KEPT_DEFAULT_BYTES;
        if (f->options.hash_key == 0)
            f->options.hash_key = pl_mix_key();
        f->tcp.hash_key = f->options.hash_key;
    }
    if (f && allocate(f))
        return f;
    pl_flows_free(f);
    (void)pl_fail(error, NULL, 0, 0, "out of memory for the table of flows");
    return NULL;
}

void pl_flows_free(struct pl_flows *f)
{
    if (!f)
        return;
    pl_kept_free(&f->tcp.kept);
    for (uint32_t i = 0; f->pieces && i <= f->options.flows_max / PIECE_FLOWS; i++)
        free(f->pieces[i]);
    free(f->pieces);
    free(f->table);
    free(f);
}

uint32_t pl_flows_open(const struct pl_flows *f)
{
    return f->open;
}

uint64_t pl_flows_bytes(const struct pl_flows *f)
{
    uint64_t pieces = (f->used + PIECE_FLOWS - 1) / PIECE_FLOWS;

    return pieces * PIECE_FLOWS * sizeof(struct pl_flow) + (f->mask + 1ull) * sizeof(*f->table) +
           pl_kept_bytes(&f->tcp.kept);
}

/* --- the hash table: linear probing, at most three quarters full */

/* The ends in one order whichever of them sends, and which of them this packet is from. */
struct key {
    struct pl_addr addr[2];
    uint16_t port[2];
    uint8_t transport;
    unsigned d;
    uint32_t hash;
};

/* Without branches, which nobody could foretell. */
static unsigned is_higher(const struct pl_packet *p)
{
    unsigned __int128 src = (unsigned __int128)p->src.hi << 64 | p->src.lo;
    unsigned __int128 dst = (unsigned __int128)p->dst.hi << 64 | p->dst.lo;

    return (unsigned)(src > dst) | ((unsigned)(src == dst) & (unsigned)(p->sport > p->dport));
}

static uint32_t hash_key(const struct pl_flows *f, const struct pl_addr addr[2],
                         const uint16_t port[2], uint8_t transport)
{
    uint64_t word = (uint64_t)port[0] << 32 | (uint64_t)port[1] << 8 | transport;
    uint64_t hash = pl_mix_pair(f->options.hash_key, addr[0], addr[1], word);

    return (uint32_t)(hash ^ hash >> 32);
}

static struct key key_of(const struct pl_flows *f, const struct pl_packet *p)
{
    struct key key = {.transport = p->transport, .d = is_higher(p)};

    key.addr[0] = key.d ? p->dst : p->src;
    key.addr[1] = key.d ? p->src : p->dst;
    key.port[0] = key.d ? p->dport : p->sport;
    key.port[1] = key.d ? p->sport : p->dport;
    key.hash = hash_key(f, key.addr, key.port, key.transport);
    return key;
}

static bool is_key_of(const struct pl_flow *flow, const struct key *key)
{
    return pl_addr_same(flow->addr[0], key->addr[0]) && pl_addr_same(flow->addr[1], key->addr[1]) &&
           flow->port[0] == key->port[0] && flow->port[1] == key->port[1] &&
           flow->transport == key->transport;
}

static struct pl_flow *find(const struct pl_flows *f, const struct key *key)
{
    for (uint32_t i = key->hash & f->mask; f->table[i].number; i = (i + 1) & f->mask)
        if (f->table[i].hash == key->hash && is_key_of(flow_at(f, f->table[i].number), key))
            return flow_at(f, f->table[i].number);
    return NULL;
}

static void put(struct pl_flows *f, uint32_t hash, uint32_t number)
{
    uint32_t i = hash & f->mask;

    while (f->table[i].number)
        i = (i + 1) & f->mask;
    f->table[i] = (struct place){hash, number};
}

/* Twice as large when it is three quarters full.  False when it stays too full. */
static bool make_room(struct pl_flows *f)
{
    uint32_t size = f->mask + 1;
    struct place *old = f->table, *table;

    if (f->open < size - size / 4)
        return true;
    table = calloc((size_t)size * 2, sizeof(*table));
    if (!table)
        return false;
    f->table = table;
    f->mask = size * 2 - 1;
    for (uint32_t i = 0; i < size; i++)
        if (old[i].number)
            put(f, old[i].hash, old[i].number);
    free(old);
    return true;
}

/* Take the flow out, and move those up that were put behind it since its place was taken. */
static void take_out(struct pl_flows *f, const struct pl_flow *flow)
{
    uint32_t hole = hash_key(f, flow->addr, flow->port, flow->transport) & f->mask, i;

    while (f->table[hole].number != flow->slot)
        hole = (hole + 1) & f->mask;
    for (i = (hole + 1) & f->mask; f->table[i].number; i = (i + 1) & f->mask) {
        uint32_t home = f->table[i].hash & f->mask;

        if (((i - home) & f->mask) >= ((i - hole) & f->mask)) {
            f->table[hole] = f->table[i];
            hole = i;
        }
    }
    f->table[hole].number = 0;
}

/* --- flows */

static void close_flow(struct pl_flows *f, struct pl_flow *flow, enum pl_flow_close why)
{
    uint32_t number = flow->slot;

    if (flow->transport == PL_TRANSPORT_TCP)
        pl_tcp_end(&f->tcp, flow);
    f->tcp.consumer->close(f->tcp.consumer->user, flow, why);
    take_out(f, flow);
    flow->transport = 0;
    flow->slot = f->free;
    f->free = number;
    f->open--;
}

/* The next flow, round and round, that had no packet but its first since the last time. */
static void evict(struct pl_flows *f)
{
    struct pl_flow *flow;

    do {
        f->hand = f->hand % f->used + 1;
        flow = flow_at(f, f->hand);
        if (flow->transport && (flow->flags & PL_FLOW_TOUCHED) == 0)
            break;
        flow->flags &= (uint8_t)~PL_FLOW_TOUCHED;
    } while (true);
    f->tcp.counts->flows_evicted++;
    close_flow(f, flow, PL_FLOW_CLOSE_EVICTED);
}

/* One flow a packet is looked at. */
static void expire(struct pl_flows *f, uint32_t now_s)
{
    struct pl_flow *flow;

    if (f->used == 0)
        return;
    f->idle_hand = f->idle_hand % f->used + 1;
    flow = flow_at(f, f->idle_hand);
    if (flow->transport && now_s > flow->last_s && now_s - flow->last_s > f->options.idle_s) {
        f->tcp.counts->flows_idle++;
        close_flow(f, flow, PL_FLOW_CLOSE_IDLE);
    }
}

/* The number of a flow not in use, or 0. */
static uint32_t take_flow(struct pl_flows *f)
{
    uint32_t number = f->free;
    struct pl_flow **piece = &f->pieces[f->used / PIECE_FLOWS];

    if (number) {
        f->free = flow_at(f, number)->slot;
        return number;
    }
    if (f->used == f->options.flows_max)
        return 0;
    if (!*piece)
        *piece = aligned_alloc(FLOW_ALIGN, PIECE_FLOWS * sizeof(**piece));
    return *piece ? ++f->used : 0;
}

/* A SYN's sender is the client; without one a guess. */
static void set_client(struct pl_flow *flow, unsigned d, const struct pl_packet *p)
{
    if (p->transport == PL_TRANSPORT_TCP && (p->tcp_flags & PL_TCP_SYN)) {
        flow->client = (uint8_t)(p->tcp_flags & PL_TCP_ACK ? d ^ 1 : d);
        flow->known = PL_CLIENT_BY_SYN;
    } else {
        flow->client = (uint8_t)(p->sport >= p->dport ? d : d ^ 1);
        flow->known = PL_CLIENT_BY_PORT;
    }
}

/* NULL when there is no memory for any flow. */
static struct pl_flow *open_flow(struct pl_flows *f, const struct key *key,
                                 const struct pl_packet *p)
{
    uint32_t number = make_room(f) ? take_flow(f) : 0;
    struct pl_flow *flow;

    if (!number && f->open > 0) {
        evict(f);
        number = take_flow(f);
    }
    if (!number)
        return NULL;
    flow = flow_at(f, number);
    memset(flow, 0, sizeof(*flow));
    memcpy(flow->addr, key->addr, sizeof(flow->addr));
    memcpy(flow->port, key->port, sizeof(flow->port));
    flow->transport = key->transport;
    flow->slot = number;
    flow->first_frame = p->frame;
    flow->first_ns = p->time_ns;
    set_client(flow, key->d, p);
    put(f, key->hash, number);
    f->open++;
    f->tcp.counts->flows++;
    f->tcp.consumer->open(f->tcp.consumer->user, flow, p);
    return flow;
}

static void give_datagram(struct pl_flows *f, struct pl_flow *flow, unsigned d,
                          const struct pl_packet *p)
{
    const struct pl_consumer *c = f->tcp.consumer;
    enum pl_side side = d == flow->client ? PL_CLIENT : PL_SERVER;
    enum pl_flow_answer answer;

    if (flow->flags & PL_FLOW_DONE_0 << d)
        return;
    answer = c->datagram(c->user, flow, side, p);
    if (answer == PL_FLOW_ALL_DONE)
        flow->flags |= PL_FLOW_DONE_BOTH;
    else if (answer == PL_FLOW_SIDE_DONE)
        flow->flags |= (uint8_t)(PL_FLOW_DONE_0 << d);
}

void pl_flows_packet(struct pl_flows *f, const struct pl_packet *p)
{
    struct key key = key_of(f, p);
    struct pl_flow *flow;

    if (f->options.idle_s)
        expire(f, (uint32_t)(p->time_ns / 1000000000u));
    flow = find(f, &key);
    if (flow && flow->transport == PL_TRANSPORT_TCP && pl_tcp_is_new(flow, key.d, p)) {
        f->tcp.counts->ports_reused++;
        close_flow(f, flow, PL_FLOW_CLOSE_REUSED);
        flow = NULL;
    }
    if (flow)
        flow->flags |= PL_FLOW_TOUCHED;
    else
        flow = open_flow(f, &key, p);
    if (!flow)
        return;
    flow->packets[key.d]++;
    flow->last_s = (uint32_t)(p->time_ns / 1000000000u);
    if (p->flags & PL_PACKET_QUOTED)
        return;
    if (flow->transport == PL_TRANSPORT_UDP)
        give_datagram(f, flow, key.d, p);
    else if ((flow->flags & PL_FLOW_DONE_BOTH) != PL_FLOW_DONE_BOTH ||
             (p->tcp_flags & (PL_TCP_SYN | PL_TCP_FIN | PL_TCP_RST)))
        pl_tcp_packet(&f->tcp, flow, key.d, p);
}

void pl_flows_end(struct pl_flows *f)
{
    for (uint32_t number = 1; number <= f->used; number++) {
        struct pl_flow *flow = flow_at(f, number);

        if (flow->transport)
            close_flow(f, flow, PL_FLOW_CLOSE_END);
    }
}
