/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of mail's dialogues.  smtp-auth-cleartext and mail-access-cleartext are seen when the
 * protocol was recognised and either a login in clear was seen (failed) or TLS began after STARTTLS
 * or STLS (passed).  A dialogue that does neither, or that logs in by APOP, is not seen.
 *
 *   smtp-no-starttls    failed when the answer to EHLO is complete without STARTTLS, or when mail
 *                       is sent before TLS without a login (with one, smtp-auth-cleartext says it);
 *                       passed when TLS began
 *   starttls-injection  seen when the server said that TLS may begin and then spoke: failed when a
 *                       line in clear followed the STARTTLS line, before TLS.  No client may send
 *                       one: it has to wait for the answer, and to begin TLS then (RFC 3207, 4.2)
 */
#ifndef PL_CHECK_MAIL_H
#define PL_CHECK_MAIL_H

#include "catalogue.h"
#include "../read/text/mail.h"

PL_INLINE void pl_check_starttls(const struct pl_mail_facts *facts, struct pl_findings *f)
{
    bool clear = facts->starttls_missing || facts->mail_clear;

    if (facts->smtp && (clear || facts->encrypted))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(smtp_no_starttls), clear);
    if (facts->starttls_taken && facts->went_on && (facts->inserted || facts->encrypted))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(starttls_injection), facts->inserted);
}

PL_INLINE void pl_check_mail(const struct pl_mail_facts *facts, struct pl_findings *f)
{
    if (facts->smtp && (facts->auth_clear || facts->encrypted))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(smtp_auth_cleartext), facts->auth_clear);
    if (facts->access && (facts->access_clear || facts->encrypted))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(mail_access_cleartext), facts->access_clear);
    pl_check_starttls(facts, f);
}

#endif
