/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"

#include "refuse.h"
#include "request.h"

#include "common/check/http.h"
#include "common/read/text/http_kind.h"
#include "common/read/text/http_policy.h"

static ngx_http_output_header_filter_pt next_filter;

static void read_header(const ngx_http_request_t *r, struct pl_http_facts *facts,
                        const ngx_str_t *name, const ngx_str_t *value)
{
    const ngx_str_t *host = &r->headers_in.server;

    pl_http_answer_header(facts, name->data, name->len, value->data, value->len);
    pl_http_policy_header(facts, name->data, name->len, value->data, value->len, host->data,
                          host->len);
}

/* Content-Type does not stand among the others. */
static void read_headers(const ngx_http_request_t *r, struct pl_http_facts *facts)
{
    static const ngx_str_t type = ngx_string("Content-Type");

    facts->answer_headers = true;
    read_header(r, facts, &type, &r->headers_out.content_type);
    for (const ngx_list_part_t *part = &r->headers_out.headers.part; part; part = part->next)
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            const ngx_table_elt_t *h = (const ngx_table_elt_t *)part->elts + i;
            if (h->hash) /* 0: taken out again */
                read_header(r, facts, &h->key, &h->value);
        }
    pl_http_policy_status(facts, (unsigned)r->headers_out.status);
}

/* The query as the client sent it: a rewrite changes r->args. */
static void read_target(const ngx_http_request_t *r, struct pl_http_facts *facts)
{
    facts->target_read = true;
    if (pl_http_target_has_token(r->unparsed_uri.data, r->unparsed_uri.len))
        facts->kinds |= PL_HTTP_KIND(TOKEN);
}

static void read_redirect(const ngx_http_request_t *r, struct pl_http_facts *facts)
{
    const ngx_table_elt_t *location = r->headers_out.location;
    const ngx_str_t *host = &r->headers_in.server;
    ngx_str_t none = ngx_null_string;
    const ngx_str_t *to = location && location->hash ? &location->value : &none;

    facts->answer = pl_http_answer_redirect((unsigned)r->headers_out.status, to->data, to->len,
                                            host->data, host->len);
    if (to->len == 0 || host->len == 0 ||
        !pl_http_status_redirects((unsigned)r->headers_out.status))
        return;
    facts->redirect = true;
    facts->redirect_away = pl_http_answer_away(to->data, to->len, host->data, host->len);
}

static bool is_address(const ngx_str_t *host)
{
    return host->len == 0 || host->data[0] == '[' ||
           ngx_inet_addr(host->data, host->len) != INADDR_NONE;
}

/* Over TLS an error's headers say little of the site: add_header leaves errors out by default. */
static bool is_telling(const ngx_http_request_t *r)
{
    ngx_uint_t status = r->headers_out.status;

    return r->connection->ssl == NULL || (status < 400 && status != NGX_HTTP_NOT_MODIFIED);
}

static void read_answer(ngx_http_request_t *r, const ngx_http_plimsoll_visit_t *visit,
                        struct pl_http_facts *facts)
{
    facts->clear = visit->facts.clear;
    facts->request = facts->clear;
    read_target(r, facts);
    read_headers(r, facts);
    if (facts->clear && !visit->acme)
        read_redirect(r, facts);
}

/* destination-listed was told with the request. */
static void judge(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit, enum pl_watch mode,
                  struct pl_judgement *j)
{
    const ngx_str_t *host = &r->headers_in.server;
    struct pl_worker *w = ngx_http_plimsoll_request_worker(r);
    struct pl_http_facts facts = {0};
    struct pl_findings findings = {0};

    read_answer(r, visit, &facts);
    pl_check_http(&facts, &findings);
    if (is_address(host))
        findings.failed[PL_FAMILY_HTTP] &= ~PL_MASK(hsts_missing);
    (void)pl_worker_judge(w, mode, visit->parties, &findings, j);
    if (visit->parties.class)
        pl_worker_leave_out(j, PL_FAMILY_NET, ~(uint64_t)0);
    pl_tally_add(&visit->tally, w, j);
    pl_worker_report(w, r->connection, j, host->data, host->len, NULL);
}

/* A request that was answered before its location was known.  True when it must be stopped. */
static bool catch_up(ngx_http_request_t *r, ngx_http_plimsoll_visit_t *visit,
                     uint64_t checks[PL_FAMILY_COUNT])
{
    return !visit->judged &&
           ngx_http_plimsoll_request_judge(r, visit, checks) != NGX_HTTP_PLIMSOLL_PASS;
}

static ngx_int_t filter(ngx_http_request_t *r)
{
    const ngx_http_plimsoll_loc_conf_t *lcf =
        ngx_http_get_module_loc_conf(r, ngx_http_plimsoll_module);
    uint64_t checks[PL_FAMILY_COUNT] = {0};
    ngx_http_plimsoll_visit_t *visit;
    struct pl_judgement j;

    if (r != r->main || lcf->mode == PL_WATCH_OFF)
        return next_filter(r);
    visit = ngx_http_plimsoll_visit(r);
    if (visit == NULL && r->headers_out.status < 400)
        visit = ngx_http_plimsoll_visit_begin(r);
    if (visit == NULL || visit->refused)
        return next_filter(r);
    if (catch_up(r, visit, checks))
        return ngx_http_plimsoll_refuse_answer(r, visit, NGX_HTTP_FORBIDDEN, checks);
    if (!is_telling(r))
        return next_filter(r);
    judge(r, visit, (enum pl_watch)lcf->mode, &j);
    if (j.verdict.action != PL_BLOCK)
        return next_filter(r);
    return ngx_http_plimsoll_refuse_answer(r, visit, NGX_HTTP_BAD_GATEWAY, j.verdict.block);
}

void ngx_http_plimsoll_answer_install(void)
{
    next_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = filter;
}
