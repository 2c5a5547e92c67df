/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of flows: who is the client, limits, what is idle: capture/flows.c. */
#include "capture_build.h"

static void send_udp(struct rig *r, uint8_t x, uint16_t sport, uint8_t y, uint16_t dport)
{
    build_start(&r->b, "d", 1);
    build_udp(&r->b, sport, dport);
    build_ip4(&r->b, x, y, 17);
    rig_packet(r, PL_LINK_RAW);
}

static void send_tcp(struct rig *r, uint16_t sport, uint16_t dport, uint8_t flags)
{
    build_start(&r->b, "t", 1);
    build_tcp(&r->b, sport, dport, 100, 100, flags);
    build_ip4(&r->b, 1, 2, 6);
    rig_packet(r, PL_LINK_RAW);
}

static void test_client(void **state)
{
    static const struct {
        uint16_t sport, dport;
        uint8_t tcp_flags; /* 0: UDP */
        bool sender;
        enum pl_client_known known;
    } row[] = {
        {5000, 53, 0, true, PL_CLIENT_BY_PORT},
        {53, 5000, 0, false, PL_CLIENT_BY_PORT},
        {123, 123, 0, true, PL_CLIENT_BY_PORT},
        {5000, 80, PL_TCP_ACK, true, PL_CLIENT_BY_PORT},
        {80, 5000, PL_TCP_ACK, false, PL_CLIENT_BY_PORT},
        {80, 5000, PL_TCP_SYN, true, PL_CLIENT_BY_SYN},
        {5000, 80, PL_TCP_SYN | PL_TCP_ACK, false, PL_CLIENT_BY_SYN},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(row); i++) {
        struct rig *r = rig_new(NULL);
        const struct pl_flow *flow = &r->flow[0].flow;

        if (row[i].tcp_flags)
            send_tcp(r, row[i].sport, row[i].dport, row[i].tcp_flags);
        else
            send_udp(r, 1, row[i].sport, 2, row[i].dport);
        rig_end(r);
        assert_int_equal(pl_flow_addr(flow, PL_CLIENT).lo & 0xff, row[i].sender ? 1 : 2);
        assert_int_equal(pl_flow_port(flow, PL_CLIENT),
                         row[i].sender ? row[i].sport : row[i].dport);
        assert_int_equal(pl_flow_port(flow, PL_SERVER),
                         row[i].sender ? row[i].dport : row[i].sport);
        assert_int_equal(flow->known, row[i].known);
        rig_free(r);
    }
}

/* Both ways are one flow; another port, address or transport is another. */
static void test_key(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_udp(r, 1, 5000, 2, 53);
    send_udp(r, 2, 53, 1, 5000);
    assert_int_equal(r->flows, 1);
    send_udp(r, 1, 5001, 2, 53);
    send_udp(r, 2, 5000, 1, 53);
    send_udp(r, 3, 5000, 2, 53);
    send_tcp(r, 5000, 53, PL_TCP_ACK);
    assert_int_equal(r->flows, 5);
    send_udp(r, 7, 7, 7, 7); /* from and to one and the same */
    rig_end(r);
    assert_int_equal(pl_flow_packets(&r->flow[0].flow, PL_CLIENT), 1);
    assert_int_equal(pl_flow_packets(&r->flow[0].flow, PL_SERVER), 1);
    assert_int_equal(r->flow[1].flow.first_frame, 3);
    assert_int_equal(r->flow[0].flow.first_ns, 1700000000000000000u);
    rig_free(r);
}

static void swap_open(void *user, struct pl_flow *flow, const struct pl_packet *first)
{
    rig_open(user, flow, first);
    pl_flow_swap(flow);
}

static void test_swap(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    r->consumer.open = swap_open;
    send_udp(r, 1, 5000, 2, 53);
    rig_end(r);
    rig_said(r, 0, PL_SERVER, "d");
    assert_int_equal(pl_flow_port(&r->flow[0].flow, PL_SERVER), 5000);
    assert_int_equal(r->flow[0].flow.known, PL_CLIENT_BY_CONTENT);
    rig_free(r);
}

