/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of other applications' clear-text dialogues. */
#ifndef PL_READ_APP_H
#define PL_READ_APP_H

#include "../outcome.h"

struct pl_app_facts {
    bool ftp;           /* FTP was recognised */
    bool ftp_encrypted; /* AUTH TLS was followed by TLS (RFC 4217) */
    bool ftp_login;     /* USER or PASS of a user who is not anonymous, outside of TLS */
};

#endif
