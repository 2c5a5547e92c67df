/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp.h"
#include "mix.h"

#include <string.h>

/* Half of the largest window there can be (RFC 7323, 2.2) is 2^29; be generous. */
enum { FAR = 1 << 30 };

/* One end of a flow, and what hands its bytes over. */
struct stream {
    struct pl_tcp *tcp;
    struct pl_flow *flow;
    struct pl_flow_end *end;
    unsigned d;
};

static bool is_done(const struct stream *s)
{
    return s->flow->flags & PL_FLOW_DONE_0 << s->d;
}

static void set_kept(const struct stream *s)
{
    if (s->end->kept)
        s->flow->flags |= (uint8_t)(PL_FLOW_KEPT_0 << s->d);
    else
        s->flow->flags &= (uint8_t) ~(PL_FLOW_KEPT_0 << s->d);
}

static void add_gap(const struct stream *s, uint32_t n)
{
    struct pl_flow_end *end = s->end;

    end->next += n;
    end->offset += n;
    end->gaps += end->gap == 0;
    s->tcp->counts->gaps += end->gap == 0;
    s->tcp->counts->gap_bytes += n;
    end->gap += n;
}

static void set_done(const struct stream *s, unsigned ends)
{
    struct pl_flow *flow = s->flow;

    flow->flags |= (uint8_t)ends;
    for (unsigned d = 0; d < 2; d++)
        if (ends & PL_FLOW_DONE_0 << d) {
            pl_kept_drop_all(&s->tcp->kept, &flow->end[d]);
            flow->flags &= (uint8_t) ~(PL_FLOW_KEPT_0 << d);
        }
}

/* Hand over n bytes that are next. */
static void deliver(const struct stream *s, const uint8_t *data, uint32_t n, uint64_t time_ns,
                    uint64_t frame)
{
    struct pl_flow_end *end = s->end;
    struct pl_segment segment = {
        .data = data,
        .len = n,
        .gap = end->gap,
        .offset = end->offset,
        .time_ns = time_ns,
        .frame = frame,
        .side = s->d == s->flow->client ? PL_CLIENT : PL_SERVER,
        .from_start = end->flags & PL_FLOW_FROM_START,
    };
    enum pl_flow_answer answer;

    end->gap = 0;
    end->next += n;
    end->offset += n;
    answer = s->tcp->consumer->bytes(s->tcp->consumer->user, s->flow, &segment);
    if (answer == PL_FLOW_ALL_DONE)
        set_done(s, PL_FLOW_DONE_BOTH);
    else if (answer == PL_FLOW_SIDE_DONE)
        set_done(s, PL_FLOW_DONE_0 << s->d);
}

/* Go up to a sequence number of which nothing will come, or to the first block that waits. */
static void skip_to(const struct stream *s, uint32_t seq)
{
    struct pl_flow_end *end = s->end;
    uint32_t n = seq - end->next;

    if (end->kept) {
        uint32_t hole = pl_kept_at(&s->tcp->kept, end->kept)->seq - end->next;

        n = hole < n ? hole : n;
    }
    if (n > 0)
        add_gap(s, n);
}

/* Hand over the blocks whose turn it is. */
static void drain(const struct stream *s)
{
    struct pl_flow_end *end = s->end;

    while (end->kept && !is_done(s)) {
        struct pl_block *b = pl_kept_at(&s->tcp->kept, end->kept);
        uint32_t old = end->next - b->seq, after = b->seq + b->len + b->missing;

        if ((int32_t)old < 0)
            break;
        if (old < b->len)
            deliver(s, b->data + old, b->len - old, b->time_ns, b->frame);
        if (is_done(s)) /* then it was dropped with all the others */
            break;
        pl_kept_drop(&s->tcp->kept, end);
        if ((int32_t)(after - end->next) > 0)
            skip_to(s, after);
    }
    if (!end->kept) {
        end->flags &= (uint8_t)~PL_FLOW_HOLE_ACKED;
        end->late = 0;
    }
    set_kept(s);
}

/* What is missing before the first block will not come. */
static void give_up_hole(const struct stream *s)
{
    skip_to(s, pl_kept_at(&s->tcp->kept, s->end->kept)->seq);
    s->end->flags &= (uint8_t)~PL_FLOW_HOLE_ACKED;
    s->end->late = 0;
    drain(s);
}

