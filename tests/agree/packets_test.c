/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of every shape through the program in the kernel: which are refused, how, and that
 * nothing is answered that must not be.  203.0.113.0/24 and 2001:db8:bad::/48 are blocked; clients
 * are 10.0.0.0/8 and 2001:db8:1::/48.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "agree.h"
#include "frame.h"

enum { PASS = -1, DROP = 2, ANSWER = 7 }; /* TC_ACT_UNSPEC, TC_ACT_SHOT, TC_ACT_REDIRECT */

#define LISTED4 "::ffff:203.0.113.5"
#define LISTED6 "2001:db8:bad::5"

static const char policy[] =
    "version: 1\n"
    "defaults: { profile: enterprise-baseline, mode: enforce }\n"
    "groups: [ { name: lan, clients: [10.0.0.0/8, \"2001:db8:1::/48\"] } ]\n"
    "classes: [ { name: bad, networks: [203.0.113.0/24, \"2001:db8:bad::/48\"] } ]\n"
    "rules: [ { classes: [bad], action: block } ]\n"
    "gateway: { networks: [10.0.0.0/8, \"2001:db8:1::/48\"] }\n";

static uint8_t out[FRAME_BYTES];
static uint32_t out_len;
static struct pl_stats before, after;

/* A new client, so that no flow and no share of replies is left of the test before. */
static struct frame_flow flow_to(const char *server)
{
    static uint16_t clients;
    struct frame_flow flow = {.client_port = 40000, .server_port = 5000, .isn = 77};

    inet_pton(AF_INET6, server, &flow.server);
    flow.v6 = !IN6_IS_ADDR_V4MAPPED(&flow.server);
    inet_pton(AF_INET6, flow.v6 ? "2001:db8:1::" : "::ffff:10.9.0.0", &flow.client);
    clients++;
    flow.client.s6_addr[flow.v6 ? 6 : 14] = (uint8_t)(clients >> 8);
    flow.client.s6_addr[flow.v6 ? 7 : 15] = (uint8_t)clients;
    return flow;
}

static int judge(const struct frame *f)
{
    kernel_stats(&before);
    out_len = f->len;
    int action = kernel_frame(f->bytes, out, &out_len);
    kernel_stats(&after);
    return action;
}

#define ROSE(counter) (after.counter - before.counter)

static struct frame udp_to(const char *server)
{
    struct frame_flow flow = flow_to(server);
    struct frame f;

    frame_udp(&f, &flow, (const uint8_t *)"question", 8);
    return f;
}

static struct frame syn_to(const char *server)
{
    struct frame_flow flow = flow_to(server);
    struct frame f;

    frame_tcp(&f, &flow, FRAME_SYN, 0, NULL, 0);
    return f;
}

/* The refused frame goes back: MACs exchanged, and the sums of the reply are right. */
static void expect_back(const struct frame *f, uint32_t l3, bool v6, uint8_t protocol)
{
    uint32_t head = v6 ? 40 : 20, len = out_len - l3 - head, sum = 0;

    assert_memory_equal(out, f->bytes + 6, 6);
    assert_memory_equal(out + 6, f->bytes, 6);
    assert_memory_equal(out + 12, f->bytes + 12, l3 - 12);
    assert_int_equal(out[l3 + (v6 ? 6 : 9)], protocol);
    assert_int_equal(frame_get16(out + l3 + (v6 ? 4 : 2)), v6 ? len : out_len - l3);
    if (!v6)
        assert_int_equal(frame_fold(frame_sum(out + l3, 20, 0)), 0);
    if (protocol != IPPROTO_ICMP)
        sum = frame_sum(out + l3 + (v6 ? 8 : 12), v6 ? 32 : 8, protocol + len);
    assert_int_equal(frame_fold(frame_sum(out + l3 + head, len, sum)), 0);
}

