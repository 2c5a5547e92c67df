/* SPDX-License-Identifier: BSD-2-Clause */
/* Hellos built byte for byte, to be spoiled. */
#ifndef TLS_BUILD_H
#define TLS_BUILD_H

#include "common/read/tls/hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

struct hello {
    size_t len;
    uint8_t at[70000];
};

static inline void put(struct hello *h, const void *bytes, size_t len)
{
    assert_true(h->len + len <= sizeof h->at);
    memcpy(h->at + h->len, bytes, len);
    h->len += len;
}

static inline void put16(struct hello *h, unsigned v)
{
    uint8_t b[] = {(uint8_t)(v >> 8), (uint8_t)v};

    put(h, b, 2);
}

static inline void put_extension(struct hello *h, unsigned type, const void *body, size_t len)
{
    put16(h, type);
    put16(h, (unsigned)len);
    put(h, body, len);
}

#define EXTENSION(h, type, body) put_extension(h, type, body, sizeof(body) - 1)

/* A message (type, random, session, one suite, compression) around these extensions; no record. */
static inline void client_message(struct hello *m, const struct hello *extensions)
{
    static const uint8_t fixed[2 + 32 + 1] = {3, 3};
    size_t len = sizeof fixed + 4 + 2 + 2 + extensions->len;
    uint8_t head[] = {1, (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};

    m->len = 0;
    put(m, head, sizeof head);
    put(m, fixed, sizeof fixed);
    put(m, "\0\2\xc0\x2f\1", 5);
    put(m, "", 1);
    put16(m, (unsigned)extensions->len);
    put(m, extensions->at, extensions->len);
}

static inline void server_message(struct hello *m, const struct hello *extensions)
{
    static const uint8_t fixed[2 + 32 + 1] = {3, 3};
    size_t len = sizeof fixed + 3 + 2 + extensions->len;
    uint8_t head[] = {2, 0, (uint8_t)(len >> 8), (uint8_t)len};

    m->len = 0;
    put(m, head, sizeof head);
    put(m, fixed, sizeof fixed);
    put(m, "\xc0\x2f", 3);
    put16(m, (unsigned)extensions->len);
    put(m, extensions->at, extensions->len);
}

static inline enum pl_outcome read_bare(struct pl_tls *s, enum pl_tls_side side,
                                        const struct hello *m)
{
    pl_tls_init(s, side, 443);
    pl_tls_no_records(s);
    return pl_tls_feed(s, m->at, m->len);
}

static inline enum pl_outcome read_extensions(struct pl_tls *s, const struct hello *extensions)
{
    static struct hello m;

    client_message(&m, extensions);
    return read_bare(s, PL_TLS_CLIENT, &m);
}

static inline enum pl_outcome read_one(struct pl_tls *s, enum pl_tls_side side, unsigned type,
                                       const void *body, size_t len)
{
    static struct hello e, m;

    e.len = 0;
    put_extension(&e, type, body, len);
    if (side == PL_TLS_CLIENT)
        client_message(&m, &e);
    else
        server_message(&m, &e);
    return read_bare(s, side, &m);
}

#endif
