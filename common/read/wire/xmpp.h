/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XMPP, of clients and between servers (RFC 6120), up to TLS: the stream's header, <starttls/> in
 * the server's features, asked for by the client, <proceed/>; and what is said before TLS: <auth/>,
 * SASL2's <authenticate/> (XEP-0388), a component's <handshake/> (XEP-0114), and stanzas.
 *
 * It walks the tags of both streams, a byte at a time, and knows where a tag stands: the stream is
 * depth 0, what it holds depth 1.  The prefix of the stream's own names is "stream", as all write
 * it (4.8.5).  It reads no text and no attribute but the stream's default namespace, which tells
 * servers from clients; nothing of a login is kept but that it was there.
 */
#ifndef PL_READ_XMPP_H
#define PL_READ_XMPP_H

#include "../credential.h"
#include "../text/word.h"
#include "frame.h"

enum { PL_XMPP_SPACES_MAX = 8, PL_XMPP_DECLARATION_BYTES = 6, PL_XMPP_HEADER_BYTES = 14 };

PL_TABLE uint8_t pl_xmpp_declaration[PL_XMPP_DECLARATION_BYTES + 1] = "<?xml ";
PL_TABLE uint8_t pl_xmpp_header[PL_XMPP_HEADER_BYTES + 1] = "<stream:stream";

enum { PL_XMPP_TLS_HANDSHAKE = 0x16 }; /* RFC 8446, 5.1 */

enum pl_xmpp_state {
    PL_XMPP_TEXT,
    PL_XMPP_OPEN, /* after "<" */
    PL_XMPP_NAME,
    PL_XMPP_TAG, /* in a tag, behind its name */
    PL_XMPP_VALUE,
    PL_XMPP_SKIP /* a declaration, up to ">" */
};

enum pl_xmpp_element {
    PL_XMPP_OTHER,
    PL_XMPP_STREAM,
    PL_XMPP_FEATURES,
    PL_XMPP_STARTTLS,
    PL_XMPP_PROCEED,
    PL_XMPP_AUTH,
    PL_XMPP_STANZA
};

struct pl_xmpp_side {
    struct pl_word word;
    uint16_t depth;
    uint8_t state, element;
    uint8_t quote;
    bool closing; /* "</" */
    bool slash;   /* the tag's last byte was "/" */
    bool inside;  /* of the server's features */
};

struct pl_xmpp {
    bool stream;           /* a stream's header was read */
    bool servers;          /* between servers */
    bool starttls_offered; /* by the server's features */
    bool starttls_requested;
    bool starttls_done; /* the server said proceed */
    bool auth_clear;    /* a login before that */
    bool stanza_clear;  /* a message, a presence or a query before that */
    uint64_t creds;     /* enum pl_credential_number */
    struct pl_xmpp_side of[2];
};

PL_INLINE enum pl_match pl_xmpp_prefix(const uint8_t *byte, uint32_t len, const uint8_t *want,
                                       uint32_t want_len)
{
    for (uint32_t i = 0; i < len && i < want_len; i++)
        if (byte[i] != want[i])
            return PL_MATCH_NO;
    return len < want_len ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE enum pl_match pl_xmpp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                      uint16_t port)
{
    uint32_t at = 0;
    enum pl_match declaration, header;

    (void)side;
    (void)port;
    while (at < len && at < PL_XMPP_SPACES_MAX && (byte[at] == '\n' || byte[at] == ' '))
        at++;
    declaration =
        pl_xmpp_prefix(byte + at, len - at, pl_xmpp_declaration, PL_XMPP_DECLARATION_BYTES);
    header = pl_xmpp_prefix(byte + at, len - at, pl_xmpp_header, PL_XMPP_HEADER_BYTES);
    return header > declaration ? header : declaration;
}

PL_INLINE void pl_xmpp_begin(struct pl_xmpp *x, struct pl_frames *f)
{
    (void)x;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, 1);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, 1);
}

