/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the head of one packet says, and what others know of its flow; plain members, filled by the
 * host that sees the packet (gateway, capture) or asks the table (resolver).  All zero says
 * nothing: each fact has a value that means "not known", so a host fills only what it knows.
 * Not kept with the flow: build it on the stack, ask pl_check_packet(), forget it.
 *
 *   addresses, ports   of this packet, host order; IPv4 as ::ffff:a.b.c.d
 *   way                the gateway, by the interface; a capture, by the networks that it was told.
 *                      IN and OUT: beyond the edge is the Internet, not another private network
 *   source             by the operator's networks, on either way
 *   options_read       every IPv4 option, or every IPv6 extension header up to the transport, was
 *                      looked at; then source_route is known
 *   tcp_options_read   every option of a SYN was looked at; then tcp_authenticated is known
 *   fragment           the first or a later part of a fragmented datagram; the ports are known in
 *                      the first only (a host that follows fragments may fill them in the others)
 *   edns_bytes         the UDP payload size that a DNS query offers in its OPT record (RFC 6891),
 *                      from the reader of DNS; 0: none seen
 *   own_resolver       by the operator's list: the address that a DNS query goes to
 *   route, mud, mud_url   by the tables of route origins and of the devices' MUD files
 */
#ifndef PL_READ_PACKET_H
#define PL_READ_PACKET_H

#include "../address.h"
#include "net.h"

enum pl_way {
    PL_WAY_UNKNOWN,
    PL_WAY_OUT,   /* from this network to the Internet */
    PL_WAY_IN,    /* from the Internet to this network */
    PL_WAY_INSIDE /* from this network to this network */
};

/* Of RFC 6811, for the destination; without both the VRPs and the announced origin: unknown. */
enum pl_route { PL_ROUTE_UNKNOWN, PL_ROUTE_VALID, PL_ROUTE_INVALID, PL_ROUTE_NOTFOUND };

/* Something that is known to be right or wrong, or not known. */
enum pl_known { PL_KNOWN_NOT, PL_KNOWN_RIGHT, PL_KNOWN_WRONG };

/* Internet protocol numbers. */
enum pl_ip_protocol { PL_IP_TCP = 6, PL_IP_UDP = 17, PL_IP_GRE = 47 };

enum pl_ip_option { PL_IP_LSRR = 131, PL_IP_SSRR = 137 };             /* RFC 791, 3.1 */
enum { PL_IPV6_ROUTING = 43, PL_IPV6_ROUTING_TYPE_0 = 0 };            /* RFC 5095 */
enum pl_tcp_option { PL_TCP_OPTION_MD5 = 19, PL_TCP_OPTION_AO = 29 }; /* RFC 2385, RFC 5925 */
enum { PL_GRE_PPP = 0x880b }; /* enhanced GRE, the data of PPTP (RFC 2637, 4.1) */

/* The ports that the checks of packets know. */
enum pl_edge_port {
    PL_EDGE_TELNET = 23,
    PL_EDGE_DNS = 53,
    PL_EDGE_NETBIOS_SESSION = 139,
    PL_EDGE_SNMP = 161,
    PL_EDGE_BGP = 179,
    PL_EDGE_SMB = 445,
    PL_EDGE_TELNET_OTHER = 2323,
    PL_EDGE_ADB = 5555,
    PL_EDGE_TR069 = 7547,
    PL_EDGE_WINBOX = 8291
};

struct pl_packet_facts {
    struct pl_addr from, to;
    bool addressed;    /* from and to are known */
    uint8_t way;       /* enum pl_way */
    uint8_t source;    /* enum pl_source, of from */
    uint8_t protocol;  /* enum pl_ip_protocol; 0: not known */
    uint8_t hop_limit; /* TTL or hop limit; 0: not known */
    bool options_read, source_route;
    bool fragment;
    bool syn, ack;                            /* flags of TCP */
    bool tcp_options_read, tcp_authenticated; /* by MD5 or TCP-AO */
    uint16_t from_port, to_port;              /* 0: not known */
    uint16_t gre_protocol;                    /* of a GRE header; 0: none */
    uint16_t edns_bytes;
    uint8_t own_resolver; /* enum pl_known; wrong: not on the list */
    uint8_t route;        /* enum pl_route */
    uint8_t mud;          /* enum pl_known; wrong: the device's MUD file does not allow the flow */
    uint8_t mud_url; /* enum pl_known; wrong: not https, the signature fails, or past validity */
};

#endif
