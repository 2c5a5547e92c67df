/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts of SMTP, IMAP and POP3 dialogues.  What the client says fills the first part (command.h);
 * what the server answers fills the second (reply.h), and stays empty where nobody reads it.
 */
#ifndef PL_READ_MAIL_H
#define PL_READ_MAIL_H

#include "../outcome.h"

/* What the server said to STARTTLS, STLS or AUTH TLS. */
enum pl_upgrade {
    PL_UPGRADE_NONE,  /* nothing; or its answer is not seen */
    PL_UPGRADE_TAKEN, /* TLS is to begin */
    PL_UPGRADE_REFUSED
};

struct pl_mail_facts {
    bool smtp;         /* SMTP was recognised (EHLO or HELO) */
    bool access;       /* IMAP or POP3 was recognised */
    bool starttls;     /* the client asked for STARTTLS or STLS */
    bool encrypted;    /* and TLS began */
    bool auth_clear;   /* SMTP AUTH outside of TLS (RFC 4954) */
    bool access_clear; /* IMAP LOGIN, AUTHENTICATE; POP3 USER, PASS, AUTH outside of TLS */
    bool mail_clear;   /* SMTP MAIL outside of TLS, without a login before it */
    bool inserted;     /* a line in clear after STARTTLS that the server has not refused */

    bool ehlo_answered;    /* an answer to EHLO is complete */
    bool starttls_missing; /* and by then STARTTLS had not been offered */
    bool starttls_offered; /* by EHLO's answer, CAPA's or CAPABILITY */
    bool starttls_taken;   /* the server said that TLS may begin */
    bool went_on;          /* and then it spoke: TLS, or an answer in clear */
};

#endif
