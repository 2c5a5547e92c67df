/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One TCP connection, the client's bytes from the first one after the SYN: to facts.  It finds out
 * what is spoken, reads clear text with text.h and TLS with tls_hello.h, and goes from the one to
 * the other after STARTTLS, STLS, AUTH TLS and CONNECT.
 *
 *   struct pl_stream s;
 *   pl_stream_init(&s, server_port);
 *   outcome = pl_stream_feed(&s, bytes, len);       for each segment, in order, without gaps
 *   pl_check_stream(&s, &findings);                 at any time: what is known by then
 *
 * Plain data without pointers, fit for a map's value; all zero is a fresh connection whose port is
 * not known.  The port is only a hint: for POP3, SMTP and FTP, which share commands.  The caller
 * keeps order, leaves out what was sent twice, and bounds the bytes per connection if 64 KiB for a
 * request's head or a dialogue (enum pl_text_end) are too many for it.
 *
 *   PL_MORE       go on.  A login in clear is in the facts at its first byte, before it leaves
 *   PL_DONE       nothing that follows can change the facts, or it cannot be read: s.text.end
 *   PL_MALFORMED  the bytes break the protocol; the facts up to there stand
 *
 * BPF: each step inlined is large, so wrap some steps of pl_stream_text_step() in one global
 * function and some of pl_stream_tls_step() in another:
 *
 *   text steps until one answers 0; then, when s->text.protocol is PL_PROTOCOL_TLS, TLS steps until
 *   one answers 0.  It never goes back from TLS to text.
 *
 * It reads one direction.  It does not know what the server answers: facts of answers
 * (s.text.http.answer ...) and of the ServerHello are the host's to add.
 */
#ifndef PL_READ_STREAM_H
#define PL_READ_STREAM_H

#include "text/text.h"
#include "tls/hello.h"

struct pl_stream {
    struct pl_text text;
    struct pl_tls tls; /* its name buffer holds HTTP's host as well */
};

/* server_port: where the client connects to, in host order; 0 when it is not known. */
PL_INLINE void pl_stream_init(struct pl_stream *s, uint16_t server_port)
{
    s->text = (struct pl_text){.port = server_port};
    pl_tls_init(&s->tls, PL_TLS_CLIENT, server_port);
}

/* Bytes taken; 0 when the text reader has ended or the rest belongs to TLS. */
PL_INLINE uint32_t pl_stream_text_step(struct pl_stream *s, const pl_chunk *chunk, uint32_t off,
                                       uint32_t len)
{
    return pl_text_step(&s->text, &s->tls.facts, chunk, off, len);
}

/* What the text reader's facts have to know of TLS. */
PL_INLINE void pl_stream_tls_note(struct pl_stream *s)
{
    struct pl_text *t = &s->text;
    bool hello = s->tls.facts.client_hello;

    t->net.telnet_seen |= hello;
    t->mail.encrypted |= hello & t->mail.starttls;
    t->app.ftp_encrypted |= hello & (t->before == PL_PROTOCOL_FTP);
    /* A byte from 0x80 may begin SSLv2, and many things that are no TLS at all. */
    if (s->tls.state == PL_TLS_BROKEN && t->doubtful)
        pl_text_other(t);
}

/* Only when s->text.protocol is PL_PROTOCOL_TLS.  Bytes taken; 0 at the end. */
PL_INLINE uint32_t pl_stream_tls_step(struct pl_stream *s, const pl_chunk *chunk, uint32_t off,
                                      uint32_t len)
{
    uint32_t n = pl_tls_step(&s->tls, chunk, off, len);

    pl_stream_tls_note(s);
    return n;
}

/* Bytes taken, at least one; 0 when off >= len or the outcome is no longer PL_MORE. */
PL_INLINE uint32_t pl_stream_step(struct pl_stream *s, const pl_chunk *chunk, uint32_t off,
                                  uint32_t len)
{
    uint32_t n = pl_stream_text_step(s, chunk, off, len);

    if (n == 0 && s->text.protocol == PL_PROTOCOL_TLS)
        n = pl_stream_tls_step(s, chunk, off, len);
    return n;
}

PL_INLINE enum pl_outcome pl_stream_outcome(const struct pl_stream *s)
{
    return s->text.protocol == PL_PROTOCOL_TLS ? pl_tls_outcome(&s->tls)
                                               : pl_text_outcome(&s->text);
}

/* All of these bytes, or as many as it takes.  For user space, where a chunk has any length. */
PL_INLINE enum pl_outcome pl_stream_feed(struct pl_stream *s, const pl_chunk *bytes, size_t len)
{
    uint32_t end = len > UINT32_MAX ? UINT32_MAX : (uint32_t)len, off = 0, n;

    do {
        n = pl_stream_step(s, bytes, off, end);
        off += n;
    } while (n > 0);
    return pl_stream_outcome(s);
}

/* The name of the destination: of the ClientHello's SNI, else of the request's target or Host.
 * Lower case, without port and final dot, at most 253 bytes, not terminated.  NULL when none is
 * complete; an address is no name. */
PL_INLINE const uint8_t *pl_stream_name(const struct pl_stream *s, uint32_t *len)
{
    const struct pl_tls_facts *f = &s->tls.facts;
    bool known = s->text.protocol == PL_PROTOCOL_TLS ? f->client_hello : s->text.named != 0;

    *len = known ? f->sni_len : 0;
    return *len ? f->sni : NULL;
}

#endif
