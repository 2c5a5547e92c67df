/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One TCP connection, both directions, from its first bytes: which protocol it is, by content, then
 * that protocol's reader, and from there on to TLS, or through a tunnel to another protocol.
 *
 *   struct pl_connection c;
 *   pl_connection_init(&c, server_port);
 *   while ((n = pl_connection_step(&c, side, chunk, off, len, &taken)) > 0)    for each segment of
 *       off += n;                                             either side, in the order of capture
 *   pl_connection_gap(&c, side, missing);                     bytes of that side were lost
 *   pl_check_connection(&c, &findings);                       at any time
 *
 * taken says what the bytes of the step were, for a host that collects them: see tls/flow.h, and
 * PL_TAKEN_MESSAGE: a DNS message, whole when pl_connection_message_over(); the first bytes of a
 * side's first one were its prefix: pl_connection_message_head().
 *
 * The stages, each of which hands over to the next:
 *
 *   OPEN   nothing is known yet: text, HTTP and the binary protocols all listen
 *   TEXT   SMTP, IMAP, POP3, FTP, Telnet: commands and replies, up to TLS
 *   HTTP   requests and answers, up to a tunnel (CONNECT), which is OPEN again
 *   WIRE   a binary protocol, up to TLS, or a tunnel (SOCKS)
 *   TLS    both hellos and what follows in clear
 *   OVER   nothing that follows can be read
 *
 * Plain data without pointers, several KiB: not for a map's value (the packet path has stream.h,
 * the client's side alone).  A server's bytes count after those of the client that they answer.
 */
#ifndef PL_READ_CONNECTION_H
#define PL_READ_CONNECTION_H

#include "connection_state.h"

/* The large readers, each once. */
PL_APART uint32_t pl_connection_wire_step(struct pl_wire *w, enum pl_side side,
                                          const pl_chunk *chunk, uint32_t off, uint32_t len,
                                          bool *tls)
{
    return pl_wire_step(w, side, chunk, off, len, tls);
}

PL_APART enum pl_wire_protocol pl_connection_wire_guess(enum pl_side side,
                                                        const struct pl_opening *p, uint16_t port,
                                                        enum pl_match *match)
{
    return pl_wire_guess(side, p->byte, p->len, port, match);
}

PL_APART uint32_t pl_connection_http_step(struct pl_http_talk *t, enum pl_side side,
                                          const pl_chunk *chunk, uint32_t off, uint32_t len)
{
    return pl_http_talk_step(t, side, chunk, off, len);
}

/* --- TLS */

/* What the facts of the text have to know of TLS. */
PL_INLINE void pl_connection_tls_note(struct pl_connection *c)
{
    struct pl_text *t = &c->text;
    const struct pl_tls_half *client = &c->tls.of[PL_TLS_CLIENT];
    bool hello = client->hello.facts.client_hello;

    t->net.telnet_seen |= hello;
    t->mail.encrypted |= hello & t->mail.starttls;
    t->app.ftp_encrypted |= hello & (t->before == PL_PROTOCOL_FTP);
    /* A byte from 0x80 may begin SSLv2, and many things that are no TLS at all. */
    if (t->doubtful && !hello && client->state == PL_FLIGHT_BROKEN)
        pl_text_other(t);
}

PL_APART uint32_t pl_connection_tls(struct pl_connection *c, enum pl_side side,
                                    const pl_chunk *chunk, uint32_t off, uint32_t len,
                                    struct pl_tls_taken *taken)
{
    uint32_t n = pl_tls_flow_step(&c->tls, (enum pl_tls_side)side, chunk, off, len, taken);

    if (side == PL_CLIENT && c->tls.of[side].state != PL_FLIGHT_HELLO)
        pl_connection_tls_note(c);
    return n;
}

/* --- binary protocols */