static void note_conflict(const struct stream *s)
{
    s->tcp->counts->conflicts++;
    s->end->conflicts += s->end->conflicts < UINT16_MAX;
}

/* Whether a block that came earlier has other bytes in the place of these. */
static bool kept_conflict(const struct stream *s, const struct pl_arrival *a)
{
    uint32_t number = s->end->kept;
    bool conflict = false;

    while (number && !conflict) {
        const struct pl_block *b = pl_kept_at(&s->tcp->kept, number);

        if ((int32_t)(b->seq - (a->seq + a->len)) >= 0)
            break;
        conflict = pl_kept_differs(b, a);
        number = b->next;
    }
    return conflict;
}

/* The arrival holds the next byte, or some before it.  Blocks that wait came first, so they go
 * before what it has in their places. */
static void accept(const struct stream *s, const struct pl_arrival *a)
{
    struct pl_flow_end *end = s->end;
    uint32_t all = a->len + a->missing, at;

    if (end->kept && kept_conflict(s, a))
        note_conflict(s);
    while (!is_done(s) && (at = end->next - a->seq) < all) {
        uint32_t n = at < a->len ? a->len - at : 0;

        if (n > 0 && end->kept) {
            uint32_t hole = pl_kept_at(&s->tcp->kept, end->kept)->seq - end->next;

            n = hole < n ? hole : n;
        }
        if (n > 0)
            deliver(s, a->data + at, n, a->time_ns, a->frame);
        else
            skip_to(s, a->seq + all);
        if (end->kept)
            drain(s);
    }
}

/* The arrival is ahead of the next byte. */
static void keep(const struct stream *s, const struct pl_arrival *a)
{
    bool conflict = false;

    s->tcp->counts->out_of_order++;
    while (!is_done(s) && !pl_kept_add(&s->tcp->kept, s->end, a, &conflict)) {
        s->tcp->counts->gaps_forced++;
        if (s->end->kept)
            give_up_hole(s);
        else
            skip_to(s, a->seq);
        if ((int32_t)(a->seq - s->end->next) <= 0) {
            accept(s, a);
            break;
        }
    }
    if (conflict)
        note_conflict(s);
    set_kept(s);
}

static uint32_t hash_bytes(uint64_t key, const uint8_t *data, uint32_t len)
{
    uint64_t h = key ^ len, word[2];

    while (len >= sizeof(word)) {
        memcpy(word, data, sizeof(word));
        h = pl_mix(h ^ word[0], word[1] ^ key);
        data += sizeof(word);
        len -= (uint32_t)sizeof(word);
    }
    memset(word, 0, sizeof(word));
    memcpy(word, data, len);
    h = pl_mix(h ^ word[0], word[1] ^ key);
    return (uint32_t)(h ^ h >> 32);
}

/* Remember a segment. */
static void see(const struct stream *s, const struct pl_arrival *a)
{
    struct pl_flow_seen *seen = &s->flow->seen[s->d][s->end->seen_at];

    *seen = (struct pl_flow_seen){a->seq, a->len, hash_bytes(s->tcp->hash_key, a->data, a->len)};
    s->end->seen_at = (s->end->seen_at + 1) % PL_FLOW_SEEN;
}

/* All of it was there before.  A probe of one byte before the next one (RFC 9293, 3.8.4) may hold
 * anything. */
static void see_again(const struct stream *s, const struct pl_arrival *a)
{
    const struct pl_flow_seen *seen = s->flow->seen[s->d];

    s->tcp->counts->sent_again++;
    if (a->len == 1 && a->seq + 1 == s->end->next)
        return;
    for (int i = 0; i < PL_FLOW_SEEN; i++)
        if (seen[i].seq == a->seq && seen[i].len == a->len &&
            seen[i].hash != hash_bytes(s->tcp->hash_key, a->data, a->len)) {
            note_conflict(s);
            break;
        }
}

