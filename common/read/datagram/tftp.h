/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TFTP request (RFC 1350, 5): the file's name and the mode, both in clear.  The transfer itself
 * goes between other ports and is a flow of its own.
 *
 * firmware: the name ends as those of firmware do (.bin .img .fw .swu .ota .rom .hex).  A device's
 * configuration may well end in .bin too, so this is a hint and no proof.
 */
#ifndef PL_READ_TFTP_H
#define PL_READ_TFTP_H

#include "view.h"

enum pl_tftp_opcode { PL_TFTP_READ = 1, PL_TFTP_WRITE = 2 };
enum { PL_TFTP_NAME_MAX = 512 };

struct pl_tftp {
    bool read, write; /* requested */
    bool firmware;    /* one of the files */
};

/* A text that ends in NUL: its last four bytes in lower case; false when it is none. */
PL_INLINE bool pl_tftp_text(struct pl_view *v, uint32_t *last, uint32_t *len)
{
    uint8_t c;

    *last = 0;
    *len = 0;
    for (int i = 0; i < PL_TFTP_NAME_MAX; i++) {
        if (!pl_view_u8(v, &c))
            return false;
        if (c == 0)
            return *len > 0;
        if (c < ' ' || c == 0x7f)
            return false;
        *last = *last << 8 | pl_lower(c);
        ++*len;
    }
    return false;
}

#define PL_TFTP_4(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

PL_INLINE bool pl_tftp_firmware(uint32_t last)
{
    switch (last) {
    case PL_TFTP_4('.', 'b', 'i', 'n'):
    case PL_TFTP_4('.', 'i', 'm', 'g'):
    case PL_TFTP_4('.', 's', 'w', 'u'):
    case PL_TFTP_4('.', 'o', 't', 'a'):
    case PL_TFTP_4('.', 'r', 'o', 'm'):
    case PL_TFTP_4('.', 'h', 'e', 'x'):
        return true;
    default:
        return (last & 0xffffff) == PL_TFTP_4(0, '.', 'f', 'w');
    }
}

/* netascii, octet, mail; by length and last four bytes. */
PL_INLINE bool pl_tftp_mode(uint32_t last, uint32_t len)
{
    return (len == 5 && last == PL_TFTP_4('c', 't', 'e', 't')) ||
           (len == 8 && last == PL_TFTP_4('s', 'c', 'i', 'i')) ||
           (len == 4 && last == PL_TFTP_4('m', 'a', 'i', 'l'));
}

PL_INLINE enum pl_outcome pl_tftp_read(struct pl_tftp *t, enum pl_side side, struct pl_view v,
                                       uint16_t port)
{
    uint16_t opcode;
    uint32_t name, name_len, mode, mode_len;

    (void)side;
    (void)port;
    if (!pl_view_be16(&v, &opcode) || (opcode != PL_TFTP_READ && opcode != PL_TFTP_WRITE) ||
        !pl_tftp_text(&v, &name, &name_len) || !pl_tftp_text(&v, &mode, &mode_len) ||
        !pl_tftp_mode(mode, mode_len))
        return PL_MALFORMED;
    t->read |= opcode == PL_TFTP_READ;
    t->write |= opcode == PL_TFTP_WRITE;
    t->firmware |= pl_tftp_firmware(name);
    return PL_MORE;
}

#endif
