/* SPDX-License-Identifier: BSD-2-Clause */
/* The readers of UDP protocols and their checks: for each check what fires and what must not. */
#include "common/check/datagram.h"
#include "common/check/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES_MAX = 512 };

struct vector {
    const char *what;
    uint16_t port;
    enum pl_side side;
    const char *bytes;     /* hexadecimal, or text after a ' */
    uint64_t seen, failed; /* of the family APP */
    uint8_t protocol;
};

#define APP(check) PL_MASK(check)

/* IKEv2's answer: SA with one proposal: AES-GCM-16 (20), PRF SHA-256 (5), group 19. */
#define IKE2_HEAD(next, flags, len)                                                                \
    "1111111111111111"                                                                             \
    "2222222222222222" next "20"                                                                   \
    "22" flags "00000000" len
#define IKE2_SA(encr, prf, group)                                                                  \
    "00000024"                                                                                     \
    "00000020"                                                                                     \
    "01010003"                                                                                     \
    "03000008010000" encr "03000008020000" prf "000000080400"                                      \
    "00" group
#define IKE1_SA(cipher, hash, group)                                                               \
    "00000030"                                                                                     \
    "00000001"                                                                                     \
    "00000001"                                                                                     \
    "00000024"                                                                                     \
    "01010001"                                                                                     \
    "0000001c"                                                                                     \
    "01010000"                                                                                     \
    "800100" cipher "800200" hash "800400" group "80030001"                                        \
    "800b0001"

