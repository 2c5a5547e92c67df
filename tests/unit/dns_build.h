/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS messages for tests, made by hand: what is written here need not be right. */
#ifndef PL_TEST_DNS_BUILD_H
#define PL_TEST_DNS_BUILD_H

#include "common/read/dns/message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER = 0x8180, QUERY = 0x0100 };

struct message {
    uint8_t byte[4096];
    uint32_t len;
};

static inline void put(struct message *m, const void *bytes, size_t len)
{
    assert(m->len + len <= sizeof(m->byte));
    memcpy(m->byte + m->len, bytes, len);
    m->len += (uint32_t)len;
}

static inline void put16(struct message *m, unsigned v)
{
    uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

    put(m, b, 2);
}

static inline void put32(struct message *m, uint32_t v)
{
    put16(m, v >> 16);
    put16(m, v & 0xffff);
}

static inline void put_name(struct message *m, const char *name)
{
    while (*name) {
        size_t n = strcspn(name, ".");
        uint8_t len = (uint8_t)n;
        put(m, &len, 1);
        put(m, name, n);
        name += n + (name[n] == '.');
    }
    put(m, "", 1);
}

/* A message with one question; the counts of its records are put in afterwards. */
static inline struct message message(unsigned flags, const char *name, unsigned type)
{
    struct message m = {{0}, 0};

    put16(&m, 0x1234);
    put16(&m, flags);
    put16(&m, 1);
    put16(&m, 0);
    put16(&m, 0);
    put16(&m, 0);
    put_name(&m, name);
    put16(&m, type);
    put16(&m, PL_DNS_IN);
    return m;
}

/* One more record in section 1 to 3 (which have to come in order), for the question's name. */
static inline void add(struct message *m, int section, unsigned type, const void *data, size_t len)
{
    m->byte[5 + 2 * section]++;
    put16(m, 0xc00c);
    put16(m, type);
    put16(m, PL_DNS_IN);
    put32(m, 300);
    put16(m, (unsigned)len);
    put(m, data, len);
}

/* The same of a class that says something else, as that of OPT does. */
static inline void add_opt(struct message *m, unsigned size)
{
    m->byte[11]++;
    put(m, "", 1);
    put16(m, PL_DNS_OPT);
    put16(m, size);
    put32(m, 0);
    put16(m, 0);
}

/* A TXT record, its text in strings of at most so many bytes. */
static inline void add_text(struct message *m, const char *text, size_t most)
{
    uint8_t data[2048];
    size_t len = 0;

    do {
        size_t n = strlen(text) < most ? strlen(text) : most;
        data[len++] = (uint8_t)n;
        memcpy(data + len, text, n);
        len += n;
        text += n;
    } while (*text);
    add(m, 1, PL_DNS_TXT, data, len);
}

/* Read it from memory of its own, so that a byte behind the end is seen. */
static inline enum pl_outcome read_bytes(struct pl_dns *d, const uint8_t *bytes, uint32_t len,
                                         uint16_t port)
{
    uint8_t *copy = malloc(len ? len : 1);
    enum pl_outcome outcome;

    assert(copy);
    memcpy(copy, bytes, len);
    outcome = pl_dns_read(d, pl_view(copy, len), port);
    free(copy);
    return outcome;
}

static inline enum pl_outcome read_message(struct pl_dns *d, const struct message *m, uint16_t port)
{
    return read_bytes(d, m->byte, m->len, port);
}

#endif
