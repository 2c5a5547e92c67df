/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains as servers send them: where their path ends, and what is graded on it. */
#include "cert_build.h"

static struct made root, root2, inner, leaf, alone;

static int make_all(void **state)
{
    (void)state;
    make(&root, &(struct order){.cn = "root", .ca = true, .hash = EVP_sha1()});
    make(&root2, &(struct order){.cn = "root2", .ca = true, .key = ec_key("P-256")});
    make(&inner,
         &(struct order){.cn = "inner", .ca = true, .issuer = &root, .key = ec_key("P-384")});
    make(&leaf, &(struct order){.cn = "a.example", .san = "DNS:a.example", .issuer = &inner});
    make(&alone, &(struct order){.cn = "a.example", .san = "DNS:a.example"});
    return 0;
}

#define CHAIN(...) ((const struct made *const[]){__VA_ARGS__})
#define JUDGE(j, ...)                                                                              \
    judge_chain(j, CHAIN(__VA_ARGS__), PL_COUNT(CHAIN(__VA_ARGS__)), "a.example", NOW)

static void path_is(struct judge *j, enum pl_cert_chain chain)
{
    assert_int_equal(j->facts.chain, chain);
    assert_int_equal(FAILED(j, cert_untrusted_self_signed), chain == PL_CERT_CHAIN_SELF_SIGNED);
    assert_int_equal(FAILED(j, cert_untrusted_incomplete), chain == PL_CERT_CHAIN_INCOMPLETE);
    assert_int_equal(FAILED(j, cert_untrusted_root),
                     chain == PL_CERT_CHAIN_ROOT || chain == PL_CERT_CHAIN_BROKEN);
    assert_int_equal(SEEN(j, cert_untrusted_root), chain != PL_CERT_CHAIN_UNKNOWN);
}

static void test_trusted(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, &root, false);
    JUDGE(&j, &leaf, &inner);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    assert_true(j.facts.public_root);
    assert_int_equal(j.found.failed[PL_FAMILY_CERT], 0); /* the root's SHA-1 is not graded */
    JUDGE(&j, &leaf, &inner, &root);                     /* nor when it is sent */
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    assert_int_equal(j.found.failed[PL_FAMILY_CERT], 0);
    JUDGE(&j, &leaf, &root, &inner); /* another order */
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    JUDGE(&j, &leaf, &root2, &alone, &inner, &inner); /* more than is needed */
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    assert_int_equal(j.found.failed[PL_FAMILY_CERT], 0);
    judge_end(&j);
}

static void test_own_root(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, &root, true);
    JUDGE(&j, &leaf, &inner);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    assert_false(j.facts.public_root);
    UNSEEN(&j, cert_lifetime_too_long);
    UNSEEN(&j, cert_no_sct);
    judge_end(&j);
}

static void test_cert_untrusted_incomplete(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, &root, false);
    JUDGE(&j, &leaf);
    path_is(&j, PL_CERT_CHAIN_INCOMPLETE);
    JUDGE(&j, &leaf, &root); /* what is between is missing */
    path_is(&j, PL_CERT_CHAIN_INCOMPLETE);
    judge_end(&j);
    judge_begin(&j, &root2, false);
    JUDGE(&j, &leaf, &inner); /* who issued that? */
    path_is(&j, PL_CERT_CHAIN_INCOMPLETE);
    judge_end(&j);
}

static void test_cert_untrusted_root(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, &root2, false);
    JUDGE(&j, &leaf, &inner, &root);
    path_is(&j, PL_CERT_CHAIN_ROOT);
    PASSES(&j, cert_sig_weak); /* a root's signature, though nobody trusts it */
    JUDGE(&j, &leaf, &root, &inner);
    path_is(&j, PL_CERT_CHAIN_ROOT);
    judge_end(&j);
}

static void test_cert_untrusted_self_signed(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, &root, false);
    JUDGE(&j, &alone);
    path_is(&j, PL_CERT_CHAIN_SELF_SIGNED);
    assert_true(j.facts.self_signed);
    JUDGE(&j, &alone, &inner, &root);
    path_is(&j, PL_CERT_CHAIN_SELF_SIGNED);
    judge_end(&j);
    judge_begin(&j, &alone, true); /* the operator said that it is right */
    JUDGE(&j, &alone);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    judge_end(&j);
}

