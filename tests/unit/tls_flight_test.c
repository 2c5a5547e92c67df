/* SPDX-License-Identifier: BSD-2-Clause */
/* Behind the hellos: caps, lengths that lie, the primes of RFC 7919, where encryption begins. */
#include "common/read/tls/flow.h"
#include "tls_build.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

static struct hello client, server, body;
static struct pl_tls_flow flow;

/* A record of one handshake message. */
static void put_message(struct hello *h, unsigned type, const struct hello *b)
{
    for (size_t at = 0, end = b->len + 4; at < end;) {
        size_t n = end - at < 16000 ? end - at : 16000;

        put(h, "\26\3\3", 3);
        put16(h, (unsigned)n);
        if (at == 0) {
            put16(h, type << 8 | (unsigned)(b->len >> 16));
            put16(h, (unsigned)b->len & 0xffff);
            put(h, b->at, n - 4);
        } else {
            put(h, b->at + at - 4, n);
        }
        at += n;
    }
}

static void put24(struct hello *h, size_t v)
{
    put(h, (uint8_t[]){(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v}, 3);
}

/* A server's hello of TLS 1.2 with this suite, then nothing yet. */
static void begin(unsigned suite)
{
    static struct hello e, m, bare;

    e.len = server.len = client.len = body.len = bare.len = 0;
    server_message(&m, &e);
    m.at[4 + 2 + 32 + 1] = (uint8_t)(suite >> 8);
    m.at[4 + 2 + 32 + 2] = (uint8_t)suite;
    put(&bare, m.at + 4, m.len - 4);
    put_message(&server, 2, &bare);
    EXTENSION(&e, 23, "");
    client_message(&m, &e);
    bare.len = 0;
    put(&bare, m.at + 4, m.len - 4);
    put_message(&client, 1, &bare);
    pl_tls_flow_init(&flow, 443);
}

static enum pl_outcome read_server(void)
{
    return pl_tls_flow_feed(&flow, PL_TLS_SERVER, server.at, server.len);
}

static enum pl_outcome read_client(void)
{
    return pl_tls_flow_feed(&flow, PL_TLS_CLIENT, client.at, client.len);
}

/* --- certificates */

static void chain(int count, size_t len)
{
    static struct hello list;

    list.len = body.len = 0;
    for (int i = 0; i < count; i++) {
        put24(&list, len);
        memset(list.at + list.len, i, len);
        list.len += len;
    }
    put24(&body, list.len);
    put(&body, list.at, list.len);
    put_message(&server, 11, &body);
}

static void test_caps_of_certificates(void **state)
{
    (void)state;
    begin(0xc02f);
    chain(16, 300);
    assert_int_equal(read_server(), PL_MORE);
    assert_int_equal(flow.certificates, 16);
    assert_false(flow.certificates_cut);
    begin(0xc02f);
    chain(17, 300);
    assert_int_equal(read_server(), PL_MORE);
    assert_int_equal(flow.certificates, 16);
    assert_true(flow.certificates_cut);
    begin(0xc02f);
    chain(3, 22000); /* the third goes beyond 64 KiB */
    put(&server, "\24\3\3\0\1\1", 6);
    assert_int_equal(read_server(), PL_DONE);
    assert_int_equal(flow.certificates, 2);
    assert_int_equal(flow.certificate_bytes, 44000);
    assert_true(flow.certificates_cut);
}

/* Another flight of the server that breaks. */
static void breaks(unsigned suite, unsigned type, const void *bytes, size_t len)
{
    begin(suite);
    put(&body, bytes, len);
    put_message(&server, type, &body);
    assert_int_equal(read_server(), PL_MALFORMED);
    assert_true(flow.of[PL_TLS_SERVER].hello.facts.server_hello);
}

#define BREAKS(suite, type, bytes) breaks(suite, type, bytes, sizeof(bytes) - 1)

static void test_lengths_that_lie(void **state)
{
    (void)state;
    BREAKS(0xc02f, 11, "\0\0");
    BREAKS(0xc02f, 11, "\0\0\4\0\0\0\1");
    BREAKS(0xc02f, 11, "\0\0\4\0\0\2\1");
    BREAKS(0xc02f, 11, "\0\0\3\0\0\0");
    BREAKS(0xc02f, 11, "\0\0\2\0\0");
    BREAKS(0xc02f, 22, "\1\0\0\0");
    BREAKS(0xc02f, 22, "\1\0\0\2\0");
    BREAKS(0xc02f, 12, "\3\0");
    BREAKS(0xc02f, 12, "\4\0\27\1\0");
    BREAKS(0xc02f, 12, "\3\0\27\0");
    BREAKS(0xc02f, 12, "\3\0\27\2\0");
    BREAKS(0xc02f, 12, "\3\0\27\1\0\4\1\0\2\0");
    BREAKS(0xc02f, 12, "\3\0\27\1\0\4\1");
    BREAKS(0x009e, 12, "\0\0");
    BREAKS(0x009e, 12, "\0\3\1\2");
    BREAKS(0x009e, 12, "\0\1\7\0\0");
    BREAKS(0x009e, 12, "\0\1\7\0\1\2\0\7\0");
    BREAKS(0xd001, 12, "\0\5a");
    BREAKS(0xc02f, 1, "");
    BREAKS(0xc02f, 20, "\0\0\0\0\0\0\0\0\0\0\0\0");
}

static void test_too_many_messages(void **state)
{
    (void)state;
    begin(0xc02f);
    for (int i = 0; i < PL_TLS_MESSAGES_MAX; i++)
        put_message(&server, 0, &body);
    assert_int_equal(read_server(), PL_MORE);
    put_message(&server, 0, &body);
    pl_tls_flow_init(&flow, 443);
    assert_int_equal(read_server(), PL_MALFORMED);
    begin(0xc02f);
    put(&server, "\26\3\3\0\4\13\4\0\1", 9);
    assert_int_equal(read_server(), PL_MALFORMED);
}

/* --- Diffie-Hellman */

static size_t prime_of(const char *group, uint8_t *out, size_t size)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string("group", (char *)group, 0), OSSL_PARAM_END};
    EVP_PKEY *key = NULL;
    BIGNUM *p = NULL;
    size_t len;

    assert_true(ctx && EVP_PKEY_paramgen_init(ctx) > 0 && EVP_PKEY_CTX_set_params(ctx, params) > 0);
    assert_true(EVP_PKEY_paramgen(ctx, &key) > 0);
    assert_true(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p));
    len = (size_t)BN_num_bytes(p);
    assert_true(len <= size);
    BN_bn2bin(p, out);
    BN_free(p);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    return len;
}

