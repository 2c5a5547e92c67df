/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the clear-text reader: what the readers of lines (command.h, http_head.h) share.
 * Plain data without pointers; all zero is a fresh connection to an unknown port.
 */
#ifndef PL_READ_TEXT_STATE_H
#define PL_READ_TEXT_STATE_H

#include "ftp.h"
#include "http.h"
#include "http_secret.h"
#include "mail.h"
#include "../credential.h"
#include "../net.h"
#include "../tls/facts.h"

/* What the client was found to speak, by what it said. */
enum pl_protocol {
    PL_PROTOCOL_UNKNOWN, /* not yet, or not again: after STARTTLS or CONNECT it is asked anew */
    PL_PROTOCOL_TLS,
    PL_PROTOCOL_HTTP,
    PL_PROTOCOL_SMTP,
    PL_PROTOCOL_IMAP,
    PL_PROTOCOL_POP3,
    PL_PROTOCOL_FTP,
    PL_PROTOCOL_TELNET,
    PL_PROTOCOL_OTHER /* none of these */
};

/* How the server greeted, before the client said which protocol it speaks (reply.h). */
enum pl_greeting {
    PL_GREETING_NONE, /* not seen */
    PL_GREETING_220,  /* SMTP or FTP */
    PL_GREETING_OK    /* +OK: POP3 */
};

/* Why the reader reads no further. */
enum pl_text_end {
    PL_END_NOT,       /* it does read on */
    PL_END_READ,      /* all that matters was read */
    PL_END_OTHER,     /* none of the protocols that it knows */
    PL_END_BODY,      /* a body follows whose end it cannot know */
    PL_END_LINE_LONG, /* a line of more than PL_TEXT_LINE_MAX bytes */
    PL_END_LONG,      /* a dialogue or a request's head of more than PL_TEXT_MAX bytes */
    PL_END_MALFORMED
};

enum { PL_TEXT_LINE_MAX = 16384, PL_TEXT_MAX = 65536, PL_TEXT_UNKNOWN_LINES = 16 };
enum { PL_TEXT_LOGIN_LINES = 16 }; /* that are read behind a login in clear */
enum { PL_TEXT_NAME_MAX = 253 };

enum pl_text_state {
    PL_TEXT_FIRST,  /* before a byte that may begin TLS or Telnet */
    PL_TEXT_LINE,   /* in a line of commands, or in HTTP's request line */
    PL_TEXT_IAC,    /* after Telnet's IAC */
    PL_TEXT_OPTION, /* after IAC and WILL, WONT, DO, DONT or SB */
    PL_TEXT_HEADER, /* in the name of a header */
    PL_TEXT_VALUE,  /* in its value */
    PL_TEXT_SKIP,   /* in a value that does not matter */
    PL_TEXT_BODY,   /* in a body of known length */
    PL_TEXT_TLS,    /* the next byte belongs to the TLS reader */
    PL_TEXT_STOPPED /* see enum pl_text_end */
};

/* Whether the bytes go into the name, and how sure the name is. */
enum pl_name_mode { PL_NAME_OFF, PL_NAME_ON, PL_NAME_PORT };
enum pl_named { PL_NAMED_NOT, PL_NAMED_HOST, PL_NAMED_TARGET };

struct pl_text {
    struct pl_word word;
    uint64_t length;        /* Content-Length, then how much of the body is left */
    uint32_t bytes;         /* of this dialogue or request's head */
    uint32_t line_from;     /* where in them the line began */
    uint32_t command;       /* enum pl_key of the line's first word */
    uint32_t header;        /* enum pl_key of the header's name */
    uint64_t creds;         /* the kinds of credentials that were said in clear */
    uint32_t commands;      /* lines that are complete; each has one answer */
    uint32_t list_at;       /* the last line with EHLO, LHLO or CAPA, whose answer is a list */
    uint32_t tls_at;        /* the last line that asked for TLS */
    uint32_t tag, line_tag; /* IMAP: of that line and of this one; see pl_command_tag() */
    uint16_t port;          /* the server's; a hint */
    uint8_t state, protocol, end;
    uint8_t greeting;    /* enum pl_greeting */
    uint8_t answer;      /* enum pl_upgrade: to the line at tls_at */
    uint8_t login_lines; /* read behind a login in clear */
    uint8_t before;      /* the protocol before TLS took over */
    bool doubtful;       /* TLS took over by a byte that begins other things too */
    uint8_t words;       /* begun in this line */
    uint8_t lines;       /* that were not recognised */
    struct pl_secret secret;
    bool gap;        /* the last byte was a space */
    bool upgrade;    /* the client asked for TLS: any line may be a hello */
    bool user_named; /* USER with several words: FTP or IRC */
    bool literal;    /* IMAP: the line continues a LOGIN (RFC 9051, 4.3) */
    bool host_seen, length_seen, framing, absolute;
    uint8_t name_mode, named;
    struct pl_net_facts net;
    struct pl_mail_facts mail;
    struct pl_app_facts app;
    struct pl_http_facts http;
};

PL_INLINE void pl_text_stop(struct pl_text *t, enum pl_text_end end)
{
    t->state = PL_TEXT_STOPPED;
    t->end = (uint8_t)end;
    pl_word_clear(&t->word); /* it may be a piece of a credential */
}

PL_INLINE void pl_text_other(struct pl_text *t)
{
    t->protocol = PL_PROTOCOL_OTHER;
    pl_text_stop(t, PL_END_OTHER);
}

/* The dialogue is recognised; so it is not Telnet. */
PL_INLINE void pl_text_recognised(struct pl_text *t, enum pl_protocol protocol)
{
    t->protocol = (uint8_t)protocol;
    t->net.telnet_seen = true;
}

PL_INLINE bool pl_text_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

PL_INLINE void pl_name_begin(struct pl_text *t, struct pl_tls_facts *names)
{
    t->name_mode = PL_NAME_ON;
    t->named = PL_NAMED_NOT;
    names->sni_len = 0;
}

/* Letters, digits, hyphen, dot and underscore; an address in brackets is no name. */
PL_INLINE bool pl_name_byte_ok(uint8_t c)
{
    uint64_t low = UINT64_C(0x03ff600000000000), high = UINT64_C(0x07fffffe87fffffe);

    return c < 128 && ((c & 64 ? high : low) >> (c & 63) & 1);
}

/* One byte of a name with perhaps a port.  What is no name, or too long for one, leaves none. */
PL_INLINE void pl_name_step(struct pl_text *t, struct pl_tls_facts *names, uint8_t c)
{
    uint32_t len = names->sni_len;

    if (t->name_mode != PL_NAME_ON)
        return;
    if (pl_name_byte_ok(c) && len < PL_TEXT_NAME_MAX) {
        PL_HIDE(len);
        names->sni[len & PL_SNI_MAX] = pl_lower(c);
        names->sni_len++;
        return;
    }
    t->name_mode = c == ':' ? PL_NAME_PORT : PL_NAME_OFF;
    if (c != ':')
        names->sni_len = 0;
}

/* The name is complete: without the final dot. */
PL_INLINE void pl_name_end(struct pl_text *t, struct pl_tls_facts *names)
{
    uint32_t last = names->sni_len - 1u;

    t->name_mode = PL_NAME_OFF;
    PL_HIDE(last);
    if (names->sni_len && names->sni[last & PL_SNI_MAX] == '.')
        names->sni_len--;
}

#endif
