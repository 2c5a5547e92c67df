/* SPDX-License-Identifier: BSD-2-Clause */
/* ClientHellos for the tests of JA4, from lists in hex. */
#ifndef JA4_BUILD_H
#define JA4_BUILD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base.h"

struct message {
    uint8_t at[65536];
    size_t len, extensions_at;
};

/* Lists as "1301 1302".  An extension of which a list is given below has it, the others are empty.
 * extensions NULL: the hello ends before them, unless there are raw ones. */
struct hello {
    uint16_t legacy;
    const char *suites, *extensions, *versions, *signatures, *alpn, *cookie;
    size_t alpn_len, raw_len;
    const uint8_t *raw;
};

static inline struct hello example(void)
{
    struct hello h = {
        .legacy = 0x0303,
        .suites = "1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035",
        .extensions = "001b 0000 0033 0010 4469 0017 002d 000d 0005 0023 0012 002b ff01 000b 000a "
                      "0015",
        .versions = "0304 0303",
        .signatures = "0403 0804 0401 0503 0805 0501 0806 0601",
        .alpn = "h2",
        .alpn_len = 2,
    };

    return h;
}

static inline void put8(struct message *m, unsigned v)
{
    m->at[m->len++] = (uint8_t)v;
}

static inline void put16(struct message *m, unsigned v)
{
    put8(m, v >> 8);
    put8(m, v);
}

static inline void put(struct message *m, const void *bytes, size_t len)
{
    if (len)
        memcpy(m->at + m->len, bytes, len);
    m->len += len;
}

/* The length of what follows `from`, into the two bytes before it. */
static inline void close16(struct message *m, size_t from)
{
    m->at[from - 2] = (uint8_t)((m->len - from) >> 8);
    m->at[from - 1] = (uint8_t)(m->len - from);
}

static inline size_t open16(struct message *m)
{
    put16(m, 0);
    return m->len;
}

static inline void put_list(struct message *m, const char *list)
{
    char *end;

    while (list && *list) {
        put16(m, (unsigned)strtoul(list, &end, 16));
        list = *end ? end + 1 : end;
    }
}

static inline void put_extension(struct message *m, const struct hello *h, unsigned type)
{
    size_t body, list;

    put16(m, type);
    body = open16(m);
    if (type == 43) {
        put8(m, 0);
        put_list(m, h->versions);
        m->at[body] = (uint8_t)(m->len - body - 1);
    } else if (type == 13) {
        list = open16(m);
        put_list(m, h->signatures);
        close16(m, list);
    } else if (type == 16) {
        list = open16(m);
        put8(m, (unsigned)h->alpn_len);
        put(m, h->alpn, h->alpn_len);
        put(m, "\x08http/1.0", 9);
        close16(m, list);
    } else if (type == 0) {
        put(m, "\0\4\0\0\1a", 6);
    }
    close16(m, body);
}

static inline void hello_body(struct message *m, const struct hello *h, bool dtls)
{
    size_t list;
    char *end;

    m->len = 0;
    put16(m, h->legacy);
    for (unsigned i = 0; i < 32; i++)
        put8(m, i);
    put8(m, 0);
    if (dtls) {
        put8(m, h->cookie ? (unsigned)strlen(h->cookie) : 0);
        put(m, h->cookie, h->cookie ? strlen(h->cookie) : 0);
    }
    list = open16(m);
    put_list(m, h->suites);
    close16(m, list);
    put16(m, 0x0100);
    m->extensions_at = m->len;
    if (!h->extensions && !h->raw)
        return;
    list = open16(m);
    put(m, h->raw, h->raw_len);
    for (const char *at = h->extensions; at && *at; at = *end ? end + 1 : end)
        put_extension(m, h, (unsigned)strtoul(at, &end, 16));
    close16(m, list);
}

/* That many suites and that many empty extensions, of types that nobody reads. */
static inline void long_body(struct message *m, unsigned suites, unsigned extensions)
{
    struct hello h = {.legacy = 0x0303, .suites = ""};
    size_t list;

    hello_body(m, &h, false);
    m->len -= 4;
    list = open16(m);
    for (unsigned i = 0; i < suites; i++)
        put16(m, 0x0100 + i * 16 % 0x0a00);
    close16(m, list);
    put16(m, 0x0100);
    list = open16(m);
    for (unsigned i = 0; i < extensions; i++) {
        put16(m, 0x1000);
        put16(m, 0);
    }
    close16(m, list);
}

#endif
