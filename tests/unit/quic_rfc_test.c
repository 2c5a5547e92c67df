/* SPDX-License-Identifier: BSD-2-Clause */
/* The samples of RFC 9001, appendix A, and of RFC 9369, appendix A. */
#include "quic_build.h"

static const char dcid[] = "8394c8f03e515708", scid[] = "f067a5502a4262b5";

static const char client_frames[] =
    "060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
    "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
    "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
    "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
    "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
    "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
    "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
    "75300901100f088394c8f03e51570806048000ffff";

static const char server_frames[] =
    "02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf739"
    "88cfc79825df566dc5430b9a045a1200130100002e00330024001d00209d3c94"
    "0d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00"
    "020304";

struct sample {
    uint32_t version;
    const char *client_key, *client_iv, *client_header;
    const char *server_key, *server_iv, *server_header;
    const char *client_head, *server_head;   /* in clear */
    const char *client_begins, *client_ends; /* the sealed packet of 1200 bytes */
    const char *server_packet, *retry;
};

static const struct sample samples[] = {
    {PL_QUIC_V1, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c",
     "9f50449e04a0e810283a1e9933adedd2", "cf3a5331653c364c88f0f379b6067e37",
     "0ac1493ca1905853b0bba03e", "c206b8d9b9f0f37644430b490eeaa314",
     "c300000001088394c8f03e5157080000449e00000002", "c1000000010008f067a5502a4262b50040750001",
     "c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11",
     "7e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a44e55c88d4a9a7f9474241"
     "e221af44860018ab0856972e194cd934",
     "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a"
     "5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf73c3ec2493a1839b3"
     "dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84"
     "022f8ef4cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc4"
     "2158407dd074ee",
     "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"},
    {PL_QUIC_V2, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f",
     "45b95e15235d6f45a6b19cbcb0294ba9", "82db637861d55e1d011f19ea71d5d2a7",
     "dd13c276499c0249d3310652", "edf6d05c83121201b436e16877593c3a",
     "d36b3343cf088394c8f03e5157080000449e00000002", "d16b3343cf0008f067a5502a4262b50040750001",
     "d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485",
     "6f4c4938ae79324dc402894b44faf8afbab35282ab659d13c93f70412e85cb19"
     "9a37ddec600545473cfb5a05e08d0b209973b2172b4d21fb69745a262ccde96b"
     "a18b2faa745b6fe189cf772a9f84cbfc",
     "dc6b3343cf0008f067a5502a4262b5004075d92faaf16f05d8a4398c47089698"
     "baeea26b91eb761d9b89237bbf87263017915358230035f7fd3945d88965cf17"
     "f9af6e16886c61bfc703106fbaf3cb4cfa52382dd16a393e42757507698075b2"
     "c984c707f0a0812d8cd5a6881eaf21ceda98f4bd23f6fe1a3e2c43edd9ce7ca8"
     "4bed8521e2e140",
     "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6"},
};

static struct pl_quic_keyring *ring;
static struct pl_quic quic;
static struct hello client, server, retry;

static void assert_hex(const uint8_t *bytes, const char *hex)
{
    uint8_t want[256];
    size_t len = quic_hex(hex, want);

    assert_memory_equal(bytes, want, len);
}

/* Sealed by the test, a packet is the published one, byte for byte: its tag says so for what is
 * not written out here. */
static void build(const struct sample *s)
{
    static struct hello head, payload;
    struct quic_seal keys;
    uint8_t id[8];

    quic_hex(dcid, id);
    head.len = quic_hex(s->client_head, head.at);
    memset(payload.at, 0, 1162);
    quic_hex(client_frames, payload.at);
    payload.len = 1162;
    client.len = server.len = 0;
    keys = quic_seal_keys(PL_CLIENT, s->version, id, 8);
    quic_seal(&client, &keys, &head, 2, &payload);
    assert_int_equal(client.len, 1200);
    assert_hex(client.at, s->client_begins);
    assert_hex(client.at + 1200 - strlen(s->client_ends) / 2, s->client_ends);
    head.len = quic_hex(s->server_head, head.at);
    payload.len = quic_hex(server_frames, payload.at);
    keys = quic_seal_keys(PL_SERVER, s->version, id, 8);
    quic_seal(&server, &keys, &head, 1, &payload);
    assert_int_equal(server.len, strlen(s->server_packet) / 2);
    assert_hex(server.at, s->server_packet);
    retry.len = quic_hex(s->retry, retry.at);
}

