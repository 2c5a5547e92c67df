/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is inside of QUIC's Initial packets once they are opened: frames (RFC 9000, 12.4 and 19),
 * and in their CRYPTO frames the two hellos (RFC 9001, 4).  Frames may come in any order, overlap
 * and repeat, over as many packets as they like; the bytes go into a buffer of fixed room for each
 * side.
 *
 *   struct pl_quic_crypto c = {0};                                   for each flow; c.port is a
 * hint ok = pl_quic_frames(&c, &quic_facts, side, view of the payload)  for each packet
 *   pl_quic_outcome(&c), pl_quic_tls(&c, &facts), pl_quic_client_hello(&c, &len)
 *
 * Both hellos of a client stand in one stream, so a second one means that the server answered
 * HelloRetryRequest in between, whether that was seen or not.  What lies behind the room is left
 * out (missed).  For user space: a stream is longer than a chunk of BPF.
 */
#ifndef PL_READ_QUIC_CRYPTO_H
#define PL_READ_QUIC_CRYPTO_H

#include "patch.h"
#include "quic.h"
#include "tls/hello.h"

enum { PL_QUIC_CLIENT_ROOM = 16384, PL_QUIC_SERVER_ROOM = 4096 };

enum pl_quic_frame {
    PL_QUIC_PADDING = 0x00,
    PL_QUIC_PING = 0x01,
    PL_QUIC_ACK = 0x02,
    PL_QUIC_ACK_ECN = 0x03,
    PL_QUIC_CRYPTO = 0x06,
    PL_QUIC_CLOSE = 0x1c
};

struct pl_quic_crypto {
    uint16_t port; /* the server's; 0: not known */
    bool begun;
    bool missed;    /* a frame was refused, see patch.h */
    bool malformed; /* a packet held what it must not hold */
    struct pl_tls client, server;
    struct pl_patch patch[2]; /* by enum pl_side */
    uint32_t fed[2];          /* of the streams to the machines */
    uint8_t client_byte[PL_QUIC_CLIENT_ROOM], server_byte[PL_QUIC_SERVER_ROOM];
};

PL_INLINE void pl_quic_begin(struct pl_quic_crypto *c)
{
    if (c->begun)
        return;
    pl_tls_init(&c->client, PL_TLS_CLIENT, c->port);
    pl_tls_no_records(&c->client);
    pl_tls_init(&c->server, PL_TLS_SERVER, c->port);
    pl_tls_no_records(&c->server);
    c->begun = true;
}

/* Forget what was said: it begins anew, under other keys. */
PL_INLINE void pl_quic_restart(struct pl_quic_crypto *c)
{
    for (uint32_t side = PL_CLIENT; side <= PL_SERVER; side++)
        c->patch[side].whole = c->patch[side].count = c->fed[side] = 0;
    c->begun = c->missed = c->malformed = false;
}

/* --- frames */

/* RFC 9000, 19.3: how much is acknowledged does not matter, only where the frame ends. */
PL_INLINE bool pl_quic_ack(struct pl_view *v, bool ecn)
{
    uint64_t ranges, n;

    if (!pl_quic_varint(v, &n) || !pl_quic_varint(v, &n) || !pl_quic_varint(v, &ranges) ||
        !pl_quic_varint(v, &n))
        return false;
    if (ranges > pl_view_left(v) / 2)
        return false;
    for (ranges = 2 * ranges + (ecn ? 3 : 0); ranges > 0; ranges--)
        if (!pl_quic_varint(v, &n))
            return false;
    return true;
}

PL_INLINE bool pl_quic_stream(struct pl_quic_crypto *c, enum pl_side side, struct pl_view *v)
{
    uint8_t *to = side == PL_CLIENT ? c->client_byte : c->server_byte;
    uint32_t room = side == PL_CLIENT ? PL_QUIC_CLIENT_ROOM : PL_QUIC_SERVER_ROOM;
    struct pl_view part;
    uint64_t offset;

    if (!pl_quic_varint(v, &offset) || !pl_quic_counted(v, &part))
        return false;
    if (!pl_patch_put(&c->patch[side], to, room, offset, part.chunk, part.at, pl_view_left(&part)))
        c->missed = true;
    return true;
}

