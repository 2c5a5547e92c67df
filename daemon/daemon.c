/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/daemon.h"
#include "daemon/compiler.h"
#include "daemon/metrics_http.h"
#include "daemon/intake.h"
#include "daemon/json.h"
#include "daemon/log.h"
#include "daemon/metrics.h"
#include "daemon/record.h"

#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WATCHES = 6, SHORT_QUEUE = 64 };

struct daemon {
    const struct pl_daemon_config *config;
    struct event_base *base;
    struct event *watch[WATCHES];
    int watches;
    struct pl_intake intake;
    struct pl_current current;
    struct pl_compiler compiler;
    struct pl_sink sink;
    struct pl_counters counters;
    struct pl_gateway *gateway; /* NULL: none */
    bool gateway_is_behind;     /* it has not taken the present image */
    struct pl_metrics metrics;
    struct pl_metrics_http *http;
};

static uint64_t realtime_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void on_event(struct daemon *d, const struct pl_event *event)
{
    const struct pl_words *text = pl_current_text(&d->current, event->serial);
    char line[PL_JSON_LINE_BYTES];

    pl_counters_add(&d->counters, event);
    pl_sink_write(&d->sink, line, pl_json_line(event, text, d->config->observer_name, line));
}

static void on_datagram(void *context, const void *bytes, size_t size)
{
    struct daemon *d = context;
    struct pl_event event;

    d->counters.datagrams++;
    if (pl_record_read(bytes, size, realtime_ns(), &event))
        on_event(d, &event);
    else
        d->counters.refused++;
}

/* The kernel's records pass the same gate as everybody's. */
static void on_gateway_event(void *context, const struct pl_event *event)
{
    on_datagram(context, event, sizeof(*event));
}

static void on_intake(evutil_socket_t fd, short what, void *context)
{
    struct daemon *d = context;

    (void)fd;
    (void)what;
    pl_intake_read(&d->intake, on_datagram, d);
}

static void on_ring(evutil_socket_t fd, short what, void *context)
{
    struct daemon *d = context;

    (void)fd;
    (void)what;
    pl_gate_poll(d->gateway, on_gateway_event, d);
}

static void feed_gateway(struct daemon *d)
{
    bool was_behind = d->gateway_is_behind;
    struct pl_error error;

    if (!d->gateway)
        return;
    d->gateway_is_behind = !pl_gate_publish(d->gateway, &d->current.now.lines, &error);
    if (d->gateway_is_behind && !was_behind)
        pl_log_error(PL_LOG_ERROR, "the gateway goes on with the old policy", &error);
}

static void follow(struct daemon *d)
{
    const struct pl_image_head *head = &d->current.now.head;

    if (pl_current_follow(&d->current)) {
        pl_log(PL_LOG_NOTICE,
               "policy %" PRIu64 " decides: %u groups, %u classes, %" PRIu64 " names, %" PRIu64
               " networks",
               head->serial, head->groups - 1, head->classes - 1, head->names, head->prefixes);
        feed_gateway(d);
    } else if (d->gateway_is_behind) {
        feed_gateway(d);
    }
}

static void on_second(evutil_socket_t fd, short what, void *context)
{
    struct daemon *d = context;

    (void)fd;
    (void)what;
    follow(d);
    pl_sink_retry(&d->sink);
    if (!d->gateway)
        return;
    pl_gate_tick(d->gateway, realtime_ns() / 1000000000);
    pl_gate_poll(d->gateway, on_gateway_event, d);
}

static void on_hangup(evutil_socket_t fd, short what, void *context)
{
    struct daemon *d = context;

    (void)fd;
    (void)what;
    pl_log(PL_LOG_NOTICE, "SIGHUP: reading the policy again");
    pl_sink_reopen(&d->sink);
    pl_compiler_start(&d->compiler);
}

static void on_compiled(void *context)
{
    follow(context);
}

static void on_end(evutil_socket_t fd, short what, void *context)
{
    struct daemon *d = context;

    (void)what;
    pl_log(PL_LOG_NOTICE, "%s: ending%s", fd == SIGINT ? "SIGINT" : "SIGTERM",
           d->gateway ? "; the gateway goes on enforcing" : "");
    event_base_loopbreak(d->base);
}

static bool watch(struct daemon *d, evutil_socket_t fd, short what, event_callback_fn callback)
{
    const struct timeval second = {1, 0};
    struct event *event = event_new(d->base, fd, (short)(what | EV_PERSIST), callback, d);

    if (!event || event_add(event, what & EV_TIMEOUT ? &second : NULL) != 0)
        return false;
    d->watch[d->watches++] = event;
    return true;
}

