/* SPDX-License-Identifier: BSD-2-Clause */
#include "prefix_tree.h"
#include "parse.h"

#include <stdlib.h>
#include <string.h>

enum { V4_MAPPED_BITS = 96, NEST_MAX = 130 }; /* no more than one prefix of each length is open */

struct interval {
    struct pl_addr begin;
    uint16_t value;
};

/* Sweeping over the prefixes in the order of their beginnings, those that are still open. */
struct sweep {
    struct interval *interval;
    size_t count;
    struct {
        struct pl_addr last;
        uint16_t value;
    } open[NEST_MAX];
    unsigned depth;
};

static bool before(struct pl_addr a, struct pl_addr b)
{
    return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

static bool same(struct pl_addr a, struct pl_addr b)
{
    return a.hi == b.hi && a.lo == b.lo;
}

static struct pl_addr last_of(struct pl_addr first, uint8_t bits)
{
    struct pl_addr ones = {~(uint64_t)0, ~(uint64_t)0}, cut = pl_addr_cut(ones, bits);

    first.hi |= ~cut.hi;
    first.lo |= ~cut.lo;
    return first;
}

/* By beginning; of those that begin together the shortest, which holds the others, first. */
static int compare(const void *a, const void *b)
{
    const struct pl_prefix *p = a, *q = b;

    if (!same(p->addr, q->addr))
        return before(p->addr, q->addr) ? -1 : 1;
    return (int)p->bits - (int)q->bits;
}

/* From here on this value: an interval that begins at the same place gives way, and one that
 * changes nothing is not needed. */
static void emit(struct sweep *s, struct pl_addr begin, uint16_t value)
{
    if (s->count && same(s->interval[s->count - 1].begin, begin))
        s->count--;
    if ((s->count ? s->interval[s->count - 1].value : 0) == value)
        return;
    s->interval[s->count++] = (struct interval){begin, value};
}

/* Close what ends before the address; all when there is none. */
static void close_before(struct sweep *s, const struct pl_addr *addr)
{
    while (s->depth && (!addr || before(s->open[s->depth - 1].last, *addr))) {
        struct pl_addr next = s->open[--s->depth].last;
        if (++next.lo == 0 && ++next.hi == 0)
            continue; /* nothing is behind the end of the space */
        emit(s, next, s->depth ? s->open[s->depth - 1].value : 0);
    }
}

static void sweep_prefixes(struct sweep *s, const struct pl_prefix *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct pl_prefix *p = &sorted[i];
        if (i && compare(p, p - 1) == 0)
            continue;
        close_before(s, &p->addr);
        emit(s, p->addr, p->value);
        s->open[s->depth].last = last_of(p->addr, p->bits);
        s->open[s->depth++].value = p->value;
    }
    close_before(s, NULL);
}

/* The intervals in the order of the tree: child, key, child, key, ..., child. */
static size_t fill(struct pl_prefix_tree *tree, const struct sweep *s, uint64_t n, size_t next)
{
    if (n >= tree->nodes)
        return next;
    for (uint32_t i = 0; i < PL_TREE_KEYS; i++) {
        bool used;
        next = fill(tree, s, n * PL_TREE_CHILDREN + 1 + i, next);
        used = next < s->count;
        tree->node[n].u64[2 * i] = used ? s->interval[next].begin.hi : ~(uint64_t)0;
        tree->node[n].u64[2 * i + 1] = used ? s->interval[next].begin.lo : ~(uint64_t)0;
        tree->value[n * PL_TREE_KEYS + i] = s->interval[used ? next : s->count - 1].value;
        next += used;
    }
    return fill(tree, s, n * PL_TREE_CHILDREN + 1 + PL_TREE_KEYS, next);
}

static bool build(struct pl_prefix_tree *tree, const struct sweep *s)
{
    if (s->count == 0)
        return true;
    tree->nodes = (uint32_t)((s->count + PL_TREE_KEYS - 1) / PL_TREE_KEYS);
    tree->node = calloc(tree->nodes, sizeof(*tree->node));
    tree->value = calloc(tree->nodes, PL_TREE_KEYS * sizeof(*tree->value));
    if (!tree->node || !tree->value)
        return false;
    fill(tree, s, 0, 0);
    return true;
}

bool pl_prefix_tree_build(struct pl_prefix_tree *tree, const struct pl_prefix *prefixes,
                          size_t count)
{
    struct sweep s = {.interval = calloc(2 * (count + 1) + 1, sizeof(*s.interval))};
    struct pl_prefix *sorted = calloc(count + 1, sizeof(*sorted));
    bool ok = s.interval && sorted;

    memset(tree, 0, sizeof(*tree));
    if (ok) {
        if (count)
            memcpy(sorted, prefixes, count * sizeof(*sorted));
        /* All of IPv4: in no list, unless a list says so itself. */
        sorted[count] = (struct pl_prefix){.addr = pl_addr_v4(0), .bits = V4_MAPPED_BITS};
        for (size_t i = 0; i < count; i++)
            if (compare(&prefixes[i], &sorted[count]) == 0)
                sorted[count].value = prefixes[i].value;
        qsort(sorted, count + 1, sizeof(*sorted), compare);
        sweep_prefixes(&s, sorted, count + 1);
        ok = build(tree, &s);
    }
    free(s.interval);
    free(sorted);
    if (!ok)
        pl_prefix_tree_free(tree);
    return ok;
}

void pl_prefix_tree_free(struct pl_prefix_tree *tree)
{
    free(tree->node);
    free(tree->value);
    memset(tree, 0, sizeof(*tree));
}
