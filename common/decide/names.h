/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to classes.  A cuckoo table whose buckets are single lines of eight slots; a slot holds 48
 * bits of the name's hash and, above them, 16 bits of class; class 0 is an empty slot.  The two
 * buckets come from the other half of the hash, so a name that is not listed matches by chance
 * less than once in 10^13 suffixes.
 *
 * A listed name stands for itself and for all below it; the most specific listed name wins.
 */
#ifndef PL_NAMES_H
#define PL_NAMES_H

#include "../hash.h"
#include "image.h"

enum { PL_NAME_MAX = 253, PL_NAME_SLOTS = 8 };

#define PL_NAME_TAG_MASK ((PL_BIT(48)) - 1)

/* Where a name may stand, and what stands there. */
PL_INLINE uint64_t pl_name_tag(struct pl_hash h)
{
    return h.hi & PL_NAME_TAG_MASK;
}

PL_INLINE uint32_t pl_name_bucket(struct pl_hash h, unsigned which, uint32_t buckets)
{
    uint32_t half = (uint32_t)(which ? h.lo >> 32 : h.lo);

    return (uint32_t)(((uint64_t)half * buckets) >> 32);
}

PL_INLINE uint16_t pl_bucket_class(const struct pl_line *bucket, uint64_t tag)
{
    uint64_t hit = 0;

    for (int i = 0; i < PL_NAME_SLOTS; i++) {
        uint64_t slot = bucket->u64[i];
        hit |= (slot >> 48) & (0 - (uint64_t)pl_same64(slot & PL_NAME_TAG_MASK, tag));
    }
    return (uint16_t)hit;
}

/* The class of exactly this hash; 0 when it is not listed. */
PL_INLINE uint16_t pl_name_class(const struct pl_lines *lines, struct pl_section names,
                                 struct pl_hash h)
{
    uint64_t tag = pl_name_tag(h);
    const struct pl_line *a, *b;
    uint16_t class;

    if (names.lines == 0)
        return 0;
    a = pl_line_at(lines, names.first + pl_name_bucket(h, 0, names.lines));
    if (!a)
        return 0;
    class = pl_bucket_class(a, tag);
    if (class)
        return class;
    b = pl_line_at(lines, names.first + pl_name_bucket(h, 1, names.lines));
    return b ? pl_bucket_class(b, tag) : 0;
}

/* The walk: feed the name's bytes from the last to the first, then finish.  BPF drives it a few
 * bytes at a time; pl_name_find() is the whole for everybody else. */
struct pl_name_walk {
    struct pl_siphash sip;
    uint32_t labels;
    uint16_t class; /* of the longest suffix found so far */
};

PL_INLINE void pl_name_walk_init(struct pl_name_walk *w, const uint64_t key[2])
{
    pl_siphash_init(&w->sip, key[0], key[1]);
    w->labels = 0;
    w->class = 0;
}

/* Look up the suffix absorbed so far. */
PL_INLINE void pl_name_walk_try(struct pl_name_walk *w, const struct pl_lines *lines,
                                struct pl_section names)
{
    uint16_t class = pl_name_class(lines, names, pl_siphash_finish(&w->sip));

    w->labels++;
    if (class)
        w->class = class;
}

/* name: lower case, presentation form, no final dot, at most PL_NAME_MAX bytes. */
PL_INLINE uint16_t pl_name_find(const struct pl_lines *lines, const struct pl_image_head *head,
                                const uint8_t *name, uint32_t len)
{
    struct pl_section names = head->section[PL_SECTION_NAMES];
    struct pl_name_walk w;

    if (len == 0 || len > PL_NAME_MAX || names.lines == 0)
        return 0;
    pl_name_walk_init(&w, head->key);
    for (uint32_t i = len; i > 0 && w.labels < head->name_labels; i--) {
        if (name[i - 1] == '.')
            pl_name_walk_try(&w, lines, names);
        pl_siphash_byte(&w.sip, name[i - 1]);
    }
    if (w.labels < head->name_labels)
        pl_name_walk_try(&w, lines, names);
    return w.class;
}

#endif
