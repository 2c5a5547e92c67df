/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * $plimsoll_verdict  allow, flag, would-block or block: the highest of connection, request, answer
 * $plimsoll_checks   the ids of the checks that failed, with commas between
 * $plimsoll_group    the client's group in the policy, by name; 0 is everybody else
 *
 * All three are empty ("-" in a log) where nothing was judged.
 */
#ifndef NGX_HTTP_PLIMSOLL_VARIABLES_H
#define NGX_HTTP_PLIMSOLL_VARIABLES_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

ngx_int_t ngx_http_plimsoll_add_variables(ngx_conf_t *cf);

#endif
