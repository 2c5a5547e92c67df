/* SPDX-License-Identifier: BSD-2-Clause */
#include "prose.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD in UTF-8 */

void pl_prose_add(struct pl_prose *t, const void *bytes, size_t len)
{
    t->length += len;
    if (t->at == NULL || (size_t)(t->end - t->at) < len)
        return;
    t->at = ngx_cpymem(t->at, bytes, len);
}

void pl_prose_put(struct pl_prose *t, const char *string)
{
    pl_prose_add(t, string, ngx_strlen(string));
}

static bool is_plain(u_char c)
{
    return c >= 0x20 && c < 0x7f;
}

static const char *html_entity(u_char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return is_plain(c) ? NULL : replacement;
    }
}

void pl_prose_html(struct pl_prose *t, const void *bytes, size_t len)
{
    const u_char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        const char *entity = html_entity(p[i]);
        if (entity)
            pl_prose_put(t, entity);
        else
            pl_prose_add(t, &p[i], 1);
    }
}

void pl_prose_json(struct pl_prose *t, const void *bytes, size_t len)
{
    const u_char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        if (p[i] == '"' || p[i] == '\\')
            pl_prose_add(t, "\\", 1);
        if (is_plain(p[i]))
            pl_prose_add(t, &p[i], 1);
        else
            pl_prose_put(t, replacement);
    }
}
