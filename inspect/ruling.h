/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the policy says of a flow: the same decision as at every other point, at the time of the
 * flow.  Without a policy everything that failed is flagged.
 */
#ifndef PL_INSPECT_RULING_H
#define PL_INSPECT_RULING_H

#include "common/user/compile.h"

struct ruling {
    struct pl_policy policy;
    struct pl_image compiled; /* of policy; else lines is a mapped image */
    struct pl_lines lines;
    struct pl_image_head head;
    bool from_policy, ready;
};

/* Whom it is about. */
struct ruling_parties {
    struct pl_addr client, server;
    const uint8_t *name; /* of the server, lower case; NULL: not known */
    uint32_t name_len;
    uint64_t time_s;
};

/* policy: YAML; image: what a point maps; both NULL: no policy. */
bool ruling_open(struct ruling *r, const char *policy, const char *image,
                 struct pl_error *error) PL_MUST_USE;
void ruling_close(struct ruling *r);

/* destination-listed is added to the findings here. */
void ruling_judge(const struct ruling *r, const struct ruling_parties *who, struct pl_findings *f,
                  struct pl_verdict *v);

#endif
