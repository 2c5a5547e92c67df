/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole DNS messages: what is read of them, and what no lie in them can do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/check/dns.h"
#include "dns_build.h"

static const uint8_t address[] = {192, 0, 2, 1}, home[] = {192, 168, 1, 1}, loop_6[16] = {[15] = 1},
                     global_6[16] = {0x20, 0x01, 0x0d, 0xb8};

static struct pl_dns_facts facts_of(const struct message *m, uint16_t port)
{
    struct pl_dns d = {0};

    assert_int_equal(read_message(&d, m, port), PL_MORE);
    return d.facts;
}

static void assert_malformed(const struct message *m, uint16_t port)
{
    struct pl_dns d = {0}, fresh = {0};

    assert_int_equal(read_message(&d, m, port), PL_MALFORMED);
    assert_memory_equal(&d, &fresh, sizeof(d));
}

static void a_question_has_a_name_and_a_type(void **state)
{
    struct message m = message(QUERY, "www.Example.net", PL_DNS_AAAA);
    struct pl_dns d = {0};

    (void)state;
    add_opt(&m, 4096);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    assert_true(d.seen && d.asked && !d.answered && d.named);
    assert_int_equal(d.type, PL_DNS_AAAA);
    assert_int_equal(d.edns_size, 4096);
    assert_int_equal(d.name_len, 15);
    assert_memory_equal(d.name, "www.Example.net", 15);
    assert_true(d.facts.asked && d.facts.asked_clear && !d.facts.addresses_seen);
}

static void the_root_has_an_empty_name(void **state)
{
    struct message m = message(QUERY, "", 2);
    struct pl_dns d = {0};

    (void)state;
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    assert_true(d.named && d.name_len == 0);
}

static void only_a_question_offers_a_size(void **state)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_A);
    struct pl_dns d = {0};

    (void)state;
    add_opt(&m, 4096);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    assert_true(d.answered && !d.asked && d.edns_size == 0);
}

static void names_follow_pointers_backwards_only(void **state)
{
    struct message m = {{0}, 0}, back;
    struct pl_dns d = {0};

    (void)state;
    put(&m, "\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00", 12);
    put_name(&m, "example.net"); /* at 12, 13 bytes */
    put16(&m, PL_DNS_A);
    put16(&m, PL_DNS_IN);
    back = m;
    put(&back, "\3www\xc0\x0c", 6);
    put16(&back, PL_DNS_A);
    put16(&back, PL_DNS_IN);
    assert_int_equal(read_message(&d, &back, 53), PL_MORE);
    assert_memory_equal(d.name, "example.net", 11);
}

