/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a remote desktop begins (MS-RDPBCGR 2.2.1.1 and 2.2.1.2): which protections the client asks
 * for in its X.224 Connection Request and which one the server chooses.  TLS follows when that is
 * not standard RDP security.
 *
 * Cookies hold user names: they are left out.  What comes after the choice is not read.
 */
#ifndef PL_READ_RDP_H
#define PL_READ_RDP_H

#include "frame.h"

enum {
    PL_PORT_RDP = 3389,
    PL_RDP_HEAD = 11, /* TPKT's header and X.224's */
    PL_RDP_NEGOTIATION = 8,
    PL_RDP_COOKIE = 11, /* bytes by which one is known */
    PL_RDP_TLS_HANDSHAKE = 22
};

enum pl_rdp_code { PL_RDP_REQUEST = 0xe0, PL_RDP_CONFIRM = 0xd0 };

enum pl_rdp_negotiation {
    PL_RDP_NEGOTIATION_REQUEST = 1,
    PL_RDP_NEGOTIATION_RESPONSE = 2,
    PL_RDP_NEGOTIATION_FAILURE = 3
};

/* Bits of what is asked for; one of them, or 0, is chosen. */
enum pl_rdp_protocol {
    PL_RDP_STANDARD = 0, /* RDP's own encryption, with a server that nobody knows */
    PL_RDP_TLS = 1,
    PL_RDP_HYBRID = 2, /* TLS and CredSSP */
    PL_RDP_RDSTLS = 4,
    PL_RDP_HYBRID_EX = 8,
    PL_RDP_AAD = 16
};

/* How the server answered. */
enum pl_rdp_answer {
    PL_RDP_ANSWER_NONE,
    PL_RDP_ANSWER_CHOSEN,
    PL_RDP_ANSWER_SILENT, /* it does not negotiate: standard RDP security */
    PL_RDP_ANSWER_FAILURE
};

struct pl_rdp {
    bool negotiates;    /* the client said what it asks for: */
    uint32_t requested; /* bits of enum pl_rdp_protocol */
    uint8_t answer;     /* enum pl_rdp_answer */
    uint32_t selected;  /* enum pl_rdp_protocol, when chosen or silent */
    uint32_t failure;   /* the reason of it */
    bool tls;           /* the client began TLS */
    bool asked;         /* the client's request was read to its end */
    uint16_t left;      /* of the request */
};

enum pl_rdp_state {
    PL_RDP_STATE_HEAD,
    PL_RDP_STATE_PART, /* client: the first byte of what is behind the head */
    PL_RDP_STATE_TEXT, /* client: a byte of the cookie */
    PL_RDP_STATE_NEGOTIATION,
    PL_RDP_STATE_AFTER
};

PL_INLINE bool pl_rdp_like(const uint8_t *byte, uint32_t len, uint32_t at, uint8_t value)
{
    return at >= len || byte[at] == value;
}

PL_TABLE uint8_t pl_rdp_cookie[PL_RDP_COOKIE + 1] = "Cookie: mst";

/* A cookie or token: a machine that shares the load knows it.  Any text on RDP's own port. */
PL_INLINE enum pl_match pl_rdp_match_text(const uint8_t *byte, uint32_t len, uint16_t port)
{
    if (port == PL_PORT_RDP)
        return byte[PL_RDP_HEAD] >= ' ' && byte[PL_RDP_HEAD] <= '~' ? PL_MATCH_YES : PL_MATCH_NO;
    for (uint32_t i = 0; i < PL_RDP_COOKIE; i++) {
        if (PL_RDP_HEAD + i >= len)
            return PL_MATCH_MORE;
        if (byte[PL_RDP_HEAD + i] != pl_rdp_cookie[i])
            return PL_MATCH_NO;
    }
    return PL_MATCH_YES;
}

/* Behind the head: nothing (then only the port can tell), text, or a negotiation. */
PL_INLINE enum pl_match pl_rdp_match_behind(enum pl_side side, const uint8_t *byte, uint32_t len,
                                            uint16_t port)
{
    uint32_t whole = pl_be16(byte + 2);
    uint8_t first;

    if (whole == PL_RDP_HEAD)
        return port == PL_PORT_RDP ? PL_MATCH_YES : PL_MATCH_NO;
    if (whole < PL_RDP_HEAD + PL_RDP_NEGOTIATION ||
        (side == PL_SERVER && whole > PL_RDP_HEAD + PL_RDP_NEGOTIATION))
        return PL_MATCH_NO;
    if (len == PL_RDP_HEAD)
        return PL_MATCH_MORE;
    first = byte[PL_RDP_HEAD];
    if (side == PL_CLIENT && first != PL_RDP_NEGOTIATION_REQUEST)
        return pl_rdp_match_text(byte, len, port);
    if ((side == PL_SERVER && first != PL_RDP_NEGOTIATION_RESPONSE &&
         first != PL_RDP_NEGOTIATION_FAILURE) ||
        !pl_rdp_like(byte, len, 13, PL_RDP_NEGOTIATION) || !pl_rdp_like(byte, len, 14, 0))
        return PL_MATCH_NO;
    return len < 15 ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE enum pl_match pl_rdp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    uint8_t code = side == PL_CLIENT ? PL_RDP_REQUEST : PL_RDP_CONFIRM;

    if (!pl_rdp_like(byte, len, 0, 3) || !pl_rdp_like(byte, len, 1, 0) ||
        !pl_rdp_like(byte, len, 5, code) || !pl_rdp_like(byte, len, 6, 0) ||
        !pl_rdp_like(byte, len, 7, 0) || !pl_rdp_like(byte, len, 10, 0))
        return PL_MATCH_NO;
    if (len > 4 && byte[4] + 5u != pl_be16(byte + 2))
        return PL_MATCH_NO;
    return len < PL_RDP_HEAD ? PL_MATCH_MORE : pl_rdp_match_behind(side, byte, len, port);
}

