/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SNMP's outermost fields: the version, and that a community name stands there in clear (RFC 1157,
 * 4; RFC 1901, 3; RFC 3412, 6).  The name itself is not kept, nor is anything of the PDU.
 */
#ifndef PL_READ_SNMP_H
#define PL_READ_SNMP_H

#include "../credential.h"
#include "ber.h"

enum pl_snmp_version { PL_SNMP_V1 = 0, PL_SNMP_V2C = 1, PL_SNMP_V3 = 3 };
enum {
    PL_SNMP_PDU_FIRST = 0xa0, /* GetRequest */
    PL_SNMP_PDU_LAST = 0xa8   /* Report */
};

struct pl_snmp {
    bool v1, v2c, v3;
    uint64_t creds; /* PL_CREDENTIAL_BIT */
};

/* After the version of v1 and v2c: the community and a PDU. */
PL_INLINE bool pl_snmp_community(struct pl_view *v)
{
    struct pl_view name;
    uint8_t tag;

    if (!pl_ber_element(v, PL_BER_OCTETS, &name))
        return false;
    tag = pl_view_peek(v, 0);
    return tag >= PL_SNMP_PDU_FIRST && tag <= PL_SNMP_PDU_LAST;
}

/* After the version of v3: msgGlobalData, msgSecurityParameters. */
PL_INLINE bool pl_snmp_global(struct pl_view *v)
{
    struct pl_view global, parameters;

    return pl_ber_element(v, PL_BER_SEQUENCE, &global) &&
           pl_ber_element(v, PL_BER_OCTETS, &parameters);
}

PL_INLINE enum pl_outcome pl_snmp_read(struct pl_snmp *s, enum pl_side side, struct pl_view v,
                                       uint16_t port)
{
    struct pl_view message;
    uint32_t version;

    (void)side;
    (void)port;
    if (!pl_ber_element(&v, PL_BER_SEQUENCE, &message) || !pl_ber_number(&message, &version))
        return PL_MALFORMED;
    if (version == PL_SNMP_V3 ? !pl_snmp_global(&message)
                              : version > PL_SNMP_V2C || !pl_snmp_community(&message))
        return PL_MALFORMED;
    s->v1 |= version == PL_SNMP_V1;
    s->v2c |= version == PL_SNMP_V2C;
    s->v3 |= version == PL_SNMP_V3;
    if (version != PL_SNMP_V3)
        s->creds |= PL_CREDENTIAL_BIT(SNMP_COMMUNITY);
    return PL_MORE;
}

#endif
