/* SPDX-License-Identifier: BSD-2-Clause */
#include "visit.h"

/* Never does anything: a pool clean-up is where a module may find its data again after nginx has
 * wiped the contexts (internal redirect, named location). */
static void mark(void *data)
{
    (void)data;
}

ngx_http_plimsoll_visit_t *ngx_http_plimsoll_visit(ngx_http_request_t *r)
{
    ngx_http_plimsoll_visit_t *visit = ngx_http_get_module_ctx(r, ngx_http_plimsoll_module);

    if (visit || !(r->internal || r->filter_finalize))
        return visit;
    for (ngx_pool_cleanup_t *c = r->pool->cleanup; c; c = c->next)
        if (c->handler == mark) {
            ngx_http_set_ctx(r, c->data, ngx_http_plimsoll_module);
            return c->data;
        }
    return NULL;
}

ngx_http_plimsoll_visit_t *ngx_http_plimsoll_visit_begin(ngx_http_request_t *r)
{
    ngx_http_plimsoll_visit_t *visit = ngx_http_plimsoll_visit(r);
    ngx_pool_cleanup_t *cleanup;

    if (visit)
        return visit;
    cleanup = ngx_pool_cleanup_add(r->pool, sizeof(*visit));
    if (cleanup == NULL)
        return NULL;
    cleanup->handler = mark;
    visit = cleanup->data;
    ngx_memzero(visit, sizeof(*visit));
    ngx_http_set_ctx(r, visit, ngx_http_plimsoll_module);
    return visit;
}
