/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenVPN over TCP: what it is recognised by, the TLS in it with every signature that tls-auth can
 * have, tls-crypt, lengths that lie, and every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/wire.h"

enum { PACKETS_BYTES = 2048 };

struct packets {
    uint8_t byte[PACKETS_BYTES];
    size_t len;
};

static void put(struct packets *p, const void *bytes, size_t len)
{
    assert_true(p->len + len <= sizeof p->byte);
    memcpy(p->byte + p->len, bytes, len);
    p->len += len;
}

static void put_zeros(struct packets *p, size_t len)
{
    static const uint8_t zero[512];

    put(p, zero, len);
}

struct packet {
    uint8_t opcode;
    size_t signature;
    uint8_t acks;
    const char *tls; /* NULL: no number either: an acknowledgement */
    int lie;         /* added to the length */
};

static void put_packet(struct packets *to, struct packet p)
{
    size_t tls = p.tls ? strlen(p.tls) : 0;
    size_t len = 1 + 8 + p.signature + 1 + (p.acks ? p.acks * 4u + 8 : 0) + (p.tls ? 4 + tls : 0);
    uint8_t head[3];

    len += (size_t)p.lie;
    head[0] = (uint8_t)(len >> 8);
    head[1] = (uint8_t)len;
    head[2] = (uint8_t)(p.opcode << 3);
    put(to, head, 3);
    put(to, "sessions", 8);
    put_zeros(to, p.signature);
    put(to, &p.acks, 1);
    put_zeros(to, p.acks ? p.acks * 4u + 8 : 0);
    if (p.tls) {
        put_zeros(to, 4);
        put(to, p.tls, tls);
    }
}

/* What the two sides say in control packets. */
static void put_handshake(struct packets to[2], size_t signature)
{
    to[0].len = to[1].len = 0;
    put_packet(&to[0], (struct packet){PL_OPENVPN_RESET_CLIENT, signature, 0, "", 0});
    put_packet(&to[1], (struct packet){PL_OPENVPN_RESET_SERVER, signature, 1, "", 0});
    put_packet(&to[0], (struct packet){PL_OPENVPN_ACK, signature, 1, NULL, 0});
    put_packet(&to[0], (struct packet){PL_OPENVPN_CONTROL, signature, 0, "first ", 0});
    put_packet(&to[0], (struct packet){PL_OPENVPN_CONTROL, signature, 2, "second", 0});
    put_packet(&to[1], (struct packet){PL_OPENVPN_CONTROL, signature, 8, "answer", 0});
}

struct told {
    struct pl_wire wire;
    size_t len[2];
    char tls[2][64];
};

static void tell(struct told *t, enum pl_side side, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len + !len);
    uint32_t off = 0, n;
    bool tls;

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    while ((n = pl_wire_step(&t->wire, side, copy, off, (uint32_t)len, &tls)) > 0) {
        assert_true(!tls || t->len[side] + n < sizeof t->tls[side]);
        if (tls) {
            memcpy(t->tls[side] + t->len[side], copy + off, n);
            t->len[side] += n;
        }
        off += n;
    }
    free(copy);
}

/* Each side's bytes in two pieces; cut SIZE_MAX: byte by byte. */
static void tell_both(struct told *t, const struct packets said[2], size_t cut)
{
    memset(t, 0, sizeof *t);
    pl_wire_begin(&t->wire, PL_WIRE_OPENVPN, 1194);
    for (int side = PL_CLIENT; side <= PL_SERVER; side++) {
        size_t len = said[side].len, first = cut < len ? cut : len;

        for (size_t i = 0; cut == SIZE_MAX && i < len; i++)
            tell(t, (enum pl_side)side, said[side].byte + i, 1);
        if (cut == SIZE_MAX)
            continue;
        tell(t, (enum pl_side)side, said[side].byte, first);
        tell(t, (enum pl_side)side, said[side].byte + first, len - first);
    }
}

static void tell_every_way(struct told *t, const struct packets said[2])
{
    static struct told cut;
    size_t most = said[0].len > said[1].len ? said[0].len : said[1].len;

    tell_both(t, said, 0);
    for (size_t at = 1; at <= most; at++) {
        tell_both(&cut, said, at);
        assert_memory_equal(&cut, t, sizeof cut);
    }
    tell_both(&cut, said, SIZE_MAX);
    assert_memory_equal(&cut, t, sizeof cut);
}

static const size_t signatures[] = {0, 24, 28, 36, 40, 56, 72};

static enum pl_wire_protocol guess(enum pl_side side, const struct packets *p)
{
    enum pl_wire_protocol g = PL_WIRE_NONE;
    enum pl_match match;

    for (uint32_t len = 1; len <= p->len && len <= PL_PREFIX_MAX && !g; len++)
        g = pl_wire_guess(side, p->byte, len, 0, &match);
    return g;
}

static void tls_with_each_signature(void **state)
{
    static struct packets said[2];
    static struct told t;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(signatures); i++) {
        put_handshake(said, signatures[i]);
        assert_int_equal(guess(PL_CLIENT, &said[0]), PL_WIRE_OPENVPN);
        assert_int_equal(guess(PL_SERVER, &said[1]), PL_WIRE_NONE);
        tell_every_way(&t, said);
        assert_int_equal(t.wire.openvpn.signature, signatures[i]);
        assert_true(t.wire.openvpn.control);
        assert_int_equal(t.wire.frames.end, PL_WIRE_READING);
        assert_string_equal(t.tls[PL_CLIENT], "first second");
        assert_string_equal(t.tls[PL_SERVER], "answer");
    }
}