/* Bytes of this side that stand in the protocol's own frames: DNS's messages, or TLS. */
PL_INLINE uint32_t pl_connection_wrapped(struct pl_connection *c, enum pl_side side,
                                         const pl_chunk *chunk, uint32_t off, uint32_t len,
                                         struct pl_tls_taken *taken)
{
    uint32_t skip = c->wire.frames.of[side].skip, n = len - off;

    n = skip < n ? skip : n;
    if (c->wire.protocol == PL_WIRE_DNS) {
        taken->what = PL_TAKEN_MESSAGE;
        return n;
    }
    n = pl_connection_tls(c, side, chunk, off, off + n, taken);
    return n ? n : len - off;
}

/* Where the reader has ended. */
PL_INLINE void pl_connection_wire_end(struct pl_connection *c)
{
    if (c->wire.frames.end == PL_WIRE_TLS)
        c->stage = PL_STAGE_TLS;
    else if (c->wire.frames.end == PL_WIRE_TUNNEL)
        pl_connection_tunnel(c);
    else if (c->wire.frames.end != PL_WIRE_READING)
        c->stage = PL_STAGE_OVER;
}

PL_APART uint32_t pl_connection_wire(struct pl_connection *c, enum pl_side side,
                                     const pl_chunk *chunk, uint32_t off, uint32_t len,
                                     struct pl_tls_taken *taken)
{
    struct pl_frame *f = &c->wire.frames.of[side];
    uint32_t n, end = f->skip ? len : off + 1;
    bool wrapped = f->skip && f->wrapped, tls = false;

    if (wrapped)
        end = off + pl_connection_wrapped(c, side, chunk, off, len, taken);
    n = pl_connection_wire_step(&c->wire, side, chunk, off, end, &tls);
    if (n && tls && !wrapped && c->wire.protocol != PL_WIRE_DNS)
        (void)pl_connection_tls(c, side, chunk, off, off + n, taken); /* TLS began with this byte */
    pl_connection_wire_end(c);
    return n;
}

/* A binary protocol was recognised: its reader gets what has been read of both sides. */
PL_APART void pl_connection_wire_begin(struct pl_connection *c, enum pl_wire_protocol protocol)
{
    struct pl_tls_taken taken;

    c->stage = PL_STAGE_WIRE;
    if (c->text.doubtful)
        pl_tls_flow_init(&c->tls, c->port);
    pl_text_other(&c->text);
    __builtin_memset(c->done, 0, sizeof(c->done));
    __builtin_memset(&c->wire, 0, sizeof(c->wire));
    pl_wire_begin(&c->wire, protocol, c->port);
    for (int side = PL_CLIENT; side <= PL_SERVER; side++) {
        const struct pl_opening *p = &c->prefix[side];
        uint32_t off = 0, n = 1;
        while (n && off < p->len && c->stage == PL_STAGE_WIRE) {
            n = pl_connection_wire(c, (enum pl_side)side, (const pl_chunk *)p->byte, off, p->len,
                                   &taken);
            off += n;
        }
    }
}

/* One byte more of the prefix.  True: a binary protocol was recognised and has read it. */
PL_APART bool pl_connection_guess(struct pl_connection *c, enum pl_side side, uint8_t byte)
{
    struct pl_opening *p = &c->prefix[side];
    enum pl_wire_protocol protocol;
    enum pl_match match;

    if (p->over)
        return false;
    p->byte[p->len++] = byte;
    protocol = pl_connection_wire_guess(side, p, c->port, &match);
    if (match == PL_MATCH_YES) {
        pl_connection_wire_begin(c, protocol);
        return true;
    }
    p->over = match == PL_MATCH_NO || p->len == PL_PREFIX_MAX;
    return false;
}

/* Of the first DNS message of a side, what was read as its prefix, behind the length. */
PL_INLINE const uint8_t *pl_connection_message_head(const struct pl_connection *c,
                                                    enum pl_side side, uint32_t *len)
{
    const struct pl_opening *p = &c->prefix[side];

