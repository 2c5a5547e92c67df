/* SPDX-License-Identifier: BSD-2-Clause */
/* The trust store from files and folders, and what is remembered of chains. */
#define _GNU_SOURCE
#include "cert_build.h"

#include <openssl/err.h>
#include <sys/stat.h>

struct fixture {
    char folder[64], path[128];
    struct made root, other, leaf;
    struct pl_trust *trust;
    struct pl_error error;
};

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    strcpy(f->folder, "/tmp/plimsoll-trust-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    make(&f->root, &(struct order){.cn = "root", .ca = true});
    make(&f->other, &(struct order){.cn = "other", .ca = true, .key = ec_key("P-256")});
    make(&f->leaf, &(struct order){.san = "DNS:a.example", .issuer = &f->root});
    f->trust = pl_trust_new();
    *state = f;
    return f->trust ? 0 : -1;
}

static int end(void **state)
{
    struct fixture *f = *state;
    char command[96];

    snprintf(command, sizeof command, "rm -r %s", f->folder);
    assert_int_equal(system(command), 0);
    unmake(&f->root), unmake(&f->other), unmake(&f->leaf);
    pl_trust_free(f->trust);
    assert_int_equal(ERR_peek_error(), 0);
    free(f);
    return 0;
}

static const char *in(struct fixture *f, const char *name)
{
    snprintf(f->path, sizeof f->path, "%s/%s", f->folder, name);
    return f->path;
}

