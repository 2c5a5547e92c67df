/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QUIC flows.  What stands in the input is opened by the keys of its connection id, which a fuzzer
 * does not guess; behind the keys is quic_frames.c.
 *
 * Input: datagrams, each with one byte before it (bit 0: of the server) and two of its length.
 */
#include "common/check/quic.h"
#include "common/check/tls.h"
#include "common/user/quic.h"

#include <stdlib.h>
#include <string.h>

static struct pl_quic quic;
static struct pl_quic_keyring *ring;

static void must(bool right)
{
    if (!right)
        abort();
}

/* The packets of a datagram lie one behind the other. */
static void check_packets(const uint8_t *bytes, uint32_t len)
{
    struct pl_view v = pl_view(bytes, len);
    struct pl_quic_packet p;
    uint32_t at = 0;

    while (pl_quic_take(&v, &p)) {
        must(p.whole.at == at && v.at > at && v.at <= len && p.whole.end == v.at);
        must(p.type != PL_QUIC_INITIAL || (p.number > at && p.number <= v.at));
        must(pl_view_left(&p.dcid) <= PL_QUIC_ID_MAX && pl_view_left(&p.scid) <= PL_QUIC_ID_MAX);
        must(p.dcid.end <= len && p.scid.end <= len && p.token.end <= len);
        at = v.at;
    }
    must(v.at == at);
}

static void read_datagram(enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    uint8_t *copy = malloc(len);

    must(copy != NULL || len == 0);
    if (len)
        memcpy(copy, bytes, len);
    check_packets(copy, len);
    pl_quic_match(side, copy, len);
    pl_quic_read(&quic, ring, side, copy, len);
    must(quic.opens <= PL_QUIC_OPENS && quic.facts.versions <= PL_QUIC_VERSIONS);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_findings o = {0};
    struct pl_tls_facts f;

    if (!ring && !pl_quic_keyring_open(&ring, NULL))
        abort();
    memset(&quic, 0, sizeof quic);
    while (size >= 3) {
        uint32_t len = pl_be16(data + 1);

        len = len < size - 3 ? len : (uint32_t)size - 3;
        read_datagram(data[0] & 1 ? PL_SERVER : PL_CLIENT, data + 3, len);
        data += 3 + len;
        size -= 3 + len;
    }
    pl_quic_tls(&quic.crypto, &f);
    pl_check_tls(&f, &o);
    pl_check_quic(&quic.facts, &o);
    must((o.failed[PL_FAMILY_TLS] & ~o.seen[PL_FAMILY_TLS]) == 0);
    return 0;
}
