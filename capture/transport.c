/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP (RFC 9293) and UDP (RFC 768) headers. */
#include "walk.h"

enum { TCP_BYTES = 20, UDP_BYTES = 8 };

enum tcp_option { OPTION_END = 0, OPTION_NOP = 1, OPTION_MD5 = 19, OPTION_AO = 29 };

/* Tunnels by IANA's port; the form of what follows has to fit too. */
enum tunnel_port {
    PORT_L2TP = 1701,
    PORT_GTP_USER = 2152,
    PORT_TEREDO = 3544,
    PORT_VXLAN = 4789,
    PORT_GENEVE = 6081
};

static void set_payload(struct pl_walk *w)
{
    struct pl_packet *p = &w->packet;

    p->payload = w->c.at;
    p->len = (uint32_t)pl_left(&w->c);
    p->missing = w->missing;
    if (w->quoted) {
        p->flags |= PL_PACKET_QUOTED;
        p->len = p->missing = 0;
    } else if (p->missing) {
        p->flags |= PL_PACKET_CUT;
    }
}

static void read_options(struct pl_packet *p, struct pl_cursor c)
{
    uint8_t kind, len;

    while (pl_take_u8(&c, &kind) && kind != OPTION_END) {
        if (kind == OPTION_NOP)
            continue;
        if (!pl_take_u8(&c, &len) || len < 2 || !pl_take(&c, len - 2u))
            return;
        if (kind == OPTION_MD5 || kind == OPTION_AO)
            p->flags |= PL_PACKET_TCP_SIGNED;
    }
}

/* The captured part of the options; when the capture ends within them, so does what is missing. */
static bool take_options(struct pl_walk *w, uint32_t len, struct pl_cursor *options)
{
    size_t left = pl_left(&w->c);

    if (pl_child(&w->c, len, options))
        return true;
    if (!w->quoted && len - left > w->missing)
        return false;
    if (!w->quoted)
        w->missing -= (uint32_t)(len - left);
    return pl_child(&w->c, left, options);
}

static enum pl_layer read_tcp(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, TCP_BYTES);
    struct pl_packet *p = &w->packet;
    struct pl_cursor options;
    uint32_t len;

    if (!h)
        return pl_walk_short(w);
    len = (uint32_t)(h[12] >> 4) * 4;
    if (len < TCP_BYTES || !take_options(w, len - TCP_BYTES, &options))
        return PL_LAYER_BAD;
    p->transport = PL_TRANSPORT_TCP;
    p->sport = pl_be16(h);
    p->dport = pl_be16(h + 2);
    p->seq = pl_be32(h + 4);
    p->ack = pl_be32(h + 8);
    p->tcp_flags = h[13];
    if (p->tcp_flags & PL_TCP_SYN)
        read_options(p, options);
    set_payload(w);
    return PL_LAYER_FOUND;
}

static enum pl_layer tunnel_of_port(uint16_t port)
{
    switch (port) {
    case PORT_L2TP:
        return PL_LAYER_L2TP;
    case PORT_GTP_USER:
        return PL_LAYER_GTP;
    case PORT_TEREDO:
        return PL_LAYER_TEREDO;
    case PORT_VXLAN:
        return PL_LAYER_VXLAN;
    case PORT_GENEVE:
        return PL_LAYER_GENEVE;
    default:
        return PL_LAYER_FOUND;
    }
}

static enum pl_layer tunnel_of(const struct pl_packet *p)
{
    enum pl_layer layer = tunnel_of_port(p->dport);

    return layer != PL_LAYER_FOUND ? layer : tunnel_of_port(p->sport);
}

static enum pl_layer read_udp(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, UDP_BYTES);
    struct pl_packet *p = &w->packet;
    enum pl_layer next;
    uint16_t len;

    if (!h)
        return pl_walk_short(w);
    len = pl_be16(h + 4);
    /* 0: a jumbogram (RFC 2675, 4), or the card was to fill it in */
    if (len != 0 && len < UDP_BYTES)
        return PL_LAYER_BAD;
    if (len != 0 && !pl_walk_limit(w, len - UDP_BYTES) && !w->quoted)
        p->flags |= PL_PACKET_MALFORMED;
    p->transport = PL_TRANSPORT_UDP;
    p->sport = pl_be16(h);
    p->dport = pl_be16(h + 2);
    p->tcp_flags = 0;
    set_payload(w);
    next = w->quoted ? PL_LAYER_FOUND : tunnel_of(p);
    if (next != PL_LAYER_FOUND) {
        w->outer = *p;
        w->has_outer = true;
    }
    return next;
}

enum pl_layer pl_transport_step(struct pl_walk *w, enum pl_layer layer)
{
    return layer == PL_LAYER_TCP ? read_tcp(w) : read_udp(w);
}