static void test_enough_datagrams(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    r->answer = PL_FLOW_SIDE_DONE;
    send_udp(r, 1, 5000, 2, 53);
    send_udp(r, 1, 5000, 2, 53);
    r->answer = PL_FLOW_ALL_DONE;
    send_udp(r, 2, 53, 1, 5000);
    send_udp(r, 2, 53, 1, 5000);
    rig_end(r);
    assert_int_equal(r->flow[0].side[PL_CLIENT].datagrams, 1);
    assert_int_equal(r->flow[0].side[PL_SERVER].datagrams, 1);
    assert_int_equal(r->flow[0].flow.packets[0] + r->flow[0].flow.packets[1], 4);
    rig_free(r);
}

/* At the limit the flow without packets for longest goes; those in use stay. */
static void test_limit(void **state)
{
    const struct pl_flows_options options = {.flows_max = 4};
    struct rig *r = rig_new(&options);

    (void)state;
    for (uint16_t i = 0; i < 40; i++) {
        send_udp(r, 1, 9999, 2, 53);
        send_udp(r, 1, (uint16_t)(5000 + i), 2, 53);
        assert_true(pl_flows_open(r->capture.flows) <= 4);
    }
    assert_int_equal(r->flows, 41);
    assert_int_equal(r->capture.counts.flows_evicted, 37);
    assert_false(r->flow[0].closed);
    assert_int_equal(r->flow[1].why, PL_FLOW_CLOSE_EVICTED);
    rig_end(r);
    assert_int_equal(r->flow[0].flow.packets[0] + r->flow[0].flow.packets[1], 40);
    rig_free(r);
}

static void test_idle(void **state)
{
    const struct pl_flows_options options = {.idle_s = 60};
    struct rig *r = rig_new(&options);

    (void)state;
    send_udp(r, 1, 5000, 2, 53);
    r->time_ns += 50 * 1000000000ull;
    send_udp(r, 1, 5001, 2, 53);
    r->time_ns += 50 * 1000000000ull;
    for (int i = 0; i < 3; i++)
        send_udp(r, 1, 5001, 2, 53);
    assert_int_equal(r->closed, 1);
    assert_int_equal(r->flow[0].why, PL_FLOW_CLOSE_IDLE);
    assert_int_equal(r->capture.counts.flows_idle, 1);
    r->time_ns -= 1000 * 1000000000ull; /* a clock that jumps back makes nothing idle */
    send_udp(r, 1, 5001, 2, 53);
    send_udp(r, 1, 5000, 2, 53);
    assert_int_equal(r->closed, 1);
    assert_int_equal(r->flows, 3);
    rig_end(r);
    rig_free(r);
}

/* --- many flows: a consumer that only counts */

struct many {
    uint32_t open, closed;
};

static void many_open(void *user, struct pl_flow *flow, const struct pl_packet *first)
{
    (void)first;
    ((struct many *)user)->open++;
    flow->user = user;
}

static enum pl_flow_answer many_datagram(void *user, struct pl_flow *flow, enum pl_side side,
                                         const struct pl_packet *packet)
{
    (void)side;
    (void)packet;
    assert_ptr_equal(flow->user, user);
    return PL_FLOW_MORE;
}

static enum pl_flow_answer many_bytes(void *user, struct pl_flow *flow,
                                      const struct pl_segment *segment)
{
    (void)user;
    (void)flow;
    (void)segment;
    return PL_FLOW_MORE;
}

static void many_close(void *user, struct pl_flow *flow, enum pl_flow_close why)
{
    (void)why;
    assert_int_equal(flow->packets[0] + flow->packets[1], 2);
    ((struct many *)user)->closed++;
}

