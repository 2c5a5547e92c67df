/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories, remote screens and remote files: what each dialogue fires, and the facts. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire_remote_vectors.h"

static struct reading read_named(const char *name)
{
    struct reading r;

    for (size_t i = 0; i < PL_COUNT(remote_dialogues); i++)
        if (!strcmp(remote_dialogues[i].name, name)) {
            read_part(&remote_dialogues[i], &r, ALL, ALL, NO_CUT, 0);
            return r;
        }
    fail_msg("no dialogue %s", name);
    return r;
}

/* Every dialogue of this check has the outcome that stands beside it; both kinds are there. */
static void expect(enum pl_check_id check)
{
    size_t count[3] = {0};
    struct reading r;

    for (size_t i = 0; i < PL_COUNT(remote_dialogues); i++) {
        const struct dialogue *d = &remote_dialogues[i];

        if (d->check != check)
            continue;
        read_part(d, &r, ALL, ALL, NO_CUT, 0);
        if (r.wire.frames.end == PL_WIRE_MALFORMED)
            fail_msg("%s: malformed", d->name);
        if (outcome_of(&r, check) != d->outcome)
            fail_msg("%s: %d, not %d", d->name, outcome_of(&r, check), d->outcome);
        count[d->outcome]++;
    }
    assert_true(count[FAILED] > 0);
    assert_true(check == PL_ID_rsync_daemon || (count[FAILED] >= 2 && count[PASSED] >= 1));
    assert_true(check == PL_ID_rsync_daemon || count[PASSED] + count[NOT_SEEN] >= 2);
}

static void ldap_bind_cleartext(void **state)
{
    struct reading r;

    (void)state;
    expect(PL_ID_ldap_bind_cleartext);
    for (size_t i = 0; i < PL_COUNT(remote_dialogues); i++) {
        const struct dialogue *d = &remote_dialogues[i];
        const struct pl_ldap *l = &r.wire.ldap;

        if (d->protocol != PL_WIRE_LDAP)
            continue;
        read_part(d, &r, ALL, ALL, NO_CUT, 1);
        if (l->creds != d->creds)
            fail_msg("%s: credentials %#llx", d->name, (unsigned long long)l->creds);
        if ((l->starttls_requested * REQUESTED | l->starttls_done * DONE) != d->starttls)
            fail_msg("%s: STARTTLS", d->name);
        assert_int_equal(r.wire.frames.end == PL_WIRE_TLS, (d->starttls & DONE) != 0);
        assert_null(memmem(&r.wire, sizeof r.wire, "secr", 4));
    }
}

static void ldap_wrapped_by_sasl_ends(void **state)
{
    struct reading r = read_named("ldap_gssapi");

    (void)state;
    assert_int_equal(r.wire.frames.end, PL_WIRE_READ);
    assert_true(r.wire.ldap.bind && r.wire.ldap.sasl && !r.wire.ldap.password);
}

static void rdp_no_tls_nla(void **state)
{
    struct reading r = read_named("rdp_nla");

    (void)state;
    expect(PL_ID_rdp_no_tls_nla);
    assert_true(r.wire.rdp.negotiates);
    assert_int_equal(r.wire.rdp.requested, 0xb);
    assert_int_equal(r.wire.rdp.answer, PL_RDP_ANSWER_CHOSEN);
    assert_int_equal(r.wire.rdp.selected, PL_RDP_HYBRID_EX);
    assert_true(r.wire.rdp.tls);
    assert_int_equal(r.wire.frames.end, PL_WIRE_TLS);
    r = read_named("rdp_silent");
    assert_false(r.wire.rdp.negotiates);
    assert_int_equal(r.wire.rdp.answer, PL_RDP_ANSWER_SILENT);
    r = read_named("rdp_refused");
    assert_int_equal(r.wire.rdp.answer, PL_RDP_ANSWER_FAILURE);
    assert_int_equal(r.wire.rdp.failure, 5);
    assert_null(memmem(&r.wire, sizeof r.wire, "ann", 3));
}

