/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dialogues of HTTP/1 for tests: a list of what either side says, each line "> ..." the client's,
 * "< ..." the server's.  They are fed in pieces of every kind, and the state has to be the same.
 */
#ifndef PL_HTTP_DIALOGUE_H
#define PL_HTTP_DIALOGUE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/http.h"
#include "common/read/text/http_reply.h"

enum { SAID_MAX = 40 };

struct dialogue {
    const char *said[SAID_MAX];
    uint16_t port;
};

/* A copy of exactly these bytes, so that the sanitizer sees a read beyond them. */
static void talk_piece(struct pl_http_talk *t, enum pl_side side, const char *at, size_t len)
{
    uint8_t *piece = malloc(len ? len : 1);
    uint32_t taken;

    memcpy(piece, at, len);
    pl_http_talk_feed(t, side, piece, (uint32_t)len, &taken);
    assert_true(taken <= len);
    free(piece);
}

static enum pl_side talk_side(const char *line)
{
    return line[0] == '>' ? PL_CLIENT : PL_SERVER;
}

static void talk_fresh(struct pl_http_talk *t, const struct dialogue *d)
{
    memset(t, 0, sizeof(*t)); /* the padding too */
    t->port = d->port;
}

/* All lines but cut at one offset of one of them; whole where the offset is behind its end. */
static void talk_cut(struct pl_http_talk *t, const struct dialogue *d, size_t line, size_t at)
{
    talk_fresh(t, d);
    for (size_t i = 0; i < SAID_MAX && d->said[i]; i++) {
        const char *bytes = d->said[i] + 2;
        size_t len = strlen(bytes), first = i == line && at < len ? at : len;

        talk_piece(t, talk_side(d->said[i]), bytes, first);
        talk_piece(t, talk_side(d->said[i]), bytes + first, len - first);
    }
}

static struct pl_findings talk_judge(const struct pl_http_talk *t)
{
    struct pl_findings f = {0};

    pl_check_http(&t->facts, &f);
    return f;
}

/* A byte at a time; nothing that was seen or failed is taken back, and what was cut off before its
 * end never fails what the whole does not. */
static void talk_bytes(struct pl_http_talk *t, const struct dialogue *d,
                       const struct pl_findings *all)
{
    struct pl_findings before = {0}, now;

    talk_fresh(t, d);
    for (size_t i = 0; i < SAID_MAX && d->said[i]; i++)
        for (const char *p = d->said[i] + 2; *p; p++) {
            talk_piece(t, talk_side(d->said[i]), p, 1);
            now = talk_judge(t);
            for (int k = 0; k < PL_FAMILY_COUNT; k++) {
                assert_int_equal(before.seen[k] & ~now.seen[k], 0);
                assert_int_equal(before.failed[k] & ~now.failed[k], 0);
                assert_int_equal(now.failed[k] & ~now.seen[k], 0);
                assert_int_equal(now.failed[k] & ~all->failed[k], 0);
            }
            before = now;
        }
}

/* The state at the end, the same however the bytes came. */
static struct pl_http_talk talk(const struct dialogue *d)
{
    static struct pl_http_talk whole, cut;
    struct pl_findings all;

    talk_cut(&whole, d, SAID_MAX, 0);
    all = talk_judge(&whole);
    talk_bytes(&cut, d, &all);
    assert_memory_equal(&cut, &whole, sizeof(cut));
    for (size_t i = 0; i < SAID_MAX && d->said[i]; i++)
        for (size_t at = 0; at < strlen(d->said[i] + 2); at++) {
            talk_cut(&cut, d, i, at);
            assert_memory_equal(&cut, &whole, sizeof(cut));
        }
    return whole;
}

static bool talk_seen(const struct pl_http_talk *t, enum pl_check_id id)
{
    return talk_judge(t).seen[id / PL_FAMILY_CHECKS] & PL_BIT(id % PL_FAMILY_CHECKS);
}

static bool talk_failed(const struct pl_http_talk *t, enum pl_check_id id)
{
    return talk_judge(t).failed[id / PL_FAMILY_CHECKS] & PL_BIT(id % PL_FAMILY_CHECKS);
}

/* Whether the check fails in this dialogue. */
__attribute__((unused)) static bool fails(const struct dialogue *d, enum pl_check_id id)
{
    struct pl_http_talk t = talk(d);

    return talk_failed(&t, id);
}

__attribute__((unused)) static bool passes(const struct dialogue *d, enum pl_check_id id)
{
    struct pl_http_talk t = talk(d);

    return talk_seen(&t, id) && !talk_failed(&t, id);
}

#define DIALOGUE(...)                                                                              \
    &(struct dialogue)                                                                             \
    {                                                                                              \
        {__VA_ARGS__}, 0                                                                           \
    }
#define DIALOGUE_AT(port, ...)                                                                     \
    &(struct dialogue)                                                                             \
    {                                                                                              \
        {__VA_ARGS__}, port                                                                        \
    }

#endif
