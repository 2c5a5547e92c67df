/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iSCSI: the first Login Request and its answer (RFC 7143, 11.12 and 11.13).  The text with the
 * names and the CHAP exchange is not read.
 *
 *   login      an initiator logs in
 *   answered, status   the target's answer and its Status-Class: 0 success, 1 redirection
 */
#ifndef PL_READ_ISCSI_H
#define PL_READ_ISCSI_H

#include "frame.h"

enum { PL_ISCSI_HEAD_BYTES = 48, PL_ISCSI_MATCH_BYTES = 8, PL_ISCSI_TEXT_MAX = 65536 };

/* The first byte; a login is always immediate (0x40). */
enum pl_iscsi_opcode { PL_ISCSI_LOGIN = 0x43, PL_ISCSI_LOGIN_ANSWER = 0x23 };

struct pl_iscsi {
    bool login, answered;
    uint8_t status;
};

/* The second byte: transit and continue exclude each other, two bits are reserved, and there is no
 * stage 2. */
PL_INLINE bool pl_iscsi_flags(uint8_t flags)
{
    uint8_t now = flags >> 2 & 3, next = flags & 3;
    bool transit = flags & 0x80, more = flags & 0x40;

    return !(transit && more) && !(flags & 0x30) && now < 2 &&
           (transit ? next != 2 && next > now : true);
}

/* Opcode, flags, two versions, no additional headers, a text that is not huge. */
PL_INLINE bool pl_iscsi_is(const uint8_t *byte, enum pl_iscsi_opcode opcode)
{
    return byte[0] == opcode && pl_iscsi_flags(byte[1]) && byte[2] == 0 && byte[3] == 0 &&
           byte[4] == 0 && pl_be24(byte + 5) <= PL_ISCSI_TEXT_MAX;
}

PL_INLINE enum pl_match pl_iscsi_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                       uint16_t port)
{
    (void)port;
    if (side == PL_SERVER || (len > 0 && byte[0] != PL_ISCSI_LOGIN) ||
        (len > 1 && !pl_iscsi_flags(byte[1])))
        return PL_MATCH_NO;
    for (uint32_t i = 2; i < 5 && i < len; i++)
        if (byte[i] != 0)
            return PL_MATCH_NO;
    if (len < PL_ISCSI_MATCH_BYTES)
        return PL_MATCH_MORE;
    return pl_iscsi_is(byte, PL_ISCSI_LOGIN) ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE void pl_iscsi_begin(struct pl_iscsi *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_ISCSI_HEAD_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_ISCSI_HEAD_BYTES);
}

PL_INLINE void pl_iscsi_frame(struct pl_iscsi *s, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;

    if (!pl_iscsi_is(byte, side == PL_CLIENT ? PL_ISCSI_LOGIN : PL_ISCSI_LOGIN_ANSWER)) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    if (side == PL_CLIENT) {
        s->login = true;
    } else {
        s->answered = true;
        s->status = byte[36];
    }
    pl_frame_ignore(&f->of[side]);
    if (s->login && s->answered)
        f->end = PL_WIRE_READ;
}

#endif
