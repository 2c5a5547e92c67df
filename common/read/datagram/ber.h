/* SPDX-License-Identifier: BSD-2-Clause */
/* One element of BER in a datagram (X.690, 8.1), as SNMP uses it: tags of one byte, definite
 * lengths of at most four. */
#ifndef PL_READ_BER_H
#define PL_READ_BER_H

#include "view.h"

enum pl_ber_tag { PL_BER_INTEGER = 0x02, PL_BER_OCTETS = 0x04, PL_BER_SEQUENCE = 0x30 };

PL_INLINE PL_MUST_USE bool pl_ber_length(struct pl_view *v, uint32_t *len)
{
    uint8_t first, byte, more;
    uint32_t n = 0;

    if (!pl_view_u8(v, &first))
        return false;
    if (first < 0x80) {
        *len = first;
        return true;
    }
    more = first & 0x7f;
    if (more == 0 || more > 4)
        return false;
    for (uint32_t i = 0; i < 4 && i < more; i++) {
        if (!pl_view_u8(v, &byte))
            return false;
        n = n << 8 | byte;
    }
    *len = n;
    return true;
}

/* The next element, when it has this tag: its contents as a view. */
PL_INLINE PL_MUST_USE bool pl_ber_element(struct pl_view *v, uint8_t tag, struct pl_view *inner)
{
    struct pl_view at = *v;
    uint8_t found;
    uint32_t len;

    if (!pl_view_u8(&at, &found) || found != tag || !pl_ber_length(&at, &len) ||
        !pl_view_child(&at, len, inner))
        return false;
    *v = at;
    return true;
}

/* An INTEGER that is not negative and fits. */
PL_INLINE PL_MUST_USE bool pl_ber_number(struct pl_view *v, uint32_t *number)
{
    struct pl_view at = *v, inner;
    uint8_t byte;
    uint32_t n = 0;

    if (!pl_ber_element(&at, PL_BER_INTEGER, &inner) || pl_view_left(&inner) == 0 ||
        pl_view_left(&inner) > 4 || pl_view_peek(&inner, 0) & 0x80)
        return false;
    for (uint32_t i = 0; i < 4 && pl_view_left(&inner); i++) {
        if (!pl_view_u8(&inner, &byte))
            return false;
        n = n << 8 | byte;
    }
    *number = n;
    *v = at;
    return true;
}

#endif
