/* SPDX-License-Identifier: BSD-2-Clause */
/* DTLS in every order, cut everywhere, cut short everywhere, each bit turned. */
#include "dtls_build.h"

#include "common/check/dtls.h"
#include "common/check/tls.h"

static struct hello one, two, three, four, datagram;

/* Seven fragments of four messages of the server, as datagrams in every order. */
static void every_order_of_a_flight(void **state)
{
    uint32_t order[7] = {0, 1, 2, 3, 4, 5, 6}, i, j, swap, orders = 0;
    static struct hello part[7];
    struct pl_dtls begun = {0}, first;
    struct pl_tls_facts f;

    (void)state;
    dtls_client_hello(&one, dtls_client_12);
    dtls_say(&begun, PL_CLIENT, &one, 0);
    dtls_server_hello(&one, 0xfefd, 0, 0xc02b, false);
    dtls_certificate(&two, 300);
    dtls_filler(&three, 13, 40);
    dtls_filler(&four, 14, 0);
    for (i = 0; i < 7; i++)
        part[i].len = 0;
    dtls_fragment(&part[0], &one, 0, 0, 30);
    dtls_fragment(&part[1], &one, 0, 20, one.len - 4);
    dtls_fragment(&part[2], &two, 1, 0, 200);
    dtls_fragment(&part[3], &two, 1, 100, 250);
    dtls_fragment(&part[4], &two, 1, 250, two.len - 4);
    dtls_whole(&part[5], &three, 2);
    dtls_whole(&part[6], &four, 3);
    for (;;) {
        struct pl_dtls d = begun;

        for (i = 0; i < 7; i++)
            dtls_read(&d, PL_SERVER, &part[order[i]]);
        f = dtls_facts(&d);
        assert_true(f.server_hello && d.flow.server_hello_done && d.flow.certificate_asked);
        assert_int_equal(d.flow.certificates, 1);
        assert_int_equal(d.of[PL_SERVER].pieces, 0);
        if (orders++ == 0)
            first = d;
        assert_memory_equal(&d.flow, &first.flow, sizeof d.flow);
        for (i = 6; i > 0 && order[i - 1] >= order[i]; i--)
            ;
        if (i == 0)
            break;
        for (j = 6; order[j] <= order[i - 1]; j--)
            ;
        swap = order[j], order[j] = order[i - 1], order[i - 1] = swap;
        for (j = 6; i < j; i++, j--)
            swap = order[i], order[i] = order[j], order[j] = swap;
    }
    assert_int_equal(orders, 5040);
}

/* The hello cut at each place and in bytes; both parts swapped; repeated. */
static void every_split_of_a_hello(void **state)
{
    struct pl_dtls whole = {0};
    struct pl_tls_facts f, g;

    (void)state;
    dtls_client_hello(&one, dtls_client_13);
    dtls_say(&whole, PL_CLIENT, &one, 0);
    f = dtls_facts(&whole);
    assert_true(f.client_hello);
    for (size_t at = 0; at <= one.len - 4; at++)
        for (int swapped = 0; swapped < 4; swapped++) {
            struct pl_dtls d = {0};

            for (int i = 0; i < 4; i++) { /* the one, the other, and both again */
                bool head = (i + swapped) & 1;

                datagram.len = 0;
                dtls_fragment(&datagram, &one, 0, head ? 0 : at, head ? at : one.len - 4);
                dtls_read(&d, PL_CLIENT, &datagram);
                if (swapped & 2)
                    dtls_read(&d, PL_CLIENT, &datagram);
            }
            g = dtls_facts(&d);
            assert_memory_equal(&f, &g, sizeof f);
        }
    struct pl_dtls d = {0};
    for (size_t at = one.len - 4; at-- > 0;) { /* byte by byte, backwards in steps of 7 */
        size_t i = at * 7 % (one.len - 4);

        datagram.len = 0;
        dtls_fragment(&datagram, &one, 0, i, i + 1);
        for (size_t n = 0; n < 30 && i + n < one.len - 4; n++)
            dtls_fragment(&datagram, &one, 0, i + n, i + n + 1);
        dtls_read(&d, PL_CLIENT, &datagram);
    }
    g = dtls_facts(&d);
    assert_memory_equal(&f, &g, sizeof f);
}

/* A datagram cut short at each byte: nothing is judged, and the next one is read. */
static void every_truncation(void **state)
{
    struct pl_tls_facts f;
    struct pl_findings o;
    static struct hello cut;

    (void)state;
    dtls_client_hello(&one, (struct dtls_client){0xfeff, {0}, NULL, 0, 1});
    dtls_server_hello(&two, 0xfeff, 0, 0xc00a, false);
    datagram.len = 0;
    dtls_whole(&datagram, &two, 0);
    for (size_t len = 0; len < datagram.len; len++) {
        struct pl_dtls d = {.port = 443};

        cut.len = 0;
        put(&cut, datagram.at, len);
        assert_int_equal(dtls_read(&d, PL_SERVER, &cut), PL_MORE);
        f = dtls_facts(&d);
        o = (struct pl_findings){0};
        pl_check_dtls(&f, &o);
        pl_check_tls(&f, &o);
        assert_int_equal(o.seen[PL_FAMILY_TLS] | o.failed[PL_FAMILY_TLS], 0);
        dtls_read(&d, PL_SERVER, &datagram);
        f = dtls_facts(&d);
        assert_true(f.server_hello);
    }
}

/* Each bit turned: never a crash, and a length that lies is not followed. */
static void every_bit(void **state)
{
    static struct hello both, turned;

    (void)state;
    dtls_client_hello(&one, dtls_client_13);
    dtls_server_hello(&two, 0xfefd, 0xfefc, 0x1301, false);
    both.len = 0;
    dtls_fragment(&both, &one, 0, 40, one.len - 4);
    dtls_fragment(&both, &one, 0, 0, 50);
    for (size_t bit = 0; bit < 8 * both.len; bit++) {
        struct pl_dtls d = {0};

        turned = both;
        turned.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        dtls_read(&d, PL_CLIENT, &turned);
        assert_true(d.of[PL_CLIENT].used <= PL_DTLS_BYTES);
        dtls_say(&d, PL_SERVER, &two, 0);
        assert_true(d.swapped || dtls_facts(&d).server_hello);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_of_a_flight),
        cmocka_unit_test(every_split_of_a_hello),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(every_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
