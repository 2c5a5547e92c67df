/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host of an authority (RFC 3986, 3.2), a byte at a time, as a number to compare: of Host, of a
 * request's target, of Location.  Case, port, a final dot and user information do not count.
 *
 * The number is a plain hash (FNV-1a).  Who makes two of his own hosts collide hides only that his
 * own redirect goes elsewhere.
 */
#ifndef PL_READ_HTTP_AUTHORITY_H
#define PL_READ_HTTP_AUTHORITY_H

#include "../../base.h"

#define PL_HTTP_HASH_BEGIN UINT64_C(0xcbf29ce484222325)
#define PL_HTTP_HASH_PRIME UINT64_C(0x100000001b3)

struct pl_http_authority {
    uint64_t hash; /* of what was read, when len is not 0 */
    uint16_t len;
    bool bracket; /* in an address of IPv6 */
    bool port;    /* behind the host */
    bool dot;     /* the last byte was one */
    bool user;    /* there was user information */
};

PL_INLINE void pl_http_authority_add(struct pl_http_authority *a, uint8_t c)
{
    if (a->len == 0)
        a->hash = PL_HTTP_HASH_BEGIN;
    a->hash = (a->hash ^ pl_lower(c)) * PL_HTTP_HASH_PRIME;
    a->len += a->len != UINT16_MAX;
}

PL_INLINE void pl_http_authority_byte(struct pl_http_authority *a, uint8_t c)
{
    if (c == '@') {
        *a = (struct pl_http_authority){.user = true};
        return;
    }
    a->port |= c == ':' && !a->bracket;
    if (a->port)
        return;
    if (a->dot)
        pl_http_authority_add(a, '.');
    a->dot = c == '.';
    if (!a->dot)
        pl_http_authority_add(a, c);
    a->bracket = (a->bracket || c == '[') && c != ']';
}

/* Whether both name the same host; no host is like none. */
PL_INLINE bool pl_http_authority_same(const struct pl_http_authority *a,
                                      const struct pl_http_authority *b)
{
    return a->len && a->len == b->len && a->hash == b->hash;
}

#endif
