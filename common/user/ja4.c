/* SPDX-License-Identifier: BSD-2-Clause */
#include "ja4.h"
#include "../cursor.h"
#include "../read/tls/code.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANDOM_BYTES = 32,
    CLIENT_HELLO = 1,
    SHOWN_MAX = 99,
    HASH_TEXT_BYTES = 13, /* the first 6 bytes in hex */
    VALUE_TEXT_BYTES = 5, /* "1301," */
    DTLS_MAJOR = 0xfe00
};

enum extension {
    EXTENSION_SERVER_NAME = 0,
    EXTENSION_SIGNATURE_ALGORITHMS = 13,
    EXTENSION_ALPN = 16,
    EXTENSION_SUPPORTED_VERSIONS = 43
};

struct list {
    uint16_t value[PL_JA4_LIST_MAX];
    size_t count;
};

struct hello {
    enum pl_ja4_transport transport;
    uint16_t legacy, highest;   /* highest: of supported_versions, as a number; 0: none */
    uint16_t best, draft, dtls; /* the best final version, draft, DTLS version; 0: none */
    uint8_t alpn_first, alpn_last;
    bool alpn, server_name;
    bool full; /* a list is longer than there is room for */
    struct list suites, extensions, signatures;
};

static bool take_list(struct pl_cursor *c, struct list *list)
{
    uint16_t v;

    while (pl_take_be16(c, &v)) {
        if (pl_is_grease(v))
            continue;
        if (list->count == PL_JA4_LIST_MAX)
            return false;
        list->value[list->count++] = v;
    }
    return true;
}

/* A list with its length in front, cut where its extension ends; false when there is no length. */
static bool inner_list(struct pl_cursor *c, size_t length_bytes, struct pl_cursor *list)
{
    const uint8_t *length = pl_take(c, length_bytes);
    size_t n = 0;

    if (!length)
        return false;
    for (size_t i = 0; i < length_bytes; i++)
        n = n << 8 | length[i];
    return pl_child(c, n < pl_left(c) ? n : pl_left(c), list);
}

static bool read_versions(struct hello *h, struct pl_cursor *body)
{
    struct pl_cursor list;
    uint16_t v;

    if (!inner_list(body, 1, &list))
        return false;
    while (pl_take_be16(&list, &v)) {
        if (pl_is_grease(v))
            continue;
        if (v > h->highest)
            h->highest = v;
        if (v <= PL_TLS13 && v > h->best)
            h->best = v;
        if (v >> 8 == 0x7f && v > h->draft)
            h->draft = v;
        if (v >= DTLS_MAJOR && (h->dtls == 0 || v < h->dtls)) /* they count down */
            h->dtls = v;
    }
    return true;
}

static bool read_alpn(struct hello *h, struct pl_cursor *body)
{
    struct pl_cursor list, name;
    uint8_t len = 0;

    if (!inner_list(body, 2, &list))
        return false;
    if (!pl_take_u8(&list, &len) || !pl_child(&list, len, &name) || len == 0)
        return true;
    h->alpn = true;
    h->alpn_first = name.at[0];
    h->alpn_last = name.end[-1];
    return true;
}

static bool read_signatures(struct hello *h, struct pl_cursor *body)
{
    struct pl_cursor list;

    h->signatures.count = 0;
    if (!inner_list(body, 2, &list))
        return false;
    h->full |= !take_list(&list, &h->signatures);
    return true;
}

/* false: it is broken, and what follows is not read. */
static bool read_extension(struct hello *h, uint16_t type, struct pl_cursor *body)
{
    struct pl_cursor list;

    switch (type) {
    case EXTENSION_SERVER_NAME:
        h->server_name = true;
        return pl_done(body) || inner_list(body, 2, &list);
    case EXTENSION_SUPPORTED_VERSIONS:
        return read_versions(h, body);
    case EXTENSION_ALPN:
        return read_alpn(h, body);
    case EXTENSION_SIGNATURE_ALGORITHMS:
        return read_signatures(h, body);
    default:
        return true;
    }
}

