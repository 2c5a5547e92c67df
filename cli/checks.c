/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include "common/user/catalogue_text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { POINTS_BYTES = 128 };

static const char *points_text(const struct pl_check_row *row, char buf[POINTS_BYTES])
{
    size_t used = 0;

    buf[0] = 0;
    for (size_t i = 0; i < PL_COUNT(pl_point_names); i++)
        if (row->points & PL_BIT(i))
            used += (size_t)snprintf(buf + used, POINTS_BYTES - used, "%s%s", used ? ", " : "",
                                     pl_point_names[i]);
    return buf;
}

static const char *profiles_text(const struct pl_check_row *row, char buf[POINTS_BYTES])
{
    size_t used = 0;

    snprintf(buf, POINTS_BYTES, "none");
    for (size_t i = 0; i < PL_PROFILE_COUNT; i++)
        if (row->blocked_by & PL_BIT(i))
            used += (size_t)snprintf(buf + used, POINTS_BYTES - used, "%s%s", used ? ", " : "",
                                     pl_profile_names[i]);
    return buf;
}

/* A mask and the names of its bits to a list. */
static json_t *bits(uint32_t mask, const char *const *names, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        if (mask & PL_BIT(i))
            json_array_append_new(list, json_string(names[i]));
    return list;
}

static int print_json(void)
{
    json_t *all = json_array();
    int result;

    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        json_array_append_new(
            all, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s}", "id", row->name,
                           "family", pl_family_names[row->family], "severity",
                           pl_severity_names[row->severity], "area", row->area, "points",
                           bits(row->points, pl_point_names, PL_COUNT(pl_point_names)),
                           "blocked_by", bits(row->blocked_by, pl_profile_names, PL_PROFILE_COUNT),
                           "reference", row->reference, "finding", row->finding, "remedy",
                           row->remedy, "exposure", row->exposure));
    }
    result = json_dumpf(all, stdout, JSON_INDENT(2));
    json_decref(all);
    printf("\n");
    return result == 0 ? CLI_OK : CLI_FAILED;
}

static int print_table(void)
{
    printf("%-28s %-9s %s\n", "CHECK", "SEVERITY", "WHAT IS WRONG (STANDARD)");
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        printf("%-28s %-9s %s (%s)\n", row->name, pl_severity_names[row->severity], row->finding,
               row->reference);
    }
    return CLI_OK;
}

static int print_markdown(void)
{
    char points[POINTS_BYTES], profiles[POINTS_BYTES];

    printf(
        "# Checks\n\nWhat Plimsoll can find, by family.  \"Seen at\" says where the facts for a "
        "check "
        "can be seen;\nREADME.md says what each point reads today, and `plimsoll pcap` reads all "
        "that a capture shows.\nThis file is made by `plimsoll checks --markdown`.\n");
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        if (i == 0 || row->family != pl_check_rows[i - 1].family)
            printf("\n## %s\n", pl_family_names[row->family]);
        printf("\n### %s\n\n%s\n\n", row->name, row->finding);
        printf("- To mend it: %s\n- For who decides: %s\n- Standard: %s\n"
               "- Severity: %s; area: %s\n",
               row->remedy, row->exposure, row->reference, pl_severity_names[row->severity],
               row->area);
        printf("- Seen at: %s\n- Blocked by the profiles: %s\n", points_text(row, points),
               profiles_text(row, profiles));
    }
    return CLI_OK;
}

/* A text in a man page: a hyphen is a minus there, and a dot or quote may not begin a line. */
static void man_text(const char *text)
{
    if (*text == '.' || *text == '\'')
        printf("\\&");
    for (; *text; text++)
        if (*text == '-' || *text == '\\')
            printf(*text == '-' ? "\\-" : "\\e");
        else
            putchar(*text);
}

static void man_line(const char *label, const char *text)
{
    printf(".br\n%s: ", label);
    man_text(text);
    printf("\n");
}

static int print_man(void)
{
    char points[POINTS_BYTES], profiles[POINTS_BYTES];

    printf(".\\\" Made by plimsoll checks --man\n.TH PLIMSOLL-CHECKS 7\n.SH NAME\n"
           "plimsoll\\-checks \\- what Plimsoll can find\n.SH CHECKS\n");
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        printf(".TP\n.B ");
        man_text(row->name);
        printf("\n");
        man_text(row->finding);
        printf("\n");
        man_line("To mend it", row->remedy);
        man_line("For who decides", row->exposure);
        man_line("Standard", row->reference);
        man_line("Severity", pl_severity_names[row->severity]);
        man_line("Area", row->area);
        man_line("Seen at", points_text(row, points));
        man_line("Blocked by the profiles", profiles_text(row, profiles));
    }
    printf(".SH SEE ALSO\n.BR plimsoll (8)\n");
    return CLI_OK;
}

int checks_main(int argc, char **argv)
{
    static const struct option options[] = {{"table", no_argument, NULL, 't'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"markdown", no_argument, NULL, 'm'},
                                            {"man", no_argument, NULL, 'n'},
                                            {NULL, 0, NULL, 0}};
    static const struct {
        int letter;
        int (*print)(void);
    } forms[] = {{'t', print_table}, {'j', print_json}, {'m', print_markdown}, {'n', print_man}};
    int (*print)(void) = print_table;
    int c;

    while ((c = cli_option(argc, argv, ":", options)) != -1) {
        if (c == '?')
            return CLI_USAGE;
        for (size_t i = 0; i < PL_COUNT(forms); i++)
            if (forms[i].letter == c)
                print = forms[i].print;
    }
    return cli_no_more(argc, argv) ? print() : CLI_USAGE;
}
