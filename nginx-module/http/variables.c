/* SPDX-License-Identifier: BSD-2-Clause */
#include "variables.h"
#include "visit.h"

static ngx_int_t get(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t word)
{
    const ngx_http_plimsoll_visit_t *visit = ngx_http_plimsoll_visit(r->main);
    ngx_str_t text;

    v->not_found = 1;
    if (visit == NULL || !visit->tally.judged)
        return NGX_OK;
    text = pl_tally_text(&visit->tally, ngx_http_plimsoll_request_worker(r),
                         (enum pl_tally_word)word, r->pool);
    v->data = text.data;
    v->len = (unsigned)text.len;
    v->not_found = text.data == NULL;
    v->valid = !v->not_found;
    v->no_cacheable = 0;
    return NGX_OK;
}

static const ngx_http_variable_t variables[] = {
    {ngx_string("plimsoll_verdict"), NULL, get, PL_TALLY_VERDICT, NGX_HTTP_VAR_NOCACHEABLE, 0},
    {ngx_string("plimsoll_checks"), NULL, get, PL_TALLY_CHECKS, NGX_HTTP_VAR_NOCACHEABLE, 0},
    {ngx_string("plimsoll_group"), NULL, get, PL_TALLY_GROUP, NGX_HTTP_VAR_NOCACHEABLE, 0}};

ngx_int_t ngx_http_plimsoll_add_variables(ngx_conf_t *cf)
{
    for (size_t i = 0; i < PL_COUNT(variables); i++) {
        ngx_str_t name = variables[i].name;
        ngx_http_variable_t *v = ngx_http_add_variable(cf, &name, variables[i].flags);
        if (v == NULL)
            return NGX_ERROR;
        v->get_handler = variables[i].get_handler;
        v->data = variables[i].data;
    }
    return NGX_OK;
}
