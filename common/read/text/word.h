/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One word of a text protocol, read a byte at a time, and the keywords that matter.
 *
 * A word is kept as its last 16 bytes in upper case and its length, so recognising one is a single
 * look-up in a table and two comparisons: no strings, no chain of tests, the same cost in BPF.
 * Keywords of up to 16 bytes are matched exactly.  Three are longer: of Proxy-Authorization, of
 * Transfer-Encoding and of Sec-WebSocket-Key only the last 16 bytes and the length count.
 */
#ifndef PL_READ_WORD_H
#define PL_READ_WORD_H

#include "../../base.h"

struct pl_word {
    uint64_t high, low; /* the last 16 bytes, upper case; the very last is the lowest */
    uint8_t len;        /* stops at 255 */
};

PL_INLINE void pl_word_clear(struct pl_word *w)
{
    w->high = 0;
    w->low = 0;
    w->len = 0;
}

PL_INLINE void pl_word_push(struct pl_word *w, uint8_t c)
{
    w->high = w->high << 8 | w->low >> 56;
    w->low = w->low << 8 | pl_upper(c);
    w->len = (uint8_t)(w->len + 1 - ((w->len + 1) >> 8));
}

/* What a keyword can mean, one bit each; which meaning holds depends on where it stands. */
enum pl_key {
    PL_KEY_HELLO = 1 << 0,      /* SMTP or LMTP: EHLO, HELO, LHLO */
    PL_KEY_AUTH = 1 << 1,       /* SMTP, POP3, FTP: AUTH */
    PL_KEY_STARTTLS = 1 << 2,   /* SMTP, IMAP */
    PL_KEY_MESSAGE = 1 << 3,    /* SMTP: DATA, BDAT: what follows is no command */
    PL_KEY_USER = 1 << 4,       /* POP3, FTP */
    PL_KEY_PASS = 1 << 5,       /* POP3, FTP */
    PL_KEY_STLS = 1 << 6,       /* POP3 */
    PL_KEY_POP3 = 1 << 7,       /* commands that only POP3 has: APOP, CAPA, STLS */
    PL_KEY_LOGIN = 1 << 8,      /* IMAP: LOGIN, AUTHENTICATE */
    PL_KEY_IMAP = 1 << 9,       /* commands that IMAP has before login */
    PL_KEY_FTP_TLS = 1 << 10,   /* FTP: the argument of AUTH that asks for TLS (RFC 4217, 4) */
    PL_KEY_SASL = 1 << 11,      /* mechanisms of SASL */
    PL_KEY_ANONYMOUS = 1 << 12, /* FTP: names of nobody (RFC 1635) */
    PL_KEY_IRC = 1 << 13,       /* IRC, which has USER and PASS too: NICK, CAP */
    PL_KEY_CONNECT = 1 << 14,   /* HTTP: the method */
    PL_KEY_SCHEME = 1 << 15,    /* HTTP: schemes of Authorization */
    PL_KEY_AUTHORIZATION = 1 << 16,
    PL_KEY_SECRET = 1 << 17, /* headers whose whole value is a credential */
    PL_KEY_COOKIE = 1 << 18,
    PL_KEY_HOST = 1 << 19,
    PL_KEY_LENGTH = 1 << 20,    /* Content-Length */
    PL_KEY_FRAMING = 1 << 21,   /* Transfer-Encoding, Upgrade: the end of the body is not known */
    PL_KEY_MAIL = 1 << 22,      /* SMTP: MAIL, which begins a message */
    PL_KEY_WEBSOCKET = 1 << 23, /* Sec-WebSocket-Key */
    PL_KEY_DOCKER = 1 << 24,    /* HTTP: targets of Docker's engine */
    PL_KEY_INSPECTOR = 1 << 25  /* and of a debugger */
};

/* The mechanisms of SASL are numbered, in the highest bits: see credential.h. */
enum { PL_KEY_MECHANISM_SHIFT = 27 };
#define PL_KEY_MECHANISM(number) (PL_KEY_SASL | (number) << PL_KEY_MECHANISM_SHIFT)