    *len = p->len > 2 ? p->len - 2u : 0;
    return p->byte + 2;
}

PL_INLINE bool pl_connection_message_over(const struct pl_connection *c, enum pl_side side)
{
    return c->wire.frames.of[side].skip == 0;
}

/* --- text */

/* What the client was found to speak decides who listens from here on.  HTTP inside of HTTP's
 * tunnel is left to the reader of text, who knows of requests only. */
PL_INLINE void pl_connection_recognised(struct pl_connection *c)
{
    switch (c->text.protocol) {
    case PL_PROTOCOL_UNKNOWN:
    case PL_PROTOCOL_OTHER:
        break;
    case PL_PROTOCOL_TLS: /* what may be SSLv2 may be a binary protocol as well */
        if (!c->text.doubtful || c->prefix[PL_CLIENT].over)
            c->stage = PL_STAGE_TLS;
        break;
    case PL_PROTOCOL_HTTP:
        c->stage = c->http_used ? PL_STAGE_TEXT : PL_STAGE_HTTP;
        c->http_used = true;
        break;
    default:
        c->stage = PL_STAGE_TEXT;
    }
}

/* A server that speaks TLS where nothing of the client was captured. */
PL_INLINE bool pl_connection_server_tls(const struct pl_connection *c)
{
    const struct pl_reply *r = &c->talk.reply;

    return c->prefix[PL_CLIENT].len == 0 && r->state == PL_REPLY_ENDED && r->bytes == 0;
}

PL_APART uint32_t pl_connection_text_client(struct pl_connection *c, const pl_chunk *chunk,
                                            uint32_t off, uint32_t len, struct pl_tls_taken *taken)
{
    uint32_t n = pl_talk_client_step(&c->talk, &c->text, &c->names, chunk, off, len);

    if (c->stage != PL_STAGE_TLS)
        pl_connection_recognised(c);
    if (n == 0 && (c->stage == PL_STAGE_TLS || c->text.protocol == PL_PROTOCOL_TLS))
        n = pl_connection_tls(c, PL_CLIENT, chunk, off, len, taken);
    return n;
}

PL_APART uint32_t pl_connection_text_server(struct pl_connection *c, const pl_chunk *chunk,
                                            uint32_t off, uint32_t len, struct pl_tls_taken *taken)
{
    bool alone = pl_connection_server_tls(c), tls;
    uint32_t n = 0;

    if (!alone)
        n = pl_talk_server_step(&c->talk, &c->text, chunk, off, len);
    alone = pl_connection_server_tls(c);
    tls = pl_talk_server_tls(&c->talk) || c->stage == PL_STAGE_TLS ||
          c->text.protocol == PL_PROTOCOL_TLS;
    if (alone || (n == 0 && tls))
        n = pl_connection_tls(c, PL_SERVER, chunk, off, len, taken);
    return n;
}

/* Commands and replies, then TLS. */
PL_INLINE uint32_t pl_connection_text(struct pl_connection *c, enum pl_side side,
                                      const pl_chunk *chunk, uint32_t off, uint32_t len,
                                      struct pl_tls_taken *taken)
{
    return side == PL_CLIENT ? pl_connection_text_client(c, chunk, off, len, taken)
                             : pl_connection_text_server(c, chunk, off, len, taken);
}

/* Text and HTTP read the same bytes until one of them is recognised. */
PL_APART uint32_t pl_connection_open(struct pl_connection *c, enum pl_side side,
                                     const pl_chunk *chunk, uint32_t off, uint32_t len,
                                     struct pl_tls_taken *taken)
{
    bool guessing = !c->prefix[side].over;
    uint32_t n, m = 1;

    if (guessing && pl_connection_guess(c, side, pl_chunk_at(chunk, off)))
        return 1;
    n = pl_connection_text(c, side, chunk, off, guessing ? off + 1 : len, taken);
    if (n == 0 && guessing)
        n = 1;
    if (!c->http_used || c->stage == PL_STAGE_HTTP)
        for (uint32_t at = off; m && at < off + n; at += m)
            m = pl_connection_http_step(&c->http, side, chunk, at, off + n);
    return n;
}