/* The table grows and everything is found again; closing half and more leaves the rest findable. */
static void test_many(void **state)
{
    enum { FLOWS = 50000 };
    struct many many = {0};
    const struct pl_consumer consumer = {&many, many_open, many_bytes, many_datagram, many_close};
    const struct pl_flows_options options = {.hash_key = 7, .flows_max = FLOWS + 10};
    struct pl_capture_counts counts = {0};
    struct pl_flows *flows = pl_flows_new(&options, &consumer, &counts, NULL);
    struct pl_packet p = {.transport = PL_TRANSPORT_UDP, .sport = 5000, .dport = 53};

    (void)state;
    assert_non_null(flows);
    for (int twice = 0; twice < 2; twice++)
        for (uint32_t i = 0; i < FLOWS; i++) {
            p.src = pl_addr_v4(i);
            p.dst = pl_addr_v4(0x0a000000);
            pl_flows_packet(flows, &p);
        }
    assert_int_equal(many.open, FLOWS);
    assert_int_equal(pl_flows_open(flows), FLOWS);
    assert_true(pl_flows_bytes(flows) < FLOWS * (256 + 32) + (1 << 20));
    pl_flows_end(flows);
    assert_int_equal(many.closed, FLOWS);
    p.src = pl_addr_v4(1);
    pl_flows_packet(flows, &p);
    pl_flows_packet(flows, &p);
    assert_int_equal(many.open, FLOWS + 1);
    pl_flows_end(flows);
    pl_flows_free(flows);
}

/* Opening and evicting at random against a plain list of who is there. */
static void test_table_against_list(void **state)
{
    enum { KEYS = 3000 };
    const struct pl_flows_options options = {.hash_key = 1};
    uint32_t random = 1;

    (void)state;
    for (int round = 0; round < 3; round++) {
        static uint8_t there[KEYS];
        struct many many = {0};
        const struct pl_consumer consumer = {&many, many_open, many_bytes, many_datagram,
                                             many_close};
        struct pl_capture_counts counts = {0};
        struct pl_flows *flows = pl_flows_new(&options, &consumer, &counts, NULL);
        uint32_t opened = 0;

        memset(there, 0, sizeof(there));
        assert_non_null(flows);
        for (int n = 0; n < 20000; n++) {
            struct pl_packet p = {.transport = PL_TRANSPORT_TCP, .dport = 80};
            uint32_t key;

            random = random * 1103515245 + 12345;
            key = (random >> 8) % KEYS;
            p.sport = (uint16_t)(1024 + key);
            p.src = pl_addr_v4(1);
            p.dst = pl_addr_v4(2);
            /* every second packet of a flow ends it; the SYN after that begins a new one */
            p.tcp_flags = there[key] ? PL_TCP_FIN | PL_TCP_ACK : PL_TCP_SYN;
            opened += !there[key];
            there[key] ^= 1;
            pl_flows_packet(flows, &p);
            assert_int_equal(many.open, opened);
        }
        for (uint32_t key = 0; key < KEYS; key++) {
            struct pl_packet p = {.transport = PL_TRANSPORT_TCP, .dport = 80};

            p.sport = (uint16_t)(1024 + key);
            p.src = pl_addr_v4(1);
            p.dst = pl_addr_v4(2);
            p.tcp_flags = PL_TCP_FIN;
            if (there[key])
                pl_flows_packet(flows, &p);
        }
        assert_int_equal(many.open, opened);
        assert_int_equal(many.open - many.closed, pl_flows_open(flows));
        pl_flows_end(flows);
        pl_flows_free(flows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_client), cmocka_unit_test(test_key),
        cmocka_unit_test(test_swap),   cmocka_unit_test(test_enough_datagrams),
        cmocka_unit_test(test_limit),  cmocka_unit_test(test_idle),
        cmocka_unit_test(test_many),   cmocka_unit_test(test_table_against_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
