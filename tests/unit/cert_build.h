/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates for the tests, made by OpenSSL when a test runs: every kind of key, hash, time, name
 * and extension, signed by any other. */
#ifndef CERT_BUILD_H
#define CERT_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "common/check/cert.h"
#include "common/user/certificate.h"

#define UNUSED_HERE __attribute__((unused))

enum { DAY = 86400, DER_MAX = 8192 };

static const int64_t NOW = 1780272000; /* 2026-06-01 */

struct made {
    X509 *x;
    EVP_PKEY *key;
    uint8_t der[DER_MAX];
    size_t len;
};

/* What is left at zero becomes: now, 90 days, SHA-256, the P-256 key, signed by itself.  The key is
 * taken over. */
struct order {
    const char *cn, *san;   /* san as in openssl.cnf: "DNS:a.example,IP:192.0.2.1" */
    const uint8_t *raw_san; /* or as DER */
    size_t raw_san_len;
    int64_t from, to; /* unix seconds */
    EVP_PKEY *key;
    const struct made *issuer;
    const EVP_MD *hash;
    bool ca, no_hash, must_staple, pss;
    const char *purpose;     /* extendedKeyUsage */
    unsigned scts, same_log; /* of distinct logs, and more of the first */
};

static EVP_PKEY *ec_key(const char *curve)
{
    EVP_PKEY *key = EVP_EC_gen(curve);

    assert_non_null(key);
    return key;
}

static UNUSED_HERE EVP_PKEY *rsa_key(unsigned bits)
{
    EVP_PKEY *key = EVP_RSA_gen(bits);

    assert_non_null(key);
    return key;
}

static UNUSED_HERE EVP_PKEY *plain_key(int id)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(id, NULL);
    EVP_PKEY *key = NULL;

    assert_true(EVP_PKEY_keygen_init(ctx) > 0 && EVP_PKEY_keygen(ctx, &key) > 0);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static UNUSED_HERE EVP_PKEY *dsa_key(void)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, NULL);
    EVP_PKEY *parameters = NULL, *key = NULL;

    assert_true(EVP_PKEY_paramgen_init(ctx) > 0 &&
                EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, 1024) > 0 &&
                EVP_PKEY_paramgen(ctx, &parameters) > 0);
    EVP_PKEY_CTX_free(ctx);
    ctx = EVP_PKEY_CTX_new(parameters, NULL);
    assert_true(EVP_PKEY_keygen_init(ctx) > 0 && EVP_PKEY_keygen(ctx, &key) > 0);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(parameters);
    return key;
}

/* One key for all that do not care. */
static EVP_PKEY *common_key(void)
{
    static EVP_PKEY *key;

    if (!key)
        key = ec_key("P-256");
    return key;
}

static void add_extension(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

    assert_non_null(e);
    assert_true(X509_add_ext(x, e, -1));
    X509_EXTENSION_free(e);
}

static void add_raw(X509 *x, const char *oid, const uint8_t *value, size_t len)
{
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    X509_EXTENSION *e;

    assert_true(ASN1_OCTET_STRING_set(octets, value, (int)len));
    e = X509_EXTENSION_create_by_OBJ(NULL, object, 0, octets);
    assert_true(e && X509_add_ext(x, e, -1));
    X509_EXTENSION_free(e);
    ASN1_OBJECT_free(object);
    ASN1_OCTET_STRING_free(octets);
}

/* Timestamps whose signatures nobody checks here: version, log, time, no extensions. */
static void add_scts(X509 *x, const struct order *o)
{
    enum { SCT = 47 };
    uint8_t value[4 + 2 + 16 * (SCT + 2)] = {0}, *at = value + 6;
    unsigned count = o->scts + o->same_log;
    size_t list = (size_t)count * (SCT + 2);

    for (unsigned i = 0; i < count; i++, at += SCT + 2) {
        at[1] = SCT;
        memset(at + 3, i < o->scts ? (int)i + 1 : 1, 32);
    }
    value[0] = 0x04;
    value[1] = 0x82;
    value[2] = (uint8_t)((list + 2) >> 8);
    value[3] = (uint8_t)(list + 2);
    value[4] = (uint8_t)(list >> 8);
    value[5] = (uint8_t)list;
    add_raw(x, "1.3.6.1.4.1.11129.2.4.2", value, list + 6);
}

