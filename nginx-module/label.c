/* SPDX-License-Identifier: BSD-2-Clause */
#include "label.h"

#include "common/cursor.h"

void pl_label_portal(const struct pl_handle *h, struct pl_portal *portal)
{
    struct pl_section s = h->head.section[PL_SECTION_PORTAL];
    struct pl_line *to = (struct pl_line *)portal;
    uint32_t lines = sizeof(*portal) / PL_LINE_BYTES;

    ngx_memzero(portal, sizeof(*portal));
    if (!h->ready || s.lines < lines)
        return;
    for (uint32_t i = 0; i < lines; i++) {
        const struct pl_line *line = pl_line_at(&h->lines, s.first + i);
        if (line)
            to[i] = *line;
    }
    portal->url[sizeof(portal->url) - 1] = 0;
    portal->contact[sizeof(portal->contact) - 1] = 0;
}

/* The image's JSON; empty when its section is not what the head says. */
static struct pl_cursor text_of(const struct pl_handle *h)
{
    struct pl_section s = h->head.section[PL_SECTION_TEXT];
    uint32_t size = h->head.text_bytes;

    if (!h->ready || s.lines > h->lines.count || s.first > h->lines.count - s.lines ||
        size > (uint64_t)s.lines * PL_LINE_BYTES || size == 0)
        return pl_cursor("", 0);
    return pl_cursor(&h->lines.line[s.first], size);
}

/* The inside of one JSON string up to its closing quote; false when there is none. */
static bool take_string(struct pl_cursor *c, ngx_str_t *inside)
{
    uint8_t byte = 0;

    inside->data = (u_char *)c->at;
    while (pl_take_u8(c, &byte) && byte != '"')
        if (byte == '\\' && !pl_take(c, 1))
            return false;
    inside->len = (size_t)(c->at - inside->data) - 1;
    return byte == '"';
}

static bool is_word(const ngx_str_t *s)
{
    for (size_t i = 0; i < s->len; i++) {
        u_char c = pl_lower(s->data[i]);
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-')
            return false;
    }
    return s->len > 0;
}

/* The text begins with the groups: {"groups":["everybody else","office"... */
bool pl_label_group(const struct pl_handle *h, uint16_t group, ngx_str_t *name)
{
    static const ngx_str_t head = ngx_string("{\"groups\":[\"");
    struct pl_cursor c = text_of(h);
    const uint8_t *p = pl_take(&c, head.len), *between;

    if (group == 0 || p == NULL || ngx_memcmp(p, head.data, head.len) != 0)
        return false;
    for (uint32_t i = 0; take_string(&c, name); i++) {
        if (i == group)
            return is_word(name);
        between = pl_take(&c, 2);
        if (between == NULL || between[0] != ',' || between[1] != '"')
            return false;
    }
    return false;
}
