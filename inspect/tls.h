/* SPDX-License-Identifier: BSD-2-Clause */
/* What is collected of a TLS handshake beside the facts: the bytes of the ClientHello, for JA4, and
 * of the certificates. */
#ifndef PL_INSPECT_TLS_H
#define PL_INSPECT_TLS_H

#include "common/read/tls/flow.h"
#include "common/user/certificate.h"
#include "common/user/ja4.h"
#include "flow.h"

enum { HELLO_BYTES_MAX = 65540 };

struct bytes {
    uint8_t *at;
    uint32_t len, room;
};

/* Append, up to max in all; false: not everything had room. */
bool bytes_add(struct bytes *b, const uint8_t *more, uint32_t len, uint32_t max);
void bytes_free(struct bytes *b);

struct tls_collected {
    struct bytes hello, chain;
    uint32_t begin[PL_CERTIFICATES_MAX]; /* of each certificate in the chain */
    uint8_t certificates;
    uint8_t segments; /* that the ClientHello came in */
    uint64_t segment; /* the frame of the last one */
};

void tls_collect(struct tls_collected *t, const struct pl_tls_taken *taken, const uint8_t *bytes,
                 uint32_t len, uint64_t frame);
void tls_collected_free(struct tls_collected *t);

/* How the handshake went by, for the sheet. */
struct tls_told {
    const struct pl_tls_facts *facts;
    enum pl_ja4_transport transport;
    const uint8_t *hello; /* the ClientHello's message: type, length, body */
    uint32_t hello_len;
    const struct pl_certificate_bytes *chain;
    uint32_t chain_count;
    enum pl_cert_use use;
    uint64_t time_ns;
};

/* The facts to the sheet, the findings of the families TLS and CERT to the flow. */
void tls_tell(struct flow *f, const struct tls_told *told);

/* The same for a handshake over TCP. */
void tls_tell_flow(struct flow *f, const struct pl_tls_flow *w, const struct tls_collected *t,
                   enum pl_cert_use use, uint64_t time_ns);

/* And over UDP. */
struct pl_dtls;
void tls_tell_dtls(struct flow *f, const struct pl_dtls *d, const struct tls_collected *t,
                   uint64_t time_ns);

#endif
