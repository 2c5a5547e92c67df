/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TDS, the protocol of Microsoft SQL Server and Sybase (MS-TDS 2.2.3.1, 2.2.6.4 LOGIN7, 2.2.6.5
 * PRELOGIN; TDS 5.0 Functional Specification): what both sides say of encryption, TLS inside of
 * PRELOGIN packets, and whether a login or what follows it goes in clear.
 *
 * When both sides say "off", TLS covers the login alone and the rest goes in clear; the records of
 * such a login are left out.  The login is not read, only whether it holds a password.  TDS 8
 * begins with TLS and is not for this reader.
 */
#ifndef PL_READ_TDS_H
#define PL_READ_TDS_H

#include "../credential.h"
#include "frame.h"

enum pl_tds_type {
    PL_TDS_BATCH = 1,
    PL_TDS_LOGIN_OLD = 2, /* TDS 4.2 and 5.0 */
    PL_TDS_RPC = 3,
    PL_TDS_RESULT = 4,
    PL_TDS_BULK = 7,
    PL_TDS_TRANSACTION = 14,
    PL_TDS_NORMAL = 15, /* TDS 5.0 */
    PL_TDS_LOGIN7 = 16,
    PL_TDS_PRELOGIN = 18,
    PL_TDS_SESSIONS = 0x53 /* not TDS, but sessions of TDS in one connection (MC-SMP 2.2.1) */
};

/* What a side says of encryption, without the bit for client certificates. */
enum pl_tds_encrypt {
    PL_TDS_ENCRYPT_OFF,
    PL_TDS_ENCRYPT_ON,
    PL_TDS_ENCRYPT_NOT_SUPPORTED,
    PL_TDS_ENCRYPT_REQUIRED
};

enum {
    PL_TDS_HEADER = 8,
    PL_TDS_OPTION_VERSION = 0,
    PL_TDS_OPTION_ENCRYPTION = 1,
    PL_TDS_OPTION_END = 0xff,
    PL_TDS_ENCRYPT_MASK = 0x7f,
    PL_TDS_LOGIN7_HEAD = 48,     /* up to the length of the password */
    PL_TDS_OLD_USER_LENGTH = 61, /* names of 30 bytes with their lengths behind them */
    PL_TDS_OLD_PASSWORD = 30
};

/* One side. */
struct pl_tds_side {
    bool prelogin;    /* its options were read */
    bool encrypt_set; /* it said this: */
    uint8_t encrypt;  /* enum pl_tds_encrypt */
    uint8_t type;     /* of the packet */
    uint16_t left;    /* of it */
    uint16_t at;      /* in it */
    uint16_t wanted;  /* where the value for encryption stands */
};

struct pl_tds {
    struct pl_tds_side of[2]; /* by enum pl_side */
    bool tls;                 /* the client began TLS */
    bool login;               /* in clear */
    bool clear;               /* queries or results in clear, TLS or not before them */
    uint64_t creds;           /* enum pl_credential_number */
};

enum pl_tds_state {
    PL_TDS_TYPE, /* of a packet, or the first byte of a TLS record */
    PL_TDS_REST, /* of a header */
    PL_TDS_RECORD,
    PL_TDS_OPTION, /* its number */
    PL_TDS_PLACE,  /* where it stands */
    PL_TDS_ENCRYPTION,
    PL_TDS_LOGIN,
    PL_TDS_USER,
    PL_TDS_PASSWORD
};

/* The first bytes against values; -1: any. */
PL_INLINE bool pl_tds_like(const uint8_t *byte, uint32_t len, uint32_t at, int value)
{
    return at >= len || byte[at] == value;
}

/* PRELOGIN's options begin with the version: 6 bytes. */
PL_INLINE bool pl_tds_like_prelogin(const uint8_t *byte, uint32_t len, uint8_t type)
{
    return byte[0] == type && pl_tds_like(byte, len, 7, 0) &&
           pl_tds_like(byte, len, 8, PL_TDS_OPTION_VERSION) && pl_tds_like(byte, len, 9, 0) &&
           pl_tds_like(byte, len, 11, 0) && pl_tds_like(byte, len, 12, 6);
}

/* The login's own length, then the version: 7.0 to 7.4. */
PL_INLINE bool pl_tds_like_login7(const uint8_t *byte, uint32_t len)
{
    return byte[0] == PL_TDS_LOGIN7 && pl_tds_like(byte, len, 7, 0) &&
           pl_tds_like(byte, len, 11, 0) && (len < 16 || (byte[15] >= 0x70 && byte[15] <= 0x74));
}

/* The whole packet of 512 bytes, number 0 or 1, then the name of the machine, padded by zeros. */
PL_INLINE bool pl_tds_like_old(const uint8_t *byte, uint32_t len)
{
    bool padding = false, right = byte[0] == PL_TDS_LOGIN_OLD && pl_tds_like(byte, len, 2, 2) &&
                                  pl_tds_like(byte, len, 3, 0) && pl_tds_like(byte, len, 4, 0) &&
                                  pl_tds_like(byte, len, 5, 0) && pl_tds_like(byte, len, 7, 0) &&
                                  (len < 7 || byte[6] <= 1);

    for (uint32_t i = PL_TDS_HEADER; i < len && i < PL_PREFIX_MAX; i++) {
        right &= padding ? byte[i] == 0 : byte[i] == 0 || byte[i] >= ' ';
        padding |= byte[i] == 0;
    }
    return right;
}

