/* SPDX-License-Identifier: BSD-2-Clause */
#include "worker.h"

enum { TICK_MS = 1000 };

/* A path becomes absolute, as with every other path in nginx's configuration. */
static char *set_path(ngx_conf_t *cf, ngx_str_t *path, const ngx_str_t *value, size_t room)
{
    *path = *value;
    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK)
        return NGX_CONF_ERROR;
    if (path->len < room)
        return NGX_CONF_OK;
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "the path \"%V\" has %uz bytes: at most %uz fit", path,
                       path->len, room - 1);
    return NGX_CONF_ERROR;
}

char *pl_worker_set_policy(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    struct pl_worker *w = conf;
    ngx_str_t *value = cf->args->elts;

    (void)cmd;
    if (w->image.data)
        return "is duplicate";
    if (set_path(cf, &w->image, &value[1], sizeof(w->handle.image_path)) != NGX_CONF_OK)
        return NGX_CONF_ERROR;
    if (cf->args->nelts < 3)
        return NGX_CONF_OK;
    return set_path(cf, &w->control, &value[2], sizeof(w->handle.control_path));
}

char *pl_worker_set_events(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    struct pl_worker *w = conf;
    ngx_str_t *value = cf->args->elts;

    (void)cmd;
    if (w->events.data)
        return "is duplicate";
    return set_path(cf, &w->events, &value[1], sizeof(w->emitter.path));
}

static void set_default(ngx_str_t *path, const char *value)
{
    if (path->data)
        return;
    path->data = (u_char *)value;
    path->len = ngx_strlen(value);
}

static void close_with_pool(void *data)
{
    pl_worker_close(data);
}

/* A single process frees an old configuration without telling its modules. */
static bool close_in_time(ngx_conf_t *cf, struct pl_worker *w)
{
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(cf->pool, 0);

    if (cleanup) {
        cleanup->handler = close_with_pool;
        cleanup->data = w;
    }
    return cleanup != NULL;
}

bool pl_worker_settle(ngx_conf_t *cf, struct pl_worker *w)
{
    struct pl_lines lines;
    struct pl_error error;
    char text[sizeof(error.file) + sizeof(error.text)];

    set_default(&w->image, PL_DEFAULT_IMAGE);
    set_default(&w->control, PL_DEFAULT_CONTROL);
    set_default(&w->events, PL_DEFAULT_EVENTS);
    if (!w->used)
        return true;
    if (pl_image_map((const char *)w->image.data, &lines, &error)) {
        pl_image_unmap(&lines);
        return close_in_time(cf, w);
    }
    ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                  "plimsoll: %s: everything is allowed until there is a good policy image "
                  "(\"plimsoll compile\" makes one)",
                  pl_error_text(&error, text, sizeof(text)));
    return close_in_time(cf, w);
}

static void log_refused(struct pl_worker *w, ngx_log_t *log)
{
    char text[sizeof(w->handle.error.file) + sizeof(w->handle.error.text)];

    if (w->handle.refused == w->refused)
        return;
    w->refused = w->handle.refused;
    ngx_log_error(NGX_LOG_ERR, log, 0, "plimsoll: policy image refused, %s: %s",
                  w->handle.ready ? "the old one goes on deciding" : "everything is allowed",
                  pl_error_text(&w->handle.error, text, sizeof(text)));
}

static void on_tick(ngx_event_t *ev)
{
    const ngx_connection_t *nobody = ev->data;
    struct pl_worker *w = nobody->data;

    pl_emitter_tick(&w->emitter, ngx_current_msec);
    ngx_add_timer(ev, TICK_MS);
}

/* cancelable: the timer alone must not keep an old worker from ending. */
static void start_timer(struct pl_worker *w, ngx_log_t *log)
{
    w->nobody.fd = (ngx_socket_t)-1;
    w->nobody.data = w;
    w->tick.handler = on_tick;
    w->tick.data = &w->nobody;
    w->tick.log = log;
    w->tick.cancelable = 1;
    ngx_add_timer(&w->tick, TICK_MS);
}

void pl_worker_open(struct pl_worker *w, ngx_log_t *log)
{
    struct pl_error error;
    char text[sizeof(error.file) + sizeof(error.text)];

    if (w->open)
        return;
    w->open = true;
    if (!pl_handle_open(&w->handle, (const char *)w->image.data, (const char *)w->control.data,
                        &error))
        ngx_log_error(NGX_LOG_ERR, log, 0, "plimsoll: %s",
                      pl_error_text(&error, text, sizeof(text)));
    log_refused(w, log);
    pl_emitter_open(&w->emitter, (const char *)w->events.data);
    start_timer(w, log);
}

void pl_worker_close(struct pl_worker *w)
{
    if (!w->open)
        return;
    w->open = false;
    if (w->tick.timer_set)
        ngx_del_timer(&w->tick);
    pl_emitter_close(&w->emitter, ngx_current_msec);
    pl_handle_close(&w->handle);
}

