/* SPDX-License-Identifier: BSD-2-Clause */
/* Which extensions of a hello are read, and how.  Private to field.h. */
#ifndef PL_READ_TLS_SHAPE_H
#define PL_READ_TLS_SHAPE_H

#include "machine.h"

/* How an extension is read: a first field of first_need bytes, and when that is PL_TLS_LIST, the
 * items behind it.  seen 0: not read at all.  length: what it has to be, or -1. */
struct pl_tls_shape {
    uint16_t seen;
    uint8_t first, first_need, item, item_need;
    int8_t length;
};

PL_INLINE struct pl_tls_shape pl_tls_shape(uint16_t seen, uint8_t first, uint8_t need,
                                           int8_t length)
{
    struct pl_tls_shape x = {seen, first, need, 0, 0, length};

    return x;
}

PL_INLINE struct pl_tls_shape pl_tls_shape_list(uint16_t seen, uint8_t length_bytes, uint8_t item,
                                                uint8_t item_need)
{
    struct pl_tls_shape x = {seen, PL_TLS_LIST, length_bytes, item, item_need, -1};

    return x;
}

PL_INLINE struct pl_tls_shape pl_tls_client_shape(uint32_t type)
{
    switch (type) {
    case 0: /* server_name, RFC 6066 */
        return pl_tls_shape(PL_TLS_SEEN_NAME, PL_TLS_NAME, 5, -1);
    case 10: /* supported_groups, RFC 8422 */
        return pl_tls_shape_list(PL_TLS_SEEN_GROUPS, 2, PL_TLS_GROUP, 2);
    case 13: /* signature_algorithms */
        return pl_tls_shape_list(PL_TLS_SEEN_SIGNATURES, 2, PL_TLS_SIGNATURE, 2);
    case 16: /* application_layer_protocol_negotiation, RFC 7301 */
        return pl_tls_shape_list(PL_TLS_SEEN_ALPN, 2, PL_TLS_ALPN, 1);
    case 23: /* extended_master_secret, RFC 7627 */
        return pl_tls_shape(PL_TLS_SEEN_EMS, 0, 0, 0);
    case 42: /* early_data */
        return pl_tls_shape(PL_TLS_SEEN_EARLY, 0, 0, 0);
    case 43: /* supported_versions */
        return pl_tls_shape_list(PL_TLS_SEEN_VERSIONS, 1, PL_TLS_SUPPORTED, 2);
    case 51: /* key_share */
        return pl_tls_shape_list(PL_TLS_SEEN_SHARES, 2, PL_TLS_SHARE, 4);
    case 0xfe0d: /* encrypted_client_hello, RFC 9849 */
        return pl_tls_shape(PL_TLS_SEEN_ECH, 0, 0, -1);
    case 0xff01: /* renegotiation_info, RFC 5746 */
        return pl_tls_shape_list(PL_TLS_SEEN_RENEGOTIATION, 1, PL_TLS_OPAQUE, 1);
    default:
        return pl_tls_shape(0, 0, 0, -1);
    }
}

PL_INLINE struct pl_tls_shape pl_tls_server_shape(uint32_t type, bool retry)
{
    switch (type) {
    case 16:
        return pl_tls_shape_list(PL_TLS_SEEN_ALPN, 2, PL_TLS_ALPN, 1);
    case 23:
        return pl_tls_shape(PL_TLS_SEEN_EMS, 0, 0, 0);
    case 43:
        return pl_tls_shape(PL_TLS_SEEN_VERSIONS, PL_TLS_SUPPORTED, 2, 2);
    case 40: /* key_share before draft 23 of TLS 1.3 */
    case 51:
        if (retry) /* only the group is named */
            return pl_tls_shape(PL_TLS_SEEN_SHARES, PL_TLS_GROUP, 2, 2);
        return pl_tls_shape(PL_TLS_SEEN_SHARES, PL_TLS_SHARE, 4, -1);
    case 0xff01:
        return pl_tls_shape_list(PL_TLS_SEEN_RENEGOTIATION, 1, PL_TLS_OPAQUE, 1);
    default:
        return pl_tls_shape(0, 0, 0, -1);
    }
}

#endif
