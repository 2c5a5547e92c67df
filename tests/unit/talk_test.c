/* SPDX-License-Identifier: BSD-2-Clause */
/* XMPP, SOCKS and the remote commands of BSD: findings, credentials, TLS, tunnels, and every cut.
 */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire_talk_vectors.h"

static void xmpp_no_tls(void **state)
{
    size_t count[3] = {0};
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(talk_dialogues); i++) {
        const struct dialogue *d = &talk_dialogues[i];
        read_part(d, &r, ALL, ALL, NO_CUT, 0);
        if (outcome_of(&r, d->check) != d->outcome)
            fail_msg("%s: %d, not %d", d->name, outcome_of(&r, d->check), d->outcome);
        count[d->outcome] += d->protocol == PL_WIRE_XMPP;
    }
    assert_true(count[FAILED] >= 2 && count[PASSED] >= 2 && count[NOT_SEEN] >= 2);
}

/* The kinds of credentials, and nothing of them. */
static void credentials(void **state)
{
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(talk_dialogues); i++) {
        const struct dialogue *d = &talk_dialogues[i];
        uint64_t creds;
        read_part(d, &r, ALL, ALL, NO_CUT, 1);
        creds = d->protocol == PL_WIRE_XMPP    ? r.wire.xmpp.creds
                : d->protocol == PL_WIRE_SOCKS ? r.wire.socks.creds
                                               : r.wire.rsh.creds;
        if (creds != d->creds)
            fail_msg("%s: credentials %#llx", d->name, (unsigned long long)creds);
        assert_null(memmem(&r.wire, sizeof r.wire, "secr", 4));
    }
}

static void starttls(void **state)
{
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(talk_dialogues); i++) {
        const struct dialogue *d = &talk_dialogues[i];
        const struct pl_xmpp *x = &r.wire.xmpp;
        if (d->protocol != PL_WIRE_XMPP)
            continue;
        read_part(d, &r, ALL, ALL, NO_CUT, 0);
        if ((x->starttls_offered * OFFERED | x->starttls_requested * REQUESTED |
             x->starttls_done * DONE) != d->starttls)
            fail_msg("%s: STARTTLS", d->name);
        assert_int_equal(r.wire.frames.end == PL_WIRE_TLS, (d->starttls & DONE) != 0);
        assert_int_equal(r.tls[PL_SERVER] != 0, (d->starttls & DONE) != 0);
        assert_int_equal(x->servers, strstr(d->name, "servers") || strstr(d->name, "end_tag"));
        assert_int_equal(x->stream, strcmp(d->name, "xmpp_other") != 0);
    }
}

/* Where the proxied protocol begins, not a byte of it is taken. */
static void tunnels(void **state)
{
    static const char *const granted[] = {"socks5_password", "socks5_open", "socks4"};
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(talk_dialogues); i++) {
        const struct dialogue *d = &talk_dialogues[i];
        bool tunnel = false;
        if (d->protocol != PL_WIRE_SOCKS)
            continue;
        for (size_t k = 0; k < PL_COUNT(granted); k++)
            tunnel |= strcmp(granted[k], d->name) == 0;
        read_part(d, &r, ALL, ALL, NO_CUT, 0);
        assert_int_equal(r.wire.frames.end, tunnel ? PL_WIRE_TUNNEL : PL_WIRE_READ);
        assert_int_equal(r.wire.socks.granted, tunnel);
    }
}

static bool is_socks(const char *byte, uint32_t len)
{
    enum pl_match match;

    return pl_wire_guess(PL_CLIENT, (const uint8_t *)byte, len, 0, &match) == PL_WIRE_SOCKS;
}

static bool is_rsh(const char *byte, uint32_t len, uint16_t port)
{
    enum pl_match match;

    return pl_wire_guess(PL_CLIENT, (const uint8_t *)byte, len, port, &match) == PL_WIRE_RSH;
}

/* The offer is complete at its third byte; what the reader of MySQL would make of these 32 bytes
 * (a login of 261 bytes) does not change that. */
static void recognised_once_recognised_for_good(void **state)
{
    static const char bytes[32] = "\x05\x01\x00\x01\x85\xa6\x0a\x00\x00\x00\x00\x01\x21";

    (void)state;
    for (uint32_t len = 3; len <= sizeof bytes; len++)
        assert_true(is_socks(bytes, len));
}

static void what_only_looks_alike(void **state)
{
    (void)state;
    assert_true(is_socks("\x05\x01\x00", 3));
    assert_false(is_socks("\x05\x00\x0b\x03\x10\x00", 6)); /* DCE RPC */
    assert_false(is_socks("\x05\x02\x00\x00", 4));
    assert_false(is_socks("\x05\x01\x40", 3));
    assert_false(is_socks("\x04\x01\x00\x00\x0a\x00\x00\x01\x00", 9));
    assert_false(is_socks("\x04\x01\x00\x50\x0a\x00\x00\x01 x\x00", 11));
    assert_true(is_rsh("0\0a", 3, 514));
    assert_false(is_rsh("0\0a", 3, 0));
    assert_false(is_rsh("<34>Oct 11", 10, 514)); /* syslog */
    assert_false(is_rsh("\0a\0b\0xterm/x\0", 12, 0));
    assert_false(is_rsh("\0a\0b\0xterm/\0", 11, 0));
    assert_false(is_rsh("\0a\0\0xterm/9600\0", 14, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xmpp_no_tls),
        cmocka_unit_test(credentials),
        cmocka_unit_test(starttls),
        cmocka_unit_test(tunnels),
        cmocka_unit_test(recognised_once_recognised_for_good),
        cmocka_unit_test(what_only_looks_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
