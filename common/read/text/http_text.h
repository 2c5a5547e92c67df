/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of a header's name or value, in lower case, to compare with words; and the end of
 * a longer text (struct pl_word, upper case).  For names, agents and paths, never for credentials.
 */
#ifndef PL_READ_HTTP_TEXT_H
#define PL_READ_HTTP_TEXT_H

#include "word.h"

enum { PL_HTTP_TEXT_MAX = 48 };

struct pl_http_text {
    uint8_t len; /* stops at 255; of those behind PL_HTTP_TEXT_MAX only the number is known */
    uint8_t byte[PL_HTTP_TEXT_MAX];
};

PL_INLINE void pl_http_text_clear(struct pl_http_text *t)
{
    *t = (struct pl_http_text){0};
}

PL_INLINE void pl_http_text_push(struct pl_http_text *t, uint8_t c)
{
    if (t->len < PL_HTTP_TEXT_MAX)
        t->byte[t->len] = pl_lower(c);
    t->len += t->len != 255;
}

/* Whether the text goes on with this word, in lower case, from that byte. */
PL_INLINE bool pl_http_text_at(const struct pl_http_text *t, uint32_t from, const char *word)
{
    for (; *word; word++, from++)
        if (from >= t->len || from >= PL_HTTP_TEXT_MAX || t->byte[from] != (uint8_t)*word)
            return false;
    return true;
}

PL_INLINE bool pl_http_text_begins(const struct pl_http_text *t, const char *word)
{
    return pl_http_text_at(t, 0, word);
}

PL_INLINE bool pl_http_text_is(const struct pl_http_text *t, const char *word)
{
    uint32_t len = 0;

    while (word[len])
        len++;
    return t->len == len && pl_http_text_at(t, 0, word);
}

PL_INLINE bool pl_http_text_has(const struct pl_http_text *t, const char *word)
{
    for (uint32_t i = 0; i < t->len && i < PL_HTTP_TEXT_MAX; i++)
        if (pl_http_text_at(t, i, word))
            return true;
    return false;
}

/* The same text as a word of word.h. */
PL_INLINE struct pl_word pl_http_text_word(const struct pl_http_text *t)
{
    struct pl_word w = {0};

    for (uint32_t i = 0; i < t->len && i < PL_HTTP_TEXT_MAX; i++)
        pl_word_push(&w, t->byte[i]);
    w.len = t->len;
    return w;
}

/* Whether the last bytes that went into w are these, at most 16 and in upper case. */
PL_INLINE bool pl_word_ends(const struct pl_word *w, const char *end)
{
    uint64_t high = 0, low = 0, mask_high = 0, mask_low = 0;
    uint32_t len = 0;

    for (; end[len]; len++) {
        high = high << 8 | low >> 56;
        low = low << 8 | (uint8_t)end[len];
        mask_high = mask_high << 8 | mask_low >> 56;
        mask_low = mask_low << 8 | 0xff;
    }
    return w->len >= len && (w->low & mask_low) == low && (w->high & mask_high) == high;
}

#endif
