/* SPDX-License-Identifier: BSD-2-Clause */
/* QUIC's headers and frames, without any key; quic-version-old. */
#include "quic_build.h"

#include "common/check/quic.h"
#include "common/check/tls.h"

static struct hello packet, frames, message, extensions;

static struct pl_view view_of(const struct hello *h)
{
    return pl_view(h->at, (uint32_t)h->len);
}

/* A long header of this version, filled up to 1200 bytes by its length. */
static void long_packet(uint32_t version, uint32_t type)
{
    struct quic_build b = {.version = version, .dcid = "12345678", .scid = "abc"};

    quic_long_head(&packet, b, type);
    if (type == 0)
        quic_put_id(&packet, "token");
    put16(&packet, 0x4000 | (unsigned)(1200 - packet.len - 2));
    memset(packet.at + packet.len, 0, sizeof packet.at - packet.len);
    packet.len = 1200;
}

static void varints(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        uint64_t value;
    } of[] = {{"\x25", 1, 37},
              {"\x40\x25", 2, 37},
              {"\x7b\xbd", 2, 15293},
              {"\x9d\x7f\x3e\x7d", 4, 494878333},
              {"\xc2\x19\x7c\x5e\xff\x14\xe8\x8c", 8, 151288809941952652ULL}};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(of); i++)
        for (size_t len = 0; len <= of[i].len; len++) {
            struct pl_view v = pl_view((const uint8_t *)of[i].bytes, (uint32_t)len);
            uint64_t value = 7;

            assert_int_equal(pl_quic_varint(&v, &value), len == of[i].len);
            assert_int_equal(value, len == of[i].len ? of[i].value : 7);
            assert_int_equal(v.at, len == of[i].len ? len : 0);
        }
}

static void long_headers(void **state)
{
    static const uint32_t versions[] = {PL_QUIC_V1, PL_QUIC_V2, 0xff00001d, 0xff000016};
    struct pl_quic_packet p;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(versions); i++)
        for (uint32_t type = PL_QUIC_INITIAL; type <= PL_QUIC_RETRY; type++) {
            struct pl_view v;

            long_packet(versions[i], type);
            v = view_of(&packet);
            assert_true(pl_quic_take(&v, &p));
            assert_int_equal(p.version, versions[i]);
            assert_int_equal(p.type, type);
            assert_int_equal(pl_view_left(&p.dcid), 8);
            assert_int_equal(pl_view_left(&p.scid), 3);
            assert_true(pl_view_done(&v));
            for (size_t len = 0; len < 60 && type != PL_QUIC_RETRY; len++) {
                v = pl_view(packet.at, (uint32_t)len);
                assert_false(pl_quic_take(&v, &p));
                assert_int_equal(v.at, 0);
            }
        }
}

static void several_in_a_datagram(void **state)
{
    struct pl_quic_packet p;
    static struct hello both;
    struct pl_view v;

    (void)state;
    both.len = 0;
    long_packet(PL_QUIC_V1, PL_QUIC_ZERO_RTT);
    put(&both, packet.at, packet.len);
    long_packet(PL_QUIC_V2, PL_QUIC_HANDSHAKE);
    put(&both, packet.at, packet.len);
    put(&both, "\x40short", 6);
    v = view_of(&both);
    assert_true(pl_quic_take(&v, &p));
    assert_int_equal(p.type, PL_QUIC_ZERO_RTT);
    assert_true(pl_quic_take(&v, &p));
    assert_int_equal(p.type, PL_QUIC_HANDSHAKE);
    assert_int_equal(p.whole.at, 1200);
    assert_false(pl_quic_take(&v, &p));
    assert_int_equal(pl_view_left(&v), 6);
}

static void ids_have_a_limit(void **state)
{
    struct pl_quic_packet p;
    struct pl_view v;

    (void)state;
    long_packet(PL_QUIC_V1, PL_QUIC_HANDSHAKE);
    packet.at[5] = 21;
    v = view_of(&packet);
    assert_false(pl_quic_take(&v, &p));
    long_packet(PL_QUIC_V1, PL_QUIC_HANDSHAKE);
    packet.at[0] &= 0xbf; /* the fixed bit */
    v = view_of(&packet);
    assert_false(pl_quic_take(&v, &p));
}

static void version_negotiation(void **state)
{
    static const uint8_t offer[] = "\x80\0\0\0\0\0\3abc\0\0\0\1\x1a\x2a\x3a\x4a";
    struct pl_quic_packet p;
    struct pl_quic_facts f = {0};
    struct pl_view v = pl_view(offer, 18);

    (void)state;
    assert_true(pl_quic_take(&v, &p));
    assert_int_equal(p.type, PL_QUIC_VERSIONS_OFFERED);
    pl_quic_note(&f, &p);
    assert_int_equal(f.versions, 1); /* what is offered is not used */
    assert_int_equal(f.version[0], 0);
    v = pl_view(offer, 17);
    assert_false(pl_quic_take(&v, &p));
    assert_int_equal(pl_quic_match(PL_SERVER, offer, 18), PL_MATCH_NO);
}