static void write_text(const char *path, const char *text, const char *mode)
{
    FILE *file = fopen(path, mode);

    assert_true(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void test_file(void **state)
{
    struct fixture *f = *state;
    struct made *roots[] = {&f->root, &f->other};

    write_pem(in(f, "roots.pem"), roots, 2);
    assert_true(pl_trust_add(f->trust, f->path, false, &f->error));
    assert_int_equal(pl_trust_count(f->trust), 2);
    assert_true(pl_trust_add(f->trust, f->path, true, &f->error)); /* twice the same */
    assert_int_equal(pl_trust_count(f->trust), 2);
    assert_true(pl_trust_is_own(f->trust, f->root.x));
    assert_false(pl_trust_is_own(f->trust, f->leaf.x));
}

/* One that cannot be read does not hide those behind it. */
static void test_damaged_root(void **state)
{
    struct fixture *f = *state;
    struct made *first[] = {&f->root};
    FILE *file;

    write_pem(in(f, "roots.pem"), first, 1);
    write_text(f->path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a");
    file = fopen(f->path, "a");
    assert_true(file && PEM_write_X509(file, f->other.x) && fclose(file) == 0);
    assert_true(pl_trust_add(f->trust, f->path, false, &f->error));
    assert_int_equal(pl_trust_count(f->trust), 2);
}

static void test_folder(void **state)
{
    struct fixture *f = *state;
    struct made *root = &f->root, *other = &f->other;

    write_pem(in(f, "a.pem"), &root, 1);
    write_pem(in(f, "0123abcd.0"), &root, 1);
    write_pem(in(f, "b.crt"), &other, 1);
    write_pem(in(f, "notes"), &other, 1);
    write_text(in(f, "c.crt"), "nothing", "w");
    assert_int_equal(mkfifo(in(f, "d.pem"), 0600), 0); /* would wait for ever */
    assert_true(pl_trust_add(f->trust, f->folder, false, &f->error));
    assert_int_equal(pl_trust_count(f->trust), 2);
}

static void test_nothing_there(void **state)
{
    struct fixture *f = *state;

    assert_false(pl_trust_add(f->trust, in(f, "missing.pem"), false, &f->error));
    assert_non_null(strstr(f->error.text, "cannot read the trusted roots"));
    assert_string_equal(f->error.file, f->path);
    assert_false(pl_trust_add(f->trust, f->folder, false, &f->error));
    assert_non_null(strstr(f->error.text, "no trusted root"));
    write_text(in(f, "key.pem"),
               "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
               "DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\nAAAA\n"
               "-----END CERTIFICATE-----\n",
               "w");
    assert_false(pl_trust_add(f->trust, f->path, false, &f->error)); /* nobody types a password */
    assert_int_equal(pl_trust_count(f->trust), 0);
}

static void test_made_at(void **state)
{
    struct fixture *f = *state;
    struct made *root = &f->root;
    struct stat st;

    write_pem(in(f, "a.pem"), &root, 1);
    assert_true(pl_trust_add(f->trust, f->path, false, &f->error));
    assert_int_equal(stat(f->path, &st), 0);
    assert_in_range(pl_trust_made_at(f->trust), NOW - DAY, UINT32_MAX);
    assert_true(pl_trust_made_at(f->trust) >= (int64_t)st.st_mtime);
}

/* --- what is remembered */

static void test_remembers(void **state)
{
    struct fixture *f = *state;
    struct judge j;

    judge_begin(&j, &f->root, false);
    for (int i = 0; i < 3; i++) { /* name and time are judged anew */
        judge_chain(&j, (const struct made *const[]){&f->leaf}, 1, "a.example", NOW);
        PASSES(&j, cert_name_mismatch);
        PASSES(&j, cert_expired);
        judge_chain(&j, (const struct made *const[]){&f->leaf}, 1, "b.example", NOW + 91 * DAY);
        FIRES(&j, cert_name_mismatch);
        FIRES(&j, cert_expired);
        assert_int_equal(j.facts.chain, PL_CERT_CHAIN_TRUSTED);
    }
    assert_int_equal(pl_certificates_counts(j.certificates).misses, 1);
    assert_int_equal(pl_certificates_counts(j.certificates).hits, 5);
    judge_chain(&j, (const struct made *const[]){&f->leaf, &f->other}, 2, "a.example", NOW);
    assert_int_equal(pl_certificates_counts(j.certificates).misses, 2); /* another chain */
    judge_end(&j);
}

/* More chains than there is room for, all of them malformed and cheap; the first is still right. */
static void test_forgets_in_bounds(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[4] = {0};
    struct pl_certificate_bytes chain = {bytes, sizeof bytes};
    struct pl_cert_facts facts;
    struct judge j;

    judge_begin(&j, &f->root, false);
    judge_chain(&j, (const struct made *const[]){&f->leaf}, 1, "a.example", NOW);
    for (uint32_t i = 0; i < 20000; i++) {
        memcpy(bytes, &i, sizeof i);
        pl_certificates_read(j.certificates, &chain, 1, NULL, 0, NOW, &facts);
        assert_true(facts.malformed && !facts.seen);
    }
    judge_chain(&j, (const struct made *const[]){&f->leaf}, 1, "a.example", NOW);
    assert_int_equal(j.facts.chain, PL_CERT_CHAIN_TRUSTED);
    assert_int_equal(pl_certificates_counts(j.certificates).misses, 20002);
    judge_end(&j);
}

/* The host's own errors stay where they are. */
static void test_error_queue(void **state)
{
    static const uint8_t junk[] = "junk";
    struct pl_certificate_bytes chain = {junk, 4};
    struct fixture *f = *state;
    struct pl_cert_facts facts;
    struct judge j;

    judge_begin(&j, &f->root, false);
    ERR_raise(ERR_LIB_USER, 7);
    pl_certificates_read(j.certificates, &chain, 1, NULL, 0, NOW, &facts);
    judge_chain(&j, (const struct made *const[]){&f->leaf, &f->other}, 2, "a.example", NOW);
    judge_chain(&j, (const struct made *const[]){&f->other}, 1, "a.example", NOW);
    assert_false(pl_trust_add(f->trust, in(f, "missing"), false, NULL));
    assert_int_equal(ERR_GET_REASON(ERR_get_error()), 7);
    assert_int_equal(ERR_peek_error(), 0);
    judge_end(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_file, begin, end),
        cmocka_unit_test_setup_teardown(test_damaged_root, begin, end),
        cmocka_unit_test_setup_teardown(test_folder, begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_there, begin, end),
        cmocka_unit_test_setup_teardown(test_made_at, begin, end),
        cmocka_unit_test_setup_teardown(test_remembers, begin, end),
        cmocka_unit_test_setup_teardown(test_forgets_in_bounds, begin, end),
        cmocka_unit_test_setup_teardown(test_error_queue, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
