/* SPDX-License-Identifier: BSD-2-Clause */
/* What a gateway meets of its own: the state of a dialogue pushed out of its map by newer ones (the
 * group's on_error decides), two processors on one flow, super-packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "agree.h"
#include "frame.h"

#define POLICY(on_error)                                                                           \
    "version: 1\n"                                                                                 \
    "defaults: { profile: enterprise-baseline, mode: enforce, on_error: " on_error " }\n"

static const char request[] = "GET / HTTP/1.1\r\nAuthorization: Basic am9l\r\n";

static int send_piece(struct frame_flow *flow, uint8_t flags, uint32_t from, uint32_t len)
{
    static uint8_t out[FRAME_BYTES];
    struct frame f;
    uint32_t f_len;

    frame_tcp(&f, flow, flags, from, (const uint8_t *)request + from, len);
    f_len = f.len;
    return kernel_frame(f.bytes, out, &f_len);
}

/* What becomes of the second piece, and of what follows, when the state is gone. */
static void lose(const char *policy, uint16_t port, int second, int later)
{
    struct frame_flow flow = {.client_port = port, .server_port = 80};
    struct pl_lines lines = agree_image(policy);
    struct pl_stats before, after;

    inet_pton(AF_INET6, "::ffff:10.0.0.9", &flow.client);
    inet_pton(AF_INET6, "::ffff:192.0.2.2", &flow.server);
    kernel_publish(&lines);
    assert_int_equal(send_piece(&flow, FRAME_SYN, 0, 0), -1);
    assert_int_equal(send_piece(&flow, FRAME_ACK, 0, 10), -1);
    kernel_forget(&flow);
    kernel_stats(&before);
    assert_int_equal(send_piece(&flow, FRAME_ACK, 10, 10), second);
    kernel_stats(&after);
    assert_int_equal(after.flows_lost - before.flows_lost, 1);
    assert_int_equal(after.errors - before.errors, 1);
    assert_int_equal(send_piece(&flow, FRAME_ACK, 20, sizeof(request) - 21), later);
}

static void test_open(void **state)
{
    (void)state;
    lose(POLICY("open"), 1000, -1, -1);
}

/* Refused: the client is reset (TC_ACT_REDIRECT), again and again. */
static void test_closed(void **state)
{
    (void)state;
    lose(POLICY("closed"), 1001, 7, 7);
}

/* A segment that comes while another processor reads the flow is dropped; sent again, it is read.
 */
static void test_two_processors(void **state)
{
    struct frame_flow flow = {.client_port = 1002, .server_port = 80};
    struct pl_lines lines = agree_image(POLICY("open"));
    struct pl_stats stats;

    (void)state;
    inet_pton(AF_INET6, "::ffff:10.0.0.9", &flow.client);
    inet_pton(AF_INET6, "::ffff:192.0.2.2", &flow.server);
    kernel_publish(&lines);
    assert_int_equal(send_piece(&flow, FRAME_SYN, 0, 0), -1);
    kernel_busy(&flow, true);
    assert_int_equal(send_piece(&flow, FRAME_ACK, 0, sizeof(request) - 1), 2);
    kernel_stats(&stats);
    assert_int_equal(stats.busy, 1);
    assert_int_equal(stats.reset_server, 0);
    kernel_busy(&flow, false);
    assert_int_equal(send_piece(&flow, FRAME_ACK, 0, sizeof(request) - 1), -1);
    kernel_stats(&stats);
    assert_int_equal(stats.reset_server, 1);
}

/* A super-packet of more than 64 KiB says that its length is 0. */
static void test_length_of_a_super_packet(void **state)
{
    struct frame_flow flow = {.client_port = 1003, .server_port = 80};
    static uint8_t out[FRAME_BYTES];
    struct pl_stats stats;
    struct frame f;
    uint32_t len;

    (void)state;
    inet_pton(AF_INET6, "::ffff:10.0.0.9", &flow.client);
    inet_pton(AF_INET6, "::ffff:192.0.2.2", &flow.server);
    assert_int_equal(send_piece(&flow, FRAME_SYN, 0, 0), -1);
    frame_tcp(&f, &flow, FRAME_ACK, 0, (const uint8_t *)request, sizeof(request) - 1);
    frame_set16(&f, 16, 0);
    len = f.len;
    assert_int_equal(kernel_frame(f.bytes, out, &len), -1);
    kernel_stats(&stats);
    assert_int_equal(stats.reset_server, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_processors),
        cmocka_unit_test(test_length_of_a_super_packet),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_closed),
    };
    const char *why = kernel_open();

    if (why) {
        printf("[  SKIPPED ] %zu test(s): %s\n", PL_COUNT(tests), why);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
