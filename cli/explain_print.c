/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"

#include "common/user/parse.h"

#include <stdio.h>
#include <string.h>

static const char *const action_words[] = {"allow", "flag", "would-block", "block"};
static const char *const answer_words[] = {"nxdomain", "nodata", "refused", "sinkhole"};

static const char *word_of(const json_t *origin, const char *key)
{
    const char *text = json_string_value(json_object_get(origin, key));

    return text ? text : "";
}

static void print_by(const struct explain_by *by)
{
    if (by->text[0])
        printf(", by %s (%s:%u)", by->text, by->place.file, by->place.line);
    printf(".\n");
}

static void print_who(const struct explain_question *q, const struct explain_answer *a)
{
    if (a->group)
        printf("The client %s is in the group %s", q->client_text, explain_group(a));
    else
        printf("The client %s is in no group", q->client_text);
    print_by(&a->group_by);
    if (a->class)
        printf("The destination %s is in the class %s", q->to, explain_class(a));
    else
        printf("The destination %s is in no class", q->to);
    print_by(&a->class_by);
    if (!a->class && !q->to_is_addr)
        printf("Its address may be in one: ask with '--to ADDRESS' as well.\n");
}

static void print_verdict(const struct explain_question *q, const struct explain_answer *a)
{
    static const char *const sentences[] = {
        "This is allowed.", "This is allowed, and reported.",
        "This is allowed for now, and reported: it would be blocked if the mode were enforce.",
        "This is blocked."};
    char at[PL_TIME_TEXT];

    printf("\n%s\n", sentences[a->verdict.action]);
    if (a->verdict.action == PL_BLOCK)
        printf("The resolver answers a blocked name with %s.\n", answer_words[a->verdict.answer]);
    printf("So it is at %s.\n", pl_time_text(q->at_s, at));
}

static void print_origin(const json_t *origin)
{
    const char *kind = word_of(origin, "kind"), *reason = word_of(origin, "reason");

    if (!origin) {
        printf("  decided by     no rule: nothing in the policy speaks of it\n");
        return;
    }
    if (strcmp(kind, "profile") == 0) {
        printf("  decided by     the profile %s\n", word_of(origin, "id"));
        return;
    }
    printf("  decided by     the %s%s%s at %s:%lld%s%s\n", kind,
           word_of(origin, "id")[0] ? " " : "", word_of(origin, "id"), word_of(origin, "file"),
           (long long)json_integer_value(json_object_get(origin, "line")), reason[0] ? ": " : "",
           reason);
    if (word_of(origin, "owner")[0])
        printf("  answers for it %s\n", word_of(origin, "owner"));
    if (word_of(origin, "until")[0])
        printf("  ends at        %s\n", word_of(origin, "until"));
}

static void print_check(const struct explain_answer *a, const struct pl_check_row *row)
{
    static const char *const words[] = {"allowed", "reported only", "would be blocked", "blocked"};

    printf("\n%s: %s\n", row->name, words[explain_action(a, row)]);
    printf("  what is wrong  %s\n", row->finding);
    printf("  standard       %s\n", row->reference);
    printf("  who mends it   %s\n", row->remedy);
    print_origin(explain_origin(a, row));
}

/* The checks that failed: those that were named; and that the destination is listed, when the
 * policy speaks of that and does not only have a class to judge its connections by. */
static bool failed(const struct explain_question *q, const struct explain_answer *a,
                   const struct pl_check_row *row)
{
    if (row->id == PL_ID_destination_listed && a->class && explain_origin(a, row))
        return true;
    return q->findings.failed[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS);
}

void explain_print(const struct explain_question *q, const struct explain_answer *a)
{
    print_who(q, a);
    print_verdict(q, a);
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (failed(q, a, &pl_check_rows[i]))
            print_check(a, &pl_check_rows[i]);
}

static json_t *by_json(const char *name, uint16_t number, const struct explain_by *by)
{
    json_t *j = json_pack("{s:s, s:i}", "name", name, "number", number);

    if (by->text[0]) {
        json_object_set_new(j, "by", json_string(by->text));
        json_object_set_new(j, "file", json_string(by->place.file));
        json_object_set_new(j, "line", json_integer(by->place.line));
    }
    return j;
}

static json_t *check_json(const struct explain_answer *a, const struct pl_check_row *row)
{
    json_t *origin = (json_t *)explain_origin(a, row);

    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:O?}", "id", row->name, "verdict",
                     action_words[explain_action(a, row)], "finding", row->finding, "reference",
                     row->reference, "remedy", row->remedy, "decided_by", origin);
}

bool explain_print_json(const struct explain_question *q, const struct explain_answer *a)
{
    json_t *checks = json_array(), *all;
    char at[PL_TIME_TEXT];
    bool ok;

    for (size_t i = 0; i < pl_check_row_count; i++)
        if (failed(q, a, &pl_check_rows[i]))
            json_array_append_new(checks, check_json(a, &pl_check_rows[i]));
    all = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:o}", "client", q->client_text, "to",
                    q->to, "at", pl_time_text(q->at_s, at), "group",
                    by_json(explain_group(a), a->group, &a->group_by), "class",
                    by_json(explain_class(a), a->class, &a->class_by), "verdict",
                    action_words[a->verdict.action], "answer", answer_words[a->verdict.answer & 3],
                    "checks", checks);
    ok = all && json_dumpf(all, stdout, JSON_INDENT(2)) == 0;
    json_decref(all);
    printf("\n");
    return ok;
}
