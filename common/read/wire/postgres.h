/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PostgreSQL's protocol 3 (its manual, "Frontend/Backend Protocol", Message Formats): the request
 * for TLS and its answer of one byte, the startup message, how the server asks for a proof of who
 * it is and what kind of proof the client gives, and whether queries follow in clear.
 *
 * It does not read what is proven or asked: the bytes of passwords and queries are left out, and
 * SCRAM (SASL) is no credential in clear.  Encryption by GSSAPI ends the reading.
 */
#ifndef PL_READ_POSTGRES_H
#define PL_READ_POSTGRES_H

#include "../credential.h"
#include "frame.h"

enum pl_postgres_code {
    PL_POSTGRES_CANCEL = 0x04d2162e,
    PL_POSTGRES_SSL = 0x04d2162f,
    PL_POSTGRES_GSS = 0x04d21630,
    PL_POSTGRES_MAJOR = 3 /* the upper half of a startup's code; the lower is the minor version */
};

enum { PL_POSTGRES_GREASE = 9999, PL_POSTGRES_STARTUP_MAX = 10000, PL_POSTGRES_CANCEL_MAX = 268 };

/* The kinds of authentication request. */
enum pl_postgres_auth {
    PL_POSTGRES_AUTH_OK = 0,
    PL_POSTGRES_AUTH_CLEARTEXT = 3,
    PL_POSTGRES_AUTH_MD5 = 5,
    PL_POSTGRES_AUTH_SASL_FINAL = 12
};

struct pl_postgres {
    bool starttls_requested;
    bool starttls_done; /* the client began TLS */
    bool startup;       /* a startup message in clear */
    bool asked;         /* the server asked for a proof, or let in without, in clear */
    bool proof;         /* the client sent a password or what stands for it, in clear */
    bool query;         /* and a query or a call */
    uint8_t auth;       /* the last enum pl_postgres_auth asked for, but OK and SASL_FINAL */
    uint8_t unanswered; /* requests for encryption */
    uint8_t type;       /* of the server's message */
    uint32_t left;      /* of it */
    uint64_t creds;     /* enum pl_credential_number */
};

enum pl_postgres_state {
    PL_POSTGRES_FIRST,   /* client: length and code */
    PL_POSTGRES_AFTER,   /* client, after a request: TLS or the first byte of a length */
    PL_POSTGRES_REST,    /* client: the others of it, and the code */
    PL_POSTGRES_MESSAGE, /* client: type and length */
    PL_POSTGRES_ANSWER,  /* server: one byte, or the type of its first message */
    PL_POSTGRES_TYPE,    /* server: of the next message */
    PL_POSTGRES_LENGTH,
    PL_POSTGRES_KIND /* server: of authentication request */
};

PL_INLINE bool pl_postgres_is_startup(uint32_t len, uint32_t code)
{
    uint32_t minor = code & 0xffff;

    return code >> 16 == PL_POSTGRES_MAJOR && (minor <= 2 || minor == PL_POSTGRES_GREASE) &&
           len > 8 && len <= PL_POSTGRES_STARTUP_MAX;
}

PL_INLINE bool pl_postgres_is_request(uint32_t len, uint32_t code)
{
    if (code == PL_POSTGRES_CANCEL)
        return len >= 16 && len <= PL_POSTGRES_CANCEL_MAX;
    return len == 8 && (code == PL_POSTGRES_SSL || code == PL_POSTGRES_GSS);
}

PL_INLINE enum pl_match pl_postgres_match_client(const uint8_t *byte, uint32_t len)
{
    uint32_t message;

    if (byte[0] || (len > 1 && byte[1]))
        return PL_MATCH_NO;
    if (len < 8)
        return PL_MATCH_MORE;
    message = pl_be32(byte);
    if (pl_postgres_is_request(message, pl_be32(byte + 4)))
        return PL_MATCH_YES;
    if (!pl_postgres_is_startup(message, pl_be32(byte + 4)))
        return PL_MATCH_NO;
    if (len < 9)
        return PL_MATCH_MORE; /* the name of a parameter follows */
    return byte[8] >= 'A' && byte[8] <= 'z' ? PL_MATCH_YES : PL_MATCH_NO;
}

