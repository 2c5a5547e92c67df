/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds what decide/prefixes.h looks up. */
#ifndef PL_PREFIX_TREE_H
#define PL_PREFIX_TREE_H

#include "policy.h"

struct pl_prefix_tree {
    struct pl_line *node; /* nodes of them */
    uint16_t *value;      /* PL_TREE_KEYS for each node */
    uint32_t nodes;       /* 0 when there are no prefixes */
};

/* Of equal prefixes any one counts: the policy has refused those with different values.  An IPv6
 * prefix that is shorter than ::ffff:0:0/96 holds no IPv4 address, though these stand inside of it:
 * "::/0" means all of IPv6.  False: not enough memory. */
bool pl_prefix_tree_build(struct pl_prefix_tree *tree, const struct pl_prefix *prefixes,
                          size_t count) PL_MUST_USE;
void pl_prefix_tree_free(struct pl_prefix_tree *tree);

#endif