PL_INLINE bool pl_xmpp_is(const struct pl_word *w, uint32_t len, uint64_t high, uint64_t low)
{
    return w->len == len && w->high == high && w->low == low;
}

PL_INLINE enum pl_xmpp_element pl_xmpp_element_of(const struct pl_word *w)
{
    if (pl_xmpp_is(w, 13, PL_WORD_5('S', 'T', 'R', 'E', 'A'),
                   PL_WORD_8('M', ':', 'S', 'T', 'R', 'E', 'A', 'M')))
        return PL_XMPP_STREAM;
    if (pl_xmpp_is(w, 15, PL_WORD_7('S', 'T', 'R', 'E', 'A', 'M', ':'),
                   PL_WORD_8('F', 'E', 'A', 'T', 'U', 'R', 'E', 'S')))
        return PL_XMPP_FEATURES;
    if (pl_xmpp_is(w, 8, 0, PL_WORD_8('S', 'T', 'A', 'R', 'T', 'T', 'L', 'S')))
        return PL_XMPP_STARTTLS;
    if (pl_xmpp_is(w, 7, 0, PL_WORD_7('P', 'R', 'O', 'C', 'E', 'E', 'D')))
        return PL_XMPP_PROCEED;
    if (pl_xmpp_is(w, 4, 0, PL_WORD_4('A', 'U', 'T', 'H')) ||
        pl_xmpp_is(w, 9, 'H', PL_WORD_8('A', 'N', 'D', 'S', 'H', 'A', 'K', 'E')) ||
        pl_xmpp_is(w, 12, PL_WORD_4('A', 'U', 'T', 'H'),
                   PL_WORD_8('E', 'N', 'T', 'I', 'C', 'A', 'T', 'E')))
        return PL_XMPP_AUTH;
    if (pl_xmpp_is(w, 2, 0, PL_WORD_2('I', 'Q')) ||
        pl_xmpp_is(w, 7, 0, PL_WORD_7('M', 'E', 'S', 'S', 'A', 'G', 'E')) ||
        pl_xmpp_is(w, 8, 0, PL_WORD_8('P', 'R', 'E', 'S', 'E', 'N', 'C', 'E')))
        return PL_XMPP_STANZA;
    return PL_XMPP_OTHER;
}

/* An element of depth 1 begins. */
PL_INLINE void pl_xmpp_top(struct pl_xmpp *x, struct pl_xmpp_side *s, enum pl_side side)
{
    bool client = side == PL_CLIENT;

    s->inside = !client && s->element == PL_XMPP_FEATURES;
    x->starttls_requested |= client && s->element == PL_XMPP_STARTTLS;
    x->stanza_clear |= s->element == PL_XMPP_STANZA;
    if (client && s->element == PL_XMPP_AUTH) {
        x->auth_clear = true;
        x->creds |= PL_CREDENTIAL_BIT(XMPP_AUTH);
    }
}

/* The tag is complete.  A stream that begins anew within the old one (6.3.2) is depth 0 again. */
PL_INLINE void pl_xmpp_tag_end(struct pl_xmpp *x, struct pl_frames *f, enum pl_side side)
{
    struct pl_xmpp_side *s = &x->of[side];
    bool empty = s->slash, over = s->closing || empty;
    uint16_t depth = s->depth;

    s->state = PL_XMPP_TEXT;
    depth -= s->closing && depth > 0;
    if (s->element == PL_XMPP_STREAM && !s->closing)
        s->depth = 1;
    else
        s->depth = (uint16_t)(depth + (!over && depth < UINT16_MAX));
    if (s->element == PL_XMPP_STREAM) {
        x->stream |= !s->closing;
    } else if (depth == 0 || !x->stream) {
        f->end = PL_WIRE_MALFORMED; /* other XML */
    } else if (depth == 1 && !s->closing) {
        pl_xmpp_top(x, s, side);
    } else if (depth == 2 && s->inside && s->element == PL_XMPP_STARTTLS) {
        x->starttls_offered = true;
    }
    if (over && depth == 1 && side == PL_SERVER && s->element == PL_XMPP_PROCEED &&
        x->starttls_requested) {
        x->starttls_done = true;
        pl_frame_tls_next(f, PL_SERVER);
    }
}

