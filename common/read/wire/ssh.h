/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SSH up to the end of both KEXINITs (RFC 4253, 4.2 and 7.1): the identification lines of both
 * sides, the name lists, and what both will use, found as the standard says (ssh_choice.h).
 *
 *   version[side]                of its identification line; known: the line is whole
 *   line[side], line_len[side]   then that line without its end, at most 128 bytes, what is not
 *                                printable as '?': for the log
 *   chosen                       when both KEXINITs were read: see ssh_choice.h
 *
 * What a server says before its line is left out, at most 16 KiB of it.  A side whose bytes make no
 * sense is read no further, and the other one is: the facts do not depend on who is read first.
 * Protocol 1 has nothing after the lines that is read.
 */
#ifndef PL_READ_SSH_H
#define PL_READ_SSH_H

#include "frame.h"
#include "ssh_choice.h"

enum {
    PL_SSH_LINE_KEPT = 128,
    PL_SSH_LINE_MAX = 255,     /* with CR and LF (RFC 4253, 4.2) */
    PL_SSH_BEFORE_MAX = 16384, /* of what a server says before its line */
    PL_SSH_PACKET_MAX = 32768,
    PL_SSH_HEAD_BYTES = 6, /* packet length, padding length, message */
    PL_SSH_COOKIE_BYTES = 16,
    PL_SSH_TAIL_BYTES = 5 /* a guess follows, reserved */
};

enum pl_ssh_message {
    PL_SSH_MSG_DISCONNECT = 1,
    PL_SSH_MSG_TRANSPORT_LAST = 19, /* RFC 4250, 4.1.1: up to here generic */
    PL_SSH_MSG_KEXINIT = 20
};

enum pl_ssh_version {
    PL_SSH_VERSION_UNKNOWN,
    PL_SSH_VERSION_1,
    PL_SSH_VERSION_1_99, /* both 1 and 2 (RFC 4253, 5.1) */
    PL_SSH_VERSION_2
};

enum pl_ssh_state {
    PL_SSH_LINE,
    PL_SSH_HEAD,
    PL_SSH_LIST, /* the length of a name list */
    PL_SSH_NAMES,
    PL_SSH_TAIL
};

struct pl_ssh_side {
    uint32_t left;   /* of the KEXINIT's payload */
    uint32_t before; /* bytes of the lines so far */
    uint16_t line_at;
    uint16_t list_left;
    uint8_t list; /* enum pl_ssh_list */
    bool after_cr;
    bool nul; /* which must not come (RFC 4253, 4.2): the rest of the line is not kept */
    bool done, broken;
    struct pl_ssh_word word;
};

struct pl_ssh {
    uint8_t line[2][PL_SSH_LINE_KEPT];
    uint8_t line_len[2];
    uint8_t version[2]; /* enum pl_ssh_version */
    bool kexinit[2];    /* read whole */
    bool guess[2];      /* a packet of the key exchange follows that it guesses */
    struct pl_ssh_chosen chosen;
    struct pl_ssh_lists lists[2];
    struct pl_ssh_side side[2];
};

PL_TABLE uint8_t pl_ssh_begin_line[5] = "SSH-";

PL_INLINE enum pl_match pl_ssh_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    (void)side;
    (void)port;
    for (uint32_t i = 0; i < 4 && i < len; i++)
        if (byte[i] != pl_ssh_begin_line[i])
            return PL_MATCH_NO;
    if ((len > 4 && byte[4] != '1' && byte[4] != '2') || (len > 5 && byte[5] != '.'))
        return PL_MATCH_NO;
    return len < 6 ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_ssh_begin(struct pl_ssh *s, struct pl_frames *f)
{
    (void)s;
    pl_frame_next(&f->of[PL_CLIENT], PL_SSH_LINE, 0, 1);
    pl_frame_next(&f->of[PL_SERVER], PL_SSH_LINE, 0, 1);
}

