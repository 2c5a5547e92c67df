/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of mail domains for tests, and how one row judges them. */
#ifndef PL_TEST_MAIL_DOMAIN_FACTS_H
#define PL_TEST_MAIL_DOMAIN_FACTS_H

#include "common/check/mail_domain.h"

enum outcome { NOT_SEEN, PASSED, FAILED };

static inline enum outcome of(const struct pl_mail_domain_facts *m, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_mail_domain(m, &f);
    assert_int_equal(f.failed[PL_FAMILY_MAIL] & ~f.seen[PL_FAMILY_MAIL], 0);
    return f.failed[PL_FAMILY_MAIL] & mask ? FAILED
           : f.seen[PL_FAMILY_MAIL] & mask ? PASSED
                                           : NOT_SEEN;
}

#define OF(facts, row) of(&(facts), PL_MASK(row))

/* A domain that was asked for everything and has everything. */
static inline struct pl_mail_domain_facts good(void)
{
    struct pl_mail_domain_facts m = {
        .mx = PL_KNOWN_RIGHT,
        .secure = PL_KNOWN_RIGHT,
        .starttls = PL_KNOWN_RIGHT,
        .tlsa_fits = PL_KNOWN_RIGHT,
        .policy_got = PL_KNOWN_RIGHT,
        .policy_lists = PL_KNOWN_RIGHT,
        .tlsa_asked = true,
        .sts_asked = true,
        .rpt_asked = true,
        .spf_asked = true,
        .dmarc_asked = true,
        .spf_whole = true,
        .tlsa = {1, 1},
        .sts_records = 1,
        .rpt_records = 1,
        .spf_records = 1,
        .dmarc_records = 1,
        .sts = {true, false},
        .policy = {true, PL_MTA_STS_ENFORCE, 1, 604800},
        .rpt = {true, false},
        .spf = {.seen = true, .all = PL_SPF_FAIL},
        .dmarc = {.seen = true, .version = true, .p = PL_DMARC_REJECT},
        .dkim = {.seen = true, .bits = 2048},
    };

    return m;
}

#endif
