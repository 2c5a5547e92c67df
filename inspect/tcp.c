/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP flow's bytes through the reader of connections. */
#include "tcp.h"
#include "facts.h"
#include "follow.h"
#include "tls.h"

#include "common/check/connection.h"
#include "common/check/packet.h"
#include "common/read/dns/message.h"

#include <stdlib.h>
#include <string.h>

enum { HOSTS_BYTES = 512, MESSAGE_BYTES_MAX = 65535 };

struct tcp_talk {
    struct pl_connection c;
    struct tls_collected tls;
    struct bytes message[2]; /* of DNS */
    bool messages[2];        /* the first of this side is over */
    struct pl_dns dns;
    struct sheet hosts; /* each Host of HTTP */
    struct sheet names; /* each name that DNS was asked for */
    uint64_t last_ns;   /* of the last segment that was read */
    uint8_t host_hops;
};

static void talk_free(struct flow *f)
{
    struct tcp_talk *t = f->tcp;

    if (!t)
        return;
    tls_collected_free(&t->tls);
    bytes_free(&t->message[PL_CLIENT]);
    bytes_free(&t->message[PL_SERVER]);
    sheet_free(&t->hosts);
    sheet_free(&t->names);
    free(t);
    f->tcp = NULL;
    f->in->talks--;
}

/* --- who is the client */

/* A record with a hello of this side at its beginning (RFC 8446, 5.1 and 4). */
static bool begins_hello(const struct pl_segment *s, uint8_t type)
{
    return s->len >= 6 && s->data[0] == 22 && s->data[1] == 3 && s->data[2] <= 4 &&
           s->data[5] == type;
}

/* Where no SYN was seen the ports are a guess, and a hello knows better. */
static enum pl_side side_of(struct pl_flow *flow, const struct pl_segment *s)
{
    bool wrong = begins_hello(s, s->side == PL_SERVER ? 1 : 2);

    if (flow->known != PL_CLIENT_BY_PORT || !wrong)
        return s->side;
    pl_flow_swap(flow);
    return s->side == PL_CLIENT ? PL_SERVER : PL_CLIENT;
}

/* A whole request line (RFC 9112, 3), or the line with which SSH begins (RFC 4253, 4.2). */
static bool begins_line(const struct pl_segment *s)
{
    const uint8_t *end = memchr(s->data, '\n', s->len);
    size_t len = end ? (size_t)(end - s->data) : 0;

    if (len > 7 && memcmp(s->data, "SSH-2.0-", 8) == 0)
        return true;
    if (len && s->data[len - 1] == '\r')
        len--;
    return len > 12 && s->data[0] >= 'A' && s->data[0] <= 'Z' &&
           memcmp(s->data + len - 9, " HTTP/1.", 8) == 0;
}

/* One DNS message, alone (RFC 7766, 8). */
static bool is_message(const struct pl_segment *s)
{
    return s->len > 2 && pl_be16(s->data) + 2u == s->len &&
           pl_dns_tcp_match(s->side, s->data, s->len, PL_PORT_DNS) == PL_MATCH_YES;
}

/* In the middle of a stream nothing is what it seems, but for what can only be a beginning. */
static bool may_begin(const struct pl_segment *s)
{
    return (s->from_start && !s->gap) || begins_hello(s, 1) || begins_hello(s, 2) ||
           begins_line(s) || is_message(s);
}

static struct tcp_talk *talk_of(struct flow *f, struct pl_flow *flow)
{
    if (f->tcp || !talk_may_begin(f->in))
        return f->tcp;
    f->tcp = calloc(1, sizeof(*f->tcp));
    if (f->tcp)
        pl_connection_init(&f->tcp->c, pl_flow_port(flow, PL_SERVER));
    else
        f->in->talks--;
    return f->tcp;
}

/* --- what is collected on the way */

