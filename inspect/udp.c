/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A UDP flow's datagrams through the readers of DNS, QUIC, DTLS and the others, each recognised by
 * its content.  What QUIC and DTLS need is large and made only when one of them was recognised.
 */
#include "udp.h"
#include "facts.h"
#include "follow.h"
#include "tls.h"

#include "common/check/datagram.h"
#include "common/check/dtls.h"
#include "common/check/packet.h"
#include "common/check/quic.h"
#include "common/read/tls/dtls.h"
#include "common/user/quic.h"

#include <stdlib.h>
#include <string.h>

enum { DATAGRAMS_MAX = 256 }; /* that are read of one flow, but of DNS */

struct udp_talk {
    struct pl_datagram d;
    struct pl_dns dns;
    struct sheet names; /* each name that DNS was asked for */
    struct pl_dtls *dtls;
    struct pl_quic *quic;
    struct tls_collected tls; /* of DTLS */
    uint32_t datagrams;
    uint64_t last_ns;
};

static void talk_free(struct flow *f)
{
    struct udp_talk *t = f->udp;

    if (!t)
        return;
    sheet_free(&t->names);
    tls_collected_free(&t->tls);
    free(t->dtls);
    free(t->quic);
    free(t);
    f->udp = NULL;
    f->in->talks--;
}

static struct udp_talk *talk_of(struct flow *f, uint16_t port)
{
    if (f->udp || !talk_may_begin(f->in))
        return f->udp;
    f->udp = calloc(1, sizeof(*f->udp));
    if (f->udp)
        f->udp->d.port = port;
    else
        f->in->talks--;
    return f->udp;
}

/* --- DNS */

static bool read_dns(struct flow *f, struct udp_talk *t, const struct pl_packet *p)
{
    struct pl_view message = pl_view(p->payload, p->len);

    if (pl_dns_read(&t->dns, message, t->d.port) == PL_MALFORMED)
        return false;
    dns_note(f, &t->names, &t->dns);
    dns_judge(f, &t->dns, message, p->time_ns);
    return true;
}

/* --- QUIC */

static bool read_quic(struct flow *f, struct udp_talk *t, enum pl_side side,
                      const struct pl_packet *p, enum pl_outcome *outcome)
{
    struct pl_error error;

    if (!t->quic && pl_quic_match(side, p->payload, p->len) != PL_MATCH_YES)
        return false;
    if (!f->in->quic && !pl_quic_keyring_open(&f->in->quic, &error))
        return false;
    if (!t->quic) {
        t->quic = calloc(1, sizeof(*t->quic));
        if (!t->quic)
            return false;
        t->quic->crypto.port = t->d.port;
    }
    *outcome = pl_quic_read(t->quic, f->in->quic, side, p->payload, p->len);
    return true;
}

static void tell_quic(struct flow *f, struct udp_talk *t)
{
    struct pl_tls_facts facts;
    struct tls_told told = {.facts = &facts, .transport = PL_JA4_QUIC, .time_ns = t->last_ns};

    sheet_join(&f->sheet, "app", "quic");
    for (uint32_t i = 0; i < t->quic->facts.versions; i++)
        sheet_joinf(&f->sheet, "quic_versions", "0x%08x", t->quic->facts.version[i]);
    pl_quic_tls(&t->quic->crypto, &facts);
    told.hello = pl_quic_client_hello(&t->quic->crypto, &told.hello_len);
    if (facts.client_hello)
        sheet_add(&f->sheet, "ch_count", "1");
    tls_tell(f, &told);
    pl_check_quic(&t->quic->facts, &f->findings);
}

/* --- DTLS */

static bool begin_dtls(struct udp_talk *t, const struct pl_packet *p)
{
    if (t->dtls)
        return true;
    if (pl_dtls_match(p->payload, p->len) != PL_MATCH_YES)
        return false;
    t->dtls = calloc(1, sizeof(*t->dtls));
    if (t->dtls)
        t->dtls->port = t->d.port;
    return t->dtls != NULL;
}

/* The handshake says which side is the client, whatever the ports say. */
static void take_message(struct udp_talk *t, const struct pl_dtls_message *m)
{
    struct pl_tls_taken taken;
    uint32_t off = 0, n;

    while ((n = pl_tls_flow_step(&t->dtls->flow, (enum pl_tls_side)m->side, m->byte, off, m->len,
                                 &taken)) > 0) {
        if (taken.what == PL_TAKEN_CERTIFICATE)
            tls_collect(&t->tls, &taken, m->byte + off, n, 0);
        off += n;
    }
}

