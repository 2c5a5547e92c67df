/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For test_talk_captures.py: connections on stdin, one line of facts each on stdout: the protocol,
 * then "offered", "requested", "done", and the kinds of credentials in clear.
 * A connection is the server's port (2 bytes), then segments of either side in order: a byte for
 * the side, their length (4 bytes) and bytes, and a length of 0 at the end; numbers in network
 * order. Nothing of the bytes is printed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/check/stream.h"
#include "common/check/wire.h"
#include "common/read/text/talk.h"

struct connection {
    struct pl_stream stream;
    struct pl_talk talk;
    struct pl_wire wire;
    uint8_t prefix[PL_PREFIX_MAX];
    uint32_t prefix_len;
};

static bool wire_knows(uint8_t protocol)
{
    return protocol == PL_WIRE_SOCKS || protocol == PL_WIRE_RSH || protocol == PL_WIRE_XMPP;
}

/* The client's first bytes tell one of the three protocols of wire/ that are of interest here. */
static void guess(struct connection *c, const uint8_t *bytes, uint32_t len)
{
    enum pl_match match;
    bool tls;

    for (uint32_t i = 0; i < len && !c->wire.protocol && c->prefix_len < PL_PREFIX_MAX; i++) {
        c->prefix[c->prefix_len++] = bytes[i];
        uint8_t found =
            pl_wire_guess(PL_CLIENT, c->prefix, c->prefix_len, c->stream.text.port, &match);
        if (!wire_knows(found))
            continue;
        pl_wire_begin(&c->wire, found, c->stream.text.port);
        for (uint32_t at = 0; at < c->prefix_len; at++)
            pl_wire_step(&c->wire, PL_CLIENT, c->prefix, at, c->prefix_len, &tls);
        for (i++; i < len; i++)
            pl_wire_step(&c->wire, PL_CLIENT, bytes, i, i + 1, &tls);
    }
}

static void segment(struct connection *c, enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    struct pl_stream *s = &c->stream;
    bool known = c->wire.protocol, tls;
    uint32_t off = 0, n = 1;

    if (side == PL_CLIENT && !known)
        guess(c, bytes, len);
    for (uint32_t i = 0; known && i < len; i++)
        pl_wire_step(&c->wire, side, bytes, i, i + 1, &tls);
    for (; n; off += n) {
        n = side == PL_SERVER
                ? pl_talk_server_step(&c->talk, &s->text, bytes, off, len)
                : pl_talk_client_step(&c->talk, &s->text, &s->tls.facts, bytes, off, len);
        if (n == 0 && side == PL_CLIENT && s->text.protocol == PL_PROTOCOL_TLS)
            n = pl_stream_tls_step(s, bytes, off, len);
    }
}

static void print(const struct connection *c)
{
    static const char *const protocols[] = {"unknown", "tls", "http",   "smtp", "imap",
                                            "pop3",    "ftp", "telnet", "other"};
    static const char *const creds[] = {
#define PL_CREDENTIAL(NAME, name) name,
#include "common/read/credential.def"
#undef PL_CREDENTIAL
    };
    const struct pl_text *t = &c->stream.text;
    uint64_t kinds = t->creds;

    kinds |= c->wire.protocol == PL_WIRE_SOCKS ? c->wire.socks.creds : 0;
    kinds |= c->wire.protocol == PL_WIRE_RSH ? c->wire.rsh.creds : 0;
    fputs(protocols[t->protocol == PL_PROTOCOL_TLS ? t->before : t->protocol], stdout);
    if (t->mail.starttls_offered)
        fputs(" offered", stdout);
    if (t->tls_at)
        fputs(" requested", stdout);
    if (t->mail.encrypted || t->app.ftp_encrypted)
        fputs(" done", stdout);
    for (size_t i = 0; i < PL_COUNT(creds); i++)
        if (kinds & PL_BIT(i))
            printf(" %s", creds[i]);
    putchar('\n');
}

int main(void)
{
    static struct connection c;
    uint8_t port[2], head[5], *bytes;

    while (fread(port, 1, 2, stdin) == 2) {
        c = (struct connection){0};
        pl_stream_init(&c.stream, pl_be16(port));
        for (;;) {
            uint32_t len;
            if (fread(head, 1, 5, stdin) != 5)
                return 1;
            len = pl_be32(head + 1);
            if (len == 0)
                break;
            bytes = malloc(len);
            if (!bytes || fread(bytes, 1, len, stdin) != len)
                abort();
            segment(&c, head[0] ? PL_SERVER : PL_CLIENT, bytes, len);
            free(bytes);
        }
        print(&c);
    }
    return 0;
}
