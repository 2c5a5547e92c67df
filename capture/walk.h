/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a packet of a capture through all headers to the innermost TCP segment or UDP datagram.
 *
 *   struct pl_walk walk = {.defrag = defrag, .counts = &counts, .note = note, .user = user};
 *   if (pl_walk(&walk, &record))
 *       ... walk.packet ...
 *
 * Link layers: see enum pl_link_type.  In them and in one another: VLAN tags (802.1Q, 802.1ad and
 * the older numbers), LLC/SNAP, PPPoE, PPP, MPLS, IPv4, IPv6 with its extension headers, AH, IP in
 * IP (4in4, 4in6, 6in4, 6in6), EtherIP, GRE with ERSPAN I to III and PPTP's, and over UDP, by port
 * and form: VXLAN, GENEVE, GTP-U, Teredo, L2TP.  Fragments of IP are put together on each level. An
 * ICMP error is walked into for the header that it quotes, whose packet has no payload.
 *
 * Where a tunnel over UDP carries nothing that ends in TCP or UDP, its own datagram is the answer.
 * No checksum is verified: of what was captured on the host that sent it, none is right.
 *
 * Lengths are believed only within the bytes that are there.  The walk is a loop with an end: at
 * most PL_LAYERS_MAX headers and PL_DEPTH_MAX IP headers in one another.
 */
#ifndef PL_CAPTURE_WALK_H
#define PL_CAPTURE_WALK_H

#include "file.h"
#include "packet.h"

#include "common/cursor.h"

enum { PL_LAYERS_MAX = 48, PL_DEPTH_MAX = 8 };

/* What comes next: a header to read, or why the walk ends. */
enum pl_layer {
    PL_LAYER_FOUND,    /* walk->packet is complete */
    PL_LAYER_UNKNOWN,  /* nothing that is read here */
    PL_LAYER_BAD,      /* a header or length that cannot be */
    PL_LAYER_CUT,      /* the capture ends within a header */
    PL_LAYER_TOO_DEEP, /* more IP headers than are followed */
    PL_LAYER_KEPT,     /* a fragment: others are needed */
    PL_LAYER_READ,     /* from here on they are read */
    PL_LAYER_ETHERNET = PL_LAYER_READ,
    PL_LAYER_LLC,
    PL_LAYER_COOKED,
    PL_LAYER_COOKED_2,
    PL_LAYER_NULL,
    PL_LAYER_CISCO_HDLC,
    PL_LAYER_VLAN,
    PL_LAYER_PPPOE,
    PL_LAYER_PPP,
    PL_LAYER_MPLS,
    PL_LAYER_IP, /* whichever version its first four bits say */
    PL_LAYER_IPV4,
    PL_LAYER_IPV6,
    PL_LAYER_PROTOCOL, /* walk->protocol says which */
    PL_LAYER_TCP,
    PL_LAYER_UDP,
    PL_LAYER_GRE,
    PL_LAYER_VXLAN,
    PL_LAYER_GENEVE,
    PL_LAYER_GTP,
    PL_LAYER_TEREDO,
    PL_LAYER_L2TP
};

struct pl_walk {
    struct pl_defrag *defrag;
    struct pl_capture_counts *counts;
    void (*note)(void *user, enum pl_note note, const struct pl_packet *packet); /* or NULL */
    void *user;

    struct pl_packet packet; /* the answer */

    struct pl_packet outer; /* the datagram of the tunnel that is being walked into */
    struct pl_cursor c;     /* what was captured of the layer */
    uint32_t missing;       /* bytes of the layer that follow on the wire */
    uint8_t protocol;       /* IANA's number of what comes next in IP */
    bool v6, has_outer, quoted;
};

/* Whether it is a TCP segment or UDP datagram: then it is in walk->packet.  Counts what it is not.
 */
bool pl_walk(struct pl_walk *w, const struct pl_record *record);

/* --- the steps, a file each; for walk.c */

enum pl_layer pl_link_step(struct pl_walk *w, enum pl_layer layer);
enum pl_layer pl_ip_step(struct pl_walk *w, enum pl_layer layer);
enum pl_layer pl_transport_step(struct pl_walk *w, enum pl_layer layer);
enum pl_layer pl_tunnel_step(struct pl_walk *w, enum pl_layer layer);

/* An EtherType (IEEE 802; GRE, GENEVE and others use the same numbers). */
enum pl_layer pl_layer_of_type(uint16_t type);

/* Why a header is not there.  A quotation may end anywhere. */
PL_INLINE enum pl_layer pl_walk_short(const struct pl_walk *w)
{
    if (w->quoted)
        return PL_LAYER_UNKNOWN;
    return w->missing ? PL_LAYER_CUT : PL_LAYER_BAD;
}

/* The layer is n bytes long from here: leave out what follows.  False when it cannot be so long;
 * then it stays as it is. */
PL_INLINE bool pl_walk_limit(struct pl_walk *w, uint32_t n)
{
    size_t left = pl_left(&w->c);

    if (n <= left) {
        w->c.end = w->c.at + n;
        w->missing = 0;
        return true;
    }
    if (n - left > w->missing)
        return false;
    w->missing = (uint32_t)(n - left);
    return true;
}

#endif
