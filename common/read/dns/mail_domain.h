/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of a mail domain and of one of its mail hosts.  Plain members; all zero says
 * nothing.  A resolver or a probe that has asked for everything fills them; of one DNS answer that
 * passes, pl_mail_domain_answer() fills what stands in it, and then nothing is ever missing, since
 * nobody asked.
 *
 *   mx         right: the domain has a mail host; wrong: it has none, or refuses mail (RFC 7505)
 *   sender     mail in its name was seen
 *   secure     right: MX record and zone of the host were validated
 *   starttls   of a connection to the host: right: offered; wrong: not offered
 *   tlsa       asked and validated records of _25._tcp of the host; tlsa_fits: its certificate
 *   sts, rpt   records at _mta-sts and _smtp._tls
 *   policy_got right: the policy was fetched with a right certificate; wrong: it was not
 *   policy_lists   right: it names the mail hosts; wrong: one of them not
 *   testing_days   how long the policy has been a test
 *   spf_whole  spf holds the numbers of all includes and redirects, and spf_voids is known
 *   dmarc_external   right: who gets the reports agreed to; wrong: one did not (RFC 9990, 4)
 */
#ifndef PL_READ_DNS_MAIL_DOMAIN_H
#define PL_READ_DNS_MAIL_DOMAIN_H

#include "../packet.h"
#include "dkim.h"
#include "dmarc.h"
#include "message.h"
#include "mta_sts.h"
#include "spf.h"
#include "tlsa.h"
#include "tlsrpt.h"

struct pl_mail_domain_facts {
    uint8_t mx, secure, starttls, tlsa_fits, policy_got, policy_lists; /* enum pl_known */
    uint8_t dmarc_external;
    bool sender;
    bool tlsa_asked, sts_asked, rpt_asked, spf_asked, dmarc_asked; /* the whole answer is known */
    bool spf_whole;
    bool spf_included; /* the record is made to be included by others */
    struct pl_tlsa_set tlsa;
    uint16_t sts_records, rpt_records, spf_records, dmarc_records, spf_voids, testing_days;
    struct pl_mta_sts sts; /* of several records the last */
    struct pl_mta_sts_policy policy;
    struct pl_tlsrpt rpt;
    struct pl_spf spf;
    struct pl_dmarc dmarc;
    struct pl_dkim dkim;
};

PL_INLINE bool pl_mail_domain_begins(const struct pl_dns *d, const char *label, uint32_t len)
{
    bool same = d->name_len > len;

    for (uint32_t i = 0; same && i < len; i++)
        same = pl_lower(d->name[i]) == (uint8_t)label[i];
    return same;
}

/* Whether the label stands in the name with others on both sides of it. */
PL_INLINE bool pl_mail_domain_below(const struct pl_dns *d, const char *label, uint32_t len)
{
    for (uint32_t i = 1; i + len < d->name_len; i++) {
        bool same = true;
        for (uint32_t k = 0; same && k < len; k++)
            same = pl_lower(d->name[i + k]) == (uint8_t)label[k];
        if (same)
            return true;
    }
    return false;
}

/* A name that no mail can come from (RFC 5321, 2.3.5: letters, digits, hyphens), or that by custom
 * holds what others include: spf.example, _spf.example, spf2.example. */
PL_INLINE bool pl_mail_domain_included(const struct pl_dns *d)
{
    uint32_t i = 3;
    bool under = false;

    for (uint32_t k = 0; k < d->name_len; k++)
        under |= d->name[k] == '_';
    while (i < d->name_len && d->name[i & PL_DNS_NAME_MAX] >= '0' &&
           d->name[i & PL_DNS_NAME_MAX] <= '9')
        i++;
    return under || (pl_mail_domain_begins(d, "spf", 3) && d->name[i & PL_DNS_NAME_MAX] == '.');
}

PL_APART void pl_mail_domain_text(struct pl_mail_domain_facts *m, const struct pl_dns *d,
                                  struct pl_txt t)
{
    struct pl_spf spf;

    if (pl_mail_domain_begins(d, "_dmarc.", 7))
        m->dmarc_records += pl_dmarc_read(&m->dmarc, t);
    else if (pl_mail_domain_below(d, "._domainkey.", 12))
        (void)pl_dkim_read(&m->dkim, t);
    else if (pl_mail_domain_begins(d, "_mta-sts.", 9))
        m->sts_records += pl_mta_sts_read(&m->sts, t);
    else if (pl_mail_domain_begins(d, "_smtp._tls.", 11))
        m->rpt_records += pl_tlsrpt_read(&m->rpt, t);
    else if (pl_spf_read(&spf, t)) {
        m->spf = spf;
        m->spf_records++;
    }
}

/* The TXT records of the message that d was read from last.  Fresh facts for each message.  Consent
 * to get reports of others is written as a DMARC record too (RFC 9990, 4) and is passed over. */
PL_INLINE void pl_mail_domain_answer(struct pl_mail_domain_facts *m, const struct pl_dns *d,
                                     struct pl_view message)
{
    struct pl_dns_texts texts = pl_dns_texts(message);
    struct pl_view data;

    if (!d->named || d->type != PL_DNS_TXT || pl_mail_domain_below(d, "._report._dmarc.", 16))
        return;
    while (pl_dns_texts_next(&texts, &data))
        pl_mail_domain_text(m, d, pl_txt(data));
    m->spf_included = pl_mail_domain_included(d);
}

#endif