/* Protocol 1 ends when both lines are known, everything else when no side is read any more. */
PL_INLINE void pl_ssh_settle(struct pl_ssh *s, struct pl_frames *f)
{
    const struct pl_ssh_side *c = &s->side[PL_CLIENT], *d = &s->side[PL_SERVER];
    const uint8_t *v = s->version;
    bool one = v[PL_CLIENT] == PL_SSH_VERSION_1 || v[PL_SERVER] == PL_SSH_VERSION_1;

    if (one && ((v[PL_CLIENT] && v[PL_SERVER]) || (c->done && d->done)))
        f->end = PL_WIRE_READ;
    else if (c->done && d->done)
        f->end = c->broken || d->broken ? PL_WIRE_MALFORMED : PL_WIRE_READ;
    if (s->kexinit[PL_CLIENT] && s->kexinit[PL_SERVER])
        pl_ssh_choose(&s->chosen, &s->lists[PL_CLIENT], &s->lists[PL_SERVER]);
}

/* This side is read no further. */
PL_INLINE void pl_ssh_end(struct pl_ssh *s, struct pl_frames *f, enum pl_side side, bool broken)
{
    s->side[side].done = true;
    s->side[side].broken = broken;
    pl_frame_ignore(&f->of[side]);
    pl_ssh_settle(s, f);
}

PL_INLINE enum pl_ssh_version pl_ssh_line_version(const uint8_t *line, uint32_t len)
{
    if (len < 8 || line[5] != '.')
        return PL_SSH_VERSION_UNKNOWN;
    if (line[4] == '2')
        return PL_SSH_VERSION_2;
    if (line[4] != '1')
        return PL_SSH_VERSION_UNKNOWN;
    return line[6] == '9' && line[7] == '9' ? PL_SSH_VERSION_1_99 : PL_SSH_VERSION_1;
}

/* The line is whole. */
PL_INLINE void pl_ssh_line(struct pl_ssh *s, struct pl_frames *f, enum pl_side side)
{
    enum pl_ssh_version version = pl_ssh_line_version(s->line[side], s->line_len[side]);

    s->version[side] = (uint8_t)version;
    if (version == PL_SSH_VERSION_UNKNOWN || version == PL_SSH_VERSION_1) {
        pl_ssh_end(s, f, side, version == PL_SSH_VERSION_UNKNOWN);
    } else {
        pl_frame_next(&f->of[side], PL_SSH_HEAD, 0, PL_SSH_HEAD_BYTES);
        pl_ssh_settle(s, f);
    }
}

PL_INLINE bool pl_ssh_line_begun(const struct pl_ssh *s, enum pl_side side)
{
    for (uint32_t i = 0; i < 4; i++)
        if (i >= s->line_len[side] || s->line[side][i] != pl_ssh_begin_line[i])
            return false;
    return true;
}

/* What the server says before its line is forgotten at the end of each line. */
PL_INLINE void pl_ssh_line_end(struct pl_ssh *s, struct pl_frames *f, enum pl_side side)
{
    if (s->side[side].after_cr && s->side[side].line_at == s->line_len[side])
        s->line_len[side]--;
    if (pl_ssh_line_begun(s, side)) {
        pl_ssh_line(s, f, side);
    } else if (side == PL_CLIENT) {
        pl_ssh_end(s, f, side, true);
    } else {
        s->line_len[side] = 0;
        s->side[side].line_at = 0;
        s->side[side].after_cr = s->side[side].nul = false;
    }
}

PL_INLINE void pl_ssh_line_byte(struct pl_ssh *s, struct pl_frames *f, enum pl_side side,
                                uint8_t byte)
{
    struct pl_ssh_side *o = &s->side[side];
    bool print = byte >= 0x20 && byte < 0x7f;

    pl_frame_next(&f->of[side], PL_SSH_LINE, 0, 1);
    o->before++;
    if (byte == '\n') {
        pl_ssh_line_end(s, f, side);
        return;
    }
    o->nul |= byte == 0;
    if (o->line_at < PL_SSH_LINE_KEPT && !o->nul) {
        s->line[side][o->line_at] = print ? byte : '?';
        s->line_len[side]++;
    }
    o->line_at++;
    o->after_cr = byte == '\r';
    if (o->before > PL_SSH_BEFORE_MAX ||
        (o->line_at >= PL_SSH_LINE_MAX && (side == PL_CLIENT || pl_ssh_line_begun(s, side))))
        pl_ssh_end(s, f, side, true);
}

