/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of logins that are not mail's.
 *
 *   ftp-login-cleartext      seen when FTP was recognised and either somebody (not anonymous) logs
 *                            in in clear (failed) or TLS began after AUTH TLS (passed)
 *   ftp-anonymous-cleartext  the same for anonymous
 *   default-credentials      seen when a user and a password in clear were read to their end, by
 *                            FTP, POP3, IMAP's LOGIN or Telnet (HTTP's Basic: http.h); failed when
 *                            they are a pair of default_pair.def.  Whether the server took them is
 *                            not asked
 */
#ifndef PL_CHECK_LOGIN_H
#define PL_CHECK_LOGIN_H

#include "catalogue.h"
#include "../read/text/ftp.h"

PL_INLINE void pl_check_login(const struct pl_app_facts *facts, struct pl_findings *f)
{
    if (facts->ftp && (facts->ftp_login || facts->ftp_encrypted))
        pl_found(f, PL_FAMILY_APP, PL_MASK(ftp_login_cleartext), facts->ftp_login);
    if (facts->ftp && (facts->ftp_anonymous || facts->ftp_encrypted))
        pl_found(f, PL_FAMILY_APP, PL_MASK(ftp_anonymous_cleartext), facts->ftp_anonymous);
    if (facts->login_whole)
        pl_found(f, PL_FAMILY_APP, PL_MASK(default_credentials), facts->login_default);
}

#endif
