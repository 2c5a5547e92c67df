/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why a set-up step failed, for a person: "policy.yaml:12:7: unknown profile 'entreprise': expected
 * observe, isp-basic or enterprise-baseline".  Line and column count from 1; 0 means not known.
 */
#ifndef PL_ERROR_H
#define PL_ERROR_H

#include "../base.h"

struct pl_error {
    char file[256];
    uint32_t line, column;
    char text[512];
};

/* Fill the error (which may be NULL) and answer false, so that a caller can return it. */
__attribute__((format(printf, 5, 6))) bool pl_fail(struct pl_error *error, const char *file,
                                                   uint32_t line, uint32_t column,
                                                   const char *format, ...);

/* "file:line:column: text" into buf, leaving out what is not known; answers buf. */
const char *pl_error_text(const struct pl_error *error, char *buf, size_t size);

#endif
