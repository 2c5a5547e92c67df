/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's side of an HTTP/1 connection in clear: answers, each with the request that it
 * belongs to, as far as the connection is followed.  Not in the kernel.
 *
 *   struct pl_http_talk t = {.port = server_port};
 *   n = pl_http_talk_step(&t, side, chunk, off, len)   in a loop, for each segment of either side,
 *                                                      in order, without gaps; 0 at the end
 *   pl_check_http(&t.facts, &findings)                 at any time
 *
 * The host gives a request before its answer.  An answer without a request tells of its headers
 * only.  One side that has ended (message.ended) does not end the other; behind a tunnel or an
 * upgrade the byte that was not taken, and all after it, are of another protocol.
 *
 * Answers (RFC 9112, RFC 9110): 1xx but 101 is not the answer yet; HEAD, 1xx, 204, 304 and 2xx to
 * CONNECT have no body (9112, 6.3).  Not counted as a site's answer in clear: one to CONNECT, one
 * to an ACME challenge (RFC 8555, 8.3), and what has to come in clear since HTTPS rests on it: OCSP
 * and lists and certificates of an authority (RFC 5280, 8; RFC 6960, A.1).
 *
 * The worst answer counts: one that is no redirect to https on the same host stays.  The first
 * Location of an answer counts; a relative one stays on the host and in clear.
 */
#ifndef PL_READ_HTTP_REPLY_H
#define PL_READ_HTTP_REPLY_H

#include "http_request.h"

enum { PL_HTTP_PEEK_BYTES = 2048 };

/* --- the status line */

PL_INLINE void pl_http_reply_line_byte(struct pl_http_reply *r, uint8_t c)
{
    if (pl_http_space(c)) {
        r->gap = true;
        return;
    }
    r->words += r->words != 255 && (r->gap || r->words == 0);
    r->gap = false;
    if (r->words == 1) {
        pl_http_text_push(&r->value, c);
    } else if (r->words == 2) {
        r->status = (uint16_t)((uint8_t)(c - '0') <= 9 ? r->status * 10 + (c - '0') : 0);
        r->digits += r->digits != 255;
    }
}

PL_INLINE bool pl_http_reply_version_ok(const struct pl_http_reply *r)
{
    return pl_http_text_begins(&r->value, "http/1.") && r->value.len == 8;
}

PL_INLINE void pl_http_reply_line_end(struct pl_http_talk *t)
{
    struct pl_http_reply *r = &t->reply;

    if (!pl_http_reply_version_ok(r) || r->digits != 3 || r->status < 100 || r->status > 999) {
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_OTHER);
        return;
    }
    r->location = (struct pl_http_location){0};
    r->plain_type = false;
    r->tunnel = false;
    r->paired = false;
    if (r->status >= 200 || r->status == 101)
        r->paired = pl_http_pending_take(&t->pending, &r->asked);
    if (t->pending.lost)
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_PAIR);
}

/* --- headers */

/* One byte of a Location: https://, http:// and // begin an authority (RFC 3986, 4.2). */
PL_INLINE void pl_http_location_byte(struct pl_http_location *l, uint8_t c)
{
    struct pl_http_text *s = &l->scheme;

    if (l->part == PL_LOCATION_AUTHORITY) {
        if (c == '/' || c == '?' || c == '#' || c == '\\' || pl_http_space(c))
            l->part = PL_LOCATION_REST;
        else
            pl_http_authority_byte(&l->to, c);
    }
    if (l->part != PL_LOCATION_SCHEME || (s->len == 0 && pl_http_space(c)))
        return;
    pl_http_text_push(s, c);
    l->https = pl_http_text_is(s, "https://");
    l->named = l->https || pl_http_text_is(s, "http://") || pl_http_text_is(s, "//");
    if (l->named)
        l->part = PL_LOCATION_AUTHORITY;
    else if (s->len >= 8)
        l->part = PL_LOCATION_REST;
}

PL_INLINE void pl_http_reply_location(struct pl_http_reply *r)
{
    if (!r->location.seen)
        r->header = PL_ANSWER_LOCATION;
    r->location.seen = true;
}

