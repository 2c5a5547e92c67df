/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an address says by itself: whether the Internet can reach it.
 *
 *   pl_addr_global(a)    false for what the IANA special-purpose registries (RFC 6890, RFC 8190)
 *                        mark as not globally reachable, for multicast, and for IPv6 outside of
 *                        2000::/3, where nothing is assigned (RFC 4291, 2.4)
 *   pl_addr_on_link(a)   it never crosses a router: link-local, the unspecified address, loopback,
 *                        link-local multicast and the limited broadcast
 *
 * An entry marked neither way (Teredo, the old 6to4 relays) counts as global.  An address inside
 * of another (6to4, NAT64) is as global as the one inside.
 * It does not know which addresses are routed, or whose they are.
 */
#ifndef PL_ADDRESS_H
#define PL_ADDRESS_H

#include "base.h"

/* A block: the first bits of an address, and whether the Internet can reach it. */
struct pl_block {
    uint64_t first;
    uint8_t bits;
    bool global;
};

/* IPv4, in the low 32 bits; the first that fits decides. */
PL_TABLE struct pl_block pl_blocks_v4[] = {
    {0x00000000, 8, false},  /* 0.0.0.0/8: this network */
    {0x0a000000, 8, false},  /* 10.0.0.0/8: private use */
    {0x64400000, 10, false}, /* 100.64.0.0/10: shared address space */
    {0x7f000000, 8, false},  /* 127.0.0.0/8: loopback */
    {0xa9fe0000, 16, false}, /* 169.254.0.0/16: link local */
    {0xac100000, 12, false}, /* 172.16.0.0/12: private use */
    {0xc0000009, 32, true},  /* 192.0.0.9: Port Control Protocol anycast */
    {0xc000000a, 32, true},  /* 192.0.0.10: TURN anycast */
    {0xc0000000, 24, false}, /* 192.0.0.0/24: IETF protocol assignments */
    {0xc0000200, 24, false}, /* 192.0.2.0/24: documentation */
    {0xc0a80000, 16, false}, /* 192.168.0.0/16: private use */
    {0xc6120000, 15, false}, /* 198.18.0.0/15: benchmarking */
    {0xc6336400, 24, false}, /* 198.51.100.0/24: documentation */
    {0xcb007100, 24, false}, /* 203.0.113.0/24: documentation */
    {0xe0000000, 3, false},  /* 224.0.0.0/3: multicast, reserved, broadcast */
};

/* IPv6, the first 64 bits; the first that fits decides. */
PL_TABLE struct pl_block pl_blocks_v6[] = {
    {0x2001000000000000, 32, true},  /* 2001::/32: Teredo */
    {0x2001000300000000, 32, true},  /* 2001:3::/32: AMT */
    {0x2001000401120000, 48, true},  /* 2001:4:112::/48: AS112 */
    {0x2001002000000000, 28, true},  /* 2001:20::/28: ORCHIDv2 */
    {0x2001003000000000, 28, true},  /* 2001:30::/28: drone remote identification */
    {0x2001000000000000, 23, false}, /* 2001::/23: IETF protocol assignments */
    {0x20010db800000000, 32, false}, /* 2001:db8::/32: documentation */
    {0x3fff000000000000, 20, false}, /* 3fff::/20: documentation */
    {0x2000000000000000, 3, true},   /* 2000::/3: global unicast */
    {0x0000000000000000, 0, false},
};

enum { PL_ADDR_6TO4 = 0x2002 };
#define PL_ADDR_NAT64_HI 0x0064ff9b00000000u /* 64:ff9b::/96 (RFC 6052) */
#define PL_ADDR_ANYCAST  0x2001000100000000u /* 2001:1::1 to 2001:1::3: PCP, TURN, DNS-SD */

PL_INLINE bool pl_block_has(const struct pl_block *block, uint64_t value, uint32_t width)
{
    return block->bits == 0 || (value ^ block->first) >> (width - block->bits) == 0;
}

PL_INLINE bool pl_addr_global_v4(uint32_t value)
{
    for (uint32_t i = 0; i < PL_COUNT(pl_blocks_v4); i++)
        if (pl_block_has(&pl_blocks_v4[i], value, 32))
            return pl_blocks_v4[i].global;
    return true;
}

PL_INLINE bool pl_addr_global(struct pl_addr a)
{
    if (pl_addr_is_v4(a))
        return pl_addr_global_v4((uint32_t)a.lo);
    if (a.hi == PL_ADDR_NAT64_HI && a.lo >> 32 == 0)
        return pl_addr_global_v4((uint32_t)a.lo);
    if (a.hi >> 48 == PL_ADDR_6TO4)
        return pl_addr_global_v4((uint32_t)(a.hi >> 16));
    if (a.hi == PL_ADDR_ANYCAST && a.lo >= 1 && a.lo <= 3)
        return true;
    for (uint32_t i = 0; i < PL_COUNT(pl_blocks_v6); i++)
        if (pl_block_has(&pl_blocks_v6[i], a.hi, 64))
            return pl_blocks_v6[i].global;
    return false;
}

PL_INLINE bool pl_addr_on_link(struct pl_addr a)
{
    uint32_t v4 = (uint32_t)a.lo;

    if (pl_addr_is_v4(a))
        return v4 >> 16 == 0xa9fe || v4 >> 24 == 127 || v4 >> 8 == 0xe00000 || v4 == 0 ||
               v4 == 0xffffffff;
    if (a.hi == 0 && a.lo <= 1)
        return true;
    return a.hi >> 54 == 0xfe80 >> 6 || (a.hi >> 56 == 0xff && (a.hi >> 48 & 15) <= 2);
}

#endif
