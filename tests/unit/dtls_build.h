/* SPDX-License-Identifier: BSD-2-Clause */
/* Datagrams of DTLS built by hand: messages, their fragments, records. */
#ifndef DTLS_BUILD_H
#define DTLS_BUILD_H

#include "tls_build.h"

#include "common/read/tls/dtls.h"

/* A message as TLS has it: type, length, body. */
static inline void dtls_message(struct hello *m, uint8_t type, const struct hello *body)
{
    uint8_t head[] = {type, (uint8_t)(body->len >> 16), (uint8_t)(body->len >> 8),
                      (uint8_t)body->len};

    m->len = 0;
    put(m, head, sizeof head);
    put(m, body->at, body->len);
}

struct dtls_client {
    unsigned legacy, versions[4]; /* on the wire, 0 ends the list; none: no supported_versions */
    const char *name;
    uint8_t cookie; /* its length */
    uint8_t random;
};

static const struct dtls_client dtls_client_12 = {0xfefd, {0}, "dtls.example", 0, 1};
static const struct dtls_client dtls_client_13 = {0xfefd, {0xfefc, 0xfefd}, "dtls.example", 0, 1};

static inline void dtls_client_hello(struct hello *m, struct dtls_client c)
{
    static struct hello body, x, e;
    static const uint8_t zero[64];
    uint8_t random[32];

    memset(random, c.random, sizeof random);
    body.len = x.len = e.len = 0;
    put16(&body, c.legacy);
    put(&body, random, 32);
    put(&body, "", 1); /* session */
    put(&body, &c.cookie, 1);
    put(&body, zero, c.cookie);
    put(&body, "\0\4\xc0\x2b\x13\x01\1", 8);
    EXTENSION(&x, 10, "\0\2\0\x1d");
    EXTENSION(&x, 23, "");
    if (c.name) {
        uint8_t len = (uint8_t)strlen(c.name), head[] = {0, (uint8_t)(len + 3), 0, 0, len};

        put(&e, head, sizeof head);
        put(&e, c.name, len);
        put_extension(&x, 0, e.at, e.len);
    }
    e.len = 1;
    for (int i = 0; i < 4 && c.versions[i]; i++)
        put16(&e, c.versions[i]);
    e.at[0] = (uint8_t)(e.len - 1);
    if (e.len > 1)
        put_extension(&x, 43, e.at, e.len);
    put16(&body, (unsigned)x.len);
    put(&body, x.at, x.len);
    dtls_message(m, PL_DTLS_CLIENT_HELLO, &body);
}

/* selected 0: no supported_versions.  retry: its random says HelloRetryRequest. */
static inline void dtls_server_hello(struct hello *m, unsigned legacy, unsigned selected,
                                     unsigned suite, bool retry)
{
    static const uint8_t again[33] =
        "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
        "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";
    static const uint8_t zero[32];
    static struct hello body, x;
    uint8_t version[] = {(uint8_t)(selected >> 8), (uint8_t)selected};

    body.len = x.len = 0;
    put16(&body, legacy);
    put(&body, retry ? again : zero, 32);
    put(&body, "", 1);
    put16(&body, suite);
    put(&body, "", 1);
    EXTENSION(&x, 23, "");
    if (selected)
        put_extension(&x, 43, version, 2);
    if (retry)
        EXTENSION(&x, 51, "\0\x1d");
    put16(&body, (unsigned)x.len);
    put(&body, x.at, x.len);
    dtls_message(m, PL_DTLS_SERVER_HELLO, &body);
}

/* A message of zeros. */
static inline void dtls_filler(struct hello *m, uint8_t type, size_t len)
{
    static struct hello body;

    memset(body.at, 0, len);
    body.len = len;
    dtls_message(m, type, &body);
}

/* One certificate of len bytes, in the form of up to 1.2. */
static inline void dtls_certificate(struct hello *m, size_t len)
{
    static struct hello body;
    size_t chain = len + 3;
    uint8_t head[] = {(uint8_t)(chain >> 16), (uint8_t)(chain >> 8), (uint8_t)chain,
                      (uint8_t)(len >> 16),   (uint8_t)(len >> 8),   (uint8_t)len};

    body.len = 0;
    put(&body, head, sizeof head);
    memset(body.at + body.len, 0x5a, len);
    body.len += len;
    dtls_message(m, 11, &body);
}

static inline void dtls_record(struct hello *d, uint8_t type, unsigned version, unsigned epoch,
                               const void *body, size_t len)
{
    put(d, &type, 1);
    put16(d, version);
    put16(d, epoch);
    put(d, "\0\0\0\0\0\0", 6);
    put16(d, (unsigned)len);
    put(d, body, len);
}

/* The part [from, end) of the message's body in a record of its own. */
static inline void dtls_fragment(struct hello *d, const struct hello *m, unsigned seq, size_t from,
                                 size_t end)
{
    static struct hello f;
    size_t part = end - from;
    uint8_t head[] = {(uint8_t)(seq >> 8),  (uint8_t)seq,  (uint8_t)(from >> 16),
                      (uint8_t)(from >> 8), (uint8_t)from, (uint8_t)(part >> 16),
                      (uint8_t)(part >> 8), (uint8_t)part};

    f.len = 0;
    put(&f, m->at, 4);
    put(&f, head, sizeof head);
    put(&f, m->at + 4 + from, part);
    dtls_record(d, PL_DTLS_HANDSHAKE, 0xfefd, 0, f.at, f.len);
}

static inline void dtls_whole(struct hello *d, const struct hello *m, unsigned seq)
{
    dtls_fragment(d, m, seq, 0, m->len - 4);
}

/* A datagram in memory of its own size, so that ASan sees a byte too many. */
static inline enum pl_outcome dtls_read(struct pl_dtls *d, enum pl_side side,
                                        const struct hello *datagram)
{
    uint8_t *copy = test_malloc(datagram->len + 1);
    enum pl_outcome o;

    memcpy(copy + 1, datagram->at, datagram->len);
    o = pl_dtls_read(d, side, copy + 1, (uint32_t)datagram->len);
    test_free(copy);
    return o;
}

/* One whole message in a datagram of its own. */
static inline enum pl_outcome dtls_say(struct pl_dtls *d, enum pl_side side, const struct hello *m,
                                       unsigned seq)
{
    static struct hello datagram;

    datagram.len = 0;
    dtls_whole(&datagram, m, seq);
    return dtls_read(d, side, &datagram);
}

static inline struct pl_tls_facts dtls_facts(const struct pl_dtls *d)
{
    struct pl_tls_facts f;

    pl_tls_flow_facts(&d->flow, &f);
    return f;
}

#endif
