/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of TLS hellos: from the first byte of a TLS stream to the end of the ClientHello, or
 * of the ServerHello in the other direction (RFC 8446, RFC 5246, RFC 6101).
 *
 * Input may be cut anywhere, over segments and over TLS records.  Feed each direction's bytes in
 * order to a machine of its own: pl_tls_feed() in user space, pl_tls_step() where the bytes lie in
 * a pl_chunk.  The machine is plain data without pointers, may be copied and kept in a map, and is
 * valid when all zero (a client, port not known).  It never allocates and never fails: it wants
 * more, is done, or the bytes are no TLS.
 *
 *   PL_DONE       facts.client_hello or facts.server_hello is set; or neither, when the peer gave
 *                 up with an alert before its hello
 *   PL_MALFORMED  not TLS, or a length that lies: an inner one beyond its outer, bytes left over,
 *                 an empty list where one has to be, the same extension twice (of those read here;
 *                 RFC 8446, 4.2), a hello over 64 KiB, two HelloRetryRequests
 *
 * It does NOT decrypt, verify, or read past the hello (flow.h does); it does not judge
 * (common/check/tls.h), nor tell TLS from other protocols beyond saying PL_MALFORMED.  Drafts of
 * TLS 1.3 are read, also those whose ServerHello had another form (before draft 22).  Skipped are:
 * GREASE, warning alerts and change_cipher_spec before the ServerHello, HelloRequest.
 * HelloRetryRequest sets hello_retry and the machine of the server goes on to the ServerHello; the
 * client's one has to be told with pl_tls_again(). Whoever feeds it bounds the bytes of a flow.
 */
#ifndef PL_READ_TLS_HELLO_H
#define PL_READ_TLS_HELLO_H

#include "field.h"

/* All but the facts. */
PL_INLINE void pl_tls_restart(struct pl_tls *s, enum pl_tls_side side)
{
    s->head = s->field = 0;
    s->record_left = s->foreign = 0;
    s->at = s->end = s->inner_end = 0;
    s->skip = s->need = 0;
    s->seen = 0;
    s->side = (uint8_t)side;
    s->state = s->head_len = s->name_len = s->item = s->item_need = 0;
    s->again = s->retry = s->bad_name = false;
}

/* server_port: where the server listens when it is known, else 0. */
PL_INLINE void pl_tls_init(struct pl_tls *s, enum pl_tls_side side, uint16_t server_port)
{
    s->facts = (struct pl_tls_facts){0};
    s->facts.server_port_hint = server_port;
    pl_tls_restart(s, side);
}

/* The server's machine, its facts beginning with what the client's hello said.  client may be
 * &server->facts: one machine for both directions, one after the other. */
PL_INLINE void pl_tls_init_server(struct pl_tls *server, const struct pl_tls_facts *client)
{
    if (client != &server->facts)
        server->facts = *client;
    pl_tls_restart(server, PL_TLS_SERVER);
}

/* The server answered HelloRetryRequest: read the client's second hello, which replaces what the
 * first one said, but for early data, which only the first one can offer.  change_cipher_spec and
 * early data in between are skipped (RFC 8446, 4.2.10). */
PL_INLINE void pl_tls_again(struct pl_tls *client)
{
    uint16_t port = client->facts.server_port_hint;
    bool dtls = client->facts.dtls;
    bool early_data = client->facts.early_data;

    pl_tls_init(client, PL_TLS_CLIENT, port);
    client->facts.early_data = early_data;
    client->facts.dtls = dtls;
    client->facts.hello_retry = client->again = true;
}

/* Right after the init: the bytes are handshake messages without TLS records, as QUIC carries them
 * and as OpenSSL's message callback shows them. */
PL_INLINE void pl_tls_no_records(struct pl_tls *s)
{
    s->record_left = UINT32_MAX;
    s->state = PL_TLS_MESSAGE;
    s->need = 4;
}

/* The same for DTLS: messages whose heads are those of TLS, each put together from its fragments
 * (dtls.h).  A client's hello has a cookie, and versions are numbered otherwise. */
