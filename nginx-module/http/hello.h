/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TLS hello of a connection to an http server: read from the message callback, because the
 * client-hello callback hides what OpenSSL does not know; decided in the client-hello callback,
 * because there a handshake can still be refused with an alert.
 *
 * OpenSSL calls the first before the second.  Both come again after a HelloRetryRequest and with
 * each resumption; a hello is judged once a connection.
 */
#ifndef NGX_HTTP_PLIMSOLL_HELLO_H
#define NGX_HTTP_PLIMSOLL_HELLO_H

#include "conf.h"

/* What was told of a connection already, so that its requests do not tell it again. */
struct ngx_http_plimsoll_told {
    uint32_t image; /* the handle's count of images, plus one; 0: nothing was told */
    uint16_t group, class, cell;
    uint64_t net, tls;
};

/* Lives as long as the connection. */
typedef struct {
    struct pl_tls_facts facts;
    struct ngx_http_plimsoll_told told;
    uint64_t block[PL_FAMILY_COUNT]; /* why only the page may be served */
    bool judged;
    bool page_only; /* the handshake was let through for the page, and for nothing else */
    bool lowered;   /* and speaks a version that this server has turned off */
} ngx_http_plimsoll_hello_t;

/* Put the callbacks on the context of every server that has one. */
ngx_int_t ngx_http_plimsoll_hello_install(ngx_conf_t *cf);

/* NULL for a connection without TLS, or when its hello could not be read. */
ngx_http_plimsoll_hello_t *ngx_http_plimsoll_hello(const ngx_connection_t *c);

/* Take out of the judgement what was told of this connection before, and remember the rest. */
void ngx_http_plimsoll_hello_untold(ngx_http_plimsoll_hello_t *hello, const struct pl_worker *w,
                                    struct pl_judgement *j);

#endif
