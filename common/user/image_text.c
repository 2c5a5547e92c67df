/* SPDX-License-Identifier: BSD-2-Clause */
#include "image_text.h"
#include "parse.h"
#include "policy_file.h"

#include <jansson.h>

/* Text out of a YAML file is UTF-8, but may have a byte of zero or be cut: never fail over it. */
static json_t *text(const char *s)
{
    json_t *j = json_string(s ? s : "");

    return j ? j : json_string("");
}

static json_t *origin(const char *kind, const char *id, struct pl_place at, const char *reason)
{
    return json_pack("{s:s, s:o, s:o, s:I, s:o}", "kind", kind, "id", text(id), "file",
                     text(at.file), "line", (json_int_t)at.line, "reason", text(reason));
}

static json_t *rule_origin(const struct pl_rule *rule)
{
    json_t *o = origin("rule", "", pl_spot_place(rule->spot), rule->reason);
    char at[PL_TIME_TEXT];

    if (rule->until)
        json_object_set_new(o, "until", text(pl_time_text(rule->scope.until_s, at)));
    return o;
}

static json_t *exemption_origin(const struct pl_exemption *e)
{
    json_t *o = origin("exemption", e->id, pl_spot_place(e->spot), e->reason);
    char at[PL_TIME_TEXT];

    json_object_set_new(o, "owner", text(e->owner));
    json_object_set_new(o, "until", text(pl_time_text(e->scope.until_s, at)));
    return o;
}

/* In the order of the origin numbers: see cells.h. */
static json_t *origins(const struct pl_policy *p)
{
    json_t *list = json_array();

    for (int i = 0; i < PL_PROFILE_COUNT; i++)
        json_array_append_new(
            list, origin("profile", pl_profile_names[i], (struct pl_place){.file = ""}, ""));
    for (size_t i = 0; i < p->rule_count; i++)
        json_array_append_new(list, rule_origin(p->rules[i]));
    for (size_t i = 0; i < p->exemption_count; i++)
        json_array_append_new(list, exemption_origin(p->exemptions[i]));
    return list;
}

static const char *profile_of(const struct pl_policy *p, const struct pl_stance *stance)
{
    return pl_profile_names[(stance->profile ? stance->profile : p->stance.profile) - 1];
}

char *pl_image_text(const struct pl_policy *p)
{
    json_t *groups = json_array(), *profiles = json_array(), *classes = json_array(), *all;
    char *result;

    json_array_append_new(groups, text("everybody else"));
    json_array_append_new(profiles, text(profile_of(p, &p->stance)));
    for (size_t i = 0; i < p->group_count; i++) {
        json_array_append_new(groups, text(p->groups[i]->name));
        json_array_append_new(profiles, text(profile_of(p, &p->groups[i]->stance)));
    }
    json_array_append_new(classes, text("everything else"));
    for (size_t i = 0; i < p->class_count; i++)
        json_array_append_new(classes, text(p->classes[i]->name));
    all = json_pack("{s:o, s:o, s:o, s:o, s:[i,i], s:o}", "groups", groups, "profiles", profiles,
                    "classes", classes, "origins", origins(p), "client_prefix", p->client_bits[0],
                    p->client_bits[1], "policy", text(p->files[0].places.file));
    result = all ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    return result;
}
