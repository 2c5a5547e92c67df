/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest-prefix match.  Off-line, the prefixes are cut into intervals that do not overlap, each
 * with the value of its longest prefix; what is left is to find the last interval that begins at or
 * before the address.  The beginnings stand in an implicit B-tree: node n is one line with four
 * sorted keys of 128 bits, its children are nodes 5n+1 ... 5n+5, and a key's number is 4n+i.
 * Unused keys at the end are all ones and have the last interval's value, since the address of all
 * ones finds them.  Interval 4n+i has value 4n+i of the values section; an address before the first
 * interval has value 0.
 *
 * A look-up touches one line a level, and has no branch on a key.
 */
#ifndef PL_PREFIXES_H
#define PL_PREFIXES_H

#include "image.h"

enum {
    PL_TREE_KEYS = 4,
    PL_TREE_CHILDREN = PL_TREE_KEYS + 1,
    PL_TREE_DEPTH = 12 /* 5^12 / 5: room for more than 200 million prefixes */
};

/* 1 when the key is at or before the address. */
PL_INLINE uint32_t pl_tree_covers(const struct pl_line *node, uint32_t i, struct pl_addr a)
{
    uint64_t hi = node->u64[2 * i], lo = node->u64[2 * i + 1];

    return pl_less64(hi, a.hi) | (pl_same64(hi, a.hi) & (1 ^ pl_less64(a.lo, lo)));
}

/* The value of the longest prefix that holds the address; 0 when there is none. */
PL_INLINE uint16_t pl_prefix_find(const struct pl_lines *lines, struct pl_section tree,
                                  struct pl_section values, uint32_t nodes, struct pl_addr a)
{
    uint32_t n = 0, best = 0; /* best: number of the interval, plus 1 */

    for (int depth = 0; depth < PL_TREE_DEPTH && n < nodes; depth++) {
        const struct pl_line *node = pl_line_at(lines, tree.first + n);
        if (!node)
            return 0;
        uint32_t i = pl_tree_covers(node, 0, a) + pl_tree_covers(node, 1, a) +
                     pl_tree_covers(node, 2, a) + pl_tree_covers(node, 3, a);
        uint32_t any = 0 - ((i + 7) >> 3); /* all ones when i > 0 */
        best = (best & ~any) | ((n * PL_TREE_KEYS + i) & any);
        n = n * PL_TREE_CHILDREN + 1 + i;
    }
    return best ? pl_section_u16(lines, values, best - 1) : 0;
}

#endif
