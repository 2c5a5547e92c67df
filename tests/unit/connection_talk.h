/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What two sides say over one TCP connection, and the connection read in every way in which it can
 * be captured: whole, cut at each byte, ended at each byte of either side, with bytes missing, and
 * one side alone.
 *
 * A test includes this after cmocka.h.
 */
#ifndef PL_TEST_CONNECTION_TALK_H
#define PL_TEST_CONNECTION_TALK_H

#include "common/check/connection.h"
#include "common/user/catalogue_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_BYTES = 16384, SCRIPT_TURNS = 96, HEARD_BYTES = 8192 };

struct said {
    enum pl_side side;
    size_t from, to;
};

struct script {
    const char *name;
    uint16_t port;
    struct said said[SCRIPT_TURNS];
    size_t turns, len;
    uint8_t bytes[SCRIPT_BYTES];
};

static inline void script_begin(struct script *s, const char *name, uint16_t port)
{
    s->name = name;
    s->port = port;
    s->turns = s->len = 0;
}

static inline void say(struct script *s, enum pl_side side, const void *bytes, size_t len)
{
    assert_true(s->turns < SCRIPT_TURNS && s->len + len <= SCRIPT_BYTES);
    if (len)
        memcpy(s->bytes + s->len, bytes, len);
    s->said[s->turns++] = (struct said){side, s->len, s->len + len};
    s->len += len;
}

/* What a host has of it: the reader's state, and the bytes that it was handed. */
struct heard {
    struct pl_connection c;
    size_t hello, chain, message[2], messages[2];
    uint8_t hello_bytes[HEARD_BYTES], chain_bytes[HEARD_BYTES], message_bytes[2][HEARD_BYTES];
};

static inline void heard_begin(struct heard *h, const struct script *s)
{
    h->hello = h->chain = 0;
    memset(h->message, 0, sizeof(h->message));
    memset(h->messages, 0, sizeof(h->messages));
    pl_connection_init(&h->c, s->port);
}

static inline void heard_add(uint8_t *to, size_t *len, const uint8_t *bytes, size_t n)
{
    assert_true(*len + n <= HEARD_BYTES);
    if (n)
        memcpy(to + *len, bytes, n);
    *len += n;
}

static inline void heard_message(struct heard *h, enum pl_side side, const uint8_t *bytes, size_t n)
{
    uint32_t head_len;
    const uint8_t *head = pl_connection_message_head(&h->c, side, &head_len);

    if (h->messages[side] == 0 && h->message[side] == 0)
        heard_add(h->message_bytes[side], &h->message[side], head, head_len);
    heard_add(h->message_bytes[side], &h->message[side], bytes, n);
    h->messages[side] += pl_connection_message_over(&h->c, side);
}

/* In memory of its own size, so that the sanitizer sees a byte too many. */
static inline void hear(struct heard *h, enum pl_side side, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len + !len);
    struct pl_tls_taken taken;
    uint32_t off = 0, n;

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    while ((n = pl_connection_step(&h->c, side, copy, off, (uint32_t)len, &taken)) > 0) {
        if (taken.what == PL_TAKEN_HELLO)
            heard_add(h->hello_bytes, &h->hello, copy + off, n);
        else if (taken.what == PL_TAKEN_CERTIFICATE)
            heard_add(h->chain_bytes, &h->chain, copy + off, n);
        else if (taken.what == PL_TAKEN_MESSAGE)
            heard_message(h, side, copy + off, n);
        off += n;
        assert_true(off <= len);
    }
    assert_true(off == len || pl_connection_over(&h->c, side));
    free(copy);
}

/* How much of it arrives. */
struct part {
    size_t until[2];    /* bytes of each side */
    size_t cut;         /* a segment ends here, counted over both sides */
    size_t gap_at, gap; /* bytes missing from here on, of the side that says the first of them */
    bool bytewise, alone[2]; /* alone: the other side was not captured */
};

#define WHOLE                                                                                      \
    (struct part)                                                                                  \
    {                                                                                              \
        .until = {SIZE_MAX, SIZE_MAX}, .cut = SIZE_MAX, .gap_at = SIZE_MAX                         \
    }

/* The bytes from..to of a turn, without those of the gap. */
static inline void hear_piece(struct heard *h, const struct script *s, enum pl_side side,
                              size_t from, size_t to, const struct part *p)
{
    size_t end = p->gap_at + p->gap < to ? p->gap_at + p->gap : to;

    if (p->gap_at < from || p->gap_at >= to) {
        if (to > from)
            hear(h, side, s->bytes + from, to - from);
        return;
    }
    if (p->gap_at > from)
        hear(h, side, s->bytes + from, p->gap_at - from);
    pl_connection_gap(&h->c, side, (uint32_t)(end - p->gap_at));
    if (to > end)
        hear(h, side, s->bytes + end, to - end);
}

static inline void hear_turn(struct heard *h, const struct script *s, const struct said *t,
                             size_t to, const struct part *p)
{
    size_t cut = p->cut < t->from ? t->from : p->cut > to ? to : p->cut;

    if (p->bytewise) {
        for (size_t i = t->from; i < to; i++)
            hear(h, t->side, s->bytes + i, 1);
        return;
    }
    hear_piece(h, s, t->side, t->from, cut, p);
    hear_piece(h, s, t->side, cut, to, p);
}

static inline void hear_part(struct heard *h, const struct script *s, const struct part *p)
{
    size_t had[2] = {0, 0};

    heard_begin(h, s);
    for (const struct said *t = s->said; t < s->said + s->turns; t++) {
        size_t len = t->to - t->from, left = p->until[t->side] - had[t->side];

        if (p->alone[t->side == PL_CLIENT ? PL_SERVER : PL_CLIENT])
            continue;
        hear_turn(h, s, t, t->from + (len < left ? len : left), p);
        had[t->side] += len < left ? len : left;
    }
}

