/* SPDX-License-Identifier: BSD-2-Clause */
/* Headers below IP. */
#include "walk.h"

enum ethertype {
    TYPE_IPV4 = 0x0800,
    TYPE_IPV6 = 0x86dd,
    TYPE_VLAN = 0x8100,
    TYPE_VLAN_SERVICE = 0x88a8, /* 802.1ad */
    TYPE_VLAN_OLD_1 = 0x9100,   /* before 802.1ad */
    TYPE_VLAN_OLD_2 = 0x9200,
    TYPE_PPPOE_SESSION = 0x8864,
    TYPE_MPLS = 0x8847,
    TYPE_MPLS_UPSTREAM = 0x8848,
    TYPE_ETHERNET = 0x6558, /* of GRE and GENEVE: transparent Ethernet bridging */
    LENGTH_MAX = 1500       /* below, it is the length of an 802.3 frame */
};

enum ppp_protocol { PPP_IPV4 = 0x21, PPP_IPV6 = 0x57, PPP_MPLS = 0x281, PPP_MPLS_UPSTREAM = 0x283 };

enum { ETHERNET_BYTES = 14, COOKED_BYTES = 16, COOKED_2_BYTES = 20, PPPOE_BYTES = 6 };

/* Labels of a stack; RFC 3032 has no limit. */
enum { MPLS_LABELS_MAX = 16 };

/* The protocol field of a cooked header, where it is no EtherType (linux/if_ether.h). */
enum { COOKED_LLC = 4 };

enum pl_layer pl_layer_of_type(uint16_t type)
{
    switch (type) {
    case TYPE_IPV4:
        return PL_LAYER_IPV4;
    case TYPE_IPV6:
        return PL_LAYER_IPV6;
    case TYPE_VLAN:
    case TYPE_VLAN_SERVICE:
    case TYPE_VLAN_OLD_1:
    case TYPE_VLAN_OLD_2:
        return PL_LAYER_VLAN;
    case TYPE_PPPOE_SESSION:
        return PL_LAYER_PPPOE;
    case TYPE_MPLS:
    case TYPE_MPLS_UPSTREAM:
        return PL_LAYER_MPLS;
    case TYPE_ETHERNET:
        return PL_LAYER_ETHERNET;
    default:
        return PL_LAYER_UNKNOWN;
    }
}

/* An EtherType, or the length of what follows an 802.3 header. */
static enum pl_layer type_or_length(struct pl_walk *w, uint16_t type)
{
    if (type > LENGTH_MAX)
        return pl_layer_of_type(type);
    return pl_walk_limit(w, type) ? PL_LAYER_LLC : PL_LAYER_BAD;
}

static enum pl_layer read_ethernet(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, ETHERNET_BYTES);

    return h ? type_or_length(w, pl_be16(h + 12)) : pl_walk_short(w);
}

static enum pl_layer read_vlan(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 4);

    return h ? type_or_length(w, pl_be16(h + 2)) : pl_walk_short(w);
}

/* IEEE 802.2; with SNAP (RFC 1042) it holds an EtherType. */
static enum pl_layer read_llc(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 3);

    if (!h)
        return pl_walk_short(w);
    if (pl_be24(h) == 0x060603)
        return PL_LAYER_IPV4;
    if (pl_be24(h) != 0xaaaa03)
        return PL_LAYER_UNKNOWN;
    h = pl_take(&w->c, 5);
    if (!h)
        return pl_walk_short(w);
    return pl_be24(h) == 0 || pl_be24(h) == 0xf8 ? pl_layer_of_type(pl_be16(h + 3))
                                                 : PL_LAYER_UNKNOWN;
}

static enum pl_layer read_cooked(struct pl_walk *w, uint32_t bytes, uint32_t type_at)
{
    const uint8_t *h = pl_take(&w->c, bytes);

    if (!h)
        return pl_walk_short(w);
    return pl_be16(h + type_at) == COOKED_LLC ? PL_LAYER_LLC
                                              : pl_layer_of_type(pl_be16(h + type_at));
}

/* The address family of the host that wrote the file, in its byte order: 2 is IPv4 everywhere, IPv6
 * has a number on each system. */