/* --- HTTP */

PL_INLINE bool pl_connection_http_tunnel(const struct pl_connection *c)
{
    return c->http.request.message.ended == PL_HTTP_ENDED_TUNNEL ||
           c->http.reply.message.ended == PL_HTTP_ENDED_TUNNEL;
}

PL_APART uint32_t pl_connection_http(struct pl_connection *c, enum pl_side side,
                                     const pl_chunk *chunk, uint32_t off, uint32_t len,
                                     struct pl_tls_taken *taken)
{
    uint32_t n = pl_connection_http_step(&c->http, side, chunk, off, len);

    if (n || !pl_connection_http_tunnel(c))
        return n;
    pl_connection_tunnel(c);
    return c->stage == PL_STAGE_OPEN ? pl_connection_open(c, side, chunk, off, len, taken) : 0;
}

/* --- all together */

PL_APART uint32_t pl_connection_stage(struct pl_connection *c, enum pl_side side,
                                      const pl_chunk *chunk, uint32_t off, uint32_t len,
                                      struct pl_tls_taken *taken)
{
    switch (c->stage) {
    case PL_STAGE_OPEN:
        return pl_connection_open(c, side, chunk, off, len, taken);
    case PL_STAGE_HTTP:
        return pl_connection_http(c, side, chunk, off, len, taken);
    case PL_STAGE_WIRE:
        return pl_connection_wire(c, side, chunk, off, len, taken);
    case PL_STAGE_TEXT:
        return pl_connection_text(c, side, chunk, off, len, taken);
    case PL_STAGE_TLS:
        return c->wire.protocol && !c->tunnels
                   ? pl_connection_tls(c, side, chunk, off, len, taken)
                   : pl_connection_text(c, side, chunk, off, len, taken);
    default:
        return 0;
    }
}

/* Bytes taken of chunk[off .. len - 1], at least one; 0 when off >= len, or when no more is read of
 * this side: pl_connection_over(). */
PL_APART uint32_t pl_connection_step(struct pl_connection *c, enum pl_side side,
                                     const pl_chunk *chunk, uint32_t off, uint32_t len,
                                     struct pl_tls_taken *taken)
{
    uint32_t n;
    uint8_t stage = c->stage;

    *taken = (struct pl_tls_taken){PL_TAKEN_OTHER, 0};
    if (off >= len || pl_connection_over(c, side))
        return 0;
    n = pl_connection_stage(c, side, chunk, off, len, taken);
    if (n == 0 && c->stage != stage)
        n = pl_connection_stage(c, side, chunk, off, len, taken);
    c->done[side] |= n == 0;
    return n;
}

/* Nothing before these bytes is known, or what is missing cannot be stepped over. */
PL_INLINE void pl_connection_lost(struct pl_connection *c, enum pl_side side)
{
    c->lost[side] = true;
}

/* n bytes of this side are missing.  Only where they are known not to matter it is read on. */
PL_APART void pl_connection_gap(struct pl_connection *c, enum pl_side side, uint32_t n)
{
    struct pl_frame *f = &c->wire.frames.of[side];
    const pl_chunk any[1] = {0};
    bool tls;

    if (n == 0 || (c->stage == PL_STAGE_HTTP && pl_http_talk_lost(&c->http, side, n)))
        return;
    if (c->stage != PL_STAGE_WIRE || f->wrapped || f->state == PL_FRAME_IGNORED || f->skip < n) {
        pl_connection_lost(c, side);
        return;
    }
    /* The last one as a byte that is left out: there the reader may want to be told. */
    f->skip -= n - 1;
    (void)pl_connection_wire_step(&c->wire, side, any, 0, 1, &tls);
    pl_connection_wire_end(c);
}

#endif
