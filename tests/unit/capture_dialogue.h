/* SPDX-License-Identifier: BSD-2-Clause */
/* Two sides that send TCP segments. */
#ifndef CAPTURE_DIALOGUE_H
#define CAPTURE_DIALOGUE_H

#include "capture_build.h"

enum { CLIENT_PORT = 40000, SERVER_PORT = 80 };

static const uint32_t isn[2] = {1000, 500000};

/* A segment of one side whose first byte is byte `at` of its stream. */
static inline void send_full(struct rig *r, enum pl_side side, uint32_t at, const char *text,
                             uint8_t flags, uint32_t acked, const uint32_t first[2])
{
    bool client = side == PL_CLIENT;
    size_t len = strlen(text);

    build_start(&r->b, text, len);
    build_tcp(&r->b, client ? CLIENT_PORT : SERVER_PORT, client ? SERVER_PORT : CLIENT_PORT,
              first[side] + 1 + at, first[!side] + 1 + acked, flags);
    build_ip4(&r->b, client ? 1 : 2, client ? 2 : 1, 6);
    rig_packet(r, PL_LINK_RAW);
}

static inline void say(struct rig *r, enum pl_side side, uint32_t at, const char *text)
{
    send_full(r, side, at, text, PL_TCP_ACK, 0, isn);
}

static inline void greet_at(struct rig *r, const uint32_t first[2])
{
    send_full(r, PL_CLIENT, (uint32_t)-1, "", PL_TCP_SYN, 0, first);
    send_full(r, PL_SERVER, (uint32_t)-1, "", PL_TCP_SYN | PL_TCP_ACK, 0, first);
    send_full(r, PL_CLIENT, 0, "", PL_TCP_ACK, 0, first);
}

static inline struct rig *rig_greeted(const struct pl_flows_options *options)
{
    struct rig *r = rig_new(options);

    greet_at(r, isn);
    return r;
}

#endif