static void take_bytes(const struct stream *s, const struct pl_arrival *a)
{
    int32_t ahead = (int32_t)(a->seq - s->end->next);

    if (ahead > FAR || ahead < -FAR || a->len + a->missing > FAR) {
        s->tcp->counts->out_of_window++;
        return;
    }
    if (ahead > 0) {
        if (a->len > 0) {
            keep(s, a);
            see(s, a);
        }
    } else if ((uint32_t)-ahead >= a->len + a->missing) {
        see_again(s, a);
    } else {
        if (a->len > 0)
            see(s, a);
        accept(s, a);
    }
}

/* The other side says up to where it has all: a hole before that is one of the capture.  Packets
 * may stand in a capture in another order, so it is waited for a little. */
static void note_ack(const struct stream *s, const struct pl_packet *p, bool from_other)
{
    struct pl_flow_end *end = s->end;

    if (from_other && (p->tcp_flags & PL_TCP_ACK) &&
        (int32_t)(p->ack - pl_kept_at(&s->tcp->kept, end->kept)->seq) >= 0)
        end->flags |= PL_FLOW_HOLE_ACKED;
    if ((end->flags & PL_FLOW_HOLE_ACKED) && ++end->late >= PL_FLOW_LATE_PACKETS)
        give_up_hole(s);
}

static void begin(struct pl_flow_end *end, uint32_t base, uint8_t flags)
{
    end->base = base;
    end->next = base + 1;
    end->flags |= flags | PL_FLOW_STARTED;
}

static void read_syn(struct pl_flow *flow, unsigned d, const struct pl_packet *p)
{
    struct pl_flow_end *end = &flow->end[d], *other = &flow->end[d ^ 1];

    if ((end->flags & PL_FLOW_SYN) == 0) {
        end->flags |= PL_FLOW_SYN | (p->flags & PL_PACKET_TCP_SIGNED ? PL_FLOW_SIGNED : 0);
        end->ttl = p->ttl;
    }
    if ((end->flags & PL_FLOW_STARTED) == 0)
        begin(end, p->seq, PL_FLOW_FROM_START);
    if ((p->tcp_flags & PL_TCP_ACK) && (other->flags & PL_FLOW_STARTED) == 0)
        begin(other, p->ack - 1, PL_FLOW_FROM_START);
}

static void read_flags(struct pl_flow *flow, unsigned d, const struct pl_packet *p)
{
    struct pl_flow_end *end = &flow->end[d];

    if (end->ttl == 0)
        end->ttl = p->ttl;
    if (p->tcp_flags & PL_TCP_RST) {
        end->flags |= PL_FLOW_RST;
        flow->flags |= PL_FLOW_ENDING;
    } else if (p->tcp_flags & PL_TCP_SYN) {
        read_syn(flow, d, p);
    } else if ((end->flags & PL_FLOW_STARTED) == 0) {
        begin(end, p->seq - 1, 0);
    }
    if (p->tcp_flags & PL_TCP_FIN) {
        end->flags |= PL_FLOW_FIN;
        flow->flags |= PL_FLOW_ENDING;
    }
}

void pl_tcp_packet(struct pl_tcp *tcp, struct pl_flow *flow, unsigned d, const struct pl_packet *p)
{
    struct stream s = {tcp, flow, &flow->end[d], d};
    struct stream other = {tcp, flow, &flow->end[d ^ 1], d ^ 1};
    struct pl_arrival a = {.seq = p->seq + (p->tcp_flags & PL_TCP_SYN ? 1 : 0),
                           .len = p->len,
                           .missing = p->missing,
                           .data = p->payload,
                           .time_ns = p->time_ns,
                           .frame = p->frame};

    read_flags(flow, d, p);
    /* the text of a reset is no part of the stream (RFC 9293, 3.5.3) */
    if (a.len + a.missing > 0 && !is_done(&s) && (p->tcp_flags & PL_TCP_RST) == 0)
        take_bytes(&s, &a);
    if (other.end->kept)
        note_ack(&other, p, true);
    if (s.end->kept)
        note_ack(&s, p, false);
}

void pl_tcp_end(struct pl_tcp *tcp, struct pl_flow *flow)
{
    for (unsigned d = 0; d < 2; d++) {
        struct stream s = {tcp, flow, &flow->end[d], d};

        while (s.end->kept && !is_done(&s))
            give_up_hole(&s);
        pl_kept_drop_all(&tcp->kept, s.end);
    }
}