static const struct vector vectors[] = {
    {"snmp-v1-v2c: version 1, octets behind it", 161, PL_CLIENT,
     "3019020100040670726976656ea00c0201010201000201003001"
     "00",
     APP(snmp_v1_v2c), APP(snmp_v1_v2c), PL_DATAGRAM_SNMP},
    {"snmp-v1-v2c: version 1", 161, PL_CLIENT, "3014020100040361626 3a00a02010102010002010030000",
     APP(snmp_v1_v2c), APP(snmp_v1_v2c), PL_DATAGRAM_SNMP},
    {"snmp-v1-v2c: version 2c, long lengths, odd port", 5000, PL_CLIENT,
     "308115020101040461626364a00a02010102010002010030 00", APP(snmp_v1_v2c), APP(snmp_v1_v2c),
     PL_DATAGRAM_SNMP},
    {"snmp-v1-v2c: version 3 passes", 161, PL_CLIENT,
     "301c020103300d020101020205dc0401070201030400"
     "0406300404000400",
     APP(snmp_v1_v2c), 0, PL_DATAGRAM_NONE},
    {"snmp-v1-v2c: a lying length is none", 161, PL_CLIENT,
     "3014020100047f616263a00a02010102010002010030 00", 0, 0, PL_DATAGRAM_NONE},
    {"ike-v1: main mode offer", 500, PL_CLIENT,
     "1111111111111111"
     "0000000000000000"
     "01100200"
     "00000000"
     "0000004c" IKE1_SA("07", "04", "0e"),
     APP(ike_v1), APP(ike_v1), PL_DATAGRAM_IKE},
    {"ike-v1: answer, strong", 500, PL_SERVER,
     "1111111111111111"
     "2222222222222222"
     "01100200"
     "00000000"
     "0000004c" IKE1_SA("07", "04", "0e"),
     APP(ike_v1) | APP(ike_weak_proposal), APP(ike_v1), PL_DATAGRAM_IKE},
    {"ike-weak-proposal: version 1, 3DES", 500, PL_SERVER,
     "1111111111111111"
     "2222222222222222"
     "01100200"
     "00000000"
     "0000004c" IKE1_SA("05", "04", "0e"),
     APP(ike_v1) | APP(ike_weak_proposal), APP(ike_v1) | APP(ike_weak_proposal), PL_DATAGRAM_IKE},
    {"ike-weak-proposal: version 2, group 2, behind the marker of port 4500", 4500, PL_SERVER,
     "00000000" IKE2_HEAD("21", "20", "00000040") IKE2_SA("14", "05", "02"),
     APP(ike_v1) | APP(ike_weak_proposal), APP(ike_weak_proposal), PL_DATAGRAM_IKE},
    {"ike-weak-proposal: version 2, 3DES", 500, PL_SERVER,
     IKE2_HEAD("21", "20", "00000040") IKE2_SA("03", "05", "13"),
     APP(ike_v1) | APP(ike_weak_proposal), APP(ike_weak_proposal), PL_DATAGRAM_IKE},
    {"ike-weak-proposal: strong passes", 500, PL_SERVER,
     IKE2_HEAD("21", "20", "00000040") IKE2_SA("14", "05", "13"),
     APP(ike_v1) | APP(ike_weak_proposal), 0, PL_DATAGRAM_IKE},
    {"ike-weak-proposal: an offer is no choice", 500, PL_CLIENT,
     IKE2_HEAD("21", "08", "00000040") IKE2_SA("03", "02", "02"), APP(ike_v1), 0, PL_DATAGRAM_IKE},
    {"sip-rtp-cleartext: INVITE with RTP", 5060, PL_CLIENT,
     "'INVITE sip:bob@b.example SIP/2.0\r\nVia: x\r\n\r\nv=0\r\nm=audio 49170 RTP/AVP 0 8\r\n",
     APP(sip_rtp_cleartext), APP(sip_rtp_cleartext), PL_DATAGRAM_SIP},
    {"sip-rtp-cleartext: answer with RTP and feedback", 15060, PL_SERVER,
     "'SIP/2.0 200 OK\r\n\r\nm=video 5000 RTP/AVPF 96\r\n", APP(sip_rtp_cleartext),
     APP(sip_rtp_cleartext), PL_DATAGRAM_SIP},
    {"sip-rtp-cleartext: SRTP passes", 5060, PL_CLIENT,
     "'INVITE sip:b@b.example SIP/2.0\r\n\r\nm=audio 49170 RTP/SAVP 0\r\nm=video 1 "
     "UDP/TLS/RTP/SAVPF 9\r\n",
     APP(sip_rtp_cleartext), 0, PL_DATAGRAM_SIP},
    {"sip-rtp-cleartext: no media, not seen", 5060, PL_CLIENT,
     "'REGISTER sip:b.example SIP/2.0\r\nContact: m=audio 1 RTP/AVP 0\r\n\r\n", 0, 0,
     PL_DATAGRAM_SIP},
    {"syslog-cleartext: RFC 3164", 514, PL_CLIENT, "'<34>Oct 11 22:14:15 host su: failed",
     APP(syslog_cleartext), APP(syslog_cleartext), PL_DATAGRAM_SYSLOG},
    {"syslog-cleartext: RFC 5424 at an odd port", 1514, PL_CLIENT,
     "'<165>1 2003-10-11T22:14:15.003Z h a - - -", APP(syslog_cleartext), APP(syslog_cleartext),
     PL_DATAGRAM_SYSLOG},
    {"syslog-cleartext: a priority over 191 is none", 514, PL_CLIENT, "'<192>Oct 11 22:14:15 h", 0,
     0, PL_DATAGRAM_NONE},
    {"syslog-cleartext: markup at an odd port is none", 4711, PL_CLIENT, "'<12>hello</12>", 0, 0,
     PL_DATAGRAM_NONE},
    {"ntp-unauthenticated: a client asks", 123, PL_CLIENT,
     "23000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000",
     APP(ntp_unauthenticated), APP(ntp_unauthenticated), PL_DATAGRAM_NTP},
    {"ntp-unauthenticated: a server answers", 123, PL_SERVER,
     "24010000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000",
     APP(ntp_unauthenticated), APP(ntp_unauthenticated), PL_DATAGRAM_NTP},
    {"ntp-unauthenticated: with a MAC it passes", 123, PL_CLIENT,
     "23000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "00000000000000000000000100112233445566778899aabbccddeeff",
     APP(ntp_unauthenticated), 0, PL_DATAGRAM_NTP},
    {"ntp-unauthenticated: mode 6 (control) is not judged", 123, PL_CLIENT,
     "260200000000000000000000", 0, 0, PL_DATAGRAM_NONE},
    {"coap-cleartext: GET", 5683, PL_CLIENT, "40010001b474656d70", APP(coap_cleartext),
     APP(coap_cleartext), PL_DATAGRAM_COAP},
    {"coap-cleartext: answer with a payload", 5683, PL_SERVER, "6145000171ff3232",
     APP(coap_cleartext), APP(coap_cleartext), PL_DATAGRAM_COAP},
    {"coap-cleartext: OSCORE passes", 5683, PL_CLIENT,
     "4102000171"
     "93091400"
     "ff0102",
     APP(coap_cleartext), 0, PL_DATAGRAM_COAP},
    {"coap-cleartext: a ping is nothing", 5683, PL_CLIENT, "40000001", 0, 0, PL_DATAGRAM_NONE},
    {"coap-cleartext: an option beyond the end is none", 5683, PL_CLIENT, "40010001bf74656d70", 0,
     0, PL_DATAGRAM_NONE},
    {"nfs-cleartext: version 3, AUTH_SYS", 2049, PL_CLIENT,
     "0000001100000000 00000002 000186a3 00000003 00000001 00000001 00000014 0000000000000000"
     "0000000000000000 00000000 00000000 00000000",
     APP(nfs_cleartext), APP(nfs_cleartext), PL_DATAGRAM_NFS},
    {"nfs-cleartext: AUTH_NONE at an odd port", 999, PL_CLIENT,
     "0000001100000000 00000002 000186a3 00000003 00000001 00000000 00000000 00000000 00000000",
     APP(nfs_cleartext), APP(nfs_cleartext), PL_DATAGRAM_NFS},
    {"nfs-cleartext: procedure 0 says nothing", 2049, PL_CLIENT,
     "0000001100000000 00000002 000186a3 00000003 00000000 00000000 00000000 00000000 00000000", 0,
     0, PL_DATAGRAM_NFS},
    {"nfs-cleartext: another program is none", 2049, PL_CLIENT,
     "0000001100000000 00000002 000186a5 00000003 00000001 00000000 00000000 00000000 00000000", 0,
     0, PL_DATAGRAM_NONE},
    {"firmware-cleartext: TFTP is recognised", 69, PL_CLIENT,
     "00016669726d776172652e62696e006f6374657400", 0, 0, PL_DATAGRAM_TFTP},
    {"upnp: SSDP is recognised", 1900, PL_CLIENT,
     "'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n\r\n", 0, 0, PL_DATAGRAM_UPNP},
    {"upnp: NAT-PMP is recognised", 5351, PL_CLIENT, "0002000015b315b300000e10", 0, 0,
     PL_DATAGRAM_UPNP},
};