static void expect_icmp(const struct frame *f, uint32_t l3, bool v6)
{
    const uint8_t *icmp = out + l3 + (v6 ? 40 : 20);

    assert_int_equal(ROSE(unreachables), 1);
    expect_back(f, l3, v6, v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    assert_int_equal(icmp[0], v6 ? 1 : 3);
    assert_int_equal(icmp[1], v6 ? 1 : 13);
    assert_memory_equal(icmp + 8, f->bytes + l3, 20); /* the refused packet is quoted */
}

static void test_udp_is_refused_by_icmp(void **state)
{
    struct frame four = udp_to(LISTED4), six = udp_to(LISTED6);

    (void)state;
    assert_int_equal(judge(&four), ANSWER);
    expect_icmp(&four, 14, false);
    assert_int_equal(judge(&six), ANSWER);
    expect_icmp(&six, 14, true);
}

static void test_syn_is_refused_by_reset(void **state)
{
    struct frame four = syn_to(LISTED4), six = syn_to(LISTED6);

    (void)state;
    assert_int_equal(judge(&four), ANSWER);
    expect_back(&four, 14, false, IPPROTO_TCP);
    assert_int_equal(out[14 + 20 + 13], FRAME_RST | FRAME_ACK);
    assert_int_equal(judge(&six), ANSWER);
    expect_back(&six, 14, true, IPPROTO_TCP);
    assert_int_equal(ROSE(reset_client), 1);
}

static void test_vlan_tags_stay(void **state)
{
    static const uint8_t tags[8] = {0x88, 0xa8, 0, 100, 0x81, 0, 0, 5};
    struct frame f = udp_to(LISTED4), three = udp_to(LISTED4);

    (void)state;
    frame_insert(&f, 12, tags, sizeof(tags));
    assert_int_equal(judge(&f), ANSWER);
    expect_icmp(&f, 22, false);
    frame_insert(&three, 12, tags, sizeof(tags));
    frame_insert(&three, 12, tags, sizeof(tags));
    assert_int_equal(judge(&three), PASS);
    assert_int_equal(ROSE(not_ip), 1);
}

static void test_options_of_ip4_are_skipped(void **state)
{
    static const uint8_t option[8] = {7, 7, 4, 0, 0, 0, 0, 0}; /* record route */
    struct frame f = udp_to(LISTED4);

    (void)state;
    frame_insert(&f, 34, option, sizeof(option));
    f.bytes[14] = 0x47;
    frame_set16(&f, 16, (uint16_t)(f.len - 14));
    assert_int_equal(judge(&f), ANSWER);
    assert_int_equal(ROSE(unreachables), 1);
    assert_int_equal(out_len, 14 + 20 + 8 + 28 + 8);
}

/* Extension headers before TCP: hop-by-hop or destination options, eight bytes each. */
static struct frame extended(const char *server, int count)
{
    struct frame f = syn_to(server);
    uint8_t option[8] = {IPPROTO_TCP, 0, 1, 4, 0, 0, 0, 0};

    for (int i = 0; i < count; i++) {
        frame_insert(&f, 54, option, sizeof(option));
        option[0] = IPPROTO_DSTOPTS;
    }
    if (count)
        f.bytes[20] = IPPROTO_DSTOPTS;
    frame_set16(&f, 18, (uint16_t)(f.len - 54));
    return f;
}

static void test_extension_headers_are_followed(void **state)
{
    (void)state;
    for (int count = 1; count <= 6; count++) {
        struct frame f = extended(LISTED6, count);
        assert_int_equal(judge(&f), ANSWER);
        assert_int_equal(out_len, 14 + 40 + 20);
        assert_int_equal(out[14 + 40 + 13], FRAME_RST | FRAME_ACK);
    }
}

static void test_too_many_extension_headers(void **state)
{
    struct frame listed = extended(LISTED6, 7), other = extended("2001:db8:2::2", 7);

    (void)state;
    assert_int_equal(judge(&listed), DROP); /* by its address, without an answer */
    assert_int_equal(ROSE(extensions), 1);
    assert_int_equal(judge(&other), PASS);
    assert_int_equal(ROSE(extensions), 1);
}

static void test_fragments_are_judged_by_address_and_never_answered(void **state)
{
    static const uint16_t places[] = {0x2000, 0x2064, 0x0064};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(places); i++) {
        struct frame listed = udp_to(LISTED4), other = udp_to("::ffff:192.0.2.2");
        frame_set16(&listed, 20, places[i]);
        frame_set16(&other, 20, places[i]);
        assert_int_equal(judge(&listed), DROP);
        assert_int_equal(ROSE(fragments), 1);
        assert_int_equal(ROSE(unreachables), 0);
        assert_int_equal(judge(&other), PASS);
    }
}

