/* SPDX-License-Identifier: BSD-2-Clause */
/* Lengths that lie, quotations in ICMP, and what is remarkable: capture/ip.c and transport.c. */
#include "capture_tunnels.h"

static void set_total(struct build *b, unsigned total)
{
    put16(build_at(b) + 2, total);
}

static void test_ipv4_lengths(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    build_inner(&r->b);
    set_total(&r->b, 19); /* less than the header */
    rig_packet(r, PL_LINK_RAW);
    build_inner(&r->b);
    build_at(&r->b)[0] = 0x44;
    rig_packet(r, PL_LINK_RAW);
    build_inner(&r->b);
    set_total(&r->b, 24); /* less than the UDP header */
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->capture.counts.malformed, 3);
    assert_int_equal(r->flows, 0);
    build_inner(&r->b);
    set_total(&r->b, 2000); /* more than there is: counted, and not believed */
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->capture.counts.malformed, 4);
    rig_said(r, 0, PL_CLIENT, "payload");
    assert_int_equal(r->flow[0].first.missing, 0);
    build_inner(&r->b);
    set_total(&r->b, 0); /* left to the card */
    rig_packet(r, PL_LINK_RAW);
    rig_said(r, 0, PL_CLIENT, "payloadpayload");
    assert_int_equal(r->capture.counts.malformed, 4);
    rig_end(r);
    rig_free(r);
}

static void test_udp_lengths(void **state)
{
    static const uint8_t udp_len[] = {7, 8, 12, 15, 16, 0};
    static const char *const said[] = {NULL, "", "payl", "payload", "payload", "payload"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(udp_len); i++) {
        struct rig *r = rig_new(NULL);

        build_inner(&r->b);
        put16(build_at(&r->b) + 24, udp_len[i]);
        rig_packet(r, PL_LINK_RAW);
        rig_end(r);
        assert_int_equal(r->flows, said[i] != NULL);
        if (said[i])
            rig_said(r, 0, PL_CLIENT, said[i]);
        assert_int_equal(r->capture.counts.malformed, udp_len[i] == 7 || udp_len[i] == 16);
        rig_free(r);
    }
}

static void test_tcp_lengths(void **state)
{
    static const uint8_t words[] = {4, 5, 6, 7};
    static const char *const said[] = {NULL, "payload", "oad", NULL};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(words); i++) {
        struct rig *r = rig_new(NULL);

        build_start(&r->b, "payload", 7);
        build_tcp(&r->b, 5000, 80, 1, 1, PL_TCP_ACK);
        build_at(&r->b)[12] = (uint8_t)(words[i] << 4);
        build_ip4(&r->b, 1, 2, 6);
        rig_packet(r, PL_LINK_RAW);
        rig_end(r);
        assert_int_equal(r->flows, said[i] != NULL);
        if (said[i])
            rig_said(r, 0, PL_CLIENT, said[i]);
        assert_int_equal(r->capture.counts.malformed, said[i] == NULL);
        rig_free(r);
    }
}

/* The header that an ICMP error quotes counts to its flow; it opens no payload. */
static void test_quoted(void **state)
{
    static const uint8_t type4[] = {3, 4, 5, 11, 12, 8, 0}, type6[] = {1, 2, 3, 4, 128};
    uint8_t h[8] = {0};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(type4); i++) {
        struct rig *r = rig_new(NULL);

        build_inner(&r->b);
        set_total(&r->b, 1000); /* a quotation ends early */
        h[0] = type4[i];
        build_push(&r->b, h, sizeof(h));
        build_ip4(&r->b, 2, 1, 1);
        rig_packet(r, PL_LINK_RAW);
        rig_end(r);
        assert_int_equal(r->flows, i < 5);
        assert_int_equal(r->capture.counts.quoted, i < 5);
        assert_int_equal(r->flow[0].side[PL_CLIENT].datagrams, 0);
        assert_int_equal(r->capture.counts.malformed, 0);
        rig_free(r);
    }
    for (size_t i = 0; i < PL_COUNT(type6); i++) {
        struct rig *r = rig_new(NULL);

        build_inner6(&r->b);
        h[0] = type6[i];
        build_push(&r->b, h, sizeof(h));
        build_ip6(&r->b, 2, 1, 58);
        rig_packet(r, PL_LINK_RAW);
        rig_end(r);
        assert_int_equal(r->flows, i < 4);
        rig_free(r);
    }
}

/* A quoted SYN with another number does not end the flow that it quotes. */
static void test_quoted_syn(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    for (int i = 0; i < 2; i++) {
        uint8_t h[8] = {3};

        build_start(&r->b, "", 0);
        build_tcp(&r->b, 5000, 80, i ? 77 : 1, 0, PL_TCP_SYN);
        build_ip4(&r->b, 1, 2, 6);
        if (i) {
            build_push(&r->b, h, sizeof(h));
            build_ip4(&r->b, 2, 1, 1);
        }
        rig_packet(r, PL_LINK_RAW);
    }
    rig_end(r);
    assert_int_equal(r->flows, 1);
    assert_int_equal(pl_flow_packets(&r->flow[0].flow, PL_CLIENT), 2);
    rig_free(r);
}

