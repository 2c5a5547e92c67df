/* SPDX-License-Identifier: BSD-2-Clause */
/* KEXINIT packets out of name lists (RFC 4253, 7.1). */
#ifndef SSH_BUILD_H
#define SSH_BUILD_H

#include <stdint.h>
#include <string.h>

struct ssh_lists {
    const char *kex, *key, *cipher[2], *mac[2]; /* cipher[1], mac[1]: NULL is as the other way */
};

struct ssh_bytes {
    uint8_t byte[40000];
    size_t len;
};

static void ssh_put(struct ssh_bytes *to, const void *bytes, size_t len)
{
    memcpy(to->byte + to->len, bytes, len);
    to->len += len;
}

static void ssh_put_be32(struct ssh_bytes *to, size_t v)
{
    const uint8_t b[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

    ssh_put(to, b, sizeof b);
}

static void ssh_put_list(struct ssh_bytes *to, const char *names)
{
    ssh_put_be32(to, strlen(names));
    ssh_put(to, names, strlen(names));
}

/* A message in a packet with padding (RFC 4253, 6). */
static void ssh_put_packet(struct ssh_bytes *to, const struct ssh_bytes *payload)
{
    const uint8_t zero[16] = {0};
    uint8_t padding = (uint8_t)(4 + (16 - (payload->len + 9) % 8) % 8);

    ssh_put_be32(to, payload->len + padding + 1);
    ssh_put(to, &padding, 1);
    ssh_put(to, payload->byte, payload->len);
    ssh_put(to, zero, padding);
}

static void ssh_put_kexinit(struct ssh_bytes *to, const struct ssh_lists *l)
{
    static struct ssh_bytes payload;
    const char *cipher = l->cipher[1] ? l->cipher[1] : l->cipher[0];
    const char *mac = l->mac[1] ? l->mac[1] : l->mac[0];

    payload.len = 0;
    ssh_put(&payload,
            "\x14"
            "0123456789abcdef",
            17);
    ssh_put_list(&payload, l->kex);
    ssh_put_list(&payload, l->key);
    ssh_put_list(&payload, l->cipher[0]);
    ssh_put_list(&payload, cipher);
    ssh_put_list(&payload, l->mac[0]);
    ssh_put_list(&payload, mac);
    ssh_put_list(&payload, "none,zlib@openssh.com");
    ssh_put_list(&payload, "none");
    ssh_put_list(&payload, "");
    ssh_put_list(&payload, "");
    ssh_put(&payload, "\0\0\0\0\0", 5);
    ssh_put_packet(to, &payload);
}

#endif
