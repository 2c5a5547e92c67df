/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An MQTT client's CONNECT (MQTT 3.1, 3.1.1 section 3.1, 5.0 section 3.1) up to its flags, and the
 * code of the server's CONNACK.  Neither the client's name nor its user's nor the password is read.
 *
 *   level         3, 4 or 5: the version; bridges set the highest bit, which is left out
 *   credentials   PL_CREDENTIAL_BIT(MQTT_USER) or (MQTT_USER_PASS); a password without a user
 *                 (MQTT 5) is the latter
 *   answered, code   CONNACK and its return code or reason: 0 is accepted
 */
#ifndef PL_READ_MQTT_H
#define PL_READ_MQTT_H

#include "frame.h"
#include "../credential.h"

/* The first byte of a packet: type and flags. */
enum pl_mqtt_packet { PL_MQTT_CONNECT = 0x10, PL_MQTT_CONNACK = 0x20 };

enum { PL_MQTT_FLAG_RESERVED = 1, PL_MQTT_FLAG_PASSWORD = 0x40, PL_MQTT_FLAG_USER = 0x80 };

/* The longest head: type, four bytes of length, length of a name, "MQIsdp", level. */
enum { PL_MQTT_LENGTH_MAX = 4, PL_MQTT_HEAD_MAX = 14, PL_MQTT_BRIDGE = 0x80 };

enum pl_mqtt_state { PL_MQTT_HEAD, PL_MQTT_FLAGS, PL_MQTT_ANSWER, PL_MQTT_CODE };

struct pl_mqtt {
    bool connect, answered;
    uint8_t level, code;
    uint64_t credentials;
};

/* byte[0 .. len - 1] as a CONNECT up to its level; *head: how long that is. */
PL_INLINE enum pl_match pl_mqtt_head(const uint8_t *byte, uint32_t len, uint32_t *head)
{
    const uint8_t name_4[] = {0, 4, 'M', 'Q', 'T', 'T'},
                  name_6[] = {0, 6, 'M', 'Q', 'I', 's', 'd', 'p'};
    uint32_t at = 1, i = 0, n;
    const uint8_t *name;
    uint8_t level;

    if (len < 1 || byte[0] != PL_MQTT_CONNECT)
        return len < 1 ? PL_MATCH_MORE : PL_MATCH_NO;
    while (at < len && byte[at] & 0x80 && at < PL_MQTT_LENGTH_MAX)
        at++;
    if (at >= len)
        return PL_MATCH_MORE;
    if (byte[at++] & 0x80)
        return PL_MATCH_NO; /* five bytes */
    name = at + 1 < len && byte[at + 1] == name_6[1] ? name_6 : name_4;
    for (n = name[1] + 2u; i < n && at + i < len; i++)
        if (byte[at + i] != name[i])
            return PL_MATCH_NO;
    *head = at + n + 1;
    if (*head > len)
        return PL_MATCH_MORE;
    level = byte[at + n] & (uint8_t)~PL_MQTT_BRIDGE;
    return name == name_6 ? (level == 3 ? PL_MATCH_YES : PL_MATCH_NO)
                          : (level == 4 || level == 5 ? PL_MATCH_YES : PL_MATCH_NO);
}

PL_INLINE enum pl_match pl_mqtt_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                      uint16_t port)
{
    uint32_t head;

    (void)port;
    return side == PL_CLIENT ? pl_mqtt_head(byte, len, &head) : PL_MATCH_NO;
}

PL_INLINE void pl_mqtt_begin(struct pl_mqtt *m, struct pl_frames *f)
{
    (void)m;
    pl_frame_next(&f->of[PL_CLIENT], PL_MQTT_HEAD, 0, 2);
    pl_frame_next(&f->of[PL_SERVER], PL_MQTT_ANSWER, 0, 4);
}

/* The head is gathered byte by byte, since its length is in it. */
PL_INLINE void pl_mqtt_client(struct pl_mqtt *m, struct pl_frames *f)
{
    struct pl_frame *one = &f->of[PL_CLIENT];
    uint32_t head;
    enum pl_match match;
    uint8_t flags = one->byte[0];

    if (one->state == PL_MQTT_HEAD) {
        match = pl_mqtt_head(one->byte, one->have, &head);
        if (match == PL_MATCH_MORE && one->need < PL_MQTT_HEAD_MAX) {
            one->need++;
        } else if (match == PL_MATCH_YES) {
            m->level = one->byte[head - 1] & (uint8_t)~PL_MQTT_BRIDGE;
            pl_frame_next(one, PL_MQTT_FLAGS, 0, 1);
        } else {
            f->end = PL_WIRE_MALFORMED;
        }
        return;
    }
    /* Reserved in MQTT 3.1.1 and 5 (section 3.1.2.3), not in 3.1. */
    if (flags & PL_MQTT_FLAG_RESERVED && m->level > 3) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    m->connect = true;
    if (flags & PL_MQTT_FLAG_PASSWORD)
        m->credentials = PL_CREDENTIAL_BIT(MQTT_USER_PASS);
    else if (flags & PL_MQTT_FLAG_USER)
        m->credentials = PL_CREDENTIAL_BIT(MQTT_USER);
    pl_frame_ignore(one);
}

/* CONNACK: type, length (a byte unless it has very long properties), flags, code. */
PL_INLINE void pl_mqtt_server(struct pl_mqtt *m, struct pl_frames *f)
{
    struct pl_frame *one = &f->of[PL_SERVER];
    uint32_t more = one->byte[1] >= 0x80;

    if (one->byte[0] != PL_MQTT_CONNACK) {
        f->end = PL_WIRE_MALFORMED;
    } else if (one->state == PL_MQTT_ANSWER && more) {
        one->state = PL_MQTT_CODE;
        one->need = 5;
    } else {
        m->answered = true;
        m->code = one->byte[3 + more];
        pl_frame_ignore(one);
    }
}

PL_INLINE void pl_mqtt_frame(struct pl_mqtt *m, struct pl_frames *f, enum pl_side side)
{
    if (side == PL_CLIENT)
        pl_mqtt_client(m, f);
    else
        pl_mqtt_server(m, f);
    if (m->connect && m->answered)
        f->end = PL_WIRE_READ;
}

#endif
