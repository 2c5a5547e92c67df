/* SPDX-License-Identifier: BSD-2-Clause */
#include "request.h"

#include "hello.h"
#include "refuse.h"

#include "common/check/http.h"
#include "common/check/tls.h"
#include "common/read/text/http_secret.h"

static enum pl_watch mode_of(const ngx_http_request_t *r)
{
    const ngx_http_plimsoll_loc_conf_t *lcf =
        ngx_http_get_module_loc_conf(r, ngx_http_plimsoll_module);

    return (enum pl_watch)lcf->mode;
}

static bool is_block(const struct pl_judgement *j)
{
    return j->verdict.action == PL_BLOCK;
}

/* Over TLS, against one name.  True when it blocks. */
static bool judge_name(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                       ngx_http_plimsoll_hello_t *hello, const u_char *name, size_t len,
                       uint64_t checks[PL_FAMILY_COUNT])
{
    struct pl_worker *w = ngx_http_plimsoll_request_worker(r);
    struct pl_findings findings = {0};
    struct pl_judgement j;
    bool block;

    visit->parties = pl_worker_parties(w, r->connection, name, len);
    pl_check_tls(&hello->facts, &findings);
    (void)pl_worker_judge(w, mode_of(r), visit->parties, &findings, &j);
    pl_tally_add(&visit->tally, w, &j);
    block = is_block(&j);
    if (block)
        ngx_memcpy(checks, j.verdict.block, sizeof(j.verdict.block));
    ngx_http_plimsoll_hello_untold(hello, w, &j);
    pl_worker_report(w, r->connection, &j, name, len, &hello->facts);
    return block;
}

static bool is_host(const ngx_http_request_t *r, const u_char *name, size_t len)
{
    const ngx_str_t *host = &r->headers_in.server;

    return host->len == len && ngx_strncmp(host->data, name, len) == 0;
}

/* The name of the hello first, so that what is kept of the visit is the name of the request. */
static enum ngx_http_plimsoll_act judge_tls(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                                            ngx_http_plimsoll_hello_t *hello,
                                            uint64_t checks[PL_FAMILY_COUNT])
{
    const struct pl_tls_facts *facts = &hello->facts;
    const ngx_str_t *host = &r->headers_in.server;
    bool block = false;

    if (facts->sni_len && !is_host(r, facts->sni, facts->sni_len))
        block = judge_name(r, visit, hello, facts->sni, facts->sni_len, checks);
    block |= judge_name(r, visit, hello, host->data, host->len, checks);
    return block ? NGX_HTTP_PLIMSOLL_STOP : NGX_HTTP_PLIMSOLL_PASS;
}

static bool has_credentials(const ngx_http_request_t *r)
{
    for (const ngx_list_part_t *part = &r->headers_in.headers.part; part; part = part->next)
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            const ngx_table_elt_t *h = (const ngx_table_elt_t *)part->elts + i;
            if (pl_http_credential_header(h->key.data, h->key.len, h->value.data, h->value.len))
                return true;
        }
    return false;
}

/* RFC 8555, 8.3: the challenge is asked for in clear, of a server that may have no certificate yet.
 */
static bool is_acme(const ngx_http_request_t *r)
{
    static const ngx_str_t prefix = ngx_string("/.well-known/acme-challenge/");

    return r->uri.len >= prefix.len && ngx_strncmp(r->uri.data, prefix.data, prefix.len) == 0;
}

static void judge_facts(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                        struct pl_judgement *j)
{
    const ngx_str_t *host = &r->headers_in.server;
    struct pl_worker *w = ngx_http_plimsoll_request_worker(r);
    struct pl_findings findings = {0};

    visit->parties = pl_worker_parties(w, r->connection, host->data, host->len);
    pl_check_http(&visit->facts, &findings);
    (void)pl_worker_judge(w, mode_of(r), visit->parties, &findings, j);
}

/* The answer is not known yet.  Would the policy stop any in clear, then the request must not reach
 * what makes it; else the real answer is waited for. */
static bool cleartext_blocks(struct pl_judgement *j)
{
    if (j->verdict.block[PL_FAMILY_HTTP] & PL_MASK(http_cleartext))
        return true;
    pl_worker_leave_out(j, PL_FAMILY_HTTP, PL_MASK(http_cleartext));
    return false;
}

static bool only_cleartext_blocks(const struct pl_judgement *j)
{
    uint64_t others = 0;

    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        others |= j->verdict.block[i] & ~(i == PL_FAMILY_HTTP ? PL_MASK(http_cleartext) : 0);
    return others == 0;
}