static const struct pl_tls_facts *exchange(const uint8_t *p, size_t len, const char *g,
                                           size_t g_len)
{
    begin(0x009e);
    put16(&body, (unsigned)len);
    put(&body, p, len);
    put16(&body, (unsigned)g_len);
    put(&body, g, g_len);
    put(&body, "\0\1\7\4\1\0\1\0", 8);
    put_message(&server, 12, &body);
    assert_int_equal(read_server(), PL_MORE);
    assert_int_equal(flow.of[PL_TLS_SERVER].hello.facts.ske_hash, PL_SIG_SHA256);
    return &flow.of[PL_TLS_SERVER].hello.facts;
}

static void test_primes_of_rfc_7919(void **state)
{
    static const char *const names[] = {"ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144",
                                        "ffdhe8192"};
    static uint8_t p[1 + 1024];

    (void)state;
    for (unsigned i = 0; i < PL_COUNT(names); i++) {
        size_t len = prime_of(names[i], p + 1, sizeof p - 1);
        const struct pl_tls_facts *f = exchange(p + 1, len, "\2", 1);

        assert_int_equal(f->group, 0x100 + i);
        assert_int_equal(f->group_class, PL_GROUP_FFDHE);
        assert_int_equal(f->dh_bits, 8 * len);
        assert_int_equal(exchange(p, len + 1, "\0\2", 2)->group, 0x100 + i);
        assert_int_equal(exchange(p + 1, len, "\2\0", 2)->group, 0);
        for (size_t at = 0; at < len; at++) {
            p[1 + at] ^= 4;
            assert_int_equal(exchange(p + 1, len, "\2", 1)->group, 0);
            assert_int_equal(f->dh_bits, 8 * len);
            p[1 + at] ^= 4;
        }
        assert_int_equal(exchange(p + 1, len - 1, "\2", 1)->group, 0);
    }
}

