/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The frame of HTTP/1 messages of one side (RFC 9112): where the start line, the headers and the
 * body of one message end and the next one begins.  What the bytes mean is for http_request.h and
 * http_reply.h.
 *
 *   event = pl_http_message_byte(&m, c, &took)     until took; at most two events a byte
 *   pl_http_message_body(&m, how)                  after PL_HTTP_HEAD_END
 *   n = pl_http_message_skip(&m, n)                in a body: how many of n bytes belong to it
 *
 * As lenient as http_head.h: LF alone ends a line, CR counts as a space, spaces may stand before a
 * header's colon, empty lines before the start line, and a line without a colon is skipped.  A
 * value ends only when the next line is known not to continue it (5.2).
 *
 * A body's length (6.3): chunked when that is the last transfer coding, else Content-Length, given
 * once or several times alike.  When it cannot be known, reading ends with PL_HTTP_ENDED_BODY.
 */
#ifndef PL_READ_HTTP_MESSAGE_H
#define PL_READ_HTTP_MESSAGE_H

#include "http_text.h"

/* Where in a message the next byte stands. */
enum pl_http_part {
    PL_HTTP_START,      /* in the start line, or in empty lines before it */
    PL_HTTP_NAME,       /* in a header's name */
    PL_HTTP_VALUE,      /* in its value */
    PL_HTTP_FOLD,       /* behind a value's line: does the next one continue it? */
    PL_HTTP_LINE,       /* in a header line that says nothing */
    PL_HTTP_BODY,       /* of known length */
    PL_HTTP_CHUNK_SIZE, /* in the line before a chunk (7.1) */
    PL_HTTP_CHUNK_EXT,  /* in its extensions */
    PL_HTTP_CHUNK,      /* in a chunk's bytes */
    PL_HTTP_CHUNK_END,  /* in the line end behind them */
    PL_HTTP_TO_CLOSE,   /* in a body that lasts as long as the connection */
    PL_HTTP_ENDED       /* see enum pl_http_ended */
};

/* Why a side is read no further. */
enum pl_http_ended {
    PL_HTTP_READING,
    PL_HTTP_ENDED_OTHER,   /* no HTTP/1 message began here */
    PL_HTTP_ENDED_TUNNEL,  /* what follows is another protocol: behind CONNECT */
    PL_HTTP_ENDED_UPGRADE, /* the same: behind 101 */
    PL_HTTP_ENDED_BODY,    /* a body whose end cannot be known */
    PL_HTTP_ENDED_LONG,    /* a line or a head over the limit */
    PL_HTTP_ENDED_PAIR,    /* which request an answer belongs to cannot be known */
    PL_HTTP_ENDED_LOST,    /* bytes were lost outside of a body */
    PL_HTTP_ENDED_MALFORMED
};

enum pl_http_event {
    PL_HTTP_NOTHING,
    PL_HTTP_START_BYTE,
    PL_HTTP_START_END,
    PL_HTTP_HEADER, /* m.text is the name of a header, complete */
    PL_HTTP_VALUE_BYTE,
    PL_HTTP_VALUE_END,
    PL_HTTP_HEAD_END /* the blank line: pl_http_message_body() says what follows */
};

/* Which body follows a head. */
enum pl_http_body { PL_HTTP_BODY_NONE, PL_HTTP_BODY_REQUEST, PL_HTTP_BODY_ANSWER };

/* What Content-Length and Transfer-Encoding say. */
enum pl_http_framing {
    PL_HTTP_LENGTH = 1 << 0,  /* Content-Length was there */
    PL_HTTP_CODED = 1 << 1,   /* Transfer-Encoding was there */
    PL_HTTP_CHUNKED = 1 << 2, /* its last coding is chunked */
    PL_HTTP_UNCLEAR = 1 << 3  /* a length that is no plain number, or two that differ */
};

enum { PL_HTTP_LINE_MAX = 16384, PL_HTTP_HEAD_MAX = 65536, PL_HTTP_BODY_BITS = 40 };

/* What the value being read says of the body. */
enum pl_http_framer { PL_HTTP_FRAMER_NONE, PL_HTTP_FRAMER_LENGTH, PL_HTTP_FRAMER_CODING };

struct pl_http_message {
    struct pl_http_text text; /* a header's name */
    struct pl_word coding;    /* a transfer coding */
    uint64_t left;            /* of the body or the chunk */
    uint64_t length;          /* Content-Length */
    uint64_t number;          /* being read */
    uint32_t head;            /* bytes of this head */
    uint32_t line;            /* and of this line */
    uint8_t part, ended;
    uint8_t framer, framing;
    bool begun;   /* the start line */
    bool gap;     /* a space was seen inside of a name or behind a number */
    bool digits;  /* a number has begun */
    bool trailer; /* the headers are those behind a chunked body */
};

PL_INLINE void pl_http_message_stop(struct pl_http_message *m, enum pl_http_ended why)
{
    *m = (struct pl_http_message){.part = PL_HTTP_ENDED, .ended = (uint8_t)why};
}

PL_INLINE bool pl_http_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

