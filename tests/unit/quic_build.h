/* SPDX-License-Identifier: BSD-2-Clause */
/* QUIC packets built and sealed by hand; the keys by OpenSSL's own HKDF, so that the code under
 * test is not its own witness. */
#ifndef QUIC_BUILD_H
#define QUIC_BUILD_H

#include "tls_build.h"

#include "common/user/quic.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>

struct quic_seal {
    uint8_t key[16], iv[12], header[16];
};

static inline size_t quic_hex(const char *hex, uint8_t *out)
{
    size_t len = 0;

    for (; hex[0] && hex[1]; hex += 2) {
        char two[3] = {hex[0], hex[1], 0};

        out[len++] = (uint8_t)strtoul(two, NULL, 16);
    }
    return len;
}

static inline void quic_hkdf(int mode, const uint8_t *key, size_t key_len, const uint8_t *salt,
                             size_t salt_len, const uint8_t *info, size_t info_len, uint8_t *out,
                             size_t len)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *c = EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    OSSL_PARAM p[] = {
        OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_len),
        OSSL_PARAM_construct_end()};

    assert_true(EVP_KDF_derive(c, out, len, p) > 0);
    EVP_KDF_CTX_free(c);
    EVP_KDF_free(kdf);
}

static inline void quic_label(const uint8_t secret[32], const char *label, uint8_t *out, size_t len)
{
    static struct hello info;
    uint8_t head[] = {0, (uint8_t)len, (uint8_t)(6 + strlen(label))};

    info.len = 0;
    put(&info, head, 3);
    put(&info, "tls13 ", 6);
    put(&info, label, strlen(label));
    put(&info, "", 1);
    quic_hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, secret, 32, (const uint8_t *)"", 0, info.at, info.len,
              out, len);
}

static inline struct quic_seal quic_seal_keys(enum pl_side side, uint32_t version,
                                              const uint8_t *id, size_t id_len)
{
    const char *of_2 = "0dede3def700a6db819381be6e269dcbf9bd2ed9";
    const char *of_1 = "38762cf7f55934b34d179ae6a4c80cadccbb7f0a";
    const char *of_29 = "afbfec289993d24c9e9786f19c6111e04390a899";
    bool two = version == PL_QUIC_V2, draft = version >= 0xff00001d && version <= 0xff000020;
    uint8_t salt[20], initial[32], secret[32];
    struct quic_seal s = {0};

    quic_hex(two ? of_2 : draft ? of_29 : of_1, salt);
    quic_hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, id, id_len, salt, 20, (const uint8_t *)"", 0, initial,
              32);
    quic_label(initial, side == PL_CLIENT ? "client in" : "server in", secret, 32);
    quic_label(secret, two ? "quicv2 key" : "quic key", s.key, 16);
    quic_label(secret, two ? "quicv2 iv" : "quic iv", s.iv, 12);
    quic_label(secret, two ? "quicv2 hp" : "quic hp", s.header, 16);
    return s;
}

/* Append a sealed packet: its header in clear, the last bytes of it the packet number. */
static inline void quic_seal(struct hello *d, const struct quic_seal *s, const struct hello *head,
                             uint64_t number, const struct hello *payload)
{
    uint32_t number_len = (head->at[0] & 3u) + 1;
    size_t begin = d->len, sealed = begin + head->len;
    uint8_t nonce[12], mask[32], tag[16];
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n;

    memcpy(nonce, s->iv, 12);
    for (int i = 0; i < 8; i++)
        nonce[11 - i] ^= (uint8_t)(number >> 8 * i);
    put(d, head->at, head->len);
    put(d, payload->at, payload->len);
    assert_true(EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, s->key, nonce));
    assert_true(EVP_EncryptUpdate(c, NULL, &n, head->at, (int)head->len));
    assert_true(EVP_EncryptUpdate(c, d->at + sealed, &n, payload->at, (int)payload->len));
    assert_true(EVP_EncryptFinal_ex(c, mask, &n));
    assert_true(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, tag));
    put(d, tag, 16);
    assert_true(EVP_EncryptInit_ex(c, EVP_aes_128_ecb(), NULL, s->header, NULL));
    assert_true(EVP_EncryptUpdate(c, mask, &n, d->at + sealed - number_len + 4, 16));
    EVP_CIPHER_CTX_free(c);
    d->at[begin] ^= mask[0] & 0x0f;
    for (uint32_t i = 0; i < number_len; i++)
        d->at[sealed - number_len + i] ^= mask[1 + i];
}

