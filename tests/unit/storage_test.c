/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS by its RPC calls, the RPC head over TCP and UDP, iSCSI, and their checks. */
#include "wire_exchange.h"

#define APP(w, check) exchange_outcome(w, PL_FAMILY_APP, PL_MASK(check))

struct rpc_bytes {
    uint8_t byte[512];
    size_t len;
};

static void put_be32(struct rpc_bytes *to, uint32_t v)
{
    const uint8_t b[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

    memcpy(to->byte + to->len, b, sizeof b);
    to->len += sizeof b;
}

/* A call with a credential of some bytes, its first words given, and arguments behind. */
static void put_call(struct rpc_bytes *to, uint32_t program, uint32_t version, uint32_t procedure,
                     uint32_t flavour, const uint32_t *words, uint32_t count)
{
    put_be32(to, 0x11223344);
    put_be32(to, PL_RPC_CALL);
    put_be32(to, PL_RPC_VERSION);
    put_be32(to, program);
    put_be32(to, version);
    put_be32(to, procedure);
    put_be32(to, flavour);
    put_be32(to, 4 * count);
    for (uint32_t i = 0; i < count; i++)
        put_be32(to, words[i]);
    put_be32(to, PL_RPC_AUTH_NONE);
    put_be32(to, 0);
    put_be32(to, 0x55667788);
}

/* A record of one or two fragments. */
static struct rpc_bytes record(const struct rpc_bytes *message, size_t first)
{
    struct rpc_bytes out = {.len = 0};

    if (first < message->len) {
        put_be32(&out, (uint32_t)first);
        memcpy(out.byte + out.len, message->byte, first);
        out.len += first;
    } else {
        first = 0;
    }
    put_be32(&out, 0x80000000u | (uint32_t)(message->len - first));
    memcpy(out.byte + out.len, message->byte + first, message->len - first);
    out.len += message->len - first;
    return out;
}

static struct rpc_bytes call(uint32_t version, uint32_t procedure, uint32_t flavour,
                             const uint32_t *words, uint32_t count)
{
    struct rpc_bytes message = {.len = 0};

    put_call(&message, PL_RPC_NFS, version, procedure, flavour, words, count);
    return record(&message, SIZE_MAX);
}

/* An accepted reply; its verifier holds these bytes. */
static struct rpc_bytes reply(const char *verifier)
{
    struct rpc_bytes message = {.len = 0};

    put_be32(&message, 0x11223344);
    put_be32(&message, PL_RPC_REPLY);
    put_be32(&message, 0);
    put_be32(&message, PL_RPC_AUTH_NONE);
    put_be32(&message, (uint32_t)strlen(verifier));
    memcpy(message.byte + message.len, verifier, strlen(verifier));
    message.len += strlen(verifier);
    put_be32(&message, 0);
    return record(&message, SIZE_MAX);
}

static const uint32_t sys[] = {1, 4, 0x686f7374, 0, 0, 0};
static const uint32_t gss_private[] = {1, 0, 7, PL_RPC_GSS_PRIVACY, 0};
static const uint32_t gss_signed[] = {1, 0, 7, PL_RPC_GSS_INTEGRITY, 0};
static const uint32_t gss_begin[] = {1, 1, 0, PL_RPC_GSS_PRIVACY, 0};

/* A null call, its reply, and this call. */
static struct pl_wire nfs(const struct rpc_bytes *last)
{
    static struct rpc_bytes parts[2];
    struct exchange e;

    parts[0] = call(3, 0, PL_RPC_AUTH_NONE, NULL, 0);
    parts[1] = reply("");
    e = (struct exchange){PL_WIRE_NFS,
                          2049,
                          {{PL_CLIENT, parts[0].byte, parts[0].len},
                           {PL_SERVER, parts[1].byte, parts[1].len},
                           {PL_CLIENT, last->byte, last->len},
                           {PL_SERVER, parts[1].byte, parts[1].len}}};
    exchange_any_order(&e);
    return exchange_every_way(&e);
}

static void nfs_cleartext(void **state)
{
    struct rpc_bytes last = call(3, 1, PL_RPC_AUTH_SYS, sys, 6);
    struct pl_wire w = nfs(&last);

    (void)state;
    assert_int_equal(APP(&w, nfs_cleartext), FAILED);
    assert_int_equal(w.nfs.facts.versions, 1 << 3);
    assert_int_equal(exchange_guess(PL_CLIENT, last.byte, last.len), PL_WIRE_NFS);
    last = call(4, 1, PL_RPC_AUTH_NONE, NULL, 0);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), FAILED);
    last = call(4, 1, PL_RPC_AUTH_GSS, gss_private, 5);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), PASSED);
    last = call(4, 1, PL_RPC_AUTH_GSS, gss_signed, 5);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), NOT_SEEN);
    assert_true(w.nfs.facts.vouched);
    last = call(4, 1, PL_RPC_AUTH_GSS, gss_begin, 5);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), NOT_SEEN);
    /* A null call by AUTH_SYS says nothing. */
    last = call(3, 0, PL_RPC_AUTH_SYS, sys, 6);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), NOT_SEEN);
    last = call(3, 1, PL_RPC_AUTH_DH, sys, 6);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), NOT_SEEN);
}

