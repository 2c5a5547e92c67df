/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 (RFC 791), IPv6 (RFC 8200) with its extension headers, and what ICMP errors quote. */
#include "walk.h"
#include "defrag.h"

enum { IPV4_BYTES = 20, IPV6_BYTES = 40, FRAGMENT_BYTES = 8, ICMP_BYTES = 8 };

/* IANA's protocol numbers. */
enum protocol {
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_ICMP = 1,
    PROTOCOL_IPV4 = 4,
    PROTOCOL_TCP = PL_TRANSPORT_TCP,
    PROTOCOL_UDP = PL_TRANSPORT_UDP,
    PROTOCOL_IPV6 = 41,
    PROTOCOL_ROUTING = 43,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_GRE = 47,
    PROTOCOL_AH = 51,
    PROTOCOL_ICMPV6 = 58,
    PROTOCOL_DESTINATION = 60,
    PROTOCOL_ETHERIP = 97,
    PROTOCOL_MOBILITY = 135,
    PROTOCOL_MPLS = 137,
    PROTOCOL_HIP = 139,
    PROTOCOL_SHIM6 = 140
};

enum ip_option { OPTION_END = 0, OPTION_NOP = 1, OPTION_LSRR = 131, OPTION_SSRR = 137 };

enum { MORE_FRAGMENTS = 0x2000, OFFSET_MASK = 0x1fff };

static void note(const struct pl_walk *w, enum pl_note what)
{
    if (w->note && !w->quoted)
        w->note(w->user, what, &w->packet);
}

static void read_ipv4_options(struct pl_walk *w, struct pl_cursor c)
{
    uint8_t kind, len;

    while (pl_take_u8(&c, &kind) && kind != OPTION_END) {
        if (kind == OPTION_NOP)
            continue;
        if (!pl_take_u8(&c, &len) || len < 2 || !pl_take(&c, len - 2u))
            return;
        if (kind == OPTION_LSRR || kind == OPTION_SSRR)
            note(w, PL_NOTE_SOURCE_ROUTE);
    }
}

/* What the header says it holds; beyond the packet's end it is not believed. */
static void limit(struct pl_walk *w, uint32_t len)
{
    if (!pl_walk_limit(w, len) && !w->quoted)
        w->packet.flags |= PL_PACKET_MALFORMED;
}

/* A first fragment of UDP tells the ports although the datagram may never be whole. */
static void note_fragment(struct pl_walk *w, const struct pl_fragment *f)
{
    if (f->offset != 0 || f->protocol != PROTOCOL_UDP || pl_left(&f->bytes) < 4)
        return;
    w->packet.transport = PL_TRANSPORT_UDP;
    w->packet.sport = pl_be16(f->bytes.at);
    w->packet.dport = pl_be16(f->bytes.at + 2);
    note(w, PL_NOTE_UDP_FRAGMENT);
}

static enum pl_layer add_fragment(struct pl_walk *w, struct pl_fragment *f)
{
    struct pl_cursor whole;

    if (w->quoted)
        return f->offset == 0 ? PL_LAYER_PROTOCOL : PL_LAYER_UNKNOWN;
    f->key.src = w->packet.src;
    f->key.dst = w->packet.dst;
    f->key.v6 = w->v6;
    f->time_ns = w->packet.time_ns;
    f->bytes = w->c;
    w->counts->fragments++;
    note_fragment(w, f);
    if (w->missing)
        return PL_LAYER_CUT;
    if (w->packet.flags & PL_PACKET_MALFORMED)
        return PL_LAYER_BAD;
    switch (pl_defrag_add(w->defrag, f, w->counts, &whole, &w->protocol)) {
    case PL_DEFRAG_WHOLE:
        w->c = whole;
        w->packet.flags |= PL_PACKET_FRAGMENTED;
        w->counts->reassembled++;
        return PL_LAYER_PROTOCOL;
    case PL_DEFRAG_MALFORMED:
        return PL_LAYER_BAD;
    default:
        return PL_LAYER_KEPT;
    }
}

static enum pl_layer begin_ip(struct pl_walk *w, bool v6)
{
    struct pl_packet *p = &w->packet;

    if (p->depth == PL_DEPTH_MAX)
        return PL_LAYER_TOO_DEEP;
    p->depth++;
    p->flags &= PL_PACKET_MALFORMED;
    w->v6 = v6;
    return PL_LAYER_PROTOCOL;
}

static enum pl_layer read_ipv4(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, IPV4_BYTES);
    struct pl_fragment f = {0};
    struct pl_cursor options;
    uint32_t header, total;

    if (!h)
        return pl_walk_short(w);
    header = (h[0] & 0x0fu) * 4;
    total = pl_be16(h + 2);
    if (h[0] >> 4 != 4 || header < IPV4_BYTES || (total != 0 && total < header))
        return PL_LAYER_BAD;
    if (!pl_child(&w->c, header - IPV4_BYTES, &options))
        return pl_walk_short(w);
    if (begin_ip(w, false) != PL_LAYER_PROTOCOL)
        return PL_LAYER_TOO_DEEP;
    w->packet.src = pl_addr_v4(pl_be32(h + 12));
    w->packet.dst = pl_addr_v4(pl_be32(h + 16));
    w->packet.ttl = h[8];
    w->protocol = h[9];
    if (header > IPV4_BYTES)
        read_ipv4_options(w, options);
    if (total != 0) /* 0: the card was to cut it into segments */
        limit(w, total - header);
    if ((pl_be16(h + 6) & (MORE_FRAGMENTS | OFFSET_MASK)) == 0)
        return PL_LAYER_PROTOCOL;
    f.key.id = pl_be16(h + 4);
    f.key.protocol = f.protocol = h[9];
    f.offset = (pl_be16(h + 6) & OFFSET_MASK) * 8u;
    f.more = pl_be16(h + 6) & MORE_FRAGMENTS;
    return add_fragment(w, &f);
}

