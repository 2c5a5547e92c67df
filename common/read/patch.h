/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes that come out of order, put where they belong: fragments of DTLS messages, CRYPTO frames of
 * QUIC.  The buffer is the caller's; the patch says which parts of it are there.
 *
 *   struct pl_patch p = {0};
 *   pl_patch_put(&p, buffer, room, offset, chunk, at, len);     chunk[at .. at + len - 1]
 *   buffer[0 .. p.whole - 1] has come without a hole
 *
 * What came first stays: a byte is written once, so a later piece cannot change what was read.
 * Pieces may overlap and repeat.  Refused, with nothing changed: a piece that ends behind the room,
 * and one that would leave more than PL_PATCH_SPANS parts beyond the first hole.  One that begins
 * at the first hole or before is never refused for their number, so what is sent in order arrives.
 */
#ifndef PL_READ_PATCH_H
#define PL_READ_PATCH_H

#include "../base.h"

enum { PL_PATCH_SPANS = 32 };

struct pl_span {
    uint32_t from, to;
};

struct pl_patch {
    uint32_t whole;                      /* bytes from the beginning without a hole */
    uint32_t count;                      /* of spans */
    struct pl_span span[PL_PATCH_SPANS]; /* what lies beyond, in order, a hole before each */
};

/* Copy into the holes of new between the spans first to last - 1; at: where its bytes lie. */
PL_INLINE void pl_patch_fill(const struct pl_patch *p, uint8_t *to, struct pl_span new,
                             uint32_t first, uint32_t last, const pl_chunk *chunk, uint32_t at)
{
    uint32_t pos = new.from;

    for (uint32_t i = first; i <= last && i <= PL_PATCH_SPANS; i++) {
        uint32_t end = i < last ? p->span[i].from : new.to;

        for (; pos < end; pos++)
            to[pos] = pl_chunk_at(chunk, at + (pos - new.from));
        if (i < last && pos < p->span[i].to)
            pos = p->span[i].to;
    }
}

/* One span in place of the spans first to last - 1, which may be none. */
PL_INLINE void pl_patch_replace(struct pl_patch *p, uint32_t first, uint32_t last,
                                struct pl_span by)
{
    if (first == last) {
        for (uint32_t i = p->count; i > first; i--)
            p->span[i] = p->span[i - 1];
        p->count++;
    } else {
        for (uint32_t i = last; i < p->count; i++)
            p->span[first + 1 + i - last] = p->span[i];
        p->count -= last - first - 1;
    }
    p->span[first] = by;
}

/* What the first span says when no hole is left before it. */
PL_INLINE void pl_patch_settle(struct pl_patch *p)
{
    if (p->count == 0 || p->span[0].from > p->whole)
        return;
    p->whole = p->span[0].to;
    p->count--;
    for (uint32_t i = 0; i < p->count; i++)
        p->span[i] = p->span[i + 1];
}

/* False when the piece is refused. */
PL_INLINE bool pl_patch_put(struct pl_patch *p, uint8_t *to, uint32_t room, uint64_t offset,
                            const pl_chunk *chunk, uint32_t at, uint32_t len)
{
    struct pl_span new = {(uint32_t)offset, (uint32_t)offset + len}, all;
    uint32_t first = 0, last;

    if (offset > room || len > room - offset)
        return false;
    if (len == 0 || new.to <= p->whole)
        return true;
    if (new.from < p->whole) {
        at += p->whole - new.from;
        new.from = p->whole;
    }
    while (first < p->count && p->span[first].to < new.from)
        first++;
    for (last = first; last < p->count && p->span[last].from <= new.to;)
        last++;
    if (first == last && p->count == PL_PATCH_SPANS && new.from > p->whole)
        return false;
    pl_patch_fill(p, to, new, first, last, chunk, at);
    all = new;
    if (first < last) {
        all.from = p->span[first].from < new.from ? p->span[first].from : new.from;
        all.to = p->span[last - 1].to > new.to ? p->span[last - 1].to : new.to;
    } else if (new.from == p->whole) { /* nothing to merge with */
        p->whole = new.to;
        return true;
    }
    pl_patch_replace(p, first, last, all);
    pl_patch_settle(p);
    return true;
}

#endif
