/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts of a server's certificates to findings: the rows of the family CERT.
 *
 * A check is seen only when what it reads is known: the time, the name, a trust store.  Where the
 * client knows its server by something else than a name (SMTP between servers, DTLS-SRTP), the rows
 * about name, path, time and revocation are not seen; those about key and hash are.
 *
 * Keys and hashes have the levels of the NCSC-NL TLS guidelines (level.h).  Post-quantum keys are
 * not listed yet and an algorithm that is unknown here cannot be graded: neither is seen.  Roots
 * are not graded: nobody checks what they sign themselves with.  A phase-out is judged at the leaf
 * alone, since that is what the operator of the server chooses; what is insufficient counts on the
 * whole path.
 */
#ifndef PL_CHECK_CERT_H
#define PL_CHECK_CERT_H

#include "../read/cert.h"
#include "catalogue.h"
#include "level.h"

enum {
    PL_CERT_DAY_S = 86400,
    PL_CERT_CLOCK_S = 300,           /* clocks differ */
    PL_CERT_CLOCK_SET_S = 788918400, /* 1995: what is before was said by a clock that nobody set */
    PL_CERT_RENEW_DAYS = 14,
    PL_CERT_MONTH_DAYS = 31 /* the longest: where a limit is in months, nobody is accused wrongly */
};

PL_INLINE enum pl_level pl_cert_key_level(enum pl_cert_key key, uint16_t group, uint32_t bits)
{
    switch (key) {
    case PL_CERT_KEY_RSA:
        return pl_level_rsa(bits);
    case PL_CERT_KEY_EC:
        return pl_level_group(group);
    case PL_CERT_KEY_DSA:
        return PL_LEVEL_INSUFFICIENT;
    case PL_CERT_KEY_ED25519:
    case PL_CERT_KEY_ED448:
        return PL_LEVEL_SUFFICIENT;
    default:
        return PL_LEVEL_UNKNOWN;
    }
}

/* For how long it is valid, the last second included (RFC 5280, 4.1.2.5). */
PL_INLINE int64_t pl_cert_lifetime_s(const struct pl_cert_facts *f)
{
    return f->not_after - f->not_before + 1;
}

/* The limit that was in force for public CAs at that time (Baseline Requirements 6.3.2, SC-081v3);
 * 0: not judged. */
PL_INLINE int64_t pl_cert_limit_days(int64_t not_before)
{
    if (not_before >= 1868227200) /* 2029-03-15 */
        return 47;
    if (not_before >= 1805068800) /* 2027-03-15 */
        return 100;
    if (not_before >= 1773532800) /* 2026-03-15 */
        return 200;
    if (not_before >= 1598918400) /* 2020-09-01 */
        return 398;
    if (not_before >= 1519862400) /* 2018-03-01 */
        return 825;
    if (not_before >= 1427846400) /* 2015-04-01: 39 months, which are 1188 days at most */
        return 1188;
    return 0;
}

/* How many embedded SCTs the browsers' policies ask of a certificate; 0: not asked yet. */
PL_INLINE uint32_t pl_cert_scts_wanted(const struct pl_cert_facts *f)
{
    int64_t lifetime = pl_cert_lifetime_s(f), month = PL_CERT_MONTH_DAYS * PL_CERT_DAY_S;

    if (f->not_before >= 1649980800) /* 2022-04-15 */
        return lifetime > (int64_t)180 * PL_CERT_DAY_S + 1 ? 3 : 2;
    if (f->not_before < 1525132800) /* 2018-05-01 */
        return 0;
    if (lifetime > 39 * month)
        return 5;
    if (lifetime > 27 * month)
        return 4;
    return lifetime >= 15 * month ? 3 : 2;
}

PL_INLINE void pl_found_cert(struct pl_findings *o, uint64_t mask, bool failed)
{
    pl_found(o, PL_FAMILY_CERT, mask, failed);
}

PL_INLINE void pl_check_cert_time(const struct pl_cert_facts *f, struct pl_findings *o)
{
    int64_t left = f->not_after - f->observed_at, renew = PL_CERT_RENEW_DAYS * PL_CERT_DAY_S;
    int64_t third = pl_cert_lifetime_s(f) / 3;
    bool early = f->observed_at < f->not_before - PL_CERT_CLOCK_S;
    bool late = left < -PL_CERT_CLOCK_S;

    if (f->observed_at < PL_CERT_CLOCK_SET_S)
        return;
    pl_found_cert(o, PL_MASK(cert_not_yet_valid), early);
    pl_found_cert(o, PL_MASK(cert_expired), late || f->inner_expired);
    if (!early && !late)
        pl_found_cert(o, PL_MASK(cert_expiring), left < (third < renew ? third : renew));
}

