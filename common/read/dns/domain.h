/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a resolver or a probe knows of a domain, or of a resolver, after it has asked for it.  Plain
 * members, filled by the host; all zero says nothing, and a host fills only what it knows.
 *
 *   caa          right: a CAA record with "issue" at the name or above it, up to the registered
 *                domain (RFC 8659, 3); wrong: none up there.  Only of names with a public website
 *   tlsa         right: the TLSA records were validated; wrong: they are there and insecure
 *   web, mail, servers   the hosts of the name itself, of its MX and of its NS records, one by one
 *                through pl_domain_host(); asked: every A and AAAA answer is in
 *   forwarders   right: each one outside of this network is asked over TLS; wrong: one is not
 *   ddr          right: the certificate of the resolver's encrypted service holds the address that
 *                announced it; wrong: it does not (RFC 9462, 4.2)
 */
#ifndef PL_READ_DNS_DOMAIN_H
#define PL_READ_DNS_DOMAIN_H

#include "../packet.h"

struct pl_domain_hosts {
    bool asked;
    uint16_t v4, v6, both; /* hosts with an address of one kind only, or of both */
};

struct pl_domain_facts {
    uint8_t caa, tlsa, forwarders, ddr; /* enum pl_known */
    struct pl_domain_hosts web, mail, servers;
};

/* Whether an AAAA record leads anywhere by IPv6: IPv4 in it does not (RFC 4291, 2.5.5). */
PL_INLINE bool pl_domain_is_v6(struct pl_addr a)
{
    return !pl_addr_is_v4(a) && (a.hi || a.lo >> 32);
}

/* One host, and what it was found to have. */
PL_INLINE void pl_domain_host(struct pl_domain_hosts *h, bool v4, bool v6)
{
    h->both += v4 && v6;
    h->v4 += v4 && !v6;
    h->v6 += v6 && !v4;
}

#endif