static bool read_dtls(struct udp_talk *t, enum pl_side side, const struct pl_packet *p,
                      enum pl_outcome *outcome)
{
    struct pl_dtls_message m;
    struct pl_dtls_walk w;

    if (!begin_dtls(t, p))
        return false;
    w = pl_dtls_walk(side, p->payload, p->len);
    while (pl_dtls_next(t->dtls, &w, &m))
        take_message(t, &m);
    *outcome = pl_dtls_outcome(t->dtls);
    return true;
}

static void tell_dtls(struct flow *f, struct udp_talk *t)
{
    struct pl_tls_facts facts;

    sheet_join(&f->sheet, "app", "dtls");
    pl_tls_flow_facts(&t->dtls->flow, &facts);
    tls_tell_dtls(f, t->dtls, &t->tls, t->last_ns);
    pl_check_dtls(&facts, &f->findings);
}

/* --- all */

/* Which of them knows the datagram.  The first one that did keeps the flow. */
static enum pl_outcome read_on(struct flow *f, struct udp_talk *t, enum pl_side side,
                               const struct pl_packet *p)
{
    enum pl_outcome outcome = PL_MORE;

    if (t->d.protocol)
        return pl_datagram_read(&t->d, side, p->payload, p->len);
    if (t->dns.seen) {
        (void)read_dns(f, t, p);
        return PL_MORE;
    }
    if (t->quic || t->dtls) {
        if (!t->dtls || !read_dtls(t, side, p, &outcome))
            (void)(t->quic && read_quic(f, t, side, p, &outcome));
        return outcome;
    }
    if (read_quic(f, t, side, p, &outcome) || read_dtls(t, side, p, &outcome))
        return outcome;
    if (t->d.port == PL_PORT_DNS && read_dns(f, t, p))
        return PL_MORE;
    outcome = pl_datagram_read(&t->d, side, p->payload, p->len);
    if (t->d.protocol)
        return outcome;
    return read_dns(f, t, p) ? PL_MORE : outcome == PL_DONE ? PL_MORE : outcome;
}

/* What the addresses decide with: DNS in parts, or the size that a question allows (RFC 9715); port
 * mapping from far away. */
static void judge_packet(struct flow *f, const struct pl_packet *p)
{
    struct pl_packet_facts facts;

    follow_packet(f->in, p, &facts);
    facts.edns_bytes = f->udp && p->dport == PL_PORT_DNS ? f->udp->dns.edns_size : 0;
    pl_check_packet(&facts, &f->findings);
    if (f->udp && f->udp->d.protocol == PL_DATAGRAM_UPNP)
        pl_check_packet_upnp(&facts, &f->findings);
}

enum pl_flow_answer udp_datagram(struct flow *f, struct pl_flow *flow, enum pl_side side,
                                 const struct pl_packet *p)
{
    struct udp_talk *t = talk_of(f, pl_flow_port(flow, PL_SERVER));
    enum pl_outcome outcome = PL_MORE;

    if (!t) {
        f->over = true;
        return PL_FLOW_ALL_DONE;
    }
    t->last_ns = p->time_ns;
    if (p->len && !(p->flags & (PL_PACKET_CUT | PL_PACKET_QUOTED)))
        outcome = read_on(f, t, side, p);
    if (p->sport == PL_PORT_DNS || p->dport == PL_PORT_DNS || t->d.protocol == PL_DATAGRAM_UPNP)
        judge_packet(f, p);
    if (outcome == PL_MORE && (t->dns.seen || ++t->datagrams < DATAGRAMS_MAX))
        return PL_FLOW_MORE;
    udp_over(f);
    return PL_FLOW_ALL_DONE;
}

static const char *dns_app(uint16_t port)
{
    return port == PL_PORT_MDNS ? "mdns" : port == PL_PORT_LLMNR ? "llmnr" : "dns";
}

void udp_over(struct flow *f)
{
    struct udp_talk *t = f->udp;

    f->over = true;
    if (!t)
        return;
    if (t->quic && t->quic->facts.versions)
        tell_quic(f, t);
    if (t->dtls && t->dtls->begun)
        tell_dtls(f, t);
    if (t->dns.seen) {
        sheet_join(&f->sheet, "app", dns_app(t->d.port));
        facts_dns(f, &t->dns, &t->names);
    }
    if (t->d.protocol) {
        facts_datagram(&f->sheet, &t->d);
        pl_check_datagram(&t->d, &f->findings);
    }
    talk_free(f);
}
