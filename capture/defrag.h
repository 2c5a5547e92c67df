/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP packets out of fragments, in any order (RFC 791, 3.2; RFC 8200, 4.5).
 *
 * Memory is bounded: at most PL_DEFRAG_SETS * PL_DEFRAG_WAYS packets wait, each in a buffer of 64
 * KiB, in all 17 MiB, taken with the first fragment; when a set is full, its oldest packet is
 * given up.  Time is bounded by the capture's clock: PL_DEFRAG_NS after the first fragment.
 *
 * Where fragments overlap, the bytes that came first stay (IPv4), or the packet is refused (IPv6,
 * RFC 5722); an exact repetition is left out.  A fragment that contradicts the packet's length,
 * goes beyond 64 KiB or has a middle that is no multiple of 8 bytes is left out and counted
 * malformed.
 */
#ifndef PL_CAPTURE_DEFRAG_H
#define PL_CAPTURE_DEFRAG_H

#include "packet.h"

#include "common/cursor.h"

enum { PL_DEFRAG_SETS = 64, PL_DEFRAG_WAYS = 4, PL_DEFRAG_BYTES = 65536 };
#define PL_DEFRAG_NS 60000000000ull

struct pl_fragment_key {
    struct pl_addr src, dst;
    uint32_t id;
    uint8_t protocol; /* IPv4's; 0 for IPv6, where it is no part of the key */
    bool v6;
};

struct pl_fragment {
    struct pl_fragment_key key;
    uint64_t time_ns;
    struct pl_cursor bytes;
    uint32_t offset;
    uint8_t protocol; /* of what the packet holds; counts in the first fragment */
    bool more;
};

enum pl_defrag_result {
    PL_DEFRAG_KEPT,      /* others are needed */
    PL_DEFRAG_WHOLE,     /* *whole holds the packet until pl_defrag_release() */
    PL_DEFRAG_MALFORMED, /* left out */
    PL_DEFRAG_NO_MEMORY
};

struct pl_defrag {
    struct pl_defrag_slot *slots; /* NULL until there is a fragment */
    uint8_t *bytes;
    uint64_t key; /* of the hash */
    uint32_t busy;
};

/* key: of the hash, 0 for a random one. */
void pl_defrag_init(struct pl_defrag *d, uint64_t key);

enum pl_defrag_result pl_defrag_add(struct pl_defrag *d, const struct pl_fragment *fragment,
                                    struct pl_capture_counts *counts, struct pl_cursor *whole,
                                    uint8_t *protocol);

/* Nobody reads packets that are whole any more. */
void pl_defrag_release_all(struct pl_defrag *d);

PL_INLINE void pl_defrag_release(struct pl_defrag *d)
{
    if (d->busy)
        pl_defrag_release_all(d);
}

/* Give up what waits, counting it. */
void pl_defrag_end(struct pl_defrag *d, struct pl_capture_counts *counts);
void pl_defrag_free(struct pl_defrag *d);

#endif
