/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answers that stop a request.  Each sends or prepares the whole answer and says what the phase
 * handler is to return.  The request's body is neither read nor asked for.
 */
#ifndef NGX_HTTP_PLIMSOLL_REFUSE_H
#define NGX_HTTP_PLIMSOLL_REFUSE_H

#include "visit.h"

/* The page or problem details, status 403 or 502, and the end of the connection. */
ngx_int_t ngx_http_plimsoll_refuse_page(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                                        ngx_uint_t status, const uint64_t *checks);

/* The same in the place of an answer whose headers were about to go out. */
ngx_int_t ngx_http_plimsoll_refuse_answer(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                                          ngx_uint_t status, const uint64_t *checks);

/* 308 to https on the same host.  NGX_DECLINED when the request names no host. */
ngx_int_t ngx_http_plimsoll_refuse_redirect(ngx_http_request_t *r);

#endif