static void vnc_weak_auth(void **state)
{
    struct reading r = read_named("vnc_38_password");
    const struct pl_vnc *v = &r.wire.vnc;

    (void)state;
    expect(PL_ID_vnc_weak_auth);
    assert_int_equal(v->version[PL_SERVER].major, 3);
    assert_int_equal(v->version[PL_SERVER].minor, 8);
    assert_int_equal(v->offered_count, 2);
    assert_int_equal(v->offered[0], 18);
    assert_int_equal(v->offered[1], 2);
    assert_true(v->chosen_set);
    assert_int_equal(v->chosen, PL_VNC_AUTH);
    r = read_named("vnc_apple");
    assert_int_equal(v->version[PL_SERVER].minor, 889);
    assert_int_equal(v->chosen, 30);
    r = read_named("vnc_33");
    assert_int_equal(v->offered_count, 0);
    assert_int_equal(v->chosen, PL_VNC_AUTH);
    r = read_named("vnc_vencrypt");
    assert_int_equal(v->inner, 261);
    assert_true(v->tls);
    assert_int_equal(r.wire.frames.end, PL_WIRE_TLS);
}

/* More types than are kept, and one of them chosen. */
static void vnc_offers_many(void **state)
{
    static const struct dialogue many = {"vnc many",
                                         PL_WIRE_VNC,
                                         5900,
                                         PL_ID_vnc_weak_auth,
                                         FAILED,
                                         0,
                                         0,
                                         {SERVER("RFB 003.008\n"), CLIENT("RFB 003.008\n"),
                                          SERVER("\x0a\x05\x06\x10\x11\x12\x13\x14\x15\x16\x02"),
                                          CLIENT("\x02")}};
    struct reading r;

    (void)state;
    read_part(&many, &r, ALL, ALL, NO_CUT, 0);
    assert_int_equal(r.wire.vnc.offered_count, 10);
    assert_int_equal(r.wire.vnc.offered[7], 0x15);
    assert_int_equal(outcome_of(&r, PL_ID_vnc_weak_auth), FAILED);
    holds_when_cut(&many);
    holds_when_ended(&many);
}

static void rsync_daemon(void **state)
{
    static const struct dialogue short_one = {
        "rsync", PL_WIRE_RSYNC, 873, PL_ID_rsync_daemon, NOT_SEEN, 0, 0, {SERVER("@RSYNC")}};
    struct reading r;

    (void)state;
    expect(PL_ID_rsync_daemon);
    read_part(&short_one, &r, ALL, ALL, NO_CUT, 0);
    assert_int_equal(outcome_of(&r, PL_ID_rsync_daemon), NOT_SEEN);
    assert_int_equal(guess(PL_SERVER, "@ERROR: no", 10, 873), PL_WIRE_NONE);
    assert_int_equal(guess(PL_CLIENT, "@RSYNCD: 32.0\n", 14, 8873), PL_WIRE_RSYNC);
}

/* Lengths that lie end the reading and find nothing. */
static void lies_find_nothing(void **state)
{
    static const struct dialogue lies[] = {
        {"ldap longer inside",
         PL_WIRE_LDAP,
         389,
         PL_ID_ldap_bind_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x20"
                 "ab\x80\x06secret")}},
        {"ldap without an end",
         PL_WIRE_LDAP,
         389,
         PL_ID_ldap_bind_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("\x30\x80\x02\x01\x01\x60\x80")}},
        {"rdp",
         PL_WIRE_RDP,
         3389,
         PL_ID_rdp_no_tls_nla,
         NOT_SEEN,
         0,
         0,
         {SERVER("\3\0\0\x05\0\xd0\0\0\0\0\0")}},
        {"vnc",
         PL_WIRE_VNC,
         5900,
         PL_ID_vnc_weak_auth,
         NOT_SEEN,
         0,
         0,
         {SERVER("RFB 003.003\n"), CLIENT("RFB 003.003\n"), SERVER("\0\1\0\2")}},
    };
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(lies); i++) {
        read_part(&lies[i], &r, ALL, ALL, NO_CUT, 0);
        if (r.wire.frames.end != PL_WIRE_MALFORMED)
            fail_msg("%s: %d", lies[i].name, r.wire.frames.end);
        assert_int_equal(outcome_of(&r, lies[i].check), NOT_SEEN);
        holds_when_cut(&lies[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ldap_bind_cleartext), cmocka_unit_test(ldap_wrapped_by_sasl_ends),
        cmocka_unit_test(rdp_no_tls_nla),      cmocka_unit_test(vnc_weak_auth),
        cmocka_unit_test(vnc_offers_many),     cmocka_unit_test(rsync_daemon),
        cmocka_unit_test(lies_find_nothing),
    };

    return cmocka_run_group_tests_name("remote", tests, NULL, NULL);
}
