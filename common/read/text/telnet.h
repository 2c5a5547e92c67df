/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A login over Telnet (RFC 854): the server's prompts and what is typed behind them.  Negotiations
 * are left out.  A prompt is a line with "login", "user", "username", "logon" or "account", or with
 * "password", "passwd" or "passcode", that ends in a colon and after which the server waits.
 *
 * What is typed ends at CR, LF or both (CR NUL too); backspace, delete and Ctrl-U edit it.  It is
 * compared with the factory pairs (default_pair.h) and not kept.
 *
 *   pl_telnet_step(&n, side, &text, c)   each byte of either side, in the order of the capture
 *
 * A prompt makes the connection Telnet (t->net.telnet) on port 23 or 2323.  On others the first
 * bytes of one side have to be a negotiation (text.h, reply.h), else nothing is told.
 */
#ifndef PL_READ_TELNET_H
#define PL_READ_TELNET_H

#include "../side.h"
#include "default_pair.h"
#include "text.h"

enum { PL_TELNET_MAX = 65536, PL_TELNET_OPTION_MAX = 512, PL_PORT_TELNET_OTHER = 2323 };

enum pl_telnet_byte {
    PL_TELNET_SE = 0xf0,
    PL_TELNET_SB = 0xfa,
    PL_TELNET_WILL = 0xfb, /* WONT, DO, DONT follow */
    PL_TELNET_IAC = 0xff,
    PL_TELNET_BACKSPACE = 8,
    PL_TELNET_KILL = 21, /* Ctrl-U: the line is typed anew */
    PL_TELNET_DELETE = 127
};

/* Where in a negotiation one side is. */
enum pl_telnet_state {
    PL_TELNET_DATA,
    PL_TELNET_COMMAND, /* after IAC */
    PL_TELNET_OPTION,  /* after WILL, WONT, DO, DONT */
    PL_TELNET_SUB,     /* in a subnegotiation */
    PL_TELNET_SUB_IAC
};

enum pl_telnet_field { PL_TELNET_NOTHING, PL_TELNET_USER, PL_TELNET_SECRET };

struct pl_telnet_side {
    uint16_t option; /* bytes of the subnegotiation */
    uint8_t state;
};

struct pl_telnet {
    struct pl_telnet_side of[2];
    struct pl_default_pair pair;
    struct pl_word word; /* of the server's line */
    uint32_t bytes;      /* of both sides */
    uint8_t asked;       /* enum pl_telnet_field: by the line's words */
    uint8_t prompt;      /* the same, and the server waits */
    uint8_t typed;       /* what is being typed */
    bool last;           /* the line has "last", as in "Last login: " */
    bool cr;             /* the client's last byte was CR */
};

PL_INLINE bool pl_telnet_port(const struct pl_text *t)
{
    return t->port == PL_PORT_TELNET || t->port == PL_PORT_TELNET_OTHER;
}

/* Does one side of this connection, so far, perhaps belong to Telnet?  Where a prompt says nothing
 * what is something else stays that. */
PL_INLINE bool pl_telnet_possible(const struct pl_text *t)
{
    return t->protocol == PL_PROTOCOL_UNKNOWN || t->protocol == PL_PROTOCOL_TELNET ||
           (t->protocol == PL_PROTOCOL_OTHER && pl_telnet_port(t));
}

/* A prompt was read. */
PL_INLINE void pl_telnet_prompted(struct pl_text *t)
{
    if (pl_telnet_port(t))
        pl_text_telnet(t);
}

/* One byte of a negotiation, or the first one behind it; true when it is data. */
PL_INLINE bool pl_telnet_data(struct pl_telnet_side *s, uint8_t c)
{
    uint8_t was = s->state;

    if (was == PL_TELNET_DATA) {
        s->state = c == PL_TELNET_IAC ? PL_TELNET_COMMAND : PL_TELNET_DATA;
        return c != PL_TELNET_IAC;
    }
    if (was == PL_TELNET_COMMAND) {
        s->option = 0;
        s->state = c == PL_TELNET_SB                           ? PL_TELNET_SUB
                   : c >= PL_TELNET_WILL && c != PL_TELNET_IAC ? PL_TELNET_OPTION
                                                               : PL_TELNET_DATA;
        return c == PL_TELNET_IAC; /* IAC IAC is the byte 255 */
    }
    if (was == PL_TELNET_OPTION) {
        s->state = PL_TELNET_DATA;
        return false;
    }
    if (was == PL_TELNET_SUB_IAC)
        s->state = c == PL_TELNET_SE ? PL_TELNET_DATA : PL_TELNET_SUB;
    else if (c == PL_TELNET_IAC)
        s->state = PL_TELNET_SUB_IAC;
    if (++s->option > PL_TELNET_OPTION_MAX) /* it was never closed */
        s->state = PL_TELNET_DATA;
    return false;
}