static void recognised_by_content(void **state)
{
    static const uint8_t google[1350] = "\x0d........Q043";
    static const uint8_t newer[1350] = "\xc3Q050\0\0";

    (void)state;
    long_packet(PL_QUIC_V1, PL_QUIC_INITIAL);
    assert_int_equal(pl_quic_match(PL_CLIENT, packet.at, 1200), PL_MATCH_YES);
    assert_int_equal(pl_quic_match(PL_CLIENT, packet.at, 1199), PL_MATCH_NO);
    long_packet(PL_QUIC_V1, PL_QUIC_HANDSHAKE);
    assert_int_equal(pl_quic_match(PL_SERVER, packet.at, 1200), PL_MATCH_YES);
    long_packet(0x1a2a3a4a, PL_QUIC_INITIAL);
    assert_int_equal(pl_quic_match(PL_CLIENT, packet.at, 1200), PL_MATCH_YES);
    assert_int_equal(pl_quic_match(PL_CLIENT, packet.at, 1100), PL_MATCH_NO);
    long_packet(0x12345678, PL_QUIC_INITIAL); /* nobody told of it */
    assert_int_equal(pl_quic_match(PL_CLIENT, packet.at, 1200), PL_MATCH_NO);
    assert_int_equal(pl_quic_match(PL_CLIENT, google, sizeof google), PL_MATCH_YES);
    assert_int_equal(pl_quic_match(PL_CLIENT, newer, sizeof newer), PL_MATCH_YES);
    assert_int_equal(pl_quic_match(PL_CLIENT, (const uint8_t *)"\x16\xfe\xfd", 3), PL_MATCH_NO);
    assert_int_equal(pl_quic_match(PL_CLIENT, (const uint8_t *)"", 0), PL_MATCH_NO);
}

static void kinds_of_versions(void **state)
{
    static const struct {
        uint32_t version;
        enum pl_quic_kind kind;
    } of[] = {{0, PL_QUIC_NONE},
              {0x0a0a0a0a, PL_QUIC_NONE},
              {0xfaeadaca, PL_QUIC_NONE},
              {1, PL_QUIC_CURRENT},
              {PL_QUIC_V2, PL_QUIC_CURRENT},
              {0xff000001, PL_QUIC_OLD},
              {0xff00001d, PL_QUIC_OLD},
              {0xff000022, PL_QUIC_OLD},
              {0xff000023, PL_QUIC_UNKNOWN},
              {0xff000000, PL_QUIC_UNKNOWN},
              {0x51303433, PL_QUIC_OLD},
              {0x51303530, PL_QUIC_OLD},
              {0x54303531, PL_QUIC_OLD},
              {0xfaceb002, PL_QUIC_OLD},
              {0x709a50c4, PL_QUIC_OLD},
              {2, PL_QUIC_UNKNOWN}};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(of); i++)
        assert_int_equal(pl_quic_kind(of[i].version), of[i].kind);
}

static bool failed_of(const uint32_t *versions, uint32_t count, bool *seen)
{
    struct pl_quic_facts f = {0};
    struct pl_findings o = {0};

    for (uint32_t i = 0; i < count; i++)
        pl_quic_note(&f, &(struct pl_quic_packet){.version = versions[i]});
    pl_check_quic(&f, &o);
    *seen = o.seen[PL_FAMILY_TLS] & PL_MASK(quic_version_old);
    return o.failed[PL_FAMILY_TLS] & PL_MASK(quic_version_old);
}

static void quic_version_old_fires(void **state)
{
    static const uint32_t old[][2] = {
        {0xff00001d, 0xff00001d}, {0x51303433, 0x51303433}, {0xfaceb002, 1}, {1, 0xff000020}};
    bool seen;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(old); i++) {
        assert_true(failed_of(old[i], 2, &seen));
        assert_true(seen);
    }
}

static void quic_version_old_does_not_fire(void **state)
{
    static const uint32_t new[][3] = {{1, 1, 1}, {1, PL_QUIC_V2, 0}, {0x1a2a3a4a, 0, 1}};
    static const uint32_t none[] = {0, 0x1a2a3a4a, 0xdadadada};
    bool seen;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(new); i++) {
        assert_false(failed_of(new[i], 3, &seen));
        assert_true(seen);
    }
    assert_false(failed_of(none, 3, &seen)); /* nobody has those: not seen */
    assert_false(seen);
    assert_false(failed_of(NULL, 0, &seen));
    assert_false(seen);
}

static void eight_versions_at_most(void **state)
{
    struct pl_quic_facts f = {0};

    (void)state;
    for (uint32_t i = 1; i < 20; i++) {
        pl_quic_note(&f, &(struct pl_quic_packet){.version = i});
        pl_quic_note(&f, &(struct pl_quic_packet){.version = i});
    }
    assert_int_equal(f.versions, PL_QUIC_VERSIONS);
    assert_int_equal(f.version[7], 8);
}

/* --- frames */

static struct pl_quic_crypto crypto;
static struct pl_quic_facts facts;

