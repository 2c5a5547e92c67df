/* SPDX-License-Identifier: BSD-2-Clause */
#include "compile.h"
#include "cells.h"
#include "image_digest.h"
#include "image_text.h"
#include "name_table.h"
#include "policy_file.h"
#include "prefix_tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* All parts of an image before they are laid out one behind the other. */
struct parts {
    struct pl_prefix_tree clients, networks, own;
    struct pl_name_table names;
    struct pl_cells cells;
    char *text;
    struct pl_cell *cell; /* the two halves of the drafts, each of its own */
    uint16_t *origin;
};

struct blob {
    const void *bytes;
    uint64_t size;
};

static bool no_memory(const struct pl_policy *policy, struct pl_error *error)
{
    return pl_fail(error, policy->files[0].places.file, 0, 0,
                   "not enough memory to compile this policy");
}

/* Cells and origins are kept apart in the image, so that a decision touches only what it needs. */
static bool split_drafts(struct parts *p)
{
    uint32_t count = p->cells.cells;

    p->cell = calloc(count, sizeof(*p->cell));
    p->origin = calloc(count, PL_CHECK_SLOTS * sizeof(*p->origin));
    for (uint32_t i = 0; p->cell && p->origin && i < count; i++) {
        p->cell[i] = p->cells.draft[i].cell;
        memcpy(p->origin + (size_t)i * PL_CHECK_SLOTS, p->cells.draft[i].origin,
               sizeof(p->cells.draft[i].origin));
    }
    return p->cell && p->origin;
}

static bool build_parts(struct parts *p, const struct pl_policy *policy, const uint64_t key[2],
                        struct pl_error *error)
{
    if (!pl_cells_build(&p->cells, policy, error))
        return false;
    p->text = pl_image_text(policy);
    return (p->text && split_drafts(p) &&
            pl_prefix_tree_build(&p->clients, policy->clients.prefix, policy->clients.count) &&
            pl_prefix_tree_build(&p->networks, policy->networks.prefix, policy->networks.count) &&
            pl_prefix_tree_build(&p->own, policy->own.prefix, policy->own.count) &&
            pl_name_table_build(&p->names, &policy->names, key)) ||
           no_memory(policy, error);
}

static void free_parts(struct parts *p)
{
    pl_prefix_tree_free(&p->clients);
    pl_prefix_tree_free(&p->networks);
    pl_prefix_tree_free(&p->own);
    pl_name_table_free(&p->names);
    pl_cells_free(&p->cells);
    free(p->text);
    free(p->cell);
    free(p->origin);
}

static void list_blobs(const struct parts *p, const struct pl_policy *policy,
                       const struct pl_image_head *head, struct blob blob[PL_SECTION_COUNT])
{
    const struct pl_prefix_tree *tree[3] = {&p->clients, &p->networks, &p->own};
    uint64_t matrix = (uint64_t)head->slices * head->groups * head->classes;

    for (int i = 0; i < 3; i++) { /* a tree and its values, three times */
        blob[2 * i] = (struct blob){tree[i]->node, (uint64_t)tree[i]->nodes * PL_LINE_BYTES};
        blob[2 * i + 1] = (struct blob){tree[i]->value, (uint64_t)tree[i]->nodes * PL_TREE_KEYS *
                                                            sizeof(*tree[i]->value)};
    }
    blob[PL_SECTION_NAMES] =
        (struct blob){p->names.bucket, (uint64_t)p->names.buckets * PL_LINE_BYTES};
    blob[PL_SECTION_SLICES] = (struct blob){p->cells.begin, (head->slices - 1) * sizeof(uint64_t)};
    blob[PL_SECTION_MATRIX] = (struct blob){p->cells.matrix, matrix * sizeof(uint16_t)};
    blob[PL_SECTION_CELLS] = (struct blob){p->cell, head->cells * sizeof(*p->cell)};
    blob[PL_SECTION_ORIGINS] =
        (struct blob){p->origin, (uint64_t)head->cells * PL_CHECK_SLOTS * sizeof(*p->origin)};
    blob[PL_SECTION_TEXT] = (struct blob){p->text, head->text_bytes};
    blob[PL_SECTION_PORTAL] = (struct blob){&policy->portal, sizeof(policy->portal)};
}

static struct pl_image_head make_head(const struct parts *p, const struct pl_policy *policy,
                                      const struct pl_compile_options *options)
{
    struct pl_image_head head = {
        .magic = PL_IMAGE_MAGIC,
        .format = PL_IMAGE_FORMAT,
        .serial = options->serial,
        .created_s = options->created_s ? options->created_s : (uint64_t)time(NULL),
        .key = {p->names.key[0], p->names.key[1]},
        .groups = (uint32_t)policy->group_count + 1,
        .classes = (uint32_t)policy->class_count + 1,
        .cells = p->cells.cells,
        .slices = p->cells.slices,
        .group_nodes = p->clients.nodes,
        .class_nodes = p->networks.nodes,
        .own_nodes = p->own.nodes,
        .name_labels = policy->names.labels_most,
        .text_bytes = (uint32_t)strlen(p->text),
        .names = policy->names.count,
        .prefixes = policy->networks.count,
    };

    return head;
}

/* Where each part goes; false when all of it is more than 2^32 lines. */
static bool lay_out(struct pl_image_head *head, const struct blob blob[PL_SECTION_COUNT])
{
    uint64_t at = PL_IMAGE_HEAD_LINES;

    for (int i = 0; i < PL_SECTION_COUNT; i++) {
        uint64_t lines = (blob[i].size + PL_LINE_BYTES - 1) / PL_LINE_BYTES;
        if (at + lines > UINT32_MAX)
            return false;
        head->section[i].first = (uint32_t)at;
        head->section[i].lines = (uint32_t)lines;
        at += lines;
    }
    head->lines = (uint32_t)at;
    return true;
}

static bool assemble(struct pl_image *image, struct pl_image_head *head,
                     const struct blob blob[PL_SECTION_COUNT])
{
    image->size = (size_t)head->lines * PL_LINE_BYTES;
    image->line = aligned_alloc(PL_LINE_BYTES, image->size);
    if (!image->line)
        return false;
    memset(image->line, 0, image->size);
    for (int i = 0; i < PL_SECTION_COUNT; i++)
        if (blob[i].size)
            memcpy(&image->line[head->section[i].first], blob[i].bytes, blob[i].size);
    memcpy(image->line, head, sizeof(*head));
    if (!pl_image_digest(image->line, image->size, head->sha256)) {
        free(image->line);
        image->line = NULL;
        return false;
    }
    memcpy(image->line, head, sizeof(*head));
    return true;
}

bool pl_policy_compile(const struct pl_policy *policy, const struct pl_compile_options *options,
                       struct pl_image *image, struct pl_error *error)
{
    struct blob blob[PL_SECTION_COUNT];
    struct pl_image_head head;
    struct parts parts = {0};
    uint64_t key[2] = {options->key[0], options->key[1]};
    bool ok;

    if (!options->key_given && getrandom(key, sizeof(key), 0) != sizeof(key))
        return pl_fail(error, NULL, 0, 0, "this machine gives no random numbers");
    ok = build_parts(&parts, policy, key, error);
    if (ok) {
        head = make_head(&parts, policy, options);
        list_blobs(&parts, policy, &head, blob);
        ok = (lay_out(&head, blob) && assemble(image, &head, blob)) || no_memory(policy, error);
    }
    free_parts(&parts);
    return ok;
}
