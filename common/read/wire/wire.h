/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One binary protocol over TCP: which it is, by the first bytes of either side, then its reader.
 *
 *   pl_wire_guess(side, byte, len, port, &match)   the protocol that the prefix is, or 0
 *   pl_wire_begin(&w, protocol, port)
 *   n = pl_wire_step(&w, side, chunk, off, len, &tls)   in a loop; 0 at the end: w.frames.end
 */
#ifndef PL_READ_WIRE_H
#define PL_READ_WIRE_H

#include "adb.h"
#include "bgp.h"
#include "git.h"
#include "iscsi.h"
#include "jdwp.h"
#include "ldap.h"
#include "mongodb.h"
#include "mqtt.h"
#include "mysql.h"
#include "nfs.h"
#include "openvpn.h"
#include "postgres.h"
#include "dns.h"
#include "pptp.h"
#include "rdp.h"
#include "redis.h"
#include "rsh.h"
#include "rsync.h"
#include "sip.h"
#include "smb.h"
#include "socks.h"
#include "ssh.h"
#include "svn.h"
#include "syslog.h"
#include "tds.h"
#include "vnc.h"
#include "xmpp.h"

enum pl_wire_protocol {
    PL_WIRE_NONE,
#define PL_WIRE(NAME, name) PL_WIRE_##NAME,
#include "wire.def"
#undef PL_WIRE
    PL_WIRE_COUNT
};

struct pl_wire {
    struct pl_frames frames;
    uint8_t protocol; /* enum pl_wire_protocol */
    union {
#define PL_WIRE(NAME, name) struct pl_##name name;
#include "wire.def"
#undef PL_WIRE
    };
};

/* *match: YES with the protocol; MORE when more bytes may tell; NO when it is none of these. */
PL_INLINE enum pl_wire_protocol pl_wire_guess(enum pl_side side, const uint8_t *byte, uint32_t len,
                                              uint16_t port, enum pl_match *match)
{
    enum pl_match one;

    *match = PL_MATCH_NO;
#define PL_WIRE(NAME, name)                                                                        \
    one = pl_##name##_match(side, byte, len, port);                                                \
    if (one > *match)                                                                              \
        *match = one;                                                                              \
    if (one == PL_MATCH_YES)                                                                       \
        return PL_WIRE_##NAME;
#include "wire.def"
#undef PL_WIRE
    return PL_WIRE_NONE;
}

/* w is all zero. */
PL_INLINE void pl_wire_begin(struct pl_wire *w, enum pl_wire_protocol protocol, uint16_t port)
{
    w->protocol = (uint8_t)protocol;
    w->frames.port = port;
    switch (protocol) {
#define PL_WIRE(NAME, name)                                                                        \
    case PL_WIRE_##NAME:                                                                           \
        pl_##name##_begin(&w->name, &w->frames);                                                   \
        break;
#include "wire.def"
#undef PL_WIRE
    default:
        break;
    }
}

/* A field of this side is whole. */
PL_INLINE void pl_wire_frame(struct pl_wire *w, enum pl_side side)
{
    switch (w->protocol) {
#define PL_WIRE(NAME, name)                                                                        \
    case PL_WIRE_##NAME:                                                                           \
        pl_##name##_frame(&w->name, &w->frames, side);                                             \
        break;
#include "wire.def"
#undef PL_WIRE
    default:
        w->frames.end = PL_WIRE_READ;
        break;
    }
    if (++w->frames.count >= PL_FRAMES_MAX && w->frames.end == PL_WIRE_READING)
        w->frames.end = PL_WIRE_READ;
}

/* Bytes taken, at least one; 0 when off >= len or the reader has ended, then the byte at off is not
 * taken.  *tls: the bytes taken are TLS, inside of the protocol's packets or after them. */
PL_INLINE uint32_t pl_wire_step(struct pl_wire *w, enum pl_side side, const pl_chunk *chunk,
                                uint32_t off, uint32_t len, bool *tls)
{
    struct pl_frame *f = &w->frames.of[side];
    uint32_t n;

    if (off >= len || w->frames.end != PL_WIRE_READING)
        return 0;
    n = pl_frame_take(f, chunk, off, len, tls);
    if (pl_frame_full(f))
        pl_wire_frame(w, side);
    if (!f->back)
        return n;
    f->back = false;
    return w->frames.end == PL_WIRE_READING ? pl_frame_take(f, chunk, off, len, tls) : 0;
}

#endif
