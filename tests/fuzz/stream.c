/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One connection's bytes, whole and cut: the same state.  The first byte of the input is the port's
 * choice, the second seeds the cuts.
 */
#include <stdlib.h>
#include <string.h>

#include "common/check/stream.h"

static const uint16_t ports[] = {0, 25, 110, 587, 21, 23, 80, 443};

static void demand(bool right)
{
    if (!right)
        abort();
}

static void begin(struct pl_stream *s, uint16_t port)
{
    memset(s, 0, sizeof(*s)); /* the padding too: it is compared */
    s->text.port = s->tls.facts.server_port_hint = port;
}

static void read_cut(struct pl_stream *s, const uint8_t *bytes, size_t len, uint32_t seed)
{
    size_t n;

    for (; len > 0; bytes += n, len -= n) {
        seed = seed * 1664525 + 1013904223;
        n = 1 + (seed >> 24) % 9;
        n = n < len ? n : len;
        pl_stream_feed(s, bytes, n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_stream whole, cut;
    struct pl_findings f = {0};
    uint32_t len;
    uint16_t port;

    if (size < 2)
        return 0;
    port = ports[data[0] % PL_COUNT(ports)];
    begin(&whole, port);
    pl_stream_feed(&whole, data + 2, size - 2);
    begin(&cut, port);
    read_cut(&cut, data + 2, size - 2, data[1]);
    demand(memcmp(&whole, &cut, sizeof(whole)) == 0);
    pl_check_stream(&whole, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        demand((f.failed[i] & ~f.seen[i]) == 0);
    if (pl_stream_name(&whole, &len))
        demand(len > 0 && len <= PL_TEXT_NAME_MAX);
    return 0;
}
