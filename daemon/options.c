/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/options.h"
#include "common/user/image_file.h"
#include "common/user/policy.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* One row an option.  size 0: a flag, whose bool is at the offset; else a text of that many bytes.
 */
struct row {
    const char *name, *value, *help;
    size_t offset, size;
    char letter; /* 0: none */
};

#define FLAG(name_, letter_, member, help_)                                                        \
    {                                                                                              \
        .name = name_, .letter = letter_, .help = help_,                                           \
        .offset = offsetof(struct pl_options, member)                                              \
    }
#define TEXT(name_, value_, member, help_)                                                         \
    {                                                                                              \
        .name = name_, .value = value_, .help = help_,                                             \
        .offset = offsetof(struct pl_options, given.member),                                       \
        .size = sizeof(((struct pl_options *)0)->given.member)                                     \
    }

static const struct row rows[] = {
    {.name = "config", .letter = 'c', .value = "FILE", .help = "default " PL_DEFAULT_DAEMON_CONFIG},
    {.name = "interface",
     .letter = 'i',
     .value = "NAME",
     .help = "client-facing interface; may be given several times; default none"},
    FLAG("check", 0, check, "read configuration and policy, say what is wrong, change nothing"),
    FLAG("detach", 0, detach, "remove the gateway's programs and maps from the kernel"),
    FLAG("help", 'h', help, "print this"),
    FLAG("version", 'V', version, "print the version"),
    TEXT("policy", "FILE", policy, "default " PL_DEFAULT_POLICY),
    TEXT("image", "FILE", image, "default " PL_DEFAULT_IMAGE),
    TEXT("control", "FILE", control, "default " PL_DEFAULT_CONTROL),
    TEXT("events-socket", "PATH", events_socket, "default " PL_DEFAULT_EVENTS),
    TEXT("events-group", "GROUP", events_group, "who may report; default: every local user"),
    TEXT("events-file", "FILE", events_file,
         "stdout for standard output, none for no file; default " PL_DEFAULT_EVENTS_FILE),
    TEXT("metrics", "PLACE", metrics,
         "unix:PATH, 127.0.0.1:PORT, [::1]:PORT or none; default " PL_DEFAULT_METRICS),
    TEXT("pin-dir", "DIR", pin_dir, "default " PL_DEFAULT_PIN_DIR),
    TEXT("observer-name", "NAME", observer_name, "in the events; default: the host's name"),
};

enum { ROW_CONFIG, ROW_INTERFACE, LONG_BASE = 1000 };

static bool add_interface(struct pl_daemon_config *given, const char *name, struct pl_error *error)
{
    if (given->interfaces_count == PL_CONFIG_INTERFACES)
        return pl_fail(error, NULL, 0, 0, "--interface %s: at most %d interfaces", name,
                       PL_CONFIG_INTERFACES);
    if (!name[0] || strlen(name) >= PL_CONFIG_INTERFACE_BYTES)
        return pl_fail(error, NULL, 0, 0, "--interface '%s': no interface has such a name", name);
    strcpy(given->interfaces[given->interfaces_count++], name);
    return true;
}

static bool take(struct pl_options *options, size_t i, const char *value, struct pl_error *error)
{
    char *member = (char *)options + rows[i].offset;

    if (i == ROW_CONFIG) {
        options->config_path = value;
        return true;
    }
    if (i == ROW_INTERFACE)
        return add_interface(&options->given, value, error);
    if (rows[i].size == 0) {
        *(bool *)(void *)member = true;
        return true;
    }
    if (!value[0] || strlen(value) >= rows[i].size)
        return pl_fail(error, NULL, 0, 0, "--%s '%s': expected 1 to %zu bytes", rows[i].name, value,
                       rows[i].size - 1);
    strcpy(member, value);
    return true;
}

static size_t row_of(int code)
{
    for (size_t i = 0; i < PL_COUNT(rows); i++)
        if (code == rows[i].letter || code == LONG_BASE + (int)i)
            return i;
    return PL_COUNT(rows);
}

bool pl_options_read(struct pl_options *options, int argc, char **argv, struct pl_error *error)
{
    struct option longs[PL_COUNT(rows) + 1];
    int code;

    memset(options, 0, sizeof(*options));
    memset(longs, 0, sizeof(longs));
    for (size_t i = 0; i < PL_COUNT(rows); i++) {
        longs[i].name = rows[i].name;
        longs[i].has_arg = rows[i].value ? required_argument : no_argument;
        longs[i].val = LONG_BASE + (int)i;
    }
    opterr = 0;
    while ((code = getopt_long(argc, argv, "+:c:i:hV", longs, NULL)) != -1) {
        size_t i = row_of(code);
        if (i == PL_COUNT(rows))
            return pl_fail(error, NULL, 0, 0, "%s: %s; see plimsolld --help", argv[optind - 1],
                           code == ':' ? "a value is missing" : "unknown option");
        if (!take(options, i, optarg, error))
            return false;
    }
    if (optind < argc)
        return pl_fail(error, NULL, 0, 0,
                       "'%s': no argument is expected here; see plimsolld --help", argv[optind]);
    return true;
}

void pl_options_help(void)
{
    printf("usage: plimsolld [options]\n\n"
           "Compiles the policy, feeds the gateway, records events, serves metrics.  Runs in the\n"
           "foreground and logs to stderr.  SIGHUP reads the policy again and reopens the events\n"
           "file; SIGTERM ends the daemon, what it attached to the kernel goes on enforcing.\n\n");
    for (size_t i = 0; i < PL_COUNT(rows); i++) {
        char name[40];
        snprintf(name, sizeof(name), "--%s%s%s", rows[i].name, rows[i].value ? " " : "",
                 rows[i].value ? rows[i].value : "");
        if (rows[i].letter)
            printf("  -%c, %-22s %s\n", rows[i].letter, name, rows[i].help);
        else
            printf("      %-22s %s\n", name, rows[i].help);
    }
}
