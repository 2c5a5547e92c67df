/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read of the leaf: keys, hashes, names, extensions, times; and of what is no leaf. */
#include "cert_build.h"
#include "common/user/certificate_log.h"

#include <openssl/err.h>

static struct judge j;

static int begin(void **state)
{
    (void)state;
    judge_begin(&j, NULL, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    judge_end(&j);
    return 0;
}

static struct pl_certificate_log log_of(const struct made *m)
{
    struct pl_certificate_log log;

    pl_certificate_log(m->der, m->len, NOW, &log);
    return log;
}

/* --- keys */

static void key_is(EVP_PKEY *key, bool no_hash, const char *name, const char *bits, bool weak,
                   bool phase_out)
{
    struct pl_certificate_log log;
    struct made m;

    make(&m, &(struct order){.san = "DNS:a.example", .key = key, .no_hash = no_hash});
    judge_chain(&j, (const struct made *const[]){&m}, 1, NULL, NOW);
    assert_true(j.facts.seen && SEEN(&j, cert_key_weak) && SEEN(&j, cert_key_phase_out));
    assert_int_equal(FAILED(&j, cert_key_weak), weak);
    assert_int_equal(FAILED(&j, cert_key_phase_out), phase_out);
    log = log_of(&m);
    assert_string_equal(log.key, name);
    assert_string_equal(log.bits, bits);
    unmake(&m);
}

static EVP_PKEY *explicit_key(void)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
    EVP_PKEY *key = NULL;

    assert_true(EVP_PKEY_keygen_init(ctx) > 0 &&
                EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, NID_X9_62_prime256v1) > 0 &&
                EVP_PKEY_CTX_set_ec_param_enc(ctx, OPENSSL_EC_EXPLICIT_CURVE) > 0 &&
                EVP_PKEY_keygen(ctx, &key) > 0);
    EVP_PKEY_CTX_free(ctx);
    return key;
}

static void test_cert_key(void **state)
{
    (void)state;
    key_is(rsa_key(1024), false, "RSA", "1024", true, false);
    key_is(rsa_key(2047), false, "RSA", "2047", true, false);
    key_is(rsa_key(2048), false, "RSA", "2048", false, true);
    key_is(rsa_key(3072), false, "RSA", "3072", false, false);
    key_is(dsa_key(), false, "DSA", "1024", true, false);
    key_is(ec_key("P-224"), false, "EC:P-224", "224", false, true);
    key_is(ec_key("P-256"), false, "EC:P-256", "256", false, false);
    key_is(ec_key("P-384"), false, "EC:P-384", "384", false, false);
    key_is(ec_key("P-521"), false, "EC:P-521", "521", false, false);
    key_is(ec_key("secp256k1"), false, "EC:secp256k1", "256", true, false);
    key_is(ec_key("brainpoolP256r1"), false, "EC:1.3.36.3.3.2.8.1.1.7", "256", false, false);
    key_is(ec_key("brainpoolP384r1"), false, "EC:1.3.36.3.3.2.8.1.1.11", "384", false, false);
    key_is(ec_key("brainpoolP512r1"), false, "EC:1.3.36.3.3.2.8.1.1.13", "512", false, false);
    key_is(ec_key("brainpoolP320r1"), false, "EC:1.3.36.3.3.2.8.1.1.9", "320", true, false);
    key_is(explicit_key(), false, "EC:explicit", "256", true, false);
    key_is(plain_key(EVP_PKEY_ED25519), true, "Ed25519", "256", false, false);
    key_is(plain_key(EVP_PKEY_ED448), true, "Ed448", "456", false, false);
}

/* --- hashes */

static void hash_is(EVP_PKEY *key, const EVP_MD *hash, bool pss, const char *name, bool weak,
                    bool phase_out)
{
    struct made m;

    make(&m, &(struct order){
                 .san = "DNS:a.example", .key = key, .hash = hash, .no_hash = !hash, .pss = pss});
    judge_chain(&j, (const struct made *const[]){&m}, 1, NULL, NOW);
    assert_true(SEEN(&j, cert_sig_weak) && SEEN(&j, cert_sig_phase_out));
    assert_int_equal(FAILED(&j, cert_sig_weak), weak);
    assert_int_equal(FAILED(&j, cert_sig_phase_out), phase_out);
    assert_string_equal(log_of(&m).sigalg, name);
    unmake(&m);
}

static EVP_PKEY *again(EVP_PKEY *key)
{
    EVP_PKEY_up_ref(key);
    return key;
}

static void test_cert_sig(void **state)
{
    EVP_PKEY *rsa = rsa_key(2048), *ec = ec_key("P-256");

    (void)state;
    hash_is(again(rsa), EVP_md5(), false, "md5WithRSA", true, false);
    hash_is(again(rsa), EVP_sha1(), false, "sha1WithRSA", true, false);
    hash_is(again(rsa), EVP_sha224(), false, "1.2.840.113549.1.1.14", false, true);
    hash_is(again(rsa), EVP_sha256(), false, "sha256WithRSA", false, false);
    hash_is(again(rsa), EVP_sha384(), false, "sha384WithRSA", false, false);
    hash_is(again(rsa), EVP_sha512(), false, "sha512WithRSA", false, false);
    hash_is(again(rsa), EVP_sha1(), true, "rsassaPss", true, false);
    hash_is(again(rsa), EVP_sha256(), true, "rsassaPss", false, false);
    hash_is(again(ec), EVP_sha1(), false, "ecdsa-sha1", true, false);
    hash_is(again(ec), EVP_sha224(), false, "1.2.840.10045.4.3.1", false, true);
    hash_is(again(ec), EVP_sha256(), false, "ecdsa-sha256", false, false);
    hash_is(again(ec), EVP_sha512(), false, "ecdsa-sha512", false, false);
    hash_is(plain_key(EVP_PKEY_ED25519), NULL, false, "ed25519", false, false);
    hash_is(plain_key(EVP_PKEY_ED448), NULL, false, "1.3.101.113", false, false);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ec);
}

