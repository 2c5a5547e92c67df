/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a remote screen begins (RFB, RFC 6143, 7.1 and 7.2): the versions, the security types that
 * the server offers and the one that is chosen; in version 3.3 the server chooses.  Of the types
 * that hold others it reads TightVNC's (16) and VeNCrypt's (19), and follows both TLS types (18,
 * 19) to where TLS begins.
 *
 * It does not read what is proven, nor what is chosen inside of TLS.
 */
#ifndef PL_READ_VNC_H
#define PL_READ_VNC_H

#include "frame.h"

enum pl_vnc_security {
    PL_VNC_FAILED = 0,
    PL_VNC_NONE = 1,
    PL_VNC_AUTH = 2, /* DES with the first 8 letters of the password */
    PL_VNC_RA2 = 5,
    PL_VNC_RA2NE = 6,
    PL_VNC_TIGHT = 16,
    PL_VNC_TLS = 18,
    PL_VNC_VENCRYPT = 19,
    PL_VNC_RA2_256 = 129
};

/* VeNCrypt's own types; between the first and the last all but PLAIN begin with TLS. */
enum pl_vnc_vencrypt {
    PL_VNC_VENCRYPT_PLAIN = 256,
    PL_VNC_VENCRYPT_TLS_NONE = 257,
    PL_VNC_VENCRYPT_X509_NONE = 260,
    PL_VNC_VENCRYPT_LAST = 264
};

enum {
    PL_VNC_VERSION_BYTES = 12,
    PL_VNC_OFFERED_MAX = 8,
    PL_VNC_TIGHT_MAX = 64, /* entries of a list */
    PL_VNC_TIGHT_ENTRY = 16,
    PL_VNC_TLS_HANDSHAKE = 22
};

struct pl_vnc_version {
    bool set;
    uint16_t major, minor;
};

struct pl_vnc {
    struct pl_vnc_version version[2]; /* what a side said, by enum pl_side */
    uint8_t offered_count;            /* all; not more than PL_VNC_OFFERED_MAX are kept */
    uint8_t offered[PL_VNC_OFFERED_MAX];
    bool chosen_set;
    uint8_t chosen; /* enum pl_vnc_security */
    bool inner_set;
    uint32_t inner; /* the one chosen inside of TightVNC's or VeNCrypt's */
    bool tls;       /* the client began TLS */
    bool listed;    /* the server said all that it offers */
    uint8_t count;  /* of what is still to come of a list */
};

/* WAIT: for what the other side says. */
enum pl_vnc_state {
    PL_VNC_STATE_VERSION,
    PL_VNC_STATE_SECURITY, /* server: how many types, or the first byte of the one of 3.3 */
    PL_VNC_STATE_OFFER,
    PL_VNC_STATE_DECIDED, /* server: the other bytes of 3.3's type */
    PL_VNC_STATE_CHOICE,  /* client */
    PL_VNC_STATE_WAIT,
    PL_VNC_STATE_TLS, /* client: the first byte of it */
    PL_VNC_STATE_VENCRYPT_VERSION,
    PL_VNC_STATE_VENCRYPT_ACCEPTED, /* server */
    PL_VNC_STATE_VENCRYPT_COUNT,    /* server */
    PL_VNC_STATE_VENCRYPT_OFFER,    /* server */
    PL_VNC_STATE_VENCRYPT_CHOICE,   /* client */
    PL_VNC_STATE_VENCRYPT_START,    /* server: TLS may begin */
    PL_VNC_STATE_TIGHT_TUNNELS,     /* server: how many */
    PL_VNC_STATE_TIGHT_TUNNEL,      /* client */
    PL_VNC_STATE_TIGHT_TYPES,       /* server: how many */
    PL_VNC_STATE_TIGHT_TYPE         /* client */
};

