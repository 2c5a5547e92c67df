/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP segments to bytes in order: capture/tcp.c. */
#include "capture_dialogue.h"

static void test_in_order(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "GET ");
    say(r, PL_CLIENT, 4, "/ HTTP");
    say(r, PL_SERVER, 0, "200");
    rig_end(r);
    assert_int_equal(r->flows, 1);
    rig_said(r, 0, PL_CLIENT, "GET / HTTP");
    rig_said(r, 0, PL_SERVER, "200");
    assert_true(r->flow[0].side[PL_CLIENT].from_start);
    assert_true(r->flow[0].side[PL_SERVER].from_start);
    assert_int_equal(r->flow[0].flow.known, PL_CLIENT_BY_SYN);
    assert_int_equal(pl_flow_packets(&r->flow[0].flow, PL_CLIENT), 4);
    assert_int_equal(r->capture.counts.gaps, 0);
    assert_int_equal(r->capture.counts.out_of_order, 0);
    rig_free(r);
}

/* Every order of five segments, with sequence numbers that pass 2^32, gives the same bytes. */
static void test_every_order(void **state)
{
    static const char *const piece[] = {"ab", "cde", "f", "ghij", "kl"};
    static const uint32_t at[] = {0, 2, 5, 6, 10};
    const uint32_t first[2] = {0xfffffffbu, 7};

    (void)state;
    for (int n = 0; n < 120; n++) {
        int left[] = {0, 1, 2, 3, 4}, code = n;
        struct rig *r = rig_new(NULL);

        greet_at(r, first);
        for (int count = 5; count > 0; count--) {
            int pick = code % count;

            code /= count;
            send_full(r, PL_CLIENT, at[left[pick]], piece[left[pick]], PL_TCP_ACK, 0, first);
            memmove(left + pick, left + pick + 1, sizeof(int) * (size_t)(count - pick - 1));
        }
        rig_end(r);
        rig_said(r, 0, PL_CLIENT, "abcdefghijkl");
        assert_int_equal(r->capture.counts.gaps, 0);
        assert_int_equal(r->capture.counts.conflicts, 0);
        rig_free(r);
    }
}

/* Every order of segments that overlap and repeat each other. */
static void test_every_order_overlapping(void **state)
{
    static const char whole[] = "abcdefghijklmnop";
    static const uint32_t from[] = {0, 2, 4, 9, 8}, to[] = {6, 8, 12, 11, 16};

    (void)state;
    for (int n = 0; n < 120; n++) {
        int left[] = {0, 1, 2, 3, 4}, code = n;
        struct rig *r = rig_greeted(NULL);

        for (int count = 5; count > 0; count--) {
            int pick = code % count;
            char piece[20] = "";

            code /= count;
            strncat(piece, whole + from[left[pick]], to[left[pick]] - from[left[pick]]);
            say(r, PL_CLIENT, from[left[pick]], piece);
            memmove(left + pick, left + pick + 1, sizeof(int) * (size_t)(count - pick - 1));
        }
        rig_end(r);
        rig_said(r, 0, PL_CLIENT, whole);
        assert_int_equal(r->capture.counts.conflicts, 0);
        assert_int_equal(r->capture.counts.gaps, 0);
        rig_free(r);
    }
}

static void test_sent_again(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "abcd");
    say(r, PL_CLIENT, 0, "abcd");
    say(r, PL_CLIENT, 2, "cdef");
    say(r, PL_CLIENT, 0, "abcdefgh");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abcdefgh");
    assert_int_equal(r->capture.counts.sent_again, 1);
    assert_int_equal(r->capture.counts.conflicts, 0);
    rig_free(r);
}

/* What came first counts, whether it was handed over already or still waits. */
static void test_conflict_after(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "good");
    say(r, PL_CLIENT, 0, "evil");
    say(r, PL_CLIENT, 4, "!");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "good!");
    assert_int_equal(r->capture.counts.conflicts, 1);
    assert_int_equal(pl_flow_sent(&r->flow[0].flow, PL_CLIENT)->conflicts, 1);
    rig_free(r);
}

static void test_conflict_waiting(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 4, "EFGH");
    say(r, PL_CLIENT, 6, "xyIJ");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "____EFGHIJ");
    assert_int_equal(r->capture.counts.conflicts, 1);
    rig_free(r);
    r = rig_greeted(NULL);
    say(r, PL_CLIENT, 4, "EFGH");
    say(r, PL_CLIENT, 0, "ABCDefghIJ");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "ABCDEFGHIJ");
    assert_int_equal(r->capture.counts.conflicts, 1);
    rig_free(r);
}

static void test_no_syn(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    say(r, PL_SERVER, 0, "middle");
    say(r, PL_CLIENT, 0, "of it");
    rig_end(r);
    rig_said(r, 0, PL_SERVER, "middle");
    assert_false(r->flow[0].side[PL_CLIENT].from_start);
    assert_int_equal(r->flow[0].flow.known, PL_CLIENT_BY_PORT);
    assert_int_equal(pl_flow_port(&r->flow[0].flow, PL_CLIENT), CLIENT_PORT);
    assert_int_equal(r->capture.counts.gaps, 0);
    rig_free(r);
}

