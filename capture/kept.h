/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of bytes that came before an earlier one, in lists ordered by sequence number; no two
 * blocks of a list overlap.  A block is known by its number, from 1; 0 is none.  All flows share
 * one pool with a limit; it grows in pieces and does not shrink.
 */
#ifndef PL_CAPTURE_KEPT_H
#define PL_CAPTURE_KEPT_H

#include "flows.h"

struct pl_block {
    uint32_t next; /* in the list, or in that of free blocks */
    uint32_t seq, len;
    uint32_t missing; /* bytes behind it that were not captured */
    uint64_t time_ns, frame;
    uint8_t data[PL_FLOW_BLOCK_BYTES];
};

enum { PL_KEPT_PIECE_BLOCKS = 64 };

struct pl_kept {
    struct pl_block **pieces;
    uint32_t max, used; /* blocks: the limit, and how many were ever in use */
    uint32_t free;      /* the first free one of these */
};

/* The bytes of one packet, as far as TCP counts them. */
struct pl_arrival {
    uint32_t seq, len, missing;
    const uint8_t *data;
    uint64_t time_ns, frame;
};

PL_INLINE struct pl_block *pl_kept_at(const struct pl_kept *kept, uint32_t number)
{
    return &kept->pieces[(number - 1) / PL_KEPT_PIECE_BLOCKS][(number - 1) % PL_KEPT_PIECE_BLOCKS];
}

bool pl_kept_init(struct pl_kept *kept, uint64_t max_bytes) PL_MUST_USE;
void pl_kept_free(struct pl_kept *kept);
uint64_t pl_kept_bytes(const struct pl_kept *kept);

/* Keep those bytes that are not there yet.  False when there is no room; a part may be kept then.
 * *conflict is set when bytes that are there differ. */
bool pl_kept_add(struct pl_kept *kept, struct pl_flow_end *end, const struct pl_arrival *arrival,
                 bool *conflict) PL_MUST_USE;

/* Whether bytes of the arrival that the block has too are others. */
bool pl_kept_differs(const struct pl_block *block, const struct pl_arrival *arrival);

/* The first block out of the list; all of them. */
void pl_kept_drop(struct pl_kept *kept, struct pl_flow_end *end);
void pl_kept_drop_all(struct pl_kept *kept, struct pl_flow_end *end);

#endif
