/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts of a certificate without a fault, and what a check says of them. */
#ifndef CERT_FACTS_H
#define CERT_FACTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/cert.h"

enum { DAY = 86400 };

static const int64_t NOW = 1780272000; /* 2026-06-01 */

/* A certificate without a fault, of a public CA, for 90 days, since yesterday. */
static struct pl_cert_facts good(void)
{
    struct pl_cert_facts f = {
        .not_before = NOW - DAY,
        .not_after = NOW + 89 * DAY - 1,
        .observed_at = NOW,
        .key = PL_CERT_KEY_EC,
        .group = 23,
        .key_bits = 256,
        .leaf_hash = PL_SIG_SHA256,
        .inner_hash = PL_SIG_SHA384,
        .chain = PL_CERT_CHAIN_TRUSTED,
        .scts = 2,
        .scts_other = PL_CERT_SCTS_NONE,
        .revocation = PL_CERT_REVOCATION_GOOD,
        .staple = PL_CERT_STAPLE_VALID,
        .seen = true,
        .name_known = true,
        .name_matches = true,
        .san = true,
        .public_root = true,
    };

    return f;
}

static struct pl_findings check(const struct pl_cert_facts *f)
{
    struct pl_findings o = {0};

    pl_check_cert(f, &o);
    assert_int_equal(o.failed[PL_FAMILY_CERT] & ~o.seen[PL_FAMILY_CERT], 0);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        assert_true(i == PL_FAMILY_CERT || o.seen[i] == 0);
    return o;
}

enum outcome { UNSEEN, PASS, FAIL };

static enum outcome outcome(const struct pl_cert_facts *f, uint64_t mask)
{
    struct pl_findings o = check(f);

    if (o.failed[PL_FAMILY_CERT] & mask)
        return FAIL;
    return o.seen[PL_FAMILY_CERT] & mask ? PASS : UNSEEN;
}

#define IS(f, check, want) assert_int_equal(outcome(&(f), PL_MASK(check)), want)

#endif
