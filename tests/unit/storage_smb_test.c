/* SPDX-License-Identifier: BSD-2-Clause */
/* SMB 1, 2 and 3, and their checks. */
#include "wire_exchange.h"
#include "smb_build.h"

#define APP(w, check) exchange_outcome(w, PL_FAMILY_APP, PL_MASK(check))

/* Client and server in turns. */
static struct smb_bytes part[EXCHANGE_TURNS];

static struct exchange dialogue(size_t parts)
{
    struct exchange e = {PL_WIRE_SMB, 445, {{PL_CLIENT, NULL, 0}}};

    for (size_t i = 0; i < parts; i++)
        e.turn[i] = (struct turn){i % 2 ? PL_SERVER : PL_CLIENT, part[i].byte, part[i].len};
    return e;
}

static void fresh(void)
{
    memset(part, 0, sizeof part);
}

static const char old_names[] = "PC NETWORK PROGRAM 1.0\0LANMAN1.0\0NT LM 0.12";
static const char all_names[] = "NT LM 0.12\0SMB 2.002\0SMB 2.???";

static void smb1(void **state)
{
    struct exchange e;
    struct pl_wire w;

    (void)state;
    fresh();
    smb_one_offer(&part[0], old_names, sizeof old_names);
    smb_one_choice(&part[1], 2);
    e = dialogue(2);
    w = exchange_every_way(&e);
    exchange_any_order(&e);
    assert_int_equal(APP(&w, smb1), FAILED);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(pl_smb_dialect1(&w.smb), PL_SMB1_NT_LM);
    assert_int_equal(w.smb.offered1,
                     1u << PL_SMB1_NT_LM | 1u << PL_SMB1_LANMAN_10 | 1u << PL_SMB1_CORE);
    /* It goes on in SMB1: a session setup. */
    fresh();
    smb_one(&part[0], 0x73, false, "\x0d\xff\0\0\0", 5);
    e = dialogue(1);
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, smb1), FAILED);
    /* Offered and not answered; refused. */
    fresh();
    smb_one_offer(&part[0], old_names, sizeof old_names);
    e = dialogue(1);
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, smb1), NOT_SEEN);
    smb_one_choice(&part[1], 0xffff);
    e = dialogue(2);
    w = exchange_every_way(&e);
    exchange_any_order(&e);
    assert_int_equal(APP(&w, smb1), PASSED);
}

/* What servers without SMB1 answer to a client that knows both. */
static void smb1_offer_answered_with_smb2(void **state)
{
    struct exchange e;
    struct pl_wire w;

    (void)state;
    fresh();
    smb_one_offer(&part[0], all_names, sizeof all_names);
    smb_two_choice(&part[1], PL_SMB2_ANY, 1);
    smb_two_offer(&part[2], 1);
    smb_two_choice(&part[3], PL_SMB2_311, 1);
    e = dialogue(4);
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, smb1), PASSED);
    assert_int_equal(APP(&w, smb_unencrypted), NOT_SEEN);
    assert_int_equal(w.smb.dialect2, PL_SMB2_311);
    assert_int_equal(w.smb.offered2, 0x3f);
    assert_true(w.smb.smb1);
    exchange_any_order(&e);
}

/* Negotiation, login in two steps, and a share. */
static struct pl_wire share(uint8_t client_mode, uint8_t server_mode, bool encrypt)
{
    struct exchange e;

    fresh();
    smb_two_offer(&part[0], client_mode);
    smb_two_choice(&part[1], PL_SMB2_300, server_mode);
    smb_two_setup(&part[2], client_mode);
    smb_two_setup_answer(&part[3], 0xc0000016);
    smb_two_setup(&part[4], client_mode);
    smb_two_setup_answer(&part[5], 0);
    smb_two_tree(&part[6]);
    smb_two_tree_answer(&part[7], 0, encrypt);
    e = dialogue(8);
    exchange_any_order(&e);
    return exchange_every_way(&e);
}

