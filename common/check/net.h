/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network layer's checks but destination-listed, which is the decision's own (decide.h).
 *
 *   src-spoofed-egress  seen when the source is known to be this network's or not
 *   telnet-cleartext    seen when the dialogue was recognised, as Telnet or as something else
 */
#ifndef PL_CHECK_NET_H
#define PL_CHECK_NET_H

#include "catalogue.h"
#include "../read/net.h"

PL_INLINE void pl_check_net(const struct pl_net_facts *facts, struct pl_findings *f)
{
    if (facts->source != PL_SOURCE_UNKNOWN)
        pl_found(f, PL_FAMILY_NET, PL_MASK(src_spoofed_egress), facts->source == PL_SOURCE_FOREIGN);
    if (facts->telnet_seen)
        pl_found(f, PL_FAMILY_NET, PL_MASK(telnet_cleartext), facts->telnet);
}

#endif
