/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LDAP over TCP (RFC 4511): binds with a password in clear, SASL's mechanism where it is PLAIN,
 * StartTLS (4.14) and its answer.
 *
 * It reads neither names nor passwords, only whether a password is there: an anonymous or
 * unauthenticated bind (RFC 4513, 5.1.1 and 5.1.2) gives nothing away.  What a SASL mechanism wraps
 * after its bind ends the reading.  LDAP over UDP is not for this reader.
 */
#ifndef PL_READ_LDAP_H
#define PL_READ_LDAP_H

#include "../credential.h"
#include "frame.h"
#include "ldap_match.h"

enum { PL_LDAP_STARTTLS_BYTES = 22, PL_LDAP_TLS_HANDSHAKE = 22 };

PL_TABLE uint8_t pl_ldap_starttls[PL_LDAP_STARTTLS_BYTES + 1] = "1.3.6.1.4.1.1466.20037";
PL_TABLE uint8_t pl_ldap_plain[6] = "PLAIN";

/* One side. */
struct pl_ldap_side {
    uint8_t step;  /* enum pl_ldap_step: the element that is read */
    uint8_t tag;   /* of it */
    uint32_t left; /* of the message, behind what was gathered */
    uint32_t id;   /* of the message */
};

struct pl_ldap {
    bool starttls_requested;
    bool starttls_done; /* the client began TLS */
    bool bind, sasl;    /* some bind in clear; one by SASL */
    bool password;      /* one with a password in clear */
    uint32_t request;   /* the number of the request for TLS */
    uint64_t creds;     /* enum pl_credential_number */
    struct pl_ldap_side of[2];
};

/* Which element is next. */
enum pl_ldap_step {
    PL_LDAP_MESSAGE,
    PL_LDAP_ID,
    PL_LDAP_OPERATION,
    PL_LDAP_VERSION,
    PL_LDAP_NAME,
    PL_LDAP_PROOF,
    PL_LDAP_MECHANISM,
    PL_LDAP_EXTENSION,
    PL_LDAP_RESULT
};

enum pl_ldap_state {
    PL_LDAP_TAG,
    PL_LDAP_LENGTH,
    PL_LDAP_LONG,  /* the bytes of a length that has more than one */
    PL_LDAP_VALUE, /* of the step's element */
    PL_LDAP_END    /* of the message with which the server's TLS begins */
};

PL_INLINE void pl_ldap_begin(struct pl_ldap *l, struct pl_frames *f)
{
    (void)l;
    pl_frame_next(&f->of[PL_CLIENT], PL_LDAP_TAG, 0, 1);
    pl_frame_next(&f->of[PL_SERVER], PL_LDAP_TAG, 0, 1);
}

/* n bytes of the message are gathered or left out. */
PL_INLINE bool pl_ldap_used(struct pl_ldap_side *s, struct pl_frames *f, uint32_t n)
{
    if (n > s->left) {
        f->end = PL_WIRE_MALFORMED;
        return false;
    }
    s->left -= n;
    return true;
}

/* The rest of the message says nothing. */
PL_INLINE void pl_ldap_skip(struct pl_ldap_side *s, struct pl_frame *f)
{
    s->step = PL_LDAP_MESSAGE;
    pl_frame_next(f, PL_LDAP_TAG, s->left, 1);
}

/* Leave out skip bytes, then read an element. */
PL_INLINE void pl_ldap_element(struct pl_ldap_side *s, struct pl_frames *f, enum pl_side side,
                               enum pl_ldap_step step, uint32_t skip)
{
    s->step = (uint8_t)step;
    if (pl_ldap_used(s, f, skip) && pl_ldap_used(s, f, 1))
        pl_frame_next(&f->of[side], PL_LDAP_TAG, skip, 1);
}

/* Gather the element's value. */
PL_INLINE void pl_ldap_value(struct pl_ldap_side *s, struct pl_frames *f, enum pl_side side,
                             uint32_t len)
{
    if (pl_ldap_used(s, f, len))
        pl_frame_next(&f->of[side], PL_LDAP_VALUE, 0, len);
}

