/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections that go from one protocol to another, up to TLS: what is found on the way, what the
 * hello and the certificates are, in every way in which they can be captured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "connection_script.h"

static void direct_tls(void **state)
{
    (void)state;
    begin("TLS", 443);
    tls_hellos();
    hold("");
    must_have_tls(443);
    assert_int_equal(heard.c.stage, PL_STAGE_TLS);
}

static void smtp_starttls(void **state)
{
    (void)state;
    begin("SMTP", 25);
    server("220 mx.example ESMTP\r\n");
    client("EHLO a.example\r\n");
    server("250-mx.example\r\n250-SIZE\r\n250 STARTTLS\r\n");
    client("STARTTLS\r\n");
    server("220 ready\r\n");
    tls_hellos();
    hold("");
    must_have_tls(25);
    assert_true(heard.c.text.mail.starttls_offered && heard.c.text.mail.encrypted);
}

static void http_connect(void **state)
{
    (void)state;
    begin("CONNECT", 8080);
    client("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
    server("HTTP/1.1 200 Connection established\r\n\r\n");
    tls_hellos();
    hold("");
    must_have_tls(8080);
    assert_int_equal(heard.c.tunnels, 1);
}

static void socks_head(const char *name)
{
    begin(name, 1080);
    CLIENT("\x05\x02\x00\x02");
    SERVER("\x05\x02");
    CLIENT("\x01\x03"
           "ann\x06"
           "secret");
    SERVER("\x01\x00");
    CLIENT("\x05\x01\x00\x03\x09"
           "a.example\x00\x50");
    SERVER("\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34");
}

static void socks_to_http(void **state)
{
    (void)state;
    socks_head("SOCKS, HTTP");
    client("GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic YTpi\r\n\r\n");
    server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    script_holds(&script, &heard);
    assert_int_equal(heard.c.wire.protocol, PL_WIRE_SOCKS);
    assert_int_equal(heard.c.wire.socks.creds, PL_CREDENTIAL_BIT(SOCKS_PASS));
    assert_true(heard.c.http_used && failed(&heard, "http-credentials-cleartext"));
}

static void socks_to_tls(void **state)
{
    (void)state;
    socks_head("SOCKS, TLS");
    tls_hellos();
    hold("");
    must_have_tls(1080);
}

static void socks_to_postgres(void **state)
{
    (void)state;
    socks_head("SOCKS, PostgreSQL, TLS");
    CLIENT("\x00\x00\x00\x08\x04\xd2\x16/");
    server("S");
    tls_hellos();
    hold("");
    must_have_tls(1080);
    assert_true(passed(&heard, "db-cleartext"));
}

static void postgres_to_tls(void **state)
{
    (void)state;
    begin("PostgreSQL", 5432);
    CLIENT("\x00\x00\x00\x08\x04\xd2\x16/");
    server("S");
    tls_hellos();
    hold("");
    must_have_tls(5432);
    assert_true(passed(&heard, "db-cleartext"));
}

static void mysql_to_tls(void **state)
{
    (void)state;
    begin("MySQL", 3306);
    SERVER("J\x00\x00\x00\x0a"
           "8.0.35\x00\x07\x00\x00\x00saltsalt\x00\xff\xff!\x02\x00\x0f"
           "\x80\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00xxxxxxxxxxxx\x00mysql_native_passw"
           "ord\x00");
    CLIENT(" \x00\x00\x01\x85\xae\xff \x00\x00\x00\x01!\x00\x00\x00\x00\x00\x00\x00\x00\x00"
           "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00");
    tls_hellos();
    hold("");
    must_have_tls(3306);
    assert_true(passed(&heard, "db-cleartext"));
}

static void ldap_to_tls(void **state)
{
    (void)state;
    begin("LDAP", 389);
    CLIENT("0\x1d\x02\x01\x01w\x18\x80\x16"
           "1.3.6.1.4.1.1466.20037");
    SERVER("0\x0c\x02\x01\x01x\x07\x0a\x01\x00\x04\x00\x04\x00");
    tls_hellos();
    hold("");
    must_have_tls(389);
}

static void xmpp_to_tls(void **state)
{
    (void)state;
    begin("XMPP", 5222);
    client("<stream:stream to='a.example' xmlns='jabber:client' version='1.0'>");
    server("<stream:stream xmlns='jabber:client'><stream:features>"
           "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>");
    client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    tls_hellos();
    hold("");
    must_have_tls(5222);
    assert_true(passed(&heard, "xmpp-no-tls"));
}

static void rdp_to_tls(void **state)
{
    (void)state;
    begin("RDP", 3389);
    CLIENT("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00");
    SERVER("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12"
           "4\x00\x02\x00\x08\x00\x02\x00\x00\x00");
    tls_hellos();
    hold("");
    must_have_tls(3389);
    assert_true(passed(&heard, "rdp-no-tls-nla"));
}

/* A packet of TDS around each piece of the handshake. */
static void tds_packet(enum pl_side side, const uint8_t *bytes, size_t len)
{
    static uint8_t packet[VECTOR_BYTES + 8];

    memset(packet, 0, 8);
    packet[0] = 0x12; /* both sides' */
    packet[1] = 1;
    packet[2] = (uint8_t)((len + 8) >> 8);
    packet[3] = (uint8_t)(len + 8);
    memcpy(packet + 8, bytes, len);
    say(&script, side, packet, len + 8);
}

static void tds_to_tls(void **state)
{
    const struct vector *v = vector_named("openssl-12-flight.txt");

    (void)state;
    begin("TDS", 1433);
    CLIENT("\x12\x01\x00)\x00\x00\x01\x00\x00\x00\x15\x00\x06\x01\x00\x1b\x00\x01\x02\x00\x1c"
           "\x00\x01\x03\x00\x1d\x00\x04\xff\x10\x00\x10\x00\x00\x00\x01\x00\x00\x00\x00\x01");
    SERVER("\x04\x01\x00)\x00\x00\x01\x00\x00\x00\x15\x00\x06\x01\x00\x1b\x00\x01\x02\x00\x1c"
           "\x00\x01\x03\x00\x1d\x00\x04\xff\x10\x00\x10\x00\x00\x00\x01\x00\x00\x00\x00\x01");
    tds_packet(PL_CLIENT, v->client.at, 100);
    tds_packet(PL_CLIENT, v->client.at + 100, v->client.len - 100);
    tds_packet(PL_SERVER, v->server.at, 300);
    tds_packet(PL_SERVER, v->server.at + 300, v->server.len - 300);
    hold("");
    must_have_tls(1433);
}

static void openvpn_packet(enum pl_side side, uint8_t opcode, const uint8_t *bytes, size_t len)
{
    static uint8_t packet[VECTOR_BYTES + 16];

    memset(packet, 0, 16);
    packet[0] = (uint8_t)((len + 14) >> 8);
    packet[1] = (uint8_t)(len + 14);
    packet[2] = (uint8_t)(opcode << 3);
    if (len)
        memcpy(packet + 16, bytes, len);
    say(&script, side, packet, len + 16);
}

static void openvpn_to_tls(void **state)
{
    const struct vector *v = vector_named("openssl-12-flight.txt");

    (void)state;
    begin("OpenVPN", 1194);
    openvpn_packet(PL_CLIENT, PL_OPENVPN_RESET_CLIENT, NULL, 0);
    openvpn_packet(PL_SERVER, PL_OPENVPN_RESET_SERVER, NULL, 0);
    openvpn_packet(PL_CLIENT, PL_OPENVPN_CONTROL, v->client.at, 100);
    openvpn_packet(PL_CLIENT, PL_OPENVPN_CONTROL, v->client.at + 100, v->client.len - 100);
    openvpn_packet(PL_SERVER, PL_OPENVPN_CONTROL, v->server.at, v->server.len);
    hold("");
    must_have_tls(1194);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct_tls),      cmocka_unit_test(smtp_starttls),
        cmocka_unit_test(http_connect),    cmocka_unit_test(socks_to_http),
        cmocka_unit_test(socks_to_tls),    cmocka_unit_test(socks_to_postgres),
        cmocka_unit_test(postgres_to_tls), cmocka_unit_test(mysql_to_tls),
        cmocka_unit_test(ldap_to_tls),     cmocka_unit_test(xmpp_to_tls),
        cmocka_unit_test(rdp_to_tls),      cmocka_unit_test(tds_to_tls),
        cmocka_unit_test(openvpn_to_tls),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
