/* SPDX-License-Identifier: BSD-2-Clause */
/* One datagram in each of the link layers and tunnels that are read. */
#ifndef CAPTURE_TUNNELS_H
#define CAPTURE_TUNNELS_H

#include "capture_build.h"

/* --- what stands around "payload" in UDP from 10.0.0.1 port 5000 to 10.0.0.2 port 53 */

static inline void build_inner(struct build *b)
{
    build_start(b, "payload", 7);
    build_udp(b, 5000, 53);
    build_ip4(b, 1, 2, 17);
}

static inline void build_inner6(struct build *b)
{
    build_start(b, "payload", 7);
    build_udp(b, 5000, 53);
    build_ip6(b, 1, 2, 17);
}

static inline void build_outer(struct build *b, uint8_t protocol)
{
    build_ip4(b, 8, 9, protocol);
}

static inline void build_frame(struct build *b)
{
    build_inner(b);
    build_ethernet(b, 0x0800);
}

static inline void raw(struct build *b)
{
    build_inner(b);
}

static inline void raw6(struct build *b)
{
    build_inner6(b);
}

static inline void ethernet(struct build *b)
{
    build_frame(b);
}

static inline void ethernet_trailer(struct build *b)
{
    static const uint8_t padding[18];
    uint8_t copy[100];
    size_t len;

    build_frame(b);
    len = build_len(b);
    memcpy(copy, build_at(b), len);
    build_start(b, padding, sizeof(padding));
    build_push(b, copy, len);
}

static inline void vlan_four_deep(struct build *b)
{
    build_inner(b);
    build_vlan(b, 0x0800);
    build_vlan(b, 0x8100);
    build_vlan(b, 0x9100);
    build_vlan(b, 0x88a8);
    build_ethernet(b, 0x88a8);
}

static inline void snap(struct build *b)
{
    static const uint8_t llc[8] = {0xaa, 0xaa, 3, 0, 0, 0, 8, 0};

    build_inner(b);
    build_push(b, llc, sizeof(llc));
    build_ethernet(b, (uint16_t)build_len(b));
}

static inline void cooked(struct build *b)
{
    uint8_t h[16] = {0, 4, 0, 1, 0, 6};

    build_inner6(b);
    put16(h + 14, 0x86dd);
    build_push(b, h, sizeof(h));
}

static inline void cooked_2(struct build *b)
{
    uint8_t h[20] = {0x08, 0x00};

    build_inner(b);
    build_push(b, h, sizeof(h));
}

static inline void null_little(struct build *b)
{
    build_inner(b);
    build_push(b, "\2\0\0\0", 4);
}

static inline void null_big(struct build *b)
{
    build_inner6(b);
    build_push(b, "\0\0\0\36", 4);
}

static inline void hdlc(struct build *b)
{
    build_inner(b);
    build_push(b, "\x0f\0\x08\0", 4);
}

static inline void ppp(struct build *b)
{
    build_inner(b);
    build_push(b, "\xff\x03\x00\x21", 4);
}

static inline void ppp_short(struct build *b)
{
    build_inner6(b);
    build_push(b, "\x57", 1);
}

static inline void pppoe(struct build *b)
{
    uint8_t h[8] = {0x11, 0, 0, 1, 0, 0, 0, 0x21};

    build_inner(b);
    put16(h + 4, (unsigned)build_len(b) + 2);
    build_push(b, h, sizeof(h));
    build_vlan(b, 0x8864);
    build_ethernet(b, 0x8100);
}

static inline void mpls(struct build *b)
{
    build_inner(b);
    build_push(b, "\0\1\x01\x40", 4);
    build_push(b, "\0\1\x00\x40", 4);
    build_ethernet(b, 0x8847);
}

static inline void mpls_ethernet(struct build *b)
{
    build_frame(b);
    build_push(b, "\0\0\0\0", 4);
    build_push(b, "\0\1\x01\x40", 4);
    build_ethernet(b, 0x8847);
}

