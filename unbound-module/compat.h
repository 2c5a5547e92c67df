/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unbound's headers, and the places where its versions differ.  probes.h is written at build time
 * by probe.sh; no other file of the module asks what Unbound offers.
 */
#ifndef PLIMSOLL_UNBOUND_COMPAT_H
#define PLIMSOLL_UNBOUND_COMPAT_H

#include <config.h> /* Unbound's, and before everything else: it sets the layout of its structs */

#include <stdbool.h>

#include "dynlibmod/dynlibmod.h"
#include "services/cache/dns.h"
#include "services/cache/rrset.h"
#include "services/mesh.h"
#include "sldns/rrdef.h"
#include "util/alloc.h"
#include "util/config_file.h"
#include "util/data/dname.h"
#include "util/data/msgreply.h"
#include "util/data/packed_rrset.h"
#include "util/log.h"
#include "util/module.h"
#include "util/net_help.h"
#include "util/netevent.h"
#include "util/regional.h"
#include "util/storage/slabhash.h"

#include "probes.h"

#if PL_UNBOUND_CLIENT_ADDR
#define plimsoll_unbound_client_addr(repinfo) (&(repinfo)->client_addr)
#else
#define plimsoll_unbound_client_addr(repinfo) (&(repinfo)->addr)
#endif

/* Store a message of this state in the cache that env names.  False when memory ran out. */
static inline bool plimsoll_unbound_store(struct module_env *env, struct module_qstate *qstate,
                                          struct reply_info *rep)
{
    return dns_cache_store(env, &qstate->qinfo, rep, 0, qstate->prefetch_leeway, 0, NULL,
                           qstate->query_flags, qstate->qstarttime
#if PL_UNBOUND_STORE_VALREC
                           ,
                           qstate->is_valrec
#endif
                           ) != 0;
}

/* The IP protocol that the client's query came over. */
static inline uint8_t plimsoll_unbound_protocol(const struct comm_point *c)
{
#if PL_UNBOUND_DOQ
    if (c->type == comm_doq)
        return IPPROTO_UDP;
#endif
    return c->type == comm_udp ? IPPROTO_UDP : IPPROTO_TCP;
}

#endif