PL_INLINE void pl_rdp_begin(struct pl_rdp *r, struct pl_frames *f)
{
    (void)r;
    pl_frame_next(&f->of[PL_CLIENT], PL_RDP_STATE_HEAD, 0, PL_RDP_HEAD);
    pl_frame_next(&f->of[PL_SERVER], PL_RDP_STATE_HEAD, 0, PL_RDP_HEAD);
}

/* Ends, unless TLS follows or one side's part is still to come. */
PL_INLINE void pl_rdp_settle(const struct pl_rdp *r, struct pl_frames *f)
{
    if (r->answer && r->asked && r->selected == PL_RDP_STANDARD)
        f->end = PL_WIRE_READ;
}

/* --- the client */

PL_INLINE void pl_rdp_asked(struct pl_rdp *r, struct pl_frames *f)
{
    r->asked = true;
    pl_frame_next(&f->of[PL_CLIENT], PL_RDP_STATE_AFTER, r->left, 1);
    pl_rdp_settle(r, f);
}

PL_INLINE void pl_rdp_part(struct pl_rdp *r, struct pl_frames *f)
{
    struct pl_frame *client = &f->of[PL_CLIENT];
    uint8_t first = client->byte[0];

    if (client->state == PL_RDP_STATE_TEXT && first == '\n' && r->left >= PL_RDP_NEGOTIATION) {
        r->left--;
        pl_frame_next(client, PL_RDP_STATE_PART, 0, 1);
    } else if (client->state == PL_RDP_STATE_PART && first == PL_RDP_NEGOTIATION_REQUEST &&
               r->left >= PL_RDP_NEGOTIATION - 1) {
        r->left -= PL_RDP_NEGOTIATION - 1;
        pl_frame_next(client, PL_RDP_STATE_NEGOTIATION, 0, PL_RDP_NEGOTIATION - 1);
    } else if (r->left && first != '\n') {
        r->left--;
        pl_frame_next(client, PL_RDP_STATE_TEXT, 0, 1);
    } else {
        pl_rdp_asked(r, f);
    }
}

PL_INLINE void pl_rdp_client(struct pl_rdp *r, struct pl_frames *f)
{
    struct pl_frame *client = &f->of[PL_CLIENT];

    switch (client->state) {
    case PL_RDP_STATE_HEAD:
        r->left = (uint16_t)(pl_be16(client->byte + 2) - PL_RDP_HEAD);
        if (pl_be16(client->byte + 2) < PL_RDP_HEAD || client->byte[5] != PL_RDP_REQUEST) {
            f->end = PL_WIRE_MALFORMED;
        } else if (r->left) {
            r->left--;
            pl_frame_next(client, PL_RDP_STATE_PART, 0, 1);
        } else {
            pl_rdp_asked(r, f);
        }
        break;
    case PL_RDP_STATE_PART:
    case PL_RDP_STATE_TEXT:
        pl_rdp_part(r, f);
        break;
    case PL_RDP_STATE_NEGOTIATION:
        r->negotiates = true;
        r->requested = pl_le32(client->byte + 3);
        pl_rdp_asked(r, f);
        break;
    default:
        r->tls = client->byte[0] == PL_RDP_TLS_HANDSHAKE;
        if (r->tls)
            pl_frame_tls_here(f, PL_CLIENT);
        else
            pl_frame_ignore(client);
    }
}

/* --- the server */

PL_INLINE void pl_rdp_answered(struct pl_rdp *r, struct pl_frames *f, enum pl_rdp_answer answer)
{
    r->answer = (uint8_t)answer;
    if (r->selected != PL_RDP_STANDARD)
        pl_frame_tls_next(f, PL_SERVER);
    else
        pl_frame_ignore(&f->of[PL_SERVER]);
    pl_rdp_settle(r, f);
}

PL_INLINE void pl_rdp_server(struct pl_rdp *r, struct pl_frames *f)
{
    struct pl_frame *server = &f->of[PL_SERVER];
    uint32_t whole = pl_be16(server->byte + 2);

    if (server->state == PL_RDP_STATE_NEGOTIATION) {
        if (server->byte[0] == PL_RDP_NEGOTIATION_RESPONSE) {
            r->selected = pl_le32(server->byte + 4);
            pl_rdp_answered(r, f, PL_RDP_ANSWER_CHOSEN);
        } else {
            r->failure = pl_le32(server->byte + 4);
            pl_rdp_answered(r, f, PL_RDP_ANSWER_FAILURE);
        }
    } else if (whole < PL_RDP_HEAD || server->byte[5] != PL_RDP_CONFIRM) {
        f->end = PL_WIRE_MALFORMED;
    } else if (whole == PL_RDP_HEAD + PL_RDP_NEGOTIATION) {
        pl_frame_next(server, PL_RDP_STATE_NEGOTIATION, 0, PL_RDP_NEGOTIATION);
    } else if (whole > PL_RDP_HEAD) { /* no confirm holds anything else */
        f->end = PL_WIRE_MALFORMED;
    } else {
        pl_rdp_answered(r, f, PL_RDP_ANSWER_SILENT);
    }
}

PL_INLINE void pl_rdp_frame(struct pl_rdp *r, struct pl_frames *f, enum pl_side side)
{
    if (side == PL_CLIENT)
        pl_rdp_client(r, f);
    else
        pl_rdp_server(r, f);
}

#endif
