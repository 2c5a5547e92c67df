/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fast keyed hash for the tables of this folder: products of 64 by 64 bits, folded.  The key is
 * random for each run, so that nobody who writes a capture can prepare collisions.  Not for
 * anything that leaves the process.
 */
#ifndef PL_CAPTURE_MIX_H
#define PL_CAPTURE_MIX_H

#include "common/base.h"

PL_INLINE uint64_t pl_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Two addresses and a word. */
PL_INLINE uint64_t pl_mix_pair(uint64_t key, struct pl_addr a, struct pl_addr b, uint64_t word)
{
    const uint64_t odd = 0x9e3779b97f4a7c15ull;
    uint64_t h = pl_mix(a.hi ^ key ^ odd, a.lo ^ (key << 1 | 1));

    h = pl_mix(h ^ b.hi ^ key, b.lo ^ odd ^ key >> 7);
    return pl_mix(h ^ word ^ key, odd ^ key >> 13);
}

/* A key for them. */
uint64_t pl_mix_key(void);

PL_INLINE bool pl_addr_same(struct pl_addr a, struct pl_addr b)
{
    return ((a.hi ^ b.hi) | (a.lo ^ b.lo)) == 0;
}

#endif
