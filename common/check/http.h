/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP checks, and four of other families that show over HTTP.
 *
 *   http-cleartext              seen when a request was read and its answer is known; over TLS, and
 *                               with a redirect to https on the same host, it passes
 *   http-credentials-cleartext  failed as soon as a credential is seen in clear; passed when the
 *                               headers are complete without one
 *   hsts-missing                seen when the answer's headers are known and came over TLS, since
 *                               over plain HTTP the header is void (RFC 6797, 7.2, 8.1)
 *   hsts-over-http              seen when the answer's headers are known and came in clear
 *   cookie-insecure             seen when the answer's headers are known and set a cookie
 *   csp-missing-weak, framing-allowed   seen of HTML over TLS with status 200 to 299: in clear
 *   nosniff-missing             whoever changes the page changes its headers; nosniff of any type
 *   http-despite-https-rr, http-despite-hsts   seen when a request was read and the name is known
 *                               to have the record or policy; over TLS they pass
 *   http-redirect-order         seen when an answer in clear redirected
 *   http-token-in-url           seen when a target was looked at, in clear or over TLS
 *   default-credentials         seen when Basic's user and password were read in clear
 *   the kinds of requests       seen, and failed, when one was seen in clear (enum pl_http_kind)
 *
 * What has to go in clear by its own rule (an ACME challenge) is not held against anybody.
 */
#ifndef PL_CHECK_HTTP_H
#define PL_CHECK_HTTP_H

#include "catalogue.h"
#include "../read/text/http.h"

enum { PL_HSTS_MIN_S = 31536000 }; /* one year */

PL_INLINE void pl_check_http_request(const struct pl_http_facts *facts, struct pl_findings *f)
{
    bool leaked = facts->clear && facts->credentials;

    if (facts->request && facts->answer != PL_HTTP_ANSWER_UNKNOWN)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_cleartext),
                 facts->clear && facts->answer != PL_HTTP_ANSWER_TO_HTTPS);
    if (leaked || (facts->request && facts->headers_done))
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_credentials_cleartext), leaked);
    if (facts->clear && facts->pair_read)
        pl_found(f, PL_FAMILY_APP, PL_MASK(default_credentials), facts->pair_default);
    if (facts->target_read)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_token_in_url), facts->kinds & PL_HTTP_KIND(TOKEN));
    if (!facts->request || facts->plain_by_rule)
        return;
    if (facts->https_rr)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_despite_https_rr), facts->clear);
    if (facts->hsts_known)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_despite_hsts), facts->clear);
}

/* Content-Security-Policy as internet.nl wants it; frame-src falls back on default-src, which is
 * asked for anyway. */
PL_INLINE bool pl_http_csp_ok(uint32_t csp)
{
    uint32_t all = PL_CSP_SENT | PL_CSP_DEFAULT | PL_CSP_BASE | PL_CSP_FORM | PL_CSP_ANCESTORS;

    return (csp & all) == all && !(csp & PL_CSP_WEAK);
}

/* The headers of a page, over TLS. */
PL_INLINE void pl_check_http_page(const struct pl_http_facts *facts, struct pl_findings *f)
{
    if (facts->typed)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(nosniff_missing), !facts->nosniff);
    if (!facts->page)
        return;
    pl_found(f, PL_FAMILY_HTTP, PL_MASK(csp_missing_weak), !pl_http_csp_ok(facts->csp));
    pl_found(f, PL_FAMILY_HTTP, PL_MASK(framing_allowed), !facts->framed);
}

PL_INLINE void pl_check_http_answer(const struct pl_http_facts *facts, struct pl_findings *f)
{
    if (facts->redirect)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(http_redirect_order), facts->redirect_away);
    if (!facts->answer_headers)
        return;
    if (facts->clear)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(hsts_over_http), facts->hsts_sent);
    else
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(hsts_missing),
                 !facts->hsts || facts->hsts_max_age_s < PL_HSTS_MIN_S);
    if (facts->cookie)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(cookie_insecure),
                 facts->cookie_insecure || facts->session_cookie_open);
    if (!facts->clear)
        pl_check_http_page(facts, f);
}

/* Failed when the kind was seen in clear.  No branch: in the kernel each would double the paths. */
PL_INLINE void pl_check_http_kind(const struct pl_http_facts *facts, struct pl_findings *f,
                                  enum pl_http_kind kind, enum pl_family family, uint64_t mask)
{
    uint64_t hit = (0 - (uint64_t)(facts->kinds >> kind & facts->clear)) & mask;

    f->seen[family] |= hit;
    f->failed[family] |= hit;
}

/* But UPNP, which is right inside of a network: packet.h asks where it goes. */
PL_INLINE void pl_check_http_kinds(const struct pl_http_facts *facts, struct pl_findings *f)
{
#define KIND(kind, family, check)                                                                  \
    pl_check_http_kind(facts, f, PL_HTTP_KIND_##kind, PL_FAMILY_##family, PL_MASK(check))
    KIND(OBJECT_STORE, HTTP, object_store_http);
    KIND(PKG_REGISTRY, HTTP, pkg_registry_http);
    KIND(PKG_REPOSITORY, HTTP, pkg_repository_http);
    KIND(DOCKER, HTTP, docker_api_cleartext);
    KIND(FIRMWARE, HTTP, firmware_cleartext);
    KIND(WEBSOCKET, HTTP, ws_cleartext);
    KIND(GIT, APP, git_cleartext);
    KIND(INSPECTOR, APP, debug_port_exposed);
#undef KIND
}

PL_INLINE void pl_check_http(const struct pl_http_facts *facts, struct pl_findings *f)
{
    pl_check_http_request(facts, f);
    pl_check_http_answer(facts, f);
    pl_check_http_kinds(facts, f);
}

#endif
