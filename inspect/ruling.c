/* SPDX-License-Identifier: BSD-2-Clause */
#include "ruling.h"

#include <stdlib.h>
#include <string.h>

static bool compile(struct ruling *r, const char *policy, struct pl_error *error)
{
    struct pl_compile_options options = {.serial = 1};

    if (!pl_policy_load(&r->policy, policy, error))
        return false;
    r->from_policy = true;
    if (!pl_policy_compile(&r->policy, &options, &r->compiled, error))
        return false;
    r->lines.line = r->compiled.line;
    r->lines.count = (uint32_t)(r->compiled.size / PL_LINE_BYTES);
    return true;
}

static bool map(struct ruling *r, const char *image, struct pl_error *error)
{
    return pl_image_map(image, &r->lines, error) &&
           pl_image_verify(r->lines.line, (size_t)r->lines.count * PL_LINE_BYTES, image, error);
}

bool ruling_open(struct ruling *r, const char *policy, const char *image, struct pl_error *error)
{
    memset(r, 0, sizeof(*r));
    if (!policy && !image)
        return true;
    if (policy ? !compile(r, policy, error) : !map(r, image, error)) {
        ruling_close(r);
        return false;
    }
    r->ready = pl_image_head(&r->lines, &r->head);
    if (r->ready)
        return true;
    ruling_close(r);
    return pl_fail(error, policy ? policy : image, 0, 0, "this is not a policy image");
}

void ruling_close(struct ruling *r)
{
    if (r->from_policy)
        pl_policy_free(&r->policy);
    if (r->compiled.line)
        free(r->compiled.line);
    else if (r->lines.line)
        pl_image_unmap(&r->lines);
    memset(r, 0, sizeof(*r));
}

/* The most specific name wins, then the longest network. */
static uint16_t class_of(const struct ruling *r, const struct ruling_parties *who)
{
    uint16_t class = 0;

    if (who->name && who->name_len)
        class = pl_name_find(&r->lines, &r->head, who->name, who->name_len);
    return class ? class : pl_class_find(&r->lines, &r->head, who->server);
}

static void flag_all(const struct pl_findings *f, struct pl_verdict *v)
{
    memset(v, 0, sizeof(*v));
    for (int i = 0; i < PL_FAMILY_COUNT; i++) {
        v->flag[i] = f->failed[i];
        if (v->flag[i])
            v->action = PL_FLAG;
    }
}

void ruling_judge(const struct ruling *r, const struct ruling_parties *who, struct pl_findings *f,
                  struct pl_verdict *v)
{
    struct pl_cell cell;
    uint16_t group, class;
    uint32_t slice;

    if (!r->ready) {
        flag_all(f, v);
        return;
    }
    group = pl_group_find(&r->lines, &r->head, who->client);
    class = class_of(r, who);
    slice = pl_slice_find(&r->lines, &r->head, who->time_s);
    pl_found_class(f, class);
    memset(v, 0, sizeof(*v));
    if (pl_cell_read(&r->lines, &r->head, pl_cell_find(&r->lines, &r->head, slice, group, class),
                     &cell))
        pl_decide(&cell, f, v);
}
