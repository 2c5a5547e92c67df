/* SPDX-License-Identifier: BSD-2-Clause */
/* Each flow from its first packet to its row. */
#include "follow.h"

#include "common/check/packet.h"
#include "tcp.h"
#include "udp.h"

#include <stdlib.h>
#include <string.h>

/* Which way a packet goes, by what the policy calls its own networks. */
static enum pl_way way_of(const struct ruling *r, struct pl_addr from, struct pl_addr to)
{
    bool out, in;

    if (!r->ready || r->head.own_nodes == 0)
        return PL_WAY_UNKNOWN;
    out = pl_source_find(&r->lines, &r->head, from) == PL_SOURCE_OWN;
    in = pl_source_find(&r->lines, &r->head, to) == PL_SOURCE_OWN;
    if (out)
        return in ? PL_WAY_INSIDE : PL_WAY_OUT;
    return in ? PL_WAY_IN : PL_WAY_UNKNOWN;
}

void follow_packet(struct inspect *in, const struct pl_packet *p, struct pl_packet_facts *facts)
{
    memset(facts, 0, sizeof(*facts));
    facts->from = p->src;
    facts->to = p->dst;
    facts->addressed = true;
    facts->way = (uint8_t)way_of(&in->ruling, p->src, p->dst);
    facts->protocol = p->transport;
    facts->hop_limit = p->ttl;
    facts->options_read = !(p->flags & (PL_PACKET_CUT | PL_PACKET_QUOTED));
    facts->source_route = in->routed_frame == p->frame;
    facts->syn = p->tcp_flags & PL_TCP_SYN;
    facts->ack = p->tcp_flags & PL_TCP_ACK;
    facts->tcp_options_read = facts->syn && !(p->flags & (PL_PACKET_CUT | PL_PACKET_QUOTED));
    facts->tcp_authenticated = p->flags & PL_PACKET_TCP_SIGNED;
    facts->fragment = p->flags & PL_PACKET_FRAGMENTED;
    facts->from_port = p->sport;
    facts->to_port = p->dport;
}

void follow_flow(struct inspect *in, const struct pl_flow *flow, struct pl_packet_facts *facts)
{
    memset(facts, 0, sizeof(*facts));
    facts->from = pl_flow_addr(flow, PL_CLIENT);
    facts->to = pl_flow_addr(flow, PL_SERVER);
    facts->addressed = true;
    facts->way = (uint8_t)way_of(&in->ruling, facts->from, facts->to);
}

static void on_open(void *user, struct pl_flow *flow, const struct pl_packet *first)
{
    struct inspect *in = user;
    struct flow *f = calloc(1, sizeof(*f));
    struct pl_packet_facts facts;

    flow->user = f;
    if (!f) {
        in->counts.limits++;
        return;
    }
    f->in = in;
    follow_packet(in, first, &facts);
    pl_check_packet(&facts, &f->findings);
}

static enum pl_flow_answer on_bytes(void *user, struct pl_flow *flow, const struct pl_segment *s)
{
    struct flow *f = flow->user;

    (void)user;
    return !f || f->over ? PL_FLOW_ALL_DONE : tcp_bytes(f, flow, s);
}

static enum pl_flow_answer on_datagram(void *user, struct pl_flow *flow, enum pl_side side,
                                       const struct pl_packet *packet)
{
    struct flow *f = flow->user;

    (void)user;
    return !f || f->over ? PL_FLOW_ALL_DONE : udp_datagram(f, flow, side, packet);
}

static void fill(struct row *row, struct flow *f, const struct pl_flow *flow)
{
    const struct ruling_parties who = {.client = pl_flow_addr(flow, PL_CLIENT),
                                       .server = pl_flow_addr(flow, PL_SERVER),
                                       .name = f->name,
                                       .name_len = f->name_len,
                                       .time_s = flow->first_ns / 1000000000};

    row->capture = f->in->capture;
    row->client = who.client;
    row->server = who.server;
    row->client_port = pl_flow_port(flow, PL_CLIENT);
    row->server_port = pl_flow_port(flow, PL_SERVER);
    row->protocol = flow->transport;
    row->first_ns = flow->first_ns;
    row->first_frame = flow->first_frame;
    row->packets = flow->packets[0] + flow->packets[1];
    row->gaps = flow->end[0].gaps + flow->end[1].gaps;
    row->sheet = f->sheet;
    ruling_judge(&f->in->ruling, &who, &f->findings, &row->verdict);
    row->findings = f->findings;
}

static void on_close(void *user, struct pl_flow *flow, enum pl_flow_close why)
{
    struct inspect *in = user;
    struct flow *f = flow->user;
    struct row row;

    (void)why;
    if (!f)
        return;
    tcp_over(f, flow);
    udp_over(f);
    if (flow->first_ns >= in->options.since_ns) {
        fill(&row, f, flow);
        in->options.row(in->options.to, &row);
    }
    sheet_free(&f->sheet);
    free(f->name);
    free(f);
    flow->user = NULL;
}

void follow_consumer(struct inspect *in, struct pl_consumer *consumer)
{
    *consumer = (struct pl_consumer){
        .user = in, .open = on_open, .bytes = on_bytes, .datagram = on_datagram, .close = on_close};
}
