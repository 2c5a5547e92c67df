/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng).  libpcap reads pcapng only when all of
 * its interfaces have one link type and one snapshot length, which a capture of "eth0 and lo" has
 * not; this reads any.  Sections of either byte order may follow one another.
 *
 * Read: section headers, interface descriptions (link type, if_tsresol, if_tsoffset), and packets:
 * enhanced, simple and the obsolete ones.  All other blocks are left out, secrets for decryption
 * among them.
 */
#ifndef PL_CAPTURE_PCAPNG_H
#define PL_CAPTURE_PCAPNG_H

#include "common/user/error.h"

#include <stdio.h>

struct pl_record;

/* The first block's type: the same in both byte orders. */
#define PL_PCAPNG_MAGIC 0x0a0d0d0au

/* One block, so what a file makes us keep. */
enum { PL_PCAPNG_BLOCK_MAX_BYTES = 1 << 24, PL_PCAPNG_INTERFACES_MAX = 4096 };

struct pl_interface {
    uint64_t ticks_per_second; /* at least 1 */
    int64_t offset_s;
    uint32_t snap_bytes; /* 0: no limit */
    uint16_t link_type;
};

struct pl_pcapng {
    FILE *stream; /* not owned */
    uint8_t *block;
    uint32_t block_size, block_len;
    struct pl_interface *interfaces;
    uint32_t interface_count, interface_size;
    bool swapped; /* the section's byte order is not little-endian */
};

enum pl_pcapng_result {
    PL_PCAPNG_PACKET,
    PL_PCAPNG_END,
    PL_PCAPNG_TRUNCATED, /* the file ends within a block */
    PL_PCAPNG_WRONG      /* error says what is wrong; or the stream failed (ferror) */
};

/* The next packet; record->bytes stays until the next call.  error: its text, its file is left. */
enum pl_pcapng_result pl_pcapng_next(struct pl_pcapng *p, struct pl_record *record,
                                     struct pl_error *error);
void pl_pcapng_free(struct pl_pcapng *p);

#endif
