/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The expensive half of common/user/certificate.h: parse a chain and verify its path.  The result
 * depends on the bytes and the trust store alone, neither on the name nor on the time.
 */
#ifndef PL_USER_CERTIFICATE_PATH_H
#define PL_USER_CERTIFICATE_PATH_H

#include "certificate_der.h"
#include "trust.h"
#include "../read/cert.h"

enum { PL_CERTIFICATES_MAX = 16, PL_CERTIFICATES_BYTES = 65536 };

struct pl_certificate_bytes {
    const uint8_t *der;
    size_t len;
};

struct pl_certificate_path {
    struct pl_cert_facts facts;
    struct pl_der_item san;                    /* the leaf's GeneralNames */
    int64_t inner_not_before, inner_not_after; /* when all intermediates on the path are valid */
};

/* chain[0] is the leaf; the others come in any order.  count is at least 1 and at most
 * PL_CERTIFICATES_MAX; cut: there were more.  trust may be NULL: the path is not judged. */
void pl_certificate_path(const struct pl_trust *trust, const struct pl_certificate_bytes *chain,
                         size_t count, bool cut, struct pl_certificate_path *path);

/* Whether a trusted chain has a path without an expired intermediate at that time; the leaf's and
 * the root's own times are left out of it. */
bool pl_certificate_path_valid_at(const struct pl_trust *trust,
                                  const struct pl_certificate_bytes *chain, size_t count,
                                  int64_t unix_s) PL_MUST_USE;

#endif
