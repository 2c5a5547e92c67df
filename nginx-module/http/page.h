/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text that explains a refusal: a page of HTML, or problem details (RFC 9457) for programs.
 * It says what was stopped, by which standard, who can mend it and whom to ask.  It fetches
 * nothing, and repeats nothing of the client's but the name of the site, escaped.
 */
#ifndef NGX_HTTP_PLIMSOLL_PAGE_H
#define NGX_HTTP_PLIMSOLL_PAGE_H

#include "conf.h"

#include "../prose.h"
#include "common/user/catalogue_text.h"

struct ngx_http_plimsoll_page {
    ngx_uint_t status;
    const uint64_t *checks; /* PL_FAMILY_COUNT masks: why */
    ngx_str_t name;         /* the site asked for; may be empty */
    uint64_t serial;        /* of the policy */
    struct pl_portal portal;
};

void ngx_http_plimsoll_page_html(struct pl_prose *t, const struct ngx_http_plimsoll_page *page);
void ngx_http_plimsoll_page_json(struct pl_prose *t, const struct ngx_http_plimsoll_page *page);

/* The Content-Security-Policy that lets exactly this page's style through.  False: no digest. */
bool ngx_http_plimsoll_page_csp(u_char *buf, size_t size, size_t *len);

#endif
