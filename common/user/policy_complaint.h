/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libcyaml's log to one sentence for a person.  libcyaml says what is wrong in one line and then,
 * from the inside to the outside, where: "in mapping field 'x' (line: l, column: c)".
 */
#ifndef PL_POLICY_COMPLAINT_H
#define PL_POLICY_COMPLAINT_H

#include "policy_schema.h"

enum { PL_COMPLAINT_FRAMES = 4 };

struct pl_complaint {
    char what[512];
    struct {
        uint32_t line, column;
        char field[32]; /* empty in a list's entry */
        bool mapping;
    } frame[PL_COMPLAINT_FRAMES];
    unsigned frames;
    char field[32];   /* the innermost key */
    char section[32]; /* the outermost key */
};

/* A cyaml_log_fn_t whose context is a struct pl_complaint of zeros. */
void pl_complaint_log(cyaml_log_t level, void *complaint, const char *format, va_list args);

/* Fill the error; answers false. */
bool pl_complaint_tell(const struct pl_complaint *c, const struct pl_places *places, bool drop_in,
                       struct pl_error *error);

#endif
