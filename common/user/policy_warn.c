/* SPDX-License-Identifier: BSD-2-Clause */
#include "parse.h"
#include "policy_resolve.h"

#include <stdio.h>

enum { SOON_DAYS = 14, TEXT_BYTES = 256 };

static void warn_exemption(const struct pl_exemption *e, uint64_t now_s, pl_policy_say *say,
                           void *context)
{
    struct pl_place at = pl_spot_key(e->spot, "until");
    uint64_t left_s = e->scope.until_s - now_s;
    char text[TEXT_BYTES], end[PL_TIME_TEXT];

    pl_time_text(e->scope.until_s, end);
    if (e->scope.until_s <= now_s)
        snprintf(text, sizeof(text),
                 "the exemption %.64s ended at %s: its checks count again; remove it, or ask %.64s",
                 e->id, end, e->owner);
    else if (left_s <= (uint64_t)SOON_DAYS * PL_DAY_S)
        snprintf(text, sizeof(text), "the exemption %.64s ends in %u days, at %s: ask %.64s", e->id,
                 (unsigned)((left_s + PL_DAY_S - 1) / PL_DAY_S), end, e->owner);
    else
        return;
    say(context, &at, text);
}

static void warn_rule(const struct pl_rule *rule, uint64_t now_s, pl_policy_say *say, void *context)
{
    struct pl_place at = pl_spot_key(rule->spot, "until");
    char text[TEXT_BYTES], end[PL_TIME_TEXT];

    if (rule->scope.until_s > now_s)
        return;
    snprintf(text, sizeof(text), "this rule ended at %s: remove it, or give it another 'until'",
             pl_time_text(rule->scope.until_s, end));
    say(context, &at, text);
}

/* A group that no rule names may still stand for another profile or mode. */
static bool group_matters(const struct pl_group *g)
{
    return g->used || g->stance.profile || g->stance.mode || g->stance.on_error;
}

void pl_policy_warn(const struct pl_policy *policy, uint64_t now_s, pl_policy_say *say,
                    void *context)
{
    char text[TEXT_BYTES];

    for (size_t i = 0; i < policy->group_count; i++) {
        const struct pl_group *g = policy->groups[i];
        struct pl_place at = pl_spot_key(g->spot, "name");
        if (group_matters(g))
            continue;
        snprintf(text, sizeof(text),
                 "no rule or exemption names the group '%.64s', and it has no "
                 "profile, mode or on_error of its own: it changes nothing",
                 g->name);
        say(context, &at, text);
    }
    for (size_t i = 0; i < policy->class_count; i++) {
        const struct pl_class *c = policy->classes[i];
        struct pl_place at = pl_spot_key(c->spot, "name");
        if (c->used)
            continue;
        snprintf(text, sizeof(text),
                 "no rule or exemption names the class '%.64s': it changes nothing", c->name);
        say(context, &at, text);
    }
    for (size_t i = 0; i < policy->rule_count; i++)
        warn_rule(policy->rules[i], now_s, say, context);
    for (size_t i = 0; i < policy->exemption_count; i++)
        warn_exemption(policy->exemptions[i], now_s, say, context);
}
