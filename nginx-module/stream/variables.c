/* SPDX-License-Identifier: BSD-2-Clause */
/* The variables of the http module (http/variables.h), of a session. */
#include "session.h"

static ngx_int_t get(ngx_stream_session_t *s, ngx_stream_variable_value_t *v, uintptr_t word)
{
    const ngx_stream_plimsoll_session_t *session =
        ngx_stream_get_module_ctx(s, ngx_stream_plimsoll_module);
    ngx_stream_plimsoll_main_conf_t *main =
        ngx_stream_get_module_main_conf(s, ngx_stream_plimsoll_module);
    ngx_str_t text;

    v->not_found = 1;
    if (session == NULL || !session->tally.judged)
        return NGX_OK;
    text = pl_tally_text(&session->tally, &main->worker, (enum pl_tally_word)word,
                         s->connection->pool);
    v->data = text.data;
    v->len = (unsigned)text.len;
    v->not_found = text.data == NULL;
    v->valid = !v->not_found;
    v->no_cacheable = 0;
    return NGX_OK;
}

static const ngx_stream_variable_t variables[] = {
    {ngx_string("plimsoll_verdict"), NULL, get, PL_TALLY_VERDICT, NGX_STREAM_VAR_NOCACHEABLE, 0},
    {ngx_string("plimsoll_checks"), NULL, get, PL_TALLY_CHECKS, NGX_STREAM_VAR_NOCACHEABLE, 0},
    {ngx_string("plimsoll_group"), NULL, get, PL_TALLY_GROUP, NGX_STREAM_VAR_NOCACHEABLE, 0}};

ngx_int_t ngx_stream_plimsoll_add_variables(ngx_conf_t *cf)
{
    for (size_t i = 0; i < PL_COUNT(variables); i++) {
        ngx_str_t name = variables[i].name;
        ngx_stream_variable_t *v = ngx_stream_add_variable(cf, &name, variables[i].flags);
        if (v == NULL)
            return NGX_ERROR;
        v->get_handler = variables[i].get_handler;
        v->data = variables[i].data;
    }
    return NGX_OK;
}
