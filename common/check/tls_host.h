/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of the family TLS that need more than the bytes of a connection:
 *
 *   tls-sni-not-resolved        seen when the client showed a name (no ECH) and its questions to
 * our resolver are known: a client that asks elsewhere has none tls-hello-split-intolerant  seen
 * when a probe's whole hello was answered; failed when the same hello in two segments was not
 */
#ifndef PL_CHECK_TLS_HOST_H
#define PL_CHECK_TLS_HOST_H

#include "../read/tls/facts.h"
#include "../read/tls/host.h"
#include "catalogue.h"

PL_INLINE void pl_check_tls_host(const struct pl_tls_facts *tls,
                                 const struct pl_tls_host_facts *host, struct pl_findings *f)
{
    if (tls->client_hello && tls->sni_len && !tls->ech && host->questions_known)
        pl_found(f, PL_FAMILY_TLS, PL_MASK(tls_sni_not_resolved), !host->resolved);
    if (host->probe_done && host->probed_whole)
        pl_found(f, PL_FAMILY_TLS, PL_MASK(tls_hello_split_intolerant), !host->probed_split);
}

#endif
