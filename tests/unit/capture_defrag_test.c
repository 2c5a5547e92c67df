/* SPDX-License-Identifier: BSD-2-Clause */
/* IP packets out of fragments: capture/defrag.c. */
#include "capture_build.h"

static const char text[] = "The quick brown fox jumps over the lazy dog, and back again";
enum { TEXT_BYTES = sizeof(text) - 1, WHOLE_BYTES = TEXT_BYTES + 8 };

/* The IP payload whose fragments are sent: UDP from port 53 to 5000. */
static void build_whole(struct build *b)
{
    build_start(b, text, TEXT_BYTES);
    build_udp(b, 53, 5000);
}

/* Bytes from..to of it, in IPv4 or IPv6. */
static void send_fragment(struct rig *r, bool v6, uint32_t id, unsigned from, unsigned to,
                          bool more)
{
    uint8_t piece[WHOLE_BYTES], h[8] = {17};

    build_whole(&r->b);
    memcpy(piece, build_at(&r->b) + from, to - from);
    build_start(&r->b, piece, to - from);
    if (v6) {
        put16(h + 2, from | more);
        put32(h + 4, id);
        build_push(&r->b, h, sizeof(h));
        build_ip6(&r->b, 1, 2, 44);
    } else {
        uint8_t *ip = build_ip4(&r->b, 1, 2, 17);

        put16(ip + 4, id);
        put16(ip + 6, from / 8 | (more ? 0x2000 : 0));
    }
    rig_packet(r, PL_LINK_RAW);
}

/* Four fragments in each order. */
static void test_every_order(void **state)
{
    static const unsigned from[] = {0, 16, 24, 48}, to[] = {16, 24, 48, WHOLE_BYTES};

    (void)state;
    for (int n = 0; n < 48; n++) {
        int left[] = {0, 1, 2, 3}, code = n / 2;
        struct rig *r = rig_new(NULL);

        for (int count = 4; count > 0; count--) {
            int pick = left[code % count];

            assert_int_equal(r->flows, 0);
            send_fragment(r, n & 1, 9, from[pick], to[pick], pick != 3);
            memmove(left + code % count, left + code % count + 1,
                    sizeof(int) * (size_t)(count - code % count - 1));
            code /= count;
        }
        rig_end(r);
        rig_said(r, 0, PL_SERVER, text);
        assert_int_equal(r->flow[0].first.flags, PL_PACKET_FRAGMENTED);
        assert_int_equal(r->flow[0].first.frame, 4);
        assert_int_equal(r->notes[PL_NOTE_UDP_FRAGMENT], 1);
        assert_int_equal(r->capture.counts.fragments, 4);
        assert_int_equal(r->capture.counts.reassembled, 1);
        assert_int_equal(r->capture.counts.fragments_lost, 0);
        rig_free(r);
    }
}

static void test_two_at_once(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_fragment(r, false, 1, 0, 16, true);
    send_fragment(r, false, 2, 16, WHOLE_BYTES, false);
    send_fragment(r, true, 1, 16, WHOLE_BYTES, false);
    send_fragment(r, false, 2, 0, 16, true);
    send_fragment(r, false, 1, 16, WHOLE_BYTES, false);
    send_fragment(r, true, 1, 0, 16, true);
    rig_end(r);
    assert_int_equal(r->flows, 2); /* by IPv4 and by IPv6 */
    assert_int_equal(r->flow[0].side[PL_SERVER].len, 2 * TEXT_BYTES);
    rig_said(r, 1, PL_SERVER, text);
    rig_free(r);
}

static void test_missing(void **state)
{
    (void)state;
    for (int lost = 0; lost < 3; lost++) {
        static const unsigned cut[] = {0, 16, 32, WHOLE_BYTES};
        struct rig *r = rig_new(NULL);

        for (int i = 0; i < 3; i++)
            if (i != lost)
                send_fragment(r, false, 1, cut[i], cut[i + 1], i < 2);
        rig_end(r);
        assert_int_equal(r->flows, 0);
        assert_int_equal(r->notes[PL_NOTE_UDP_FRAGMENT], lost != 0);
        if (lost != 0)
            assert_int_equal(r->noted.sport, 53);
        assert_int_equal(r->capture.counts.fragments_lost, 1);
        rig_free(r);
    }
}

/* As the last one came too late, so did the first: nothing is put together. */
static void test_too_late(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_fragment(r, false, 1, 0, 16, true);
    r->time_ns += PL_DEFRAG_NS;
    send_fragment(r, false, 1, 16, WHOLE_BYTES, false);
    assert_int_equal(r->flows, 0);
    assert_int_equal(r->capture.counts.fragments_lost, 1);
    send_fragment(r, false, 1, 0, 16, true);
    assert_int_equal(r->flows, 1);
    r->time_ns -= 3 * PL_DEFRAG_NS; /* a clock that jumps back */
    send_fragment(r, false, 1, 0, 16, true);
    send_fragment(r, false, 1, 16, WHOLE_BYTES, false);
    assert_int_equal(r->flow[0].side[PL_SERVER].datagrams, 2);
    rig_end(r);
    rig_free(r);
}

/* Fragment 16..32 again as other bytes: those of 24..40 of the text. */
static void send_other(struct rig *r, bool v6)
{
    uint8_t *h;

    send_fragment(r, v6, 1, 24, 40, true);
    h = build_at(&r->b);
    if (v6)
        put16(h + 42, 16 | 1);
    else
        put16(h + 6, 16 / 8 | 0x2000);
}

