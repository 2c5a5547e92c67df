/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image asked: who, to what, which cell, which verdict.  The look-ups are those of
 * common/decide; here they only get the image's map and their memory.
 *
 * A function that is not static is verified once, alone, so that its paths do not multiply with
 * those of its callers.
 */
#ifndef PL_JUDGE_H
#define PL_JUDGE_H

#include "common/decide/decide.h"
#include "tables.h"

enum judged {
    JUDGED,
    JUDGED_NO_IMAGE, /* nothing was published yet */
    JUDGED_SWAPPED,  /* another image came between two steps: judge again */
    JUDGED_ERROR
};

static __always_inline const struct pl_lines *image(void)
{
    return FIRST(images);
}

/* The same image still?  Its key is random. */
static __always_inline bool image_is(const struct pl_lines *lines, const struct pl_image_head *head)
{
    const struct pl_line *line = pl_line_at(lines, 0);

    return line && ((const struct pl_image_head *)line)->key[0] == head->key[0];
}

static __always_inline uint32_t slice_now(const struct pl_lines *lines,
                                          const struct pl_image_head *head)
{
    struct pl_gate *gate;

    if (head->slices < 2)
        return 0;
    gate = FIRST(gates);
    if (!gate)
        return 0;
    return pl_slice_find(lines, head,
                         (bpf_ktime_get_boot_ns() + gate->clock_offset_ns) / 1000000000);
}

/* Copy the head of the image in force, and find the slice. */
__attribute__((noinline)) int judge_head(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();

    if (!w || !lines || !pl_image_head(lines, &w->head) || !w->head.lines)
        return JUDGED_NO_IMAGE;
    w->slice = slice_now(lines, &w->head);
    return JUDGED;
}

static __always_inline bool judge_strict(const struct pl_lines *lines, const struct work *w)
{
    uint32_t bit = w->slice * w->head.groups + w->group;
    const struct pl_line *line = pl_line_at(lines, PL_STRICT_LINE(&w->head, bit));

    return line && line->u64[bit / 64 & 7] >> (bit & 63) & 1;
}

/* The three look-ups by address; each its own function, else their paths multiply. */
__attribute__((noinline)) int judge_group(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();

    if (w && lines)
        w->group = pl_group_find(lines, &w->head, packet_client(&w->packet));
    return 0;
}

__attribute__((noinline)) int judge_class(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();

    if (w && lines)
        w->class = pl_class_find(lines, &w->head, packet_server(&w->packet));
    return 0;
}

__attribute__((noinline)) int judge_source(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();
    enum pl_source source;

    if (!w || !lines)
        return 0;
    source = pl_source_find(lines, &w->head, packet_client(&w->packet));
    if (source != PL_SOURCE_UNKNOWN)
        pl_found(&w->found, PL_FAMILY_NET, PL_MASK(src_spoofed_egress),
                 source == PL_SOURCE_FOREIGN);
    return 0;
}

__attribute__((noinline)) int judge_addresses(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();

    if (!w || !lines)
        return JUDGED_NO_IMAGE;
    judge_group();
    judge_class();
    judge_source();
    w->fresh.flags = judge_strict(lines, w) ? PL_FLOW_STRICT : 0;
    return image_is(lines, &w->head) ? JUDGED : JUDGED_SWAPPED;
}

/* The cell of w's group and class, and what it says to the findings. */
__attribute__((noinline)) int judge_cell(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();

    if (!w || !lines)
        return JUDGED_NO_IMAGE;
    w->cell_number = pl_cell_find(lines, &w->head, w->slice, w->group, w->class);
    if (!pl_cell_read(lines, &w->head, w->cell_number, &w->cell))
        return image_is(lines, &w->head) ? JUDGED_ERROR : JUDGED_SWAPPED;
    if (!image_is(lines, &w->head))
        return JUDGED_SWAPPED;
    pl_decide(&w->cell, &w->found, &w->verdict);
    return JUDGED;
}

static __always_inline void judge_clear(struct work *w)
{
    __builtin_memset(&w->found, 0, sizeof(w->found));
    __builtin_memset(&w->verdict, 0, sizeof(w->verdict));
    __builtin_memset(&w->cell, 0, sizeof(w->cell));
}

/* A new flow: everything that its addresses tell; listed: whether the destination counts. */
static __always_inline int judge_flow_once(struct work *w, bool listed)
{
    int judged;

    judge_clear(w);
    judged = judge_head();
    if (judged == JUDGED)
        judged = judge_addresses();
    if (judged != JUDGED)
        return judged;
    if (listed)
        pl_found_class(&w->found, w->class);
    return judge_cell();
}

__attribute__((noinline)) int judge_flow(uint32_t listed)
{
    struct work *w = work();
    int judged;

    if (!w)
        return JUDGED_ERROR;
    judged = judge_flow_once(w, listed);
    return judged == JUDGED_SWAPPED ? judge_flow_once(w, listed) : judged;
}

static __always_inline void judge_watch(struct work *w)
{
    if (!watched)
        return;
    w->judged.found = w->found;
    w->judged.verdict = w->verdict;
    w->judged.group = w->group;
    w->judged.class = w->class;
    w->judged.cell = w->cell_number;
    bpf_map_update_elem(&judgements, &w->packet.key, &w->judged, BPF_ANY);
}

static __always_inline bool judged_spoofed(const struct work *w)
{
    return w->found.failed[PL_FAMILY_NET] & PL_MASK(src_spoofed_egress);
}

#endif