PL_INLINE enum pl_match pl_tds_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    uint32_t enough = PL_PREFIX_MAX;
    bool right;

    (void)port;
    if (len == 0)
        return PL_MATCH_MORE;
    right = pl_tds_like_prelogin(byte, len, side == PL_SERVER ? PL_TDS_RESULT : PL_TDS_PRELOGIN);
    if (right)
        enough = 13;
    else if (side == PL_CLIENT && pl_tds_like_login7(byte, len))
        enough = 16;
    else if (side == PL_SERVER || !pl_tds_like_old(byte, len))
        return PL_MATCH_NO;
    if ((len > 1 && byte[1] > 1) || (len > 3 && pl_be16(byte + 2) < 16))
        return PL_MATCH_NO;
    return len < enough ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_tds_begin(struct pl_tds *t, struct pl_frames *f)
{
    (void)t;
    pl_frame_next(&f->of[PL_CLIENT], PL_TDS_TYPE, 0, 1);
    pl_frame_next(&f->of[PL_SERVER], PL_TDS_TYPE, 0, 1);
}

/* Whether all goes through TLS, as far as it is known; see the table of MS-TDS 2.2.6.5. */
PL_INLINE bool pl_tds_encrypts_all(const struct pl_tds *t)
{
    bool all = false, never = false;

    for (uint32_t i = 0; i < 2; i++) {
        const struct pl_tds_side *s = &t->of[i];

        all |= s->encrypt_set &&
               (s->encrypt == PL_TDS_ENCRYPT_ON || s->encrypt == PL_TDS_ENCRYPT_REQUIRED);
        never |= s->encrypt_set && s->encrypt == PL_TDS_ENCRYPT_NOT_SUPPORTED;
    }
    return all && !never;
}

/* Leave out the rest of the packet. */
PL_INLINE void pl_tds_skip(struct pl_tds_side *s, struct pl_frame *f)
{
    pl_frame_next(f, PL_TDS_TYPE, s->left, 1);
}

PL_INLINE void pl_tds_type_byte(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *frame = &f->of[side];
    uint8_t type = frame->byte[0];

    t->of[side].type = type;
    if (type >= 20 && type <= 23 &&
        t->of[side].prelogin) { /* a record of TLS, outside of packets */
        if (pl_tds_encrypts_all(t))
            pl_frame_tls_here(f, side);
        else
            pl_frame_next(frame, PL_TDS_RECORD, 0, 4);
    } else if (type == PL_TDS_SESSIONS && t->tls) {
        t->clear = true;
        f->end = PL_WIRE_READ;
    } else if (type == 0 || type > PL_TDS_PRELOGIN) {
        f->end = PL_WIRE_MALFORMED;
    } else {
        pl_frame_next(frame, PL_TDS_REST, 0, 7);
    }
}

PL_INLINE void pl_tds_record(struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *frame = &f->of[side];

    if (frame->byte[0] == 3)
        pl_frame_next(frame, PL_TDS_TYPE, pl_be16(frame->byte + 2), 1);
    else
        f->end = PL_WIRE_MALFORMED;
}

/* A PRELOGIN packet: options the first time, TLS from then on. */
PL_INLINE void pl_tds_prelogin(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    struct pl_tds_side *s = &t->of[side];

    if (!s->prelogin && s->left) {
        pl_frame_next(&f->of[side], PL_TDS_OPTION, 0, 1);
        return;
    }
    t->tls |= side == PL_CLIENT && s->left;
    pl_frame_wrapped(&f->of[side], PL_TDS_TYPE, s->left, 1);
}

PL_INLINE void pl_tds_login(struct pl_tds *t, struct pl_frames *f)
{
    struct pl_tds_side *s = &t->of[PL_CLIENT];
    struct pl_frame *client = &f->of[PL_CLIENT];

    if (s->type == PL_TDS_LOGIN7 && s->left >= PL_TDS_LOGIN7_HEAD)
        pl_frame_next(client, PL_TDS_LOGIN, 0, PL_TDS_LOGIN7_HEAD);
    else if (s->type == PL_TDS_LOGIN_OLD &&
             s->left > PL_TDS_OLD_USER_LENGTH + 1 + PL_TDS_OLD_PASSWORD)
        pl_frame_next(client, PL_TDS_USER, PL_TDS_OLD_USER_LENGTH, 1);
    else
        f->end = PL_WIRE_MALFORMED;
}

