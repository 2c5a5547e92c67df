/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean": the word of a list that a mistyped one is closest to. */
#ifndef PL_NEAREST_H
#define PL_NEAREST_H

#include "../base.h"

struct pl_nearest {
    const char *word; /* NULL: none is close */
    unsigned distance;
};

/* Offer one word of the list. */
void pl_nearest_offer(struct pl_nearest *nearest, const char *typed, const char *word);

/* "; did you mean 'office'?" into buf, or nothing. */
const char *pl_nearest_text(const struct pl_nearest *nearest, char *buf, size_t size);

#endif
