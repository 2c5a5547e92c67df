/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of other applications.  ftp-login-cleartext is seen when FTP was recognised and either
 * somebody (not anonymous) logged in in clear (failed) or TLS began after AUTH TLS (passed).
 */
#ifndef PL_CHECK_APP_H
#define PL_CHECK_APP_H

#include "catalogue.h"
#include "../read/text/ftp.h"

PL_INLINE void pl_check_app(const struct pl_app_facts *facts, struct pl_findings *f)
{
    if (facts->ftp && (facts->ftp_login || facts->ftp_encrypted))
        pl_found(f, PL_FAMILY_APP, PL_MASK(ftp_login_cleartext), facts->ftp_login);
}

#endif
