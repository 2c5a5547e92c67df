/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text of unknown length into memory of a pool: write once with no memory to learn the length, then
 * once more.  What does not fit is counted and not written.
 */
#ifndef PL_PROSE_H
#define PL_PROSE_H

#include <ngx_config.h>
#include <ngx_core.h>

#include <stdbool.h>

struct pl_prose {
    u_char *at, *end; /* NULL: only count */
    size_t length;    /* of all that was given, also of what did not fit */
};

/* As it is. */
void pl_prose_add(struct pl_prose *t, const void *bytes, size_t len);
void pl_prose_put(struct pl_prose *t, const char *string);

/* As text or attribute value of HTML, and as the inside of a JSON string.  Control characters and
 * bytes that are not ASCII come out as U+FFFD: what a client sent need not be UTF-8. */
void pl_prose_html(struct pl_prose *t, const void *bytes, size_t len);
void pl_prose_json(struct pl_prose *t, const void *bytes, size_t len);

#endif
