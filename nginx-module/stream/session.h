/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stream module: what a client says first on a connection that is passed through, judged before
 * an upstream is asked.
 *
 * Only for servers whose clients speak first (HTTPS, HTTP, MQTT and the like): where the server
 * speaks first (SMTP, MySQL), client and upstream would wait for each other until preread_timeout.
 * What is no known protocol, is malformed, or does not fit into preread_buffer_size is not seen,
 * and passes.  UDP and servers that end TLS here are not judged.
 */
#ifndef NGX_STREAM_PLIMSOLL_SESSION_H
#define NGX_STREAM_PLIMSOLL_SESSION_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_stream.h>

#include "../tally.h"
#include "common/read/stream.h"

typedef struct {
    struct pl_worker worker; /* first: see worker.h */
} ngx_stream_plimsoll_main_conf_t;

typedef struct {
    ngx_uint_t mode; /* enum pl_watch */
} ngx_stream_plimsoll_srv_conf_t;

/* Of one session. */
typedef struct {
    struct pl_tally tally;
    struct pl_stream stream;
    size_t read; /* bytes of the preread buffer that the reader has */
} ngx_stream_plimsoll_session_t;

extern ngx_module_t ngx_stream_plimsoll_module;

ngx_int_t ngx_stream_plimsoll_preread(ngx_stream_session_t *s);
ngx_int_t ngx_stream_plimsoll_add_variables(ngx_conf_t *cf);

#endif
