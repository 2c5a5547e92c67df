/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of DNSSEC and of resolvers in DNS messages, and messages over TCP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/read/wire/dns.h"
#include "dns_build.h"

static struct pl_dns_facts facts_of(const struct message *m, uint16_t port)
{
    struct pl_dns d = {0};

    assert_int_equal(read_message(&d, m, port), PL_MORE);
    return d.facts;
}

static uint16_t rsa_bits(uint8_t algorithm, uint16_t flags, uint32_t zeros, uint8_t first,
                         uint32_t bytes)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_DNSKEY);
    uint8_t data[1200] = {(uint8_t)(flags >> 8), (uint8_t)flags, 3, algorithm, 3, 1, 0, 1};

    data[8 + zeros] = first;
    add(&m, 1, PL_DNS_DNSKEY, data, 8 + zeros + bytes);
    return facts_of(&m, 53).rsa_bits;
}

static void the_length_of_rsa_keys(void **state)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_DNSKEY);
    uint8_t longer[300] = {1, 1, 3, 8, 0, 0, 4, 0, 1, 0, 1, 0x80};

    (void)state;
    assert_int_equal(rsa_bits(8, 256, 0, 0x80, 256), 2048);
    assert_int_equal(rsa_bits(8, 257, 0, 0x80, 128), 1024);
    assert_int_equal(rsa_bits(10, 257, 0, 0x01, 128), 1017);
    assert_int_equal(rsa_bits(8, 257, 2, 0x80, 128), 1024);
    assert_int_equal(rsa_bits(8, 257, 0, 0, 128), 0);
    assert_int_equal(rsa_bits(8, 257, 0, 0, 0), 0);
    assert_int_equal(rsa_bits(13, 257, 0, 0x80, 64), 0);
    assert_int_equal(rsa_bits(8, 257 | 128, 0, 0x80, 128), 0); /* revoked */
    assert_int_equal(rsa_bits(8, 0, 0, 0x80, 128), 0);         /* not a key of a zone */
    add(&m, 1, PL_DNS_DNSKEY, longer, 11 + 256);
    assert_int_equal(facts_of(&m, 53).rsa_bits, 2048);
    add(&m, 1, PL_DNS_DNSKEY, longer, 11 + 128);
    assert_int_equal(facts_of(&m, 53).rsa_bits, 1024);
}

static void ds_by_ds(void **state)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_DS);
    struct pl_dns d = {0};

    (void)state;
    add(&m, 1, PL_DNS_DS, "\0\1\x08\1xxxxxxxxxxxxxxxxxxxx", 24);
    assert_true(facts_of(&m, 53).ds_seen && !facts_of(&m, 53).ds_strong);
    add(&m, 1, PL_DNS_DS, "\0\1\x08\2xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 36);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    assert_true(d.facts.ds_seen && d.facts.ds_strong);
    assert_int_equal(d.ds_count, 2);
    assert_int_equal(d.ds[1].digest, 2);
}

static void nsec3_has_iterations_and_salt(void **state)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_A);

    (void)state;
    add(&m, 2, PL_DNS_NSEC3, "\1\0\0\0\0", 5);
    assert_true(facts_of(&m, 53).nsec3 && facts_of(&m, 53).nsec3_iterations == 0);
    assert_false(facts_of(&m, 53).nsec3_salt);
    add(&m, 2, PL_DNS_NSEC3, "\1\0\1\2\1\7", 6);
    assert_int_equal(facts_of(&m, 53).nsec3_iterations, 258);
    assert_true(facts_of(&m, 53).nsec3_salt);
    m = message(QUERY, "example.net", PL_DNS_A);
    add(&m, 2, PL_DNS_NSEC3, "\1\0\0\1\0", 5);
    assert_false(facts_of(&m, 53).nsec3);
}

static void add_signature(struct message *m, uint32_t expires, uint32_t begins)
{
    struct message data = {{0}, 0};

    put(&data, "\0\1\x0d\2\0\0\1\x2c", 8);
    put32(&data, expires);
    put32(&data, begins);
    put(&data, "\x30\x39\0xxxx", 7);
    add(m, 1, PL_DNS_RRSIG, data.byte, data.len);
}