static void test_no_store(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, NULL, false);
    JUDGE(&j, &alone);
    path_is(&j, PL_CERT_CHAIN_UNKNOWN);
    UNSEEN(&j, cert_untrusted_self_signed);
    JUDGE(&j, &leaf, &inner);
    path_is(&j, PL_CERT_CHAIN_UNKNOWN);
    PASSES(&j, cert_name_mismatch);
    UNSEEN(&j, cert_lifetime_too_long);
    judge_end(&j);
    judge_begin(&j, NULL, false);
    j.trust = pl_trust_new(); /* a store without a root is none */
    pl_certificates_free(j.certificates);
    j.certificates = pl_certificates_new(j.trust);
    JUDGE(&j, &leaf, &inner);
    path_is(&j, PL_CERT_CHAIN_UNKNOWN);
    judge_end(&j);
}

/* A signature that does not fit, an issuer that is no CA, a leaf for another purpose. */
static void test_broken(void **state)
{
    struct made forged = leaf, below, mail;
    struct judge j;

    (void)state;
    judge_begin(&j, &root, false);
    forged.der[forged.len - 1] ^= 1;
    JUDGE(&j, &forged, &inner);
    path_is(&j, PL_CERT_CHAIN_BROKEN);
    make(&below, &(struct order){.cn = "b", .san = "DNS:a.example", .issuer = &leaf});
    JUDGE(&j, &below, &leaf, &inner);
    path_is(&j, PL_CERT_CHAIN_BROKEN);
    make(&mail,
         &(struct order){.san = "DNS:a.example", .issuer = &inner, .purpose = "emailProtection"});
    JUDGE(&j, &mail, &inner);
    path_is(&j, PL_CERT_CHAIN_BROKEN);
    unmake(&below);
    unmake(&mail);
    judge_end(&j);
}

/* The leaf claims to have issued itself, with a signature of somebody else. */
static void test_self_issued_is_not_self_signed(void **state)
{
    struct made other, claim;
    struct judge j;

    (void)state;
    make(&other, &(struct order){.cn = "a.example", .key = ec_key("P-256")});
    make(&claim, &(struct order){.cn = "a.example", .san = "DNS:a.example", .issuer = &other});
    judge_begin(&j, &root, false);
    JUDGE(&j, &claim);
    assert_false(j.facts.self_signed);
    path_is(&j, PL_CERT_CHAIN_BROKEN);
    judge_end(&j);
    unmake(&other);
    unmake(&claim);
}

/* Of what is between the leaf and the root the worst counts, and what is not on the path not. */
static void test_cert_sig_weak_inside(void **state)
{
    struct made sha1, sha224, extra, under1, under224;
    struct judge j;

    (void)state;
    make(&sha1, &(struct order){.cn = "sha1", .ca = true, .issuer = &root, .hash = EVP_sha1()});
    make(&sha224,
         &(struct order){.cn = "sha224", .ca = true, .issuer = &root, .hash = EVP_sha224()});
    make(&under1, &(struct order){.san = "DNS:a.example", .issuer = &sha1});
    make(&under224, &(struct order){.san = "DNS:a.example", .issuer = &sha224});
    make(&extra, &(struct order){.cn = "extra", .ca = true, .issuer = &root, .hash = EVP_sha1()});
    judge_begin(&j, &root, false);
    JUDGE(&j, &under1, &sha1);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    FIRES(&j, cert_sig_weak);
    JUDGE(&j, &under224, &sha224);
    FIRES(&j, cert_sig_phase_out);
    PASSES(&j, cert_sig_weak);
    JUDGE(&j, &leaf, &inner, &extra, &sha1);
    PASSES(&j, cert_sig_weak);
    judge_end(&j);
    judge_begin(&j, &root2, false);
    JUDGE(&j, &under1, &sha1); /* the top, but not a root */
    path_is(&j, PL_CERT_CHAIN_INCOMPLETE);
    FIRES(&j, cert_sig_weak);
    judge_end(&j);
    unmake(&sha1), unmake(&sha224), unmake(&extra), unmake(&under1), unmake(&under224);
}

static void test_cert_key_weak_inside(void **state)
{
    struct made weak, phase_out, under_weak, under_phase_out;
    struct judge j;

    (void)state;
    make(&weak, &(struct order){.cn = "weak", .ca = true, .issuer = &root, .key = rsa_key(1024)});
    make(&phase_out,
         &(struct order){.cn = "2048", .ca = true, .issuer = &root, .key = rsa_key(2048)});
    make(&under_weak, &(struct order){.san = "DNS:a.example", .issuer = &weak});
    make(&under_phase_out, &(struct order){.san = "DNS:a.example", .issuer = &phase_out});
    judge_begin(&j, &root, false);
    JUDGE(&j, &under_weak, &weak);
    path_is(&j, PL_CERT_CHAIN_TRUSTED); /* weak is not untrusted */
    FIRES(&j, cert_key_weak);
    JUDGE(&j, &under_phase_out, &phase_out);
    PASSES(&j, cert_key_weak);
    PASSES(&j, cert_key_phase_out);
    judge_end(&j);
    unmake(&weak), unmake(&phase_out), unmake(&under_weak), unmake(&under_phase_out);
}

