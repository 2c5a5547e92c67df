/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway_private.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 360 };

/* The end of what was said: the reason stands in the last lines. */
static char said[2048];
static libbpf_print_fn_t before;

static void append(const char *text)
{
    size_t have = strlen(said), more = strlen(text);

    if (more >= sizeof(said)) {
        text += more - sizeof(said) + 1;
        more = sizeof(said) - 1;
    }
    if (have + more >= sizeof(said)) {
        size_t drop = have + more - sizeof(said) + 1;
        memmove(said, said + drop, have - drop + 1);
        have -= drop;
    }
    memcpy(said + have, text, more + 1);
}

static int on_print(enum libbpf_print_level level, const char *format, va_list args)
{
    static char line[1 << 16];

    if (level == LIBBPF_DEBUG)
        return 0;
    vsnprintf(line, sizeof(line), format, args);
    append(line);
    return 0;
}

void pl_gateway_log_begin(void)
{
    said[0] = 0;
    before = libbpf_set_print(on_print);
}

void pl_gateway_log_end(void)
{
    libbpf_set_print(before);
}

const char *pl_gateway_log_last(void)
{
    size_t len = strlen(said);

    while (len && said[len - 1] == '\n')
        said[--len] = 0;
    return len > SHOWN ? said + len - SHOWN : said;
}
