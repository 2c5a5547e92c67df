/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a policy: drop-ins, lists of names, what everything is resolved to, warnings.  The
 * wording and places of errors are tested through the command: tests/system/test_cli.py. */
#include "policy_text.h"

static const char whole[] =
    "version: 1\n"
    "defaults: { profile: isp-basic, mode: enforce, on_error: closed }\n"
    "groups:\n"
    "  - { name: office, clients: [192.0.2.0/24, \"2001:db8::/48\"], on_error: open }\n"
    "  - { name: lab, clients: [198.51.100.7] }\n"
    "classes:\n"
    "  - { name: c, names: [a.example, \"*.B.example.\"], networks: [203.0.113.0/24] }\n"
    "rules:\n"
    "  - { groups: [lab], checks: [\"tls-kex-*\"], action: block, from: 2026-01-02, reason: why }\n"
    "exemptions:\n"
    "  - { id: E1, classes: [c], checks: [hsts-missing], owner: o, reason: r, until: 2026-12-31 }\n"
    "privacy: { client_prefix: [16, 32] }\n"
    "portal: { url: \"https://why.example\", contact: \"mailto:noc@example.net\",\n"
    "          sinkhole: [\"2001:db8::53\", 192.0.2.53] }\n"
    "gateway: { networks: [192.0.2.0/24] }\n";

static void everything_is_resolved(void **state)
{
    struct pl_policy p;
    struct pl_error error = {0};

    (void)state;
    assert_true(policy_from(&p, whole, &error));
    assert_int_equal(p.group_count, 2);
    assert_int_equal(p.clients.count, 3);
    assert_int_equal(p.clients.prefix[2].value, 2);
    assert_int_equal(p.clients.prefix[2].bits, 128);
    assert_int_equal(p.clients.prefix[0].place.line, 4);
    assert_int_equal(p.clients.prefix[0].place.column, 31);
    assert_int_equal(p.names.count, 2);
    assert_int_equal(p.rules[0]->scope.from_s, 1767312000);
    assert_true(p.rules[0]->scope.until_s == PL_FOREVER);
    assert_true(p.rules[0]->scope.checks[PL_FAMILY_TLS] ==
                (PL_MASK(tls_kex_static) | PL_MASK(tls_kex_dhe)));
    assert_int_equal(p.exemptions[0]->scope.until_s, 1798761600); /* the day itself included */
    assert_int_equal(p.client_bits[0], 16);
    assert_int_equal(p.client_bits[1], 32);
    assert_true(p.portal.sinkhole4.lo == 0xffffc0000235 && p.portal.sinkhole6.lo == 0x53);
    assert_string_equal(p.portal.url, "https://why.example");
    pl_policy_free(&p);
}

static void a_short_policy_observes_and_fails_open(void **state)
{
    struct pl_policy p;

    (void)state;
    assert_true(policy_from(&p, "version: 1\n", NULL));
    assert_int_equal(p.stance.profile, PL_PROFILE_OBSERVE + 1);
    assert_int_equal(p.stance.mode, PL_MODE_OBSERVE);
    assert_int_equal(p.stance.on_error, PL_ON_ERROR_OPEN);
    assert_int_equal(p.client_bits[0], 24);
    assert_int_equal(p.client_bits[1], 48);
    pl_policy_free(&p);
}

static void make_drop_in(const struct folder *f, const char *name, const char *text)
{
    char path[256];

    mkdir(folder_file(f, "policy.d", path), 0755);
    folder_write(f, name, text);
}

static void drop_ins_are_read_in_the_order_of_their_names(void **state)
{
    struct pl_policy p;
    struct pl_error error = {0};
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    folder_write(&f, "policy.yaml",
                 "version: 1\nrules:\n  - { checks: [hsts-missing], "
                 "action: allow, reason: first }\n");
    make_drop_in(&f, "policy.d/20-b.yaml",
                 "rules: [{ groups: [g], checks: [hsts-missing], action: flag, reason: third }]\n");
    make_drop_in(&f, "policy.d/10-a.yaml",
                 "groups: [{ name: g, clients: [10.0.0.0/8] }]\n"
                 "rules: [{ checks: [hsts-missing], action: block, reason: second }]\n");
    make_drop_in(&f, "policy.d/readme.txt", "not read\n");
    assert_true(pl_policy_load(&p, folder_file(&f, "policy.yaml", path), &error));
    assert_int_equal(p.rule_count, 3);
    assert_string_equal(p.rules[0]->reason, "first");
    assert_string_equal(p.rules[1]->reason, "second");
    assert_string_equal(p.rules[2]->reason, "third");
    assert_non_null(strstr(pl_spot_place(p.rules[1]->spot).file, "policy.d/10-a.yaml"));
    pl_policy_free(&p);
    folder_remove(&f);
}

