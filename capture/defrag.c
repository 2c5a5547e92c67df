/* SPDX-License-Identifier: BSD-2-Clause */
#include "defrag.h"
#include "mix.h"

#include <stdlib.h>
#include <string.h>

enum {
    UNIT_BYTES = 8,
    UNITS = PL_DEFRAG_BYTES / UNIT_BYTES,
    SLOTS = PL_DEFRAG_SETS * PL_DEFRAG_WAYS,
    PACKET_MAX_BYTES = 65535
};

enum slot_state { SLOT_FREE, SLOT_WAITS, SLOT_REFUSED, SLOT_WHOLE };

struct pl_defrag_slot {
    struct pl_fragment_key key;
    uint64_t first_ns;
    uint32_t have, total, highest; /* bytes; total is 0 until the last fragment came */
    uint8_t protocol;
    uint8_t state; /* enum slot_state */
    uint8_t filled[UNITS / 8];
};

void pl_defrag_init(struct pl_defrag *d, uint64_t key)
{
    memset(d, 0, sizeof(*d));
    d->key = key ? key : pl_mix_key();
}

static bool key_same(const struct pl_fragment_key *a, const struct pl_fragment_key *b)
{
    return a->id == b->id && a->protocol == b->protocol && a->v6 == b->v6 &&
           pl_addr_same(a->src, b->src) && pl_addr_same(a->dst, b->dst);
}

static bool is_old(const struct pl_defrag_slot *s, uint64_t now_ns)
{
    uint64_t age = now_ns > s->first_ns ? now_ns - s->first_ns : s->first_ns - now_ns;

    return age > PL_DEFRAG_NS;
}

static void empty(struct pl_defrag_slot *s, struct pl_capture_counts *counts)
{
    counts->fragments_lost += s->state == SLOT_WAITS || s->state == SLOT_REFUSED;
    s->state = SLOT_FREE;
}

/* Which of two slots rather to give up: a free one, else the older. */
static bool is_better(const struct pl_defrag_slot *a, const struct pl_defrag_slot *b)
{
    if (!b || (a->state == SLOT_FREE) != (b->state == SLOT_FREE))
        return !b || a->state == SLOT_FREE;
    return a->first_ns < b->first_ns;
}

/* The packet's slot, a new one if need be; NULL when all of the set are being read. */
static struct pl_defrag_slot *slot_of(struct pl_defrag *d, const struct pl_fragment *f,
                                      struct pl_capture_counts *counts)
{
    uint64_t word = (uint64_t)f->key.id << 16 | (uint64_t)f->key.protocol << 1 | f->key.v6;
    uint64_t set = pl_mix_pair(d->key, f->key.src, f->key.dst, word) % PL_DEFRAG_SETS;
    struct pl_defrag_slot *slot = d->slots + set * PL_DEFRAG_WAYS, *best = NULL;

    for (int i = 0; i < PL_DEFRAG_WAYS; i++, slot++) {
        if (slot->state == SLOT_WHOLE)
            continue;
        if (slot->state != SLOT_FREE && is_old(slot, f->time_ns))
            empty(slot, counts);
        if (slot->state != SLOT_FREE && key_same(&slot->key, &f->key))
            return slot;
        if (is_better(slot, best))
            best = slot;
    }
    if (!best)
        return NULL;
    empty(best, counts);
    memset(best, 0, sizeof(*best));
    best->key = f->key;
    best->first_ns = f->time_ns;
    best->state = SLOT_WAITS;
    return best;
}

static bool reserve(struct pl_defrag *d)
{
    if (d->slots)
        return true;
    d->slots = calloc(SLOTS, sizeof(*d->slots));
    d->bytes = malloc((size_t)SLOTS * PL_DEFRAG_BYTES);
    if (d->slots && d->bytes)
        return true;
    pl_defrag_free(d);
    return false;
}

static uint8_t *bytes_of(const struct pl_defrag *d, const struct pl_defrag_slot *s)
{
    return d->bytes + (size_t)(s - d->slots) * PL_DEFRAG_BYTES;
}

