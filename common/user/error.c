/* SPDX-License-Identifier: BSD-2-Clause */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

bool pl_fail(struct pl_error *error, const char *file, uint32_t line, uint32_t column,
             const char *format, ...)
{
    va_list args;

    if (!error)
        return false;
    snprintf(error->file, sizeof(error->file), "%s", file ? file : "");
    error->line = line;
    error->column = column;
    va_start(args, format);
    vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
    return false;
}

const char *pl_error_text(const struct pl_error *error, char *buf, size_t size)
{
    char place[32] = "";

    if (error->line && error->column)
        snprintf(place, sizeof(place), ":%u:%u", error->line, error->column);
    else if (error->line)
        snprintf(place, sizeof(place), ":%u", error->line);
    snprintf(buf, size, "%s%s%s%s", error->file, place, error->file[0] ? ": " : "", error->text);
    return buf;
}
