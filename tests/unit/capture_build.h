/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets for the tests of capture/, made from the inside out: each function puts a header before
 * what is there.  And a consumer that keeps what it is given. */
#ifndef CAPTURE_BUILD_H
#define CAPTURE_BUILD_H

#include "capture/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BUILD_BYTES = 140000, BUILD_END = BUILD_BYTES };

struct build {
    uint8_t bytes[BUILD_BYTES];
    size_t from; /* what is there: from here to BUILD_END */
};

static inline size_t build_len(const struct build *b)
{
    return BUILD_END - b->from;
}

static inline uint8_t *build_at(struct build *b)
{
    return b->bytes + b->from;
}

static inline void build_start(struct build *b, const void *payload, size_t len)
{
    b->from = BUILD_END - len;
    if (len)
        memcpy(build_at(b), payload, len);
}

static inline uint8_t *build_push(struct build *b, const void *header, size_t len)
{
    assert_true(b->from >= len);
    b->from -= len;
    memcpy(build_at(b), header, len);
    return build_at(b);
}

static inline void put16(uint8_t *at, unsigned v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

static inline void put32(uint8_t *at, uint32_t v)
{
    put16(at, v >> 16);
    put16(at + 2, v & 0xffff);
}

/* --- headers */

static inline void build_tcp(struct build *b, uint16_t sport, uint16_t dport, uint32_t seq,
                             uint32_t ack, uint8_t flags)
{
    uint8_t h[20] = {0};

    put16(h, sport);
    put16(h + 2, dport);
    put32(h + 4, seq);
    put32(h + 8, ack);
    h[12] = 5 << 4;
    h[13] = flags;
    build_push(b, h, sizeof(h));
}

static inline void build_udp(struct build *b, uint16_t sport, uint16_t dport)
{
    uint8_t h[8] = {0};

    put16(h, sport);
    put16(h + 2, dport);
    put16(h + 4, (unsigned)build_len(b) + 8);
    build_push(b, h, sizeof(h));
}

/* 10.0.0.x to 10.0.0.y */
static inline uint8_t *build_ip4(struct build *b, uint8_t x, uint8_t y, uint8_t protocol)
{
    uint8_t h[20] = {0x45};

    put16(h + 2, (unsigned)build_len(b) + 20);
    h[8] = 64;
    h[9] = protocol;
    put32(h + 12, 0x0a000000u | x);
    put32(h + 16, 0x0a000000u | y);
    return build_push(b, h, sizeof(h));
}

/* fd00::x to fd00::y */
static inline uint8_t *build_ip6(struct build *b, uint8_t x, uint8_t y, uint8_t next)
{
    uint8_t h[40] = {0x60};

    put16(h + 4, (unsigned)build_len(b));
    h[6] = next;
    h[7] = 64;
    h[8] = h[24] = 0xfd;
    h[23] = x;
    h[39] = y;
    return build_push(b, h, sizeof(h));
}

static inline void build_ethernet(struct build *b, uint16_t type)
{
    uint8_t h[14] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

    put16(h + 12, type);
    build_push(b, h, sizeof(h));
}

/* A tag of the length of an EtherType and 2 bytes: VLAN. */
static inline void build_vlan(struct build *b, uint16_t type)
{
    uint8_t h[4] = {0, 7};

    put16(h + 2, type);
    build_push(b, h, sizeof(h));
}

/* --- a consumer that keeps everything */

enum { KEEP_FLOWS = 64, KEEP_BYTES = 1 << 20 };

struct kept_side {
    uint8_t *bytes; /* of a gap up to 16 times '_' */
    size_t len;
    uint64_t gap_bytes;
    uint32_t pieces, datagrams;
    bool from_start;
};

struct kept_flow {
    struct pl_flow flow; /* as it was when it was closed */
    struct kept_side side[2];
    struct pl_packet first;
    enum pl_flow_close why;
    bool closed;
};

struct rig {
    struct pl_capture capture;
    struct pl_consumer consumer;
    struct kept_flow flow[KEEP_FLOWS];
    uint32_t flows, closed;
    uint32_t notes[3];
    struct pl_packet noted;
    enum pl_flow_answer answer; /* to all bytes and datagrams */
    uint32_t answer_after;      /* pieces: before, PL_FLOW_MORE */
    uint64_t time_ns, frame;
    struct build b;
};

static inline void rig_open(void *user, struct pl_flow *flow, const struct pl_packet *first)
{
    struct rig *r = user;

    assert_true(r->flows < KEEP_FLOWS);
    assert_null(flow->user);
    flow->user = &r->flow[r->flows++];
    ((struct kept_flow *)flow->user)->first = *first;
}

static inline void rig_keep(struct kept_side *s, const uint8_t *bytes, uint32_t len)
{
    if (!s->bytes)
        s->bytes = test_malloc(KEEP_BYTES);
    assert_true(s->len + len <= KEEP_BYTES);
    memcpy(s->bytes + s->len, bytes, len);
    s->len += len;
}

static inline enum pl_flow_answer rig_answer(const struct rig *r, const struct kept_side *s)
{
    return s->pieces + s->datagrams >= r->answer_after ? r->answer : PL_FLOW_MORE;
}

static inline enum pl_flow_answer rig_bytes(void *user, struct pl_flow *flow,
                                            const struct pl_segment *g)
{
    struct kept_side *s = &((struct kept_flow *)flow->user)->side[g->side];

    assert_true(g->len > 0);
    for (uint32_t i = 0; i < g->gap && i < 16; i++)
        rig_keep(s, (const uint8_t *)"_", 1);
    s->gap_bytes += g->gap;
    rig_keep(s, g->data, g->len);
    s->from_start = g->from_start;
    s->pieces++;
    return rig_answer(user, s);
}

static inline enum pl_flow_answer rig_datagram(void *user, struct pl_flow *flow, enum pl_side side,
                                               const struct pl_packet *p)
{
    struct kept_side *s = &((struct kept_flow *)flow->user)->side[side];

    rig_keep(s, p->payload, p->len);
    s->datagrams++;
    return rig_answer(user, s);
}

static inline void rig_close(void *user, struct pl_flow *flow, enum pl_flow_close why)
{
    struct kept_flow *k = flow->user;

    assert_false(k->closed);
    k->closed = true;
    k->flow = *flow;
    k->why = why;
    ((struct rig *)user)->closed++;
}

static inline void rig_note(void *user, enum pl_note note, const struct pl_packet *packet)
{
    struct rig *r = user;

    r->notes[note]++;
    r->noted = *packet;
}

static inline struct rig *rig_new(const struct pl_flows_options *options)
{
    static const struct pl_flows_options none;
    struct rig *r = test_calloc(1, sizeof(*r));
    struct pl_error error;

    r->consumer = (struct pl_consumer){r, rig_open, rig_bytes, rig_datagram, rig_close};
    r->time_ns = 1700000000000000000u;
    assert_true(
        pl_capture_init(&r->capture, options ? options : &none, &r->consumer, rig_note, &error));
    return r;
}

/* One packet in memory of its own size, so that ASan sees a byte too many; wire_len 0: as long. */
static inline void rig_give(struct rig *r, uint32_t link_type, const uint8_t *bytes, size_t len,
                            size_t wire_len)
{
    uint8_t *copy = test_malloc(len ? len : 1);
    struct pl_record record = {.time_ns = r->time_ns,
                               .frame = ++r->frame,
                               .bytes = copy,
                               .len = (uint32_t)len,
                               .wire_len = (uint32_t)(wire_len ? wire_len : len),
                               .link_type = link_type};

    memcpy(copy, bytes, len);
    pl_capture_record(&r->capture, &record);
    r->time_ns += 1000000;
    test_free(copy);
}

/* What was built. */
static inline void rig_packet(struct rig *r, uint32_t link_type)
{
    rig_give(r, link_type, build_at(&r->b), build_len(&r->b), 0);
}

static inline void rig_end(struct rig *r)
{
    pl_capture_end(&r->capture);
    assert_int_equal(pl_flows_open(r->capture.flows), 0);
    assert_int_equal(r->closed, r->flows);
    assert_int_equal(r->capture.counts.flows, r->flows);
}

static inline void rig_free(struct rig *r)
{
    pl_capture_free(&r->capture);
    for (uint32_t i = 0; i < r->flows; i++) {
        test_free(r->flow[i].side[0].bytes);
        test_free(r->flow[i].side[1].bytes);
    }
    test_free(r);
}

/* That a side of a flow said exactly this. */
static inline void rig_said(const struct rig *r, uint32_t flow, enum pl_side side, const char *text)
{
    const struct kept_side *s = &r->flow[flow].side[side];

    assert_true(flow < r->flows);
    assert_int_equal(s->len, strlen(text));
    if (s->len)
        assert_memory_equal(s->bytes, text, s->len);
}

#endif
