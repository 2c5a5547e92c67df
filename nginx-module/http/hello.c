/* SPDX-License-Identifier: BSD-2-Clause */
#include "hello.h"
#include "tls.h"

#include "../alert.h"

/* This is a web server whatever port it listens on, so its clients are asked for a name. */
enum { HTTPS_PORT = 443 };

/* Of the process, so that contexts of an old and a new configuration agree on it. */
static int hello_index = -1;

ngx_http_plimsoll_hello_t *ngx_http_plimsoll_hello(const ngx_connection_t *c)
{
    return c->ssl && hello_index >= 0 ? SSL_get_ex_data(c->ssl->connection, hello_index) : NULL;
}

static ngx_http_plimsoll_hello_t *begin(SSL *ssl)
{
    ngx_http_plimsoll_hello_t *hello = SSL_get_ex_data(ssl, hello_index);
    ngx_connection_t *c = ngx_ssl_get_connection(ssl);

    if (hello || c == NULL)
        return hello;
    hello = ngx_pcalloc(c->pool, sizeof(*hello));
    if (hello && !SSL_set_ex_data(ssl, hello_index, hello))
        return NULL;
    return hello;
}

/* OpenSSL may end the handshake over it before it asks for a decision, so it is told here. */
static void report_malformed(SSL *ssl)
{
    ngx_connection_t *c = ngx_ssl_get_connection(ssl);
    const ngx_http_connection_t *hc = c->data;
    const ngx_http_plimsoll_loc_conf_t *lcf =
        hc->conf_ctx->loc_conf[ngx_http_plimsoll_module.ctx_index];
    struct pl_worker *w = ngx_http_plimsoll_worker(hc->conf_ctx);

    if (lcf->mode == PL_WATCH_OFF)
        return;
    pl_worker_refresh(w, c->log);
    pl_worker_report_malformed(w, c, "tls");
}

typedef bool (*read_pt)(struct pl_tls_facts *facts, const void *message, size_t len);

/* Only the first one of a connection: the second after a HelloRetryRequest offers the same. */
static void on_client_hello(SSL *ssl, read_pt read, const void *message, size_t len)
{
    ngx_http_plimsoll_hello_t *hello = begin(ssl);

    if (hello == NULL || hello->facts.client_hello)
        return;
    if (!read(&hello->facts, message, len))
        report_malformed(ssl);
    hello->facts.server_port_hint = HTTPS_PORT;
}

static void on_server_hello(SSL *ssl, const void *message, size_t len)
{
    ngx_http_plimsoll_hello_t *hello = SSL_get_ex_data(ssl, hello_index);

    if (hello && hello->facts.client_hello)
        (void)ngx_http_plimsoll_tls_server(&hello->facts, message, len);
}

static void on_message(int is_write, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    const uint8_t *message = buf;

    (void)arg;
    if (len < SSL3_HM_HEADER_LENGTH)
        return;
    if (!is_write && version == SSL2_VERSION && type == 0)
        on_client_hello(ssl, ngx_http_plimsoll_tls_client_v2, buf, len);
    if (type != SSL3_RT_HANDSHAKE)
        return;
    if (!is_write && message[0] == SSL3_MT_CLIENT_HELLO)
        on_client_hello(ssl, ngx_http_plimsoll_tls_client, buf, len);
    else if (is_write && message[0] == SSL3_MT_SERVER_HELLO)
        on_server_hello(ssl, buf, len);
}

#if (NGX_PCRE)
static ngx_http_core_srv_conf_t *find_by_regex(const ngx_http_virtual_names_t *names,
                                               ngx_str_t *name)
{
    for (ngx_uint_t i = 0; i < names->nregex; i++)
        if (ngx_regex_exec(names->regex[i].regex->regex, name, NULL, 0) >= 0)
            return names->regex[i].server;
    return NULL;
}
#endif

/* The server that nginx is going to choose by this name; its own search is not exported. */
static ngx_http_core_srv_conf_t *find_server(const ngx_http_addr_conf_t *addr, ngx_str_t name)
{
    ngx_http_virtual_names_t *names = addr->virtual_names;
    ngx_http_core_srv_conf_t *cscf = NULL;

    if (names == NULL || name.len == 0)
        return addr->default_server;
    cscf = ngx_hash_find_combined(&names->names, ngx_hash_key(name.data, name.len), name.data,
                                  name.len);
#if (NGX_PCRE)
    if (cscf == NULL)
        cscf = find_by_regex(names, &name);
#endif
    return cscf ? cscf : addr->default_server;
}

static uint64_t *told_of(struct ngx_http_plimsoll_told *told, int family)
{
    return family == PL_FAMILY_NET ? &told->net : family == PL_FAMILY_TLS ? &told->tls : NULL;
}

static void forget_told(struct ngx_http_plimsoll_told *told, const struct pl_worker *w,
                        const struct pl_judgement *j)
{
    uint32_t image = w->handle.swaps + 1;

    if (told->image == image && told->group == j->group && told->class == j->class &&
        told->cell == j->cell)
        return;
    told->image = image;
    told->group = j->group;
    told->class = j->class;
    told->cell = j->cell;
    told->net = told->tls = 0;
}

