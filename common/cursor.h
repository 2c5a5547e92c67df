/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bounded reader over bytes that are all there.  Every take either succeeds whole or changes
 * nothing: on failure neither the cursor nor the output moves.  A child is a cursor of exactly the
 * declared length, so an inner reader cannot run past its element; ask pl_done() of it afterwards,
 * since bytes left over are malformed too.
 *
 * Not for input that arrives in pieces: the resumable readers of common/read/ step byte by byte.
 * The cursor does not own the bytes and never outlives them.
 */
#ifndef PL_CURSOR_H
#define PL_CURSOR_H

#include "base.h"

struct pl_cursor {
    const uint8_t *at, *end;
};

PL_INLINE struct pl_cursor pl_cursor(const void *bytes, size_t len)
{
    struct pl_cursor c = {bytes, (const uint8_t *)bytes + len};

    return c;
}

PL_INLINE size_t pl_left(const struct pl_cursor *c)
{
    return (size_t)(c->end - c->at);
}

PL_INLINE bool pl_done(const struct pl_cursor *c)
{
    return c->at == c->end;
}

/* The next n bytes, or NULL. */
PL_INLINE const uint8_t *pl_take(struct pl_cursor *c, size_t n)
{
    const uint8_t *p = c->at;

    if (pl_left(c) < n)
        return NULL;
    c->at += n;
    return p;
}

PL_INLINE PL_MUST_USE bool pl_take_u8(struct pl_cursor *c, uint8_t *v)
{
    const uint8_t *p = pl_take(c, 1);

    if (p)
        *v = p[0];
    return p != NULL;
}

PL_INLINE PL_MUST_USE bool pl_take_be16(struct pl_cursor *c, uint16_t *v)
{
    const uint8_t *p = pl_take(c, 2);

    if (p)
        *v = pl_be16(p);
    return p != NULL;
}

PL_INLINE PL_MUST_USE bool pl_take_be32(struct pl_cursor *c, uint32_t *v)
{
    const uint8_t *p = pl_take(c, 4);

    if (p)
        *v = pl_be32(p);
    return p != NULL;
}

/* Cut the next n bytes off as a cursor of their own. */
PL_INLINE PL_MUST_USE bool pl_child(struct pl_cursor *c, size_t n, struct pl_cursor *child)
{
    const uint8_t *p = pl_take(c, n);

    if (p)
        *child = pl_cursor(p, n);
    return p != NULL;
}

#endif
