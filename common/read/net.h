/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of the network layer, filled by the host that sees the packet. */
#ifndef PL_READ_NET_H
#define PL_READ_NET_H

#include "outcome.h"

/* Where a source address was found to belong. */
enum pl_source { PL_SOURCE_UNKNOWN, PL_SOURCE_OWN, PL_SOURCE_FOREIGN };

struct pl_net_facts {
    enum pl_source source; /* of a packet that leaves: assigned to this network, or not */
    bool telnet_seen;      /* the bytes were enough to tell Telnet from anything else */
    bool telnet;           /* an IAC negotiation (RFC 854, 1143) was seen */
};

#endif
