/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MySQL's and MariaDB's protocol up to the login (MySQL's "Client/Server Protocol", Connection
 * Phase): whether the greeting offers TLS (CLIENT_SSL), whether the client asks for it, and whether
 * it logs in by name in clear.  Handshakes of version 10 and 9, login packets of 4.1 and of 3.20.
 *
 * It reads neither the name nor the password, only whether there is a name; and not the X Protocol.
 */
#ifndef PL_READ_MYSQL_H
#define PL_READ_MYSQL_H

#include "../credential.h"
#include "frame.h"

enum {
    PL_MYSQL_CLIENT_PROTOCOL_41 = 0x0200,
    PL_MYSQL_CLIENT_SSL = 0x0800,
    PL_MYSQL_GREETING_MIN = 8,
    PL_MYSQL_GREETING_MAX = 1024,
    PL_MYSQL_LOGIN = 32, /* up to the name, and the whole of a request for TLS */
    PL_MYSQL_LOGIN_OLD = 5,
    PL_MYSQL_ERROR = 0xff,
    PL_MYSQL_ERROR_FIRST = 1000, /* the numbers of a server's errors */
    PL_MYSQL_ERROR_LAST = 4999,
    PL_MYSQL_ERROR_KNOWN = 12 /* bytes by which one is known: five of the text */
};

struct pl_mysql {
    bool starttls_offered, starttls_requested;
    bool starttls_done; /* the client began TLS */
    bool greeting;      /* was read */
    bool login;         /* in clear */
    uint8_t version;    /* of the handshake */
    uint32_t left;      /* of the greeting */
    uint64_t creds;     /* enum pl_credential_number */
};

enum pl_mysql_state {
    PL_MYSQL_GREETING, /* server: length, number, version */
    PL_MYSQL_NAME,     /* server: one byte of its own version */
    PL_MYSQL_ABILITIES,
    PL_MYSQL_WAIT,  /* server: for what the client will say */
    PL_MYSQL_FIRST, /* client: length, number, abilities */
    PL_MYSQL_USER,  /* client: the first byte of the name */
    PL_MYSQL_TLS    /* client: the first byte of TLS */
};

PL_INLINE enum pl_match pl_mysql_match_error(const uint8_t *byte, uint32_t len)
{
    uint32_t code;

    if (len < 7)
        return PL_MATCH_MORE;
    code = pl_le16(byte + 5);
    if (code < PL_MYSQL_ERROR_FIRST || code > PL_MYSQL_ERROR_LAST)
        return PL_MATCH_NO;
    for (uint32_t i = 7; i < len && i < PL_MYSQL_ERROR_KNOWN; i++)
        if (byte[i] < ' ')
            return PL_MATCH_NO;
    return len < PL_MYSQL_ERROR_KNOWN ? PL_MATCH_MORE : PL_MATCH_YES;
}

/* A version such as 8.0.35 or 5.5.5-10.11.6-MariaDB, ended by a zero. */
PL_INLINE enum pl_match pl_mysql_match_server(const uint8_t *byte, uint32_t len)
{
    if (len < 5)
        return (len > 1 && byte[1] > 3) || (len > 2 && byte[2]) || (len > 3 && byte[3])
                   ? PL_MATCH_NO
                   : PL_MATCH_MORE;
    if (byte[1] > 3 || byte[2] || byte[3] || pl_le16(byte) < PL_MYSQL_GREETING_MIN)
        return PL_MATCH_NO;
    if (byte[4] == PL_MYSQL_ERROR)
        return pl_mysql_match_error(byte, len);
    if ((byte[4] != 10 && byte[4] != 9) || (len > 5 && (byte[5] < '0' || byte[5] > '9')))
        return PL_MATCH_NO;
    for (uint32_t i = 6; i < len && i < PL_PREFIX_MAX; i++) {
        if (byte[i] == 0)
            return i > 7 ? PL_MATCH_YES : PL_MATCH_NO;
        if (byte[i] < ' ' || byte[i] > '~')
            return PL_MATCH_NO;
    }
    return len < PL_PREFIX_MAX ? PL_MATCH_MORE : PL_MATCH_YES;
}

/* The first packet of 4.1 and newer: the 19 bytes that are reserved are zero. */
PL_INLINE enum pl_match pl_mysql_match_client(const uint8_t *byte, uint32_t len)
{
    if ((len > 2 && byte[2]) || (len > 3 && byte[3] != 1) ||
        (len > 5 && !(byte[5] & PL_MYSQL_CLIENT_PROTOCOL_41 >> 8)) ||
        (len > 1 && pl_le16(byte) < PL_MYSQL_LOGIN))
        return PL_MATCH_NO;
    for (uint32_t i = 13; i < len && i < PL_PREFIX_MAX; i++)
        if (byte[i])
            return PL_MATCH_NO;
    return len < PL_PREFIX_MAX ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE enum pl_match pl_mysql_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                       uint16_t port)
{
    (void)port;
    return side == PL_CLIENT ? pl_mysql_match_client(byte, len) : pl_mysql_match_server(byte, len);
}

