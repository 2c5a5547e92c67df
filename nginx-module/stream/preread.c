/* SPDX-License-Identifier: BSD-2-Clause */
#include "refuse.h"
#include "session.h"

#include "common/check/stream.h"

/* A method and perhaps more of a request line, without its end: the one kind of text worth waiting
 * for.  Of anything else the sender may be waiting for an answer already. */
static bool may_become_http(const u_char *p, const u_char *end)
{
    enum { METHOD_MAX = 20 };
    const u_char *from = p;

    while (p < end && ((*p >= 'A' && *p <= 'Z') || *p == '-') && p - from < METHOD_MAX)
        p++;
    return p == end || (*p == ' ' && p > from && memchr(p, '\n', (size_t)(end - p)) == NULL);
}

/* Whether more bytes could tell more, and will come without an answer. */
static bool wants_more(const struct pl_stream *stream, const ngx_buf_t *b)
{
    if (pl_stream_outcome(stream) != PL_MORE)
        return false;
    switch (stream->text.protocol) {
    case PL_PROTOCOL_TLS:
        return true;
    case PL_PROTOCOL_HTTP:
        return !stream->text.http.headers_done;
    case PL_PROTOCOL_UNKNOWN:
        return may_become_http(b->pos, b->last);
    default:
        return false;
    }
}

static ngx_stream_plimsoll_session_t *begin(ngx_stream_session_t *s)
{
    ngx_stream_plimsoll_session_t *session =
        ngx_stream_get_module_ctx(s, ngx_stream_plimsoll_module);
    ngx_connection_t *c = s->connection;

    if (session)
        return session;
    session = ngx_pcalloc(c->pool, sizeof(*session));
    if (session == NULL || ngx_connection_local_sockaddr(c, NULL, 0) != NGX_OK)
        return NULL;
    pl_stream_init(&session->stream, ngx_inet_get_port(c->local_sockaddr));
    ngx_stream_set_ctx(s, session, ngx_stream_plimsoll_module);
    return session;
}

static const char *protocol_name(const struct pl_stream *stream)
{
    switch (stream->text.protocol) {
    case PL_PROTOCOL_TLS:
        return "tls";
    case PL_PROTOCOL_HTTP:
        return "http";
    default:
        return "text";
    }
}

static ngx_int_t judge(ngx_stream_session_t *s, ngx_stream_plimsoll_session_t *session,
                       enum pl_watch mode)
{
    ngx_stream_plimsoll_main_conf_t *main =
        ngx_stream_get_module_main_conf(s, ngx_stream_plimsoll_module);
    const struct pl_stream *stream = &session->stream;
    struct pl_worker *w = &main->worker;
    struct pl_findings findings = {0};
    struct pl_parties parties;
    struct pl_judgement j;
    uint32_t len;
    const uint8_t *name = pl_stream_name(stream, &len);

    pl_worker_refresh(w, s->connection->log);
    if (pl_stream_outcome(stream) == PL_MALFORMED)
        pl_worker_report_malformed(w, s->connection, protocol_name(stream));
    parties = pl_worker_parties(w, s->connection, name, len);
    pl_check_stream(stream, &findings);
    (void)pl_worker_judge(w, mode, parties, &findings, &j);
    pl_tally_add(&session->tally, w, &j);
    pl_worker_report(w, s->connection, &j, name, len, &stream->tls.facts);
    if (j.verdict.action != PL_BLOCK)
        return NGX_DECLINED;
    return ngx_stream_plimsoll_refuse(s->connection, stream, j.verdict.block);
}

/* NGX_DECLINED lets other preread handlers have their turn.  A buffer that is full ends the reading
 * here, since nginx would end the session over it. */
ngx_int_t ngx_stream_plimsoll_preread(ngx_stream_session_t *s)
{
    ngx_stream_plimsoll_srv_conf_t *conf =
        ngx_stream_get_module_srv_conf(s, ngx_stream_plimsoll_module);
    ngx_connection_t *c = s->connection;
    ngx_stream_plimsoll_session_t *session;
    ngx_buf_t *b = c->buffer;

    if (conf->mode == PL_WATCH_OFF || c->type != SOCK_STREAM || c->ssl)
        return NGX_DECLINED;
    if (b == NULL)
        return NGX_AGAIN;
    session = begin(s);
    if (session == NULL)
        return NGX_ERROR;
    if (session->tally.judged)
        return NGX_DECLINED;
    (void)pl_stream_feed(&session->stream, b->pos + session->read,
                         (size_t)(b->last - b->pos) - session->read);
    session->read = (size_t)(b->last - b->pos);
    if (b->last < b->end && wants_more(&session->stream, b))
        return NGX_AGAIN;
    return judge(s, session, (enum pl_watch)conf->mode);
}
