/* SPDX-License-Identifier: BSD-2-Clause */
/* Around the hello: records, alerts, other protocols, noise; and facts that no hello brings. */
#include "common/check/tls.h"
#include "tls_build.h"

#include <stdlib.h>

/* --- records */

static enum pl_outcome feed_text(struct pl_tls *s, enum pl_tls_side side, const void *bytes,
                                 size_t len)
{
    pl_tls_init(s, side, 0);
    return pl_tls_feed(s, bytes, len);
}

#define FEED(side, bytes) feed_text(&s, side, bytes, sizeof(bytes) - 1)

static void test_what_is_not_tls(void **state)
{
    struct pl_tls s;

    (void)state;
    assert_int_equal(FEED(PL_TLS_CLIENT, "GET / HTTP/1.1\r\n"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_SERVER, "220 mail.example\r\n"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x16\x02\x00\x00\x05"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x16\x03\x01\x40\x01"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x16\x03\x01\x00\x00"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x17\x03\x03\x00\x05"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x14\x03\x03\x00\x01\x01"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x16\x03\x01\x00\x04\x02\0\0\x20"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_SERVER, "\x16\x03\x01\x00\x04\x01\0\0\x20"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x80\x2e\x02\x00\x02"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x80\x02\x01\x00\x02"), PL_MALFORMED);
    assert_int_equal(FEED(PL_TLS_CLIENT, ""), PL_MORE);
}

static void test_alerts(void **state)
{
    struct pl_tls s;

    (void)state;
    assert_int_equal(FEED(PL_TLS_SERVER, "\x15\x03\x03\x00\x02\x02\x28"), PL_DONE);
    assert_false(s.facts.server_hello);
    assert_int_equal(FEED(PL_TLS_CLIENT, "\x15\x03\x01\x00\x02\x01\x00"), PL_DONE);
    assert_false(s.facts.client_hello);
    assert_int_equal(FEED(PL_TLS_SERVER, "\x15\x03\x03\x00\x02\x01\x70"), PL_MORE);
    assert_int_equal(FEED(PL_TLS_SERVER, "\x15\x03\x03\x00\x02\x02"), PL_MORE);
    assert_int_equal(FEED(PL_TLS_SERVER, "\x15\x03\x03\x00\x03\x02\x28\x00"), PL_MALFORMED);
}

static void test_nothing_is_read_behind_the_end(void **state)
{
    static struct hello e, m;
    static const uint8_t more[] = {22, 3, 3, 0, 4, 9, 9, 9, 9};
    struct pl_tls s;
    size_t len;

    (void)state;
    e.len = 0;
    client_message(&m, &e);
    len = m.len;
    put(&m, more, sizeof more);
    pl_tls_init(&s, PL_TLS_CLIENT, 0);
    pl_tls_no_records(&s);
    assert_int_equal(pl_tls_feed(&s, m.at, m.len), PL_DONE);
    assert_int_equal(s.at + 4, len);
    assert_int_equal(pl_tls_step(&s, m.at, 0, (uint32_t)m.len), 0);
    assert_int_equal(pl_tls_feed(&s, m.at, m.len), PL_DONE);
}

static void test_all_zero_is_a_client(void **state)
{
    static struct hello e, m;
    struct pl_tls zero = {0}, s;
    uint8_t head[] = {22, 3, 1, 0, 0};

    (void)state;
    e.len = 0;
    client_message(&m, &e);
    head[3] = (uint8_t)(m.len >> 8);
    head[4] = (uint8_t)m.len;
    pl_tls_init(&s, PL_TLS_CLIENT, 0);
    assert_memory_equal(&s, &zero, sizeof s);
    pl_tls_feed(&zero, head, sizeof head);
    assert_int_equal(pl_tls_feed(&zero, m.at, m.len), PL_DONE);
    assert_true(sizeof s <= 512);
}

