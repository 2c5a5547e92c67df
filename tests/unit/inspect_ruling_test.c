/* SPDX-License-Identifier: BSD-2-Clause */
/* What the policy says of a flow: the same from YAML, from an image, and as a point judges; at the
 * time of the packets. */
#include "inspect/ruling.h"
#include "policy_text.h"

#include "common/user/handle.h"
#include "common/user/image_file.h"
#include "common/user/catalogue_text.h"
#include "common/user/parse.h"

static const char yaml[] =
    "version: 1\n"
    "defaults: { profile: observe, mode: enforce }\n"
    "groups:\n"
    "  - { name: office, clients: [192.0.2.0/24] }\n"
    "  - { name: iot, clients: [192.0.2.128/25], profile: enterprise-baseline }\n"
    "  - { name: lab, clients: [\"2001:db8::/32\"], profile: enterprise-baseline, mode: observe }\n"
    "classes:\n"
    "  - { name: bad, names: [bad.example], networks: [203.0.113.0/24] }\n"
    "  - { name: good, names: [good.bad.example], networks: [203.0.113.128/25] }\n"
    "rules:\n"
    "  - { classes: [bad], action: block }\n"
    "  - { checks: [tls-cipher-rc4], action: block, from: 2026-03-01, until: 2026-03-31 }\n"
    "exemptions:\n"
    "  - { id: EX-1, groups: [iot], classes: [bad], checks: [tls-cipher-rc4, destination-listed],\n"
    "      owner: ops, reason: old, until: 2026-12-31 }\n";

static struct ruling by_policy, by_image;

static int open_both(void **state)
{
    struct folder f;
    struct pl_image image;
    struct pl_error error = {0};
    char policy[256], path[256];
    bool ok;

    (void)state;
    folder_make(&f);
    folder_write(&f, "policy.yaml", yaml);
    image_from(&image, yaml);
    ok = pl_image_write(folder_file(&f, "policy.img", path), image.line, image.size, &error);
    free(image.line);
    ok = ok && ruling_open(&by_policy, folder_file(&f, "policy.yaml", policy), NULL, &error) &&
         ruling_open(&by_image, NULL, path, &error);
    folder_remove(&f);
    return !ok;
}

static int close_both(void **state)
{
    (void)state;
    ruling_close(&by_policy);
    ruling_close(&by_image);
    assert_false(by_policy.ready || by_image.ready);
    return 0;
}

struct ask {
    const char *client, *server, *name, *at, *failed;
    enum pl_action action;
};

static const struct ask asks[] = {
    {"192.0.2.1", "198.51.100.1", NULL, "2026-02-28T23:59:59Z", "tls-cipher-rc4", PL_FLAG},
    {"192.0.2.1", "198.51.100.1", NULL, "2026-03-01T00:00:00Z", "tls-cipher-rc4", PL_BLOCK},
    {"192.0.2.1", "198.51.100.1", NULL, "2026-03-31T23:59:59Z", "tls-cipher-rc4", PL_BLOCK},
    {"192.0.2.1", "198.51.100.1", NULL, "2026-04-01T00:00:00Z", "tls-cipher-rc4", PL_FLAG},
    {"192.0.2.1", "198.51.100.1", NULL, "2026-06-15", NULL, PL_ALLOW},
    {"192.0.2.1", "203.0.113.9", NULL, "2026-06-15", NULL, PL_BLOCK},
    {"192.0.2.1", "203.0.113.200", NULL, "2026-06-15", NULL, PL_ALLOW},
    {"192.0.2.1", "203.0.113.9", "good.bad.example", "2026-06-15", NULL, PL_ALLOW},
    {"192.0.2.1", "203.0.113.200", "a.bad.example", "2026-06-15", NULL, PL_BLOCK},
    {"192.0.2.1", "203.0.113.9", "x.example", "2026-06-15", NULL, PL_BLOCK},
    {"192.0.2.200", "203.0.113.9", NULL, "2026-12-31T23:59:59Z", "tls-cipher-rc4", PL_ALLOW},
    {"192.0.2.200", "203.0.113.9", NULL, "2027-01-01T00:00:00Z", "tls-cipher-rc4", PL_BLOCK},
    {"192.0.2.200", "198.51.100.1", NULL, "2026-06-15", "tls-cipher-rc4", PL_BLOCK},
    {"2001:db8::1", "198.51.100.1", NULL, "2026-06-15", "tls-cipher-rc4", PL_WOULD_BLOCK},
    {"2001:db9::1", "198.51.100.1", NULL, "2026-06-15", "tls-cipher-rc4", PL_FLAG},
};

