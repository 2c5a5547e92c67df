/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The readers of binary protocols over TCP: two sides, whole and cut, the same state and the same
 * bytes for TLS; and a protocol guessed from a prefix is guessed from every longer one.
 *
 * Input: the protocol's number (0: guess it), the port's choice, then turns: bit 7 of a byte is the
 * side, the others the length, then as many bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/check/wire.h"

static const uint16_t ports[] = {0, 22, 389, 445, 1433, 1883, 3306, 3389, 5432, 5900, 6379, 27017};

struct input {
    const uint8_t *turns;
    size_t len;
    uint16_t port;
    uint8_t protocol;
};

/* What came out of one run. */
struct run {
    struct pl_wire wire;
    uint64_t tls_hash[2], read[2];
};

static void demand(bool right)
{
    if (!right)
        abort();
}

/* The turn at *at: its bytes, length and side; false at the end of the input. */
static bool next_turn(const struct input *in, size_t *at, const uint8_t **bytes, uint32_t *len,
                      enum pl_side *side)
{
    size_t left;

    if (*at >= in->len)
        return false;
    *side = in->turns[*at] & 0x80 ? PL_SERVER : PL_CLIENT;
    *len = in->turns[*at] & 0x7f;
    (*at)++;
    left = in->len - *at;
    *len = *len < left ? *len : (uint32_t)left;
    *bytes = in->turns + *at;
    *at += *len;
    return true;
}

/* The first bytes of a side. */
static uint32_t prefix(const struct input *in, enum pl_side want, uint8_t *to)
{
    const uint8_t *bytes;
    uint32_t len, have = 0, n;
    enum pl_side side;
    size_t at = 0;

    while (next_turn(in, &at, &bytes, &len, &side)) {
        if (side != want)
            continue;
        n = PL_PREFIX_MAX - have < len ? PL_PREFIX_MAX - have : len;
        memcpy(to + have, bytes, n);
        have += n;
    }
    return have;
}

/* Each length in memory of its own size, so that ASan sees a byte too many. */
static __attribute__((noinline)) enum pl_wire_protocol guess_grown(const struct input *in,
                                                                   enum pl_side side)
{
    uint8_t all[PL_PREFIX_MAX], *some;
    uint32_t have = prefix(in, side, all);
    enum pl_wire_protocol first = PL_WIRE_NONE, now;
    enum pl_match match, before = PL_MATCH_MORE;

    for (uint32_t len = 1; len <= have; len++) {
        some = malloc(len);
        demand(some != NULL);
        memcpy(some, all, len);
        now = pl_wire_guess(side, some, len, in->port, &match);
        free(some);
        demand((match == PL_MATCH_YES) == (now != PL_WIRE_NONE));
        demand(before == PL_MATCH_MORE || (match == before && now == first));
        before = match;
        first = now;
    }
    return first;
}

static __attribute__((noinline)) void feed(struct run *r, enum pl_side side, const uint8_t *bytes,
                                           uint32_t len)
{
    uint32_t off = 0, n;
    bool tls;

    while ((n = pl_wire_step(&r->wire, side, bytes, off, len, &tls)) > 0) {
        demand(n <= len - off);
        for (uint32_t i = off; tls && i < off + n; i++)
            r->tls_hash[side] = (r->tls_hash[side] ^ bytes[i]) * 0x100000001b3;
        off += n;
    }
    demand(off == len || r->wire.frames.end != PL_WIRE_READING);
    r->read[side] += off;
}

static void feed_copy(struct run *r, enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    uint8_t *copy = malloc(len);

    demand(copy != NULL);
    memcpy(copy, bytes, len);
    feed(r, side, copy, len);
    free(copy);
}

static void run(const struct input *in, struct run *r, uint32_t piece)
{
    const uint8_t *bytes;
    enum pl_side side;
    uint32_t len, n;
    size_t at = 0;

    memset(r, 0, sizeof *r);
    pl_wire_begin(&r->wire, in->protocol, in->port);
    while (next_turn(in, &at, &bytes, &len, &side)) {
        for (; len > 0; bytes += n, len -= n) {
            n = len < piece ? len : piece;
            feed_copy(r, side, bytes, n);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t pieces[] = {1, 2, 3, 7};
    struct pl_findings f = {0};
    enum pl_wire_protocol client, server;
    struct run whole, cut;
    struct input in;

    if (size < 2)
        return 0;
    in = (struct input){data + 2, size - 2, ports[data[1] % PL_COUNT(ports)], 0};
    client = guess_grown(&in, PL_CLIENT);
    server = guess_grown(&in, PL_SERVER);
    in.protocol = data[0] % PL_WIRE_COUNT;
    if (in.protocol == PL_WIRE_NONE)
        in.protocol = (uint8_t)(client ? client : server);
    run(&in, &whole, UINT32_MAX);
    for (size_t i = 0; i < PL_COUNT(pieces); i++) {
        run(&in, &cut, pieces[i]);
        demand(!memcmp(&whole, &cut, sizeof whole));
    }
    pl_check_wire(&whole.wire, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        demand((f.failed[i] & ~f.seen[i]) == 0);
    return 0;
}
