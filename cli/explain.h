/* SPDX-License-Identifier: BSD-2-Clause */
/* One question to the policy, and all of its answer. */
#ifndef PL_CLI_EXPLAIN_H
#define PL_CLI_EXPLAIN_H

#include "common/user/compile.h"

#include <jansson.h>

struct explain_question {
    const char *client_text, *to; /* as they were typed */
    const char *policy, *image;   /* one of them, or none: the default policy */
    struct pl_addr client, to_addr;
    bool to_is_addr;
    uint8_t name[PL_NAME_MAX], name_len; /* normal form, when it is a name */
    struct pl_findings findings;
    uint64_t at_s;
};

/* Why a group or a class was found: the prefix or name of the list, and where it is listed.
 * Empty when the policy is not at hand or nothing was found. */
struct explain_by {
    char text[PL_NAME_MAX + 1];
    struct pl_place place;
};

struct explain_answer {
    struct pl_lines lines;
    struct pl_image_head head;
    struct pl_image compiled; /* of the policy; else lines are mapped from the image */
    struct pl_policy policy;
    bool has_policy;
    json_t *text;
    uint32_t cell;
    uint16_t group, class;
    struct explain_by group_by, class_by;
    struct pl_verdict verdict;
};

bool explain_find(const struct explain_question *q, struct explain_answer *a,
                  struct pl_error *error) PL_MUST_USE;
void explain_free(struct explain_answer *a);

/* What the verdict says of one failed check, and the origin that said it; NULL: nothing did. */
enum pl_action explain_action(const struct explain_answer *a, const struct pl_check_row *row);
const json_t *explain_origin(const struct explain_answer *a, const struct pl_check_row *row);

const char *explain_group(const struct explain_answer *a);
const char *explain_class(const struct explain_answer *a);

void explain_print(const struct explain_question *q, const struct explain_answer *a);
bool explain_print_json(const struct explain_question *q, const struct explain_answer *a);

#endif
