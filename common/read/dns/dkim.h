/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One DKIM key record (RFC 6376, 3.6.1; RFC 8301; RFC 8463): the kind and the length of the key.
 *
 *   struct pl_dkim k;
 *   if (pl_dkim_read(&k, pl_txt(data))) ...      false: it is no key record, k is all zero
 *
 * The key is decoded as far as its length is told (RFC 8017, A.1.1, behind the head of RFC 5280,
 * 4.1, or without it); the rest is counted.
 */
#ifndef PL_READ_DNS_DKIM_H
#define PL_READ_DNS_DKIM_H

#include "txt.h"

enum { PL_DKIM_HEAD = 48, PL_DKIM_ED25519_BYTES = 32 };

enum pl_dkim_kind { PL_DKIM_RSA, PL_DKIM_ED25519, PL_DKIM_OTHER };

struct pl_dkim {
    bool seen;
    bool broken;      /* the key cannot be read */
    bool revoked;     /* p is empty */
    bool testing;     /* t=y */
    bool sha1, other; /* of h: SHA-1 is named; something else is */
    uint8_t kind;     /* enum pl_dkim_kind */
    uint16_t bits;    /* of RSA's modulus; 0: not known */
};

/* --- base64 (RFC 4648, 4) */

struct pl_dkim_bytes {
    uint32_t len; /* of all */
    uint8_t byte[PL_DKIM_HEAD];
};

PL_INLINE int pl_dkim_digit(int c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : pl_txt_digit(c)      ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* False when it is none. */
PL_APART bool pl_dkim_decode(struct pl_dkim_bytes *to, struct pl_txt t, uint32_t len)
{
    uint32_t bits = 0, have = 0;
    bool padded = false;

    to->len = 0;
    for (uint32_t i = 0; i < PL_TXT_MAX && i < len; i++) {
        int c = pl_txt_next(&t), digit = pl_dkim_digit(c);
        if (pl_txt_blank(c))
            continue;
        if ((digit < 0 && c != '=') || (digit >= 0 && padded))
            return false;
        padded |= c == '=';
        if (padded)
            continue;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        if (to->len < PL_DKIM_HEAD)
            to->byte[to->len] = (uint8_t)(bits >> have);
        to->len++;
    }
    return to->len > 0;
}

/* --- DER (X.690, 8.1) */

enum { PL_DKIM_INTEGER = 2, PL_DKIM_BITS = 3, PL_DKIM_SEQUENCE = 0x30 };

/* An element's head: its content has to be there, whether it is kept or not. */
PL_APART bool pl_dkim_head(const struct pl_dkim_bytes *b, uint32_t *at, uint8_t tag, uint32_t *len)
{
    uint32_t i = *at, more;

    if (i + 4 > PL_DKIM_HEAD || i + 4 > b->len || b->byte[i] != tag)
        return false;
    *len = b->byte[i + 1];
    more = *len & 0x80 ? *len & 0x7f : 0;
    if (*len & 0x80)
        *len = more == 1 ? b->byte[i + 2] : more == 2 ? pl_be16(b->byte + i + 2) : UINT16_MAX + 1u;
    *at = i + 2 + more;
    return more <= 2 && *at + *len <= b->len;
}

/* The bits of the modulus that stands at this place; 0: there is none. */
PL_APART uint32_t pl_dkim_modulus(const struct pl_dkim_bytes *b, uint32_t at)
{
    uint32_t len, bits;

    if (!pl_dkim_head(b, &at, PL_DKIM_INTEGER, &len))
        return 0;
    while (len && at < PL_DKIM_HEAD && b->byte[at] == 0) {
        at++;
        len--;
    }
    if (len == 0 || at >= PL_DKIM_HEAD)
        return 0;
    bits = len * 8;
    for (uint8_t first = b->byte[at]; !(first & 0x80); first = (uint8_t)(first << 1))
        bits--;
    return bits;
}

PL_APART uint32_t pl_dkim_rsa_bits(const struct pl_dkim_bytes *b)
{
    uint32_t at = 0, len;

    if (!pl_dkim_head(b, &at, PL_DKIM_SEQUENCE, &len))
        return 0;
    if (at < PL_DKIM_HEAD && at < b->len && b->byte[at] == PL_DKIM_INTEGER)
        return pl_dkim_modulus(b, at);
    if (!pl_dkim_head(b, &at, PL_DKIM_SEQUENCE, &len))
        return 0;
    at += len; /* the algorithm */
    if (!pl_dkim_head(b, &at, PL_DKIM_BITS, &len))
        return 0;
    at++; /* the number of bits that are not used */
    return pl_dkim_head(b, &at, PL_DKIM_SEQUENCE, &len) ? pl_dkim_modulus(b, at) : 0;
}

/* --- the record */

PL_APART void pl_dkim_key(struct pl_dkim *k, const struct pl_tag *tag)
{
    struct pl_dkim_bytes b = {0};
    uint32_t bits;

    k->revoked = tag->value_len == 0;
    if (k->revoked || k->kind == PL_DKIM_OTHER)
        return;
    if (!pl_dkim_decode(&b, tag->value, tag->value_len)) {
        k->broken = true;
        return;
    }
    bits = k->kind == PL_DKIM_RSA ? pl_dkim_rsa_bits(&b) : 0;
    k->bits = (uint16_t)(bits > UINT16_MAX ? UINT16_MAX : bits);
    k->broken = k->kind == PL_DKIM_RSA ? bits == 0 : b.len != PL_DKIM_ED25519_BYTES;
}

/* Words between colons: t and h. */
PL_APART void pl_dkim_words(struct pl_dkim *k, const struct pl_tag *tag, bool hashes)
{
    struct pl_txt value = tag->value, word;
    uint32_t len = tag->value_len, word_len;

    for (int i = 0; i < PL_TAGS_MAX && pl_txt_split(&value, &len, ':', &word, &word_len); i++) {
        bool sha1 = pl_txt_same(word, word_len, "sha1", false);
        k->testing |= !hashes && pl_txt_same(word, word_len, "y", false);
        k->sha1 |= hashes && sha1;
        k->other |= hashes && !sha1 && word_len;
    }
}

/* The version may be left out, and is first when it is there.  A name below _domainkey holds
 * other things too: what has no key is none. */
PL_APART bool pl_dkim_read(struct pl_dkim *k, struct pl_txt t)
{
    struct pl_tag tag, key = {.sound = false};

    *k = (struct pl_dkim){0};
    for (int i = 0; i < PL_TAGS_MAX && pl_tag_next(&t, &tag); i++) {
        if (pl_tag_named(&tag, "v") && (i || !pl_txt_same(tag.value, tag.value_len, "DKIM1", true)))
            return false;
        if (pl_tag_named(&tag, "p") && tag.sound)
            key = tag;
        else if (pl_tag_named(&tag, "k"))
            k->kind = pl_tag_is(&tag, "rsa")       ? PL_DKIM_RSA
                      : pl_tag_is(&tag, "ed25519") ? PL_DKIM_ED25519
                                                   : PL_DKIM_OTHER;
        else if (pl_tag_named(&tag, "t") || pl_tag_named(&tag, "h"))
            pl_dkim_words(k, &tag, pl_tag_named(&tag, "h"));
    }
    if (!key.sound) {
        *k = (struct pl_dkim){0};
        return false;
    }
    k->seen = true;
    pl_dkim_key(k, &key);
    return true;
}

#endif
