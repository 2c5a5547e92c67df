/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every vector of tests/vectors/text: the findings, the name and the outcome that it asks for; the
 * same state however the bytes are cut; and a login that is known at the byte that the vector says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/vectors/text_vectors.h"

enum { SPLIT_MAX = 700 }; /* longer vectors are not cut at every offset */

static struct text_vector v;

static const char *path(const char *name)
{
    static char p[100];

    snprintf(p, sizeof(p), "tests/vectors/text/%s.txt", name);
    return p;
}

/* All zero is a fresh connection, so that whole states can be compared. */
static void fresh(struct pl_stream *s)
{
    memset(s, 0, sizeof(*s)); /* the padding too */
    s->text.port = v.port;
    s->tls.facts.server_port_hint = v.port;
}

/* A copy of exactly these bytes, so that the sanitizer sees a read beyond them. */
static void feed(struct pl_stream *s, size_t from, size_t to)
{
    uint8_t *piece = malloc(to - from ? to - from : 1);

    memcpy(piece, v.bytes + from, to - from);
    pl_stream_feed(s, piece, to - from);
    free(piece);
}

static struct pl_findings judge(const struct pl_stream *s)
{
    struct pl_findings f = {0};

    pl_check_stream(s, &f);
    f.seen[PL_FAMILY_TLS] = f.failed[PL_FAMILY_TLS] = 0; /* have vectors of their own */
    return f;
}

static void expect(const struct pl_stream *s)
{
    struct pl_findings f = judge(s);
    uint32_t len;
    const uint8_t *name = pl_stream_name(s, &len);

    assert_int_equal(s->text.protocol, v.protocol);
    assert_int_equal(pl_stream_outcome(s), v.outcome);
    assert_int_equal(s->text.end, v.end);
    assert_int_equal(len, strlen(v.name));
    if (len)
        assert_memory_equal(name, v.name, len);
    else
        assert_null(name);
    assert_memory_equal(f.failed, v.want.failed, sizeof(f.failed));
    assert_memory_equal(f.seen, v.want.seen, sizeof(f.seen));
}

/* In two pieces at every offset, and a byte at a time: the same state to the last bit. */
static void cut(const struct pl_stream *whole)
{
    struct pl_stream s;

    fresh(&s);
    for (size_t i = 0; i < v.len; i++)
        feed(&s, i, i + 1);
    assert_memory_equal(&s, whole, sizeof(s));
    for (size_t at = 0; v.len <= SPLIT_MAX && at <= v.len; at++) {
        fresh(&s);
        feed(&s, 0, at);
        feed(&s, at, v.len);
        assert_memory_equal(&s, whole, sizeof(s));
    }
}

static bool fails(size_t bytes)
{
    struct pl_stream s;
    struct pl_findings f;
    uint64_t any = 0;

    fresh(&s);
    feed(&s, 0, bytes);
    f = judge(&s);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        any |= f.failed[i];
    return any != 0;
}

/* What was seen stays seen and what failed stays failed, byte after byte. */
static void only_more(void)
{
    struct pl_stream s;
    struct pl_findings before = {0}, now;

    fresh(&s);
    for (size_t i = 0; i < v.len; i++) {
        feed(&s, i, i + 1);
        now = judge(&s);
        for (int k = 0; k < PL_FAMILY_COUNT; k++) {
            assert_int_equal(before.seen[k] & ~now.seen[k], 0);
            assert_int_equal(before.failed[k] & ~now.failed[k], 0);
            assert_int_equal(now.failed[k] & ~now.seen[k], 0);
        }
        before = now;
    }
}

static void vectors_of(void **state)
{
    FILE *file = fopen(path(*state), "r");
    unsigned count = 0;

    assert_non_null(file);
    for (; text_vector_next(file, &v); count++) {
        struct pl_stream s;
        fresh(&s);
        feed(&s, 0, v.len);
        print_message("%s\n", v.title); /* the last one is the one that failed */
        expect(&s);
        cut(&s);
        only_more();
        if (v.fails_at) {
            assert_true(fails(v.fails_at));
            assert_false(fails(v.fails_at - 1));
        }
    }
    fclose(file);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"http", vectors_of, NULL, NULL, "http"}, {"smtp", vectors_of, NULL, NULL, "smtp"},
        {"imap", vectors_of, NULL, NULL, "imap"}, {"pop3", vectors_of, NULL, NULL, "pop3"},
        {"ftp", vectors_of, NULL, NULL, "ftp"},   {"net", vectors_of, NULL, NULL, "net"},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
