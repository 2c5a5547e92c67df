/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of DTLS.  Each datagram is read twice by one reader and once by another: what comes
 * again changes nothing.
 *
 * Input: datagrams, each with one byte before it (bit 0: of the server) and two of its length.
 */
#include "common/check/dtls.h"
#include "common/check/tls.h"
#include "common/read/tls/dtls.h"

#include <stdlib.h>
#include <string.h>

static struct pl_dtls once, twice;

static void must(bool right)
{
    if (!right)
        abort();
}

static void check_side(const struct pl_dtls_side *s)
{
    must(s->used <= PL_DTLS_BYTES && s->pieces <= PL_DTLS_PIECES);
    must(s->hello_at + s->hello_len <= s->used);
    for (uint32_t i = 0; i < s->pieces; i++) {
        uint32_t at = s->piece[i].at, length = pl_dtls_length(s, at);

        must(at + PL_DTLS_MESSAGE_HEAD + length <= s->used);
        must(s->piece[i].patch.whole <= length && s->piece[i].seq >= s->next);
    }
}

static void check_facts(const struct pl_dtls *d)
{
    struct pl_findings o = {0};
    struct pl_tls_facts f;
    uint32_t len;

    pl_tls_flow_facts(&d->flow, &f);
    must(!d->begun || f.dtls);
    must(!f.client_hello || pl_dtls_client_hello(d, &len));
    must(!f.server_hello || pl_dtls_wire(f.version));
    must(!f.client_hello || (pl_dtls_wire(f.max_version) && f.max_version >= f.min_version));
    pl_check_tls(&f, &o);
    pl_check_dtls(&f, &o);
    must((o.failed[PL_FAMILY_TLS] & ~o.seen[PL_FAMILY_TLS]) == 0);
    must(!(o.seen[PL_FAMILY_TLS] & PL_MASK(tls_sni_missing)));
}

/* In memory of its own size, so that ASan sees a byte too many. */
static void read_both(enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    uint8_t *copy = malloc(len);

    must(copy != NULL || len == 0);
    if (len)
        memcpy(copy, bytes, len);
    pl_dtls_match(copy, len);
    pl_dtls_read(&once, side, copy, len);
    pl_dtls_read(&twice, side, copy, len);
    check_side(&once.of[PL_CLIENT]);
    check_side(&once.of[PL_SERVER]);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&once, 0, sizeof once);
    memset(&twice, 0, sizeof twice);
    while (size >= 3) {
        uint32_t len = pl_be16(data + 1);

        len = len < size - 3 ? len : (uint32_t)size - 3;
        read_both(data[0] & 1 ? PL_SERVER : PL_CLIENT, data + 3, len);
        data += 3 + len;
        size -= 3 + len;
    }
    check_facts(&once);
    must(!memcmp(&once.flow, &twice.flow, sizeof once.flow));
    return 0;
}
