/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts of a TLS handshake to findings: the rows of the family TLS.
 *
 * A check is seen only when the half that it reads is complete; what the server chose is not known
 * from a HelloRetryRequest, nor a suite that nobody assigned.  GREASE never reaches the facts.
 * Which half the fault is of decides which half is asked:
 *
 *   the client's   client-max-old, sni-missing, pq-not-offered
 *   the server's   version-10-11, version-12, the suites, compression
 *   both           ems-missing, pq-not-negotiated (offered and not taken)
 *   either         version-ssl: chosen, or nothing better offered
 */
#ifndef PL_CHECK_TLS_H
#define PL_CHECK_TLS_H

#include "../read/tls/facts.h"
#include "catalogue.h"

PL_INLINE void pl_found_tls(struct pl_findings *o, uint64_t mask, bool failed)
{
    pl_found(o, PL_FAMILY_TLS, mask, failed);
}

PL_INLINE void pl_check_tls_version(const struct pl_tls_facts *f, struct pl_findings *o)
{
    bool only_ssl = f->client_hello && f->max_version <= PL_SSL3;

    if (f->server_hello || only_ssl)
        pl_found_tls(o, PL_MASK(tls_version_ssl),
                     only_ssl || (f->server_hello && f->version <= PL_SSL3));
    if (f->client_hello)
        pl_found_tls(o, PL_MASK(tls_client_max_old), f->max_version <= PL_TLS11);
    if (!f->server_hello)
        return;
    pl_found_tls(o, PL_MASK(tls_version_10_11), f->version == PL_TLS10 || f->version == PL_TLS11);
    pl_found_tls(o, PL_MASK(tls_version_12), f->version == PL_TLS12);
}

PL_INLINE void pl_check_tls_suite(const struct pl_tls_facts *f, struct pl_findings *o)
{
    uint32_t class = f->suite_class, worst = PL_SUITE_NULL | PL_SUITE_ANON | PL_SUITE_EXPORT;

    if (!f->server_hello || class & PL_SUITE_UNKNOWN)
        return;
    pl_found_tls(o, PL_MASK(tls_cipher_null_anon_export), class & worst);
    pl_found_tls(o, PL_MASK(tls_cipher_rc4), class & PL_SUITE_RC4);
    pl_found_tls(o, PL_MASK(tls_cipher_64bit_block), class & PL_SUITE_BLOCK64);
    pl_found_tls(o, PL_MASK(tls_kex_static), class & PL_SUITE_KEX_STATIC);
    pl_found_tls(o, PL_MASK(tls_kex_dhe), class & PL_SUITE_KEX_DHE);
    pl_found_tls(o, PL_MASK(tls_cipher_cbc_sha1), class & PL_SUITE_CBC_SHA1);
}

/* What the rest of a ServerHello says.  TLS 1.3 has neither compression nor this extension, SSL 3
 * has no extended master secret (RFC 7627, 5.2 and 5.4). */
PL_INLINE void pl_check_tls_extensions(const struct pl_tls_facts *f, struct pl_findings *o)
{
    if (!f->server_hello || !f->server_extensions_known || f->version > PL_TLS12)
        return;
    if (f->version >= PL_SSL3)
        pl_found_tls(o, PL_MASK(tls_compression), f->server_compression);
    if (f->version >= PL_TLS10 && f->client_hello && f->ems)
        pl_found_tls(o, PL_MASK(tls_ems_missing), !f->server_ems);
}

/* Only web servers are known to need a name, so only port 443 is asked; a client that hides its
 * name (ECH) and shows none outside is not judged. */
PL_INLINE void pl_check_tls_name(const struct pl_tls_facts *f, struct pl_findings *o)
{
    if (f->client_hello && f->server_port_hint == 443 && (f->sni_sent || !f->ech))
        pl_found_tls(o, PL_MASK(tls_sni_missing), !f->sni_sent);
}

/* Up to TLS 1.2 there is no post-quantum group; in TLS 1.3 a missing group means that it is not
 * known, or that an earlier session was resumed without a key exchange. */
PL_INLINE void pl_check_tls_pq(const struct pl_tls_facts *f, struct pl_findings *o)
{
    bool offered = f->groups & PL_GROUPS_PQ;

    if (!f->client_hello)
        return;
    pl_found_tls(o, PL_MASK(tls_pq_not_offered), !offered);
    if (offered && f->server_hello && (f->version <= PL_TLS12 || f->group != 0))
        pl_found_tls(o, PL_MASK(tls_pq_not_negotiated), !(f->group_class & PL_GROUPS_PQ));
}

/* Adds the findings of the family TLS to what is there. */
PL_INLINE void pl_check_tls(const struct pl_tls_facts *f, struct pl_findings *o)
{
    pl_check_tls_version(f, o);
    pl_check_tls_suite(f, o);
    pl_check_tls_extensions(f, o);
    pl_check_tls_name(f, o);
    pl_check_tls_pq(f, o);
}

#endif
