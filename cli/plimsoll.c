/* SPDX-License-Identifier: BSD-2-Clause */
/* The command: finds the subcommand in a table and calls it. */
#include "cli.h"

#include "common/user/version.h"

#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    int (*main)(int argc, char **argv);
    const char *does;  /* one line for the list */
    const char *usage; /* all of it */
};

static int help_main(int argc, char **argv);
static int version_main(int argc, char **argv);

static const struct command commands[] = {
    {"compile", compile_main, "turn the policy into the image that every point reads",
     "plimsoll compile [-p POLICY] [-o IMAGE] [--control PATH]\n"
     "\n"
     "Reads the policy, writes the image, and tells all points that a new one is there.\n"
     "\n"
     "  -p, --policy POLICY   default /etc/plimsoll/policy.yaml; policy.d/*.yaml beside it is read "
     "too\n"
     "  -o, --output IMAGE    default /var/lib/plimsoll/policy.img\n"
     "      --control PATH    the page that announces new images; made when it is not there.\n"
     "                        default /run/plimsoll/control, when it is there\n"
     "      --serial N        number of this image; default: one more than the image it replaces\n"
     "      --key HEX         32 digits; default: random\n"
     "      --created TIME    such as 2026-12-31T12:00:00Z; default: now.\n"
     "                        The same policy, serial, key and time give the same bytes\n"},
    {"checkconf", checkconf_main, "say what is wrong with a policy, and what deserves a look",
     "plimsoll checkconf [POLICY]\n"
     "\n"
     "Reads the policy (default /etc/plimsoll/policy.yaml) and policy.d/*.yaml beside it.\n"
     "An error is shown as FILE:LINE:COLUMN: what is wrong, what was expected; then it ends with "
     "1.\n"
     "Warnings: exemptions that have ended or end within 14 days; groups and classes that change\n"
     "nothing.\n"},
    {"checks", checks_main, "list everything that Plimsoll can find",
     "plimsoll checks [--table | --json | --markdown | --man]\n"
     "\n"
     "Lists the checks: what each one finds, by which standard, who mends it, where it is seen.\n"},
    {"explain", explain_main, "say what the policy decides for a client and a destination, and why",
     "plimsoll explain --client ADDRESS --to NAME|ADDRESS [--failed CHECK,...] [--at TIME]\n"
     "                 [--policy POLICY | --image IMAGE] [--json]\n"
     "\n"
     "  --client ADDRESS      who asks\n"
     "  --to NAME|ADDRESS     for what\n"
     "  --failed CHECK,...    the checks that failed; default: only that the destination is "
     "listed\n"
     "  --at TIME             such as 2026-12-31 or 2026-12-31T12:00:00Z; default: now\n"
     "  --policy POLICY       default /etc/plimsoll/policy.yaml\n"
     "  --image IMAGE         what an image decides that is already compiled\n"
     "  --json                for a program, not a person\n"},
    {"pcap", pcap_main, "find insecure connections in files of packets",
     "plimsoll pcap FILE|FOLDER|-... [--policy POLICY | --image IMAGE] [--json | --table]\n"
     "              [--since TIME] [--trust PATH]\n"
     "\n"
     "Reads pcap and pcapng, gzip'd or not, and tells for each flow what was read of it, which "
     "checks\n"
     "failed and what the policy decides.\n"
     "\n"
     "  -p, --policy POLICY   decide by this policy; default: everything that failed is flagged\n"
     "      --image IMAGE     decide by an image that is already compiled\n"
     "      --table           for a person: the flows that were read, and a summary; the default\n"
     "      --json            for a program: one object a line for each flow\n"
     "      --since TIME      leave out flows that began before, such as 2026-12-31\n"
     "      --trust PATH      roots of certificates, a file or a folder; default: those of the "
     "system\n"
     "\n"
     "It ends with 0 when nothing failed that is of high or critical severity, with 1 when "
     "something\n"
     "did, with 2 when a file could not be read.\n"},
    {"help", help_main, "show this list, or all about one command", "plimsoll help [COMMAND]\n"},
    {"version", version_main, "show the version", "plimsoll version\n"},
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < PL_COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int unknown(const char *name)
{
    fprintf(stderr, "plimsoll: there is no command '%s'; see 'plimsoll help'\n", name);
    return CLI_USAGE;
}

static void list(FILE *to)
{
    fprintf(to, "plimsoll COMMAND [OPTION...]\n\n");
    for (size_t i = 0; i < PL_COUNT(commands); i++)
        fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].does);
    fprintf(to, "\n'plimsoll help COMMAND' shows the options of a command.\n");
}

static int help_main(int argc, char **argv)
{
    const struct command *c;

    if (argc < 2) {
        list(stdout);
        return CLI_OK;
    }
    c = find(argv[1]);
    if (!c)
        return unknown(argv[1]);
    printf("%s: %s\n\n%s", c->name, c->does, c->usage);
    return CLI_OK;
}

static int version_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("plimsoll %s\n", PL_VERSION);
    return CLI_OK;
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* A full disk or a closed pipe must not look like success. */
static int flushed(int result)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "plimsoll: the output could not be written\n");
    return CLI_FAILED;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    char *help_for[] = {(char *)"help", (char *)name, NULL};
    const struct command *c;

    if (argc < 2) {
        list(stderr);
        return CLI_USAGE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        name = "version";
    c = find(name);
    if (!c)
        return unknown(name);
    if (asks_help(argc - 1, argv + 1))
        return flushed(help_main(2, help_for));
    return flushed(c->main(argc - 1, argv + 1));
}
