/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const level_names[] = {[PL_LOG_ERROR] = "error: ",
                                          [PL_LOG_WARNING] = "warning: ",
                                          [PL_LOG_NOTICE] = "",
                                          [PL_LOG_INFO] = ""};

/* A line is one write, so that lines of several processes do not mix; control characters that came
 * with a file name or a library's message cannot begin another line. */
void pl_log(enum pl_log_level level, const char *format, ...)
{
    char line[1400], priority[4] = "";
    va_list args;
    int head;

    if (getenv("JOURNAL_STREAM"))
        snprintf(priority, sizeof(priority), "<%d>", (int)level);
    head = snprintf(line, sizeof(line), "%splimsolld: %s", priority, level_names[level]);
    va_start(args, format);
    vsnprintf(line + head, sizeof(line) - (size_t)head, format, args);
    va_end(args);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    fprintf(stderr, "%s\n", line);
}

void pl_log_error(enum pl_log_level level, const char *what, const struct pl_error *error)
{
    char text[1024];

    pl_log(level, "%s: %s", what, pl_error_text(error, text, sizeof(text)));
}
