/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of one request.  Lives in the request's pool and, unlike a module context, also
 * over internal redirects. */
#ifndef NGX_HTTP_PLIMSOLL_VISIT_H
#define NGX_HTTP_PLIMSOLL_VISIT_H

#include "conf.h"

#include "../tally.h"
#include "common/read/text/http.h"

typedef struct {
    struct pl_tally tally;
    struct pl_parties parties;
    struct pl_http_facts facts;
    bool acme;    /* asks for an ACME challenge, which has to be answered in clear */
    bool judged;  /* the request itself; not again after an internal redirect */
    bool refused; /* the answer is ours */
} ngx_http_plimsoll_visit_t;

/* NULL when nothing is known yet. */
ngx_http_plimsoll_visit_t *ngx_http_plimsoll_visit(ngx_http_request_t *r);

/* The same, made when it is not there; NULL only when there is no memory. */
ngx_http_plimsoll_visit_t *ngx_http_plimsoll_visit_begin(ngx_http_request_t *r);

#endif
