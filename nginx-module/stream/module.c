/* SPDX-License-Identifier: BSD-2-Clause */
/* Where nginx gets hold of the stream module. */
#include "session.h"

#include "../choice.h"

static const struct pl_choice modes[] = {
    {"on", PL_WATCH_ON}, {"off", PL_WATCH_OFF}, {"observe", PL_WATCH_OBSERVE}, {NULL, 0}};

static ngx_command_t commands[] = {

    {ngx_string("plimsoll"), NGX_STREAM_MAIN_CONF | NGX_STREAM_SRV_CONF | NGX_CONF_TAKE1,
     pl_choice_set, NGX_STREAM_SRV_CONF_OFFSET, offsetof(ngx_stream_plimsoll_srv_conf_t, mode),
     (void *)modes},

    {ngx_string("plimsoll_policy"), NGX_STREAM_MAIN_CONF | NGX_CONF_TAKE12, pl_worker_set_policy,
     NGX_STREAM_MAIN_CONF_OFFSET, 0, NULL},

    {ngx_string("plimsoll_events"), NGX_STREAM_MAIN_CONF | NGX_CONF_TAKE1, pl_worker_set_events,
     NGX_STREAM_MAIN_CONF_OFFSET, 0, NULL},

    ngx_null_command};

static void *create_main_conf(ngx_conf_t *cf)
{
    ngx_stream_plimsoll_main_conf_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

    if (conf)
        conf->worker.point = PL_POINT_STREAM;
    return conf;
}

static void *create_srv_conf(ngx_conf_t *cf)
{
    ngx_stream_plimsoll_srv_conf_t *conf = ngx_pcalloc(cf->pool, sizeof(*conf));

    if (conf)
        conf->mode = NGX_CONF_UNSET_UINT;
    return conf;
}

static char *merge_srv_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_stream_plimsoll_main_conf_t *main =
        ngx_stream_conf_get_module_main_conf(cf, ngx_stream_plimsoll_module);
    ngx_stream_plimsoll_srv_conf_t *prev = parent;
    ngx_stream_plimsoll_srv_conf_t *conf = child;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, PL_WATCH_OFF);
    if (conf->mode != PL_WATCH_OFF)
        main->worker.used = true;
    return NGX_CONF_OK;
}

/* Where nothing asks for judgement, nothing is hooked in. */
static ngx_int_t postconfiguration(ngx_conf_t *cf)
{
    ngx_stream_core_main_conf_t *cmcf =
        ngx_stream_conf_get_module_main_conf(cf, ngx_stream_core_module);
    ngx_stream_plimsoll_main_conf_t *main =
        ngx_stream_conf_get_module_main_conf(cf, ngx_stream_plimsoll_module);
    ngx_stream_handler_pt *h;

    if (!pl_worker_settle(cf, &main->worker))
        return NGX_ERROR;
    if (!main->worker.used)
        return NGX_OK;
    h = ngx_array_push(&cmcf->phases[NGX_STREAM_PREREAD_PHASE].handlers);
    if (h == NULL)
        return NGX_ERROR;
    *h = ngx_stream_plimsoll_preread;
    return NGX_OK;
}

/* NULL without a stream block. */
static struct pl_worker *worker_of(ngx_cycle_t *cycle)
{
    ngx_stream_plimsoll_main_conf_t *main =
        ngx_stream_cycle_get_module_main_conf(cycle, ngx_stream_plimsoll_module);

    return main && main->worker.used ? &main->worker : NULL;
}

/* The cache manager is a helper; it serves nobody. */
static ngx_int_t init_process(ngx_cycle_t *cycle)
{
    struct pl_worker *w = worker_of(cycle);

    if (w && ngx_process != NGX_PROCESS_HELPER)
        pl_worker_open(w, cycle->log);
    return NGX_OK;
}

static void exit_process(ngx_cycle_t *cycle)
{
    struct pl_worker *w = worker_of(cycle);

    if (w)
        pl_worker_close(w);
}

static ngx_stream_module_t context = {
    .preconfiguration = ngx_stream_plimsoll_add_variables,
    .postconfiguration = postconfiguration,
    .create_main_conf = create_main_conf,
    .create_srv_conf = create_srv_conf,
    .merge_srv_conf = merge_srv_conf,
};

ngx_module_t ngx_stream_plimsoll_module = {
    NGX_MODULE_V1,
    .ctx = &context,
    .commands = commands,
    .type = NGX_STREAM_MODULE,
    .init_process = init_process,
    .exit_process = exit_process,
};
