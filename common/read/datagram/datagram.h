/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One UDP flow of a protocol that is recognised by its content: each datagram goes to every reader
 * until one knows it, then only to that one.
 *
 *   struct pl_datagram d = {0};  d.port = 161;
 *   outcome = pl_datagram_read(&d, side, chunk, len);     for each datagram
 */
#ifndef PL_READ_DATAGRAM_H
#define PL_READ_DATAGRAM_H

#include "coap.h"
#include "ike.h"
#include "nfs.h"
#include "ntp.h"
#include "sip.h"
#include "snmp.h"
#include "syslog.h"
#include "tftp.h"
#include "upnp.h"

enum pl_datagram_protocol {
    PL_DATAGRAM_NONE,
#define PL_DATAGRAM(NAME, name) PL_DATAGRAM_##NAME,
#include "datagram.def"
#undef PL_DATAGRAM
    PL_DATAGRAM_COUNT
};

struct pl_datagram {
    uint16_t port;    /* the server's; 0: not known */
    uint8_t protocol; /* enum pl_datagram_protocol */
    uint8_t unknown;  /* datagrams that nobody knew, up to PL_DATAGRAM_TRIES */
    union {
#define PL_DATAGRAM(NAME, name) struct pl_##name name;
#include "datagram.def"
#undef PL_DATAGRAM
    };
};

enum { PL_DATAGRAM_TRIES = 4 };

/* The first one who knows it. */
PL_INLINE enum pl_outcome pl_datagram_guess(struct pl_datagram *d, enum pl_side side,
                                            struct pl_view v)
{
    enum pl_outcome one;

#define PL_DATAGRAM(NAME, name)                                                                    \
    one = pl_##name##_read(&d->name, side, v, d->port);                                            \
    if (one != PL_MALFORMED) {                                                                     \
        d->protocol = PL_DATAGRAM_##NAME;                                                          \
        return one;                                                                                \
    }
#include "datagram.def"
#undef PL_DATAGRAM
    d->unknown++;
    return d->unknown < PL_DATAGRAM_TRIES ? PL_MORE : PL_DONE;
}

PL_INLINE enum pl_outcome pl_datagram_read(struct pl_datagram *d, enum pl_side side,
                                           const pl_chunk *chunk, uint32_t len)
{
    struct pl_view v = pl_view(chunk, len);

    switch (d->protocol) {
#define PL_DATAGRAM(NAME, name)                                                                    \
    case PL_DATAGRAM_##NAME:                                                                       \
        return pl_##name##_read(&d->name, side, v, d->port);
#include "datagram.def"
#undef PL_DATAGRAM
    default:
        return d->unknown < PL_DATAGRAM_TRIES ? pl_datagram_guess(d, side, v) : PL_DONE;
    }
}

#endif