static bool read_frames(const void *bytes, size_t len)
{
    uint8_t *copy = test_malloc(len + 1);
    bool ok;

    memcpy(copy, bytes, len);
    memset(&crypto, 0, sizeof crypto);
    facts = (struct pl_quic_facts){0};
    ok = pl_quic_frames(&crypto, &facts, PL_CLIENT, pl_view(copy, (uint32_t)len));
    test_free(copy);
    return ok;
}

#define FRAMES(bytes) read_frames(bytes, sizeof(bytes) - 1)

static void frames_that_may_come(void **state)
{
    (void)state;
    assert_true(FRAMES("\0\0\1\0"));
    assert_true(FRAMES("\2\5\0\0\5\1"));
    assert_true(FRAMES("\2\x40\x05\0\2\5\1\2\3\4\1"));
    assert_true(FRAMES("\3\5\0\0\5\1\2\3\1"));
    assert_true(FRAMES("\x1c\x41\x28\6\3why\1"));
    assert_true(facts.closed);
    assert_int_equal(facts.close_code, 0x128);
    assert_true(FRAMES("\6\0\4\1\0\0\0"));
    assert_int_equal(crypto.patch[PL_CLIENT].whole, 4);
}

static void frames_that_lie(void **state)
{
    (void)state;
    assert_false(FRAMES("\2\5\0\x3f\5\1\2"));                           /* ranges to come */
    assert_false(FRAMES("\2\5\0\xff\xff\xff\xff\xff\xff\xff\xff\1\2")); /* and for ever */
    assert_false(FRAMES("\3\5\0\0\5\1\2"));
    assert_false(FRAMES("\6\0\5abcd"));
    assert_false(FRAMES("\6\0"));
    assert_false(FRAMES("\x1c\1\0\5why"));
    for (unsigned type = 0; type < 256; type++) {
        static const uint8_t known[] = {0, 1, 2, 3, 6, 0x1c};
        uint8_t bytes[16] = {(uint8_t)type};

        assert_int_equal(read_frames(bytes, sizeof bytes), memchr(known, (int)type, 6) != NULL);
        assert_int_equal(pl_quic_outcome(&crypto) == PL_MALFORMED, !memchr(known, (int)type, 6));
    }
}

/* A hello in clear: its frames in every order of five, with overlaps. */
static void crypto_frames_in_every_order(void **state)
{
    uint32_t order[5] = {0, 1, 2, 3, 4}, orders = 0, len;
    size_t edge[6];

    (void)state;
    extensions.len = 0;
    EXTENSION(&extensions, 0, "\0\xf\0\0\xcquic.example");
    EXTENSION(&extensions, 43, "\2\3\4");
    client_message(&message, &extensions);
    for (size_t i = 0; i <= 5; i++)
        edge[i] = message.len * i / 5;
    for (;;) {
        uint32_t i, j, swap;

        frames.len = 0;
        for (i = 0; i < 5; i++) {
            size_t from = edge[order[i]], end = edge[order[i] + 1];

            quic_crypto(&frames, &message, from > 3 ? from - 3 : 0, end);
            put(&frames, "\1\0", 2);
        }
        assert_true(read_frames(frames.at, frames.len));
        assert_true(crypto.client.facts.client_hello);
        assert_int_equal(crypto.client.facts.sni_len, 12);
        assert_memory_equal(pl_quic_client_hello(&crypto, &len), message.at, message.len);
        assert_int_equal(len, message.len);
        orders++;
        for (i = 4; i > 0 && order[i - 1] >= order[i]; i--)
            ;
        if (i == 0)
            break;
        for (j = 4; order[j] <= order[i - 1]; j--)
            ;
        swap = order[j], order[j] = order[i - 1], order[i - 1] = swap;
        for (j = 4; i < j; i++, j--)
            swap = order[i], order[i] = order[j], order[j] = swap;
    }
    assert_int_equal(orders, 120);
}

static void crypto_behind_the_room(void **state)
{
    (void)state;
    assert_true(FRAMES("\6\xff\xff\xff\xff\xff\xff\xff\xff\1a"));
    assert_true(crypto.missed);
    assert_int_equal(pl_quic_outcome(&crypto), PL_MORE);
    assert_true(FRAMES("\6\x80\0\x3f\xff\1a")); /* the last byte of the room */
    assert_false(crypto.missed);
    assert_true(FRAMES("\6\x80\0\x40\0\1a"));
    assert_true(crypto.missed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varints),
        cmocka_unit_test(long_headers),
        cmocka_unit_test(several_in_a_datagram),
        cmocka_unit_test(ids_have_a_limit),
        cmocka_unit_test(version_negotiation),
        cmocka_unit_test(recognised_by_content),
        cmocka_unit_test(kinds_of_versions),
        cmocka_unit_test(quic_version_old_fires),
        cmocka_unit_test(quic_version_old_does_not_fire),
        cmocka_unit_test(eight_versions_at_most),
        cmocka_unit_test(frames_that_may_come),
        cmocka_unit_test(frames_that_lie),
        cmocka_unit_test(crypto_frames_in_every_order),
        cmocka_unit_test(crypto_behind_the_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
