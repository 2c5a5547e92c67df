/* SPDX-License-Identifier: BSD-2-Clause */
/* The class of the name that a client asked for: the walk of common/decide/names.h, a few bytes at
 * a time. */
#ifndef PL_NAME_H
#define PL_NAME_H

#include "judge.h"

enum { NAME_STEP = 8 };

__attribute__((noinline)) int name_try(void)
{
    struct work *w = work();
    const struct pl_lines *lines = image();

    if (w && lines)
        pl_name_walk_try(&w->walk, lines, w->head.section[PL_SECTION_NAMES]);
    return 0;
}

/* Walk over up to NAME_STEP bytes before `left`; answers how many are left then. */
__attribute__((noinline)) uint32_t name_step(const struct pl_stream *s, uint32_t left)
{
    struct work *w = work();

    if (!s || !w)
        return 0;
    for (int i = 0; i < NAME_STEP && left > 0; i++) {
        uint32_t at = left - 1;
        uint8_t c;
        PL_HIDE(at);
        c = s->tls.facts.sni[at & PL_SNI_MAX];
        if (c == '.')
            name_try();
        if (w->walk.labels >= w->head.name_labels)
            return 0;
        pl_siphash_byte(&w->walk.sip, c);
        left--;
    }
    return left;
}

/* The class of the first len bytes of the name in s; 0 when it is not listed. */
__attribute__((noinline)) uint32_t name_class(const struct pl_stream *s, uint32_t len)
{
    struct work *w = work();
    uint32_t left = len;

    if (!s || !w || len == 0 || len > PL_NAME_MAX || w->head.section[PL_SECTION_NAMES].lines == 0)
        return 0;
    pl_name_walk_init(&w->walk, w->head.key);
    for (int i = 0; i < PL_NAME_MAX / NAME_STEP + 1 && left > 0; i++)
        left = name_step(s, left);
    if (w->walk.labels < w->head.name_labels)
        name_try();
    return w->walk.class;
}

#endif