static void add_extensions(X509 *x, const struct order *o)
{
    if (o->ca)
        add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
    if (o->san)
        add_extension(x, NID_subject_alt_name, o->san);
    if (o->raw_san)
        add_raw(x, "2.5.29.17", o->raw_san, o->raw_san_len);
    if (o->purpose)
        add_extension(x, NID_ext_key_usage, o->purpose);
    if (o->must_staple)
        add_extension(x, NID_tlsfeature, "status_request");
    if (o->scts)
        add_scts(x, o);
}

static void sign(X509 *x, const struct order *o, EVP_PKEY *key)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *parameters = NULL;

    assert_true(EVP_DigestSignInit(ctx, &parameters,
                                   o->no_hash ? NULL
                                   : o->hash  ? o->hash
                                              : EVP_sha256(),
                                   NULL, key));
    if (o->pss)
        assert_true(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) > 0);
    assert_true(X509_sign_ctx(x, ctx) > 0);
    EVP_MD_CTX_free(ctx);
}

static void to_der(struct made *m)
{
    unsigned char *at = m->der;
    int len = i2d_X509(m->x, NULL);

    assert_in_range(len, 1, DER_MAX);
    m->len = (size_t)i2d_X509(m->x, &at);
}

static void make(struct made *m, const struct order *o)
{
    const struct made *issuer = o->issuer ? o->issuer : m;
    int64_t from = o->from ? o->from : NOW - DAY;
    static long serial = 1;
    X509_NAME *name;

    memset(m, 0, sizeof *m);
    m->x = X509_new();
    m->key = o->key ? o->key : common_key();
    if (!o->key)
        EVP_PKEY_up_ref(m->key);
    X509_set_version(m->x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(m->x), serial++);
    name = X509_get_subject_name(m->x);
    assert_true(X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_UTF8, (const unsigned char *)(o->cn ? o->cn : "leaf"), -1, -1, 0));
    X509_set_issuer_name(m->x, X509_get_subject_name(issuer->x));
    ASN1_TIME_set(X509_getm_notBefore(m->x), (time_t)from);
    ASN1_TIME_set(X509_getm_notAfter(m->x), (time_t)(o->to ? o->to : from + 90 * DAY));
    assert_true(X509_set_pubkey(m->x, m->key));
    add_extensions(m->x, o);
    sign(m->x, o, issuer->key);
    to_der(m);
}

static void unmake(struct made *m)
{
    X509_free(m->x);
    EVP_PKEY_free(m->key);
    memset(m, 0, sizeof *m);
}

/* --- judging */

struct judge {
    struct pl_trust *trust;
    struct pl_certificates *certificates;
    struct pl_cert_facts facts;
    struct pl_findings found;
};

static void write_pem(const char *path, struct made *const *roots, size_t count)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    for (size_t i = 0; i < count; i++)
        assert_true(PEM_write_X509(file, roots[i]->x));
    fclose(file);
}

/* With that root (NULL: no trust store). */
static void judge_begin(struct judge *j, struct made *root, bool own)
{
    char path[] = "/tmp/plimsoll-cert-XXXXXX";
    struct pl_error error;
    int fd;

    memset(j, 0, sizeof *j);
    if (root) {
        fd = mkstemp(path);
        assert_true(fd >= 0);
        close(fd);
        write_pem(path, &root, 1);
        j->trust = pl_trust_new();
        assert_true(pl_trust_add(j->trust, path, own, &error));
        unlink(path);
    }
    j->certificates = pl_certificates_new(j->trust);
    assert_non_null(j->certificates);
}

static void judge_end(struct judge *j)
{
    pl_certificates_free(j->certificates);
    pl_trust_free(j->trust);
}

static void judge_chain(struct judge *j, const struct made *const *chain, size_t count,
                        const char *name, int64_t at)
{
    struct pl_certificate_bytes bytes[32];

    assert_in_range(count, 0, PL_COUNT(bytes));
    for (size_t i = 0; i < count; i++) {
        bytes[i].der = chain[i]->der;
        bytes[i].len = chain[i]->len;
    }
    pl_certificates_read(j->certificates, bytes, count, name, name ? strlen(name) : 0, at,
                         &j->facts);
    memset(&j->found, 0, sizeof j->found);
    pl_check_cert(&j->facts, &j->found);
}

#define SEEN(j, check)   (((j)->found.seen[PL_FAMILY_CERT] & PL_MASK(check)) != 0)
#define FAILED(j, check) (((j)->found.failed[PL_FAMILY_CERT] & PL_MASK(check)) != 0)
#define FIRES(j, check)  assert_true(FAILED(j, check))
#define PASSES(j, check) assert_true(SEEN(j, check) && !FAILED(j, check))
#define UNSEEN(j, check) assert_false(SEEN(j, check))

#endif
