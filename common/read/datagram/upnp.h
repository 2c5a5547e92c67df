/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What opens a home's router from outside when it is reachable there: SSDP (UPnP Device
 * Architecture 2.0, 1.3) and the port mapping protocols NAT-PMP (RFC 6886, 3) and PCP (RFC 6887,
 * 7).  Inside of a network all of these are right; who judges looks at the addresses too.
 */
#ifndef PL_READ_UPNP_H
#define PL_READ_UPNP_H

#include "view.h"

enum { PL_PORT_MAPPING = 5351, PL_MAPPING_NAT_PMP = 0, PL_MAPPING_PCP = 2, PL_PCP_HEAD = 24 };
enum { PL_SSDP_WORDS = 3, PL_SSDP_WORD_MAX = 20 };

struct pl_upnp {
    bool ssdp, mapping;
};

PL_TABLE uint8_t pl_ssdp_word[PL_SSDP_WORDS][PL_SSDP_WORD_MAX] = {
    "M-SEARCH * HTTP/1.", "NOTIFY * HTTP/1.", "HTTP/1.1 200 OK\r\n"};

PL_INLINE bool pl_ssdp_begins(const struct pl_view *v, uint32_t word)
{
    for (uint32_t i = 0; i < PL_SSDP_WORD_MAX && pl_ssdp_word[word][i]; i++)
        if (pl_view_peek(v, i) != pl_ssdp_word[word][i])
            return false;
    return true;
}

/* A request, or an answer to one. */
PL_INLINE bool pl_ssdp_known(const struct pl_view *v)
{
    for (uint32_t i = 0; i < PL_SSDP_WORDS; i++)
        if (pl_ssdp_begins(v, i))
            return true;
    return false;
}

/* NAT-PMP: opcodes 0 to 2, answers with the high bit; PCP: opcodes 0 to 2 with a head. */
PL_INLINE bool pl_mapping_known(const struct pl_view *v, uint16_t port)
{
    uint8_t version = pl_view_peek(v, 0), opcode = pl_view_peek(v, 1) & 0x7f;
    uint32_t len = pl_view_left(v);

    if (port != PL_PORT_MAPPING || opcode > 2)
        return false;
    return version == PL_MAPPING_NAT_PMP ? len == 2 || len == 12 || len == 16
                                         : version == PL_MAPPING_PCP && len >= PL_PCP_HEAD;
}

PL_INLINE enum pl_outcome pl_upnp_read(struct pl_upnp *u, enum pl_side side, struct pl_view v,
                                       uint16_t port)
{
    bool ssdp = pl_ssdp_known(&v), mapping = pl_mapping_known(&v, port);

    (void)side;
    if (!ssdp && !mapping)
        return PL_MALFORMED;
    u->ssdp |= ssdp;
    u->mapping |= mapping;
    return PL_MORE;
}

#endif
