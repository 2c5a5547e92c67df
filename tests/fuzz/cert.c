/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains of any bytes, read without and with a trust store (one made-up root), twice: what is
 * remembered has to be what was read.  OpenSSL's error queue has to stay empty.
 *
 * Input: the certificates, each with two bytes of its length; what is left is the last one.
 */
#include "common/check/cert.h"
#include "common/user/certificate.h"
#include "common/user/certificate_log.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN_MAX = 20, NOW = 1780272000 };

static struct pl_trust *trust;
static struct pl_certificates *without, *with; /* a trust store */

static void must(bool right)
{
    if (!right)
        abort();
}

/* A root that nobody has the key of, so that chains are judged. */
static void make_trust(void)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *root = X509_new();

    must(key && root && X509_set_version(root, 2));
    ASN1_INTEGER_set(X509_get_serialNumber(root), 1);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(root), "CN", MBSTRING_ASC,
                               (const unsigned char *)"root", -1, -1, 0);
    X509_set_issuer_name(root, X509_get_subject_name(root));
    ASN1_TIME_set(X509_getm_notBefore(root), NOW);
    ASN1_TIME_set(X509_getm_notAfter(root), NOW + 86400);
    must(X509_set_pubkey(root, key) && X509_sign(root, key, EVP_sha256()) > 0);
    trust = pl_trust_new();
    must(trust && X509_STORE_add_cert(pl_trust_store(trust), root));
    without = pl_certificates_new(NULL);
    with = pl_certificates_new(trust);
    must(pl_trust_count(trust) == 1 && without && with);
    X509_free(root);
    EVP_PKEY_free(key);
}

static size_t split(const uint8_t *data, size_t size, struct pl_certificate_bytes *chain)
{
    size_t count = 0;

    while (size > 2 && count < CHAIN_MAX) {
        size_t len = pl_be16(data);
        uint8_t *copy;

        data += 2;
        size -= 2;
        len = len < size && count < CHAIN_MAX - 1 ? len : size;
        copy = malloc(len + !len); /* of its own size, so that ASan sees a byte too many */
        must(copy != NULL);
        memcpy(copy, data, len);
        chain[count].der = copy;
        chain[count++].len = len;
        data += len;
        size -= len;
    }
    return count;
}

static void check_log(const struct pl_certificate_bytes *leaf)
{
    struct pl_certificate_log log;

    pl_certificate_log(leaf->der, leaf->len, NOW, &log);
    must(strlen(log.sha256) == 64 && log.key[0] && log.bits[0] && log.sigalg[0]);
    must(log.cn_len <= sizeof log.cn && log.san_len <= sizeof log.san && log.san_len > 0);
    for (size_t i = 0; i < log.san_len; i++)
        must(log.san[i] != '\t' && log.san[i] != '\n' && log.san[i] != '\r');
}

static void check_chain(struct pl_certificates *c, const struct pl_certificate_bytes *chain,
                        size_t count)
{
    static const char *const names[] = {"a.example", "192.0.2.1", "2001:db8::1", "*.example"};
    struct pl_cert_facts facts, again;

    for (size_t i = 0; i < PL_COUNT(names); i++) {
        struct pl_findings o = {0};

        pl_certificates_read(c, chain, count, names[i], strlen(names[i]), NOW, &facts);
        pl_certificates_read(c, chain, count, names[i], strlen(names[i]), NOW, &again);
        must(!memcmp(&facts, &again, sizeof facts));
        must(count == 0 || chain[0].len > PL_CERTIFICATES_BYTES || facts.seen != facts.malformed);
        must(c == with || facts.chain == PL_CERT_CHAIN_UNKNOWN);
        must(facts.chain == PL_CERT_CHAIN_TRUSTED || !facts.public_root);
        pl_check_cert(&facts, &o);
        must((o.failed[PL_FAMILY_CERT] & ~o.seen[PL_FAMILY_CERT]) == 0);
        must(facts.seen || o.seen[PL_FAMILY_CERT] == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_certificate_bytes chain[CHAIN_MAX];
    size_t count = split(data, size, chain);

    if (!trust)
        make_trust();
    check_chain(without, chain, count);
    check_chain(with, chain, count);
    if (count)
        check_log(&chain[0]);
    must(ERR_peek_error() == 0);
    for (size_t i = 0; i < count; i++)
        free((void *)chain[i].der);
    return 0;
}
