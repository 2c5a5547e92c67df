/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's lines of SMTP, FTP, POP3 and IMAP up to TLS: what it offers, and what it answers to
 * the client's STARTTLS, STLS or AUTH TLS.  The facts go where the client's are (struct pl_text).
 *
 *   struct pl_reply r = {0};
 *   while ((n = pl_reply_step(&r, &client, chunk, off, len)) != 0) off += n;
 *
 * It answers how many bytes it took; 0 when there are none, when it has ended, or when the byte at
 * off is TLS: then r.state is PL_REPLY_TLS, and this byte and all after it belong to the reader of
 * the ServerHello.  The caller feeds the segments of both sides in the order of the capture.
 *
 * Which line of the client an answer belongs to is counted: the greeting comes first, then each
 * line has one answer (RFC 5321, 4.2; RFC 959, 4.2, but for 1xx; RFC 1939, 3).  IMAP's carry a tag.
 * So a stream that does not begin with a greeting, and an answer to a line that was never said, end
 * the reading: what is not sure is not told.  pl_reply_again() begins a dialogue inside of a
 * proxy's.
 *
 *   220, +OK before the client spoke   which protocols it may be (t->greeting)
 *   250 to EHLO, from its second line  the keyword STARTTLS (RFC 3207, 4)
 *   +OK to CAPA                        a line STLS (RFC 2595, 4)
 *   CAPABILITY                         STARTTLS in it: untagged, or in brackets
 *                                      (RFC 9051, 7.1, 7.2.2)
 *   220; 234; +OK; tagged OK           TLS begins: SMTP; FTP (RFC 4217, 4); POP3; IMAP
 *
 * A server that begins with Telnet's IAC and an option is Telnet.  It does not read HTTP's answers,
 * and does not know whether a login was taken.
 */
#ifndef PL_READ_REPLY_H
#define PL_READ_REPLY_H

#include "text.h"

enum { PL_REPLY_MAX = 65536, PL_REPLY_LINE_MAX = 16384 };

enum pl_reply_state {
    PL_REPLY_FIRST, /* nothing was said */
    PL_REPLY_IAC,   /* after Telnet's IAC */
    PL_REPLY_OPTION,
    PL_REPLY_LINE,
    PL_REPLY_TLS,
    PL_REPLY_ENDED
};

/* What the line is, by its first word. */
enum pl_reply_kind {
    PL_REPLY_NONE,
    PL_REPLY_CODE,     /* three digits */
    PL_REPLY_CONTENT,  /* within an answer of several lines */
    PL_REPLY_OK,       /* POP3: +OK */
    PL_REPLY_ERR,      /* POP3: -ERR */
    PL_REPLY_GO_ON,    /* POP3 and IMAP: + */
    PL_REPLY_UNTAGGED, /* IMAP: * */
    PL_REPLY_TAGGED    /* IMAP: the tag of the line that asked for TLS */
};

struct pl_reply {
    struct pl_word word;
    uint32_t bytes;     /* so far */
    uint32_t line_from; /* where in them the line began */
    uint32_t base;      /* lines of the client before this dialogue */
    uint32_t answers;   /* complete ones, the greeting too */
    uint16_t code;      /* of the answer, when it has one */
    uint8_t state, kind;
    uint8_t words; /* begun in this line */
    uint8_t lines; /* of this answer; stops at 255 */
    bool in_word;
    bool dash;    /* the code is followed by a hyphen: another line comes */
    bool more;    /* the last line said so */
    bool list;    /* POP3: a list that ends with a dot */
    bool bracket; /* IMAP: behind "[" */
    bool caps;    /* IMAP: behind CAPABILITY */
    bool ok;      /* IMAP: the tag is followed by OK */
};

/* A new dialogue of this client begins, inside of CONNECT. */
PL_INLINE void pl_reply_again(struct pl_reply *r, const struct pl_text *t)
{
    *r = (struct pl_reply){.base = t->commands};
}

PL_INLINE bool pl_reply_digits(const struct pl_word *w)
{
    uint64_t d = w->low - PL_WORD_3('0', '0', '0');

    return w->len == 3 && (d & 0xff) <= 9 && (d >> 8 & 0xff) <= 9 && d >> 16 <= 9;
}