static inline void ipip(struct build *b)
{
    build_inner(b);
    build_outer(b, 4);
}

static inline void six_in_four(struct build *b)
{
    build_inner6(b);
    build_outer(b, 41);
}

static inline void four_in_six(struct build *b)
{
    build_inner(b);
    build_ip6(b, 8, 9, 4);
}

static inline void extensions(struct build *b)
{
    uint8_t options[16] = {17, 1}, routing[8] = {60, 0, 4}, hop[8] = {43, 0}, ah[24] = {0, 4};

    build_start(b, "payload", 7);
    build_udp(b, 5000, 53);
    build_push(b, options, sizeof(options));
    build_push(b, routing, sizeof(routing));
    build_push(b, hop, sizeof(hop));
    build_push(b, ah, sizeof(ah));
    build_ip6(b, 1, 2, 51);
}

static inline void etherip(struct build *b)
{
    build_frame(b);
    build_push(b, "\x30\0", 2);
    build_outer(b, 97);
}

static inline void gre(struct build *b)
{
    build_inner(b);
    build_push(b, "\0\0\x08\0", 4);
    build_outer(b, 47);
}

static inline void gre_all_fields(struct build *b)
{
    static const uint8_t h[16] = {0xb0, 0, 0x65, 0x58};

    build_frame(b);
    build_push(b, h, sizeof(h));
    build_outer(b, 47);
}

static inline void gre_pptp(struct build *b)
{
    uint8_t h[16] = {0x30, 0x81, 0x88, 0x0b};

    build_inner(b);
    build_push(b, "\xff\x03\0\x21", 4);
    put16(h + 4, (unsigned)build_len(b));
    build_push(b, h, sizeof(h));
    build_outer(b, 47);
}

static inline void erspan_1(struct build *b)
{
    build_frame(b);
    build_push(b, "\0\0\x88\xbe", 4);
    build_outer(b, 47);
}

static inline void erspan_2(struct build *b)
{
    static const uint8_t h[16] = {0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10};

    build_frame(b);
    build_push(b, h, sizeof(h));
    build_outer(b, 47);
}

static inline void erspan_3(struct build *b)
{
    uint8_t h[28] = {0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20};

    build_frame(b);
    h[19] = 1; /* a platform's header follows */
    build_push(b, h, sizeof(h));
    build_outer(b, 47);
}

static inline void vxlan(struct build *b)
{
    build_frame(b);
    build_push(b, "\x08\0\0\0\0\0\x07\0", 8);
    build_udp(b, 60000, 4789);
    build_outer(b, 17);
}

static inline void geneve(struct build *b)
{
    build_frame(b);
    build_push(b, "\1\2\0\0", 4);
    build_push(b, "\1\0\x65\x58\0\0\x07\0", 8);
    build_udp(b, 60000, 6081);
    build_ip6(b, 8, 9, 17);
}

static inline void gtp(struct build *b)
{
    uint8_t h[16] = {0x36, 0xff, 0, 0, 0, 0, 0, 1, 0, 9, 0, 0x85, 1, 0x10, 9, 0};

    build_inner(b);
    put16(h + 2, (unsigned)build_len(b) + 8);
    build_push(b, h, sizeof(h));
    build_udp(b, 2152, 2152);
    build_outer(b, 17);
}

static inline void teredo(struct build *b)
{
    static const uint8_t origin[8] = {0, 0, 1}, authentication[13] = {0, 1};

    build_inner6(b);
    build_push(b, origin, sizeof(origin));
    build_push(b, authentication, sizeof(authentication));
    build_udp(b, 3544, 60000);
    build_outer(b, 17);
}

static inline void l2tp(struct build *b)
{
    uint8_t h[12] = {0x42, 2, 0, 0, 0, 1, 0, 2, 0, 2, 0, 0};

    build_inner(b);
    build_push(b, "\xff\x03\0\x21", 4);
    put16(h + 2, (unsigned)build_len(b) + 12);
    build_push(b, h, sizeof(h));
    build_udp(b, 1701, 1701);
    build_outer(b, 17);
}