static uint32_t bytes_of(const char *text, uint8_t to[BYTES_MAX])
{
    uint32_t len = 0;
    unsigned byte;

    if (*text == '\'') {
        len = (uint32_t)strlen(text + 1);
        memcpy(to, text + 1, len);
        return len;
    }
    while (*text) {
        char pair[3] = "";
        for (int i = 0; i < 2 && *text; text++)
            if (*text != ' ')
                pair[i++] = *text;
        if (sscanf(pair, "%2x", &byte) == 1)
            to[len++] = (uint8_t)byte;
    }
    return len;
}

/* In memory of exactly its length, so that a read behind the end is seen. */
static void read_exactly(struct pl_datagram *d, enum pl_side side, const uint8_t *bytes,
                         uint32_t len)
{
    uint8_t *copy = malloc(len ? len : 1);

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    (void)pl_datagram_read(d, side, copy, len);
    free(copy);
}

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(vectors); i++) {
        const struct vector *v = &vectors[i];
        uint8_t bytes[BYTES_MAX] = {0};
        uint32_t len = bytes_of(v->bytes, bytes);
        struct pl_datagram d = {.port = v->port};
        struct pl_findings f = {0};
        read_exactly(&d, v->side, bytes, len);
        pl_check_datagram(&d, &f);
        if (f.seen[PL_FAMILY_APP] != v->seen || f.failed[PL_FAMILY_APP] != v->failed)
            fail_msg("%s: seen %llx failed %llx", v->what,
                     (unsigned long long)f.seen[PL_FAMILY_APP],
                     (unsigned long long)f.failed[PL_FAMILY_APP]);
        if (v->protocol && d.protocol != v->protocol)
            fail_msg("%s: recognised as %u", v->what, d.protocol);
    }
}

/* What was cut off never fails what the whole does not.  But for NTP and CoAP: that nothing follows
 * is what their checks look for, and hosts give whole datagrams only. */
static void test_truncated(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(vectors); i++) {
        const struct vector *v = &vectors[i];
        uint8_t bytes[BYTES_MAX] = {0};
        uint32_t len = bytes_of(v->bytes, bytes);
        for (uint32_t cut = 0; cut < len; cut++) {
            struct pl_datagram d = {.port = v->port};
            struct pl_findings f = {0};
            read_exactly(&d, v->side, bytes, cut);
            pl_check_datagram(&d, &f);
            if (v->port != 123 && v->port != 5683 && (f.failed[PL_FAMILY_APP] & ~v->failed))
                fail_msg("%s cut to %u bytes: failed %llx", v->what, cut,
                         (unsigned long long)f.failed[PL_FAMILY_APP]);
        }
    }
}

static bool holds(const void *memory, size_t size, const char *word)
{
    const char *bytes = memory;
    size_t len = strlen(word);

    for (size_t i = 0; i + len <= size; i++)
        if (memcmp(bytes + i, word, len) == 0)
            return true;
    return false;
}

