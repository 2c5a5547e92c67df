/* SPDX-License-Identifier: BSD-2-Clause */
/* What a terminating host asks of whole headers: credentials, HSTS, cookies, redirects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/http.h"
#include "common/read/text/http_answer.h"
#include "common/read/text/http_kind.h"

/* A copy without the final 0, so that the sanitizer sees a read beyond the string. */
static uint8_t *bare(const char *text)
{
    size_t len = strlen(text);
    uint8_t *copy = malloc(len ? len : 1);

    memcpy(copy, text, len);
    return copy;
}

static bool credential(const char *name, const char *value)
{
    uint8_t *n = bare(name), *v = bare(value);
    bool found = pl_http_credential_header(n, strlen(name), v, strlen(value));

    free(n);
    free(v);
    return found;
}

static bool sessionlike(const char *name)
{
    uint8_t *n = bare(name);
    bool found = pl_http_cookie_sessionlike(n, strlen(name));

    free(n);
    return found;
}

static void answer(struct pl_http_facts *f, const char *name, const char *value)
{
    uint8_t *n = bare(name), *v = bare(value);

    pl_http_answer_header(f, n, strlen(name), v, strlen(value));
    free(n);
    free(v);
}

static enum pl_http_answer redirect(unsigned status, const char *location, const char *host)
{
    uint8_t *l = bare(location), *h = bare(host);
    enum pl_http_answer a = pl_http_answer_redirect(status, l, strlen(location), h, strlen(host));

    free(l);
    free(h);
    return a;
}

/* The findings of an answer over TLS with this one header; NULL: with none. */
static struct pl_findings judged(const char *name, const char *value)
{
    struct pl_http_facts f = {.request = true, .answer_headers = true};
    struct pl_findings found = {0};

    if (name)
        answer(&f, name, value);
    pl_check_http(&f, &found);
    return found;
}

static bool failed(struct pl_findings f, uint64_t mask)
{
    assert_true(f.seen[PL_FAMILY_HTTP] & mask);
    return f.failed[PL_FAMILY_HTTP] & mask;
}

static void credentials_in_a_header(void **state)
{
    (void)state;
    assert_true(credential("Authorization", "Basic eHg6eQ=="));
    assert_true(credential("authorization", "Bearer x"));
    assert_true(credential("Proxy-Authorization", "Negotiate YII"));
    assert_true(credential("Authorization", "0123456789"));
    assert_true(credential("PRIVATE-TOKEN", "x"));
    assert_true(credential("Cookie", "a=b; SID=x"));
    assert_false(credential("Authorization", "Basic"));
    assert_false(credential("Authorization", "Digest "));
    assert_false(credential("Authorization", ""));
    assert_false(credential("X-Api-Key", " \t"));
    assert_false(credential("Cookie", "a=b; SID=; session"));
    assert_false(credential("Accept", "Basic eHg6eQ=="));
    assert_false(credential("", "Basic eHg6eQ=="));
}

static void session_like_cookie_names(void **state)
{
    static const char *const yes[] = {"sid",    "SSID", "connect.sid", "sid-1", "PHPSESSID",
                                      "MySess", "jwt",  "id_token",    "OAuth2"};
    static const char *const no[] = {"",          "_ga",        "si",   "side", "consider",
                                     "csrftoken", "xsrf-token", "toke", "lang"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(yes); i++)
        assert_true(sessionlike(yes[i]));
    for (size_t i = 0; i < PL_COUNT(no); i++)
        assert_false(sessionlike(no[i]));
}

static void hsts_of_a_year_or_more_passes(void **state)
{
    static const char *const yes[] = {"max-age=31536000",
                                      "Max-Age = 63072000 ; includeSubDomains; preload",
                                      "includeSubDomains; max-age=\"31536000\"",
                                      "max-age=99999999999999999999999999",
                                      "x=\"a;max-age=1\"; max-age=31536000",
                                      "max-age=31536000; max-age=0"};
    static const char *const no[] = {"max-age=31535999",
                                     "max-age=0",
                                     "max-age=",
                                     "max-age",
                                     "max-age=\"\"",
                                     "max-age=1e9",
                                     "max-age=-31536000",
                                     "includeSubDomains",
                                     "",
                                     ";;;",
                                     "max-age=\"31536000",
                                     "max-age=31536000 1",
                                     "max-age=0; max-age=31536000",
                                     "xmax-age=31536000"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(yes); i++)
        assert_false(failed(judged("strict-transport-security", yes[i]), PL_MASK(hsts_missing)));
    for (size_t i = 0; i < PL_COUNT(no); i++)
        assert_true(failed(judged("Strict-Transport-Security", no[i]), PL_MASK(hsts_missing)));
    assert_true(failed(judged(NULL, NULL), PL_MASK(hsts_missing)));
    assert_true(failed(judged("Strict-Transport", "max-age=31536000"), PL_MASK(hsts_missing)));
}

static void the_first_hsts_header_counts(void **state)
{
    struct pl_http_facts f = {0};

    (void)state;
    answer(&f, "Strict-Transport-Security", "max-age=5");
    answer(&f, "Strict-Transport-Security", "max-age=31536000");
    assert_true(f.hsts);
    assert_int_equal(f.hsts_max_age_s, 5);
    f = (struct pl_http_facts){0};
    answer(&f, "Strict-Transport-Security", "max-age=x");
    answer(&f, "Strict-Transport-Security", "max-age=31536000");
    assert_false(f.hsts);
}

static void hsts_is_not_asked_in_clear(void **state)
{
    struct pl_http_facts f = {.request = true, .answer_headers = true, .clear = true};
    struct pl_findings found = {0};

    (void)state;
    pl_check_http(&f, &found);
    assert_int_equal(found.seen[PL_FAMILY_HTTP] & PL_MASK(hsts_missing), 0);
}