/* Is this the length of an authentication request of that kind? */
PL_INLINE bool pl_postgres_is_auth(uint32_t len, uint32_t kind)
{
    switch (kind) {
    case PL_POSTGRES_AUTH_OK:
    case 2: /* Kerberos 5 */
    case PL_POSTGRES_AUTH_CLEARTEXT:
    case 6: /* SCM */
    case 7: /* GSS */
    case 9: /* SSPI */
        return len == 8;
    case PL_POSTGRES_AUTH_MD5:
        return len == 12;
    default:
        return kind >= 8 && kind <= PL_POSTGRES_AUTH_SASL_FINAL && len > 8 && len < 65536;
    }
}

/* A message, or what answers a request for TLS and a message or TLS behind it. */
PL_INLINE enum pl_match pl_postgres_match_server(const uint8_t *byte, uint32_t len)
{
    const uint8_t *b = byte[0] == 'N' ? byte + 1 : byte;
    uint32_t left = (uint32_t)(byte + len - b);

    if (left == 0)
        return PL_MATCH_MORE;
    if (b == byte && b[0] == 'S') /* and a handshake of TLS */
        return left > 1 && b[1] != 22 ? PL_MATCH_NO
               : left < 3             ? PL_MATCH_MORE
               : b[2] == 3            ? PL_MATCH_YES
                                      : PL_MATCH_NO;
    if ((b[0] != 'R' && b[0] != 'E') || (left > 1 && b[1]) || (left > 2 && b[2]))
        return PL_MATCH_NO;
    if (left < 9)
        return PL_MATCH_MORE;
    if (b[0] == 'E') /* its first field is the severity, a word in capitals or of a language */
        return b[5] == 'S' && b[6] > ' ' && b[7] > ' ' && b[8] > ' ' ? PL_MATCH_YES : PL_MATCH_NO;
    return pl_postgres_is_auth(pl_be32(b + 1), pl_be32(b + 5)) ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE enum pl_match pl_postgres_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                          uint16_t port)
{
    (void)port;
    if (len == 0)
        return PL_MATCH_MORE;
    return side == PL_CLIENT ? pl_postgres_match_client(byte, len)
                             : pl_postgres_match_server(byte, len);
}

PL_INLINE void pl_postgres_begin(struct pl_postgres *p, struct pl_frames *f)
{
    (void)p;
    pl_frame_next(&f->of[PL_CLIENT], PL_POSTGRES_FIRST, 0, 8);
    pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_ANSWER, 0, 1);
}

/* What comes before the messages that have a type. */
PL_INLINE void pl_postgres_first(struct pl_postgres *p, struct pl_frames *f, uint32_t len,
                                 uint32_t code)
{
    if (pl_postgres_is_startup(len, code)) {
        p->startup = true;
        pl_frame_next(&f->of[PL_CLIENT], PL_POSTGRES_MESSAGE, len - 8, 5);
    } else if (!pl_postgres_is_request(len, code)) {
        f->end = PL_WIRE_MALFORMED;
    } else if (code == PL_POSTGRES_CANCEL) {
        f->end = PL_WIRE_READ;
    } else {
        p->starttls_requested |= code == PL_POSTGRES_SSL;
        p->unanswered++;
        pl_frame_next(&f->of[PL_CLIENT], PL_POSTGRES_AFTER, 0, 1);
    }
}

PL_INLINE void pl_postgres_after(struct pl_postgres *p, struct pl_frames *f)
{
    uint8_t byte = f->of[PL_CLIENT].byte[0];

    if (byte == 0) {
        pl_frame_next(&f->of[PL_CLIENT], PL_POSTGRES_REST, 0, 7);
    } else if (byte == 22 && p->starttls_requested) { /* a handshake of TLS */
        p->starttls_done = true;
        pl_frame_tls_here(f, PL_CLIENT);
    } else {
        f->end = PL_WIRE_MALFORMED;
    }
}

