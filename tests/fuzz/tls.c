/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of TLS hellos.  Two machines read the same bytes, one in one piece and one in pieces;
 * they have to end in the very same state.
 *
 * Input: one byte of how (bit 0 the server's side, bit 1 after a HelloRetryRequest, bit 2 without
 * records, the others choose the pieces), then the bytes of the stream.
 */
#include "common/check/tls.h"
#include "common/read/tls/hello.h"

#include <stdlib.h>
#include <string.h>

static void must(bool right)
{
    if (!right)
        abort();
}

static void start(struct pl_tls *s, uint8_t how)
{
    pl_tls_init(s, how & 1 ? PL_TLS_SERVER : PL_TLS_CLIENT, 443);
    if (how & 2)
        pl_tls_again(s);
    s->side = how & 1;
    if (how & 4)
        pl_tls_no_records(s);
}

/* Pieces in memory of their own size, so that ASan sees a byte too many. */
static void feed_pieces(struct pl_tls *s, const uint8_t *at, size_t len, uint32_t random)
{
    while (len > 0) {
        size_t n = 1 + (random >> 16) % 37;
        uint8_t *piece;

        random = random * 1103515245 + 12345;
        n = n < len ? n : len;
        piece = malloc(n);
        must(piece != NULL);
        memcpy(piece, at, n);
        pl_tls_feed(s, piece, n);
        free(piece);
        at += n;
        len -= n;
    }
}

static void check_facts(const struct pl_tls *s)
{
    const struct pl_tls_facts *f = &s->facts;
    struct pl_findings o = {0};

    must(f->sni_len <= 253);
    must(!(f->client_hello && s->side == PL_TLS_SERVER));
    must(!(f->server_hello && s->side == PL_TLS_CLIENT));
    must(!(f->client_hello || f->server_hello) || pl_tls_outcome(s) == PL_DONE);
    must(!f->client_hello || f->max_version == 0 || f->max_version >= f->min_version);
    for (uint32_t i = 0; i < f->sni_len; i++)
        must(pl_is_host_byte(f->sni[i]) && f->sni[i] == pl_lower(f->sni[i]));
    pl_check_tls(f, &o);
    must((o.failed[PL_FAMILY_TLS] & ~o.seen[PL_FAMILY_TLS]) == 0);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        must(i == PL_FAMILY_TLS || (o.seen[i] | o.failed[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_tls whole, cut;
    uint32_t off = 0, n;

    if (size < 1)
        return 0;
    start(&whole, data[0]);
    cut = whole;
    while ((n = pl_tls_step(&whole, data + 1, off, (uint32_t)size - 1)) > 0) {
        off += n;
        must(off <= size - 1);
    }
    must(off == size - 1 || pl_tls_outcome(&whole) != PL_MORE);
    feed_pieces(&cut, data + 1, size - 1, (uint32_t)data[0] << 16 | (uint32_t)size);
    must(!memcmp(&whole, &cut, sizeof whole));
    check_facts(&whole);
    return 0;
}
