/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLSA records (RFC 6698, 2.1) of a mail host, one after the other: how many there are, and how
 * many a sending server can use (RFC 7672, 3.1).  Whether one fits a certificate is not asked here.
 */
#ifndef PL_READ_DNS_TLSA_H
#define PL_READ_DNS_TLSA_H

#include "../datagram/view.h"

enum pl_tlsa_usage { PL_TLSA_PKIX_TA, PL_TLSA_PKIX_EE, PL_TLSA_DANE_TA, PL_TLSA_DANE_EE };
enum pl_tlsa_selector { PL_TLSA_CERTIFICATE, PL_TLSA_KEY };
enum pl_tlsa_matching { PL_TLSA_FULL, PL_TLSA_SHA256, PL_TLSA_SHA512 };

struct pl_tlsa_set {
    uint16_t records, usable;
};

PL_INLINE bool pl_tlsa_usable(struct pl_view data)
{
    uint8_t usage, selector, matching;

    if (!pl_view_u8(&data, &usage) || !pl_view_u8(&data, &selector) ||
        !pl_view_u8(&data, &matching))
        return false;
    if ((usage != PL_TLSA_DANE_TA && usage != PL_TLSA_DANE_EE) || selector > PL_TLSA_KEY)
        return false;
    return matching == PL_TLSA_SHA256   ? pl_view_left(&data) == 32
           : matching == PL_TLSA_SHA512 ? pl_view_left(&data) == 64
                                        : matching == PL_TLSA_FULL && pl_view_left(&data) > 0;
}

PL_INLINE void pl_tlsa_add(struct pl_tlsa_set *set, struct pl_view data)
{
    set->records += set->records < UINT16_MAX;
    set->usable += pl_tlsa_usable(data) && set->usable < UINT16_MAX;
}

#endif
