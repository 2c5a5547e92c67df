/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of a hello: lengths that lie, what may stand twice or be empty, names, protocols. */
#include "tls_build.h"

/* --- lengths */

static void test_lying_lengths_are_malformed(void **state)
{
    static const struct {
        unsigned type;
        uint8_t len;
        const char *body, *what;
    } lies[] = {
        {0, 6, "\0\5\0\0\2a", "name beyond its list"},
        {0, 7, "\0\4\0\0\1ab", "bytes left behind the name"},
        {0, 5, "\0\3\0\0\0", "empty name"},
        {0, 6, "\0\4\1\0\1a", "another type of name"},
        {0, 4, "\0\2\0\0", "half an entry"},
        {0, 0, "", "empty server_name"},
        {10, 3, "\0\1\0", "half a group"},
        {10, 4, "\0\4\0\x1d", "groups beyond their extension"},
        {10, 6, "\0\2\0\x1d\0\0", "bytes left behind the groups"},
        {10, 2, "\0\0", "no groups"},
        {13, 5, "\0\3\4\1\4", "half a signature scheme"},
        {16, 5, "\0\3\3h2", "protocol beyond its list"},
        {16, 4, "\0\2\0\0", "empty protocol"},
        {16, 2, "\0\0", "no protocols"},
        {23, 1, "\0", "a body where there is none"},
        {42, 4, "\0\0\0\0", "early_data with a body"},
        {43, 3, "\1\3\3", "versions shorter than their extension"},
        {43, 4, "\3\3\4\3", "half a version"},
        {43, 1, "\0", "no versions"},
        {51, 7, "\0\5\0\x1d\0\2\0", "share beyond its list"},
        {51, 5, "\0\3\0\x1d\0", "half a share"},
        {0xff01, 1, "\1", "renegotiation_info beyond its extension"},
        {0xff01, 0, "", "empty renegotiation_info"},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(lies); i++) {
        struct pl_tls s;

        if (read_one(&s, PL_TLS_CLIENT, lies[i].type, lies[i].body, lies[i].len) != PL_MALFORMED)
            fail_msg("%s", lies[i].what);
        assert_false(s.facts.client_hello);
    }
}

static void test_lying_servers_are_malformed(void **state)
{
    static const struct {
        unsigned type;
        uint8_t len;
        const char *body;
    } lies[] = {
        {23, 1, "\0"},
        {43, 1, "\3"},
        {43, 4, "\3\4\3\4"},
        {51, 3, "\0\x1d\0"},
        {51, 6, "\0\x1d\0\1\0\0"},
        {51, 4, "\0\x1d\0\1"},
        {0xff01, 3, "\1\0\0"},
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(lies); i++) {
        struct pl_tls s;

        assert_int_equal(read_one(&s, PL_TLS_SERVER, lies[i].type, lies[i].body, lies[i].len),
                         PL_MALFORMED);
        assert_false(s.facts.server_hello);
    }
}

static void test_empty_where_it_may_be(void **state)
{
    struct pl_tls s;

    (void)state;
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 51, "\0\0", 2), PL_DONE); /* RFC 8446, 4.2.8 */
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 0xff01, "\0", 1), PL_DONE);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 0xff01, "\2ab", 3), PL_DONE);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 0xfe0d, "", 0), PL_DONE);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 0x1234, "", 0), PL_DONE);
}

/* The outer lengths, one too many and one too few: message, session, suites, compressions,
 * extensions, extension. */
static void test_outer_lengths(void **state)
{
    static struct hello e, m;
    static const size_t at[] = {3, 38, 40, 43, 46, 50};
    struct pl_tls s;

    (void)state;
    e.len = 0;
    EXTENSION(&e, 0x1234, "abc");
    for (size_t i = 0; i < PL_COUNT(at); i++) {
        for (int by = -1; by <= 1; by += 2) {
            client_message(&m, &e);
            m.at[at[i]] = (uint8_t)(m.at[at[i]] + by);
            assert_int_equal(read_bare(&s, PL_TLS_CLIENT, &m), PL_MALFORMED);
        }
    }
    client_message(&m, &e);
    assert_int_equal(read_bare(&s, PL_TLS_CLIENT, &m), PL_DONE);
}

static void test_same_extension_twice(void **state)
{
    static const unsigned read[] = {10, 13, 23, 43, 0xff01};
    static const char *const bodies[] = {"\0\2\0\x1d", "\0\2\4\1", "", "\2\3\4", ""};
    static const size_t lens[] = {4, 4, 0, 3, 1};
    static struct hello e;
    struct pl_tls s;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(read); i++) {
        e.len = 0;
        put_extension(&e, read[i], bodies[i], lens[i]);
        assert_int_equal(read_extensions(&s, &e), PL_DONE);
        put_extension(&e, read[i], bodies[i], lens[i]);
        assert_int_equal(read_extensions(&s, &e), PL_MALFORMED);
    }
}

