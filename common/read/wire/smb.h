/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMB 1, 2 and 3 over TCP, with or without a NetBIOS session before it (MS-SMB, MS-SMB2 2.2,
 * RFC 1002, 4.3): the negotiation, the security mode of both sides, and whether a share is used in
 * clear.  Names of users, shares and files are not read.
 *
 *   offered1             bit n: the client offers enum pl_smb1_dialect n in an SMB1 negotiation
 *   answer1              the server's answer in SMB1; pl_smb_dialect1(): which dialect it chose
 *   smb1, smb2[side]     such a message was seen
 *   smb1_goes_on         an SMB1 message of either side that is no negotiation
 *   offered2, dialect2   bits of enum pl_smb2_dialect, and the revision that the server chose
 *                        (0x02ff: a second negotiation follows)
 *   mode[side]           of SMB2, when mode_known[side]: PL_SMB2_SIGNING_REQUIRED
 *   tree_clear           a share was opened by a message in clear, and it does not ask for
 * encryption tree_encrypted       a share asks for encryption (PL_SMB2_SHARE_ENCRYPT) encrypted a
 * message in an SMB3 transform header was seen
 */
#ifndef PL_READ_SMB_H
#define PL_READ_SMB_H

#include "smb_facts.h"

enum {
    PL_NETBIOS_HEAD_BYTES = 4,
    PL_SMB_PROTOCOL_BYTES = 4,
    PL_SMB1_HEAD_BYTES = 32,
    PL_SMB1_ANSWER_BYTES = 36, /* with the word count and two words */
    PL_SMB2_HEAD_BYTES = 64,
    PL_SMB2_BODY_BYTES = 8,
    PL_SMB2_NEGOTIATE_BYTES = 36,
    PL_SMB2_DIALECTS_MAX = 32,
    PL_SMB_MESSAGE_MAX = 1 << 24
};

enum pl_smb_state {
    PL_SMB_NETBIOS,
    PL_SMB_PROTOCOL,
    PL_SMB_ONE,      /* the rest of an SMB1 head */
    PL_SMB_ONE_LIST, /* the strings of an SMB1 negotiation */
    PL_SMB_TWO,      /* the rest of an SMB2 head */
    PL_SMB_TWO_BODY,
    PL_SMB_TWO_LIST
};

/* Of RFC 1002, 4.3.1. */
enum pl_netbios_type {
    PL_NETBIOS_MESSAGE = 0,
    PL_NETBIOS_REQUEST = 0x81,
    PL_NETBIOS_POSITIVE = 0x82,
    PL_NETBIOS_KEEP_ALIVE = 0x85
};

/* The first byte of the four that end in "SMB". */
enum pl_smb_head { PL_SMB_ONE_HEAD = 0xff, PL_SMB_TWO_HEAD = 0xfe, PL_SMB_TRANSFORM = 0xfd };
enum { PL_SMB_COMPRESSED = 0xfc };

enum pl_smb1_command { PL_SMB1_NEGOTIATE = 0x72, PL_SMB1_REPLY = 0x80 };

enum pl_smb2_command { PL_SMB2_NEGOTIATE, PL_SMB2_SESSION_SETUP, PL_SMB2_TREE_CONNECT = 3 };

PL_INLINE bool pl_smb_is_head(const uint8_t *byte)
{
    return byte[0] >= PL_SMB_COMPRESSED && byte[1] == 'S' && byte[2] == 'M' && byte[3] == 'B';
}

/* A NetBIOS name in a session request: 32 letters from A to P (RFC 1001, 14.1). */
PL_INLINE enum pl_match pl_smb_match_request(const uint8_t *byte, uint32_t len)
{
    const uint8_t head[] = {PL_NETBIOS_REQUEST, 0, 0, 68, 32};

    for (uint32_t i = 0; i < len && i < PL_PREFIX_MAX; i++)
        if (i < sizeof head ? byte[i] != head[i] : byte[i] < 'A' || byte[i] > 'P')
            return PL_MATCH_NO;
    return len < PL_PREFIX_MAX ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE enum pl_match pl_smb_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    const uint8_t accepted[] = {PL_NETBIOS_POSITIVE, 0, 0, 0};
    const uint8_t *text = (const uint8_t *)"SMB";

    if (len > 0 && side == PL_CLIENT && byte[0] == PL_NETBIOS_REQUEST)
        return pl_smb_match_request(byte, len);
    if (len > 0 && side == PL_SERVER && port == 139 && byte[0] == accepted[0]) {
        for (uint32_t i = 1; i < len && i < sizeof accepted; i++)
            if (byte[i] != accepted[i])
                return PL_MATCH_NO;
        return len < sizeof accepted ? PL_MATCH_MORE : PL_MATCH_YES;
    }
    if ((len > 0 && byte[0] != PL_NETBIOS_MESSAGE) || (len > 4 && byte[4] < PL_SMB_TRANSFORM))
        return PL_MATCH_NO;
    for (uint32_t i = 5; i < 8 && i < len; i++)
        if (byte[i] != text[i - 5])
            return PL_MATCH_NO;
    if (len < 8)
        return PL_MATCH_MORE;
    return pl_be24(byte + 1) >= PL_SMB1_HEAD_BYTES ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE void pl_smb_begin(struct pl_smb *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], PL_SMB_NETBIOS, 0, PL_NETBIOS_HEAD_BYTES);
    pl_frame_next(&f->of[PL_SERVER], PL_SMB_NETBIOS, 0, PL_NETBIOS_HEAD_BYTES);
}

