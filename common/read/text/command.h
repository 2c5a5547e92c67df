/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's command lines of SMTP, IMAP, POP3 and FTP, up to login or TLS.
 *
 * A line ends at LF; a CR counts as a space (RFC 5321, 2.3.8 wants CR LF; servers take LF too).
 * Spaces before a command are ignored, as servers do.  Case is ignored.
 *
 * Which protocol it is follows from the words, and where those are not enough, from the port:
 *   EHLO, HELO, LHLO           SMTP
 *   APOP, CAPA, STLS           POP3
 *   a tag and CAPABILITY, LOGIN, AUTHENTICATE, STARTTLS, ID, NOOP, LOGOUT   IMAP
 *   AUTH TLS, AUTH SSL         FTP (RFC 4217)
 *   AUTH and a mechanism       SMTP on its ports, else POP3
 *   USER, PASS                 POP3 on port 110, else FTP: PASS only after USER
 *   NICK, CAP                  IRC, which has USER and PASS of its own: not read
 *
 * A login is known at the first byte of its argument, so that it can be stopped before it leaves;
 * FTP's at the end of the line with the user's name, since anonymous is nobody (RFC 1635).
 */
#ifndef PL_READ_COMMAND_H
#define PL_READ_COMMAND_H

#include "state.h"

enum { PL_PORT_SMTP = 25, PL_PORT_POP3 = 110, PL_PORT_SUBMISSION = 587 };

PL_INLINE void pl_command_mail(struct pl_text *t, enum pl_protocol protocol)
{
    pl_text_recognised(t, protocol);
    t->mail.smtp |= protocol == PL_PROTOCOL_SMTP;
    t->mail.access |= protocol != PL_PROTOCOL_SMTP;
}

PL_INLINE void pl_command_ftp(struct pl_text *t)
{
    pl_text_recognised(t, PL_PROTOCOL_FTP);
    t->app.ftp = true;
}

PL_INLINE void pl_command_access_clear(struct pl_text *t)
{
    t->mail.access_clear = true;
    pl_text_stop(t, PL_END_READ);
}

PL_INLINE void pl_command_ftp_login(struct pl_text *t)
{
    t->app.ftp_login = true;
    pl_text_stop(t, PL_END_READ);
}

PL_INLINE void pl_command_upgrade(struct pl_text *t)
{
    t->upgrade = true;
    t->mail.starttls |= t->mail.smtp | t->mail.access;
}

/* The first word of a line, in a connection that is not recognised yet. */
PL_INLINE void pl_command_recognise(struct pl_text *t, uint32_t key)
{
    bool login = key & (PL_KEY_USER | PL_KEY_PASS | PL_KEY_AUTH);
    bool submission = t->port == PL_PORT_SMTP || t->port == PL_PORT_SUBMISSION;

    if ((key & PL_KEY_HELLO) || (submission && (key & PL_KEY_AUTH)))
        pl_command_mail(t, PL_PROTOCOL_SMTP);
    else if ((key & PL_KEY_POP3) || (login && t->port == PL_PORT_POP3))
        pl_command_mail(t, PL_PROTOCOL_POP3);
    else if ((key & PL_KEY_PASS) && t->user_named)
        pl_command_ftp(t);
    else if (key & PL_KEY_IRC)
        pl_text_other(t);
}

/* The first word is complete; argument: and the first byte of another one is here. */
PL_INLINE void pl_command_verb(struct pl_text *t, uint32_t key, bool argument)
{
    uint32_t login = argument ? key : 0;

    t->command = key;
    if (t->protocol == PL_PROTOCOL_UNKNOWN)
        pl_command_recognise(t, key);
    if (t->protocol == PL_PROTOCOL_POP3 && (login & (PL_KEY_USER | PL_KEY_PASS | PL_KEY_AUTH)))
        pl_command_access_clear(t);
    if (t->protocol == PL_PROTOCOL_FTP && (login & PL_KEY_PASS) && t->user_named)
        pl_command_ftp_login(t);
    if (t->protocol == PL_PROTOCOL_SMTP && (login & PL_KEY_AUTH)) {
        t->mail.auth_clear = true;
        pl_text_stop(t, PL_END_READ);
    }
    if (t->protocol == PL_PROTOCOL_SMTP && (key & PL_KEY_MESSAGE))
        pl_text_stop(t, PL_END_BODY);
    if (!argument && (key & (PL_KEY_STARTTLS | PL_KEY_STLS)))
        pl_command_upgrade(t);
}

/* AUTH's argument is complete, in FTP or before anything is recognised. */
PL_INLINE void pl_command_auth(struct pl_text *t, uint32_t key, bool more)
{
    if ((key & PL_KEY_FTP_TLS) && !more) {
        pl_command_ftp(t);
        pl_command_upgrade(t);
    } else if ((key & (PL_KEY_SASL | PL_KEY_LOGIN)) && t->protocol == PL_PROTOCOL_UNKNOWN) {
        pl_command_mail(t, PL_PROTOCOL_POP3);
        pl_command_access_clear(t);
    }
}

/* The second word is complete: IMAP's command behind its tag (RFC 9051, 2.2.1). */
PL_INLINE void pl_command_tagged(struct pl_text *t, uint32_t key, bool more)
{
    if (!(key & PL_KEY_IMAP))
        return;
    pl_command_mail(t, PL_PROTOCOL_IMAP);
    if (more && (key & PL_KEY_LOGIN))
        pl_command_access_clear(t);
    if (!more && (key & PL_KEY_STARTTLS))
        pl_command_upgrade(t);
}

PL_INLINE void pl_command_argument(struct pl_text *t, uint32_t key, bool more)
{
    bool unknown = t->protocol == PL_PROTOCOL_UNKNOWN;
    bool user = !more && (t->command & (PL_KEY_USER | PL_KEY_PASS)); /* "USER id" */

    if ((t->command & PL_KEY_AUTH) && (unknown || t->protocol == PL_PROTOCOL_FTP))
        pl_command_auth(t, key, more);
    else if (t->protocol == PL_PROTOCOL_IMAP || (unknown && !user))
        pl_command_tagged(t, key, more);
}

/* The end of a line that began with USER.  IRC's has four arguments, so with several words it is
 * FTP only when that is known, or when PASS follows. */
PL_INLINE void pl_command_user(struct pl_text *t, uint32_t key)
{
    if (t->protocol != PL_PROTOCOL_UNKNOWN && t->protocol != PL_PROTOCOL_FTP)
        return;
    if (t->words > 2 && t->protocol == PL_PROTOCOL_UNKNOWN) {
        t->user_named = true;
        return;
    }
    pl_command_ftp(t);
    if (t->words > 2 || !(key & PL_KEY_ANONYMOUS))
        pl_command_ftp_login(t);
}

/* A word of the line is complete. */
PL_INLINE void pl_command_word(struct pl_text *t, uint32_t key, bool more)
{
    if (t->words == 1)
        pl_command_verb(t, key, more);
    else if (t->words == 2)
        pl_command_argument(t, key, more);
    if (!more && t->words >= 2 && (t->command & PL_KEY_USER))
        pl_command_user(t, key);
}

#endif