PL_INLINE void pl_tls_datagrams(struct pl_tls *s)
{
    pl_tls_no_records(s);
    s->facts.dtls = true;
}

PL_INLINE enum pl_outcome pl_tls_outcome(const struct pl_tls *s)
{
    if (s->state < PL_TLS_OVER)
        return PL_MORE;
    return s->state == PL_TLS_OVER ? PL_DONE : PL_MALFORMED;
}

/* SSL 2: the lengths of specs, session id and challenge (RFC 5246, E.2). */
PL_INLINE struct pl_tls_next pl_tls_v2_lengths(struct pl_tls *s, uint64_t v)
{
    uint32_t kinds = (uint32_t)(v >> 32), rest = (v >> 16 & 0xffff) + (v & 0xffff);

    s->inner_end = s->at + kinds;
    if (kinds == 0 || s->inner_end + rest != s->end)
        return pl_tls_broken();
    return pl_tls_next(PL_TLS_V2_KIND, 0, 3, s->inner_end);
}

PL_INLINE struct pl_tls_next pl_tls_v2_kind(struct pl_tls *s, uint32_t v)
{
    s->facts.suites |= pl_suite_v2(v);
    if (s->at < s->inner_end)
        return pl_tls_next(PL_TLS_V2_KIND, 0, 3, s->inner_end);
    return pl_tls_next(PL_TLS_LAST, s->end - s->at, 0, s->end);
}

/* SSL 2's server: version and the lengths of certificate, kinds and connection id.  It names what
 * both can do and the client chooses afterwards, so the suite is not known. */
