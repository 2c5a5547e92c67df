/* SPDX-License-Identifier: BSD-2-Clause */
/* Handshakes of DTLS; what is no DTLS and shares its port; dtls-version-10. */
#include "dtls_build.h"

#include "common/check/dtls.h"
#include "common/check/tls.h"

static struct hello one, two, datagram;

/* A handshake as RFC 6347 4.2.4 draws it, its messages numbered. */
static void handshake(struct pl_dtls *d, struct dtls_client c, unsigned verify_version,
                      unsigned version)
{
    uint8_t verify[3 + 8] = {(uint8_t)(verify_version >> 8), (uint8_t)verify_version, 8};
    static struct hello body;

    dtls_client_hello(&one, c);
    dtls_say(d, PL_CLIENT, &one, 0);
    body.len = 0;
    put(&body, verify, sizeof verify);
    dtls_message(&two, PL_DTLS_VERIFY_REQUEST, &body);
    dtls_say(d, PL_SERVER, &two, 0);
    assert_true(d->verify);
    assert_false(dtls_facts(d).server_hello);
    assert_int_equal(dtls_facts(d).version, 0);
    c.cookie = 8;
    dtls_client_hello(&one, c);
    dtls_say(d, PL_CLIENT, &one, 1);
    dtls_server_hello(&two, version, 0, 0xc02b, false);
    dtls_say(d, PL_SERVER, &two, 1);
    dtls_certificate(&two, 500);
    dtls_say(d, PL_SERVER, &two, 2);
    dtls_filler(&two, 14, 0);
    assert_int_equal(dtls_say(d, PL_SERVER, &two, 3), PL_MORE);
    datagram.len = 0;
    dtls_record(&datagram, PL_DTLS_CHANGE_CIPHER, version, 0, "\1", 1);
    dtls_record(&datagram, PL_DTLS_HANDSHAKE, version, 1, "encrypted", 9);
    assert_int_equal(dtls_read(d, PL_SERVER, &datagram), PL_DONE);
}

static void version_12_with_a_cookie(void **state)
{
    struct pl_dtls d = {.port = 443};
    struct pl_tls_facts f;
    uint32_t len;

    (void)state;
    handshake(&d, dtls_client_12, 0xfeff, 0xfefd);
    f = dtls_facts(&d);
    assert_true(f.dtls && f.client_hello && f.server_hello && !f.hello_retry);
    assert_int_equal(f.max_version, PL_TLS12);
    assert_int_equal(f.version, PL_TLS12);
    assert_int_equal(pl_dtls_wire(f.version), 0xfefd);
    assert_int_equal(f.suite, 0xc02b);
    assert_int_equal(f.sni_len, 12);
    assert_memory_equal(f.sni, "dtls.example", 12);
    assert_true(f.ems && f.server_ems);
    assert_int_equal(d.flow.certificates, 1);
    assert_true(d.flow.server_hello_done && !d.flow.resumed);
    assert_non_null(pl_dtls_client_hello(&d, &len)); /* the one with the cookie */
    assert_int_equal(len, one.len);
    assert_memory_equal(pl_dtls_client_hello(&d, &len), one.at, one.len);
}

static bool failed(const struct pl_tls_facts *f, uint64_t mask, bool *seen)
{
    struct pl_findings o = {0};

    pl_check_dtls(f, &o);
    pl_check_tls(f, &o);
    *seen = o.seen[PL_FAMILY_TLS] & mask;
    return o.failed[PL_FAMILY_TLS] & mask;
}

/* dtls-version-10 fires: 1.0 is chosen, and the version from before the standard. */
static void dtls_version_10_fires(void **state)
{
    static const unsigned old[] = {0xfeff, 0x0100};
    bool seen;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct pl_dtls d = {.port = 443};
        struct pl_tls_facts f;

        handshake(&d, (struct dtls_client){old[i], {0}, NULL, 0, 1}, 0xfeff, old[i]);
        f = dtls_facts(&d);
        assert_int_equal(pl_dtls_wire(f.version), old[i]);
        assert_int_equal(pl_dtls_wire(f.max_version), old[i]);
        assert_true(failed(&f, PL_MASK(dtls_version_10), &seen));
        assert_false(failed(&f, PL_MASK(tls_version_10_11), &seen));
        assert_false(seen);
        assert_false(failed(&f, PL_MASK(tls_version_ssl), &seen));
        assert_false(seen);
        assert_false(failed(&f, PL_MASK(tls_sni_missing), &seen)); /* media have no names */
        assert_false(seen);
    }
}

