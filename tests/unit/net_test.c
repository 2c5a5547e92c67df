/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks on one packet, PPTP's and BGP's first messages, and which addresses are global. */
#include "wire_exchange.h"

#include <arpa/inet.h>

static struct pl_addr addr(const char *text)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1)
        return pl_addr_v4(pl_be32(bytes));
    assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
    return pl_addr_v6(bytes);
}

static void addresses_that_are_global(void **state)
{
    static const char *const yes[] = {
        "8.8.8.8",         "1.1.1.1",         "100.63.255.255",
        "100.128.0.0",     "172.15.0.1",      "172.32.0.1",
        "192.0.0.9",       "192.0.0.10",      "192.0.1.1",
        "192.88.99.1",     "198.17.255.255",  "198.20.0.0",
        "223.255.255.255", "192.175.48.1",    "192.167.255.255",
        "169.253.0.1",     "2600::1",         "2001:500:88:200::8",
        "2001:1::1",       "2001:1::3",       "2001:3::1",
        "2001:4:112::1",   "2001:20::1",      "2001:3f::1",
        "2001:200::1",     "2620:4f:8000::1", "64:ff9b::808:808",
        "2002:808:808::1", "2001:db7::1",     "2001:db9::1",
        "3ffe::1",
    };
    static const char *const no[] = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.0",
        "127.0.0.1",
        "100.127.255.255",
        "169.254.1.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "240.0.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.251",
        "::",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "3fff:fff::1",
        "64:ff9b:1::1",
        "64:ff9b::a00:1",
        "100::1",
        "100:0:0:1::1",
        "2001:2::1",
        "2001:10::1",
        "2001:1::4",
        "5f00::1",
        "4000::1",
        "::8.8.8.8",
        "2002:a00:1::1",
        "2002:c0a8:101::1",
        "1::1",
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(yes); i++)
        if (!pl_addr_global(addr(yes[i])))
            fail_msg("%s is global", yes[i]);
    for (size_t i = 0; i < PL_COUNT(no); i++)
        if (pl_addr_global(addr(no[i])))
            fail_msg("%s is not global", no[i]);
}

static void addresses_on_the_link(void **state)
{
    static const char *const yes[] = {"0.0.0.0",         "127.0.0.1", "169.254.9.9", "224.0.0.251",
                                      "255.255.255.255", "::",        "::1",         "fe80::1",
                                      "febf::1",         "ff02::fb",  "ff01::1",     "ff12::1"};
    static const char *const no[] = {"10.0.0.1", "224.0.1.1", "8.8.8.8", "fd00::1",
                                     "ff05::1",  "fec0::1",   "2600::1"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(yes); i++)
        assert_true(pl_addr_on_link(addr(yes[i])));
    for (size_t i = 0; i < PL_COUNT(no); i++)
        assert_false(pl_addr_on_link(addr(no[i])));
}

static enum outcome packet(struct pl_packet_facts p, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_packet(&p, &f);
    if (f.failed[PL_FAMILY_NET] & mask)
        return FAILED;
    return f.seen[PL_FAMILY_NET] & mask ? PASSED : NOT_SEEN;
}

#define PACKET(...)   packet((struct pl_packet_facts){__VA_ARGS__}, mask)
#define FROM_TO(a, b) .addressed = true, .from = addr(a), .to = addr(b)
#define SYN(port)     .protocol = PL_IP_TCP, .syn = true, .to_port = port
#define ACCEPT(port)  .protocol = PL_IP_TCP, .syn = true, .ack = true, .from_port = port

static void nothing_known(void **state)
{
    (void)state;
    assert_int_equal(packet((struct pl_packet_facts){0}, UINT64_MAX), NOT_SEEN);
}

