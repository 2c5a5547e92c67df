/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_path.h"
#include "certificate_key.h"
#include "certificate_time.h"
#include "../check/cert.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

struct parsed {
    X509 *leaf;
    STACK_OF(X509) * others;
    bool all; /* every certificate that was sent */
};

static X509 *parse(const struct pl_trust *trust, const struct pl_certificate_bytes *bytes)
{
    X509 *x = X509_new_ex(trust ? pl_trust_library(trust) : NULL, NULL);
    const unsigned char *at = bytes->der;

    if (!x)
        return NULL;
    if (d2i_X509(&x, &at, (long)bytes->len) && at == bytes->der + bytes->len)
        return x;
    X509_free(x);
    return NULL;
}

static void parse_all(const struct pl_trust *trust, const struct pl_certificate_bytes *chain,
                      size_t count, struct parsed *p)
{
    p->leaf = parse(trust, &chain[0]);
    p->others = sk_X509_new_null();
    p->all = p->others != NULL;
    for (size_t i = 1; p->leaf && p->others && i < count; i++) {
        X509 *x = parse(trust, &chain[i]);

        if (x && sk_X509_push(p->others, x) > 0)
            continue;
        X509_free(x);
        p->all = false;
    }
}

static void forget(struct parsed *p)
{
    X509_free(p->leaf);
    sk_X509_pop_free(p->others, X509_free);
}

static bool self_issued(const X509 *x)
{
    return X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0;
}

static bool self_signed(X509 *x)
{
    return self_issued(x) && X509_verify(x, X509_get0_pubkey(x)) == 1;
}

/* --- what signed it */

/* By the length of what comes out; 0: not known. */
static enum pl_sig_hash digest_class(int digest)
{
    switch (digest) {
    case NID_md2:
    case NID_md4:
    case NID_md5:
        return PL_SIG_MD5;
    case NID_sha1:
        return PL_SIG_SHA1;
    case NID_sha224:
    case NID_sha512_224:
    case NID_sha3_224:
        return PL_SIG_SHA224;
    case NID_sha256:
    case NID_sha512_256:
    case NID_sha3_256:
        return PL_SIG_SHA256;
    case NID_sha384:
    case NID_sha3_384:
        return PL_SIG_SHA384;
    case NID_sha512:
    case NID_sha3_512:
        return PL_SIG_SHA512;
    default:
        return (enum pl_sig_hash)0;
    }
}

/* ML-DSA and SLH-DSA, which OpenSSL 3.0 does not know: NIST's arc of signatures, 17 to 46. */
static bool post_quantum(const X509 *x)
{
    const ASN1_OBJECT *algorithm;
    uint8_t arc[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03};
    const uint8_t *oid;

    X509_ALGOR_get0(&algorithm, NULL, NULL, X509_get0_tbs_sigalg(x));
    oid = OBJ_get0_data(algorithm);
    return OBJ_length(algorithm) == sizeof arc + 1 && !memcmp(oid, arc, sizeof arc) &&
           oid[sizeof arc] >= 17 && oid[sizeof arc] <= 46;
}

static enum pl_sig_hash hash_of(X509 *x)
{
    int nid = X509_get_signature_nid(x), digest = NID_undef, key = NID_undef;

    if (nid == NID_ED25519 || nid == NID_ED448 || post_quantum(x))
        return PL_SIG_INTRINSIC;
    if (nid == NID_rsassaPss) /* the hash is a parameter */
        (void)X509_get_signature_info(x, &digest, NULL, NULL, NULL);
    else
        (void)OBJ_find_sigid_algs(nid, &digest, &key);
    return digest_class(digest);
}

/* --- the leaf */

static bool read_time(const struct pl_der *d, const struct pl_der_item *item, int64_t *unix_s)
{
    struct pl_der contents = pl_der_contents(d, item);
    char text[PL_TIME_TEXT_BYTES];

    return pl_certificate_time_text(item->tag, &contents, text) &&
           pl_certificate_time(text, unix_s);
}

