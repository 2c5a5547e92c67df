/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dialogues of binary protocols, read in every way in which they can arrive: whole, cut at each
 * byte, one side alone, one side before the other, and ended at each byte.
 *
 * A test includes this (through its vectors) after cmocka.h.
 */
#ifndef PL_TEST_WIRE_DIALOGUE_H
#define PL_TEST_WIRE_DIALOGUE_H

#include "common/check/wire.h"

enum outcome { NOT_SEEN, PASSED, FAILED };

/* How TLS is agreed on, as the protocol says it. */
enum { OFFERED = 1, REQUESTED = 2, DONE = 4 };

struct turn {
    enum pl_side side;
    const char *bytes;
    uint32_t len;
};

enum { TURNS_MAX = 16, ALL = -1, NO_CUT = -1 };

struct dialogue {
    const char *name;
    enum pl_wire_protocol protocol;
    uint16_t port;
    enum pl_check_id check;
    enum outcome outcome;
    uint64_t creds;
    int starttls;
    struct turn turns[TURNS_MAX];
};

#define CLIENT(text)                                                                               \
    {                                                                                              \
        PL_CLIENT, text, sizeof(text) - 1                                                          \
    }
#define SERVER(text)                                                                               \
    {                                                                                              \
        PL_SERVER, text, sizeof(text) - 1                                                          \
    }

/* Functions of their own, since all readers are inlined in each. */
#define OF_ITS_OWN static __attribute__((noinline, unused))

/* What was read: the reader's state, and a sum of the bytes that it left to TLS. */
struct reading {
    struct pl_wire wire;
    uint64_t tls[2];
};

OF_ITS_OWN void reading_begin(struct reading *r, const struct dialogue *d)
{
    memset(r, 0, sizeof *r);
    pl_wire_begin(&r->wire, d->protocol, d->port);
}

static inline void reading_tls(struct reading *r, enum pl_side side, uint8_t byte)
{
    r->tls[side] = (r->tls[side] ^ byte) * 0x100000001b3 + 1;
}

OF_ITS_OWN enum pl_wire_protocol guess(enum pl_side side, const void *bytes, uint32_t len,
                                       uint16_t port)
{
    enum pl_match match;

    return pl_wire_guess(side, bytes, len, port, &match);
}

/* Bytes in memory of their own size, so that ASan sees one too many.  What comes after the reader
 * has ended with PL_WIRE_TLS is TLS as well. */
OF_ITS_OWN void reading_feed(struct reading *r, enum pl_side side, const char *bytes, uint32_t len)
{
    uint8_t *copy = malloc(len + !len);
    uint32_t off = 0, n;
    bool tls;

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    while ((n = pl_wire_step(&r->wire, side, copy, off, len, &tls)) > 0) {
        for (uint32_t i = off; tls && i < off + n; i++)
            reading_tls(r, side, copy[i]);
        off += n;
    }
    assert_true(off == len || r->wire.frames.end != PL_WIRE_READING);
    for (; r->wire.frames.end == PL_WIRE_TLS && off < len; off++)
        reading_tls(r, side, copy[off]);
    free(copy);
}

/* The dialogue's first `end` bytes (ALL: all), of one side or of both (ALL), cut behind the byte
 * `cut` of all (NO_CUT: turns are fed whole) and into pieces of `piece` (0: no pieces). */
static inline void read_part(const struct dialogue *d, struct reading *r, int only, int end,
                             int cut, uint32_t piece)
{
    int at = 0;

    reading_begin(r, d);
    for (const struct turn *t = d->turns; t < d->turns + TURNS_MAX && t->len; t++) {
        uint32_t len = t->len, off = 0, n;

        if (end != ALL && (int)len > end - at)
            len = (uint32_t)(end > at ? end - at : 0);
        for (; off < len; off += n) {
            n = piece && piece < len - off ? piece : len - off;
            if (cut > at + (int)off && cut < at + (int)(off + n))
                n = (uint32_t)(cut - at) - off;
            if (only == ALL || only == (int)t->side)
                reading_feed(r, t->side, t->bytes + off, n);
        }
        at += (int)t->len;
    }
}

static inline int dialogue_bytes(const struct dialogue *d)
{
    int bytes = 0;

    for (const struct turn *t = d->turns; t < d->turns + TURNS_MAX && t->len; t++)
        bytes += (int)t->len;
    return bytes;
}

OF_ITS_OWN enum outcome outcome_of(const struct reading *r, enum pl_check_id check)
{
    struct pl_findings f = {0};
    uint64_t mask = PL_BIT(check % PL_FAMILY_CHECKS);

    pl_check_wire(&r->wire, &f);
    assert_int_equal(f.failed[check / PL_FAMILY_CHECKS] & ~f.seen[check / PL_FAMILY_CHECKS], 0);
    if (f.failed[check / PL_FAMILY_CHECKS] & mask)
        return FAILED;
    return f.seen[check / PL_FAMILY_CHECKS] & mask ? PASSED : NOT_SEEN;
}