/* A byte behind the tag's name. */
PL_INLINE void pl_xmpp_tag_step(struct pl_xmpp *x, struct pl_frames *f, enum pl_side side,
                                uint8_t c)
{
    struct pl_xmpp_side *s = &x->of[side];

    if (c == '>') {
        pl_xmpp_tag_end(x, f, side);
    } else if (c == '"' || c == '\'') {
        s->state = PL_XMPP_VALUE;
        s->quote = c;
        pl_word_clear(&s->word);
    }
    s->slash = c == '/';
}

PL_INLINE void pl_xmpp_value_step(struct pl_xmpp *x, struct pl_xmpp_side *s, uint8_t c)
{
    if (c != s->quote) {
        pl_word_push(&s->word, c);
        return;
    }
    x->servers |= s->element == PL_XMPP_STREAM &&
                  pl_xmpp_is(&s->word, 13, PL_WORD_5('J', 'A', 'B', 'B', 'E'),
                             PL_WORD_8('R', ':', 'S', 'E', 'R', 'V', 'E', 'R'));
    pl_word_clear(&s->word);
    s->state = PL_XMPP_TAG;
}

/* A byte of the tag's name, or the first one behind it. */
PL_INLINE void pl_xmpp_name_step(struct pl_xmpp *x, struct pl_frames *f, enum pl_side side,
                                 uint8_t c)
{
    struct pl_xmpp_side *s = &x->of[side];

    if (c > ' ' && c != '/' && c != '>') {
        pl_word_push(&s->word, c);
        return;
    }
    s->element = (uint8_t)pl_xmpp_element_of(&s->word);
    pl_word_clear(&s->word);
    s->state = PL_XMPP_TAG;
    s->slash = false;
    pl_xmpp_tag_step(x, f, side, c);
}

PL_INLINE void pl_xmpp_open_step(struct pl_xmpp_side *s, uint8_t c)
{
    s->closing = c == '/';
    s->slash = false;
    s->state = c == '?' || c == '!' ? PL_XMPP_SKIP : PL_XMPP_NAME;
    if (s->state == PL_XMPP_NAME && !s->closing)
        pl_word_push(&s->word, c);
}

PL_INLINE void pl_xmpp_frame(struct pl_xmpp *x, struct pl_frames *f, enum pl_side side)
{
    struct pl_xmpp_side *s = &x->of[side];
    uint8_t c = f->of[side].byte[0];

    pl_frame_next(&f->of[side], 0, 0, 1);
    if (s->state == PL_XMPP_TEXT && c == PL_XMPP_TLS_HANDSHAKE && side == PL_CLIENT &&
        x->starttls_requested)
        pl_frame_tls_here(f, PL_CLIENT);
    else if (s->state == PL_XMPP_TEXT)
        s->state = c == '<' ? PL_XMPP_OPEN : PL_XMPP_TEXT;
    else if (s->state == PL_XMPP_OPEN)
        pl_xmpp_open_step(s, c);
    else if (s->state == PL_XMPP_NAME)
        pl_xmpp_name_step(x, f, side, c);
    else if (s->state == PL_XMPP_TAG)
        pl_xmpp_tag_step(x, f, side, c);
    else if (s->state == PL_XMPP_VALUE)
        pl_xmpp_value_step(x, s, c);
    else if (c == '>')
        s->state = PL_XMPP_TEXT;
    if (x->auth_clear && x->stanza_clear)
        f->end = PL_WIRE_READ;
}

#endif
