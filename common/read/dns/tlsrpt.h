/* SPDX-License-Identifier: BSD-2-Clause */
/* The record at _smtp._tls that asks for reports of TLS that failed (RFC 8460, 3). */
#ifndef PL_READ_DNS_TLSRPT_H
#define PL_READ_DNS_TLSRPT_H

#include "txt.h"

struct pl_tlsrpt {
    bool seen, broken; /* broken: it says nowhere to send a report to */
};

/* False: it is no such record. */
PL_APART bool pl_tlsrpt_read(struct pl_tlsrpt *r, struct pl_txt t)
{
    struct pl_tag tag;
    uint32_t places = 0;

    *r = (struct pl_tlsrpt){0};
    if (!pl_tag_next(&t, &tag) || !pl_tag_named(&tag, "v") ||
        !pl_txt_same(tag.value, tag.value_len, "TLSRPTv1", true))
        return false;
    r->seen = true;
    for (int i = 0; i < PL_TAGS_MAX && pl_tag_next(&t, &tag); i++) {
        r->broken |= !tag.sound;
        if (pl_tag_named(&tag, "rua"))
            places += pl_txt_uris(tag.value, tag.value_len);
    }
    r->broken |= places == 0;
    return true;
}

#endif
