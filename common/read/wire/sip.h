/* SPDX-License-Identifier: BSD-2-Clause */
/* SIP in clear over TCP (RFC 3261, 18): the machine of datagram/sip.h, both sides by itself. */
#ifndef PL_READ_WIRE_SIP_H
#define PL_READ_WIRE_SIP_H

#include "../datagram/sip.h"
#include "frame.h"

enum { PL_SIP_METHODS = 14, PL_SIP_METHOD_MAX = 10 };

struct pl_sip_tcp {
    struct pl_sip of[2];
};

/* RFC 3261 and its extensions, by the IANA registry; and an answer. */
PL_TABLE uint8_t pl_sip_method[PL_SIP_METHODS + 1][PL_SIP_METHOD_MAX] = {
    "INVITE ", "ACK ",    "BYE ",  "CANCEL ", "REGISTER ", "OPTIONS ", "PRACK ",  "SUBSCRIBE",
    "NOTIFY ", "PUBLISH", "INFO ", "REFER ",  "MESSAGE ",  "UPDATE ",  "SIP/2.0 "};

/* A method and " sip": HTTP has some of the same words. */
PL_INLINE enum pl_match pl_sip_request(const uint8_t *byte, uint32_t len, uint32_t method)
{
    static const char scheme[] = "sip";
    uint32_t i = 0;

    for (; i < PL_SIP_METHOD_MAX && pl_sip_method[method][i]; i++) {
        if (i >= len)
            return PL_MATCH_MORE;
        if (byte[i] != pl_sip_method[method][i])
            return PL_MATCH_NO;
    }
    if (method == PL_SIP_METHODS)
        return PL_MATCH_YES;
    if (byte[i - 1] != ' ')
        i++;
    for (uint32_t k = 0; k < 3; k++, i++) {
        if (i >= len)
            return PL_MATCH_MORE;
        if (pl_lower(byte[i]) != (uint8_t)scheme[k])
            return PL_MATCH_NO;
    }
    return PL_MATCH_YES;
}

PL_INLINE enum pl_match pl_sip_tcp_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                         uint16_t port)
{
    enum pl_match best = PL_MATCH_NO;

    (void)side;
    (void)port;
    for (uint32_t i = 0; i <= PL_SIP_METHODS; i++) {
        enum pl_match one = pl_sip_request(byte, len, i);
        best = one > best ? one : best;
    }
    return best;
}

PL_INLINE void pl_sip_tcp_begin(struct pl_sip_tcp *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, 1);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, 1);
}

PL_INLINE void pl_sip_tcp_frame(struct pl_sip_tcp *s, struct pl_frames *f, enum pl_side side)
{
    if (!pl_sip_byte(&s->of[side], f->of[side].byte[0]))
        f->end = PL_WIRE_READ;
    pl_frame_next(&f->of[side], 0, 0, 1);
}

#endif
