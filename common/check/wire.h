/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one connection of a binary protocol over TCP can have found, from the facts as they are now.
 * It may be asked at any time: nothing that failed becomes right again.
 */
#ifndef PL_CHECK_WIRE_H
#define PL_CHECK_WIRE_H

#include "../read/wire/wire.h"
#include "data.h"
#include "datagram.h"
#include "dns.h"
#include "dev.h"
#include "iot.h"
#include "packet.h"
#include "remote.h"
#include "ssh.h"
#include "storage.h"
#include "talk.h"

/* Of OpenVPN the TLS inside is judged. */
PL_INLINE void pl_check_openvpn(const struct pl_openvpn *o, struct pl_findings *f)
{
    (void)o;
    (void)f;
}

PL_INLINE void pl_check_wire(const struct pl_wire *w, struct pl_findings *f)
{
    switch (w->protocol) {
#define PL_WIRE(NAME, name)                                                                        \
    case PL_WIRE_##NAME:                                                                           \
        pl_check_##name(&w->name, f);                                                              \
        break;
#include "../read/wire/wire.def"
#undef PL_WIRE
    default:
        break;
    }
}

#endif
