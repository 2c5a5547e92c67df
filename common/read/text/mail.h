/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of SMTP submission and of IMAP and POP3 access, from the client's lines. */
#ifndef PL_READ_MAIL_H
#define PL_READ_MAIL_H

#include "../outcome.h"

struct pl_mail_facts {
    bool smtp;         /* SMTP was recognised (EHLO or HELO) */
    bool access;       /* IMAP or POP3 was recognised */
    bool starttls;     /* the client asked for STARTTLS or STLS */
    bool encrypted;    /* and TLS began */
    bool auth_clear;   /* SMTP AUTH outside of TLS (RFC 4954) */
    bool access_clear; /* IMAP LOGIN, AUTHENTICATE; POP3 USER, PASS, AUTH outside of TLS */
};

#endif
