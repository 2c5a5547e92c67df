/* SPDX-License-Identifier: BSD-2-Clause */
/* All that is told of one flow, once, when it has ended. */
#ifndef PL_INSPECT_ROW_H
#define PL_INSPECT_ROW_H

#include "common/decide/decide.h"
#include "sheet.h"

struct row {
    const char *capture; /* the file's name without its folder */
    struct pl_addr client, server;
    uint16_t client_port, server_port; /* host order */
    uint8_t protocol;                  /* of IP: 6, 17 */
    uint64_t first_ns;                 /* of the first packet, Unix time */
    uint64_t first_frame;              /* from 1, in the file */
    uint32_t packets, gaps;
    struct sheet sheet; /* facts */
    struct pl_findings findings;
    struct pl_verdict verdict;
};

#endif
