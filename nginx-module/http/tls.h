/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of a handshake from OpenSSL's hands, and the few things that are asked of it. */
#ifndef NGX_HTTP_PLIMSOLL_TLS_H
#define NGX_HTTP_PLIMSOLL_TLS_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "common/check/catalogue.h"
#include "common/read/tls/facts.h"

/* Whole handshake messages, with their head of four bytes, as the message callback gives them.  The
 * client's fills the client's half of the facts; the server's its own half, or sets hello_retry.
 * The hello of an old client may have the form of SSL 2.  False when the bytes are malformed. */
bool ngx_http_plimsoll_tls_client(struct pl_tls_facts *facts, const void *message, size_t len);
bool ngx_http_plimsoll_tls_client_v2(struct pl_tls_facts *facts, const void *message, size_t len);
bool ngx_http_plimsoll_tls_server(struct pl_tls_facts *facts, const void *message, size_t len);

/* The version that this server will choose for a client whose highest is client_max; 0: none. */
uint16_t ngx_http_plimsoll_tls_choice(SSL *ssl, uint16_t client_max);

/* Judge the hello alone: what the client offers, and the version that the server will choose. */
void ngx_http_plimsoll_tls_judge_hello(SSL *ssl, const struct pl_tls_facts *facts,
                                       struct pl_findings *findings);

/* Let this one connection speak as old a version as the client wants, so that a page can be
 * delivered.  Nothing else may be: see struct ngx_http_plimsoll_hello. */
void ngx_http_plimsoll_tls_lower(SSL *ssl);

#endif
