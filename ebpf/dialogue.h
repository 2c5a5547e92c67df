/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dialogue of a TCP flow, read from the first byte after the SYN in the order of the sequence
 * numbers until it has a verdict.  Its reader (common/read/stream.h) takes any split of the bytes.
 *
 * A segment that brings a block does not go on.  One that comes too early is not forwarded while
 * anything could still be blocked: TCP sends it again once the missing one has come.  What was read
 * before and is sent again goes on unread.
 */
#ifndef PL_DIALOGUE_H
#define PL_DIALOGUE_H

#include "event.h"
#include "judge.h"
#include "name.h"
#include "refuse.h"

enum {
    STEPS = 4,  /* of a reader in one function: more cost verification, fewer cost calls */
    CHUNKS = 40 /* of one super-packet: more than 64 KiB */
};

__attribute__((noinline)) uint32_t dialogue_text(struct pl_stream *s, const pl_chunk *chunk,
                                                 uint32_t off, uint32_t len)
{
    uint32_t at = off;

    if (!s || !chunk)
        return 0;
    for (int i = 0; i < STEPS; i++) {
        uint32_t n = pl_stream_text_step(s, chunk, at, len);
        if (n == 0)
            break;
        at += n;
    }
    return at - off;
}

__attribute__((noinline)) uint32_t dialogue_tls(struct pl_stream *s, const pl_chunk *chunk,
                                                uint32_t off, uint32_t len)
{
    uint32_t at = off;

    if (!s || !chunk)
        return 0;
    for (int i = 0; i < STEPS; i++) {
        uint32_t n = pl_stream_tls_step(s, chunk, at, len);
        if (n == 0)
            break;
        at += n;
    }
    return at - off;
}

/* Read the first len bytes of the chunk. */
__attribute__((noinline)) int dialogue_chunk(struct pl_stream *s, const pl_chunk *chunk,
                                             uint32_t len)
{
    uint32_t off = 0, n = 1;

    if (!s || !chunk)
        return 0;
    for (int i = 0; i < PL_CHUNK_BYTES / STEPS + 1 && n; i++) {
        n = dialogue_text(s, chunk, off, len);
        off += n;
    }
    n = s->text.protocol == PL_PROTOCOL_TLS;
    for (int i = 0; i < PL_CHUNK_BYTES / STEPS + 1 && n; i++) {
        n = dialogue_tls(s, chunk, off, len);
        off += n;
    }
    return 0;
}

/* Read the payload from this offset of the frame to the end of the packet; false: it could not be
 * loaded. */
__attribute__((noinline)) int dialogue_payload(struct __sk_buff *skb, struct pl_stream *s,
                                               uint32_t off)
{
    struct work *w = work();

    if (!w || !s)
        return 0;
    for (int i = 0; i < CHUNKS && off < w->packet.end; i++) {
        uint32_t n = w->packet.end - off;
        if (n > PL_CHUNK_BYTES)
            n = PL_CHUNK_BYTES;
        PL_HIDE(n);
        n = ((n - 1) & (PL_CHUNK_BYTES - 1)) + 1;
        if (bpf_skb_load_bytes(skb, off, &w->chunk, n))
            return 0;
        dialogue_chunk(s, &w->chunk, n);
        off += n;
        if (pl_stream_outcome(s) != PL_MORE)
            return 1;
    }
    return off >= w->packet.end;
}

/* Another image: the flow's addresses may mean something else now. */
static __always_inline void dialogue_move(const struct work *w, struct pl_flow *flow)
{
    flow->group = w->group;
    flow->class = w->class;
    flow->flags = w->fresh.flags | (flow->flags & PL_FLOW_QUIET);
    if (judged_spoofed(w))
        flow->flags |= PL_FLOW_QUIET;
}

/*
 * What is known of the dialogue by now, judged; the verdict is in w.  The destination's address was
 * judged at the SYN, so it counts again only under another image.
 */
static __always_inline int dialogue_judge_once(struct work *w, struct pl_flow *flow,
                                               const struct pl_stream *s)
{
    uint32_t len, class, now = epoch();
    bool again = flow->epoch != now;
    int judged;

    judge_clear(w);
    judged = judge_head();
    if (judged != JUDGED)
        return judged;
    w->group = flow->group;
    w->class = flow->class;
    if (again && (judged = judge_addresses()) == JUDGED)
        dialogue_move(w, flow);
    pl_check_stream(s, &w->found);
    class = pl_stream_name(s, &len) ? name_class(s, len) : 0;
    if (class)
        w->class = (uint16_t) class;
    if (class || again)
        pl_found_class(&w->found, w->class);
    if (judged == JUDGED)
        judged = judge_cell();
    if (judged == JUDGED)
        flow->epoch = now;
    return judged;
}