PL_INLINE bool pl_reply_is(const struct pl_word *w, uint32_t len, uint64_t high, uint64_t low)
{
    return w->len == len && w->high == high && w->low == low;
}

/* The number of the client's line that the answer in progress belongs to. */
PL_INLINE uint32_t pl_reply_number(const struct pl_reply *r)
{
    return r->base + r->answers;
}

PL_INLINE bool pl_reply_to_list(const struct pl_reply *r, const struct pl_text *t)
{
    return r->answers > 0 && pl_reply_number(r) == t->list_at;
}

PL_INLINE void pl_reply_code_begin(struct pl_reply *r, uint8_t c)
{
    uint16_t code = (uint16_t)((r->word.low >> 16 & 15) * 100 + (r->word.low >> 8 & 15) * 10 +
                               (r->word.low & 15));

    if (r->more && code != r->code) {
        r->kind = PL_REPLY_CONTENT;
        return;
    }
    r->kind = PL_REPLY_CODE;
    r->code = code;
    r->dash = c == '-';
}

/* The line's first word says what it is. */
PL_INLINE void pl_reply_first_word(struct pl_reply *r, struct pl_text *t, uint8_t c)
{
    const struct pl_word *w = &r->word;

    if (pl_reply_digits(w))
        pl_reply_code_begin(r, c);
    else if (r->more || r->list)
        r->kind = PL_REPLY_CONTENT;
    else if (pl_reply_is(w, 3, 0, PL_WORD_3('+', 'O', 'K')))
        r->kind = PL_REPLY_OK;
    else if (pl_reply_is(w, 4, 0, PL_WORD_4('-', 'E', 'R', 'R')))
        r->kind = PL_REPLY_ERR;
    else if (pl_reply_is(w, 1, 0, '+'))
        r->kind = PL_REPLY_GO_ON;
    else if (pl_reply_is(w, 1, 0, '*'))
        r->kind = PL_REPLY_UNTAGGED;
    else if (t->tls_at > r->base && pl_command_tag(w) == t->tag)
        r->kind = PL_REPLY_TAGGED;
    if (r->list)
        t->mail.starttls_offered |= (pl_word_key(w) & PL_KEY_STLS) != 0;
    if (r->list && pl_reply_is(w, 1, 0, '.'))
        r->list = false;
}

/* A word is complete; c is the byte behind it. */
PL_INLINE void pl_reply_word(struct pl_reply *r, struct pl_text *t, uint8_t c)
{
    const struct pl_word *w = &r->word;
    bool starttls = pl_word_key(w) & PL_KEY_STARTTLS;
    bool imap = t->protocol == PL_PROTOCOL_UNKNOWN || t->protocol == PL_PROTOCOL_IMAP;

    if (r->words == 1)
        pl_reply_first_word(r, t, c);
    else if (r->words == 2 && r->kind == PL_REPLY_CODE && r->code == 250 && r->lines > 0 &&
             t->protocol == PL_PROTOCOL_SMTP && pl_reply_to_list(r, t))
        t->mail.starttls_offered |= starttls;
    else if (r->words == 2)
        r->ok = pl_reply_is(w, 2, 0, PL_WORD_2('O', 'K'));
    if (r->caps)
        t->mail.starttls_offered |= starttls;
    else if (imap && !r->more && r->words == (r->bracket ? 3 : 2))
        r->caps = (r->bracket || r->kind == PL_REPLY_UNTAGGED) &&
                  pl_reply_is(w, 10, PL_WORD_2('C', 'A'),
                              PL_WORD_8('P', 'A', 'B', 'I', 'L', 'I', 'T', 'Y'));
    pl_word_clear(&r->word);
}

/* The server's answer to the line that asked for TLS. */
PL_INLINE void pl_reply_upgrade(struct pl_text *t, bool taken)
{
    t->answer = taken ? PL_UPGRADE_TAKEN : PL_UPGRADE_REFUSED;
    if (!taken) {
        t->mail.inserted &= t->mail.starttls_taken; /* it was no TLS that the line stood before */
        return;
    }
    t->mail.starttls_taken |= t->protocol != PL_PROTOCOL_FTP && t->before != PL_PROTOCOL_FTP;
    t->app.ftp_taken |= t->protocol == PL_PROTOCOL_FTP || t->before == PL_PROTOCOL_FTP;
}

