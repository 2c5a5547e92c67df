/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a TXT record, its strings read as one (RFC 1035, 3.3.14; RFC 7208, 3.3) without being
 * copied, and the lists of tags that DKIM, DMARC, MTA-STS and TLSRPT are written in (RFC
 * 6376, 3.2):
 *
 *   struct pl_txt t = pl_txt(data);      the record's data; or pl_txt_plain(view): joined already
 *   while (pl_tag_next(&t, &tag)) ...
 *
 * A string whose length lies ends the text.
 */
#ifndef PL_READ_DNS_TXT_H
#define PL_READ_DNS_TXT_H

#include "../datagram/view.h"

enum { PL_TXT_END = -1, PL_TXT_MAX = 65535, PL_TAGS_MAX = 64 };

struct pl_txt {
    struct pl_view v;
    uint32_t left; /* of the string that is being read */
};

/* Step to a string that is not empty, or to the end. */
PL_INLINE void pl_txt_settle(struct pl_txt *t)
{
    uint8_t len;

    for (uint32_t i = 0; i < PL_TXT_MAX && t->left == 0; i++) {
        if (!pl_view_u8(&t->v, &len))
            return;
        if (len > pl_view_left(&t->v))
            t->v.at = t->v.end;
        else
            t->left = len;
    }
}

PL_INLINE struct pl_txt pl_txt(struct pl_view data)
{
    struct pl_txt t = {data, 0};

    pl_txt_settle(&t);
    return t;
}

PL_INLINE struct pl_txt pl_txt_plain(struct pl_view text)
{
    struct pl_txt t = {text, pl_view_left(&text)};

    return t;
}

/* The next byte, or PL_TXT_END. */
PL_INLINE int pl_txt_peek(const struct pl_txt *t)
{
    return t->left ? pl_view_peek(&t->v, 0) : PL_TXT_END;
}

PL_APART int pl_txt_next(struct pl_txt *t)
{
    int c = pl_txt_peek(t);

    if (c == PL_TXT_END)
        return c;
    t->v.at++;
    if (--t->left == 0)
        pl_txt_settle(t);
    return c;
}

PL_INLINE bool pl_txt_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

PL_APART void pl_txt_skip_blanks(struct pl_txt *t)
{
    for (uint32_t i = 0; i < PL_TXT_MAX && pl_txt_blank(pl_txt_peek(t)); i++)
        (void)pl_txt_next(t);
}

/* Step over the word if it stands here, as it is written. */
PL_APART bool pl_txt_word(struct pl_txt *t, const char *word)
{
    struct pl_txt at = *t;

    for (; *word; word++)
        if (pl_txt_next(&at) != *word)
            return false;
    *t = at;
    return true;
}

PL_INLINE bool pl_txt_digit(int c)
{
    return c >= '0' && c <= '9';
}

PL_INLINE bool pl_txt_letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

PL_INLINE bool pl_txt_alnum(int c)
{
    return pl_txt_digit(c) || pl_txt_letter(c);
}

/* --- lists of tags */

struct pl_tag {
    struct pl_txt name, value; /* where they begin */
    uint32_t name_len, value_len;
    bool sound; /* a name, and '=' */
};

/* What is left of t up to ';', without blanks at both ends; t then stands behind it. */
PL_APART uint32_t pl_tag_part(struct pl_txt *t, struct pl_txt *begin, bool name)
{
    uint32_t len = 0, n = 0;

    pl_txt_skip_blanks(t);
    *begin = *t;
    for (int c = pl_txt_peek(t); n < PL_TXT_MAX && c != PL_TXT_END && c != ';';
         c = pl_txt_peek(t)) {
        if (name && c == '=')
            break;
        (void)pl_txt_next(t);
        n++;
        if (!pl_txt_blank(c))
            len = n;
    }
    return len;
}

/* The next tag that is not empty; false at the end. */
PL_APART bool pl_tag_next(struct pl_txt *t, struct pl_tag *tag)
{
    tag->sound = false;
    tag->value_len = 0;
    for (int i = 0; i < PL_TAGS_MAX && pl_txt_peek(t) != PL_TXT_END; i++) {
        tag->name_len = pl_tag_part(t, &tag->name, true);
        if (pl_txt_peek(t) == '=') {
            (void)pl_txt_next(t);
            tag->sound = tag->name_len > 0;
            tag->value_len = pl_tag_part(t, &tag->value, false);
        }
        (void)pl_txt_next(t);
        if (tag->name_len || tag->value_len)
            return true;
    }
    return false;
}

PL_APART bool pl_txt_same(struct pl_txt t, uint32_t len, const char *word, bool exact)
{
    for (; len && *word; len--, word++) {
        int c = pl_txt_next(&t);
        if ((exact ? c : pl_lower((uint8_t)c)) != *word)
            return false;
    }
    return len == 0 && *word == 0;
}

/* Whether the tag has this name, in lower case (RFC 6376, 3.2: they are case-sensitive). */
PL_INLINE bool pl_tag_named(const struct pl_tag *tag, const char *name)
{
    return pl_txt_same(tag->name, tag->name_len, name, true);
}

/* Whether the value is this word, which is given in lower case, in any case. */
PL_INLINE bool pl_tag_is(const struct pl_tag *tag, const char *word)
{
    return pl_txt_same(tag->value, tag->value_len, word, false);
}

/* The next of several words that sep parts, without blanks around it; value and len then are the
 * rest.  False when there is none. */
PL_APART bool pl_txt_split(struct pl_txt *value, uint32_t *len, char sep, struct pl_txt *word,
                           uint32_t *word_len)
{
    uint32_t n = 0;

    if (*len == 0)
        return false;
    while (*len && pl_txt_blank(pl_txt_peek(value))) {
        (void)pl_txt_next(value);
        --*len;
    }
    *word = *value;
    *word_len = 0;
    while (*len) {
        int c = pl_txt_next(value);
        --*len;
        if (c == sep || c == PL_TXT_END)
            break;
        n++;
        if (!pl_txt_blank(c))
            *word_len = n;
    }
    return true;
}

/* One place that reports go to: a scheme, ':' and something behind it without blanks, for mailto an
 * address (RFC 3986, 3; RFC 6068, 2). */
PL_APART bool pl_txt_uri(struct pl_txt t, uint32_t len)
{
    bool mail = len > 7 && pl_txt_same(t, 7, "mailto:", false), at = false, colon = false;
    uint32_t scheme = 0, rest = 0;

    for (uint32_t i = 0; i < PL_TXT_MAX && i < len; i++) {
        int c = pl_txt_next(&t);
        if (c <= ' ' || c > '~')
            return false;
        if (!colon && c != ':' && !pl_txt_alnum(c) && c != '+' && c != '-' && c != '.')
            return false;
        scheme += !colon && c != ':';
        rest += colon;
        at |= colon && c == '@' && rest > 1;
        colon |= c == ':';
    }
    return scheme && rest && (!mail || at);
}

/* A list of them: their number, or 0 when one is none. */
PL_APART uint32_t pl_txt_uris(struct pl_txt value, uint32_t len)
{
    struct pl_txt word;
    uint32_t word_len, n = 0;

    while (n < PL_TAGS_MAX && pl_txt_split(&value, &len, ',', &word, &word_len)) {
        if (!pl_txt_uri(word, word_len))
            return 0;
        n++;
    }
    return n;
}

#endif
