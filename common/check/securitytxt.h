/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * securitytxt-missing: seen when a probe has asked for the file; failed when there is none at its
 * place, when it breaks RFC 9116 (2.3 to 2.5) or when it has expired.
 */
#ifndef PL_CHECK_SECURITYTXT_H
#define PL_CHECK_SECURITYTXT_H

#include "catalogue.h"
#include "../read/text/http_securitytxt.h"

PL_INLINE bool pl_securitytxt_ok(const struct pl_securitytxt *s, uint64_t now_s)
{
    return s->found && s->contacts && !s->contact_bad && !s->web_plain && !s->line_bad &&
           s->expires == 1 && s->expires_ok && s->expires_s > now_s;
}

/* now_s: when the file was fetched, Unix time. */
PL_INLINE void pl_check_securitytxt(const struct pl_securitytxt *s, uint64_t now_s,
                                    struct pl_findings *f)
{
    if (s->asked)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(securitytxt_missing), !pl_securitytxt_ok(s, now_s));
}

#endif
