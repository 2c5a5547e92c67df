/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request's head in HTTP/1 (RFC 9112): the request line, then headers until the blank line, then
 * the next request when the length of the body is known.
 *
 * The reader is lenient where a server may be, since a credential crosses the network whatever the
 * server makes of it: LF without CR ends a line (2.2); a CR elsewhere counts as a space; spaces are
 * allowed around the parts of the request line (3) and before a header's colon (5.1, where a server
 * has to refuse); a line that begins with a space continues the value before it (5.2); a header
 * line without a colon is skipped.  A second Host is malformed (3.2): nobody can say which one
 * counts.
 *
 * The name of the destination is the target's when it has one (3.2.2, 3.2.3), else Host's.
 * Of what a request is for (http_kind.h) it knows git's targets, those of an engine and a debugger
 * on their ports, and Sec-WebSocket-Key: little, since it runs in the kernel.
 * After CONNECT the dialogue inside the tunnel is recognised anew.
 * When Content-Length is not one plain number, or Transfer-Encoding or Upgrade is there, reading
 * ends with the head (PL_END_BODY).
 */
#ifndef PL_READ_HTTP_HEAD_H
#define PL_READ_HTTP_HEAD_H

#include "state.h"

enum { PL_HTTP_LENGTH_BITS = 40 }; /* a longer body than 2^40 bytes is not skipped */

PL_INLINE bool pl_http_version_ok(const struct pl_word *w)
{
    return w->len == 8 && w->low >> 8 == PL_WORD_7('H', 'T', 'T', 'P', '/', '1', '.');
}

/* One byte of the request line's second word, which word holds already.  A name begins the target
 * of CONNECT, or stands behind the "://" that follows the target's first word (RFC 9112, 3.2). */
PL_INLINE void pl_http_target_step(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    bool scheme = t->name_mode == PL_NAME_PORT && !t->absolute;
    bool first = t->word.len == 1;

    if (first) {
        t->absolute = false;
        pl_name_begin(t, names);
    }
    if (c == '/' && scheme && !first && (t->word.low & 0xffffff) == PL_WORD_3(':', '/', '/')) {
        t->absolute = true;
        pl_name_begin(t, names);
    } else if (c == '/' && scheme && !first && (t->word.low & 0xffff) == PL_WORD_2(':', '/')) {
        return;
    } else if (c == '/' || c == '?' || c == '#') {
        t->name_mode = PL_NAME_OFF;
    } else if (c == '@' && t->name_mode != PL_NAME_OFF) { /* behind user information */
        pl_name_begin(t, names);
    } else {
        pl_name_step(t, names, c);
    }
}

/* 1 when the key has this bit, else 0, without a branch. */
PL_INLINE uint32_t pl_http_key_has(uint32_t key, enum pl_key bit)
{
    return key / (uint32_t)bit & 1;
}

/* The line's second word is complete.  Is it a target of git's smart protocol (its last 16 bytes
 * are), or of an engine or a debugger on their ports? */
PL_INLINE void pl_http_target_end(struct pl_text *t, uint32_t key)
{
    uint64_t high = t->word.high, low = t->word.low;
    uint64_t fetch = pl_same64(low, PL_WORD_8('O', 'A', 'D', '-', 'P', 'A', 'C', 'K')) &
                     (pl_same64(high, PL_WORD_8('=', 'G', 'I', 'T', '-', 'U', 'P', 'L')) |
                      pl_same64(high, PL_WORD_8('/', 'G', 'I', 'T', '-', 'U', 'P', 'L')));
    uint64_t push = pl_same64(low, PL_WORD_8('I', 'V', 'E', '-', 'P', 'A', 'C', 'K')) &
                    pl_same64(high, PL_WORD_8('G', 'I', 'T', '-', 'R', 'E', 'C', 'E'));
    uint64_t docker = pl_same64(t->port, PL_PORT_DOCKER);
    uint64_t debug =
        pl_same64(t->port, PL_PORT_NODE_INSPECTOR) | pl_same64(t->port, PL_PORT_DEVTOOLS);

    t->http.kinds_maybe =
        (uint32_t)((fetch | push) * PL_HTTP_KIND(GIT) |
                   (docker & pl_http_key_has(key, PL_KEY_DOCKER)) * PL_HTTP_KIND(DOCKER) |
                   (debug & pl_http_key_has(key, PL_KEY_INSPECTOR)) * PL_HTTP_KIND(INSPECTOR));
}

/* The request line was read: the headers begin. */
PL_INLINE void pl_http_begin(struct pl_text *t, struct pl_tls_facts *names)
{
    bool named = t->absolute || (t->command & PL_KEY_CONNECT);

    pl_text_recognised(t, PL_PROTOCOL_HTTP);
    pl_name_end(t, names);
    t->http.request = true;
    t->http.clear = true;
    t->http.kinds |= t->http.kinds_maybe;
    if (!named)
        names->sni_len = 0;
    t->named = names->sni_len ? PL_NAMED_TARGET : PL_NAMED_NOT;
    t->host_seen = false;
    t->length_seen = false;
    t->framing = false;
    t->length = 0;
    t->header = 0;
    t->state = PL_TEXT_HEADER;
}

