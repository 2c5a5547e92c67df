/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of one packet's head, and of what others know of its flow.  Not in the kernel yet.
 *
 *   src-bogon-ingress     a packet from the Internet; not one that stays on the link
 *   ip-source-route       a packet whose IP options were all looked at
 *   smb-over-internet     a SYN to 445 or 139; the far side is a global address
 *   dns-bypass-cleartext  a packet to port 53 when the network's resolvers are listed
 *   mgmt-wan-exposed      a port of management that answers: SYN and ACK, or SNMP's datagram
 *   bgp-unprotected       a SYN to 179 whose options were looked at
 *   dns-udp-fragment      a datagram from port 53, or a query with EDNS
 *   upnp-wan-exposed      a datagram of SSDP, NAT-PMP or PCP (the rest of UPnP: http.h)
 *   vpn-pptp              its control connection, or a packet of GRE that carries PPP
 *   dst-rov-invalid, dst-rov-notfound, mud-violation, mud-url-insecure   by the host's tables
 *
 * Which side is the far one: by the way of the packet.  Where the way is not known, any global
 * address is far enough for SMB, which nobody may reach from far; for a port of management the
 * answering side must not be global itself, since it may be anybody's server.
 */
#ifndef PL_CHECK_PACKET_H
#define PL_CHECK_PACKET_H

#include "net.h"
#include "../read/packet.h"
#include "../read/wire/bgp.h"
#include "../read/wire/pptp.h"

enum { PL_EDNS_BYTES_MAX = 1232, PL_GTSM_HOPS = 255 };

/* What reaches this network from the Internet comes from a global address that is not its own.
 * What stays on the link (neighbours, DHCP) has to use other addresses. */
PL_INLINE void pl_check_packet_source(const struct pl_packet_facts *p, struct pl_findings *f)
{
    if (p->options_read)
        pl_found_net(f, PL_MASK(ip_source_route), p->source_route);
    if (p->addressed && p->way == PL_WAY_IN && !pl_addr_on_link(p->to))
        pl_found_net(f, PL_MASK(src_bogon_ingress),
                     p->source == PL_SOURCE_OWN || !pl_addr_global(p->from));
}

PL_INLINE bool pl_packet_far(const struct pl_packet_facts *p)
{
    bool from = p->way != PL_WAY_OUT && pl_addr_global(p->from);
    bool to = p->way != PL_WAY_IN && pl_addr_global(p->to);

    return p->way != PL_WAY_INSIDE && (from || to);
}

PL_INLINE void pl_check_packet_smb(const struct pl_packet_facts *p, struct pl_findings *f)
{
    bool port = p->to_port == PL_EDGE_SMB || p->to_port == PL_EDGE_NETBIOS_SESSION;

    if (p->addressed && p->protocol == PL_IP_TCP && p->syn && !p->ack && port)
        pl_found_net(f, PL_MASK(smb_over_internet), pl_packet_far(p));
}

PL_INLINE bool pl_edge_manages(uint16_t port)
{
    return port == PL_EDGE_TELNET || port == PL_EDGE_TELNET_OTHER || port == PL_EDGE_ADB ||
           port == PL_EDGE_TR069 || port == PL_EDGE_WINBOX;
}

PL_INLINE void pl_check_packet_manage(const struct pl_packet_facts *p, struct pl_findings *f)
{
    bool tcp = p->protocol == PL_IP_TCP && p->syn && p->ack && pl_edge_manages(p->from_port);
    bool udp = p->protocol == PL_IP_UDP && p->from_port == PL_EDGE_SNMP;
    bool far;

    if (!p->addressed || !(tcp || udp) || p->way == PL_WAY_IN)
        return;
    far = pl_addr_global(p->to);
    if (p->way == PL_WAY_UNKNOWN && far && pl_addr_global(p->from))
        return;
    pl_found_net(f, PL_MASK(mgmt_wan_exposed), p->way != PL_WAY_INSIDE && far);
}

PL_INLINE void pl_check_packet_dns(const struct pl_packet_facts *p, struct pl_findings *f)
{
    bool udp = p->protocol == PL_IP_UDP, tcp = p->protocol == PL_IP_TCP;

    if ((udp || tcp) && p->to_port == PL_EDGE_DNS && p->own_resolver != PL_KNOWN_NOT)
        pl_found_net(f, PL_MASK(dns_bypass_cleartext), p->own_resolver == PL_KNOWN_WRONG);
    if (udp && p->from_port == PL_EDGE_DNS)
        pl_found_net(f, PL_MASK(dns_udp_fragment), p->fragment);
    if (udp && p->to_port == PL_EDGE_DNS && p->edns_bytes)
        pl_found_net(f, PL_MASK(dns_udp_fragment), p->edns_bytes > PL_EDNS_BYTES_MAX);
}

/* Both count: the secret of RFC 2385 or RFC 5925, and the hop limit that nobody from afar can have
 * (RFC 5082, 3). */
/* A datagram of SSDP or of port mapping (read/datagram/upnp.h) to or from far away.  Inside of a
 * network they are right. */
PL_INLINE void pl_check_packet_upnp(const struct pl_packet_facts *p, struct pl_findings *f)
{
    if (p->addressed)
        pl_found_net(f, PL_MASK(upnp_wan_exposed), pl_packet_far(p));
}

PL_INLINE void pl_check_packet_bgp(const struct pl_packet_facts *p, struct pl_findings *f)
{
    if (p->protocol == PL_IP_TCP && p->syn && !p->ack && p->to_port == PL_EDGE_BGP &&
        p->tcp_options_read && p->hop_limit)
        pl_found_net(f, PL_MASK(bgp_unprotected),
                     !p->tcp_authenticated || p->hop_limit < PL_GTSM_HOPS);
}

/* Adds the findings of one packet to what is there. */
PL_INLINE void pl_check_packet(const struct pl_packet_facts *p, struct pl_findings *f)
{
    pl_check_packet_source(p, f);
    pl_check_packet_smb(p, f);
    pl_check_packet_manage(p, f);
    pl_check_packet_dns(p, f);
    pl_check_packet_bgp(p, f);
    if (p->protocol == PL_IP_GRE && p->gre_protocol)
        pl_found_net(f, PL_MASK(vpn_pptp), p->gre_protocol == PL_GRE_PPP);
    if (p->route != PL_ROUTE_UNKNOWN) {
        pl_found_net(f, PL_MASK(dst_rov_invalid), p->route == PL_ROUTE_INVALID);
        pl_found_net(f, PL_MASK(dst_rov_notfound), p->route == PL_ROUTE_NOTFOUND);
    }
    if (p->mud != PL_KNOWN_NOT)
        pl_found_net(f, PL_MASK(mud_violation), p->mud == PL_KNOWN_WRONG);
    if (p->mud_url != PL_KNOWN_NOT)
        pl_found_net(f, PL_MASK(mud_url_insecure), p->mud_url == PL_KNOWN_WRONG);
}

PL_INLINE void pl_check_pptp(const struct pl_pptp *pptp, struct pl_findings *f)
{
    if (pptp->requested || pptp->answered)
        pl_found_net(f, PL_MASK(vpn_pptp), true);
}

/* An OPEN message says nothing of how the session is protected: see pl_check_packet(). */
PL_INLINE void pl_check_bgp(const struct pl_bgp *bgp, struct pl_findings *f)
{
    (void)bgp;
    (void)f;
}

#endif