static void give_ipv4_option(struct rig *r, const uint8_t *option, size_t len)
{
    uint8_t h[20];

    build_inner(&r->b);
    memcpy(h, build_at(&r->b), 20);
    r->b.from += 20;
    build_push(&r->b, option, len);
    h[0] = (uint8_t)(0x45 + len / 4);
    put16(h + 2, (unsigned)build_len(&r->b) + 20);
    build_push(&r->b, h, 20);
    rig_packet(r, PL_LINK_RAW);
}

/* LSRR and SSRR are; record route and router alert are not; a length that cannot be is none. */
static void test_source_route_v4(void **state)
{
    static const uint8_t lsrr[8] = {1, 131, 7, 4}, ssrr[8] = {137, 7, 4}, record[8] = {7, 7, 4},
                         alert[4] = {148, 4}, broken[4] = {131, 1}, hidden[4] = {0, 131, 3};
    struct rig *r = rig_new(NULL);

    (void)state;
    give_ipv4_option(r, record, 8);
    give_ipv4_option(r, alert, 4);
    give_ipv4_option(r, broken, 4);
    give_ipv4_option(r, hidden, 4);
    assert_int_equal(r->notes[PL_NOTE_SOURCE_ROUTE], 0);
    give_ipv4_option(r, lsrr, 8);
    give_ipv4_option(r, ssrr, 8);
    assert_int_equal(r->notes[PL_NOTE_SOURCE_ROUTE], 2);
    assert_int_equal(r->noted.src.lo & 0xff, 1);
    rig_end(r);
    rig_free(r);
}

/* Routing header type 0 is; type 4 (segment routing, RFC 8754) and 2 (RFC 6275) are not. */
static void test_source_route_v6(void **state)
{
    static const uint8_t type[] = {4, 2, 3, 0};
    struct rig *r = rig_new(NULL);

    (void)state;
    for (size_t i = 0; i < PL_COUNT(type); i++) {
        uint8_t routing[8] = {17, 0, type[i], 1};

        build_start(&r->b, "payload", 7);
        build_udp(&r->b, 5000, 53);
        build_push(&r->b, routing, sizeof(routing));
        build_ip6(&r->b, 1, 2, 43);
        rig_packet(r, PL_LINK_RAW);
        assert_int_equal(r->notes[PL_NOTE_SOURCE_ROUTE], type[i] == 0);
    }
    assert_int_equal(r->flow[0].side[PL_CLIENT].datagrams, 4);
    rig_end(r);
    rig_free(r);
}

/* GRE version 1 with 0x880b is; PPP in GRE version 0 is not. */
static void test_pptp(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    gre_pptp(&r->b);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->notes[PL_NOTE_PPTP], 1);
    assert_int_equal(r->noted.src.lo & 0xff, 8);
    build_start(&r->b, "\x20\x81\x88\x0b\0\0\0\1\0\0\0\1", 12); /* an acknowledgement alone */
    build_outer(&r->b, 47);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->notes[PL_NOTE_PPTP], 2);
    build_inner(&r->b);
    build_push(&r->b, "\0\x21", 2);
    build_push(&r->b, "\0\0\x88\x0b", 4);
    build_outer(&r->b, 47);
    rig_packet(r, PL_LINK_RAW);
    gre(&r->b);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->notes[PL_NOTE_PPTP], 2);
    assert_int_equal(r->flow[0].side[PL_CLIENT].datagrams, 3);
    rig_end(r);
    rig_free(r);
}

static void test_what_is_no_flow(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    build_start(&r->b, "who has", 7);
    build_ethernet(&r->b, 0x0806);
    rig_packet(r, PL_LINK_ETHERNET);
    assert_int_equal(r->capture.counts.not_ip, 1);
    build_start(&r->b, "ospf", 4);
    build_ip4(&r->b, 1, 2, 89);
    rig_packet(r, PL_LINK_RAW);
    build_start(&r->b, "nothing", 7);
    build_ip6(&r->b, 1, 2, 59);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->capture.counts.other_protocol, 2);
    build_inner(&r->b);
    rig_packet(r, 105);
    assert_int_equal(r->capture.counts.unknown_link, 1);
    assert_int_equal(r->capture.counts.packets, 4);
    rig_end(r);
    assert_int_equal(r->flows, 0);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ipv4_lengths),    cmocka_unit_test(test_udp_lengths),
        cmocka_unit_test(test_tcp_lengths),     cmocka_unit_test(test_quoted),
        cmocka_unit_test(test_quoted_syn),      cmocka_unit_test(test_source_route_v4),
        cmocka_unit_test(test_source_route_v6), cmocka_unit_test(test_pptp),
        cmocka_unit_test(test_what_is_no_flow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
