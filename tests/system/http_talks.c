/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For test_http_captures.py: connections on stdin, one line each on stdout of what the reader of
 * both sides tells a log: methods, hosts, basic, cookies, schemes, checks that fail.  Lists are
 * joined with ";", fields with a tab; "-" is none.
 *
 * A connection is the server's port (2 bytes), then segments in order: a side (1 byte, 0 the
 * client's, 1 the server's), their length (4 bytes) and bytes, and a side of 255 at the end;
 * numbers in network order.  Of the bytes only Host is printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check/http.h"
#include "common/read/text/http_reply.h"
#include "common/user/catalogue_text.h"

enum { END = 255, HOSTS_MAX = 64 };

struct hosts {
    unsigned count;
    uint8_t hops;
    char name[HOSTS_MAX][PL_HTTP_HOST_MAX + 1];
};

static bool number(uint8_t *bytes, size_t len)
{
    return fread(bytes, 1, len, stdin) == len;
}

/* Another Host header was read. */
static void note_host(struct hosts *h, const struct pl_http_request *r)
{
    char *to;

    if (r->host_hops == h->hops || h->count == HOSTS_MAX)
        return;
    to = h->name[h->count];
    h->hops = r->host_hops;
    memcpy(to, r->host_text, r->host_len);
    to[r->host_len] = 0;
    for (unsigned i = 0; i < h->count; i++)
        if (strcmp(h->name[i], to) == 0)
            return;
    h->count++;
}

static void segment(struct pl_http_talk *t, struct hosts *h, enum pl_side side, uint32_t len)
{
    uint8_t *bytes = malloc(len ? len : 1);
    uint32_t off = 0, n;

    if (!bytes || fread(bytes, 1, len, stdin) != len)
        abort();
    while ((n = pl_http_talk_step(t, side, bytes, off, len)) != 0) {
        off += n;
        note_host(h, &t->request);
    }
    free(bytes);
}

static void list(const char *word, bool *first)
{
    printf("%s%s", *first ? "" : ";", word);
    *first = false;
}

static void list_end(bool first)
{
    fputs(first ? "-\t" : "\t", stdout);
}

static void print_failed(const struct pl_http_talk *t)
{
    struct pl_findings f = {0};
    bool first = true;

    pl_check_http(&t->facts, &f);
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (f.failed[pl_check_rows[i].family] & PL_BIT(pl_check_rows[i].id % PL_FAMILY_CHECKS))
            list(pl_check_rows[i].name, &first);
    puts(first ? "-" : "");
}

static void print(const struct pl_http_talk *t, const struct hosts *h)
{
    static const char *const cookies[] = {"no", "request", "set", "both"};
    bool first = true;

    for (int i = 0; i < PL_HTTP_METHODS_MAX && t->log.method[i]; i++)
        list(t->log.method[i] < PL_HTTP_METHOD_OTHER ? pl_http_method_names[t->log.method[i]]
                                                     : "other",
             &first);
    list_end(first);
    first = true;
    for (unsigned i = 0; i < h->count; i++)
        list(h->name[i], &first);
    list_end(first);
    printf("%s\t%s\t", t->log.basic ? "yes" : "no",
           cookies[t->log.cookie_sent + 2 * t->log.cookie_set]);
    first = true;
    for (uint32_t i = 0; i < PL_HTTP_SCHEMES; i++)
        if (t->log.schemes >> i & 1)
            list(pl_http_scheme_names[i], &first);
    list_end(first);
    print_failed(t);
}

int main(void)
{
    static struct pl_http_talk t;
    static struct hosts h;
    uint8_t head[4], port[2], side;

    while (number(port, 2)) {
        memset(&t, 0, sizeof(t));
        memset(&h, 0, sizeof(h));
        t.port = pl_be16(port);
        while (number(&side, 1) && side != END && number(head, 4))
            segment(&t, &h, side ? PL_SERVER : PL_CLIENT, pl_be32(head));
        print(&t, &h);
    }
    return 0;
}