PL_INLINE void pl_http_message_line(struct pl_http_message *m, enum pl_http_part part)
{
    m->part = (uint8_t)part;
    m->line = 0;
    m->gap = false;
    m->digits = false;
    m->number = 0;
    pl_http_text_clear(&m->text);
}

PL_INLINE enum pl_http_event pl_http_message_start(struct pl_http_message *m, uint8_t c)
{
    if (c == '\n' && m->begun) {
        pl_http_message_line(m, PL_HTTP_NAME);
        return PL_HTTP_START_END;
    }
    m->begun |= c != '\n' && !pl_http_space(c);
    return m->begun ? PL_HTTP_START_BYTE : PL_HTTP_NOTHING;
}

PL_INLINE void pl_http_message_framer(struct pl_http_message *m)
{
    m->framer = PL_HTTP_FRAMER_NONE;
    if (m->trailer)
        return;
    if (pl_http_text_is(&m->text, "content-length"))
        m->framer = PL_HTTP_FRAMER_LENGTH;
    else if (pl_http_text_is(&m->text, "transfer-encoding"))
        m->framer = PL_HTTP_FRAMER_CODING;
    pl_word_clear(&m->coding);
}

/* The blank line.  That behind a trailer ends the message. */
PL_INLINE enum pl_http_event pl_http_message_blank(struct pl_http_message *m)
{
    if (!m->trailer)
        return PL_HTTP_HEAD_END;
    *m = (struct pl_http_message){0};
    return PL_HTTP_NOTHING;
}

PL_INLINE enum pl_http_event pl_http_message_name(struct pl_http_message *m, uint8_t c)
{
    if (c == '\n' && m->text.len == 0)
        return pl_http_message_blank(m);
    if (c == '\n') {
        pl_http_message_line(m, PL_HTTP_NAME);
    } else if (c == ':') {
        pl_http_message_framer(m);
        m->part = PL_HTTP_VALUE;
        m->gap = false;
        return PL_HTTP_HEADER;
    } else if (m->line == 1 && c != '\r' && pl_http_space(c)) {
        m->part = PL_HTTP_LINE; /* it continues nothing */
    } else if (pl_http_space(c)) {
        m->gap = m->text.len != 0;
    } else {
        pl_http_text_push(&m->text, c);
        if (m->gap)
            m->text.len = 255; /* a name with a space inside is no name */
    }
    return PL_HTTP_NOTHING;
}

/* One byte of a number: Content-Length, or a chunk's size. */
PL_INLINE bool pl_http_message_digit(struct pl_http_message *m, uint8_t c, uint32_t base)
{
    uint32_t digit = (uint8_t)(c - '0') <= 9 ? (uint32_t)(c - '0') : 99;

    if ((uint8_t)(pl_lower(c) - 'a') < 6)
        digit = (uint32_t)(pl_lower(c) - 'a' + 10);
    if (digit >= base || m->number >> PL_HTTP_BODY_BITS)
        return false;
    m->number = m->number * base + digit;
    m->digits = true;
    return true;
}

PL_INLINE void pl_http_message_framer_step(struct pl_http_message *m, uint8_t c)
{
    if (m->framer == PL_HTTP_FRAMER_LENGTH && pl_http_space(c)) {
        m->gap |= m->digits;
    } else if (m->framer == PL_HTTP_FRAMER_LENGTH) {
        if (m->gap || !pl_http_message_digit(m, c, 10))
            m->framing |= PL_HTTP_UNCLEAR;
    } else if (m->framer == PL_HTTP_FRAMER_CODING && c == ',') {
        pl_word_clear(&m->coding);
    } else if (m->framer == PL_HTTP_FRAMER_CODING && !pl_http_space(c)) {
        pl_word_push(&m->coding, c);
    }
}

PL_INLINE void pl_http_message_framer_end(struct pl_http_message *m)
{
    if (m->framer == PL_HTTP_FRAMER_LENGTH) {
        if (!m->digits || ((m->framing & PL_HTTP_LENGTH) && m->length != m->number))
            m->framing |= PL_HTTP_UNCLEAR;
        m->length = m->number;
        m->framing |= PL_HTTP_LENGTH;
    } else if (m->framer == PL_HTTP_FRAMER_CODING) {
        m->framing &= (uint8_t)~PL_HTTP_CHUNKED;
        m->framing |= PL_HTTP_CODED;
        if (m->coding.len == 7 && pl_word_ends(&m->coding, "CHUNKED"))
            m->framing |= PL_HTTP_CHUNKED;
    }
    m->framer = PL_HTTP_FRAMER_NONE;
}

PL_INLINE enum pl_http_event pl_http_message_value(struct pl_http_message *m, uint8_t c)
{
    if (c == '\n') {
        m->part = PL_HTTP_FOLD;
        return PL_HTTP_NOTHING;
    }
    pl_http_message_framer_step(m, c);
    return PL_HTTP_VALUE_BYTE;
}

/* Behind a value's line.  A byte that does not continue it is not taken: it begins the next line.
 */