/* A packet's head.  Before a KEXINIT only the generic messages may come; they are left out. */
PL_INLINE void pl_ssh_head(struct pl_ssh *s, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte;
    uint32_t bytes = pl_be32(byte), padding = byte[4], message = byte[5];
    const uint32_t least = PL_SSH_COOKIE_BYTES + 4 * PL_SSH_LISTS + PL_SSH_TAIL_BYTES;

    if (bytes > PL_SSH_PACKET_MAX || bytes < padding + 2 || message == 0 ||
        message > PL_SSH_MSG_KEXINIT || message == PL_SSH_MSG_DISCONNECT ||
        (message == PL_SSH_MSG_KEXINIT && bytes - padding - 2 < least)) {
        pl_ssh_end(s, f, side, message != PL_SSH_MSG_DISCONNECT);
    } else if (message == PL_SSH_MSG_KEXINIT) {
        s->side[side].left = bytes - padding - 2 - PL_SSH_COOKIE_BYTES;
        pl_frame_next(&f->of[side], PL_SSH_LIST, PL_SSH_COOKIE_BYTES, 4);
    } else {
        pl_frame_next(&f->of[side], PL_SSH_HEAD, bytes - 2, PL_SSH_HEAD_BYTES);
    }
}

/* After list o->list, of which skip bytes are not read. */
PL_INLINE void pl_ssh_next_list(struct pl_ssh_side *o, struct pl_frame *f, uint32_t skip)
{
    o->left -= skip;
    o->list++;
    if (o->list < PL_SSH_LISTS)
        pl_frame_next(f, PL_SSH_LIST, skip, 4);
    else
        pl_frame_next(f, PL_SSH_TAIL, skip, PL_SSH_TAIL_BYTES);
}

PL_INLINE void pl_ssh_list(struct pl_ssh *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_ssh_side *o = &s->side[side];
    uint32_t bytes = pl_be32(f->of[side].byte), after;

    o->left -= 4;
    after = 4 * (uint32_t)(PL_SSH_LISTS - 1 - o->list) + PL_SSH_TAIL_BYTES;
    if (bytes > o->left || o->left - bytes < after) {
        pl_ssh_end(s, f, side, true);
    } else if (o->list >= PL_SSH_LISTS_READ || bytes == 0) {
        pl_ssh_next_list(o, &f->of[side], bytes);
    } else {
        o->list_left = (uint16_t)bytes;
        o->word = (struct pl_ssh_word){0};
        pl_frame_next(&f->of[side], PL_SSH_NAMES, 0, bytes);
    }
}

/* A piece of a list.  Names are printable US-ASCII (RFC 4251, 6). */
PL_INLINE void pl_ssh_names_piece(struct pl_ssh *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_ssh_side *o = &s->side[side];
    struct pl_frame *one = &f->of[side];
    uint32_t have = one->have;
    bool broken = false;

    for (uint32_t i = 0; i < have && i < PL_FRAME_MAX; i++) {
        uint8_t byte = one->byte[i];
        if (byte == ',') {
            pl_ssh_lists_add(&s->lists[side], o->list, &o->word);
            continue;
        }
        broken |= byte <= 0x20 || byte >= 0x7f;
        pl_ssh_word_add(&o->word, byte);
    }
    o->left -= have;
    o->list_left = (uint16_t)(o->list_left - have);
    if (broken) {
        pl_ssh_end(s, f, side, true);
    } else if (o->list_left > 0) {
        pl_frame_next(one, PL_SSH_NAMES, 0, o->list_left);
    } else {
        pl_ssh_lists_add(&s->lists[side], o->list, &o->word);
        pl_ssh_next_list(o, one, 0);
    }
}

PL_INLINE void pl_ssh_frame(struct pl_ssh *s, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *one = &f->of[side];

    switch (one->state) {
    case PL_SSH_LINE:
        pl_ssh_line_byte(s, f, side, one->byte[0]);
        break;
    case PL_SSH_HEAD:
        pl_ssh_head(s, f, side);
        break;
    case PL_SSH_LIST:
        pl_ssh_list(s, f, side);
        break;
    case PL_SSH_NAMES:
        pl_ssh_names_piece(s, f, side);
        break;
    default: /* PL_SSH_TAIL */
        s->guess[side] = one->byte[0] != 0;
        s->kexinit[side] = true;
        pl_ssh_end(s, f, side, false);
        break;
    }
}

#endif
