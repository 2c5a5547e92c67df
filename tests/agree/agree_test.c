/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same bytes give the same findings everywhere: each vector of the readers, in several
 * segmentations, through the common headers in user space and through the BPF program in the
 * kernel.  Compared are the reader's whole state, what was seen and what failed, the class of the
 * name, the verdict, and the segment that is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agree.h"

#define LISTS                                                                                      \
    "version: 1\n"                                                                                 \
    "groups: [ { name: lan, clients: [10.0.0.0/8, \"2001:db8:1::/48\"] } ]\n"                      \
    "classes: [ { name: listed, names: [example, www.example.org, example.net] },\n"               \
    "           { name: other, names: [www.example, com] } ]\n"

static const char flagging[] = LISTS "defaults: { profile: observe, mode: enforce }\n"
                                     "rules: [ { classes: [listed, other], action: flag } ]\n";
static const char trying[] = LISTS "defaults: { profile: enterprise-baseline, mode: observe }\n";
static const char blocking[] =
    LISTS "defaults: { profile: enterprise-baseline, mode: enforce }\n"
          "rules: [ { classes: [listed], action: block },\n"
          "         { checks: [tls-client-max-old, tls-sni-missing], action: block } ]\n";

static struct dialogue dialogues[DIALOGUES_MAX];
static size_t dialogue_count;
static struct pl_lines lines;

static void say(const struct dialogue *d, struct cut cut, const char *what)
{
    print_error("%s (port %u), segments of %u, seed %u: %s differs\n", d->title, d->port, cut.most,
                cut.random, what);
}

static void compare(const struct dialogue *d, struct cut cut)
{
    struct result user, kernel;

    if (d->len == 0)
        return;
    user_judge(&lines, d, cut, &user);
    kernel_judge(d, cut, &kernel);
#define SAME(member)                                                                               \
    do {                                                                                           \
        if (memcmp(&user.member, &kernel.member, sizeof(user.member)))                             \
            say(d, cut, #member);                                                                  \
        assert_memory_equal(&user.member, &kernel.member, sizeof(user.member));                    \
    } while (0)
    SAME(stream);
    SAME(found);
    SAME(class);
    SAME(group);
    SAME(cell);
    SAME(flag);
    SAME(trial);
    SAME(block);
    SAME(action);
    SAME(blocked_at);
#undef SAME
}

static void compare_cuts(const struct dialogue *d)
{
    compare(d, (struct cut){.most = 3000});
    compare(d, (struct cut){.most = 536});
    if (d->len <= 2500)
        compare(d, (struct cut){.most = 1});
    for (uint32_t seed = 1; seed <= 3; seed++)
        compare(d,
                (struct cut){.most = d->len < 2000 ? 1 + d->len / 2 : 1400, .random = seed * 77});
}

static int publish(const char *policy)
{
    free((void *)lines.line);
    lines = agree_image(policy);
    kernel_publish(&lines);
    return 0;
}

static void all_vectors_under(const char *policy)
{
    publish(policy);
    for (size_t i = 0; i < dialogue_count; i++)
        compare_cuts(&dialogues[i]);
}

static void test_flag(void **state)
{
    (void)state;
    all_vectors_under(flagging);
}

static void test_trial(void **state)
{
    (void)state;
    all_vectors_under(trying);
}

static void test_block(void **state)
{
    (void)state;
    all_vectors_under(blocking);
}

/* Some bytes of each vector changed, always the same ones. */
static void test_mutations(void **state)
{
    static uint8_t bytes[DIALOGUE_BYTES];
    uint32_t random = 1;

    (void)state;
    publish(blocking);
    for (size_t i = 0; i < dialogue_count * 30; i++) {
        struct dialogue d = dialogues[i % dialogue_count];
        memcpy(bytes, d.bytes, d.len);
        for (int n = 0; n < 3 && d.len; n++) {
            random = random * 1664525 + 1013904223;
            bytes[(random >> 8) % (d.len < 4000 ? d.len : 4000)] ^= (uint8_t)(1 << (random >> 29));
        }
        d.bytes = bytes;
        if (d.len < 10000)
            compare(&d, (struct cut){.most = 300, .random = random | 1});
    }
}

static void test_verified_instructions(void **state)
{
    (void)state;
    assert_in_range(kernel_verified(), 1, 200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verified_instructions),
        cmocka_unit_test(test_flag),
        cmocka_unit_test(test_trial),
        cmocka_unit_test(test_block),
        cmocka_unit_test(test_mutations),
    };
    const char *why = kernel_open();

    if (why) {
        printf("[  SKIPPED ] %zu test(s): %s\n", PL_COUNT(tests), why);
        return 0;
    }
    dialogue_count = dialogues_load(dialogues);
    printf("agree: %zu dialogues, six segmentations each\n", dialogue_count);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
