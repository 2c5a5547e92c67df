/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate.h"
#include "certificate_name.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum {
    SETS = 1024,
    WAYS = 4,
    DIGEST_BYTES = 32,
    CLOCK_S = 300,
    STORE_AGE_S = 366 * 86400 /* roots leave a store that slowly */
};

struct entry {
    uint8_t digest[DIGEST_BYTES];
    uint64_t used; /* 0: free; else when it was asked for last */
    struct pl_certificate_path path;
};

struct pl_certificates {
    const struct pl_trust *trust;
    EVP_MD_CTX *digest;
    struct pl_certificates_counts counts;
    uint64_t now; /* counts the questions */
    struct entry entry[SETS][WAYS];
};

struct pl_certificates *pl_certificates_new(const struct pl_trust *trust)
{
    struct pl_certificates *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    c->trust = trust;
    c->digest = EVP_MD_CTX_new();
    if (c->digest)
        return c;
    free(c);
    return NULL;
}

void pl_certificates_free(struct pl_certificates *c)
{
    if (!c)
        return;
    EVP_MD_CTX_free(c->digest);
    free(c);
}

struct pl_certificates_counts pl_certificates_counts(const struct pl_certificates *c)
{
    return c->counts;
}

/* How many of them are within the limits. */
static size_t within(const struct pl_certificate_bytes *chain, size_t count)
{
    size_t n = 0, left = PL_CERTIFICATES_BYTES;

    while (n < count && n < PL_CERTIFICATES_MAX && chain[n].len <= left)
        left -= chain[n++].len;
    return n;
}

/* Of the certificates with their lengths, so that no two chains have the same bytes. */
static bool digest_chain(struct pl_certificates *c, const struct pl_certificate_bytes *chain,
                         size_t count, bool cut, uint8_t digest[EVP_MAX_MD_SIZE])
{
    bool right = EVP_DigestInit_ex(c->digest, EVP_sha256(), NULL) &&
                 EVP_DigestUpdate(c->digest, &cut, sizeof cut);

    for (size_t i = 0; right && i < count; i++)
        right = EVP_DigestUpdate(c->digest, &chain[i].len, sizeof chain[i].len) &&
                EVP_DigestUpdate(c->digest, chain[i].der, chain[i].len);
    return right && EVP_DigestFinal_ex(c->digest, digest, NULL);
}

/* The entry of that digest, or the one of its set that was not asked for longest. */
static struct entry *find(struct pl_certificates *c, const uint8_t *digest, bool *known)
{
    struct entry *set = c->entry[pl_be16(digest) % SETS], *oldest = set;

    for (size_t i = 0; i < WAYS; i++) {
        *known = set[i].used && !memcmp(set[i].digest, digest, DIGEST_BYTES);
        if (*known)
            return &set[i];
        if (set[i].used < oldest->used)
            oldest = &set[i];
    }
    return oldest;
}

static bool find_path(struct pl_certificates *c, const struct pl_certificate_bytes *chain,
                      size_t count, bool cut, struct pl_certificate_path *path)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    struct entry *entry;
    bool known, right;

    ERR_set_mark();
    right = digest_chain(c, chain, count, cut, digest);
    ERR_pop_to_mark();
    if (!right)
        return false;
    entry = find(c, digest, &known);
    if (!known) {
        pl_certificate_path(c->trust, chain, count, cut, &entry->path);
        memcpy(entry->digest, digest, DIGEST_BYTES);
    }
    c->counts.hits += known;
    c->counts.misses += !known;
    entry->used = ++c->now;
    *path = entry->path;
    return true;
}

/* Another path may lead around an intermediate that is expired. */
static bool inner_expired(const struct pl_certificates *c, const struct pl_certificate_bytes *chain,
                          size_t count, const struct pl_certificate_path *path, int64_t observed_at)
{
    if (path->facts.chain != PL_CERT_CHAIN_TRUSTED || observed_at == 0)
        return false;
    if (observed_at >=
            path->inner_not_before - (path->inner_not_before > INT64_MIN ? CLOCK_S : 0) &&
        observed_at <= path->inner_not_after + (path->inner_not_after < INT64_MAX ? CLOCK_S : 0))
        return false;
    return !pl_certificate_path_valid_at(c->trust, chain, count, observed_at);
}

void pl_certificates_read(struct pl_certificates *c, const struct pl_certificate_bytes *chain,
                          size_t count, const char *name, size_t name_len, int64_t observed_at,
                          struct pl_cert_facts *facts)
{
    size_t n = within(chain, count);
    struct pl_certificate_path path;
    struct pl_der leaf;

    memset(facts, 0, sizeof *facts);
    if (n == 0 || !find_path(c, chain, n, n < count, &path))
        return;
    *facts = path.facts;
    facts->observed_at = observed_at;
    if (!facts->seen)
        return;
    leaf.byte = chain[0].der;
    leaf.len = chain[0].len;
    facts->name_known = name && name_len;
    facts->name_matches =
        facts->name_known && pl_certificate_name_matches(&leaf, &path.san, name, name_len);
    facts->inner_expired = inner_expired(c, chain, n, &path, observed_at);
    facts->before_store =
        c->trust && observed_at && pl_trust_made_at(c->trust) - observed_at > (int64_t)STORE_AGE_S;
}
