/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts of HTTP/1 requests and answers.  Who fills them:
 *
 *   http_head.h     a client's bytes, in the kernel too: request to credentials, and the kinds
 *                   WEBSOCKET, DOCKER, GIT and INSPECTOR
 *   http_reply.h    both sides' bytes (struct pl_http_talk), not in the kernel: all but page to
 *                   framed
 *   a host that has whole headers, with http_secret.h for requests and http_answer.h for answers
 *
 * https_rr and hsts_known are a host's to add, who knows what DNS or an earlier answer said.
 */
#ifndef PL_READ_HTTP_H
#define PL_READ_HTTP_H

#include "../outcome.h"

/* Where the answer sends the visitor. */
enum pl_http_answer {
    PL_HTTP_ANSWER_UNKNOWN,
    PL_HTTP_ANSWER_TO_HTTPS, /* 301, 302, 303, 307 or 308 to https on the same host */
    PL_HTTP_ANSWER_OTHER
};

/* What a connection was found to carry; see http_kind.h for the signs of each. */
enum pl_http_kind {
    PL_HTTP_KIND_OBJECT_STORE,   /* a request to an object store */
    PL_HTTP_KIND_PKG_REGISTRY,   /* packages, or images of containers, from a registry */
    PL_HTTP_KIND_PKG_REPOSITORY, /* packages of a repository that signs them */
    PL_HTTP_KIND_DOCKER,         /* the API of Docker's engine */
    PL_HTTP_KIND_FIRMWARE,       /* a file whose name says firmware */
    PL_HTTP_KIND_TOKEN,          /* a token in the query of the target */
    PL_HTTP_KIND_WEBSOCKET,      /* a WebSocket is asked for */
    PL_HTTP_KIND_GIT,            /* git's smart protocol, or Subversion */
    PL_HTTP_KIND_INSPECTOR,      /* the debugger's port of node or of a browser */
    PL_HTTP_KIND_UPNP            /* actions on an Internet gateway device */
};
#define PL_HTTP_KIND(NAME) (1u << PL_HTTP_KIND_##NAME)

/* Ports by which a target is known that says little by itself. */
enum { PL_PORT_DOCKER = 2375, PL_PORT_NODE_INSPECTOR = 9229, PL_PORT_DEVTOOLS = 9222 };

/* What Content-Security-Policy says, by the rules of internet.nl (http_policy.h). */
enum pl_csp {
    PL_CSP_SENT = 1 << 0,
    PL_CSP_WEAK = 1 << 1,     /* a source that lets anything in */
    PL_CSP_DEFAULT = 1 << 2,  /* default-src: nothing but the site itself */
    PL_CSP_BASE = 1 << 3,     /* base-uri: the same */
    PL_CSP_FORM = 1 << 4,     /* form-action: something is said */
    PL_CSP_CODE = 1 << 5,     /* script-src, object-src: asked only for data: */
    PL_CSP_ANCESTORS = 1 << 6 /* frame-ancestors: none or the site itself */
};

struct pl_http_facts {
    bool request;      /* a request line was read */
    bool headers_done; /* and all of its headers */
    bool clear;        /* over no TLS */
    bool credentials;  /* Authorization, a token header, or a session-like cookie */
    enum pl_http_answer answer;
    bool answer_headers; /* the answer's headers are known; the rest counts only then */
    bool hsts_sent;      /* Strict-Transport-Security was there; the first counts */
    bool hsts;           /* Strict-Transport-Security was there and had a max-age */
    uint64_t hsts_max_age_s;
    bool cookie;              /* at least one Set-Cookie */
    bool cookie_insecure;     /* one of them without Secure, or in clear */
    bool session_cookie_open; /* a session-like one without HttpOnly or without SameSite */
    uint32_t kinds;           /* PL_HTTP_KIND(...) */
    uint32_t kinds_maybe;     /* of a line that is not known to be a request yet */
    bool target_read;         /* a target was looked at for tokens */
    bool plain_by_rule;       /* it has to go in clear: an ACME challenge (RFC 8555, 8.3) */
    bool https_rr;            /* the name has an HTTPS record (RFC 9460) */
    bool hsts_known;          /* the name has a valid HSTS policy: seen before, or preloaded */
    bool redirect;            /* an answer in clear redirected, with a Location */
    bool redirect_away;       /* to another host before https on its own */
    bool pair_read;           /* user and password of Basic were compared with factory pairs */
    bool pair_default;        /* and are one */
    bool typed;               /* an answer's Content-Type is known; with status 200 to 299 */
    bool page;                /* and it is HTML */
    bool nosniff;             /* X-Content-Type-Options: nosniff */
    bool framed;              /* X-Frame-Options or frame-ancestors forbid foreign frames */
    uint16_t csp;             /* enum pl_csp */
};

#endif