/* RFC 9289: the null call with AUTH_TLS, then TLS on the same connection. */
static void nfs_over_tls(void **state)
{
    struct rpc_bytes probe = call(4, 0, PL_RPC_AUTH_TLS, NULL, 0), yes = reply("STARTTLS"),
                     no = reply("");
    struct exchange e = {
        PL_WIRE_NFS,
        2049,
        {{PL_CLIENT, probe.byte, probe.len}, {PL_SERVER, yes.byte, yes.len}, C("\x16\x03\x01")}};
    struct pl_wire w = exchange_every_way(&e);

    (void)state;
    assert_int_equal(w.frames.end, PL_WIRE_TLS);
    assert_int_equal(APP(&w, nfs_cleartext), PASSED);
    e.turn[1] = (struct turn){PL_SERVER, no.byte, no.len};
    e.turn[2] = (struct turn){PL_CLIENT, NULL, 0};
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_READING);
    assert_int_equal(APP(&w, nfs_cleartext), NOT_SEEN);
}

static void records(void **state)
{
    struct rpc_bytes message = {.len = 0}, other = {.len = 0}, last;
    struct pl_wire w;

    (void)state;
    put_call(&message, PL_RPC_NFS, 3, 6, PL_RPC_AUTH_SYS, sys, 6);
    last = record(&message, 60);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), FAILED);
    /* Another program on the same connection. */
    put_call(&other, 100227, 3, 1, PL_RPC_AUTH_SYS, sys, 6);
    last = record(&other, SIZE_MAX);
    w = nfs(&last);
    assert_int_equal(APP(&w, nfs_cleartext), NOT_SEEN);
    assert_int_equal(w.frames.end, PL_WIRE_READING);
    last.byte[0] = 0xff; /* a record of 2 GiB */
    w = nfs(&last);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    last = record(&other, SIZE_MAX);
    last.byte[4 + 11] = 3; /* version 3 of RPC */
    w = nfs(&last);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    assert_int_not_equal(exchange_guess(PL_CLIENT, last.byte, last.len), PL_WIRE_NFS);
}

static void rpc_head_of_a_datagram(void **state)
{
    struct rpc_bytes message = {.len = 0};
    struct pl_view v;
    struct pl_rpc h;

    (void)state;
    put_call(&message, PL_RPC_PORTMAP, 2, 3, PL_RPC_AUTH_GSS, gss_private, 5);
    v = pl_view(message.byte, (uint32_t)message.len);
    assert_true(pl_rpc_head_of_view(&v, &h));
    assert_int_equal(h.program, PL_RPC_PORTMAP);
    assert_int_equal(h.version, 2);
    assert_int_equal(h.procedure, 3);
    assert_int_equal(h.service, PL_RPC_GSS_PRIVACY);
    for (uint32_t len = 0; len < PL_RPC_CALL_BYTES; len++) {
        v = pl_view(message.byte, len);
        assert_false(pl_rpc_head_of_view(&v, &h));
    }
}

/* Immediate login, to the operational stage; then reserved bytes, lengths, numbers. */
#define ISCSI_LOGIN                                                                                \
    "\x43\x87\0\0\0\0\0\x10\x80\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0"   \
    "\0\0\0\0\0\0\0InitiatorName=i"
#define ISCSI_ANSWER                                                                               \
    "\x23\x87\0\0\0\0\0\0\x80\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\3\2\1\0\0\0\0\0" \
    "\0"                                                                                           \
    "\0\0\0\0"

static void iscsi_cleartext(void **state)
{
    struct exchange e = {PL_WIRE_ISCSI, 3260, {C(ISCSI_LOGIN), S(ISCSI_ANSWER)}};
    struct pl_wire w = exchange_every_way(&e);

    (void)state;
    exchange_any_order(&e);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(w.iscsi.status, 2);
    assert_int_equal(APP(&w, iscsi_cleartext), FAILED);
    assert_int_equal(exchange_guess(PL_CLIENT, ISCSI_LOGIN, 48), PL_WIRE_ISCSI);
    assert_int_equal(exchange_guess(PL_SERVER, ISCSI_ANSWER, 48), PL_WIRE_NONE);
    e = (struct exchange){PL_WIRE_ISCSI, 3260, {C(ISCSI_LOGIN)}};
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, iscsi_cleartext), FAILED);
    e = (struct exchange){PL_WIRE_ISCSI, 3260, {S(ISCSI_ANSWER)}};
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, iscsi_cleartext), NOT_SEEN);
}

static void not_iscsi(void **state)
{
    /* A command, stage 2, both flags, text that begins with C. */
    static const char *const no[] = {"\x41\x87", "\x43\x8b", "\x43\xc7",
                                     "\x43\x30", "CO",       "\x43\x85"};
    uint8_t byte[48];

    (void)state;
    for (size_t i = 0; i < PL_COUNT(no); i++) {
        memcpy(byte, ISCSI_LOGIN, sizeof byte);
        memcpy(byte, no[i], 2);
        assert_int_not_equal(exchange_guess(PL_CLIENT, byte, sizeof byte), PL_WIRE_ISCSI);
    }
    memcpy(byte, ISCSI_LOGIN, sizeof byte);
    byte[3] = 1;
    assert_int_not_equal(exchange_guess(PL_CLIENT, byte, sizeof byte), PL_WIRE_ISCSI);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nfs_cleartext),   cmocka_unit_test(nfs_over_tls),
        cmocka_unit_test(records),         cmocka_unit_test(rpc_head_of_a_datagram),
        cmocka_unit_test(iscsi_cleartext), cmocka_unit_test(not_iscsi),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
