/* SPDX-License-Identifier: BSD-2-Clause */
/* Syslog in clear over TCP (RFC 6587, 3.4): the first message, with or without a length before it.
 */
#ifndef PL_READ_WIRE_SYSLOG_H
#define PL_READ_WIRE_SYSLOG_H

#include "../datagram/syslog.h"
#include "frame.h"

struct pl_syslog_tcp {
    bool seen;
};

/* Octet counting (RFC 6587, 3.4.1): a number without a leading zero and a space. */
PL_INLINE uint32_t pl_syslog_count(const uint8_t *byte, uint32_t len)
{
    uint32_t i = 0;

    while (i < 6 && i < len && byte[i] >= '0' + (i == 0) && byte[i] <= '9')
        i++;
    return i;
}

PL_INLINE enum pl_match pl_syslog_tcp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                            uint16_t port)
{
    uint32_t digits = pl_syslog_count(byte, len);

    if (side == PL_SERVER)
        return PL_MATCH_NO;
    if (digits && digits == len)
        return digits < 6 ? PL_MATCH_MORE : PL_MATCH_NO;
    if (digits && byte[digits] != ' ')
        return PL_MATCH_NO;
    if (digits)
        digits++;
    return pl_syslog_head(byte + digits, len - digits,
                          port == PL_PORT_SYSLOG && !digits ? port : 0);
}

PL_INLINE void pl_syslog_tcp_begin(struct pl_syslog_tcp *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, 1);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, 1);
}

PL_INLINE void pl_syslog_tcp_frame(struct pl_syslog_tcp *s, struct pl_frames *f, enum pl_side side)
{
    s->seen |= side == PL_CLIENT;
    f->end = PL_WIRE_READ;
}

#endif