/* SSL 3 and the first TLS have none, and then nothing follows.  false: they are not all there. */
static bool read_extensions(struct hello *h, struct pl_cursor *c)
{
    struct pl_cursor all, body;
    uint16_t type, len;
    bool whole = true;

    if (pl_done(c))
        return true;
    if (!pl_take_be16(c, &len) || !pl_child(c, len, &all))
        return false;
    while (whole && !h->full && pl_take_be16(&all, &type) && pl_take_be16(&all, &len)) {
        whole = pl_child(&all, len, &body);
        if (!whole)
            body = all;
        if (!pl_is_grease(type)) {
            h->full |= h->extensions.count == PL_JA4_LIST_MAX;
            if (!h->full)
                h->extensions.value[h->extensions.count++] = type;
            whole = read_extension(h, type, &body) && whole;
        }
    }
    return true;
}

static bool skip_vector(struct pl_cursor *c)
{
    uint8_t len = 0;

    return pl_take_u8(c, &len) && pl_take(c, len);
}

/* Session, with DTLS the cookie (RFC 6347, 4.2.1), suites, compressions. */
static bool read_hello(struct hello *h, struct pl_cursor *c)
{
    struct pl_cursor suites;
    uint16_t len;

    return skip_vector(c) && (h->transport != PL_JA4_DTLS || skip_vector(c)) &&
           pl_take_be16(c, &len) && pl_child(c, len, &suites) && take_list(&suites, &h->suites) &&
           skip_vector(c);
}

/* --- the parts of the fingerprint */

static const char *version_letters(uint16_t v)
{
    switch (v) {
    case 0x0304:
        return "13";
    case 0x0303:
        return "12";
    case 0x0302:
        return "11";
    case 0x0301:
        return "10";
    case 0x0300:
        return "s3";
    case 0x0002:
        return "s2";
    case 0xfeff:
        return "d1";
    case 0xfefd:
        return "d2";
    case 0xfefc:
        return "d3";
    default:
        return "00";
    }
}

