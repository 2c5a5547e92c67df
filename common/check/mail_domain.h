/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mail family, of what a domain says in the DNS: facts to findings.
 *
 * "Missing" is said only of what was asked for.  Where several rows could tell of one fault, one of
 * them does: a domain whose TLSA records are all of no use has its own row and is not told to have
 * none, a record that lets everybody send is not also too permissive, and what a broken record says
 * is not judged.
 *
 *   spf-permissive   of a record with "all", or with neither "all" nor redirect; not of records
 *                    that are made to be included, whose "all" counts for nobody (RFC 7208, 5.2)
 *   spf-broken       passed only by a record whose includes are known, or that has none
 */
#ifndef PL_CHECK_MAIL_DOMAIN_H
#define PL_CHECK_MAIL_DOMAIN_H

#include "catalogue.h"
#include "../read/dns/mail_domain.h"

enum {
    PL_SPF_LOOKUPS_MAX = 10, /* RFC 7208, 4.6.4 */
    PL_SPF_VOIDS_MAX = 2,
    PL_DKIM_BITS_LEAST = 1024, /* RFC 8301, 3.2 */
    PL_DKIM_BITS_GOOD = 2048,
    PL_MTA_STS_AGE_LEAST_S = 86400,
    PL_MTA_STS_TEST_DAYS = 90
};

/* Senders that use DANE would use it here. */
PL_INLINE bool pl_mail_domain_dane(const struct pl_mail_domain_facts *m)
{
    return m->tlsa_asked && m->secure == PL_KNOWN_RIGHT && m->tlsa.usable > 0;
}

PL_INLINE bool pl_mail_domain_enforced(const struct pl_mail_domain_facts *m)
{
    return m->policy_got == PL_KNOWN_RIGHT && m->policy.sound &&
           m->policy.mode == PL_MTA_STS_ENFORCE && m->policy_lists == PL_KNOWN_RIGHT;
}

PL_INLINE void pl_check_mail_dane(const struct pl_mail_domain_facts *m, struct pl_findings *f)
{
    bool dane = pl_mail_domain_dane(m);

    if (m->starttls && (dane || pl_mail_domain_enforced(m)))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(smtp_starttls_stripped), m->starttls == PL_KNOWN_WRONG);
    if (m->tlsa_asked && m->secure == PL_KNOWN_RIGHT && (m->tlsa.records == 0 || dane))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(smtp_dane_missing), !dane);
    if (dane && m->tlsa_fits)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(smtp_dane_mismatch), m->tlsa_fits == PL_KNOWN_WRONG);
    if (m->tlsa_asked && m->tlsa.records)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(dane_usage_unusable), m->tlsa.usable == 0);
}

/* The policy as it was fetched, for a domain whose record announces one. */
PL_INLINE void pl_check_mta_sts_policy(const struct pl_mail_domain_facts *m, struct pl_findings *f)
{
    const struct pl_mta_sts_policy *p = &m->policy;
    bool got = m->policy_got == PL_KNOWN_RIGHT, wrong;

    wrong = m->sts.broken || m->sts_records > 1 || !got || !p->sound ||
            p->mode == PL_MTA_STS_NONE || p->max_age_s < PL_MTA_STS_AGE_LEAST_S ||
            m->policy_lists == PL_KNOWN_WRONG;
    if (wrong || m->policy_lists)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(mta_sts_invalid), wrong);
    if (got && p->sound && p->mode != PL_MTA_STS_NONE)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(mta_sts_testing),
                 p->mode == PL_MTA_STS_TESTING && m->testing_days > PL_MTA_STS_TEST_DAYS);
}

PL_INLINE void pl_check_mta_sts(const struct pl_mail_domain_facts *m, struct pl_findings *f)
{
    bool dane = pl_mail_domain_dane(m);

    if (m->sts_asked && m->tlsa_asked && !dane && m->mx == PL_KNOWN_RIGHT)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(mta_sts_missing), m->sts_records == 0);
    if (m->sts_records && m->policy_got)
        pl_check_mta_sts_policy(m, f);
    if (m->rpt_asked && m->mx == PL_KNOWN_RIGHT && (dane || m->sts_records))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(tlsrpt_missing), m->rpt_records == 0);
}

PL_INLINE bool pl_spf_wrong(const struct pl_mail_domain_facts *m)
{
    return m->spf.broken || m->spf_records > 1 || m->spf.lookups > PL_SPF_LOOKUPS_MAX ||
           (m->spf_whole && m->spf_voids > PL_SPF_VOIDS_MAX);
}

PL_INLINE void pl_check_spf(const struct pl_mail_domain_facts *m, struct pl_findings *f)
{
    const struct pl_spf *s = &m->spf;
    bool wrong = pl_spf_wrong(m), ends = s->all || !s->redirect;

    if (m->spf_asked && (m->mx == PL_KNOWN_RIGHT || m->sender))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(spf_missing), m->spf_records == 0);
    if (m->spf_records == 0)
        return;
    if (wrong || m->spf_whole || s->followed == 0)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(spf_broken), wrong);
    if (s->broken || m->spf_records > 1)
        return;
    pl_found(f, PL_FAMILY_MAIL, PL_MASK(spf_pass_all), s->everyone);
    if (ends && !s->everyone && !m->spf_included)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(spf_permissive),
                 s->all == PL_SPF_UNSET || s->all == PL_SPF_NEUTRAL || s->all == PL_SPF_PASS);
}

PL_INLINE void pl_check_dmarc(const struct pl_mail_domain_facts *m, struct pl_findings *f)
{
    const struct pl_dmarc *d = &m->dmarc;
    bool wrong = d->broken || m->dmarc_records > 1 || m->dmarc_external == PL_KNOWN_WRONG;

    if (m->dmarc_asked && (m->mx == PL_KNOWN_RIGHT || m->sender))
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(dmarc_missing), m->dmarc_records == 0);
    if (m->dmarc_records == 0)
        return;
    pl_found(f, PL_FAMILY_MAIL, PL_MASK(dmarc_broken), wrong);
    if (d->version && d->p != PL_DMARC_WRONG && m->dmarc_records == 1)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(dmarc_policy_none),
                 pl_dmarc_effective(d) == PL_DMARC_NONE);
}

/* A key that was taken back is none; one of an unknown kind is nobody's fault here. */
PL_INLINE void pl_check_dkim(const struct pl_dkim *k, struct pl_findings *f)
{
    bool rsa = k->kind == PL_DKIM_RSA, weak;

    if (!k->seen || k->revoked || k->broken || k->kind == PL_DKIM_OTHER)
        return;
    weak = (rsa && k->bits < PL_DKIM_BITS_LEAST) || (k->sha1 && !k->other) || k->testing;
    pl_found(f, PL_FAMILY_MAIL, PL_MASK(dkim_key_weak), weak);
    if (!rsa || k->bits >= PL_DKIM_BITS_LEAST)
        pl_found(f, PL_FAMILY_MAIL, PL_MASK(dkim_key_phase_out),
                 rsa && k->bits < PL_DKIM_BITS_GOOD);
}

PL_INLINE void pl_check_mail_domain(const struct pl_mail_domain_facts *m, struct pl_findings *f)
{
    pl_check_mail_dane(m, f);
    pl_check_mta_sts(m, f);
    pl_check_spf(m, f);
    pl_check_dmarc(m, f);
    pl_check_dkim(&m->dkim, f);
}

#endif
