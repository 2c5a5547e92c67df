/* SPDX-License-Identifier: BSD-2-Clause */
#include "cells.h"
#include "policy_file.h"

#include <stdlib.h>
#include <string.h>

enum { CELLS_MAX = 65536, SET_SLOTS = 4 * CELLS_MAX, MATRIX_MAX = 64 * 1024 * 1024 };

uint16_t pl_origin_profile(int profile)
{
    return (uint16_t)(profile + 1);
}

uint16_t pl_origin_rule(size_t i)
{
    return (uint16_t)(PL_PROFILE_COUNT + 1 + i);
}

uint16_t pl_origin_exemption(const struct pl_policy *policy, size_t i)
{
    return (uint16_t)(PL_PROFILE_COUNT + 1 + policy->rule_count + i);
}

static int compare_times(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void add_times(uint64_t *times, size_t *count, const struct pl_scope *scope)
{
    if (scope->from_s > 0)
        times[(*count)++] = scope->from_s;
    if (scope->until_s < PL_FOREVER)
        times[(*count)++] = scope->until_s;
}

/* Each second at which some rule or exemption begins or ends. */
static bool find_slices(struct pl_cells *cells, const struct pl_policy *p)
{
    size_t count = 0, different = 0;

    cells->begin = calloc(2 * (p->rule_count + p->exemption_count) + 1, sizeof(*cells->begin));
    if (!cells->begin)
        return false;
    for (size_t i = 0; i < p->rule_count; i++)
        add_times(cells->begin, &count, &p->rules[i]->scope);
    for (size_t i = 0; i < p->exemption_count; i++)
        add_times(cells->begin, &count, &p->exemptions[i]->scope);
    qsort(cells->begin, count, sizeof(*cells->begin), compare_times);
    for (size_t i = 0; i < count; i++)
        if (!different || cells->begin[different - 1] != cells->begin[i])
            cells->begin[different++] = cells->begin[i];
    cells->slices = (uint32_t)different + 1;
    return true;
}

static const struct pl_group *group_of(const struct pl_policy *p, uint32_t number)
{
    return number ? p->groups[number - 1] : NULL;
}

/* Say one thing of one check; a later word takes the place of an earlier one. */
static void say(struct pl_cell_draft *d, uint16_t id, enum pl_action action, uint16_t origin)
{
    unsigned family = id / PL_FAMILY_CHECKS;
    uint64_t bit = PL_BIT(id % PL_FAMILY_CHECKS);

    d->cell.flag[family] &= ~bit;
    d->cell.trial[family] &= ~bit;
    d->cell.block[family] &= ~bit;
    if (action == PL_FLAG)
        d->cell.flag[family] |= bit;
    if (action == PL_WOULD_BLOCK)
        d->cell.trial[family] |= bit;
    if (action == PL_BLOCK)
        d->cell.block[family] |= bit;
    d->origin[id] = origin;
}

static void say_all(struct pl_cell_draft *d, const uint64_t checks[PL_FAMILY_COUNT],
                    enum pl_action action, uint16_t origin)
{
    for (uint16_t family = 0; family < PL_FAMILY_COUNT; family++)
        for (uint64_t left = checks[family]; left; left &= left - 1)
            say(d, (uint16_t)(family * PL_FAMILY_CHECKS + __builtin_ctzll(left)), action, origin);
}

static void apply_profile(struct pl_cell_draft *d, int profile, enum pl_action block)
{
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        if (row->id == PL_ID_destination_listed)
            continue;
        say(d, row->id, row->blocked_by & PL_BIT(profile) ? block : PL_FLAG,
            pl_origin_profile(profile));
    }
}

static enum pl_action block_in(int mode)
{
    return mode == PL_MODE_ENFORCE ? PL_BLOCK : PL_WOULD_BLOCK;
}

static void apply_rule(struct pl_cell_draft *d, const struct pl_rule *rule, int mode,
                       uint16_t origin)
{
    enum pl_action action = rule->action == PL_RULE_ALLOW ? PL_ALLOW
                            : rule->action == PL_RULE_FLAG
                                ? PL_FLAG
                                : block_in(rule->mode ? rule->mode : mode);

    say_all(d, rule->scope.checks, action, origin);
    if (rule->answer)
        d->cell.attr = (d->cell.attr & ~(uint64_t)0xff) | (uint64_t)(rule->answer - 1);
}

static void draft_cell(struct pl_cell_draft *d, const struct pl_policy *p, uint32_t group,
                       uint32_t class, uint64_t now_s)
{
    const struct pl_group *g = group_of(p, group);
    int profile = g && g->stance.profile ? g->stance.profile : p->stance.profile;
    int mode = g && g->stance.mode ? g->stance.mode : p->stance.mode;
    int on_error = g && g->stance.on_error ? g->stance.on_error : p->stance.on_error;

    memset(d, 0, sizeof(*d));
    if (on_error == PL_ON_ERROR_CLOSED)
        d->cell.attr |= PL_ATTR_FAIL_CLOSED;
    apply_profile(d, profile - 1, block_in(mode));
    for (size_t i = 0; i < p->rule_count; i++)
        if (pl_scope_holds(&p->rules[i]->scope, group, class, now_s))
            apply_rule(d, p->rules[i], mode, pl_origin_rule(i));
    for (size_t i = 0; i < p->exemption_count; i++)
        if (pl_scope_holds(&p->exemptions[i]->scope, group, class, now_s))
            say_all(d, p->exemptions[i]->scope.checks, PL_ALLOW, pl_origin_exemption(p, i));
}

