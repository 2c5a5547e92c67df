/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dtls-version-10: seen when a ServerHello of DTLS was read, so neither HelloVerifyRequest, whose
 * version is 0xfeff by design (RFC 6347, 4.2.1), nor HelloRetryRequest counts.  The facts have the
 * versions of TLS that DTLS builds on.  The other rows that fit DTLS are those of tls.h.
 */
#ifndef PL_CHECK_DTLS_H
#define PL_CHECK_DTLS_H

#include "../read/tls/facts.h"
#include "catalogue.h"

PL_INLINE void pl_check_dtls(const struct pl_tls_facts *f, struct pl_findings *o)
{
    if (f->dtls && f->server_hello)
        pl_found(o, PL_FAMILY_TLS, PL_MASK(dtls_version_10), f->version <= PL_TLS11);
}

#endif
