/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QUIC's long headers (RFC 8999; RFC 9000, 17.2; RFC 9369), as far as they are in clear: versions,
 * connection ids, lengths.  Several packets may share a datagram; each is cut off in turn:
 *
 *   struct pl_view v = pl_view(chunk, len);
 *   while (pl_quic_take(&v, &packet))
 *       pl_quic_note(&facts, &packet);
 *
 * Versions whose header is another (Google's Q0xx, drafts before 22) are told by their number
 * alone and take the whole datagram.  What is inside is encrypted: quic_crypto.h reads it after
 * common/user/quic.c has opened it.  Nothing is judged here (common/check/quic.h).
 */
#ifndef PL_READ_QUIC_H
#define PL_READ_QUIC_H

#include "datagram/view.h"

enum {
    PL_QUIC_ID_MAX = 20,
    PL_QUIC_CLIENT_BYTES = 1200, /* of a datagram with a client's Initial (RFC 9000, 14.1) */
    PL_QUIC_TAG_BYTES = 16,
    PL_QUIC_SAMPLE_AT = 4, /* behind where the packet number begins (RFC 9001, 5.4.2) */
    PL_QUIC_VERSIONS = 8
};

enum pl_quic_version {
    PL_QUIC_NEGOTIATION = 0,
    PL_QUIC_V1 = 0x00000001,
    PL_QUIC_V2 = 0x6b3343cf,
    PL_QUIC_V2_DRAFT = 0x709a50c4,
    PL_QUIC_DRAFT = 0xff000000, /* and its number */
    PL_QUIC_DRAFT_LONG = 22,    /* from here on connection ids have a length each */
    PL_QUIC_DRAFT_29 = 29,      /* and from here on there are salts that are sure */
    PL_QUIC_DRAFT_33 = 33,
    PL_QUIC_DRAFT_LAST = 34
};

/* What a version is. */
enum pl_quic_kind {
    PL_QUIC_UNKNOWN, /* nobody told: perhaps newer than this table */
    PL_QUIC_NONE,    /* version negotiation, or one that nobody has (RFC 9000, 15) */
    PL_QUIC_CURRENT, /* 1 and 2 */
    PL_QUIC_OLD      /* a draft, or an experiment from before the standard */
};

enum pl_quic_type {
    PL_QUIC_INITIAL,
    PL_QUIC_ZERO_RTT,
    PL_QUIC_HANDSHAKE,
    PL_QUIC_RETRY,
    PL_QUIC_VERSIONS_OFFERED, /* version negotiation */
    PL_QUIC_OPAQUE            /* of another version: only its number is known */
};

struct pl_quic_packet {
    uint32_t version;
    uint8_t type; /* enum pl_quic_type */
    struct pl_view whole;
    struct pl_view dcid, scid, token; /* empty when there is none */
    uint32_t number;                  /* where the packet number begins; Initial only */
};

struct pl_quic_facts {
    uint32_t version[PL_QUIC_VERSIONS]; /* of packets, in the order in which they were seen */
    uint8_t versions;
    bool retry;          /* the server asked for a token, and its Retry is authentic */
    bool closed;         /* CONNECTION_CLOSE in an Initial */
    uint32_t close_code; /* 0x100 and an alert of TLS, or RFC 9000, 20.1 */
};

PL_INLINE uint8_t pl_quic_draft(uint32_t version)
{
    uint32_t number = version - PL_QUIC_DRAFT;

    return number >= 1 && number <= PL_QUIC_DRAFT_LAST ? (uint8_t)number : 0;
}

/* Google's versions are four letters: Q or T (with TLS), 0, two digits. */
PL_INLINE bool pl_quic_is_google(uint32_t version)
{
    uint32_t first = version >> 24, tens = version >> 8 & 0xff, ones = version & 0xff;

    return (first == 'Q' || first == 'T') && (version >> 16 & 0xff) == '0' && tens >= '0' &&
           tens <= '9' && ones >= '0' && ones <= '9';
}

PL_INLINE enum pl_quic_kind pl_quic_kind(uint32_t version)
{
    if (version == PL_QUIC_V1 || version == PL_QUIC_V2)
        return PL_QUIC_CURRENT;
    if (version == PL_QUIC_NEGOTIATION || (version & 0x0f0f0f0f) == 0x0a0a0a0a)
        return PL_QUIC_NONE;
    if (pl_quic_draft(version) || pl_quic_is_google(version) || version == PL_QUIC_V2_DRAFT)
        return PL_QUIC_OLD;
    switch (version >> 8) {
    case 0xff0200: /* drafts of version 2 */
    case 0xfaceb0: /* Facebook's mvfst */
    case 0xabcd00: /* Microsoft's msquic */
    case 0x504351: /* picoquic */
    case 0x91c170: /* quicly */
    case 0xf123f0: /* mozquic */
        return PL_QUIC_OLD;
    default:
        return PL_QUIC_UNKNOWN;
    }
}

/* The long header is that of version 1 (in another order of types for version 2). */
PL_INLINE bool pl_quic_is_shaped(uint32_t version)
{
    return pl_quic_kind(version) == PL_QUIC_CURRENT || pl_quic_draft(version) >= PL_QUIC_DRAFT_LONG;
}

/* Version 2 counts from one further (RFC 9369, 3.2). */
PL_INLINE enum pl_quic_type pl_quic_type(uint32_t version, uint8_t first)
{
    return (enum pl_quic_type)(((first >> 4) - (version == PL_QUIC_V2)) & 3);
}

/* A number of 1, 2, 4 or 8 bytes (RFC 9000, 16). */
PL_INLINE PL_MUST_USE bool pl_quic_varint(struct pl_view *v, uint64_t *to)
{
    uint32_t bytes = 1u << (pl_view_peek(v, 0) >> 6);
    uint64_t value = pl_view_peek(v, 0) & 0x3f;

    if (pl_view_left(v) < bytes)
        return false;
    for (uint32_t i = 1; i < 8 && i < bytes; i++)
        value = value << 8 | pl_view_peek(v, i);
    v->at += bytes;
    *to = value;
    return true;
}

/* Cut off as many bytes as a varint before them says. */
PL_INLINE PL_MUST_USE bool pl_quic_counted(struct pl_view *v, struct pl_view *child)
{
    struct pl_view tail = *v;
    uint64_t len;

    if (!pl_quic_varint(&tail, &len) || len > pl_view_left(&tail) ||
        !pl_view_child(&tail, (uint32_t)len, child))
        return false;
    *v = tail;
    return true;
}

PL_INLINE PL_MUST_USE bool pl_quic_id(struct pl_view *v, struct pl_view *id)
{
    uint8_t len;

    return pl_view_u8(v, &len) && len <= PL_QUIC_ID_MAX && pl_view_child(v, len, id);
}

/* What stands behind the connection ids of a version whose shape is known. */
PL_INLINE bool pl_quic_take_rest(struct pl_view *v, struct pl_quic_packet *p)
{
    struct pl_view body;

    if (p->type == PL_QUIC_RETRY) { /* the token goes up to the tag, the packet to the end */
        if (pl_view_left(v) < PL_QUIC_TAG_BYTES)
            return false;
        return pl_view_child(v, pl_view_left(v) - PL_QUIC_TAG_BYTES, &p->token) &&
               pl_view_skip(v, PL_QUIC_TAG_BYTES);
    }
    if (p->type == PL_QUIC_INITIAL && !pl_quic_counted(v, &p->token))
        return false;
    if (!pl_quic_counted(v, &body))
        return false;
    p->number = body.at;
    return true;
}

/* Up to Q043: flags, a connection id of 8 bytes, the version. */
PL_INLINE bool pl_quic_take_google(struct pl_view *v, struct pl_quic_packet *p)
{
    struct pl_view head = *v;

    if (v->at != 0 || (pl_view_peek(v, 0) & 0xc9) != 0x09 || !pl_view_skip(&head, 9) ||
        !pl_view_be32(&head, &p->version) || !pl_quic_is_google(p->version))
        return false;
    v->at = v->end;
    return true;
}

/* Cut the next packet with a long header off.  False, and v stays: there is none, it is cut short,
 * its lengths lie, or its version is none that anybody told of. */
PL_INLINE PL_MUST_USE bool pl_quic_take(struct pl_view *v, struct pl_quic_packet *p)
{
    struct pl_view at = *v;
    uint8_t first;

    *p = (struct pl_quic_packet){.type = PL_QUIC_OPAQUE, .whole = *v};
    p->dcid = p->scid = p->token = pl_view(v->chunk, 0);
    if (!(pl_view_peek(v, 0) & 0x80))
        return pl_quic_take_google(v, p);
    if (!pl_view_u8(&at, &first) || !pl_view_be32(&at, &p->version))
        return false;
    if (pl_quic_kind(p->version) == PL_QUIC_UNKNOWN)
        return false;
    if (pl_quic_kind(p->version) == PL_QUIC_OLD && !pl_quic_is_shaped(p->version)) {
        v->at = v->end;
        return true;
    }
    if (!pl_quic_id(&at, &p->dcid) || !pl_quic_id(&at, &p->scid))
        return false;
    if (!pl_quic_is_shaped(p->version)) { /* of none: negotiation lists what the server speaks */
        if (p->version == PL_QUIC_NEGOTIATION) {
            p->type = PL_QUIC_VERSIONS_OFFERED;
            if (pl_view_done(&at) || pl_view_left(&at) % 4)
                return false;
        }
        v->at = v->end;
        return true;
    }
    p->type = (uint8_t)pl_quic_type(p->version, first);
    if (!(first & 0x40) || !pl_quic_take_rest(&at, p))
        return false;
    p->whole.end = v->at = at.at;
    return true;
}

PL_INLINE void pl_quic_note(struct pl_quic_facts *f, const struct pl_quic_packet *p)
{
    for (uint32_t i = 0; i < f->versions && i < PL_QUIC_VERSIONS; i++)
        if (f->version[i] == p->version)
            return;
    if (f->versions < PL_QUIC_VERSIONS)
        f->version[f->versions++] = p->version;
}

/*
 * Is this datagram, the first of a flow, QUIC?  By content alone.  A client's Initial fills its
 * datagram up to PL_QUIC_CLIENT_BYTES, and so does a packet that asks for a version that nobody
 * has. A flow that is seen only after its handshake (short headers) is not recognised.
 */
PL_INLINE enum pl_match pl_quic_match(enum pl_side side, const pl_chunk *chunk, uint32_t len)
{
    struct pl_view v = pl_view(chunk, len);
    struct pl_quic_packet p;
    bool full = side == PL_CLIENT && len >= PL_QUIC_CLIENT_BYTES;

    if (!pl_quic_take(&v, &p) || p.type == PL_QUIC_VERSIONS_OFFERED)
        return PL_MATCH_NO;
    if (pl_quic_kind(p.version) == PL_QUIC_NONE)
        return full ? PL_MATCH_YES : PL_MATCH_NO;
    if (p.type == PL_QUIC_INITIAL && side == PL_CLIENT)
        return full ? PL_MATCH_YES : PL_MATCH_NO;
    return PL_MATCH_YES;
}

#endif
