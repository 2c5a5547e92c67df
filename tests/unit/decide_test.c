/* SPDX-License-Identifier: BSD-2-Clause */
/* What the policy language means: from YAML through the image to a verdict. */
#include "policy_text.h"

#include "common/user/parse.h"

struct ask {
    const char *client, *to; /* a name or an address */
    const char *failed;      /* a check, or NULL */
    const char *at;          /* NULL: 2026-06-15 */
};

/* The verdict as a point would take it. */
static struct pl_verdict judge(const char *yaml, struct ask ask)
{
    struct pl_image image;
    struct pl_lines lines;
    struct pl_image_head head;
    struct pl_findings f = {0};
    struct pl_verdict v;
    struct pl_cell cell;
    struct pl_addr client, to;
    uint16_t group, class;
    uint64_t now_s;
    bool day;

    image_from(&image, yaml);
    lines = lines_of(&image);
    assert_true(pl_image_check(image.line, image.size, "test", NULL));
    assert_true(pl_image_head(&lines, &head));
    assert_true(pl_parse_addr(ask.client, &client));
    assert_true(pl_parse_time(ask.at ? ask.at : "2026-06-15", &now_s, &day));
    group = pl_group_find(&lines, &head, client);
    class = pl_parse_addr(ask.to, &to)
                ? pl_class_find(&lines, &head, to)
                : pl_name_find(&lines, &head, (const uint8_t *)ask.to, (uint32_t)strlen(ask.to));
    if (ask.failed) {
        const struct pl_check_row *row = pl_check_row_named(ask.failed);
        assert_non_null(row);
        pl_found(&f, row->family, PL_BIT(row->id % PL_FAMILY_CHECKS), true);
    }
    pl_found_class(&f, class);
    assert_true(pl_cell_read(
        &lines, &head,
        pl_cell_find(&lines, &head, pl_slice_find(&lines, &head, now_s), group, class), &cell));
    pl_decide(&cell, &f, &v);
    free(image.line);
    return v;
}

/* yaml, client, destination, and if need be the failed check and the time. */
#define ACTION(...) PADDED(__VA_ARGS__, NULL, NULL, NULL)
#define PADDED(yaml, client, to, failed, at, ...)                                                  \
    judge(yaml, (struct ask){client, to, failed, at}).action

#define HEAD                                                                                       \
    "version: 1\n"                                                                                 \
    "defaults: { profile: observe, mode: enforce }\n"                                              \
    "groups:\n"                                                                                    \
    "  - { name: office, clients: [192.0.2.0/24] }\n"                                              \
    "  - { name: iot, clients: [192.0.2.128/25], profile: enterprise-baseline }\n"                 \
    "  - { name: lab, clients: [\"2001:db8::/32\"], profile: enterprise-baseline, mode: observe "  \
    "}\n"                                                                                          \
    "classes:\n"                                                                                   \
    "  - { name: bad, names: [bad.example], networks: [203.0.113.0/24] }\n"                        \
    "  - { name: good, names: [good.bad.example], networks: [203.0.113.128/25] }\n"

static void the_profile_decides_without_rules(void **state)
{
    (void)state;
    assert_int_equal(ACTION(HEAD, "192.0.2.1", "x.example", "tls-cipher-rc4"), PL_FLAG);
    assert_int_equal(ACTION(HEAD, "192.0.2.200", "x.example", "tls-cipher-rc4"), PL_BLOCK);
    assert_int_equal(ACTION(HEAD, "192.0.2.200", "x.example", "tls-version-12"), PL_FLAG);
    assert_int_equal(ACTION(HEAD, "198.51.100.1", "x.example", "tls-cipher-rc4"), PL_FLAG);
    assert_int_equal(ACTION(HEAD, "192.0.2.1", "x.example", NULL), PL_ALLOW);
}