/* A packet of data ends its side, and only that. */
static void data_ends_a_side(void **state)
{
    static struct packets said[2];
    static struct told t;

    (void)state;
    put_handshake(said, 0);
    put(&said[0], "\0\4\x30 x\0", 6);
    put_packet(&said[0], (struct packet){PL_OPENVPN_CONTROL, 0, 0, "never", 0});
    put_packet(&said[1], (struct packet){PL_OPENVPN_CONTROL, 0, 0, "read", 0});
    tell_every_way(&t, said);
    assert_string_equal(t.tls[PL_CLIENT], "first second");
    assert_string_equal(t.tls[PL_SERVER], "answerread");
    assert_int_equal(t.wire.frames.end, PL_WIRE_READING);
}

/* With tls-crypt what stands where the count of acknowledgements is stands there encrypted: it has
 * the length of a reset with SHA-256, and no TLS comes out of it. */
static void tls_crypt_is_not_read(void **state)
{
    static struct packets said[2];
    static struct told t;

    (void)state;
    said[0].len = said[1].len = 0;
    put(&said[0], "\0\x36\x38", 3);
    put(&said[0], "sessions", 8);
    for (int i = 0; i < 45; i++)
        put(&said[0], "\xc3", 1);
    assert_int_equal(guess(PL_CLIENT, &said[0]), PL_WIRE_OPENVPN);
    tell_every_way(&t, said);
    assert_int_equal(t.wire.frames.end, PL_WIRE_READ);
    assert_false(t.wire.openvpn.control);
    assert_int_equal(t.len[0] + t.len[1], 0);
}

/* Version 2 of tls-crypt and whatever comes with a length of no signature is not taken for it. */
static void other_lengths(void **state)
{
    static struct packets p;
    uint8_t head[16] = {0, 0, PL_OPENVPN_RESET_CLIENT << 3};

    (void)state;
    for (unsigned len = 0; len < 600; len++) {
        bool known = false;

        for (size_t i = 0; i < PL_COUNT(signatures); i++)
            known |= len == 14 + signatures[i];
        head[0] = (uint8_t)(len >> 8);
        head[1] = (uint8_t)len;
        p.len = 0;
        put(&p, head, sizeof head);
        if (len < 256)
            assert_int_equal(guess(PL_CLIENT, &p) == PL_WIRE_OPENVPN, known);
        else
            assert_int_not_equal(guess(PL_CLIENT, &p), PL_WIRE_OPENVPN);
    }
    for (unsigned i = 11; i < 16; i++) { /* acknowledges nothing, and is the first */
        p.len = 0;
        put_packet(&p, (struct packet){PL_OPENVPN_RESET_CLIENT, 0, 0, "", 0});
        p.byte[i] = 1;
        assert_int_not_equal(guess(PL_CLIENT, &p), PL_WIRE_OPENVPN);
    }
    p.len = 0;
    put_packet(&p, (struct packet){PL_OPENVPN_RESET_CLIENT, 0, 0, "", 0});
    p.byte[2] |= 1; /* a renegotiation's key number */
    assert_int_not_equal(guess(PL_CLIENT, &p), PL_WIRE_OPENVPN);
}

/* A packet shorter than what has to stand in it is malformed; longer, all its rest is TLS. */
static void lying_lengths(void **state)
{
    static struct packets said[2];
    static struct told t;

    (void)state;
    for (int less = 1; less <= 12; less++) {
        said[0].len = said[1].len = 0;
        put_packet(&said[0], (struct packet){PL_OPENVPN_RESET_CLIENT, 24, 0, "", 0});
        put_packet(&said[0], (struct packet){PL_OPENVPN_CONTROL, 24, 0, "", -less});
        tell_every_way(&t, said);
        assert_int_equal(t.wire.frames.end, PL_WIRE_MALFORMED);
        assert_int_equal(t.len[0], 0);
    }
    said[0].len = 0;
    put_packet(&said[0], (struct packet){PL_OPENVPN_RESET_CLIENT, 0, 0, "", 0});
    put_packet(&said[0], (struct packet){PL_OPENVPN_CONTROL, 0, 0, "ab", 3});
    put(&said[0], "cdefg", 5);
    tell_every_way(&t, said);
    assert_int_equal(t.len[0], 5);
}

/* More acknowledgements than are ever sent, and opcodes that nobody knows. */
static void what_ends_it(void **state)
{
    static struct packets said[2];
    static struct told t;

    (void)state;
    for (unsigned opcode = 0; opcode < 32; opcode++) {
        bool known = opcode >= PL_OPENVPN_CONTROL && opcode <= PL_OPENVPN_DATA_2;

        put_handshake(said, 0);
        put(&said[1], "\0\2", 2);
        said[1].byte[said[1].len++] = (uint8_t)(opcode << 3);
        tell_every_way(&t, said);
        assert_int_equal(t.wire.frames.end == PL_WIRE_READ, !known);
    }
    put_handshake(said, 0);
    put_packet(&said[1], (struct packet){PL_OPENVPN_CONTROL, 0, 9, "never", 0});
    tell_every_way(&t, said);
    assert_int_equal(t.wire.frames.end, PL_WIRE_READ);
    assert_string_equal(t.tls[PL_SERVER], "answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_with_each_signature), cmocka_unit_test(data_ends_a_side),
        cmocka_unit_test(tls_crypt_is_not_read),   cmocka_unit_test(other_lengths),
        cmocka_unit_test(lying_lengths),           cmocka_unit_test(what_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
