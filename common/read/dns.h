/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of one DNS answer.  The resolver module fills them from its own structures. */
#ifndef PL_READ_DNS_H
#define PL_READ_DNS_H

#include "outcome.h"

/* What the validator found (RFC 4033, 5). */
enum pl_dns_security {
    PL_DNS_UNKNOWN, /* not validated, or indeterminate: no trust anchor above */
    PL_DNS_SECURE,
    PL_DNS_INSECURE,
    PL_DNS_BOGUS
};

struct pl_dns_facts {
    enum pl_dns_security security;
    uint64_t algorithms_low; /* DNSSEC algorithm numbers 0-63 that sign the answer, one bit each */
    bool algorithm_high;     /* an algorithm above 63 signs it too */
    bool addresses_seen;     /* the answer holds A or AAAA records */
    bool address_private;    /* one of them is private, loopback or link-local */
};

/* True for addresses that a public name has no business to have (RFC 1918, 3927, 4193, 4291,
 * 5735; IPv4 also when mapped into IPv6). */
PL_INLINE bool pl_dns_address_private(struct pl_addr a)
{
    uint32_t v4 = (uint32_t)a.lo;

    if (pl_addr_is_v4(a))
        return v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 || v4 >> 24 == 127 ||
               v4 >> 16 == 0xa9fe || v4 >> 24 == 0;
    return (a.hi == 0 && a.lo <= 1) || a.hi >> 57 == 0x7e || a.hi >> 54 == 0x3fa;
}

#endif
