/* SPDX-License-Identifier: BSD-2-Clause */
/* QUIC flows from sealed datagrams: order, cuts, damage, Retry, other versions, other keys. */
#include "quic_build.h"

#include "common/check/tls.h"

static struct pl_quic_keyring *ring;
static struct pl_quic quic;
static struct hello hello, answer, extensions, frames, datagram;
static struct pl_tls_facts facts;

static const struct quic_build client = {
    .version = PL_QUIC_V1, .side = PL_CLIENT, .dcid = "original", .scid = "cli", .room = 1162};
static const struct quic_build server = {
    .version = PL_QUIC_V1, .side = PL_SERVER, .dcid = "cli", .scid = "srv", .key_id = "original"};

static void client_hello(const char *name)
{
    uint8_t len = (uint8_t)strlen(name), head[] = {0, (uint8_t)(len + 3), 0, 0, len};
    static struct hello x;

    x.len = extensions.len = 0;
    put(&x, head, 5);
    put(&x, name, len);
    put_extension(&extensions, 0, x.at, x.len);
    EXTENSION(&extensions, 10, "\0\4\x11\xec\0\x1d");
    EXTENSION(&extensions, 16, "\0\3\2h3");
    EXTENSION(&extensions, 43, "\2\3\4");
    client_message(&hello, &extensions);
}

static void server_hello(bool retry)
{
    extensions.len = 0;
    EXTENSION(&extensions, 43, "\3\4");
    if (retry)
        EXTENSION(&extensions, 51, "\0\x1d");
    else
        EXTENSION(&extensions, 51, "\0\x1d\0\1x");
    server_message(&answer, &extensions);
    memcpy(answer.at + 4 + 2 + 32 + 1, "\x13\x01", 2);
    if (retry)
        memcpy(answer.at + 6,
               "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
               "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c",
               32);
}

static void fresh(void)
{
    memset(&quic, 0, sizeof quic);
    quic.crypto.port = 443;
}

static enum pl_outcome send(struct quic_build b, const struct hello *stream, size_t from,
                            size_t end)
{
    frames.len = datagram.len = 0;
    quic_crypto(&frames, stream, from, end);
    quic_initial(&datagram, b, &frames);
    return quic_read(&quic, ring, b.side, &datagram);
}

static bool has_name(const char *name)
{
    pl_quic_tls(&quic.crypto, &facts);
    return facts.client_hello && facts.sni_len == strlen(name) &&
           !memcmp(facts.sni, name, facts.sni_len);
}

static void each_version(void **state)
{
    static const uint32_t versions[] = {PL_QUIC_V1, PL_QUIC_V2, 0xff00001d,
                                        0xff000020, 0xff000021, 0xff000022};

    (void)state;
    client_hello("quic.example");
    server_hello(false);
    for (size_t i = 0; i < PL_COUNT(versions); i++) {
        struct quic_build c = client, s = server;

        c.version = s.version = versions[i];
        fresh();
        assert_int_equal(send(c, &hello, 0, hello.len), PL_MORE);
        assert_int_equal(pl_quic_match(PL_CLIENT, datagram.at, (uint32_t)datagram.len),
                         PL_MATCH_YES);
        assert_int_equal(send(s, &answer, 0, answer.len), PL_DONE);
        assert_true(has_name("quic.example"));
        assert_true(facts.server_hello);
        assert_int_equal(facts.version, PL_TLS13);
        assert_int_equal(facts.suite, 0x1301);
        assert_int_equal(facts.alpn, PL_ALPN_H3);
        assert_int_equal(facts.max_version, PL_TLS13);
        assert_int_equal(quic.facts.version[0], versions[i]);
    }
}

/* What cannot be opened: the version is known even so. */
static void versions_without_keys(void **state)
{
    struct quic_build c = client;

    (void)state;
    client_hello("quic.example");
    c.version = 0xff00001b;
    fresh();
    assert_int_equal(send(c, &hello, 0, hello.len), PL_MORE);
    pl_quic_tls(&quic.crypto, &facts);
    assert_false(facts.client_hello);
    assert_int_equal(quic.facts.versions, 1);
    assert_int_equal(quic.facts.version[0], 0xff00001b);
}

