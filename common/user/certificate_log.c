/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_log.h"
#include "certificate_key.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static void unknown(struct pl_certificate_log *log)
{
    memset(log, 0, sizeof *log);
    strcpy(log->sha256, "?");
    strcpy(log->sigalg, "?");
    strcpy(log->not_before, "?");
    strcpy(log->not_after, "?");
    strcpy(log->self_issued, "?");
    strcpy(log->expired, "-");
    strcpy(log->not_yet, "-");
    strcpy(log->key, "?");
    strcpy(log->bits, "?");
    log->cn[0] = log->san[0] = '-';
    log->cn_len = log->san_len = 1;
}

static void put_digest(const uint8_t *der, size_t len, char text[65])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (!EVP_Digest(der, len, digest, &n, EVP_sha256(), NULL) || n != 32)
        return;
    for (unsigned i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static bool read_times(const struct pl_der_certificate *c, struct pl_certificate_log *log)
{
    struct pl_der_item time[PL_DER_CHILDREN_MAX];
    struct pl_der contents;
    size_t count;

    if (!pl_der_children(&c->whole, &c->validity, time, &count) || count == 0)
        return false;
    contents = pl_der_contents(&c->whole, &time[0]);
    if (!pl_certificate_time_text(time[0].tag, &contents, log->not_before) || count < 2)
        return false;
    contents = pl_der_contents(&c->whole, &time[1]);
    return pl_certificate_time_text(time[1].tag, &contents, log->not_after);
}

static void judge_times(struct pl_certificate_log *log, int64_t observed_at)
{
    int64_t end, begin;

    if (observed_at == 0 || !pl_certificate_time(log->not_after, &end))
        return;
    strcpy(log->expired, end < observed_at ? "yes" : "no");
    if (pl_certificate_time(log->not_before, &begin))
        strcpy(log->not_yet, begin > observed_at ? "yes" : "no");
}

static bool same_bytes(struct pl_der a, struct pl_der b)
{
    return a.len == b.len && !memcmp(a.byte, b.byte, a.len);
}

/* --- text: tabs and line ends become blanks, what is not UTF-8 becomes U+FFFD */

static uint8_t plain(uint8_t c)
{
    return c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
}

/* How long the sequence is that begins with that byte, and the range of its second byte (Unicode
 * 15, table 3-7); 0: none begins so. */
static size_t utf8_shape(uint8_t first, uint8_t *low, uint8_t *high)
{
    *low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    *high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/* The bytes at s that belong together; *right when they are a character, else they are the longest
 * beginning of one, or a byte that begins none. */
static size_t utf8_take(const uint8_t *s, size_t len, bool *right)
{
    uint8_t low, high;
    size_t want = utf8_shape(s[0], &low, &high), n = 1;

    while (n < want && n < len && s[n] >= low && s[n] <= high) {
        low = 0x80;
        high = 0xbf;
        n++;
    }
    *right = n == want;
    return n;
}

static void put_utf8(struct pl_certificate_log *log, const struct pl_der *s)
{
    bool right;

    log->cn_len = 0;
    for (size_t i = 0, n; i < s->len && log->cn_len + 4 <= PL_LOG_CN_MAX; i += n) {
        n = utf8_take(s->byte + i, s->len - i, &right);
        for (size_t k = 0; right && k < n; k++)
            log->cn[log->cn_len++] = (char)plain(s->byte[i + k]);
        if (!right) {
            memcpy(log->cn + log->cn_len, "\xef\xbf\xbd", 3);
            log->cn_len += 3;
        }
    }
}

/* The last common name wins. */
static bool read_name_part(const struct pl_der *d, const struct pl_der_item *set,
                           struct pl_certificate_log *log)
{
    struct pl_der_item attribute, part[PL_DER_CHILDREN_MAX];
    struct pl_der contents;
    char oid[PL_OID_TEXT_MAX];
    size_t count, i = set->from;
    bool bad = false;

    while (pl_der_next(d, &i, set->to, &attribute, &bad)) {
        if (!pl_der_children(d, &attribute, part, &count) || count == 0)
            return false;
        contents = pl_der_contents(d, &part[0]);
        if (!pl_der_oid(&contents, oid))
            return false;
        if (strcmp(oid, "2.5.4.3") != 0)
            continue;
        if (count < 2)
            return false;
        contents = pl_der_contents(d, &part[1]);
        put_utf8(log, &contents);
    }
    return !bad;
}

static bool read_subject(const struct pl_der_certificate *c, struct pl_certificate_log *log)
{
    size_t i = c->subject.from;
    struct pl_der_item set;
    bool bad = false;

    while (pl_der_next(&c->whole, &i, c->subject.to, &set, &bad))
        if (!read_name_part(&c->whole, &set, log))
            return false;
    return !bad;
}

static bool read_key(const struct pl_der_certificate *c, struct pl_certificate_log *log)
{
    struct pl_certificate_key key;
    bool right = pl_certificate_key(c, &key);

    if (key.name[0])
        snprintf(log->key, sizeof log->key, "%s", key.name);
    if (key.has_bits)
        snprintf(log->bits, sizeof log->bits, "%u", key.bits);
    return right;
}

static void put_latin1(struct pl_certificate_log *log, uint8_t c)
{
    c = plain(c);
    if (c >= 0x80) {
        log->san[log->san_len++] = (char)(0xc0 | c >> 6);
        c = 0x80 | (c & 0x3f);
    }
    log->san[log->san_len++] = (char)c;
}

static bool read_san(const struct pl_der_certificate *c, const struct pl_der_item *value,
                     struct pl_certificate_log *log)
{
    enum { DNS_NAME = 0x82 };
    struct pl_der_item names, name;
    struct pl_der contents;
    size_t i, characters = 0, found = 0;
    bool bad = false;

    if (!pl_der_at(&c->whole, value->from, &names))
        return false;
    log->san_len = 0;
    for (i = names.from; pl_der_next(&c->whole, &i, names.to, &name, &bad);) {
        if (name.tag != DNS_NAME)
            continue;
        contents = pl_der_contents(&c->whole, &name);
        if (found++ && characters++ < PL_LOG_SAN_CHARACTERS)
            put_latin1(log, ',');
        for (size_t k = 0; k < contents.len && characters < PL_LOG_SAN_CHARACTERS;
             k++, characters++)
            put_latin1(log, contents.byte[k]);
    }
    if (bad || log->san_len == 0) {
        log->san[0] = '-';
        log->san_len = 1;
    }
    return !bad;
}

/* Nothing is told of extensions that do not end where they should. */
static bool whole_extensions(const struct pl_der_certificate *c)
{
    size_t i = c->extensions.from;
    struct pl_der_item item;
    bool bad = false;

    while (pl_der_next(&c->whole, &i, c->extensions.to, &item, &bad))
        ;
    return !bad;
}

static void read_extensions(const struct pl_der_certificate *c, struct pl_certificate_log *log)
{
    size_t i = c->extensions.from;
    struct pl_der_extension x;
    bool bad = !whole_extensions(c);

    if (bad)
        return;
    while (pl_der_next_extension(c, &i, &x, &bad))
        if (!strcmp(x.oid, "2.5.29.17") && !read_san(c, &x.value, log))
            return;
}

void pl_certificate_log(const uint8_t *der, size_t len, int64_t observed_at,
                        struct pl_certificate_log *log)
{
    struct pl_der_certificate c;

    unknown(log);
    put_digest(der, len, log->sha256);
    pl_der_certificate(der, len, &c);
    if (c.has_signature)
        snprintf(log->sigalg, sizeof log->sigalg, "%s", pl_certificate_algorithm(c.signature_oid));
    if (!c.has_body || !read_times(&c, log))
        return;
    judge_times(log, observed_at);
    strcpy(log->self_issued,
           same_bytes(pl_der_contents(&c.whole, &c.issuer), pl_der_contents(&c.whole, &c.subject))
               ? "yes"
               : "no");
    if (read_subject(&c, log) && read_key(&c, log))
        read_extensions(&c, log);
}