/* The rest of this is left out; in SMB2 another may follow in the same message. */
PL_INLINE void pl_smb_leave(struct pl_smb_side *o, struct pl_frame *f)
{
    uint32_t skip = o->left;

    o->left = o->after;
    o->after = 0;
    if (o->left < PL_SMB_PROTOCOL_BYTES) {
        pl_frame_next(f, PL_SMB_NETBIOS, skip + o->left, PL_NETBIOS_HEAD_BYTES);
        return;
    }
    o->left -= PL_SMB_PROTOCOL_BYTES;
    pl_frame_next(f, PL_SMB_PROTOCOL, skip, PL_SMB_PROTOCOL_BYTES);
}

/* n bytes behind skip, or the message is too short for what it says it is. */
PL_INLINE void pl_smb_want(struct pl_smb_side *o, struct pl_frames *f, struct pl_frame *one,
                           enum pl_smb_state state, uint32_t skip, uint32_t n)
{
    if (o->left < skip + n) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    o->left -= skip + n;
    pl_frame_next(one, (uint8_t)state, skip, n);
}

PL_INLINE void pl_smb_netbios(struct pl_smb_side *o, struct pl_frames *f, struct pl_frame *one)
{
    uint32_t bytes = pl_be24(one->byte + 1);
    uint8_t type = one->byte[0];

    o->left = bytes;
    o->after = 0;
    if (type == PL_NETBIOS_MESSAGE && bytes >= PL_SMB1_HEAD_BYTES)
        pl_smb_want(o, f, one, PL_SMB_PROTOCOL, 0, PL_SMB_PROTOCOL_BYTES);
    else if (type == PL_NETBIOS_MESSAGE ||
             (type >= PL_NETBIOS_REQUEST && type <= PL_NETBIOS_KEEP_ALIVE && bytes < 256))
        pl_frame_next(one, PL_SMB_NETBIOS, bytes, PL_NETBIOS_HEAD_BYTES);
    else
        f->end = PL_WIRE_MALFORMED;
}

PL_INLINE void pl_smb_protocol(struct pl_smb *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_smb_side *o = &s->side[side];
    struct pl_frame *one = &f->of[side];
    uint8_t head = one->byte[0];

    if (!pl_smb_is_head(one->byte)) {
        f->end = PL_WIRE_MALFORMED;
    } else if (head == PL_SMB_ONE_HEAD) {
        pl_smb_want(o, f, one, PL_SMB_ONE, 0, PL_SMB1_HEAD_BYTES + 1 - PL_SMB_PROTOCOL_BYTES);
    } else if (head == PL_SMB_TWO_HEAD) {
        pl_smb_want(o, f, one, PL_SMB_TWO, 0, PL_SMB2_HEAD_BYTES - PL_SMB_PROTOCOL_BYTES);
    } else {
        s->encrypted |= head == PL_SMB_TRANSFORM;
        o->encrypted |= head == PL_SMB_TRANSFORM;
        pl_smb_leave(o, one);
    }
}

/* The head of SMB1 behind its first four bytes, and the count of words. */
PL_INLINE void pl_smb_one(struct pl_smb *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_smb_side *o = &s->side[side];
    struct pl_frame *one = &f->of[side];
    uint8_t command = one->byte[0], flags = one->byte[5], words = one->byte[28];

    s->smb1 = true;
    if (command != PL_SMB1_NEGOTIATE) {
        s->smb1_goes_on = true;
        pl_smb_leave(o, one);
    } else if (side == PL_SERVER && flags & PL_SMB1_REPLY && words > 0) {
        pl_smb_want(o, f, one, PL_SMB_ONE_LIST, 0, 2);
    } else if (side == PL_CLIENT && words == 0 && o->left > 2) {
        o->at = 0;
        pl_smb_want(o, f, one, PL_SMB_ONE_LIST, 2, 1);
    } else {
        pl_smb_leave(o, one);
    }
}

