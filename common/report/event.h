/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event record: what happened, once, in a fixed size, from any point to plimsolld.  The modules
 * send it as one Unix datagram, the BPF programs through the ring buffer.  Host byte order: the
 * record never leaves the machine.  No secret ever stands in it, only which checks failed.
 *
 * Address truncation is plimsolld's work; the record itself is never stored.
 */
#ifndef PL_EVENT_H
#define PL_EVENT_H

#include "../decide/decide.h"

enum { PL_EVENT_VERSION = 1, PL_EVENT_NAME_MAX = 256 };

enum pl_point {
    PL_POINT_RESOLVER = 1,
    PL_POINT_HTTP,   /* nginx http */
    PL_POINT_STREAM, /* nginx stream */
    PL_POINT_GATEWAY /* eBPF */
};

enum pl_event_kind {
    PL_EVENT_VERDICT = 1,
    PL_EVENT_MALFORMED, /* bytes that no reader could follow; name holds the protocol */
    PL_EVENT_ERROR      /* an internal error; name holds the reason */
};

struct pl_event {
    uint16_t version; /* PL_EVENT_VERSION */
    uint8_t kind;     /* enum pl_event_kind */
    uint8_t point;    /* enum pl_point */
    uint8_t action;   /* enum pl_action */
    uint8_t protocol; /* IP protocol number: 6, 17, ... */
    uint16_t name_len;
    uint32_t count;   /* how many alike; at least 1 */
    uint32_t lost;    /* events that this source could not send since its last one */
    uint64_t time_ns; /* CLOCK_REALTIME; 0 from the kernel: plimsolld sets it at receipt */
    uint64_t serial;  /* of the image that decided */
    struct pl_addr client, destination;     /* destination 0 when it has no address */
    uint16_t client_port, destination_port; /* host order */
    uint16_t group, class, cell;
    uint16_t tls_version, tls_suite, tls_group; /* 0 when not known */
    uint64_t flag[PL_FAMILY_COUNT], trial[PL_FAMILY_COUNT], block[PL_FAMILY_COUNT];
    uint64_t spare;
    uint8_t name[PL_EVENT_NAME_MAX]; /* the name asked for; cut when longer; not terminated */
};

_Static_assert(sizeof(struct pl_event) == 512, "the event is a contract: count it again");

#endif