static void test_a_community_is_a_credential_and_not_kept(void **state)
{
    uint8_t bytes[BYTES_MAX] = {0};
    uint32_t len = bytes_of("3014020100040361626 3a00a02010102010002010030000", bytes);
    struct pl_datagram d = {.port = 161};

    (void)state;
    read_exactly(&d, PL_CLIENT, bytes, len);
    assert_true(d.snmp.creds == PL_CREDENTIAL_BIT(SNMP_COMMUNITY));
    assert_false(holds(&d, sizeof(d), "abc"));
}

static void test_an_unknown_flow_is_left_alone(void **state)
{
    struct pl_datagram d = {.port = 4000};
    uint8_t noise[4] = {0xde, 0xad, 0xbe, 0xef};

    (void)state;
    for (int i = 0; i < PL_DATAGRAM_TRIES - 1; i++)
        assert_int_equal(pl_datagram_read(&d, PL_CLIENT, noise, sizeof(noise)), PL_MORE);
    assert_int_equal(pl_datagram_read(&d, PL_CLIENT, noise, sizeof(noise)), PL_DONE);
    assert_int_equal(d.protocol, PL_DATAGRAM_NONE);
}

static bool firmware(const char *hex, bool *seen)
{
    uint8_t bytes[BYTES_MAX] = {0};
    struct pl_datagram d = {.port = 69};
    struct pl_findings f = {0};

    read_exactly(&d, PL_CLIENT, bytes, bytes_of(hex, bytes));
    pl_check_datagram(&d, &f);
    *seen = f.seen[PL_FAMILY_HTTP] & PL_MASK(firmware_cleartext);
    return f.failed[PL_FAMILY_HTTP] & PL_MASK(firmware_cleartext);
}

static void test_firmware_by_tftp(void **state)
{
    bool seen;

    (void)state;
    assert_true(firmware("0001666d2e62696e006f6374657400", &seen));      /* fm.bin */
    assert_true(firmware("0001666d2e4657004e45544153434949 00", &seen)); /* fm.FW, NETASCII */
    assert_false(firmware("0001666d2e747874006f6374657400", &seen));     /* fm.txt */
    assert_true(seen);
    assert_false(firmware("0002666d2e62696e006f6374657400", &seen)); /* it is written */
    assert_false(seen);
    assert_false(firmware("0001666d2e62696e006f637400", &seen)); /* no mode */
    assert_false(seen);
}

/* --- SIP and syslog over TCP */

static void wire_feed(struct pl_wire *w, enum pl_side side, const char *text, uint32_t len)
{
    uint32_t off = 0, n;
    bool tls;

    while ((n = pl_wire_step(w, side, (const uint8_t *)text, off, len, &tls)) > 0)
        off += n;
}

static void wire_of(struct pl_wire *w, const char *text, uint16_t port)
{
    enum pl_match match;
    uint32_t len = (uint32_t)strlen(text), seen = len < PL_PREFIX_MAX ? len : PL_PREFIX_MAX;
    enum pl_wire_protocol p = pl_wire_guess(PL_CLIENT, (const uint8_t *)text, seen, port, &match);

    memset(w, 0, sizeof(*w));
    if (p == PL_WIRE_NONE)
        return;
    pl_wire_begin(w, p, port);
    wire_feed(w, PL_CLIENT, text, len);
}

static void test_over_tcp(void **state)
{
    struct pl_findings f = {0};
    struct pl_wire w;

    (void)state;
    wire_of(&w, "INVITE sip:b@b.example SIP/2.0\r\nX: y\r\n\r\nm=audio 1 RTP/AVP 0\r\n", 5060);
    assert_int_equal(w.protocol, PL_WIRE_SIP);
    pl_check_wire(&w, &f);
    assert_true(f.failed[PL_FAMILY_APP] == PL_MASK(sip_rtp_cleartext));
    wire_of(&w, "OPTIONS * HTTP/1.1\r\n", 80);
    assert_int_equal(w.protocol, PL_WIRE_NONE);
    memset(&f, 0, sizeof(f));
    wire_of(&w, "57 <165>1 2003-10-11T22:14:15.003Z h a - - - a message", 6514);
    assert_int_equal(w.protocol, PL_WIRE_SYSLOG);
    pl_check_wire(&w, &f);
    assert_true(f.failed[PL_FAMILY_APP] == PL_MASK(syslog_cleartext));
    wire_of(&w, "<34>Oct 11 22:14:15 host su: failed\n", 514);
    assert_int_equal(w.protocol, PL_WIRE_SYSLOG);
    wire_of(&w, "<html><body>", 8080);
    assert_int_equal(w.protocol, PL_WIRE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_a_community_is_a_credential_and_not_kept),
        cmocka_unit_test(test_an_unknown_flow_is_left_alone),
        cmocka_unit_test(test_firmware_by_tftp),
        cmocka_unit_test(test_over_tcp),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
