/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_key.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *oid, *name;
} algorithms[] = {
    {"1.2.840.113549.1.1.2", "md2WithRSA"},
    {"1.2.840.113549.1.1.4", "md5WithRSA"},
    {"1.2.840.113549.1.1.5", "sha1WithRSA"},
    {"1.2.840.113549.1.1.10", "rsassaPss"},
    {"1.2.840.113549.1.1.11", "sha256WithRSA"},
    {"1.2.840.113549.1.1.12", "sha384WithRSA"},
    {"1.2.840.113549.1.1.13", "sha512WithRSA"},
    {"1.3.14.3.2.29", "sha1WithRSA(oiw)"},
    {"1.2.840.10045.4.1", "ecdsa-sha1"},
    {"1.2.840.10045.4.3.2", "ecdsa-sha256"},
    {"1.2.840.10045.4.3.3", "ecdsa-sha384"},
    {"1.2.840.10045.4.3.4", "ecdsa-sha512"},
    {"1.2.840.10040.4.3", "dsa-sha1"},
    {"2.16.840.1.101.3.4.3.2", "dsa-sha256"},
    {"1.3.101.112", "ed25519"},
    {"2.16.840.1.101.3.4.3.17", "ml-dsa-44"},
    {"2.16.840.1.101.3.4.3.18", "ml-dsa-65"},
};

/* name: as a log has it, or NULL where it has the OID. */
static const struct {
    const char *oid, *name;
    uint16_t bits, group;
} curves[] = {
    {"1.2.840.10045.3.1.7", "P-256", 256, 23}, {"1.3.132.0.33", "P-224", 224, 21},
    {"1.3.132.0.34", "P-384", 384, 24},        {"1.3.132.0.35", "P-521", 521, 25},
    {"1.3.132.0.10", "secp256k1", 256, 22},    {"1.3.36.3.3.2.8.1.1.7", NULL, 0, 26},
    {"1.3.36.3.3.2.8.1.1.11", NULL, 0, 27},    {"1.3.36.3.3.2.8.1.1.13", NULL, 0, 28},
};

static const struct {
    const char *oid, *name;
    enum pl_cert_key kind;
} keys[] = {
    {"1.2.840.113549.1.1.1", "RSA", PL_CERT_KEY_RSA},
    {"1.2.840.113549.1.1.10", "RSA", PL_CERT_KEY_RSA},
    {"1.2.840.10045.2.1", "EC", PL_CERT_KEY_EC},
    {"1.2.840.10040.4.1", "DSA", PL_CERT_KEY_DSA},
    {"1.3.101.112", "Ed25519", PL_CERT_KEY_ED25519},
    {"1.3.101.113", "Ed448", PL_CERT_KEY_ED448},
    {"2.16.840.1.101.3.4.3.17", "ml-dsa-44", PL_CERT_KEY_ML_DSA},
    {"2.16.840.1.101.3.4.3.18", "ml-dsa-65", PL_CERT_KEY_ML_DSA},
    {"2.16.840.1.101.3.4.3.19", "2.16.840.1.101.3.4.3.19", PL_CERT_KEY_ML_DSA},
};

const char *pl_certificate_algorithm(const char *oid)
{
    for (size_t i = 0; i < PL_COUNT(algorithms); i++)
        if (!strcmp(algorithms[i].oid, oid))
            return algorithms[i].name;
    return oid;
}

static void set_bits(struct pl_certificate_key *key, uint32_t bits)
{
    key->bits = bits;
    key->has_bits = true;
}

/* SEQUENCE { modulus, exponent } (RFC 8017, A.1.1) */
static bool read_rsa(const struct pl_der *bits, struct pl_certificate_key *key)
{
    struct pl_der_item sequence, modulus;
    struct pl_der contents;

    if (!pl_der_at(bits, 0, &sequence) || !pl_der_at(bits, sequence.from, &modulus))
        return false;
    contents = pl_der_contents(bits, &modulus);
    set_bits(key, pl_der_bits(&contents));
    return true;
}

/* Curves without a name here: half of the point, which is what an uncompressed one has. */
static bool read_ec(const struct pl_der *d, const struct pl_der_item *parameters, size_t point,
                    struct pl_certificate_key *key)
{
    char oid[PL_OID_TEXT_MAX] = "explicit";
    const char *name = oid;
    struct pl_der contents;
    uint32_t bits = point ? (uint32_t)(point - 1) * 4 : 0;

    key->group = PL_CERT_GROUP_EXPLICIT;
    if (parameters && parameters->tag == PL_DER_OID) {
        contents = pl_der_contents(d, parameters);
        if (!pl_der_oid(&contents, oid))
            return false;
        key->group = PL_CERT_GROUP_OTHER;
    }
    for (size_t i = 0; i < PL_COUNT(curves); i++) {
        if (strcmp(curves[i].oid, oid) != 0)
            continue;
        key->group = curves[i].group;
        name = curves[i].name ? curves[i].name : oid;
        bits = curves[i].bits ? curves[i].bits : bits;
    }
    snprintf(key->name, sizeof key->name, "EC:%s", name);
    set_bits(key, bits);
    return true;
}

/* Parameters SEQUENCE { p, q, g }, which may be left out (RFC 3279, 2.3.2). */
static bool read_dsa(const struct pl_der *d, const struct pl_der_item *parameters,
                     struct pl_certificate_key *key)
{
    struct pl_der_item prime;
    struct pl_der contents;

    if (!parameters)
        return true;
    if (!pl_der_at(d, parameters->from, &prime))
        return false;
    contents = pl_der_contents(d, &prime);
    set_bits(key, pl_der_bits(&contents));
    return true;
}

static bool read_kind(const struct pl_der *d, const struct pl_der_item *algorithm,
                      struct pl_certificate_key *key)
{
    struct pl_der contents = pl_der_contents(d, algorithm);
    char oid[PL_OID_TEXT_MAX];

    if (!pl_der_oid(&contents, oid))
        return false;
    snprintf(key->name, sizeof key->name, "%s", pl_certificate_algorithm(oid));
    for (size_t i = 0; i < PL_COUNT(keys); i++) {
        if (strcmp(keys[i].oid, oid) != 0)
            continue;
        snprintf(key->name, sizeof key->name, "%s", keys[i].name);
        key->kind = keys[i].kind;
    }
    return true;
}

bool pl_certificate_key(const struct pl_der_certificate *c, struct pl_certificate_key *key)
{
    struct pl_der_item part[PL_DER_CHILDREN_MAX], algorithm[PL_DER_CHILDREN_MAX], *parameters;
    struct pl_der bits;
    size_t parts, count;

    memset(key, 0, sizeof *key);
    if (!pl_der_children(&c->whole, &c->key_info, part, &parts) || parts == 0 ||
        !pl_der_children(&c->whole, &part[0], algorithm, &count) || count == 0 || parts < 2 ||
        !read_kind(&c->whole, &algorithm[0], key))
        return false;
    bits = pl_der_contents(&c->whole, &part[1]);
    if (bits.len) { /* the first byte counts the unused bits */
        bits.byte++;
        bits.len--;
    }
    parameters = count > 1 ? &algorithm[1] : NULL;
    switch (key->kind) {
    case PL_CERT_KEY_RSA:
        return read_rsa(&bits, key);
    case PL_CERT_KEY_EC:
        return read_ec(&c->whole, parameters, bits.len, key);
    case PL_CERT_KEY_DSA:
        return read_dsa(&c->whole, parameters, key);
    default:
        set_bits(key, (uint32_t)bits.len * 8);
        return true;
    }
}
