/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Android Debug Bridge over TCP (adb's protocol.txt): the host's CNXN and what the device
 * answers.  The banner with its model and the shell's bytes are not read.
 *
 *   asked      a host says CNXN
 *   answer     CNXN: open to everybody; AUTH: the device wants a key; STLS: it wants TLS, to which
 *              both sides then go (PL_WIRE_TLS)
 */
#ifndef PL_READ_ADB_H
#define PL_READ_ADB_H

#include "frame.h"

enum { PL_ADB_HEAD_BYTES = 24, PL_ADB_DATA_MAX = 1 << 20 };

/* As they stand on the wire, read in network order. */
#define PL_ADB_CNXN 0x434e584eu
#define PL_ADB_AUTH 0x41555448u
#define PL_ADB_STLS 0x53544c53u

enum pl_adb_answer {
    PL_ADB_ANSWER_NONE,
    PL_ADB_ANSWER_OPEN,
    PL_ADB_ANSWER_AUTH,
    PL_ADB_ANSWER_TLS
};

struct pl_adb {
    bool asked;
    uint8_t answer; /* enum pl_adb_answer: the first */
};

/* A message's head: its last word is the command with every bit turned over. */
PL_INLINE bool pl_adb_is_head(const uint8_t *byte)
{
    return (pl_be32(byte) ^ pl_be32(byte + 20)) == UINT32_MAX;
}

PL_INLINE enum pl_match pl_adb_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    const uint8_t cnxn[] = {'C', 'N', 'X', 'N'};

    (void)port;
    for (uint32_t i = 0; i < len && i < sizeof cnxn; i++)
        if (side == PL_SERVER || byte[i] != cnxn[i])
            return PL_MATCH_NO;
    if (len < PL_ADB_HEAD_BYTES)
        return PL_MATCH_MORE;
    return pl_adb_is_head(byte) ? PL_MATCH_YES : PL_MATCH_NO;
}

PL_INLINE void pl_adb_begin(struct pl_adb *a, struct pl_frames *f)
{
    (void)a;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, PL_ADB_HEAD_BYTES);
    pl_frame_next(&f->of[PL_SERVER], 0, 0, PL_ADB_HEAD_BYTES);
}

PL_INLINE uint8_t pl_adb_answer(uint32_t command)
{
    if (command == PL_ADB_CNXN)
        return PL_ADB_ANSWER_OPEN;
    if (command == PL_ADB_AUTH)
        return PL_ADB_ANSWER_AUTH;
    return command == PL_ADB_STLS ? PL_ADB_ANSWER_TLS : PL_ADB_ANSWER_NONE;
}

PL_INLINE void pl_adb_frame(struct pl_adb *a, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[side].byte, *data = byte + 12;
    uint32_t command = pl_be32(byte);
    /* Numbers are in the other order. */
    uint32_t bytes =
        (uint32_t)data[3] << 24 | (uint32_t)data[2] << 16 | (uint32_t)data[1] << 8 | data[0];

    if (!pl_adb_is_head(byte) || bytes > PL_ADB_DATA_MAX) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    if (side == PL_CLIENT)
        a->asked |= command == PL_ADB_CNXN;
    else if (a->answer == PL_ADB_ANSWER_NONE)
        a->answer = pl_adb_answer(command);
    if (command == PL_ADB_STLS)
        pl_frame_tls_next(f, side);
    else
        pl_frame_next(&f->of[side], 0, bytes, PL_ADB_HEAD_BYTES);
    if (a->asked && (a->answer == PL_ADB_ANSWER_OPEN || a->answer == PL_ADB_ANSWER_AUTH))
        f->end = PL_WIRE_READ;
}

#endif