static uint32_t hash_draft(const struct pl_cell_draft *d)
{
    const uint64_t *word = (const uint64_t *)d;
    uint64_t h = 0;

    for (size_t i = 0; i < sizeof(*d) / sizeof(*word); i++)
        h = (h ^ word[i]) * 0x9e3779b97f4a7c15ULL ^ h >> 29;
    return (uint32_t)(h >> 32);
}

/* The number of an equal cell, or of a new one; CELLS_MAX when there are too many. */
static uint32_t number_cell(struct pl_cells *cells, const struct pl_cell_draft *d)
{
    uint32_t slot = hash_draft(d) & (SET_SLOTS - 1);

    for (; cells->slot[slot]; slot = (slot + 1) & (SET_SLOTS - 1))
        if (memcmp(&cells->draft[cells->slot[slot] - 1], d, sizeof(*d)) == 0)
            return cells->slot[slot] - 1;
    if (cells->cells == CELLS_MAX)
        return CELLS_MAX;
    if (cells->cells == cells->room) {
        uint32_t room = cells->room ? cells->room * 2 : 16;
        struct pl_cell_draft *draft = realloc(cells->draft, room * sizeof(*draft));
        if (!draft)
            return CELLS_MAX;
        cells->draft = draft;
        cells->room = room;
    }
    cells->draft[cells->cells] = *d;
    cells->slot[slot] = ++cells->cells;
    return cells->cells - 1;
}

/* What begins or ends at this second; answers how many. */
static size_t find_edges(const struct pl_policy *p, uint64_t at_s, const struct pl_scope **edge)
{
    size_t n = 0;

    for (size_t i = 0; i < p->rule_count + p->exemption_count; i++) {
        const struct pl_scope *s =
            i < p->rule_count ? &p->rules[i]->scope : &p->exemptions[i - p->rule_count]->scope;
        if (s->from_s == at_s || s->until_s == at_s)
            edge[n++] = s;
    }
    return n;
}

/* Whether one of these is about this group and class; else the last slice's cell is right. */
static bool changes(const struct pl_scope *const *edge, size_t count, uint32_t group,
                    uint32_t class)
{
    for (size_t i = 0; i < count; i++)
        if (pl_scope_holds(edge[i], group, class, edge[i]->from_s))
            return true;
    return false;
}

/* edge: room for a pointer to each rule and exemption. */
static bool fill_slice(struct pl_cells *cells, const struct pl_policy *p, uint32_t slice,
                       const struct pl_scope **edge)
{
    uint32_t groups = (uint32_t)p->group_count + 1, classes = (uint32_t)p->class_count + 1;
    uint64_t at_s = slice ? cells->begin[slice - 1] : 0;
    uint16_t *row = cells->matrix + (size_t)slice * groups * classes;
    size_t edges = find_edges(p, at_s, edge);
    struct pl_cell_draft draft;

    for (uint32_t g = 0; g < groups; g++) {
        for (uint32_t c = 0; c < classes; c++) {
            size_t i = (size_t)g * classes + c;
            uint32_t number;
            if (slice && !changes(edge, edges, g, c)) {
                row[i] = (row - (size_t)groups * classes)[i];
                continue;
            }
            draft_cell(&draft, p, g, c, at_s);
            number = number_cell(cells, &draft);
            if (number == CELLS_MAX)
                return false;
            row[i] = (uint16_t)number;
        }
    }
    return true;
}

static bool check_size(const struct pl_cells *cells, const struct pl_policy *p,
                       struct pl_error *error)
{
    const char *file = p->files[0].places.file;
    uint64_t all = (uint64_t)cells->slices * (p->group_count + 1) * (p->class_count + 1);

    if (cells->slices > PL_SLICES_MAX)
        return pl_fail(error, file, 0, 0,
                       "the policy changes at %u different times: at most %d; remove the rules and "
                       "exemptions that have ended",
                       cells->slices - 1, PL_SLICES_MAX - 1);
    return all <= MATRIX_MAX ||
           pl_fail(error, file, 0, 0,
                   "%u times of change, %zu groups and %zu classes are too many together: remove "
                   "rules and exemptions that have ended, or join groups",
                   cells->slices - 1, p->group_count, p->class_count);
}

bool pl_cells_build(struct pl_cells *cells, const struct pl_policy *p, struct pl_error *error)
{
    const char *file = p->files[0].places.file;
    const struct pl_scope **edge;
    bool ok;

    memset(cells, 0, sizeof(*cells));
    if (!find_slices(cells, p))
        return pl_fail(error, file, 0, 0, "not enough memory for this policy");
    if (!check_size(cells, p, error)) {
        pl_cells_free(cells);
        return false;
    }
    cells->matrix = calloc((size_t)cells->slices * (p->group_count + 1) * (p->class_count + 1),
                           sizeof(*cells->matrix));
    cells->slot = calloc(SET_SLOTS, sizeof(*cells->slot));
    edge = calloc(p->rule_count + p->exemption_count + 1, sizeof(*edge));
    ok = cells->matrix && cells->slot && edge;
    for (uint32_t i = 0; ok && i < cells->slices; i++)
        ok = fill_slice(cells, p, i, edge);
    free(edge);
    if (ok)
        return true;
    pl_cells_free(cells);
    return pl_fail(error, file, 0, 0,
                   "the rules make more than %d different combinations: join groups or classes",
                   CELLS_MAX);
}

void pl_cells_free(struct pl_cells *cells)
{
    free(cells->begin);
    free(cells->matrix);
    free(cells->draft);
    free(cells->slot);
    memset(cells, 0, sizeof(*cells));
}
