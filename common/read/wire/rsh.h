/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The remote commands of BSD, in clear: rexec (port 512), rlogin (513, RFC 1282) and rsh (514).
 * What the client says first, each up to a zero byte:
 *
 *   rsh     a port or nothing, its user, the server's user, the command
 *   rexec   a port or nothing, the user, the password, the command
 *   rlogin  nothing, its user, the server's user, the terminal and its speed ("xterm/38400")
 *
 * rsh and rexec say the same; the port tells them apart and is needed for both, since digits and a
 * zero begin other things too.  rlogin is known by its content, on its port sooner.  Names are left
 * out, not kept.  What the server asks for then (a password, perhaps) is not read.
 */
#ifndef PL_READ_RSH_H
#define PL_READ_RSH_H

#include "../credential.h"
#include "frame.h"

enum { PL_PORT_REXEC = 512, PL_PORT_RLOGIN = 513, PL_PORT_RSH = 514 };
enum { PL_RSH_PORT_DIGITS = 5, PL_RSH_FIELD_MAX = 255, PL_RSH_FIELDS = 3 };

struct pl_rsh {
    uint64_t creds;  /* enum pl_credential_number */
    uint16_t port;   /* which of the three it is */
    uint8_t fields;  /* complete ones */
    uint16_t length; /* of this field so far */
};

PL_INLINE bool pl_rsh_printable(uint8_t c)
{
    return c > ' ' && c < 0x7f;
}

/* Digits or none, a zero, a printable byte. */
PL_INLINE enum pl_match pl_rsh_match_port(const uint8_t *byte, uint32_t len)
{
    uint32_t i = 0;

    while (i < len && i < PL_RSH_PORT_DIGITS && (uint8_t)(byte[i] - '0') <= 9)
        i++;
    if (i < len && byte[i] != 0)
        return PL_MATCH_NO;
    if (i + 1 < len)
        return pl_rsh_printable(byte[i + 1]) ? PL_MATCH_YES : PL_MATCH_NO;
    return PL_MATCH_MORE;
}

/* A zero, then three strings; the third has a slash and then digits. */
PL_INLINE enum pl_match pl_rsh_match_rlogin(const uint8_t *byte, uint32_t len)
{
    uint32_t strings = 0, from = 1, slash = 0;

    if (len > 0 && byte[0] != 0)
        return PL_MATCH_NO;
    for (uint32_t i = 1; i < len; i++) {
        if (byte[i] == 0) {
            if (i == from)
                return PL_MATCH_NO;
            if (++strings == 3)
                return slash && i > slash + 1 ? PL_MATCH_YES : PL_MATCH_NO;
            from = i + 1;
        } else if (!pl_rsh_printable(byte[i]) || (slash && (uint8_t)(byte[i] - '0') > 9)) {
            return PL_MATCH_NO;
        } else if (strings == 2 && byte[i] == '/') {
            slash = i;
        }
    }
    return PL_MATCH_MORE;
}

PL_INLINE enum pl_match pl_rsh_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    if (side != PL_CLIENT)
        return PL_MATCH_NO;
    if (port == PL_PORT_RSH || port == PL_PORT_REXEC)
        return pl_rsh_match_port(byte, len);
    if (port == PL_PORT_RLOGIN && len > 1)
        return byte[0] == 0 && pl_rsh_printable(byte[1]) ? PL_MATCH_YES : PL_MATCH_NO;
    return pl_rsh_match_rlogin(byte, len);
}

PL_INLINE void pl_rsh_begin(struct pl_rsh *r, struct pl_frames *f)
{
    bool other = f->port == PL_PORT_RSH || f->port == PL_PORT_REXEC;

    r->port = other ? f->port : PL_PORT_RLOGIN;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, 1);
    pl_frame_ignore(&f->of[PL_SERVER]);
}

/* A field that was not empty is complete. */
PL_INLINE void pl_rsh_field(struct pl_rsh *r)
{
    if (r->port == PL_PORT_RSH && r->fields == 1)
        r->creds |= PL_CREDENTIAL_BIT(RSH_USER);
    if (r->port == PL_PORT_RLOGIN && r->fields == 1)
        r->creds |= PL_CREDENTIAL_BIT(RLOGIN_USER);
    if (r->port == PL_PORT_REXEC && r->fields == 2)
        r->creds |= PL_CREDENTIAL_BIT(REXEC_PASS);
}

PL_INLINE void pl_rsh_frame(struct pl_rsh *r, struct pl_frames *f, enum pl_side side)
{
    uint8_t c = f->of[side].byte[0];

    pl_frame_next(&f->of[side], 0, 0, 1);
    if (c) {
        if (++r->length > PL_RSH_FIELD_MAX || (r->fields == 0 && r->port == PL_PORT_RLOGIN))
            f->end = PL_WIRE_MALFORMED;
        return;
    }
    if (r->length)
        pl_rsh_field(r);
    r->length = 0;
    if (++r->fields == PL_RSH_FIELDS)
        f->end = PL_WIRE_READ;
}

#endif
