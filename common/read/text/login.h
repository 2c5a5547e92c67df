/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a login in clear a published factory pair (default_pair.h)?  FTP's and POP3's USER and PASS,
 * IMAP's LOGIN with atoms, quoted strings and literals (RFC 9051, 4.3).  Not SASL's mechanisms.
 *
 * It walks beside the client's reader: pl_login_step() for each byte that pl_text_step() took
 * alone, right behind it.  Nothing of a user or password is kept.
 */
#ifndef PL_READ_LOGIN_H
#define PL_READ_LOGIN_H

#include "default_pair.h"
#include "text.h"

enum pl_login_part { PL_LOGIN_NONE, PL_LOGIN_USER, PL_LOGIN_SECRET };

enum { PL_LOGIN_LITERAL_MAX = 4096 };

struct pl_login {
    struct pl_default_pair pair;
    uint32_t count; /* IMAP: the literal's length, then what is left of it */
    uint8_t part;   /* enum pl_login_part: what the bytes are */
    bool any;       /* a byte of this line was no space */
    bool gap;       /* a space within the argument */
    bool imap;      /* in the arguments of LOGIN */
    bool begun;     /* IMAP: a byte of the argument was read */
    bool quoted, escaped;
    bool number;  /* in the literal's length */
    bool literal; /* which is complete: the literal begins with the next line */
    bool raw;     /* in the literal */
};

PL_INLINE void pl_login_begin(struct pl_login *l, enum pl_login_part part)
{
    l->part = (uint8_t)part;
    if (part == PL_LOGIN_USER)
        pl_default_pair_begin(&l->pair);
    else if (l->pair.begun)
        pl_default_pair_secret(&l->pair);
}

/* The password is complete. */
PL_INLINE void pl_login_end(struct pl_login *l, struct pl_text *t)
{
    if (l->part == PL_LOGIN_SECRET && l->pair.begun) {
        t->app.login_whole = true;
        t->app.login_default |= pl_default_pair_end(&l->pair);
    }
}

/* A byte of an argument of IMAP's LOGIN, within a quoted string or a literal. */
PL_INLINE void pl_login_string_step(struct pl_login *l, uint8_t c)
{
    if (l->raw) {
        pl_default_pair_byte(&l->pair, c);
        l->raw = --l->count > 0;
    } else if (l->escaped || (c != '"' && c != '\\')) {
        pl_default_pair_byte(&l->pair, c);
        l->escaped = false;
    } else {
        l->escaped = c == '\\';
        l->quoted = l->escaped;
    }
}

/* A byte of the literal's head, "{12}" or "{12+}". */
PL_INLINE void pl_login_number_step(struct pl_login *l, uint8_t c)
{
    if (c == '}') {
        l->number = false;
        l->literal = true;
    } else if ((uint8_t)(c - '0') <= 9 && l->count <= PL_LOGIN_LITERAL_MAX) {
        l->count = l->count * 10 + (uint8_t)(c - '0');
    }
}

PL_INLINE void pl_login_imap_line_end(struct pl_login *l, struct pl_text *t)
{
    l->raw = l->literal && l->count > 0;
    l->imap = l->literal && l->count <= PL_LOGIN_LITERAL_MAX;
    if (!l->literal && !l->quoted && !l->number)
        pl_login_end(l, t);
    l->literal = false;
}

/* A byte of IMAP's LOGIN behind its first space. */
PL_INLINE void pl_login_imap_step(struct pl_login *l, struct pl_text *t, uint8_t c)
{
    bool first = !l->begun;

    if (l->raw || (l->quoted && c != '\n')) {
        pl_login_string_step(l, c);
    } else if (c == '\n') {
        pl_login_imap_line_end(l, t);
    } else if (l->number) {
        pl_login_number_step(l, c);
    } else if (c == ' ' && l->begun) {
        l->begun = false;
        if (l->part == PL_LOGIN_USER)
            pl_login_begin(l, PL_LOGIN_SECRET);
        else
            pl_default_pair_byte(&l->pair, c);
    } else if (c != ' ' && c != '\r') {
        l->begun = true;
        l->quoted = first && c == '"';
        l->number = first && c == '{';
        l->count = l->number ? 0 : l->count;
        if (!l->quoted && !l->number)
            pl_default_pair_byte(&l->pair, c);
    }
}

/* Does this byte begin the arguments of IMAP's LOGIN? */
PL_INLINE bool pl_login_imap_begins(const struct pl_text *t, uint8_t c)
{
    uint32_t login = PL_KEY_LOGIN | PL_KEY_SASL;

    return t->protocol == PL_PROTOCOL_IMAP && (t->command & login) == login && t->words == 3 &&
           t->word.len == 1 && !t->gap && !t->literal && c > ' ';
}

PL_INLINE void pl_login_line_end(struct pl_login *l, struct pl_text *t)
{
    bool pass = l->any && (t->command & PL_KEY_PASS);
    bool spoken =
        t->protocol == PL_PROTOCOL_POP3 ||
        (t->protocol == PL_PROTOCOL_FTP && (t->creds & PL_CREDENTIAL_BIT(FTP_USER_NAMED)));

    if (pass && l->part == PL_LOGIN_NONE)
        pl_login_begin(l, PL_LOGIN_SECRET); /* which is empty */
    if (spoken)
        pl_login_end(l, t);
    l->part = PL_LOGIN_NONE;
    l->any = l->gap = false;
}

/* A byte of an argument of USER or PASS. */
PL_INLINE void pl_login_word_step(struct pl_login *l, const struct pl_text *t, uint8_t c)
{
    if (l->part == PL_LOGIN_NONE)
        pl_login_begin(l, t->command & PL_KEY_USER ? PL_LOGIN_USER : PL_LOGIN_SECRET);
    else if (l->gap)
        pl_default_pair_byte(&l->pair, ' ');
    pl_default_pair_byte(&l->pair, c);
    l->gap = false;
}

PL_INLINE void pl_login_step(struct pl_login *l, struct pl_text *t, uint8_t c)
{
    bool known = t->protocol == PL_PROTOCOL_UNKNOWN || t->protocol == PL_PROTOCOL_FTP ||
                 t->protocol == PL_PROTOCOL_POP3;

    if (!l->imap && pl_login_imap_begins(t, c)) {
        l->imap = true;
        l->begun = false;
        pl_login_begin(l, PL_LOGIN_USER);
    }
    if (l->imap) {
        pl_login_imap_step(l, t, c);
    } else if (!known) {
        return;
    } else if (c == '\n') {
        pl_login_line_end(l, t);
    } else if (pl_text_space(c)) {
        l->gap = l->part != PL_LOGIN_NONE;
    } else {
        l->any = true;
        if (t->words >= 2 && (t->command & (PL_KEY_USER | PL_KEY_PASS)))
            pl_login_word_step(l, t, c);
    }
}

#endif
