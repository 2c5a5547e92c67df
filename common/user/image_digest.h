/* SPDX-License-Identifier: BSD-2-Clause */
/* The checksum of an image: SHA-256 of all its bytes, those of the checksum itself taken as zero.
 */
#ifndef PL_IMAGE_DIGEST_H
#define PL_IMAGE_DIGEST_H

#include "../base.h"

enum { PL_DIGEST_BYTES = 32 };

/* size: at least that of the head.  False when the library fails. */
bool pl_image_digest(const void *bytes, size_t size, uint8_t digest[PL_DIGEST_BYTES]) PL_MUST_USE;

#endif