/* Four pieces in packets of their own, the packets in every order, one or two in a datagram. */
static void every_order_of_packets(void **state)
{
    (void)state;
    client_hello("order.example");
    for (uint32_t code = 0; code < 256 * 2; code++) {
        uint32_t of[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3};
        bool paired = code >> 8;

        if ((1u << of[0] | 1u << of[1] | 1u << of[2] | 1u << of[3]) != 15)
            continue;
        fresh();
        for (uint32_t i = 0; i < 4; i++) {
            struct quic_build c = client;

            c.number = of[i];
            c.number_len = 1 + (uint8_t)of[i];
            c.room = 0;
            if (i == 0 || !paired || i == 2)
                datagram.len = 0;
            frames.len = 0;
            quic_crypto(&frames, &hello, hello.len * of[i] / 4, hello.len * (of[i] + 1) / 4);
            quic_initial(&datagram, c, &frames);
            if (!paired || i & 1)
                quic_read(&quic, ring, PL_CLIENT, &datagram);
        }
        assert_true(has_name("order.example"));
    }
}

static void every_cut(void **state)
{
    (void)state;
    client_hello("cut.example");
    for (size_t at = 0; at <= hello.len; at++) {
        fresh();
        send(client, &hello, at, hello.len);
        send(client, &hello, 0, at);
        assert_true(has_name("cut.example"));
    }
}

static void other_packets_in_the_datagram(void **state)
{
    static struct hello head, both;

    (void)state;
    client_hello("coalesced.example");
    fresh();
    both.len = 0;
    for (uint32_t type = PL_QUIC_ZERO_RTT; type <= PL_QUIC_HANDSHAKE; type++) {
        quic_long_head(&head, client, type);
        put(&both, head.at, head.len);
        put(&both, "\x1eSome bytes that are encrypted.", 31);
    }
    frames.len = 0;
    quic_crypto(&frames, &hello, 0, hello.len);
    quic_initial(&both, client, &frames);
    put(&both, "\x40 and a short header", 21);
    quic_read(&quic, ring, PL_CLIENT, &both);
    assert_true(has_name("coalesced.example"));
}

/* Cut short at each byte, and each bit turned: nothing of it is believed. */
static void every_truncation_and_every_bit(void **state)
{
    struct pl_findings o = {0};
    static struct hello spoiled;
    struct quic_build c = client;

    (void)state;
    client_hello("whole.example");
    c.room = 0;
    fresh();
    send(c, &hello, 0, hello.len);
    assert_true(has_name("whole.example"));
    for (size_t i = 0; i < datagram.len; i++)
        for (int bit = -1; bit < 8; bit++) {
            spoiled = datagram;
            if (bit < 0)
                spoiled.len = i;
            else
                spoiled.at[i] ^= (uint8_t)(1 << bit);
            fresh();
            assert_int_equal(quic_read(&quic, ring, PL_CLIENT, &spoiled), PL_MORE);
            pl_quic_tls(&quic.crypto, &facts);
            assert_false(facts.client_hello);
            assert_int_equal(quic.crypto.patch[PL_CLIENT].whole, 0);
            pl_check_tls(&facts, &o);
            assert_int_equal(o.seen[PL_FAMILY_TLS], 0);
        }
}

/* With the Retry, without it, and with a false one; late packets of the first id come after. */
static void retry(void **state)
{
    struct quic_build again = client, answered = server;

    (void)state;
    client_hello("retry.example");
    server_hello(false);
    again.dcid = answered.key_id = "retrysrc";
    again.token = "token";
    again.number = 1;
    for (int how = 0; how < 3; how++) {
        static struct hello retry_packet;

        fresh();
        send(client, &hello, 0, hello.len / 2);
        quic_retry(&retry_packet, "cli", "retrysrc", "original");
        retry_packet.at[retry_packet.len - 1] ^= how == 2;
        if (how)
            quic_read(&quic, ring, PL_SERVER, &retry_packet);
        assert_int_equal(quic.facts.retry, how == 1);
        assert_int_equal(send(again, &hello, 0, hello.len), PL_MORE);
        send(client, &hello, 0, hello.len / 2);
        assert_int_equal(send(answered, &answer, 0, answer.len), PL_DONE);
        assert_true(has_name("retry.example"));
        assert_int_equal(facts.suite, 0x1301);
    }
}

static void hello_retry_request(void **state)
{
    static struct hello stream, said;
    uint32_t len;

    (void)state;
    for (int seen = 0; seen < 2; seen++) {
        size_t first;

        client_hello("first.example");
        stream = hello;
        first = hello.len;
        client_hello("second.example");
        put(&stream, hello.at, hello.len);
        server_hello(true);
        said = answer;
        server_hello(false);
        put(&said, answer.at, answer.len);
        fresh();
        assert_int_equal(send(client, &stream, 0, first), PL_MORE);
        assert_true(has_name("first.example"));
        if (seen)
            assert_int_equal(send(server, &said, 0, said.len - answer.len), PL_MORE);
        assert_int_equal(send(client, &stream, first, stream.len), PL_MORE);
        assert_true(has_name("second.example"));
        assert_int_equal(send(server, &said, 0, said.len), PL_DONE);
        assert_true(has_name("second.example"));
        assert_true(facts.hello_retry);
        assert_memory_equal(pl_quic_client_hello(&quic.crypto, &len), stream.at, first);
        assert_int_equal(len, first);
    }
}

