/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the lines go: a file that is appended to, or standard output.  Only whole lines are
 * written; what a full disk cut off is taken back.  A line that cannot be written is counted, told
 * in the log once a minute at most, and never an error of the daemon.
 */
#ifndef PLIMSOLLD_SINK_H
#define PLIMSOLLD_SINK_H

#include "common/base.h"

struct pl_sink {
    const char *path; /* "-" or "stdout": standard output; "none": nowhere */
    int fd;           /* -1: not open */
    unsigned quiet_s; /* for so long the log hears of no further trouble */
    uint64_t written, failed;
};

/* The path must outlive the sink.  A file that cannot be opened is tried again at each reopen and
 * by pl_sink_retry(), which the daemon calls once a second. */
void pl_sink_open(struct pl_sink *sink, const char *path);
void pl_sink_reopen(struct pl_sink *sink);
void pl_sink_retry(struct pl_sink *sink);
void pl_sink_close(struct pl_sink *sink);

/* line ends in a newline. */
void pl_sink_write(struct pl_sink *sink, const char *line, size_t len);

#endif
