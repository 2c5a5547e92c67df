/* SPDX-License-Identifier: BSD-2-Clause */
/* NTP's header (RFC 5905, 7.3): is there anything behind its 48 octets that proves who sent it? */
#ifndef PL_READ_NTP_H
#define PL_READ_NTP_H

#include "view.h"

enum { PL_NTP_BYTES = 48, PL_NTP_MODE_CLIENT = 3, PL_NTP_MODE_SERVER = 4, PL_PORT_NTP = 123 };

struct pl_ntp {
    bool asked, answered; /* a datagram of mode 3, of mode 4 */
    bool proven;          /* one of them bears a MAC or extension fields (RFC 8915, 5.7) */
};

PL_INLINE enum pl_outcome pl_ntp_read(struct pl_ntp *n, enum pl_side side, struct pl_view v,
                                      uint16_t port)
{
    uint8_t first = pl_view_peek(&v, 0), mode = first & 7, version = first >> 3 & 7;
    bool shape = port == PL_PORT_NTP && pl_view_left(&v) >= PL_NTP_BYTES && version >= 1;

    (void)side;
    if (!shape || version > 4 || (mode != PL_NTP_MODE_CLIENT && mode != PL_NTP_MODE_SERVER))
        return PL_MALFORMED;
    n->asked |= mode == PL_NTP_MODE_CLIENT;
    n->answered |= mode == PL_NTP_MODE_SERVER;
    n->proven |= pl_view_left(&v) > PL_NTP_BYTES;
    return PL_MORE;
}

#endif
