/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <stdlib.h>

bool talk_may_begin(struct inspect *in)
{
    if (in->talks < TALKS_MAX) {
        in->talks++;
        return true;
    }
    in->counts.limits++;
    return false;
}

void flow_name(struct flow *f, const uint8_t *name, uint32_t len)
{
    if (len && name[len - 1] == '.')
        len--;
    if (!len || len > NAME_MAX_BYTES || f->name)
        return;
    f->name = malloc(len);
    if (!f->name)
        return;
    for (uint32_t i = 0; i < len; i++)
        f->name[i] = pl_lower(name[i]);
    f->name_len = (uint8_t)len;
}
