/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of DTLS 1.0 to 1.3 (RFC 4347, RFC 6347, RFC 9147): from datagrams to the messages that
 * are sent in clear, and of the two hellos to the facts of TLS.
 *
 *   struct pl_dtls d = {.port = 443};                            for each flow; all zero is fresh
 *   struct pl_dtls_walk w = pl_dtls_walk(side, datagram, len);   for each datagram
 *   while (pl_dtls_next(&d, &w, &m))                             m: a message that is complete now
 *       ... feed m.byte[0 .. m.len - 1] of m.side to &d.flow by pl_tls_flow_step() or _feed()
 *   pl_dtls_outcome(&d), pl_tls_flow_facts(&d.flow, &facts), pl_dtls_client_hello(&d, &len)
 *
 * or pl_dtls_read(), which does all that, for who collects no certificates.  Messages come in the
 * order in which they were sent, each once, whole, with the head of TLS (type, three bytes of
 * length, no fragment fields), so flow.h reads them; up to DTLS 1.2 that is the server's whole
 * flight.  The bytes stand until the next call for that side, those of the client's last hello for
 * good: its fingerprint is to be made of them, not of PL_TAKEN_HELLO.
 *
 * Who speaks first on the port is not always who says ClientHello (WebRTC, RFC 5763, 5), so the
 * hellos decide who is the client: d.swapped when it is the other side than the caller says.
 *
 * Fragments may come in any order, overlap and repeat (RFC 6347, 4.2.3), of up to PL_DTLS_PIECES
 * messages at once; a message that does not fit into PL_DTLS_BYTES is left out (missed).  A
 * datagram that is not DTLS, and the rest of one that lies or is cut short, is passed over: media
 * shares its port with other protocols, and anybody can send a datagram.
 *
 * HelloVerifyRequest is no hello and its version no choice: only `verify` is set.  After it and
 * after HelloRetryRequest the client's second hello replaces the first one.  A second handshake of
 * the same flow is encrypted, or it is not read.  Nothing is decrypted or judged here.  Alerts in
 * clear, and whether a session is resumed, go to the flow as well.
 *
 * For user space: a message may be longer than a chunk of BPF.
 */
#ifndef PL_READ_DTLS_H
#define PL_READ_DTLS_H

#include "../patch.h"
#include "dtls_record.h"
#include "flow.h"

enum { PL_DTLS_BYTES = 16384, PL_DTLS_PIECES = 8, PL_DTLS_AHEAD = 64, PL_DTLS_MESSAGE_HEAD = 4 };

/* A message that is not complete, or not its turn. */
struct pl_dtls_piece {
    struct pl_patch patch;
    uint32_t at; /* where it begins in the bytes: with its head */
    uint16_t seq;
};

struct pl_dtls_side {
    uint32_t hello_at, hello_len; /* where the client's last hello stands */
    uint32_t given_at, given_len; /* the message that was given last, unless it is that hello */
    uint32_t used;                /* of byte */
    uint16_t next;                /* the number of the message whose turn it is */
    uint8_t pieces;
    bool encrypted; /* this side has begun to encrypt */
    bool missed;    /* a message was too long */
    struct pl_dtls_piece piece[PL_DTLS_PIECES];
    uint8_t byte[PL_DTLS_BYTES];
};

struct pl_dtls {
    struct pl_tls_flow flow;
    uint16_t port; /* the server's; 0: not known */
    bool begun;
    bool verify;               /* the server sent HelloVerifyRequest */
    bool known, swapped;       /* who is the client; it is whom the caller calls the server */
    struct pl_dtls_side of[2]; /* by enum pl_side */
};

struct pl_dtls_walk {
    enum pl_side side;               /* as the caller says */
    struct pl_view datagram, record; /* what is left; of the record only handshake in clear */
};

struct pl_dtls_message {
    enum pl_tls_side side; /* whose it is */
    uint8_t type;
    const uint8_t *byte; /* type, length (3 bytes), body */
    uint32_t len;
};

