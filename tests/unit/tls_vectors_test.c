/* SPDX-License-Identifier: BSD-2-Clause */
/* Every vector: its facts and findings; the same ones however the bytes are cut and recorded;
 * never "done" before the end; never a crash when a byte is wrong. */
#include "tls_vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct vector vectors[VECTORS_MAX];
static int vector_count;

static int load(void **state)
{
    (void)state;
    vector_count = vectors_load(vectors);
    return vector_count == 0;
}

static void check(bool right, const struct vector *v, const char *what)
{
    if (!right)
        fail_msg("%s: %s", v->name, what);
}

/* --- whole */

/* Client, client again, server: by the readers of the hellos, and for the facts by that of the
 * whole connection. */
static struct pl_tls_facts read_vector(const struct vector *v)
{
    static struct pl_tls_flow flow;
    struct pl_tls client, server;
    struct pl_tls_facts facts;

    pl_tls_init(&client, PL_TLS_CLIENT, v->port);
    if (v->client.len)
        check(pl_tls_feed(&client, v->client.at, v->client.len) == v->client_outcome, v,
              "the outcome of the client's bytes is another");
    if (v->again.len) {
        pl_tls_again(&client);
        check(pl_tls_feed(&client, v->again.at, v->again.len) == PL_DONE, v, "again: not done");
    }
    pl_tls_init_server(&server, &client.facts);
    if (v->server.len)
        check(pl_tls_feed(&server, v->server.at, v->server.len) == v->server_outcome, v,
              "the outcome of the server's bytes is another");
    vector_flow(v, &flow);
    pl_tls_flow_facts(&flow, &facts);
    return facts;
}

#define FACT(member)                                                                               \
    {                                                                                              \
#member, offsetof(struct pl_tls_facts, member), sizeof(((struct pl_tls_facts *)0)->member) \
    }

static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
    FACT(client_hello),
    FACT(server_hello),
    FACT(sslv2),
    FACT(hello_retry),
    FACT(legacy_version),
    FACT(max_version),
    FACT(min_version),
    FACT(suites),
    FACT(groups),
    FACT(key_shares),
    FACT(sig_hashes),
    FACT(alpn),
    FACT(groups_sent),
    FACT(ech),
    FACT(ems),
    FACT(reneg_info),
    FACT(early_data),
    FACT(compression),
    FACT(sni_sent),
    FACT(version),
    FACT(suite),
    FACT(group),
    FACT(suite_class),
    FACT(group_class),
    FACT(server_ems),
    FACT(server_reneg_info),
    FACT(server_compression),
    FACT(server_alpn),
    FACT(downgrade),
    FACT(dh_bits),
    FACT(ske_hash),
};

static uint64_t field_value(const struct vector *v, const struct pl_tls_facts *f, const char *name)
{
    uint64_t value = 0;

    for (size_t i = 0; i < PL_COUNT(fields); i++) {
        if (!strcmp(fields[i].name, name)) {
            memcpy(&value, (const char *)f + fields[i].offset, fields[i].size);
            return value;
        }
    }
    fail_msg("%s: no fact is named %s", v->name, name);
    return 0;
}

static void check_fact(const struct vector *v, const struct pl_tls_facts *f, int i)
{
    const char *name = v->fact[i].name, *text = v->fact[i].value;
    uint64_t value;

    if (!strcmp(name, "sni")) {
        if (strlen(text) != f->sni_len || memcmp(text, f->sni, f->sni_len))
            fail_msg("%s: sni is %.*s, not %s", v->name, f->sni_len, f->sni, text);
        return;
    }
    value = field_value(v, f, name);
    if (value != strtoull(text, NULL, 16))
        fail_msg("%s: %s is %llx, not %s", v->name, name, (unsigned long long)value, text);
}

static void say_rows(const struct vector *v, uint64_t rows, const char *what)
{
    for (uint32_t bit = 0; bit < PL_FAMILY_CHECKS; bit++)
        if (rows & PL_BIT(bit))
            print_error("%s: %s: %s\n", v->name, what,
                        pl_check_row((uint16_t)(PL_FAMILY_TLS * PL_FAMILY_CHECKS + bit))->name);
}

