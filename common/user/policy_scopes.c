/* SPDX-License-Identifier: BSD-2-Clause */
#include "nearest.h"
#include "parse.h"
#include "policy_resolve.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { HINT_BYTES = 96 };

static const char date_expected[] =
    "expected a day such as 2026-12-31, or a time such as 2026-12-31T12:00:00Z";

/* Groups and classes are looked up alike. */
typedef const char *name_of(const struct pl_policy *policy, size_t i);

static const char *group_name(const struct pl_policy *policy, size_t i)
{
    return i < policy->group_count ? policy->groups[i]->name : NULL;
}

static const char *class_name(const struct pl_policy *policy, size_t i)
{
    return i < policy->class_count ? policy->classes[i]->name : NULL;
}

static bool unknown(const struct pl_policy *policy, name_of *name, const char *what,
                    const char *typed, struct pl_place at, struct pl_error *error)
{
    struct pl_nearest nearest = {0};
    char hint[HINT_BYTES];

    for (size_t i = 0; name(policy, i); i++)
        pl_nearest_offer(&nearest, typed, name(policy, i));
    return PL_BAD(error, at, "unknown %s '%.80s': expected the name of a %s of this policy%s", what,
                  typed, what, pl_nearest_text(&nearest, hint, sizeof(hint)));
}

/* A list that is there and empty says nothing that could be meant. */
static bool empty_list(struct pl_spot spot, const char *key, const struct pl_text_list *list)
{
    return list->count == 0 && pl_places_key(spot.places, spot.node, key) != 0;
}

/* Names to a set of numbers; NULL, all, when the key is not there. */
static bool resolve_set(const struct pl_policy *policy, name_of *name, size_t count,
                        const char *what, struct pl_spot spot, const char *key,
                        const struct pl_text_list *list, uint64_t **set, struct pl_error *error)
{
    if (empty_list(spot, key, list))
        return PL_BAD(error, pl_spot_key(spot, key),
                      "'%s' is empty: expected names, or no '%s' at all for every %s", key, key,
                      what);
    if (!list->count)
        return true;
    *set = calloc(count / 64 + 1, sizeof(**set));
    for (unsigned i = 0; *set && i < list->count; i++) {
        size_t n = 0;
        while (name(policy, n) && strcmp(name(policy, n), list->text[i]) != 0)
            n++;
        if (!name(policy, n))
            return unknown(policy, name, what, list->text[i], pl_spot_entry(spot, key, i), error);
        (*set)[(n + 1) / 64] |= PL_BIT((n + 1) % 64);
    }
    return *set || PL_BAD(error, pl_spot_key(spot, key), "not enough memory for this policy");
}

static void set_check(uint64_t checks[PL_FAMILY_COUNT], const struct pl_check_row *row)
{
    checks[row->family] |= PL_BIT(row->id % PL_FAMILY_CHECKS);
}

/* One name or pattern.  What the destination is comes by its own name only: a rule about "*" means
 * how a connection is made, not where it goes.  An exemption from "*" is one from everything. */
static bool add_checks(uint64_t checks[PL_FAMILY_COUNT], const char *pattern, bool exemption)
{
    bool glob = strchr(pattern, '*') != NULL, any = false;

    if (strspn(pattern, "abcdefghijklmnopqrstuvwxyz0123456789-*") != strlen(pattern))
        return false;
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        if (fnmatch(pattern, row->name, 0) != 0)
            continue;
        any = true;
        if (!glob || exemption || row->id != PL_ID_destination_listed)
            set_check(checks, row);
    }
    return any;
}

static bool unknown_check(const char *typed, struct pl_place at, struct pl_error *error)
{
    struct pl_nearest nearest = {0};
    char hint[HINT_BYTES];

    for (size_t i = 0; i < pl_check_row_count; i++)
        pl_nearest_offer(&nearest, typed, pl_check_rows[i].name);
    return PL_BAD(error, at,
                  "no check is called '%.80s': expected a name or a pattern such as tls-kex-*, see "
                  "'plimsoll checks'%s",
                  typed, pl_nearest_text(&nearest, hint, sizeof(hint)));
}

static bool resolve_checks(struct pl_scope *scope, struct pl_spot spot,
                           const struct pl_text_list *list, bool exemption, struct pl_error *error)
{
    if (empty_list(spot, "checks", list))
        return PL_BAD(error, pl_spot_key(spot, "checks"),
                      "'checks' is empty: expected names of checks%s",
                      exemption ? "" : ", or no 'checks' to judge the destination itself");
    if (!list->count)
        set_check(scope->checks, pl_check_row(PL_ID_destination_listed));
    for (unsigned i = 0; i < list->count; i++)
        if (!add_checks(scope->checks, list->text[i], exemption))
            return unknown_check(list->text[i], pl_spot_entry(spot, "checks", i), error);
    return true;
}

static bool resolve_time(struct pl_spot spot, const char *key, const char *text, uint64_t *time_s,
                         bool *day, struct pl_error *error)
{
    if (pl_parse_time(text, time_s, day))
        return true;
    return PL_BAD(error, pl_spot_key(spot, key), "'%.40s' is not a date: %s", text, date_expected);
}