static enum pl_layer read_null(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 4);
    uint32_t family;

    if (!h)
        return pl_walk_short(w);
    family = pl_be32(h);
    if (family > 0xffff)
        family = __builtin_bswap32(family);
    switch (family) {
    case 2:
        return PL_LAYER_IPV4;
    case 10: /* Linux */
    case 23: /* Windows */
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* macOS */
        return PL_LAYER_IPV6;
    default:
        return PL_LAYER_UNKNOWN;
    }
}

static enum pl_layer read_cisco_hdlc(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 4);

    return h ? pl_layer_of_type(pl_be16(h + 2)) : pl_walk_short(w);
}

/* RFC 2516, 4: a session's data has code 0. */
static enum pl_layer read_pppoe(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, PPPOE_BYTES);

    if (!h)
        return pl_walk_short(w);
    if (h[0] != 0x11 || h[1] != 0)
        return PL_LAYER_UNKNOWN;
    return pl_walk_limit(w, pl_be16(h + 4)) ? PL_LAYER_PPP : PL_LAYER_BAD;
}

/* RFC 1662, 3.1: address and control may be there or not, and (RFC 1661, 6.5) the protocol may be
 * one byte, then an odd one. */
static enum pl_layer read_ppp(struct pl_walk *w)
{
    const uint8_t *h;
    uint16_t protocol;

    if (pl_left(&w->c) >= 2 && pl_be16(w->c.at) == 0xff03)
        w->c.at += 2;
    h = pl_take(&w->c, 1);
    if (!h)
        return pl_walk_short(w);
    protocol = h[0];
    if ((h[0] & 1) == 0) {
        h = pl_take(&w->c, 1);
        if (!h)
            return pl_walk_short(w);
        protocol = (uint16_t)(protocol << 8 | h[0]);
    }
    switch (protocol) {
    case PPP_IPV4:
        return PL_LAYER_IPV4;
    case PPP_IPV6:
        return PL_LAYER_IPV6;
    case PPP_MPLS:
    case PPP_MPLS_UPSTREAM:
        return PL_LAYER_MPLS;
    default:
        return PL_LAYER_UNKNOWN;
    }
}

/* RFC 3032.  The labels do not say what they carry: IP by its first four bits; 0 there is the
 * control word (RFC 4385, 3) of what is nearly always Ethernet (RFC 4448). */
static enum pl_layer read_mpls(struct pl_walk *w)
{
    const uint8_t *h;
    int n = 0;

    do {
        h = pl_take(&w->c, 4);
        if (!h)
            return pl_walk_short(w);
        if (++n > MPLS_LABELS_MAX)
            return PL_LAYER_TOO_DEEP;
    } while ((h[2] & 1) == 0);
    if (pl_done(&w->c))
        return pl_walk_short(w);
    if (w->c.at[0] >> 4 == 4 || w->c.at[0] >> 4 == 6)
        return PL_LAYER_IP;
    if (w->c.at[0] >> 4 == 1) /* an associated channel (RFC 5586), not data */
        return PL_LAYER_UNKNOWN;
    if (w->c.at[0] >> 4 == 0 && !pl_take(&w->c, 4))
        return pl_walk_short(w);
    return PL_LAYER_ETHERNET;
}

enum pl_layer pl_link_step(struct pl_walk *w, enum pl_layer layer)
{
    switch (layer) {
    case PL_LAYER_ETHERNET:
        return read_ethernet(w);
    case PL_LAYER_LLC:
        return read_llc(w);
    case PL_LAYER_COOKED:
        return read_cooked(w, COOKED_BYTES, 14);
    case PL_LAYER_COOKED_2:
        return read_cooked(w, COOKED_2_BYTES, 0);
    case PL_LAYER_NULL:
        return read_null(w);
    case PL_LAYER_CISCO_HDLC:
        return read_cisco_hdlc(w);
    case PL_LAYER_VLAN:
        return read_vlan(w);
    case PL_LAYER_PPPOE:
        return read_pppoe(w);
    case PL_LAYER_PPP:
        return read_ppp(w);
    case PL_LAYER_MPLS:
        return read_mpls(w);
    default:
        return PL_LAYER_UNKNOWN;
    }
}