static enum pl_layer read_ipv6(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, IPV6_BYTES);

    if (!h)
        return pl_walk_short(w);
    if (h[0] >> 4 != 6)
        return PL_LAYER_BAD;
    if (begin_ip(w, true) != PL_LAYER_PROTOCOL)
        return PL_LAYER_TOO_DEEP;
    w->packet.src = pl_addr_v6(h + 8);
    w->packet.dst = pl_addr_v6(h + 24);
    w->packet.ttl = h[7];
    w->protocol = h[6];
    if (pl_be16(h + 4) != 0) /* 0: a jumbogram, or the card was to cut it into segments */
        limit(w, pl_be16(h + 4));
    return PL_LAYER_PROTOCOL;
}

static enum pl_layer read_fragment(struct pl_walk *w)
{
    const uint8_t *h = pl_take(&w->c, FRAGMENT_BYTES);
    struct pl_fragment f = {0};

    if (!h)
        return pl_walk_short(w);
    w->protocol = f.protocol = h[0];
    f.key.id = pl_be32(h + 4);
    f.offset = pl_be16(h + 2) & 0xfff8u;
    f.more = h[3] & 1;
    if (f.offset == 0 && !f.more) /* RFC 6946: nothing to wait for */
        return PL_LAYER_PROTOCOL;
    return add_fragment(w, &f);
}

/* RFC 8200, 4: next header, and the length in 8 bytes without the first 8; AH (RFC 4302, 2.2): in 4
 * bytes without the first 8. */
static enum pl_layer read_extension(struct pl_walk *w)
{
    const uint8_t *h = w->c.at;
    uint32_t len;

    if (pl_left(&w->c) < 4)
        return pl_walk_short(w);
    len = w->protocol == PROTOCOL_AH ? (h[1] + 2u) * 4 : (h[1] + 1u) * 8;
    if (w->protocol == PROTOCOL_ROUTING && h[2] == 0)
        note(w, PL_NOTE_SOURCE_ROUTE);
    if (!pl_take(&w->c, len))
        return pl_walk_short(w);
    w->protocol = h[0];
    return PL_LAYER_PROTOCOL;
}

/* An error quotes the packet that caused it: RFC 792 and RFC 4443, 3, all with 8 bytes before. */
static enum pl_layer read_icmp(struct pl_walk *w, bool v6)
{
    const uint8_t *h = pl_take(&w->c, ICMP_BYTES);
    bool error;

    if (!h)
        return pl_walk_short(w);
    if (v6)
        error = h[0] >= 1 && h[0] <= 4;
    else
        error = h[0] == 3 || h[0] == 4 || h[0] == 5 || h[0] == 11 || h[0] == 12;
    if (!error || w->quoted)
        return PL_LAYER_UNKNOWN;
    w->quoted = true;
    return v6 ? PL_LAYER_IPV6 : PL_LAYER_IPV4;
}

static enum pl_layer read_etherip(struct pl_walk *w)
{
    return pl_take(&w->c, 2) ? PL_LAYER_ETHERNET : pl_walk_short(w);
}

/* Those that only IPv6 has. */
static enum pl_layer read_protocol_v6(struct pl_walk *w)
{
    switch (w->protocol) {
    case PROTOCOL_HOP_BY_HOP:
    case PROTOCOL_ROUTING:
    case PROTOCOL_DESTINATION:
    case PROTOCOL_MOBILITY:
    case PROTOCOL_HIP:
    case PROTOCOL_SHIM6:
        return read_extension(w);
    case PROTOCOL_FRAGMENT:
        return read_fragment(w);
    case PROTOCOL_ICMPV6:
        return read_icmp(w, true);
    default:
        return PL_LAYER_UNKNOWN;
    }
}

static enum pl_layer read_protocol(struct pl_walk *w)
{
    switch (w->protocol) {
    case PROTOCOL_TCP:
        return PL_LAYER_TCP;
    case PROTOCOL_UDP:
        return PL_LAYER_UDP;
    case PROTOCOL_IPV4:
        return PL_LAYER_IPV4;
    case PROTOCOL_IPV6:
        return PL_LAYER_IPV6;
    case PROTOCOL_GRE:
        return PL_LAYER_GRE;
    case PROTOCOL_AH:
        return read_extension(w);
    case PROTOCOL_ETHERIP:
        return read_etherip(w);
    case PROTOCOL_MPLS:
        return PL_LAYER_MPLS;
    case PROTOCOL_ICMP:
        return w->v6 ? PL_LAYER_UNKNOWN : read_icmp(w, false);
    default:
        return w->v6 ? read_protocol_v6(w) : PL_LAYER_UNKNOWN;
    }
}

static enum pl_layer read_version(const struct pl_walk *w)
{
    if (pl_done(&w->c))
        return pl_walk_short(w);
    switch (w->c.at[0] >> 4) {
    case 4:
        return PL_LAYER_IPV4;
    case 6:
        return PL_LAYER_IPV6;
    default:
        return PL_LAYER_UNKNOWN;
    }
}

enum pl_layer pl_ip_step(struct pl_walk *w, enum pl_layer layer)
{
    switch (layer) {
    case PL_LAYER_IP:
        return read_version(w);
    case PL_LAYER_IPV4:
        return read_ipv4(w);
    case PL_LAYER_IPV6:
        return read_ipv6(w);
    default:
        return read_protocol(w);
    }
}
