/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every vector of tests/vectors/dialogue, both sides: the facts and findings that it asks for; the
 * same state however the bytes of each turn are cut; no finding by truncation that the whole
 * dialogue does not have; and with one side missing nothing that this side alone does not say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/vectors/dialogue_vectors.h"

struct talk {
    struct pl_stream stream;
    struct pl_talk talk;
};

static struct dialogue_vector v;

static void fresh(struct talk *k)
{
    memset(k, 0, sizeof(*k)); /* the padding too: states are compared whole */
    k->stream.text.port = v.text.port;
    k->stream.tls.facts.server_port_hint = v.text.port;
}

static uint32_t step(struct talk *k, enum pl_side side, const uint8_t *piece, uint32_t off,
                     uint32_t len)
{
    struct pl_stream *s = &k->stream;
    uint32_t n;

    if (side == PL_SERVER)
        return pl_talk_server_step(&k->talk, &s->text, piece, off, len);
    n = pl_talk_client_step(&k->talk, &s->text, &s->tls.facts, piece, off, len);
    if (n == 0 && s->text.protocol == PL_PROTOCOL_TLS)
        n = pl_stream_tls_step(s, piece, off, len);
    return n;
}

/* A copy of exactly these bytes, so that the sanitizer sees a read beyond them. */
static void feed(struct talk *k, enum pl_side side, size_t from, size_t to)
{
    uint8_t *piece = malloc(to - from ? to - from : 1);
    uint32_t off = 0, n;

    memcpy(piece, v.text.bytes + from, to - from);
    while ((n = step(k, side, piece, off, (uint32_t)(to - from))) > 0) {
        off += n;
        assert_true(off <= to - from);
    }
    free(piece);
}

static struct pl_findings judge(const struct talk *k)
{
    struct pl_findings f = {0};

    pl_check_stream(&k->stream, &f);
    f.seen[PL_FAMILY_TLS] = f.failed[PL_FAMILY_TLS] = 0; /* have vectors of their own */
    return f;
}

static void expect(const struct talk *k)
{
    struct pl_findings f = judge(k);

    assert_int_equal(k->stream.text.protocol, v.text.protocol);
    assert_int_equal(k->talk.reply.state, v.server);
    assert_int_equal(dialogue_facts_of(&k->stream.text), v.facts);
    assert_int_equal(k->stream.text.creds, v.creds);
    assert_memory_equal(f.failed, v.text.want.failed, sizeof(f.failed));
    assert_memory_equal(f.seen, v.text.want.seen, sizeof(f.seen));
}

static void whole(struct talk *k)
{
    fresh(k);
    for (size_t i = 0; i < v.turn_count; i++)
        feed(k, v.turns[i].side, v.turns[i].from, v.turns[i].to);
}

/* Each turn a byte at a time, then one cut at each byte of the dialogue. */
static void cut(const struct talk *want)
{
    struct talk k;

    for (size_t at = 0; at <= v.text.len; at++) {
        fresh(&k);
        for (size_t i = 0; i < v.turn_count; i++) {
            const struct turn *t = &v.turns[i];
            size_t middle = at < t->from ? t->from : at > t->to ? t->to : at;
            feed(&k, t->side, t->from, middle);
            feed(&k, t->side, middle, t->to);
        }
        assert_memory_equal(&k, want, sizeof(k));
    }
}

/* Byte after byte: nothing that was found goes away, nothing is found that the whole has not. */
static void truncated(const struct talk *want)
{
    struct pl_findings before = {0}, now, all = judge(want);
    struct talk k;

    fresh(&k);
    for (size_t i = 0; i < v.turn_count; i++)
        for (size_t at = v.turns[i].from; at < v.turns[i].to; at++) {
            feed(&k, v.turns[i].side, at, at + 1);
            now = judge(&k);
            for (int f = 0; f < PL_FAMILY_COUNT; f++) {
                assert_int_equal(before.seen[f] & ~now.seen[f], 0);
                assert_int_equal(before.failed[f] & ~now.failed[f], 0);
                assert_int_equal(now.failed[f] & ~all.failed[f], 0);
                assert_int_equal(now.failed[f] & ~now.seen[f], 0);
            }
            before = now;
        }
    assert_memory_equal(&k, want, sizeof(k));
}

/* The server's side alone fails nothing but Telnet; the client's alone no more than both. */
static void one_sided(const struct talk *want)
{
    struct pl_findings f, all = judge(want);
    struct talk k;

    for (enum pl_side side = PL_CLIENT; side <= PL_SERVER; side++) {
        fresh(&k);
        for (size_t i = 0; i < v.turn_count; i++)
            if (v.turns[i].side == side)
                feed(&k, side, v.turns[i].from, v.turns[i].to);
        f = judge(&k);
        for (int i = 0; i < PL_FAMILY_COUNT; i++)
            if (side == PL_SERVER && i != PL_FAMILY_NET)
                assert_int_equal(f.seen[i], 0);
        if (side == PL_CLIENT && k.stream.text.protocol == want->stream.text.protocol)
            assert_int_equal(f.failed[PL_FAMILY_MAIL] & ~all.failed[PL_FAMILY_MAIL], 0);
        assert_false(k.stream.text.mail.ehlo_answered && side == PL_CLIENT);
        assert_false(k.stream.text.mail.starttls_taken);
    }
}

static void vectors_of(void **state)
{
    char path[100];
    unsigned count = 0;
    FILE *file;

    snprintf(path, sizeof(path), "tests/vectors/dialogue/%s.txt", (const char *)*state);
    file = fopen(path, "r");
    assert_non_null(file);
    for (; dialogue_next(file, &v); count++) {
        struct talk k;
        whole(&k);
        print_message("%s\n", v.text.title); /* the last one is the one that failed */
        expect(&k);
        cut(&k);
        truncated(&k);
        one_sided(&k);
    }
    fclose(file);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"smtp", vectors_of, NULL, NULL, "smtp"},     {"imap", vectors_of, NULL, NULL, "imap"},
        {"pop3", vectors_of, NULL, NULL, "pop3"},     {"ftp", vectors_of, NULL, NULL, "ftp"},
        {"telnet", vectors_of, NULL, NULL, "telnet"},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
