/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One TLS connection over TCP, both directions, from the first byte of TLS to the end of what is
 * in clear: the hellos (a second ClientHello too), and up to TLS 1.2 the server's certificates and
 * key exchange, whether the client has a certificate, and alerts.  User space only: a connection
 * is about 1 KiB; the packet path reads the ClientHello alone (hello.h).
 *
 *   struct pl_tls_flow w;
 *   pl_tls_flow_init(&w, server_port);
 *   do {
 *       n = pl_tls_flow_step(&w, side, bytes, off, len, &taken);    in order, without gaps
 *       if (taken.what == PL_TAKEN_HELLO)                  append bytes[off .. off + n - 1] to the
 *           ...                                            first ClientHello: its type, length and
 *                                                          body; the random is at offset 6
 *       if (taken.what == PL_TAKEN_CERTIFICATE)            append them to the certificate
 *           ...                                            taken.certificate, 0 is the server's own
 *       off += n;
 *   } while (n > 0);
 *   pl_tls_flow_facts(&w, &facts);                         at any time: what is known by then
 *
 * pl_tls_flow_feed() does the same for a host that collects nothing.  The directions may be fed in
 * any order and cut anywhere; only the order of alerts between them is then that of the feeding.
 * Certificate i is whole when i < w.certificates.  In SSLv2 form no ClientHello is handed over.
 *
 *   PL_MORE       go on
 *   PL_DONE       this side is encrypted from here on, or has given up
 *   PL_MALFORMED  as in hello.h, or a later message that cannot come here or whose lengths lie; the
 *                 facts up to there stand
 *
 * It does NOT decrypt, does not look into certificates, and hands over at most 16 of them and
 * 64 KiB (certificates_cut).  Of a client's certificate only is said that there is one.  A message
 * of more than 256 KiB and more than 32 messages a side are malformed.
 */
#ifndef PL_READ_TLS_FLOW_H
#define PL_READ_TLS_FLOW_H

#include "flight.h"

enum pl_tls_taking {
    PL_TAKEN_OTHER,
    PL_TAKEN_HELLO,      /* bytes of the first ClientHello's message */
    PL_TAKEN_CERTIFICATE /* bytes of a certificate of the server, DER */
};

/* What the bytes are that a step has just taken. */
struct pl_tls_taken {
    uint8_t what; /* enum pl_tls_taking */
    uint8_t certificate;
};

PL_INLINE void pl_tls_flow_init(struct pl_tls_flow *w, uint16_t server_port)
{
    *w = (struct pl_tls_flow){0};
    pl_tls_init(&w->of[PL_TLS_CLIENT].hello, PL_TLS_CLIENT, server_port);
    pl_tls_init(&w->of[PL_TLS_SERVER].hello, PL_TLS_SERVER, server_port);
}

PL_INLINE enum pl_outcome pl_tls_flow_outcome(const struct pl_tls_flow *w, enum pl_tls_side side)
{
    if (w->of[side].state < PL_FLIGHT_OVER)
        return PL_MORE;
    return w->of[side].state == PL_FLIGHT_OVER ? PL_DONE : PL_MALFORMED;
}

/* The facts of both directions, as far as they are known. */
PL_INLINE void pl_tls_flow_facts(const struct pl_tls_flow *w, struct pl_tls_facts *f)
{
    *f = w->of[PL_TLS_CLIENT].hello.facts;
    pl_tls_facts_join(f, &w->of[PL_TLS_SERVER].hello.facts);
}

/* --- messages after the hello */

PL_INLINE void pl_flight_server_message(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t type)
{
    switch (type) {
    case 0:  /* HelloRequest */
    case 4:  /* NewSessionTicket, RFC 5077 */
    case 23: /* SupplementalData, RFC 4680 */
        pl_flight_rest(h);
        break;
    case 11:
        pl_flight_next(h, PL_FLIGHT_CHAIN, 0, 3);
        break;
    case 12:
        pl_flight_exchange_begin(h);
        break;
    case 13:
        w->certificate_asked = true;
        pl_flight_rest(h);
        break;
    case 14:
        w->server_hello_done = true;
        pl_flight_rest(h);
        break;
    case 22:
        pl_flight_next(h, PL_FLIGHT_STATUS, 0, 4);
        break;
    default:
        pl_flight_broken(h);
    }
}