/* The client spoke this protocol when it asked for TLS. */
PL_INLINE bool pl_reply_spoken(const struct pl_text *t, enum pl_protocol protocol)
{
    return (t->protocol == PL_PROTOCOL_TLS ? t->before : t->protocol) == protocol;
}

/* The greeting, and whether it was one. */
PL_INLINE bool pl_reply_greeting(struct pl_text *t, bool code, uint16_t number, bool ok)
{
    if (t->bytes == 0 && t->protocol == PL_PROTOCOL_UNKNOWN && (ok || number == 220))
        t->greeting = ok ? PL_GREETING_OK : PL_GREETING_220;
    return !code || number == 220 || number >= 400;
}

/* An answer that is counted is complete: good, or not, or only a part of a login. */
PL_INLINE void pl_reply_answer(struct pl_reply *r, struct pl_text *t, bool good, bool tls)
{
    uint32_t number = pl_reply_number(r);

    r->answers++;
    if (number > t->commands) {
        r->state = PL_REPLY_ENDED;
        return;
    }
    if (number == t->list_at && good && r->kind == PL_REPLY_CODE && r->code == 250) {
        t->mail.ehlo_answered |= t->mail.smtp;
        t->mail.starttls_missing |= t->mail.smtp && !t->mail.starttls_offered;
    }
    if (number == t->list_at && r->kind == PL_REPLY_OK)
        r->list = pl_reply_spoken(t, PL_PROTOCOL_POP3);
    if (t->answer == PL_UPGRADE_TAKEN)
        t->mail.went_on |= good;
    else if (number == t->tls_at)
        pl_reply_upgrade(t, tls);
}

/* A line with a code, or with POP3's status, is complete. */
PL_INLINE void pl_reply_counted(struct pl_reply *r, struct pl_text *t)
{
    bool code = r->kind == PL_REPLY_CODE, ok = r->kind == PL_REPLY_OK;
    bool ftp = pl_reply_spoken(t, PL_PROTOCOL_FTP);

    if (code && (r->dash || r->code < 200))
        return;
    if (r->answers > 0)
        pl_reply_answer(r, t, code ? r->code < 400 : ok, code ? r->code == (ftp ? 234 : 220) : ok);
    else if (pl_reply_greeting(t, code, r->code, ok))
        r->answers = 1;
    else
        r->state = PL_REPLY_ENDED;
}

PL_INLINE void pl_reply_tagged(struct pl_reply *r, struct pl_text *t)
{
    if (!pl_reply_spoken(t, PL_PROTOCOL_IMAP))
        return;
    if (t->answer == PL_UPGRADE_NONE)
        pl_reply_upgrade(t, r->ok);
}

PL_INLINE void pl_reply_line_end(struct pl_reply *r, struct pl_text *t)
{
    bool imap = pl_reply_spoken(t, PL_PROTOCOL_IMAP);
    bool taken = t->answer == PL_UPGRADE_TAKEN;

    if (r->kind == PL_REPLY_TAGGED)
        pl_reply_tagged(r, t);
    else if (imap && taken && r->words >= 2)
        t->mail.went_on |= r->ok; /* another answer of IMAP's, in clear */
    else if (r->kind == PL_REPLY_CODE ||
             (!imap && r->kind >= PL_REPLY_OK && r->kind <= PL_REPLY_GO_ON))
        pl_reply_counted(r, t);
    if (r->kind == PL_REPLY_CODE) {
        r->more = r->dash;
        r->lines = r->dash ? (uint8_t)(r->lines + (r->lines != 255)) : 0;
    }
    r->kind = PL_REPLY_NONE;
    r->words = 0;
    r->bracket = r->caps = r->ok = false;
}