PL_INLINE void pl_tds_client_packet(struct pl_tds *t, struct pl_frames *f)
{
    struct pl_tds_side *s = &t->of[PL_CLIENT];

    switch (s->type) {
    case PL_TDS_PRELOGIN:
        pl_tds_prelogin(t, f, PL_CLIENT);
        break;
    case PL_TDS_LOGIN7:
    case PL_TDS_LOGIN_OLD:
        pl_tds_login(t, f);
        break;
    case PL_TDS_BATCH:
    case PL_TDS_RPC:
    case PL_TDS_BULK:
    case PL_TDS_TRANSACTION:
    case PL_TDS_NORMAL:
        t->clear = true;
        f->end = PL_WIRE_READ;
        break;
    default:
        pl_tds_skip(s, &f->of[PL_CLIENT]);
    }
}

PL_INLINE void pl_tds_rest(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    struct pl_tds_side *s = &t->of[side];
    uint16_t len = pl_be16(f->of[side].byte + 1);

    if (len < PL_TDS_HEADER) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    s->left = (uint16_t)(len - PL_TDS_HEADER);
    s->at = s->wanted = 0;
    if (side == PL_CLIENT) {
        pl_tds_client_packet(t, f);
    } else if (s->type == PL_TDS_PRELOGIN || (s->type == PL_TDS_RESULT && !s->prelogin)) {
        pl_tds_prelogin(t, f, side);
    } else {
        t->clear |= t->tls && s->type == PL_TDS_RESULT; /* TLS was for the login alone */
        pl_tds_skip(s, &f->of[side]);
    }
}

/* n bytes of the packet were gathered or are left out; MALFORMED when it has not so many. */
PL_INLINE bool pl_tds_used(struct pl_tds_side *s, struct pl_frames *f, uint32_t n)
{
    if (n > s->left) {
        f->end = PL_WIRE_MALFORMED;
        return false;
    }
    s->left = (uint16_t)(s->left - n);
    s->at = (uint16_t)(s->at + n);
    return true;
}

PL_INLINE void pl_tds_option(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    struct pl_tds_side *s = &t->of[side];
    struct pl_frame *frame = &f->of[side];
    uint8_t option = frame->byte[0];
    uint32_t ahead;

    if (!pl_tds_used(s, f, 1))
        return;
    if (side == PL_SERVER && s->at == 1 && option != PL_TDS_OPTION_VERSION) {
        s->prelogin = true; /* a result: there was no PRELOGIN */
        pl_tds_skip(s, frame);
    } else if (option != PL_TDS_OPTION_END) {
        s->type = option;
        pl_frame_next(frame, PL_TDS_PLACE, 0, 4);
    } else {
        s->prelogin = true;
        ahead = (uint32_t)s->wanted - s->at;
        if (s->wanted < s->at || ahead >= s->left)
            pl_tds_skip(s, frame); /* it says nothing of encryption */
        else if (pl_tds_used(s, f, ahead + 1))
            pl_frame_next(frame, PL_TDS_ENCRYPTION, ahead, 1);
    }
}

PL_INLINE void pl_tds_place(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    struct pl_tds_side *s = &t->of[side];

    if (s->type == PL_TDS_OPTION_ENCRYPTION && pl_be16(f->of[side].byte + 2) == 1)
        s->wanted = pl_be16(f->of[side].byte);
    if (pl_tds_used(s, f, 4))
        pl_frame_next(&f->of[side], PL_TDS_OPTION, 0, 1);
}

PL_INLINE void pl_tds_encryption(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    struct pl_tds_side *s = &t->of[side];

    s->encrypt = f->of[side].byte[0] & PL_TDS_ENCRYPT_MASK;
    s->encrypt_set = s->encrypt <= PL_TDS_ENCRYPT_REQUIRED;
    pl_tds_skip(s, &f->of[side]);
}

PL_INLINE void pl_tds_password(struct pl_tds *t, struct pl_frames *f, bool password)
{
    t->login = true;
    if (password)
        t->creds |= PL_CREDENTIAL_BIT(TDS_LOGIN);
    f->end = PL_WIRE_READ;
}

PL_INLINE void pl_tds_frame(struct pl_tds *t, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;

    switch (f->of[side].state) {
    case PL_TDS_TYPE:
        pl_tds_type_byte(t, f, side);
        break;
    case PL_TDS_REST:
        pl_tds_rest(t, f, side);
        break;
    case PL_TDS_RECORD:
        pl_tds_record(f, side);
        break;
    case PL_TDS_OPTION:
        pl_tds_option(t, f, side);
        break;
    case PL_TDS_PLACE:
        pl_tds_place(t, f, side);
        break;
    case PL_TDS_ENCRYPTION:
        pl_tds_encryption(t, f, side);
        break;
    case PL_TDS_LOGIN:
        pl_tds_password(t, f, pl_le16(byte + PL_TDS_LOGIN7_HEAD - 2));
        break;
    case PL_TDS_USER:
        pl_frame_next(&f->of[side], PL_TDS_PASSWORD, PL_TDS_OLD_PASSWORD, 1);
        break;
    default:
        pl_tds_password(t, f, byte[0]);
    }
}

#endif
