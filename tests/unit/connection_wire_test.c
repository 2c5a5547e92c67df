/* SPDX-License-Identifier: BSD-2-Clause */
/* Every dialogue of a binary protocol, through the connection: it is recognised without being told,
 * what its reader finds is found, and TLS behind it is handed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "connection_talk.h"
#define holds_when_cut   wire_holds_when_cut
#define holds_when_ended wire_holds_when_ended
#define holds_one_sided  wire_holds_one_sided
#include "wire_data_vectors.h"
#include "wire_remote_vectors.h"
#include "wire_store_vectors.h"
#include "wire_talk_vectors.h"
#undef holds_when_cut
#undef holds_when_ended
#undef holds_one_sided

static struct script script;
static struct heard heard;

static void write_script(const struct dialogue *d)
{
    script_begin(&script, d->name, d->port);
    for (const struct turn *t = d->turns; t < d->turns + TURNS_MAX && t->len; t++)
        say(&script, t->side, t->bytes, t->len);
}

static void hold(const struct dialogue *d)
{
    struct pl_findings f;
    uint64_t bit = PL_BIT(d->check % PL_FAMILY_CHECKS);
    enum outcome found;

    write_script(d);
    script_holds(&script, &heard);
    f = heard_findings(&heard);
    found = !(f.seen[d->check / PL_FAMILY_CHECKS] & bit)  ? NOT_SEEN
            : f.failed[d->check / PL_FAMILY_CHECKS] & bit ? FAILED
                                                          : PASSED;
    if (heard.c.wire.protocol != d->protocol)
        fail_msg("%s: taken for %d", d->name, heard.c.wire.protocol);
    if (found != d->outcome)
        fail_msg("%s: %d, not %d", d->name, found, d->outcome);
    if ((d->starttls & DONE) && heard.c.stage != PL_STAGE_TLS)
        fail_msg("%s: TLS does not begin", d->name);
}

#define TEST_OF(name)                                                                              \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        for (size_t i = 0; i < PL_COUNT(name##_dialogues); i++)                                    \
            hold(&name##_dialogues[i]);                                                            \
    }

TEST_OF(data)
TEST_OF(remote)
TEST_OF(store)
TEST_OF(talk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data),
        cmocka_unit_test(remote),
        cmocka_unit_test(store),
        cmocka_unit_test(talk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
