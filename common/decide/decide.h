/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings and policy to a verdict.  The same function at every point:
 *
 *   group = pl_group_find(client address)
 *   class = pl_name_find(name), or pl_class_find(destination address)
 *   cell  = pl_cell_find(now, group, class)
 *   pl_decide(cell, findings) -> verdict
 *
 * A destination in a class has failed destination-listed; whether that means anything is the cell's
 * business, as with every other check.
 */
#ifndef PL_DECIDE_H
#define PL_DECIDE_H

#include "names.h"
#include "prefixes.h"
#include "../read/net.h"

enum { PL_SLICES_MAX = 1024 };

/* Ordered: the verdict is the highest that any check asks for. */
enum pl_action { PL_ALLOW, PL_FLAG, PL_WOULD_BLOCK, PL_BLOCK };

struct pl_verdict {
    uint64_t flag[PL_FAMILY_COUNT];  /* the failed checks that are only to be told */
    uint64_t trial[PL_FAMILY_COUNT]; /* those that would block when the mode were enforce */
    uint64_t block[PL_FAMILY_COUNT]; /* those that block */
    enum pl_action action;
    enum pl_answer answer;
};

PL_INLINE uint16_t pl_group_find(const struct pl_lines *lines, const struct pl_image_head *head,
                                 struct pl_addr client)
{
    return pl_prefix_find(lines, head->section[PL_SECTION_GROUP_TREE],
                          head->section[PL_SECTION_GROUP_VALUES], head->group_nodes, client);
}

PL_INLINE uint16_t pl_class_find(const struct pl_lines *lines, const struct pl_image_head *head,
                                 struct pl_addr destination)
{
    return pl_prefix_find(lines, head->section[PL_SECTION_CLASS_TREE],
                          head->section[PL_SECTION_CLASS_VALUES], head->class_nodes, destination);
}

/* Whether a source address may leave this network; unknown when the policy does not say. */
PL_INLINE enum pl_source pl_source_find(const struct pl_lines *lines,
                                        const struct pl_image_head *head, struct pl_addr source)
{
    if (head->own_nodes == 0)
        return PL_SOURCE_UNKNOWN;
    return pl_prefix_find(lines, head->section[PL_SECTION_OWN_TREE],
                          head->section[PL_SECTION_OWN_VALUES], head->own_nodes, source)
               ? PL_SOURCE_OWN
               : PL_SOURCE_FOREIGN;
}

/* The time slice of this second: how many slices have begun.  A binary search, since exemptions
 * may be many. */
PL_INLINE uint32_t pl_slice_find(const struct pl_lines *lines, const struct pl_image_head *head,
                                 uint64_t now_s)
{
    struct pl_section s = head->section[PL_SECTION_SLICES];
    uint32_t low = 0, high = head->slices ? head->slices - 1 : 0;

    for (int i = 0; i < 11 && low < high; i++) { /* 2^10 = PL_SLICES_MAX */
        uint32_t middle = (low + high) / 2;
        const struct pl_line *line = pl_line_at(lines, s.first + middle / 8);
        if (line && line->u64[middle & 7] <= now_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The number of the cell; cell 0 when the image says nothing else. */
PL_INLINE uint16_t pl_cell_find(const struct pl_lines *lines, const struct pl_image_head *head,
                                uint32_t slice, uint16_t group, uint16_t class)
{
    uint32_t i = (slice * head->groups + group) * head->classes + class;

    return pl_section_u16(lines, head->section[PL_SECTION_MATRIX], i);
}

/* Copy the cell out of the image; false (and no change) when the image holds no such cell. */
PL_INLINE PL_MUST_USE bool pl_cell_read(const struct pl_lines *lines,
                                        const struct pl_image_head *head, uint16_t number,
                                        struct pl_cell *cell)
{
    uint32_t first = head->section[PL_SECTION_CELLS].first + (uint32_t)number * PL_CELL_LINES;
    const struct pl_line *a = pl_line_at(lines, first);
    const struct pl_line *b = pl_line_at(lines, first + 1);
    const struct pl_line *c = pl_line_at(lines, first + 2);
    struct pl_line *to = (struct pl_line *)cell;

    if (number >= head->cells || !a || !b || !c)
        return false;
    to[0] = *a;
    to[1] = *b;
    to[2] = *c;
    return true;
}

/* destination-listed is the one check whose fact is the class itself. */
PL_INLINE void pl_found_class(struct pl_findings *f, uint16_t class)
{
    pl_found(f, PL_FAMILY_NET, PL_MASK(destination_listed), class != 0);
}

PL_INLINE void pl_decide(const struct pl_cell *cell, const struct pl_findings *f,
                         struct pl_verdict *v)
{
    uint64_t flag = 0, trial = 0, block = 0;

    for (int i = 0; i < PL_FAMILY_COUNT; i++) {
        v->flag[i] = cell->flag[i] & f->failed[i];
        v->trial[i] = cell->trial[i] & f->failed[i];
        v->block[i] = cell->block[i] & f->failed[i];
        flag |= v->flag[i];
        trial |= v->trial[i];
        block |= v->block[i];
    }
    v->action = block ? PL_BLOCK : trial ? PL_WOULD_BLOCK : flag ? PL_FLAG : PL_ALLOW;
    v->answer = PL_ATTR_ANSWER(cell->attr);
}

#endif