/* The blank line was read. */
PL_INLINE void pl_http_end(struct pl_text *t)
{
    t->http.headers_done = true;
    t->bytes = 0;
    t->line_from = 0;
    t->gap = false;
    if (t->command & PL_KEY_CONNECT) {
        t->protocol = PL_PROTOCOL_UNKNOWN;
        t->state = PL_TEXT_FIRST;
        t->words = 0;
        t->lines = 0;
        t->user_named = false;
    } else if (t->framing) {
        pl_text_stop(t, PL_END_BODY);
    } else {
        t->state = t->length ? PL_TEXT_BODY : PL_TEXT_LINE;
    }
}

/* The end of a header line. */
PL_INLINE void pl_http_line_end(struct pl_text *t)
{
    t->state = PL_TEXT_HEADER;
    t->gap = false;
    pl_word_clear(&t->word);
}

/* The header's name is complete. */
PL_INLINE void pl_http_header_begin(struct pl_text *t, struct pl_tls_facts *names)
{
    uint32_t key = pl_word_key(&t->word);

    t->header = key;
    t->http.kinds |= pl_http_key_has(key, PL_KEY_WEBSOCKET) * PL_HTTP_KIND(WEBSOCKET);
    t->gap = false;
    t->state = PL_TEXT_VALUE;
    pl_secret_begin(&t->secret, &t->word);
    if (key & PL_KEY_HOST) {
        if (t->host_seen)
            pl_text_stop(t, PL_END_MALFORMED);
        else if (t->named != PL_NAMED_TARGET)
            pl_name_begin(t, names);
        t->host_seen = true;
    } else if (key & PL_KEY_LENGTH) {
        t->framing |= t->length_seen;
        t->length_seen = true;
        t->length = 0;
    } else if (key & PL_KEY_FRAMING) {
        t->framing = true;
    }
    if (!(key &
          (PL_KEY_HOST | PL_KEY_LENGTH | PL_KEY_COOKIE | PL_KEY_AUTHORIZATION | PL_KEY_SECRET)))
        t->state = PL_TEXT_SKIP;
}

/* A line that begins with a space continues the value before it (5.2). */
PL_INLINE void pl_http_fold(struct pl_text *t)
{
    t->state = t->header ? PL_TEXT_VALUE : PL_TEXT_SKIP;
    t->framing |= (t->header & PL_KEY_LENGTH) != 0;
}

/* One byte of a header line until its colon. */
PL_INLINE void pl_http_name_step(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    if (c == '\n') {
        t->header = 0; /* a line that continues one without a colon says nothing */
        if (t->word.len == 0)
            pl_http_end(t);
        else
            pl_http_line_end(t);
    } else if (c == ':') {
        pl_http_header_begin(t, names);
    } else if (pl_text_space(c)) {
        t->gap = true;
    } else {
        pl_word_push(&t->word, c);
        if (t->gap)
            t->word.len = 255; /* a name with a space inside is no name */
    }
}

PL_INLINE void pl_http_length_step(struct pl_text *t, uint8_t c)
{
    if (pl_text_space(c)) {
        t->gap |= t->secret.stage != PL_SECRET_BEGIN;
        return;
    }
    t->secret.stage = PL_SECRET_VALUE;
    t->length = t->length * 10 + (uint8_t)(c - '0');
    t->framing |= (uint8_t)(c - '0') > 9 || t->gap || t->length >> PL_HTTP_LENGTH_BITS;
}

/* The value's end.  A line that continues it comes back into the same state. */
PL_INLINE void pl_http_value_end(struct pl_text *t, struct pl_tls_facts *names)
{
    t->http.credentials |= pl_secret_end(&t->secret, &t->word, t->header);
    if ((t->header & PL_KEY_LENGTH) && t->secret.stage == PL_SECRET_BEGIN)
        t->framing = true; /* it is empty */
    if ((t->header & PL_KEY_HOST) && names->sni_len) {
        pl_name_end(t, names);
        t->named |= PL_NAMED_HOST;
    }
}

/* One byte of a value that matters. */
PL_INLINE void pl_http_value_step(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    if (c == '\n') {
        pl_http_value_end(t, names);
        pl_http_line_end(t);
    } else if (t->header & PL_KEY_HOST) {
        if (!pl_text_space(c))
            pl_name_step(t, names, c);
        else if (names->sni_len)
            t->name_mode = PL_NAME_OFF;
    } else if (t->header & PL_KEY_LENGTH) {
        pl_http_length_step(t, c);
    } else if (c != '\r' && pl_secret_step(&t->secret, &t->word, t->header, c)) {
        t->http.credentials = true;
        t->state = PL_TEXT_SKIP;
    }
}

#endif