PL_INLINE void pl_mysql_begin(struct pl_mysql *m, struct pl_frames *f)
{
    (void)m;
    pl_frame_next(&f->of[PL_CLIENT], PL_MYSQL_FIRST, 0, 8);
    pl_frame_next(&f->of[PL_SERVER], PL_MYSQL_GREETING, 0, 5);
}

/* The greeting was read; what comes next depends on the client, who may be ahead. */
PL_INLINE void pl_mysql_greeted(struct pl_mysql *m, struct pl_frames *f)
{
    m->greeting = true;
    pl_frame_next(&f->of[PL_SERVER], PL_MYSQL_WAIT, 0, 1);
    if (m->starttls_done)
        pl_frame_tls_next(f, PL_SERVER);
    else if (m->login)
        f->end = PL_WIRE_READ;
}

PL_INLINE void pl_mysql_greeting(struct pl_mysql *m, struct pl_frames *f)
{
    const uint8_t *byte = f->of[PL_SERVER].byte;
    uint32_t len = pl_le32(byte) & 0xffffff;

    m->version = byte[4];
    m->left = len - 1;
    if (byte[4] == PL_MYSQL_ERROR)
        f->end = PL_WIRE_READ;
    else if (len < PL_MYSQL_GREETING_MIN || len > PL_MYSQL_GREETING_MAX || byte[3] ||
             (byte[4] != 10 && byte[4] != 9))
        f->end = PL_WIRE_MALFORMED;
    else
        pl_frame_next(&f->of[PL_SERVER], PL_MYSQL_NAME, 0, 1);
}

PL_INLINE void pl_mysql_name(struct pl_mysql *m, struct pl_frames *f)
{
    m->left--;
    if (m->left == 0)
        f->end = PL_WIRE_MALFORMED;
    else if (f->of[PL_SERVER].byte[0])
        pl_frame_next(&f->of[PL_SERVER], PL_MYSQL_NAME, 0, 1);
    else if (m->version == 10 && m->left >= 15) /* thread, scramble, a zero, abilities */
        pl_frame_next(&f->of[PL_SERVER], PL_MYSQL_ABILITIES, 0, 15);
    else /* too old to offer anything */
        pl_frame_next(&f->of[PL_SERVER], PL_MYSQL_ABILITIES, m->left, 0);
}

PL_INLINE void pl_mysql_abilities(struct pl_mysql *m, struct pl_frames *f)
{
    struct pl_frame *server = &f->of[PL_SERVER];
    uint32_t rest = m->left - 15;

    if (server->need) {
        m->starttls_offered = pl_le16(server->byte + 13) & PL_MYSQL_CLIENT_SSL;
        if (rest) {
            pl_frame_next(server, PL_MYSQL_ABILITIES, rest, 0);
            return;
        }
    }
    pl_mysql_greeted(m, f);
}

PL_INLINE void pl_mysql_first(struct pl_mysql *m, struct pl_frames *f)
{
    const uint8_t *byte = f->of[PL_CLIENT].byte;
    uint32_t len = pl_le32(byte) & 0xffffff, abilities = pl_le32(byte + 4);
    uint32_t head = abilities & PL_MYSQL_CLIENT_PROTOCOL_41 ? PL_MYSQL_LOGIN : PL_MYSQL_LOGIN_OLD;
    bool tls = abilities & PL_MYSQL_CLIENT_SSL;

    if (byte[3] != 1 || len < head || (len == head && !tls)) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    m->starttls_requested = tls;
    pl_frame_next(&f->of[PL_CLIENT], len == head ? PL_MYSQL_TLS : PL_MYSQL_USER, head - 4, 1);
}

PL_INLINE void pl_mysql_user(struct pl_mysql *m, struct pl_frames *f)
{
    m->login = true;
    if (f->of[PL_CLIENT].byte[0])
        m->creds |= PL_CREDENTIAL_BIT(MYSQL_LOGIN);
    pl_frame_ignore(&f->of[PL_CLIENT]);
    if (m->greeting)
        f->end = PL_WIRE_READ;
}

PL_INLINE void pl_mysql_tls(struct pl_mysql *m, struct pl_frames *f)
{
    if (f->of[PL_CLIENT].byte[0] != 22) { /* no handshake of TLS */
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    m->starttls_done = true;
    if (f->of[PL_SERVER].state == PL_MYSQL_WAIT)
        pl_frame_tls_next(f, PL_SERVER);
    pl_frame_tls_here(f, PL_CLIENT);
}

PL_INLINE void pl_mysql_frame(struct pl_mysql *m, struct pl_frames *f, enum pl_side side)
{
    switch (f->of[side].state) {
    case PL_MYSQL_GREETING:
        pl_mysql_greeting(m, f);
        break;
    case PL_MYSQL_NAME:
        pl_mysql_name(m, f);
        break;
    case PL_MYSQL_ABILITIES:
        pl_mysql_abilities(m, f);
        break;
    case PL_MYSQL_WAIT: /* it answers a client that is not seen */
        pl_frame_ignore(&f->of[PL_SERVER]);
        break;
    case PL_MYSQL_FIRST:
        pl_mysql_first(m, f);
        break;
    case PL_MYSQL_USER:
        pl_mysql_user(m, f);
        break;
    default:
        pl_mysql_tls(m, f);
    }
}

#endif