static bool watch_all(struct daemon *d, struct pl_error *error)
{
    bool ok = watch(d, SIGHUP, EV_SIGNAL, on_hangup) && watch(d, SIGTERM, EV_SIGNAL, on_end) &&
              watch(d, SIGINT, EV_SIGNAL, on_end) && watch(d, d->intake.fd, EV_READ, on_intake) &&
              watch(d, -1, EV_TIMEOUT, on_second) &&
              (!d->gateway || watch(d, pl_gate_fd(d->gateway), EV_READ, on_ring));

    return ok || pl_fail(error, NULL, 0, 0, "cannot watch signals and sockets");
}

/* The kernel's default of ten datagrams is little for a burst; it belongs to the network namespace,
 * so it is the administrator's to change. */
static void look_at_queue(void)
{
    FILE *file = fopen("/proc/sys/net/unix/max_dgram_qlen", "re");
    int length = SHORT_QUEUE;

    if (!file)
        return;
    if (fscanf(file, "%d", &length) == 1 && length < SHORT_QUEUE)
        pl_log(PL_LOG_NOTICE,
               "net.unix.max_dgram_qlen is %d: bursts of events will be lost (and counted); set it "
               "to 512 with sysctl",
               length);
    fclose(file);
}

static bool open_gateway(struct daemon *d, struct pl_error *error)
{
    const struct pl_daemon_config *c = d->config;

    if (c->interfaces_count == 0) {
        pl_log(PL_LOG_NOTICE, "no gateway: %s",
               pl_gate_built ? "no interfaces are configured" : "built without eBPF");
        return true;
    }
    d->gateway = pl_gate_open(c, error);
    d->gateway_is_behind = d->gateway != NULL;
    if (d->gateway)
        pl_log(PL_LOG_NOTICE, "gateway on %s%s", c->interfaces[0],
               c->interfaces_count > 1 ? " and others" : "");
    return d->gateway != NULL;
}

/* The intake first: its lock keeps a second daemon from publishing over the first. */
static bool start(struct daemon *d, struct pl_error *error)
{
    const struct pl_daemon_config *c = d->config;
    struct pl_metrics_place place;

    d->base = event_base_new();
    if (!d->base)
        return pl_fail(error, NULL, 0, 0, "cannot make an event loop");
    if (!pl_intake_open(&d->intake, c->events_socket, c->events_group, error) ||
        !pl_current_open(&d->current, c, error) || !pl_current_compile(&d->current, error) ||
        !open_gateway(d, error) || !pl_metrics_place(c->metrics, &place, error))
        return false;
    pl_compiler_init(&d->compiler, d->base, &d->current, on_compiled, d);
    pl_sink_open(&d->sink, c->events_file);
    follow(d);
    if (!d->current.now.root)
        return pl_fail(error, c->image, 0, 0, "the image just written cannot be used");
    d->metrics.counters = &d->counters;
    d->metrics.sink = &d->sink;
    d->metrics.current = &d->current;
    d->metrics.gateway = d->gateway;
    if (!place.none) {
        d->http = pl_metrics_http_open(d->base, &place, &d->metrics, error);
        if (!d->http)
            return false;
    }
    return watch_all(d, error);
}

static void stop(struct daemon *d)
{
    for (int i = 0; i < d->watches; i++)
        event_free(d->watch[i]);
    pl_compiler_close(&d->compiler);
    pl_metrics_http_close(d->http);
    pl_gate_close(d->gateway);
    pl_intake_close(&d->intake);
    pl_current_close(&d->current);
    pl_sink_close(&d->sink);
    if (d->base)
        event_base_free(d->base);
}

/* What waited when the signal came. */
static void drain(struct daemon *d)
{
    pl_intake_read(&d->intake, on_datagram, d);
    if (d->gateway)
        pl_gate_poll(d->gateway, on_gateway_event, d);
}

bool pl_daemon_run(const struct pl_daemon_config *config, struct pl_error *error)
{
    static struct daemon d; /* too large for a stack */
    bool ok;

    memset(&d, 0, sizeof(d));
    d.config = config;
    d.intake.fd = d.intake.lock_fd = d.sink.fd = -1;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on the events file is a failed write, not the end */
    ok = start(&d, error);
    if (ok) {
        look_at_queue();
        if (!config->events_group[0])
            pl_log(PL_LOG_NOTICE,
                   "every user of this machine may report events: set events_group to "
                   "the group of the web server and the resolver");
        pl_log(PL_LOG_NOTICE, "ready; events on %s, metrics on %s", config->events_socket,
               config->metrics);
        event_base_dispatch(d.base);
        drain(&d);
    }
    stop(&d);
    return ok;
}