static inline struct pl_findings heard_findings(const struct heard *h)
{
    struct pl_findings f = {0};

    pl_check_connection(&h->c, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        assert_int_equal(f.failed[i] & ~f.seen[i], 0);
    return f;
}

static inline bool heard_same(const struct heard *a, const struct heard *b)
{
    bool same = memcmp(&a->c, &b->c, sizeof(a->c)) == 0 && a->hello == b->hello &&
                a->chain == b->chain && !memcmp(a->hello_bytes, b->hello_bytes, a->hello) &&
                !memcmp(a->chain_bytes, b->chain_bytes, a->chain);

    for (int i = 0; i < 2; i++)
        same &= a->message[i] == b->message[i] && a->messages[i] == b->messages[i] &&
                !memcmp(a->message_bytes[i], b->message_bytes[i], a->message[i]);
    return same;
}

/* --- what has to be so of every script */

static inline void holds_when_cut(const struct script *s, const struct heard *whole)
{
    static struct heard cut;
    struct part p = WHOLE;

    for (p.cut = 1; p.cut < s->len; p.cut++) {
        hear_part(&cut, s, &p);
        if (!heard_same(&cut, whole))
            fail_msg("%s: cut at %zu reads otherwise", s->name, p.cut);
    }
    p.bytewise = true;
    hear_part(&cut, s, &p);
    if (!heard_same(&cut, whole))
        fail_msg("%s: byte by byte reads otherwise", s->name);
}

/* What text was recognised as, and nothing yet is nothing. */
static inline uint8_t text_of(const struct heard *h)
{
    const struct pl_text *t = &h->c.text;

    return t->protocol == PL_PROTOCOL_TLS ? t->before : t->protocol;
}

/* Nothing fails that does not fail of the whole.  But USER, AUTH and other words belong to several
 * protocols, and without the server's greeting the client's are taken for the commoner one. */
static inline void must_not_invent(const struct script *s, const struct part *p,
                                   const struct heard *whole, const char *how, size_t at)
{
    static struct heard part;
    struct pl_findings f, all = heard_findings(whole);

    hear_part(&part, s, p);
    f = heard_findings(&part);
    if (p->until[PL_SERVER] != SIZE_MAX || p->gap || p->alone[PL_CLIENT])
        if (text_of(&part) >= PL_PROTOCOL_HTTP && text_of(&part) != text_of(whole))
            return;
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        if (f.failed[row->family] & ~all.failed[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS))
            fail_msg("%s: %s at %zu fails %s", s->name, how, at, row->name);
    }
}

static inline void holds_when_ended(const struct script *s, const struct heard *whole)
{
    for (int side = PL_CLIENT; side <= PL_SERVER; side++) {
        struct part p = WHOLE;
        size_t len = 0;

        for (const struct said *t = s->said; t < s->said + s->turns; t++)
            len += (int)t->side == side ? t->to - t->from : 0;
        for (p.until[side] = 0; p.until[side] <= len; p.until[side]++)
            must_not_invent(s, &p, whole, side ? "the server ended" : "the client ended",
                            p.until[side]);
    }
}

static inline void holds_with_gaps(const struct script *s, const struct heard *whole)
{
    static const size_t gaps[] = {1, 5, 64, SCRIPT_BYTES};
    struct part p = WHOLE;

    for (size_t i = 0; i < PL_COUNT(gaps); i++) {
        p.gap = gaps[i];
        for (p.gap_at = 0; p.gap_at < s->len; p.gap_at++)
            must_not_invent(s, &p, whole, "a gap", p.gap_at);
    }
}

static inline void holds_one_sided(const struct script *s, const struct heard *whole)
{
    for (int side = PL_CLIENT; side <= PL_SERVER; side++) {
        struct part p = WHOLE;
        p.alone[side] = true;
        must_not_invent(s, &p, whole, "alone, side", (size_t)side);
    }
}

/* The script whole, after all of the above. */
static inline void script_holds(const struct script *s, struct heard *whole)
{
    struct part p = WHOLE;

    hear_part(whole, s, &p);
    holds_when_cut(s, whole);
    holds_when_ended(s, whole);
    holds_with_gaps(s, whole);
    holds_one_sided(s, whole);
}

/* --- findings by name */

static inline uint64_t finding_of(const uint64_t masks[PL_FAMILY_COUNT], const char *id)
{
    const struct pl_check_row *row = pl_check_row_named(id);

    if (!row)
        fail_msg("there is no check %s", id);
    return masks[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS);
}

/* Exactly these fail, but for those of TLS: each name with a blank behind it. */
static inline void must_fail(const struct script *s, const struct pl_findings *f, const char *ids)
{
    char name[64];

    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        snprintf(name, sizeof(name), "%s ", row->name);
        if (row->family != PL_FAMILY_TLS && !finding_of(f->failed, row->name) != !strstr(ids, name))
            fail_msg("%s: %s fails: %d", s->name, row->name, !!finding_of(f->failed, row->name));
    }
}

static inline bool failed(const struct heard *h, const char *id)
{
    struct pl_findings f = heard_findings(h);

    return finding_of(f.failed, id) != 0;
}

static inline bool passed(const struct heard *h, const char *id)
{
    struct pl_findings f = heard_findings(h);

    return finding_of(f.seen, id) && !finding_of(f.failed, id);
}

#endif
