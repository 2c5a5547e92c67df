/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The clear-text reader: what a client says first on a TCP connection, a byte at a time, to facts.
 * It knows Telnet (RFC 854), HTTP/1 (http_head.h) and the commands of SMTP, IMAP, POP3 and FTP
 * (command.h) by their content; the server's port is only a hint.  TLS it hands over.
 *
 *   struct pl_text t = {0};  t.port = 25;
 *   while ((n = pl_text_step(&t, &names, chunk, off, len)) != 0) off += n;
 *
 * A step reads one byte (or skips a piece of a body) and costs the same in the middle of a segment
 * and at its edge, so every split of the bytes gives the same facts.  It answers how many bytes it
 * took; 0 when there are none, when it has stopped, or when the byte at off begins TLS: then
 * t.protocol is PL_PROTOCOL_TLS and the byte belongs to the TLS reader, as do all after it.
 *
 * names: where the destination's name goes (sni, sni_len): the TLS reader's own buffer, since a
 * connection has one or the other.  Valid when t.named says so.
 *
 * It reads the client's side only.  It does not decode what it reads, keeps no credential and does
 * not know what the server answers.  What it cannot tell for sure it leaves out.
 */
#ifndef PL_READ_TEXT_H
#define PL_READ_TEXT_H

#include "command.h"
#include "http_head.h"

enum {
    PL_BYTE_TLS_HANDSHAKE = 0x16, /* RFC 8446, 5.1 */
    PL_BYTE_TELNET_SB = 0xfa,     /* RFC 855; WILL, WONT, DO, DONT are 0xfb-0xfe */
    PL_BYTE_TELNET_IAC = 0xff,
    PL_PORT_TELNET = 23
};

enum { PL_TEXT_SKIP_BYTES = 4 };

