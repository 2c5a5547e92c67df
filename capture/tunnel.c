/* SPDX-License-Identifier: BSD-2-Clause */
/* What carries whole packets in IP, or in UDP. */
#include "walk.h"

/* RFC 2784, 2.1 and RFC 2890, 2; bit 0x4000 is routing, of RFC 1701 alone. */
enum gre_flag {
    GRE_CHECKSUM = 0x8000,
    GRE_ROUTING = 0x4000,
    GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000,
    GRE_ACK = 0x0080, /* version 1 */
    GRE_VERSION = 0x0007
};

/* Protocols of GRE that are no EtherType of a packet. */
enum gre_protocol { GRE_PPP = 0x880b, GRE_ERSPAN = 0x88be, GRE_ERSPAN_3 = 0x22eb };

enum { ERSPAN_2_BYTES = 8, ERSPAN_3_BYTES = 12, ERSPAN_3_PLATFORM_BYTES = 8 };

/* RFC 2637, 4.1: the key is the length of the payload and the call. */
static enum pl_layer read_pptp(struct pl_walk *w, uint16_t flags)
{
    const uint8_t *h = pl_take(&w->c, 4);
    uint32_t more = (flags & GRE_SEQUENCE ? 4 : 0) + (flags & GRE_ACK ? 4 : 0);

    if (w->note && !w->quoted)
        w->note(w->user, PL_NOTE_PPTP, &w->packet);
    if (!h || !pl_take(&w->c, more))
        return pl_walk_short(w);
    if (!pl_walk_limit(w, pl_be16(h)))
        return PL_LAYER_BAD;
    return flags & GRE_SEQUENCE ? PL_LAYER_PPP : PL_LAYER_UNKNOWN; /* an acknowledgement alone */
}

/* draft-foschiano-erspan: type II has a sequence number in GRE, type I has no header. */
static enum pl_layer read_erspan(struct pl_walk *w, uint16_t flags)
{
    if ((flags & GRE_SEQUENCE) && !pl_take(&w->c, ERSPAN_2_BYTES))
        return pl_walk_short(w);
    return PL_LAYER_ETHERNET;
}

static enum pl_layer read_erspan_3(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, ERSPAN_3_BYTES);

    if (!h)
        return pl_walk_short(w);
    /* the last bit: a platform's own header follows */
    if ((h[11] & 1) && !pl_take(&w->c, ERSPAN_3_PLATFORM_BYTES))
        return pl_walk_short(w);
    return (h[10] >> 2 & 0x1f) == 2 ? PL_LAYER_IP : PL_LAYER_ETHERNET; /* the frame's type */
}

static enum pl_layer read_gre(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 4);
    uint16_t flags, protocol;
    uint32_t more;

    if (!h)
        return pl_walk_short(w);
    flags = pl_be16(h);
    protocol = pl_be16(h + 2);
    if ((flags & GRE_VERSION) == 1 && protocol == GRE_PPP)
        return read_pptp(w, flags);
    if ((flags & GRE_VERSION) != 0 || (flags & GRE_ROUTING))
        return PL_LAYER_UNKNOWN;
    more =
        (flags & GRE_CHECKSUM ? 4 : 0) + (flags & GRE_KEY ? 4 : 0) + (flags & GRE_SEQUENCE ? 4 : 0);
    if (!pl_take(&w->c, more))
        return pl_walk_short(w);
    if (protocol == GRE_ERSPAN)
        return read_erspan(w, flags);
    if (protocol == GRE_ERSPAN_3)
        return read_erspan_3(w);
    return protocol == GRE_PPP ? PL_LAYER_PPP : pl_layer_of_type(protocol);
}

/* RFC 7348, 5: the bit I is set. */
static enum pl_layer read_vxlan(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 8);

    return h && (h[0] & 0x08) ? PL_LAYER_ETHERNET : PL_LAYER_UNKNOWN;
}

/* RFC 8926, 3.4. */
static enum pl_layer read_geneve(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 8);

    if (!h || h[0] >> 6 != 0 || !pl_take(&w->c, (h[0] & 0x3fu) * 4))
        return PL_LAYER_UNKNOWN;
    return pl_layer_of_type(pl_be16(h + 2));
}

/* 3GPP TS 29.281, 5.1 and 5.2: version 1, a G-PDU; each extension header ends with the next one's
 * type. */
static enum pl_layer read_gtp(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 8), *options;
    uint8_t next = 0;

    if (!h || h[0] >> 5 != 1 || (h[0] & 0x10) == 0 || h[1] != 0xff ||
        !pl_walk_limit(w, pl_be16(h + 2)))
        return PL_LAYER_UNKNOWN;
    if (h[0] & 0x07) {
        options = pl_take(&w->c, 4);
        if (!options)
            return PL_LAYER_UNKNOWN;
        next = h[0] & 0x04 ? options[3] : 0;
    }
    for (int n = 0; next != 0; n++) {
        const uint8_t *e = w->c.at;

        if (n == PL_DEPTH_MAX || pl_done(&w->c) || e[0] == 0 || !pl_take(&w->c, e[0] * 4u))
            return PL_LAYER_UNKNOWN;
        next = e[e[0] * 4 - 1];
    }
    return PL_LAYER_IP;
}

/* RFC 4380, 5.1.1: authentication and origin may stand before the IPv6 packet. */
static enum pl_layer read_teredo(struct pl_walk *w)
{
    const uint8_t *h = w->c.at;

    if (pl_left(&w->c) >= 4 && pl_be16(h) == 1 && !pl_take(&w->c, 13u + h[2] + h[3]))
        return PL_LAYER_UNKNOWN;
    h = w->c.at;
    if (pl_left(&w->c) >= 8 && pl_be16(h) == 0)
        w->c.at += 8;
    return !pl_done(&w->c) && w->c.at[0] >> 4 == 6 ? PL_LAYER_IPV6 : PL_LAYER_UNKNOWN;
}

/* RFC 2661, 3.1: bit T is a control message; L, S and O say which fields are there. */
static enum pl_layer read_l2tp(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, 2);
    uint16_t flags;

    if (!h)
        return PL_LAYER_UNKNOWN;
    flags = pl_be16(h);
    if ((flags & 0x8000) || (flags & 0x000f) != 2)
        return PL_LAYER_UNKNOWN;
    if (!pl_take(&w->c, (flags & 0x4000 ? 2u : 0) + 4 + (flags & 0x0800 ? 4u : 0)))
        return PL_LAYER_UNKNOWN;
    if (flags & 0x0200) {
        h = pl_take(&w->c, 2);
        if (!h || !pl_take(&w->c, pl_be16(h)))
            return PL_LAYER_UNKNOWN;
    }
    return PL_LAYER_PPP;
}

enum pl_layer pl_tunnel_step(struct pl_walk *w, enum pl_layer layer)
{
    switch (layer) {
    case PL_LAYER_GRE:
        return read_gre(w);
    case PL_LAYER_VXLAN:
        return read_vxlan(w);
    case PL_LAYER_GENEVE:
        return read_geneve(w);
    case PL_LAYER_GTP:
        return read_gtp(w);
    case PL_LAYER_TEREDO:
        return read_teredo(w);
    case PL_LAYER_L2TP:
        return read_l2tp(w);
    default:
        return PL_LAYER_UNKNOWN;
    }
}
