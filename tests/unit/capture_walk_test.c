/* SPDX-License-Identifier: BSD-2-Clause */
/* Link layers and tunnels down to the innermost datagram: capture/walk.c, link.c and tunnel.c. */
#include "capture_tunnels.h"

/* Each of them leads to the same datagram. */
static void test_each(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(row); i++) {
        struct rig *r = rig_new(NULL);
        const struct pl_packet *p = &r->flow[0].first;

        row[i].make(&r->b);
        rig_packet(r, row[i].link_type);
        rig_end(r);
        if (r->flows != 1 || p->sport != 5000 || p->dport != 53 || p->depth != row[i].depth)
            fail_msg("%s: %u flows, port %u to %u, depth %u", row[i].name, r->flows, p->sport,
                     p->dport, p->depth);
        assert_int_equal(pl_addr_is_v4(p->src), !row[i].v6);
        assert_int_equal(p->src.lo & 0xff, 1);
        assert_int_equal(p->dst.lo & 0xff, 2);
        rig_said(r, 0, PL_CLIENT, "payload");
        assert_int_equal(r->capture.counts.malformed, 0);
        rig_free(r);
    }
}

/* Cut anywhere, by the capture or on the wire: no byte read that is not there (ASan), and never
 * another flow than one of the headers says. */
static void test_each_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(row); i++) {
        struct rig *r = rig_new(NULL);
        size_t len;

        row[i].make(&r->b);
        len = build_len(&r->b);
        for (size_t n = 0; n < len; n++) {
            rig_give(r, row[i].link_type, build_at(&r->b), n, len);
            rig_give(r, row[i].link_type, build_at(&r->b), n, n);
        }
        rig_end(r);
        assert_true(r->flows <= 3);
        assert_int_equal(r->capture.counts.packets, 2 * len);
        assert_true(r->capture.counts.malformed + r->capture.counts.cut > 0);
        rig_free(r);
    }
}

/* Each bit of the headers turned over: it ends, and within the bytes (ASan). */
static void test_each_bit_turned(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(row); i++) {
        size_t len;

        for (size_t bit = 0, bits = 8; bit < bits; bit++) {
            struct rig *r = rig_new(NULL);

            row[i].make(&r->b);
            len = build_len(&r->b);
            bits = len * 8;
            build_at(&r->b)[bit / 8] ^= (uint8_t)(1 << bit % 8);
            rig_packet(r, row[i].link_type);
            rig_end(r);
            assert_true(r->flows <= 1);
            rig_free(r);
        }
    }
}

/* A tunnel's port with other bytes, or with bytes that end in neither TCP nor UDP, is a flow. */
static void test_no_tunnel(void **state)
{
    static const uint16_t port[] = {4789, 6081, 2152, 3544, 1701};
    static const char *const text[] = {"\x08", "\x01 not", "\x30\xffmore than that",
                                       "\x08\0\0\0\0\0\0\0 is no frame"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(port); i++)
        for (size_t j = 0; j < PL_COUNT(text); j++) {
            struct rig *r = rig_new(NULL);
            size_t len = j == 3 ? 20 : strlen(text[j]);

            build_start(&r->b, text[j], len);
            build_udp(&r->b, 60000, port[i]);
            build_outer(&r->b, 17);
            rig_packet(r, PL_LINK_RAW);
            rig_end(r);
            assert_int_equal(r->flows, 1);
            assert_int_equal(r->flow[0].first.dport, port[i]);
            assert_int_equal(r->flow[0].side[PL_CLIENT].len, len);
            assert_int_equal(r->capture.counts.malformed, 0);
            rig_free(r);
        }
}

static void test_too_deep(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    build_inner(&r->b);
    for (int i = 1; i < PL_DEPTH_MAX; i++)
        build_outer(&r->b, 4);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->flows, 1);
    build_outer(&r->b, 4);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->flow[0].side[PL_CLIENT].datagrams, 1);
    assert_int_equal(r->capture.counts.too_deep, 1);
    build_inner(&r->b);
    for (int i = 0; i < PL_LAYERS_MAX; i++)
        build_vlan(&r->b, i ? 0x8100 : 0x0800);
    build_ethernet(&r->b, 0x8100);
    rig_packet(r, PL_LINK_ETHERNET);
    assert_int_equal(r->capture.counts.too_deep, 2);
    rig_end(r);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_each_cut_anywhere),
        cmocka_unit_test(test_each_bit_turned),
        cmocka_unit_test(test_no_tunnel),
        cmocka_unit_test(test_too_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