static void a_drop_in_may_not_change_the_defaults(void **state)
{
    struct pl_policy p;
    struct pl_error error = {0};
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    folder_write(&f, "policy.yaml", "version: 1\n");
    make_drop_in(&f, "policy.d/x.yaml", "defaults: { mode: enforce }\n");
    assert_false(pl_policy_load(&p, folder_file(&f, "policy.yaml", path), &error));
    assert_non_null(strstr(error.file, "policy.d/x.yaml"));
    assert_non_null(strstr(error.text, "belongs in the policy itself"));
    folder_remove(&f);
}

static void lists_of_names_are_beside_the_policy(void **state)
{
    struct pl_policy p;
    struct pl_error error = {0};
    struct folder f;
    char path[256];

    (void)state;
    folder_make(&f);
    folder_write(&f, "names.txt", "# a list\none.example\n*.two.example # second\n");
    folder_write(&f, "policy.yaml",
                 "version: 1\nclasses:\n"
                 "  - { name: a, names: [three.example], names_file: names.txt }\n"
                 "  - { name: b, names: [one.example.org] }\n");
    assert_true(pl_policy_load(&p, folder_file(&f, "policy.yaml", path), &error));
    assert_int_equal(p.names.count, 4);
    pl_policy_free(&p);
    folder_write(&f, "policy.yaml",
                 "version: 1\nclasses:\n"
                 "  - { name: b, names: [one.example] }\n"
                 "  - { name: a, names_file: names.txt }\n");
    assert_false(pl_policy_load(&p, path, &error));
    assert_non_null(strstr(error.file, "names.txt")); /* both places are told */
    assert_int_equal(error.line, 2);
    assert_non_null(strstr(error.text, "policy.yaml:3"));
    folder_remove(&f);
}

struct warnings {
    unsigned count;
    char last[256];
    uint32_t line;
};

static void keep(void *context, const struct pl_place *place, const char *text)
{
    struct warnings *w = context;

    w->count++;
    w->line = place->line;
    snprintf(w->last, sizeof(w->last), "%s", text);
}

static struct warnings warn(const char *yaml, uint64_t now_s)
{
    struct warnings w = {0};
    struct pl_policy p;

    assert_true(policy_from(&p, yaml, NULL));
    pl_policy_warn(&p, now_s, keep, &w);
    pl_policy_free(&p);
    return w;
}

enum { END_OF_2026 = 1798761600, DAY = 86400 };

static void exemptions_that_end_are_told(void **state)
{
    static const char yaml[] = "version: 1\nexemptions:\n"
                               "  - { id: E1, checks: [hsts-missing], owner: ops, reason: r,\n"
                               "      until: 2026-12-31 }\n";

    (void)state;
    assert_int_equal(warn(yaml, END_OF_2026 - 15 * DAY).count, 0);
    assert_non_null(strstr(warn(yaml, END_OF_2026 - 14 * DAY).last, "ends in 14 days"));
    assert_non_null(strstr(warn(yaml, END_OF_2026 - 1).last, "ends in 1 day"));
    assert_non_null(strstr(warn(yaml, END_OF_2026).last, "ended at 2027-01-01T00:00:00Z"));
    assert_int_equal(warn(yaml, END_OF_2026).line, 4);
    assert_non_null(strstr(warn(yaml, END_OF_2026).last, "ops"));
}

static void what_changes_nothing_is_told(void **state)
{
    (void)state;
    assert_int_equal(warn(whole, 1767312000).count, 0);
    assert_non_null(strstr(
        warn("version: 1\ngroups: [{ name: idle, clients: [10.0.0.0/8] }]\n", 1).last, "idle"));
    assert_non_null(strstr(
        warn("version: 1\nclasses: [{ name: idle, names: [a.example] }]\n", 1).last, "idle"));
    assert_non_null(strstr(warn("version: 1\nrules: [{ checks: [hsts-missing], action: flag, "
                                "until: 2020-01-01 }]\n",
                                END_OF_2026)
                               .last,
                           "this rule ended"));
}

static void loading_many_times_leaks_nothing(void **state)
{
    static const char *const bad[] = {"version: 1\nrules: [{ groups: [x], action: flag }]\n",
                                      "version: 1\ngroups: [{ name: a, clients: [x] }]\n",
                                      "version: 1\nbad: [1, 2\n", "", "- x\n"};
    struct pl_policy p;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(bad); i++)
        assert_false(policy_from(&p, bad[i], NULL));
    for (int i = 0; i < 3; i++) {
        assert_true(policy_from(&p, whole, NULL));
        pl_policy_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_resolved),
        cmocka_unit_test(a_short_policy_observes_and_fails_open),
        cmocka_unit_test(drop_ins_are_read_in_the_order_of_their_names),
        cmocka_unit_test(a_drop_in_may_not_change_the_defaults),
        cmocka_unit_test(lists_of_names_are_beside_the_policy),
        cmocka_unit_test(exemptions_that_end_are_told),
        cmocka_unit_test(what_changes_nothing_is_told),
        cmocka_unit_test(loading_many_times_leaks_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
