/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One thread's view of the policy: the mapped image, its head, and the generation it belongs to.
 * No locks: each thread or worker has its own.  Nothing of the image may be kept across a call of
 * pl_handle_refresh(); verdicts are values and may.
 *
 * A handle without an image allows everything and says so in `ready`.  A new image that does not
 * pass pl_image_check() is refused once per generation, counted in `refused` and described in
 * `error`; the old image stays.  Without a control page, once a second at most, a file that was
 * replaced counts as a new generation.
 */
#ifndef PL_HANDLE_H
#define PL_HANDLE_H

#include "../decide/decide.h"
#include "image_file.h"

struct pl_handle {
    struct pl_lines lines;
    struct pl_image_head head;
    const struct pl_control *control; /* NULL until the page is there */
    uint64_t generation;              /* the one tried last */
    uint64_t tried_s;                 /* when the control page was last looked for */
    uint64_t stamp;                   /* of the image file tried last; without a control page */
    uint32_t swaps, refused;
    bool ready;
    struct pl_error error; /* of the last refusal */
    char image_path[256], control_path[256];
};

/* Remember the paths and load what is there.  False only when a path is too long. */
bool pl_handle_open(struct pl_handle *h, const char *image_path, const char *control_path,
                    struct pl_error *error) PL_MUST_USE;
void pl_handle_close(struct pl_handle *h);

/* The slow half of pl_handle_refresh(): map the new image, or look for the control page. */
bool pl_handle_reload(struct pl_handle *h, uint64_t now_s);

/* To be called before each use; one comparison when nothing is new.  True when another image
 * decides from now on.  Without a control page, looks for it (and the image) once a second at most.
 */
PL_INLINE bool pl_handle_refresh(struct pl_handle *h, uint64_t now_s)
{
    if (h->control ? __atomic_load_n(&h->control->generation, __ATOMIC_ACQUIRE) == h->generation
                   : now_s == h->tried_s)
        return false;
    return pl_handle_reload(h, now_s);
}

/* What was decided, with all that an event needs. */
struct pl_judgement {
    struct pl_verdict verdict;
    uint16_t group, class, cell;
};

/* Findings to judgement under the handle's image; destination-listed is added here.  Allows, and
 * answers false, when the handle is not ready. */
PL_INLINE bool pl_judge(const struct pl_handle *h, uint64_t now_s, uint16_t group, uint16_t class,
                        struct pl_findings *f, struct pl_judgement *j)
{
    struct pl_cell cell;
    uint32_t slice;

    __builtin_memset(j, 0, sizeof(*j));
    j->group = group;
    j->class = class;
    if (!h->ready)
        return false;
    slice = pl_slice_find(&h->lines, &h->head, now_s);
    j->cell = pl_cell_find(&h->lines, &h->head, slice, group, class);
    if (!pl_cell_read(&h->lines, &h->head, j->cell, &cell))
        return false;
    pl_found_class(f, class);
    pl_decide(&cell, f, &j->verdict);
    return true;
}

#endif