static void test_one_machine_for_both(void **state)
{
    static struct hello e, m;
    struct pl_tls s;

    (void)state;
    e.len = 0;
    EXTENSION(&e, 23, "");
    assert_int_equal(read_extensions(&s, &e), PL_DONE);
    pl_tls_init_server(&s, &s.facts);
    pl_tls_no_records(&s);
    server_message(&m, &e);
    assert_int_equal(pl_tls_feed(&s, m.at, m.len), PL_DONE);
    assert_true(s.facts.client_hello && s.facts.server_hello && s.facts.ems && s.facts.server_ems);
    assert_int_equal(s.facts.server_port_hint, 443);
}

/* --- noise */

/* Random bytes, the first ones often right, never overrun, never end without an outcome. */
static void test_noise(void **state)
{
    static const uint8_t heads[][9] = {{22, 3, 1, 2, 0, 1, 0, 1, 0xfc},
                                       {22, 3, 3, 0, 90, 2, 0, 0, 86},
                                       {0x80, 46, 1, 0, 2, 0, 21, 0, 0}};
    unsigned seed = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t len = 1 + (size_t)rand_r(&seed) % 600, keep = (size_t)rand_r(&seed) % 10;
        uint8_t *bytes = malloc(len);
        struct pl_tls s, t;

        assert_non_null(bytes);
        for (size_t i = 0; i < len; i++)
            bytes[i] = i < keep ? heads[round % 3][i] : (uint8_t)(rand_r(&seed) >> 8);
        pl_tls_init(&s, round & 1 ? PL_TLS_SERVER : PL_TLS_CLIENT, 0);
        t = s;
        pl_tls_feed(&s, bytes, len);
        for (size_t i = 0; i < len; i++)
            pl_tls_feed(&t, bytes + i, 1);
        assert_memory_equal(&s, &t, sizeof s);
        free(bytes);
    }
}

/* --- facts of a library */

static uint64_t failed(const struct pl_tls_facts *f)
{
    struct pl_findings o = {0};

    pl_check_tls(f, &o);
    assert_int_equal(o.failed[PL_FAMILY_TLS] & ~o.seen[PL_FAMILY_TLS], 0);
    return o.failed[PL_FAMILY_TLS];
}

static uint64_t seen(const struct pl_tls_facts *f)
{
    struct pl_findings o = {0};

    pl_check_tls(f, &o);
    return o.seen[PL_FAMILY_TLS];
}

static void test_facts_of_a_library(void **state)
{
    struct pl_tls_facts f = {.client_hello = true, .ems = true, .groups = PL_GROUP_X25519MLKEM768};
    const uint64_t unknown = PL_MASK(tls_ems_missing) | PL_MASK(tls_compression);

    (void)state;
    f.max_version = PL_TLS13;
    pl_tls_facts_selected(&f, PL_TLS12, 0xc013, 29);
    assert_int_equal(failed(&f), PL_MASK(tls_version_12) | PL_MASK(tls_cipher_cbc_sha1) |
                                     PL_MASK(tls_pq_not_negotiated));
    assert_int_equal(seen(&f) & unknown, 0);
    pl_tls_facts_selected(&f, PL_TLS13, 0x1301, 0);
    assert_int_equal(failed(&f), 0);
    assert_int_equal(seen(&f) & (unknown | PL_MASK(tls_pq_not_negotiated)), 0);
    pl_tls_facts_selected(&f, PL_TLS13, 0x1301, 0x11ec);
    assert_int_equal(failed(&f), 0);
    assert_true(seen(&f) & PL_MASK(tls_pq_not_negotiated));
    assert_int_equal(seen(&(struct pl_tls_facts){0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_tls),
        cmocka_unit_test(test_alerts),
        cmocka_unit_test(test_nothing_is_read_behind_the_end),
        cmocka_unit_test(test_all_zero_is_a_client),
        cmocka_unit_test(test_one_machine_for_both),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_facts_of_a_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
