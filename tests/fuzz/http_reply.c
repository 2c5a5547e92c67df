/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both sides of an HTTP/1 connection.  Two machines read the same bytes, one in one piece and one
 * in pieces; they have to end in the very same state.  What the kernel's reader calls a credential,
 * this one does too, as far as both read.
 *
 * Input: one byte of how (bit 0 the port of an engine, bit 1 of a debugger, the others choose the
 * pieces), then both sides' bytes, told apart by 0xfe (the client speaks) and 0xfd (the server).
 */
#include "common/check/http.h"
#include "common/read/stream.h"
#include "common/read/text/http_reply.h"

#include <stdlib.h>
#include <string.h>

enum { TURN_CLIENT = 0xfe, TURN_SERVER = 0xfd };

static void must(bool right)
{
    if (!right)
        abort();
}

/* Pieces in memory of their own size, so that ASan sees a byte too many. */
static void feed(struct pl_http_talk *t, enum pl_side side, const uint8_t *at, size_t len,
                 uint32_t *random)
{
    while (len > 0) {
        size_t n = random ? 1 + (*random >> 16) % 37 : len;
        uint32_t taken;
        uint8_t *piece;

        if (random)
            *random = *random * 1103515245 + 12345;
        n = n < len ? n : len;
        piece = malloc(n);
        must(piece != NULL);
        memcpy(piece, at, n);
        pl_http_talk_feed(t, side, piece, (uint32_t)n, &taken);
        must(taken <= n);
        free(piece);
        at += n;
        len -= n;
    }
}

/* Turn after turn; kernel: the client's bytes go there too. */
static void run(struct pl_http_talk *t, struct pl_stream *kernel, const uint8_t *at, size_t len,
                uint32_t *random)
{
    enum pl_side side = PL_CLIENT;

    while (len > 0) {
        size_t n = 0;

        while (n < len && at[n] != TURN_CLIENT && at[n] != TURN_SERVER)
            n++;
        feed(t, side, at, n, random);
        if (kernel && side == PL_CLIENT)
            pl_stream_feed(kernel, at, n);
        if (n < len)
            side = at[n++] == TURN_CLIENT ? PL_CLIENT : PL_SERVER;
        at += n;
        len -= n;
    }
}

static void check_findings(const struct pl_http_talk *t)
{
    const struct pl_http_facts *f = &t->facts;
    struct pl_findings o = {0};

    pl_check_http(f, &o);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        must((o.failed[i] & ~o.seen[i]) == 0);
    must(!f->headers_done || f->request);
    must(!f->redirect_away || f->redirect);
    must(!f->pair_default || f->pair_read);
    must(f->answer == PL_HTTP_ANSWER_UNKNOWN || f->answer_headers);
    must(t->pending.answers >= t->pending.requests || f->headers_done);
    must(t->request.host_len <= PL_HTTP_HOST_MAX);
}

/* A line that continues the one before it, or may: a turn can lie between them. */
static bool has_fold(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++)
        if ((at[i] == '\n' || at[i] >= TURN_SERVER) && (at[i + 1] == ' ' || at[i + 1] == '\t'))
            return true;
    return false;
}

/* The kernel's reader stops sooner, at bodies that it cannot skip, and sees the end of a value
 * sooner: it takes a value that is continued for several, so those are left out. */
static void check_kernel(const struct pl_http_talk *t, const struct pl_stream *s)
{
    bool still = t->request.message.part < PL_HTTP_FOLD;
    uint32_t shared = PL_HTTP_KIND(DOCKER) | PL_HTTP_KIND(WEBSOCKET) | PL_HTTP_KIND(INSPECTOR);

    if (s->text.protocol != PL_PROTOCOL_HTTP || !still)
        return;
    must(!s->text.http.request || t->facts.request);
    must(!s->text.http.credentials || t->facts.credentials);
    must(!s->text.http.headers_done || t->facts.headers_done);
    must(!s->text.http.headers_done || !(s->text.http.kinds & shared & ~t->facts.kinds) ||
         s->text.state != PL_TEXT_LINE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pl_http_talk whole, cut;
    static struct pl_stream kernel;
    uint32_t random;

    if (size < 1)
        return 0;
    memset(&whole, 0, sizeof(whole));
    whole.port = data[0] & 1 ? PL_PORT_DOCKER : data[0] & 2 ? PL_PORT_NODE_INSPECTOR : 80;
    cut = whole;
    pl_stream_init(&kernel, whole.port);
    random = (uint32_t)data[0] << 16 | (uint32_t)size;
    run(&whole, &kernel, data + 1, size - 1, NULL);
    run(&cut, NULL, data + 1, size - 1, &random);
    must(!memcmp(&whole, &cut, sizeof(whole)));
    check_findings(&whole);
    if (!has_fold(data, size))
        check_kernel(&whole, &kernel);
    return 0;
}
