/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP where bytes are missing, or there are too many of them: capture/tcp.c and kept.c. */
#include "capture_dialogue.h"

#include "capture/kept.h"

static void test_gap_at_the_end(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "ab");
    say(r, PL_CLIENT, 5, "fg");
    assert_int_equal(r->flow[0].side[PL_CLIENT].len, 2);
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "ab___fg");
    assert_int_equal(r->capture.counts.gaps, 1);
    assert_int_equal(r->capture.counts.gap_bytes, 3);
    assert_int_equal(r->flow[0].flow.end[0].gaps + r->flow[0].flow.end[1].gaps, 1);
    rig_free(r);
}

/* What the server has, the capture lacks: after a while it is not waited for. */
static void test_gap_acknowledged(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 3, "def");
    send_full(r, PL_SERVER, 0, "", PL_TCP_ACK, 6, isn);
    assert_int_equal(r->flow[0].side[PL_CLIENT].len, 0);
    for (uint32_t i = 0; i < PL_FLOW_LATE_PACKETS; i++)
        send_full(r, PL_SERVER, i, "s", PL_TCP_ACK, 6, isn);
    rig_said(r, 0, PL_CLIENT, "___def");
    say(r, PL_CLIENT, 0, "abc"); /* too late */
    say(r, PL_CLIENT, 6, "g");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "___defg");
    rig_free(r);
}

/* An acknowledgement that stands before its data in the capture makes no gap. */
static void test_acknowledged_before_data(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 3, "def");
    send_full(r, PL_SERVER, 0, "", PL_TCP_ACK, 6, isn);
    say(r, PL_CLIENT, 0, "abc");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abcdef");
    assert_int_equal(r->capture.counts.gaps, 0);
    rig_free(r);
}

/* A segment of which the capture has but the beginning: the rest is a gap at once. */
static void test_cut_by_snaplen(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    for (uint32_t at = 0; at < 30; at += 10) {
        build_start(&r->b, "abcdefghij", 10);
        build_tcp(&r->b, CLIENT_PORT, SERVER_PORT, isn[0] + 1 + at, 0, PL_TCP_ACK);
        build_ip4(&r->b, 1, 2, 6);
        rig_give(r, PL_LINK_RAW, build_at(&r->b), build_len(&r->b) - 6, build_len(&r->b));
    }
    rig_said(r, 0, PL_CLIENT, "abcd______abcd______abcd");
    say(r, PL_CLIENT, 30, "!");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abcd______abcd______abcd______!");
    assert_int_equal(r->capture.counts.gap_bytes, 18);
    rig_free(r);
}

/* Cut ones out of order too, with and without a byte of theirs. */
static void test_cut_out_of_order(void **state)
{
    static const uint32_t at[] = {20, 10, 0};
    static const size_t cut[] = {6, 10, 6};
    struct rig *r = rig_greeted(NULL);

    (void)state;
    for (int i = 0; i < 3; i++) {
        build_start(&r->b, "abcdefghij", 10);
        build_tcp(&r->b, CLIENT_PORT, SERVER_PORT, isn[0] + 1 + at[i], 0, PL_TCP_ACK);
        build_ip4(&r->b, 1, 2, 6);
        rig_give(r, PL_LINK_RAW, build_at(&r->b), build_len(&r->b) - cut[i], build_len(&r->b));
    }
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abcd________________abcd");
    rig_free(r);
}

static void test_too_far(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    say(r, PL_CLIENT, 0, "ab");
    say(r, PL_CLIENT, 0x60000000u, "far");
    say(r, PL_CLIENT, 0xa0000000u, "far");
    say(r, PL_CLIENT, 2, "cd");
    rig_end(r);
    rig_said(r, 0, PL_CLIENT, "abcd");
    assert_int_equal(r->capture.counts.out_of_window, 2);
    rig_free(r);
}

/* A side keeps at most so many blocks; then the hole is given up and reading goes on. */
static void test_limit_of_a_side(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    for (uint32_t i = 0; i <= PL_FLOW_BLOCKS_MAX; i++)
        say(r, PL_CLIENT, 3 + i * 2, "x");
    assert_int_equal(r->capture.counts.gaps_forced, 1);
    assert_true(r->flow[0].side[PL_CLIENT].len > 0);
    assert_true(pl_flows_bytes(r->capture.flows) < 1 << 20);
    rig_end(r);
    assert_int_equal(r->flow[0].side[PL_CLIENT].gap_bytes, 3 + PL_FLOW_BLOCKS_MAX);
    assert_int_equal(r->capture.counts.gap_bytes, 3 + PL_FLOW_BLOCKS_MAX);
    rig_free(r);
}

/* The limit of all flows: others that wait take the room, so the next hole is a gap at once. */
static void test_limit_of_all(void **state)
{
    const struct pl_flows_options options = {.kept_bytes = 1};
    struct rig *r = rig_greeted(&options);

    (void)state;
    for (uint32_t i = 0; i < PL_KEPT_PIECE_BLOCKS; i++)
        say(r, PL_CLIENT, 3 + i * 2, "x");
    assert_int_equal(r->capture.counts.gaps_forced, 0);
    say(r, PL_SERVER, 3, "def");
    assert_int_equal(r->capture.counts.gaps_forced, 1);
    rig_said(r, 0, PL_SERVER, "___def");
    say(r, PL_CLIENT, 0, "abc");
    say(r, PL_SERVER, 8, "i");
    say(r, PL_SERVER, 6, "gh");
    rig_end(r);
    rig_said(r, 0, PL_SERVER, "___defghi");
    rig_free(r);
}

/* A consumer that has enough gets no more, of one side or of both. */
static void test_enough(void **state)
{
    struct rig *r = rig_greeted(NULL);

    (void)state;
    r->answer = PL_FLOW_SIDE_DONE;
    r->answer_after = 2;
    say(r, PL_CLIENT, 6, "gh");
    say(r, PL_CLIENT, 2, "cd");
    say(r, PL_CLIENT, 0, "ab"); /* "ab" and "cd"; then enough, so "gh" is dropped */
    say(r, PL_CLIENT, 4, "ef");
    say(r, PL_SERVER, 0, "s");
    rig_said(r, 0, PL_CLIENT, "abcd");
    rig_said(r, 0, PL_SERVER, "s");
    r->answer = PL_FLOW_ALL_DONE;
    say(r, PL_SERVER, 1, "t");
    say(r, PL_SERVER, 2, "u");
    rig_end(r);
    rig_said(r, 0, PL_SERVER, "st");
    assert_int_equal(pl_flow_packets(&r->flow[0].flow, PL_SERVER), 4);
    assert_int_equal(r->capture.counts.gaps, 0);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gap_at_the_end),
        cmocka_unit_test(test_gap_acknowledged),
        cmocka_unit_test(test_acknowledged_before_data),
        cmocka_unit_test(test_cut_by_snaplen),
        cmocka_unit_test(test_cut_out_of_order),
        cmocka_unit_test(test_too_far),
        cmocka_unit_test(test_limit_of_a_side),
        cmocka_unit_test(test_limit_of_all),
        cmocka_unit_test(test_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
