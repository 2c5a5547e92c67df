/* SPDX-License-Identifier: BSD-2-Clause */
/* TXT records for tests: a text as strings of any length, and keys of DKIM. */
#ifndef PL_TEST_MAIL_DOMAIN_BUILD_H
#define PL_TEST_MAIL_DOMAIN_BUILD_H

#include "common/read/dns/txt.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct text {
    uint8_t byte[8192];
    uint32_t len;
};

/* Strings of at most so many bytes, an empty one before each. */
static inline void split_text(struct text *t, const char *text, size_t most)
{
    t->len = 0;
    for (size_t n; *text; text += n) {
        n = strlen(text) < most ? strlen(text) : most;
        assert(t->len + n + 2 <= sizeof(t->byte));
        t->byte[t->len++] = 0;
        t->byte[t->len++] = (uint8_t)n;
        memcpy(t->byte + t->len, text, n);
        t->len += (uint32_t)n;
    }
}

/* Read with read(to, txt), in strings of each of some lengths: the facts are always the same. */
#define READ_TEXT(read, to, text)                                                                  \
    do {                                                                                           \
        static const size_t most_[] = {1, 2, 3, 7, 255};                                           \
        struct text t_;                                                                            \
        __typeof__(*(to)) first_;                                                                  \
        bool is_ = (read)(&first_, pl_txt_plain(pl_view((const uint8_t *)(text), strlen(text))));  \
        for (size_t i_ = 0; i_ < PL_COUNT(most_); i_++) {                                          \
            split_text(&t_, text, most_[i_]);                                                      \
            assert_int_equal((read)(to, pl_txt(pl_view(t_.byte, t_.len))), is_);                   \
            assert_memory_equal(to, &first_, sizeof(first_));                                      \
        }                                                                                          \
        assert_int_equal((to)->seen, is_);                                                         \
    } while (0)

static inline size_t der_head(uint8_t *to, uint8_t tag, size_t len)
{
    uint8_t head[4] = {tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len};

    memcpy(to, head, 4);
    return 4;
}

/* An RSA key of so many bits in base64; wrapped: as RFC 5280 has it. */
static inline const char *rsa_key(uint32_t bits, bool wrapped)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static char text[2048];
    static const uint8_t algorithm[] = {0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86,
                                        0xf7, 13, 1, 1, 1,    5,    0};
    uint32_t bytes = bits / 8 + 1, at = 0, out = 0, inner = 4 + bytes + 5; /* a zero in front */
    uint8_t der[1400] = {0};

    if (wrapped) {
        at += der_head(der, 0x30, sizeof(algorithm) + 4 + 1 + 4 + inner);
        memcpy(der + at, algorithm, sizeof(algorithm));
        at += sizeof(algorithm);
        at += der_head(der + at, 3, 1 + 4 + inner) + 1;
    }
    at += der_head(der + at, 0x30, inner);
    at += der_head(der + at, 2, bytes);
    der[at + 1] = 0x80;
    at += bytes;
    memcpy(der + at, "\2\3\1\0\1", 5);
    at += 5;
    for (uint32_t i = 0; i < at; i += 3) {
        uint32_t three = pl_be24(der + i);
        for (int k = 3; k >= 0; k--)
            text[out++] = digits[three >> (6 * k) & 63];
    }
    for (uint32_t pad = (3 - at % 3) % 3; pad; pad--)
        text[out - pad] = '=';
    text[out] = 0;
    return text;
}

#endif