static bool read_validity(const struct pl_der_certificate *c, int64_t *not_before,
                          int64_t *not_after)
{
    struct pl_der_item time[PL_DER_CHILDREN_MAX];
    size_t count;

    return pl_der_children(&c->whole, &c->validity, time, &count) && count == 2 &&
           read_time(&c->whole, &time[0], not_before) && read_time(&c->whole, &time[1], not_after);
}

static bool read_leaf(const struct pl_certificate_bytes *bytes, struct pl_certificate_path *path)
{
    struct pl_cert_facts *f = &path->facts;
    struct pl_certificate_extensions x;
    struct pl_certificate_key key;
    struct pl_der_certificate c;

    pl_der_certificate(bytes->der, bytes->len, &c);
    if (!c.has_body || !read_validity(&c, &f->not_before, &f->not_after) ||
        !pl_certificate_key(&c, &key) || !pl_certificate_extensions(&c, &x))
        return false;
    f->key = (uint8_t)key.kind;
    f->group = key.group;
    f->key_bits = key.bits < UINT16_MAX ? (uint16_t)key.bits : UINT16_MAX;
    f->san = x.has_san;
    f->must_staple = x.must_staple;
    f->scts = x.scts;
    path->san = x.san;
    return true;
}

/* --- the path */

static void read_inner(X509 *x, struct pl_certificate_path *path)
{
    struct pl_cert_facts *f = &path->facts;
    enum pl_sig_hash hash = hash_of(x);
    struct pl_certificate_key key;
    struct pl_der_certificate c;
    int64_t begin, end;
    uint8_t *der = NULL;
    int len = i2d_X509(x, &der);

    if (hash && (f->inner_hash == 0 || hash < f->inner_hash)) /* the weaker the smaller */
        f->inner_hash = (uint8_t)hash;
    if (len <= 0)
        return;
    pl_der_certificate(der, (size_t)len, &c);
    if (c.has_body && pl_certificate_key(&c, &key) &&
        pl_cert_key_level(key.kind, key.group, key.bits) == PL_LEVEL_INSUFFICIENT)
        f->inner_weak_key = true;
    if (c.has_body && read_validity(&c, &begin, &end)) {
        path->inner_not_before = begin > path->inner_not_before ? begin : path->inner_not_before;
        path->inner_not_after = end < path->inner_not_after ? end : path->inner_not_after;
    }
    OPENSSL_free(der);
}

/* What lies between the leaf and the top; the top only where it is no root. */
static void read_path(STACK_OF(X509) * built, struct pl_certificate_path *path)
{
    int count = sk_X509_num(built);

    for (int i = 1; i < count; i++) {
        X509 *x = sk_X509_value(built, i);

        if (i < count - 1 || (path->facts.chain != PL_CERT_CHAIN_TRUSTED && !self_issued(x)))
            read_inner(x, path);
    }
}

/* Why there is no path. */
static enum pl_cert_chain no_path(int error, STACK_OF(X509) * built)
{
    int count = sk_X509_num(built);

    switch (error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        if (count < 1 || !self_issued(sk_X509_value(built, count - 1)))
            return PL_CERT_CHAIN_INCOMPLETE;
        return count > 1 ? PL_CERT_CHAIN_ROOT : PL_CERT_CHAIN_BROKEN; /* it did not sign itself */
    case X509_V_OK:
    case X509_V_ERR_OUT_OF_MEM:
    case X509_V_ERR_UNSPECIFIED:
    case X509_V_ERR_INVALID_CALL:
    case X509_V_ERR_STORE_LOOKUP:
        return PL_CERT_CHAIN_UNKNOWN;
    default:
        return PL_CERT_CHAIN_BROKEN;
    }
}

