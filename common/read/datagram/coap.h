/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CoAP in clear (RFC 7252, 3): the header, the token, and the options as far as OSCORE (RFC 8613,
 * 2), which encrypts what is behind it.  Its first byte may begin many things, so the port has to
 * be CoAP's too.
 */
#ifndef PL_READ_COAP_H
#define PL_READ_COAP_H

#include "view.h"

enum { PL_PORT_COAP = 5683, PL_COAP_OSCORE = 9, PL_COAP_OPTIONS_MAX = 64, PL_COAP_PAYLOAD = 0xff };

struct pl_coap {
    bool seen;    /* a request or an answer */
    bool open;    /* one of them without OSCORE */
    bool request; /* a method was seen */
};

/* The extended forms of an option's delta and length (RFC 7252, 3.1). */
PL_INLINE bool pl_coap_extended(struct pl_view *v, uint32_t nibble, uint32_t *value)
{
    uint8_t byte = 0;
    uint16_t two = 0;

    *value = nibble;
    if (nibble < 13)
        return true;
    if (nibble == 13 && pl_view_u8(v, &byte)) {
        *value = 13u + byte;
        return true;
    }
    if (nibble == 14 && pl_view_be16(v, &two)) {
        *value = 269u + two;
        return true;
    }
    return false;
}

/* All options are whole; *oscore: one of them is OSCORE's. */
PL_INLINE bool pl_coap_options(struct pl_view *v, bool *oscore)
{
    uint32_t number = 0, delta, len;
    uint8_t head;

    for (int i = 0; i < PL_COAP_OPTIONS_MAX; i++) {
        if (!pl_view_u8(v, &head))
            return true;
        if (head == PL_COAP_PAYLOAD)
            return !pl_view_done(v);
        if (!pl_coap_extended(v, head >> 4, &delta) || !pl_coap_extended(v, head & 15, &len) ||
            !pl_view_skip(v, len))
            return false;
        number += delta;
        *oscore |= number == PL_COAP_OSCORE;
    }
    return false;
}

/* Classes of codes: 0 methods, 2 to 5 answers; 0.00 is empty (RFC 7252, 12.1). */
PL_INLINE bool pl_coap_code_known(uint8_t code)
{
    uint8_t class = code >> 5;

    return code != 0 && (class == 0 ? code <= 7 : class >= 2 && class <= 5);
}

PL_INLINE enum pl_outcome pl_coap_read(struct pl_coap *c, enum pl_side side, struct pl_view v,
                                       uint16_t port)
{
    uint8_t head, code;
    uint16_t id;
    bool oscore = false;

    (void)side;
    if (port != PL_PORT_COAP || !pl_view_u8(&v, &head) || head >> 6 != 1 || (head & 15) > 8 ||
        !pl_view_u8(&v, &code) || !pl_view_be16(&v, &id) || !pl_coap_code_known(code) ||
        !pl_view_skip(&v, head & 15) || !pl_coap_options(&v, &oscore))
        return PL_MALFORMED;
    c->seen = true;
    c->open |= !oscore;
    c->request |= code >> 5 == 0;
    return PL_MORE;
}

#endif
