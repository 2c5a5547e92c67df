/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QUIC flows: opens the Initial packets of both directions, whose keys anybody can derive from the
 * connection id that the client's first one names (RFC 9001, 5.2; RFC 9369, 3.3), and reads the two
 * hellos inside.  Versions 1 and 2 and the drafts from 29 on; of others only the version is noted.
 *
 *   struct pl_quic_keyring *ring;                          one for each thread
 *   if (!pl_quic_keyring_open(&ring, &error)) ...
 *   struct pl_quic *q = calloc(1, sizeof *q);              for each flow; all zero is fresh
 *   q->crypto.port = 443;                                  the server's, when it is known
 *   outcome = pl_quic_read(q, ring, side, datagram, len);  for each datagram of either direction
 *   q->facts; pl_quic_tls(&q->crypto, &tls_facts); pl_quic_client_hello(&q->crypto, &len);
 *
 * A flow is plain data of fixed size, without pointers: the caller makes and frees it.  Nothing is
 * allocated for a datagram.  A flow opens at most PL_QUIC_OPENS packets, so that nobody can keep
 * the processor busy with it.
 *
 * Datagrams may come in any order.  Retry gives new keys: not on the word of the Retry, which
 * anybody can send, but when the client's next Initial opens under its own connection id.  The same
 * way a new connection of the same ports takes the place of one that got no answer.  What does
 * not open is passed over.  0-RTT and Handshake packets are passed over by their length.
 */
#ifndef PL_USER_QUIC_H
#define PL_USER_QUIC_H

#include "../read/quic_crypto.h"
#include "error.h"

enum {
    PL_QUIC_OPENS = 128,
    PL_QUIC_KEY_BYTES = 16,
    PL_QUIC_IV_BYTES = 12,
    PL_QUIC_SECRET_BYTES = 32
};

/* Of one side, for one connection id and one version. */
struct pl_quic_keys {
    uint32_t version; /* 0: none yet */
    uint8_t key[PL_QUIC_KEY_BYTES], iv[PL_QUIC_IV_BYTES], header[PL_QUIC_KEY_BYTES];
};

struct pl_quic {
    struct pl_quic_facts facts;
    struct pl_quic_crypto crypto;
    struct pl_quic_keys keys[2]; /* by enum pl_side */
    uint64_t next_number[2];     /* one more than the highest packet number of each side */
    uint8_t id[PL_QUIC_ID_MAX], id_len;
    bool id_known; /* the keys are those of this id */
    uint8_t old_id[PL_QUIC_ID_MAX], old_id_len;
    uint8_t opens; /* packets that were tried, up to PL_QUIC_OPENS */
};

/* The contexts of the library and a buffer; for one thread. */
struct pl_quic_keyring;

bool pl_quic_keyring_open(struct pl_quic_keyring **ring, struct pl_error *error) PL_MUST_USE;
void pl_quic_keyring_close(struct pl_quic_keyring *ring);

/*
 *   PL_DONE       both hellos have been read, or too many packets were tried in vain
 *   PL_MALFORMED  an opened packet or a hello breaks the protocol; the facts up to there stand
 */
enum pl_outcome pl_quic_read(struct pl_quic *q, struct pl_quic_keyring *ring, enum pl_side side,
                             const uint8_t *datagram, size_t len);

/* The keys of one side for the connection id of the client's first Initial.  False: no salt is
 * known for this version, or the library fails. */
bool pl_quic_keys_derive(struct pl_quic_keyring *ring, struct pl_quic_keys *keys, enum pl_side side,
                         uint32_t version, const uint8_t *id, size_t id_len) PL_MUST_USE;

/* Opens an Initial; the payload lies in the keyring until the next call.  *number: the lowest that
 * it can be on the way in, what it is on the way out. */
bool pl_quic_packet_open(struct pl_quic_keyring *ring, const struct pl_quic_keys *keys,
                         const struct pl_quic_packet *packet, uint64_t *number,
                         struct pl_view *payload) PL_MUST_USE;

/* Whether a Retry answers a client's Initial with this connection id (RFC 9001, 5.8). */
bool pl_quic_retry_is_authentic(struct pl_quic_keyring *ring, const struct pl_quic_packet *packet,
                                const uint8_t *id, size_t id_len) PL_MUST_USE;

#endif
