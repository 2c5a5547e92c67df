/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inspector: files of packets to rows, one a flow, by the readers, checks and decision of every
 * other point.
 *
 *   inspect_open(&options, &error)          policy and trust store are loaded once
 *   inspect_file(i, path, &error)           each file by itself: a flow ends with its file
 *   inspect_close(i)
 *
 * Memory: of each flow some 450 bytes and what was found out about it (at most 16 KiB, mostly 200
 * to 800 bytes); of each flow that is being read some 7 KiB more, a DTLS flow 38 KiB, a QUIC flow
 * 22 KiB; of bytes that come early at most 64 MiB.  At most options.flows_max flows (256 Ki) and 64
 * Ki of them being read at a time: what is over a limit is told early, or read no further, and
 * counted.
 */
#ifndef PL_INSPECT_H
#define PL_INSPECT_H

#include "common/user/error.h"
#include "row.h"

struct inspect_options {
    const char *policy, *image; /* at most one; see ruling.h */
    const char *trust;          /* file or folder of trusted roots; NULL: the distribution's */
    uint64_t since_ns;          /* flows that began before are left out; 0: none */
    uint32_t flows_max;         /* kept at a time; 0: the default */
    void (*row)(void *to, const struct row *row);
    /* Bytes read of the file; total 0: not known.  May be NULL. */
    void (*progress)(void *to, uint64_t done, uint64_t total);
    void *to;
};

/* What was read, and what could not be. */
struct inspect_counts {
    uint64_t packets, bytes;
    uint64_t packets_malformed; /* a length lies, or the file was cut inside of it */
    uint64_t packets_other;     /* neither TCP nor UDP over IP */
    uint64_t bytes_lost;        /* missing in TCP streams */
    uint64_t conflicts;         /* segments sent again with other content */
    uint64_t flows_evicted;     /* told early, since too many were open */
    bool no_roots;              /* no trusted roots were found: no certificate's path was judged */
    uint64_t limits;            /* flows of which less was read for a limit's sake */
};

struct inspect;

struct inspect *inspect_open(const struct inspect_options *options,
                             struct pl_error *error) PL_MUST_USE;
/* "-" is standard input.  False: the file cannot be read, or not to its end; what was read of it
 * has been told. */
bool inspect_file(struct inspect *i, const char *path, struct pl_error *error) PL_MUST_USE;
const struct inspect_counts *inspect_counts(const struct inspect *i);
void inspect_close(struct inspect *i);

#endif
