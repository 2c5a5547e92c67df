/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the reader of TLS hellos.  Private to tls_hello.h and tls_field.h but for its size
 * and its facts. */
#ifndef PL_READ_TLS_MACHINE_H
#define PL_READ_TLS_MACHINE_H

#include "code.h"

enum pl_tls_side { PL_TLS_CLIENT, PL_TLS_SERVER };

enum {
    PL_TLS_HELLO_MAX = 65536,
    PL_TLS_RECORD_MAX = 16384, /* RFC 8446, 5.1 */
    PL_TLS_HEAD_BYTES = 5,
    PL_TLS_ALERT_BYTES = 7, /* a whole record of one alert */
    PL_TLS_RANDOM_BYTES = 32
};

/* The field that comes next.  Those that repeat are named for one item. */
enum pl_tls_state {
    PL_TLS_START, /* no handshake record yet */
    PL_TLS_MESSAGE,
    PL_TLS_VERSION,
    PL_TLS_RANDOM,
    PL_TLS_SESSION,
    PL_TLS_COOKIE, /* of DTLS */
    PL_TLS_SUITES,
    PL_TLS_SUITE,
    PL_TLS_COMPRESSIONS,
    PL_TLS_COMPRESSION,
    PL_TLS_CHOICE, /* the server's suite and compression */
    PL_TLS_EXTENSIONS,
    PL_TLS_EXTENSION,
    PL_TLS_LIST, /* the length before the items of an extension */
    PL_TLS_NAME,
    PL_TLS_NAME_BYTE,
    PL_TLS_GROUP,
    PL_TLS_SIGNATURE,
    PL_TLS_ALPN,
    PL_TLS_ALPN_2,
    PL_TLS_ALPN_8,
    PL_TLS_SUPPORTED,
    PL_TLS_SHARE,
    PL_TLS_OPAQUE, /* nothing of interest up to the end of the extension */
    PL_TLS_V2_LENGTHS,
    PL_TLS_V2_KIND,
    PL_TLS_V2_SERVER,
    PL_TLS_LAST, /* the hello is over when what is to be skipped is skipped */
    PL_TLS_OVER,
    PL_TLS_BROKEN
};

/* The extensions whose repetition is seen. */
enum pl_tls_extension_bit {
    PL_TLS_SEEN_NAME = 1 << 0,
    PL_TLS_SEEN_GROUPS = 1 << 1,
    PL_TLS_SEEN_SIGNATURES = 1 << 2,
    PL_TLS_SEEN_ALPN = 1 << 3,
    PL_TLS_SEEN_EMS = 1 << 4,
    PL_TLS_SEEN_EARLY = 1 << 5,
    PL_TLS_SEEN_VERSIONS = 1 << 6,
    PL_TLS_SEEN_SHARES = 1 << 7,
    PL_TLS_SEEN_ECH = 1 << 8,
    PL_TLS_SEEN_RENEGOTIATION = 1 << 9
};

struct pl_tls {
    struct pl_tls_facts facts;
    uint64_t head;        /* the record's head so far */
    uint64_t field;       /* the field's bytes so far */
    uint32_t record_left; /* bytes of handshake left in the record */
    uint32_t foreign;     /* bytes left of a record that is skipped */
    uint32_t at, end;     /* in the message: where we are, where it ends */
    uint32_t inner_end;   /* and where the list or extension in it ends */
    uint32_t skip, need;  /* bytes to skip, then bytes that the field wants */
    uint16_t seen;        /* enum pl_tls_extension_bit */
    uint8_t side, state, head_len;
    uint8_t name_len;
    uint8_t item, item_need; /* the state and size of the items behind a PL_TLS_LIST */
    bool again;              /* a HelloRetryRequest went before */
    bool retry;              /* the ServerHello may be one, by its random */
    bool bad_name;
};

/* What a field says about the next one: skip bytes, then need bytes, all before limit. */
struct pl_tls_next {
    uint32_t state, skip, need, limit;
};

PL_INLINE struct pl_tls_next pl_tls_next(uint32_t state, uint32_t skip, uint32_t need,
                                         uint32_t limit)
{
    struct pl_tls_next n = {state, skip, need, limit};

    return n;
}

PL_INLINE struct pl_tls_next pl_tls_broken(void)
{
    return pl_tls_next(PL_TLS_BROKEN, 0, 0, 0);
}

#endif
