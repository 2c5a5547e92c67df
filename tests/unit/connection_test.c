/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections in clear, what nobody knows, and bytes that begin several protocols, in every way in
 * which they can be captured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "connection_script.h"
#include "ssh_build.h"

static void http_keep_alive(void **state)
{
    (void)state;
    begin("HTTP", 80);
    client("GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic YTpi\r\n\r\n");
    server("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello");
    client("GET /b HTTP/1.1\r\nHost: b.example\r\n\r\n");
    server("HTTP/1.1 304 Not Modified\r\n\r\n");
    client("POST /c HTTP/1.1\r\nHost: b.example\r\nContent-Length: 3\r\n\r\nabc");
    server("HTTP/1.1 204 No Content\r\n\r\n");
    script_holds(&script, &heard);
    assert_true(heard.c.http_used && heard.c.stage == PL_STAGE_HTTP);
    assert_true(heard.c.http.log.basic);
    assert_int_equal(heard.c.http.request.host_hops, 3);
    assert_true(failed(&heard, "http-credentials-cleartext"));
}

static void ssh(void **state)
{
    static const struct ssh_lists weak = {
        "diffie-hellman-group1-sha1", "ssh-dss", {"3des-cbc"}, {"hmac-md5"}};
    static struct ssh_bytes kexinit;

    (void)state;
    begin("SSH", 443); /* encrypted too: no fault of the port */
    server("SSH-2.0-server\r\n");
    client("SSH-2.0-client\r\n");
    kexinit.len = 0;
    ssh_put_kexinit(&kexinit, &weak);
    say(&script, PL_CLIENT, kexinit.byte, kexinit.len);
    say(&script, PL_SERVER, kexinit.byte, kexinit.len);
    script_holds(&script, &heard);
    assert_int_equal(heard.c.wire.protocol, PL_WIRE_SSH);
    assert_true(failed(&heard, "ssh-kex-weak"));
    assert_false(failed(&heard, "tls-plain-on-tls-port"));
    assert_false(passed(&heard, "tls-plain-on-tls-port"));
}

#define QUERY                                                                                      \
    "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01"                                         \
    "a\x07"                                                                                        \
    "example\x00\x00\x01\x00\x01"
#define ANSWER                                                                                     \
    "\x12\x34\x81\x80\x00\x01\x00\x00\x00\x00\x00\x00\x01"                                         \
    "a\x07"                                                                                        \
    "example\x00\x00\x01\x00\x01"

static void dns(void **state)
{
    (void)state;
    begin("DNS", 53);
    CLIENT("\x00\x1b" QUERY "\x00\x1b" QUERY);
    SERVER("\x00\x1b" ANSWER);
    CLIENT("\x00\x1b" QUERY);
    SERVER("\x00\x1b" ANSWER "\x00\x1b" ANSWER);
    hold("");
    for (int side = PL_CLIENT; side <= PL_SERVER; side++) {
        assert_int_equal(heard.messages[side], 3);
        assert_int_equal(heard.message[side], 3 * (sizeof(QUERY) - 1));
        for (int i = 0; i < 3; i++)
            assert_memory_equal(heard.message_bytes[side] + i * 27, side ? ANSWER : QUERY, 27);
    }
}

static void nothing_known(void **state)
{
    (void)state;
    for (int seed = 1; seed < 40; seed++) {
        uint8_t bytes[120];
        uint32_t x = (uint32_t)seed * 2654435761u;

        begin("nothing", seed % 2 ? 443 : 4711);
        for (size_t i = 0; i < sizeof bytes; i++) {
            x = x * 1664525 + 1013904223;
            bytes[i] = (uint8_t)(x >> 24);
        }
        say(&script, PL_CLIENT, bytes, 70);
        say(&script, PL_SERVER, bytes + 30, 90);
        hold("");
        assert_false(failed(&heard, "tls-plain-on-tls-port"));
    }
}

/* --- what text could hide */

/* A length in the first byte that could begin SSLv2 as well. */
static void not_sslv2(void **state)
{
    (void)state;
    begin("MongoDB, 138 bytes", 27017);
    CLIENT("\x8a\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00"
           "\x00u\x00\x00\x00\x10"
           "find\x00\x01\x00\x00\x00");
    script_holds(&script, &heard);
    assert_int_equal(heard.c.wire.protocol, PL_WIRE_MONGODB);
    assert_false(heard.c.tls.client_hellos);
}

static void sslv2(void **state)
{
    const struct vector *v = vector_named("ssl2-client.txt");

    (void)state;
    begin("SSLv2", 443);
    say(&script, PL_CLIENT, v->client.at, v->client.len);
    say(&script, PL_SERVER, v->server.at, v->server.len);
    script_holds(&script, &heard);
    assert_int_equal(heard_findings(&heard).failed[PL_FAMILY_TLS], v->failed);
}

/* --- bytes that are missing */

/* What comes behind a gap in the first bytes belongs to nothing, also when the other side says
 * which protocol it is. */
static void lost_stays_lost(void **state)
{
    (void)state;
    begin("Redis", 6379);
    pl_connection_init(&heard.c, 6379);
    hear(&heard, PL_CLIENT, (const uint8_t *)"*1\r", 3);
    pl_connection_gap(&heard.c, PL_CLIENT, 9);
    hear(&heard, PL_SERVER, (const uint8_t *)"-NOAUTH Authentication required.\r\n", 34);
    assert_int_equal(heard.c.wire.protocol, PL_WIRE_REDIS);
    assert_true(pl_connection_over(&heard.c, PL_CLIENT));
    assert_false(pl_connection_over(&heard.c, PL_SERVER));
}

/* --- tls-plain-on-tls-port */

static void plain_on_tls_port(void **state)
{
    (void)state;
    begin("HTTP on 443", 443);
    client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    script_holds(&script, &heard);
    assert_true(failed(&heard, "tls-plain-on-tls-port"));
    begin("SMTP on 465", 465);
    server("220 mx.example ESMTP\r\n");
    client("EHLO a.example\r\nMAIL FROM:<a@a.example>\r\n");
    script_holds(&script, &heard);
    assert_true(failed(&heard, "tls-plain-on-tls-port"));
    begin("CONNECT on 443", 443);
    client("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n");
    server("HTTP/1.1 200 OK\r\n\r\n");
    script_holds(&script, &heard);
    assert_true(failed(&heard, "tls-plain-on-tls-port"));
    begin("HTTP on 80", 80);
    client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    script_holds(&script, &heard);
    assert_false(failed(&heard, "tls-plain-on-tls-port"));
    assert_false(passed(&heard, "tls-plain-on-tls-port"));
    begin("TLS on 8883", 8883);
    tls_hellos();
    script_holds(&script, &heard);
    assert_true(passed(&heard, "tls-plain-on-tls-port"));
    begin("TLS on 80", 80);
    tls_hellos();
    script_holds(&script, &heard);
    assert_false(passed(&heard, "tls-plain-on-tls-port"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_keep_alive),
        cmocka_unit_test(ssh),
        cmocka_unit_test(dns),
        cmocka_unit_test(nothing_known),
        cmocka_unit_test(not_sslv2),
        cmocka_unit_test(sslv2),
        cmocka_unit_test(lost_stays_lost),
        cmocka_unit_test(plain_on_tls_port),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
