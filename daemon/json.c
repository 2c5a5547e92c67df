/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/json.h"
#include "common/user/catalogue_text.h"
#include "common/user/parse.h"
#include "common/user/policy.h"
#include "daemon/counters.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NAME_TEXT = 4 * PL_EVENT_NAME_MAX + 1 };

/* Members that are not known are left out. */
static void put(json_t *object, const char *key, const char *text)
{
    if (text && text[0])
        json_object_set_new(object, key, json_string(text));
}

static void put_number(json_t *object, const char *key, uint64_t n)
{
    json_object_set_new(object, key, json_integer((json_int_t)n));
}

static void put_hex(json_t *object, const char *key, uint16_t n)
{
    char text[8];

    snprintf(text, sizeof(text), "0x%04x", n);
    if (n)
        put(object, key, text);
}

/* An object that says nothing is left out. */
static void put_object(json_t *object, const char *key, json_t *inner)
{
    if (json_object_size(inner))
        json_object_set_new(object, key, inner);
    else
        json_decref(inner);
}

static json_t *words(const char *a, const char *b)
{
    json_t *array = json_array();

    json_array_append_new(array, json_string(a));
    if (b)
        json_array_append_new(array, json_string(b));
    return array;
}

static const char *time_text(uint64_t time_ns, char *buf, size_t size)
{
    time_t s = (time_t)(time_ns / 1000000000);
    unsigned ms = (unsigned)(time_ns / 1000000 % 1000);
    char part[32];
    struct tm tm;

    if (!gmtime_r(&s, &tm) || strftime(part, sizeof(part), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        return NULL;
    snprintf(buf, size, "%s.%03uZ", part, ms);
    return buf;
}

static const char *address_text(struct pl_addr a, char buf[PL_ADDR_TEXT])
{
    return a.hi || a.lo ? pl_addr_text(a, buf) : NULL;
}

/* The first bits of a client's address; the bits are counted in the address's own family. */
static struct pl_addr keep(struct pl_addr a, const struct pl_words *text)
{
    unsigned v4 = text ? text->client_bits[0] : PL_CLIENT_BITS_V4;
    unsigned v6 = text ? text->client_bits[1] : PL_CLIENT_BITS_V6;

    return pl_addr_cut(a, (uint8_t)(pl_addr_is_v4(a) ? 96 + v4 : v6));
}

static const char *name_text(const struct pl_event *event, char buf[NAME_TEXT])
{
    char *to = buf;

    for (unsigned i = 0; i < event->name_len && i < PL_EVENT_NAME_MAX; i++) {
        uint8_t c = event->name[i];
        if (c > ' ' && c < 127)
            *to++ = (char)c;
        else
            to += snprintf(to, 5, "\\%03u", c);
    }
    *to = 0;
    return buf;
}

static bool any(const uint64_t masks[PL_FAMILY_COUNT])
{
    uint64_t all = 0;

    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        all |= masks[i];
    return all != 0;
}

/* What is cited first: the most severe of those checks that asked for the highest action. */
static const struct pl_check_row *cited(const struct pl_event *event)
{
    return pl_check_worst(any(event->block)   ? event->block
                          : any(event->trial) ? event->trial
                                              : event->flag);
}

static json_t *event_object(const struct pl_event *event)
{
    static const char *const actions[PL_ACTIONS] = {"allowed", "flagged", "would-block", "blocked"};
    bool verdict = event->kind == PL_EVENT_VERDICT, blocked = event->action == PL_BLOCK;
    json_t *o = json_object();

    put(o, "kind", verdict && event->action != PL_ALLOW ? "alert" : "event");
    json_object_set_new(o, "category", words("network", NULL));
    json_object_set_new(o, "type",
                        verdict ? words("connection", blocked ? "denied" : "allowed")
                                : words("error", NULL));
    put(o, "action",
        verdict                             ? actions[event->action]
        : event->kind == PL_EVENT_MALFORMED ? "malformed"
                                            : "error");
    put(o, "outcome", !verdict ? "unknown" : blocked ? "failure" : "success");
    put(o, "module", "plimsoll");
    return o;
}

static json_t *rule_object(const struct pl_event *event, const struct pl_words *text,
                           const struct pl_check_row *row)
{
    json_t *o = json_object();

    if (!row)
        return o;
    put(o, "id", row->name);
    put(o, "category", row->area);
    put(o, "reference", row->reference);
    put(o, "description", row->finding);
    put(o, "ruleset", text ? pl_words_profile(text, event->group) : NULL);
    return o;
}

static json_t *observer_object(const struct pl_event *event, const char *name)
{
    static const char *const types[PL_POINTS] = {NULL, "resolver", "proxy", "proxy", "firewall"};
    json_t *o = json_object();

    put(o, "type", types[event->point]);
    put(o, "name", name);
    put(o, "vendor", "Plimsoll");
    return o;
}

static json_t *source_object(const struct pl_event *event, const struct pl_words *text)
{
    char buf[PL_ADDR_TEXT];
    json_t *o = json_object();

    put(o, "ip", address_text(keep(event->client, text), buf));
    return o;
}

static bool speaks_tls(const struct pl_event *event)
{
    const unsigned tls[] = {PL_FAMILY_TLS, PL_FAMILY_CERT};
    uint64_t masks = 0;

    for (size_t i = 0; i < PL_COUNT(tls); i++)
        masks |= event->flag[tls[i]] | event->trial[tls[i]] | event->block[tls[i]];
    return masks || event->tls_version || event->tls_suite || event->tls_group;
}

static json_t *destination_object(const struct pl_event *event, const char *name)
{
    char buf[PL_ADDR_TEXT];
    json_t *o = json_object();

    put(o, "ip", address_text(event->destination, buf));
    if (event->destination_port)
        put_number(o, "port", event->destination_port);
    if (event->point != PL_POINT_RESOLVER)
        put(o, "domain", name);
    return o;
}

static json_t *network_object(const struct pl_event *event)
{
    char number[4];
    json_t *o = json_object();

    put(o, "transport", event->protocol == 6 ? "tcp" : event->protocol == 17 ? "udp" : NULL);
    snprintf(number, sizeof(number), "%u", event->protocol);
    if (event->protocol)
        put(o, "iana_number", number);
    return o;
}

/* RFC 8446, 4.1.2: 0x0304 is TLS 1.3; below it the minor number counts from SSL 3.0. */
static void put_tls_version(json_t *o, uint16_t version)
{
    char text[8];

    if (version == 0x0300 || version == 0x0002) {
        put(o, "version", version == 2 ? "2.0" : "3.0");
        put(o, "version_protocol", "ssl");
    } else if (version > 0x0300 && version <= 0x0304) {
        snprintf(text, sizeof(text), "1.%u", version - 0x0301u);
        put(o, "version", text);
        put(o, "version_protocol", "tls");
    } else {
        put_hex(o, "version", version);
    }
}

static json_t *tls_object(const struct pl_event *event, const char *name)
{
    json_t *o = json_object(), *client = json_object();

    put_tls_version(o, event->tls_version);
    put_hex(o, "cipher", event->tls_suite);
    put_hex(o, "curve", event->tls_group);
    put(client, "server_name", name);
    put_object(o, "client", client);
    return o;
}

/* The name where its protocol keeps it. */
static void put_name(json_t *root, const struct pl_event *event, const char *name)
{
    json_t *dns = json_object(), *question = json_object(), *url = json_object();
    bool tls = speaks_tls(event);

    put(question, "name", event->point == PL_POINT_RESOLVER ? name : NULL);
    put(url, "domain", event->point == PL_POINT_HTTP ? name : NULL);
    put_object(dns, "question", question);
    put_object(root, "dns", dns);
    put_object(root, "url", url);
    if (tls && event->point != PL_POINT_RESOLVER)
        put_object(root, "tls", tls_object(event, name));
}

static void append_checks(json_t *array, const uint64_t masks[PL_FAMILY_COUNT])
{
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (masks[pl_check_rows[i].family] & PL_BIT(pl_check_rows[i].id % PL_FAMILY_CHECKS))
            json_array_append_new(array, json_string(pl_check_rows[i].name));
}

static void put_checks(json_t *object, const char *key, const uint64_t masks[PL_FAMILY_COUNT])
{
    json_t *array;

    if (!any(masks))
        return;
    array = json_array();
    append_checks(array, masks);
    json_object_set_new(object, key, array);
}

static void put_all_checks(json_t *o, const struct pl_event *event)
{
    uint64_t all[PL_FAMILY_COUNT];

    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        all[i] = event->flag[i] | event->trial[i] | event->block[i];
    put_checks(o, "checks", all);
    put_checks(o, "flagged", event->flag);
    put_checks(o, "would_block", event->trial);
    put_checks(o, "blocked", event->block);
}

/* Which line of the policy decided, so that its operator finds it. */
static void put_why(json_t *o, const struct pl_words_why *why)
{
    char place[300];
    bool is_rule = why->kind && strcmp(why->kind, "rule") == 0;

    if (!why->kind)
        return;
    if (is_rule)
        snprintf(place, sizeof(place), "%s:%u", why->file ? why->file : "", why->line);
    else
        snprintf(place, sizeof(place), "%s %s", why->kind, why->id ? why->id : "");
    put(o, "decided_by", place);
    put(o, "reason", why->reason);
    put(o, "exemption", strcmp(why->kind, "exemption") == 0 ? why->id : NULL);
}

static void put_policy(json_t *o, const struct pl_event *event, const struct pl_words *text,
                       const struct pl_check_row *row)
{
    struct pl_words_why why;

    put_number(o, "policy_serial", event->serial);
    if (!text)
        return;
    put(o, "group", pl_words_group(text, event->group));
    put(o, "class", event->class ? pl_words_class(text, event->class) : NULL);
    if (!row)
        return;
    why = pl_words_why(text, event->cell, row->id);
    put_why(o, &why);
}

static json_t *plimsoll_object(const struct pl_event *event, const struct pl_words *text,
                               const struct pl_check_row *row, const char *name)
{
    static const char *const verdicts[PL_ACTIONS] = {"allow", "flag", "would-block", "block"};
    json_t *o = json_object();

    put(o, "point", pl_event_points[event->point]);
    put_number(o, "count", event->count);
    if (event->kind != PL_EVENT_VERDICT)
        put(o, event->kind == PL_EVENT_MALFORMED ? "protocol" : "error", name);
    else
        put(o, "verdict", verdicts[event->action]);
    put_all_checks(o, event);
    if (row) {
        put(o, "standard", row->reference);
        put(o, "severity", pl_severity_names[row->severity]);
        put(o, "remedy", row->remedy);
    }
    put_policy(o, event, text, row);
    return o;
}

static json_t *document(const struct pl_event *event, const struct pl_words *text,
                        const char *observer_name)
{
    const struct pl_check_row *row = cited(event);
    char name[NAME_TEXT], when[40];
    json_t *root = json_object();

    name_text(event, name);
    put(root, "@timestamp", time_text(event->time_ns, when, sizeof(when)));
    put_object(root, "event", event_object(event));
    put_object(root, "rule", rule_object(event, text, row));
    put_object(root, "observer", observer_object(event, observer_name));
    put_object(root, "source", source_object(event, text));
    put_object(root, "network", network_object(event));
    put_object(root, "destination",
               destination_object(event, event->kind == PL_EVENT_VERDICT ? name : NULL));
    if (event->kind == PL_EVENT_VERDICT)
        put_name(root, event, name);
    put_object(root, "plimsoll", plimsoll_object(event, text, row, name));
    return root;
}

size_t pl_json_line(const struct pl_event *event, const struct pl_words *text,
                    const char *observer_name, char *buf)
{
    json_t *root = document(event, text, observer_name);
    size_t n = json_dumpb(root, buf, PL_JSON_LINE_BYTES - 1, JSON_COMPACT | JSON_ENSURE_ASCII);

    json_decref(root);
    if (n == 0 || n >= PL_JSON_LINE_BYTES)
        return 0;
    buf[n] = '\n';
    return n + 1;
}
