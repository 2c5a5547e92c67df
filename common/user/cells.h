/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of a policy worked out: for each time slice, group and class one cell.
 *
 * For each check: the group's profile says block or flag; then the rules in order, the last that
 * names the check decides; then the exemptions take checks out.  A block in mode observe is a
 * trial.  destination-listed is in no profile.
 */
#ifndef PL_CELLS_H
#define PL_CELLS_H

#include "policy.h"

/* A cell and, for each check, what decided: an origin number, 0: nothing. */
struct pl_cell_draft {
    struct pl_cell cell;
    uint16_t origin[PL_CHECK_SLOTS];
};

struct pl_cells {
    uint64_t *begin; /* of slices 1 and up */
    uint16_t *matrix;
    struct pl_cell_draft *draft;
    uint32_t slices, cells, room;
    uint32_t *slot; /* hash set of cell numbers + 1 */
};

bool pl_cells_build(struct pl_cells *cells, const struct pl_policy *policy,
                    struct pl_error *error) PL_MUST_USE;
void pl_cells_free(struct pl_cells *cells);

/* Origins count from 1: the profiles, the rules, the exemptions. */
uint16_t pl_origin_profile(int profile);
uint16_t pl_origin_rule(size_t i);
uint16_t pl_origin_exemption(const struct pl_policy *policy, size_t i);

#endif
