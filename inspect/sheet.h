/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was found out about one flow, as names and values in the order in which they were added: one
 * piece of memory that grows, bounded, and ends up in a row.
 */
#ifndef PL_INSPECT_SHEET_H
#define PL_INSPECT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHEET_BYTES_MAX = 16384 };

struct sheet {
    char *bytes; /* name NUL value NUL name NUL value NUL ... */
    size_t used, room;
};

void sheet_free(struct sheet *s);

/* Add one entry.  What has no room (SHEET_BYTES_MAX, no memory) is left out. */
void sheet_add(struct sheet *s, const char *name, const char *value);
__attribute__((format(printf, 3, 4))) void sheet_addf(struct sheet *s, const char *name,
                                                      const char *format, ...);
/* Bytes of the wire: what is no UTF-8 becomes U+FFFD, NUL is written as 0xc0 0x80.  Controls stay:
 * whoever prints has to escape them. */
void sheet_add_bytes(struct sheet *s, const char *name, const void *bytes, size_t len);

/* Add to the list of this name, behind a ';'.  The same value twice is one value. */
void sheet_join(struct sheet *s, const char *name, const char *value);
__attribute__((format(printf, 3, 4))) void sheet_joinf(struct sheet *s, const char *name,
                                                       const char *format, ...);

/* The entry that follows, or NULL: for (at = 0; (at = sheet_next(s, at, &name, &value));) */
size_t sheet_next(const struct sheet *s, size_t at, const char **name, const char **value);
/* The value of a name, or NULL. */
const char *sheet_get(const struct sheet *s, const char *name);

#endif
