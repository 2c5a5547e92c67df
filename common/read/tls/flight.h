/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows a hello in clear up to TLS 1.2 (RFC 5246, 7.4; RFC 6101): one function for each
 * field of Certificate, CertificateStatus and ServerKeyExchange, as field.h has them for the
 * hellos.  Private to flow.h but for the two structures.
 */
#ifndef PL_READ_TLS_FLIGHT_H
#define PL_READ_TLS_FLIGHT_H

#include "exchange.h"
#include "ffdhe.h"
#include "hello.h"

enum {
    PL_TLS_CERTIFICATES_MAX = 16,
    PL_TLS_CERTIFICATES_BYTES = 65536, /* of all certificates that are handed over */
    PL_TLS_MESSAGE_MAX = 1 << 18,
    PL_TLS_MESSAGES_MAX = 32, /* of one side after its hello */
    PL_TLS_ALERTS_MAX = 8
};

/* The field that comes next on one side. */
enum pl_tls_flight_state {
    PL_FLIGHT_HELLO, /* the hello is not over */
    PL_FLIGHT_MESSAGE,
    PL_FLIGHT_CHAIN,       /* the length of all certificates */
    PL_FLIGHT_CERTIFICATE, /* the length of one */
    PL_FLIGHT_BODY,        /* the certificate itself */
    PL_FLIGHT_STATUS,
    PL_FLIGHT_HINT,
    PL_FLIGHT_CURVE_TYPE,
    PL_FLIGHT_CURVE,
    PL_FLIGHT_PRIME_BYTES,
    PL_FLIGHT_PRIME,
    PL_FLIGHT_GENERATOR_BYTES,
    PL_FLIGHT_GENERATOR,
    PL_FLIGHT_PUBLIC,
    PL_FLIGHT_SCHEME,
    PL_FLIGHT_SIGNATURE,
    PL_FLIGHT_OVER, /* encrypted from here on, or the peer is gone */
    PL_FLIGHT_BROKEN
};

/* One side: its hello, then its flight. */
struct pl_tls_half {
    struct pl_tls hello; /* the record layer's state too */
    uint64_t field;
    uint32_t skip, need;
    uint32_t left;   /* of the message, from the last field on */
    uint32_t number; /* bytes of p or g that come, without leading zeros */
    uint32_t number_at;
    uint16_t dh_bits;
    uint8_t state; /* enum pl_tls_flight_state */
    uint8_t messages;
    bool only_alerts; /* the hello ended with an alert */
    bool keys_sent;   /* the client's ClientKeyExchange: what follows its change_cipher_spec is
                         encrypted */
    bool cipher_changed;
    bool dh_named; /* p has been that of RFC 7919 so far, and g is 2 */
};

struct pl_tls_alert {
    uint8_t side, level, description; /* enum pl_tls_side; RFC 8446, 6 */
};

/* Both directions of one connection; all zero is fresh.  Plain data without pointers. */
struct pl_tls_flow {
    struct pl_tls_half of[2]; /* by enum pl_tls_side */
    struct pl_tls_alert alert[PL_TLS_ALERTS_MAX];
    uint32_t certificate_bytes; /* handed over */
    uint16_t hello_records;     /* that the first ClientHello took */
    uint8_t client_hellos;      /* 2 after a HelloRetryRequest */
    uint8_t alerts;             /* in alert[], in the order in which they were fed */
    uint8_t certificates;       /* of the server, that came whole */
    bool certificates_cut;      /* more or longer ones than are handed over */
    bool stapled;               /* CertificateStatus (RFC 6066, 8) */
    bool certificate_asked;     /* CertificateRequest */
    bool client_certificate;    /* at least one, in clear */
    bool server_hello_done;
    bool resumed; /* up to TLS 1.2: the server went on without a key exchange */
};

/* Skip, then gather need bytes for this state. */
PL_INLINE void pl_flight_next(struct pl_tls_half *h, enum pl_tls_flight_state state, uint32_t skip,
                              uint32_t need)
{
    h->state = (uint8_t)state;
    h->skip = skip;
    h->need = need;
    h->field = 0;
}

/* The rest of the message, and the head of the next. */
PL_INLINE void pl_flight_rest(struct pl_tls_half *h)
{
    pl_flight_next(h, PL_FLIGHT_MESSAGE, h->left, 4);
}

PL_INLINE void pl_flight_broken(struct pl_tls_half *h)
{
    pl_flight_next(h, PL_FLIGHT_BROKEN, 0, 0);
}

/* --- Certificate, CertificateStatus */

PL_INLINE void pl_flight_certificate_next(struct pl_tls_half *h)
{
    if (h->left == 0)
        pl_flight_rest(h);
    else
        pl_flight_next(h, PL_FLIGHT_CERTIFICATE, 0, 3);
}

PL_INLINE void pl_flight_chain(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t v)
{
    if (v != h->left) {
        pl_flight_broken(h);
    } else if (h->hello.side == PL_TLS_CLIENT) {
        w->client_certificate |= v > 0;
        pl_flight_rest(h);
    } else {
        pl_flight_certificate_next(h);
    }
}

PL_INLINE void pl_flight_certificate(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t v)
{
    if (v == 0 || v > h->left) {
        pl_flight_broken(h);
    } else if (w->certificates == PL_TLS_CERTIFICATES_MAX ||
               w->certificate_bytes + v > PL_TLS_CERTIFICATES_BYTES) {
        w->certificates_cut = true;
        pl_flight_rest(h);
    } else {
        w->certificate_bytes += v;
        pl_flight_next(h, PL_FLIGHT_BODY, v, 0);
    }
}

