/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both sides of a clear-text dialogue, for a host that sees both: the client's lines (text.h), the
 * server's (reply.h), the logins in them (login.h) and Telnet's (telnet.h).  All facts go into the
 * client's struct pl_text; without this, text.h alone tells what the client says.
 *
 *   struct pl_talk k = {0};
 *   n = pl_talk_client_step(&k, &text, &names, chunk, off, len)    until it answers 0
 *   n = pl_talk_server_step(&k, &text, chunk, off, len)            until it answers 0
 *
 * for each segment, in the order of the capture.  0: no byte is left, the reading has ended, or the
 * byte at off is TLS: the client's when text.protocol is PL_PROTOCOL_TLS, the server's when
 * pl_talk_server_tls() says so.  Not for BPF: the gateway sees one side only.
 */
#ifndef PL_READ_TALK_H
#define PL_READ_TALK_H

#include "login.h"
#include "reply.h"
#include "telnet.h"

struct pl_talk {
    struct pl_reply reply;
    struct pl_login login;
    struct pl_telnet telnet;
};

/* A dialogue begins inside of the one that was read: behind HTTP's CONNECT. */
PL_INLINE void pl_talk_again(struct pl_talk *k, const struct pl_text *t)
{
    *k = (struct pl_talk){0};
    pl_reply_again(&k->reply, t);
}

PL_INLINE bool pl_talk_server_tls(const struct pl_talk *k)
{
    return k->reply.state == PL_REPLY_TLS;
}

/* The reader of lines has ended; a login over Telnet may still follow. */
PL_INLINE bool pl_talk_telnet_left(const struct pl_talk *k, const struct pl_text *t)
{
    return pl_telnet_possible(t) && k->telnet.bytes < PL_TELNET_MAX;
}

PL_INLINE uint32_t pl_talk_client_step(struct pl_talk *k, struct pl_text *t,
                                       struct pl_tls_facts *names, const pl_chunk *chunk,
                                       uint32_t off, uint32_t len)
{
    uint32_t n = pl_text_step(t, names, chunk, off, len);

    if (off >= len || n > 1 || t->protocol == PL_PROTOCOL_TLS)
        return n;
    if (n == 1 &&
        (t->state == PL_TEXT_LINE || t->state == PL_TEXT_FIRST || t->state == PL_TEXT_STOPPED))
        pl_login_step(&k->login, t, pl_chunk_at(chunk, off));
    if (!pl_talk_telnet_left(k, t))
        return n;
    pl_telnet_step(&k->telnet, PL_CLIENT, t, pl_chunk_at(chunk, off));
    return 1;
}

PL_INLINE uint32_t pl_talk_server_step(struct pl_talk *k, struct pl_text *t, const pl_chunk *chunk,
                                       uint32_t off, uint32_t len)
{
    uint32_t n = pl_reply_step(&k->reply, t, chunk, off, len);

    if (off >= len || pl_talk_server_tls(k) || !pl_talk_telnet_left(k, t))
        return n;
    pl_telnet_step(&k->telnet, PL_SERVER, t, pl_chunk_at(chunk, off));
    return 1;
}

#endif
