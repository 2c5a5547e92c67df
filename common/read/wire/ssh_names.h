/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of SSH's algorithms (RFC 4250, 4.6.1; at most 64 characters) as numbers of 32 bits.
 *
 * A known name is its enum.  Any other has the highest bit set, two bits for the one family whose
 * names have no end (key exchange by GSS-API: RFC 4462, RFC 8732, the mechanism is part of the
 * name), and 29 bits of a hash over the whole name: two of them are taken for the same by chance
 * once in 500 million.
 */
#ifndef PL_READ_SSH_NAMES_H
#define PL_READ_SSH_NAMES_H

#include "../../base.h"

enum { PL_SSH_NAME_MAX = 64, PL_SSH_KNOWN_MAX = 48 };

enum pl_ssh_name {
    PL_SSH_UNKNOWN, /* nothing is known, or nothing fits */
#define PL_SSH_NAME(ID, name) PL_SSH_##ID,
#include "ssh_names.def"
#undef PL_SSH_NAME
    PL_SSH_NAME_COUNT
};

/* The weak ones: with SHA-1, and group 1, group 14 or a group of choice. */
#define PL_SSH_OTHER         0x80000000u
#define PL_SSH_GSS           0x40000000u
#define PL_SSH_GSS_SHA1_WEAK 0x20000000u
#define PL_SSH_HASH_MASK     0x1fffffffu

PL_TABLE char pl_ssh_names[PL_SSH_NAME_COUNT][PL_SSH_KNOWN_MAX] = {
    "",
#define PL_SSH_NAME(ID, name) name,
#include "ssh_names.def"
#undef PL_SSH_NAME
};

PL_TABLE char pl_ssh_gss_weak[][18] = {"gss-group1-sha1-", "gss-group14-sha1-", "gss-gex-sha1-"};

/* A name that is being read. */
struct pl_ssh_word {
    uint32_t hash; /* of all bytes, also of those past PL_SSH_NAME_MAX */
    uint8_t len;
    uint8_t byte[PL_SSH_NAME_MAX];
};

PL_INLINE void pl_ssh_word_add(struct pl_ssh_word *w, uint8_t byte)
{
    w->hash = (w->hash ^ byte) * 16777619u + 0x9e3779b9u;
    if (w->len < PL_SSH_NAME_MAX)
        w->byte[w->len] = byte;
    if (w->len < UINT8_MAX)
        w->len++;
}

/* Whether the word begins with text, and how long the text is. */
PL_INLINE bool pl_ssh_word_begins(const struct pl_ssh_word *w, const char *text, uint32_t max,
                                  uint32_t *len)
{
    uint32_t i = 0;

    for (; i < max && i < PL_SSH_NAME_MAX && text[i]; i++)
        if (i >= w->len || w->byte[i] != (uint8_t)text[i])
            return false;
    *len = i;
    return true;
}

PL_INLINE uint32_t pl_ssh_word_other(const struct pl_ssh_word *w)
{
    uint32_t h = w->hash ^ w->len, id = PL_SSH_OTHER, n;

    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    h ^= h >> 16;
    if (pl_ssh_word_begins(w, "gss-", 4, &n))
        id |= PL_SSH_GSS;
    for (uint32_t i = 0; i < PL_COUNT(pl_ssh_gss_weak); i++)
        if (pl_ssh_word_begins(w, pl_ssh_gss_weak[i], sizeof pl_ssh_gss_weak[i], &n))
            id |= PL_SSH_GSS_SHA1_WEAK;
    return id | (h & PL_SSH_HASH_MASK);
}

/* The number of a whole name. */
PL_INLINE uint32_t pl_ssh_word_id(const struct pl_ssh_word *w)
{
    uint32_t len;

    for (uint32_t i = 1; i < PL_SSH_NAME_COUNT; i++)
        if (pl_ssh_word_begins(w, pl_ssh_names[i], PL_SSH_KNOWN_MAX, &len) && len == w->len)
            return i;
    return pl_ssh_word_other(w);
}

/* For a log: the name, or "other", "gss" for one that is not in the table; "-" when unknown. */
PL_INLINE const char *pl_ssh_name_text(uint32_t id)
{
    if (id == PL_SSH_UNKNOWN)
        return "-";
    if (id < PL_SSH_NAME_COUNT)
        return pl_ssh_names[id];
    return id & PL_SSH_GSS ? "gss" : "other";
}

#endif
