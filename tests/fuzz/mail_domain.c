/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts that mail domains publish: a byte chooses how the rest is cut into strings.  However it
 * is cut, the facts are those of the whole text. */
#include "common/check/mail_domain.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 2048 };

static void read_all(struct pl_mail_domain_facts *m, struct pl_txt t)
{
    memset(m, 0, sizeof(*m));
    m->spf_records = pl_spf_read(&m->spf, t);
    m->dmarc_records = pl_dmarc_read(&m->dmarc, t);
    (void)pl_dkim_read(&m->dkim, t);
    m->sts_records = pl_mta_sts_read(&m->sts, t);
    m->rpt_records = pl_tlsrpt_read(&m->rpt, t);
}

/* Strings of at most so many bytes, in memory of their own. */
static void read_cut(struct pl_mail_domain_facts *m, const uint8_t *text, size_t len, size_t most)
{
    uint8_t *cut = malloc(2 * len + 1);
    uint32_t at = 0;

    if (!cut)
        abort();
    while (len) {
        size_t n = len < most ? len : most;
        cut[at++] = (uint8_t)n;
        memcpy(cut + at, text, n);
        at += (uint32_t)n;
        text += n;
        len -= n;
    }
    read_all(m, pl_txt(pl_view(cut, at)));
    free(cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_mail_domain_facts whole, cut;
    struct pl_findings f = {0};
    struct pl_view body;

    if (size < 1 || size > TEXT_MAX)
        return 0;
    body = pl_view(data + 1, (uint32_t)size - 1);
    read_all(&whole, pl_txt_plain(body));
    read_cut(&cut, data + 1, size - 1, data[0] ? data[0] : 1);
    if (memcmp(&whole, &cut, sizeof(whole)) != 0)
        abort();
    read_all(&cut, pl_txt(body)); /* lengths that lie */
    pl_mta_sts_policy(&whole.policy, body);
    (void)pl_mta_sts_lists(body, (const uint8_t *)"mail.example.net", 16);
    pl_tlsa_add(&whole.tlsa, body);
    whole.policy_got = whole.policy_lists = PL_KNOWN_RIGHT;
    pl_check_mail_domain(&whole, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        if (f.failed[i] & ~f.seen[i])
            abort();
    return 0;
}