static void test_longest_hello(void **state)
{
    static struct hello e, m;
    struct pl_tls s;

    (void)state;
    memset(e.at, 0, sizeof e.at);
    e.len = 65535;
    e.at[2] = 0xff; /* one extension, type 0x7777, of all that is left */
    e.at[3] = 0xfb;
    e.at[0] = e.at[1] = 0x77;
    client_message(&m, &e);
    assert_int_equal(read_bare(&s, PL_TLS_CLIENT, &m), PL_MALFORMED); /* 65579 bytes */
    e.len = 65536 - 43;
    e.at[2] = (uint8_t)((e.len - 4) >> 8);
    e.at[3] = (uint8_t)(e.len - 4);
    client_message(&m, &e);
    assert_int_equal(m.len, 4 + 65536);
    assert_int_equal(read_bare(&s, PL_TLS_CLIENT, &m), PL_DONE);
    m.len--;
    assert_int_equal(read_bare(&s, PL_TLS_CLIENT, &m), PL_MORE);
}

/* --- names */

static void name_is(const char *sent, const char *want)
{
    static struct hello e;
    size_t len = strlen(sent);
    struct pl_tls s;

    e.len = 0;
    put16(&e, 0);
    put16(&e, (unsigned)len + 5);
    put16(&e, (unsigned)len + 3);
    put(&e, "", 1);
    put16(&e, (unsigned)len);
    put(&e, sent, len);
    EXTENSION(&e, 23, "");
    assert_int_equal(read_extensions(&s, &e), PL_DONE);
    assert_true(s.facts.sni_sent && s.facts.ems);
    assert_int_equal(s.facts.sni_len, strlen(want));
    assert_memory_equal(s.facts.sni, want, strlen(want));
}

static void test_names(void **state)
{
    (void)state;
    name_is("Www.EXAMPLE.net", "www.example.net");
    name_is("www.example.net.", "www.example.net");
    name_is("_sip._tcp.x-1.example", "_sip._tcp.x-1.example");
    name_is("localhost", "localhost");
    name_is("192.0.2.1", "192.0.2.1");
    name_is(".", "");
    name_is(".example", "");
    name_is("a..b", "");
    name_is("example..", "");
    name_is("a b.example", "");
    name_is("a/b", "");
    name_is("[2001:db8::1]", "");
    name_is("caf\xc3\xa9.example", "");
    name_is("a\x7f.example", "");
}

/* 253 bytes are a name (RFC 1035, 2.3.4), one final dot not counted. */
static void test_longest_name(void **state)
{
    char name[257], want[257];

    (void)state;
    for (size_t i = 0; i < 256; i++)
        name[i] = i % 64 == 63 ? '.' : 'a';
    name[253] = want[253] = '\0';
    memcpy(want, name, 253);
    name_is(name, want);
    memcpy(name + 253, ".", 2);
    name_is(name, want);
    memcpy(name + 253, "a", 2);
    name_is(name, "");
    memcpy(name + 253, "aa", 3);
    name_is(name, "");
    memcpy(name + 253, "aaa", 4);
    name_is(name, "");
}

static void test_protocols(void **state)
{
    struct pl_tls s;

    (void)state;
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 16, "\0\x0c\x02h2\x08http/1.1", 14), PL_DONE);
    assert_int_equal(s.facts.alpn, PL_ALPN_H2 | PL_ALPN_HTTP1);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 16, "\0\x09\x08http/1.0", 11), PL_DONE);
    assert_int_equal(s.facts.alpn, PL_ALPN_HTTP1);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 16, "\0\x06\x02h3\x02\x6a\x6a", 8), PL_DONE);
    assert_int_equal(s.facts.alpn, PL_ALPN_H3);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 16, "\0\x09\x08\0\0\0\0\0\0h2", 11), PL_DONE);
    assert_int_equal(s.facts.alpn, PL_ALPN_OTHER);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 16, "\0\x09\x08spdy/3.1", 11), PL_DONE);
    assert_int_equal(s.facts.alpn, PL_ALPN_OTHER);
    assert_int_equal(read_one(&s, PL_TLS_CLIENT, 16, "\0\5\4imap", 7), PL_DONE);
    assert_int_equal(s.facts.alpn, PL_ALPN_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lying_lengths_are_malformed),
        cmocka_unit_test(test_lying_servers_are_malformed),
        cmocka_unit_test(test_empty_where_it_may_be),
        cmocka_unit_test(test_outer_lengths),
        cmocka_unit_test(test_same_extension_twice),
        cmocka_unit_test(test_longest_hello),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_longest_name),
        cmocka_unit_test(test_protocols),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