static void observe_turns_a_block_into_a_trial(void **state)
{
    (void)state;
    assert_int_equal(ACTION(HEAD, "2001:db8::1", "x.example", "tls-cipher-rc4"), PL_WOULD_BLOCK);
    assert_int_equal(ACTION(HEAD "rules:\n  - { checks: [tls-version-12], action: block }\n",
                            "2001:db8::1", "x.example", "tls-version-12"),
                     PL_WOULD_BLOCK);
    assert_int_equal(
        ACTION(HEAD "rules:\n  - { checks: [tls-version-12], action: block, mode: enforce }\n",
               "2001:db8::1", "x.example", "tls-version-12"),
        PL_BLOCK);
    assert_int_equal(
        ACTION(HEAD "rules:\n  - { checks: [tls-version-12], action: block, mode: observe }\n",
               "192.0.2.1", "x.example", "tls-version-12"),
        PL_WOULD_BLOCK);
}

static void a_listed_destination_needs_a_rule(void **state)
{
    static const char rule[] = HEAD "rules:\n  - { classes: [bad], action: block }\n";

    (void)state;
    assert_int_equal(ACTION(HEAD, "192.0.2.200", "bad.example"), PL_ALLOW);
    assert_int_equal(ACTION(rule, "192.0.2.1", "bad.example"), PL_BLOCK);
    assert_int_equal(ACTION(rule, "192.0.2.1", "www.bad.example"), PL_BLOCK);
    assert_int_equal(ACTION(rule, "192.0.2.1", "203.0.113.1"), PL_BLOCK);
    assert_int_equal(ACTION(rule, "192.0.2.1", "other.example"), PL_ALLOW);
    assert_int_equal(ACTION(rule, "198.51.100.1", "bad.example"), PL_BLOCK); /* everybody else */
}

static void the_most_specific_name_and_network_decide(void **state)
{
    static const char rule[] = HEAD "rules:\n  - { classes: [bad], action: block }\n";

    (void)state;
    assert_int_equal(ACTION(rule, "192.0.2.1", "good.bad.example"), PL_ALLOW);
    assert_int_equal(ACTION(rule, "192.0.2.1", "www.good.bad.example"), PL_ALLOW);
    assert_int_equal(ACTION(rule, "192.0.2.1", "203.0.113.200"), PL_ALLOW);
}

static void the_last_rule_that_names_a_check_decides(void **state)
{
    static const char rules[] =
        HEAD "rules:\n"
             "  - { checks: [tls-kex-dhe, tls-version-12], action: block }\n"
             "  - { checks: [tls-kex-dhe], action: allow }\n"
             "  - { groups: [office], checks: [\"tls-*\"], action: flag }\n"
             "  - { groups: [iot], checks: [tls-cipher-rc4], action: allow }\n";

    (void)state;
    assert_int_equal(ACTION(rules, "198.51.100.1", "x.example", "tls-version-12"), PL_BLOCK);
    assert_int_equal(ACTION(rules, "198.51.100.1", "x.example", "tls-kex-dhe"), PL_ALLOW);
    assert_int_equal(ACTION(rules, "192.0.2.1", "x.example", "tls-version-12"), PL_FLAG);
    assert_int_equal(ACTION(rules, "192.0.2.1", "x.example", "tls-kex-dhe"), PL_FLAG);
    assert_int_equal(ACTION(rules, "192.0.2.200", "x.example", "tls-cipher-rc4"), PL_ALLOW);
}

static void a_rule_holds_for_its_groups_and_classes_only(void **state)
{
    static const char rules[] = HEAD "rules:\n  - { groups: [office], classes: [bad], "
                                     "checks: [tls-version-12], action: block }\n";

    (void)state;
    assert_int_equal(ACTION(rules, "192.0.2.1", "bad.example", "tls-version-12"), PL_BLOCK);
    assert_int_equal(ACTION(rules, "192.0.2.1", "x.example", "tls-version-12"), PL_FLAG);
    assert_int_equal(ACTION(rules, "192.0.2.200", "bad.example", "tls-version-12"), PL_FLAG);
    assert_int_equal(ACTION(rules, "198.51.100.1", "bad.example", "tls-version-12"), PL_FLAG);
}