/* Whether the findings are the expected ones; what differs is said. */
static bool check_findings(const struct vector *v, const struct pl_findings *o)
{
    uint64_t failed = o->failed[PL_FAMILY_TLS], passed = o->seen[PL_FAMILY_TLS] & ~failed;

    say_rows(v, failed & ~v->failed, "failed, and should not have");
    say_rows(v, v->failed & ~failed, "should have failed");
    say_rows(v, passed & ~v->passed, "passed, and should not have");
    say_rows(v, v->passed & ~passed, "should have passed");
    return failed == v->failed && passed == v->passed;
}

static void test_facts_and_findings(void **state)
{
    int wrong = 0;

    (void)state;
    for (int i = 0; i < vector_count; i++) {
        const struct vector *v = &vectors[i];
        struct pl_tls_facts facts = read_vector(v);
        struct pl_findings o = {0};

        for (int k = 0; k < v->facts; k++)
            check_fact(v, &facts, k);
        pl_check_tls(&facts, &o);
        wrong += !check_findings(v, &o);
    }
    assert_int_equal(wrong, 0);
}

/* Rows that no bytes of TLS over TCP alone can show. */
static const uint64_t elsewhere[] = {15, 26, 32, 33, 34};

/* Each other row fires, passes and is not seen in some vector. */
static void test_each_row_has_its_vectors(void **state)
{
    uint64_t failed = 0, passed = 0, unseen = 0, all = 0;

    (void)state;
#define PL_CHECK(family, bit, name, ...)                                                           \
    if (PL_FAMILY_##family == PL_FAMILY_TLS)                                                       \
        all |= PL_BIT(bit);
#include "common/check/catalogue.def"
#undef PL_CHECK
    for (size_t i = 0; i < PL_COUNT(elsewhere); i++)
        all &= ~PL_BIT(elsewhere[i]);
    for (int i = 0; i < vector_count; i++) {
        failed |= vectors[i].failed;
        passed |= vectors[i].passed;
        unseen |= ~(vectors[i].failed | vectors[i].passed);
    }
    assert_int_equal(failed & all, all);
    assert_int_equal(passed & all, all);
    assert_int_equal(unseen & all, all);
}

/* --- cut */

/* One flight of a vector, and what was read of it in one piece. */
struct flight {
    const struct vector *v;
    const struct bytes *b;
    struct pl_tls fresh, whole;
    enum pl_outcome outcome;
    uint32_t used;
};

static uint32_t feed_counting(struct pl_tls *s, const uint8_t *at, uint32_t len)
{
    uint32_t off = 0, n;

    while ((n = pl_tls_step(s, at, off, len)) > 0)
        off += n;
    return off;
}

static void for_each_flight(void (*then)(const struct flight *))
{
    for (int i = 0; i < vector_count; i++) {
        const struct vector *v = &vectors[i];
        const struct bytes *all[] = {&v->client, &v->again, &v->server};

        for (int k = 0; k < 3; k++) {
            struct flight f = {.v = v, .b = all[k]};

            if (f.b->len == 0)
                continue;
            pl_tls_init(&f.fresh, k == 2 ? PL_TLS_SERVER : PL_TLS_CLIENT, v->port);
            if (k == 1)
                pl_tls_again(&f.fresh);
            f.whole = f.fresh;
            f.used = feed_counting(&f.whole, f.b->at, (uint32_t)f.b->len);
            f.outcome = pl_tls_outcome(&f.whole);
            then(&f);
        }
    }
}

static void same(const struct flight *f, const struct pl_tls *s, const char *how)
{
    check(pl_tls_outcome(s) == f->outcome, f->v, how);
    check(!memcmp(&s->facts, &f->whole.facts, sizeof s->facts), f->v, how);
}

/* Two pieces, each in memory of its own size so that ASan sees any byte too many. */
static void feed_piece(struct pl_tls *s, const uint8_t *at, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);

    assert_non_null(copy);
    memcpy(copy, at, len);
    pl_tls_feed(s, copy, len);
    free(copy);
}

static void split_in_two(const struct flight *f)
{
    for (size_t at = 0; at <= f->b->len; at++) {
        struct pl_tls s = f->fresh;

        feed_piece(&s, f->b->at, at);
        feed_piece(&s, f->b->at + at, f->b->len - at);
        same(f, &s, "split in two");
    }
}

