/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of other applications' clear-text dialogues, and of logins whatever the protocol. */
#ifndef PL_READ_APP_H
#define PL_READ_APP_H

#include "../outcome.h"

struct pl_app_facts {
    bool ftp;           /* FTP was recognised */
    bool ftp_encrypted; /* AUTH TLS was followed by TLS (RFC 4217) */
    bool ftp_login;     /* USER or PASS of a user who is not anonymous, outside of TLS */
    bool ftp_anonymous; /* USER of nobody, outside of TLS (RFC 1635) */
    bool ftp_taken;     /* the server said that TLS may begin (reply.h) */

    bool login_whole; /* a user and password in clear were read to their end (login.h, telnet.h) */
    bool login_default; /* and were a published factory pair */
};

#endif