static void src_bogon_ingress(void **state)
{
    uint64_t mask = PL_MASK(src_bogon_ingress);

    (void)state;
    assert_int_equal(PACKET(FROM_TO("10.1.2.3", "192.0.2.1"), .way = PL_WAY_IN), FAILED);
    assert_int_equal(PACKET(FROM_TO("fd00::1", "2001:db8::1"), .way = PL_WAY_IN), FAILED);
    assert_int_equal(PACKET(FROM_TO("127.0.0.1", "10.0.0.1"), .way = PL_WAY_IN), FAILED);
    assert_int_equal(
        PACKET(FROM_TO("8.8.8.8", "8.8.4.4"), .way = PL_WAY_IN, .source = PL_SOURCE_OWN), FAILED);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "10.0.0.1"), .way = PL_WAY_IN), PASSED);
    assert_int_equal(
        PACKET(FROM_TO("8.8.8.8", "10.0.0.1"), .way = PL_WAY_IN, .source = PL_SOURCE_FOREIGN),
        PASSED);
    /* Neighbours and DHCP stay on the link. */
    assert_int_equal(PACKET(FROM_TO("fe80::1", "ff02::1"), .way = PL_WAY_IN), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("0.0.0.0", "255.255.255.255"), .way = PL_WAY_IN), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("10.1.2.3", "8.8.8.8"), .way = PL_WAY_OUT), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("10.1.2.3", "8.8.8.8")), NOT_SEEN);
    assert_int_equal(PACKET(.way = PL_WAY_IN), NOT_SEEN);
}

static void ip_source_route(void **state)
{
    uint64_t mask = PL_MASK(ip_source_route);

    (void)state;
    assert_int_equal(PACKET(.options_read = true, .source_route = true), FAILED);
    assert_int_equal(PACKET(.options_read = true, .source_route = true, .way = PL_WAY_OUT), FAILED);
    assert_int_equal(PACKET(.options_read = true), PASSED);
    assert_int_equal(PACKET(.way = PL_WAY_IN), NOT_SEEN);
}

static void smb_over_internet(void **state)
{
    uint64_t mask = PL_MASK(smb_over_internet);

    (void)state;
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), SYN(445), .way = PL_WAY_OUT), FAILED);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "10.0.0.1"), SYN(139), .way = PL_WAY_IN), FAILED);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), SYN(445)), FAILED);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "10.0.0.2"), SYN(445)), PASSED);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "8.8.4.4"), SYN(445), .way = PL_WAY_INSIDE), PASSED);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "10.0.0.1"), SYN(445), .way = PL_WAY_OUT), PASSED);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), SYN(443)), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), SYN(445), .ack = true), NOT_SEEN);
    assert_int_equal(PACKET(SYN(445), .way = PL_WAY_OUT), NOT_SEEN);
}

static void dns_bypass_cleartext(void **state)
{
    uint64_t mask = PL_MASK(dns_bypass_cleartext);

    (void)state;
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53, .own_resolver = PL_KNOWN_WRONG),
                     FAILED);
    assert_int_equal(PACKET(SYN(53), .own_resolver = PL_KNOWN_WRONG), FAILED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53, .own_resolver = PL_KNOWN_RIGHT),
                     PASSED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53), NOT_SEEN);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 853, .own_resolver = PL_KNOWN_WRONG),
                     NOT_SEEN);
}

static void mgmt_wan_exposed(void **state)
{
    uint64_t mask = PL_MASK(mgmt_wan_exposed);

    (void)state;
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), ACCEPT(23), .way = PL_WAY_OUT), FAILED);
    assert_int_equal(PACKET(FROM_TO("8.8.4.4", "8.8.8.8"), ACCEPT(7547), .way = PL_WAY_OUT),
                     FAILED);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), ACCEPT(8291)), FAILED);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), .protocol = PL_IP_UDP, .from_port = 161,
                            .way = PL_WAY_OUT),
                     FAILED);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "10.0.0.2"), ACCEPT(23)), PASSED);
    assert_int_equal(PACKET(FROM_TO("8.8.4.4", "8.8.8.8"), ACCEPT(23), .way = PL_WAY_INSIDE),
                     PASSED);
    /* A client of this network reaches somebody's Telnet. */
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "10.0.0.1"), ACCEPT(23)), PASSED);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "8.8.4.4"), ACCEPT(23), .way = PL_WAY_IN), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "8.8.4.4"), ACCEPT(23)), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("8.8.8.8", "10.0.0.1"), SYN(23), .way = PL_WAY_IN), NOT_SEEN);
    assert_int_equal(PACKET(FROM_TO("10.0.0.1", "8.8.8.8"), ACCEPT(443), .way = PL_WAY_OUT),
                     NOT_SEEN);
}

