/* SPDX-License-Identifier: BSD-2-Clause */
/* DKIM key records: the length of keys without having them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/read/dns/dkim.h"
#include "mail_domain_build.h"

/* Made by OpenSSL for this test: RSA of 512 bits, with the head of RFC 5280 and without. */
#define RSA_512                                                                                    \
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAOFlJVQDsRyFIA0dQ7g27Y2sS2np97tJcQrcy76b/1JEzHe0Tk+Dhm8eHjL0" \
    "4EZfn/nwr2DudYfYl3MkeuoRmb8CAwEAAQ=="
#define RSA_512_BARE                                                                               \
    "MEgCQQDhZSVUA7EchSANHUO4Nu2NrEtp6fe7SXEK3Mu+m/9SRMx3tE5Pg4ZvHh4y9OBGX5/58K9g7nWH2JdzJHrqEZm/" \
    "AgMBAAE="
#define ED25519 "8bHU9Iww2ftWirZJu6n2MxQoE8wepEUAWe8z6G8V2xw="

static struct pl_dkim dkim(const char *text)
{
    struct pl_dkim k;

    READ_TEXT(pl_dkim_read, &k, text);
    return k;
}

static struct pl_dkim rsa(const char *key)
{
    char text[2048];

    (void)snprintf(text, sizeof(text), "v=DKIM1; p=%s", key);
    return dkim(text);
}

static void rsa_keys_have_a_length(void **state)
{
    static const uint32_t lengths[] = {512, 1024, 2048, 4096, 8192};

    (void)state;
    assert_int_equal(rsa(RSA_512).bits, 512);
    assert_int_equal(rsa(RSA_512_BARE).bits, 512);
    for (size_t i = 0; i < PL_COUNT(lengths); i++) {
        assert_int_equal(rsa(rsa_key(lengths[i], true)).bits, lengths[i]);
        assert_int_equal(rsa(rsa_key(lengths[i], false)).bits, lengths[i]);
    }
}

static void blanks_in_keys_are_passed_over(void **state)
{
    (void)state;
    assert_int_equal(
        dkim("p = MEgCQQDhZSVUA7EchSANHUO4Nu2NrEtp6fe7SXEK3Mu+\r\n m/9SRMx3tE5Pg4ZvHh4y9O"
             "BGX5/58K9g7nWH2JdzJHrqEZm/AgMBAAE= ; k = rsa")
            .bits,
        512);
}

/* Never a length of a key that is not whole. */
static void a_key_that_is_cut_is_broken(void **state)
{
    char key[sizeof(RSA_512)];

    (void)state;
    for (size_t len = 1; len < sizeof(RSA_512) - 5; len++) {
        memcpy(key, RSA_512, len);
        key[len] = 0;
        assert_true(rsa(key).broken);
        assert_int_equal(rsa(key).bits, 0);
    }
    assert_true(rsa("MF*w").broken);
    assert_true(rsa("MF=wDQYJ").broken);
    assert_true(rsa(ED25519).broken);
}

static void the_kind_of_key(void **state)
{
    struct pl_dkim k = dkim("v=DKIM1; k=ed25519; p=" ED25519);

    (void)state;
    assert_int_equal(k.kind, PL_DKIM_ED25519);
    assert_false(k.broken);
    assert_true(dkim("k=ed25519; p=AAAA").broken);
    assert_int_equal(dkim("p=AAAA; k=other").kind, PL_DKIM_OTHER);
    assert_int_equal(dkim("p=" RSA_512 "; k=rsa").kind, PL_DKIM_RSA);
}

static void what_else_it_says(void **state)
{
    (void)state;
    assert_true(dkim("v=DKIM1; p=").revoked);
    assert_true(dkim("v=DKIM1; t=s:y; p=" RSA_512).testing);
    assert_false(dkim("v=DKIM1; t=s; p=" RSA_512).testing);
    assert_true(dkim("v=DKIM1; h=sha1; p=" RSA_512).sha1);
    assert_false(dkim("v=DKIM1; h=sha1; p=" RSA_512).other);
    assert_true(dkim("v=DKIM1; h=sha1 : sha256; p=" RSA_512).other);
    assert_false(dkim("v=DKIM1; p=" RSA_512).sha1);
}

static void other_texts_are_none(void **state)
{
    (void)state;
    assert_false(dkim("").seen);
    assert_false(dkim("o=~; r=a@example.net").seen);
    assert_false(dkim("v=DKIM2; p=" RSA_512).seen);
    assert_false(dkim("p=" RSA_512 "; v=DKIM1").seen);
    assert_false(dkim("v=DKIM1; P=" RSA_512).seen);
    assert_false(dkim("v=DMARC1; p=none").seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_keys_have_a_length),
        cmocka_unit_test(blanks_in_keys_are_passed_over),
        cmocka_unit_test(a_key_that_is_cut_is_broken),
        cmocka_unit_test(the_kind_of_key),
        cmocka_unit_test(what_else_it_says),
        cmocka_unit_test(other_texts_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