static void smb_unencrypted(void **state)
{
    struct exchange e;
    struct pl_wire w = share(1, 1, false);

    (void)state;
    assert_int_equal(APP(&w, smb_unencrypted), FAILED);
    assert_int_equal(APP(&w, smb1), PASSED);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    w = share(0, 0, false);
    assert_int_equal(APP(&w, smb_unencrypted), FAILED);
    w = share(1, 3, false);
    assert_int_equal(APP(&w, smb_unencrypted), PASSED);
    w = share(3, 1, false);
    assert_int_equal(APP(&w, smb_unencrypted), PASSED);
    w = share(1, 1, true);
    assert_int_equal(APP(&w, smb_unencrypted), PASSED);
    /* Everything after the login in transform headers. */
    fresh();
    smb_two_offer(&part[0], 1);
    smb_two_choice(&part[1], PL_SMB2_311, 1);
    smb_transform(&part[2]);
    smb_transform(&part[3]);
    e = dialogue(4);
    w = exchange_every_way(&e);
    exchange_any_order(&e);
    assert_int_equal(APP(&w, smb_unencrypted), PASSED);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    /* The share was refused; a login alone; the negotiation was not seen. */
    fresh();
    smb_two_offer(&part[0], 1);
    smb_two_choice(&part[1], PL_SMB2_210, 1);
    smb_two_tree(&part[2]);
    smb_two_tree_answer(&part[3], 0xc0000022, false);
    e = dialogue(4);
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, smb_unencrypted), NOT_SEEN);
    fresh();
    smb_two_tree(&part[0]);
    smb_two_tree_answer(&part[1], 0, false);
    e = dialogue(2);
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, smb_unencrypted), NOT_SEEN);
}

/* Two messages in one packet: the second opens the share. */
static void several_in_one(void **state)
{
    const uint8_t setup[16] = {9}, tree[16] = {16, 0, 1};
    struct exchange e;
    struct pl_wire w;

    (void)state;
    fresh();
    smb_two_offer(&part[0], 1);
    smb_two_choice(&part[1], PL_SMB2_302, 1);
    smb_two_setup(&part[2], 1);
    smb_netbios(&part[3], 80 + 80);
    smb_two_head(&part[3], 1, true, 0, 80);
    smb_put(&part[3], setup, 16);
    smb_two_head(&part[3], 3, true, 0, 0);
    smb_put(&part[3], tree, 16);
    e = dialogue(4);
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, smb_unencrypted), FAILED);
    /* An element that is longer than the packet. */
    part[3].byte[4 + 20] = 0xff;
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    assert_int_equal(APP(&w, smb_unencrypted), NOT_SEEN);
}

/* Port 139: a NetBIOS session first. */
static void netbios_session(void **state)
{
    static const char name[] = "\x20"
                               "ABABABABABABABABABABABABABABABAB";
    struct exchange e;
    struct pl_wire w;

    (void)state;
    fresh();
    smb_put(&part[0], "\x81\0\0\x44", 4);
    smb_put(&part[0], name, 34);
    smb_put(&part[0], name, 34);
    smb_put(&part[1], "\x82\0\0\0", 4);
    smb_one_offer(&part[2], old_names, sizeof old_names);
    smb_one_choice(&part[3], 0);
    smb_put(&part[4], "\x85\0\0\0", 4);
    e = dialogue(5);
    w = exchange_every_way(&e);
    exchange_any_order(&e);
    assert_int_equal(APP(&w, smb1), FAILED);
    assert_int_equal(pl_smb_dialect1(&w.smb), PL_SMB1_CORE);
    assert_int_equal(exchange_guess(PL_CLIENT, part[0].byte, part[0].len), PL_WIRE_SMB);
}

static void is_recognised(void **state)
{
    (void)state;
    fresh();
    smb_one_offer(&part[0], all_names, sizeof all_names);
    smb_two_choice(&part[1], PL_SMB2_ANY, 1);
    smb_transform(&part[2]);
    assert_int_equal(exchange_guess(PL_CLIENT, part[0].byte, part[0].len), PL_WIRE_SMB);
    assert_int_equal(exchange_guess(PL_SERVER, part[1].byte, part[1].len), PL_WIRE_SMB);
    assert_int_equal(exchange_guess(PL_CLIENT, part[2].byte, part[2].len), PL_WIRE_SMB);
    assert_int_equal(exchange_guess(PL_CLIENT, "\0\0\0\x54\xffSMX", 8), PL_WIRE_NONE);
    assert_int_equal(exchange_guess(PL_CLIENT, "\0\0\0\x08\xffSMB", 8), PL_WIRE_NONE);
    assert_int_equal(exchange_guess(PL_SERVER, "\x82\0\0\0", 4), PL_WIRE_NONE);
}

static void lies(void **state)
{
    struct exchange e;
    struct pl_wire w;

    (void)state;
    fresh();
    smb_two_offer(&part[0], 1);
    part[0].byte[4 + 4] = 63;
    e = dialogue(1);
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    fresh();
    smb_put(&part[0], "\x42\0\0\0", 4);
    e = dialogue(1);
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    /* More dialects than the message has room for. */
    fresh();
    smb_two_offer(&part[0], 1);
    part[0].byte[4 + 64 + 2] = 200;
    e = dialogue(1);
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smb1),
        cmocka_unit_test(smb1_offer_answered_with_smb2),
        cmocka_unit_test(smb_unencrypted),
        cmocka_unit_test(several_in_one),
        cmocka_unit_test(netbios_session),
        cmocka_unit_test(is_recognised),
        cmocka_unit_test(lies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