/* A second ClientHello, its head already taken. */
PL_INLINE void pl_flight_again(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t head)
{
    struct pl_tls *s = &h->hello;
    uint32_t record_left = s->record_left;

    if (w->client_hellos != 1) {
        pl_flight_broken(h);
        return;
    }
    pl_tls_again(s);
    s->record_left = record_left;
    s->state = PL_TLS_MESSAGE;
    s->field = head;
    pl_tls_field(s);
    pl_flight_next(h, s->state == PL_TLS_BROKEN ? PL_FLIGHT_BROKEN : PL_FLIGHT_HELLO, 0, 0);
}

PL_INLINE void pl_flight_client_message(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t v)
{
    uint32_t type = v >> 24;

    if (type == 1) {
        pl_flight_again(w, h, v);
    } else if (h->cipher_changed) { /* an earlier session is resumed: this is encrypted */
        pl_flight_next(h, PL_FLIGHT_OVER, 0, 0);
    } else if (type == 11) {
        pl_flight_next(h, PL_FLIGHT_CHAIN, 0, 3);
    } else if (type == 15 || type == 16 || type == 21 || type == 23) {
        /* CertificateVerify, ClientKeyExchange, CertificateURL, SupplementalData */
        h->keys_sent |= type == 16;
        pl_flight_rest(h);
    } else {
        pl_flight_broken(h);
    }
}

PL_INLINE void pl_flight_message(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t v)
{
    h->left = v & 0xffffff;
    if (h->hello.side == PL_TLS_CLIENT && (v >> 24 == 1 || h->cipher_changed))
        pl_flight_client_message(w, h, v);
    else if (h->left > PL_TLS_MESSAGE_MAX || ++h->messages > PL_TLS_MESSAGES_MAX)
        pl_flight_broken(h);
    else if (h->hello.side == PL_TLS_CLIENT)
        pl_flight_client_message(w, h, v);
    else
        pl_flight_server_message(w, h, v >> 24);
}

PL_INLINE void pl_flight_dispatch(struct pl_tls_flow *w, struct pl_tls_half *h)
{
    uint32_t v = (uint32_t)h->field;

    switch (h->state) {
    case PL_FLIGHT_MESSAGE:
        pl_flight_message(w, h, v);
        break;
    case PL_FLIGHT_CHAIN:
        pl_flight_chain(w, h, v);
        break;
    case PL_FLIGHT_CERTIFICATE:
        pl_flight_certificate(w, h, v);
        break;
    case PL_FLIGHT_BODY:
        w->certificates++;
        pl_flight_certificate_next(h);
        break;
    case PL_FLIGHT_STATUS:
        pl_flight_status(w, h, v);
        break;
    case PL_FLIGHT_CURVE_TYPE:
        pl_flight_curve_type(h, v);
        break;
    case PL_FLIGHT_CURVE:
        pl_flight_curve(h, v);
        break;
    case PL_FLIGHT_PRIME_BYTES:
        pl_flight_number(h, v, PL_FLIGHT_PRIME);
        break;
    case PL_FLIGHT_PRIME:
        pl_flight_prime(h, v);
        break;
    case PL_FLIGHT_GENERATOR_BYTES:
        pl_flight_number(h, v, PL_FLIGHT_GENERATOR);
        break;
    case PL_FLIGHT_GENERATOR:
        pl_flight_generator(h, v);
        break;
    case PL_FLIGHT_HINT:
    case PL_FLIGHT_PUBLIC:
        pl_flight_opaque(h, v);
        break;
    case PL_FLIGHT_SCHEME:
        pl_flight_scheme(h, v);
        break;
    default:
        pl_flight_signature(h, v);
    }
}

/* A field is complete: what it says, and the one check that the next lies inside of the message. */
PL_INLINE void pl_flight_field(struct pl_tls_flow *w, struct pl_tls_half *h)
{
    pl_flight_dispatch(w, h);
    if (h->state > PL_FLIGHT_MESSAGE && h->state < PL_FLIGHT_OVER && h->skip + h->need > h->left)
        pl_flight_broken(h);
}

