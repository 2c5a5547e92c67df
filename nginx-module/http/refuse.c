/* SPDX-License-Identifier: BSD-2-Clause */
#include "refuse.h"
#include "page.h"

#include "../label.h"

static bool add_header(ngx_http_request_t *r, const char *name, const u_char *value, size_t len)
{
    ngx_table_elt_t *h = ngx_list_push(&r->headers_out.headers);

    if (h == NULL)
        return false;
    h->hash = 1;
    h->key.data = (u_char *)name;
    h->key.len = ngx_strlen(name);
    h->value.data = (u_char *)value;
    h->value.len = len;
#if (nginx_version >= 1023000)
    h->next = NULL;
#endif
    return true;
}

static bool add_fixed(ngx_http_request_t *r, const char *name, const char *value)
{
    return add_header(r, name, (const u_char *)value, ngx_strlen(value));
}

static bool add_headers(ngx_http_request_t *r)
{
    enum { SIZE = 256 };
    u_char *csp = ngx_pnalloc(r->pool, SIZE);
    size_t len;

    return csp && ngx_http_plimsoll_page_csp(csp, SIZE, &len) &&
           add_header(r, "Content-Security-Policy", csp, len) &&
           add_fixed(r, "X-Content-Type-Options", "nosniff") &&
           add_fixed(r, "Referrer-Policy", "no-referrer") &&
           add_fixed(r, "Cache-Control", "no-store") && add_fixed(r, "Vary", "Accept");
}

static bool contains(const ngx_str_t *text, const char *word)
{
    return ngx_strlcasestrn(text->data, text->data + text->len, (u_char *)word,
                            ngx_strlen(word) - 1) != NULL;
}

/* A program that asks for JSON and not for HTML. */
static bool wants_json(const ngx_http_request_t *r)
{
    bool json = false, html = false;

    for (const ngx_list_part_t *part = &r->headers_in.headers.part; part; part = part->next)
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            const ngx_table_elt_t *h = (const ngx_table_elt_t *)part->elts + i;
            if (h->key.len != 6 || ngx_strncasecmp(h->key.data, (u_char *)"accept", 6) != 0)
                continue;
            json |= contains(&h->value, "application/problem+json") ||
                    contains(&h->value, "application/json");
            html |= contains(&h->value, "text/html");
        }
    return json && !html;
}

typedef void (*render_pt)(struct pl_prose *t, const struct ngx_http_plimsoll_page *page);

/* The whole text in one buffer of the pool; NULL when there is no memory. */
static ngx_buf_t *render(ngx_http_request_t *r, render_pt put,
                         const struct ngx_http_plimsoll_page *page)
{
    struct pl_prose text = {NULL, NULL, 0};
    ngx_buf_t *b;

    put(&text, page);
    b = ngx_create_temp_buf(r->pool, text.length);
    if (b == NULL)
        return NULL;
    text.at = b->pos;
    text.end = b->end;
    put(&text, page);
    b->last = text.at;
    b->last_buf = 1;
    b->last_in_chain = 1;
    return b;
}

/* A client that waits with its body must not be invited to send it, and what it sends all the same
 * is read and dropped for a while, so that the answer is not lost to a reset. */
static void drop_body(ngx_http_request_t *r)
{
    r->expect_tested = 1;
    r->keepalive = 0;
    r->lingering_close = 1;
    (void)ngx_http_discard_request_body(r);
}

static ngx_int_t send_page(ngx_http_request_t *r, ngx_buf_t *b)
{
    ngx_chain_t out = {b, NULL};
    ngx_int_t rc;

    r->headers_out.content_length_n = b->last - b->pos;
    rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only)
        return rc;
    return ngx_http_output_filter(r, &out);
}

static void set_type(ngx_http_request_t *r, bool json)
{
    static ngx_str_t html_type = ngx_string("text/html"), charset = ngx_string("utf-8");
    static ngx_str_t json_type = ngx_string("application/problem+json");

    r->headers_out.content_type = json ? json_type : html_type;
    r->headers_out.content_type_len = r->headers_out.content_type.len;
    r->headers_out.content_type_lowcase = NULL;
    if (!json)
        r->headers_out.charset = charset;
}

ngx_int_t ngx_http_plimsoll_refuse_page(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                                        ngx_uint_t status, const uint64_t *checks)
{
    const struct pl_worker *w = ngx_http_plimsoll_request_worker(r);
    struct ngx_http_plimsoll_page page = {.status = status, .checks = checks};
    bool json = wants_json(r);
    ngx_buf_t *b;

    page.name = r->headers_in.server;
    page.serial = w->handle.head.serial;
    pl_label_portal(&w->handle, &page.portal);
    b = render(r, json ? ngx_http_plimsoll_page_json : ngx_http_plimsoll_page_html, &page);
    visit->refused = true;
    drop_body(r);
    if (b == NULL || !add_headers(r))
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    r->headers_out.status = status;
    set_type(r, json);
    return send_page(r, b);
}

/* As nginx's own ngx_http_filter_finalize_request(), with this page in the place of its own: forget
 * the answer that was there and whatever the other filters had begun with it. */
ngx_int_t ngx_http_plimsoll_refuse_answer(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                                          ngx_uint_t status, const uint64_t *checks)
{
    ngx_http_clean_header(r);
    ngx_memzero(r->ctx, sizeof(void *) * ngx_http_max_module);
    ngx_http_set_ctx(r, visit, ngx_http_plimsoll_module);
    r->filter_finalize = 1;
    r->err_status = 0;
    (void)ngx_http_plimsoll_refuse_page(r, visit, status, checks);
    return NGX_ERROR; /* nothing of the old answer may follow */
}

ngx_int_t ngx_http_plimsoll_refuse_redirect(ngx_http_request_t *r)
{
    const ngx_str_t *host = &r->headers_in.server, *uri = &r->unparsed_uri;
    ngx_table_elt_t *location;
    u_char *p;

    if (host->len == 0 || uri->len == 0 || uri->data[0] != '/')
        return NGX_DECLINED;
    location = ngx_list_push(&r->headers_out.headers);
    p = ngx_pnalloc(r->pool, sizeof("https://") - 1 + host->len + uri->len);
    if (location == NULL || p == NULL)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    ngx_http_clear_location(r);
    location->hash = 1;
    ngx_str_set(&location->key, "Location");
    location->value.data = p;
    p = ngx_cpymem(p, "https://", sizeof("https://") - 1);
    p = ngx_cpymem(p, host->data, host->len);
    p = ngx_cpymem(p, uri->data, uri->len);
    location->value.len = (size_t)(p - location->value.data);
#if (nginx_version >= 1023000)
    location->next = NULL;
#endif
    r->headers_out.location = location;
    r->expect_tested = 1;
    return NGX_HTTP_PERMANENT_REDIRECT;
}
