/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenVPN over TCP (openvpn-rfc, draft-openvpn-openvpn 3): packets behind their lengths.  The
 * control channel carries TLS, whose bytes are handed over as wrapped ones (frame.h); where
 * tls-auth signs the packets the signature is stepped over.  With tls-crypt all is encrypted, and
 * nothing is read.  Data packets end the reading of their side.
 */
#ifndef PL_READ_OPENVPN_H
#define PL_READ_OPENVPN_H

#include "frame.h"

enum pl_openvpn_opcode {
    PL_OPENVPN_CONTROL = 4,
    PL_OPENVPN_ACK = 5,
    PL_OPENVPN_DATA_1 = 6,
    PL_OPENVPN_RESET_CLIENT = 7,
    PL_OPENVPN_RESET_SERVER = 8,
    PL_OPENVPN_DATA_2 = 9
};

enum {
    PL_OPENVPN_HEAD = 3,         /* length, opcode and key number */
    PL_OPENVPN_RESET_LEAST = 14, /* a reset without a signature */
    PL_OPENVPN_SESSION = 8,
    PL_OPENVPN_NUMBER = 4
};

enum pl_openvpn_state { PL_OPENVPN_AT_HEAD, PL_OPENVPN_AT_ACKS, PL_OPENVPN_AT_NUMBER };

struct pl_openvpn {
    uint8_t signature; /* bytes of it in each packet, with its packet number and time */
    bool control;      /* a control packet that could be read */
    uint16_t left[2];  /* of the packet */
    uint8_t opcode[2];
};

/* A reset's length tells the signature's: none, or MD5's to SHA-512's and 8 bytes. */
PL_INLINE bool pl_openvpn_signature_known(uint32_t bytes)
{
    switch (bytes) {
    case 0:
    case 16 + 8:
    case 20 + 8:
    case 28 + 8:
    case 32 + 8:
    case 48 + 8:
    case 64 + 8:
        return true;
    default:
        return false;
    }
}

/* A reset of this side with key number 0; without a signature it acknowledges nothing and is
 * number 0. */
PL_INLINE enum pl_match pl_openvpn_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                         uint16_t port)
{
    uint8_t opcode = side == PL_CLIENT ? PL_OPENVPN_RESET_CLIENT : PL_OPENVPN_RESET_SERVER;
    uint32_t whole;

    (void)port;
    if (len >= 1 && byte[0] != 0)
        return PL_MATCH_NO;
    if (len < PL_OPENVPN_HEAD)
        return PL_MATCH_MORE;
    whole = pl_be16(byte);
    if (byte[2] != opcode << 3 || whole < PL_OPENVPN_RESET_LEAST ||
        !pl_openvpn_signature_known(whole - PL_OPENVPN_RESET_LEAST) || side == PL_SERVER)
        return PL_MATCH_NO;
    if (whole > PL_OPENVPN_RESET_LEAST)
        return PL_MATCH_YES;
    for (uint32_t i = 11; i < 16 && i < len; i++)
        if (byte[i])
            return PL_MATCH_NO;
    return len < 16 ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_openvpn_begin(struct pl_openvpn *o, struct pl_frames *f)
{
    (void)o;
    pl_frame_next(&f->of[PL_CLIENT], PL_OPENVPN_AT_HEAD, 0, PL_OPENVPN_HEAD);
    pl_frame_next(&f->of[PL_SERVER], PL_OPENVPN_AT_HEAD, 0, PL_OPENVPN_HEAD);
}

/* n bytes of the packet are about to be taken; false: it has not so many. */
PL_INLINE bool pl_openvpn_take(struct pl_openvpn *o, struct pl_frames *f, enum pl_side side,
                               uint32_t n)
{
    if (o->left[side] < n) {
        f->end = PL_WIRE_MALFORMED;
        return false;
    }
    o->left[side] = (uint16_t)(o->left[side] - n);
    return true;
}

PL_INLINE void pl_openvpn_head(struct pl_openvpn *o, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *frame = &f->of[side];
    uint8_t opcode = frame->byte[2] >> 3;
    uint32_t len = pl_be16(frame->byte), skip;

    o->left[side] = (uint16_t)len;
    o->opcode[side] = opcode;
    if (opcode == PL_OPENVPN_RESET_CLIENT && !o->control)
        o->signature = (uint8_t)(len - PL_OPENVPN_RESET_LEAST);
    skip = PL_OPENVPN_SESSION + (uint32_t)o->signature;
    if (opcode == PL_OPENVPN_DATA_1 || opcode == PL_OPENVPN_DATA_2)
        pl_frame_ignore(frame);
    else if (opcode < PL_OPENVPN_CONTROL || opcode > PL_OPENVPN_RESET_SERVER)
        f->end = PL_WIRE_READ;
    else if (pl_openvpn_take(o, f, side, 1 + skip + 1))
        pl_frame_next(frame, PL_OPENVPN_AT_ACKS, skip, 1);
}

/* How many packets are acknowledged: their numbers, and then whose they are. */
PL_INLINE void pl_openvpn_acks(struct pl_openvpn *o, struct pl_frames *f, enum pl_side side)
{
    uint32_t count = f->of[side].byte[0];
    uint32_t skip = count * PL_OPENVPN_NUMBER + (count ? PL_OPENVPN_SESSION : 0);

    if (count > 8) /* more than it ever sends: this is tls-crypt */
        f->end = PL_WIRE_READ;
    else if (o->opcode[side] == PL_OPENVPN_ACK)
        pl_frame_next(&f->of[side], PL_OPENVPN_AT_HEAD, o->left[side], PL_OPENVPN_HEAD);
    else if (pl_openvpn_take(o, f, side, skip + PL_OPENVPN_NUMBER))
        pl_frame_next(&f->of[side], PL_OPENVPN_AT_NUMBER, skip, PL_OPENVPN_NUMBER);
}

PL_INLINE void pl_openvpn_frame(struct pl_openvpn *o, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *frame = &f->of[side];

    if (frame->state == PL_OPENVPN_AT_HEAD) {
        pl_openvpn_head(o, f, side);
    } else if (frame->state == PL_OPENVPN_AT_ACKS) {
        pl_openvpn_acks(o, f, side);
    } else {
        o->control = true;
        pl_frame_wrapped(frame, PL_OPENVPN_AT_HEAD, o->left[side], PL_OPENVPN_HEAD);
    }
}

#endif