/* Copy the units that are not there yet; how many were. */
static uint32_t fill(struct pl_defrag *d, struct pl_defrag_slot *s, const struct pl_fragment *f)
{
    uint32_t len = (uint32_t)pl_left(&f->bytes), there = 0;
    uint8_t *to = bytes_of(d, s) + f->offset;

    for (uint32_t at = 0; at < len; at += UNIT_BYTES) {
        uint32_t unit = (f->offset + at) / UNIT_BYTES;
        uint32_t n = len - at < UNIT_BYTES ? len - at : UNIT_BYTES;

        if (s->filled[unit / 8] & 1 << unit % 8) {
            there++;
            continue;
        }
        s->filled[unit / 8] |= (uint8_t)(1 << unit % 8);
        memcpy(to + at, f->bytes.at + at, n);
        s->have += n;
    }
    return there;
}

/* Whether it is a repetition, byte for byte, of what is there; asked before it is filled in. */
static bool repeats(const struct pl_defrag *d, const struct pl_defrag_slot *s,
                    const struct pl_fragment *f)
{
    uint32_t len = (uint32_t)pl_left(&f->bytes), last = f->offset + len - 1;

    for (uint32_t unit = f->offset / UNIT_BYTES; unit <= last / UNIT_BYTES; unit++)
        if ((s->filled[unit / 8] & 1 << unit % 8) == 0)
            return false;
    return memcmp(bytes_of(d, s) + f->offset, f->bytes.at, len) == 0;
}

static bool fits(const struct pl_defrag_slot *s, const struct pl_fragment *f)
{
    uint32_t end = f->offset + (uint32_t)pl_left(&f->bytes);

    if (s->total)
        return f->more ? end <= s->total : end == s->total;
    return f->more || end >= s->highest;
}

static void put(struct pl_defrag *d, struct pl_defrag_slot *s, const struct pl_fragment *f,
                struct pl_capture_counts *counts)
{
    uint32_t end = f->offset + (uint32_t)pl_left(&f->bytes);
    bool repeated = repeats(d, s, f);

    if (f->offset == 0 && (s->filled[0] & 1) == 0)
        s->protocol = f->protocol;
    if (fill(d, s, f) > 0) {
        counts->fragments_overlapping++;
        if (f->key.v6 && !repeated)
            s->state = SLOT_REFUSED;
    }
    if (!f->more)
        s->total = end;
    if (end > s->highest)
        s->highest = end;
}

enum pl_defrag_result pl_defrag_add(struct pl_defrag *d, const struct pl_fragment *f,
                                    struct pl_capture_counts *counts, struct pl_cursor *whole,
                                    uint8_t *protocol)
{
    size_t len = pl_left(&f->bytes);
    struct pl_defrag_slot *s;

    if (len == 0 || f->offset + len > PACKET_MAX_BYTES || (f->more && len % UNIT_BYTES != 0))
        return PL_DEFRAG_MALFORMED;
    if (!reserve(d))
        return PL_DEFRAG_NO_MEMORY;
    s = slot_of(d, f, counts);
    if (!s)
        return PL_DEFRAG_NO_MEMORY;
    if (s->state == SLOT_REFUSED)
        return PL_DEFRAG_KEPT;
    if (!fits(s, f))
        return PL_DEFRAG_MALFORMED;
    put(d, s, f, counts);
    if (s->state == SLOT_REFUSED || s->total == 0 || s->have < s->total)
        return PL_DEFRAG_KEPT;
    s->state = SLOT_WHOLE;
    d->busy++;
    *whole = pl_cursor(bytes_of(d, s), s->total);
    *protocol = s->protocol;
    return PL_DEFRAG_WHOLE;
}

void pl_defrag_release_all(struct pl_defrag *d)
{
    for (int i = 0; i < SLOTS && d->busy; i++) {
        if (d->slots[i].state == SLOT_WHOLE) {
            d->slots[i].state = SLOT_FREE;
            d->busy--;
        }
    }
}

void pl_defrag_end(struct pl_defrag *d, struct pl_capture_counts *counts)
{
    pl_defrag_release(d);
    for (int i = 0; d->slots && i < SLOTS; i++)
        empty(&d->slots[i], counts);
}

void pl_defrag_free(struct pl_defrag *d)
{
    free(d->slots);
    free(d->bytes);
    d->slots = NULL;
    d->bytes = NULL;
    d->busy = 0;
}