PL_INLINE struct pl_dtls_walk pl_dtls_walk(enum pl_side side, const pl_chunk *chunk, uint32_t len)
{
    struct pl_dtls_walk w = {side, pl_view(chunk, len), pl_view(chunk, 0)};

    return w;
}

/* --- the bytes of a side: the last hello and the pieces, without room between them */

PL_INLINE uint32_t pl_dtls_length(const struct pl_dtls_side *s, uint32_t at)
{
    return pl_be24(s->byte + at + 1);
}

/* Close the gap of what is given up. */
PL_INLINE void pl_dtls_cut(struct pl_dtls_side *s, uint32_t at, uint32_t len)
{
    if (len == 0)
        return;
    for (uint32_t i = at; i + len < s->used; i++)
        s->byte[i] = s->byte[i + len];
    s->used -= len;
    for (uint32_t i = 0; i < s->pieces; i++)
        s->piece[i].at -= s->piece[i].at > at ? len : 0;
    s->hello_at -= s->hello_at > at ? len : 0;
}

PL_INLINE void pl_dtls_forget(struct pl_dtls_side *s, uint32_t i)
{
    s->pieces--;
    for (; i < s->pieces; i++)
        s->piece[i] = s->piece[i + 1];
}

/* Give up the pieces whose number is below this one. */
PL_INLINE void pl_dtls_drop(struct pl_dtls_side *s, uint32_t below)
{
    for (uint32_t i = s->pieces; i-- > 0;) {
        uint32_t at = s->piece[i].at;

        if (s->piece[i].seq >= below)
            continue;
        pl_dtls_forget(s, i);
        pl_dtls_cut(s, at, PL_DTLS_MESSAGE_HEAD + pl_dtls_length(s, at));
    }
}

PL_INLINE bool pl_dtls_room(const struct pl_dtls_side *s, uint32_t length)
{
    return s->pieces < PL_DTLS_PIECES && length <= PL_DTLS_BYTES - PL_DTLS_MESSAGE_HEAD &&
           s->used + PL_DTLS_MESSAGE_HEAD + length <= PL_DTLS_BYTES;
}

/* The piece of this message, a new one if need be; PL_DTLS_PIECES: there is none.  For the message
 * whose turn it is others have to give way; if it does not fit even so, it is left out. */
PL_INLINE uint32_t pl_dtls_piece(struct pl_dtls_side *s, const struct pl_dtls_fragment *f)
{
    uint8_t *head;

    for (uint32_t i = 0; i < s->pieces; i++) {
        const uint8_t *is = s->byte + s->piece[i].at;

        if (s->piece[i].seq == f->seq)
            return is[0] == f->type && pl_be24(is + 1) == f->length ? i : PL_DTLS_PIECES;
    }
    if (!pl_dtls_room(s, f->length) && f->seq == s->next)
        pl_dtls_drop(s, UINT32_MAX);
    if (!pl_dtls_room(s, f->length)) {
        s->missed |= f->seq == s->next;
        s->next += f->seq == s->next;
        return PL_DTLS_PIECES;
    }
    head = s->byte + s->used;
    head[0] = f->type;
    head[1] = (uint8_t)(f->length >> 16);
    head[2] = (uint8_t)(f->length >> 8);
    head[3] = (uint8_t)f->length;
    s->piece[s->pieces] = (struct pl_dtls_piece){.at = s->used, .seq = f->seq};
    s->used += PL_DTLS_MESSAGE_HEAD + f->length;
    return s->pieces++;
}

/* --- fragments */

PL_INLINE bool pl_dtls_is_hello(enum pl_side side, uint8_t type)
{
    return type == (side == PL_CLIENT ? PL_DTLS_CLIENT_HELLO : PL_DTLS_SERVER_HELLO);
}

PL_INLINE bool pl_dtls_agreed(const struct pl_dtls *d)
{
    return d->flow.of[PL_TLS_CLIENT].hello.facts.client_hello &&
           d->flow.of[PL_TLS_SERVER].hello.facts.server_hello;
}

PL_INLINE enum pl_side pl_dtls_role(const struct pl_dtls *d, enum pl_side side)
{
    return (enum pl_side)((side == PL_SERVER) != d->swapped);
}

