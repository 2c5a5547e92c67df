/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MTA-STS (RFC 8461): the record at _mta-sts that announces a policy, and the policy's text.
 *
 *   struct pl_mta_sts s;            pl_mta_sts_read(&s, pl_txt(data))
 *   struct pl_mta_sts_policy p;     pl_mta_sts_policy(&p, body);
 *   pl_mta_sts_lists(body, host, len)     whether a mail host is one of those that it names
 *
 * Not done here: fetching it, and the certificate that it came with.
 */
#ifndef PL_READ_DNS_MTA_STS_H
#define PL_READ_DNS_MTA_STS_H

#include "txt.h"

enum { PL_MTA_STS_AGE_MAX_S = 31557600, PL_MTA_STS_ID_MAX = 32, PL_MTA_STS_LINES_MAX = 512 };

enum pl_mta_sts_mode { PL_MTA_STS_UNSET, PL_MTA_STS_NONE, PL_MTA_STS_TESTING, PL_MTA_STS_ENFORCE };

struct pl_mta_sts {
    bool seen, broken; /* broken: no id, or one that is none (3.1) */
};

struct pl_mta_sts_policy {
    bool sound;     /* everything that has to be there is, and is right (3.2) */
    uint8_t mode;   /* enum pl_mta_sts_mode */
    uint16_t hosts; /* mx lines */
    uint32_t max_age_s;
};

PL_APART bool pl_mta_sts_read(struct pl_mta_sts *s, struct pl_txt t)
{
    struct pl_tag tag;
    bool id = false;

    *s = (struct pl_mta_sts){0};
    if (!pl_tag_next(&t, &tag) || !pl_tag_named(&tag, "v") ||
        !pl_txt_same(tag.value, tag.value_len, "STSv1", true))
        return false;
    s->seen = true;
    for (int i = 0; i < PL_TAGS_MAX && pl_tag_next(&t, &tag); i++) {
        s->broken |= !tag.sound;
        if (!pl_tag_named(&tag, "id"))
            continue;
        id = tag.value_len > 0 && tag.value_len <= PL_MTA_STS_ID_MAX;
        for (uint32_t k = 0; k < PL_MTA_STS_ID_MAX && k < tag.value_len; k++)
            id &= pl_txt_alnum(pl_txt_next(&tag.value));
    }
    s->broken |= !id;
    return true;
}

/* --- the policy: lines of a name, ':' and a value */

/* The next line that is not empty, as a tag. */
PL_APART bool pl_mta_sts_line(struct pl_view *body, struct pl_tag *line)
{
    uint32_t len = 0, name = 0;
    struct pl_view text;
    uint8_t c;

    *line = (struct pl_tag){.sound = false};
    while (pl_txt_blank(pl_view_peek(body, 0)) && pl_view_skip(body, 1))
        ;
    if (pl_view_done(body))
        return false;
    while (len < pl_view_left(body) && pl_view_peek(body, len) != '\n')
        len++;
    if (!pl_view_child(body, len, &text))
        return false;
    while (pl_view_left(&text) && pl_txt_blank(pl_view_peek(&text, pl_view_left(&text) - 1)))
        text.end--;
    line->name = pl_txt_plain(text);
    while (pl_view_u8(&text, &c) && c != ':')
        name++;
    line->name_len = name;
    while (pl_txt_blank(pl_view_peek(&text, 0)) && pl_view_skip(&text, 1))
        ;
    line->value = pl_txt_plain(text);
    line->value_len = pl_view_left(&text);
    line->sound = line->value_len > 0;
    return true;
}

PL_APART bool pl_mta_sts_age(struct pl_tag line, uint32_t *age_s)
{
    uint64_t age = 0;

    for (uint32_t i = 0; i < line.value_len && i < 11; i++) {
        int c = pl_txt_next(&line.value);
        if (!pl_txt_digit(c))
            return false;
        age = age * 10 + (uint64_t)(c - '0');
    }
    *age_s = (uint32_t)(age <= PL_MTA_STS_AGE_MAX_S ? age : 0);
    return line.value_len <= 10 && age <= PL_MTA_STS_AGE_MAX_S;
}

PL_INLINE uint8_t pl_mta_sts_mode(const struct pl_tag *line)
{
    return pl_tag_is(line, "enforce")   ? PL_MTA_STS_ENFORCE
           : pl_tag_is(line, "testing") ? PL_MTA_STS_TESTING
           : pl_tag_is(line, "none")    ? PL_MTA_STS_NONE
                                        : PL_MTA_STS_UNSET;
}

/* Of what may stand once, the first counts (3.2). */
PL_APART void pl_mta_sts_policy(struct pl_mta_sts_policy *p, struct pl_view body)
{
    struct pl_tag line;
    bool version = false, sound = true, age = false;

    *p = (struct pl_mta_sts_policy){0};
    for (int i = 0; i < PL_MTA_STS_LINES_MAX && pl_mta_sts_line(&body, &line); i++) {
        sound &= line.sound;
        if (pl_tag_named(&line, "version"))
            version |= pl_txt_same(line.value, line.value_len, "STSv1", true);
        else if (pl_tag_named(&line, "mode") && !p->mode)
            p->mode = pl_mta_sts_mode(&line);
        else if (pl_tag_named(&line, "max_age") && !age)
            age = pl_mta_sts_age(line, &p->max_age_s);
        else
            p->hosts += pl_tag_named(&line, "mx");
    }
    p->sound = sound && version && age && p->mode && (p->hosts || p->mode == PL_MTA_STS_NONE);
}

/* A host's name without a final dot; "*." stands for one label (4.1). */
PL_APART bool pl_mta_sts_matches(struct pl_tag line, const uint8_t *host, uint32_t len)
{
    if (pl_txt_word(&line.value, "*.")) {
        line.value_len -= 2;
        while (len && *host != '.') {
            host++;
            len--;
        }
        if (len == 0)
            return false;
        host++;
        len--;
    }
    if (line.value_len != len)
        return false;
    for (uint32_t i = 0; i < len; i++)
        if (pl_lower((uint8_t)pl_txt_next(&line.value)) != pl_lower(host[i]))
            return false;
    return len > 0;
}

PL_APART bool pl_mta_sts_lists(struct pl_view body, const uint8_t *host, uint32_t len)
{
    struct pl_tag line;

    for (int i = 0; i < PL_MTA_STS_LINES_MAX && pl_mta_sts_line(&body, &line); i++)
        if (pl_tag_named(&line, "mx") && pl_mta_sts_matches(line, host, len))
            return true;
    return false;
}

#endif