__attribute__((noinline)) int dialogue_judge(struct pl_flow *flow, const struct pl_stream *s)
{
    struct work *w = work();
    int judged;

    if (!w || !flow || !s)
        return JUDGED_ERROR;
    judged = dialogue_judge_once(w, flow, s);
    return judged == JUDGED_SWAPPED ? dialogue_judge_once(w, flow, s) : judged;
}

/* A number for what w's verdict says, so that a flow tells each thing once. */
static __always_inline uint32_t dialogue_told(const struct work *w)
{
    uint64_t sum = w->class;

    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        sum = pl_rotl64(sum, 9) ^ w->verdict.flag[i] ^ pl_rotl64(w->verdict.trial[i], 21) ^
              pl_rotl64(w->verdict.block[i], 42);
    return (uint32_t)(sum ^ sum >> 32) | 1;
}

/* The first len bytes of the name, and nothing of what may stand behind them. */
__attribute__((noinline)) int dialogue_name(const struct pl_stream *s, uint32_t len)
{
    struct work *w = work();
    const uint64_t *from;
    uint64_t *to;

    if (!w || !s)
        return 0;
    from = (const uint64_t *)s->tls.facts.sni;
    to = (uint64_t *)w->event.name;
    for (uint32_t i = 0; i < PL_EVENT_NAME_MAX / 8; i++) {
        uint64_t mask = len >= 8 ? ~(uint64_t)0 : PL_BIT(8 * len) - 1;
        __builtin_memcpy(&to[i], &from[i], 8);
        to[i] &= mask;
        len -= len >= 8 ? 8 : len;
    }
    return 0;
}

/* Tell the verdict on the dialogue, unless it has been told. */
__attribute__((noinline)) int dialogue_event(struct __sk_buff *skb, struct pl_flow *flow,
                                             const struct pl_stream *s)
{
    struct work *w = work();
    uint32_t told, len;

    if (!w || !flow || !s || w->verdict.action == PL_ALLOW)
        return 0;
    told = dialogue_told(w);
    if (told == flow->told)
        return 0;
    flow->told = told;
    event_verdict(w);
    w->event.tls_version = s->tls.facts.max_version;
    if (pl_stream_name(s, &len)) {
        w->event.name_len = (uint16_t)len;
        dialogue_name(s, len);
    }
    event_send(skb, w, false);
    return 0;
}

/* No more of this flow is read.  A program that is not honest could have slipped something by; see
 * flow.h. */
static __always_inline void dialogue_end(struct work *w, struct pl_flow *flow,
                                         enum pl_flow_state state)
{
    flow->state = (uint8_t)state;
    if (!watched)
        bpf_map_delete_elem(&streams, &w->packet.key);
}

/* The reader's state; made at the first byte, since most who only knock never speak. */
static __always_inline struct pl_stream *dialogue_stream(struct work *w, const struct pl_flow *flow)
{
    const struct pl_flow_key *key = &w->packet.key;
    struct pl_stream *s = bpf_map_lookup_elem(&streams, key);
    bool first = flow->next_seq == flow->isn + 1;

    if (s && !first)
        return s;
    if (!first)
        return NULL;
    __builtin_memset(&w->stream, 0, sizeof(w->stream)); /* the padding too */
    pl_stream_init(&w->stream, bpf_ntohs(key->server_port_be));
    if (bpf_map_update_elem(&streams, key, &w->stream, BPF_ANY))
        return NULL;
    return bpf_map_lookup_elem(&streams, key);
}

/* Something of our own failed: the group's on_error says whether the flow may go on. */
static __always_inline int dialogue_error(struct __sk_buff *skb, struct work *w,
                                          struct pl_flow *flow)
{
    COUNT(errors);
    w->group = flow->group;
    w->class = flow->class;
    if (judge_head() == JUDGED && judge_cell() == JUDGED && w->cell.attr & PL_ATTR_FAIL_CLOSED) {
        COUNT(errors_blocked);
        dialogue_end(w, flow, PL_FLOW_BLOCKED);
        return refuse_packet(skb, flow->flags);
    }
    dialogue_end(w, flow, PL_FLOW_ALLOWED);
    return TC_ACT_UNSPEC;
}

