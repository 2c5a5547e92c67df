/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request is judged once, in the server-rewrite phase, which comes before any `return' or
 * `rewrite', after the real client address is known, and before the body is read.  In a server of
 * which some location has another mode, that is in the rewrite phase, when the location is known;
 * what its server answers by `return' before is judged when the answer is about to go out.
 *
 * Over TLS: the hello, what was negotiated, and the name in Host; with another name in the hello,
 * the stricter of the two.  In clear: credentials, and http-cleartext when the policy blocks it;
 * when it does not, the answer decides (answer.h).  Requests for ACME challenges are never sent
 * away.
 */
#ifndef NGX_HTTP_PLIMSOLL_REQUEST_H
#define NGX_HTTP_PLIMSOLL_REQUEST_H

#include "visit.h"

enum ngx_http_plimsoll_act {
    NGX_HTTP_PLIMSOLL_PASS,
    NGX_HTTP_PLIMSOLL_STOP,    /* by the page */
    NGX_HTTP_PLIMSOLL_TO_HTTPS /* by a redirect */
};

/* Judge and report; checks: the masks to be told of when it is stopped. */
enum ngx_http_plimsoll_act ngx_http_plimsoll_request_judge(ngx_http_request_t *r,
                                                           ngx_http_plimsoll_visit_t *visit,
                                                           uint64_t checks[PL_FAMILY_COUNT]);

/* The phase handlers. */
ngx_int_t ngx_http_plimsoll_server_rewrite(ngx_http_request_t *r);
ngx_int_t ngx_http_plimsoll_rewrite(ngx_http_request_t *r);

#endif