/* "RFB ddd.ddd\n", of both sides. */
PL_INLINE enum pl_match pl_vnc_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    (void)side;
    (void)port;
    for (uint32_t i = 0; i < len && i < PL_VNC_VERSION_BYTES; i++) {
        bool digit = byte[i] >= '0' && byte[i] <= '9';
        bool right = i == 0    ? byte[i] == 'R'
                     : i == 1  ? byte[i] == 'F'
                     : i == 2  ? byte[i] == 'B'
                     : i == 3  ? byte[i] == ' '
                     : i == 7  ? byte[i] == '.'
                     : i == 11 ? byte[i] == '\n'
                               : digit;
        if (!right)
            return PL_MATCH_NO;
    }
    return len < PL_VNC_VERSION_BYTES ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_vnc_begin(struct pl_vnc *v, struct pl_frames *f)
{
    (void)v;
    pl_frame_next(&f->of[PL_CLIENT], PL_VNC_STATE_VERSION, 0, PL_VNC_VERSION_BYTES);
    pl_frame_next(&f->of[PL_SERVER], PL_VNC_STATE_VERSION, 0, PL_VNC_VERSION_BYTES);
}

PL_INLINE void pl_vnc_next(struct pl_frames *f, enum pl_side side, enum pl_vnc_state state,
                           uint32_t need)
{
    pl_frame_next(&f->of[side], (uint8_t)state, 0, need);
}

/* The other side's next bytes are these, unless it spoke before its turn: then nobody knows what
 * its bytes are. */
PL_INLINE void pl_vnc_turn(struct pl_frames *f, enum pl_side side, enum pl_vnc_state state,
                           uint32_t need)
{
    if (f->of[side].state == PL_VNC_STATE_WAIT)
        pl_vnc_next(f, side, state, need);
    else
        f->end = PL_WIRE_READ;
}

/* In 3.3 the server decides (RFC 6143, 7.1.2). */
PL_INLINE bool pl_vnc_server_decides(const struct pl_vnc *v)
{
    for (uint32_t i = 0; i < 2; i++)
        if (v->version[i].set && v->version[i].major <= 3 && v->version[i].minor < 7)
            return true;
    return false;
}

PL_INLINE uint16_t pl_vnc_number(const uint8_t *digit)
{
    return (uint16_t)((digit[0] - '0') * 100 + (digit[1] - '0') * 10 + (digit[2] - '0'));
}

PL_INLINE void pl_vnc_version(struct pl_vnc *v, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;
    struct pl_vnc_version *version = &v->version[side];

    if (pl_vnc_match(side, byte, PL_VNC_VERSION_BYTES, 0) != PL_MATCH_YES) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    version->set = true;
    version->major = pl_vnc_number(byte + 4);
    version->minor = pl_vnc_number(byte + 8);
    if (version->major == 0) /* a repeater, which asks for a number first */
        f->end = PL_WIRE_READ;
    else if (side == PL_SERVER)
        pl_vnc_next(f, side, PL_VNC_STATE_SECURITY, 1);
    else if (pl_vnc_server_decides(v))
        pl_frame_ignore(&f->of[side]);
    else
        pl_vnc_next(f, side, PL_VNC_STATE_CHOICE, 1);
}

/* --- the choice */

/* Both the list and the choice are known. */
PL_INLINE void pl_vnc_chosen(struct pl_vnc *v, struct pl_frames *f)
{
    if (!v->chosen_set || !v->listed)
        return;
    switch (v->chosen) {
    case PL_VNC_TLS:
        if (f->of[PL_SERVER].state == PL_VNC_STATE_WAIT)
            pl_frame_tls_next(f, PL_SERVER);
        pl_vnc_turn(f, PL_CLIENT, PL_VNC_STATE_TLS, 1);
        break;
    case PL_VNC_VENCRYPT:
        pl_vnc_turn(f, PL_SERVER, PL_VNC_STATE_VENCRYPT_VERSION, 2);
        pl_vnc_turn(f, PL_CLIENT, PL_VNC_STATE_VENCRYPT_VERSION, 2);
        break;
    case PL_VNC_TIGHT:
        pl_vnc_turn(f, PL_SERVER, PL_VNC_STATE_TIGHT_TUNNELS, 4);
        break;
    default:
        f->end = PL_WIRE_READ;
    }
}

PL_INLINE void pl_vnc_listed(struct pl_vnc *v, struct pl_frames *f)
{
    v->listed = true;
    pl_vnc_next(f, PL_SERVER, PL_VNC_STATE_WAIT, 1);
    pl_vnc_chosen(v, f);
}