/* --- records */

PL_INLINE void pl_flow_alert(struct pl_tls_flow *w, uint8_t side, uint8_t level,
                             uint8_t description)
{
    if (w->alerts < PL_TLS_ALERTS_MAX)
        w->alert[w->alerts++] = (struct pl_tls_alert){side, level, description};
}

/* change_cipher_spec.  In TLS 1.3 the client sends it for the sake of middleboxes, and a second
 * hello or an alert in clear may follow (RFC 8446, D.4). */
PL_INLINE void pl_flow_cipher_change(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t len)
{
    if (h->hello.side == PL_TLS_SERVER || h->keys_sent) {
        w->resumed |= h->hello.side == PL_TLS_SERVER && !w->server_hello_done;
        h->state = PL_FLIGHT_OVER;
    }
    h->cipher_changed = true;
    h->hello.foreign = len;
}

PL_INLINE void pl_flow_record(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t type,
                              uint32_t len)
{
    bool between = h->state == PL_FLIGHT_MESSAGE && h->skip == 0 && h->need == 4;
    bool early = h->hello.side == PL_TLS_CLIENT && h->hello.facts.early_data;

    if (type == 22 && len > 0 && !h->only_alerts)
        h->hello.record_left = len;
    else if (!between || h->only_alerts || type == 21 || (type == 23 && !early))
        h->state = between ? PL_FLIGHT_OVER : PL_FLIGHT_BROKEN;
    else if (type == 20)
        pl_flow_cipher_change(w, h, len);
    else if (type == 23 || type == 24) /* early data; heartbeat, RFC 6520 */
        h->hello.foreign = len;
    else
        h->state = PL_FLIGHT_BROKEN;
}

/* One byte of a record's head; a whole alert is read as part of it. */
PL_INLINE void pl_flow_head(struct pl_tls_flow *w, struct pl_tls_half *h, uint8_t byte)
{
    struct pl_tls *s = &h->hello;
    uint64_t head = s->head << 8 | byte;
    uint32_t type = (uint32_t)(head >> 32), version = head >> 24 & 0xff, len = head & 0xffff;

    s->head = head;
    s->head_len++;
    if (s->head_len < PL_TLS_HEAD_BYTES)
        return;
    if (s->head_len == PL_TLS_ALERT_BYTES)
        pl_flow_alert(w, s->side, (uint8_t)(head >> 8), byte);
    else if (s->head_len > PL_TLS_HEAD_BYTES || (type == 21 && version == 3 && len == 2))
        return;
    else if (type & 0x80) /* the client goes on in SSL 2 */
        h->state = PL_FLIGHT_OVER;
    else if (version != 3 || len > PL_TLS_RECORD_MAX + 2048) /* RFC 5246, 6.2.3 */
        h->state = PL_FLIGHT_BROKEN;
    else
        pl_flow_record(w, h, type, len);
    s->head_len = 0;
    s->head = 0;
}

/* --- the two phases */

/* A hello has ended. */
PL_INLINE void pl_flow_hello_over(struct pl_tls_flow *w, struct pl_tls_half *h)
{
    const struct pl_tls_facts *f = &h->hello.facts;
    bool server = h->hello.side == PL_TLS_SERVER;

    if (h->hello.state == PL_TLS_BROKEN) {
        h->state = PL_FLIGHT_BROKEN;
        return;
    }
    w->client_hellos += !server && f->client_hello;
    h->only_alerts = !(server ? f->server_hello : f->client_hello);
    h->cipher_changed = false;
    pl_flight_next(h, PL_FLIGHT_MESSAGE, 0, 4);
    if (server && f->server_hello && (f->version > PL_TLS12 || f->version == PL_SSL2))
        h->state = PL_FLIGHT_OVER;
}

