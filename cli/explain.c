/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"
#include "cli.h"

#include "common/user/nearest.h"
#include "common/user/parse.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HINT_BYTES = 96, CHECK_NAME_BYTES = 64 };

static bool unknown_check(const char *command, const char *typed)
{
    struct pl_nearest nearest = {0};
    char hint[HINT_BYTES];

    for (size_t i = 0; i < pl_check_row_count; i++)
        pl_nearest_offer(&nearest, typed, pl_check_rows[i].name);
    cli_usage(command, "no check is called '%s', 'plimsoll checks' lists them%s", typed,
              pl_nearest_text(&nearest, hint, sizeof(hint)));
    return false;
}

/* Names with commas between. */
static bool parse_failed(const char *command, const char *text, struct pl_findings *f)
{
    while (*text) {
        size_t len = strcspn(text, ",");
        char name[CHECK_NAME_BYTES];
        const struct pl_check_row *row;
        snprintf(name, sizeof(name), "%.*s", (int)len, text);
        row = pl_check_row_named(name);
        if (!row)
            return unknown_check(command, name);
        pl_found(f, row->family, PL_BIT(row->id % PL_FAMILY_CHECKS), true);
        text += len;
        text += *text == ',';
    }
    return true;
}

static bool take_option(int c, const char *command, struct explain_question *q, bool *json)
{
    bool day;

    switch (c) {
    case 'c':
        q->client_text = optarg;
        return true;
    case 't':
        q->to = optarg;
        return true;
    case 'f':
        return parse_failed(command, optarg, &q->findings);
    case 'a':
        return pl_parse_time(optarg, &q->at_s, &day) ||
               !cli_usage(command,
                          "'%s' is no time: expected one such as 2026-12-31 or "
                          "2026-12-31T12:00:00Z",
                          optarg);
    case 'p':
        q->policy = optarg;
        return true;
    case 'i':
        q->image = optarg;
        return true;
    case 'j':
        *json = true;
        return true;
    default:
        return false;
    }
}

static bool parse_options(int argc, char **argv, struct explain_question *q, bool *json)
{
    static const struct option options[] = {
        {"client", required_argument, NULL, 'c'}, {"to", required_argument, NULL, 't'},
        {"failed", required_argument, NULL, 'f'}, {"at", required_argument, NULL, 'a'},
        {"policy", required_argument, NULL, 'p'}, {"image", required_argument, NULL, 'i'},
        {"json", no_argument, NULL, 'j'},         {NULL, 0, NULL, 0}};
    int c;

    while ((c = cli_option(argc, argv, ":p:", options)) != -1)
        if (!take_option(c, argv[0], q, json))
            return false;
    return cli_no_more(argc, argv);
}

static bool parse_question(const char *command, struct explain_question *q)
{
    if (!q->client_text || !q->to)
        return !cli_usage(command, "'--client ADDRESS' and '--to NAME|ADDRESS' are needed");
    if (q->policy && q->image)
        return !cli_usage(command, "'--policy' and '--image' cannot both be asked");
    if (!pl_parse_addr(q->client_text, &q->client))
        return !cli_usage(command, "'%s' is no address", q->client_text);
    q->to_is_addr = pl_parse_addr(q->to, &q->to_addr);
    if (!q->to_is_addr &&
        pl_name_normal(q->to, strlen(q->to), q->name, &q->name_len) != PL_NAME_GOOD)
        return !cli_usage(command, "'%s' is neither a name nor an address", q->to);
    if (!q->policy)
        q->policy = PL_DEFAULT_POLICY;
    return true;
}

int explain_main(int argc, char **argv)
{
    struct explain_question q = {.at_s = (uint64_t)time(NULL)};
    struct explain_answer a;
    struct pl_error error = {0};
    bool json = false, ok = true;

    if (!parse_options(argc, argv, &q, &json) || !parse_question(argv[0], &q))
        return CLI_USAGE;
    if (!explain_find(&q, &a, &error))
        return cli_error(&error);
    if (json)
        ok = explain_print_json(&q, &a);
    else
        explain_print(&q, &a);
    explain_free(&a);
    return ok ? CLI_OK : CLI_FAILED;
}