/* "*" is about how a connection is made; where it goes comes by its own name. */
static void a_pattern_does_not_mean_the_destination(void **state)
{
    (void)state;
    assert_int_equal(
        ACTION(HEAD "rules:\n  - { checks: [\"*\"], action: block }\n", "192.0.2.1", "bad.example"),
        PL_ALLOW);
    assert_int_equal(ACTION(HEAD "rules:\n  - { checks: [destination-listed], action: block }\n",
                            "192.0.2.1", "bad.example"),
                     PL_BLOCK);
    assert_int_equal(ACTION(HEAD "rules:\n  - { classes: [bad], action: block }\nexemptions:\n"
                                 "  - { id: E, checks: [\"*\"], owner: o, reason: r, "
                                 "until: 2026-12-31 }\n",
                            "192.0.2.1", "bad.example"),
                     PL_ALLOW);
}

#define EXEMPT                                                                                     \
    "exemptions:\n"                                                                                \
    "  - { id: EX-1, groups: [iot], classes: [bad], checks: [tls-cipher-rc4], owner: ops,\n"       \
    "      reason: old, until: 2026-12-31 }\n"

static void an_exemption_wins_and_ends_with_its_day(void **state)
{
    static const char yaml[] =
        HEAD "rules:\n  - { checks: [tls-cipher-rc4], action: block }\n" EXEMPT;

    (void)state;
    assert_int_equal(ACTION(yaml, "192.0.2.200", "bad.example", "tls-cipher-rc4"), PL_ALLOW);
    assert_int_equal(ACTION(yaml, "192.0.2.200", "bad.example", "tls-kex-static"), PL_FLAG);
    assert_int_equal(ACTION(yaml, "192.0.2.200", "x.example", "tls-cipher-rc4"), PL_BLOCK);
    assert_int_equal(ACTION(yaml, "192.0.2.1", "bad.example", "tls-cipher-rc4"), PL_BLOCK);
    assert_int_equal(
        ACTION(yaml, "192.0.2.200", "bad.example", "tls-cipher-rc4", "2026-12-31T23:59:59Z"),
        PL_ALLOW);
    assert_int_equal(
        ACTION(yaml, "192.0.2.200", "bad.example", "tls-cipher-rc4", "2027-01-01T00:00:00Z"),
        PL_BLOCK);
}

static void rules_begin_and_end_at_their_second(void **state)
{
    static const char yaml[] = HEAD
        "rules:\n"
        "  - { checks: [tls-version-12], action: block, from: 2026-03-01, until: 2026-03-31 }\n"
        "  - { checks: [tls-kex-dhe], action: block, from: \"2026-03-10T12:30:15Z\" }\n";
    const struct {
        const char *at, *check;
        enum pl_action action;
    } rows[] = {{"2026-02-28T23:59:59Z", "tls-version-12", PL_FLAG},
                {"2026-03-01T00:00:00Z", "tls-version-12", PL_BLOCK},
                {"2026-03-31T23:59:59Z", "tls-version-12", PL_BLOCK},
                {"2026-04-01T00:00:00Z", "tls-version-12", PL_FLAG},
                {"2026-03-10T12:30:14Z", "tls-kex-dhe", PL_FLAG},
                {"2026-03-10T12:30:15Z", "tls-kex-dhe", PL_BLOCK},
                {"2099-01-01T00:00:00Z", "tls-kex-dhe", PL_BLOCK},
                {"1970-01-01T00:00:00Z", "tls-kex-dhe", PL_FLAG}};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(rows); i++)
        assert_int_equal(ACTION(yaml, "192.0.2.1", "x.example", rows[i].check, rows[i].at),
                         rows[i].action);
}

