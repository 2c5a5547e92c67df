/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts of HTTP/1 and of any HTTP answer; a terminating host fills them from its own parser with
 * the help of http_secret.h (requests) and http_answer.h (answers).
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
};

#endif
