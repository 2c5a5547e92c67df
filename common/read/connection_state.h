/* SPDX-License-Identifier: BSD-2-Clause */
/* What is kept of one TCP connection while it is read: see connection.h. */
#ifndef PL_READ_CONNECTION_STATE_H
#define PL_READ_CONNECTION_STATE_H

#include "text/http_reply.h"
#include "text/talk.h"
#include "tls/flow.h"
#include "wire/wire.h"

enum pl_stage {
    PL_STAGE_OPEN,
    PL_STAGE_TEXT,
    PL_STAGE_HTTP,
    PL_STAGE_WIRE,
    PL_STAGE_TLS,
    PL_STAGE_OVER
};

enum { PL_TUNNELS_MAX = 4, PL_TAKEN_MESSAGE = 16 /* beside enum pl_tls_taking */ };

/* The first bytes of a side, until no binary protocol can be meant. */
struct pl_opening {
    uint8_t len;
    bool over;
    uint8_t byte[PL_PREFIX_MAX];
};

struct pl_connection {
    uint16_t port;
    uint8_t stage;   /* enum pl_stage */
    uint8_t tunnels; /* how often another protocol began inside */
    bool done[2];    /* no more is read of this side, unless another protocol begins */
    bool lost[2];    /* bytes are missing, and what comes behind them cannot be told */
    bool http_used;  /* requests were read by http */
    struct pl_opening prefix[2];
    struct pl_text text;
    struct pl_tls_facts names; /* where text puts a host's name */
    struct pl_talk talk;
    struct pl_http_talk http;
    struct pl_wire wire;
    struct pl_tls_flow tls;
};

PL_INLINE void pl_connection_init(struct pl_connection *c, uint16_t port)
{
    __builtin_memset(c, 0, sizeof(*c));
    c->port = port;
    c->text.port = port;
    c->http.port = port;
    pl_tls_flow_init(&c->tls, port);
}

/* Whether nothing more can be had from this side. */
PL_INLINE bool pl_connection_over(const struct pl_connection *c, enum pl_side side)
{
    return c->done[side] || c->lost[side] || c->stage == PL_STAGE_OVER;
}

/* The protocol inside of a tunnel begins, on a port that is not known.  What was found outside of
 * it stays: in http, or in wire. */
PL_INLINE void pl_connection_tunnel(struct pl_connection *c)
{
    c->stage = ++c->tunnels > PL_TUNNELS_MAX ? PL_STAGE_OVER : PL_STAGE_OPEN;
    __builtin_memset(c->prefix, 0, sizeof(c->prefix));
    __builtin_memset(c->done, 0, sizeof(c->done));
    c->port = 0;
    if (!c->http_used)
        c->http = (struct pl_http_talk){0};
    c->text = (struct pl_text){0};
    c->talk = (struct pl_talk){0};
    c->tls.of[PL_TLS_CLIENT].hello.facts.server_port_hint = 0;
}

#endif
