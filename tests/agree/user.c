/* SPDX-License-Identifier: BSD-2-Clause */
#include "agree.h"

#include <stdlib.h>
#include <string.h>

/* What is known by now, judged; true when it is block. */
static bool judge(const struct pl_lines *lines, const struct pl_image_head *head, struct result *r)
{
    struct pl_verdict v;
    struct pl_cell cell;
    uint32_t len;
    const uint8_t *name = pl_stream_name(&r->stream, &len);

    memset(&r->found, 0, sizeof(r->found));
    pl_check_stream(&r->stream, &r->found);
    r->class = name ? pl_name_find(lines, head, name, len) : 0;
    if (r->class)
        pl_found_class(&r->found, r->class);
    r->cell = pl_cell_find(lines, head, 0, r->group, r->class);
    if (!pl_cell_read(lines, head, r->cell, &cell))
        exit(1);
    pl_decide(&cell, &r->found, &v);
    memcpy(r->flag, v.flag, sizeof(r->flag));
    memcpy(r->trial, v.trial, sizeof(r->trial));
    memcpy(r->block, v.block, sizeof(r->block));
    r->action = v.action;
    return v.action == PL_BLOCK;
}

void user_judge(const struct pl_lines *lines, const struct dialogue *d, struct cut cut,
                struct result *r)
{
    struct pl_image_head head;
    enum pl_outcome outcome = PL_MORE;

    if (!pl_image_head(lines, &head))
        exit(1);
    memset(r, 0, sizeof(*r));
    r->stream.text.port = d->port;
    r->stream.tls.facts.server_port_hint = d->port;
    r->group = pl_group_find(lines, &head, pl_addr_v4(0x0a010203));
    for (uint32_t at = 0, n; at < d->len && outcome == PL_MORE; at += n) {
        n = cut_next(&cut, d->len - at);
        outcome = pl_stream_feed(&r->stream, d->bytes + at, n);
        if (judge(lines, &head, r)) {
            r->blocked_at = at + n;
            return;
        }
    }
}