void ngx_http_plimsoll_hello_untold(ngx_http_plimsoll_hello_t *hello, const struct pl_worker *w,
                                    struct pl_judgement *j)
{
    forget_told(&hello->told, w, j);
    for (int i = 0; i < PL_FAMILY_COUNT; i++) {
        uint64_t *told = told_of(&hello->told, i);
        uint64_t all = j->verdict.flag[i] | j->verdict.trial[i] | j->verdict.block[i];
        if (!told)
            continue;
        pl_worker_leave_out(j, (enum pl_family)i, *told);
        *told |= all;
    }
}

/* Judge the hello against the name that it asks for; true when it must not go on. */
static bool is_refused(SSL *ssl, ngx_connection_t *c, ngx_http_plimsoll_hello_t *hello,
                       struct pl_worker *w, enum pl_watch mode)
{
    const struct pl_tls_facts *facts = &hello->facts;
    struct pl_parties parties = pl_worker_parties(w, c, facts->sni, facts->sni_len);
    struct pl_findings findings = {0};
    struct pl_judgement j;

    ngx_http_plimsoll_tls_judge_hello(ssl, facts, &findings);
    (void)pl_worker_judge(w, mode, parties, &findings, &j);
    ngx_memcpy(hello->block, j.verdict.block, sizeof(hello->block));
    bool refused = j.verdict.action == PL_BLOCK;
    ngx_http_plimsoll_hello_untold(hello, w, &j);
    pl_worker_report(w, c, &j, facts->sni, facts->sni_len, facts);
    return refused;
}

/* True when the handshake may go on. */
static bool decide(SSL *ssl, ngx_http_plimsoll_hello_t *hello, int *alert)
{
    ngx_connection_t *c = ngx_ssl_get_connection(ssl);
    ngx_http_connection_t *hc = c->data;
    struct pl_worker *w = ngx_http_plimsoll_worker(hc->conf_ctx);
    ngx_str_t name = {hello->facts.sni_len, hello->facts.sni};
    ngx_http_core_srv_conf_t *cscf = find_server(hc->addr_conf, name);
    ngx_http_plimsoll_loc_conf_t *lcf = cscf->ctx->loc_conf[ngx_http_plimsoll_module.ctx_index];

    hello->judged = true;
    if (lcf->mode == PL_WATCH_OFF)
        return true;
    pl_worker_refresh(w, c->log);
    if (!hello->facts.client_hello || !is_refused(ssl, c, hello, w, (enum pl_watch)lcf->mode))
        return true;
    *alert = (int)pl_alert_for(hello->block);
    if (lcf->refuse == NGX_HTTP_PLIMSOLL_ALERT)
        return false;
    hello->page_only = true;
    hello->lowered = ngx_http_plimsoll_tls_choice(ssl, hello->facts.max_version) == 0;
    return true;
}

/* nginx takes over the options of the server that the name chooses, so this comes after its choice:
 * for the version in use it has to be undone again. */
static int lower(SSL *ssl, int rc)
{
    const ngx_http_plimsoll_hello_t *hello = SSL_get_ex_data(ssl, hello_index);

    if (hello && hello->lowered)
        ngx_http_plimsoll_tls_lower(ssl);
    return rc;
}

static int on_hello(SSL *ssl, int *alert, void *arg)
{
    ngx_http_plimsoll_hello_t *hello = SSL_get_ex_data(ssl, hello_index);

    (void)arg;
    if (hello && !hello->judged && !decide(ssl, hello, alert))
        return SSL_CLIENT_HELLO_ERROR;
#if (nginx_version >= 1029002)
    return lower(ssl, ngx_ssl_client_hello_callback(ssl, alert, arg)); /* chooses the server */
#else
    return lower(ssl, SSL_CLIENT_HELLO_SUCCESS);
#endif
}

#if (nginx_version < 1029002)
static int on_server_name(SSL *ssl, int *alert, void *arg)
{
    return lower(ssl, ngx_http_ssl_servername(ssl, alert, arg));
}
#endif

static void install(SSL_CTX *ctx)
{
    SSL_CTX_set_msg_callback(ctx, on_message);
    SSL_CTX_set_client_hello_cb(ctx, on_hello, NULL);
#if (nginx_version < 1029002)
    SSL_CTX_set_tlsext_servername_callback(ctx, on_server_name);
#endif
}

ngx_int_t ngx_http_plimsoll_hello_install(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t *cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    ngx_http_core_srv_conf_t **servers = cmcf->servers.elts;

    if (hello_index < 0)
        hello_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    if (hello_index < 0)
        return NGX_ERROR;
    for (ngx_uint_t i = 0; i < cmcf->servers.nelts; i++) {
        ngx_http_ssl_srv_conf_t *ssl = servers[i]->ctx->srv_conf[ngx_http_ssl_module.ctx_index];
        if (ssl && ssl->ssl.ctx)
            install(ssl->ssl.ctx);
    }
    return NGX_OK;
}
