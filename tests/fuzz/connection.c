/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One TCP connection, both sides: whole turns and pieces end in the very same state, with the same
 * bytes handed over; nothing fails that was not seen; nothing is read of a side that is over.
 *
 * Input: the port's choice, how to cut; then turns: a byte of which bit 7 is the side, 127 is a gap
 * of as many bytes as the next one says, and else the length, then as many bytes.
 */
#include "common/check/connection.h"

#include <stdlib.h>
#include <string.h>

static const uint16_t ports[] = {0,   21,  23,   25,   53,   80,   110,  143,
                                 443, 465, 1080, 1194, 1433, 3306, 5222, 6379};

struct run {
    struct pl_connection c;
    uint64_t bytes[2]; /* a sum of what was handed over, and what it was */
};

static void must(bool right)
{
    if (!right)
        abort();
}

static void take(struct run *r, enum pl_side side, const struct pl_tls_taken *taken, uint8_t byte)
{
    if (taken->what != PL_TAKEN_OTHER)
        r->bytes[side] = (r->bytes[side] ^ byte ^ (uint64_t)taken->what << 8 ^
                          (uint64_t)taken->certificate << 16) *
                             0x100000001b3 +
                         1;
}

/* In memory of its own size, so that ASan sees a byte too many. */
static void feed(struct run *r, enum pl_side side, const uint8_t *at, uint32_t len)
{
    uint8_t *copy = malloc(len + !len);
    struct pl_tls_taken taken;
    uint32_t off = 0, n;

    must(copy != NULL);
    memcpy(copy, at, len);
    while ((n = pl_connection_step(&r->c, side, copy, off, len, &taken)) > 0) {
        for (uint32_t i = off; i < off + n; i++)
            take(r, side, &taken, copy[i]);
        off += n;
        must(off <= len);
    }
    must(off == len || pl_connection_over(&r->c, side));
    free(copy);
}

static void turn(struct run *r, enum pl_side side, const uint8_t *at, uint32_t len,
                 uint32_t *random)
{
    while (len > 0) {
        uint32_t n = random ? 1 + (*random >> 16) % 17 : len;

        if (random)
            *random = *random * 1103515245 + 12345;
        n = n < len ? n : len;
        feed(r, side, at, n);
        at += n;
        len -= n;
    }
}

/* random NULL: whole turns. */
static void run(struct run *r, uint16_t port, const uint8_t *at, size_t len, uint32_t *random)
{
    memset(r, 0, sizeof *r);
    pl_connection_init(&r->c, port);
    for (size_t i = 0; i < len;) {
        enum pl_side side = at[i] & 0x80 ? PL_SERVER : PL_CLIENT;
        uint32_t n = at[i++] & 0x7f, left = (uint32_t)(len - i);

        if (n == 127 && left > 0) {
            pl_connection_gap(&r->c, side, at[i++]);
            continue;
        }
        n = n < left ? n : left;
        turn(r, side, at + i, n, random);
        i += n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run whole, cut;
    struct pl_findings f = {0};
    uint32_t random;

    if (size < 2)
        return 0;
    random = data[1];
    run(&whole, ports[data[0] % PL_COUNT(ports)], data + 2, size - 2, NULL);
    run(&cut, ports[data[0] % PL_COUNT(ports)], data + 2, size - 2, &random);
    must(memcmp(&whole, &cut, sizeof whole) == 0);
    pl_check_connection(&whole.c, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        must((f.failed[i] & ~f.seen[i]) == 0);
    return 0;
}
