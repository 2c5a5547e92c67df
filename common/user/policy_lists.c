/* SPDX-License-Identifier: BSD-2-Clause */
#include "parse.h"
#include "policy_resolve.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool prefix_room(struct pl_prefix_list *list)
{
    struct pl_prefix *prefix;
    size_t room = list->room ? list->room * 2 : 64;

    if (list->count < list->room)
        return true;
    prefix = realloc(list->prefix, room * sizeof(*prefix));
    if (!prefix)
        return false;
    list->prefix = prefix;
    list->room = room;
    return true;
}

static bool add_prefix(struct pl_prefix_list *list, const char *text, uint16_t value,
                       struct pl_place at, struct pl_error *error)
{
    struct pl_prefix p = {.place = at, .value = value};
    char right[PL_ADDR_TEXT];
    struct pl_addr cut;

    if (!pl_parse_prefix(text, &p.addr, &p.bits))
        return PL_BAD(error, at,
                      "'%.80s' is not a network: expected an address or a network such as "
                      "192.0.2.0/24 or 2001:db8::/32",
                      text);
    cut = pl_addr_cut(p.addr, p.bits);
    if (cut.hi != p.addr.hi || cut.lo != p.addr.lo)
        return PL_BAD(error, at, "the network '%.80s' has bits set behind its length: expected %s",
                      text, pl_prefix_text(cut, p.bits, right));
    if (!prefix_room(list))
        return PL_BAD(error, at, "too many networks for this machine");
    list->prefix[list->count++] = p;
    return true;
}

static bool add_prefixes(struct pl_prefix_list *list, const struct pl_text_list *texts,
                         struct pl_spot spot, const char *key, uint16_t value,
                         struct pl_error *error)
{
    uint32_t node = pl_places_item(spot.places, pl_places_key(spot.places, spot.node, key), 0);

    for (unsigned i = 0; i < texts->count; i++) {
        if (!add_prefix(list, texts->text[i], value, pl_places_value_at(spot.places, node), error))
            return false;
        node = spot.places->node[node].next;
    }
    return true;
}

static int compare_prefixes(const void *a, const void *b)
{
    const struct pl_prefix *p = *(struct pl_prefix *const *)a, *q = *(struct pl_prefix *const *)b;

    if (p->addr.hi != q->addr.hi)
        return p->addr.hi < q->addr.hi ? -1 : 1;
    if (p->addr.lo != q->addr.lo)
        return p->addr.lo < q->addr.lo ? -1 : 1;
    if (p->bits != q->bits)
        return p->bits < q->bits ? -1 : 1;
    return p < q ? -1 : p > q; /* the order of the files */
}

/* The same network for two groups or two classes: nobody could say which one counts. */
static bool check_twice(const struct pl_prefix_list *list, const char *what, struct pl_error *error)
{
    const struct pl_prefix **sorted = calloc(list->count + 1, sizeof(*sorted));
    bool ok = sorted != NULL || pl_fail(error, NULL, 0, 0, "not enough memory for the networks");

    for (size_t i = 0; ok && i < list->count; i++)
        sorted[i] = &list->prefix[i];
    if (ok)
        qsort(sorted, list->count, sizeof(*sorted), compare_prefixes);
    for (size_t i = 1; ok && i < list->count; i++) {
        const struct pl_prefix *a = sorted[i - 1], *b = sorted[i];
        char text[PL_ADDR_TEXT];
        if (a->addr.hi != b->addr.hi || a->addr.lo != b->addr.lo || a->bits != b->bits ||
            a->value == b->value)
            continue;
        ok = PL_BAD(error, b->place,
                    "the network %s is in two %s: it is already listed at %s:%u; keep it in one "
                    "of them",
                    pl_prefix_text(b->addr, b->bits, text), what, a->place.file, a->place.line);
    }
    free(sorted);
    return ok;
}

static bool add_names(struct pl_names *names, const struct pl_class *class, uint16_t number,
                      struct pl_error *error)
{
    const struct pl_places *places = class->spot.places;
    uint32_t node = pl_places_item(places, pl_places_key(places, class->spot.node, "names"), 0);

    for (unsigned i = 0; i < class->names.count; i++) {
        struct pl_place at = pl_places_value_at(places, node);
        const char *text = class->names.text[i];
        if (!pl_names_add(names, text, strlen(text), number, &at, error))
            return false;
        node = places->node[node].next;
    }
    return true;
}

/* Relative to the file that names it.  The policy keeps the path for its places. */
static const char *list_path(struct pl_policy *policy, const char *from, const char *file)
{
    struct pl_text_list *paths = &policy->paths;
    char **text = realloc(paths->text, (paths->count + 1u) * sizeof(*text));
    const char *slash = strrchr(from, '/');
    char path[PATH_MAX];

    if (!text)
        return NULL;
    paths->text = text;
    if (file[0] == '/' || !slash)
        snprintf(path, sizeof(path), "%s", file);
    else
        snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - from), from, file);
    text[paths->count] = strdup(path);
    return text[paths->count] ? text[paths->count++] : NULL;
}

static bool add_names_file(struct pl_policy *policy, const struct pl_class *class, uint16_t number,
                           struct pl_error *error)
{
    struct pl_place at = pl_spot_key(class->spot, "names_file");
    const char *path = list_path(policy, at.file, class->names_file);

    if (!path)
        return PL_BAD(error, at, "not enough memory for this list of names");
    if (access(path, R_OK) != 0)
        return PL_BAD(error, at,
                      "cannot open the list of names '%s': expected a file that can be read, "
                      "relative to this file's folder",
                      path);
    return pl_names_add_file(&policy->names, path, number, error);
}

static bool resolve_class(struct pl_policy *policy, const struct pl_class *class, uint16_t number,
                          struct pl_error *error)
{
    if (!class->names.count && !class->names_file && !class->networks.count)
        return PL_BAD(error, pl_spot_place(class->spot),
                      "the class '%s' is empty: expected names, names_file or networks",
                      class->name);
    return add_names(&policy->names, class, number, error) &&
           (!class->names_file || add_names_file(policy, class, number, error)) &&
           add_prefixes(&policy->networks, &class->networks, class->spot, "networks", number,
                        error);
}

bool pl_resolve_lists(struct pl_policy *policy, struct pl_error *error)
{
    const struct pl_policy_file *first = &policy->files[0];
    struct pl_spot gateway = {&first->places,
                              pl_places_key(&first->places, PL_PLACES_TOP, "gateway")};

    for (size_t i = 0; i < policy->group_count; i++) {
        const struct pl_group *group = policy->groups[i];
        if (!group->clients.count)
            return PL_BAD(error, pl_spot_key(group->spot, "clients"),
                          "the group '%s' has no clients: expected at least one network",
                          group->name);
        if (!add_prefixes(&policy->clients, &group->clients, group->spot, "clients",
                          (uint16_t)(i + 1), error))
            return false;
    }
    for (size_t i = 0; i < policy->class_count; i++)
        if (!resolve_class(policy, policy->classes[i], (uint16_t)(i + 1), error))
            return false;
    return add_prefixes(&policy->own, &first->document->gateway.networks, gateway, "networks", 1,
                        error) &&
           check_twice(&policy->clients, "groups", error) &&
           check_twice(&policy->networks, "classes", error);
}
