/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the numbers of an image mean: names of groups and classes, which rule or exemption decided a
 * check, how much of an address is kept.  It maps the image itself, so it stays good when a newer
 * one is published.
 */
#ifndef PLIMSOLLD_WORDS_H
#define PLIMSOLLD_WORDS_H

#include "common/decide/image.h"
#include "common/user/error.h"

#include <jansson.h>

struct pl_words {
    struct pl_lines lines;
    struct pl_image_head head;
    json_t *root;            /* NULL: nothing is loaded */
    unsigned client_bits[2]; /* of IPv4 and IPv6 addresses, that are kept */
};

/* Map and check the image and read its text.  On failure the text is empty. */
bool pl_words_load(struct pl_words *text, const char *image_path,
                   struct pl_error *error) PL_MUST_USE;
void pl_words_free(struct pl_words *text);

/* NULL when the image does not say. */
const char *pl_words_group(const struct pl_words *text, unsigned number);
const char *pl_words_class(const struct pl_words *text, unsigned number);
const char *pl_words_profile(const struct pl_words *text, unsigned group);

/* What decided how a check of a cell is treated; members are NULL and 0 where nothing is said. */
struct pl_words_why {
    const char *kind; /* "profile", "rule" or "exemption" */
    const char *id;   /* of a profile or an exemption */
    const char *file, *reason;
    unsigned line;
};
struct pl_words_why pl_words_why(const struct pl_words *text, unsigned cell, unsigned check);

/* Call say() once for the id of each exemption. */
void pl_words_exemptions(const struct pl_words *text,
                         void (*say)(void *context, const char *id, uint64_t until_s),
                         void *context);

#endif