/* from: its day included; until: its day included as well. */
static bool resolve_times(struct pl_scope *scope, struct pl_spot spot, const char *from,
                          const char *until, struct pl_error *error)
{
    bool day = false;

    scope->from_s = 0;
    scope->until_s = PL_FOREVER;
    if (from && !resolve_time(spot, "from", from, &scope->from_s, &day, error))
        return false;
    if (until && !resolve_time(spot, "until", until, &scope->until_s, &day, error))
        return false;
    if (until && day)
        scope->until_s += PL_DAY_S;
    if (scope->from_s < scope->until_s)
        return true;
    return PL_BAD(error, pl_spot_key(spot, "until"),
                  "this ends before it begins: expected 'until' to be later than 'from'");
}

static bool resolve_scope(const struct pl_policy *policy, struct pl_scope *scope,
                          struct pl_spot spot, const struct pl_text_list *groups,
                          const struct pl_text_list *classes, struct pl_error *error)
{
    return resolve_set(policy, group_name, policy->group_count, "group", spot, "groups", groups,
                       &scope->groups, error) &&
           resolve_set(policy, class_name, policy->class_count, "class", spot, "classes", classes,
                       &scope->classes, error);
}

static bool resolve_answer(const struct pl_policy *policy, const struct pl_rule *rule,
                           struct pl_error *error)
{
    const struct pl_portal *portal = &policy->portal;

    if (!rule->answer)
        return true;
    if (rule->action != PL_RULE_BLOCK)
        return PL_BAD(error, pl_spot_key(rule->spot, "answer"),
                      "an answer without a block: expected 'action: block' in this rule, or no "
                      "'answer'");
    if (rule->answer == PL_ANSWER_SINKHOLE + 1 && !portal->sinkhole4.lo && !portal->sinkhole6.hi &&
        !portal->sinkhole6.lo)
        return PL_BAD(error, pl_spot_key(rule->spot, "answer"),
                      "there is no sinkhole: expected portal: { sinkhole: [address] } in the "
                      "policy");
    return true;
}

static bool resolve_rule(const struct pl_policy *policy, struct pl_rule *rule,
                         struct pl_error *error)
{
    if (!resolve_scope(policy, &rule->scope, rule->spot, &rule->groups, &rule->classes, error) ||
        !resolve_checks(&rule->scope, rule->spot, &rule->checks, false, error) ||
        !resolve_times(&rule->scope, rule->spot, rule->from, rule->until, error))
        return false;
    if (!rule->checks.count && !rule->classes.count)
        return PL_BAD(error, pl_spot_place(rule->spot),
                      "a rule without checks judges the destination itself: expected classes, or "
                      "checks");
    return resolve_answer(policy, rule, error);
}

static bool check_text(struct pl_spot spot, const char *key, const char *text, const char *expected,
                       struct pl_error *error)
{
    return text[0] ||
           PL_BAD(error, pl_spot_key(spot, key), "'%s' is empty: expected %s", key, expected);
}

static bool resolve_exemption(const struct pl_policy *policy, size_t i, struct pl_error *error)
{
    struct pl_exemption *e = policy->exemptions[i];

    if (!check_text(e->spot, "id", e->id, "a name to speak of it, such as EX-2026-014", error) ||
        !check_text(e->spot, "owner", e->owner, "who answers for it", error) ||
        !check_text(e->spot, "reason", e->reason, "why it is needed", error))
        return false;
    for (size_t k = 0; k < i; k++)
        if (strcmp(policy->exemptions[k]->id, e->id) == 0) {
            struct pl_place first = pl_spot_place(policy->exemptions[k]->spot);
            return PL_BAD(error, pl_spot_key(e->spot, "id"),
                          "the exemption '%.80s' is already defined at %s:%u: expected another id",
                          e->id, first.file, first.line);
        }
    return resolve_scope(policy, &e->scope, e->spot, &e->groups, &e->classes, error) &&
           resolve_checks(&e->scope, e->spot, &e->checks, true, error) &&
           resolve_times(&e->scope, e->spot, NULL, e->until, error);
}

static void mark_used(struct pl_policy *policy, const struct pl_scope *scope)
{
    for (size_t i = 1; scope->groups && i <= policy->group_count; i++)
        if (scope->groups[i / 64] & PL_BIT(i % 64))
            policy->groups[i - 1]->used = true;
    for (size_t i = 1; scope->classes && i <= policy->class_count; i++)
        if (scope->classes[i / 64] & PL_BIT(i % 64))
            policy->classes[i - 1]->used = true;
}

bool pl_resolve_scopes(struct pl_policy *policy, struct pl_error *error)
{
    for (size_t i = 0; i < policy->rule_count; i++) {
        if (!resolve_rule(policy, policy->rules[i], error))
            return false;
        mark_used(policy, &policy->rules[i]->scope);
    }
    for (size_t i = 0; i < policy->exemption_count; i++) {
        if (!resolve_exemption(policy, i, error))
            return false;
        mark_used(policy, &policy->exemptions[i]->scope);
    }
    return true;
}
