/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SIP in clear (RFC 3261, 7) and the media that its SDP offers (RFC 8866, 5.14): RTP in clear
 * (RTP/AVP, RTP/AVPF) or encrypted (RTP/SAVP, RTP/SAVPF, also below UDP/TLS).  A byte machine, so
 * that the same reads a datagram and a TCP stream (wire/sip.h).  Nothing of who calls whom is kept.
 */
#ifndef PL_READ_SIP_H
#define PL_READ_SIP_H

#include "view.h"

enum { PL_SIP_BYTES_MAX = 65536, PL_SIP_LINE_MAX = 8192 };
enum pl_sip_state {
    PL_SIP_START, /* in the first line of a message */
    PL_SIP_LINE,  /* at the beginning of another line */
    PL_SIP_M,     /* after an m there */
    PL_SIP_MEDIA, /* in "m=audio 49170 " */
    PL_SIP_PROTOCOL,
    PL_SIP_REST /* up to the end of the line */
};

struct pl_sip {
    bool seen;          /* a request or an answer was recognised */
    bool clear, secure; /* media that were offered */
    uint8_t state, words;
    uint16_t column;
    uint32_t bytes;
    uint64_t last; /* the last bytes of a word, upper case */
};

#define PL_SIP_8(a, b, c, d, e, f, g, h)                                                           \
    ((uint64_t)(a) << 56 | (uint64_t)(b) << 48 | (uint64_t)(c) << 40 | (uint64_t)(d) << 32 |       \
     (uint64_t)(e) << 24 | (uint64_t)(f) << 16 | (uint64_t)(g) << 8 | (uint64_t)(h))

/* The word "RTP/AVP" or "RTP/SAVP", perhaps with an F, perhaps behind "UDP/TLS/". */
PL_INLINE void pl_sip_media(struct pl_sip *s)
{
    uint64_t plain = s->last, feedback = s->last >> 8;
    uint64_t avp = PL_SIP_8(0, 'R', 'T', 'P', '/', 'A', 'V', 'P'), seven = UINT64_MAX >> 8;
    uint64_t savp = PL_SIP_8('R', 'T', 'P', '/', 'S', 'A', 'V', 'P');
    bool f = (s->last & 0xff) == 'F';

    s->clear |= (plain & seven) == avp || (f && feedback == avp);
    s->secure |= plain == savp || (f && feedback == (savp & seven));
}

/* The end of the first line: does it end in " SIP/2.0", or begin with "SIP/2.0 "? */
PL_INLINE bool pl_sip_version(uint64_t last)
{
    return last == PL_SIP_8(' ', 'S', 'I', 'P', '/', '2', '.', '0');
}

PL_INLINE void pl_sip_first(struct pl_sip *s, uint8_t c)
{
    if (c == '\r')
        return;
    if (c == '\n') {
        s->seen |= pl_sip_version(s->last);
        s->state = PL_SIP_LINE;
        return;
    }
    s->last = s->last << 8 | pl_upper(c);
    if (s->column == 7 && s->last == PL_SIP_8('S', 'I', 'P', '/', '2', '.', '0', ' '))
        s->seen = true;
}

/* "m=audio 49170 RTP/AVP 0": the third word is the protocol. */
PL_INLINE void pl_sip_in_media(struct pl_sip *s, uint8_t c)
{
    if (c != ' ') {
        s->last = s->last << 8 | pl_upper(c);
        return;
    }
    s->words++;
    if (s->state == PL_SIP_PROTOCOL)
        pl_sip_media(s);
    s->state = s->state == PL_SIP_PROTOCOL ? PL_SIP_REST
               : s->words == 2             ? PL_SIP_PROTOCOL
                                           : PL_SIP_MEDIA;
    s->last = 0;
}

PL_INLINE void pl_sip_line(struct pl_sip *s, uint8_t c)
{
    if (s->state == PL_SIP_LINE)
        s->state = c == 'm' ? PL_SIP_M : PL_SIP_REST;
    else if (s->state == PL_SIP_M)
        s->state = c == '=' ? PL_SIP_MEDIA : PL_SIP_REST;
    else if (s->state == PL_SIP_MEDIA || s->state == PL_SIP_PROTOCOL)
        pl_sip_in_media(s, c);
    s->words = s->state == PL_SIP_M ? 0 : s->words;
    s->last = s->state == PL_SIP_M ? 0 : s->last;
}

/* One byte of a message; false when no more is to be read. */
PL_INLINE bool pl_sip_byte(struct pl_sip *s, uint8_t c)
{
    if (++s->bytes > PL_SIP_BYTES_MAX || s->column >= PL_SIP_LINE_MAX)
        return false;
    if (s->state == PL_SIP_START)
        pl_sip_first(s, c);
    else if (c == '\n')
        s->state = PL_SIP_LINE;
    else
        pl_sip_line(s, c);
    s->column = (uint16_t)(c == '\n' ? 0 : s->column + 1);
    return s->seen || s->state == PL_SIP_START;
}

PL_INLINE enum pl_outcome pl_sip_read(struct pl_sip *s, enum pl_side side, struct pl_view v,
                                      uint16_t port)
{
    struct pl_sip one = {0};
    uint8_t c;

    (void)side;
    (void)port;
    for (uint32_t i = 0; i < PL_SIP_BYTES_MAX; i++)
        if (!pl_view_u8(&v, &c) || !pl_sip_byte(&one, c))
            break;
    if (!one.seen)
        return PL_MALFORMED;
    s->seen = true;
    s->clear |= one.clear;
    s->secure |= one.secure;
    return PL_MORE;
}

#endif
