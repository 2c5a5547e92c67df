/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ids of the checks and the findings: what a check gives to the decision.
 *
 * A finding set is one 64-bit word for each family.  A bit in `seen` says that the facts for the
 * check were there; a bit in `failed` says that the check found its fault.  failed is a subset of
 * seen.  What was not seen is neither passed nor failed and never blocks.
 */
#ifndef PL_CATALOGUE_H
#define PL_CATALOGUE_H

#include "../base.h"

/* What a check reads.  Append only: numbers stand in images and events. */
enum pl_family {
    PL_FAMILY_NET,
    PL_FAMILY_TLS,
    PL_FAMILY_CERT,
    PL_FAMILY_DNS,
    PL_FAMILY_MAIL,
    PL_FAMILY_HTTP,
    PL_FAMILY_APP,
    PL_FAMILY_COUNT
};

enum { PL_FAMILY_CHECKS = 64, PL_CHECK_SLOTS = PL_FAMILY_COUNT * PL_FAMILY_CHECKS };

/* A check's number, PL_ID_x: family * 64 + bit.  A check's mask in its family's word, PL_X_x. */
enum pl_check_id {
#define PL_CHECK(family, bit, name, ...)                                                           \
    PL_ID_##name = PL_FAMILY_##family * PL_FAMILY_CHECKS + (bit),
#include "catalogue.def"
#undef PL_CHECK
};

#define PL_MASK(check) PL_BIT(PL_ID_##check % PL_FAMILY_CHECKS)

enum pl_severity {
    PL_SEVERITY_INFO,
    PL_SEVERITY_LOW,
    PL_SEVERITY_MEDIUM,
    PL_SEVERITY_HIGH,
    PL_SEVERITY_CRITICAL
};

struct pl_findings {
    uint64_t seen[PL_FAMILY_COUNT], failed[PL_FAMILY_COUNT];
};

/* Record one check's outcome; the mask is PL_MASK(check) of this family. */
PL_INLINE void pl_found(struct pl_findings *f, enum pl_family family, uint64_t mask, bool failed)
{
    f->seen[family] |= mask;
    if (failed)
        f->failed[family] |= mask;
}

#endif