static void byte_by_byte(const struct flight *f)
{
    struct pl_tls s = f->fresh;

    for (size_t i = 0; i < f->b->len; i++)
        feed_piece(&s, f->b->at + i, 1);
    same(f, &s, "byte by byte");
}

static void test_any_split(void **state)
{
    (void)state;
    for_each_flight(split_in_two);
    for_each_flight(byte_by_byte);
}

/* The same handshake bytes in records of n bytes; other records as they are. */
static size_t rerecord(const struct bytes *b, size_t n, uint8_t *out)
{
    size_t at = 0, len, left, o = 0;

    while (at + 5 <= b->len) {
        len = pl_be16(b->at + at + 3);
        assert_true(at + 5 + len <= b->len);
        for (left = len; left > 0; left -= n < left ? n : left) {
            size_t take = b->at[at] != 22 || n > left ? left : n;

            memcpy(out + o, b->at + at, 3);
            out[o + 3] = (uint8_t)(take >> 8);
            out[o + 4] = (uint8_t)take;
            memcpy(out + o + 5, b->at + at + 5 + len - left, take);
            o += 5 + take;
            if (b->at[at] != 22)
                break;
        }
        at += 5 + len;
    }
    return o;
}

static void in_other_records(const struct flight *f)
{
    static const size_t sizes[] = {1, 7, 100};
    static uint8_t out[6 * VECTOR_BYTES];

    if (f->b->at[0] & 0x80)
        return;
    for (size_t i = 0; i < PL_COUNT(sizes); i++) {
        struct pl_tls s = f->fresh;

        pl_tls_feed(&s, out, rerecord(f->b, sizes[i], out));
        same(f, &s, "in other records");
        s = f->fresh;
        for (size_t k = 0, len = rerecord(f->b, sizes[i], out); k < len; k++)
            pl_tls_feed(&s, out + k, 1);
        same(f, &s, "in other records, byte by byte");
    }
}

static void test_any_records(void **state)
{
    (void)state;
    for_each_flight(in_other_records);
}

static void without_records(const struct flight *f)
{
    struct pl_tls s = f->fresh;
    size_t len = f->b->len > 5 ? pl_be16(f->b->at + 3) : 0;

    if (f->b->at[0] != 22 || len + 5 > f->b->len || f->v->again.len || f->whole.at + 4 != len)
        return;
    pl_tls_no_records(&s);
    pl_tls_feed(&s, f->b->at + 5, len);
    same(f, &s, "without records");
}

static void test_without_records(void **state)
{
    (void)state;
    for_each_flight(without_records);
}

/* --- cut off, and wrong */

static void truncated(const struct flight *f)
{
    if (f->outcome != PL_DONE)
        return;
    for (uint32_t len = 0; len < f->used; len++) {
        struct pl_tls s = f->fresh;

        feed_piece(&s, f->b->at, len);
        check(pl_tls_outcome(&s) == PL_MORE, f->v, "truncated and not waiting for more");
        check(!s.facts.client_hello && !s.facts.server_hello, f->v, "truncated and complete");
    }
}

static void test_truncation(void **state)
{
    (void)state;
    for_each_flight(truncated);
}

/* Every byte in turn gets other values: whatever comes out, cut and whole agree on it. */
static void mutated(const struct flight *f)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    static uint8_t copy[VECTOR_BYTES];

    memcpy(copy, f->b->at, f->b->len);
    for (size_t i = 0; i < f->b->len; i++) {
        for (size_t k = 0; k < PL_COUNT(values); k++) {
            struct pl_tls one = f->fresh, two = f->fresh;

            copy[i] = values[k];
            pl_tls_feed(&one, copy, f->b->len);
            pl_tls_feed(&two, copy, i);
            pl_tls_feed(&two, copy + i, f->b->len - i);
            check(!memcmp(&one, &two, sizeof one), f->v, "a wrong byte, cut in two");
        }
        copy[i] = f->b->at[i];
    }
}

static void test_wrong_bytes(void **state)
{
    (void)state;
    for_each_flight(mutated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_and_findings), cmocka_unit_test(test_each_row_has_its_vectors),
        cmocka_unit_test(test_any_split),          cmocka_unit_test(test_any_records),
        cmocka_unit_test(test_without_records),    cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_wrong_bytes),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
