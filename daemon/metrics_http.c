/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/metrics_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { TIMEOUT_S = 5, HEADER_BYTES = 8192, BODY_BYTES = 1024, BACKLOG = 16 };

struct pl_metrics_http {
    struct evhttp *http;
    const struct pl_metrics *metrics;
    char unix_path[108];
};

static void answer_error(struct evhttp_request *request, int code, const char *reason)
{
    struct evbuffer *body = evbuffer_new();

    if (body)
        evbuffer_add_printf(body, "%s\n", reason);
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                      "text/plain; charset=utf-8");
    evhttp_send_reply(request, code, reason, body);
    if (body)
        evbuffer_free(body);
}

static void answer_metrics(struct evhttp_request *request, const struct pl_metrics *metrics)
{
    struct evbuffer *body = evbuffer_new();

    if (!body) {
        answer_error(request, HTTP_SERVUNAVAIL, "Service Unavailable");
        return;
    }
    pl_metrics_write(metrics, body);
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", PL_METRICS_TYPE);
    evhttp_send_reply(request, HTTP_OK, "OK", body);
    evbuffer_free(body);
}

static void on_request(struct evhttp_request *request, void *context)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
    struct pl_metrics_http *h = context;

    if (!path || strcmp(path, "/metrics") != 0) {
        answer_error(request, HTTP_NOTFOUND, "Not Found");
    } else if (evhttp_request_get_command(request) != EVHTTP_REQ_GET) {
        evhttp_add_header(evhttp_request_get_output_headers(request), "Allow", "GET");
        answer_error(request, HTTP_BADMETHOD, "Method Not Allowed");
    } else {
        answer_metrics(request, h->metrics);
    }
}

static void on_resume(evutil_socket_t fd, short what, void *listener)
{
    (void)fd;
    (void)what;
    evconnlistener_enable(listener);
}

/* Out of descriptors: leave the waiting connection alone until the timeouts have freed some, or the
 * loop would spin on it. */
static void on_listen_error(struct evconnlistener *listener, void *context)
{
    const struct timeval second = {1, 0};

    (void)context; /* evhttp's own */
    evconnlistener_disable(listener);
    event_base_once(evconnlistener_get_base(listener), -1, EV_TIMEOUT, on_resume, listener,
                    &second);
}

static socklen_t socket_address(const struct pl_metrics_place *place, struct sockaddr_storage *to)
{
    struct sockaddr_un *un = (struct sockaddr_un *)to;
    struct sockaddr_in *in = (struct sockaddr_in *)to;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;

    memset(to, 0, sizeof(*to));
    if (place->unix_path[0]) {
        un->sun_family = AF_UNIX;
        memcpy(un->sun_path, place->unix_path, sizeof(un->sun_path));
        return sizeof(*un);
    }
    if (inet_pton(AF_INET, place->address, &in->sin_addr) == 1) {
        in->sin_family = AF_INET;
        in->sin_port = htons(place->port);
        return sizeof(*in);
    }
    inet_pton(AF_INET6, place->address, &in6->sin6_addr);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(place->port);
    return sizeof(*in6);
}

/* What a killed daemon left; nothing but a socket is removed. */
static void clear_name(const char *path)
{
    struct stat st;

    if (path[0] && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path);
}

static bool listen_at(struct pl_metrics_http *h, struct event_base *base,
                      const struct pl_metrics_place *place)
{
    struct sockaddr_storage address;
    socklen_t len = socket_address(place, &address);
    struct evconnlistener *listener;

    clear_name(place->unix_path);
    listener = evconnlistener_new_bind(
        base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
        BACKLOG, (struct sockaddr *)&address, (int)len);
    if (!listener)
        return false;
    if (!evhttp_bind_listener(h->http, listener)) {
        evconnlistener_free(listener);
        return false;
    }
    evconnlistener_set_error_cb(listener, on_listen_error);
    memcpy(h->unix_path, place->unix_path, sizeof(h->unix_path));
    return !h->unix_path[0] || chmod(h->unix_path, 0666) == 0;
}

static bool start(struct pl_metrics_http *h, struct event_base *base,
                  const struct pl_metrics_place *place)
{
    h->http = evhttp_new(base);
    if (!h->http)
        return false;
    evhttp_set_timeout(h->http, TIMEOUT_S);
    evhttp_set_max_headers_size(h->http, HEADER_BYTES);
    evhttp_set_max_body_size(h->http, BODY_BYTES);
    evhttp_set_allowed_methods(h->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                            EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
                                            EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    evhttp_set_gencb(h->http, on_request, h);
    return listen_at(h, base, place);
}

struct pl_metrics_http *pl_metrics_http_open(struct event_base *base,
                                             const struct pl_metrics_place *place,
                                             const struct pl_metrics *metrics,
                                             struct pl_error *error)
{
    struct pl_metrics_http *h = calloc(1, sizeof(*h));

    if (!h) {
        pl_fail(error, NULL, 0, 0, "out of memory");
        return NULL;
    }
    h->metrics = metrics;
    if (start(h, base, place))
        return h;
    pl_fail(error, place->unix_path, 0, 0, "cannot serve the metrics%s%s: %s",
            place->unix_path[0] ? "" : " at ", place->address, strerror(errno));
    pl_metrics_http_close(h);
    return NULL;
}

void pl_metrics_http_close(struct pl_metrics_http *http)
{
    if (!http)
        return;
    if (http->http)
        evhttp_free(http->http);
    if (http->unix_path[0])
        unlink(http->unix_path);
    free(http);
}
