/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP checks.
 *
 *   http-cleartext              seen when a request was read and its answer is known; over TLS, and
 *                               with a redirect to https on the same host, it passes
 *   http-credentials-cleartext  failed as soon as a credential is seen in clear; passed when the
 *                               headers are complete without one
 *   hsts-missing                seen when the answer's headers are known and came over TLS, since
 *                               over plain HTTP the header is void (RFC 6797, 7.2, 8.1)
 *   cookie-insecure             seen when the answer's headers are known and set a cookie
 */
#ifndef PL_CHECK_HTTP_H
#define PL_CHECK_HTTP_H

#include "catalogue.h"
#include "../read/text/http.h"

enum { PL_HSTS_MIN_S = 31536000 }; /* one year */

PL_INLINE void pl_check_http(const struct pl_http_facts *facts, struct pl_findings *f)
{
    bool leaked = facts->clear && facts->credentials;

    if (facts->request && facts->answer != PL_HTTP_ANSWER_UNKNOWN)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_cleartext),
                 facts->clear && facts->answer != PL_HTTP_ANSWER_TO_HTTPS);
    if (leaked || (facts->request && facts->headers_done))
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_credentials_cleartext), leaked);
    if (facts->answer_headers && !facts->clear)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(hsts_missing),
                 !facts->hsts || facts->hsts_max_age_s < PL_HSTS_MIN_S);
    if (facts->answer_headers && facts->cookie)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(cookie_insecure),
                 facts->cookie_insecure || facts->session_cookie_open);
}

#endif