static X509_STORE_CTX *context(const struct pl_trust *trust, const struct parsed *p,
                               unsigned long flags)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(pl_trust_library(trust), NULL);
    X509_VERIFY_PARAM *param;

    if (!ctx || !X509_STORE_CTX_init(ctx, pl_trust_store(trust), p->leaf, p->others)) {
        X509_STORE_CTX_free(ctx);
        return NULL;
    }
    param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | flags);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_trust(param, X509_TRUST_SSL_SERVER);
    X509_VERIFY_PARAM_set_depth(param, PL_CERTIFICATES_MAX);
    X509_VERIFY_PARAM_set_auth_level(param, 0); /* weak keys and hashes have rows of their own */
    return ctx;
}

static void verify(const struct pl_trust *trust, const struct parsed *p, bool all,
                   struct pl_certificate_path *path)
{
    X509_STORE_CTX *ctx = context(trust, p, X509_V_FLAG_NO_CHECK_TIME);
    struct pl_cert_facts *f = &path->facts;
    STACK_OF(X509) * built;

    if (!ctx)
        return;
    if (X509_verify_cert(ctx) > 0)
        f->chain = PL_CERT_CHAIN_TRUSTED;
    else if (f->self_signed)
        f->chain = PL_CERT_CHAIN_SELF_SIGNED;
    else if (all)
        f->chain = (uint8_t)no_path(X509_STORE_CTX_get_error(ctx), X509_STORE_CTX_get0_chain(ctx));
    built = X509_STORE_CTX_get0_chain(ctx);
    if (built)
        read_path(built, path);
    if (f->chain == PL_CERT_CHAIN_TRUSTED)
        f->public_root = !pl_trust_is_own(trust, sk_X509_value(built, sk_X509_num(built) - 1));
    X509_STORE_CTX_free(ctx);
}

void pl_certificate_path(const struct pl_trust *trust, const struct pl_certificate_bytes *chain,
                         size_t count, bool cut, struct pl_certificate_path *path)
{
    struct pl_cert_facts *f = &path->facts;
    struct parsed p;

    memset(path, 0, sizeof *path);
    path->inner_not_before = INT64_MIN;
    path->inner_not_after = INT64_MAX;
    ERR_set_mark();
    parse_all(trust, chain, count, &p);
    f->seen = p.leaf && read_leaf(&chain[0], path);
    f->malformed = !f->seen;
    if (f->seen) {
        f->self_signed = self_signed(p.leaf);
        f->leaf_hash = (uint8_t)hash_of(p.leaf);
        if (trust && pl_trust_count(trust))
            verify(trust, &p, p.all && !cut, path);
    }
    forget(&p);
    ERR_pop_to_mark();
}

/* Only intermediates are asked for their times. */
static int skip_ends(int right, X509_STORE_CTX *ctx)
{
    int error = X509_STORE_CTX_get_error(ctx), depth = X509_STORE_CTX_get_error_depth(ctx);
    int last = sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;

    if (error != X509_V_ERR_CERT_HAS_EXPIRED && error != X509_V_ERR_CERT_NOT_YET_VALID)
        return right;
    return right || depth == 0 || depth >= last;
}

bool pl_certificate_path_valid_at(const struct pl_trust *trust,
                                  const struct pl_certificate_bytes *chain, size_t count,
                                  int64_t unix_s)
{
    X509_STORE_CTX *ctx;
    struct parsed p;
    bool valid = true;

    ERR_set_mark();
    parse_all(trust, chain, count, &p);
    ctx = p.leaf ? context(trust, &p, 0) : NULL;
    if (ctx) {
        X509_STORE_CTX_set_time(ctx, 0, (time_t)unix_s);
        X509_STORE_CTX_set_verify_cb(ctx, skip_ends);
        valid = X509_verify_cert(ctx) > 0;
    }
    X509_STORE_CTX_free(ctx);
    forget(&p);
    ERR_pop_to_mark();
    return valid;
}