/* The bytes of one side, at most max. */
static inline uint32_t side_bytes(const struct dialogue *d, enum pl_side side, uint8_t *to,
                                  uint32_t max)
{
    uint32_t have = 0, n;

    for (const struct turn *t = d->turns; t < d->turns + TURNS_MAX && t->len; t++) {
        if (t->side != side)
            continue;
        n = t->len < max - have ? t->len : max - have;
        memcpy(to + have, t->bytes, n);
        have += n;
    }
    return have;
}

/* --- what has to be so of every dialogue */

/* Cut anywhere, or into small pieces: the same. */
static inline void holds_when_cut(const struct dialogue *d)
{
    static const uint32_t pieces[] = {1, 2, 3, 5, 11};
    int bytes = dialogue_bytes(d);
    struct reading whole, cut;

    read_part(d, &whole, ALL, ALL, NO_CUT, 0);
    for (int at = 1; at < bytes; at++) {
        read_part(d, &cut, ALL, ALL, at, 0);
        if (memcmp(&whole, &cut, sizeof whole))
            fail_msg("%s: cut at %d reads otherwise", d->name, at);
    }
    for (size_t i = 0; i < PL_COUNT(pieces); i++) {
        read_part(d, &cut, ALL, ALL, NO_CUT, pieces[i]);
        if (memcmp(&whole, &cut, sizeof whole))
            fail_msg("%s: pieces of %u read otherwise", d->name, (unsigned)pieces[i]);
    }
}

/* Ended anywhere: nothing is found that the whole does not have. */
static inline void holds_when_ended(const struct dialogue *d)
{
    int bytes = dialogue_bytes(d);
    struct reading part;
    enum outcome now;

    for (int end = 0; end <= bytes; end++) {
        read_part(d, &part, ALL, end, NO_CUT, 0);
        now = outcome_of(&part, d->check);
        if (now != NOT_SEEN && now != d->outcome)
            fail_msg("%s: ended at %d it is %d", d->name, end, now);
    }
}

/* One side alone, and one before the other, also cut: nothing fails or passes that does not when
 * each speaks in its turn. */
static inline void holds_one_sided(const struct dialogue *d)
{
    struct reading one, both, pieces;
    struct dialogue sorted = *d;

    for (int first = PL_CLIENT; first <= PL_SERVER; first++) {
        size_t n = 0;

        read_part(d, &one, first, ALL, NO_CUT, 0);
        if (outcome_of(&one, d->check) != NOT_SEEN && outcome_of(&one, d->check) != d->outcome)
            fail_msg("%s: side %d alone is %d", d->name, first, outcome_of(&one, d->check));
        for (int turn = 0; turn < 2 * TURNS_MAX; turn++) {
            const struct turn *t = &d->turns[turn % TURNS_MAX];

            if (t->len && ((int)t->side == first) == (turn < TURNS_MAX))
                sorted.turns[n++] = *t;
        }
        read_part(&sorted, &both, ALL, ALL, NO_CUT, 0);
        read_part(&sorted, &pieces, ALL, ALL, NO_CUT, 1);
        assert_memory_equal(&both, &pieces, sizeof both);
        if (outcome_of(&both, d->check) != NOT_SEEN && outcome_of(&both, d->check) != d->outcome)
            fail_msg("%s: side %d first is %d", d->name, first, outcome_of(&both, d->check));
    }
}

/* Each protocol is recognised by its own bytes, whatever the port says, and by no other reader. */
static inline void holds_when_guessed(const struct dialogue *d)
{
    uint8_t bytes[PL_PREFIX_MAX];
    uint16_t ports[] = {0, d->port, 389, 3306, 3389, 5432, 6379, 22, 25, 80, 443};

    for (int side = PL_CLIENT; side <= PL_SERVER; side++) {
        uint32_t have = side_bytes(d, (enum pl_side)side, bytes, PL_PREFIX_MAX);

        for (size_t port = 0; port < PL_COUNT(ports); port++)
            for (uint32_t len = 1; len <= have; len++) {
                enum pl_wire_protocol p = guess((enum pl_side)side, bytes, len, ports[port]);

                if (p != PL_WIRE_NONE && p != d->protocol)
                    fail_msg("%s: side %d is taken for %d", d->name, side, p);
            }
        if (d->turns[0].side == (enum pl_side)side &&
            guess((enum pl_side)side, bytes, have, d->port) != d->protocol)
            fail_msg("%s: side %d is not recognised", d->name, side);
    }
}

#endif