/* What the headers of an answer in clear say by being there.  1xx answers are not judged. */
PL_INLINE void pl_http_reply_header(struct pl_http_talk *t)
{
    struct pl_http_reply *r = &t->reply;
    const struct pl_http_text *name = &r->message.text;

    r->header = PL_ANSWER_NONE;
    pl_http_text_clear(&r->value);
    if (pl_http_text_is(name, "location"))
        pl_http_reply_location(r);
    else if (pl_http_text_is(name, "content-type"))
        r->header = PL_ANSWER_TYPE;
    else if (pl_http_text_is(name, "server"))
        r->header = PL_ANSWER_SERVER;
    else if (pl_http_text_is(name, "strict-transport-security"))
        t->facts.hsts_sent = true;
    else if (pl_http_text_is(name, "set-cookie"))
        t->facts.cookie = t->facts.cookie_insecure = t->log.cookie_set = true;
    else if (pl_http_text_is(name, "docker-distribution-api-version"))
        t->facts.kinds |= PL_HTTP_KIND(PKG_REGISTRY);
    else if (pl_http_text_is(name, "docker-experimental"))
        t->facts.kinds |= PL_HTTP_KIND(DOCKER);
}

PL_INLINE void pl_http_reply_value(struct pl_http_reply *r, uint8_t c)
{
    if (r->header == PL_ANSWER_LOCATION)
        pl_http_location_byte(&r->location, c);
    else if (r->header != PL_ANSWER_NONE && (r->value.len || !pl_http_space(c)))
        pl_http_text_push(&r->value, c);
}

PL_INLINE void pl_http_reply_value_end(struct pl_http_talk *t)
{
    struct pl_http_reply *r = &t->reply;
    const struct pl_http_text *v = &r->value;

    if (r->header == PL_ANSWER_SERVER && pl_http_text_begins(v, "docker/"))
        t->facts.kinds |= PL_HTTP_KIND(DOCKER);
    if (r->header == PL_ANSWER_TYPE && pl_http_text_begins(v, "application/x-git-"))
        t->facts.kinds |= PL_HTTP_KIND(GIT);
    if (r->header == PL_ANSWER_TYPE)
        r->plain_type = pl_http_text_begins(v, "application/ocsp-response") ||
                        pl_http_text_begins(v, "application/pkix-") ||
                        pl_http_text_begins(v, "application/x-pkcs7-crl") ||
                        pl_http_text_begins(v, "application/pkcs7-mime");
    r->header = PL_ANSWER_NONE;
}

/* --- the end of the head */

PL_INLINE bool pl_http_is_redirect(uint32_t status)
{
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

/* Where this answer sends the visitor. */
PL_INLINE void pl_http_reply_judge(struct pl_http_talk *t)
{
    const struct pl_http_location *l = &t->reply.location;
    const struct pl_http_asked *asked = &t->reply.asked;
    bool redirect = pl_http_is_redirect(t->reply.status) && l->seen && l->scheme.len;
    bool same = pl_http_authority_same(&l->to, &asked->host) && !l->to.user;

    if (asked->method == PL_HTTP_METHOD_CONNECT || asked->plain_by_rule || t->reply.plain_type)
        return;
    t->facts.redirect |= redirect && asked->host.len;
    t->facts.redirect_away |= redirect && asked->host.len && l->named && !same;
    if (!redirect || !l->https || !same)
        t->facts.answer = PL_HTTP_ANSWER_OTHER;
    else if (t->facts.answer == PL_HTTP_ANSWER_UNKNOWN)
        t->facts.answer = PL_HTTP_ANSWER_TO_HTTPS;
}

PL_INLINE bool pl_http_reply_bodiless(const struct pl_http_reply *r)
{
    bool connected = r->asked.method == PL_HTTP_METHOD_CONNECT && r->status / 100 == 2;

    return r->status < 200 || r->status == 204 || r->status == 304 ||
           (r->paired && (r->asked.method == PL_HTTP_METHOD_HEAD || connected));
}

PL_INLINE void pl_http_reply_head_end(struct pl_http_talk *t)
{
    struct pl_http_reply *r = &t->reply;
    bool interim = r->status < 200 && r->status != 101;

    if (!interim) {
        t->facts.clear = true;
        t->facts.answer_headers = true;
        if (r->paired)
            pl_http_reply_judge(t);
    }
    r->peek = r->paired && r->asked.inspector && r->status == 200 ? PL_HTTP_PEEK_BYTES : 0;
    pl_word_clear(&r->tail);
    r->tunnel = r->paired && r->asked.method == PL_HTTP_METHOD_CONNECT && r->status / 100 == 2;
    pl_http_message_body(&r->message,
                         pl_http_reply_bodiless(r) ? PL_HTTP_BODY_NONE : PL_HTTP_BODY_ANSWER);
    if (r->status == 101) {
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_UPGRADE);
        pl_http_message_stop(&t->request.message, PL_HTTP_ENDED_UPGRADE);
    }
    r->words = 0;
    r->gap = false;
    r->status = 0;
    r->digits = 0;
    pl_http_text_clear(&r->value);
}

