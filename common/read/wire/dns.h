/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS over TCP (RFC 7766, 8): messages, each behind its length.  What they say is read by
 * dns/message.h from whole messages: the bytes of one are handed over as wrapped ones (frame.h),
 * and whoever collects them has it whole when none is left to skip.
 */
#ifndef PL_READ_WIRE_DNS_H
#define PL_READ_WIRE_DNS_H

#include "frame.h"

enum { PL_DNS_TCP_HEAD = 14, PL_DNS_TCP_LEAST = 12, PL_DNS_TCP_MESSAGES = 256 };

struct pl_dns_tcp {
    uint32_t messages;
};

/* A length, and the head of a message with one question (RFC 1035, 4.1.1): opcode 0, 4 or 5, the
 * reserved bit not set, few records. */
PL_INLINE enum pl_match pl_dns_tcp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                         uint16_t port)
{
    uint8_t opcode, answer = side == PL_SERVER ? 0x80 : 0;

    (void)port;
    if (len >= 1 && side == PL_CLIENT && byte[0] & 0x80)
        return PL_MATCH_NO; /* a record of RPC; no question is so long */
    if (len < PL_DNS_TCP_HEAD)
        return len >= 2 && pl_be16(byte) < PL_DNS_TCP_LEAST ? PL_MATCH_NO : PL_MATCH_MORE;
    opcode = byte[4] >> 3 & 15;
    if (pl_be16(byte) < PL_DNS_TCP_LEAST || (byte[4] & 0x80) != answer || byte[5] & 0x40 ||
        (opcode != 0 && opcode != 4 && opcode != 5) || pl_be16(byte + 6) != 1)
        return PL_MATCH_NO;
    if (side == PL_CLIENT && (byte[5] & 15 || pl_be16(byte + 8) > 1 || byte[10] || byte[12]))
        return PL_MATCH_NO;
    return PL_MATCH_YES;
}

PL_INLINE void pl_dns_tcp_begin(struct pl_dns_tcp *d, struct pl_frames *f)
{
    (void)d;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, 2);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, 2);
}

/* A length; then its message, then the next length. */
PL_INLINE void pl_dns_tcp_frame(struct pl_dns_tcp *d, struct pl_frames *f, enum pl_side side)
{
    uint16_t len = pl_be16(f->of[side].byte);

    if (len < PL_DNS_TCP_LEAST)
        f->end = PL_WIRE_MALFORMED;
    else if (++d->messages > PL_DNS_TCP_MESSAGES)
        f->end = PL_WIRE_READ;
    else
        pl_frame_wrapped(&f->of[side], 0, len, 2);
}

#endif