/* The first hello tells who is who. */
PL_INLINE void pl_dtls_learn(struct pl_dtls *d, enum pl_side side, uint8_t type)
{
    bool client = type == PL_DTLS_CLIENT_HELLO;

    if (d->known || (!client && type != PL_DTLS_SERVER_HELLO && type != PL_DTLS_VERIFY_REQUEST))
        return;
    d->known = true;
    d->swapped = client != (side == PL_CLIENT);
}

/* A hello is the first of what its side sends from then on, so it sets the count: what came before
 * it (HelloVerifyRequest, or what was not captured) does not have to be there. */
PL_INLINE void pl_dtls_place(struct pl_dtls *d, enum pl_side side, const struct pl_dtls_fragment *f,
                             const struct pl_view *v)
{
    struct pl_dtls_side *s = &d->of[side];
    bool hello = pl_dtls_is_hello(side, f->type);
    uint32_t i;

    if (f->seq < s->next || (hello && pl_dtls_agreed(d)))
        return;
    if (hello && f->seq > s->next) {
        s->next = f->seq;
        pl_dtls_drop(s, f->seq);
    }
    if (f->seq - s->next >= PL_DTLS_AHEAD)
        return;
    i = pl_dtls_piece(s, f);
    if (i < PL_DTLS_PIECES)
        pl_patch_put(&s->piece[i].patch, s->byte + s->piece[i].at + PL_DTLS_MESSAGE_HEAD, f->length,
                     f->offset, v->chunk, v->at, f->part);
}

PL_INLINE void pl_dtls_fragment(struct pl_dtls *d, struct pl_dtls_walk *w)
{
    struct pl_dtls_fragment f;

    if (!pl_dtls_fragment_take(&w->record, &f)) {
        w->record.at = w->record.end;
        return;
    }
    pl_dtls_learn(d, w->side, f.type);
    if (f.type == PL_DTLS_VERIFY_REQUEST)
        d->verify |= pl_dtls_role(d, w->side) == PL_SERVER;
    else if (f.type != PL_DTLS_HELLO_REQUEST)
        pl_dtls_place(d, pl_dtls_role(d, w->side), &f, &w->record);
    w->record.at += f.part;
}

/* An earlier session is resumed when nothing comes between the server's hello and this. */
PL_INLINE void pl_dtls_cipher_change(struct pl_dtls *d, enum pl_side side)
{
    const struct pl_tls_half *h = &d->flow.of[PL_TLS_SERVER];

    d->of[side].encrypted = true;
    if (side == PL_SERVER && h->hello.facts.server_hello && h->messages == 0)
        d->flow.resumed |= h->hello.facts.version <= PL_TLS12 && d->of[side].pieces == 0;
}

/* The next record with handshake in clear; what others say on the way. */
PL_INLINE bool pl_dtls_record_next(struct pl_dtls *d, struct pl_dtls_walk *w)
{
    enum pl_side role = pl_dtls_role(d, w->side);
    struct pl_dtls_record r;

    while (pl_dtls_record_take(&w->datagram, &r)) {
        if (!r.clear)
            d->of[role].encrypted = true;
        else if (r.type == PL_DTLS_CHANGE_CIPHER)
            pl_dtls_cipher_change(d, role);
        else if (r.type == PL_DTLS_ALERT && pl_view_left(&r.body) == 2)
            pl_flow_alert(&d->flow, (uint8_t)role, pl_view_peek(&r.body, 0),
                          pl_view_peek(&r.body, 1));
        if (r.clear && r.type == PL_DTLS_HANDSHAKE) {
            w->record = r.body;
            return true;
        }
    }
    return false;
}

/* --- messages */

PL_INLINE void pl_dtls_begin(struct pl_dtls *d)
{
    if (d->begun)
        return;
    pl_tls_flow_init(&d->flow, d->port);
    pl_tls_datagrams(&d->flow.of[PL_TLS_CLIENT].hello);
    pl_tls_datagrams(&d->flow.of[PL_TLS_SERVER].hello);
    d->begun = true;
}