static void bgp_unprotected(void **state)
{
    uint64_t mask = PL_MASK(bgp_unprotected);

    (void)state;
    assert_int_equal(PACKET(SYN(179), .tcp_options_read = true, .hop_limit = 255), FAILED);
    assert_int_equal(
        PACKET(SYN(179), .tcp_options_read = true, .hop_limit = 64, .tcp_authenticated = true),
        FAILED);
    assert_int_equal(
        PACKET(SYN(179), .tcp_options_read = true, .hop_limit = 255, .tcp_authenticated = true),
        PASSED);
    assert_int_equal(PACKET(SYN(179), .hop_limit = 64), NOT_SEEN);
    assert_int_equal(PACKET(SYN(179), .ack = true, .tcp_options_read = true, .hop_limit = 1),
                     NOT_SEEN);
    assert_int_equal(PACKET(SYN(180), .tcp_options_read = true, .hop_limit = 64), NOT_SEEN);
}

static void dns_udp_fragment(void **state)
{
    uint64_t mask = PL_MASK(dns_udp_fragment);

    (void)state;
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .from_port = 53, .fragment = true), FAILED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53, .edns_bytes = 4096), FAILED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53, .edns_bytes = 1233), FAILED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53, .edns_bytes = 1232), PASSED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .from_port = 53), PASSED);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .to_port = 53), NOT_SEEN);
    assert_int_equal(PACKET(.protocol = PL_IP_UDP, .from_port = 123, .fragment = true), NOT_SEEN);
    assert_int_equal(PACKET(.protocol = PL_IP_TCP, .to_port = 53, .edns_bytes = 4096), NOT_SEEN);
}

static bool upnp_fails(const char *from, const char *to, enum pl_way way, bool *seen)
{
    struct pl_packet_facts p = {
        .from = addr(from), .to = addr(to), .addressed = true, .way = (uint8_t)way};
    struct pl_findings f = {0};

    pl_check_packet_upnp(&p, &f);
    *seen = f.seen[PL_FAMILY_NET] & PL_MASK(upnp_wan_exposed);
    return f.failed[PL_FAMILY_NET] & PL_MASK(upnp_wan_exposed);
}

static void upnp_wan_exposed(void **state)
{
    bool seen;

    (void)state;
    assert_true(upnp_fails("8.8.8.8", "192.168.0.1", PL_WAY_IN, &seen));
    assert_true(upnp_fails("192.168.0.13", "2600::1", PL_WAY_UNKNOWN, &seen));
    assert_false(upnp_fails("192.168.0.13", "192.168.0.1", PL_WAY_UNKNOWN, &seen));
    assert_true(seen);
    assert_false(upnp_fails("192.168.0.13", "239.255.255.250", PL_WAY_UNKNOWN, &seen));
    assert_false(upnp_fails("8.8.8.8", "8.8.4.4", PL_WAY_INSIDE, &seen));
}

static void tables_of_the_host(void **state)
{
    uint64_t mask = PL_MASK(dst_rov_invalid);

    (void)state;
    assert_int_equal(PACKET(.route = PL_ROUTE_INVALID), FAILED);
    assert_int_equal(PACKET(.route = PL_ROUTE_VALID), PASSED);
    assert_int_equal(PACKET(.route = PL_ROUTE_NOTFOUND), PASSED);
    assert_int_equal(PACKET(.route = PL_ROUTE_UNKNOWN), NOT_SEEN);
    mask = PL_MASK(dst_rov_notfound);
    assert_int_equal(PACKET(.route = PL_ROUTE_NOTFOUND), FAILED);
    assert_int_equal(PACKET(.route = PL_ROUTE_VALID), PASSED);
    assert_int_equal(PACKET(.route = PL_ROUTE_INVALID), PASSED);
    mask = PL_MASK(mud_violation);
    assert_int_equal(PACKET(.mud = PL_KNOWN_WRONG), FAILED);
    assert_int_equal(PACKET(.mud = PL_KNOWN_RIGHT), PASSED);
    assert_int_equal(PACKET(.mud_url = PL_KNOWN_WRONG), NOT_SEEN);
    mask = PL_MASK(mud_url_insecure);
    assert_int_equal(PACKET(.mud_url = PL_KNOWN_WRONG), FAILED);
    assert_int_equal(PACKET(.mud_url = PL_KNOWN_RIGHT), PASSED);
    assert_int_equal(PACKET(.mud = PL_KNOWN_WRONG), NOT_SEEN);
}