static void the_signature_that_ends_first_counts(void **state)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_A);

    (void)state;
    add_signature(&m, 5000, 1000);
    add_signature(&m, 4000, 900);
    add_signature(&m, 6000, 800);
    assert_true(facts_of(&m, 53).signature_seen);
    assert_int_equal(facts_of(&m, 53).signature_expires, 4000);
    assert_int_equal(facts_of(&m, 53).signature_begins, 900);
    add_signature(&m, 0xfffffff0, 0xffff0000); /* before 2106's turn, and so before them */
    assert_int_equal(facts_of(&m, 53).signature_expires, 0xfffffff0);
}

static void a_resolver_offers_encryption(void **state)
{
    static const uint8_t dot[] = "\0\1\3dns\7example\3net\0\0\1\0\4\3dot";
    static const uint8_t old[] = "\0\1\3dns\7example\3net\0\0\1\0\x09\x08http/1.1";
    struct message m = message(ANSWER, "_dns.resolver.arpa", PL_DNS_SVCB), n = m;
    struct message ask = message(QUERY, "example.net", PL_DNS_A);
    struct message again = message(QUERY, "_dns.resolver.arpa", PL_DNS_SVCB);
    struct pl_dns d = {0};

    (void)state;
    add(&n, 1, PL_DNS_SVCB, old, 28 + 3);
    assert_int_equal(read_message(&d, &n, 53), PL_MORE);
    assert_false(d.offered);
    add(&m, 1, PL_DNS_SVCB, dot, 27);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    assert_true(d.offered && !d.facts.asked);
    assert_int_equal(read_message(&d, &again, 53), PL_MORE);
    assert_false(d.facts.asked);
    assert_int_equal(read_message(&d, &ask, 53), PL_MORE);
    assert_true(d.facts.asked_clear && d.facts.encryption_offered);
}

/* --- over TCP */

static enum pl_match match_tcp(enum pl_side side, const struct message *m, uint32_t len)
{
    uint8_t byte[64] = {(uint8_t)(m->len >> 8), (uint8_t)m->len};

    memcpy(byte + 2, m->byte, sizeof(byte) - 2);
    return pl_dns_tcp_match(side, byte, len, 53);
}

static void tcp_is_known_by_the_head_of_a_message(void **state)
{
    struct message ask = message(QUERY, "example.net", PL_DNS_A),
                   answer = message(ANSWER, "example.net", PL_DNS_A);

    (void)state;
    for (uint32_t len = 0; len < PL_DNS_TCP_HEAD; len++)
        assert_int_equal(match_tcp(PL_CLIENT, &ask, len), PL_MATCH_MORE);
    assert_int_equal(match_tcp(PL_CLIENT, &ask, PL_DNS_TCP_HEAD), PL_MATCH_YES);
    assert_int_equal(match_tcp(PL_SERVER, &answer, PL_DNS_TCP_HEAD), PL_MATCH_YES);
    assert_int_equal(match_tcp(PL_SERVER, &ask, PL_DNS_TCP_HEAD), PL_MATCH_NO);
    assert_int_equal(match_tcp(PL_CLIENT, &answer, PL_DNS_TCP_HEAD), PL_MATCH_NO);
    ask.byte[5] = 2; /* two questions */
    assert_int_equal(match_tcp(PL_CLIENT, &ask, PL_DNS_TCP_HEAD), PL_MATCH_NO);
    ask.byte[5] = 1;
    ask.byte[3] = 0x40; /* the reserved bit */
    assert_int_equal(match_tcp(PL_CLIENT, &ask, PL_DNS_TCP_HEAD), PL_MATCH_NO);
    ask.byte[3] = 0;
    ask.len = 11; /* shorter than a head */
    assert_int_equal(match_tcp(PL_CLIENT, &ask, 2), PL_MATCH_NO);
    assert_int_equal(match_tcp(PL_CLIENT, &ask, PL_DNS_TCP_HEAD), PL_MATCH_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_length_of_rsa_keys),
        cmocka_unit_test(ds_by_ds),
        cmocka_unit_test(nsec3_has_iterations_and_salt),
        cmocka_unit_test(the_signature_that_ends_first_counts),
        cmocka_unit_test(a_resolver_offers_encryption),
        cmocka_unit_test(tcp_is_known_by_the_head_of_a_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
