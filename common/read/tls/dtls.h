/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of DTLS 1.0 to 1.3 (RFC 4347, RFC 6347, RFC 9147): from datagrams to the messages that
 * are sent in clear, and of the two hellos to the facts of TLS.
 *
 *   struct pl_dtls d = {.port = 443};                            for each flow; all zero is fresh
 *   struct pl_dtls_walk w = pl_dtls_walk(side, datagram, len);   for each datagram
 *   while (pl_dtls_next(&d, &w, &m)) ...                         m: a message that is complete now
 *   pl_dtls_outcome(&d), pl_dtls_facts(&d), pl_dtls_client_hello(&d, &len)
 *
 * or pl_dtls_read() for who wants only the hellos.  Messages come in the order in which they were
 * sent, each once, whole, with the head of TLS (type, three bytes of length, no fragment fields),
 * so a reader of TLS messages reads them; up to DTLS 1.2 that is the server's whole flight.  Their
 * bytes stand until the next call for that side, those of the last hello of a side for good.
 *
 * Fragments may come in any order, overlap and repeat (RFC 6347, 4.2.3), of up to PL_DTLS_PIECES
 * messages at once; a message that does not fit into PL_DTLS_BYTES is left out (missed).  A
 * datagram that is not DTLS, and the rest of one that lies or is cut short, is passed over: media
 * shares its port with other protocols, and anybody can send a datagram.
 *
 * HelloVerifyRequest is no hello and its version no choice: only `verify` is set.  After it and
 * after HelloRetryRequest the client's second hello replaces the first one.  A second handshake of
 * the same flow is encrypted, or it is not read.  Nothing is decrypted or judged here.
 *
 * For user space: a message may be longer than a chunk of BPF.
 */
#ifndef PL_READ_DTLS_H
#define PL_READ_DTLS_H

#include "../patch.h"
#include "dtls_record.h"
#include "hello.h"

enum { PL_DTLS_BYTES = 16384, PL_DTLS_PIECES = 8, PL_DTLS_AHEAD = 64, PL_DTLS_MESSAGE_HEAD = 4 };

/* A message that is not complete, or not its turn. */
struct pl_dtls_piece {
    struct pl_patch patch;
    uint32_t at; /* where it begins in the bytes: with its head */
    uint16_t seq;
};

struct pl_dtls_side {
    struct pl_tls hello;
    uint32_t hello_at, hello_len; /* where the last hello stands */
    uint32_t given_at, given_len; /* the message that was given last, unless it is the hello */
    uint32_t used;                /* of byte */
    uint16_t next;                /* the number of the message whose turn it is */
    uint8_t pieces;
    uint8_t alert_level, alert; /* the last one in clear; level 0: none */
    bool encrypted;             /* this side has begun to encrypt */
    bool missed;                /* a message was too long */
    struct pl_dtls_piece piece[PL_DTLS_PIECES];
    uint8_t byte[PL_DTLS_BYTES];
};

struct pl_dtls {
    uint16_t port;             /* the server's; 0: not known */
    bool verify;               /* the server sent HelloVerifyRequest */
    bool retry;                /* and HelloRetryRequest */
    struct pl_dtls_side of[2]; /* by enum pl_side */
};

struct pl_dtls_walk {
    enum pl_side side;
    struct pl_view datagram, record; /* what is left; of the record only handshake in clear */
};

struct pl_dtls_message {
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
    return d->of[PL_CLIENT].hello.facts.client_hello && d->of[PL_SERVER].hello.facts.server_hello;
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
    if (w->side == PL_SERVER && f.type == PL_DTLS_VERIFY_REQUEST)
        d->verify = true;
    else if (f.type != PL_DTLS_HELLO_REQUEST)
        pl_dtls_place(d, w->side, &f, &w->record);
    w->record.at += f.part;
}

/* The next record with handshake in clear; what others say on the way. */
PL_INLINE bool pl_dtls_record_next(struct pl_dtls_side *s, struct pl_dtls_walk *w)
{
    struct pl_dtls_record r;

    while (pl_dtls_record_take(&w->datagram, &r)) {
        s->encrypted |= !r.clear || r.type == PL_DTLS_CHANGE_CIPHER;
        if (r.clear && r.type == PL_DTLS_ALERT && pl_view_left(&r.body) == 2) {
            s->alert_level = pl_view_peek(&r.body, 0);
            s->alert = pl_view_peek(&r.body, 1);
        }
        if (r.clear && r.type == PL_DTLS_HANDSHAKE) {
            w->record = r.body;
            return true;
        }
    }
    return false;
}