#define PPTP_START(type)                                                                           \
    "\x00\x9c\x00\x01\x1a\x2b\x3c\x4d\x00" type "\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01\x00\x00" \
    "\x00\x01\x00\x00\x00\x00"

static void vpn_pptp(void **state)
{
    uint64_t mask = PL_MASK(vpn_pptp);
    struct exchange e = {PL_WIRE_PPTP, 1723, {C(PPTP_START("\1")), S(PPTP_START("\2"))}};
    struct pl_wire w = exchange_every_way(&e);

    (void)state;
    exchange_any_order(&e);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(exchange_outcome(&w, PL_FAMILY_NET, mask), FAILED);
    assert_int_equal(exchange_guess(PL_CLIENT, PPTP_START("\1"), sizeof PPTP_START("\1") - 1),
                     PL_WIRE_PPTP);
    assert_int_equal(exchange_guess(PL_SERVER, PPTP_START("\2"), sizeof PPTP_START("\2") - 1),
                     PL_WIRE_PPTP);
    assert_int_equal(exchange_guess(PL_CLIENT, PPTP_START("\7"), sizeof PPTP_START("\7") - 1),
                     PL_WIRE_NONE);
    e = (struct exchange){PL_WIRE_PPTP, 1723, {C(PPTP_START("\7"))}};
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    assert_int_equal(exchange_outcome(&w, PL_FAMILY_NET, mask), NOT_SEEN);
    assert_int_equal(PACKET(.protocol = PL_IP_GRE, .gre_protocol = 0x880b), FAILED);
    assert_int_equal(PACKET(.protocol = PL_IP_GRE, .gre_protocol = 0x0800), PASSED);
    assert_int_equal(PACKET(.protocol = PL_IP_GRE), NOT_SEEN);
}

#define BGP_MARKER    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
#define BGP_OPEN      BGP_MARKER "\x00\x1d\x01\x04\xfd\xe8\x00\xb4\xc0\x00\x02\x01\x00"
#define BGP_KEEPALIVE BGP_MARKER "\x00\x13\x04"

static void bgp_is_recognised(void **state)
{
    struct exchange e = {PL_WIRE_BGP, 179, {C(BGP_OPEN), S(BGP_OPEN)}};
    struct pl_wire w = exchange_every_way(&e);
    struct pl_findings f = exchange_findings(&w);

    (void)state;
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(w.bgp.as[PL_CLIENT], 65000);
    assert_int_equal(f.seen[PL_FAMILY_NET], 0);
    assert_int_equal(exchange_guess(PL_SERVER, BGP_OPEN, sizeof BGP_OPEN - 1), PL_WIRE_BGP);
    assert_int_equal(exchange_guess(PL_SERVER, BGP_OPEN, 15), PL_WIRE_NONE);
    /* A session that is under way: KEEPALIVE. */
    e = (struct exchange){PL_WIRE_BGP, 179, {C(BGP_KEEPALIVE)}};
    w = exchange_every_way(&e);
    assert_true(w.bgp.spoken[PL_CLIENT] && !w.bgp.opened[PL_CLIENT]);
    e = (struct exchange){PL_WIRE_BGP, 179, {C(BGP_MARKER "\x00\x1d\x06\x04\xfd\xe8")}};
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    e = (struct exchange){PL_WIRE_BGP, 179, {C(BGP_MARKER "\x00\x1d\x01\x03\xfd\xe8")}};
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    e = (struct exchange){PL_WIRE_BGP, 179, {C(BGP_MARKER "\x00\x1c\x01\x04\xfd\xe8")}};
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_global),
        cmocka_unit_test(addresses_on_the_link),
        cmocka_unit_test(nothing_known),
        cmocka_unit_test(src_bogon_ingress),
        cmocka_unit_test(ip_source_route),
        cmocka_unit_test(smb_over_internet),
        cmocka_unit_test(dns_bypass_cleartext),
        cmocka_unit_test(mgmt_wan_exposed),
        cmocka_unit_test(bgp_unprotected),
        cmocka_unit_test(dns_udp_fragment),
        cmocka_unit_test(upnp_wan_exposed),
        cmocka_unit_test(tables_of_the_host),
        cmocka_unit_test(vpn_pptp),
        cmocka_unit_test(bgp_is_recognised),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