static void cookies_with_their_attributes_pass(void **state)
{
    static const char *const yes[] = {"session=1; Secure; HttpOnly; SameSite=Lax",
                                      "lang=en; secure",
                                      "sid=1;samesite=STRICT;httponly;SECURE;Path=/x",
                                      "lang=a=b; ; Secure ;",
                                      "__Host-sid=1; Secure; HttpOnly; SameSite=None; Path=/",
                                      "__Host-lang=1; Path=/x; Secure; Path=/",
                                      "__Secure-lang=1; Secure"};
    static const char *const no[] = {"lang=en",
                                     "lang=en; Secured",
                                     "session=1; HttpOnly; SameSite=Lax",
                                     "Secure",
                                     "session=1; Secure; SameSite=Lax",
                                     "session=1; Secure; HttpOnly",
                                     "session=1; Secure; HttpOnly; SameSite=Any",
                                     "__Host-lang=1; Secure",
                                     "__host-lang=1; Secure; Path=/; Domain=a.example",
                                     "__Host-lang=1; Secure; Path=/; Path=/x",
                                     "__Secure-lang=1",
                                     ""};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(yes); i++)
        assert_false(failed(judged("set-cookie", yes[i]), PL_MASK(cookie_insecure)));
    for (size_t i = 0; i < PL_COUNT(no); i++)
        assert_true(failed(judged("Set-Cookie", no[i]), PL_MASK(cookie_insecure)));
    assert_int_equal(judged(NULL, NULL).seen[PL_FAMILY_HTTP] & PL_MASK(cookie_insecure), 0);
}

static void any_cookie_in_clear_is_insecure(void **state)
{
    struct pl_http_facts f = {.request = true, .answer_headers = true, .clear = true};
    struct pl_findings found = {0};

    (void)state;
    answer(&f, "Set-Cookie", "lang=en; Secure");
    pl_check_http(&f, &found);
    assert_true(failed(found, PL_MASK(cookie_insecure)));
}

static void redirects_to_https_on_the_same_host(void **state)
{
    static const unsigned statuses[] = {301, 302, 303, 307, 308};
    static const char *const no[] = {"http://www.example.org/",
                                     "/x",
                                     "//www.example.org/",
                                     "https:/www.example.org",
                                     "",
                                     "https://example.org/",
                                     "https://www.example.net/",
                                     "https://www.example.org.evil.example/",
                                     "https://evil.example/",
                                     "https://www.example.org@evil.example/",
                                     "https://x@www.example.org/",
                                     "https://",
                                     "https://evil.example\\@www.example.org/"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(statuses); i++)
        assert_int_equal(redirect(statuses[i], "https://www.example.org/x", "www.example.org"),
                         PL_HTTP_ANSWER_TO_HTTPS);
    assert_int_equal(redirect(301, " HTTPS://WWW.example.org:8443?x", "www.Example.org.:80"),
                     PL_HTTP_ANSWER_TO_HTTPS);
    assert_int_equal(redirect(301, "https://[2001:db8::1]/", "[2001:db8::1]:80"),
                     PL_HTTP_ANSWER_TO_HTTPS);
    for (size_t i = 0; i < PL_COUNT(no); i++)
        assert_int_equal(redirect(301, no[i], "www.example.org"), PL_HTTP_ANSWER_OTHER);
    assert_int_equal(redirect(200, "https://www.example.org/", "www.example.org"),
                     PL_HTTP_ANSWER_OTHER);
    assert_int_equal(redirect(304, "https://www.example.org/", "www.example.org"),
                     PL_HTTP_ANSWER_OTHER);
    assert_int_equal(redirect(301, "https:///x", ""), PL_HTTP_ANSWER_OTHER);
    assert_int_equal(pl_http_answer_redirect(301, NULL, 0, NULL, 0), PL_HTTP_ANSWER_OTHER);
}

static bool away(const char *location)
{
    uint8_t *l = bare(location), *h = bare("www.example.org:8080");
    bool is = pl_http_answer_away(l, strlen(location), h, 20);

    free(l);
    free(h);
    return is;
}

static void another_host_first(void **state)
{
    (void)state;
    assert_true(away("https://example.org/"));
    assert_true(away("http://b.example"));
    assert_true(away("//b.example/x"));
    assert_true(away("https://www.example.org@b.example/"));
    assert_true(away("https://b@www.example.org/"));
    assert_false(away("https://WWW.example.org./x"));
    assert_false(away(" http://www.example.org:81?x"));
    assert_false(away("//www.example.org"));
    assert_false(away("/x"));
    assert_false(away("x//y"));
    assert_false(away(""));
}

static void tokens_in_a_target(void **state)
{
    static const char yes[] = "/a?b=c&access_token=x", no[] = "/a?access_token";

    (void)state;
    assert_true(pl_http_target_has_token((const uint8_t *)yes, sizeof(yes) - 1));
    assert_false(pl_http_target_has_token((const uint8_t *)no, sizeof(no) - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_in_a_header),
        cmocka_unit_test(session_like_cookie_names),
        cmocka_unit_test(hsts_of_a_year_or_more_passes),
        cmocka_unit_test(the_first_hsts_header_counts),
        cmocka_unit_test(hsts_is_not_asked_in_clear),
        cmocka_unit_test(cookies_with_their_attributes_pass),
        cmocka_unit_test(any_cookie_in_clear_is_insecure),
        cmocka_unit_test(redirects_to_https_on_the_same_host),
        cmocka_unit_test(another_host_first),
        cmocka_unit_test(tokens_in_a_target),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