static void collect_message(struct flow *f, struct tcp_talk *t, enum pl_side side,
                            const uint8_t *bytes, uint32_t len)
{
    struct bytes *m = &t->message[side];
    struct pl_view message;

    if (m->len == 0 && !t->messages[side]) {
        uint32_t head_len;
        const uint8_t *head = pl_connection_message_head(&t->c, side, &head_len);
        (void)bytes_add(m, head, head_len, MESSAGE_BYTES_MAX);
    }
    (void)bytes_add(m, bytes, len, MESSAGE_BYTES_MAX);
    if (!pl_connection_message_over(&t->c, side))
        return;
    message = pl_view(m->at, m->len);
    if (pl_dns_read(&t->dns, message, PL_PORT_DNS) != PL_MALFORMED) {
        dns_note(f, &t->names, &t->dns);
        dns_judge(f, &t->dns, message, t->last_ns);
    }
    m->len = 0;
    t->messages[side] = true;
}

static void collect_host(struct tcp_talk *t)
{
    const struct pl_http_request *r = &t->c.http.request;
    char host[PL_HTTP_HOST_MAX + 1];

    if (r->host_hops == t->host_hops)
        return;
    t->host_hops = r->host_hops;
    memcpy(host, r->host_text, r->host_len);
    host[r->host_len] = 0;
    if (t->hosts.used < HOSTS_BYTES)
        sheet_join(&t->hosts, "http_host", host);
}

static void read_on(struct flow *f, struct tcp_talk *t, enum pl_side side,
                    const struct pl_segment *s)
{
    uint32_t off = 0, n;
    struct pl_tls_taken taken;

    while ((n = pl_connection_step(&t->c, side, s->data, off, s->len, &taken)) > 0) {
        if (taken.what == PL_TAKEN_MESSAGE)
            collect_message(f, t, side, s->data + off, n);
        else if (taken.what != PL_TAKEN_OTHER)
            tls_collect(&t->tls, &taken, s->data + off, n, s->frame);
        collect_host(t);
        off += n;
    }
}

enum pl_flow_answer tcp_bytes(struct flow *f, struct pl_flow *flow, const struct pl_segment *s)
{
    bool first = !f->tcp;
    enum pl_side side = first ? side_of(flow, s) : s->side;
    struct tcp_talk *t = talk_of(f, flow);

    if (!t) {
        f->over = true;
        return PL_FLOW_ALL_DONE;
    }
    if (s->offset == s->gap && !may_begin(s))
        pl_connection_lost(&t->c, side);
    else if (s->gap)
        pl_connection_gap(&t->c, side, s->gap);
    t->last_ns = s->time_ns;
    read_on(f, t, side, s);
    if (pl_connection_over(&t->c, PL_CLIENT) && pl_connection_over(&t->c, PL_SERVER)) {
        tcp_over(f, flow);
        return PL_FLOW_ALL_DONE;
    }
    return pl_connection_over(&t->c, side) ? PL_FLOW_SIDE_DONE : PL_FLOW_MORE;
}

/* Actions on a gateway device: the addresses say whether that is right. */
static void judge_upnp(struct flow *f, const struct pl_flow *flow)
{
    struct pl_packet_facts facts;

    follow_flow(f->in, flow, &facts);
    pl_check_packet_upnp(&facts, &f->findings);
}

void tcp_over(struct flow *f, const struct pl_flow *flow)
{
    struct tcp_talk *t = f->tcp;

    f->over = true;
    if (!t)
        return;
    facts_connection(f, &t->c, sheet_get(&t->hosts, "http_host"));
    if (t->c.tls.client_hellos || t->tls.hello.len || t->c.tls.alerts ||
        t->c.tls.of[PL_TLS_SERVER].hello.facts.server_hello)
        tls_tell_flow(f, &t->c.tls, &t->tls, facts_certificate_use(&t->c), t->last_ns);
    if (t->dns.seen)
        facts_dns(f, &t->dns, &t->names);
    pl_check_connection(&t->c, &f->findings);
    if (t->c.http.facts.kinds & PL_HTTP_KIND(UPNP))
        judge_upnp(f, flow);
    talk_free(f);
}
