/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client's command lines of SMTP, IMAP, POP3 and FTP, up to TLS or until the login is over:
 * PL_TEXT_LOGIN_LINES lines behind the one with which it began.
 *
 * A line ends at LF; a CR counts as a space (RFC 5321, 2.3.8 wants CR LF; servers take LF too).
 * Spaces before a command are ignored, as servers do.  Case is ignored.
 *
 * Which protocol it is follows from the words, and where those are not enough, from the server's
 * greeting (reply.h) or else the port:
 *   EHLO, HELO, LHLO           SMTP
 *   APOP, CAPA, STLS           POP3
 *   a tag and CAPABILITY, LOGIN, AUTHENTICATE, STARTTLS, ID, NOOP, LOGOUT   IMAP
 *   AUTH TLS, AUTH SSL         FTP (RFC 4217)
 *   AUTH and a mechanism       SMTP on its ports or behind 220, else POP3
 *   USER, PASS                 POP3 on port 110 or behind +OK, else FTP: PASS only after USER
 *   NICK, CAP                  IRC, which has USER and PASS of its own: not read
 *
 * A login is known at the first byte of its argument, so that it can be stopped before it leaves;
 * FTP's at the end of the line with the user's name, since anonymous is nobody (RFC 1635).
 */
#ifndef PL_READ_COMMAND_H
#define PL_READ_COMMAND_H

#include "state.h"

enum { PL_PORT_SMTP = 25, PL_PORT_POP3 = 110, PL_PORT_SUBMISSION = 587 };

/* The mechanisms of word.h, where the kinds of credentials have a gap between them. */
enum {
    PL_MECHANISM_XOAUTH2 = 5,
    PL_MECHANISM_GAP = PL_CREDENTIAL_NUMBER_SMTP_AUTH_DIGEST_MD5 - PL_MECHANISM_XOAUTH2 - 1
};

_Static_assert((int)PL_CREDENTIAL_NUMBER_SMTP_AUTH_XOAUTH2 == (int)PL_MECHANISM_XOAUTH2 &&
                   PL_CREDENTIAL_NUMBER_SMTP_AUTH == 0,
               "the mechanisms have the numbers of their credentials");

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

PL_INLINE void pl_command_access_clear(struct pl_text *t, uint64_t kind)
{
    t->mail.access_clear = true;
    t->creds |= kind;
}

PL_INLINE void pl_command_ftp_login(struct pl_text *t)
{
    t->app.ftp_login = true;
    t->creds |= PL_CREDENTIAL_BIT(FTP_USER_NAMED);
}

/* The mechanism of SMTP's AUTH is complete. */
PL_INLINE void pl_command_mechanism(struct pl_text *t, uint32_t key)
{
    uint32_t number = key >> PL_KEY_MECHANISM_SHIFT;

    number += number > PL_MECHANISM_XOAUTH2 ? PL_MECHANISM_GAP : 0;
    t->creds |= PL_BIT(number & 63);
}

/* The line asks for TLS. */
PL_INLINE void pl_command_upgrade(struct pl_text *t)
{
    t->upgrade = true;
    t->tls_at = t->commands + 1;
    t->tag = t->line_tag;
    t->answer = PL_UPGRADE_NONE;
    t->mail.starttls |= t->mail.smtp | t->mail.access;
}

/* The first word of a line, in a connection that is not recognised yet. */
PL_INLINE void pl_command_recognise(struct pl_text *t, uint32_t key)
{
    bool login = key & (PL_KEY_USER | PL_KEY_PASS | PL_KEY_AUTH);
    bool submission = t->port == PL_PORT_SMTP || t->port == PL_PORT_SUBMISSION;
    bool pop3 = t->greeting ? t->greeting == PL_GREETING_OK : t->port == PL_PORT_POP3;

    if ((key & PL_KEY_HELLO) || (submission && (key & PL_KEY_AUTH)))
        pl_command_mail(t, PL_PROTOCOL_SMTP);
    else if ((key & PL_KEY_POP3) || (login && pop3))
        pl_command_mail(t, PL_PROTOCOL_POP3);
    else if ((key & PL_KEY_PASS) && t->user_named)
        pl_command_ftp(t);
    else if (key & PL_KEY_IRC)
        pl_text_other(t);
}

/* The first word of a line whose answer lists what the server can do. */
PL_INLINE void pl_command_list(struct pl_text *t, uint32_t key)
{
    bool ehlo = (key & PL_KEY_HELLO) && t->word.low != PL_WORD_4('H', 'E', 'L', 'O');

    if (ehlo || ((key & PL_KEY_POP3) && t->word.low == PL_WORD_4('C', 'A', 'P', 'A')))
        t->list_at = t->commands + 1;
}

/* POP3's first word, when an argument follows. */
PL_INLINE void pl_command_pop3(struct pl_text *t, uint32_t key)
{
    if (key & PL_KEY_USER)
        pl_command_access_clear(t, 0);
    else if (key & PL_KEY_PASS)
        pl_command_access_clear(t, PL_CREDENTIAL_BIT(POP_PASS));
    else if (key & PL_KEY_AUTH)
        pl_command_access_clear(t, PL_CREDENTIAL_BIT(POP_AUTH));
    else if ((key & PL_KEY_POP3) && t->word.low == PL_WORD_4('A', 'P', 'O', 'P'))
        t->creds |= PL_CREDENTIAL_BIT(POP_APOP);
}