#define PL_WORD_8(a, b, c, d, e, f, g, h)                                                          \
    ((uint64_t)(a) << 56 | (uint64_t)(b) << 48 | (uint64_t)(c) << 40 | (uint64_t)(d) << 32 |       \
     (uint64_t)(e) << 24 | (uint64_t)(f) << 16 | (uint64_t)(g) << 8 | (uint64_t)(h))
#define PL_WORD_7(a, b, c, d, e, f, g) PL_WORD_8(0, a, b, c, d, e, f, g)
#define PL_WORD_6(a, b, c, d, e, f)    PL_WORD_7(0, a, b, c, d, e, f)
#define PL_WORD_5(a, b, c, d, e)       PL_WORD_6(0, a, b, c, d, e)
#define PL_WORD_4(a, b, c, d)          PL_WORD_5(0, a, b, c, d)
#define PL_WORD_3(a, b, c)             PL_WORD_4(0, a, b, c)
#define PL_WORD_2(a, b)                PL_WORD_3(0, a, b)

/* The slot of a word.  Two keywords in one slot do not compile (an initialiser given twice); then
 * another odd multiplier has to be found. */
enum { PL_WORD_SLOTS = 256 };
#define PL_WORD_MULTIPLIER      UINT64_C(0x2744810e579cd2d5)
#define PL_WORD_SLOT(high, low) ((((high) ^ (low)) * PL_WORD_MULTIPLIER) >> 56)

struct pl_word_row {
    uint64_t high, low;
    uint32_t len, key;
};

