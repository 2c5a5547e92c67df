/* SPDX-License-Identifier: BSD-2-Clause */
#include "catalogue_text.h"

#include <string.h>

/* The words of catalogue.def's columns. */
enum { RESOLVER = 1, PASS = 2, END = 4, KERNEL = 8, HELPER = 16, PROBE = 32, CAPTURE = 64 };
enum {
    NONE = 0,
    ISP = 1 << PL_PROFILE_ISP_BASIC,
    MAIL = 1 << PL_PROFILE_MAIL_GATEWAY,
    IOT = 1 << PL_PROFILE_IOT_VLAN,
    STRICT = 1 << PL_PROFILE_ENTERPRISE_STRICT,
    BASELINE = 1 << PL_PROFILE_ENTERPRISE_BASELINE | STRICT | IOT
};

#define AREA_TRANSPORT    "transport"
#define AREA_EMAIL        "email"
#define AREA_ROUTING      "routing"
#define AREA_WEBSITE      "website"
#define AREA_IOT          "iot"
#define AREA_APPS         "apps"
#define AREA_STORAGE      "storage"
#define AREA_SOFTWARE_DEV "software-dev"
#define AREA_DNS          "dns"

const struct pl_check_row pl_check_rows[] = {
#define PL_CHECK(family_, bit_, name_, id_, severity_, blocked_by_, points_, area_, reference_,    \
                 finding_, remedy_, exposure_)                                                     \
    {.id = PL_ID_##name_,                                                                          \
     .family = PL_FAMILY_##family_,                                                                \
     .severity = PL_SEVERITY_##severity_,                                                          \
     .blocked_by = blocked_by_,                                                                    \
     .points = points_,                                                                            \
     .name = id_,                                                                                  \
     .area = AREA_##area_,                                                                         \
     .reference = reference_,                                                                      \
     .finding = finding_,                                                                          \
     .remedy = remedy_,                                                                            \
     .exposure = exposure_},
#include "../check/catalogue.def"
#undef PL_CHECK
};

const size_t pl_check_row_count = PL_COUNT(pl_check_rows);

const char *const pl_family_names[PL_FAMILY_COUNT] = {"net",  "tls",  "cert", "dns",
                                                      "mail", "http", "app"};
const char *const pl_severity_names[5] = {"info", "low", "medium", "high", "critical"};
const char *const pl_profile_names[PL_PROFILE_COUNT] = {
    "observe", "isp-basic", "enterprise-baseline", "enterprise-strict", "iot-vlan", "mail-gateway"};
const char *const pl_point_names[7] = {"resolver", "proxy-pass", "proxy-end", "kernel",
                                       "helper",   "probe",      "capture"};

const struct pl_check_row *pl_check_row(uint16_t id)
{
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (pl_check_rows[i].id == id)
            return &pl_check_rows[i];
    return NULL;
}

const struct pl_check_row *pl_check_row_named(const char *name)
{
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (strcmp(pl_check_rows[i].name, name) == 0)
            return &pl_check_rows[i];
    return NULL;
}

const struct pl_check_row *pl_check_worst(const uint64_t masks[PL_FAMILY_COUNT])
{
    const struct pl_check_row *worst = NULL;

    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        if (!(masks[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS)))
            continue;
        if (!worst || row->severity > worst->severity)
            worst = row;
    }
    return worst;
}
