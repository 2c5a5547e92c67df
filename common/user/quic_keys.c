/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of QUIC's Initial packets and what is done with them, by OpenSSL. */
#include "quic.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

enum { SALT_BYTES = 20, PAYLOAD_MAX = 65536, LABEL_MAX = 32, SAMPLE_BYTES = 16 };

struct pl_quic_keyring {
    EVP_MAC *hmac_kind;
    EVP_MAC_CTX *hmac;
    EVP_CIPHER_CTX *mask, *gcm;
    uint8_t payload[PAYLOAD_MAX];
};

/* What differs from version to version. */
struct constants {
    uint8_t salt[SALT_BYTES];
    uint8_t retry_key[PL_QUIC_KEY_BYTES], retry_nonce[PL_QUIC_IV_BYTES];
    const char *key, *iv, *header; /* labels */
};

/* RFC 9001, 5.2 and 5.8; drafts 33 and 34 have the same. */
static const struct constants version_1 = {
    {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
     0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a},
    {0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8,
     0x4e},
    {0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb},
    "quic key",
    "quic iv",
    "quic hp"};

/* RFC 9369, 3.3. */
static const struct constants version_2 = {
    {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
     0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9},
    {0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc,
     0x92},
    {0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a},
    "quicv2 key",
    "quicv2 iv",
    "quicv2 hp"};

/* Drafts 29 to 32 of RFC 9001. */
static const struct constants draft_29 = {
    {0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
     0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99},
    {0xcc, 0xce, 0x18, 0x7e, 0xd0, 0x9a, 0x09, 0xd0, 0x57, 0x28, 0x15, 0x5a, 0x6c, 0xb9, 0x6b,
     0xe1},
    {0xe5, 0x49, 0x30, 0xf9, 0x7f, 0x21, 0x36, 0xf0, 0x53, 0x0a, 0x8c, 0x1c},
    "quic key",
    "quic iv",
    "quic hp"};

static const struct constants *constants_of(uint32_t version)
{
    uint8_t draft = pl_quic_draft(version);

    if (version == PL_QUIC_V1 || draft >= PL_QUIC_DRAFT_33)
        return &version_1;
    if (version == PL_QUIC_V2)
        return &version_2;
    return draft >= PL_QUIC_DRAFT_29 ? &draft_29 : NULL;
}

bool pl_quic_keyring_open(struct pl_quic_keyring **ring, struct pl_error *error)
{
    OSSL_PARAM sha256[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){"SHA256"}, 0),
        OSSL_PARAM_construct_end()};
    struct pl_quic_keyring *r = calloc(1, sizeof *r);

    if (r) {
        r->hmac_kind = EVP_MAC_fetch(NULL, "HMAC", NULL);
        r->hmac = r->hmac_kind ? EVP_MAC_CTX_new(r->hmac_kind) : NULL;
        r->mask = EVP_CIPHER_CTX_new();
        r->gcm = EVP_CIPHER_CTX_new();
        if (r->hmac && r->mask && r->gcm && EVP_MAC_CTX_set_params(r->hmac, sha256) &&
            EVP_EncryptInit_ex(r->mask, EVP_aes_128_ecb(), NULL, NULL, NULL) &&
            EVP_DecryptInit_ex(r->gcm, EVP_aes_128_gcm(), NULL, NULL, NULL)) {
            *ring = r;
            return true;
        }
    }
    pl_quic_keyring_close(r);
    return pl_fail(error, NULL, 0, 0, "QUIC: OpenSSL has no AES-128-GCM or no HMAC with SHA-256");
}

void pl_quic_keyring_close(struct pl_quic_keyring *ring)
{
    if (!ring)
        return;
    EVP_MAC_CTX_free(ring->hmac);
    EVP_MAC_free(ring->hmac_kind);
    EVP_CIPHER_CTX_free(ring->mask);
    EVP_CIPHER_CTX_free(ring->gcm);
    free(ring);
}

static bool hmac(struct pl_quic_keyring *r, const uint8_t *key, size_t key_len, const uint8_t *data,
                 size_t len, uint8_t out[PL_QUIC_SECRET_BYTES])
{
    size_t n = 0;

    return EVP_MAC_init(r->hmac, key, key_len, NULL) && EVP_MAC_update(r->hmac, data, len) &&
           EVP_MAC_final(r->hmac, out, &n, PL_QUIC_SECRET_BYTES) && n == PL_QUIC_SECRET_BYTES;
}

/* HKDF-Expand-Label without a context (RFC 8446, 7.1).  All that is derived here fits into the
 * first block of the expansion (RFC 5869, 2.3). */
static bool expand(struct pl_quic_keyring *r, const uint8_t secret[PL_QUIC_SECRET_BYTES],
                   const char *label, uint8_t *out, size_t len)
{
    uint8_t info[3 + LABEL_MAX + 2] = {0}, block[PL_QUIC_SECRET_BYTES];
    size_t label_len = strlen(label);

    info[1] = (uint8_t)len;
    info[2] = (uint8_t)(6 + label_len);
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, label_len);
    info[9 + label_len + 1] = 1;
    if (!hmac(r, secret, PL_QUIC_SECRET_BYTES, info, 9 + label_len + 2, block))
        return false;
    memcpy(out, block, len);
    return true;
}

