/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of TLS that a resolver or a probe decides. */
#include "common/check/tls_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct row {
    struct pl_tls_facts tls;
    struct pl_tls_host_facts host;
    uint64_t seen, failed;
};

#define NAMED .client_hello = true, .sni_len = 9

static const struct row rows[] = {
    /* tls-sni-not-resolved */
    {{NAMED},
     {.questions_known = true},
     PL_MASK(tls_sni_not_resolved),
     PL_MASK(tls_sni_not_resolved)},
    {{NAMED, .max_version = PL_TLS13},
     {.questions_known = true, .probe_done = true},
     PL_MASK(tls_sni_not_resolved),
     PL_MASK(tls_sni_not_resolved)},
    {{NAMED}, {.questions_known = true, .resolved = true}, PL_MASK(tls_sni_not_resolved), 0},
    {{NAMED, .ech = true}, {.questions_known = true}, 0, 0},
    {{.client_hello = true}, {.questions_known = true}, 0, 0},
    {{NAMED}, {0}, 0, 0},
    /* tls-hello-split-intolerant */
    {{0},
     {.probe_done = true, .probed_whole = true},
     PL_MASK(tls_hello_split_intolerant),
     PL_MASK(tls_hello_split_intolerant)},
    {{NAMED},
     {.probe_done = true, .probed_whole = true},
     PL_MASK(tls_hello_split_intolerant),
     PL_MASK(tls_hello_split_intolerant)},
    {{0},
     {.probe_done = true, .probed_whole = true, .probed_split = true},
     PL_MASK(tls_hello_split_intolerant),
     0},
    {{0}, {.probe_done = true, .probed_split = true}, 0, 0},
    {{0}, {.probed_whole = true}, 0, 0},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(rows); i++) {
        struct pl_findings f = {0};
        pl_check_tls_host(&rows[i].tls, &rows[i].host, &f);
        if (f.seen[PL_FAMILY_TLS] != rows[i].seen || f.failed[PL_FAMILY_TLS] != rows[i].failed)
            fail_msg("row %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
