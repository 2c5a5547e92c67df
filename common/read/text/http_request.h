/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's side of an HTTP/1 connection, all of it: what http_head.h reads for the kernel, and
 * in addition what the requests are for (http_kind.h), the methods and hosts for the log, and the
 * requests behind chunked bodies.  Not in the kernel.
 *
 *   n = pl_http_request_step(&talk, chunk, off, len)    bytes taken; 0 at the end
 *
 * Recognised like http_head.h does: a line of three words or more whose last is HTTP/1.x, within
 * the first PL_HTTP_STRANGE_LINES + 1 lines.  A line behind a request that is none ends reading:
 * PL_HTTP_ENDED_TUNNEL behind CONNECT and Upgrade, else malformed, as a second Host is.
 *
 * talk.request.host_text holds the last Host header as sent, for a log; a host that wants them all
 * copies it whenever host_hops has changed after a step.
 *
 * Nothing of a credential is kept but its kind.
 */
#ifndef PL_READ_HTTP_REQUEST_H
#define PL_READ_HTTP_REQUEST_H

#include "http_talk.h"

/* --- the request line */

/* One byte of the target of which the form is known. */
PL_INLINE void pl_http_target_byte(struct pl_http_request *r, uint8_t c)
{
    bool path = c == '/' || c == '?' || c == '#';

    if (r->target_form == PL_FORM_BEGIN && r->method == PL_HTTP_METHOD_CONNECT)
        r->target_form = PL_FORM_AUTHORITY;
    else if (r->target_form == PL_FORM_BEGIN)
        r->target_form = path ? PL_FORM_PATH : PL_FORM_SCHEME;
    else if (r->target_form == PL_FORM_AUTHORITY && path)
        r->target_form = PL_FORM_PATH;
    if (r->target_form == PL_FORM_PATH)
        pl_http_signs_target(&r->signs, c);
    else if (r->target_form == PL_FORM_AUTHORITY)
        pl_http_authority_byte(&r->host, c);
    else if (pl_word_ends(&r->word, "://"))
        r->target_form = PL_FORM_AUTHORITY;
}

/* A word of the request line is complete. */
PL_INLINE void pl_http_request_word(struct pl_http_request *r)
{
    if (r->words == 1)
        r->method = (uint8_t)pl_http_method(&r->word);
    if (r->words == 2)
        pl_http_signs_target_end(&r->signs);
}

PL_INLINE void pl_http_request_line_byte(struct pl_http_request *r, uint8_t c)
{
    if (pl_http_space(c)) {
        r->gap = true;
        return;
    }
    if (r->gap || r->words == 0) {
        pl_http_request_word(r);
        r->words += r->words != 255;
        r->gap = false;
        pl_word_clear(&r->word);
    }
    pl_word_push(&r->word, c);
    if (r->words == 2)
        pl_http_target_byte(r, c);
}

/* Fresh for the next request line. */
PL_INLINE void pl_http_request_clear(struct pl_http_request *r)
{
    r->signs = (struct pl_http_signs){0};
    r->host = (struct pl_http_authority){0};
    r->target_form = PL_FORM_BEGIN;
    r->words = 0;
    r->gap = false;
    r->in_host = false;
    r->host_seen = false;
    pl_word_clear(&r->word);
}

/* A line that is no request. */
PL_INLINE void pl_http_request_strange(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;

    if (r->follows)
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_TUNNEL);
    else if (t->facts.request)
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_MALFORMED);
    else if (++r->lines > PL_HTTP_STRANGE_LINES)
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_OTHER);
    else
        r->message = (struct pl_http_message){0};
    pl_http_request_clear(r);
}

PL_INLINE void pl_http_request_line_end(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;
    bool http =
        r->word.len == 8 && r->word.low >> 8 == PL_WORD_7('H', 'T', 'T', 'P', '/', '1', '.');

    if (r->words < 3 || !http) {
        pl_http_request_strange(t);
        return;
    }
    t->facts.request = true;
    t->facts.clear = true;
    t->facts.target_read = true;
    if (r->signs.signs & PL_SIGN_TOKEN) /* already in the way of others */
        t->facts.kinds |= PL_HTTP_KIND(TOKEN);
    t->facts.plain_by_rule |= (r->signs.signs & PL_SIGN_ACME) != 0;
    r->target_named = r->host.len != 0;
    r->follows = false;
    pl_http_log_method(&t->log, (enum pl_http_method)r->method);
    pl_word_clear(&r->word);
}

