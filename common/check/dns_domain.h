/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dns family, of what had to be asked for: facts of a domain or a resolver to findings.
 *
 *   ipv6-missing   of names that have an address at all: failed when the name itself, or the mail
 *                  hosts all together, have none of IPv6, or fewer than two name servers have one
 *                  (with a single name server: that one)
 */
#ifndef PL_CHECK_DNS_DOMAIN_H
#define PL_CHECK_DNS_DOMAIN_H

#include "catalogue.h"
#include "../read/dns/domain.h"

PL_INLINE void pl_check_domain_known(struct pl_findings *f, uint64_t mask, uint8_t known)
{
    if (known != PL_KNOWN_NOT)
        pl_found(f, PL_FAMILY_DNS, mask, known == PL_KNOWN_WRONG);
}

/* want: how many hosts need IPv6, if there are as many. */
PL_INLINE void pl_check_ipv6(const struct pl_domain_hosts *h, uint32_t want, struct pl_findings *f)
{
    uint32_t v6 = (uint32_t)h->v6 + h->both, all = v6 + h->v4;

    if (h->asked && all)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(ipv6_missing), v6 < (all < want ? all : want));
}

PL_INLINE void pl_check_domain(const struct pl_domain_facts *facts, struct pl_findings *f)
{
    pl_check_domain_known(f, PL_MASK(caa_missing), facts->caa);
    pl_check_domain_known(f, PL_MASK(tlsa_unsigned), facts->tlsa);
    pl_check_domain_known(f, PL_MASK(dns_upstream_cleartext), facts->forwarders);
    pl_check_domain_known(f, PL_MASK(ddr_verify_fail), facts->ddr);
    pl_check_ipv6(&facts->web, 1, f);
    pl_check_ipv6(&facts->mail, 1, f);
    pl_check_ipv6(&facts->servers, 2, f);
}

#endif