static void pointers_that_loop_or_lead_on_are_refused(void **state)
{
    static const uint8_t names[][8] = {
        {0xc0, 12},                    /* to itself */
        {0xc0, 14, 0, 0},              /* forwards */
        {1, 'a', 0xc0, 12},            /* a loop with a label in it */
        {0xff, 0xff},                  /* behind the end */
        {0x40, 1},          {0x80, 1}, /* no such kind of label */
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(names); i++) {
        struct message m = {{0}, 0};
        put(&m, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
        put(&m, names[i], sizeof(names[i]));
        put32(&m, 0x00010001);
        assert_malformed(&m, 53);
    }
}

static void a_pointer_into_the_head_has_an_end(void **state)
{
    struct message m = {{0}, 0};
    struct pl_dns d = {0};

    (void)state;
    put(&m, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x06\x00\x01\x00\x01", 18);
    assert_int_equal(read_message(&d, &m, 53), PL_MORE);
    assert_int_equal(d.name_len, 0);
}

static void a_name_of_more_than_255_bytes_is_refused(void **state)
{
    struct message m = {{0}, 0};

    (void)state;
    put(&m, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
    for (int i = 0; i < 5; i++) {
        put(&m, "?", 1);
        m.byte[m.len - 1] = 63;
        for (int k = 0; k < 63; k++)
            put(&m, "a", 1);
    }
    put(&m, "\0\0\1\0\1", 5);
    assert_malformed(&m, 53);
}

static struct message full_answer(void)
{
    struct message m = message(ANSWER, "example.net", PL_DNS_A);

    add(&m, 1, PL_DNS_A, address, 4);
    add(&m, 1, PL_DNS_AAAA, global_6, 16);
    add(&m, 1, PL_DNS_DS, "\x30\x39\x0d\x01xxxxxxxxxxxxxxxxxxxx", 24);
    add_text(&m, "v=spf1 -all", 255);
    add(&m, 2, PL_DNS_NSEC3, "\1\0\0\5\0", 5);
    add_opt(&m, 1232);
    return m;
}

static void truncation_is_malformed_at_every_byte(void **state)
{
    struct message m = full_answer();

    (void)state;
    for (uint32_t len = 0; len < m.len; len++) {
        struct message part = m;
        part.len = len;
        assert_malformed(&part, 53);
    }
}

static void a_truncated_answer_may_end_anywhere_and_is_not_judged(void **state)
{
    struct message m = full_answer();

    (void)state;
    m.byte[2] |= 0x02; /* TC */
    for (uint32_t len = 29; len <= m.len; len++) {
        struct pl_dns d = {0};
        struct pl_findings f = {0};
        assert_int_equal(read_bytes(&d, m.byte, len, 53), PL_MORE);
        pl_check_dns(&d.facts, &f);
        assert_int_equal(f.seen[PL_FAMILY_DNS], 0);
    }
}

static void counts_that_lie_are_malformed(void **state)
{
    (void)state;
    for (int at = 4; at < 12; at += 2) {
        struct message m = full_answer();
        m.byte[at] = 0xff;
        assert_malformed(&m, 53);
    }
}

static void an_error_says_nothing_of_addresses(void **state)
{
    struct message m = message(ANSWER | 3, "example.net", PL_DNS_A);

    (void)state;
    add(&m, 1, PL_DNS_A, home, 4);
    add(&m, 2, PL_DNS_NSEC3, "\1\0\0\5\0", 5);
    assert_false(facts_of(&m, 53).addresses_seen);
    assert_true(facts_of(&m, 53).nsec3); /* but of what is not there */
}

static void facts_are_of_the_last_message(void **state)
{
    struct message one = full_answer(), two = message(ANSWER, "example.org", PL_DNS_A);
    struct pl_dns d = {0};

    (void)state;
    assert_int_equal(read_message(&d, &one, 53), PL_MORE);
    assert_true(d.facts.ds_seen && d.facts.nsec3 && d.facts.addresses_seen && d.ds_count == 1);
    assert_int_equal(read_message(&d, &two, 53), PL_MORE);
    assert_true(!d.facts.ds_seen && !d.facts.nsec3 && !d.facts.addresses_seen && d.ds_count == 1);
    assert_memory_equal(d.name, "example.org", 11);
}

static void addresses_are_private_or_not(void **state)
{
    static const uint8_t v4_in_6[16] = {[10] = 0xff, 0xff, 10, 0, 0, 1};
    struct message m = message(ANSWER, "example.net", PL_DNS_A);
    struct message n = m, o = m, p = m, q = m;

    (void)state;
    add(&m, 1, PL_DNS_A, address, 4);
    add(&m, 1, PL_DNS_AAAA, global_6, 16);
    assert_true(facts_of(&m, 53).addresses_seen && !facts_of(&m, 53).address_private);
    add(&m, 1, PL_DNS_A, home, 4);
    assert_true(facts_of(&m, 53).address_private);
    add(&n, 1, PL_DNS_AAAA, loop_6, 16);
    assert_true(facts_of(&n, 53).address_private);
    add(&o, 1, PL_DNS_AAAA, v4_in_6, 16);
    assert_true(facts_of(&o, 53).address_private);
    add(&p, 3, PL_DNS_A, home, 4); /* glue is nobody's answer */
    assert_false(facts_of(&p, 53).addresses_seen);
    add(&q, 1, PL_DNS_A, home, 3); /* too short to be one */
    assert_false(facts_of(&q, 53).addresses_seen);
}

static void hints_are_addresses(void **state)
{
    static const uint8_t service[] = {0, 1, 0, 0, 4, 0, 8, 192, 0, 2, 1, 192, 168, 0, 1};
    struct message m = message(ANSWER, "example.net", PL_DNS_HTTPS);

    (void)state;
    add(&m, 1, PL_DNS_HTTPS, service, sizeof(service));
    assert_true(facts_of(&m, 53).addresses_seen && facts_of(&m, 53).address_private);
}

static bool rebinding(const char *name, const uint8_t *v4, uint16_t port)
{
    struct message m = message(ANSWER, name, PL_DNS_A);
    struct pl_dns_facts facts;
    struct pl_findings f = {0};

    add(&m, 1, PL_DNS_A, v4, 4);
    facts = facts_of(&m, port);
    pl_check_dns(&facts, &f);
    return f.failed[PL_FAMILY_DNS] & PL_MASK(dns_rebinding);
}

static void local_names_may_have_private_addresses(void **state)
{
    static const uint8_t listed[] = {127, 0, 0, 2};

    (void)state;
    assert_true(rebinding("www.example.net", home, 53));
    assert_true(rebinding("1.2.3.example.net", home, 53));
    assert_true(rebinding("www.example.net", listed, 53));
    assert_false(rebinding("printer.Local", home, 53));
    assert_false(rebinding("printer", home, 5355));
    assert_false(rebinding("nas.example.net", home, 5353));
    assert_false(rebinding("router", home, 53));
    assert_false(rebinding("router.home.arpa", home, 53));
    assert_false(rebinding("7.2.0.192.list.example.net", listed, 53));
    assert_true(rebinding("7.2.0.192.list.example.net", home, 53));
    assert_false(rebinding(
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.org", listed, 53));
}

static void an_mdns_answer_without_a_question_is_read(void **state)
{
    struct message m = {{0}, 0};
    struct pl_dns d = {0};

    (void)state;
    put(&m, "\0\0\x84\0\0\0\0\1\0\0\0\0", 12);
    put_name(&m, "nas.local");
    put(&m, "\0\1\x80\1\0\0\0\x78\0\4\xc0\xa8\1\1", 14); /* cache flush */
    assert_int_equal(read_message(&d, &m, 5353), PL_MORE);
    assert_true(d.answered && !d.named && d.facts.name_local && d.facts.address_private);
    assert_malformed(&m, 40000);
}

static void odd_ports_have_to_be_sure(void **state)
{
    struct message m = message(QUERY, "example.net", PL_DNS_A), n;
    struct pl_dns d = {0};

    (void)state;
    assert_int_equal(read_message(&d, &m, 5300), PL_MORE);
    n = m;
    put(&n, "x", 1); /* something behind it */
    assert_malformed(&n, 5300);
    n = m;
    n.byte[2] = 0x28; /* opcode 5 */
    assert_malformed(&n, 5300);
    n = m;
    n.byte[3] = 0x40; /* the reserved bit */
    assert_malformed(&n, 5300);
    n = m;
    n.byte[n.len - 1] = 9; /* no such class */
    assert_malformed(&n, 5300);
    assert_int_equal(read_message(&d, &n, 53), PL_MORE);
}

static void netbios_is_not_dns(void **state)
{
    struct message m =
        message(QUERY | 0x10, "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", PL_DNS_NETBIOS_STATUS);

    (void)state;
    assert_malformed(&m, 137);
    m = message(QUERY | 0x10, "FHEPFCELEHFCEPFFFACACACACACACABL", PL_DNS_NETBIOS);
    assert_malformed(&m, 137);
}

static void other_datagrams_are_not_dns(void **state)
{
    static const uint8_t rtp[32] = {0x80, 0, 0x1a, 2, 0, 1}, zeros[64] = {0};
    static const uint8_t stun[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};
    struct pl_dns d = {0};

    (void)state;
    assert_int_equal(read_bytes(&d, rtp, sizeof(rtp), 5004), PL_MALFORMED);
    assert_int_equal(read_bytes(&d, zeros, sizeof(zeros), 4000), PL_MALFORMED);
    assert_int_equal(read_bytes(&d, stun, sizeof(stun), 3478), PL_MALFORMED);
    assert_false(d.seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_has_a_name_and_a_type),
        cmocka_unit_test(the_root_has_an_empty_name),
        cmocka_unit_test(only_a_question_offers_a_size),
        cmocka_unit_test(names_follow_pointers_backwards_only),
        cmocka_unit_test(pointers_that_loop_or_lead_on_are_refused),
        cmocka_unit_test(a_pointer_into_the_head_has_an_end),
        cmocka_unit_test(a_name_of_more_than_255_bytes_is_refused),
        cmocka_unit_test(truncation_is_malformed_at_every_byte),
        cmocka_unit_test(a_truncated_answer_may_end_anywhere_and_is_not_judged),
        cmocka_unit_test(counts_that_lie_are_malformed),
        cmocka_unit_test(an_error_says_nothing_of_addresses),
        cmocka_unit_test(facts_are_of_the_last_message),
        cmocka_unit_test(addresses_are_private_or_not),
        cmocka_unit_test(hints_are_addresses),
        cmocka_unit_test(local_names_may_have_private_addresses),
        cmocka_unit_test(an_mdns_answer_without_a_question_is_read),
        cmocka_unit_test(odd_ports_have_to_be_sure),
        cmocka_unit_test(netbios_is_not_dns),
        cmocka_unit_test(other_datagrams_are_not_dns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
