/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts of a TLS handshake to findings: the rows of the family TLS that a handshake shows.
 *
 * A check is seen only when the half that it reads is complete; what the server chose is not known
 * from a HelloRetryRequest, nor a suite that nobody assigned.  GREASE never reaches the facts.
 * Which half the fault is of decides which half is asked:
 *
 *   the client's   client-max-old, client-offers-old, client-sigalg-weak, sni-missing,
 * 0rtt-offered, pq-not-offered the server's   version-10-11, version-12, the suites, the groups,
 * compression, the key exchange and its signature, h2-prohibited-suite both           ems-missing,
 * reneg-insecure, pq-not-negotiated (offered and not taken), downgrade-sentinel either version-ssl:
 * chosen, or nothing better offered, or SSL 2's form of a hello; pq-draft-group: offered or chosen
 *
 * Facts of DTLS are judged by the same rows but for those that name SSL and TLS 1.0 and 1.1.
 */
#ifndef PL_CHECK_TLS_H
#define PL_CHECK_TLS_H

#include "../read/tls/exchange.h"
#include "catalogue.h"
#include "level.h"

PL_INLINE void pl_found_tls(struct pl_findings *o, uint64_t mask, bool failed)
{
    pl_found(o, PL_FAMILY_TLS, mask, failed);
}

/* A client that begins with SSL 2's hello still speaks it (RFC 6176, 3), whatever is chosen. */
PL_INLINE void pl_check_tls_version(const struct pl_tls_facts *f, struct pl_findings *o)
{
    bool ssl = f->client_hello && (f->sslv2 || f->max_version <= PL_SSL3);

    if (f->client_hello)
        pl_found_tls(o, PL_MASK(tls_client_max_old), f->max_version <= PL_TLS11);
    if (f->dtls) /* whose versions are its own row; RFC 9851 is not about it */
        return;
    if (f->server_hello || ssl)
        pl_found_tls(o, PL_MASK(tls_version_ssl),
                     ssl || (f->server_hello && f->version <= PL_SSL3));
    if (!f->server_hello)
        return;
    pl_found_tls(o, PL_MASK(tls_version_10_11), f->version == PL_TLS10 || f->version == PL_TLS11);
    pl_found_tls(o, PL_MASK(tls_version_12), f->version == PL_TLS12);
}

/* What a client of TLS 1.2 or newer still offers beside it.  Without supported_versions nobody
 * knows the oldest version that it would take. */
PL_INLINE void pl_check_tls_offer(const struct pl_tls_facts *f, struct pl_findings *o)
{
    bool only_13 = f->min_version >= PL_TLS13;

    if (!f->client_hello || f->max_version < PL_TLS12)
        return;
    if (f->min_version || f->sslv2)
        pl_found_tls(o, PL_MASK(tls_client_offers_old), f->sslv2 || f->min_version <= PL_TLS11);
    if (f->max_version >= PL_TLS13)
        pl_found_tls(o, PL_MASK(tls_0rtt_offered), f->early_data);
    if (f->sig_hashes && !only_13) /* RFC 9155 is about TLS 1.2 */
        pl_found_tls(o, PL_MASK(tls_client_sigalg_weak),
                     f->sig_hashes & (PL_SIG_MD5 | PL_SIG_SHA1));
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
    pl_found_tls(o, PL_MASK(tls_cipher_ccm8), class & PL_SUITE_CCM8);
    pl_found_tls(o, PL_MASK(tls_cipher_phase_out), pl_level_suite(f->suite) == PL_LEVEL_PHASE_OUT);
}

/* RFC 9113, appendix A: all suites of its time without an ephemeral key exchange, without AEAD or
 * without a signature.  Newer suites are not prohibited by it, nor are the 56-bit export suites,
 * which were never assigned. */
PL_INLINE bool pl_suite_h2_prohibited(uint16_t suite)
{
    uint32_t class = pl_suite_class(suite), how = pl_suite_exchange(suite);
    bool listed = suite <= 0x00c5 || (suite >= 0xc001 && suite <= 0xc0af);

    if (!listed || class & PL_SUITE_UNKNOWN || (suite >= 0x0060 && suite <= 0x0066))
        return false;
    return !(class & PL_SUITE_AEAD) || class & PL_SUITE_ANON ||
           !(how & (PL_EXCHANGE_DHE | PL_EXCHANGE_ECDHE));
}

/* What the rest of a ServerHello up to TLS 1.2 says.  TLS 1.3 has neither compression nor these
 * extensions, SSL 3 has no extended master secret (RFC 7627, 5.2 and 5.4). */