static enum ngx_http_plimsoll_act judge_clear(ngx_http_request_t *r,
                                              ngx_http_plimsoll_visit_t *visit,
                                              uint64_t checks[PL_FAMILY_COUNT])
{
    const ngx_http_plimsoll_loc_conf_t *lcf =
        ngx_http_get_module_loc_conf(r, ngx_http_plimsoll_module);
    const ngx_str_t *host = &r->headers_in.server;
    struct pl_worker *w = ngx_http_plimsoll_request_worker(r);
    struct pl_judgement j;
    bool cleartext;

    visit->acme = is_acme(r);
    visit->facts.request = visit->facts.headers_done = visit->facts.clear = true;
    visit->facts.credentials = has_credentials(r);
    visit->facts.answer = visit->acme ? PL_HTTP_ANSWER_UNKNOWN : PL_HTTP_ANSWER_OTHER;
    judge_facts(r, visit, &j);
    cleartext = cleartext_blocks(&j);
    pl_tally_add(&visit->tally, w, &j);
    pl_worker_report(w, r->connection, &j, host->data, host->len, NULL);
    if (!is_block(&j))
        return NGX_HTTP_PLIMSOLL_PASS;
    ngx_memcpy(checks, j.verdict.block, sizeof(j.verdict.block));
    if (cleartext && only_cleartext_blocks(&j) && lcf->plain == NGX_HTTP_PLIMSOLL_PLAIN_REDIRECT)
        return NGX_HTTP_PLIMSOLL_TO_HTTPS;
    return NGX_HTTP_PLIMSOLL_STOP;
}

enum ngx_http_plimsoll_act ngx_http_plimsoll_request_judge(ngx_http_request_t *r,
                                                           ngx_http_plimsoll_visit_t *visit,
                                                           uint64_t checks[PL_FAMILY_COUNT])
{
    ngx_http_plimsoll_hello_t *hello = ngx_http_plimsoll_hello(r->connection);

    visit->judged = true;
    pl_worker_refresh(ngx_http_plimsoll_request_worker(r), r->connection->log);
    if (r->connection->ssl == NULL)
        return judge_clear(r, visit, checks);
    return hello ? judge_tls(r, visit, hello, checks) : NGX_HTTP_PLIMSOLL_PASS;
}

static ngx_int_t act(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                     enum ngx_http_plimsoll_act what, const uint64_t *checks)
{
    ngx_int_t rc = NGX_DECLINED;

    if (what == NGX_HTTP_PLIMSOLL_PASS)
        return NGX_DECLINED;
    if (what == NGX_HTTP_PLIMSOLL_TO_HTTPS) {
        visit->refused = true;
        rc = ngx_http_plimsoll_refuse_redirect(r);
    }
    if (rc == NGX_DECLINED)
        rc = ngx_http_plimsoll_refuse_page(r, visit, NGX_HTTP_FORBIDDEN, checks);
    return rc;
}

/* The handshake was let through for the page alone: no judgement of today changes that. */
static ngx_int_t serve_only_page(ngx_http_request_t *r, const ngx_http_plimsoll_hello_t *hello)
{
    ngx_http_plimsoll_visit_t *visit = ngx_http_plimsoll_visit_begin(r);
    struct pl_judgement j = {.verdict = {.action = PL_BLOCK}};

    if (visit == NULL)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    if (visit->refused)
        return NGX_DECLINED;
    j.group = hello->told.group;
    ngx_memcpy(j.verdict.block, hello->block, sizeof(j.verdict.block));
    pl_tally_add(&visit->tally, ngx_http_plimsoll_request_worker(r), &j);
    visit->judged = true;
    return ngx_http_plimsoll_refuse_page(r, visit, NGX_HTTP_FORBIDDEN, hello->block);
}

static ngx_int_t handle(ngx_http_request_t *r)
{
    uint64_t checks[PL_FAMILY_COUNT] = {0};
    ngx_http_plimsoll_visit_t *visit;

    if (mode_of(r) == PL_WATCH_OFF)
        return NGX_DECLINED;
    visit = ngx_http_plimsoll_visit_begin(r);
    if (visit == NULL)
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    if (visit->judged)
        return NGX_DECLINED;
    return act(r, visit, ngx_http_plimsoll_request_judge(r, visit, checks), checks);
}

ngx_int_t ngx_http_plimsoll_server_rewrite(ngx_http_request_t *r)
{
    const ngx_http_plimsoll_hello_t *hello = ngx_http_plimsoll_hello(r->connection);
    const ngx_http_plimsoll_loc_conf_t *lcf =
        ngx_http_get_module_loc_conf(r, ngx_http_plimsoll_module);

    if (r != r->main)
        return NGX_DECLINED;
    if (hello && hello->page_only)
        return serve_only_page(r, hello);
    return lcf->split ? NGX_DECLINED : handle(r);
}

ngx_int_t ngx_http_plimsoll_rewrite(ngx_http_request_t *r)
{
    return r == r->main ? handle(r) : NGX_DECLINED;
}
