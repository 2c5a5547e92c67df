/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listed names of a policy, each once, with the class and the place that lists it.  Built for
 * ten million names: 12 bytes each and the name's text.
 */
#ifndef PL_NAMES_LIST_H
#define PL_NAMES_LIST_H

#include "../decide/names.h"
#include "places.h"

struct pl_name {
    uint32_t text; /* offset of the length byte; the name follows it */
    uint32_t line;
    uint16_t class, file;
};

struct pl_names {
    struct pl_name *name;
    uint32_t count, room;
    uint8_t *text;
    size_t text_bytes, text_room;
    uint32_t *slot; /* hash set of number + 1; 0: free */
    uint32_t slots;
    uint64_t key[2];
    const char **file; /* names of the files; not owned */
    uint16_t file_count;
    uint32_t labels_most;
};

enum pl_name_form {
    PL_NAME_GOOD,
    PL_NAME_EMPTY,
    PL_NAME_LONG,    /* a label over 63 bytes or the name over 253 */
    PL_NAME_FOREIGN, /* bytes outside of ASCII: to be written in its xn-- form */
    PL_NAME_ODD      /* a character that names do not have, or an empty label */
};

/* Lower case, without "*." in front and without the final dot.  out holds PL_NAME_MAX bytes. */
enum pl_name_form pl_name_normal(const char *text, size_t len, uint8_t *out, uint8_t *out_len);

/* List one name.  The same name for the same class again is no error; for another class it is, and
 * the error says where it was listed first. */
bool pl_names_add(struct pl_names *n, const char *text, size_t len, uint16_t class,
                  const struct pl_place *place, struct pl_error *error) PL_MUST_USE;

/* A file of names: one a line; from # to the end of a line is a comment. */
bool pl_names_add_file(struct pl_names *n, const char *path, uint16_t class,
                       struct pl_error *error) PL_MUST_USE;

/* The listed name exactly equal to this normal one; NULL when there is none. */
const struct pl_name *pl_names_get(const struct pl_names *n, const uint8_t *name, uint32_t len);

struct pl_place pl_name_place(const struct pl_names *n, const struct pl_name *name);
void pl_names_free(struct pl_names *n);

#endif