/* A byte of the client's list, or the server's choice of it. */
PL_INLINE void pl_smb_one_list(struct pl_smb *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_smb_side *o = &s->side[side];
    struct pl_frame *one = &f->of[side];

    if (side == PL_SERVER) {
        s->index1 = pl_smb_le16(one->byte);
        s->answer1 = s->index1 == PL_SMB1_NO_DIALECT ? PL_SMB1_REFUSED : PL_SMB1_CHOSEN;
    } else {
        pl_smb_dialect_byte(s, one->byte[0]);
    }
    if (side == PL_CLIENT && o->left > 0)
        pl_smb_want(o, f, one, PL_SMB_ONE_LIST, 0, 1);
    else
        pl_smb_leave(o, one);
}

/* The head of SMB2 behind its first four bytes. */
PL_INLINE void pl_smb_two(struct pl_smb *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_smb_side *o = &s->side[side];
    struct pl_frame *one = &f->of[side];
    uint32_t next = pl_smb_le32(one->byte + 16), body = PL_SMB2_BODY_BYTES;
    bool reply = one->byte[12] & 1;

    if (pl_smb_le16(one->byte) != PL_SMB2_HEAD_BYTES ||
        (next && (next < PL_SMB2_HEAD_BYTES || next - PL_SMB2_HEAD_BYTES > o->left))) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    o->after = next ? o->left - (next - PL_SMB2_HEAD_BYTES) : 0;
    o->left -= o->after;
    s->smb2[side] = true;
    o->command = pl_smb_le16(one->byte + 8);
    o->status = pl_smb_le32(one->byte + 4);
    if (side == PL_CLIENT && o->command == PL_SMB2_NEGOTIATE)
        body = PL_SMB2_NEGOTIATE_BYTES;
    if (reply != (side == PL_SERVER) || o->command > PL_SMB2_TREE_CONNECT || o->left < body)
        pl_smb_leave(o, one);
    else
        pl_smb_want(o, f, one, PL_SMB_TWO_BODY, 0, body);
}

PL_INLINE void pl_smb_two_body(struct pl_smb *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_smb_side *o = &s->side[side];
    struct pl_frame *one = &f->of[side];
    uint32_t count;

    if (side == PL_SERVER) {
        pl_smb_answer(s, o->command, o->status, one->byte);
        pl_smb_leave(o, one);
        return;
    }
    pl_smb_request(s, o->command, one->byte);
    count = o->command == PL_SMB2_NEGOTIATE ? pl_smb_le16(one->byte + 2) : 0;
    if (count == 0)
        pl_smb_leave(o, one);
    else
        pl_smb_want(o, f, one, PL_SMB_TWO_LIST, 0,
                    2 * (count < PL_SMB2_DIALECTS_MAX ? count : PL_SMB2_DIALECTS_MAX));
}

/* All that the checks ask is known. */
PL_INLINE bool pl_smb_settled(const struct pl_smb *s)
{
    return s->answer1 == PL_SMB1_CHOSEN || s->smb1_goes_on ||
           (s->side[PL_CLIENT].encrypted && s->side[PL_SERVER].encrypted) ||
           (s->tree_clear && s->mode_known[PL_CLIENT] && s->mode_known[PL_SERVER]);
}

PL_INLINE void pl_smb_frame(struct pl_smb *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *one = &f->of[side];

    switch (one->state) {
    case PL_SMB_NETBIOS:
        pl_smb_netbios(&s->side[side], f, one);
        break;
    case PL_SMB_PROTOCOL:
        pl_smb_protocol(s, f, side);
        break;
    case PL_SMB_ONE:
        pl_smb_one(s, f, side);
        break;
    case PL_SMB_ONE_LIST:
        pl_smb_one_list(s, f, side);
        break;
    case PL_SMB_TWO:
        pl_smb_two(s, f, side);
        break;
    case PL_SMB_TWO_BODY:
        pl_smb_two_body(s, f, side);
        break;
    default: /* PL_SMB_TWO_LIST */
        for (uint32_t i = 0; i + 1 < one->have && i + 1 < PL_FRAME_MAX; i += 2)
            s->offered2 |= pl_smb2_dialect_bit(pl_smb_le16(one->byte + i));
        pl_smb_leave(&s->side[side], one);
        break;
    }
    if (f->end == PL_WIRE_READING && pl_smb_settled(s))
        f->end = PL_WIRE_READ;
}

#endif
