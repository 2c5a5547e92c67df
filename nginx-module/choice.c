/* SPDX-License-Identifier: BSD-2-Clause */
#include "choice.h"

#include <stdio.h>

/* "on, off or observe" */
static void list_words(const struct pl_choice *table, char *buf, size_t size)
{
    size_t n = 0;

    buf[0] = 0;
    for (const struct pl_choice *c = table; c->word && n < size; c++) {
        const char *before = c == table ? "" : c[1].word ? ", " : " or ";
        n += (size_t)snprintf(buf + n, size - n, "%s%s", before, c->word);
    }
}

char *pl_choice_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_uint_t *to = (ngx_uint_t *)((char *)conf + cmd->offset);
    ngx_str_t *value = cf->args->elts;
    const struct pl_choice *table = cmd->post;
    char words[128];

    if (*to != NGX_CONF_UNSET_UINT)
        return "is duplicate";
    for (const struct pl_choice *c = table; c->word; c++)
        if (ngx_strcmp(value[1].data, c->word) == 0) {
            *to = c->value;
            return NGX_CONF_OK;
        }
    list_words(table, words, sizeof(words));
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" has the value \"%V\": expected %s", &value[0],
                       &value[1], words);
    return NGX_CONF_ERROR;
}