/* A byte that a text protocol would not begin a connection with. */
PL_INLINE bool pl_text_foreign(const struct pl_text *t, uint8_t c)
{
    if (t->protocol != PL_PROTOCOL_UNKNOWN || t->state != PL_TEXT_LINE)
        return false;
    return (c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f ||
           (c >= 0x80 && t->words <= 1);
}

PL_INLINE void pl_text_line_end(struct pl_text *t, struct pl_tls_facts *names)
{
    bool open = t->protocol == PL_PROTOCOL_UNKNOWN || t->protocol == PL_PROTOCOL_HTTP;

    if (t->words)
        pl_command_word(t, pl_word_key(&t->word), false);
    pl_command_line_end(t);
    if (open && t->words >= 3 && pl_http_version_ok(&t->word))
        pl_http_begin(t, names);
    else if (t->words && t->protocol == PL_PROTOCOL_HTTP)
        pl_text_stop(t, PL_END_MALFORMED);
    else if (t->words && t->protocol == PL_PROTOCOL_UNKNOWN && ++t->lines > PL_TEXT_UNKNOWN_LINES)
        pl_text_other(t);
    if (t->state == PL_TEXT_LINE && t->upgrade)
        t->state = PL_TEXT_FIRST;
    t->words = 0;
    t->gap = false;
    pl_word_clear(&t->word);
}

/* One byte of a command line or a request line. */
PL_INLINE void pl_text_line_step(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    if (c == '\n') {
        pl_text_line_end(t, names);
        return;
    }
    if (pl_text_space(c)) {
        t->gap = true;
        return;
    }
    if (t->gap || t->words == 0) {
        uint32_t key = pl_word_key(&t->word);
        pl_command_word(t, key, true);
        if (t->words == 2)
            pl_http_target_end(t, key);
        t->words += t->words != 255;
        t->gap = false;
        pl_word_clear(&t->word);
    }
    if (t->state == PL_TEXT_STOPPED)
        return;
    pl_word_push(&t->word, c);
    if (t->words == 2 && !(t->command & ~(uint32_t)PL_KEY_CONNECT)) /* a method, as far as known */
        pl_http_target_step(t, names, c);
}

/* The first byte of a connection, or of a line after TLS was asked for: does TLS begin? */
PL_INLINE bool pl_text_tls_begins(uint8_t c)
{
    return c == PL_BYTE_TLS_HANDSHAKE || (c >= 0x80 && c != PL_BYTE_TELNET_IAC); /* SSLv2's form */
}

PL_INLINE void pl_text_hand_over(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    t->doubtful = c != PL_BYTE_TLS_HANDSHAKE;
    t->before = t->protocol;
    t->protocol = PL_PROTOCOL_TLS;
    t->state = PL_TEXT_TLS;
    t->named = PL_NAMED_NOT;
    names->sni_len = 0;
}

/* The first byte is not TLS's: Telnet's or a line's. */
PL_INLINE bool pl_text_telnet_begins(struct pl_text *t, uint8_t c)
{
    bool iac = c == PL_BYTE_TELNET_IAC && t->protocol == PL_PROTOCOL_UNKNOWN;

    t->mail.inserted |= t->upgrade && c > ' ' && t->answer != PL_UPGRADE_REFUSED;
    t->state = iac ? PL_TEXT_IAC : PL_TEXT_LINE;
    return iac;
}

/* Other things begin with 0xff 0xfb too, so the option has to be one of IANA's (0-49, 138-140, 255)
 * where nobody expects Telnet. */
PL_INLINE bool pl_text_option_known(const struct pl_text *t, uint8_t c)
{
    return t->port == PL_PORT_TELNET || c <= 49 || (uint8_t)(c - 138) <= 2 || c == 255;
}

PL_INLINE void pl_text_telnet(struct pl_text *t)
{
    pl_text_recognised(t, PL_PROTOCOL_TELNET);
    t->net.telnet = true;
    pl_text_stop(t, PL_END_READ);
}

PL_INLINE void pl_text_option_step(struct pl_text *t, uint8_t c)
{
    if (pl_text_option_known(t, c))
        pl_text_telnet(t);
    else
        pl_text_other(t);
}

/* One byte in the state that t is in. */
PL_INLINE void pl_text_byte(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    if (t->state == PL_TEXT_LINE)
        pl_text_line_step(t, names, c);
    else if (t->state == PL_TEXT_HEADER)
        pl_http_name_step(t, names, c);
    else if (t->state == PL_TEXT_VALUE)
        pl_http_value_step(t, names, c);
    else if (t->state == PL_TEXT_IAC && c >= PL_BYTE_TELNET_SB && c != PL_BYTE_TELNET_IAC)
        t->state = PL_TEXT_OPTION;
    else if (t->state == PL_TEXT_IAC)
        pl_text_other(t);
    else if (t->state == PL_TEXT_OPTION)
        pl_text_option_step(t, c);
}

PL_INLINE uint32_t pl_text_body_skip(struct pl_text *t, uint32_t n)
{
    if (n > t->length)
        n = (uint32_t)t->length;
    t->length -= n;
    if (t->length == 0)
        t->state = PL_TEXT_LINE;
    return n;
}

/* Count one byte; true when the line or the dialogue is too long. */
PL_INLINE bool pl_text_too_long(struct pl_text *t, uint8_t c)
{
    t->bytes++;
    if (t->bytes > PL_TEXT_MAX)
        pl_text_stop(t, PL_END_LONG);
    else if (t->bytes - t->line_from > PL_TEXT_LINE_MAX)
        pl_text_stop(t, PL_END_LINE_LONG);
    if (c == '\n')
        t->line_from = t->bytes;
    return t->state == PL_TEXT_STOPPED;
}

/* Most bytes of a request are of values that do not matter: some of them in one step. */
PL_INLINE uint32_t pl_text_value_skip(struct pl_text *t, const pl_chunk *chunk, uint32_t off,
                                      uint32_t len)
{
    uint32_t n = 0;

    while (n < PL_TEXT_SKIP_BYTES && n < len - off && t->state == PL_TEXT_SKIP) {
        uint8_t c = pl_chunk_at(chunk, off + n);
        n++;
        if (!pl_text_too_long(t, c) && c == '\n')
            pl_http_line_end(t);
    }
    return n;
}

PL_INLINE uint32_t pl_text_step(struct pl_text *t, struct pl_tls_facts *names,
                                const pl_chunk *chunk, uint32_t off, uint32_t len)
{
    uint8_t c;

    if (off >= len || t->state >= PL_TEXT_TLS)
        return 0;
    if (t->state == PL_TEXT_BODY)
        return pl_text_body_skip(t, len - off);
    if (t->state == PL_TEXT_SKIP)
        return pl_text_value_skip(t, chunk, off, len);
    c = pl_chunk_at(chunk, off);
    if (t->state == PL_TEXT_FIRST && pl_text_tls_begins(c)) {
        pl_text_hand_over(t, names, c);
        return 0;
    }
    if (pl_text_too_long(t, c))
        return 1;
    if (t->state == PL_TEXT_FIRST && pl_text_telnet_begins(t, c))
        return 1;
    if (pl_text_foreign(t, c))
        pl_text_other(t);
    if (t->state == PL_TEXT_HEADER && t->word.len == 0 && (c == ' ' || c == '\t'))
        pl_http_fold(t);
    pl_text_byte(t, names, c);
    return 1;
}

PL_INLINE enum pl_outcome pl_text_outcome(const struct pl_text *t)
{
    if (t->state != PL_TEXT_STOPPED)
        return PL_MORE;
    return t->end == PL_END_MALFORMED ? PL_MALFORMED : PL_DONE;
}

#endif