PL_INLINE void pl_check_tls_extensions(const struct pl_tls_facts *f, struct pl_findings *o)
{
    if (!f->server_hello || !f->server_extensions_known || f->version > PL_TLS12 ||
        f->version < PL_SSL3)
        return;
    pl_found_tls(o, PL_MASK(tls_compression), f->server_compression);
    if (f->version >= PL_TLS10 && f->client_hello && f->ems)
        pl_found_tls(o, PL_MASK(tls_ems_missing), !f->server_ems);
    if (f->client_hello && f->reneg_info)
        pl_found_tls(o, PL_MASK(tls_reneg_insecure), !f->server_reneg_info);
    if (f->version == PL_TLS12 && f->server_alpn & PL_ALPN_H2 && f->suite_class != PL_SUITE_UNKNOWN)
        pl_found_tls(o, PL_MASK(tls_h2_prohibited_suite), pl_suite_h2_prohibited(f->suite));
}

/* The server marks in its random that it could do better than it was asked for.  A client of TLS
 * 1.2 looks for the older mark only (RFC 8446, 4.1.3). */
PL_INLINE void pl_check_tls_downgrade(const struct pl_tls_facts *f, struct pl_findings *o)
{
    bool from_13 = f->max_version >= PL_TLS13 && f->version <= PL_TLS12;
    bool from_12 = f->max_version == PL_TLS12 && f->version <= PL_TLS11;

    if (f->client_hello && f->server_hello && f->server_extensions_known && (from_13 || from_12))
        pl_found_tls(o, PL_MASK(tls_downgrade_sentinel),
                     f->downgrade == PL_DOWNGRADE_TO_TLS11 || (from_13 && f->downgrade));
}

/* How the keys are exchanged and signed.  A resumed session has neither a group nor a signature,
 * and a group of DHE that is none of RFC 7919 has no number. */
PL_INLINE void pl_check_tls_exchange(const struct pl_tls_facts *f, struct pl_findings *o)
{
    enum pl_level group = pl_level_group(f->group);

    if (!f->server_hello)
        return;
    if (group != PL_LEVEL_UNKNOWN) {
        pl_found_tls(o, PL_MASK(tls_group_weak), group == PL_LEVEL_INSUFFICIENT);
        pl_found_tls(o, PL_MASK(tls_group_phase_out), group == PL_LEVEL_PHASE_OUT);
    }
    if (f->dh_bits) {
        pl_found_tls(o, PL_MASK(tls_dh_group_weak), f->dh_bits < 2048);
        pl_found_tls(o, PL_MASK(tls_dh_group_unnamed), f->group == 0);
    }
    if (f->ske_hash) {
        pl_found_tls(o, PL_MASK(tls_ske_hash_weak), f->ske_hash & (PL_SIG_MD5 | PL_SIG_SHA1));
        pl_found_tls(o, PL_MASK(tls_ske_hash_phase_out), f->ske_hash & PL_SIG_SHA224);
    }
}

/* Only web servers are known to need a name, so only port 443 is asked, and not of DTLS, which
 * carries media there; a client that hides its name (ECH) and shows none outside is not judged. */
PL_INLINE void pl_check_tls_name(const struct pl_tls_facts *f, struct pl_findings *o)
{
    bool hidden = f->ech && !f->sni_sent;

    if (f->client_hello && f->server_port_hint == 443 && !f->dtls && !hidden)
        pl_found_tls(o, PL_MASK(tls_sni_missing), !f->sni_sent);
}

/* Up to TLS 1.2 there is no post-quantum group; in TLS 1.3 a missing group means that it is not
 * known, or that an earlier session was resumed without a key exchange. */
PL_INLINE void pl_check_tls_pq(const struct pl_tls_facts *f, struct pl_findings *o)
{
    uint32_t offered = f->client_hello ? f->groups | f->key_shares : 0;
    uint32_t chosen = f->server_hello ? f->group_class : 0;

    if (f->client_hello && !f->dtls) /* for DTLS there is no such advice yet */
        pl_found_tls(o, PL_MASK(tls_pq_not_offered), !(f->groups & PL_GROUPS_PQ));
    if (f->groups & PL_GROUPS_PQ && f->client_hello && f->server_hello &&
        (f->version <= PL_TLS12 || f->group != 0))
        pl_found_tls(o, PL_MASK(tls_pq_not_negotiated), !(chosen & PL_GROUPS_PQ));
    if (offered | chosen)
        pl_found_tls(o, PL_MASK(tls_pq_draft_group), (offered | chosen) & PL_GROUP_PQ_DRAFT);
}

/* Adds the findings of the family TLS to what is there. */
PL_INLINE void pl_check_tls(const struct pl_tls_facts *f, struct pl_findings *o)
{
    pl_check_tls_version(f, o);
    pl_check_tls_offer(f, o);
    pl_check_tls_suite(f, o);
    pl_check_tls_extensions(f, o);
    pl_check_tls_downgrade(f, o);
    pl_check_tls_exchange(f, o);
    pl_check_tls_name(f, o);
    pl_check_tls_pq(f, o);
}

#endif
