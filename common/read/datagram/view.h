/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bounded reader over one datagram, by index, so that it is the same in user space and in BPF
 * (where a pl_chunk is a buffer whose index is masked).  As of cursor.h: a take succeeds whole or
 * changes nothing, a child is a view of exactly the declared length.
 *
 * A reader of protocol x over UDP is a header common/read/datagram/x.h with
 *
 *   struct pl_x { ... };           its facts, and what it has to remember; all zero is fresh
 *   enum pl_outcome pl_x_read(struct pl_x *x, enum pl_side side, struct pl_view v, uint16_t port);
 *       one datagram.  PL_MALFORMED: it is not x (before anything was recognised), or it is broken;
 *       then x is unchanged.  PL_MORE: it is x, and later datagrams may tell more.  PL_DONE: no
 *       later one can.  The port is a hint, only for what content alone cannot tell
 *
 * and one line in datagram.def.
 */
#ifndef PL_READ_VIEW_H
#define PL_READ_VIEW_H

#include "../outcome.h"
#include "../side.h"

struct pl_view {
    const pl_chunk *chunk;
    uint32_t at, end;
};

PL_INLINE struct pl_view pl_view(const pl_chunk *chunk, uint32_t len)
{
    struct pl_view v = {chunk, 0, len};

    return v;
}

PL_INLINE uint32_t pl_view_left(const struct pl_view *v)
{
    return v->end - v->at;
}

PL_INLINE bool pl_view_done(const struct pl_view *v)
{
    return v->at == v->end;
}

/* The byte i ahead, 0 behind the end. */
PL_INLINE uint8_t pl_view_peek(const struct pl_view *v, uint32_t i)
{
    return i < pl_view_left(v) ? pl_chunk_at(v->chunk, v->at + i) : 0;
}

PL_INLINE PL_MUST_USE bool pl_view_skip(struct pl_view *v, uint32_t n)
{
    if (pl_view_left(v) < n)
        return false;
    v->at += n;
    return true;
}

PL_INLINE PL_MUST_USE bool pl_view_u8(struct pl_view *v, uint8_t *to)
{
    if (pl_view_left(v) < 1)
        return false;
    *to = pl_view_peek(v, 0);
    v->at++;
    return true;
}

PL_INLINE PL_MUST_USE bool pl_view_be16(struct pl_view *v, uint16_t *to)
{
    if (pl_view_left(v) < 2)
        return false;
    *to = (uint16_t)(pl_view_peek(v, 0) << 8 | pl_view_peek(v, 1));
    v->at += 2;
    return true;
}

PL_INLINE PL_MUST_USE bool pl_view_be32(struct pl_view *v, uint32_t *to)
{
    uint16_t high, low;

    if (pl_view_left(v) < 4 || !pl_view_be16(v, &high) || !pl_view_be16(v, &low))
        return false;
    *to = (uint32_t)high << 16 | low;
    return true;
}

/* Cut the next n bytes off as a view of their own. */
PL_INLINE PL_MUST_USE bool pl_view_child(struct pl_view *v, uint32_t n, struct pl_view *child)
{
    if (pl_view_left(v) < n)
        return false;
    *child = *v;
    child->end = v->at + n;
    v->at += n;
    return true;
}

#endif