PL_INLINE void pl_ldap_tag(struct pl_ldap *l, struct pl_frames *f, enum pl_side side)
{
    struct pl_ldap_side *s = &l->of[side];
    uint8_t tag = f->of[side].byte[0];

    s->tag = tag;
    if (s->step != PL_LDAP_MESSAGE) {
        if (pl_ldap_used(s, f, 1))
            pl_frame_next(&f->of[side], PL_LDAP_LENGTH, 0, 1);
    } else if (tag == PL_LDAP_SEQUENCE) {
        pl_frame_next(&f->of[side], PL_LDAP_LENGTH, 0, 1);
    } else if (tag == PL_LDAP_TLS_HANDSHAKE && (l->starttls_requested || side == PL_SERVER)) {
        l->starttls_done |= side == PL_CLIENT;
        pl_frame_tls_here(f, side);
    } else { /* a SASL mechanism may have wrapped it */
        f->end = l->sasl ? PL_WIRE_READ : PL_WIRE_MALFORMED;
    }
}

PL_INLINE void pl_ldap_operation(struct pl_ldap *l, struct pl_frames *f, enum pl_side side)
{
    struct pl_ldap_side *s = &l->of[side];

    if (side == PL_CLIENT && s->tag == PL_LDAP_BIND) {
        l->bind = true;
        pl_ldap_element(s, f, side, PL_LDAP_VERSION, 0);
    } else if (side == PL_CLIENT && s->tag == PL_LDAP_EXTENDED) {
        pl_ldap_element(s, f, side, PL_LDAP_EXTENSION, 0);
    } else if (side == PL_SERVER && s->tag == PL_LDAP_EXTENDED_ANSWER) {
        pl_ldap_element(s, f, side, PL_LDAP_RESULT, 0);
    } else {
        pl_ldap_skip(s, &f->of[side]);
    }
}

/* How the client proves who it is. */
PL_INLINE void pl_ldap_proof(struct pl_ldap *l, struct pl_frames *f, uint32_t len)
{
    struct pl_ldap_side *s = &l->of[PL_CLIENT];

    if (s->tag == PL_LDAP_SASL) {
        l->sasl = true;
        pl_ldap_element(s, f, PL_CLIENT, PL_LDAP_MECHANISM, 0);
        return;
    }
    if (s->tag == PL_LDAP_SIMPLE && len > 0) {
        l->password = true;
        l->creds |= PL_CREDENTIAL_BIT(LDAP_SIMPLE);
    }
    pl_ldap_skip(s, &f->of[PL_CLIENT]);
}

/* Tag and length of an element inside of a message are read. */
PL_INLINE void pl_ldap_inner(struct pl_ldap *l, struct pl_frames *f, enum pl_side side,
                             uint32_t len)
{
    struct pl_ldap_side *s = &l->of[side];
    bool right = true;

    switch (s->step) {
    case PL_LDAP_ID:
        right = s->tag == PL_LDAP_INTEGER && len >= 1 && len <= 5;
        if (right)
            pl_ldap_value(s, f, side, len);
        break;
    case PL_LDAP_OPERATION:
        pl_ldap_operation(l, f, side);
        break;
    case PL_LDAP_VERSION:
        pl_ldap_element(s, f, side, PL_LDAP_NAME, len);
        break;
    case PL_LDAP_NAME:
        pl_ldap_element(s, f, side, PL_LDAP_PROOF, len);
        break;
    case PL_LDAP_PROOF:
        pl_ldap_proof(l, f, len);
        break;
    case PL_LDAP_MECHANISM:
        if (len == 5)
            pl_ldap_value(s, f, side, len);
        else
            pl_ldap_skip(s, &f->of[side]);
        break;
    case PL_LDAP_EXTENSION:
        if (s->tag == PL_LDAP_REQUEST_NAME && len == PL_LDAP_STARTTLS_BYTES)
            pl_ldap_value(s, f, side, len);
        else
            pl_ldap_skip(s, &f->of[side]);
        break;
    default: /* PL_LDAP_RESULT */
        right = s->tag == PL_LDAP_ENUMERATED && len == 1;
        if (right)
            pl_ldap_value(s, f, side, 1);
    }
    if (!right)
        f->end = PL_WIRE_MALFORMED;
}

