/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole capture: file.h, walk.h and flows.h, one behind the other.
 *
 *   pl_capture_init(&capture, &options, &consumer, note, &error);
 *   result = pl_capture_file(&capture, path, &error);         for each file
 *   ... capture.counts ...
 *   pl_capture_free(&capture);
 *
 * Each file stands for itself: at its end all its flows are closed.  The counts go on.
 */
#ifndef PL_CAPTURE_H
#define PL_CAPTURE_H

#include "defrag.h"
#include "file.h"
#include "flows.h"
#include "walk.h"

enum { PL_CAPTURE_TELL_PACKETS = 4096 };

struct pl_capture {
    struct pl_capture_counts counts;
    /* Called each PL_CAPTURE_TELL_PACKETS packets of a file with the consumer's user and the bytes
     * read of the file (not of what is gzip'd); may be set after pl_capture_init(). */
    void (*progress)(void *user, uint64_t bytes);
    struct pl_defrag defrag;
    struct pl_walk walk;
    struct pl_flows *flows;
};

/* note is called with consumer->user; it may be NULL.  The capture has to stay where it is. */
bool pl_capture_init(struct pl_capture *capture, const struct pl_flows_options *options,
                     const struct pl_consumer *consumer,
                     void (*note)(void *user, enum pl_note note, const struct pl_packet *packet),
                     struct pl_error *error) PL_MUST_USE;
void pl_capture_free(struct pl_capture *capture);

/* PL_FILE_END; or PL_FILE_TRUNCATED or PL_FILE_ERROR, and the error says why.  What stands before
 * the fault was read. */
enum pl_file_result pl_capture_file(struct pl_capture *capture, const char *path,
                                    struct pl_error *error);

/* One packet, and the end of a file, for who has packets from elsewhere. */
void pl_capture_record(struct pl_capture *capture, const struct pl_record *record);
void pl_capture_end(struct pl_capture *capture);

#endif