PL_INLINE struct pl_tls_next pl_tls_v2_server(struct pl_tls *s, uint64_t v)
{
    uint32_t rest = (v >> 32 & 0xffff) + (v >> 16 & 0xffff) + (v & 0xffff);

    if (v >> 48 != PL_SSL2 || s->at + rest != s->end)
        return pl_tls_broken();
    pl_tls_forget_choice(&s->facts);
    s->facts.version = PL_SSL2;
    s->facts.suite_class = PL_SUITE_UNKNOWN;
    s->inner_end = s->at + (uint32_t)(v >> 32 & 0xffff); /* the certificate */
    return pl_tls_next(PL_TLS_LAST, rest, 0, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_dispatch(struct pl_tls *s, uint64_t v)
{
    switch (s->state) {
    case PL_TLS_MESSAGE:
        return pl_tls_message(s, (uint32_t)v);
    case PL_TLS_VERSION:
        return pl_tls_version(s, (uint16_t)v);
    case PL_TLS_RANDOM:
        return pl_tls_random(s, v);
    case PL_TLS_SESSION:
        return pl_tls_session(s, (uint32_t)v);
    case PL_TLS_COOKIE:
        return pl_tls_cookie(s, (uint32_t)v);
    case PL_TLS_SUITES:
        return pl_tls_suites(s, (uint32_t)v);
    case PL_TLS_SUITE:
        return pl_tls_suite(s, (uint16_t)v);
    case PL_TLS_COMPRESSIONS:
        return pl_tls_compressions(s, (uint32_t)v);
    case PL_TLS_COMPRESSION:
        return pl_tls_compression(s, (uint32_t)v);
    case PL_TLS_CHOICE:
        return pl_tls_choice(s, (uint32_t)v);
    case PL_TLS_EXTENSIONS:
        return pl_tls_extensions(s, (uint32_t)v);
    case PL_TLS_EXTENSION:
        return pl_tls_extension(s, (uint32_t)v);
    case PL_TLS_LIST:
        return pl_tls_list(s, (uint32_t)v);
    case PL_TLS_NAME:
        return pl_tls_name(s, v);
    case PL_TLS_NAME_BYTE:
        return pl_tls_name_byte(s, (uint8_t)v);
    case PL_TLS_GROUP:
        return pl_tls_group(s, (uint16_t)v);
    case PL_TLS_SIGNATURE:
        return pl_tls_signature(s, (uint16_t)v);
    case PL_TLS_ALPN:
        return pl_tls_alpn(s, (uint32_t)v);
    case PL_TLS_ALPN_2:
        return pl_tls_alpn_2(s, (uint16_t)v);
    case PL_TLS_ALPN_8:
        return pl_tls_alpn_8(s, v);
    case PL_TLS_SUPPORTED:
        return pl_tls_supported(s, (uint16_t)v);
    case PL_TLS_SHARE:
        return pl_tls_share(s, (uint32_t)v);
    case PL_TLS_OPAQUE:
        return pl_tls_extension_next(s, s->inner_end - s->at);
    case PL_TLS_V2_LENGTHS:
        return pl_tls_v2_lengths(s, v);
    case PL_TLS_V2_KIND:
        return pl_tls_v2_kind(s, (uint32_t)v);
    case PL_TLS_V2_SERVER:
        return pl_tls_v2_server(s, v);
    default:
        return pl_tls_broken();
    }
}

/* A field is complete: what it says, and the one check that the next lies inside of its outer. */
PL_INLINE void pl_tls_field(struct pl_tls *s)
{
    struct pl_tls_next n = pl_tls_dispatch(s, s->field);

    if (n.state != PL_TLS_BROKEN && s->at + n.skip + n.need > n.limit)
        n = pl_tls_broken();
    s->state = (uint8_t)n.state;
    s->skip = n.skip;
    s->need = n.need;
    s->field = 0;
}

PL_INLINE void pl_tls_client_over(struct pl_tls *s)
{
    struct pl_tls_facts *f = &s->facts;

    f->client_hello = true;
    s->state = PL_TLS_OVER;
    f->reneg_info |= (f->suites & PL_SUITE_RENEG_SCSV) != 0;
    if (f->max_version == 0) /* without supported_versions at most TLS 1.2 (RFC 8446, 4.2.1) */
        f->max_version = f->legacy_version < PL_TLS12 ? f->legacy_version : PL_TLS12;
}

PL_INLINE void pl_tls_server_over(struct pl_tls *s)
{
    struct pl_tls_facts *f = &s->facts;

    if (!s->retry) {
        f->server_hello = f->server_extensions_known = true;
        s->state = PL_TLS_OVER;
        return;
    }
    s->state = s->again ? PL_TLS_BROKEN : PL_TLS_MESSAGE; /* at most once (RFC 8446, 4.1.4) */
    s->need = 4;
    f->hello_retry = s->again = true;
}

/* The first record in SSLv2 form: two bytes of length, the type, two bytes of the message. */
PL_INLINE void pl_tls_v2_head(struct pl_tls *s, uint64_t head)
{
    uint32_t len = head >> 24 & 0x7fff, type = head >> 16 & 0xff;
    bool server = s->side == PL_TLS_SERVER;

    s->at = 0;
    s->need = server ? 8 : 6;
    s->record_left = s->end = len - 3;
    if (server && type == 0 && len == 3) { /* ERROR: it gives up */
        s->state = PL_TLS_OVER;
    } else if (type != (server ? 4 : 1) || len < 3 + s->need) {
        s->state = PL_TLS_BROKEN;
    } else if (server) {
        s->state = PL_TLS_V2_SERVER;
    } else {
        s->state = PL_TLS_V2_LENGTHS;
        s->facts.sslv2 = true;
        s->facts.legacy_version = (uint16_t)head;
    }
}

/* A whole alert: a warning is not the end, but for close_notify. */
PL_INLINE void pl_tls_alert(struct pl_tls *s)
{
    uint32_t level = s->head >> 8 & 0xff, description = s->head & 0xff;

    if (level != 1 || description == 0)
        s->state = PL_TLS_OVER;
}

/* A record of the TLS kind begins.  Others than handshake come only between messages. */
PL_INLINE void pl_tls_record(struct pl_tls *s, uint32_t type, uint32_t len)
{
    bool between = s->state == PL_TLS_START || (s->state == PL_TLS_MESSAGE && s->need == 4);
    bool early = type == 23 && s->again && s->side == PL_TLS_CLIENT;

    if (type == 22 && len > 0) {
        s->record_left = len;
        if (s->state == PL_TLS_START) {
            s->state = PL_TLS_MESSAGE;
            s->need = 4;
        }
    } else if (between && (early || (type == 20 && (s->again || s->side == PL_TLS_SERVER)))) {
        s->foreign = len;
    } else {
        s->state = PL_TLS_BROKEN;
    }
}

/* One byte of a record's head; an alert is read as part of it, since it decides at once. */
PL_INLINE void pl_tls_head(struct pl_tls *s, uint8_t byte)
{
    uint64_t head = s->head << 8 | byte;
    uint32_t type = (uint32_t)(head >> 32), version = head >> 24 & 0xff, len = head & 0xffff;

    s->head = head;
    s->head_len++;
    if (s->head_len < PL_TLS_HEAD_BYTES)
        return;
    if (s->head_len == PL_TLS_ALERT_BYTES) {
        pl_tls_alert(s);
    } else if (s->head_len > PL_TLS_HEAD_BYTES || (type == 21 && version == 3 && len == 2)) {
        return;
    } else if (type & 0x80 && s->state == PL_TLS_START) {
        pl_tls_v2_head(s, head);
    } else if (version != 3 || len > PL_TLS_RECORD_MAX) {
        s->state = PL_TLS_BROKEN;
    } else {
        pl_tls_record(s, type, len);
    }
    s->head_len = 0;
    s->head = 0;
}

/* Take up to n bytes of what is skipped, or 4, 2 or 1 of a field. */
PL_INLINE uint32_t pl_tls_take(struct pl_tls *s, const pl_chunk *chunk, uint32_t off, uint32_t n)
{
    uint64_t field;

    if (s->skip) {
        n = s->skip < n ? s->skip : n;
        s->skip -= n;
        return n;
    }
    n = s->need < n ? s->need : n;
    n = n >= 4 ? 4 : n >= 2 ? 2 : 1;
    field = s->field << 8 | pl_chunk_at(chunk, off);
    if (n >= 2)
        field = field << 8 | pl_chunk_at(chunk, off + 1);
    if (n == 4)
        field =
            field << 16 | (uint64_t)pl_chunk_at(chunk, off + 2) << 8 | pl_chunk_at(chunk, off + 3);
    s->field = field;
    s->need -= n;
    return n;
}

/* Reads on from chunk[off], at most up to chunk[len - 1]: the bytes read, at least one; 0 when the
 * outcome stands or off >= len.  To be called in a loop. */
PL_INLINE uint32_t pl_tls_step(struct pl_tls *s, const pl_chunk *chunk, uint32_t off, uint32_t len)
{
    uint32_t n;

    if (off >= len || s->state >= PL_TLS_OVER)
        return 0;
    n = len - off;
    if (s->foreign) {
        n = s->foreign < n ? s->foreign : n;
        s->foreign -= n;
        return n;
    }
    if (s->record_left == 0) {
        pl_tls_head(s, pl_chunk_at(chunk, off));
        return 1;
    }
    n = pl_tls_take(s, chunk, off, s->record_left < n ? s->record_left : n);
    s->record_left -= n;
    s->at += n;
    if (s->skip == 0 && s->need == 0 && s->state != PL_TLS_LAST)
        pl_tls_field(s);
    if (s->skip == 0 && s->state == PL_TLS_LAST) {
        if (s->side == PL_TLS_CLIENT)
            pl_tls_client_over(s);
        else
            pl_tls_server_over(s);
    }
    return n;
}

/* All of these bytes, or as many as it takes.  For user space, where a chunk has any length. */
PL_INLINE enum pl_outcome pl_tls_feed(struct pl_tls *s, const pl_chunk *bytes, size_t len)
{
    uint32_t end = len > UINT32_MAX ? UINT32_MAX : (uint32_t)len, off = 0, n;

    do {
        n = pl_tls_step(s, bytes, off, end);
        off += n;
    } while (n > 0);
    return pl_tls_outcome(s);
}

#endif