/* FTP's PASS.  Behind a USER of several words it is known only now that this was one. */
PL_INLINE void pl_command_ftp_pass(struct pl_text *t)
{
    t->creds |= PL_CREDENTIAL_BIT(FTP_PASS);
    if (t->user_named)
        pl_command_ftp_login(t);
}

/* SMTP's first word, and whether an argument follows. */
PL_INLINE void pl_command_smtp(struct pl_text *t, uint32_t key, bool argument)
{
    t->mail.auth_clear |= argument && (key & PL_KEY_AUTH);
    t->mail.mail_clear |= argument && (key & PL_KEY_MAIL) && !t->mail.auth_clear;
    if (key & PL_KEY_MESSAGE)
        pl_text_stop(t, PL_END_BODY);
}

/* IMAP's tag as a number: the line that asks for TLS and its answer begin with the same word. */
PL_INLINE uint32_t pl_command_tag(const struct pl_word *w)
{
    uint64_t mix = (w->low ^ w->high) * UINT64_C(0x9e3779b97f4a7c15) + w->len;

    return (uint32_t)(mix ^ mix >> 32);
}

/* The first word is complete; argument: and the first byte of another one is here. */
PL_INLINE void pl_command_verb(struct pl_text *t, uint32_t key, bool argument)
{
    uint32_t login = argument ? key : 0;

    t->command = key;
    t->line_tag = argument ? pl_command_tag(&t->word) : 0;
    if (t->protocol == PL_PROTOCOL_UNKNOWN)
        pl_command_recognise(t, key);
    pl_command_list(t, key);
    if (t->protocol == PL_PROTOCOL_POP3)
        pl_command_pop3(t, login);
    else if (t->protocol == PL_PROTOCOL_FTP && (login & PL_KEY_PASS))
        pl_command_ftp_pass(t);
    else if (t->protocol == PL_PROTOCOL_SMTP)
        pl_command_smtp(t, key, argument);
    if (!argument && (key & (PL_KEY_STARTTLS | PL_KEY_STLS)))
        pl_command_upgrade(t);
}

/* AUTH's argument is complete, in FTP or before anything is recognised. */
PL_INLINE void pl_command_auth(struct pl_text *t, uint32_t key, bool more)
{
    if ((key & PL_KEY_FTP_TLS) && !more) {
        pl_command_ftp(t);
        pl_command_upgrade(t);
    } else if (!(key & (PL_KEY_SASL | PL_KEY_LOGIN)) || t->protocol != PL_PROTOCOL_UNKNOWN) {
        return;
    } else if (t->greeting == PL_GREETING_220) {
        pl_command_mail(t, PL_PROTOCOL_SMTP);
        t->mail.auth_clear = true;
    } else {
        pl_command_mail(t, PL_PROTOCOL_POP3);
        pl_command_access_clear(t, PL_CREDENTIAL_BIT(POP_AUTH));
    }
}

/* The second word is complete: IMAP's command behind its tag (RFC 9051, 2.2.1). */
PL_INLINE void pl_command_tagged(struct pl_text *t, uint32_t key, bool more)
{
    if (!(key & PL_KEY_IMAP))
        return;
    pl_command_mail(t, PL_PROTOCOL_IMAP);
    t->command = key;
    if (more && (key & PL_KEY_LOGIN))
        pl_command_access_clear(t, key & PL_KEY_SASL ? PL_CREDENTIAL_BIT(IMAP_LOGIN)
                                                     : PL_CREDENTIAL_BIT(IMAP_AUTHENTICATE));
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
    if ((t->command & PL_KEY_AUTH) && t->protocol == PL_PROTOCOL_SMTP)
        pl_command_mechanism(t, key);
}

/* The end of a line that began with USER.  IRC's has four arguments, so with several words it is
 * FTP only when that is known, or when PASS follows. */
PL_INLINE void pl_command_user(struct pl_text *t, uint32_t key)
{
    bool unknown = t->protocol == PL_PROTOCOL_UNKNOWN;

    if (!unknown && t->protocol != PL_PROTOCOL_FTP)
        return;
    if (t->words > 2 && unknown && t->greeting != PL_GREETING_220) {
        t->user_named = true;
        return;
    }
    pl_command_ftp(t);
    if (t->words > 2 || !(key & PL_KEY_ANONYMOUS)) {
        pl_command_ftp_login(t);
        return;
    }
    t->app.ftp_anonymous = true;
    t->creds |= PL_CREDENTIAL_BIT(FTP_USER_ANONYMOUS);
}

/* A word of the line is complete. */
PL_INLINE void pl_command_word(struct pl_text *t, uint32_t key, bool more)
{
    if (t->literal)
        return;
    if (t->words == 1)
        pl_command_verb(t, key, more);
    else if (t->words == 2)
        pl_command_argument(t, key, more);
    if (!more && t->words >= 2 && (t->command & PL_KEY_USER))
        pl_command_user(t, key);
}

/* The line is complete.  A literal behind a login is a message, unless it belongs to the login. */
PL_INLINE void pl_command_line_end(struct pl_text *t)
{
    bool literal = t->protocol == PL_PROTOCOL_IMAP && t->words && (t->word.low & 0xff) == '}';

    t->commands++;
    t->line_tag = 0;
    if (!t->mail.auth_clear && !t->mail.access_clear && !t->app.ftp_login)
        return;
    if (literal && !t->literal && !(t->command & PL_KEY_LOGIN))
        pl_text_stop(t, PL_END_BODY);
    else if (++t->login_lines > PL_TEXT_LOGIN_LINES)
        pl_text_stop(t, PL_END_READ);
    t->literal = literal;
}

#endif
