/* SPDX-License-Identifier: BSD-2-Clause */
/* What the http module is told by nginx's configuration. */
#ifndef NGX_HTTP_PLIMSOLL_CONF_H
#define NGX_HTTP_PLIMSOLL_CONF_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "../worker.h"

/* What a blocked TLS client gets. */
enum ngx_http_plimsoll_refuse { NGX_HTTP_PLIMSOLL_ALERT, NGX_HTTP_PLIMSOLL_PAGE };

/* What a request over plain HTTP gets when http-cleartext is blocked. */
enum ngx_http_plimsoll_plain { NGX_HTTP_PLIMSOLL_PLAIN_REDIRECT, NGX_HTTP_PLIMSOLL_PLAIN_PAGE };

typedef struct {
    struct pl_worker worker; /* first: see worker.h */
} ngx_http_plimsoll_main_conf_t;

typedef struct {
    ngx_uint_t mode;   /* enum pl_watch */
    ngx_uint_t refuse; /* enum ngx_http_plimsoll_refuse */
    ngx_uint_t plain;  /* enum ngx_http_plimsoll_plain */
    /* Of a server: one of its locations has another mode, so a request is judged only when its
     * location is known. */
    bool split;
} ngx_http_plimsoll_loc_conf_t;

extern ngx_module_t ngx_http_plimsoll_module;
extern ngx_command_t ngx_http_plimsoll_commands[];

void *ngx_http_plimsoll_create_main_conf(ngx_conf_t *cf);
void *ngx_http_plimsoll_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_plimsoll_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);

/* Of the configuration that the connection or request began with. */
struct pl_worker *ngx_http_plimsoll_worker(const ngx_http_conf_ctx_t *ctx);
struct pl_worker *ngx_http_plimsoll_request_worker(const ngx_http_request_t *r);

#endif
