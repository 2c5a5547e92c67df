/* SPDX-License-Identifier: BSD-2-Clause */
/* DMARC records: what is asked of receivers, and what makes a part of a record void. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/read/dns/dmarc.h"
#include "mail_domain_build.h"

static struct pl_dmarc dmarc(const char *text)
{
    struct pl_dmarc d;

    READ_TEXT(pl_dmarc_read, &d, text);
    return d;
}

static enum pl_dmarc_policy effective(const char *text)
{
    struct pl_dmarc d = dmarc(text);

    return pl_dmarc_effective(&d);
}

static void all_tags(void **state)
{
    struct pl_dmarc d = dmarc("v=DMARC1; p=reject; sp=quarantine; np=none; t=n; psd=u; adkim=s; "
                              "aspf=r; fo=0:1:d:s; rua=mailto:a@example.net, "
                              "https://example.net/r; ruf=mailto:b@example.net;");

    (void)state;
    assert_true(d.version && !d.broken && !d.testing);
    assert_int_equal(d.p, PL_DMARC_REJECT);
    assert_int_equal(d.sp, PL_DMARC_QUARANTINE);
    assert_int_equal(d.np, PL_DMARC_NONE);
    assert_int_equal(d.psd, 'u');
    assert_int_equal(d.rua, 2);
    assert_int_equal(d.ruf, 1);
}

static void sound_records(void **state)
{
    static const char *const texts[] = {
        "v=DMARC1",
        "v=DMARC1;",
        "v = DMARC1 ; p = none ",
        "v=DMARC1; rua=mailto:a@example.net; p=REJECT",
        "v=DMARC1; p=none; pct=300; rf=x; ri=?; later=1",
        "v=DMARC1; p=none; rua=mailto:a@example.net!10m",
        "v=DMARC1; p=none;; ",
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(texts); i++)
        if (!dmarc(texts[i]).version || dmarc(texts[i]).broken)
            fail_msg("%s is sound", texts[i]);
}

static void broken_records(void **state)
{
    static const char *const texts[] = {
        "v=dmarc1; p=reject",
        "v=DMARC2; p=reject",
        "v=DMARC1 p=reject",
        "v=DMARC1; p=rejected",
        "v=DMARC1; p=",
        "v=DMARC1; reject",
        "v=DMARC1; =reject",
        "v=DMARC1; p=none; p=reject",
        "v=DMARC1; p=none; sp=all",
        "v=DMARC1; p=none; t=1",
        "v=DMARC1; p=none; psd=x",
        "v=DMARC1; p=none; adkim=strict",
        "v=DMARC1; p=none; fo=2",
        "v=DMARC1; p=none; fo=",
        "v=DMARC1; p=none; rua=a@example.net",
        "v=DMARC1; p=none; rua=mailto:example.net",
        "v=DMARC1; p=none; rua=mailto:a@example.net mailto:b@example.net",
        "v=DMARC1; p=none; ruf=mailto:",
        "v=DMARC1; p=none; rua=",
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(texts); i++)
        if (!dmarc(texts[i]).broken)
            fail_msg("%s is broken", texts[i]);
}

static void other_texts_are_none(void **state)
{
    (void)state;
    assert_false(dmarc("").seen);
    assert_false(dmarc("v=spf1 -all").seen);
    assert_false(dmarc("p=reject; v=DMARC1").seen);
    assert_false(dmarc("google-site-verification=xyz").seen);
}

static void a_test_lowers_by_one(void **state)
{
    (void)state;
    assert_int_equal(effective("v=DMARC1; p=reject"), PL_DMARC_REJECT);
    assert_int_equal(effective("v=DMARC1; p=reject; t=y"), PL_DMARC_QUARANTINE);
    assert_int_equal(effective("v=DMARC1; t=y; p=quarantine"), PL_DMARC_NONE);
    assert_int_equal(effective("v=DMARC1; p=none; t=y"), PL_DMARC_NONE);
    assert_int_equal(effective("v=DMARC1; rua=mailto:a@example.net"), PL_DMARC_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_tags),
        cmocka_unit_test(sound_records),
        cmocka_unit_test(broken_records),
        cmocka_unit_test(other_texts_are_none),
        cmocka_unit_test(a_test_lowers_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
