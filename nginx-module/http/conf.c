/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf.h"

#include "../choice.h"

static const struct pl_choice modes[] = {
    {"on", PL_WATCH_ON}, {"off", PL_WATCH_OFF}, {"observe", PL_WATCH_OBSERVE}, {NULL, 0}};

static const struct pl_choice refusals[] = {
    {"alert", NGX_HTTP_PLIMSOLL_ALERT}, {"page", NGX_HTTP_PLIMSOLL_PAGE}, {NULL, 0}};

static const struct pl_choice plains[] = {{"page", NGX_HTTP_PLIMSOLL_PLAIN_PAGE},
                                          {"redirect", NGX_HTTP_PLIMSOLL_PLAIN_REDIRECT},
                                          {NULL, 0}};

ngx_command_t ngx_http_plimsoll_commands[] = {

    {ngx_string("plimsoll"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, pl_choice_set,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(ngx_http_plimsoll_loc_conf_t, mode), (void *)modes},

    {ngx_string("plimsoll_refuse"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_CONF_TAKE1,
     pl_choice_set, NGX_HTTP_LOC_CONF_OFFSET, offsetof(ngx_http_plimsoll_loc_conf_t, refuse),
     (void *)refusals},

    {ngx_string("plimsoll_plain"),
     NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, pl_choice_set,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(ngx_http_plimsoll_loc_conf_t, plain), (void *)plains},

    {ngx_string("plimsoll_policy"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE12, pl_worker_set_policy,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL},

    {ngx_string("plimsoll_events"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, pl_worker_set_events,
     NGX_HTTP_MAIN_CONF_OFFSET, 0, NULL},

    ngx_null_command};

void *ngx_http_plimsoll_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_plimsoll_main_conf_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

    if (conf)
        conf->worker.point = PL_POINT_HTTP;
    return conf;
}

void *ngx_http_plimsoll_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_plimsoll_loc_conf_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

    if (conf) {
        conf->mode = NGX_CONF_UNSET_UINT;
        conf->refuse = NGX_CONF_UNSET_UINT;
        conf->plain = NGX_CONF_UNSET_UINT;
    }
    return conf;
}

/* Let the server know that this location goes its own way. */
static void note_split(ngx_conf_t *cf, const ngx_http_plimsoll_loc_conf_t *conf)
{
    ngx_http_core_srv_conf_t *cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    ngx_http_plimsoll_loc_conf_t *server = cscf->ctx->loc_conf[ngx_http_plimsoll_module.ctx_index];

    if (conf != server && conf->mode != server->mode)
        server->split = true;
}

char *ngx_http_plimsoll_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_plimsoll_main_conf_t *main =
        ngx_http_conf_get_module_main_conf(cf, ngx_http_plimsoll_module);
    ngx_http_plimsoll_loc_conf_t *prev = parent;
    ngx_http_plimsoll_loc_conf_t *conf = child;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, PL_WATCH_OFF);
    ngx_conf_merge_uint_value(conf->refuse, prev->refuse, NGX_HTTP_PLIMSOLL_ALERT);
    ngx_conf_merge_uint_value(conf->plain, prev->plain, NGX_HTTP_PLIMSOLL_PLAIN_REDIRECT);
    if (conf->mode != PL_WATCH_OFF)
        main->worker.used = true;
    note_split(cf, conf);
    return NGX_CONF_OK;
}

struct pl_worker *ngx_http_plimsoll_worker(const ngx_http_conf_ctx_t *ctx)
{
    ngx_http_plimsoll_main_conf_t *main = ctx->main_conf[ngx_http_plimsoll_module.ctx_index];

    return &main->worker;
}

struct pl_worker *ngx_http_plimsoll_request_worker(const ngx_http_request_t *r)
{
    ngx_http_plimsoll_main_conf_t *main =
        ngx_http_get_module_main_conf(r, ngx_http_plimsoll_module);

    return &main->worker;
}