static void the_answer_of_the_last_rule_counts(void **state)
{
    static const char yaml[] =
        HEAD "portal: { sinkhole: [192.0.2.53] }\n"
             "rules:\n"
             "  - { classes: [bad, good], action: block, answer: refused }\n"
             "  - { groups: [office], classes: [good], action: block, answer: sinkhole }\n";

    (void)state;
    assert_int_equal(judge(yaml, (struct ask){"192.0.2.1", "bad.example", NULL, NULL}).answer,
                     PL_ANSWER_REFUSED);
    assert_int_equal(judge(yaml, (struct ask){"192.0.2.1", "good.bad.example", NULL, NULL}).answer,
                     PL_ANSWER_SINKHOLE);
    assert_int_equal(judge(HEAD, (struct ask){"192.0.2.1", "bad.example", NULL, NULL}).answer,
                     PL_ANSWER_NXDOMAIN);
}

static void a_verdict_is_the_highest_that_is_asked(void **state)
{
    struct pl_cell cell = {0};
    struct pl_findings f = {0};
    struct pl_verdict v;

    (void)state;
    cell.flag[PL_FAMILY_TLS] = 1;
    cell.trial[PL_FAMILY_DNS] = 2;
    cell.block[PL_FAMILY_APP] = 4;
    f.failed[PL_FAMILY_TLS] = f.failed[PL_FAMILY_DNS] = f.failed[PL_FAMILY_APP] = 7;
    pl_decide(&cell, &f, &v);
    assert_int_equal(v.action, PL_BLOCK);
    assert_int_equal(v.flag[PL_FAMILY_TLS], 1);
    assert_int_equal(v.trial[PL_FAMILY_DNS], 2);
    assert_int_equal(v.block[PL_FAMILY_APP], 4);
    f.failed[PL_FAMILY_APP] = 3; /* seen or not: what did not fail does not count */
    f.seen[PL_FAMILY_APP] = 7;
    pl_decide(&cell, &f, &v);
    assert_int_equal(v.action, PL_WOULD_BLOCK);
    f.failed[PL_FAMILY_DNS] = 0;
    pl_decide(&cell, &f, &v);
    assert_int_equal(v.action, PL_FLAG);
    f.failed[PL_FAMILY_TLS] = 0;
    pl_decide(&cell, &f, &v);
    assert_int_equal(v.action, PL_ALLOW);
}

static void own_networks_tell_forged_sources(void **state)
{
    struct pl_image image;
    struct pl_lines lines;
    struct pl_image_head head;
    struct pl_addr own, other;

    (void)state;
    assert_true(pl_parse_addr("192.0.2.7", &own) && pl_parse_addr("10.0.0.1", &other));
    image_from(&image, HEAD "gateway: { networks: [192.0.2.0/24] }\n");
    lines = lines_of(&image);
    assert_true(pl_image_head(&lines, &head));
    assert_int_equal(pl_source_find(&lines, &head, own), PL_SOURCE_OWN);
    assert_int_equal(pl_source_find(&lines, &head, other), PL_SOURCE_FOREIGN);
    free(image.line);
    image_from(&image, HEAD);
    lines = lines_of(&image);
    assert_true(pl_image_head(&lines, &head));
    assert_int_equal(pl_source_find(&lines, &head, other), PL_SOURCE_UNKNOWN);
    free(image.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_profile_decides_without_rules),
        cmocka_unit_test(observe_turns_a_block_into_a_trial),
        cmocka_unit_test(a_listed_destination_needs_a_rule),
        cmocka_unit_test(the_most_specific_name_and_network_decide),
        cmocka_unit_test(the_last_rule_that_names_a_check_decides),
        cmocka_unit_test(a_rule_holds_for_its_groups_and_classes_only),
        cmocka_unit_test(a_pattern_does_not_mean_the_destination),
        cmocka_unit_test(an_exemption_wins_and_ends_with_its_day),
        cmocka_unit_test(rules_begin_and_end_at_their_second),
        cmocka_unit_test(the_answer_of_the_last_rule_counts),
        cmocka_unit_test(a_verdict_is_the_highest_that_is_asked),
        cmocka_unit_test(own_networks_tell_forged_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