PL_INLINE void pl_vnc_security(struct pl_vnc *v, struct pl_frames *f)
{
    uint8_t byte = f->of[PL_SERVER].byte[0];
    bool decides = pl_vnc_server_decides(v);

    v->count = byte;
    v->offered_count = decides ? 0 : byte;
    if (decides && byte == 0)
        pl_vnc_next(f, PL_SERVER, PL_VNC_STATE_DECIDED, 3);
    else if (decides)
        f->end = PL_WIRE_MALFORMED;
    else if (byte == 0) /* refused, or 3.3 with a client that is not seen */
        f->end = PL_WIRE_READ;
    else
        pl_vnc_next(f, PL_SERVER, PL_VNC_STATE_OFFER, 1);
}

PL_INLINE void pl_vnc_offer(struct pl_vnc *v, struct pl_frames *f)
{
    uint32_t at = (uint32_t)v->offered_count - v->count;

    if (at < PL_VNC_OFFERED_MAX) {
        PL_HIDE(at);
        v->offered[at & (PL_VNC_OFFERED_MAX - 1)] = f->of[PL_SERVER].byte[0];
    }
    v->count--;
    if (v->count)
        pl_vnc_next(f, PL_SERVER, PL_VNC_STATE_OFFER, 1);
    else
        pl_vnc_listed(v, f);
}

PL_INLINE void pl_vnc_choice(struct pl_vnc *v, struct pl_frames *f)
{
    v->chosen = f->of[PL_CLIENT].byte[0];
    v->chosen_set = true;
    pl_vnc_next(f, PL_CLIENT, PL_VNC_STATE_WAIT, 1);
    pl_vnc_chosen(v, f);
}

PL_INLINE void pl_vnc_decided(struct pl_vnc *v, struct pl_frames *f)
{
    uint32_t type = pl_be24(f->of[PL_SERVER].byte);

    f->end = type > UINT8_MAX ? PL_WIRE_MALFORMED : PL_WIRE_READ;
    v->chosen_set = type != PL_VNC_FAILED && type <= UINT8_MAX;
    v->chosen = (uint8_t)type;
}

PL_INLINE void pl_vnc_tls(struct pl_vnc *v, struct pl_frames *f)
{
    v->tls = f->of[PL_CLIENT].byte[0] == PL_VNC_TLS_HANDSHAKE;
    if (v->tls)
        pl_frame_tls_here(f, PL_CLIENT);
    else
        f->end = PL_WIRE_READ;
}

/* --- VeNCrypt 0.2 */

PL_INLINE void pl_vnc_vencrypt_version(struct pl_frames *f, enum pl_side side)
{
    if (pl_be16(f->of[side].byte) != 2) /* 0.1 counts otherwise */
        f->end = side == PL_CLIENT ? PL_WIRE_READ : f->end;
    if (side == PL_CLIENT)
        pl_vnc_next(f, side, PL_VNC_STATE_VENCRYPT_CHOICE, 4);
    else
        pl_vnc_next(f, side, PL_VNC_STATE_VENCRYPT_ACCEPTED, 1);
}

PL_INLINE void pl_vnc_vencrypt_server(struct pl_vnc *v, struct pl_frames *f, uint8_t state)
{
    uint8_t byte = f->of[PL_SERVER].byte[0];

    if (state == PL_VNC_STATE_VENCRYPT_ACCEPTED) {
        pl_vnc_next(f, PL_SERVER, PL_VNC_STATE_VENCRYPT_COUNT, 1);
        if (byte)
            f->end = PL_WIRE_READ;
        return;
    }
    v->count = state == PL_VNC_STATE_VENCRYPT_COUNT ? byte : (uint8_t)(v->count - 1);
    pl_vnc_next(f, PL_SERVER, v->count ? PL_VNC_STATE_VENCRYPT_OFFER : PL_VNC_STATE_WAIT,
                v->count ? 4 : 1);
}

PL_INLINE void pl_vnc_vencrypt_choice(struct pl_vnc *v, struct pl_frames *f)
{
    v->inner = pl_be32(f->of[PL_CLIENT].byte);
    v->inner_set = true;
    pl_vnc_next(f, PL_CLIENT, PL_VNC_STATE_TLS, 1);
    if (v->inner > PL_VNC_VENCRYPT_PLAIN && v->inner <= PL_VNC_VENCRYPT_LAST)
        pl_vnc_turn(f, PL_SERVER, PL_VNC_STATE_VENCRYPT_START, 1);
    else
        f->end = PL_WIRE_READ;
}

