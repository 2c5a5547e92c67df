/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both sides of one HTTP/1 connection in clear: the state that http_request.h and http_reply.h
 * share, and the requests that wait for their answers, in order.
 *
 * Plain data without pointers; all zero is a fresh connection, but for the port.  About 1 KiB, so
 * not for a map's value.
 */
#ifndef PL_READ_HTTP_TALK_H
#define PL_READ_HTTP_TALK_H

#include "default_pair.h"
#include "http_authority.h"
#include "http_kind.h"
#include "../side.h"
#include "http_message.h"
#include "http_secret.h"

enum { PL_HTTP_PENDING = 16, PL_HTTP_HOST_MAX = 255, PL_HTTP_STRANGE_LINES = 16 };

/* What an answer has to know of its request. */
struct pl_http_asked {
    struct pl_http_authority host;
    uint8_t method; /* enum pl_http_method; NONE: no request was seen for this answer */
    bool plain_by_rule, inspector;
};

struct pl_http_pending {
    struct pl_http_asked asked[PL_HTTP_PENDING];
    uint32_t requests, answers; /* so many heads were read of either side */
    bool lost;                  /* more requests waited than fit: answers cannot be told apart */
};

/* Where the bytes of a request's target go. */
enum pl_http_target_form { PL_FORM_BEGIN, PL_FORM_SCHEME, PL_FORM_AUTHORITY, PL_FORM_PATH };

/* Where in Basic's value: four letters of base64 are three bytes (RFC 4648, 4). */
struct pl_http_basic {
    uint16_t bits;
    uint8_t count; /* of bits that wait */
    bool on, done;
};

struct pl_http_request {
    struct pl_http_message message;
    struct pl_http_signs signs;
    struct pl_http_authority host; /* the target's, else Host's */
    struct pl_secret secret;
    struct pl_word word; /* of the request line, then of secret */
    struct pl_http_basic basic;
    struct pl_default_pair pair;
    uint32_t key;        /* enum pl_key of this header */
    uint8_t method;      /* enum pl_http_method */
    uint8_t words;       /* begun in the request line */
    uint8_t lines;       /* before the first request that are none */
    uint8_t target_form; /* enum pl_http_target_form */
    bool gap, in_host, host_seen, target_named, host_ended;
    bool follows;      /* what follows may be another protocol: behind CONNECT and Upgrade */
    uint8_t host_len;  /* of the name below, as Host gave it, with its port; lower case */
    uint8_t host_hops; /* counts the Host headers that were read: another one is in the buffer */
    uint8_t host_text[PL_HTTP_HOST_MAX];
};

enum pl_http_location_part { PL_LOCATION_SCHEME, PL_LOCATION_AUTHORITY, PL_LOCATION_REST };

struct pl_http_location {
    struct pl_http_text scheme;
    struct pl_http_authority to;
    uint8_t part;
    bool seen, https, named; /* named: there is an authority */
};

/* The header of the answer whose value is being read. */
enum pl_http_answer_header { PL_ANSWER_NONE, PL_ANSWER_LOCATION, PL_ANSWER_TYPE, PL_ANSWER_SERVER };

struct pl_http_reply {
    struct pl_http_message message;
    struct pl_http_asked asked;
    struct pl_http_location location;
    struct pl_http_text value; /* of Content-Type and Server */
    struct pl_word tail;       /* of an inspector's body */
    uint16_t status;
    uint16_t peek;    /* bytes of the body that are still looked at */
    uint8_t header;   /* enum pl_http_answer_header */
    uint8_t words;    /* of the status line */
    uint8_t digits;   /* of the status */
    bool gap, paired; /* paired: asked is the request that this answers */
    bool plain_type;  /* a type that has to go in clear */
    bool tunnel;      /* behind CONNECT: another protocol may begin */
};

struct pl_http_talk {
    struct pl_http_facts facts;
    struct pl_http_log log;
    struct pl_http_pending pending;
    struct pl_http_request request;
    struct pl_http_reply reply;
    uint16_t port; /* the server's, a hint; 0: not known */
};

/* A request's head is complete. */
PL_INLINE void pl_http_pending_add(struct pl_http_pending *p, const struct pl_http_asked *asked)
{
    if (p->requests >= p->answers + PL_HTTP_PENDING)
        p->lost = true;
    p->asked[p->requests % PL_HTTP_PENDING] = *asked;
    p->requests++;
}

/* A final answer began.  False: its request was not seen, or not yet. */
PL_INLINE bool pl_http_pending_take(struct pl_http_pending *p, struct pl_http_asked *asked)
{
    bool known = p->requests > p->answers;

    *asked = (struct pl_http_asked){0};
    if (known)
        *asked = p->asked[p->answers % PL_HTTP_PENDING];
    p->answers++;
    return known;
}

#endif
