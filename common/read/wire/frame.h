/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine under the readers of binary protocols over TCP: it leaves bytes out and gathers bytes
 * until a reader's field is whole, so that a reader sees fields and never a split.
 *
 * A reader of protocol x is a header common/read/wire/x.h with
 *
 *   struct pl_x { ... };           its facts, and what it has to remember; all zero is fresh
 *   enum pl_match pl_x_match(side, byte, len, port);
 *                                  are these first bytes (at most PL_PREFIX_MAX) of this side x?
 *                                  The port is a hint, only for what content alone cannot tell
 *   void pl_x_begin(struct pl_x *x, struct pl_frames *f);
 *                                  what each side has to gather first: pl_frame_next() twice
 *   void pl_x_frame(struct pl_x *x, struct pl_frames *f, enum pl_side side);
 *                                  f->of[side].byte[0 .. have - 1] is whole: take it into the facts
 *                                  and say what comes next by pl_frame_next(), or end by f->end
 *
 * and one line in wire.def.  Lengths from the wire are checked by the reader: a length that lies
 * ends in PL_WIRE_MALFORMED.  A reader bounds what it reads: after PL_FRAMES_MAX fields the engine
 * ends it with PL_WIRE_READ, so no reader can be kept busy for ever.
 */
#ifndef PL_READ_FRAME_H
#define PL_READ_FRAME_H

#include "../outcome.h"
#include "../side.h"

enum { PL_FRAME_MAX = 64, PL_FRAMES_MAX = 65536 };

enum { PL_FRAME_IGNORED = 255 }; /* the state of a side that is not read any more */

/* Why the reader reads no further. */
enum pl_wire_end {
    PL_WIRE_READING,
    PL_WIRE_READ,     /* all that matters was read */
    PL_WIRE_TLS,      /* from the next byte on both sides speak TLS */
    PL_WIRE_TUNNEL,   /* from the next byte on another protocol begins, on both sides */
    PL_WIRE_MALFORMED /* a length lies, or what came cannot come here */
};

/* One side. */
struct pl_frame {
    uint32_t skip; /* bytes to leave out first */
    uint8_t need, have;
    uint8_t state; /* the reader's own; what the gathered bytes are */
    bool wrapped;  /* what is skipped is TLS inside of the protocol's own packets */
    bool back;     /* the byte just gathered is not the reader's: it is taken again */
    uint8_t byte[PL_FRAME_MAX];
};

struct pl_frames {
    struct pl_frame of[2]; /* by enum pl_side */
    uint32_t count;        /* fields read, of both sides */
    uint16_t port;         /* the server's; 0: not known */
    uint8_t end;           /* enum pl_wire_end */
};

/* Leave out skip bytes, then gather need (1 to PL_FRAME_MAX) for this state.  need may be 0 when
 * skip is not: the state is told when all is left out. */
PL_INLINE void pl_frame_next(struct pl_frame *f, uint8_t state, uint32_t skip, uint32_t need)
{
    f->state = state;
    f->skip = skip;
    f->need = (uint8_t)(need > PL_FRAME_MAX ? PL_FRAME_MAX : need);
    f->have = 0;
    f->wrapped = false;
}

/* The same, where the bytes left out are TLS (TDS): the caller gives them to the TLS reader. */
PL_INLINE void pl_frame_wrapped(struct pl_frame *f, uint8_t state, uint32_t tls, uint32_t need)
{
    pl_frame_next(f, state, tls, need);
    f->wrapped = true;
}

/* The reader wants no more of this side, but still of the other. */
PL_INLINE void pl_frame_ignore(struct pl_frame *f)
{
    pl_frame_next(f, PL_FRAME_IGNORED, UINT32_MAX, 1);
}

/* From the next byte on this side speaks TLS.  The other side is still read, since what it said in
 * clear may be on its way; when it comes to TLS as well, the reader ends with PL_WIRE_TLS. */
PL_INLINE void pl_frame_tls_next(struct pl_frames *f, enum pl_side side)
{
    const struct pl_frame *other = &f->of[side == PL_CLIENT ? PL_SERVER : PL_CLIENT];

    pl_frame_wrapped(&f->of[side], PL_FRAME_IGNORED, UINT32_MAX, 1);
    if (other->state == PL_FRAME_IGNORED && other->wrapped)
        f->end = PL_WIRE_TLS;
}

/* The same from the byte just gathered, of which need was 1, to look at it. */
PL_INLINE void pl_frame_tls_here(struct pl_frames *f, enum pl_side side)
{
    pl_frame_tls_next(f, side);
    f->of[side].back = true;
}

PL_INLINE bool pl_frame_full(const struct pl_frame *f)
{
    return f->skip == 0 && f->have >= f->need;
}

/* Bytes taken of chunk[off .. len - 1], at least one; *tls: they are wrapped TLS. */
PL_INLINE uint32_t pl_frame_take(struct pl_frame *f, const pl_chunk *chunk, uint32_t off,
                                 uint32_t len, bool *tls)
{
    uint32_t n = len - off, have = f->have;

    *tls = f->skip && f->wrapped;
    if (f->state == PL_FRAME_IGNORED)
        return n;
    if (f->skip) {
        n = f->skip < n ? f->skip : n;
        f->skip -= n;
        return n;
    }
    PL_HIDE(have);
    f->byte[have & (PL_FRAME_MAX - 1)] = pl_chunk_at(chunk, off);
    f->have++;
    return 1;
}

#endif