/* --- Basic's user and password, for the factory pairs */

PL_INLINE int pl_http_base64(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

PL_INLINE void pl_http_basic_end(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;

    if (!r->basic.on)
        return;
    t->facts.pair_default |= pl_default_pair_end(&r->pair);
    t->facts.pair_read = true;
    r->pair = (struct pl_default_pair){0};
    r->basic = (struct pl_http_basic){0};
}

PL_INLINE void pl_http_basic_byte(struct pl_http_request *r, uint8_t c)
{
    struct pl_http_basic *b = &r->basic;
    int value = pl_http_base64(c);

    b->done |= value < 0;
    if (b->done)
        return;
    b->bits = (uint16_t)(b->bits << 6 | value);
    b->count = (uint8_t)(b->count + 6);
    if (b->count < 8)
        return;
    b->count = (uint8_t)(b->count - 8);
    pl_default_pair_basic(&r->pair, (uint8_t)(b->bits >> b->count));
}

/* --- headers */

PL_INLINE void pl_http_request_host(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;

    if (r->host_seen) {
        pl_http_message_stop(&r->message, PL_HTTP_ENDED_MALFORMED);
        return;
    }
    r->host_seen = true;
    r->in_host = true;
    r->host_ended = false;
    r->host_len = 0;
}

PL_INLINE void pl_http_request_header(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;
    const struct pl_http_text *name = &r->message.text;
    struct pl_word word = pl_http_text_word(name);

    r->key = pl_word_key(&word);
    pl_secret_begin(&r->secret, &r->word);
    t->log.cookie_sent |= (r->key & PL_KEY_COOKIE) != 0;
    pl_http_signs_header(&r->signs, name);
    if (r->key & PL_KEY_HOST)
        pl_http_request_host(t);
}

PL_INLINE void pl_http_request_host_byte(struct pl_http_request *r, uint8_t c)
{
    if (pl_http_space(c)) {
        r->host_ended = r->host_len != 0;
        return;
    }
    if (r->host_ended)
        return;
    if (!r->target_named)
        pl_http_authority_byte(&r->host, c);
    if (r->host_len < PL_HTTP_HOST_MAX)
        r->host_text[r->host_len++] = pl_lower(c);
}

/* The scheme of Authorization is known: word holds it. */
PL_INLINE void pl_http_request_scheme(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;
    enum pl_http_scheme scheme = pl_http_scheme(&r->word);

    t->log.schemes |= 1u << scheme;
    t->log.basic |= scheme == PL_HTTP_SCHEME_BASIC;
    if (scheme >= PL_HTTP_SCHEME_AWS && scheme < PL_HTTP_SCHEME_OTHER)
        r->signs.signs |= PL_SIGN_STORE;
    pl_word_clear(&r->word);
    if (scheme != PL_HTTP_SCHEME_BASIC)
        return;
    r->basic = (struct pl_http_basic){.on = true};
    pl_default_pair_begin(&r->pair);
}

/* One byte of a value that may be a credential. */
PL_INLINE void pl_http_request_secret(struct pl_http_talk *t, uint8_t c)
{
    struct pl_http_request *r = &t->request;
    bool authorization = r->key & PL_KEY_AUTHORIZATION;

    if (r->basic.on) {
        pl_http_basic_byte(r, c);
    } else if (pl_secret_step(&r->secret, &r->word, r->key, c)) {
        t->facts.credentials = true;
        if (authorization)
            pl_http_request_scheme(t);
        if (r->basic.on)
            pl_http_basic_byte(r, c);
        else
            r->key = 0; /* nothing more of it matters */
    }
}

PL_INLINE void pl_http_request_value(struct pl_http_talk *t, uint8_t c)
{
    struct pl_http_request *r = &t->request;

    if (r->in_host)
        pl_http_request_host_byte(r, c);
    else if (c != '\r' && (r->key & (PL_KEY_AUTHORIZATION | PL_KEY_COOKIE | PL_KEY_SECRET)))
        pl_http_request_secret(t, c);
    pl_http_signs_value_byte(&r->signs, c == '\r' ? ' ' : c);
}

PL_INLINE void pl_http_request_value_end(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;

    if (!r->basic.on && (r->key & PL_KEY_AUTHORIZATION) && r->secret.stage != PL_SECRET_BEGIN) {
        t->facts.credentials |= pl_secret_end(&r->secret, &r->word, r->key);
        pl_http_request_scheme(t);
        r->basic.on = false; /* a scheme alone */
    }
    pl_http_basic_end(t);
    pl_http_signs_value_end(&r->signs);
    r->host_hops = (uint8_t)(r->host_hops + (r->in_host && r->host_len));
    r->in_host = false;
    r->key = 0;
    pl_word_clear(&r->word);
}

/* The blank line: the request goes to those that wait for an answer. */
PL_INLINE void pl_http_request_head_end(struct pl_http_talk *t)
{
    struct pl_http_request *r = &t->request;
    enum pl_http_method method = (enum pl_http_method)r->method;
    struct pl_http_asked asked = {.method = r->method, .host = r->host};
    bool upgrade = r->signs.signs & PL_SIGN_UPGRADE;

    asked.plain_by_rule = r->signs.signs & PL_SIGN_ACME;
    asked.inspector = r->signs.signs & PL_SIGN_INSPECTOR;
    t->facts.headers_done = true;
    t->facts.kinds |= pl_http_kinds(r->signs.signs, method, t->port);
    pl_http_pending_add(&t->pending, &asked);
    r->follows = method == PL_HTTP_METHOD_CONNECT || upgrade;
    pl_http_message_body(&r->message, method == PL_HTTP_METHOD_CONNECT ? PL_HTTP_BODY_NONE
                                                                       : PL_HTTP_BODY_REQUEST);
    pl_http_request_clear(r);
}

PL_INLINE void pl_http_request_event(struct pl_http_talk *t, enum pl_http_event event, uint8_t c)
{
    if (event == PL_HTTP_START_BYTE)
        pl_http_request_line_byte(&t->request, c);
    else if (event == PL_HTTP_START_END)
        pl_http_request_line_end(t);
    else if (event == PL_HTTP_HEADER && !t->request.message.trailer)
        pl_http_request_header(t);
    else if (event == PL_HTTP_VALUE_BYTE && !t->request.message.trailer)
        pl_http_request_value(t, c);
    else if (event == PL_HTTP_VALUE_END && !t->request.message.trailer)
        pl_http_request_value_end(t);
    else if (event == PL_HTTP_HEAD_END)
        pl_http_request_head_end(t);
}

/* No line begins with such a byte: another protocol does. */
PL_INLINE bool pl_http_foreign(const struct pl_http_message *m, uint8_t c)
{
    bool line_end = c == '\r' || c == '\n' || c == '\t';

    return m->part == PL_HTTP_START && !m->begun && ((c < ' ' && !line_end) || c >= 0x7f);
}

PL_INLINE void pl_http_request_foreign(struct pl_http_talk *t)
{
    enum pl_http_ended why = t->facts.request ? PL_HTTP_ENDED_MALFORMED : PL_HTTP_ENDED_OTHER;

    if (t->request.follows)
        why = PL_HTTP_ENDED_TUNNEL;
    pl_http_message_stop(&t->request.message, why);
}

/* Reading ended inside of a value, which may have been a credential. */
PL_INLINE void pl_http_request_forget(struct pl_http_request *r)
{
    pl_word_clear(&r->word);
    r->basic = (struct pl_http_basic){0};
    r->pair = (struct pl_default_pair){0};
}

/* Bytes taken of chunk[off .. len - 1], at least one; 0 when off >= len or when reading has ended:
 * talk.request.message.ended. */
PL_INLINE uint32_t pl_http_request_step(struct pl_http_talk *t, const pl_chunk *chunk, uint32_t off,
                                        uint32_t len)
{
    struct pl_http_message *m = &t->request.message;
    bool took = false;
    uint8_t c;

    if (off >= len || m->part == PL_HTTP_ENDED)
        return 0;
    if (pl_http_message_in_body(m))
        return pl_http_message_skip(m, len - off);
    c = pl_chunk_at(chunk, off);
    if (pl_http_foreign(m, c)) {
        pl_http_request_foreign(t);
        return 0;
    }
    for (int i = 0; i < 2 && !took; i++) {
        enum pl_http_event event = pl_http_message_byte(m, c, &took);
        pl_http_request_event(t, event, c);
    }
    if (m->part == PL_HTTP_ENDED)
        pl_http_request_forget(&t->request);
    return 1;
}

#endif
