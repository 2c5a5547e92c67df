/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision as every point takes it, and then the search for the reasons. */
#include "explain.h"

#include "common/user/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load_policy(const char *path, struct explain_answer *a, struct pl_error *error)
{
    struct pl_compile_options options = {.serial = 1};

    if (!pl_policy_load(&a->policy, path, error))
        return false;
    a->has_policy = true;
    if (!pl_policy_compile(&a->policy, &options, &a->compiled, error))
        return false;
    a->lines.line = a->compiled.line;
    a->lines.count = (uint32_t)(a->compiled.size / PL_LINE_BYTES);
    return true;
}

static bool load_text(struct explain_answer *a, const char *file, struct pl_error *error)
{
    struct pl_section s;

    if (!pl_image_head(&a->lines, &a->head))
        return pl_fail(error, file, 0, 0, "this is not a policy image");
    s = a->head.section[PL_SECTION_TEXT];
    a->text = json_loadb((const char *)&a->lines.line[s.first], a->head.text_bytes, 0, NULL);
    return a->text ||
           pl_fail(error, file, 0, 0, "the names in this image cannot be read; compile it again");
}

static bool load(const struct explain_question *q, struct explain_answer *a, struct pl_error *error)
{
    if (!q->image)
        return load_policy(q->policy, a, error) && load_text(a, q->policy, error);
    return pl_image_map(q->image, &a->lines, error) &&
           pl_image_verify(a->lines.line, (size_t)a->lines.count * PL_LINE_BYTES, q->image,
                           error) &&
           load_text(a, q->image, error);
}

static bool holds(const struct pl_prefix *p, struct pl_addr addr)
{
    struct pl_addr cut = pl_addr_cut(addr, p->bits);

    if (pl_addr_is_v4(addr) && !pl_addr_is_v4(p->addr))
        return false; /* a network of IPv6 holds no address of IPv4 */
    return cut.hi == p->addr.hi && cut.lo == p->addr.lo;
}

static void by_prefix(const struct pl_prefix_list *list, struct pl_addr addr, struct explain_by *by)
{
    const struct pl_prefix *longest = NULL;
    char text[PL_ADDR_TEXT];

    for (size_t i = 0; i < list->count; i++)
        if (holds(&list->prefix[i], addr) && (!longest || list->prefix[i].bits > longest->bits))
            longest = &list->prefix[i];
    if (!longest)
        return;
    snprintf(by->text, sizeof(by->text), "%s", pl_prefix_text(longest->addr, longest->bits, text));
    by->place = longest->place;
}

/* The whole name first, then without its first label, and so on. */
static void by_name(const struct pl_names *names, const uint8_t *name, uint32_t len,
                    struct explain_by *by)
{
    while (len > 0) {
        const struct pl_name *found = pl_names_get(names, name, len);
        const uint8_t *dot;
        if (found) {
            memcpy(by->text, name, len);
            by->text[len] = 0;
            by->place = pl_name_place(names, found);
            return;
        }
        dot = memchr(name, '.', len);
        if (!dot)
            return;
        len -= (uint32_t)(dot + 1 - name);
        name = dot + 1;
    }
}

static void find_reasons(const struct explain_question *q, struct explain_answer *a)
{
    if (!a->has_policy)
        return;
    by_prefix(&a->policy.clients, q->client, &a->group_by);
    if (q->to_is_addr)
        by_prefix(&a->policy.networks, q->to_addr, &a->class_by);
    else
        by_name(&a->policy.names, q->name, q->name_len, &a->class_by);
}

bool explain_find(const struct explain_question *q, struct explain_answer *a,
                  struct pl_error *error)
{
    struct pl_findings findings = q->findings;
    struct pl_cell cell;
    uint32_t slice;

    memset(a, 0, sizeof(*a));
    if (!load(q, a, error)) {
        explain_free(a);
        return false;
    }
    a->group = pl_group_find(&a->lines, &a->head, q->client);
    a->class = q->to_is_addr ? pl_class_find(&a->lines, &a->head, q->to_addr)
                             : pl_name_find(&a->lines, &a->head, q->name, q->name_len);
    slice = pl_slice_find(&a->lines, &a->head, q->at_s);
    a->cell = pl_cell_find(&a->lines, &a->head, slice, a->group, a->class);
    if (!pl_cell_read(&a->lines, &a->head, (uint16_t)a->cell, &cell)) {
        explain_free(a);
        return pl_fail(error, q->image, 0, 0, "the image is damaged; compile it again");
    }
    pl_found_class(&findings, a->class);
    pl_decide(&cell, &findings, &a->verdict);
    find_reasons(q, a);
    return true;
}

void explain_free(struct explain_answer *a)
{
    json_decref(a->text);
    if (a->has_policy)
        pl_policy_free(&a->policy);
    if (a->compiled.line)
        free(a->compiled.line);
    else
        pl_image_unmap(&a->lines);
    memset(a, 0, sizeof(*a));
}

enum pl_action explain_action(const struct explain_answer *a, const struct pl_check_row *row)
{
    uint64_t bit = PL_BIT(row->id % PL_FAMILY_CHECKS);
    const struct pl_verdict *v = &a->verdict;

    return v->block[row->family] & bit   ? PL_BLOCK
           : v->trial[row->family] & bit ? PL_WOULD_BLOCK
           : v->flag[row->family] & bit  ? PL_FLAG
                                         : PL_ALLOW;
}

const json_t *explain_origin(const struct explain_answer *a, const struct pl_check_row *row)
{
    uint16_t n = pl_section_u16(&a->lines, a->head.section[PL_SECTION_ORIGINS],
                                a->cell * PL_CHECK_SLOTS + row->id);

    return n ? json_array_get(json_object_get(a->text, "origins"), n - 1u) : NULL;
}

static const char *name_in(const struct explain_answer *a, const char *list, uint16_t number)
{
    const char *name = json_string_value(json_array_get(json_object_get(a->text, list), number));

    return name ? name : "?";
}

const char *explain_group(const struct explain_answer *a)
{
    return name_in(a, "groups", a->group);
}

const char *explain_class(const struct explain_answer *a)
{
    return name_in(a, "classes", a->class);
}
