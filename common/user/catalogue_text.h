/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue as a table, for whatever prints. */
#ifndef PL_CATALOGUE_TEXT_H
#define PL_CATALOGUE_TEXT_H

#include "../check/catalogue.h"

/* Profiles that ship with Plimsoll (catalogue.def, "blocked by"). */
enum pl_profile {
    PL_PROFILE_OBSERVE,
    PL_PROFILE_ISP_BASIC,
    PL_PROFILE_ENTERPRISE_BASELINE,
    PL_PROFILE_ENTERPRISE_STRICT,
    PL_PROFILE_IOT_VLAN,
    PL_PROFILE_MAIL_GATEWAY,
    PL_PROFILE_COUNT
};

struct pl_check_row {
    uint16_t id; /* enum pl_check_id */
    uint8_t family, severity;
    uint32_t blocked_by; /* 1 << enum pl_profile */
    uint32_t points;     /* 1 << n, see pl_point_names */
    const char *name;    /* "tls-version-10-11" */
    const char *area, *reference, *finding, *remedy, *exposure;
};

extern const struct pl_check_row pl_check_rows[];
extern const size_t pl_check_row_count;
extern const char *const pl_family_names[PL_FAMILY_COUNT];
extern const char *const pl_severity_names[5];
extern const char *const pl_profile_names[PL_PROFILE_COUNT];
extern const char *const pl_point_names[7];

/* The row of a check number or of a name; NULL when there is none. */
const struct pl_check_row *pl_check_row(uint16_t id);
const struct pl_check_row *pl_check_row_named(const char *name);

/* The most severe check in a set of masks, to be cited first; NULL when the set is empty. */
const struct pl_check_row *pl_check_worst(const uint64_t masks[PL_FAMILY_COUNT]);

#endif
