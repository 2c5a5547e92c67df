/* SPDX-License-Identifier: BSD-2-Clause */
/* The TLS alert that tells best what a refusal means (RFC 8446, 6.2). */
#ifndef PL_ALERT_H
#define PL_ALERT_H

#include "common/check/catalogue.h"

enum pl_alert {
    PL_ALERT_ACCESS_DENIED = 49,
    PL_ALERT_PROTOCOL_VERSION = 70,
    PL_ALERT_INSUFFICIENT_SECURITY = 71
};

#define PL_ALERT_VERSION_CHECKS                                                                    \
    (PL_MASK(tls_version_ssl) | PL_MASK(tls_version_10_11) | PL_MASK(tls_version_12) |             \
     PL_MASK(tls_client_max_old))

/* From the checks that block.  A client whose version is refused has to hear of that before
 * anything else, since it is what its owner can mend. */
PL_INLINE enum pl_alert pl_alert_for(const uint64_t block[PL_FAMILY_COUNT])
{
    if (block[PL_FAMILY_TLS] & PL_ALERT_VERSION_CHECKS)
        return PL_ALERT_PROTOCOL_VERSION;
    return block[PL_FAMILY_TLS] ? PL_ALERT_INSUFFICIENT_SECURITY : PL_ALERT_ACCESS_DENIED;
}

#endif