bool pl_quic_keys_derive(struct pl_quic_keyring *ring, struct pl_quic_keys *keys, enum pl_side side,
                         uint32_t version, const uint8_t *id, size_t id_len)
{
    const struct constants *c = constants_of(version);
    uint8_t initial[PL_QUIC_SECRET_BYTES], secret[PL_QUIC_SECRET_BYTES];

    keys->version = 0;
    if (!c || !hmac(ring, c->salt, SALT_BYTES, id, id_len, initial) ||
        !expand(ring, initial, side == PL_CLIENT ? "client in" : "server in", secret,
                sizeof secret) ||
        !expand(ring, secret, c->key, keys->key, sizeof keys->key) ||
        !expand(ring, secret, c->iv, keys->iv, sizeof keys->iv) ||
        !expand(ring, secret, c->header, keys->header, sizeof keys->header))
        return false;
    keys->version = version;
    return true;
}

/* The mask of the header (RFC 9001, 5.4.3). */
static bool header_mask(struct pl_quic_keyring *r, const struct pl_quic_keys *keys,
                        const uint8_t *sample, uint8_t mask[SAMPLE_BYTES])
{
    int n = 0;

    return EVP_EncryptInit_ex(r->mask, NULL, NULL, keys->header, NULL) &&
           EVP_CIPHER_CTX_set_padding(r->mask, 0) &&
           EVP_EncryptUpdate(r->mask, mask, &n, sample, SAMPLE_BYTES) && n == SAMPLE_BYTES;
}

/* The number near to what is awaited whose last bytes these are (RFC 9000, A.3). */
static uint64_t whole_number(uint64_t awaited, uint64_t low, uint32_t bytes)
{
    uint64_t window = (uint64_t)1 << 8 * bytes, number = (awaited & ~(window - 1)) | low;

    if (number + window / 2 <= awaited)
        return number + window;
    if (number > awaited + window / 2 && number >= window)
        return number - window;
    return number;
}

static bool associate(struct pl_quic_keyring *r, const uint8_t *bytes, size_t len)
{
    int n = 0;

    return EVP_DecryptUpdate(r->gcm, NULL, &n, bytes, (int)len);
}

/* The tag last, so that nothing is believed before. */
static bool decrypt(struct pl_quic_keyring *r, const uint8_t *sealed, size_t len)
{
    uint8_t tag[PL_QUIC_TAG_BYTES];
    size_t plain = len - PL_QUIC_TAG_BYTES;
    int n = 0, last = 0;

    memcpy(tag, sealed + plain, sizeof tag);
    return EVP_DecryptUpdate(r->gcm, r->payload, &n, sealed, (int)plain) && (size_t)n == plain &&
           EVP_CIPHER_CTX_ctrl(r->gcm, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) &&
           EVP_DecryptFinal_ex(r->gcm, r->payload + n, &last) > 0;
}

bool pl_quic_packet_open(struct pl_quic_keyring *ring, const struct pl_quic_keys *keys,
                         const struct pl_quic_packet *packet, uint64_t *number,
                         struct pl_view *payload)
{
    const uint8_t *bytes = packet->whole.chunk + packet->whole.at;
    uint32_t at = packet->number - packet->whole.at, len = pl_view_left(&packet->whole), low_bytes;
    uint8_t mask[SAMPLE_BYTES], nonce[PL_QUIC_IV_BYTES], low[4], first;
    uint64_t whole = 0;

    if (len < at + PL_QUIC_SAMPLE_AT + SAMPLE_BYTES || len - at > PAYLOAD_MAX ||
        !header_mask(ring, keys, bytes + at + PL_QUIC_SAMPLE_AT, mask))
        return false;
    first = bytes[0] ^ (mask[0] & 0x0f);
    low_bytes = (first & 3u) + 1;
    for (uint32_t i = 0; i < low_bytes; i++) {
        low[i] = bytes[at + i] ^ mask[1 + i];
        whole = whole << 8 | low[i];
    }
    whole = whole_number(*number, whole, low_bytes);
    memcpy(nonce, keys->iv, sizeof nonce);
    for (uint32_t i = 0; i < 8; i++)
        nonce[sizeof nonce - 1 - i] ^= (uint8_t)(whole >> 8 * i);
    if (!EVP_DecryptInit_ex(ring->gcm, NULL, NULL, keys->key, nonce) ||
        !associate(ring, &first, 1) || !associate(ring, bytes + 1, at - 1) ||
        !associate(ring, low, low_bytes) ||
        !decrypt(ring, bytes + at + low_bytes, len - at - low_bytes))
        return false;
    *number = whole;
    *payload = pl_view(ring->payload, len - at - low_bytes - PL_QUIC_TAG_BYTES);
    return true;
}

bool pl_quic_retry_is_authentic(struct pl_quic_keyring *ring, const struct pl_quic_packet *packet,
                                const uint8_t *id, size_t id_len)
{
    const struct constants *c = constants_of(packet->version);
    const uint8_t *bytes = packet->whole.chunk + packet->whole.at;
    uint32_t len = pl_view_left(&packet->whole);
    uint8_t id_head = (uint8_t)id_len;

    return c && len >= PL_QUIC_TAG_BYTES &&
           EVP_DecryptInit_ex(ring->gcm, NULL, NULL, c->retry_key, c->retry_nonce) &&
           associate(ring, &id_head, 1) && associate(ring, id, id_len) &&
           associate(ring, bytes, len - PL_QUIC_TAG_BYTES) &&
           decrypt(ring, bytes + len - PL_QUIC_TAG_BYTES, PL_QUIC_TAG_BYTES);
}