struct quic_build {
    uint32_t version;
    enum pl_side side;
    const char *dcid, *scid, *token; /* as bytes, ended by 0 */
    const char *key_id;              /* the keys are those of this id; NULL: of dcid */
    uint64_t number;
    uint8_t number_len; /* 0: 2 */
    uint32_t room;      /* PADDING up to this size of the payload */
};

static inline void quic_put_id(struct hello *h, const char *id)
{
    uint8_t len = (uint8_t)(id ? strlen(id) : 0);

    put(h, &len, 1);
    put(h, id ? id : "", len);
}

/* type: 0 Initial, 1 0-RTT, 2 Handshake, 3 Retry, as version 1 counts. */
static inline void quic_long_head(struct hello *h, struct quic_build b, uint32_t type)
{
    uint32_t shown = b.version == PL_QUIC_V2 ? (type + 1) & 3 : type;
    uint8_t first = (uint8_t)(0xc0 | shown << 4 | (b.number_len ? b.number_len - 1 : 1));

    h->len = 0;
    put(h, &first, 1);
    put16(h, b.version >> 16);
    put16(h, b.version & 0xffff);
    quic_put_id(h, b.dcid);
    quic_put_id(h, b.scid);
}

/* Append an Initial with these frames to a datagram. */
static inline void quic_initial(struct hello *d, struct quic_build b, const struct hello *frames)
{
    const char *id = b.key_id ? b.key_id : b.dcid;
    struct quic_seal s =
        quic_seal_keys(b.side, b.version, (const uint8_t *)id, id ? strlen(id) : 0);
    static struct hello head, payload;
    uint32_t bytes = b.number_len ? b.number_len : 2;

    payload.len = 0;
    put(&payload, frames->at, frames->len);
    while (payload.len < b.room)
        put(&payload, "", 1);
    quic_long_head(&head, b, 0);
    quic_put_id(&head, b.token);
    put16(&head, 0x4000 | (unsigned)(bytes + payload.len + 16));
    for (uint32_t i = bytes; i-- > 0;) {
        uint8_t byte = (uint8_t)(b.number >> 8 * i);

        put(&head, &byte, 1);
    }
    quic_seal(d, &s, &head, b.number, &payload);
}

/* A Retry of version 1 with the token "token", for a client that asked with this id. */
static inline void quic_retry(struct hello *d, const char *dcid, const char *scid,
                              const char *asked)
{
    struct quic_build b = {.version = PL_QUIC_V1, .dcid = dcid, .scid = scid};
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    uint8_t secret[28], tag[16], len = (uint8_t)strlen(asked);
    int n;

    quic_hex("be0c690b9f66575a1d766b54e368c84e461599d35d632bf2239825bb", secret);
    quic_long_head(d, b, PL_QUIC_RETRY);
    put(d, "token", 5);
    assert_true(EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, secret, secret + 16));
    assert_true(EVP_EncryptUpdate(c, NULL, &n, &len, 1));
    assert_true(EVP_EncryptUpdate(c, NULL, &n, (const uint8_t *)asked, len));
    assert_true(EVP_EncryptUpdate(c, NULL, &n, d->at, (int)d->len));
    assert_true(EVP_EncryptFinal_ex(c, tag, &n));
    assert_true(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, tag));
    EVP_CIPHER_CTX_free(c);
    put(d, tag, 16);
}

/* Append a CRYPTO frame with the bytes [from, end) of a stream. */
static inline void quic_crypto(struct hello *frames, const struct hello *stream, size_t from,
                               size_t end)
{
    put(frames, "\6", 1);
    put16(frames, 0x4000 | (unsigned)from);
    put16(frames, 0x4000 | (unsigned)(end - from));
    put(frames, stream->at + from, end - from);
}

/* A datagram in memory of its own size, so that ASan sees a byte too many. */
static inline enum pl_outcome quic_read(struct pl_quic *q, struct pl_quic_keyring *ring,
                                        enum pl_side side, const struct hello *d)
{
    uint8_t *copy = test_malloc(d->len + 1);
    enum pl_outcome o;

    memcpy(copy + 1, d->at, d->len);
    o = pl_quic_read(q, ring, side, copy + 1, d->len);
    test_free(copy);
    return o;
}

#endif