/* IPv4: the first bytes stay.  IPv6 (RFC 5722): the packet is refused, later fragments too. */
static void test_overlap(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        struct rig *r = rig_new(NULL);

        send_other(r, v6); /* builds it and sends 24..40 */
        pl_capture_end(&r->capture);
        send_fragment(r, v6, 1, 0, 32, true);
        send_other(r, v6);
        rig_packet(r, PL_LINK_RAW); /* now in the place of 16..32 */
        send_fragment(r, v6, 1, 32, WHOLE_BYTES, false);
        rig_end(r);
        assert_int_equal(r->flows, !v6);
        if (!v6)
            rig_said(r, 0, PL_SERVER, text);
        assert_true(r->capture.counts.fragments_overlapping > 0);
        rig_free(r);
    }
}

/* The same again, byte for byte, is no attack. */
static void test_repeated(void **state)
{
    (void)state;
    for (int v6 = 0; v6 < 2; v6++) {
        struct rig *r = rig_new(NULL);

        send_fragment(r, v6, 1, 0, 32, true);
        send_fragment(r, v6, 1, 0, 32, true);
        send_fragment(r, v6, 1, 32, WHOLE_BYTES, false);
        rig_end(r);
        rig_said(r, 0, PL_SERVER, text);
        assert_int_equal(r->capture.counts.fragments_overlapping, 1);
        rig_free(r);
    }
}

/* A second end, bytes behind the end, an odd middle. */
static void test_contradictions(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_fragment(r, false, 1, 16, WHOLE_BYTES, false);
    send_fragment(r, false, 1, 16, WHOLE_BYTES - 8, false);
    send_fragment(r, false, 1, 8, 13, true);
    assert_int_equal(r->capture.counts.malformed, 2);
    send_fragment(r, false, 1, 0, 16, true);
    rig_said(r, 0, PL_SERVER, text);
    send_fragment(r, false, 2, 0, 64, true);
    send_fragment(r, false, 2, 0, 32, false);
    assert_int_equal(r->capture.counts.malformed, 3);
    rig_end(r);
    assert_int_equal(r->flows, 1);
    rig_free(r);
}

/* A fragment that would end behind 64 KiB. */
static void test_too_long(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_fragment(r, false, 1, 0, 16, true);
    build_start(&r->b, text, 16);
    put16(build_ip4(&r->b, 1, 2, 17) + 6, 0x1fff);
    rig_packet(r, PL_LINK_RAW);
    assert_int_equal(r->capture.counts.malformed, 1);
    rig_end(r);
    assert_int_equal(r->flows, 0);
    rig_free(r);
}

/* Not captured whole: of no use, and no bytes of it. */
static void test_cut(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_fragment(r, false, 1, 16, WHOLE_BYTES, false);
    build_start(&r->b, text, 16);
    put16(build_ip4(&r->b, 1, 2, 17) + 6, 0x2000);
    rig_give(r, PL_LINK_RAW, build_at(&r->b), build_len(&r->b) - 1, build_len(&r->b));
    assert_int_equal(r->capture.counts.cut, 1);
    rig_end(r);
    assert_int_equal(r->flows, 0);
    rig_free(r);
}

/* RFC 6946: a fragment header on a packet that is whole. */
static void test_atomic(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    send_fragment(r, true, 1, 0, WHOLE_BYTES, false);
    rig_end(r);
    rig_said(r, 0, PL_SERVER, text);
    assert_int_equal(r->flow[0].first.flags, 0);
    assert_int_equal(r->capture.counts.fragments, 0);
    rig_free(r);
}

/* A packet of which all but one fragment came, over and over: memory stays bounded. */
static void test_flood(void **state)
{
    struct rig *r = rig_new(NULL);

    (void)state;
    for (uint32_t id = 0; id < 5000; id++)
        send_fragment(r, true, id, 8, 16, true);
    assert_true(r->capture.counts.fragments_lost >= 5000 - PL_DEFRAG_SETS * PL_DEFRAG_WAYS);
    send_fragment(r, true, 4999, 16, WHOLE_BYTES, false);
    send_fragment(r, true, 4999, 0, 8, true);
    rig_end(r);
    rig_said(r, 0, PL_SERVER, text);
    assert_int_equal(r->capture.counts.fragments_lost, 4999);
    rig_free(r);
}

/* Fragments of a tunnel that holds fragments: the inner packet is in the outer's buffer. */
static void test_in_one_another(void **state)
{
    struct rig *r = rig_new(NULL);
    uint8_t inner[200];
    size_t len;

    (void)state;
    for (int i = 0; i < 2; i++) {
        uint8_t *ip;

        build_whole(&r->b);
        if (i)
            build_start(&r->b, build_at(&r->b) + 16, WHOLE_BYTES - 16);
        else
            build_start(&r->b, build_at(&r->b), 16);
        ip = build_ip4(&r->b, 1, 2, 17);
        put16(ip + 6, i ? 2 : 0x2000);
        len = build_len(&r->b);
        memcpy(inner, build_at(&r->b), len);
        for (int half = 0; half < 2; half++) {
            build_start(&r->b, half ? inner + 24 : inner, half ? len - 24 : 24);
            ip = build_ip4(&r->b, 8, 9, 4);
            put16(ip + 4, (unsigned)i + 5);
            put16(ip + 6, half ? 3 : 0x2000);
            rig_packet(r, PL_LINK_RAW);
        }
    }
    rig_end(r);
    rig_said(r, 0, PL_SERVER, text);
    assert_int_equal(r->capture.counts.reassembled, 3);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_order),
        cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_too_late),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_atomic),
        cmocka_unit_test(test_flood),
        cmocka_unit_test(test_in_one_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
