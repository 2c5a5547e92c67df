/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer's headers are judged when they are about to go out, after add_header had its say: over
 * TLS hsts-missing and, of pages and files with status 200 to 299, nosniff-missing,
 * csp-missing-weak and framing-allowed; in clear http-cleartext (unless it sends the visitor to
 * https), http-redirect-order and hsts-over-http; both ways cookie-insecure, and http-token-in-url
 * of the target that was asked for.  Only the site can mend these, and its answer is there already,
 * so a policy does well to flag them; when it blocks one, the answer is kept back and 502 with the
 * page goes out in its place.
 *
 * Not judged: error answers over TLS (400 and above: add_header leaves them out by default) and
 * 304; hsts-missing where the host is an address (RFC 6797, 8.1.1).
 */
#ifndef NGX_HTTP_PLIMSOLL_ANSWER_H
#define NGX_HTTP_PLIMSOLL_ANSWER_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

void ngx_http_plimsoll_answer_install(void);

#endif