PL_INLINE uint32_t pl_flow_hello_step(struct pl_tls_flow *w, struct pl_tls_half *h,
                                      const pl_chunk *chunk, uint32_t off, uint32_t len,
                                      struct pl_tls_taken *taken)
{
    struct pl_tls *s = &h->hello;
    bool body = s->record_left > 0, client = s->side == PL_TLS_CLIENT;
    bool alert = !body && !s->foreign && s->head_len == PL_TLS_ALERT_BYTES - 1;
    uint8_t level = (uint8_t)s->head;
    uint32_t n;

    if (s->state == PL_TLS_LAST && !client && s->facts.version == PL_SSL2 && s->at < s->inner_end) {
        taken->what = PL_TAKEN_CERTIFICATE;
        len = s->inner_end - s->at < len - off ? off + s->inner_end - s->at : len;
    }
    n = pl_tls_step(s, chunk, off, len);
    if (alert)
        pl_flow_alert(w, s->side, level, pl_chunk_at(chunk, off));
    if (body && client && !s->facts.sslv2 && w->client_hellos == 0)
        taken->what = PL_TAKEN_HELLO;
    if (taken->what == PL_TAKEN_CERTIFICATE && s->at == s->inner_end)
        w->certificates = 1;
    if (!body && s->record_left > 0 && client && w->client_hellos == 0)
        w->hello_records++;
    if (s->state >= PL_TLS_OVER)
        pl_flow_hello_over(w, h);
    return n;
}

/* Up to n bytes of what is skipped or handed over, or one of a field. */
PL_INLINE uint32_t pl_flight_take(struct pl_tls_flow *w, struct pl_tls_half *h,
                                  const pl_chunk *chunk, uint32_t off, uint32_t n,
                                  struct pl_tls_taken *taken)
{
    if (h->skip) {
        n = h->skip < n ? h->skip : n;
        h->skip -= n;
        if (h->state == PL_FLIGHT_BODY)
            *taken = (struct pl_tls_taken){PL_TAKEN_CERTIFICATE, w->certificates};
    } else {
        n = 1;
        h->field = h->field << 8 | pl_chunk_at(chunk, off);
        h->need--;
    }
    h->left -= h->left < n ? h->left : n; /* the head of a message is no part of it */
    h->hello.record_left -= n;
    if (h->skip == 0 && h->need == 0)
        pl_flight_field(w, h);
    return n;
}

/* Reads on from chunk[off], at most up to chunk[len - 1]: the bytes read, at least one; 0 when the
 * outcome of this side stands or off >= len.  To be called in a loop.  A certificate's last bytes
 * never come in one step with others. */
PL_INLINE uint32_t pl_tls_flow_step(struct pl_tls_flow *w, enum pl_tls_side side,
                                    const pl_chunk *chunk, uint32_t off, uint32_t len,
                                    struct pl_tls_taken *taken)
{
    struct pl_tls_half *h = &w->of[side];
    struct pl_tls *s = &h->hello;
    uint32_t n = len - off;

    *taken = (struct pl_tls_taken){PL_TAKEN_OTHER, 0};
    if (off >= len || h->state >= PL_FLIGHT_OVER)
        return 0;
    if (h->state == PL_FLIGHT_HELLO)
        return pl_flow_hello_step(w, h, chunk, off, len, taken);
    if (s->foreign) {
        n = s->foreign < n ? s->foreign : n;
        s->foreign -= n;
        return n;
    }
    if (s->record_left == 0) {
        pl_flow_head(w, h, pl_chunk_at(chunk, off));
        return 1;
    }
    return pl_flight_take(w, h, chunk, off, s->record_left < n ? s->record_left : n, taken);
}

/* All of these bytes of one side, or as many as it takes. */
PL_INLINE enum pl_outcome pl_tls_flow_feed(struct pl_tls_flow *w, enum pl_tls_side side,
                                           const pl_chunk *bytes, size_t len)
{
    uint32_t end = len > UINT32_MAX ? UINT32_MAX : (uint32_t)len, off = 0, n;
    struct pl_tls_taken taken;

    do {
        n = pl_tls_flow_step(w, side, bytes, off, end, &taken);
        off += n;
    } while (n > 0);
    return pl_tls_flow_outcome(w, side);
}

#endif