PL_INLINE void pl_ldap_length(struct pl_ldap *l, struct pl_frames *f, enum pl_side side,
                              uint32_t len)
{
    struct pl_ldap_side *s = &l->of[side];

    if (s->step == PL_LDAP_MESSAGE) {
        s->left = len;
        pl_ldap_element(s, f, side, PL_LDAP_ID, 0);
    } else if (len > s->left) {
        f->end = PL_WIRE_MALFORMED;
    } else {
        pl_ldap_inner(l, f, side, len);
    }
}

/* The server's answer to a request: does TLS begin behind it? */
PL_INLINE void pl_ldap_result(struct pl_ldap *l, struct pl_frames *f, uint8_t result)
{
    struct pl_ldap_side *s = &l->of[PL_SERVER];
    struct pl_frame *server = &f->of[PL_SERVER];

    if (result || !l->starttls_requested || s->id != l->request)
        pl_ldap_skip(s, server);
    else if (s->left)
        pl_frame_next(server, PL_LDAP_END, s->left, 0);
    else
        pl_frame_tls_next(f, PL_SERVER);
}

PL_INLINE bool pl_ldap_same(const uint8_t *a, const uint8_t *b, uint32_t len)
{
    bool same = true;

    for (uint32_t i = 0; i < len; i++)
        same &= a[i] == b[i];
    return same;
}

PL_INLINE void pl_ldap_whole(struct pl_ldap *l, struct pl_frames *f, enum pl_side side)
{
    struct pl_ldap_side *s = &l->of[side];
    const struct pl_frame *frame = &f->of[side];
    uint32_t number = 0;

    switch (s->step) {
    case PL_LDAP_ID:
        for (uint32_t i = 0; i < 5 && i < frame->need; i++)
            number = number << 8 | frame->byte[i];
        s->id = number;
        pl_ldap_element(s, f, side, PL_LDAP_OPERATION, 0);
        break;
    case PL_LDAP_MECHANISM:
        l->password |= pl_ldap_same(frame->byte, pl_ldap_plain, 5);
        pl_ldap_skip(s, &f->of[side]);
        break;
    case PL_LDAP_EXTENSION:
        if (pl_ldap_same(frame->byte, pl_ldap_starttls, PL_LDAP_STARTTLS_BYTES)) {
            l->starttls_requested = true;
            l->request = s->id;
        }
        pl_ldap_skip(s, &f->of[side]);
        break;
    default:
        pl_ldap_result(l, f, frame->byte[0]);
    }
}

PL_INLINE void pl_ldap_frame(struct pl_ldap *l, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *frame = &f->of[side];
    uint8_t first = frame->byte[0];
    uint32_t value = 0, many = first & 0x7f;

    switch (frame->state) {
    case PL_LDAP_TAG:
        pl_ldap_tag(l, f, side);
        break;
    case PL_LDAP_LENGTH:
        if (first < 0x80)
            pl_ldap_length(l, f, side, first);
        else if (many == 0 || many > 4 ||
                 (l->of[side].step != PL_LDAP_MESSAGE && !pl_ldap_used(&l->of[side], f, many)))
            f->end = PL_WIRE_MALFORMED;
        else
            pl_frame_next(frame, PL_LDAP_LONG, 0, many);
        break;
    case PL_LDAP_LONG:
        for (uint32_t i = 0; i < 4 && i < frame->need; i++)
            value = value << 8 | frame->byte[i];
        pl_ldap_length(l, f, side, value);
        break;
    case PL_LDAP_VALUE:
        pl_ldap_whole(l, f, side);
        break;
    default:
        pl_frame_tls_next(f, PL_SERVER);
    }
}

#endif