/* After HelloVerifyRequest the client begins anew; after HelloRetryRequest it goes on. */
PL_INLINE void pl_dtls_hello_again(struct pl_dtls *d)
{
    struct pl_tls_half *h = &d->flow.of[PL_TLS_CLIENT];

    if (d->flow.of[PL_TLS_SERVER].hello.facts.hello_retry && d->flow.client_hellos == 1)
        return;
    *h = (struct pl_tls_half){0};
    pl_tls_init(&h->hello, PL_TLS_CLIENT, d->port);
    pl_tls_datagrams(&h->hello);
    d->flow.client_hellos = 0;
}

/* The message whose turn it is, when it is complete. */
PL_INLINE bool pl_dtls_give(struct pl_dtls *d, enum pl_side side, struct pl_dtls_message *m)
{
    struct pl_dtls_side *s = &d->of[side];
    uint32_t i = 0, at, length;

    while (i < s->pieces && s->piece[i].seq != s->next)
        i++;
    if (i == s->pieces || s->piece[i].patch.whole < pl_dtls_length(s, s->piece[i].at))
        return false;
    length = PL_DTLS_MESSAGE_HEAD + pl_dtls_length(s, s->piece[i].at);
    m->side = (enum pl_tls_side)side;
    m->type = s->byte[s->piece[i].at];
    if (side == PL_CLIENT && m->type == PL_DTLS_CLIENT_HELLO) {
        pl_dtls_cut(s, s->hello_at, s->hello_len);
        s->hello_at = at = s->piece[i].at;
        s->hello_len = length;
        pl_dtls_hello_again(d);
    } else {
        s->given_at = at = s->piece[i].at;
        s->given_len = length;
    }
    pl_dtls_forget(s, i);
    s->next++;
    m->byte = s->byte + at;
    m->len = length;
    return true;
}

/* The next message that this datagram completes; false: no more, go on with the next datagram. */
PL_INLINE bool pl_dtls_next(struct pl_dtls *d, struct pl_dtls_walk *w, struct pl_dtls_message *m)
{
    struct pl_dtls_side *s = &d->of[pl_dtls_role(d, w->side)];

    pl_dtls_begin(d);
    pl_dtls_cut(s, s->given_at, s->given_len);
    s->given_len = 0;
    while (!pl_dtls_give(d, pl_dtls_role(d, w->side), m)) {
        if (pl_view_done(&w->record) && !pl_dtls_record_next(d, w))
            return false;
        pl_dtls_fragment(d, w);
    }
    return true;
}

/*
 *   PL_DONE       the server has answered and begun to encrypt: no more comes in clear
 *   PL_MALFORMED  a message breaks the protocol; the facts up to there stand
 */
PL_INLINE enum pl_outcome pl_dtls_outcome(const struct pl_dtls *d)
{
    if (pl_tls_flow_outcome(&d->flow, PL_TLS_CLIENT) == PL_MALFORMED ||
        pl_tls_flow_outcome(&d->flow, PL_TLS_SERVER) == PL_MALFORMED)
        return PL_MALFORMED;
    if (!d->of[PL_SERVER].encrypted)
        return PL_MORE;
    return d->flow.of[PL_TLS_SERVER].hello.facts.server_hello ? PL_DONE : PL_MORE;
}

/* One datagram, of which no certificate is collected. */
PL_INLINE enum pl_outcome pl_dtls_read(struct pl_dtls *d, enum pl_side side, const pl_chunk *chunk,
                                       uint32_t len)
{
    struct pl_dtls_walk w = pl_dtls_walk(side, chunk, len);
    struct pl_dtls_message m;

    while (pl_dtls_next(d, &w, &m))
        pl_tls_flow_feed(&d->flow, m.side, (const pl_chunk *)(const void *)m.byte, m.len);
    return pl_dtls_outcome(d);
}

/* The client's last hello: type, length, body with its cookie; NULL when none is complete. */
PL_INLINE const uint8_t *pl_dtls_client_hello(const struct pl_dtls *d, uint32_t *len)
{
    const struct pl_dtls_side *s = &d->of[PL_CLIENT];

    *len = s->hello_len;
    return s->hello_len ? s->byte + s->hello_at : NULL;
}

#endif
