/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy_resolve.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MOST = 64 };

static const char drop_in_pattern[] = "policy.d/*.yaml";

struct pl_place pl_spot_place(struct pl_spot spot)
{
    return pl_places_value_at(spot.places, spot.node);
}

struct pl_place pl_spot_key(struct pl_spot spot, const char *key)
{
    uint32_t node = pl_places_key(spot.places, spot.node, key);

    return node ? pl_places_value_at(spot.places, node) : pl_spot_place(spot);
}

struct pl_place pl_spot_entry(struct pl_spot spot, const char *key, unsigned i)
{
    uint32_t node = pl_places_key(spot.places, spot.node, key);

    return pl_places_value_at(spot.places, pl_places_item(spot.places, node, i));
}

static bool in_set(const uint64_t *set, uint32_t number)
{
    return !set || (set[number / 64] & PL_BIT(number % 64));
}

bool pl_scope_holds(const struct pl_scope *scope, uint32_t group, uint32_t class, uint64_t now_s)
{
    return scope->from_s <= now_s && now_s < scope->until_s && in_set(scope->groups, group) &&
           in_set(scope->classes, class);
}

/* The drop-ins beside the policy, in the order of their names. */
static bool find_drop_ins(const char *path, glob_t *found, struct pl_error *error)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0, used = 0;
    char pattern[2 * PATH_MAX];
    int result;

    memset(found, 0, sizeof(*found));
    if (folder >= PATH_MAX - sizeof(drop_in_pattern))
        return pl_fail(error, path, 0, 0, "this path is too long");
    for (size_t i = 0; i < folder; i++) { /* the folder's own name is no pattern */
        if (strchr("*?[\\", path[i]))
            pattern[used++] = '\\';
        pattern[used++] = path[i];
    }
    memcpy(pattern + used, drop_in_pattern, sizeof(drop_in_pattern));
    result = glob(pattern, 0, NULL, found);
    return result == 0 || result == GLOB_NOMATCH ||
           pl_fail(error, pattern, 0, 0, "cannot list the drop-ins of the policy: %s",
                   strerror(errno));
}

static bool read_files(struct pl_policy *policy, const char *path, const glob_t *drop_ins,
                       struct pl_error *error)
{
    policy->files = calloc(drop_ins->gl_pathc + 1, sizeof(*policy->files));
    if (!policy->files)
        return pl_fail(error, path, 0, 0, "not enough memory for this policy");
    if (!pl_policy_file_read(&policy->files[0], path, false, error))
        return false;
    policy->file_count = 1;
    for (size_t i = 0; i < drop_ins->gl_pathc; i++) {
        if (!pl_policy_file_read(&policy->files[i + 1], drop_ins->gl_pathv[i], true, error))
            return false;
        policy->file_count++;
    }
    return true;
}

/* Pointers to all items of one kind, over all files, and where each of them stands. */
#define GATHER(policy, list, total, member, key)                                                   \
    do {                                                                                           \
        for (size_t f_ = 0; f_ < (policy)->file_count; f_++)                                       \
            (total) += (policy)->files[f_].document->member##_count;                               \
        (list) = calloc((total) + 1, sizeof(*(list)));                                             \
        for (size_t f_ = 0, n_ = 0; (list) && f_ < (policy)->file_count; f_++) {                   \
            struct pl_policy_file *file_ = &(policy)->files[f_];                                   \
            uint32_t node_ = pl_places_item(&file_->places,                                        \
                                            pl_places_key(&file_->places, PL_PLACES_TOP, key), 0); \
            for (unsigned i_ = 0; i_ < file_->document->member##_count; i_++) {                    \
                (list)[n_] = &file_->document->member[i_];                                         \
                (list)[n_++]->spot = (struct pl_spot){&file_->places, node_};                      \
                node_ = file_->places.node[node_].next;                                            \
            }                                                                                      \
        }                                                                                          \
    } while (0)