/* --- messages */

PL_INLINE void pl_dtls_feed(struct pl_dtls_side *s)
{
    pl_tls_datagrams(&s->hello);
    pl_tls_feed(&s->hello, (const pl_chunk *)(const void *)(s->byte + s->hello_at), s->hello_len);
}

/* Also when the client's hello came last, so that the server's facts have both halves. */
PL_INLINE void pl_dtls_hello_server(struct pl_dtls *d)
{
    struct pl_dtls_side *s = &d->of[PL_SERVER];

    pl_tls_init_server(&s->hello, &d->of[PL_CLIENT].hello.facts);
    s->hello.facts.server_port_hint = d->port;
    s->hello.facts.hello_retry = d->retry;
    pl_dtls_feed(s);
    d->retry |= s->hello.facts.hello_retry;
}

PL_INLINE void pl_dtls_hello_client(struct pl_dtls *d)
{
    struct pl_dtls_side *s = &d->of[PL_CLIENT];

    if (d->retry)
        pl_tls_again(&s->hello);
    else
        pl_tls_init(&s->hello, PL_TLS_CLIENT, d->port);
    pl_dtls_feed(s);
    pl_dtls_hello_server(d);
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
    m->type = s->byte[s->piece[i].at];
    if (pl_dtls_is_hello(side, m->type)) {
        pl_dtls_cut(s, s->hello_at, s->hello_len);
        s->hello_at = at = s->piece[i].at;
        s->hello_len = length;
    } else {
        s->given_at = at = s->piece[i].at;
        s->given_len = length;
    }
    pl_dtls_forget(s, i);
    s->next++;
    m->byte = s->byte + at;
    m->len = length;
    if (m->type == PL_DTLS_CLIENT_HELLO && side == PL_CLIENT)
        pl_dtls_hello_client(d);
    else if (m->type == PL_DTLS_SERVER_HELLO && side == PL_SERVER)
        pl_dtls_hello_server(d);
    return true;
}

/* The next message that this datagram completes; false: no more, go on with the next datagram. */
PL_INLINE bool pl_dtls_next(struct pl_dtls *d, struct pl_dtls_walk *w, struct pl_dtls_message *m)
{
    struct pl_dtls_side *s = &d->of[w->side];

    pl_dtls_cut(s, s->given_at, s->given_len);
    s->given_len = 0;
    while (!pl_dtls_give(d, w->side, m)) {
        if (pl_view_done(&w->record) && !pl_dtls_record_next(s, w))
            return false;
        pl_dtls_fragment(d, w);
    }
    return true;
}

/*
 *   PL_DONE       the server has answered and begun to encrypt: no more comes in clear
 *   PL_MALFORMED  a hello breaks the protocol; the facts up to there stand
 */
PL_INLINE enum pl_outcome pl_dtls_outcome(const struct pl_dtls *d)
{
    const struct pl_dtls_side *server = &d->of[PL_SERVER];

    if (pl_tls_outcome(&d->of[PL_CLIENT].hello) == PL_MALFORMED ||
        pl_tls_outcome(&server->hello) == PL_MALFORMED)
        return PL_MALFORMED;
    return server->hello.facts.server_hello && server->encrypted ? PL_DONE : PL_MORE;
}

/* One datagram, of which only the hellos matter. */
PL_INLINE enum pl_outcome pl_dtls_read(struct pl_dtls *d, enum pl_side side, const pl_chunk *chunk,
                                       uint32_t len)
{
    struct pl_dtls_walk w = pl_dtls_walk(side, chunk, len);
    struct pl_dtls_message m;

    while (pl_dtls_next(d, &w, &m))
        ;
    return pl_dtls_outcome(d);
}

/* What both hellos say, as far as they have come. */
PL_INLINE const struct pl_tls_facts *pl_dtls_facts(const struct pl_dtls *d)
{
    return &d->of[PL_SERVER].hello.facts;
}

/* The client's last hello: type, length, body with its cookie; NULL when none is complete. */
PL_INLINE const uint8_t *pl_dtls_client_hello(const struct pl_dtls *d, uint32_t *len)
{
    const struct pl_dtls_side *s = &d->of[PL_CLIENT];

    *len = s->hello_len;
    return s->hello_len ? s->byte + s->hello_at : NULL;
}

#endif