static void keys_as_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct sample *s = &samples[i];
        struct pl_quic_keys keys;
        uint8_t id[8];

        quic_hex(dcid, id);
        assert_true(pl_quic_keys_derive(ring, &keys, PL_CLIENT, s->version, id, 8));
        assert_hex(keys.key, s->client_key);
        assert_hex(keys.iv, s->client_iv);
        assert_hex(keys.header, s->client_header);
        assert_true(pl_quic_keys_derive(ring, &keys, PL_SERVER, s->version, id, 8));
        assert_hex(keys.key, s->server_key);
        assert_hex(keys.iv, s->server_iv);
        assert_hex(keys.header, s->server_header);
        assert_int_equal(keys.version, s->version);
        assert_false(pl_quic_keys_derive(ring, &keys, PL_CLIENT, 0xff00001c, id, 8));
    }
}

static void both_hellos(void **state)
{
    uint8_t want[300];
    size_t want_len = quic_hex(client_frames, want);
    struct pl_tls_facts f;
    uint32_t len;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        build(&samples[i]);
        quic = (struct pl_quic){.crypto.port = 443};
        assert_int_equal(pl_quic_match(PL_CLIENT, client.at, (uint32_t)client.len), PL_MATCH_YES);
        assert_int_equal(quic_read(&quic, ring, PL_CLIENT, &client), PL_MORE);
        assert_int_equal(quic_read(&quic, ring, PL_SERVER, &server), PL_DONE);
        pl_quic_tls(&quic.crypto, &f);
        assert_true(f.client_hello && f.server_hello && !f.hello_retry);
        assert_int_equal(f.sni_len, 11);
        assert_memory_equal(f.sni, "example.com", 11);
        assert_int_equal(f.max_version, PL_TLS13);
        assert_int_equal(f.version, PL_TLS13);
        assert_int_equal(f.suite, 0x1301);
        assert_int_equal(f.group, 0x001d);
        assert_int_equal(f.server_port_hint, 443);
        assert_int_equal(quic.facts.versions, 1);
        assert_int_equal(quic.facts.version[0], samples[i].version);
        assert_memory_equal(pl_quic_client_hello(&quic.crypto, &len), want + 4, want_len - 4);
        assert_int_equal(len, want_len - 4);
    }
}

static void packet_number_as_published(void **state)
{
    struct pl_quic_packet p;
    struct pl_quic_keys keys;
    uint8_t id[8];

    (void)state;
    quic_hex(dcid, id);
    for (size_t i = 0; i < 2; i++) {
        struct pl_view v, payload;
        uint64_t number = 0;

        build(&samples[i]);
        v = pl_view(client.at, (uint32_t)client.len);
        assert_true(pl_quic_take(&v, &p));
        assert_true(pl_view_done(&v));
        assert_int_equal(p.number, 18);
        assert_true(pl_quic_keys_derive(ring, &keys, PL_CLIENT, p.version, id, 8));
        assert_true(pl_quic_packet_open(ring, &keys, &p, &number, &payload));
        assert_int_equal(number, 2);
        assert_int_equal(pl_view_left(&payload), 1162);
    }
}

/* The tag of a Retry holds for the client's id only, and for each bit of the packet. */
static void retry_as_published(void **state)
{
    struct pl_quic_packet p;
    uint8_t id[8], other[8];

    (void)state;
    quic_hex(dcid, id);
    quic_hex(scid, other);
    for (size_t i = 0; i < 2; i++) {
        struct pl_view v;

        build(&samples[i]);
        v = pl_view(retry.at, (uint32_t)retry.len);
        assert_true(pl_quic_take(&v, &p));
        assert_int_equal(p.type, PL_QUIC_RETRY);
        assert_int_equal(pl_view_left(&p.scid), 8);
        assert_memory_equal(p.scid.chunk + p.scid.at, other, 8);
        assert_int_equal(pl_view_left(&p.token), 5);
        assert_memory_equal(p.token.chunk + p.token.at, "token", 5);
        assert_true(pl_quic_retry_is_authentic(ring, &p, id, 8));
        assert_false(pl_quic_retry_is_authentic(ring, &p, other, 8));
        assert_false(pl_quic_retry_is_authentic(ring, &p, id, 7));
        for (size_t bit = 0; bit < 8 * retry.len; bit++) {
            retry.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_false(pl_quic_retry_is_authentic(ring, &p, id, 8));
            retry.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_as_published),
        cmocka_unit_test(both_hellos),
        cmocka_unit_test(packet_number_as_published),
        cmocka_unit_test(retry_as_published),
    };
    int failed;

    if (!pl_quic_keyring_open(&ring, NULL))
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    pl_quic_keyring_close(ring);
    return failed;
}