/* One byte of a line. */
PL_INLINE void pl_reply_line_step(struct pl_reply *r, struct pl_text *t, uint8_t c)
{
    bool dash = c == '-' && r->words == 1 && pl_reply_digits(&r->word);

    if (!pl_text_space(c) && c != '\n' && c != '[' && c != ']' && !dash) {
        r->words += !r->in_word && r->words != 255;
        r->in_word = true;
        pl_word_push(&r->word, c);
        return;
    }
    if (r->in_word)
        pl_reply_word(r, t, c);
    r->in_word = false;
    if (c == '[')
        r->bracket = true;
    if (c == ']')
        r->bracket = r->caps = false;
    if (c == '\n')
        pl_reply_line_end(r, t);
}

/* Telnet's first bytes, as in pl_text_option_step(). */
PL_INLINE void pl_reply_telnet_step(struct pl_reply *r, struct pl_text *t, uint8_t c)
{
    if (r->state == PL_REPLY_IAC) {
        bool verb = c >= PL_BYTE_TELNET_SB && c != PL_BYTE_TELNET_IAC;
        r->state = verb ? PL_REPLY_OPTION : PL_REPLY_ENDED;
        return;
    }
    r->state = PL_REPLY_ENDED;
    if (t->protocol == PL_PROTOCOL_UNKNOWN && pl_text_option_known(t, c))
        pl_text_telnet(t);
}

/* Nobody is left whose answers could matter. */
PL_INLINE bool pl_reply_idle(const struct pl_reply *r, const struct pl_text *t)
{
    bool stopped = t->state == PL_TEXT_STOPPED;

    if (t->protocol == PL_PROTOCOL_IMAP)
        return stopped && (t->tls_at == 0 || t->answer != PL_UPGRADE_NONE);
    return t->protocol == PL_PROTOCOL_HTTP || t->protocol == PL_PROTOCOL_TELNET ||
           (stopped && pl_reply_number(r) > t->commands);
}

/* The first byte of a line: does TLS begin with it? */
PL_INLINE bool pl_reply_tls_begins(struct pl_reply *r, struct pl_text *t, uint8_t c)
{
    bool awaited = t->answer == PL_UPGRADE_TAKEN || t->protocol == PL_PROTOCOL_TLS;
    bool tls = c >= 0x80 || (c >= 0x14 && c <= 0x17); /* RFC 8446, 5.1; SSLv2's form */

    if (r->bytes != r->line_from || !awaited || !tls)
        return false;
    t->mail.went_on |= t->mail.starttls_taken && c == PL_BYTE_TLS_HANDSHAKE;
    r->state = PL_REPLY_TLS;
    return true;
}

/* Count the byte; true when the reading ends before it. */
PL_INLINE bool pl_reply_ends(struct pl_reply *r, uint8_t c)
{
    bool foreign = r->state == PL_REPLY_FIRST && c < ' ' && c != '\r' && c != '\n' && c != '\t';

    if (foreign || r->bytes >= PL_REPLY_MAX || r->bytes - r->line_from >= PL_REPLY_LINE_MAX) {
        r->state = PL_REPLY_ENDED;
        return true;
    }
    r->bytes++;
    if (c == '\n')
        r->line_from = r->bytes;
    return false;
}

PL_INLINE uint32_t pl_reply_step(struct pl_reply *r, struct pl_text *client, const pl_chunk *chunk,
                                 uint32_t off, uint32_t len)
{
    uint8_t c;

    if (off >= len || r->state >= PL_REPLY_TLS)
        return 0;
    c = pl_chunk_at(chunk, off);
    if (pl_reply_tls_begins(r, client, c))
        return 0;
    if (pl_reply_idle(r, client))
        r->state = PL_REPLY_ENDED;
    if (r->state == PL_REPLY_ENDED || pl_reply_ends(r, c))
        return 0;
    if (r->state == PL_REPLY_FIRST)
        r->state = c == PL_BYTE_TELNET_IAC ? PL_REPLY_IAC : PL_REPLY_LINE;
    else if (r->state != PL_REPLY_LINE)
        pl_reply_telnet_step(r, client, c);
    if (r->state == PL_REPLY_LINE)
        pl_reply_line_step(r, client, c);
    return 1;
}

#endif
