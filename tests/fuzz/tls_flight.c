/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of whole TLS connections.  Two of them read the same bytes, one in whole directions
 * and one in pieces taken in turns; both have to end in the very same state and hand over the very
 * same bytes.
 *
 * Input: one byte that chooses the pieces, two bytes of length, so many bytes of the client, the
 * rest is the server's.
 */
#include "common/check/tls.h"
#include "common/read/tls/flow.h"

#include <stdlib.h>
#include <string.h>

enum { HANDED = 1 + PL_TLS_CERTIFICATES_MAX };

/* A host that collects nothing but a sum of what it would have collected, pile by pile. */
struct host {
    struct pl_tls_flow flow;
    uint64_t sum[HANDED];
    uint32_t len[HANDED];
};

struct side {
    const uint8_t *at;
    size_t len, off;
};

static void must(bool right)
{
    if (!right)
        abort();
}

static void collect(struct host *h, const struct pl_tls_taken *taken, const uint8_t *at, uint32_t n)
{
    uint32_t pile = taken->what == PL_TAKEN_HELLO ? 0 : 1u + taken->certificate;

    if (taken->what == PL_TAKEN_OTHER)
        return;
    must(pile < HANDED);
    for (uint32_t i = 0; i < n; i++)
        h->sum[pile] = h->sum[pile] * 31 + at[i] + 1;
    h->len[pile] += n;
}

/* The bytes in memory of their own size, so that ASan sees one too many. */
static void feed(struct host *h, enum pl_tls_side side, const uint8_t *at, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    struct pl_tls_taken taken;
    uint32_t off = 0, n;

    must(copy != NULL);
    memcpy(copy, at, len);
    while ((n = pl_tls_flow_step(&h->flow, side, copy, off, (uint32_t)len, &taken)) > 0) {
        collect(h, &taken, copy + off, n);
        off += n;
        must(off <= len);
    }
    must(off == len || pl_tls_flow_outcome(&h->flow, side) != PL_MORE);
    free(copy);
}

static void feed_in_turns(struct host *h, struct side *sides, uint32_t random)
{
    while (sides[0].off < sides[0].len || sides[1].off < sides[1].len) {
        enum pl_tls_side which = random >> 24 & 1 ? PL_TLS_SERVER : PL_TLS_CLIENT;
        struct side *s = &sides[which];
        size_t n = 1 + (random >> 16) % 37;

        random = random * 1103515245 + 12345;
        n = n < s->len - s->off ? n : s->len - s->off;
        feed(h, which, s->at + s->off, n);
        s->off += n;
    }
}

static void check_facts(const struct pl_tls_flow *w)
{
    struct pl_findings o = {0};
    struct pl_tls_facts f;

    pl_tls_flow_facts(w, &f);
    must(w->certificates <= PL_TLS_CERTIFICATES_MAX && w->alerts <= PL_TLS_ALERTS_MAX);
    must(w->certificate_bytes <= PL_TLS_CERTIFICATES_BYTES && w->client_hellos <= 2);
    must(f.server_hello || (!f.dh_bits && !f.ske_hash));
    pl_check_tls(&f, &o);
    must((o.failed[PL_FAMILY_TLS] & ~o.seen[PL_FAMILY_TLS]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct host whole, cut;
    struct side sides[2];
    size_t len;

    if (size < 3)
        return 0;
    len = pl_be16(data + 1);
    len = len < size - 3 ? len : size - 3;
    sides[PL_TLS_CLIENT] = (struct side){data + 3, len, 0};
    sides[PL_TLS_SERVER] = (struct side){data + 3 + len, size - 3 - len, 0};
    memset(&whole, 0, sizeof whole);
    pl_tls_flow_init(&whole.flow, 443);
    cut = whole;
    feed(&whole, PL_TLS_CLIENT, sides[0].at, sides[0].len);
    feed(&whole, PL_TLS_SERVER, sides[1].at, sides[1].len);
    feed_in_turns(&cut, sides, (uint32_t)data[0] << 16 | (uint32_t)size);
    must(whole.flow.alerts == cut.flow.alerts);
    memcpy(cut.flow.alert, whole.flow.alert, sizeof cut.flow.alert); /* their order may differ */
    must(!memcmp(&whole, &cut, sizeof whole));
    check_facts(&whole.flow);
    return 0;
}
