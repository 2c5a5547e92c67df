/* SPDX-License-Identifier: BSD-2-Clause */
/* Each DNS message is judged by itself: a flow asks for many domains. */
#include "facts.h"

#include "common/check/dns.h"
#include "common/check/mail_domain.h"

void dns_judge(struct flow *f, const struct pl_dns *d, struct pl_view message, uint64_t time_ns)
{
    struct pl_mail_domain_facts mail = {0};

    pl_check_dns(&d->facts, &f->findings);
    pl_check_dns_at(&d->facts, time_ns / 1000000000u, &f->findings);
    pl_mail_domain_answer(&mail, d, message);
    pl_check_mail_domain(&mail, &f->findings);
}
