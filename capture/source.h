/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a capture file, or of standard input ("-"), gzip'd (RFC 1952) or not, as a stream.
 * Whether it is gzip'd is seen from the bytes, never from the name.  It does not seek.
 */
#ifndef PL_CAPTURE_SOURCE_H
#define PL_CAPTURE_SOURCE_H

#include "common/user/error.h"

#include <stdio.h>
#include <zlib.h>

enum { PL_SOURCE_HEAD_BYTES = 4 };

struct pl_source {
    FILE *stream; /* reads all bytes, the head again too; whoever fcloses it sets it to NULL */
    uint8_t head[PL_SOURCE_HEAD_BYTES]; /* the first bytes, by which the format is known */
    uint32_t head_len;
    uint32_t head_read;
    gzFile gz;
    char *buffer;
    bool ended_early; /* the gzip'd bytes end before their end */
    char why[96];     /* why reading failed, when it did */
};

/* The source stays where it is until it is closed, since the stream points to it. */
bool pl_source_open(struct pl_source *source, const char *path, struct pl_error *error) PL_MUST_USE;
void pl_source_close(struct pl_source *source);

#endif
