/* SPDX-License-Identifier: BSD-2-Clause */
/* The text section: what the numbers of an image mean, as JSON (decide/image.h lists the keys). */
#ifndef PL_IMAGE_TEXT_H
#define PL_IMAGE_TEXT_H

#include "policy.h"

/* Terminated; release with free().  NULL: not enough memory. */
char *pl_image_text(const struct pl_policy *policy);

#endif
