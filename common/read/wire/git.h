/* SPDX-License-Identifier: BSD-2-Clause */
/* The request of a git client over git:// (gitprotocol-pack(5)): a pkt-line that names the service.
 * Neither the path nor the host is kept. */
#ifndef PL_READ_GIT_H
#define PL_READ_GIT_H

#include "frame.h"

enum pl_git_service {
    PL_GIT_NONE,
    PL_GIT_UPLOAD_PACK,  /* the client fetches */
    PL_GIT_RECEIVE_PACK, /* the client pushes */
    PL_GIT_UPLOAD_ARCHIVE
};

enum { PL_GIT_LENGTH_BYTES = 4, PL_GIT_SERVICES = 3 };

PL_TABLE char pl_git_requests[PL_GIT_SERVICES][21] = {"git-upload-pack /", "git-receive-pack /",
                                                      "git-upload-archive /"};

struct pl_git {
    uint8_t service; /* enum pl_git_service */
};

PL_INLINE bool pl_git_is_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (pl_lower(c) >= 'a' && pl_lower(c) <= 'f');
}

/* *service: when the answer is YES. */
PL_INLINE enum pl_match pl_git_request(const uint8_t *byte, uint32_t len, uint8_t *service)
{
    for (uint32_t i = 0; i < PL_GIT_LENGTH_BYTES && i < len; i++)
        if (!pl_git_is_hex(byte[i]))
            return PL_MATCH_NO;
    for (uint32_t s = 0; s < PL_GIT_SERVICES; s++) {
        const char *text = pl_git_requests[s];
        uint32_t i = 0;
        while (text[i] && PL_GIT_LENGTH_BYTES + i < len &&
               byte[PL_GIT_LENGTH_BYTES + i] == (uint8_t)text[i])
            i++;
        if (!text[i]) {
            *service = (uint8_t)(s + 1);
            return PL_MATCH_YES;
        }
        if (PL_GIT_LENGTH_BYTES + i >= len)
            return PL_MATCH_MORE;
    }
    return PL_MATCH_NO;
}

PL_INLINE enum pl_match pl_git_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    uint8_t service;

    (void)port;
    return side == PL_CLIENT ? pl_git_request(byte, len, &service) : PL_MATCH_NO;
}

PL_INLINE void pl_git_begin(struct pl_git *g, struct pl_frames *f)
{
    (void)g;
    pl_frame_next(&f->of[PL_CLIENT], 0, 0, 1);
    pl_frame_ignore(&f->of[PL_SERVER]);
}

PL_INLINE void pl_git_frame(struct pl_git *g, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *one = &f->of[side];
    enum pl_match match = pl_git_request(one->byte, one->have, &g->service);

    if (match == PL_MATCH_MORE)
        one->need++;
    else
        f->end = match == PL_MATCH_YES ? PL_WIRE_READ : PL_WIRE_MALFORMED;
}

#endif