/* --- bodies */

/* A debugger's own words, in the body that answers /json. */
PL_INLINE uint32_t pl_http_reply_peek(struct pl_http_talk *t, const pl_chunk *chunk, uint32_t off,
                                      uint32_t n)
{
    struct pl_http_reply *r = &t->reply;

    for (uint32_t i = 0; i < n && i < PL_HTTP_PEEK_BYTES && r->peek; i++, r->peek--) {
        pl_word_push(&r->tail, pl_chunk_at(chunk, off + i));
        if (pl_word_ends(&r->tail, "OCKETDEBUGGERURL") ||
            pl_word_ends(&r->tail, "PROTOCOL-VERSION"))
            t->facts.kinds |= PL_HTTP_KIND(INSPECTOR);
    }
    return n;
}

PL_INLINE void pl_http_reply_event(struct pl_http_talk *t, enum pl_http_event event, uint8_t c)
{
    if (event == PL_HTTP_START_BYTE)
        pl_http_reply_line_byte(&t->reply, c);
    else if (event == PL_HTTP_START_END)
        pl_http_reply_line_end(t);
    else if (event == PL_HTTP_HEADER && !t->reply.message.trailer)
        pl_http_reply_header(t);
    else if (event == PL_HTTP_VALUE_BYTE && !t->reply.message.trailer)
        pl_http_reply_value(&t->reply, c);
    else if (event == PL_HTTP_VALUE_END && !t->reply.message.trailer)
        pl_http_reply_value_end(t);
    else if (event == PL_HTTP_HEAD_END)
        pl_http_reply_head_end(t);
}

/* A status line begins with an H; empty lines may stand before it. */
PL_INLINE bool pl_http_reply_foreign(struct pl_http_reply *r, uint8_t c)
{
    const struct pl_http_message *m = &r->message;

    if (m->part != PL_HTTP_START || m->begun || c == 'H' || c == 'h' || c == '\r' || c == '\n')
        return false;
    pl_http_message_stop(&r->message, r->tunnel ? PL_HTTP_ENDED_TUNNEL : PL_HTTP_ENDED_OTHER);
    return true;
}

/* Bytes taken of chunk[off .. len - 1], at least one; 0 when off >= len or when reading has ended:
 * talk.reply.message.ended. */
PL_INLINE uint32_t pl_http_reply_step(struct pl_http_talk *t, const pl_chunk *chunk, uint32_t off,
                                      uint32_t len)
{
    struct pl_http_message *m = &t->reply.message;
    bool took = false;
    uint8_t c;

    if (off >= len || m->part == PL_HTTP_ENDED)
        return 0;
    if (pl_http_message_in_body(m))
        return pl_http_reply_peek(t, chunk, off, pl_http_message_skip(m, len - off));
    c = pl_chunk_at(chunk, off);
    if (pl_http_reply_foreign(&t->reply, c))
        return 0;
    for (int i = 0; i < 2 && !took; i++) {
        enum pl_http_event event = pl_http_message_byte(m, c, &took);
        pl_http_reply_event(t, event, c);
    }
    return 1;
}

PL_INLINE uint32_t pl_http_talk_step(struct pl_http_talk *t, enum pl_side side,
                                     const pl_chunk *chunk, uint32_t off, uint32_t len)
{
    return side == PL_CLIENT ? pl_http_request_step(t, chunk, off, len)
                             : pl_http_reply_step(t, chunk, off, len);
}

/* All of these bytes.  False: the side has ended; *taken of them were HTTP's. */
PL_INLINE bool pl_http_talk_feed(struct pl_http_talk *t, enum pl_side side, const pl_chunk *bytes,
                                 uint32_t len, uint32_t *taken)
{
    uint32_t n;

    *taken = 0;
    while ((n = pl_http_talk_step(t, side, bytes, *taken, len)) != 0)
        *taken += n;
    return *taken == len;
}

/* n bytes of this side were lost.  True: all of them were a body's, and reading goes on. */
PL_INLINE bool pl_http_talk_lost(struct pl_http_talk *t, enum pl_side side, uint32_t n)
{
    struct pl_http_message *m = side == PL_CLIENT ? &t->request.message : &t->reply.message;
    bool body = m->part == PL_HTTP_BODY || m->part == PL_HTTP_CHUNK;

    if (m->part == PL_HTTP_TO_CLOSE)
        return true;
    if (body && n <= m->left && n)
        return pl_http_message_skip(m, n) == n;
    pl_http_message_stop(m, PL_HTTP_ENDED_LOST);
    return false;
}

#endif