/* The primes of RFC 3526 are well known and none of RFC 7919. */
static void test_other_primes(void **state)
{
    static uint8_t p[1024];
    static const uint8_t zero[4], small[] = {0, 1, 0xff};
    size_t len = prime_of("modp_2048", p, sizeof p);

    (void)state;
    assert_int_equal(exchange(p, len, "\2", 1)->group, 0);
    assert_int_equal(exchange(p, len, "\2", 1)->dh_bits, 2048);
    assert_int_equal(exchange(small, sizeof small, "\2", 1)->dh_bits, 9);
    assert_int_equal(exchange(zero, sizeof zero, "\2", 1)->dh_bits, 0);
}

/* --- where it ends */

static void test_the_end(void **state)
{
    (void)state;
    begin(0xc02f);
    put(&server, "\24\3\3\0\1\1\26\3\3\0\5\xff\xff\xff\xff\xff", 16);
    assert_int_equal(read_server(), PL_DONE);
    assert_true(flow.resumed);
    put(&client, "\24\3\3\0\1\1\26\3\3\0\5\xff\xff\xff\xff\xff", 16);
    assert_int_equal(read_client(), PL_DONE);
    assert_int_equal(flow.client_hellos, 1);
    begin(0xc02f);
    put(&client, "\27\3\3\0\1\1", 6);
    assert_int_equal(read_client(), PL_DONE);
    begin(0xc02f);
    put(&client, "\25\3\3\0\32", 5); /* an alert that is encrypted */
    assert_int_equal(read_client(), PL_DONE);
    assert_int_equal(flow.alerts, 0);
    begin(0xc02f);
    put(&client, "\30\3\3\0\3\1\100\0\25\3\3\0\2\2\52", 15); /* heartbeat, alert */
    assert_int_equal(read_client(), PL_MORE);
    assert_int_equal(flow.alerts, 1);
    assert_int_equal(flow.alert[0].description, 42);
    begin(0xc02f);
    put(&client, "\24\3\3\0\1\1\25\3\3\0\2\2\57", 13); /* TLS 1.3's, then an alert in clear */
    assert_int_equal(read_client(), PL_MORE);
    assert_int_equal(flow.alert[0].description, 47);
}

static void test_many_alerts(void **state)
{
    (void)state;
    begin(0xc02f);
    for (int i = 0; i < 12; i++)
        put(&server, "\25\3\3\0\2\1\132", 7);
    assert_int_equal(read_server(), PL_MORE);
    assert_int_equal(flow.alerts, PL_TLS_ALERTS_MAX);
}

static void test_a_second_hello_only_once(void **state)
{
    static struct hello three;

    (void)state;
    begin(0xc02f);
    three.len = 0;
    for (int i = 0; i < 3; i++)
        put(&three, client.at, client.len);
    assert_int_equal(pl_tls_flow_feed(&flow, PL_TLS_CLIENT, three.at, 2 * client.len), PL_MORE);
    assert_int_equal(flow.client_hellos, 2);
    pl_tls_flow_init(&flow, 443);
    assert_int_equal(pl_tls_flow_feed(&flow, PL_TLS_CLIENT, three.at, three.len), PL_MALFORMED);
}

static void test_sizes(void **state)
{
    (void)state;
    assert_in_range(sizeof flow, 1, 1100);
    assert_in_range(sizeof(struct pl_tls), 1, 376); /* of which the packet path keeps one a flow */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_caps_of_certificates),
        cmocka_unit_test(test_lengths_that_lie),
        cmocka_unit_test(test_too_many_messages),
        cmocka_unit_test(test_primes_of_rfc_7919),
        cmocka_unit_test(test_other_primes),
        cmocka_unit_test(test_the_end),
        cmocka_unit_test(test_many_alerts),
        cmocka_unit_test(test_a_second_hello_only_once),
        cmocka_unit_test(test_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