static void test_fragments_of_ip6(void **state)
{
    static const uint8_t atomic[8] = {IPPROTO_TCP, 0, 0, 0, 1, 2, 3, 4};
    static const uint8_t first[8] = {IPPROTO_TCP, 0, 0, 1, 1, 2, 3, 4};
    struct frame whole = syn_to(LISTED6), part = syn_to(LISTED6);

    (void)state;
    frame_insert(&whole, 54, atomic, sizeof(atomic));
    frame_insert(&part, 54, first, sizeof(first));
    whole.bytes[20] = part.bytes[20] = IPPROTO_FRAGMENT;
    frame_set16(&whole, 18, (uint16_t)(whole.len - 54));
    frame_set16(&part, 18, (uint16_t)(part.len - 54));
    assert_int_equal(judge(&whole), ANSWER);
    assert_int_equal(ROSE(fragments), 0);
    assert_int_equal(judge(&part), DROP);
    assert_int_equal(ROSE(fragments), 1);
}

static struct frame icmp_to(const char *server, uint8_t type)
{
    struct frame f = udp_to(server);

    f.bytes[f.l4] = type;
    f.bytes[f.l4 == 34 ? 23 : 20] = f.l4 == 34 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
    return f;
}

static void test_icmp_errors_get_no_answer(void **state)
{
    struct frame echo = icmp_to(LISTED4, 8), error = icmp_to(LISTED4, 3);
    struct frame echo6 = icmp_to(LISTED6, 128), error6 = icmp_to(LISTED6, 1);

    (void)state;
    assert_int_equal(judge(&echo), ANSWER);
    assert_int_equal(judge(&echo6), ANSWER);
    assert_int_equal(judge(&error), DROP);
    assert_int_equal(judge(&error6), DROP);
    assert_int_equal(ROSE(unreachables), 0);
}

static void test_neighbours_are_left_alone(void **state)
{
    static const char *const servers[] = {"::ffff:224.0.0.251", "::ffff:255.255.255.255",
                                          "::ffff:169.254.1.1", "ff02::1", "fe80::1"};
    struct frame_flow flow = flow_to(LISTED6);
    struct frame f;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(servers); i++) {
        f = udp_to(servers[i]);
        assert_int_equal(judge(&f), PASS);
        assert_int_equal(ROSE(local), 1);
    }
    f = udp_to(LISTED4);
    memset(f.bytes, 0xff, 6); /* broadcast on the wire */
    assert_int_equal(judge(&f), PASS);
    inet_pton(AF_INET6, "fe80::77", &flow.client); /* neighbour discovery */
    frame_udp(&f, &flow, NULL, 0);
    assert_int_equal(judge(&f), PASS);
}

static void test_forged_source_is_dropped(void **state)
{
    struct frame_flow flow = flow_to("::ffff:192.0.2.2");
    struct frame f;

    (void)state;
    inet_pton(AF_INET6, "::ffff:198.51.100.7", &flow.client);
    frame_udp(&f, &flow, NULL, 0);
    assert_int_equal(judge(&f), DROP);
    assert_int_equal(ROSE(spoofed), 1);
    frame_tcp(&f, &flow, FRAME_ACK, 0, NULL, 0); /* no beginning was seen: the source counts */
    assert_int_equal(judge(&f), DROP);
    frame_set16(&f, 20, 0x0064); /* nor does a fragment help */
    assert_int_equal(judge(&f), DROP);
    inet_pton(AF_INET6, LISTED4, &flow.server);
    frame_tcp(&f, &flow, FRAME_SYN, 0, NULL, 0);
    assert_int_equal(judge(&f), DROP);
    assert_int_equal(ROSE(reset_client), 0);
}