/* An expired leaf is expired and not untrusted; so is an intermediate, but where a newer one of the
 * same name and key is there too. */
static void test_cert_expired_inside(void **state)
{
    struct made old, renewed, below;
    struct judge j;

    (void)state;
    make(&old, &(struct order){.cn = "middle",
                               .ca = true,
                               .issuer = &root,
                               .from = NOW - 900 * DAY,
                               .to = NOW - 10 * DAY});
    make(&renewed, &(struct order){.cn = "middle", .ca = true, .issuer = &root});
    make(&below,
         &(struct order){
             .san = "DNS:a.example", .issuer = &old, .from = NOW - 60 * DAY, .to = NOW + 30 * DAY});
    judge_begin(&j, &root, false);
    JUDGE(&j, &below, &old);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    FIRES(&j, cert_expired);
    PASSES(&j, cert_expiring);
    JUDGE(&j, &below, &old, &renewed);
    PASSES(&j, cert_expired);
    JUDGE(&j, &below, &renewed);
    PASSES(&j, cert_expired);
    judge_chain(&j, CHAIN(&below, &old), 2, "a.example", NOW - 20 * DAY);
    PASSES(&j, cert_expired);
    judge_chain(&j, CHAIN(&leaf, &inner), 2, "a.example", NOW + 1000LL * DAY);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    FIRES(&j, cert_expired);
    judge_end(&j);
    unmake(&old), unmake(&renewed), unmake(&below);
}

/* Two years before the store was made, nobody knows which roots there were. */
static void test_before_the_store(void **state)
{
    struct judge j;

    (void)state;
    judge_begin(&j, &root2, false); /* written now, whenever that is */
    judge_chain(&j, CHAIN(&leaf), 1, "a.example", pl_trust_made_at(j.trust) - 730LL * DAY);
    assert_int_equal(j.facts.chain, PL_CERT_CHAIN_INCOMPLETE);
    UNSEEN(&j, cert_untrusted_incomplete);
    judge_chain(&j, CHAIN(&leaf), 1, "a.example", pl_trust_made_at(j.trust) - 300LL * DAY);
    FIRES(&j, cert_untrusted_incomplete);
    judge_end(&j);
}

/* Seventeen certificates: the last is not read, so nothing can be said to be missing. */
static void test_too_many(void **state)
{
    const struct made *chain[17];
    struct judge j;

    (void)state;
    judge_begin(&j, &root, false);
    for (size_t i = 1; i < 17; i++)
        chain[i] = &root2;
    chain[0] = &leaf;
    judge_chain(&j, chain, 17, "a.example", NOW);
    assert_true(j.facts.seen);
    path_is(&j, PL_CERT_CHAIN_UNKNOWN);
    judge_chain(&j, chain, 16, "a.example", NOW);
    path_is(&j, PL_CERT_CHAIN_INCOMPLETE);
    chain[15] = &inner;
    judge_chain(&j, chain, 17, "a.example", NOW);
    path_is(&j, PL_CERT_CHAIN_TRUSTED);
    judge_chain(&j, chain, 0, "a.example", NOW);
    assert_int_equal(j.found.seen[PL_FAMILY_CERT], 0);
    judge_end(&j);
}

static int unmake_all(void **state)
{
    (void)state;
    unmake(&root), unmake(&root2), unmake(&inner), unmake(&leaf), unmake(&alone);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trusted),
        cmocka_unit_test(test_own_root),
        cmocka_unit_test(test_cert_untrusted_incomplete),
        cmocka_unit_test(test_cert_untrusted_root),
        cmocka_unit_test(test_cert_untrusted_self_signed),
        cmocka_unit_test(test_no_store),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_self_issued_is_not_self_signed),
        cmocka_unit_test(test_cert_sig_weak_inside),
        cmocka_unit_test(test_cert_key_weak_inside),
        cmocka_unit_test(test_cert_expired_inside),
        cmocka_unit_test(test_before_the_store),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, make_all, unmake_all);
}
