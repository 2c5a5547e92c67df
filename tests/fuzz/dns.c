/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS messages of one flow: a byte chooses the port, the rest are messages, each behind its length
 * in two bytes.  A message cut short is malformed or, marked as truncated, says nothing. */
#include "common/check/dns.h"
#include "common/check/mail_domain.h"

#include <stdlib.h>
#include <string.h>

static const uint16_t ports[] = {53, 5353, 5355, 4000};

/* In memory of its own, so that a read behind the end is seen. */
static enum pl_outcome feed(struct pl_dns *d, const uint8_t *bytes, uint32_t len, uint16_t port,
                            struct pl_findings *f)
{
    struct pl_mail_domain_facts mail = {0};
    uint8_t *copy = malloc(len ? len : 1);
    enum pl_outcome outcome;

    if (!copy)
        abort();
    memcpy(copy, bytes, len);
    outcome = pl_dns_read(d, pl_view(copy, len), port);
    if (outcome != PL_MALFORMED) {
        pl_check_dns(&d->facts, f);
        pl_check_dns_at(&d->facts, 1750000000, f);
        pl_mail_domain_answer(&mail, d, pl_view(copy, len));
        pl_check_mail_domain(&mail, f);
    }
    free(copy);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_dns d = {0};
    struct pl_findings f = {0};
    uint16_t port;

    if (size < 3)
        return 0;
    port = ports[data[0] % PL_COUNT(ports)];
    for (size_t at = 1; at + 2 < size;) {
        size_t len = pl_be16(data + at);
        struct pl_dns before = d;
        at += 2;
        len = len < size - at ? len : size - at;
        if (feed(&d, data + at, (uint32_t)len, port, &f) == PL_MALFORMED &&
            memcmp(&before, &d, sizeof(d)) != 0)
            abort(); /* what is malformed changes nothing */
        at += len;
    }
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        if (f.failed[i] & ~f.seen[i])
            abort();
    return 0;
}
