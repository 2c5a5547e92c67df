/* SPDX-License-Identifier: BSD-2-Clause */
/* The times in a certificate (RFC 5280, 4.1.2.5), also in the forms that DER forbids: without
 * seconds, or with an offset instead of Z. */
#ifndef PL_USER_CERTIFICATE_TIME_H
#define PL_USER_CERTIFICATE_TIME_H

#include "certificate_der.h"

enum { PL_TIME_TEXT_BYTES = 21 };

/* "YYYY-MM-DDTHH:MM:SSZ"; what stands in the certificate need not be a date.  false: no text can be
 * made of it. */
bool pl_certificate_time_text(uint8_t tag, const struct pl_der *contents,
                              char text[PL_TIME_TEXT_BYTES]) PL_MUST_USE;

/* That text as unix seconds; false when there is no such date. */
bool pl_certificate_time(const char text[PL_TIME_TEXT_BYTES], int64_t *unix_s) PL_MUST_USE;

#endif
