/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a login one of the published factory pairs (default_pair.def)?  A byte at a time:
 *
 *   struct pl_default_pair p = {0};
 *   pl_default_pair_begin(&p);          a user's name begins
 *   pl_default_pair_byte(&p, c);        each byte of it
 *   pl_default_pair_secret(&p);         its password begins; again after a refusal
 *   pl_default_pair_byte(&p, c);
 *   if (pl_default_pair_end(&p)) ...    the password is complete: yes or no
 *
 * or, for the decoded user-pass of HTTP's Basic (RFC 7617, 2), pl_default_pair_basic(&p, c) for
 * each byte after pl_default_pair_begin(&p), and pl_default_pair_end(&p).
 *
 * No byte of a login is kept: what is kept is which rows of the public table still agree, and how
 * many bytes did not.  The end forgets the password.  Users compare without case, as devices do,
 * passwords exactly.
 */
#ifndef PL_READ_DEFAULT_PAIR_H
#define PL_READ_DEFAULT_PAIR_H

#include "../../base.h"

enum { PL_DEFAULT_PAIRS_MAX = 128, PL_DEFAULT_PAIR_BYTES = 32 };

enum { PL_PAIR_SEPARATOR = '\n' }; /* between user and password in the table; typed by nobody */

enum pl_default_pair_count {
#define PL_DEFAULT_PAIR(user, password) +1
    PL_DEFAULT_PAIRS = 0
#include "default_pair.def"
#undef PL_DEFAULT_PAIR
};

_Static_assert((int)PL_DEFAULT_PAIRS <= (int)PL_DEFAULT_PAIRS_MAX, "the sets are 128 bits");

struct pl_default_pair_row {
    uint8_t text[PL_DEFAULT_PAIR_BYTES];
};

PL_TABLE struct pl_default_pair_row pl_default_pairs[PL_DEFAULT_PAIRS] = {
#define PL_DEFAULT_PAIR(user, password) {user "\n" password},
#include "default_pair.def"
#undef PL_DEFAULT_PAIR
};

/* The rows that agree with the first depth bytes, and how many bytes agreed with none. */
struct pl_default_walk {
    uint64_t rows[2];
    uint16_t depth, wrong;
};

struct pl_default_pair {
    struct pl_default_walk now, user; /* user: at the begin of the password */
    bool begun, secret;
};

PL_INLINE bool pl_default_walk_has(const struct pl_default_walk *w, uint32_t row)
{
    return w->rows[row >> 6 & 1] >> (row & 63) & 1;
}

/* The rows whose byte at the depth is c; none: one more wrong byte. */
PL_INLINE void pl_default_walk_byte(struct pl_default_walk *w, uint8_t c)
{
    uint64_t next[2] = {0, 0};

    for (uint32_t i = 0; i < PL_DEFAULT_PAIRS; i++)
        if (pl_default_walk_has(w, i) && c != 0 && w->depth < PL_DEFAULT_PAIR_BYTES &&
            pl_default_pairs[i].text[w->depth] == c)
            next[i >> 6] |= PL_BIT(i & 63);
    if (w->wrong || !(next[0] | next[1])) {
        w->wrong += w->wrong != UINT16_MAX;
        return;
    }
    w->rows[0] = next[0];
    w->rows[1] = next[1];
    w->depth++;
}

PL_INLINE void pl_default_pair_begin(struct pl_default_pair *p)
{
    *p = (struct pl_default_pair){.begun = true};
    for (uint32_t i = 0; i < PL_DEFAULT_PAIRS; i++)
        p->now.rows[i >> 6] |= PL_BIT(i & 63);
}

PL_INLINE void pl_default_pair_byte(struct pl_default_pair *p, uint8_t c)
{
    if (c == PL_PAIR_SEPARATOR)
        c = 0; /* agrees with nothing */
    pl_default_walk_byte(&p->now, p->secret ? c : pl_lower(c));
}

/* The user's name is complete and a password begins, the first one or another one. */
PL_INLINE void pl_default_pair_secret(struct pl_default_pair *p)
{
    if (!p->secret) {
        pl_default_walk_byte(&p->now, PL_PAIR_SEPARATOR);
        p->user = p->now;
    }
    p->now = p->user;
    p->secret = true;
}

/* A row that agrees; 0 when there is none, which cannot be. */
PL_INLINE uint32_t pl_default_walk_first(const struct pl_default_walk *w)
{
    uint32_t first = 0;

    for (uint32_t i = PL_DEFAULT_PAIRS; i-- > 0;)
        if (pl_default_walk_has(w, i))
            first = i;
    return first;
}

PL_INLINE bool pl_default_pair_alike(uint32_t a, uint32_t b, uint32_t depth)
{
    for (uint32_t i = 0; i < depth && i < PL_DEFAULT_PAIR_BYTES; i++)
        if (pl_default_pairs[a].text[i] != pl_default_pairs[b].text[i])
            return false;
    return true;
}

/* The last byte was taken back, as a terminal's user does. */
PL_INLINE void pl_default_pair_erase(struct pl_default_pair *p)
{
    struct pl_default_walk *w = &p->now;
    uint32_t first = pl_default_walk_first(w);

    if (w->wrong > p->user.wrong) {
        w->wrong -= w->wrong != UINT16_MAX;
        return;
    }
    if (w->wrong || w->depth <= p->user.depth)
        return;
    w->depth--;
    for (uint32_t i = 0; i < PL_DEFAULT_PAIRS; i++)
        if (pl_default_pair_alike(first, i, w->depth))
            w->rows[i >> 6] |= PL_BIT(i & 63);
}

/* One byte of "user:password"; the first colon parts them. */
PL_INLINE void pl_default_pair_basic(struct pl_default_pair *p, uint8_t c)
{
    if (c == ':' && !p->secret)
        pl_default_pair_secret(p);
    else
        pl_default_pair_byte(p, c);
}

/* The password is complete: is it a factory pair?  It is forgotten; the user's name is not. */
PL_INLINE bool pl_default_pair_end(struct pl_default_pair *p)
{
    bool found = false;

    for (uint32_t i = 0; i < PL_DEFAULT_PAIRS; i++)
        if (pl_default_walk_has(&p->now, i) && p->now.depth < PL_DEFAULT_PAIR_BYTES)
            found |= pl_default_pairs[i].text[p->now.depth] == 0;
    found &= p->secret && !p->now.wrong;
    p->now = p->user;
    return found;
}

#endif