PL_INLINE bool pl_quic_close(struct pl_quic_facts *f, struct pl_view *v)
{
    struct pl_view reason;
    uint64_t code, type;

    if (!pl_quic_varint(v, &code) || !pl_quic_varint(v, &type) || !pl_quic_counted(v, &reason))
        return false;
    f->closed = true;
    f->close_code = code > UINT32_MAX ? UINT32_MAX : (uint32_t)code;
    return true;
}

/* One frame.  No others come in an Initial packet (RFC 9000, 12.4). */
PL_INLINE bool pl_quic_frame(struct pl_quic_crypto *c, struct pl_quic_facts *f, enum pl_side side,
                             struct pl_view *v)
{
    uint8_t type = PL_QUIC_PADDING;

    if (!pl_view_u8(v, &type))
        return false;
    switch (type) {
    case PL_QUIC_PADDING:
    case PL_QUIC_PING:
        return true;
    case PL_QUIC_ACK:
    case PL_QUIC_ACK_ECN:
        return pl_quic_ack(v, type == PL_QUIC_ACK_ECN);
    case PL_QUIC_CRYPTO:
        return pl_quic_stream(c, side, v);
    case PL_QUIC_CLOSE:
        return pl_quic_close(f, v);
    default:
        return false;
    }
}

/* --- hellos */

/* What has come in order goes to the machine of its side. */
PL_INLINE void pl_quic_feed(struct pl_quic_crypto *c, enum pl_side side)
{
    struct pl_tls *s = side == PL_CLIENT ? &c->client : &c->server;
    const uint8_t *from = side == PL_CLIENT ? c->client_byte : c->server_byte;
    uint32_t n;

    do {
        n = pl_tls_step(s, (const pl_chunk *)(const void *)from, c->fed[side],
                        c->patch[side].whole);
        c->fed[side] += n;
        if (n == 0 && side == PL_CLIENT && s->facts.client_hello && !s->again &&
            c->fed[side] < c->patch[side].whole) {
            pl_tls_again(s);
            pl_tls_no_records(s);
            n = 1;
        }
    } while (n > 0);
}

/* The payload of one packet of this side.  False when it breaks the protocol; what stands before
 * that was read. */
PL_INLINE bool pl_quic_frames(struct pl_quic_crypto *c, struct pl_quic_facts *f, enum pl_side side,
                              struct pl_view v)
{
    bool ok = true;

    pl_quic_begin(c);
    while (ok && !pl_view_done(&v))
        ok = pl_quic_frame(c, f, side, &v);
    c->malformed |= !ok;
    pl_quic_feed(c, side);
    return ok;
}

/*
 *   PL_DONE       both hellos have been read
 *   PL_MALFORMED  a packet or a hello breaks the protocol; the facts up to there stand
 */
PL_INLINE enum pl_outcome pl_quic_outcome(const struct pl_quic_crypto *c)
{
    if (!c->begun)
        return PL_MORE;
    if (c->malformed || pl_tls_outcome(&c->client) == PL_MALFORMED ||
        pl_tls_outcome(&c->server) == PL_MALFORMED)
        return PL_MALFORMED;
    return c->client.facts.client_hello && c->server.facts.server_hello ? PL_DONE : PL_MORE;
}

/* What both hellos say, as far as they have come. */
PL_INLINE void pl_quic_tls(const struct pl_quic_crypto *c, struct pl_tls_facts *f)
{
    *f = c->begun ? c->client.facts : (struct pl_tls_facts){0};
    if (c->begun)
        pl_tls_facts_join(f, &c->server.facts);
}

/* The message of the client's first hello: type, length, body; NULL when it is not complete. */
PL_INLINE const uint8_t *pl_quic_client_hello(const struct pl_quic_crypto *c, uint32_t *len)
{
    uint32_t whole = c->patch[PL_CLIENT].whole, need = 4;

    if (whole >= need)
        need += pl_be24(c->client_byte + 1);
    *len = whole >= need ? need : 0;
    return *len ? c->client_byte : NULL;
}

#endif
