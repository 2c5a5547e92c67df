/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mail checks.  Each is seen when its protocol was recognised and either a login in clear was
 * seen (failed) or TLS began after STARTTLS or STLS (passed).  A dialogue that does neither, or
 * that logs in by APOP, is not seen.
 */
#ifndef PL_CHECK_MAIL_H
#define PL_CHECK_MAIL_H

#include "catalogue.h"
#include "../read/text/mail.h"

PL_INLINE void pl_check_mail(const struct pl_mail_facts *facts, struct pl_findings *f)
{
    if (facts->smtp && (facts->auth_clear || facts->encrypted))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(smtp_auth_cleartext), facts->auth_clear);
    if (facts->access && (facts->access_clear || facts->encrypted))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(mail_access_cleartext), facts->access_clear);
}

#endif
