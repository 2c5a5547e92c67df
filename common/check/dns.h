/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dns family: facts of one answer to findings.
 *
 * Adds to the findings and reads nothing else.  An answer that was not validated says nothing about
 * DNSSEC; one without addresses says nothing about rebinding.  What needs the time of observation
 * is apart: pl_check_dns_at(), in seconds since 1970.
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

enum {
    PL_DNS_RSA_SHORT = 2048,
    PL_DNS_DAY_S = 86400,
    PL_DNS_CLOCK_SET_S = 788918400 /* 1995: what is before was said by a clock that nobody set */
};

/* What the records of an answer say of themselves, validated or not. */
PL_INLINE void pl_check_dns_records(const struct pl_dns_facts *facts, struct pl_findings *f)
{
    if (facts->ds_seen)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_ds_sha1_only), !facts->ds_strong);
    if (facts->nsec3)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_nsec3_iterations), facts->nsec3_iterations > 0);
    if (facts->rsa_seen)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_rsa_short), facts->rsa_bits < PL_DNS_RSA_SHORT);
}

/* A signature that ends within a day and has used up nine tenths of its life, or has ended: one
 * that is made for hours, again and again, is fresh for most of them.  Times are Unix time modulo
 * 2^32 and compared as serial numbers (RFC 4034, 3.1.5). */
PL_INLINE void pl_check_dns_at(const struct pl_dns_facts *facts, uint64_t observed_at_s,
                               struct pl_findings *f)
{
    uint32_t life = facts->signature_expires - facts->signature_begins;
    int32_t left = (int32_t)(facts->signature_expires - (uint32_t)observed_at_s);
    bool ending = left < PL_DNS_DAY_S && (left < 0 || (uint32_t)left < life / 10);

    if (facts->signature_seen && observed_at_s >= PL_DNS_CLOCK_SET_S)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dnssec_sig_expiring), ending);
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
    pl_check_dns_records(facts, f);
    if (facts->asked && facts->encryption_offered)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dns_client_cleartext), facts->asked_clear);
    if (facts->addresses_seen && !facts->name_local)
        pl_found(f, PL_FAMILY_DNS, PL_MASK(dns_rebinding), facts->address_private);
}

#endif
