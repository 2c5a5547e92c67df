/* SPDX-License-Identifier: BSD-2-Clause */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

bool pl_kept_init(struct pl_kept *kept, uint64_t max_bytes)
{
    uint64_t pieces = max_bytes / sizeof(struct pl_block) / PL_KEPT_PIECE_BLOCKS;

    if (pieces < 1)
        pieces = 1;
    if (pieces > UINT32_MAX / PL_KEPT_PIECE_BLOCKS - 1)
        pieces = UINT32_MAX / PL_KEPT_PIECE_BLOCKS - 1;
    kept->pieces = calloc((size_t)pieces, sizeof(*kept->pieces));
    kept->max = (uint32_t)pieces * PL_KEPT_PIECE_BLOCKS;
    kept->used = 0;
    kept->free = 0;
    return kept->pieces != NULL;
}

void pl_kept_free(struct pl_kept *kept)
{
    for (uint32_t i = 0; kept->pieces && i < kept->max / PL_KEPT_PIECE_BLOCKS; i++)
        free(kept->pieces[i]);
    free(kept->pieces);
    kept->pieces = NULL;
}

uint64_t pl_kept_bytes(const struct pl_kept *kept)
{
    uint64_t pieces = (kept->used + PL_KEPT_PIECE_BLOCKS - 1) / PL_KEPT_PIECE_BLOCKS;

    return pieces * PL_KEPT_PIECE_BLOCKS * sizeof(struct pl_block);
}

/* The number of a block of nobody's, or 0. */
static uint32_t take_block(struct pl_kept *kept)
{
    uint32_t number = kept->free;
    struct pl_block **piece;

    if (number) {
        kept->free = pl_kept_at(kept, number)->next;
        return number;
    }
    if (kept->used == kept->max)
        return 0;
    piece = &kept->pieces[kept->used / PL_KEPT_PIECE_BLOCKS];
    if (!*piece)
        *piece = malloc(PL_KEPT_PIECE_BLOCKS * sizeof(**piece));
    return *piece ? ++kept->used : 0;
}

/* Whether one sequence number is before another (RFC 9293, 3.4). */
static bool before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

/* Bytes from..to of the arrival as blocks behind the one at *link; *link is the last one's then. */
static bool add_blocks(struct pl_kept *kept, struct pl_flow_end *end, uint32_t **link,
                       const struct pl_arrival *a, uint32_t from, uint32_t to)
{
    while (from < to) {
        uint32_t n = to - from < PL_FLOW_BLOCK_BYTES ? to - from : PL_FLOW_BLOCK_BYTES;
        uint32_t number = end->kept_blocks < PL_FLOW_BLOCKS_MAX ? take_block(kept) : 0;
        struct pl_block *b;

        if (!number)
            return false;
        b = pl_kept_at(kept, number);
        b->next = **link;
        b->seq = a->seq + from;
        b->len = n;
        b->missing = from + n == a->len ? a->missing : 0;
        b->time_ns = a->time_ns;
        b->frame = a->frame;
        memcpy(b->data, a->data + from, n);
        **link = number;
        *link = &b->next;
        end->kept_blocks++;
        from += n;
    }
    return true;
}

bool pl_kept_differs(const struct pl_block *b, const struct pl_arrival *a)
{
    uint32_t from = before(a->seq, b->seq) ? b->seq : a->seq;
    uint32_t b_end = b->seq + b->len, a_end = a->seq + a->len;
    uint32_t to = before(a_end, b_end) ? a_end : b_end;

    return before(from, to) &&
           memcmp(b->data + (from - b->seq), a->data + (from - a->seq), to - from) != 0;
}

bool pl_kept_add(struct pl_kept *kept, struct pl_flow_end *end, const struct pl_arrival *a,
                 bool *conflict)
{
    uint32_t *link = &end->kept, at = 0; /* at: how far the arrival is dealt with */

    while (*link && at < a->len) {
        struct pl_block *b = pl_kept_at(kept, *link);
        uint32_t upto = before(a->seq, b->seq) ? b->seq - a->seq : 0;

        upto = upto < a->len ? upto : a->len;
        if (at < upto && !add_blocks(kept, end, &link, a, at, upto))
            return false;
        *conflict |= pl_kept_differs(b, a);
        at = at > upto ? at : upto;
        if (at < a->len && before(a->seq + at, b->seq + b->len))
            at = b->seq + b->len - a->seq;
        link = &b->next;
    }
    return at >= a->len || add_blocks(kept, end, &link, a, at, a->len);
}

void pl_kept_drop(struct pl_kept *kept, struct pl_flow_end *end)
{
    struct pl_block *b = pl_kept_at(kept, end->kept);
    uint32_t number = end->kept;

    end->kept = b->next;
    end->kept_blocks--;
    b->next = kept->free;
    kept->free = number;
}

void pl_kept_drop_all(struct pl_kept *kept, struct pl_flow_end *end)
{
    while (end->kept)
        pl_kept_drop(kept, end);
}
