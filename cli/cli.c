/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int cli_usage(const char *command, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "plimsoll %s: ", command);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "; see 'plimsoll help %s'\n", command);
    return CLI_USAGE;
}

int cli_option(int argc, char **argv, const char *letters, const struct option *options)
{
    int at = optind ? optind : 1, c;

    opterr = 0;
    c = getopt_long(argc, argv, letters, options, NULL);
    if (c == ':') {
        cli_usage(argv[0], "the option '%s' needs a value", argv[optind - 1]);
        return '?';
    }
    if (c == '?' && argv[at] && strchr(argv[at], '=') && optopt)
        cli_usage(argv[0], "the option '%.*s' takes no value", (int)strcspn(argv[at], "="),
                  argv[at]);
    else if (c == '?')
        cli_usage(argv[0], "unknown option '%s'", argv[optind - 1] ? argv[optind - 1] : argv[at]);
    return c;
}

int cli_error(const struct pl_error *error)
{
    char text[1024];

    fprintf(stderr, "%s\n", pl_error_text(error, text, sizeof(text)));
    return CLI_FAILED;
}

bool cli_no_more(int argc, char **argv)
{
    if (optind >= argc)
        return true;
    cli_usage(argv[0], "'%s' was not expected here", argv[optind]);
    return false;
}