#define ROW(len, high, low, key) [PL_WORD_SLOT(high, low)] = {high, low, len, key}
static const struct pl_word_row pl_word_table[PL_WORD_SLOTS] __attribute__((unused)) = {
    ROW(4, 0, PL_WORD_4('E', 'H', 'L', 'O'), PL_KEY_HELLO),
    ROW(4, 0, PL_WORD_4('H', 'E', 'L', 'O'), PL_KEY_HELLO),
    ROW(4, 0, PL_WORD_4('L', 'H', 'L', 'O'), PL_KEY_HELLO),
    ROW(4, 0, PL_WORD_4('A', 'U', 'T', 'H'), PL_KEY_AUTH),
    ROW(8, 0, PL_WORD_8('S', 'T', 'A', 'R', 'T', 'T', 'L', 'S'), PL_KEY_STARTTLS | PL_KEY_IMAP),
    ROW(4, 0, PL_WORD_4('D', 'A', 'T', 'A'), PL_KEY_MESSAGE),
    ROW(4, 0, PL_WORD_4('B', 'D', 'A', 'T'), PL_KEY_MESSAGE),
    ROW(4, 0, PL_WORD_4('U', 'S', 'E', 'R'), PL_KEY_USER),
    ROW(4, 0, PL_WORD_4('P', 'A', 'S', 'S'), PL_KEY_PASS),
    ROW(4, 0, PL_WORD_4('S', 'T', 'L', 'S'), PL_KEY_STLS | PL_KEY_POP3),
    ROW(4, 0, PL_WORD_4('C', 'A', 'P', 'A'), PL_KEY_POP3),
    ROW(4, 0, PL_WORD_4('A', 'P', 'O', 'P'), PL_KEY_POP3),
    ROW(5, 0, PL_WORD_5('L', 'O', 'G', 'I', 'N'), PL_KEY_LOGIN | PL_KEY_IMAP | PL_KEY_MECHANISM(2)),
    ROW(12, PL_WORD_4('A', 'U', 'T', 'H'), PL_WORD_8('E', 'N', 'T', 'I', 'C', 'A', 'T', 'E'),
        PL_KEY_LOGIN | PL_KEY_IMAP),
    ROW(10, PL_WORD_2('C', 'A'), PL_WORD_8('P', 'A', 'B', 'I', 'L', 'I', 'T', 'Y'), PL_KEY_IMAP),
    ROW(2, 0, PL_WORD_2('I', 'D'), PL_KEY_IMAP),
    ROW(4, 0, PL_WORD_4('N', 'O', 'O', 'P'), PL_KEY_IMAP),
    ROW(6, 0, PL_WORD_6('L', 'O', 'G', 'O', 'U', 'T'), PL_KEY_IMAP),
    ROW(3, 0, PL_WORD_3('T', 'L', 'S'), PL_KEY_FTP_TLS),
    ROW(3, 0, PL_WORD_3('S', 'S', 'L'), PL_KEY_FTP_TLS),
    ROW(5, 0, PL_WORD_5('T', 'L', 'S', '-', 'C'), PL_KEY_FTP_TLS),
    ROW(5, 0, PL_WORD_5('T', 'L', 'S', '-', 'P'), PL_KEY_FTP_TLS),
    ROW(5, 0, PL_WORD_5('P', 'L', 'A', 'I', 'N'), PL_KEY_MECHANISM(1)),
    ROW(8, 0, PL_WORD_8('C', 'R', 'A', 'M', '-', 'M', 'D', '5'), PL_KEY_MECHANISM(3)),
    ROW(7, 0, PL_WORD_7('X', 'O', 'A', 'U', 'T', 'H', '2'), PL_KEY_MECHANISM(5)),
    ROW(10, PL_WORD_2('D', 'I'), PL_WORD_8('G', 'E', 'S', 'T', '-', 'M', 'D', '5'),
        PL_KEY_MECHANISM(6)),
    ROW(11, PL_WORD_3('S', 'C', 'R'), PL_WORD_8('A', 'M', '-', 'S', 'H', 'A', '-', '1'),
        PL_KEY_MECHANISM(7)),
    ROW(13, PL_WORD_5('S', 'C', 'R', 'A', 'M'), PL_WORD_8('-', 'S', 'H', 'A', '-', '2', '5', '6'),
        PL_KEY_MECHANISM(8)),
    ROW(6, 0, PL_WORD_6('G', 'S', 'S', 'A', 'P', 'I'), PL_KEY_MECHANISM(9)),
    ROW(11, PL_WORD_3('O', 'A', 'U'), PL_WORD_8('T', 'H', 'B', 'E', 'A', 'R', 'E', 'R'),
        PL_KEY_MECHANISM(10)),
    ROW(4, 0, PL_WORD_4('M', 'A', 'I', 'L'), PL_KEY_MAIL),
    ROW(4, 0, PL_WORD_4('N', 'T', 'L', 'M'), PL_KEY_MECHANISM(4) | PL_KEY_SCHEME),
    ROW(9, 'A', PL_WORD_8('N', 'O', 'N', 'Y', 'M', 'O', 'U', 'S'), PL_KEY_ANONYMOUS),
    ROW(3, 0, PL_WORD_3('F', 'T', 'P'), PL_KEY_ANONYMOUS),
    ROW(4, 0, PL_WORD_4('N', 'I', 'C', 'K'), PL_KEY_IRC),
    ROW(3, 0, PL_WORD_3('C', 'A', 'P'), PL_KEY_IRC),
    ROW(7, 0, PL_WORD_7('C', 'O', 'N', 'N', 'E', 'C', 'T'), PL_KEY_CONNECT),
    ROW(5, 0, PL_WORD_5('B', 'A', 'S', 'I', 'C'), PL_KEY_SCHEME),
    ROW(6, 0, PL_WORD_6('B', 'E', 'A', 'R', 'E', 'R'), PL_KEY_SCHEME),
    ROW(6, 0, PL_WORD_6('D', 'I', 'G', 'E', 'S', 'T'), PL_KEY_SCHEME),
    ROW(9, 'N', PL_WORD_8('E', 'G', 'O', 'T', 'I', 'A', 'T', 'E'), PL_KEY_SCHEME),
    ROW(5, 0, PL_WORD_5('T', 'O', 'K', 'E', 'N'), PL_KEY_SCHEME),
    ROW(13, PL_WORD_5('A', 'U', 'T', 'H', 'O'), PL_WORD_8('R', 'I', 'Z', 'A', 'T', 'I', 'O', 'N'),
        PL_KEY_AUTHORIZATION),
    ROW(19, PL_WORD_8('X', 'Y', '-', 'A', 'U', 'T', 'H', 'O'),
        PL_WORD_8('R', 'I', 'Z', 'A', 'T', 'I', 'O', 'N'), PL_KEY_AUTHORIZATION),
    ROW(13, PL_WORD_5('P', 'R', 'I', 'V', 'A'), PL_WORD_8('T', 'E', '-', 'T', 'O', 'K', 'E', 'N'),
        PL_KEY_SECRET),
    ROW(13, PL_WORD_5('X', '-', 'V', 'A', 'U'), PL_WORD_8('L', 'T', '-', 'T', 'O', 'K', 'E', 'N'),
        PL_KEY_SECRET),
    ROW(9, 'X', PL_WORD_8('-', 'A', 'P', 'I', '-', 'K', 'E', 'Y'), PL_KEY_SECRET),
    ROW(12, PL_WORD_4('X', '-', 'A', 'U'), PL_WORD_8('T', 'H', '-', 'T', 'O', 'K', 'E', 'N'),
        PL_KEY_SECRET),
    ROW(6, 0, PL_WORD_6('C', 'O', 'O', 'K', 'I', 'E'), PL_KEY_COOKIE),
    ROW(4, 0, PL_WORD_4('H', 'O', 'S', 'T'), PL_KEY_HOST),
    ROW(14, PL_WORD_6('C', 'O', 'N', 'T', 'E', 'N'),
        PL_WORD_8('T', '-', 'L', 'E', 'N', 'G', 'T', 'H'), PL_KEY_LENGTH),
    ROW(17, PL_WORD_8('R', 'A', 'N', 'S', 'F', 'E', 'R', '-'),
        PL_WORD_8('E', 'N', 'C', 'O', 'D', 'I', 'N', 'G'), PL_KEY_FRAMING),
    ROW(7, 0, PL_WORD_7('U', 'P', 'G', 'R', 'A', 'D', 'E'), PL_KEY_FRAMING),
    ROW(17, PL_WORD_8('E', 'C', '-', 'W', 'E', 'B', 'S', 'O'),
        PL_WORD_8('C', 'K', 'E', 'T', '-', 'K', 'E', 'Y'), PL_KEY_WEBSOCKET),
    ROW(6, 0, PL_WORD_6('/', '_', 'P', 'I', 'N', 'G'), PL_KEY_DOCKER),
    ROW(5, 0, PL_WORD_5('/', 'J', 'S', 'O', 'N'), PL_KEY_INSPECTOR),
    ROW(10, PL_WORD_2('/', 'J'), PL_WORD_8('S', 'O', 'N', '/', 'L', 'I', 'S', 'T'),
        PL_KEY_INSPECTOR),
    ROW(13, PL_WORD_5('/', 'J', 'S', 'O', 'N'), PL_WORD_8('/', 'V', 'E', 'R', 'S', 'I', 'O', 'N'),
        PL_KEY_INSPECTOR),
};
#undef ROW

/* The meanings of the word, enum pl_key; 0 when it is no keyword. */
PL_INLINE uint32_t pl_word_key(const struct pl_word *w)
{
    uint32_t slot = (uint32_t)PL_WORD_SLOT(w->high, w->low);
    const struct pl_word_row *row;

    PL_HIDE(slot);
    row = &pl_word_table[slot & (PL_WORD_SLOTS - 1)];
    return row->high == w->high && row->low == w->low && row->len == w->len ? row->key : 0;
}

#endif