PL_INLINE bool pl_telnet_is(const struct pl_word *w, uint32_t len, uint64_t low)
{
    return w->len == len && w->high == 0 && w->low == low;
}

/* A word of the server's line is complete. */
PL_INLINE void pl_telnet_word(struct pl_telnet *n)
{
    const struct pl_word *w = &n->word;

    if (pl_telnet_is(w, 5, PL_WORD_5('L', 'O', 'G', 'I', 'N')) ||
        pl_telnet_is(w, 5, PL_WORD_5('L', 'O', 'G', 'O', 'N')) ||
        pl_telnet_is(w, 4, PL_WORD_4('U', 'S', 'E', 'R')) ||
        pl_telnet_is(w, 8, PL_WORD_8('U', 'S', 'E', 'R', 'N', 'A', 'M', 'E')) ||
        pl_telnet_is(w, 7, PL_WORD_7('A', 'C', 'C', 'O', 'U', 'N', 'T')))
        n->asked = n->asked == PL_TELNET_SECRET ? PL_TELNET_SECRET : PL_TELNET_USER;
    else if (pl_telnet_is(w, 8, PL_WORD_8('P', 'A', 'S', 'S', 'W', 'O', 'R', 'D')) ||
             pl_telnet_is(w, 6, PL_WORD_6('P', 'A', 'S', 'S', 'W', 'D')) ||
             pl_telnet_is(w, 8, PL_WORD_8('P', 'A', 'S', 'S', 'C', 'O', 'D', 'E')))
        n->asked = PL_TELNET_SECRET;
    n->last |= pl_telnet_is(w, 4, PL_WORD_4('L', 'A', 'S', 'T'));
    pl_word_clear(&n->word);
}

/* What the server says while something is typed is the echo. */
PL_INLINE void pl_telnet_server(struct pl_telnet *n, struct pl_text *t, uint8_t c)
{
    if (n->typed)
        return;
    if ((uint8_t)(pl_upper(c) - 'A') < 26) {
        pl_word_push(&n->word, c);
        n->prompt = PL_TELNET_NOTHING;
        return;
    }
    pl_telnet_word(n);
    if (c == ':' && !n->last) {
        n->prompt = n->asked;
        if (n->prompt)
            pl_telnet_prompted(t);
    } else if (c > ' ') {
        n->prompt = PL_TELNET_NOTHING;
    }
    if (c == '\n' || c == '\r') {
        n->asked = PL_TELNET_NOTHING;
        n->last = false;
    }
}

/* The first byte behind a prompt. */
PL_INLINE void pl_telnet_type(struct pl_telnet *n, struct pl_text *t)
{
    n->typed = n->prompt;
    n->prompt = PL_TELNET_NOTHING;
    n->asked = PL_TELNET_NOTHING;
    if (n->typed == PL_TELNET_USER)
        pl_default_pair_begin(&n->pair);
    else if (n->pair.begun)
        pl_default_pair_secret(&n->pair);
    if (n->typed == PL_TELNET_SECRET && t->protocol == PL_PROTOCOL_TELNET)
        t->creds |= PL_CREDENTIAL_BIT(TELNET_LOGIN);
}

PL_INLINE void pl_telnet_typed(struct pl_telnet *n, struct pl_text *t)
{
    if (n->typed == PL_TELNET_SECRET && n->pair.begun && t->protocol == PL_PROTOCOL_TELNET) {
        t->app.login_whole = true;
        t->app.login_default |= pl_default_pair_end(&n->pair);
    }
    n->typed = PL_TELNET_NOTHING;
}

PL_INLINE void pl_telnet_client(struct pl_telnet *n, struct pl_text *t, uint8_t c)
{
    bool end = c == '\r' || c == '\n', rest = n->cr && (c == '\n' || c == 0);

    n->cr = c == '\r';
    if (n->prompt && !rest)
        pl_telnet_type(n, t);
    if (!n->typed)
        return;
    if (end)
        pl_telnet_typed(n, t);
    else if (c == PL_TELNET_KILL && n->typed == PL_TELNET_USER)
        pl_default_pair_begin(&n->pair);
    else if (c == PL_TELNET_KILL)
        pl_default_pair_secret(&n->pair);
    else if (c == PL_TELNET_BACKSPACE || c == PL_TELNET_DELETE)
        pl_default_pair_erase(&n->pair);
    else
        pl_default_pair_byte(&n->pair, c);
}

PL_INLINE void pl_telnet_step(struct pl_telnet *n, enum pl_side side, struct pl_text *t, uint8_t c)
{
    if (n->bytes >= PL_TELNET_MAX || !pl_telnet_possible(t))
        return;
    n->bytes++;
    if (!pl_telnet_data(&n->of[side], c))
        return;
    if (side == PL_SERVER)
        pl_telnet_server(n, t, c);
    else
        pl_telnet_client(n, t, c);
}

#endif
