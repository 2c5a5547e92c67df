/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of UDP protocols: two bytes choose the port and the sides, the rest are datagrams of
 * up to 255 bytes, each behind its length. */
#include "common/check/datagram.h"

#include <stdlib.h>
#include <string.h>

static const uint16_t ports[] = {0, 123, 161, 500, 514, 1900, 4500, 5060, 5351, 5683};

/* In memory of its own, so that a read behind the end is seen. */
static void feed(struct pl_datagram *d, enum pl_side side, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);

    if (!copy)
        return;
    memcpy(copy, bytes, len);
    (void)pl_datagram_read(d, side, copy, (uint32_t)len);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_datagram d = {0};
    struct pl_findings f = {0};
    uint8_t sides;

    if (size < 3)
        return 0;
    d.port = ports[data[0] % PL_COUNT(ports)];
    sides = data[1];
    for (size_t at = 2; at < size;) {
        size_t len = data[at++];
        len = len < size - at ? len : size - at;
        feed(&d, sides & 1 ? PL_SERVER : PL_CLIENT, data + at, len);
        at += len;
        sides = (uint8_t)(sides >> 1 | sides << 7);
    }
    pl_check_datagram(&d, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        if (f.failed[i] & ~f.seen[i])
            abort();
    return 0;
}
