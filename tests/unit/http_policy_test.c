/* SPDX-License-Identifier: BSD-2-Clause */
/* Headers that hosts have whole, facts that a host adds, and security.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/http.h"
#include "common/check/securitytxt.h"
#include "common/read/text/http_policy.h"

enum { HEADERS_MAX = 4 };

/* A page over TLS of https://www.site.example with these headers, "Name: value". */
static struct pl_findings page(const char *const *headers, unsigned status, bool clear)
{
    static const char host[] = "www.site.example:443";
    struct pl_http_facts f = {.request = true, .answer_headers = true, .clear = clear};
    struct pl_findings found = {0};

    for (int i = 0; i < HEADERS_MAX && headers[i]; i++) {
        size_t len = strlen(headers[i]), name = strcspn(headers[i], ":");
        uint8_t *copy = malloc(len);

        memcpy(copy, headers[i], len);
        pl_http_policy_header(&f, copy, name, copy + name + 2, len - name - 2,
                              (const uint8_t *)host, sizeof(host) - 1);
        free(copy);
    }
    pl_http_policy_status(&f, status);
    pl_check_http(&f, &found);
    return found;
}

#define PAGE(...)                                                                                  \
    page((const char *[HEADERS_MAX]){"Content-Type: text/html; charset=utf-8", __VA_ARGS__}, 200,  \
         false)

static bool failed(struct pl_findings f, uint64_t mask)
{
    assert_true(f.seen[PL_FAMILY_HTTP] & mask);
    return f.failed[PL_FAMILY_HTTP] & mask;
}

static bool csp_fails(const char *value)
{
    char header[400];

    snprintf(header, sizeof(header), "Content-Security-Policy: %s", value);
    return failed(PAGE(header), PL_MASK(csp_missing_weak));
}

#define REST "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

static void csp_missing_weak(void **state)
{
    static const char *const weak[] = {
        "default-src 'self'",
        "default-src 'self'; base-uri 'self'; form-action 'self'",
        "default-src 'self' 'unsafe-inline'" REST,
        "default-src 'self'; script-src 'unsafe-eval'" REST,
        "default-src 'self'; style-src 'unsafe-hashes' 'sha256-x='" REST,
        "default-src 'self'; img-src http:" REST,
        "default-src 'self'; img-src https:" REST,
        "default-src 'self'; img-src http://www.site.example" REST,
        "default-src 'self'; font-src *" REST,
        "default-src 'self' https://cdn.example" REST,
        "default-src 'self'; script-src data:" REST,
        "default-src data: 'self'" REST,
        "default-src https://www.site.example" REST,
        "default-src 'none' 'self'" REST,
        "default-src" REST,
        "script-src 'self'" REST,
        "default-src 'self'; base-uri *; form-action 'self'; frame-ancestors 'self'",
        "default-src 'self'; default-src 'none'; base-uri 'none'; form-action; "
        "frame-ancestors 'self'",
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors https://x.example",
        ""};
    static const char *const good[] = {
        "default-src 'none'" REST,
        "DEFAULT-SRC 'SELF'; Base-URI 'self';form-action https://pay.example ;frame-ancestors "
        "'self'",
        "default-src 'self' https://img.www.site.example 'report-sample'" REST,
        "default-src 'self' https://*.site.example" REST,
        "default-src 'self'; img-src 'self' data:; script-src 'nonce-abc' https://cdn.example" REST,
        "default-src 'self'; report-to http:; sandbox" REST,
        "default-src 'self'" REST ", default-src 'none'"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(weak); i++)
        assert_true(csp_fails(weak[i]));
    for (size_t i = 0; i < PL_COUNT(good); i++)
        assert_false(csp_fails(good[i]));
    assert_true(failed(PAGE(NULL), PL_MASK(csp_missing_weak)));
    assert_true(failed(PAGE("Content-Security-Policy-Report-Only: default-src 'none'" REST),
                       PL_MASK(csp_missing_weak)));
}

static void nosniff_missing(void **state)
{
    const uint64_t mask = PL_MASK(nosniff_missing);

    (void)state;
    assert_true(failed(PAGE(NULL), mask));
    assert_true(failed(PAGE("X-Content-Type-Options: sniff"), mask));
    assert_false(failed(PAGE("X-Content-Type-Options: NoSniff"), mask));
    assert_false(failed(PAGE("x-content-type-options: nosniff , nosniff"), mask));
}

static void framing_allowed(void **state)
{
    const uint64_t mask = PL_MASK(framing_allowed);

    (void)state;
    assert_true(failed(PAGE(NULL), mask));
    assert_true(failed(PAGE("X-Frame-Options: ALLOW-FROM https://x.example"), mask));
    assert_true(failed(PAGE("Content-Security-Policy: frame-ancestors *"), mask));
    assert_true(failed(PAGE("Content-Security-Policy: frame-ancestors https:"), mask));
    assert_true(failed(PAGE("Content-Security-Policy: frame-src 'none'"), mask));
    assert_false(failed(PAGE("X-Frame-Options: deny"), mask));
    assert_false(failed(PAGE("X-Frame-Options: SAMEORIGIN"), mask));
    assert_false(failed(PAGE("Content-Security-Policy: frame-ancestors 'self'"), mask));
    assert_false(
        failed(PAGE("Content-Security-Policy: x; frame-ancestors https://a.example"), mask));
}

