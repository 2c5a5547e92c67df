/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One DMARC record (RFC 9989, 4.7 and 4.8).
 *
 *   struct pl_dmarc d;
 *   if (pl_dmarc_read(&d, pl_txt(data))) ...     false: it does not try to be one, d is all zero
 *
 * Unknown tags are ignored, and so are pct, rf and ri, which earlier versions had.  Not done here:
 * the walk to the domains above, and whether others agree to get its reports (RFC 9990, 4).
 */
#ifndef PL_READ_DNS_DMARC_H
#define PL_READ_DNS_DMARC_H

#include "txt.h"

/* In order: a test (t=y) lowers by one. */
enum pl_dmarc_policy {
    PL_DMARC_UNSET,
    PL_DMARC_NONE,
    PL_DMARC_QUARANTINE,
    PL_DMARC_REJECT,
    PL_DMARC_WRONG /* no such policy */
};

struct pl_dmarc {
    bool seen;
    bool version;      /* it is a DMARC record, and not only something that begins like one */
    bool broken;       /* a part of it is void */
    bool testing;      /* t=y */
    uint8_t p, sp, np; /* enum pl_dmarc_policy */
    uint8_t psd;       /* 'y', 'n', 'u'; 0: not said */
    uint8_t rua, ruf;  /* places that reports go to */
    uint16_t tags;     /* one bit each, those that were read */
};

PL_INLINE uint8_t pl_dmarc_policy(const struct pl_tag *tag)
{
    return pl_tag_is(tag, "none")         ? PL_DMARC_NONE
           : pl_tag_is(tag, "quarantine") ? PL_DMARC_QUARANTINE
           : pl_tag_is(tag, "reject")     ? PL_DMARC_REJECT
                                          : PL_DMARC_WRONG;
}

/* What is asked of receivers for mail of the domain itself.  Without p it is none (4.7). */
PL_INLINE enum pl_dmarc_policy pl_dmarc_effective(const struct pl_dmarc *d)
{
    uint8_t p = d->p == PL_DMARC_UNSET || d->p == PL_DMARC_WRONG ? PL_DMARC_NONE : d->p;

    return (enum pl_dmarc_policy)(p > PL_DMARC_NONE ? p - d->testing : p);
}

PL_APART bool pl_dmarc_one_of(const struct pl_tag *tag, const char *letters, uint8_t *value)
{
    struct pl_txt t = tag->value;
    uint8_t c = tag->value_len == 1 ? pl_lower((uint8_t)pl_txt_peek(&t)) : 0;

    for (; c && *letters; letters++)
        if ((uint8_t)*letters == c) {
            *value = c;
            return true;
        }
    return false;
}

/* fo: letters between colons. */
PL_APART bool pl_dmarc_failures(const struct pl_tag *tag)
{
    struct pl_tag one = *tag;
    struct pl_txt value = tag->value;
    uint32_t len = tag->value_len;
    uint8_t unused;

    for (uint32_t i = 0; i < PL_TAGS_MAX; i++) {
        if (!pl_txt_split(&value, &len, ':', &one.value, &one.value_len))
            return i > 0;
        if (!pl_dmarc_one_of(&one, "01ds", &unused))
            return false;
    }
    return false;
}

PL_INLINE bool pl_dmarc_reports(const struct pl_tag *tag, uint8_t *places)
{
    *places = (uint8_t)pl_txt_uris(tag->value, tag->value_len);
    return *places > 0;
}

PL_INLINE bool pl_dmarc_asked(const struct pl_tag *tag, uint8_t *policy)
{
    *policy = pl_dmarc_policy(tag);
    return *policy != PL_DMARC_WRONG;
}

/* The number of the tag, or -1: one that is ignored. */
PL_APART int pl_dmarc_number(const struct pl_tag *tag)
{
    const char names[10][6] = {"p", "sp", "np", "t", "psd", "rua", "ruf", "adkim", "aspf", "fo"};

    for (int i = 0; i < 10; i++) {
        char name[6] = {0};
        for (int k = 0; k < 5; k++)
            name[k] = names[i][k];
        if (pl_txt_same(tag->name, tag->name_len, name, false))
            return i;
    }
    return -1;
}

PL_APART bool pl_dmarc_tag(struct pl_dmarc *d, const struct pl_tag *tag)
{
    int number = pl_dmarc_number(tag);
    uint8_t letter = 0;
    bool sound, twice;

    if (!tag->sound || number < 0)
        return tag->sound;
    twice = d->tags >> number & 1;
    d->tags |= (uint16_t)(1u << number);
    if (twice)
        return false;
    switch (number) {
    case 0:
        return pl_dmarc_asked(tag, &d->p);
    case 1:
        return pl_dmarc_asked(tag, &d->sp);
    case 2:
        return pl_dmarc_asked(tag, &d->np);
    case 3:
        sound = pl_dmarc_one_of(tag, "yn", &letter);
        d->testing = letter == 'y';
        return sound;
    case 4:
        return pl_dmarc_one_of(tag, "ynu", &d->psd);
    case 5:
        return pl_dmarc_reports(tag, &d->rua);
    case 6:
        return pl_dmarc_reports(tag, &d->ruf);
    case 9:
        return pl_dmarc_failures(tag);
    default:
        return pl_dmarc_one_of(tag, "rs", &letter);
    }
}

/* The version stands first and is written in capitals; what only begins like it is void. */
PL_APART bool pl_dmarc_read(struct pl_dmarc *d, struct pl_txt t)
{
    struct pl_tag tag;

    *d = (struct pl_dmarc){0};
    if (!pl_tag_next(&t, &tag) || !pl_txt_same(tag.name, tag.name_len, "v", false) ||
        tag.value_len < 5 || !pl_txt_same(tag.value, 5, "dmarc", false))
        return false;
    d->seen = true;
    d->version = pl_txt_same(tag.value, tag.value_len, "DMARC1", true);
    d->broken = !d->version;
    for (int i = 0; i < PL_TAGS_MAX && pl_tag_next(&t, &tag); i++)
        d->broken |= !pl_dmarc_tag(d, &tag);
    return true;
}

#endif
