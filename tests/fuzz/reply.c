/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both sides of a clear-text dialogue, whole and cut: the same state.
 *
 * Input: the port's choice, a seed for the cuts, then turns: bit 7 of a byte is the side, the
 * others the length, then as many bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/check/stream.h"
#include "common/read/text/talk.h"

static const uint16_t ports[] = {0, 25, 110, 143, 587, 21, 23, 2323};

struct both {
    struct pl_stream stream;
    struct pl_talk talk;
};

static void demand(bool right)
{
    if (!right)
        abort();
}

static uint32_t step(struct both *b, enum pl_side side, const uint8_t *bytes, uint32_t off,
                     uint32_t len)
{
    struct pl_stream *s = &b->stream;
    uint32_t n;

    if (side == PL_SERVER)
        return pl_talk_server_step(&b->talk, &s->text, bytes, off, len);
    n = pl_talk_client_step(&b->talk, &s->text, &s->tls.facts, bytes, off, len);
    if (n == 0 && s->text.protocol == PL_PROTOCOL_TLS)
        n = pl_stream_tls_step(s, bytes, off, len);
    return n;
}

static void feed(struct both *b, enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    uint8_t *copy = malloc(len + !len);
    uint32_t off = 0, n;

    demand(copy != NULL);
    memcpy(copy, bytes, len);
    while ((n = step(b, side, copy, off, len)) > 0) {
        demand(n <= len - off);
        off += n;
    }
    free(copy);
}

/* The turns, in pieces of at most `most` bytes; a seed of 0: whole.  Nothing found goes away. */
static void run(struct both *b, uint16_t port, const uint8_t *at, const uint8_t *end, uint32_t seed)
{
    struct pl_findings before = {0}, now;

    memset(b, 0, sizeof(*b));
    b->stream.text.port = b->stream.tls.facts.server_port_hint = port;
    while (at < end) {
        enum pl_side side = *at & 0x80 ? PL_SERVER : PL_CLIENT;
        uint32_t len = *at++ & 0x7f, n;
        len = len < end - at ? len : (uint32_t)(end - at);
        for (; len > 0; at += n, len -= n) {
            seed = seed * 1664525 + (seed ? 1013904223 : 0);
            n = seed ? 1 + (seed >> 24) % 9 : len;
            n = n < len ? n : len;
            feed(b, side, at, n);
        }
        now = (struct pl_findings){0};
        pl_check_stream(&b->stream, &now);
        for (int i = 0; i < PL_FAMILY_COUNT; i++) {
            demand((before.failed[i] & ~now.failed[i]) == 0);
            demand((before.seen[i] & ~now.seen[i]) == 0);
            demand((now.failed[i] & ~now.seen[i]) == 0);
        }
        before = now;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct both whole, cut;
    uint16_t port;

    if (size < 2)
        return 0;
    port = ports[data[0] % PL_COUNT(ports)];
    run(&whole, port, data + 2, data + size, 0);
    run(&cut, port, data + 2, data + size, data[1] + 1u);
    demand(memcmp(&whole, &cut, sizeof(whole)) == 0);
    return 0;
}
