/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keyed hash of names: SipHash with one compression and three finalisation rounds and 128 bits
 * of output (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012), over the name read from
 * its last byte to its first.  A copy of the state finished before each dot is the hash of that
 * suffix, so one pass over "www.example.net" gives "net", "example.net" and the whole.
 *
 * The key is random per image: whoever does not know it cannot make two names collide.
 * Names are lower case, in presentation form, without the final dot.
 */
#ifndef PL_HASH_H
#define PL_HASH_H

#include "base.h"

struct pl_siphash {
    uint64_t v0, v1, v2, v3;
    uint64_t tail; /* the bytes of the unfinished word, lowest first */
    uint64_t len;  /* bytes absorbed */
};

struct pl_hash {
    uint64_t lo, hi;
};

PL_INLINE uint64_t pl_rotl64(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

PL_INLINE void pl_siphash_round(struct pl_siphash *s)
{
    s->v0 += s->v1;
    s->v1 = pl_rotl64(s->v1, 13) ^ s->v0;
    s->v0 = pl_rotl64(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = pl_rotl64(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = pl_rotl64(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = pl_rotl64(s->v1, 17) ^ s->v2;
    s->v2 = pl_rotl64(s->v2, 32);
}

PL_INLINE void pl_siphash_init(struct pl_siphash *s, uint64_t key0, uint64_t key1)
{
    s->v0 = key0 ^ 0x736f6d6570736575ULL;
    s->v1 = key1 ^ 0x646f72616e646f6dULL ^ 0xee; /* 0xee: the 128-bit variant */
    s->v2 = key0 ^ 0x6c7967656e657261ULL;
    s->v3 = key1 ^ 0x7465646279746573ULL;
    s->tail = 0;
    s->len = 0;
}

PL_INLINE void pl_siphash_byte(struct pl_siphash *s, uint8_t byte)
{
    s->tail |= (uint64_t)byte << (8 * (s->len & 7));
    s->len++;
    if ((s->len & 7) == 0) {
        s->v3 ^= s->tail;
        pl_siphash_round(s);
        s->v0 ^= s->tail;
        s->tail = 0;
    }
}

/* The hash of what was absorbed so far; the state itself stays as it is. */
PL_INLINE struct pl_hash pl_siphash_finish(const struct pl_siphash *state)
{
    struct pl_siphash s = *state;
    struct pl_hash h;
    uint64_t last = s.tail | s.len << 56;

    s.v3 ^= last;
    pl_siphash_round(&s);
    s.v0 ^= last;
    s.v2 ^= 0xee;
    pl_siphash_round(&s);
    pl_siphash_round(&s);
    pl_siphash_round(&s);
    h.lo = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
    s.v1 ^= 0xdd;
    pl_siphash_round(&s);
    pl_siphash_round(&s);
    pl_siphash_round(&s);
    h.hi = s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
    return h;
}

#endif