/* It does not fire: 1.2 after a HelloVerifyRequest of 0xfeff, 1.3, and TLS 1.1 itself. */
static void dtls_version_10_does_not_fire(void **state)
{
    struct pl_dtls d = {0}, e = {0};
    struct pl_tls_facts f, tls = {.server_hello = true, .version = PL_TLS11};
    bool seen;

    (void)state;
    handshake(&d, dtls_client_12, 0xfeff, 0xfefd);
    f = dtls_facts(&d);
    assert_false(failed(&f, PL_MASK(dtls_version_10), &seen));
    assert_true(seen);
    dtls_client_hello(&one, dtls_client_13);
    dtls_say(&e, PL_CLIENT, &one, 0);
    f = dtls_facts(&e);
    assert_false(failed(&f, PL_MASK(dtls_version_10), &seen));
    assert_false(seen);
    dtls_server_hello(&two, 0xfefd, 0xfefc, 0x1301, false);
    dtls_say(&e, PL_SERVER, &two, 0);
    f = dtls_facts(&e);
    assert_false(failed(&f, PL_MASK(dtls_version_10), &seen));
    assert_true(seen);
    assert_false(failed(&tls, PL_MASK(dtls_version_10), &seen));
    assert_false(seen);
}

static void hello_verify_request_is_no_choice(void **state)
{
    struct pl_dtls d = {.port = 443};
    struct pl_tls_facts f;
    static struct hello body;
    bool seen;

    (void)state;
    dtls_client_hello(&one, dtls_client_12);
    dtls_say(&d, PL_CLIENT, &one, 0);
    body.len = 0;
    put(&body, "\xfe\xff\0", 3);
    dtls_message(&two, PL_DTLS_VERIFY_REQUEST, &body);
    assert_int_equal(dtls_say(&d, PL_SERVER, &two, 0), PL_MORE);
    f = dtls_facts(&d);
    assert_true(f.client_hello && !f.server_hello);
    assert_false(failed(&f, PL_MASK(dtls_version_10), &seen));
    assert_false(seen);
}

static void version_13_with_a_retry(void **state)
{
    struct pl_dtls d = {0};
    struct pl_tls_facts f;
    struct dtls_client again = dtls_client_13;

    (void)state;
    dtls_client_hello(&one, dtls_client_13);
    dtls_say(&d, PL_CLIENT, &one, 0);
    dtls_server_hello(&two, 0xfefd, 0xfefc, 0x1301, true);
    assert_int_equal(dtls_say(&d, PL_SERVER, &two, 0), PL_MORE);
    f = dtls_facts(&d);
    assert_true(f.hello_retry && !f.server_hello);
    again.name = "second.example";
    dtls_client_hello(&one, again);
    dtls_say(&d, PL_CLIENT, &one, 1);
    dtls_server_hello(&two, 0xfefd, 0xfefc, 0x1302, false);
    datagram.len = 0;
    dtls_whole(&datagram, &two, 1);
    put(&datagram, "\x2f\x12\x34\0\x05......", 11); /* a record of the unified header */
    assert_int_equal(dtls_read(&d, PL_SERVER, &datagram), PL_DONE);
    f = dtls_facts(&d);
    assert_true(f.dtls && f.hello_retry && f.client_hello && f.server_hello);
    assert_int_equal(f.max_version, PL_TLS13);
    assert_int_equal(f.min_version, PL_TLS12);
    assert_int_equal(pl_dtls_wire(f.version), 0xfefc);
    assert_int_equal(f.suite, 0x1302);
    assert_int_equal(f.sni_len, 14);
    assert_int_equal(d.flow.client_hellos, 2);
}

static void what_is_given_up(void **state)
{
    struct pl_dtls d = {0};

    (void)state;
    dtls_filler(&one, 11, 20000); /* too long: left out, and the next one is read */
    datagram.len = 0;
    dtls_fragment(&datagram, &one, 0, 0, 1000);
    dtls_filler(&two, 14, 0);
    dtls_whole(&datagram, &two, 1);
    dtls_read(&d, PL_SERVER, &datagram);
    assert_true(d.of[PL_SERVER].missed);
    assert_int_equal(d.of[PL_SERVER].next, 2);
    for (unsigned seq = 60; seq > 3; seq--) { /* far ahead: at most PL_DTLS_PIECES wait */
        dtls_filler(&two, 14, 1500);
        dtls_say(&d, PL_SERVER, &two, seq);
        assert_true(d.of[PL_SERVER].pieces <= PL_DTLS_PIECES);
    }
    dtls_filler(&two, 12, 15000); /* whose turn it is takes the place of those */
    dtls_say(&d, PL_SERVER, &two, 2);
    assert_int_equal(d.of[PL_SERVER].next, 3);
    assert_int_equal(d.of[PL_SERVER].pieces, 0);
}

static void alerts_and_resumption(void **state)
{
    struct pl_dtls d = {0};

    (void)state;
    dtls_client_hello(&one, dtls_client_12);
    dtls_say(&d, PL_CLIENT, &one, 0);
    dtls_server_hello(&two, 0xfefd, 0, 0xc02b, false);
    datagram.len = 0;
    dtls_record(&datagram, PL_DTLS_ALERT, 0xfefd, 0, "\1\x64", 2);
    dtls_whole(&datagram, &two, 0);
    dtls_record(&datagram, PL_DTLS_CHANGE_CIPHER, 0xfefd, 0, "\1", 1);
    assert_int_equal(dtls_read(&d, PL_SERVER, &datagram), PL_DONE);
    assert_true(d.flow.resumed);
    assert_int_equal(d.flow.alerts, 1);
    assert_int_equal(d.flow.alert[0].side, PL_SERVER);
    assert_int_equal(d.flow.alert[0].description, 0x64);
}