static bool gather(struct pl_policy *p, struct pl_error *error)
{
    GATHER(p, p->groups, p->group_count, groups, "groups");
    GATHER(p, p->classes, p->class_count, classes, "classes");
    GATHER(p, p->rules, p->rule_count, rules, "rules");
    GATHER(p, p->exemptions, p->exemption_count, exemptions, "exemptions");
    if (!p->groups || !p->classes || !p->rules || !p->exemptions)
        return pl_fail(error, p->files[0].places.file, 0, 0, "not enough memory for this policy");
    if (p->group_count >= PL_NUMBERS_MAX || p->class_count >= PL_NUMBERS_MAX ||
        p->rule_count + p->exemption_count + PL_PROFILE_COUNT >= PL_NUMBERS_MAX)
        return pl_fail(error, p->files[0].places.file, 0, 0,
                       "the policy has more than %d groups, classes or rules and exemptions",
                       PL_NUMBERS_MAX - 1 - PL_PROFILE_COUNT);
    return true;
}

static bool check_name(const char *name, const char *what, struct pl_spot spot,
                       struct pl_error *error)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = strlen(name);

    if (len > 0 && len <= NAME_MOST && strspn(name, letters) == len)
        return true;
    return PL_BAD(error, pl_spot_key(spot, "name"),
                  "'%.80s' cannot name a %s: expected up to %d letters, digits, dots, hyphens and "
                  "underscores",
                  name, what, NAME_MOST);
}

static bool name_taken(const char *name, const char *what, struct pl_spot spot,
                       struct pl_spot first, struct pl_error *error)
{
    struct pl_place at = pl_spot_place(first);

    return PL_BAD(error, pl_spot_key(spot, "name"),
                  "the %s '%s' is already defined at %s:%u: expected another name", what, name,
                  at.file, at.line);
}

static bool check_names(const struct pl_policy *p, struct pl_error *error)
{
    for (size_t i = 0; i < p->group_count; i++) {
        const struct pl_group *g = p->groups[i];
        if (!check_name(g->name, "group", g->spot, error))
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(p->groups[k]->name, g->name) == 0)
                return name_taken(g->name, "group", g->spot, p->groups[k]->spot, error);
    }
    for (size_t i = 0; i < p->class_count; i++) {
        const struct pl_class *c = p->classes[i];
        if (!check_name(c->name, "class", c->spot, error))
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(p->classes[k]->name, c->name) == 0)
                return name_taken(c->name, "class", c->spot, p->classes[k]->spot, error);
    }
    return true;
}

bool pl_policy_load(struct pl_policy *policy, const char *path, struct pl_error *error)
{
    glob_t drop_ins;
    bool ok;

    memset(policy, 0, sizeof(*policy));
    ok = find_drop_ins(path, &drop_ins, error) && read_files(policy, path, &drop_ins, error) &&
         gather(policy, error) && check_names(policy, error) &&
         pl_resolve_settings(policy, error) && pl_resolve_lists(policy, error) &&
         pl_resolve_scopes(policy, error);
    globfree(&drop_ins);
    if (!ok)
        pl_policy_free(policy);
    return ok;
}

static void free_scope(struct pl_scope *scope)
{
    free(scope->groups);
    free(scope->classes);
}

void pl_policy_free(struct pl_policy *policy)
{
    for (size_t i = 0; policy->rules && i < policy->rule_count; i++)
        free_scope(&policy->rules[i]->scope);
    for (size_t i = 0; policy->exemptions && i < policy->exemption_count; i++)
        free_scope(&policy->exemptions[i]->scope);
    for (size_t i = 0; i < policy->file_count; i++)
        pl_policy_file_free(&policy->files[i]);
    for (unsigned i = 0; i < policy->paths.count; i++)
        free(policy->paths.text[i]);
    free(policy->paths.text);
    free(policy->files);
    free(policy->groups);
    free(policy->classes);
    free(policy->rules);
    free(policy->exemptions);
    free(policy->clients.prefix);
    free(policy->networks.prefix);
    free(policy->own.prefix);
    pl_names_free(&policy->names);
    memset(policy, 0, sizeof(*policy));
}
