/* SPDX-License-Identifier: BSD-2-Clause */
#include "walk.h"
#include "defrag.h"

/* What a header says of the wire is a claim: believe in packets as large as segmentation by a card
 * makes them, and no more. */
enum { MISSING_MAX_BYTES = 1 << 19 };

static enum pl_layer first_layer(uint32_t link_type)
{
    switch (link_type) {
    case PL_LINK_ETHERNET:
        return PL_LAYER_ETHERNET;
    case PL_LINK_NULL:
    case PL_LINK_LOOP:
        return PL_LAYER_NULL;
    case PL_LINK_LINUX_COOKED:
        return PL_LAYER_COOKED;
    case PL_LINK_LINUX_COOKED_2:
        return PL_LAYER_COOKED_2;
    case PL_LINK_PPP:
    case PL_LINK_PPP_HDLC:
        return PL_LAYER_PPP;
    case PL_LINK_PPP_ETHERNET:
        return PL_LAYER_PPPOE;
    case PL_LINK_CISCO_HDLC:
        return PL_LAYER_CISCO_HDLC;
    case PL_LINK_RAW:
    case PL_LINK_RAW_BSD:
    case PL_LINK_RAW_OPENBSD:
    case PL_LINK_IPV4:
    case PL_LINK_IPV6:
        return PL_LAYER_IP;
    default:
        return PL_LAYER_UNKNOWN;
    }
}

static enum pl_layer step(struct pl_walk *w, enum pl_layer layer)
{
    if (layer <= PL_LAYER_MPLS)
        return pl_link_step(w, layer);
    if (layer <= PL_LAYER_PROTOCOL)
        return pl_ip_step(w, layer);
    if (layer <= PL_LAYER_UDP)
        return pl_transport_step(w, layer);
    return pl_tunnel_step(w, layer);
}

static void count_end(struct pl_walk *w, enum pl_layer end)
{
    switch (end) {
    case PL_LAYER_UNKNOWN:
        if (w->packet.depth == 0)
            w->counts->not_ip++;
        else
            w->counts->other_protocol++;
        break;
    case PL_LAYER_BAD:
        w->counts->malformed++;
        break;
    case PL_LAYER_CUT:
        w->counts->cut++;
        break;
    case PL_LAYER_TOO_DEEP:
        w->counts->too_deep++;
        break;
    default:
        break;
    }
}

static void start(struct pl_walk *w, const struct pl_record *record)
{
    struct pl_packet *p = &w->packet;

    p->time_ns = record->time_ns;
    p->frame = record->frame;
    p->flags = 0;
    p->depth = 0;
    w->c = pl_cursor(record->bytes, record->len);
    w->missing = record->wire_len - record->len;
    if (w->missing > MISSING_MAX_BYTES)
        w->missing = MISSING_MAX_BYTES;
    w->v6 = w->has_outer = w->quoted = false;
    w->counts->packets++;
    w->counts->bytes += record->len;
}

bool pl_walk(struct pl_walk *w, const struct pl_record *record)
{
    enum pl_layer layer = first_layer(record->link_type);

    start(w, record);
    if (layer == PL_LAYER_UNKNOWN) {
        w->counts->unknown_link++;
        return false;
    }
    pl_defrag_release(w->defrag);
    for (int n = 0; layer >= PL_LAYER_READ; n++)
        layer = n < PL_LAYERS_MAX ? step(w, layer) : PL_LAYER_TOO_DEEP;
    if (layer != PL_LAYER_FOUND && (!w->has_outer || layer == PL_LAYER_KEPT)) {
        count_end(w, layer);
        return false;
    }
    if (layer != PL_LAYER_FOUND)
        w->packet = w->outer;
    w->counts->quoted += (w->packet.flags & PL_PACKET_QUOTED) != 0;
    w->counts->malformed += (w->packet.flags & PL_PACKET_MALFORMED) != 0;
    return true;
}