static inline void tunnels_in_one_another(struct build *b)
{
    build_frame(b);
    build_push(b, "\x08\0\0\0\0\0\x07\0", 8);
    build_udp(b, 60000, 4789);
    build_ip6(b, 5, 6, 17);
    build_push(b, "\0\0\x86\xdd", 4);
    build_outer(b, 47);
    build_push(b, "\0\1\x01\x40", 4);
    build_vlan(b, 0x8847);
    build_ethernet(b, 0x8100);
}

static const struct {
    const char *name;
    void (*make)(struct build *b);
    uint32_t link_type;
    bool v6;
    uint8_t depth;
} row[] = {
    {"raw", raw, PL_LINK_RAW, false, 1},
    {"raw, IPv4", raw, PL_LINK_IPV4, false, 1},
    {"raw, old number", raw, PL_LINK_RAW_BSD, false, 1},
    {"raw, IPv6", raw6, PL_LINK_IPV6, true, 1},
    {"Ethernet", ethernet, PL_LINK_ETHERNET, false, 1},
    {"Ethernet with a trailer", ethernet_trailer, PL_LINK_ETHERNET, false, 1},
    {"VLAN tags", vlan_four_deep, PL_LINK_ETHERNET, false, 1},
    {"SNAP", snap, PL_LINK_ETHERNET, false, 1},
    {"Linux cooked", cooked, PL_LINK_LINUX_COOKED, true, 1},
    {"Linux cooked 2", cooked_2, PL_LINK_LINUX_COOKED_2, false, 1},
    {"null, little-endian", null_little, PL_LINK_NULL, false, 1},
    {"null, big-endian", null_big, PL_LINK_NULL, true, 1},
    {"loop", null_big, PL_LINK_LOOP, true, 1},
    {"Cisco HDLC", hdlc, PL_LINK_CISCO_HDLC, false, 1},
    {"PPP", ppp, PL_LINK_PPP, false, 1},
    {"PPP with a short protocol", ppp_short, PL_LINK_PPP_HDLC, true, 1},
    {"PPPoE", pppoe, PL_LINK_ETHERNET, false, 1},
    {"MPLS", mpls, PL_LINK_ETHERNET, false, 1},
    {"Ethernet in MPLS", mpls_ethernet, PL_LINK_ETHERNET, false, 1},
    {"IP in IP", ipip, PL_LINK_RAW, false, 2},
    {"6in4", six_in_four, PL_LINK_RAW, true, 2},
    {"4in6", four_in_six, PL_LINK_RAW, false, 2},
    {"extension headers", extensions, PL_LINK_RAW, true, 1},
    {"EtherIP", etherip, PL_LINK_RAW, false, 2},
    {"GRE", gre, PL_LINK_RAW, false, 2},
    {"GRE with all fields", gre_all_fields, PL_LINK_RAW, false, 2},
    {"GRE of PPTP", gre_pptp, PL_LINK_RAW, false, 2},
    {"ERSPAN I", erspan_1, PL_LINK_RAW, false, 2},
    {"ERSPAN II", erspan_2, PL_LINK_RAW, false, 2},
    {"ERSPAN III", erspan_3, PL_LINK_RAW, false, 2},
    {"VXLAN", vxlan, PL_LINK_RAW, false, 2},
    {"GENEVE", geneve, PL_LINK_RAW, false, 2},
    {"GTP-U", gtp, PL_LINK_RAW, false, 2},
    {"Teredo", teredo, PL_LINK_RAW, true, 2},
    {"L2TP", l2tp, PL_LINK_RAW, false, 2},
    {"tunnels in one another", tunnels_in_one_another, PL_LINK_ETHERNET, false, 3},
};

#endif