/* Block: an alert where TLS is spoken, else a reset, and a reset to the server. */
static __always_inline int dialogue_block(struct __sk_buff *skb, struct work *w,
                                          struct pl_flow *flow, const struct pl_stream *s)
{
    bool tls = s->tls.facts.client_hello && !s->tls.facts.sslv2;

    dialogue_end(w, flow, PL_FLOW_BLOCKED);
    if (!refuse_may_answer(w, flow->flags)) {
        COUNT(dropped);
        return TC_ACT_SHOT;
    }
    return refuse_dialogue(skb, tls ? refuse_alert(w) : 0);
}

static __always_inline void dialogue_count(enum pl_outcome outcome)
{
    if (outcome == PL_MALFORMED)
        COUNT(flows_malformed);
    else
        COUNT(flows_read);
}

/* After the bytes of a segment were read: is there a verdict? */
static __always_inline int dialogue_decide(struct __sk_buff *skb, struct work *w,
                                           struct pl_flow *flow, struct pl_stream *s)
{
    enum pl_outcome outcome = pl_stream_outcome(s);
    bool too_long = flow->bytes > PL_READ_LIMIT_BYTES;
    int judged = dialogue_judge(flow, s);

    if (judged != JUDGED)
        return judged == JUDGED_NO_IMAGE ? TC_ACT_UNSPEC : dialogue_error(skb, w, flow);
    judge_watch(w);
    dialogue_event(skb, flow, s);
    if (w->verdict.action == PL_BLOCK) {
        COUNT(flows_read);
        return dialogue_block(skb, w, flow, s);
    }
    if (outcome != PL_MORE)
        dialogue_count(outcome);
    else if (too_long)
        COUNT(flows_long);
    if (outcome != PL_MORE || too_long)
        dialogue_end(w, flow, PL_FLOW_ALLOWED);
    return TC_ACT_UNSPEC;
}

/* The segment's new bytes begin `skip` bytes into its payload. */
static __always_inline int dialogue_read(struct __sk_buff *skb, struct work *w,
                                         struct pl_flow *flow, uint32_t skip)
{
    struct pl_stream *s = dialogue_stream(w, flow);

    if (!s) {
        COUNT(flows_lost);
        return dialogue_error(skb, w, flow);
    }
    if (!dialogue_payload(skb, s, w->packet.data + skip))
        return dialogue_error(skb, w, flow);
    w->refused_seq = flow->next_seq;
    flow->next_seq += w->packet.data_len - skip;
    if (s->text.protocol == PL_PROTOCOL_TLS)
        flow->bytes += w->packet.data_len - skip;
    return dialogue_decide(skb, w, flow, s);
}

/* Put the segment in its place: new, sent again (wholly or in part), or too early. */
static __always_inline int dialogue_place(struct __sk_buff *skb, struct work *w,
                                          struct pl_flow *flow)
{
    uint32_t seq = w->packet.seq + !!(w->packet.tcp_flags & TCP_SYN);
    int32_t early = (int32_t)(seq - flow->next_seq);

    if (early > 0 && flow->flags & PL_FLOW_STRICT) {
        COUNT(order_dropped);
        return TC_ACT_SHOT;
    }
    if (early > 0) {
        COUNT(flows_unread);
        dialogue_end(w, flow, PL_FLOW_ALLOWED);
        return TC_ACT_UNSPEC;
    }
    if ((uint32_t)-early >= w->packet.data_len) {
        COUNT(again);
        return TC_ACT_UNSPEC;
    }
    return dialogue_read(skb, w, flow, (uint32_t)-early);
}

/* A segment with payload of a flow that is being read. */
__attribute__((noinline)) int dialogue_segment(struct __sk_buff *skb)
{
    struct work *w = work();
    struct pl_flow *flow;
    int action;

    if (!w)
        return TC_ACT_UNSPEC;
    flow = bpf_map_lookup_elem(&flows, &w->packet.key);
    if (!flow || flow->state != PL_FLOW_READING)
        return TC_ACT_UNSPEC;
    if (__sync_val_compare_and_swap(&flow->busy, 0, 1)) {
        COUNT(busy);
        return TC_ACT_SHOT;
    }
    action = dialogue_place(skb, w, flow);
    __sync_lock_test_and_set(&flow->busy, 0);
    return action;
}

#endif
