/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic-version-old: seen when a packet bore a version that somebody has: neither negotiation nor
 * one that is sent so that servers learn to refuse it.  A version that this project does not know
 * may be newer than it and is not judged.  What the hellos inside say is judged by tls.h.
 */
#ifndef PL_CHECK_QUIC_H
#define PL_CHECK_QUIC_H

#include "../read/quic.h"
#include "catalogue.h"

PL_INLINE void pl_check_quic(const struct pl_quic_facts *f, struct pl_findings *o)
{
    for (uint32_t i = 0; i < f->versions && i < PL_QUIC_VERSIONS; i++) {
        enum pl_quic_kind kind = pl_quic_kind(f->version[i]);

        if (kind == PL_QUIC_CURRENT || kind == PL_QUIC_OLD)
            pl_found(o, PL_FAMILY_TLS, PL_MASK(quic_version_old), kind == PL_QUIC_OLD);
    }
}

#endif