/* The answer to a SYN says where both sides begin. */
static void test_syn_lost(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_full(r, PL_SERVER, (uint32_t)-1, "", PL_TCP_SYN | PL_TCP_ACK, 0, isn);
    say(r, PL_CLIENT, 2, "c");
    say(r, PL_CLIENT, 0, "ab");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abc");
    assert_true(r->flow[0].side[PL_CLIENT].from_start);
    assert_int_equal(r->flow[0].flow.known, PL_CLIENT_BY_SYN);
    assert_int_equal(pl_flow_port(&r->flow[0].flow, PL_CLIENT), CLIENT_PORT);
    rig_free(r);
}

static void test_syn_with_data(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_full(r, PL_CLIENT, (uint32_t)-1, "fast", PL_TCP_SYN, 0, isn);
    say(r, PL_CLIENT, 4, "open");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "fastopen");
    rig_free(r);
}

/* RFC 9293, 3.8.4: one byte before the next, of whatever content. */
static void test_keep_alive(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "ab");
    say(r, PL_CLIENT, 2, "c");
    say(r, PL_CLIENT, 2, "x");
    send_full(r, PL_CLIENT, 2, "", PL_TCP_ACK, 0, isn);
    say(r, PL_CLIENT, 3, "d");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abcd");
    assert_int_equal(r->capture.counts.conflicts, 0);
    assert_int_equal(r->capture.counts.gaps, 0);
    rig_free(r);
}

static void test_fin_and_rst_do_not_hide(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    send_full(r, PL_CLIENT, 0, "reset", PL_TCP_RST, 0, isn);
    say(r, PL_CLIENT, 0, "ab");
    send_full(r, PL_CLIENT, 2, "c", PL_TCP_FIN | PL_TCP_ACK, 0, isn);
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abc");
    assert_int_equal(pl_flow_sent(&r->flow[0].flow, PL_CLIENT)->flags & PL_FLOW_FIN, PL_FLOW_FIN);
    rig_free(r);
}

static void test_ports_reused(void **state)
{
    const uint32_t later[2] = {77777, 88888};
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "one");
    send_full(r, PL_CLIENT, (uint32_t)-1, "", PL_TCP_SYN, 0, isn); /* only once more */
    greet_at(r, later);
    send_full(r, PL_CLIENT, 0, "two", PL_TCP_ACK, 0, later);
    send_full(r, PL_CLIENT, 3, "", PL_TCP_FIN | PL_TCP_ACK, 0, later);
    greet_at(r, later); /* the same numbers, but after FIN */
    send_full(r, PL_CLIENT, 0, "three", PL_TCP_ACK, 0, later);
    rig_end(r);
    assert_int_equal(r->flows, 3);
    rig_said(r, 0, PL_CLIENT, "one");
    rig_said(r, 1, PL_CLIENT, "two");
    rig_said(r, 2, PL_CLIENT, "three");
    assert_int_equal(r->flow[0].why, PL_FLOW_CLOSE_REUSED);
    assert_int_equal(r->flow[2].why, PL_FLOW_CLOSE_END);
    assert_int_equal(r->capture.counts.ports_reused, 2);
    rig_free(r);
}

/* A segment larger than a block, out of order. */
static void test_large_segments(void **state)
{
    static char whole[5 * PL_FLOW_BLOCK_BYTES + 1], tail[sizeof(whole)];
    struct rig *r = rig_greeted(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof(whole) - 1; i++)
        whole[i] = (char)('a' + i % 23);
    strcpy(tail, whole + 7000);
    say(r, PL_CLIENT, 7000, tail);
    strcpy(tail, whole + 3);
    say(r, PL_CLIENT, 3, tail);
    say(r, PL_CLIENT, 0, "abcd");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, whole);
    assert_int_equal(r->capture.counts.conflicts, 0);
    rig_free(r);
}

static void test_signed_syn_and_ttl(void **state)
{
    static const uint8_t md5[20] = {19, 18}, ao[4] = {29, 4}, other[4] = {2, 4, 5, 0xb4};
    const struct {
        const uint8_t *option;
        size_t len;
        bool is_signed;
    } row[] = {{md5, 20, true}, {ao, 4, true}, {other, 4, false}};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(row); i++) {
        struct rig *r = rig_new(NULL);
        const struct pl_flow_end *end;

        build_start(&r->b, row[i].option, row[i].len);
        build_tcp(&r->b, CLIENT_PORT, 179, isn[0], 0, PL_TCP_SYN);
        build_at(&r->b)[12] = (uint8_t)((5 + row[i].len / 4) << 4);
        build_ip4(&r->b, 1, 2, 6)[8] = 255;
        rig_packet(r, PL_LINK_RAW);
        rig_end(r);
        end = pl_flow_sent(&r->flow[0].flow, PL_CLIENT);
        assert_int_equal(end->flags & PL_FLOW_SIGNED, row[i].is_signed ? PL_FLOW_SIGNED : 0);
        assert_int_equal(end->flags & PL_FLOW_SYN, PL_FLOW_SYN);
        assert_int_equal(end->ttl, 255);
        rig_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_every_order),
        cmocka_unit_test(test_every_order_overlapping),
        cmocka_unit_test(test_sent_again),
        cmocka_unit_test(test_conflict_after),
        cmocka_unit_test(test_conflict_waiting),
        cmocka_unit_test(test_no_syn),
        cmocka_unit_test(test_syn_lost),
        cmocka_unit_test(test_syn_with_data),
        cmocka_unit_test(test_keep_alive),
        cmocka_unit_test(test_fin_and_rst_do_not_hide),
        cmocka_unit_test(test_ports_reused),
        cmocka_unit_test(test_large_segments),
        cmocka_unit_test(test_signed_syn_and_ttl),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
