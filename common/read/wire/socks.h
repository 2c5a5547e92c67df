/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SOCKS 5 (RFC 1928) with user and password (RFC 1929), and SOCKS 4 and 4a, up to the server's
 * consent: then what is proxied begins, and the reading ends with PL_WIRE_TUNNEL.
 *
 * The user and the password are left out, not read.  SOCKS 4's user is no credential: nothing
 * proves it.  A client that sends on before the server has agreed is not read.
 */
#ifndef PL_READ_SOCKS_H
#define PL_READ_SOCKS_H

#include "../credential.h"
#include "frame.h"

enum pl_socks_version { PL_SOCKS_4 = 4, PL_SOCKS_5 = 5, PL_SOCKS_AUTH = 1 };

enum pl_socks_method {
    PL_SOCKS_NONE = 0,
    PL_SOCKS_GSSAPI = 1,
    PL_SOCKS_PASSWORD = 2,
    PL_SOCKS_METHOD_LAST = 9, /* that IANA has assigned */
    PL_SOCKS_PRIVATE = 0x80,
    PL_SOCKS_REFUSED = 0xff
};

enum { PL_SOCKS_METHODS_MAX = 8, PL_SOCKS4_HEAD_BYTES = 8, PL_SOCKS4_GRANTED = 0x5a };
enum pl_socks_address { PL_SOCKS_V4 = 1, PL_SOCKS_NAME = 3, PL_SOCKS_V6 = 4 };

enum pl_socks_state {
    PL_SOCKS_METHODS, /* the client's version and the count of its methods */
    PL_SOCKS_NEXT,    /* its next message's first two bytes: of the login or the request */
    PL_SOCKS_LOGIN,   /* the password's length */
    PL_SOCKS_REQUEST, /* the rest of the request's head */
    PL_SOCKS_NAME4,   /* SOCKS 4: the user, then a name, each up to a zero */
    PL_SOCKS_CHOICE,  /* the server's method */
    PL_SOCKS_VERDICT, /* on the login */
    PL_SOCKS_REPLY,   /* on the request, up to the address's first byte */
    PL_SOCKS_REPLY_END,
    PL_SOCKS_REPLY4
};

struct pl_socks {
    uint8_t version; /* enum pl_socks_version */
    uint8_t method;  /* the server's choice */
    bool chosen;
    bool granted;
    uint64_t creds;  /* enum pl_credential_number */
    uint8_t strings; /* SOCKS 4: left to skip */
};

/* Each method is assigned or private, and none twice. */
PL_INLINE bool pl_socks_methods_ok(const uint8_t *byte, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (byte[i] > PL_SOCKS_METHOD_LAST &&
            (byte[i] < PL_SOCKS_PRIVATE || byte[i] == PL_SOCKS_REFUSED))
            return false;
        for (uint32_t k = 0; k < i; k++)
            if (byte[k] == byte[i])
                return false;
    }
    return true;
}

/* SOCKS 4: CONNECT or BIND, a port, an address, and a user of printable bytes up to a zero. */
PL_INLINE enum pl_match pl_socks4_match(const uint8_t *byte, uint32_t len)
{
    if (len > 1 && byte[1] != 1 && byte[1] != 2)
        return PL_MATCH_NO;
    if (len > 3 && !byte[2] && !byte[3])
        return PL_MATCH_NO;
    for (uint32_t i = PL_SOCKS4_HEAD_BYTES; i < len; i++) {
        if (byte[i] == 0)
            return PL_MATCH_YES;
        if (byte[i] <= ' ' || byte[i] >= 0x7f)
            return PL_MATCH_NO;
    }
    return PL_MATCH_MORE;
}

PL_INLINE enum pl_match pl_socks_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                       uint16_t port)
{
    uint32_t count = len > 1 ? byte[1] : 0;

    (void)port;
    if (side != PL_CLIENT)
        return PL_MATCH_NO;
    if (len == 0)
        return PL_MATCH_MORE;
    if (byte[0] == PL_SOCKS_4)
        return pl_socks4_match(byte, len);
    if (byte[0] != PL_SOCKS_5 || (len > 1 && (count == 0 || count > PL_SOCKS_METHODS_MAX)))
        return PL_MATCH_NO;
    if (len > 2 && !pl_socks_methods_ok(byte + 2, len - 2 < count ? len - 2 : count))
        return PL_MATCH_NO;
    return len < 2 + count || len < 2 ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_socks_begin(struct pl_socks *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], PL_SOCKS_METHODS, 0, 2);
    pl_frame_next(&f->of[PL_SERVER], PL_SOCKS_CHOICE, 0, 2);
}

/* The client's first two bytes. */
PL_INLINE void pl_socks_hello(struct pl_socks *s, struct pl_frames *f, const uint8_t *byte)
{
    s->version = byte[0];
    if (s->version == PL_SOCKS_4) {
        s->strings = 1;
        pl_frame_next(&f->of[PL_CLIENT], PL_SOCKS_REQUEST, 2, 4);
    } else if (s->version == PL_SOCKS_5) {
        pl_frame_next(&f->of[PL_CLIENT], PL_SOCKS_NEXT, byte[1], 2);
    } else {
        f->end = PL_WIRE_MALFORMED;
    }
}

