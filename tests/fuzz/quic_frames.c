/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frames of QUIC behind the keys.  One reader has each payload once, another has it twice: what
 * comes again changes nothing.
 *
 * Input: payloads, each with one byte before it (bit 0: of the server) and two of its length.
 */
#include "common/check/tls.h"
#include "common/read/quic_crypto.h"

#include <stdlib.h>
#include <string.h>

static struct pl_quic_crypto once, twice;
static struct pl_quic_facts facts;

static void must(bool right)
{
    if (!right)
        abort();
}

static void check_side(const struct pl_quic_crypto *c, enum pl_side side, uint32_t room)
{
    const struct pl_patch *p = &c->patch[side];
    uint32_t before = p->whole;

    must(p->whole <= room && p->count <= PL_PATCH_SPANS && c->fed[side] <= p->whole);
    for (uint32_t i = 0; i < p->count; i++) {
        must(before < p->span[i].from && p->span[i].from < p->span[i].to);
        must(p->span[i].to <= room);
        before = p->span[i].to;
    }
}

static void read_payload(enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    uint8_t *copy = malloc(len);
    bool ok;

    must(copy != NULL || len == 0);
    if (len)
        memcpy(copy, bytes, len);
    ok = pl_quic_frames(&once, &facts, side, pl_view(copy, len));
    must(pl_quic_frames(&twice, &facts, side, pl_view(copy, len)) == ok);
    must(pl_quic_frames(&twice, &facts, side, pl_view(copy, len)) == ok);
    must(ok || pl_quic_outcome(&once) == PL_MALFORMED);
    check_side(&once, PL_CLIENT, PL_QUIC_CLIENT_ROOM);
    check_side(&once, PL_SERVER, PL_QUIC_SERVER_ROOM);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_findings o = {0};
    struct pl_tls_facts f;
    uint32_t len;

    memset(&once, 0, sizeof once);
    memset(&twice, 0, sizeof twice);
    facts = (struct pl_quic_facts){0};
    while (size >= 3) {
        len = pl_be16(data + 1);
        len = len < size - 3 ? len : (uint32_t)size - 3;
        read_payload(data[0] & 1 ? PL_SERVER : PL_CLIENT, data + 3, len);
        data += 3 + len;
        size -= 3 + len;
    }
    pl_quic_tls(&once, &f);
    must(!f.client_hello || pl_quic_client_hello(&once, &len));
    pl_check_tls(&f, &o);
    must((o.failed[PL_FAMILY_TLS] & ~o.seen[PL_FAMILY_TLS]) == 0);
    must(once.missed || twice.missed || !memcmp(&once.client, &twice.client, sizeof once.client));
    must(once.missed || twice.missed || !memcmp(&once.server, &twice.server, sizeof once.server));
    return 0;
}