static struct ruling_parties parties_of(const struct ask *a)
{
    struct ruling_parties who = {.name = (const uint8_t *)a->name,
                                 .name_len = a->name ? (uint32_t)strlen(a->name) : 0};
    bool day;

    assert_true(pl_parse_addr(a->client, &who.client) && pl_parse_addr(a->server, &who.server));
    assert_true(pl_parse_time(a->at, &who.time_s, &day));
    return who;
}

static struct pl_findings findings_of(const struct ask *a)
{
    struct pl_findings f = {0};
    const struct pl_check_row *row = a->failed ? pl_check_row_named(a->failed) : NULL;

    if (row)
        pl_found(&f, row->family, PL_BIT(row->id % PL_FAMILY_CHECKS), true);
    return f;
}

/* As every other point comes to it. */
static struct pl_verdict judge(const struct ruling *r, const struct ruling_parties *who,
                               struct pl_findings *f)
{
    struct pl_handle h = {.lines = r->lines, .head = r->head, .ready = true};
    struct pl_judgement j;
    uint16_t class = who->name ? pl_name_find(&r->lines, &r->head, who->name, who->name_len) : 0;

    if (!class)
        class = pl_class_find(&r->lines, &r->head, who->server);
    assert_true(
        pl_judge(&h, who->time_s, pl_group_find(&r->lines, &r->head, who->client), class, f, &j));
    return j.verdict;
}

static void each_way_is_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(asks); i++) {
        struct ruling_parties who = parties_of(&asks[i]);
        struct pl_findings f[3] = {findings_of(&asks[i]), findings_of(&asks[i]),
                                   findings_of(&asks[i])};
        struct pl_verdict v[3];

        ruling_judge(&by_policy, &who, &f[0], &v[0]);
        ruling_judge(&by_image, &who, &f[1], &v[1]);
        v[2] = judge(&by_image, &who, &f[2]);
        if (v[0].action != asks[i].action)
            fail_msg("%zu: %d, not %d", i, v[0].action, asks[i].action);
        for (int k = 1; k < 3; k++) {
            assert_int_equal(v[k].action, v[0].action);
            assert_memory_equal(v[k].block, v[0].block, sizeof v[0].block);
            assert_memory_equal(v[k].flag, v[0].flag, sizeof v[0].flag);
            assert_memory_equal(v[k].trial, v[0].trial, sizeof v[0].trial);
            assert_memory_equal(f[k].failed, f[0].failed, sizeof f[0].failed);
        }
    }
}

/* Without a policy all that failed is flagged, and nothing else. */
static void without_a_policy(void **state)
{
    struct ruling none;
    struct pl_error error = {0};
    struct ruling_parties who = parties_of(&asks[0]);
    struct pl_findings f = findings_of(&asks[0]), nothing = {0};
    struct pl_verdict v;

    (void)state;
    assert_true(ruling_open(&none, NULL, NULL, &error));
    ruling_judge(&none, &who, &f, &v);
    assert_int_equal(v.action, PL_FLAG);
    assert_memory_equal(v.flag, f.failed, sizeof v.flag);
    ruling_judge(&none, &who, &nothing, &v);
    assert_int_equal(v.action, PL_ALLOW);
    ruling_close(&none);
}

static void what_is_no_policy(void **state)
{
    struct folder f;
    struct ruling r;
    struct pl_error error = {0};
    char path[256];

    (void)state;
    folder_make(&f);
    folder_write(&f, "bad.yaml", "version: 1\nruls: []\n");
    folder_write(&f, "bad.img",
                 "this is no image, although it has some length: it is only text, "
                 "and goes on for more than one line of the image's 64 bytes.");
    assert_false(ruling_open(&r, folder_file(&f, "bad.yaml", path), NULL, &error));
    assert_true(error.text[0] && !r.ready);
    error.text[0] = 0;
    assert_false(ruling_open(&r, NULL, folder_file(&f, "bad.img", path), &error));
    assert_true(error.text[0] && !r.ready);
    assert_false(ruling_open(&r, NULL, folder_file(&f, "none.img", path), &error));
    assert_false(ruling_open(&r, folder_file(&f, "none.yaml", path), NULL, &error));
    folder_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_is_the_same),
        cmocka_unit_test(without_a_policy),
        cmocka_unit_test(what_is_no_policy),
    };

    return cmocka_run_group_tests(tests, open_both, close_both);
}
