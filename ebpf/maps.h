/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the BPF programs and the loader share: the contents of the maps.  Nothing else is shared.
 * A change of any structure here changes PL_MAPS_VERSION, so that pinned maps of another build are
 * not taken over.
 */
#ifndef PL_MAPS_H
#define PL_MAPS_H

#include "common/report/event.h"

enum { PL_MAPS_VERSION = 1 };

enum {
    PL_RING_WAKE_SHARE = 4,      /* wake the reader when a quarter of the ring waits */
    PL_READ_LIMIT_BYTES = 81920, /* of TLS before it is given up: a hello of 64 KiB and the
                                  * heads of its records fit */
    PL_REPLIES_BURST = 200,      /* replies that a client may get at once, */
    PL_REPLIES_PER_SECOND = 100, /* and how fast its share grows again */
    PL_STRICT_PER_LINE = 512     /* bits */
};

/* Both directions of a flow, seen from the client.  All bytes count: no padding. */
struct pl_flow_key {
    uint32_t client_be[4], server_be[4]; /* IPv4 as ::ffff:a.b.c.d */
    uint16_t client_port_be, server_port_be;
    uint8_t protocol;
    uint8_t vlan[3]; /* the outer and the inner VLAN id, 12 bits each */
};

_Static_assert(sizeof(struct pl_flow_key) == 40, "key");

enum pl_flow_state {
    PL_FLOW_READING = 1, /* TCP: the dialogue is being read */
    PL_FLOW_ALLOWED,
    PL_FLOW_UNKNOWN, /* begun before this gateway watched: passed */
    PL_FLOW_BLOCKED
};

enum pl_flow_flag {
    PL_FLOW_STRICT = 1, /* something could still be blocked: nothing may pass unread */
    PL_FLOW_QUIET = 2   /* the source may be forged: never answer it */
};

struct pl_flow {
    uint32_t busy;         /* 1 while a processor reads the dialogue */
    uint32_t epoch;        /* struct pl_gate of the verdict */
    uint32_t isn;          /* sequence number of the SYN */
    uint32_t next_seq;     /* the first byte that was not read yet */
    uint32_t bytes;        /* of TLS, read so far */
    uint32_t told;         /* what was told last, hashed; 0: nothing */
    uint16_t group, class; /* class: of the destination address */
    uint8_t state, flags;  /* enum pl_flow_state, enum pl_flow_flag */
    uint16_t spare;
};

_Static_assert(sizeof(struct pl_flow) == 32, "flow");

/* What the loader tells the programs, in the one entry of an array. */
struct pl_gate {
    uint64_t clock_offset_ns; /* CLOCK_REALTIME minus CLOCK_BOOTTIME */
    uint32_t epoch;           /* counts up with each image and each time slice */
    uint32_t version;         /* PL_MAPS_VERSION */
};

/* The image lies in an array map of lines, with lines of our own after the last: one bit for each
 * [slice][group] that says whether any class could be blocked for what is read of a dialogue. */
#define PL_STRICT_LINE(head, index) ((head)->lines + (index) / PL_STRICT_PER_LINE)

/* The counters of one processor. */
struct pl_stats {
#define PL_STAT(name, help) uint64_t name;
#include "stats.def"
#undef PL_STAT
};

/* Events alike within a second: the first was sent, the others are counted here. */
struct pl_fold {
    uint64_t first_ns; /* CLOCK_MONOTONIC */
    uint32_t pending, spare;
    struct pl_event event;
};

/* What a flow's judge found, for tests (see `watched` in tables.h). */
struct pl_judged {
    struct pl_findings found;
    struct pl_verdict verdict;
    uint16_t group, class, cell, spare;
};

/* Where the loader attached the program, by the number of the interface; for the loader alone. */
struct pl_attachment {
    uint32_t priority, handle;
    uint32_t made_clsact; /* the queueing discipline is ours too */
    uint32_t spare;
};

enum { PL_ATTACHMENTS_MAX = 64 };

/* A client's share of replies. */
struct pl_share {
    uint64_t at_ns;
    uint64_t tokens;
};

#endif
