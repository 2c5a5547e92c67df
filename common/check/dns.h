/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dns family: facts of one answer to findings.
 *
 * Adds to the findings and reads nothing else.  An answer that was not validated says nothing about
 * DNSSEC; one without addresses says nothing about rebinding.
 */
#ifndef PL_CHECK_DNS_H
#define PL_CHECK_DNS_H

#include "catalogue.h"
#include "../read/dns/answer.h"
#include "../read/wire/dns.h"

/* DNSSEC algorithms that must not sign any more (RFC 9904, 9905, 9906). */
enum pl_dns_algorithm {
    PL_DNS_RSAMD5 = 1,
    PL_DNS_DSA = 3,
    PL_DNS_RSASHA1 = 5,
    PL_DNS_DSA_NSEC3_SHA1 = 6,
    PL_DNS_RSASHA1_NSEC3_SHA1 = 7,
    PL_DNS_ECC_GOST = 12
};

#define PL_DNS_DEPRECATED                                                                          \
    (PL_BIT(PL_DNS_RSAMD5) | PL_BIT(PL_DNS_DSA) | PL_BIT(PL_DNS_RSASHA1) |                         \
     PL_BIT(PL_DNS_DSA_NSEC3_SHA1) | PL_BIT(PL_DNS_RSASHA1_NSEC3_SHA1) | PL_BIT(PL_DNS_ECC_GOST))

/* Whether some record set of the answer is signed by deprecated algorithms and by no other: a chain
 * is as strong as its weakest zone. */
PL_INLINE bool pl_dns_deprecated(const struct pl_dns_facts *facts)
{
    for (uint32_t i = 0; i < facts->signers && i < PL_DNS_SIGNERS_MAX; i++)
        if (!facts->signer[i].high && (facts->signer[i].low & ~PL_DNS_DEPRECATED) == 0)
            return true;
    return false;
}

/* A domain whose only signatures are deprecated counts as insecure (RFC 9905, 2); it is told by its
 * own check and not again as unsigned.  The signatures of a bogus answer prove nothing. */
PL_INLINE void pl_check_dnssec(const struct pl_dns_facts *facts, struct pl_findings *f)
{
    bool deprecated = pl_dns_deprecated(facts);

    if (facts->security == PL_DNS_UNKNOWN)
        return;
    pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_bogus), facts->security == PL_DNS_BOGUS);
    if (facts->security == PL_DNS_BOGUS)
        return;
    if (facts->signers)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_alg_deprecated), deprecated);
    pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_unsigned),
             facts->security == PL_DNS_INSECURE && !deprecated);
}

/* Of DNS over TCP nothing is judged but the messages in it (read/dns/message.h). */
PL_INLINE void pl_check_dns_tcp(const struct pl_dns_tcp *d, struct pl_findings *f)
{
    (void)d;
    (void)f;
}

PL_INLINE void pl_check_dns(const struct pl_dns_facts *facts, struct pl_findings *f)
{
    pl_check_dnssec(facts, f);
    if (facts->addresses_seen && !facts->name_local)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dns_rebinding), facts->address_private);
}

#endif