void pl_worker_refresh(struct pl_worker *w, ngx_log_t *log)
{
    if (!w->open)
        pl_worker_open(w, ngx_cycle->log);
    if (pl_handle_refresh(&w->handle, (uint64_t)ngx_time()))
        ngx_log_error(NGX_LOG_NOTICE, log, 0, "plimsoll: policy %uL decides from now on",
                      w->handle.head.serial);
    log_refused(w, log);
}

static struct pl_addr address(const struct sockaddr *sa)
{
    struct pl_addr none = {0, 0};

    if (sa->sa_family == AF_INET)
        return pl_addr_v4(ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr));
#if (NGX_HAVE_INET6)
    if (sa->sa_family == AF_INET6)
        return pl_addr_v6(((const struct sockaddr_in6 *)sa)->sin6_addr.s6_addr);
#endif
    return none;
}

/* Where the client came to.  A wildcard listener has to ask the kernel, once a connection. */
static struct pl_addr local_address(ngx_connection_t *c)
{
    struct pl_addr none = {0, 0};

    return ngx_connection_local_sockaddr(c, NULL, 0) == NGX_OK ? address(c->local_sockaddr) : none;
}

struct pl_parties pl_worker_parties(struct pl_worker *w, ngx_connection_t *c, const u_char *name,
                                    size_t len)
{
    const struct pl_handle *h = &w->handle;
    struct pl_parties p = {0, 0};

    if (!h->ready)
        return p;
    p.group = pl_group_find(&h->lines, &h->head, address(c->sockaddr));
    p.class = pl_name_find(&h->lines, &h->head, name, (uint32_t)len);
    if (p.class == 0 && h->head.class_nodes)
        p.class = pl_class_find(&h->lines, &h->head, local_address(c));
    return p;
}

static void only_observe(struct pl_verdict *v)
{
    for (int i = 0; i < PL_FAMILY_COUNT; i++) {
        v->trial[i] |= v->block[i];
        v->block[i] = 0;
    }
    if (v->action == PL_BLOCK)
        v->action = PL_WOULD_BLOCK;
}

bool pl_worker_judge(const struct pl_worker *w, enum pl_watch mode, struct pl_parties parties,
                     struct pl_findings *findings, struct pl_judgement *j)
{
    bool judged =
        pl_judge(&w->handle, (uint64_t)ngx_time(), parties.group, parties.class, findings, j);

    if (mode == PL_WATCH_OBSERVE)
        only_observe(&j->verdict);
    return judged;
}

static enum pl_action action_of(const struct pl_verdict *v)
{
    uint64_t flag = 0, trial = 0, block = 0;

    for (int i = 0; i < PL_FAMILY_COUNT; i++) {
        flag |= v->flag[i];
        trial |= v->trial[i];
        block |= v->block[i];
    }
    return block ? PL_BLOCK : trial ? PL_WOULD_BLOCK : flag ? PL_FLAG : PL_ALLOW;
}

void pl_worker_leave_out(struct pl_judgement *j, enum pl_family family, uint64_t checks)
{
    j->verdict.flag[family] &= ~checks;
    j->verdict.trial[family] &= ~checks;
    j->verdict.block[family] &= ~checks;
    j->verdict.action = action_of(&j->verdict);
}

static void set_ends(struct pl_event *event, ngx_connection_t *c)
{
    event->protocol = IPPROTO_TCP;
    event->client = address(c->sockaddr);
    event->client_port = ngx_inet_get_port(c->sockaddr);
    event->destination = local_address(c);
    event->destination_port = ngx_inet_get_port(c->local_sockaddr);
}

void pl_worker_report(struct pl_worker *w, ngx_connection_t *c, const struct pl_judgement *j,
                      const u_char *name, size_t len, const struct pl_tls_facts *tls)
{
    struct pl_event event;

    if (j->verdict.action == PL_ALLOW)
        return;
    pl_event_from(&event, w->point, &w->handle, j);
    set_ends(&event, c);
    pl_event_name(&event, name, len);
    if (tls) {
        event.tls_version = tls->version;
        event.tls_suite = tls->suite;
        event.tls_group = tls->group;
    }
    pl_emit(&w->emitter, &event, ngx_current_msec);
}

void pl_worker_report_malformed(struct pl_worker *w, ngx_connection_t *c, const char *protocol)
{
    struct pl_event event;

    pl_event_init(&event, PL_EVENT_MALFORMED, w->point);
    event.serial = w->handle.ready ? w->handle.head.serial : 0;
    set_ends(&event, c);
    pl_event_name(&event, protocol, ngx_strlen(protocol));
    pl_emit(&w->emitter, &event, ngx_current_msec);
}