/* The type and the length of the response (RFC 6066, 8; RFC 6961). */
PL_INLINE void pl_flight_status(struct pl_tls_flow *w, struct pl_tls_half *h, uint32_t v)
{
    uint32_t len = v & 0xffffff;

    if (len == 0 || len != h->left) {
        pl_flight_broken(h);
        return;
    }
    w->stapled = true;
    pl_flight_rest(h);
}

/* --- ServerKeyExchange */

/* What was exchanged stands; a signature follows, or nothing that is read. */
PL_INLINE void pl_flight_signature_next(struct pl_tls_half *h)
{
    const struct pl_tls_facts *f = &h->hello.facts;

    if (f->version == PL_TLS12 && pl_suite_exchange(f->suite) & PL_EXCHANGE_SIGNED)
        pl_flight_next(h, PL_FLIGHT_SCHEME, h->skip, 2);
    else
        pl_flight_rest(h);
}

PL_INLINE void pl_flight_exchange(struct pl_tls_half *h)
{
    if (pl_suite_exchange(h->hello.facts.suite) & PL_EXCHANGE_ECDHE)
        pl_flight_next(h, PL_FLIGHT_CURVE_TYPE, h->skip, 1);
    else
        pl_flight_next(h, PL_FLIGHT_PRIME_BYTES, h->skip, 2);
}

PL_INLINE void pl_flight_exchange_begin(struct pl_tls_half *h)
{
    uint32_t how = pl_suite_exchange(h->hello.facts.suite);

    if (!(how & (PL_EXCHANGE_DHE | PL_EXCHANGE_ECDHE)))
        pl_flight_rest(h);
    else if (how & PL_EXCHANGE_PSK)
        pl_flight_next(h, PL_FLIGHT_HINT, 0, 2);
    else
        pl_flight_exchange(h);
}

/* RFC 8422, 5.4: a named curve; the explicit ones, long withdrawn, have group numbers too. */
PL_INLINE void pl_flight_curve_type(struct pl_tls_half *h, uint32_t v)
{
    if (v == 3) {
        pl_flight_next(h, PL_FLIGHT_CURVE, 0, 3);
    } else if (v == 1 || v == 2) {
        pl_tls_group_selected(&h->hello.facts, (uint16_t)(0xff00 + v));
        pl_flight_rest(h);
    } else {
        pl_flight_broken(h);
    }
}

/* The curve, and the length of the server's point. */
PL_INLINE void pl_flight_curve(struct pl_tls_half *h, uint32_t v)
{
    uint32_t len = v & 0xff;

    if (len == 0 || len > h->left) {
        pl_flight_broken(h);
        return;
    }
    pl_tls_group_selected(&h->hello.facts, (uint16_t)(v >> 8));
    h->skip = len;
    pl_flight_signature_next(h);
}

/* A number of DHE: its length, then byte by byte. */
PL_INLINE void pl_flight_number(struct pl_tls_half *h, uint32_t v, enum pl_tls_flight_state state)
{
    if (v == 0 || v > h->left) {
        pl_flight_broken(h);
        return;
    }
    h->number = v;
    h->number_at = 0;
    pl_flight_next(h, state, 0, 1);
}

/* A leading zero: it does not count. */
PL_INLINE bool pl_flight_number_zero(struct pl_tls_half *h, uint32_t v)
{
    if (h->number_at > 0 || v != 0)
        return false;
    h->number--;
    return true;
}

PL_INLINE void pl_flight_prime(struct pl_tls_half *h, uint32_t v)
{
    uint32_t bits = 0;

    if (!pl_flight_number_zero(h, v)) {
        if (h->number_at == 0) {
            while (v >> bits)
                bits++;
            h->dh_bits = (uint16_t)(h->number > 8191 ? UINT16_MAX : 8 * (h->number - 1) + bits);
            h->dh_named = pl_ffdhe_group(h->number) != 0;
        }
        h->dh_named = h->dh_named && v == pl_ffdhe_byte(h->number, h->number_at);
        h->number_at++;
    }
    if (h->number_at < h->number)
        pl_flight_next(h, PL_FLIGHT_PRIME, 0, 1);
    else
        pl_flight_next(h, PL_FLIGHT_GENERATOR_BYTES, 0, 2);
}

/* The generator of RFC 7919 is 2.  With it the group is complete. */
PL_INLINE void pl_flight_generator(struct pl_tls_half *h, uint32_t v)
{
    if (!pl_flight_number_zero(h, v)) {
        h->dh_named = h->dh_named && h->number == 1 && v == 2;
        h->number_at++;
    }
    if (h->number_at < h->number) {
        pl_flight_next(h, PL_FLIGHT_GENERATOR, 0, 1);
        return;
    }
    h->hello.facts.dh_bits = h->dh_bits;
    if (h->dh_named)
        pl_tls_group_selected(&h->hello.facts, pl_ffdhe_group(h->dh_bits / 8u));
    pl_flight_next(h, PL_FLIGHT_PUBLIC, 0, 2);
}

/* The length of the hint or of the server's public value. */
PL_INLINE void pl_flight_opaque(struct pl_tls_half *h, uint32_t v)
{
    bool hint = h->state == PL_FLIGHT_HINT;

    if (v > h->left) {
        pl_flight_broken(h);
        return;
    }
    h->skip = v;
    if (hint)
        pl_flight_exchange(h);
    else
        pl_flight_signature_next(h);
}

PL_INLINE void pl_flight_scheme(struct pl_tls_half *h, uint32_t v)
{
    h->hello.facts.ske_hash = pl_sig_hash((uint16_t)v);
    pl_flight_next(h, PL_FLIGHT_SIGNATURE, 0, 2);
}

PL_INLINE void pl_flight_signature(struct pl_tls_half *h, uint32_t v)
{
    if (v != h->left)
        pl_flight_broken(h);
    else
        pl_flight_rest(h);
}

#endif
