/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/record.h"

#include <string.h>

#define HOUR_NS (3600 * UINT64_C(1000000000))

/* Which bits of a family stand for a check that this build knows. */
static uint64_t known_checks(enum pl_family family)
{
    uint64_t mask = 0;

#define PL_CHECK(family_, bit_, ...) mask |= family == PL_FAMILY_##family_ ? PL_BIT(bit_) : 0;
#include "common/check/catalogue.def"
#undef PL_CHECK
    return mask;
}

static bool in_range(const struct pl_event *event)
{
    return event->version == PL_EVENT_VERSION && event->kind >= PL_EVENT_VERDICT &&
           event->kind <= PL_EVENT_ERROR && event->point >= PL_POINT_RESOLVER &&
           event->point <= PL_POINT_GATEWAY && event->action <= PL_BLOCK && event->count > 0 &&
           event->name_len <= PL_EVENT_NAME_MAX;
}

static bool plausible_time(uint64_t time_ns, uint64_t now_ns)
{
    return time_ns < now_ns + HOUR_NS && now_ns < time_ns + HOUR_NS && time_ns + HOUR_NS > time_ns;
}

bool pl_record_read(const void *bytes, size_t size, uint64_t now_ns, struct pl_event *event)
{
    if (size != sizeof(*event))
        return false;
    memcpy(event, bytes, sizeof(*event));
    if (!in_range(event))
        return false;
    for (int i = 0; i < PL_FAMILY_COUNT; i++) {
        uint64_t known = known_checks((enum pl_family)i);
        event->flag[i] &= known;
        event->trial[i] &= known;
        event->block[i] &= known;
    }
    if (!plausible_time(event->time_ns, now_ns))
        event->time_ns = now_ns;
    return true;
}
