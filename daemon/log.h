/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's own words, a line each on stderr.  Under systemd (JOURNAL_STREAM is set) a line
 * begins with its priority, <3> to <6>, as sd-daemon(3) describes.  What happened to clients is not
 * logged here: that is an event.
 */
#ifndef PLIMSOLLD_LOG_H
#define PLIMSOLLD_LOG_H

#include "common/user/error.h"

enum pl_log_level { PL_LOG_ERROR = 3, PL_LOG_WARNING, PL_LOG_NOTICE, PL_LOG_INFO };

__attribute__((format(printf, 2, 3))) void pl_log(enum pl_log_level level, const char *format, ...);

/* The same for an error that a set-up step filled: "what: file:line:column: text". */
void pl_log_error(enum pl_log_level level, const char *what, const struct pl_error *error);

#endif