static enum pl_match match(const void *bytes, size_t len)
{
    return pl_dtls_match(bytes, (uint32_t)len);
}

static void recognised_by_content(void **state)
{
    static const uint8_t stun[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};

    (void)state;
    dtls_client_hello(&one, dtls_client_12);
    datagram.len = 0;
    dtls_whole(&datagram, &one, 0);
    assert_int_equal(match(datagram.at, datagram.len), PL_MATCH_YES);
    datagram.at[2] = 0xff;
    assert_int_equal(match(datagram.at, datagram.len), PL_MATCH_YES);
    assert_int_equal(match(datagram.at, datagram.len - 1), PL_MATCH_NO); /* a length that lies */
    datagram.at[4] = 1; /* another epoch: nothing to be read of it */
    assert_int_equal(match(datagram.at, datagram.len), PL_MATCH_NO);
    datagram.at[4] = 0;
    datagram.at[1] = 3; /* TLS */
    assert_int_equal(match(datagram.at, datagram.len), PL_MATCH_NO);
    assert_int_equal(match(stun, sizeof stun), PL_MATCH_MORE);
    assert_int_equal(match("\x10zrtp", 5), PL_MATCH_MORE);
    assert_int_equal(match("\x40\0\0\4turn", 8), PL_MATCH_MORE);
    assert_int_equal(match("\x80\x60\0\1rtp", 7), PL_MATCH_MORE);
    assert_int_equal(match("", 0), PL_MATCH_MORE);
    assert_int_equal(match("\xc0\0\0\0\1", 5), PL_MATCH_NO); /* QUIC */
    assert_int_equal(match("{\"json\": 1}", 11), PL_MATCH_NO);
    assert_int_equal(match("\x16\xfe\xfd", 3), PL_MATCH_NO);
}

/* STUN and RTP between the datagrams of the handshake. */
static void other_protocols_on_the_port(void **state)
{
    static const uint8_t stun[20] = {1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};
    struct pl_dtls d = {.port = 443};
    struct pl_tls_facts f;

    (void)state;
    assert_int_equal(pl_dtls_read(&d, PL_CLIENT, stun, sizeof stun), PL_MORE);
    dtls_client_hello(&one, dtls_client_12);
    datagram.len = 0;
    dtls_fragment(&datagram, &one, 0, 0, 50);
    dtls_read(&d, PL_CLIENT, &datagram);
    pl_dtls_read(&d, PL_SERVER, stun, sizeof stun);
    pl_dtls_read(&d, PL_CLIENT, (const uint8_t *)"\x80\x60\0\1rtp", 7);
    datagram.len = 0;
    dtls_fragment(&datagram, &one, 0, 50, one.len - 4);
    assert_int_equal(dtls_read(&d, PL_CLIENT, &datagram), PL_MORE);
    f = dtls_facts(&d);
    assert_true(f.client_hello);
}

/* WebRTC: the side that sent first on the port is the server of DTLS. */
static void the_server_spoke_first(void **state)
{
    struct pl_dtls d = {0};
    struct pl_tls_facts f;

    (void)state;
    dtls_client_hello(&one, dtls_client_12);
    dtls_say(&d, PL_SERVER, &one, 0);
    assert_true(d.swapped);
    dtls_server_hello(&two, 0xfefd, 0, 0xc02b, false);
    assert_int_equal(dtls_say(&d, PL_CLIENT, &two, 0), PL_MORE);
    datagram.len = 0;
    dtls_record(&datagram, PL_DTLS_CHANGE_CIPHER, 0xfefd, 0, "\1", 1);
    assert_int_equal(dtls_read(&d, PL_CLIENT, &datagram), PL_DONE);
    f = dtls_facts(&d);
    assert_true(f.client_hello && f.server_hello);
    assert_int_equal(f.suite, 0xc02b);
}

/* What nobody captured before the hello does not matter. */
static void begins_in_the_middle(void **state)
{
    struct pl_dtls d = {0};
    struct pl_tls_facts f;

    (void)state;
    dtls_server_hello(&two, 0xfefd, 0, 0xc02b, false);
    dtls_say(&d, PL_SERVER, &two, 1);
    assert_true(dtls_facts(&d).server_hello);
    dtls_client_hello(&one, dtls_client_12);
    dtls_say(&d, PL_CLIENT, &one, 1);
    f = dtls_facts(&d);
    assert_true(f.client_hello && f.server_hello);
    assert_int_equal(f.suite, 0xc02b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_12_with_a_cookie),
        cmocka_unit_test(dtls_version_10_fires),
        cmocka_unit_test(dtls_version_10_does_not_fire),
        cmocka_unit_test(hello_verify_request_is_no_choice),
        cmocka_unit_test(version_13_with_a_retry),
        cmocka_unit_test(what_is_given_up),
        cmocka_unit_test(alerts_and_resumption),
        cmocka_unit_test(recognised_by_content),
        cmocka_unit_test(other_protocols_on_the_port),
        cmocka_unit_test(the_server_spoke_first),
        cmocka_unit_test(begins_in_the_middle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
