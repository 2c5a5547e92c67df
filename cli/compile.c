/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include "common/user/compile.h"
#include "common/user/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wish {
    const char *policy, *output, *control;
    struct pl_compile_options compile;
};

static bool parse_key(const char *text, struct pl_compile_options *o)
{
    char half[17] = "";

    if (strlen(text) != 32 || strspn(text, "0123456789abcdefABCDEF") != 32)
        return false;
    memcpy(half, text, 16);
    o->key[0] = strtoull(half, NULL, 16);
    o->key[1] = strtoull(text + 16, NULL, 16);
    o->key_given = true;
    return true;
}

static bool parse_number(const char *text, uint64_t *n)
{
    size_t len = strlen(text);

    *n = strtoull(text, NULL, 10);
    return len > 0 && len < 20 && strspn(text, "0123456789") == len && *n > 0;
}

static bool take_option(int c, char *const *argv, struct wish *w)
{
    bool day;

    switch (c) {
    case 'p':
        w->policy = optarg;
        return true;
    case 'o':
        w->output = optarg;
        return true;
    case 'c':
        w->control = optarg;
        return true;
    case 'k':
        return parse_key(optarg, &w->compile) ||
               !cli_usage(argv[0], "'%s' is no key: expected 32 hexadecimal digits", optarg);
    case 't':
        return pl_parse_time(optarg, &w->compile.created_s, &day) ||
               !cli_usage(argv[0], "'%s' is no time: expected one such as 2026-12-31T12:00:00Z",
                          optarg);
    case 's':
        return parse_number(optarg, &w->compile.serial) ||
               !cli_usage(argv[0], "'%s' is no serial: expected a number from 1", optarg);
    default:
        return false;
    }
}

static bool parse(int argc, char **argv, struct wish *w)
{
    static const struct option options[] = {{"policy", required_argument, NULL, 'p'},
                                            {"output", required_argument, NULL, 'o'},
                                            {"control", required_argument, NULL, 'c'},
                                            {"key", required_argument, NULL, 'k'},
                                            {"created", required_argument, NULL, 't'},
                                            {"serial", required_argument, NULL, 's'},
                                            {NULL, 0, NULL, 0}};
    int c;

    while ((c = cli_option(argc, argv, ":p:o:", options)) != -1)
        if (!take_option(c, argv, w))
            return false;
    return cli_no_more(argc, argv);
}

int compile_main(int argc, char **argv)
{
    struct wish w = {.policy = PL_DEFAULT_POLICY, .output = PL_DEFAULT_IMAGE};
    struct pl_image_head head;
    struct pl_error error = {0};

    if (!parse(argc, argv, &w))
        return CLI_USAGE;
    if (!w.control && access(PL_DEFAULT_CONTROL, F_OK) == 0)
        w.control = PL_DEFAULT_CONTROL;
    if (!pl_policy_publish(w.policy, w.output, w.control, &w.compile, &head, &error))
        return cli_error(&error);
    printf("%s: image %llu, %llu bytes: %u groups, %u classes, %llu names, %llu networks, %u "
           "times of change\n",
           w.output, (unsigned long long)head.serial,
           (unsigned long long)head.lines * PL_LINE_BYTES, head.groups - 1, head.classes - 1,
           (unsigned long long)head.names, (unsigned long long)head.prefixes, head.slices - 1);
    return CLI_OK;
}
