/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t plimsoll_unbound_clock_ms(void)
{
    struct timespec ts = {0};

    clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* What a cell could do; nothing when the image does not hold it. */
static struct plimsoll_unbound_acts cell_acts(const struct pl_handle *h, uint16_t number)
{
    struct plimsoll_unbound_acts acts = {0, 0};
    struct pl_cell cell;

    if (!pl_cell_read(&h->lines, &h->head, number, &cell))
        return acts;
    acts.net = cell.flag[PL_FAMILY_NET] | cell.trial[PL_FAMILY_NET] | cell.block[PL_FAMILY_NET];
    acts.dns = cell.trial[PL_FAMILY_DNS] | cell.block[PL_FAMILY_DNS];
    return acts;
}

static void join(struct plimsoll_unbound_acts *to, struct plimsoll_unbound_acts acts)
{
    to->net |= acts.net;
    to->dns |= acts.dns;
}

/* One row of the matrix: a group in a slice.  Neighbours mostly share a cell. */
static void learn_row(struct plimsoll_unbound_policy *p, uint32_t slice, uint16_t group)
{
    struct plimsoll_unbound_acts acts = {0, 0};
    uint32_t last = UINT32_MAX;

    for (uint32_t i = 0; i < p->classes; i++) {
        uint16_t cell = pl_cell_find(&p->handle.lines, &p->handle.head, slice, group, (uint16_t)i);
        if (cell != last) {
            acts = cell_acts(&p->handle, cell);
            last = cell;
        }
        join(&p->acts[i], acts);
    }
}

static void learn_portal(struct plimsoll_unbound_policy *p)
{
    struct pl_section s = p->handle.head.section[PL_SECTION_PORTAL];
    struct pl_line *to = (struct pl_line *)&p->portal;

    memset(&p->portal, 0, sizeof(p->portal));
    for (uint32_t i = 0; i < s.lines && i < sizeof(p->portal) / PL_LINE_BYTES; i++) {
        const struct pl_line *line = pl_line_at(&p->handle.lines, s.first + i);
        if (line)
            to[i] = *line;
    }
    p->portal.url[sizeof(p->portal.url) - 1] = 0;
    p->portal.contact[sizeof(p->portal.contact) - 1] = 0;
}

/* From this second's slice on: what has passed does not come back. */
static void learn(struct plimsoll_unbound_policy *p, uint64_t now_s)
{
    const struct pl_image_head *head = &p->handle.head;

    memset(p->acts, 0, p->classes * sizeof(*p->acts));
    memset(&p->any, 0, sizeof(p->any));
    p->classes =
        head->classes < PLIMSOLL_UNBOUND_CLASSES ? head->classes : PLIMSOLL_UNBOUND_CLASSES;
    for (uint32_t slice = pl_slice_find(&p->handle.lines, head, now_s); slice < head->slices;
         slice++)
        for (uint32_t group = 0; group < head->groups && group <= UINT16_MAX; group++)
            learn_row(p, slice, (uint16_t)group);
    p->acts[0].net &= ~PL_MASK(destination_listed); /* class 0 is on no list */
    for (uint32_t i = 0; i < p->classes; i++)
        join(&p->any, p->acts[i]);
    learn_portal(p);
}

bool plimsoll_unbound_policy_open(struct plimsoll_unbound_policy *p,
                                  const struct plimsoll_unbound_conf *conf, struct pl_error *error)
{
    memset(p, 0, sizeof(*p));
    pl_emitter_open(&p->emitter, conf->events);
    /* Fixed at the most that 16 bits can name, so that a swap allocates nothing; untouched pages
     * cost nothing. */
    p->acts = calloc(PLIMSOLL_UNBOUND_CLASSES, sizeof(*p->acts));
    if (!p->acts)
        return pl_fail(error, NULL, 0, 0, "there is not enough memory");
    if (!pl_handle_open(&p->handle, conf->image, conf->control, error))
        return false;
    if (p->handle.ready)
        learn(p, (uint64_t)time(NULL));
    return true;
}

void plimsoll_unbound_policy_close(struct plimsoll_unbound_policy *p)
{
    pl_emitter_close(&p->emitter, plimsoll_unbound_clock_ms());
    pl_handle_close(&p->handle);
    free(p->acts);
    p->acts = NULL;
}

bool plimsoll_unbound_policy_refresh(struct plimsoll_unbound_policy *p, uint64_t now_s)
{
    if (p->ticked_s != now_s) {
        p->ticked_s = now_s;
        pl_emitter_tick(&p->emitter, plimsoll_unbound_clock_ms());
    }
    if (!pl_handle_refresh(&p->handle, now_s))
        return false;
    learn(p, now_s);
    return true;
}

void plimsoll_unbound_policy_error(struct plimsoll_unbound_policy *p, const char *reason)
{
    struct pl_event event;

    pl_event_init(&event, PL_EVENT_ERROR, PL_POINT_RESOLVER);
    pl_event_name(&event, reason, strlen(reason));
    event.serial = p->handle.head.serial;
    pl_emit(&p->emitter, &event, plimsoll_unbound_clock_ms());
}