/* --- extensions */

static void order_is(const struct order *o, bool san, bool must_staple, unsigned scts)
{
    struct made m;

    make(&m, o);
    judge_chain(&j, (const struct made *const[]){&m}, 1, NULL, NOW);
    assert_true(j.facts.seen);
    assert_int_equal(j.facts.san, san);
    assert_int_equal(FAILED(&j, cert_no_san), !san);
    assert_int_equal(j.facts.must_staple, must_staple);
    assert_int_equal(j.facts.scts, scts);
    unmake(&m);
}

static void test_extensions(void **state)
{
    (void)state;
    order_is(&(struct order){.cn = "a.example"}, false, false, 0);
    order_is(&(struct order){.cn = "a.example", .san = "email:a@a.example"}, false, false, 0);
    order_is(&(struct order){.san = "DNS:a.example"}, true, false, 0);
    order_is(&(struct order){.san = "IP:192.0.2.1"}, true, false, 0);
    order_is(&(struct order){.san = "DNS:a", .must_staple = true}, true, true, 0);
    order_is(&(struct order){.san = "DNS:a", .scts = 1}, true, false, 1);
    order_is(&(struct order){.san = "DNS:a", .scts = 3}, true, false, 3);
    order_is(&(struct order){.san = "DNS:a", .scts = 2, .same_log = 4}, true, false, 2);
}

/* The whole way, with a root that is public. */
static void test_public_ca(void **state)
{
    static struct made root, good, logged, no_sct, old;
    struct judge p;

    (void)state;
    make(&root, &(struct order){.cn = "root", .ca = true});
    make(&good, &(struct order){.san = "DNS:a", .issuer = &root, .to = NOW + 50 * DAY, .scts = 2});
    make(&logged,
         &(struct order){.san = "DNS:a", .issuer = &root, .to = NOW + 300 * DAY, .scts = 3});
    make(&no_sct,
         &(struct order){.san = "DNS:a", .issuer = &root, .to = NOW + 50 * DAY, .scts = 1});
    make(&old, &(struct order){.san = "DNS:a",
                               .issuer = &root,
                               .from = 1775000000,
                               .to = 1775000000 + 200 * DAY,
                               .scts = 3});
    judge_begin(&p, &root, false);
    judge_chain(&p, (const struct made *const[]){&good}, 1, "a", NOW);
    assert_int_equal(p.found.failed[PL_FAMILY_CERT], 0);
    PASSES(&p, cert_lifetime_too_long);
    PASSES(&p, cert_no_sct);
    judge_chain(&p, (const struct made *const[]){&logged}, 1, "a", NOW);
    FIRES(&p, cert_lifetime_too_long);
    PASSES(&p, cert_no_sct);
    judge_chain(&p, (const struct made *const[]){&no_sct}, 1, "a", NOW);
    UNSEEN(&p, cert_no_sct);
    p.facts.scts_other = PL_CERT_SCTS_NONE;
    pl_check_cert(&p.facts, &p.found);
    FIRES(&p, cert_no_sct);
    judge_chain(&p, (const struct made *const[]){&old}, 1, "a", NOW);
    FIRES(&p, cert_lifetime_too_long); /* 200 days and a second */
    judge_end(&p);
    unmake(&root), unmake(&good), unmake(&logged), unmake(&no_sct), unmake(&old);
}

/* --- what is no certificate */

static void test_cut_at_every_byte(void **state)
{
    struct pl_certificate_log log;
    struct made m, cut;

    (void)state;
    make(&m, &(struct order){.san = "DNS:a.example", .scts = 2, .must_staple = true});
    for (size_t len = 0; len < m.len; len++) {
        cut = m;
        cut.len = len;
        judge_chain(&j, (const struct made *const[]){&cut}, 1, "a.example", NOW);
        assert_true(j.facts.malformed && !j.facts.seen);
        assert_int_equal(j.found.seen[PL_FAMILY_CERT], 0);
        log = log_of(&cut);
        assert_int_equal(strlen(log.sha256), 64);
    }
    cut = m; /* a byte too many */
    cut.len++;
    judge_chain(&j, (const struct made *const[]){&cut}, 1, "a.example", NOW);
    assert_true(j.facts.malformed);
    unmake(&m);
}

/* Each bit turned: a clear answer each time, and nothing left in OpenSSL's queue. */
static void test_every_bit_flipped(void **state)
{
    struct pl_certificate_log log;
    struct made m, other;
    size_t seen = 0;

    (void)state;
    make(&m, &(struct order){.san = "DNS:a.example,IP:192.0.2.1", .scts = 2, .must_staple = true});
    for (size_t bit = 0; bit < m.len * 8; bit++) {
        other = m;
        other.der[bit / 8] ^= (uint8_t)(1 << bit % 8);
        judge_chain(&j, (const struct made *const[]){&other}, 1, "a.example", NOW);
        assert_true(j.facts.seen != j.facts.malformed);
        seen += j.facts.seen;
        log = log_of(&other);
        assert_true(log.cn_len <= sizeof log.cn && log.san_len <= sizeof log.san);
        assert_int_equal(ERR_peek_error(), 0);
    }
    assert_in_range(seen, 1, m.len * 8 - 1);
    unmake(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cert_key),          cmocka_unit_test(test_cert_sig),
        cmocka_unit_test(test_extensions),        cmocka_unit_test(test_public_ca),
        cmocka_unit_test(test_cut_at_every_byte), cmocka_unit_test(test_every_bit_flipped),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
