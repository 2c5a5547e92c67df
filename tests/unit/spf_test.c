/* SPDX-License-Identifier: BSD-2-Clause */
/* SPF records: the grammar of RFC 7208, and what is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/read/dns/spf.h"
#include "mail_domain_build.h"

static struct pl_spf spf(const char *text)
{
    struct pl_spf s;

    READ_TEXT(pl_spf_read, &s, text);
    return s;
}

static void what_begins_with_the_version_is_spf(void **state)
{
    (void)state;
    assert_true(spf("v=spf1").seen);
    assert_true(spf("V=SPF1 -all").seen);
    assert_true(spf("v=spf1  ").seen);
    assert_false(spf("v=spf10 -all").seen);
    assert_false(spf("v=spf1\t-all").seen);
    assert_false(spf("v=spf1;-all").seen);
    assert_false(spf(" v=spf1 -all").seen);
    assert_false(spf("spf2.0/pra -all").seen);
    assert_false(spf("").seen);
}

static void sound_terms(void **state)
{
    static const char *const terms[] = {"a",
                                        "A",
                                        "a:example.net",
                                        "a/24",
                                        "a//64",
                                        "a/24//64",
                                        "a:example.net/24//64",
                                        "mx",
                                        "mx:mail.example.net.",
                                        "mx/0",
                                        "ptr",
                                        "ptr:example.net",
                                        "-ip4:192.0.2.0/24",
                                        "ip4:0.0.0.0/0",
                                        "ip4:255.255.255.255",
                                        "ip6:2001:db8::/32",
                                        "ip6:::1",
                                        "ip6:::",
                                        "ip6:::/0",
                                        "ip6:1:2:3:4:5:6:7:8",
                                        "ip6:::ffff:192.0.2.1",
                                        "ip6:1:2:3:4:5:6:192.0.2.1/96",
                                        "ip6:1::",
                                        "ip6:FE80::A/128",
                                        "exists:%{i}._spf.%{d2}.example.net",
                                        "exists:%{ir}.%{v}._x.%{d}",
                                        "?include:_spf.example.net",
                                        "~all",
                                        "redirect=_spf.example.net",
                                        "exp=%{d}",
                                        "exists:%{l1r-+,/_=}.example.net",
                                        "a:%{d}/24",
                                        "a:a/b.example.net",
                                        "exists:%%%_%-%{d}",
                                        "unknown=any%{c}thing",
                                        "x-y.z_1=",
                                        "a:example.x--n",
                                        "a:%{h}",
                                        "ip4:192.0.2.1/32 -all"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(terms); i++) {
        char text[256];
        (void)snprintf(text, sizeof(text), "v=spf1 %s", terms[i]);
        if (spf(text).broken)
            fail_msg("%s is sound", text);
    }
}

static void broken_terms(void **state)
{
    static const char *const terms[] = {"al",
                                        "all:example.net",
                                        "all/24",
                                        "-",
                                        "+-all",
                                        "a:",
                                        "a:localhost",
                                        "a:example.123",
                                        "a:example.-x",
                                        "a:example.x-",
                                        "a/33",
                                        "a/024",
                                        "a/",
                                        "a//129",
                                        "a/24/64",
                                        "a:example.net/33",
                                        "ip4:",
                                        "ip4",
                                        "ip4:192.0.2",
                                        "ip4:192.0.2.256",
                                        "ip4:192.0.2.01",
                                        "ip4:192.0.2.1/33",
                                        "ip4:192.0.2.1.5",
                                        "ip4:example.net",
                                        "ip4:2001:db8::",
                                        "ip6:192.0.2.1",
                                        "ip6:1:2:3",
                                        "ip6:1::2::3",
                                        "ip6:12345::",
                                        "ip6:1:2:3:4:5:6:7:8:9",
                                        "ip6:::/129",
                                        "ip6:g::",
                                        "ip6:1:",
                                        "include",
                                        "include:",
                                        "include:exa mple.net",
                                        "exists",
                                        "exists:%{z}.example.net",
                                        "exists:%{d",
                                        "exists:%{d0}.example.net",
                                        "exists:%d.example.net",
                                        "exists:%{t}.example.net",
                                        "exists:%{d}x",
                                        "redirect=",
                                        "redirect:example.net",
                                        "-redirect=example.net",
                                        "redirect=a.example redirect=b.example",
                                        "exp=a.example exp=b.example",
                                        "ptr/24",
                                        "-all;",
                                        "include=\x80",
                                        "mx\tall",
                                        "?",
                                        "a:exam\x01ple.net",
                                        "x=%",
                                        "1a"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(terms); i++) {
        char text[256];
        (void)snprintf(text, sizeof(text), "v=spf1 %s", terms[i]);
        if (!spf(text).broken)
            fail_msg("%s is broken", text);
    }
}

static void the_first_all_counts(void **state)
{
    (void)state;
    assert_int_equal(spf("v=spf1 mx -all").all, PL_SPF_FAIL);
    assert_int_equal(spf("v=spf1 ~all").all, PL_SPF_SOFTFAIL);
    assert_int_equal(spf("v=spf1 ?ALL").all, PL_SPF_NEUTRAL);
    assert_int_equal(spf("v=spf1 all").all, PL_SPF_PASS);
    assert_int_equal(spf("v=spf1 -all +all").all, PL_SPF_FAIL);
    assert_int_equal(spf("v=spf1 mx").all, PL_SPF_UNSET);
    assert_false(spf("v=spf1 -all +all").everyone);
}

static void everyone_passes(void **state)
{
    (void)state;
    assert_true(spf("v=spf1 +all").everyone);
    assert_true(spf("v=spf1 ip4:0.0.0.0/0 -all").everyone);
    assert_true(spf("v=spf1 ip6:::/0 -all").everyone);
    assert_true(spf("v=spf1 a/0 -all").everyone);
    assert_true(spf("v=spf1 mx:example.net/24//0 -all").everyone);
    assert_false(spf("v=spf1 ?ip4:0.0.0.0/0 -all").everyone);
    assert_false(spf("v=spf1 -all ip4:0.0.0.0/0").everyone);
    assert_false(spf("v=spf1 ip4:0.0.0.0/1 a/8 ~all").everyone);
}

static void lookups_are_counted(void **state)
{
    (void)state;
    assert_int_equal(spf("v=spf1 a mx ptr exists:%{i}.example.net include:x.example -all").lookups,
                     5);
    assert_int_equal(spf("v=spf1 ip4:192.0.2.1 ip6::: exp=x.example -all").lookups, 0);
    assert_int_equal(spf("v=spf1 redirect=x.example").lookups, 1);
    assert_int_equal(spf("v=spf1 redirect=x.example -all").lookups, 0); /* it is ignored */
    assert_int_equal(spf("v=spf1 -all a mx").lookups, 0);
    assert_int_equal(spf("v=spf1 include:x.example include:y.example redirect=z.example").followed,
                     3);
}

static void what_is_followed_is_added(void **state)
{
    struct pl_spf s = spf("v=spf1 a include:x.example redirect=y.example"), none = {0};
    struct pl_spf x = spf("v=spf1 a mx ~all"), y = spf("v=spf1 mx -all");

    (void)state;
    pl_spf_follow(&s, &x, false);
    assert_int_equal(s.all, PL_SPF_UNSET);
    pl_spf_follow(&s, &y, true);
    assert_int_equal(s.all, PL_SPF_FAIL);
    assert_int_equal(s.lookups, 3 + 2 + 1);
    assert_int_equal(s.followed, 0);
    assert_false(s.broken || s.redirect);
    pl_spf_follow(&s, &none, false); /* an include of what has none (5.2) */
    assert_true(s.broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_begins_with_the_version_is_spf),
        cmocka_unit_test(sound_terms),
        cmocka_unit_test(broken_terms),
        cmocka_unit_test(the_first_all_counts),
        cmocka_unit_test(everyone_passes),
        cmocka_unit_test(lookups_are_counted),
        cmocka_unit_test(what_is_followed_is_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