/* SOCKS 5: the head of the login or of the request. */
PL_INLINE void pl_socks_next(struct pl_socks *s, struct pl_frames *f, const uint8_t *byte)
{
    if (s->chosen && s->method != PL_SOCKS_NONE && s->method != PL_SOCKS_PASSWORD)
        f->end = PL_WIRE_READ; /* what follows is the method's own */
    else if (byte[0] == PL_SOCKS_AUTH && (!s->chosen || s->method == PL_SOCKS_PASSWORD))
        pl_frame_next(&f->of[PL_CLIENT], PL_SOCKS_LOGIN, byte[1], 1);
    else if (byte[0] == PL_SOCKS_5)
        pl_frame_next(&f->of[PL_CLIENT], PL_SOCKS_REQUEST, 0, 3);
    else
        f->end = PL_WIRE_MALFORMED;
}

/* Bytes behind the first byte of an address (the length, for a name), and the port. */
PL_INLINE uint32_t pl_socks_address_bytes(const uint8_t *byte)
{
    uint32_t len = byte[0] == PL_SOCKS_V4 ? 4 : byte[0] == PL_SOCKS_V6 ? 16 : 0;

    if (byte[0] == PL_SOCKS_NAME)
        len = byte[1] + 1u;
    return len ? len - 1 + 2 : 0;
}

/* The request: for SOCKS 4 the address, for 5 a zero, the address's kind and its first byte. */
PL_INLINE void pl_socks_request(struct pl_socks *s, struct pl_frames *f, const uint8_t *byte)
{
    uint32_t len = pl_socks_address_bytes(byte + 1);

    if (s->version == PL_SOCKS_4) {
        s->strings += !byte[0] && !byte[1] && !byte[2] && byte[3]; /* 4a: a name follows */
        pl_frame_next(&f->of[PL_CLIENT], PL_SOCKS_NAME4, 0, 1);
    } else if (len == 0) {
        f->end = PL_WIRE_MALFORMED;
    } else {
        pl_frame_ignore(&f->of[PL_CLIENT]);
    }
}

PL_INLINE void pl_socks_client(struct pl_socks *s, struct pl_frames *f)
{
    struct pl_frame *c = &f->of[PL_CLIENT];

    switch (c->state) {
    case PL_SOCKS_METHODS:
        pl_socks_hello(s, f, c->byte);
        break;
    case PL_SOCKS_NEXT:
        pl_socks_next(s, f, c->byte);
        break;
    case PL_SOCKS_LOGIN:
        s->creds |= PL_CREDENTIAL_BIT(SOCKS_PASS);
        pl_frame_next(c, PL_SOCKS_NEXT, c->byte[0], 2);
        break;
    case PL_SOCKS_NAME4:
        s->strings -= c->byte[0] == 0;
        if (s->strings)
            pl_frame_next(c, PL_SOCKS_NAME4, 0, 1);
        else
            pl_frame_ignore(c);
        break;
    default:
        pl_socks_request(s, f, c->byte);
    }
}

/* The server's first two bytes. */
PL_INLINE void pl_socks_choice(struct pl_socks *s, struct pl_frames *f, const uint8_t *byte)
{
    struct pl_frame *server = &f->of[PL_SERVER];

    if (s->version != PL_SOCKS_5 && byte[0] == 0) {
        s->granted = byte[1] == PL_SOCKS4_GRANTED;
        pl_frame_next(server, PL_SOCKS_REPLY4, 5, 1);
        return;
    }
    s->chosen = true;
    s->method = byte[1];
    if (byte[0] != PL_SOCKS_5 || s->version == PL_SOCKS_4)
        f->end = PL_WIRE_MALFORMED;
    else if (s->method == PL_SOCKS_PASSWORD)
        pl_frame_next(server, PL_SOCKS_VERDICT, 0, 2);
    else if (s->method == PL_SOCKS_NONE)
        pl_frame_next(server, PL_SOCKS_REPLY, 0, 5);
    else
        f->end = PL_WIRE_READ;
}

PL_INLINE void pl_socks_reply(struct pl_socks *s, struct pl_frames *f, const uint8_t *byte)
{
    uint32_t len = pl_socks_address_bytes(byte + 3);

    s->granted = byte[0] == PL_SOCKS_5 && byte[1] == 0;
    if (byte[0] != PL_SOCKS_5 || (s->granted && len == 0))
        f->end = PL_WIRE_MALFORMED;
    else if (!s->granted)
        f->end = PL_WIRE_READ;
    else
        pl_frame_next(&f->of[PL_SERVER], PL_SOCKS_REPLY_END, len - 1, 1);
}

PL_INLINE void pl_socks_frame(struct pl_socks *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *server = &f->of[PL_SERVER];

    if (side == PL_CLIENT)
        pl_socks_client(s, f);
    else if (server->state == PL_SOCKS_CHOICE)
        pl_socks_choice(s, f, server->byte);
    else if (server->state == PL_SOCKS_VERDICT && server->byte[1] == 0)
        pl_frame_next(server, PL_SOCKS_REPLY, 0, 5);
    else if (server->state == PL_SOCKS_REPLY)
        pl_socks_reply(s, f, server->byte);
    else
        f->end = s->granted ? PL_WIRE_TUNNEL : PL_WIRE_READ;
}

#endif
