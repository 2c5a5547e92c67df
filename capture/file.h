/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture file: pcap (by libpcap) or pcapng, gzip'd or not, or "-" for standard input.
 *
 *   struct pl_file *file = pl_file_open(path, &error);
 *   while ((got = pl_file_next(file, &record, &error)) == PL_FILE_PACKET)
 *       ...
 *   pl_file_close(file);
 *
 * A file that ends within a packet, as one does whose writer was stopped, is no error: all packets
 * before are read, then the answer is PL_FILE_TRUNCATED and the error says where.  No packet that
 * the file holds is larger than 16 MiB.  No limit on the file's length: it is read as a stream.
 */
#ifndef PL_CAPTURE_FILE_H
#define PL_CAPTURE_FILE_H

#include "common/user/error.h"

/* LINKTYPE_ values of https://www.tcpdump.org/linktypes.html that are read; see link.h. */
enum pl_link_type {
    PL_LINK_NULL = 0,
    PL_LINK_ETHERNET = 1,
    PL_LINK_PPP = 9,
    PL_LINK_RAW_BSD = 12, /* DLT_RAW, as some systems write it */
    PL_LINK_RAW_OPENBSD = 14,
    PL_LINK_PPP_HDLC = 50,
    PL_LINK_PPP_ETHERNET = 51,
    PL_LINK_RAW = 101,
    PL_LINK_CISCO_HDLC = 104,
    PL_LINK_LOOP = 108,
    PL_LINK_LINUX_COOKED = 113,
    PL_LINK_IPV4 = 228,
    PL_LINK_IPV6 = 229,
    PL_LINK_LINUX_COOKED_2 = 276
};

struct pl_record {
    uint64_t time_ns; /* since 1970 */
    uint64_t frame;   /* from 1 */
    const uint8_t *bytes;
    uint32_t len;      /* captured */
    uint32_t wire_len; /* at least len */
    uint32_t link_type;
};

enum pl_file_result {
    PL_FILE_PACKET,
    PL_FILE_END,
    PL_FILE_TRUNCATED, /* the end, within a packet; the error says where */
    PL_FILE_ERROR
};

/* NULL and the error filled when it cannot be opened or is no capture. */
struct pl_file *pl_file_open(const char *path, struct pl_error *error) PL_MUST_USE;

/* The next packet.  Its bytes stay until the next call. */
enum pl_file_result pl_file_next(struct pl_file *file, struct pl_record *record,
                                 struct pl_error *error) PL_MUST_USE;

void pl_file_close(struct pl_file *file);

#endif
