/* SPDX-License-Identifier: BSD-2-Clause */
/* Dialogues for wire_dialogue.h, written from the RFCs: XMPP, SOCKS, rsh, rlogin and rexec. */
#ifndef PL_TEST_WIRE_TALK_VECTORS_H
#define PL_TEST_WIRE_TALK_VECTORS_H

#include "wire_dialogue.h"

#define XMPP_HEAD(namespace)                                                                       \
    "<?xml version='1.0'?><stream:stream to='example.org' xmlns='jabber:" namespace "' "           \
                                                                                    "xmlns:"       \
                                                                                    "stream='"     \
                                                                                    "http://"      \
                                                                                    "etherx."      \
                                                                                    "jabber.org/"  \
                                                                                    "streams' "    \
                                                                                    "version='1."  \
                                                                                    "0'>"
#define XMPP_STARTTLS "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define XMPP_OFFER                                                                                 \
    XMPP_HEAD("client")                                                                            \
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"                          \
    "<required/></starttls></stream:features>"
#define XMPP_PROCEED "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define TLS_HELLO    "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"

/* clang-format off */
static const struct dialogue talk_dialogues[] = {
{ /* a login by SASL, nothing offered */
    "xmpp_auth", PL_WIRE_XMPP, 5222, PL_ID_xmpp_no_tls,
    FAILED, PL_CREDENTIAL_BIT(XMPP_AUTH), 0, {
    CLIENT(XMPP_HEAD("client")),
    SERVER(XMPP_HEAD("client") "<stream:features><mechanisms><mechanism>PLAIN</mechanism>"
           "</mechanisms></stream:features>"),
    CLIENT("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHgAc2VjcmV0</auth>"),
    SERVER("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
} },
{ /* the old login is a query, on a port of its own, no declaration, double quotes */
    "xmpp_stanza", PL_WIRE_XMPP, 5999, PL_ID_xmpp_no_tls,
    FAILED, 0, OFFERED, {
    CLIENT("<stream:stream xmlns=\"jabber:client\">"),
    SERVER(XMPP_OFFER),
    CLIENT("<iq type='set'><query xmlns='jabber:iq:auth'><password>secret</password></query></iq>"),
} },
{ /* between servers */
    "xmpp_servers", PL_WIRE_XMPP, 5269, PL_ID_xmpp_no_tls,
    FAILED, 0, 0, {
    CLIENT(XMPP_HEAD("server")),
    SERVER(XMPP_HEAD("server") "<stream:features/>"),
    CLIENT("<message to='a@b'><body>hello <b>x</b></body></message>"),
} },
{ /* the stream begins anew behind the login */
    "xmpp_again", PL_WIRE_XMPP, 5222, PL_ID_xmpp_no_tls,
    FAILED, PL_CREDENTIAL_BIT(XMPP_AUTH), 0, {
    CLIENT(XMPP_HEAD("client")),
    SERVER(XMPP_HEAD("client") "<stream:features/>"),
    CLIENT("<auth>eA==</auth>" XMPP_HEAD("client") "<presence/>"),
} },
{ /* STARTTLS */
    "xmpp_starttls", PL_WIRE_XMPP, 5222, PL_ID_xmpp_no_tls,
    PASSED, 0, OFFERED | REQUESTED | DONE, {
    CLIENT(XMPP_HEAD("client")),
    SERVER(XMPP_OFFER),
    CLIENT(XMPP_STARTTLS),
    SERVER(XMPP_PROCEED),
    CLIENT(TLS_HELLO),
    SERVER(TLS_HELLO),
} },
{ /* the same with an end tag, between servers */
    "xmpp_starttls_end_tag", PL_WIRE_XMPP, 5269, PL_ID_xmpp_no_tls,
    PASSED, 0, REQUESTED | DONE, {
    CLIENT(XMPP_HEAD("server")),
    SERVER(XMPP_HEAD("server")),
    CLIENT("<starttls ></starttls >"),
    SERVER("<proceed></proceed>"),
    CLIENT(TLS_HELLO),
    SERVER(TLS_HELLO),
} },
{ /* refused, and nothing more */
    "xmpp_refused", PL_WIRE_XMPP, 5222, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, OFFERED | REQUESTED, {
    CLIENT(XMPP_HEAD("client")),
    SERVER(XMPP_OFFER),
    CLIENT(XMPP_STARTTLS),
    SERVER("<failure/></stream:stream>"),
} },
{ /* words that stand elsewhere say nothing */
    "xmpp_elsewhere", PL_WIRE_XMPP, 5222, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT(XMPP_HEAD("client") "<x a='<auth>'><auth/><iq/><starttls/></x> auth iq"),
    SERVER(XMPP_HEAD("client") "<!-- <iq> --><x><starttls/><proceed/></x><proceed/>"),
} },
{ /* other XML */
    "xmpp_other", PL_WIRE_XMPP, 5222, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT("<?xml version='1.0' encoding='UTF-8'?><auth><iq/></auth>"),
} },
{ /* user and password, then a name */
    "socks5_password", PL_WIRE_SOCKS, 1080, PL_ID_xmpp_no_tls,
    NOT_SEEN, PL_CREDENTIAL_BIT(SOCKS_PASS), 0, {
    CLIENT("\x05\x02\x00\x02"),
    SERVER("\x05\x02"),
    CLIENT("\x01\x03" "ann\x06" "secret"),
    SERVER("\x01\x00"),
    CLIENT("\x05\x01\x00\x03\x09" "a.example\x00\x50"),
    SERVER("\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34"),
    CLIENT("GET / HTTP/1.1\r\n"),
    SERVER("HTTP/1.1 200 OK\r\n"),
} },
{ /* the password is refused */
    "socks5_wrong", PL_WIRE_SOCKS, 1080, PL_ID_xmpp_no_tls,
    NOT_SEEN, PL_CREDENTIAL_BIT(SOCKS_PASS), 0, {
    CLIENT("\x05\x01\x02"),
    SERVER("\x05\x02"),
    CLIENT("\x01\x01" "a\x01" "b"),
    SERVER("\x01\x01"),
} },
{ /* no login, IPv6 */
    "socks5_open", PL_WIRE_SOCKS, 9050, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT("\x05\x01\x00"),
    SERVER("\x05\x00"),
    CLIENT("\x05\x01\x00\x04" "0123456789abcdef\x01\xbb"),
    SERVER("\x05\x00\x00\x04" "0123456789abcdef\x01\xbb"),
    CLIENT(TLS_HELLO),
} },
{ /* the server cannot */
    "socks5_failed", PL_WIRE_SOCKS, 1080, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT("\x05\x01\x00"),
    SERVER("\x05\x00"),
    CLIENT("\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x19"),
    SERVER("\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"),
} },
{ /* version 4 */
    "socks4", PL_WIRE_SOCKS, 1080, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT("\x04\x01\x00\x50\x0a\x00\x00\x01" "ann\x00"),
    SERVER("\x00\x5a\x00\x00\x00\x00\x00\x00"),
    CLIENT("GET / HTTP/1.1\r\n"),
} },
{ /* version 4a, no user */
    "socks4a", PL_WIRE_SOCKS, 1080, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT("\x04\x01\x00\x50\x00\x00\x00\x01\x00" "a.example\x00"),
    SERVER("\x00\x5b\x00\x00\x00\x00\x00\x00"),
} },
{ /* rsh */
    "rsh", PL_WIRE_RSH, 514, PL_ID_xmpp_no_tls,
    NOT_SEEN, PL_CREDENTIAL_BIT(RSH_USER), 0, {
    CLIENT("1022\x00" "ann\x00" "bob\x00" "ls -l\x00"),
    SERVER("\x00total 0\n"),
} },
{ /* the user's name has no end */
    "rsh_cut", PL_WIRE_RSH, 514, PL_ID_xmpp_no_tls,
    NOT_SEEN, 0, 0, {
    CLIENT("0\x00" "annannannannannannannannannannannann"),
} },
{ /* rexec has a password */
    "rexec", PL_WIRE_RSH, 512, PL_ID_xmpp_no_tls,
    NOT_SEEN, PL_CREDENTIAL_BIT(REXEC_PASS), 0, {
    CLIENT("\x00" "ann\x00" "secret\x00" "ls\x00"),
    SERVER("\x00"),
} },
{ /* rlogin, on its port and elsewhere */
    "rlogin", PL_WIRE_RSH, 513, PL_ID_xmpp_no_tls,
    NOT_SEEN, PL_CREDENTIAL_BIT(RLOGIN_USER), 0, {
    CLIENT("\x00" "ann\x00" "bob\x00" "xterm/38400\x00"),
    SERVER("\x00Password: "),
} },
{
    "rlogin_elsewhere", PL_WIRE_RSH, 4000, PL_ID_xmpp_no_tls,
    NOT_SEEN, PL_CREDENTIAL_BIT(RLOGIN_USER), 0, {
    CLIENT("\x00" "ann\x00" "bob\x00" "vt100/9600\x00"),
    SERVER("\x00"),
} },
};
/* clang-format on */

#endif
