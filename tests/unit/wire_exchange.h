/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One dialogue of a binary protocol over TCP, fed in every way: whole, byte by byte, cut at each
 * position, one side after the other, and cut off at each byte.
 */
#ifndef WIRE_EXCHANGE_H
#define WIRE_EXCHANGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/wire.h"

enum { EXCHANGE_TURNS = 12 };

struct turn {
    enum pl_side side;
    const void *bytes;
    size_t len;
};

struct exchange {
    enum pl_wire_protocol protocol;
    uint16_t port;
    struct turn turn[EXCHANGE_TURNS]; /* bytes NULL: the end */
};

/* A string literal as bytes; it may hold NUL. */
#define C(text)                                                                                    \
    {                                                                                              \
        PL_CLIENT, text, sizeof text - 1                                                           \
    }
#define S(text)                                                                                    \
    {                                                                                              \
        PL_SERVER, text, sizeof text - 1                                                           \
    }

enum outcome { NOT_SEEN, PASSED, FAILED };

/* In memory of its own size, so that ASan sees a byte too many. */
static void exchange_feed(struct pl_wire *w, enum pl_side side, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    uint32_t off = 0, n;
    bool tls;

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    while ((n = pl_wire_step(w, side, copy, off, (uint32_t)len, &tls)) > 0)
        off += n;
    free(copy);
}

/* Each turn in two pieces, the first of cut bytes, up to limit bytes in all; cut 0: byte by byte.
 */
static struct pl_wire exchange_run(const struct exchange *e, size_t cut, size_t limit)
{
    struct pl_wire w = {0};

    pl_wire_begin(&w, e->protocol, e->port);
    for (const struct turn *t = e->turn; t < e->turn + EXCHANGE_TURNS && t->bytes; t++) {
        size_t len = t->len < limit ? t->len : limit, first = cut < len ? cut : len;
        const uint8_t *at = t->bytes;
        for (size_t i = 0; cut == 0 && i < len; i++)
            exchange_feed(&w, t->side, at + i, 1);
        if (cut != 0) {
            exchange_feed(&w, t->side, at, first);
            exchange_feed(&w, t->side, at + first, len - first);
        }
        limit -= len;
    }
    return w;
}

/* All that one side says, then all of the other. */
static struct pl_wire exchange_sides(const struct exchange *e, enum pl_side first)
{
    struct pl_wire w = {0};

    pl_wire_begin(&w, e->protocol, e->port);
    for (int pass = 0; pass < 2; pass++)
        for (const struct turn *t = e->turn; t < e->turn + EXCHANGE_TURNS && t->bytes; t++)
            if ((t->side == first) == (pass == 0))
                exchange_feed(&w, t->side, t->bytes, t->len);
    return w;
}

static struct pl_findings exchange_findings(const struct pl_wire *w)
{
    struct pl_findings f = {0};

    pl_check_wire(w, &f);
    return f;
}

static size_t exchange_bytes(const struct exchange *e)
{
    size_t sum = 0;

    for (const struct turn *t = e->turn; t < e->turn + EXCHANGE_TURNS && t->bytes; t++)
        sum += t->len;
    return sum;
}

/* The same state however it is cut; nothing failed in a part that does not fail in the whole, and
 * what was seen stays seen. */
static struct pl_wire exchange_every_way(const struct exchange *e)
{
    struct pl_wire whole = exchange_run(e, SIZE_MAX, SIZE_MAX), w;
    struct pl_findings all = exchange_findings(&whole), f;
    size_t bytes = exchange_bytes(e);

    for (size_t cut = 0; cut <= bytes; cut++) {
        w = exchange_run(e, cut, SIZE_MAX);
        assert_memory_equal(&w, &whole, sizeof w);
        w = exchange_run(e, SIZE_MAX, cut);
        f = exchange_findings(&w);
        for (int i = 0; i < PL_FAMILY_COUNT; i++) {
            assert_int_equal(f.failed[i] & ~all.failed[i], 0);
            assert_int_equal(f.seen[i] & ~all.seen[i], 0);
        }
    }
    return whole;
}

/* The findings are the same whichever side is read first. */
static void exchange_any_order(const struct exchange *e)
{
    struct pl_wire whole = exchange_run(e, SIZE_MAX, SIZE_MAX), w;
    struct pl_findings all = exchange_findings(&whole), f;

    for (int first = PL_CLIENT; first <= PL_SERVER; first++) {
        w = exchange_sides(e, (enum pl_side)first);
        f = exchange_findings(&w);
        assert_memory_equal(&f, &all, sizeof f);
        assert_int_equal(w.frames.end, whole.frames.end);
    }
}

static enum outcome exchange_outcome(const struct pl_wire *w, enum pl_family family, uint64_t mask)
{
    struct pl_findings f = exchange_findings(w);

    if (f.failed[family] & mask)
        return FAILED;
    return f.seen[family] & mask ? PASSED : NOT_SEEN;
}

/* What the first bytes of this side are taken for. */
static enum pl_wire_protocol exchange_guess(enum pl_side side, const void *bytes, size_t len)
{
    enum pl_match match;

    return pl_wire_guess(side, bytes, (uint32_t)(len < PL_PREFIX_MAX ? len : PL_PREFIX_MAX), 0,
                         &match);
}

#endif
