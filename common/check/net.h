/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of the network layer that a dialogue's reader takes along.  Those of a packet's head
 * are in packet.h, destination-listed is the decision's own (decide.h).
 *
 *   src-spoofed-egress  seen when the source is known to be this network's or not
 *   telnet-cleartext    seen when the dialogue was recognised, as Telnet or as something else
 */
#ifndef PL_CHECK_NET_H
#define PL_CHECK_NET_H

#include "catalogue.h"
#include "../read/net.h"

PL_INLINE void pl_found_net(struct pl_findings *f, uint64_t mask, bool failed)
{
    pl_found(f, PL_FAMILY_NET, mask, failed);
}

PL_INLINE void pl_check_net(const struct pl_net_facts *facts, struct pl_findings *f)
{
    if (facts->source != PL_SOURCE_UNKNOWN)
        pl_found_net(f, PL_MASK(src_spoofed_egress), facts->source == PL_SOURCE_FOREIGN);
    if (facts->telnet_seen)
        pl_found_net(f, PL_MASK(telnet_cleartext), facts->telnet);
}

#endif