PL_INLINE void pl_postgres_proof(struct pl_postgres *p)
{
    p->proof = true;
    if (p->auth == PL_POSTGRES_AUTH_CLEARTEXT)
        p->creds |= PL_CREDENTIAL_BIT(PGSQL_CLEARTEXT);
    else if (p->auth == PL_POSTGRES_AUTH_MD5)
        p->creds |= PL_CREDENTIAL_BIT(PGSQL_MD5);
    else if (p->auth == 0) /* what was asked for was not seen */
        p->creds |= PL_CREDENTIAL_BIT(PGSQL_PASSWORD);
}

PL_INLINE void pl_postgres_message(struct pl_postgres *p, struct pl_frames *f)
{
    const uint8_t *byte = f->of[PL_CLIENT].byte;
    uint32_t len = pl_be32(byte + 1);

    p->query |= byte[0] == 'Q' || byte[0] == 'P' || byte[0] == 'F';
    if (byte[0] < 'A' || byte[0] > 'z' || len < 4) {
        f->end = PL_WIRE_MALFORMED;
    } else if (p->query || byte[0] == 'X') {
        f->end = PL_WIRE_READ;
    } else {
        if (byte[0] == 'p')
            pl_postgres_proof(p);
        pl_frame_next(&f->of[PL_CLIENT], PL_POSTGRES_MESSAGE, len - 4, 5);
    }
}

PL_INLINE void pl_postgres_answer(struct pl_postgres *p, struct pl_frames *f)
{
    uint8_t byte = f->of[PL_SERVER].byte[0];
    bool message = byte == 'R' || byte == 'E' || (p->startup && !p->unanswered);

    p->unanswered -= p->unanswered > 0;
    if (message) {
        p->type = byte;
        pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_LENGTH, 0, 4);
    } else if (byte == 'N') {
        pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_ANSWER, 0, 1);
    } else if (byte == 'S') {
        pl_frame_tls_next(f, PL_SERVER);
    } else {
        f->end = byte == 'G' ? PL_WIRE_READ : PL_WIRE_MALFORMED; /* GSSAPI encrypts from here on */
    }
}

PL_INLINE void pl_postgres_length(struct pl_postgres *p, struct pl_frames *f)
{
    uint32_t len = pl_be32(f->of[PL_SERVER].byte);
    bool asks = p->type == 'R' && len >= 8;

    if (len < 4) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    p->left = asks ? len - 8 : 0;
    if (asks)
        pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_KIND, 0, 4);
    else
        pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_TYPE, len - 4, 1);
}

PL_INLINE void pl_postgres_kind(struct pl_postgres *p, struct pl_frames *f)
{
    uint32_t kind = pl_be32(f->of[PL_SERVER].byte);

    p->asked = true;
    if (kind != PL_POSTGRES_AUTH_OK && kind != PL_POSTGRES_AUTH_SASL_FINAL)
        p->auth = (uint8_t)kind;
    pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_TYPE, p->left, 1);
}

PL_INLINE void pl_postgres_frame(struct pl_postgres *p, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;

    switch (f->of[side].state) {
    case PL_POSTGRES_FIRST:
        pl_postgres_first(p, f, pl_be32(byte), pl_be32(byte + 4));
        break;
    case PL_POSTGRES_AFTER:
        pl_postgres_after(p, f);
        break;
    case PL_POSTGRES_REST:
        pl_postgres_first(p, f, pl_be24(byte), pl_be32(byte + 3));
        break;
    case PL_POSTGRES_MESSAGE:
        pl_postgres_message(p, f);
        break;
    case PL_POSTGRES_ANSWER:
        pl_postgres_answer(p, f);
        break;
    case PL_POSTGRES_TYPE:
        p->type = byte[0];
        pl_frame_next(&f->of[PL_SERVER], PL_POSTGRES_LENGTH, 0, 4);
        break;
    case PL_POSTGRES_LENGTH:
        pl_postgres_length(p, f);
        break;
    default:
        pl_postgres_kind(p, f);
    }
}

#endif
