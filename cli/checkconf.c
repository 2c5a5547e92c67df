/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include "common/user/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void say(void *context, const struct pl_place *place, const char *text)
{
    unsigned *warnings = context;

    fprintf(stderr, "%s:%u:%u: warning: %s\n", place->file, place->line, place->column, text);
    ++*warnings;
}

/* What only the compiler can find (too many combinations) is an error of the policy as well. */
static bool compiles(const struct pl_policy *policy, struct pl_error *error)
{
    struct pl_compile_options options = {.serial = 1};
    struct pl_image image = {0};

    if (!pl_policy_compile(policy, &options, &image, error))
        return false;
    free(image.line);
    return true;
}

static void praise(const char *path, const struct pl_policy *p, unsigned warnings)
{
    printf("%s: good: %zu groups, %zu classes, %u names, %zu networks, %zu rules, %zu exemptions",
           path, p->group_count, p->class_count, p->names.count, p->networks.count, p->rule_count,
           p->exemption_count);
    if (warnings)
        printf("; %u %s", warnings, warnings == 1 ? "warning" : "warnings");
    printf("\n");
}

int checkconf_main(int argc, char **argv)
{
    static const struct option options[] = {{NULL, 0, NULL, 0}};
    const char *path = PL_DEFAULT_POLICY;
    struct pl_policy policy;
    struct pl_error error = {0};
    unsigned warnings = 0;
    bool ok;

    if (cli_option(argc, argv, ":", options) != -1)
        return CLI_USAGE;
    if (optind < argc)
        path = argv[optind++];
    if (!cli_no_more(argc, argv))
        return CLI_USAGE;
    if (!pl_policy_load(&policy, path, &error))
        return cli_error(&error);
    ok = compiles(&policy, &error);
    if (ok) {
        pl_policy_warn(&policy, (uint64_t)time(NULL), say, &warnings);
        praise(path, &policy, warnings);
    }
    pl_policy_free(&policy);
    return ok ? CLI_OK : cli_error(&error);
}