PL_INLINE enum pl_http_event pl_http_message_fold(struct pl_http_message *m, uint8_t c, bool *took)
{
    if (c == ' ' || c == '\t') {
        m->part = PL_HTTP_VALUE;
        m->line = 1;
        return pl_http_message_value(m, c);
    }
    *took = false;
    pl_http_message_framer_end(m);
    pl_http_message_line(m, PL_HTTP_NAME);
    return PL_HTTP_VALUE_END;
}

/* The line before a chunk is complete. */
PL_INLINE void pl_http_message_chunk(struct pl_http_message *m)
{
    uint64_t size = m->number;

    if (!m->digits) {
        pl_http_message_stop(m, PL_HTTP_ENDED_MALFORMED);
        return;
    }
    m->trailer = size == 0;
    m->left = size;
    m->head = 0;
    pl_http_message_line(m, size ? PL_HTTP_CHUNK : PL_HTTP_NAME);
}

PL_INLINE void pl_http_message_chunked(struct pl_http_message *m, uint8_t c)
{
    if (m->part == PL_HTTP_CHUNK_END && c == '\n')
        pl_http_message_line(m, PL_HTTP_CHUNK_SIZE);
    else if (m->part == PL_HTTP_CHUNK_END && c != '\r')
        pl_http_message_stop(m, PL_HTTP_ENDED_MALFORMED);
    else if (m->part != PL_HTTP_CHUNK_END && c == '\n')
        pl_http_message_chunk(m);
    else if (m->part == PL_HTTP_CHUNK_SIZE && (c == ';' || pl_http_space(c)))
        m->part = PL_HTTP_CHUNK_EXT;
    else if (m->part == PL_HTTP_CHUNK_SIZE && !pl_http_message_digit(m, c, 16))
        pl_http_message_stop(m, PL_HTTP_ENDED_MALFORMED);
}

/* One byte outside of a body.  *took: false when the byte has to be given again. */
PL_INLINE enum pl_http_event pl_http_message_byte(struct pl_http_message *m, uint8_t c, bool *took)
{
    *took = true;
    if (m->part == PL_HTTP_FOLD)
        return pl_http_message_fold(m, c, took);
    m->head++;
    m->line++;
    if (m->line > PL_HTTP_LINE_MAX || m->head > PL_HTTP_HEAD_MAX)
        pl_http_message_stop(m, PL_HTTP_ENDED_LONG);
    else if (m->part == PL_HTTP_START)
        return pl_http_message_start(m, c);
    else if (m->part == PL_HTTP_NAME)
        return pl_http_message_name(m, c);
    else if (m->part == PL_HTTP_VALUE)
        return pl_http_message_value(m, c);
    else if (m->part == PL_HTTP_LINE && c == '\n')
        pl_http_message_line(m, PL_HTTP_NAME);
    else if (m->part >= PL_HTTP_CHUNK_SIZE && m->part <= PL_HTTP_CHUNK_END)
        pl_http_message_chunked(m, c);
    return PL_HTTP_NOTHING;
}

/* The head is complete: the body, or the next message, begins. */
PL_INLINE void pl_http_message_body(struct pl_http_message *m, enum pl_http_body how)
{
    struct pl_http_message next = {0};

    if (how == PL_HTTP_BODY_NONE)
        next.part = PL_HTTP_START;
    else if ((m->framing & PL_HTTP_CODED) && (m->framing & PL_HTTP_CHUNKED))
        next.part = PL_HTTP_CHUNK_SIZE;
    else if (m->framing & PL_HTTP_CODED)
        next.part = how == PL_HTTP_BODY_ANSWER ? PL_HTTP_TO_CLOSE : PL_HTTP_ENDED;
    else if (m->framing & PL_HTTP_UNCLEAR)
        next.part = PL_HTTP_ENDED;
    else if (m->framing & PL_HTTP_LENGTH)
        next.part = m->length ? PL_HTTP_BODY : PL_HTTP_START;
    else if (how == PL_HTTP_BODY_ANSWER)
        next.part = PL_HTTP_TO_CLOSE;
    next.ended = next.part == PL_HTTP_ENDED ? PL_HTTP_ENDED_BODY : PL_HTTP_READING;
    next.left = next.part == PL_HTTP_BODY ? m->length : 0;
    *m = next;
}

PL_INLINE bool pl_http_message_in_body(const struct pl_http_message *m)
{
    return m->part == PL_HTTP_BODY || m->part == PL_HTTP_CHUNK || m->part == PL_HTTP_TO_CLOSE;
}

/* How many of the next n bytes, at least one, belong to this body or chunk; they are left out. */
PL_INLINE uint32_t pl_http_message_skip(struct pl_http_message *m, uint32_t n)
{
    if (m->part == PL_HTTP_TO_CLOSE)
        return n;
    if (n > m->left)
        n = (uint32_t)m->left;
    m->left -= n;
    if (m->left == 0)
        pl_http_message_line(m, m->part == PL_HTTP_CHUNK ? PL_HTTP_CHUNK_END : PL_HTTP_START);
    return n;
}

#endif