static void test_broken_headers_pass_and_are_counted(void **state)
{
    struct frame f = udp_to("::ffff:192.0.2.2");

    (void)state;
    f.bytes[14] = 0x44; /* four words: shorter than IPv4's header */
    assert_int_equal(judge(&f), PASS);
    assert_int_equal(ROSE(malformed), 1);
    f = udp_to("::ffff:192.0.2.2");
    frame_set16(&f, 16, 10); /* a length that ends in the header */
    assert_int_equal(judge(&f), PASS);
    assert_int_equal(ROSE(malformed), 1);
    f = syn_to("::ffff:192.0.2.2");
    f.bytes[f.l4 + 12] = 0x40; /* TCP header of four words */
    assert_int_equal(judge(&f), PASS);
    assert_int_equal(ROSE(malformed), 1);
    f = syn_to("::ffff:192.0.2.2");
    f.bytes[f.l4 + 12] = 0xf0; /* and one that is longer than the packet */
    assert_int_equal(judge(&f), PASS);
    assert_int_equal(ROSE(malformed), 1);
}

/* What an Ethernet card added to a short frame is no payload. */
static void test_padding_is_not_read(void **state)
{
    static const char rest[] = "ET / HTTP/1.1\r\nAuthorization: Basic am9l\r\n";
    struct frame_flow flow = flow_to("::ffff:192.0.2.2");
    struct frame f;

    (void)state;
    flow.server_port = 80;
    frame_tcp(&f, &flow, FRAME_SYN, 0, NULL, 0);
    assert_int_equal(judge(&f), PASS);
    frame_tcp(&f, &flow, FRAME_ACK, 0, (const uint8_t *)"G", 1);
    memset(f.bytes + f.len, 'x', 60 - f.len);
    f.len = 60;
    assert_int_equal(judge(&f), PASS);
    frame_tcp(&f, &flow, FRAME_ACK, 1, (const uint8_t *)rest, sizeof(rest) - 1);
    assert_int_equal(judge(&f), PASS); /* rewritten: a reset goes on to the server */
    assert_int_equal(ROSE(reset_server), 1);
    assert_int_equal(out[34 + 13], FRAME_RST | FRAME_ACK);
    assert_int_equal(out_len, 14 + 20 + 20);
}

/* Any bytes at all: one of the three answers, and the next packet is judged as ever. */
static void test_noise(void **state)
{
    uint32_t random = 7;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct frame f =
            i & 1 ? extended(i & 2 ? LISTED6 : "2001:db8:2::2", i % 5) : syn_to(LISTED4);
        for (int n = 0; n < 4; n++) {
            random = random * 1664525 + 1013904223;
            f.bytes[12 + (random >> 8) % (f.len - 12)] = (uint8_t)(random >> 24);
        }
        f.len = 54 + (random >> 4) % (f.len - 53); /* fewer the kernel does not run */
        out_len = f.len;
        int action = kernel_frame(f.bytes, out, &out_len);
        assert_true(action == PASS || action == DROP || action == ANSWER);
    }
    test_udp_is_refused_by_icmp(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_udp_is_refused_by_icmp),
        cmocka_unit_test(test_syn_is_refused_by_reset),
        cmocka_unit_test(test_vlan_tags_stay),
        cmocka_unit_test(test_options_of_ip4_are_skipped),
        cmocka_unit_test(test_extension_headers_are_followed),
        cmocka_unit_test(test_too_many_extension_headers),
        cmocka_unit_test(test_fragments_are_judged_by_address_and_never_answered),
        cmocka_unit_test(test_fragments_of_ip6),
        cmocka_unit_test(test_icmp_errors_get_no_answer),
        cmocka_unit_test(test_neighbours_are_left_alone),
        cmocka_unit_test(test_forged_source_is_dropped),
        cmocka_unit_test(test_broken_headers_pass_and_are_counted),
        cmocka_unit_test(test_padding_is_not_read),
        cmocka_unit_test(test_noise),
    };
    const char *why = kernel_open();
    struct pl_lines lines;

    if (why) {
        printf("[  SKIPPED ] %zu test(s): %s\n", PL_COUNT(tests), why);
        return 0;
    }
    lines = agree_image(policy);
    kernel_publish(&lines);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
