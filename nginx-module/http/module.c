/* SPDX-License-Identifier: BSD-2-Clause */
/* The http module: where nginx gets hold of it. */
#include "answer.h"
#include "conf.h"
#include "hello.h"
#include "request.h"
#include "variables.h"

#if !(NGX_HTTP_SSL)
#error "the Plimsoll http module needs nginx with the http_ssl module"
#endif

static bool add_handler(ngx_conf_t *cf, ngx_http_phases phase, ngx_http_handler_pt handler)
{
    ngx_http_core_main_conf_t *cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_http_handler_pt *h = ngx_array_push(&cmcf->phases[phase].handlers);

    if (h)
        *h = handler;
    return h != NULL;
}

/* Where nothing asks for judgement, nothing is hooked in. */
static ngx_int_t postconfiguration(ngx_conf_t *cf)
{
    ngx_http_plimsoll_main_conf_t *main =
        ngx_http_conf_get_module_main_conf(cf, ngx_http_plimsoll_module);

    if (!pl_worker_settle(cf, &main->worker))
        return NGX_ERROR;
    if (!main->worker.used)
        return NGX_OK;
    ngx_http_plimsoll_answer_install();
    if (!add_handler(cf, NGX_HTTP_SERVER_REWRITE_PHASE, ngx_http_plimsoll_server_rewrite) ||
        !add_handler(cf, NGX_HTTP_REWRITE_PHASE, ngx_http_plimsoll_rewrite))
        return NGX_ERROR;
    return ngx_http_plimsoll_hello_install(cf);
}

/* NULL without an http block. */
static struct pl_worker *worker_of(ngx_cycle_t *cycle)
{
    ngx_http_plimsoll_main_conf_t *main =
        ngx_http_cycle_get_module_main_conf(cycle, ngx_http_plimsoll_module);

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

static ngx_http_module_t context = {
    .preconfiguration = ngx_http_plimsoll_add_variables,
    .postconfiguration = postconfiguration,
    .create_main_conf = ngx_http_plimsoll_create_main_conf,
    .create_loc_conf = ngx_http_plimsoll_create_loc_conf,
    .merge_loc_conf = ngx_http_plimsoll_merge_loc_conf,
};

ngx_module_t ngx_http_plimsoll_module = {
    NGX_MODULE_V1,
    .ctx = &context,
    .commands = ngx_http_plimsoll_commands,
    .type = NGX_HTTP_MODULE,
    .init_process = init_process,
    .exit_process = exit_process,
};
