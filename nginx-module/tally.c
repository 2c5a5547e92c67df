/* SPDX-License-Identifier: BSD-2-Clause */
#include "label.h"
#include "tally.h"

#include "common/user/catalogue_text.h"

void pl_tally_add(struct pl_tally *t, const struct pl_worker *w, const struct pl_judgement *j)
{
    t->judged = true;
    t->image = w->handle.swaps;
    t->group = j->group;
    if (j->verdict.action > t->action)
        t->action = j->verdict.action;
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        t->checks[i] |= j->verdict.flag[i] | j->verdict.trial[i] | j->verdict.block[i];
}

static ngx_str_t verdict_text(enum pl_action action)
{
    static const ngx_str_t words[] = {ngx_string("allow"), ngx_string("flag"),
                                      ngx_string("would-block"), ngx_string("block")};

    return words[action];
}

static bool has(const struct pl_tally *t, const struct pl_check_row *row)
{
    return t->checks[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS);
}

/* "tls-version-12,hsts-missing", in the order of the catalogue */
static ngx_str_t checks_text(const struct pl_tally *t, ngx_pool_t *pool)
{
    ngx_str_t text = ngx_null_string;
    size_t size = 0;
    u_char *p;

    for (size_t i = 0; i < pl_check_row_count; i++)
        if (has(t, &pl_check_rows[i]))
            size += ngx_strlen(pl_check_rows[i].name) + 1;
    if (size == 0 || (p = ngx_pnalloc(pool, size)) == NULL)
        return text;
    text.data = p;
    text.len = size - 1; /* no comma at the end */
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (has(t, &pl_check_rows[i])) {
            p = ngx_cpymem(p, pl_check_rows[i].name, ngx_strlen(pl_check_rows[i].name));
            *p++ = ',';
        }
    return text;
}

/* A policy that came in between may count its groups in another way. */
static ngx_str_t group_text(const struct pl_tally *t, const struct pl_worker *w, ngx_pool_t *pool)
{
    ngx_str_t text = ngx_null_string, name;

    if (t->image == w->handle.swaps && pl_label_group(&w->handle, t->group, &name)) {
        text.data = ngx_pstrdup(pool, &name);
        text.len = text.data ? name.len : 0;
        return text;
    }
    text.data = ngx_pnalloc(pool, NGX_INT32_LEN);
    if (text.data)
        text.len = (size_t)(ngx_sprintf(text.data, "%uD", (uint32_t)t->group) - text.data);
    return text;
}

ngx_str_t pl_tally_text(const struct pl_tally *t, const struct pl_worker *w,
                        enum pl_tally_word word, ngx_pool_t *pool)
{
    switch (word) {
    case PL_TALLY_CHECKS:
        return checks_text(t, pool);
    case PL_TALLY_GROUP:
        return group_text(t, w, pool);
    default:
        return verdict_text(t->action);
    }
}