/* The server changes to version 2 and the client follows (RFC 9369, 4.1). */
static void version_changed_on_the_way(void **state)
{
    struct quic_build s = server, c = client;

    (void)state;
    client_hello("change.example");
    server_hello(false);
    fresh();
    send(client, &hello, 0, 60);
    c.version = s.version = PL_QUIC_V2;
    c.dcid = "srv";
    c.key_id = "original";
    send(c, &hello, 60, hello.len);
    assert_int_equal(send(s, &answer, 0, answer.len), PL_DONE);
    assert_true(has_name("change.example"));
    assert_int_equal(quic.facts.versions, 2);
    assert_int_equal(quic.facts.version[1], PL_QUIC_V2);
}

/* Another connection of the same ports, the first of which nobody answered. */
static void connection_after_connection(void **state)
{
    struct quic_build c = client, s = server;

    (void)state;
    fresh();
    client_hello("one.example");
    send(client, &hello, 0, hello.len);
    assert_true(has_name("one.example"));
    client_hello("two.example");
    server_hello(false);
    c.dcid = s.key_id = "another!";
    send(c, &hello, 0, hello.len);
    assert_int_equal(send(s, &answer, 0, answer.len), PL_DONE);
    assert_true(has_name("two.example"));
}

static void packet_numbers(void **state)
{
    static const uint64_t numbers[] = {0, 1, 254, 255, 256, 300, 290, 400, 500, 600};

    (void)state;
    client_hello("numbers.example");
    fresh();
    for (size_t i = 0; i < PL_COUNT(numbers); i++) {
        struct quic_build c = client;

        c.number = numbers[i];
        c.number_len = i == 2 ? 2 : 1;
        send(c, &hello, hello.len * i / PL_COUNT(numbers), hello.len * (i + 1) / PL_COUNT(numbers));
    }
    assert_true(has_name("numbers.example"));
}

static void malformed_inside(void **state)
{
    (void)state;
    fresh();
    frames.len = datagram.len = 0;
    put(&frames, "\x08stream", 7); /* STREAM in an Initial */
    quic_initial(&datagram, client, &frames);
    assert_int_equal(quic_read(&quic, ring, PL_CLIENT, &datagram), PL_MALFORMED);
    fresh();
    frames.len = datagram.len = 0;
    put(&frames, "\6\0\4\2\0\0\0", 7); /* a client that says ServerHello */
    quic_initial(&datagram, client, &frames);
    assert_int_equal(quic_read(&quic, ring, PL_CLIENT, &datagram), PL_MALFORMED);
}

/* Nobody keeps the processor busy: so many packets are tried and no more. */
static void tries_have_a_limit(void **state)
{
    enum pl_outcome o = PL_MORE;
    uint32_t sent = 0;

    (void)state;
    client_hello("late.example");
    fresh();
    send(client, &hello, 0, 10);
    datagram.at[datagram.len - 1] ^= 1;
    for (; o == PL_MORE && sent < 1000; sent++)
        o = quic_read(&quic, ring, PL_CLIENT, &datagram);
    assert_int_equal(o, PL_DONE);
    assert_int_equal(sent, PL_QUIC_OPENS - 1);
    assert_int_equal(send(client, &hello, 0, hello.len), PL_DONE);
    pl_quic_tls(&quic.crypto, &facts);
    assert_false(facts.client_hello);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_version),
        cmocka_unit_test(versions_without_keys),
        cmocka_unit_test(every_order_of_packets),
        cmocka_unit_test(every_cut),
        cmocka_unit_test(other_packets_in_the_datagram),
        cmocka_unit_test(every_truncation_and_every_bit),
        cmocka_unit_test(retry),
        cmocka_unit_test(hello_retry_request),
        cmocka_unit_test(version_changed_on_the_way),
        cmocka_unit_test(connection_after_connection),
        cmocka_unit_test(packet_numbers),
        cmocka_unit_test(malformed_inside),
        cmocka_unit_test(tries_have_a_limit),
    };
    int failed;

    if (!pl_quic_keyring_open(&ring, NULL))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    pl_quic_keyring_close(ring);
    return failed;
}