static bool alphanumeric(uint8_t c)
{
    c = pl_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The first and the last character, or the first and the last digit of the name in hex. */
static void alpn_letters(const struct hello *h, char text[3])
{
    static const char hex[] = "0123456789abcdef";
    bool right = alphanumeric(h->alpn_first) && alphanumeric(h->alpn_last);

    memcpy(text, "00", 3);
    if (!h->alpn)
        return;
    text[0] = (char)(right ? h->alpn_first : hex[h->alpn_first >> 4]);
    text[1] = (char)(right ? h->alpn_last : hex[h->alpn_last & 15]);
}

static int compare(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* "002f,0035": answers how many bytes. */
static size_t put_list(const struct list *list, char *text)
{
    size_t used = 0;

    for (size_t i = 0; i < list->count; i++)
        used += (size_t)sprintf(text + used, "%s%04x", i ? "," : "", list->value[i]);
    return used;
}

static bool put_hash(const char *text, size_t len, char hash[HASH_TEXT_BYTES])
{
    uint8_t digest[EVP_MAX_MD_SIZE];

    memcpy(hash, "000000000000", HASH_TEXT_BYTES);
    if (len == 0)
        return true;
    if (!EVP_Digest(text, len, digest, NULL, EVP_sha256(), NULL))
        return false;
    for (size_t i = 0; i < HASH_TEXT_BYTES / 2; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static bool put_suites(struct hello *h, char hash[HASH_TEXT_BYTES])
{
    char text[PL_JA4_LIST_MAX * VALUE_TEXT_BYTES];

    qsort(h->suites.value, h->suites.count, sizeof h->suites.value[0], compare);
    return put_hash(text, put_list(&h->suites, text), hash);
}

/* Sorted and without the two that the first part tells of; then the signature algorithms as the
 * client has them. */
static bool put_extensions(struct hello *h, char hash[HASH_TEXT_BYTES])
{
    char text[2 * PL_JA4_LIST_MAX * VALUE_TEXT_BYTES + 1];
    struct list *list = &h->extensions;
    size_t used, kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (list->value[i] != EXTENSION_SERVER_NAME && list->value[i] != EXTENSION_ALPN)
            list->value[kept++] = list->value[i];
    list->count = kept;
    qsort(list->value, list->count, sizeof list->value[0], compare);
    used = put_list(list, text);
    if (h->signatures.count) {
        text[used++] = '_';
        used += put_list(&h->signatures, text + used);
    }
    return put_hash(text, used, hash);
}

static unsigned shown(size_t count)
{
    return count < SHOWN_MAX ? (unsigned)count : SHOWN_MAX;
}

static bool put_ja4(struct hello *h, char ja4[PL_JA4_BYTES])
{
    unsigned suites = shown(h->suites.count), extensions = shown(h->extensions.count);
    char suite_hash[HASH_TEXT_BYTES], extension_hash[HASH_TEXT_BYTES], alpn[3];

    if (!put_suites(h, suite_hash) || !put_extensions(h, extension_hash))
        return false;
    alpn_letters(h, alpn);
    snprintf(ja4, PL_JA4_BYTES, "%c%s%c%02u%02u%s_%s_%s", h->transport,
             version_letters(h->highest ? h->highest : h->legacy), h->server_name ? 'd' : 'i',
             suites, extensions, alpn, suite_hash, extension_hash);
    return true;
}

void pl_ja4_version(uint16_t version, bool v2, char text[PL_JA4_VERSION_BYTES])
{
    static const struct {
        uint16_t version;
        const char *name;
    } names[] = {{0x0002, "SSL2"},      {0x0300, "SSL3"},    {0x0301, "TLS1.0"},
                 {0x0302, "TLS1.1"},    {0x0303, "TLS1.2"},  {0x0304, "TLS1.3"},
                 {0xfeff, "DTLS1.0"},   {0xfefd, "DTLS1.2"}, {0xfefc, "DTLS1.3"},
                 {0x0100, "DTLS1.0bad"}};
    const char *tail = v2 ? "(v2hello)" : "";

    for (size_t i = 0; i < PL_COUNT(names); i++) {
        if (names[i].version == version) {
            snprintf(text, PL_JA4_VERSION_BYTES, "%s%s", names[i].name, tail);
            return;
        }
    }
    if (version >> 8 == 0x7f)
        snprintf(text, PL_JA4_VERSION_BYTES, "TLS1.3d%d%s", version & 0xff, tail);
    else
        snprintf(text, PL_JA4_VERSION_BYTES, "0x%04x%s", version, tail);
}

/* A draft of TLS 1.3 is better than all but TLS 1.3 itself. */
static uint16_t best_version(const struct hello *h)
{
    if (h->transport == PL_JA4_DTLS)
        return h->dtls ? h->dtls : h->legacy;
    if (h->draft && h->best < PL_TLS13)
        return h->draft;
    return h->best ? h->best : h->legacy;
}

bool pl_ja4_body(const uint8_t *body, size_t len, enum pl_ja4_transport transport,
                 struct pl_ja4 *out)
{
    struct pl_cursor c = pl_cursor(body, len);
    const uint8_t *random;
    struct hello h;
    bool right;

    memset(&h, 0, sizeof h);
    memset(out, 0, sizeof *out);
    h.transport = transport;
    if (!pl_take_be16(&c, &h.legacy))
        return false;
    random = pl_take(&c, RANDOM_BYTES);
    for (size_t i = 0; random && i < RANDOM_BYTES; i++)
        snprintf(out->random + 2 * i, 3, "%02x", random[i]);
    right = random && read_hello(&h, &c) && read_extensions(&h, &c) && !h.full;
    if (right)
        pl_ja4_version(best_version(&h), false, out->max_version);
    return right && put_ja4(&h, out->ja4);
}

bool pl_ja4_message(const uint8_t *message, size_t len, enum pl_ja4_transport transport,
                    struct pl_ja4 *out)
{
    enum { HEADER = 4 };

    memset(out, 0, sizeof *out);
    if (len < HEADER || message[0] != CLIENT_HELLO || pl_be24(message + 1) != len - HEADER)
        return false;
    return pl_ja4_body(message + HEADER, len - HEADER, transport, out);
}
