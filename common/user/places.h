/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where things stand in a YAML file.  libcyaml loads the values but keeps no lines; this keeps the
 * line and column of every key and value as a tree of the same shape, so that each error and each
 * verdict can name its place.
 *
 * Node 0 is "nowhere": every search in it finds nowhere, and its place has no line.
 */
#ifndef PL_PLACES_H
#define PL_PLACES_H

#include "error.h"

/* file: not owned.  Lines and columns count from 1; 0: not known. */
struct pl_place {
    const char *file;
    uint32_t line, column;
};

struct pl_places_node {
    char *key;             /* of a mapping's entry, else NULL */
    uint32_t line, column; /* of the value */
    uint32_t key_line, key_column;
    uint32_t child, next;
};

struct pl_places {
    char *file;
    struct pl_places_node *node; /* 1: the top */
    uint32_t count, room;
};

enum { PL_PLACES_TOP = 1 };

/* Refuses what is not at most one YAML document of plain keys, or nests deeper than any policy. */
bool pl_places_read(struct pl_places *p, const char *file, const void *bytes, size_t size,
                    struct pl_error *error) PL_MUST_USE;
void pl_places_free(struct pl_places *p);

/* The last entry with this key; entry number i of a list; nowhere when there is none. */
uint32_t pl_places_key(const struct pl_places *p, uint32_t node, const char *key);
uint32_t pl_places_item(const struct pl_places *p, uint32_t node, uint32_t i);

struct pl_place pl_places_value_at(const struct pl_places *p, uint32_t node);
struct pl_place pl_places_key_at(const struct pl_places *p, uint32_t node);

#endif
