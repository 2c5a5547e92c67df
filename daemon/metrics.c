/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/metrics.h"
#include "common/user/catalogue_text.h"
#include "common/user/version.h"

#include <event2/buffer.h>
#include <inttypes.h>
#include <string.h>

/* name: without the suffix _total or _info, which the samples get.  unit may be NULL. */
static void family(struct evbuffer *out, const char *name, const char *type, const char *unit,
                   const char *help)
{
    evbuffer_add_printf(out, "# TYPE plimsoll_%s %s\n", name, type);
    if (unit)
        evbuffer_add_printf(out, "# UNIT plimsoll_%s %s\n", name, unit);
    evbuffer_add_printf(out, "# HELP plimsoll_%s %s\n", name, help);
}

static void plain_counter(struct evbuffer *out, const char *name, uint64_t value, const char *help)
{
    family(out, name, "counter", NULL, help);
    evbuffer_add_printf(out, "plimsoll_%s_total %" PRIu64 "\n", name, value);
}

static void plain_gauge(struct evbuffer *out, const char *name, const char *unit, uint64_t value,
                        const char *help)
{
    family(out, name, "gauge", unit, help);
    evbuffer_add_printf(out, "plimsoll_%s %" PRIu64 "\n", name, value);
}

static void counter_by_point(struct evbuffer *out, const char *name, const uint64_t by[PL_POINTS],
                             const char *help)
{
    family(out, name, "counter", NULL, help);
    for (int p = 1; p < PL_POINTS; p++)
        evbuffer_add_printf(out, "plimsoll_%s_total{point=\"%s\"} %" PRIu64 "\n", name,
                            pl_event_points[p], by[p]);
}

/* A label's value with what OpenMetrics wants escaped. */
static void add_escaped(struct evbuffer *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\n')
            evbuffer_add(out, "\\n", 2);
        else
            evbuffer_add_printf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
}

/* Which points of the catalogue (see catalogue.def) an event's point is. */
static bool decides(const struct pl_check_row *row, int point)
{
    static const char *const names[PL_POINTS] = {NULL, "resolver", "proxy-end", "proxy-pass",
                                                 "kernel"};

    for (size_t i = 0; i < PL_COUNT(pl_point_names); i++)
        if (strcmp(pl_point_names[i], names[point]) == 0)
            return row->points >> i & 1;
    return false;
}

/* A series from its beginning at zero, so that the first block is seen as an increase; but only
 * where the check can be decided, or was. */
static void add_actions(struct evbuffer *out, const struct pl_counters *c,
                        const struct pl_check_row *row, int point)
{
    const uint64_t *by = c->action[row->id][point];

    if (!decides(row, point) && !by[PL_FLAG] && !by[PL_WOULD_BLOCK] && !by[PL_BLOCK])
        return;
    for (int a = PL_FLAG; a < PL_ACTIONS; a++)
        evbuffer_add_printf(
            out, "plimsoll_actions_total{check=\"%s\",point=\"%s\",action=\"%s\"} %" PRIu64 "\n",
            row->name, pl_event_points[point], pl_action_labels[a], by[a]);
}

static void add_events(struct evbuffer *out, const struct pl_metrics *m)
{
    const struct pl_counters *c = m->counters;

    family(out, "actions", "counter", NULL,
           "Failed checks by what became of the connection or query.");
    for (size_t i = 0; i < pl_check_row_count; i++)
        for (int p = 1; p < PL_POINTS; p++)
            add_actions(out, c, &pl_check_rows[i], p);
    counter_by_point(out, "events", c->events, "Events, repeats counted.");
    counter_by_point(out, "malformed", c->malformed, "Traffic that no reader could follow.");
    counter_by_point(out, "errors", c->errors, "Internal errors of a point.");
    plain_counter(out, "events_lost", c->lost, "Events that a point could not send to the daemon.");
    plain_counter(out, "events_malformed", c->refused,
                  "Datagrams on the events socket that were not an event.");
    family(out, "events_dropped", "counter", NULL, "Event lines that could not be written.");
    evbuffer_add_printf(out, "plimsoll_events_dropped_total{sink=\"file\"} %" PRIu64 "\n",
                        m->sink->failed);
}

static void add_entries(struct evbuffer *out, const struct pl_image_head *head)
{
    const struct {
        const char *kind;
        uint64_t count;
    } rows[] = {{"names", head->names},     {"networks", head->prefixes}, {"groups", head->groups},
                {"classes", head->classes}, {"cells", head->cells},       {"slices", head->slices}};

    family(out, "policy_entries", "gauge", NULL, "What the compiled policy holds.");
    for (size_t i = 0; i < PL_COUNT(rows); i++)
        evbuffer_add_printf(out, "plimsoll_policy_entries{kind=\"%s\"} %" PRIu64 "\n", rows[i].kind,
                            rows[i].count);
}

static void add_exemption(void *context, const char *id, uint64_t until_s)
{
    struct evbuffer *out = context;

    evbuffer_add_printf(out, "plimsoll_exempt_expiry_timestamp_seconds{exemption=\"");
    add_escaped(out, id);
    evbuffer_add_printf(out, "\"} %" PRIu64 "\n", until_s);
}

static void add_policy(struct evbuffer *out, const struct pl_current *current)
{
    const struct pl_image_head *head = &current->now.head;
    const char *profile = pl_words_profile(&current->now, 0);

    plain_counter(out, "policy_rejected", current->rejected,
                  "Policies that did not compile and images that were refused.");
    if (!current->now.root)
        return;
    family(out, "policy", "info", NULL, "The policy that decides now.");
    evbuffer_add_printf(out, "plimsoll_policy_info{version=\"%" PRIu64 "\",profile=\"",
                        head->serial);
    add_escaped(out, profile ? profile : "");
    evbuffer_add_printf(out, "\"} 1\n");
    plain_gauge(out, "policy_serial", NULL, head->serial,
                "Counts up with each compilation of the policy.");
    plain_gauge(out, "policy_load_timestamp_seconds", "seconds", current->loaded_s,
                "When the policy that decides now was taken up.");
    plain_gauge(out, "policy_bytes", "bytes", (uint64_t)head->lines * PL_LINE_BYTES,
                "The size of the compiled policy.");
    add_entries(out, head);
    family(out, "exempt_expiry_timestamp_seconds", "gauge", "seconds", "When an exemption ends.");
    pl_words_exemptions(&current->now, add_exemption, out);
}

static void add_gateway_counter(void *context, const char *name, const char *help, uint64_t value)
{
    char text[80];

    evutil_snprintf(text, sizeof(text), "gateway_%s", name);
    plain_counter(context, text, value, help);
}

void pl_metrics_write(const struct pl_metrics *m, struct evbuffer *out)
{
    add_events(out, m);
    add_policy(out, m->current);
    if (m->gateway && !pl_gate_stats(m->gateway, add_gateway_counter, out))
        plain_counter(out, "gateway_unreadable", 1, "The gateway's counters cannot be read.");
    family(out, "build", "info", NULL, "This build of plimsolld.");
    evbuffer_add_printf(out, "plimsoll_build_info{version=\"%s\",gateway=\"%s\"} 1\n", PL_VERSION,
                        pl_gate_built ? "yes" : "no");
    evbuffer_add_printf(out, "# EOF\n");
}
