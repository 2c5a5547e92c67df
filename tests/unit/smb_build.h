/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of SMB1 and SMB2 (MS-CIFS, MS-SMB2) in NetBIOS packets, with what the reader looks at.
 */
#ifndef SMB_BUILD_H
#define SMB_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct smb_bytes {
    uint8_t byte[4096];
    size_t len;
};

static void smb_put(struct smb_bytes *to, const void *bytes, size_t len)
{
    memcpy(to->byte + to->len, bytes, len);
    to->len += len;
}

static void smb_netbios(struct smb_bytes *to, size_t len)
{
    const uint8_t head[] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len};

    smb_put(to, head, sizeof head);
}

/* An SMB1 message; body from the word count on. */
static void smb_one(struct smb_bytes *to, uint8_t command, bool reply, const void *body, size_t len)
{
    uint8_t head[32] = {0xff, 'S', 'M', 'B', command};

    head[9] = reply ? 0x98 : 0x18;
    smb_netbios(to, sizeof head + len);
    smb_put(to, head, sizeof head);
    smb_put(to, body, len);
}

/* An SMB1 negotiation that offers these names, each ended by a NUL. */
static void smb_one_offer(struct smb_bytes *to, const char *names, size_t len)
{
    uint8_t body[256] = {0};
    size_t at = 3;

    for (size_t i = 0; i < len; i++) {
        if (i == 0 || names[i - 1] == 0)
            body[at++] = 2;
        body[at++] = (uint8_t)names[i];
    }
    body[1] = (uint8_t)(at - 3);
    smb_one(to, 0x72, false, body, at);
}

/* The answer of NT LM 0.12, up to the security mode and padded to its size. */
static void smb_one_choice(struct smb_bytes *to, uint16_t index)
{
    uint8_t body[37] = {17, (uint8_t)index, (uint8_t)(index >> 8), 3};

    smb_one(to, 0x72, true, body, sizeof body);
}

/* The head of SMB2 without NetBIOS. */
static void smb_two_head(struct smb_bytes *to, uint16_t command, bool reply, uint32_t status,
                         uint32_t next)
{
    uint8_t head[64] = {0xfe, 'S', 'M', 'B', 64};

    for (int i = 0; i < 4; i++) {
        head[8 + i] = (uint8_t)(status >> 8 * i);
        head[20 + i] = (uint8_t)(next >> 8 * i);
    }
    head[12] = (uint8_t)command;
    head[16] = reply;
    smb_put(to, head, sizeof head);
}

static void smb_two(struct smb_bytes *to, uint16_t command, bool reply, uint32_t status,
                    const void *body, size_t len)
{
    smb_netbios(to, 64 + len);
    smb_two_head(to, command, reply, status, 0);
    smb_put(to, body, len);
}

/* A negotiation that offers 2.0.2, 2.1, 3.0, 3.0.2 and 3.1.1. */
static void smb_two_offer(struct smb_bytes *to, uint8_t mode)
{
    uint8_t body[46] = {36, 0, 5, 0, mode};
    const uint8_t dialects[] = {2, 2, 0x10, 2, 0, 3, 2, 3, 0x11, 3};

    memcpy(body + 36, dialects, sizeof dialects);
    smb_two(to, 0, false, 0, body, sizeof body);
}

static void smb_two_choice(struct smb_bytes *to, uint16_t dialect, uint8_t mode)
{
    uint8_t body[65] = {65, 0, mode, 0, (uint8_t)dialect, (uint8_t)(dialect >> 8)};

    smb_two(to, 0, true, 0, body, sizeof body);
}

/* Session setup: the client's security mode. */
static void smb_two_setup(struct smb_bytes *to, uint8_t mode)
{
    uint8_t body[25] = {25, 0, 0, mode};

    smb_two(to, 1, false, 0, body, sizeof body);
}

static void smb_two_setup_answer(struct smb_bytes *to, uint32_t status)
{
    uint8_t body[9] = {9};

    smb_two(to, 1, true, status, body, sizeof body);
}

static void smb_two_tree(struct smb_bytes *to)
{
    uint8_t body[20] = {9, 0, 0, 0, 72, 0, 12, 0};

    smb_two(to, 3, false, 0, body, sizeof body);
}

static void smb_two_tree_answer(struct smb_bytes *to, uint32_t status, bool encrypt)
{
    uint8_t body[16] = {16, 0, 1, 0, 0, encrypt ? 0x80 : 0};

    smb_two(to, 3, true, status, body, sizeof body);
}

/* A message in a transform header. */
static void smb_transform(struct smb_bytes *to)
{
    uint8_t body[120] = {0xfd, 'S', 'M', 'B'};

    smb_netbios(to, sizeof body);
    smb_put(to, body, sizeof body);
}

#endif
