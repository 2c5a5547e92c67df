/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Syslog in clear: "<PRI>" and what stands behind it by RFC 5424, 6 ("1 ") or by RFC 3164, 4.1 (a
 * month).  Elsewhere than at port 514 one of these has to follow.  Over TCP see wire/syslog.h.
 */
#ifndef PL_READ_SYSLOG_H
#define PL_READ_SYSLOG_H

#include "view.h"

enum { PL_PORT_SYSLOG = 514, PL_SYSLOG_PRI_MAX = 191, PL_SYSLOG_HEAD_MAX = 8 };

struct pl_syslog {
    bool seen;
};

/* Where the text behind "<PRI>" begins; 0: no PRI is there, *more: not yet. */
PL_INLINE uint32_t pl_syslog_pri(const uint8_t *byte, uint32_t len, bool *more)
{
    uint32_t value = 0, i = 1;

    *more = len == 0 || byte[0] == '<';
    if (len == 0 || byte[0] != '<')
        return 0;
    for (; i < 4 && i < len && byte[i] >= '0' && byte[i] <= '9'; i++)
        value = value * 10 + (byte[i] - '0');
    if (i >= len)
        return 0;
    *more = false;
    return i > 1 && byte[i] == '>' && value <= PL_SYSLOG_PRI_MAX ? i + 1 : 0;
}

/* "1 ", or the first letter of a month's name and two small ones. */
PL_INLINE bool pl_syslog_header(const uint8_t *b)
{
    bool small = b[1] >= 'a' && b[1] <= 'z' && b[2] >= 'a' && b[2] <= 'z';

    switch (b[0]) {
    case '1':
        return b[1] == ' ';
    case 'J':
    case 'F':
    case 'M':
    case 'A':
    case 'S':
    case 'O':
    case 'N':
    case 'D':
        return small && b[3] == ' ';
    default:
        return false;
    }
}

/* The first bytes of a message, at most PL_PREFIX_MAX. */
PL_INLINE enum pl_match pl_syslog_head(const uint8_t *byte, uint32_t len, uint16_t port)
{
    bool more;
    uint32_t at = pl_syslog_pri(byte, len, &more);

    if (at == 0)
        return more ? PL_MATCH_MORE : PL_MATCH_NO;
    if (port == PL_PORT_SYSLOG)
        return PL_MATCH_YES;
    if (len < at + 4)
        return PL_MATCH_MORE;
    return pl_syslog_header(byte + at) ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE enum pl_outcome pl_syslog_read(struct pl_syslog *s, enum pl_side side, struct pl_view v,
                                         uint16_t port)
{
    uint8_t head[PL_SYSLOG_HEAD_MAX + 4] = {0};
    uint32_t len = pl_view_left(&v);

    (void)side;
    if (len > sizeof(head))
        len = sizeof(head);
    for (uint32_t i = 0; i < sizeof(head); i++)
        head[i] = pl_view_peek(&v, i);
    if (pl_syslog_head(head, len, port) != PL_MATCH_YES)
        return PL_MALFORMED;
    s->seen = true;
    return PL_DONE;
}

#endif
