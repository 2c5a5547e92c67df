/* SPDX-License-Identifier: BSD-2-Clause */
/* Which bytes are LDAP's: a message, its number and its operation (RFC 4511, 4.1.1 and 5.1). */
#ifndef PL_READ_LDAP_MATCH_H
#define PL_READ_LDAP_MATCH_H

#include "../outcome.h"
#include "../side.h"

/* BER's tags in LDAP's messages. */
enum pl_ldap_tag {
    PL_LDAP_INTEGER = 0x02,
    PL_LDAP_OCTETS = 0x04,
    PL_LDAP_ENUMERATED = 0x0a,
    PL_LDAP_SEQUENCE = 0x30,
    PL_LDAP_BIND = 0x60,
    PL_LDAP_EXTENDED = 0x77,
    PL_LDAP_EXTENDED_ANSWER = 0x78,
    PL_LDAP_SIMPLE = 0x80,
    PL_LDAP_REQUEST_NAME = 0x80,
    PL_LDAP_SASL = 0xa3
};

/* The operations that a side may begin with. */
PL_INLINE bool pl_ldap_is_operation(enum pl_side side, uint8_t tag)
{
    switch (tag) {
    case PL_LDAP_BIND:
    case 0x63: /* search */
    case PL_LDAP_EXTENDED:
    case 0x66: /* modify */
    case 0x68: /* add */
    case 0x4a: /* delete */
    case 0x6c: /* rename */
    case 0x6e: /* compare */
    case 0x42: /* unbind */
    case 0x50: /* abandon */
        return side == PL_CLIENT;
    case 0x61: /* and their answers */
    case 0x64:
    case 0x65:
    case 0x73:
    case 0x67:
    case 0x69:
    case 0x6b:
    case 0x6d:
    case 0x6f:
    case PL_LDAP_EXTENDED_ANSWER:
    case 0x79:
        return side == PL_SERVER;
    default:
        return false;
    }
}

/* A length at *at: moves behind it.  MORE when the bytes end, NO when it is none. */
PL_INLINE enum pl_match pl_ldap_match_length(const uint8_t *byte, uint32_t len, uint32_t *at,
                                             uint32_t *value)
{
    uint32_t many;

    if (*at >= len)
        return PL_MATCH_MORE;
    *value = byte[(*at)++];
    if (*value < 0x80)
        return PL_MATCH_YES;
    many = *value & 0x7f;
    *value = 0;
    if (many == 0 || many > 4)
        return PL_MATCH_NO;
    for (uint32_t i = 0; i < 4 && i < many; i++) {
        if (*at >= len)
            return PL_MATCH_MORE;
        *value = *value << 8 | byte[(*at)++];
    }
    return PL_MATCH_YES;
}

/* A message, its number, and an operation that fits into it; a bind has version 2 or 3. */
PL_INLINE enum pl_match pl_ldap_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                      uint16_t port)
{
    uint32_t at = 1, outer = 0, inner = 0, start, tag;
    enum pl_match match;

    (void)port;
    if (len && byte[0] != PL_LDAP_SEQUENCE)
        return PL_MATCH_NO;
    match = pl_ldap_match_length(byte, len, &at, &outer);
    if (match != PL_MATCH_YES)
        return match;
    start = at;
    if ((at < len && byte[at] != PL_LDAP_INTEGER) ||
        (at + 1 < len && (byte[at + 1] == 0 || byte[at + 1] > 4)) || outer < 5)
        return PL_MATCH_NO;
    if (at + 1 >= len)
        return PL_MATCH_MORE;
    tag = at + 2 + byte[at + 1];
    at = tag + 1;
    if (tag >= len)
        return PL_MATCH_MORE;
    if (!pl_ldap_is_operation(side, byte[tag]))
        return PL_MATCH_NO;
    match = pl_ldap_match_length(byte, len, &at, &inner);
    if (match != PL_MATCH_YES)
        return match;
    if (inner > outer || at - start > outer - inner)
        return PL_MATCH_NO;
    if (byte[tag] != PL_LDAP_BIND)
        return PL_MATCH_YES;
    if (at + 2 >= len)
        return PL_MATCH_MORE;
    return byte[at] == PL_LDAP_INTEGER && byte[at + 1] == 1 && byte[at + 2] >= 2 &&
                   byte[at + 2] <= 3
               ? PL_MATCH_YES
               : PL_MATCH_NO;
}

#endif
