/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For test_text_captures.py: connections on stdin, one line of findings each on stdout.
 * A connection is the server's port (2 bytes), then segments: their length (4 bytes) and bytes, and
 * a length of 0 at the end; numbers in network order.  Nothing of the bytes is printed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/check/stream.h"
#include "common/user/catalogue_text.h"

static const char *const protocols[] = {"unknown", "tls", "http",   "smtp", "imap",
                                        "pop3",    "ftp", "telnet", "other"};

static bool number(uint8_t *bytes, size_t len)
{
    return fread(bytes, 1, len, stdin) == len;
}

static bool segments(struct pl_stream *s)
{
    uint8_t head[4], *bytes;
    uint32_t len;

    while (number(head, 4)) {
        len = pl_be32(head);
        if (len == 0)
            return true;
        bytes = malloc(len);
        if (!bytes || fread(bytes, 1, len, stdin) != len)
            abort();
        pl_stream_feed(s, bytes, len);
        free(bytes);
    }
    return false;
}

static void print(const struct pl_stream *s)
{
    struct pl_findings f = {0};

    pl_check_stream(s, &f);
    fputs(protocols[s->text.protocol], stdout);
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        uint64_t mask = PL_BIT(row->id % PL_FAMILY_CHECKS);
        if (f.seen[row->family] & mask)
            printf(" %c%s", f.failed[row->family] & mask ? '-' : '+', row->name);
    }
    putchar('\n');
}

int main(void)
{
    struct pl_stream s;
    uint8_t port[2];

    while (number(port, 2)) {
        pl_stream_init(&s, pl_be16(port));
        if (!segments(&s))
            return 1;
        print(&s);
    }
    return 0;
}
