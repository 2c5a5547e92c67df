/* SPDX-License-Identifier: BSD-2-Clause */
/* Dialogues for wire_dialogue.h, written from the specifications.
 * Directories, remote screens and remote files. */
#ifndef PL_TEST_WIRE_REMOTE_VECTORS_H
#define PL_TEST_WIRE_REMOTE_VECTORS_H

#include "wire_dialogue.h"

/* clang-format off */
static const struct dialogue remote_dialogues[] = {
{ /* a password in clear */
    "ldap_simple", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    FAILED, PL_CREDENTIAL_BIT(LDAP_SIMPLE), 0, {
    CLIENT("0\x18\x02\x01\x01`\x13\x02\x01\x03\x04\x06" "cn=ann\x80\x06secret"),
    SERVER("0\x0c\x02\x01\x01" "a\x07\x0a\x01\x00\x04\x00\x04\x00"),
    CLIENT("0\x05\x02\x01\x02" "B\x00"),
} },
{ /* lengths of four bytes, version 2, a wrong password */
    "ldap_long_lengths", PL_WIRE_LDAP, 3268, PL_ID_ldap_bind_cleartext,
    FAILED, PL_CREDENTIAL_BIT(LDAP_SIMPLE), 0, {
    CLIENT("0\x84\x00\x00\x00\x1e\x02\x03\x00\x01\x02`\x84\x00\x00\x00\x13\x02\x01\x02\x04\x06"
           "cn=ann\x80\x06secret"),
    SERVER("0\x84\x00\x00\x00\x0e\x02\x03\x00\x01\x02" "a\x07\x0a\x01" "1\x04\x00\x04\x00"),
} },
{ /* nobody, then a search */
    "ldap_anonymous", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    NOT_SEEN, 0, 0, {
    CLIENT("0\x0c\x02\x01\x01`\x07\x02\x01\x03\x04\x00\x80\x00"),
    SERVER("0\x0c\x02\x01\x01" "a\x07\x0a\x01\x00\x04\x00\x04\x00"),
    CLIENT("0\x81\xce\x02\x01\x02" "c\x81\xc8xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    SERVER("0\x0c\x02\x01\x02" "e\x07\x0a\x01\x00\x04\x00\x04\x00"),
} },
{ /* a name without a password */
    "ldap_unauthenticated", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    NOT_SEEN, 0, 0, {
    CLIENT("0\x12\x02\x01\x01`\x0d\x02\x01\x03\x04\x06" "cn=ann\x80\x00"),
    SERVER("0\x0c\x02\x01\x01" "a\x07\x0a\x01" "5\x04\x00\x04\x00"),
} },
{ /* StartTLS */
    "ldap_starttls", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    PASSED, 0, REQUESTED | DONE, {
    CLIENT("0\x1d\x02\x01\x01w\x18\x80\x16" "1.3.6.1.4.1.1466.20037"),
    SERVER("0$\x02\x01\x01x\x1f\x0a\x01\x00\x04\x00\x04\x00\x8a\x16" "1.3.6.1.4.1.1466.20037"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* StartTLS is refused, the client goes on */
    "ldap_starttls_refused", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    FAILED, PL_CREDENTIAL_BIT(LDAP_SIMPLE), REQUESTED, {
    CLIENT("0\x1d\x02\x01\x01w\x18\x80\x16" "1.3.6.1.4.1.1466.20037"),
    SERVER("0\x0c\x02\x01\x01x\x07\x0a\x01" "4\x04\x00\x04\x00"),
    CLIENT("0\x18\x02\x01\x02`\x13\x02\x01\x03\x04\x06" "cn=ann\x80\x06secret"),
    SERVER("0\x0c\x02\x01\x02" "a\x07\x0a\x01\x00\x04\x00\x04\x00"),
} },
{ /* an answer to something else comes first */
    "ldap_starttls_after_search", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    PASSED, 0, REQUESTED | DONE, {
    CLIENT("0\x19\x02\x01\x01" "c\x14xxxxxxxxxxxxxxxxxxxx"),
    SERVER("0\x0c\x02\x01\x01" "e\x07\x0a\x01\x00\x04\x00\x04\x00"),
    CLIENT("0\x1d\x02\x01\x02w\x18\x80\x16" "1.3.6.1.4.1.1466.20037"),
    SERVER("0\x0c\x02\x01\x01x\x07\x0a\x01\x00\x04\x00\x04\x00" "0\x0c\x02\x01\x02x\x07\x0a"
           "\x01\x00\x04\x00\x04\x00"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* GSSAPI, and what it wraps */
    "ldap_gssapi", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    NOT_SEEN, 0, 0, {
    CLIENT("0\x1b\x02\x01\x01`\x16\x02\x01\x03\x04\x00\xa3\x0f\x04\x06GSSAPI\x04\x05token"),
    SERVER("0\x0c\x02\x01\x01" "a\x07\x0a\x01\x00\x04\x00\x04\x00"),
    CLIENT("\x00\x00\x00\x05\x05\x04\x06\x00\x00"),
    SERVER("\x00\x00\x00\x05\x05\x04\x07\x00\x00"),
} },
{ /* SASL PLAIN */
    "ldap_plain", PL_WIRE_LDAP, 389, PL_ID_ldap_bind_cleartext,
    FAILED, 0, 0, {
    CLIENT("0 \x02\x01\x01`\x1b\x02\x01\x03\x04\x00\xa3\x14\x04\x05PLAIN\x04\x0b\x00" "ann\x00"
           "secret"),
    SERVER("0\x0c\x02\x01\x01" "a\x07\x0a\x01\x00\x04\x00\x04\x00"),
} },
{ /* the client asks for 0xb, the server chooses 8 */
    "rdp_nla", PL_WIRE_RDP, 3389, PL_ID_rdp_no_tls_nla,
    PASSED, 0, 0, {
    CLIENT("\x03\x00\x00)$\xe0\x00\x00\x00\x00\x00" "Cookie: mstshash=ann\x0d\x0a\x01\x00\x08"
           "\x00\x0b\x00\x00\x00"),
    SERVER("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12" "4\x00\x02\x1f\x08\x00\x08\x00\x00\x00"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* TLS, on an odd port */
    "rdp_tls", PL_WIRE_RDP, 3390, PL_ID_rdp_no_tls_nla,
    PASSED, 0, 0, {
    CLIENT("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x01\x00\x00\x00"),
    SERVER("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12" "4\x00\x02\x00\x08\x00\x01\x00\x00\x00"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* a correlation behind the request */
    "rdp_correlated", PL_WIRE_RDP, 3389, PL_ID_rdp_no_tls_nla,
    PASSED, 0, 0, {
    CLIENT("\x03\x00\x00" "72\xe0\x00\x00\x00\x00\x00\x01\x08\x08\x00\x03\x00\x00\x00\x06\x00$"
           "\x00iiiiiiiiiiiiiiii\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
           "\x00"),
    SERVER("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12" "4\x00\x02\x00\x08\x00\x02\x00\x00\x00"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* the client asks for no more */
    "rdp_standard", PL_WIRE_RDP, 3389, PL_ID_rdp_no_tls_nla,
    FAILED, 0, 0, {
    CLIENT("\x03\x00\x00)$\xe0\x00\x00\x00\x00\x00" "Cookie: mstshash=ann\x0d\x0a\x01\x00\x08"
           "\x00\x00\x00\x00\x00"),
    SERVER("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12" "4\x00\x02\x00\x08\x00\x00\x00\x00\x00"),
    CLIENT("\x03\x00\x00\x08\x02\xf0\x80\x7f"),
} },
{ /* nobody negotiates */
    "rdp_silent", PL_WIRE_RDP, 3389, PL_ID_rdp_no_tls_nla,
    FAILED, 0, 0, {
    CLIENT("\x03\x00\x00!\x1c\xe0\x00\x00\x00\x00\x00" "Cookie: mstshash=ann\x0d\x0a"),
    SERVER("\x03\x00\x00\x0b\x06\xd0\x00\x00\x12" "4\x00"),
    CLIENT("\x03\x00\x00\x08\x02\xf0\x80\x7f"),
} },
{ /* the server wants more: failure 5 */
    "rdp_refused", PL_WIRE_RDP, 3389, PL_ID_rdp_no_tls_nla,
    NOT_SEEN, 0, 0, {
    CLIENT("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00"),
    SERVER("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12" "4\x00\x03\x00\x08\x00\x05\x00\x00\x00"),
} },
{ /* no answer */
    "rdp_asked", PL_WIRE_RDP, 3389, PL_ID_rdp_no_tls_nla,
    NOT_SEEN, 0, 0, {
    CLIENT("\x03\x00\x00)$\xe0\x00\x00\x00\x00\x00" "Cookie: mstshash=ann\x0d\x0a\x01\x00\x08"
           "\x00\x03\x00\x00\x00"),
} },
{ /* VNC Authentication, of two */
    "vnc_38_password", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    FAILED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x02\x12\x02"),
    CLIENT("\x02"),
    SERVER("cccccccccccccccc"),
    CLIENT("rrrrrrrrrrrrrrrr"),
    SERVER("\x00\x00\x00\x00"),
} },
{ /* no login at all */
    "vnc_37_none", PL_WIRE_VNC, 5901, PL_ID_vnc_weak_auth,
    FAILED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.007\x0a"),
    SERVER("\x01\x01"),
    CLIENT("\x01"),
    CLIENT("\x01"),
} },
{ /* version 3.3: the server decides */
    "vnc_33", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    FAILED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.003\x0a"),
    SERVER("\x00\x00\x00\x02"),
    SERVER("cccccccccccccccc"),
    CLIENT("rrrrrrrrrrrrrrrr"),
} },
{ /* version 3.3: the server refuses */
    "vnc_33_refused", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    NOT_SEEN, 0, 0, {
    SERVER("RFB 003.003\x0a"),
    CLIENT("RFB 003.003\x0a"),
    SERVER("\x00\x00\x00\x00\x00\x00\x00\x02no"),
} },
{ /* the server refuses */
    "vnc_refused", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    NOT_SEEN, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x00\x00\x00\x00\x02no"),
} },
{ /* Apple's own type */
    "vnc_apple", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    NOT_SEEN, 0, 0, {
    SERVER("RFB 003.889\x0a"),
    CLIENT("RFB 003.889\x0a"),
    SERVER("\x02\x1e#"),
    CLIENT("\x1e"),
    SERVER("\x00\x02\x00\x80"),
} },
{ /* RSA-AES */
    "vnc_ra2", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    PASSED, 0, 0, {
    SERVER("RFB 005.000\x0a"),
    CLIENT("RFB 005.000\x0a"),
    SERVER("\x01\x05"),
    CLIENT("\x05"),
} },
{ /* TLS */
    "vnc_tls", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    PASSED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x12"),
    CLIENT("\x12"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* VeNCrypt, X509Vnc */
    "vnc_vencrypt", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    PASSED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x13"),
    CLIENT("\x13"),
    SERVER("\x00\x02"),
    CLIENT("\x00\x02"),
    SERVER("\x00"),
    SERVER("\x02\x00\x00\x01\x05\x00\x00\x01\x05"),
    CLIENT("\x00\x00\x01\x05"),
    SERVER("\x01"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* VeNCrypt, TLSNone: encrypted, nobody logs in */
    "vnc_vencrypt_none", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    NOT_SEEN, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x13"),
    CLIENT("\x13"),
    SERVER("\x00\x02"),
    CLIENT("\x00\x02"),
    SERVER("\x00"),
    SERVER("\x02\x00\x00\x01\x05\x00\x00\x01\x01"),
    CLIENT("\x00\x00\x01\x01"),
    SERVER("\x01"),
    CLIENT("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"),
    SERVER("\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"),
} },
{ /* VeNCrypt, Plain */
    "vnc_vencrypt_plain", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    FAILED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x13"),
    CLIENT("\x13"),
    SERVER("\x00\x02"),
    CLIENT("\x00\x02"),
    SERVER("\x00"),
    SERVER("\x02\x00\x00\x01\x05\x00\x00\x01\x00"),
    CLIENT("\x00\x00\x01\x00"),
    CLIENT("\x00\x00\x00\x03\x00\x00\x00\x06" "annsecret"),
} },
{ /* VeNCrypt, refused */
    "vnc_vencrypt_refused", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    NOT_SEEN, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x13"),
    CLIENT("\x13"),
    SERVER("\x00\x02"),
    CLIENT("\x00\x02"),
    SERVER("\x00"),
    SERVER("\x02\x00\x00\x01\x05\x00\x00\x01\x05"),
    CLIENT("\x00\x00\x01\x05"),
    SERVER("\x00"),
} },
{ /* VNC Authentication inside of TightVNC's */
    "vnc_tight", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    FAILED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x02\x02\x10"),
    CLIENT("\x10"),
    SERVER("\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02STDVVNCAUTH_"),
    CLIENT("\x00\x00\x00\x02"),
    SERVER("cccccccccccccccc"),
} },
{ /* no login inside of a tunnel that is none */
    "vnc_tight_tunnel", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    FAILED, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x10"),
    CLIENT("\x10"),
    SERVER("\x00\x00\x00\x01\x00\x00\x00\x00STDVVNCAUTH_"),
    CLIENT("\x00\x00\x00\x00"),
    SERVER("\x00\x00\x00\x00"),
} },
{ /* another type */
    "vnc_tight_other", PL_WIRE_VNC, 5900, PL_ID_vnc_weak_auth,
    NOT_SEEN, 0, 0, {
    SERVER("RFB 003.008\x0a"),
    CLIENT("RFB 003.008\x0a"),
    SERVER("\x01\x10"),
    CLIENT("\x10"),
    SERVER("\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x02STDVVNCAUTH_\x00\x00\x00\x82STDVVN"
           "CAUTH_"),
    CLIENT("\x00\x00\x00\x82"),
} },
{ /* the greeting */
    "rsync_daemon", PL_WIRE_RSYNC, 873, PL_ID_rsync_daemon,
    FAILED, 0, 0, {
    SERVER("@RSYNCD: 31.0 sha512 md5\x0a"),
    CLIENT("@RSYNCD: 31.0\x0a"),
    CLIENT("module\x0a"),
} },
};
/* clang-format on */

#endif