PL_INLINE void pl_vnc_vencrypt_start(struct pl_frames *f)
{
    if (f->of[PL_SERVER].byte[0] == 1)
        pl_frame_tls_next(f, PL_SERVER);
    else /* refused */
        f->end = PL_WIRE_READ;
}

/* --- TightVNC: tunnels, of which there are none today, then types; lists of 16 bytes an entry */

PL_INLINE void pl_vnc_tight_server(struct pl_vnc *v, struct pl_frames *f, uint8_t state)
{
    struct pl_frame *server = &f->of[PL_SERVER];
    uint32_t many = pl_be32(server->byte), bytes = many * PL_VNC_TIGHT_ENTRY;
    bool tunnels = state == PL_VNC_STATE_TIGHT_TUNNELS;

    if (many > PL_VNC_TIGHT_MAX) {
        f->end = PL_WIRE_MALFORMED;
    } else if (tunnels) {
        pl_frame_next(server, PL_VNC_STATE_TIGHT_TYPES, bytes, 4);
        if (many)
            pl_vnc_turn(f, PL_CLIENT, PL_VNC_STATE_TIGHT_TUNNEL, 4);
    } else if (many) {
        pl_frame_next(server, PL_VNC_STATE_WAIT, bytes, 1);
        pl_vnc_turn(f, PL_CLIENT, PL_VNC_STATE_TIGHT_TYPE, 4);
    } else { /* no type is needed */
        v->inner = PL_VNC_NONE;
        v->inner_set = true;
        f->end = PL_WIRE_READ;
    }
}

PL_INLINE void pl_vnc_tight_client(struct pl_vnc *v, struct pl_frames *f, uint8_t state)
{
    if (state == PL_VNC_STATE_TIGHT_TUNNEL) {
        pl_vnc_next(f, PL_CLIENT, PL_VNC_STATE_WAIT, 1);
        return;
    }
    v->inner = pl_be32(f->of[PL_CLIENT].byte);
    v->inner_set = true;
    f->end = PL_WIRE_READ;
}

PL_INLINE void pl_vnc_frame(struct pl_vnc *v, struct pl_frames *f, enum pl_side side)
{
    uint8_t state = f->of[side].state;

    switch (state) {
    case PL_VNC_STATE_VERSION:
        pl_vnc_version(v, f, side);
        break;
    case PL_VNC_STATE_SECURITY:
        pl_vnc_security(v, f);
        break;
    case PL_VNC_STATE_OFFER:
        pl_vnc_offer(v, f);
        break;
    case PL_VNC_STATE_DECIDED:
        pl_vnc_decided(v, f);
        break;
    case PL_VNC_STATE_CHOICE:
        pl_vnc_choice(v, f);
        break;
    case PL_VNC_STATE_TLS:
        pl_vnc_tls(v, f);
        break;
    case PL_VNC_STATE_VENCRYPT_VERSION:
        pl_vnc_vencrypt_version(f, side);
        break;
    case PL_VNC_STATE_VENCRYPT_ACCEPTED:
    case PL_VNC_STATE_VENCRYPT_COUNT:
    case PL_VNC_STATE_VENCRYPT_OFFER:
        pl_vnc_vencrypt_server(v, f, state);
        break;
    case PL_VNC_STATE_VENCRYPT_CHOICE:
        pl_vnc_vencrypt_choice(v, f);
        break;
    case PL_VNC_STATE_VENCRYPT_START:
        pl_vnc_vencrypt_start(f);
        break;
    case PL_VNC_STATE_TIGHT_TUNNELS:
    case PL_VNC_STATE_TIGHT_TYPES:
        pl_vnc_tight_server(v, f, state);
        break;
    case PL_VNC_STATE_TIGHT_TUNNEL:
    case PL_VNC_STATE_TIGHT_TYPE:
        pl_vnc_tight_client(v, f, state);
        break;
    default: /* it spoke before its turn */
        pl_frame_ignore(&f->of[side]);
    }
}

#endif