static void pages_are_judged_alone(void **state)
{
    const char *const none[HEADERS_MAX] = {NULL}, *const html[HEADERS_MAX] = {
                                                      "Content-Type: text/html"};
    const char *const image[HEADERS_MAX] = {"Content-Type: image/png"};
    const uint64_t of_page = PL_MASK(csp_missing_weak) | PL_MASK(framing_allowed);

    (void)state;
    assert_int_equal(
        page(none, 200, false).seen[PL_FAMILY_HTTP] & (of_page | PL_MASK(nosniff_missing)), 0);
    assert_int_equal(
        page(html, 404, false).seen[PL_FAMILY_HTTP] & (of_page | PL_MASK(nosniff_missing)), 0);
    assert_int_equal(
        page(html, 200, true).seen[PL_FAMILY_HTTP] & (of_page | PL_MASK(nosniff_missing)), 0);
    assert_int_equal(page(image, 200, false).seen[PL_FAMILY_HTTP] & of_page, 0);
    assert_true(failed(page(image, 200, false), PL_MASK(nosniff_missing)));
}

/* What a host knows of the name: an HTTPS record, or a policy of HSTS. */
static struct pl_findings known(bool record, bool policy, bool clear, bool by_rule)
{
    struct pl_http_facts f = {.request = true,
                              .clear = clear,
                              .https_rr = record,
                              .hsts_known = policy,
                              .plain_by_rule = by_rule};
    struct pl_findings found = {0};

    pl_check_http(&f, &found);
    return found;
}

static void http_despite_https_rr(void **state)
{
    const uint64_t mask = PL_MASK(http_despite_https_rr);

    (void)state;
    assert_true(failed(known(true, false, true, false), mask));
    assert_true(failed(known(true, true, true, false), mask));
    assert_false(failed(known(true, false, false, false), mask));
    assert_int_equal(known(false, true, true, false).seen[PL_FAMILY_HTTP] & mask, 0);
    assert_int_equal(known(true, false, true, true).seen[PL_FAMILY_HTTP] & mask, 0);
}

static void http_despite_hsts(void **state)
{
    const uint64_t mask = PL_MASK(http_despite_hsts);

    (void)state;
    assert_true(failed(known(false, true, true, false), mask));
    assert_true(failed(known(true, true, true, false), mask));
    assert_false(failed(known(false, true, false, false), mask));
    assert_int_equal(known(true, false, true, false).seen[PL_FAMILY_HTTP] & mask, 0);
    assert_int_equal(known(false, true, true, true).seen[PL_FAMILY_HTTP] & mask, 0);
}

static bool securitytxt(const char *text)
{
    size_t len = strlen(text);
    uint8_t *copy = malloc(len ? len : 1);
    struct pl_securitytxt s = {.asked = true, .found = true};
    struct pl_findings found = {0};

    memcpy(copy, text, len);
    pl_securitytxt_read(&s, copy, len);
    free(copy);
    pl_check_securitytxt(&s, 1767225600, &found); /* 2026-01-01T00:00:00Z */
    return failed(found, PL_MASK(securitytxt_missing));
}

static void securitytxt_missing(void **state)
{
    static const char *const bad[] = {
        "",
        "Contact: mailto:a@b.example\n",
        "Expires: 2027-01-01T00:00:00Z\n",
        "Contact: mailto:a@b.example\nExpires: 2025-12-31T23:59:59Z\n",
        "Contact: mailto:a@b.example\nExpires: 2026-01-01T01:00:00+01:00\n",
        "Contact: a@b.example\nExpires: 2027-01-01T00:00:00Z\n",
        "Contact: http://b.example/\nExpires: 2027-01-01T00:00:00Z\n",
        "Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\nPolicy: http://b.example/\n",
        "Contact: mailto:a@b.example\nExpires: next year\n",
        "Contact: mailto:a@b.example\nExpires: 2027-13-01T00:00:00Z\n",
        "Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00\n",
        "Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z",
        "<html>\nContact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\n"};
    static const char *const good[] = {
        "Contact: mailto:a@b.example\nExpires: 2027-01-01T00:00:00Z\n",
        "# ours\r\n\r\ncontact: https://b.example/report\r\nCONTACT: tel:+31-1\r\n"
        "expires: 2026-02-28t23:59:60.5z\r\nPreferred-Languages: nl, en\r\n",
        "Contact: mailto:a@b.example\nExpires: 2025-12-31T23:30:00-01:00",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nContact: mailto:a@b.example\n"
        "Expires: 2027-01-01T00:00:00Z\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"};
    struct pl_securitytxt s = {0};
    struct pl_findings found = {0};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(bad); i++)
        assert_true(securitytxt(bad[i]));
    for (size_t i = 0; i < PL_COUNT(good); i++)
        assert_false(securitytxt(good[i]));
    pl_check_securitytxt(&s, 0, &found);
    assert_int_equal(found.seen[PL_FAMILY_HTTP], 0); /* nobody has asked */
    s.asked = true;
    pl_check_securitytxt(&s, 0, &found);
    assert_true(failed(found, PL_MASK(securitytxt_missing)));
}

static uint64_t date(const char *text)
{
    uint64_t unix_s = 0;

    assert_true(pl_date_read(pl_cursor(text, strlen(text)), &unix_s));
    return unix_s;
}

static void dates(void **state)
{
    (void)state;
    assert_int_equal(date("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(date("2000-02-29T12:00:00Z"), 951825600);
    assert_int_equal(date("2026-11-24T00:00:00+05:30"), 1795458600);
    assert_int_equal(date("2100-03-01T00:00:00Z"), 4107542400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csp_missing_weak),      cmocka_unit_test(nosniff_missing),
        cmocka_unit_test(framing_allowed),       cmocka_unit_test(pages_are_judged_alone),
        cmocka_unit_test(http_despite_https_rr), cmocka_unit_test(http_despite_hsts),
        cmocka_unit_test(securitytxt_missing),   cmocka_unit_test(dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