/* A store knows the roots of its own time: of a chain much older only the good news counts, and
 * what no store changes. */
PL_INLINE void pl_check_cert_path(const struct pl_cert_facts *f, struct pl_findings *o)
{
    bool root = f->chain == PL_CERT_CHAIN_ROOT, incomplete = f->chain == PL_CERT_CHAIN_INCOMPLETE;

    if (f->chain == PL_CERT_CHAIN_UNKNOWN)
        return;
    pl_found_cert(o, PL_MASK(cert_untrusted_self_signed), f->chain == PL_CERT_CHAIN_SELF_SIGNED);
    if (f->before_store && (root || incomplete))
        return;
    pl_found_cert(o, PL_MASK(cert_untrusted_incomplete), incomplete);
    pl_found_cert(o, PL_MASK(cert_untrusted_root), root || f->chain == PL_CERT_CHAIN_BROKEN);
}

PL_INLINE void pl_check_cert_revocation(const struct pl_cert_facts *f, struct pl_findings *o)
{
    bool missing = f->staple == PL_CERT_STAPLE_NONE && f->must_staple;

    if (f->revocation != PL_CERT_REVOCATION_UNKNOWN)
        pl_found_cert(o, PL_MASK(cert_revoked), f->revocation == PL_CERT_REVOCATION_REVOKED);
    if (missing || f->staple >= PL_CERT_STAPLE_VALID)
        pl_found_cert(o, PL_MASK(cert_staple_invalid),
                      missing || f->staple == PL_CERT_STAPLE_INVALID);
}

PL_INLINE void pl_check_cert_strength(const struct pl_cert_facts *f, struct pl_findings *o)
{
    enum pl_level key = pl_cert_key_level(f->key, f->group, f->key_bits);
    enum pl_level inner = pl_level_hash(f->inner_hash);
    enum pl_level hash = pl_level_hash(f->leaf_hash);

    if (key != PL_LEVEL_UNKNOWN || f->inner_weak_key)
        pl_found_cert(o, PL_MASK(cert_key_weak), key == PL_LEVEL_INSUFFICIENT || f->inner_weak_key);
    if (key != PL_LEVEL_UNKNOWN)
        pl_found_cert(o, PL_MASK(cert_key_phase_out), key == PL_LEVEL_PHASE_OUT);
    if (f->use == PL_CERT_USE_FINGERPRINT) /* nobody relies on what signed it */
        return;
    if (hash != PL_LEVEL_UNKNOWN || inner == PL_LEVEL_INSUFFICIENT)
        pl_found_cert(o, PL_MASK(cert_sig_weak),
                      hash == PL_LEVEL_INSUFFICIENT || inner == PL_LEVEL_INSUFFICIENT);
    if (hash != PL_LEVEL_UNKNOWN)
        pl_found_cert(o, PL_MASK(cert_sig_phase_out),
                      hash == PL_LEVEL_PHASE_OUT || inner == PL_LEVEL_PHASE_OUT);
}

/* What only public CAs have promised. */
PL_INLINE void pl_check_cert_public(const struct pl_cert_facts *f, struct pl_findings *o)
{
    int64_t days = pl_cert_limit_days(f->not_before);
    uint32_t scts = pl_cert_scts_wanted(f);

    if (!f->public_root)
        return;
    if (days)
        pl_found_cert(o, PL_MASK(cert_lifetime_too_long),
                      pl_cert_lifetime_s(f) > days * PL_CERT_DAY_S);
    if (scts && (f->scts >= scts || f->scts_other == PL_CERT_SCTS_NONE))
        pl_found_cert(o, PL_MASK(cert_no_sct), f->scts < scts);
}

/* Adds the findings of the family CERT to what is there. */
PL_INLINE void pl_check_cert(const struct pl_cert_facts *f, struct pl_findings *o)
{
    if (!f->seen || f->malformed)
        return;
    pl_check_cert_strength(f, o);
    pl_check_cert_public(f, o);
    if (f->use != PL_CERT_USE_NAMED)
        return;
    pl_check_cert_time(f, o);
    pl_check_cert_path(f, o);
    pl_check_cert_revocation(f, o);
    pl_found_cert(o, PL_MASK(cert_no_san), !f->san);
    if (f->name_known)
        pl_found_cert(o, PL_MASK(cert_name_mismatch), !f->name_matches);
}

#endif
