/* SPDX-License-Identifier: BSD-2-Clause */
#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 64 };

/* How many letters must be put in, taken out or changed (Levenshtein). */
static unsigned distance(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    unsigned row[WORD_MAX + 1];

    if (m > WORD_MAX || n > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= m; i++) {
        unsigned corner = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= n; j++) {
            unsigned best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[n];
}

void pl_nearest_offer(struct pl_nearest *nearest, const char *typed, const char *word)
{
    unsigned d = distance(typed, word);

    if (d > strlen(word) / 3 || (nearest->word && d >= nearest->distance))
        return;
    nearest->word = word;
    nearest->distance = d;
}

const char *pl_nearest_text(const struct pl_nearest *nearest, char *buf, size_t size)
{
    if (nearest->word)
        snprintf(buf, size, "; did you mean '%s'?", nearest->word);
    else
        buf[0] = 0;
    return buf;
}
