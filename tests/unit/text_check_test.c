/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of net, mail, http and app on facts: seen, failed, passed, and not seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/check/stream.h"

enum outcome { NOT_SEEN, PASSED, FAILED };

static enum outcome of(const struct pl_findings *f, enum pl_family family, uint64_t mask)
{
    if (f->failed[family] & mask)
        return FAILED;
    return f->seen[family] & mask ? PASSED : NOT_SEEN;
}

static enum outcome net(struct pl_net_facts facts, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_net(&facts, &f);
    return of(&f, PL_FAMILY_NET, mask);
}

static enum outcome mail(struct pl_mail_facts facts, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_mail(&facts, &f);
    return of(&f, PL_FAMILY_MAIL, mask);
}

static enum outcome http(struct pl_http_facts facts, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_http(&facts, &f);
    return of(&f, PL_FAMILY_HTTP, mask);
}

static enum outcome app(struct pl_app_facts facts, uint64_t mask)
{
    struct pl_findings f = {0};

    pl_check_app(&facts, &f);
    return of(&f, PL_FAMILY_APP, mask);
}

#define NET(...)  net((struct pl_net_facts){__VA_ARGS__}, mask)
#define MAIL(...) mail((struct pl_mail_facts){__VA_ARGS__}, mask)
#define HTTP(...) http((struct pl_http_facts){__VA_ARGS__}, mask)
#define APP(...)  app((struct pl_app_facts){__VA_ARGS__}, mask)

static void src_spoofed_egress(void **state)
{
    uint64_t mask = PL_MASK(src_spoofed_egress);

    (void)state;
    assert_int_equal(NET(.source = PL_SOURCE_FOREIGN), FAILED);
    assert_int_equal(NET(.source = PL_SOURCE_OWN), PASSED);
    assert_int_equal(NET(.source = PL_SOURCE_UNKNOWN), NOT_SEEN);
}

static void telnet_cleartext(void **state)
{
    uint64_t mask = PL_MASK(telnet_cleartext);

    (void)state;
    assert_int_equal(NET(.telnet_seen = true, .telnet = true), FAILED);
    assert_int_equal(NET(.telnet_seen = true), PASSED);
    assert_int_equal(NET(.telnet_seen = false), NOT_SEEN);
}

static void smtp_auth_cleartext(void **state)
{
    uint64_t mask = PL_MASK(smtp_auth_cleartext);

    (void)state;
    assert_int_equal(MAIL(.smtp = true, .auth_clear = true), FAILED);
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .auth_clear = true), FAILED);
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .encrypted = true), PASSED);
    assert_int_equal(MAIL(.smtp = true, .starttls = true), NOT_SEEN);
    assert_int_equal(MAIL(.smtp = true), NOT_SEEN);
    assert_int_equal(MAIL(.access = true, .encrypted = true), NOT_SEEN);
}

static void mail_access_cleartext(void **state)
{
    uint64_t mask = PL_MASK(mail_access_cleartext);

    (void)state;
    assert_int_equal(MAIL(.access = true, .access_clear = true), FAILED);
    assert_int_equal(MAIL(.access = true, .starttls = true, .encrypted = true), PASSED);
    assert_int_equal(MAIL(.access = true, .starttls = true), NOT_SEEN);
    assert_int_equal(MAIL(.access = true), NOT_SEEN);
    assert_int_equal(MAIL(.smtp = true, .encrypted = true), NOT_SEEN);
}

static void smtp_no_starttls(void **state)
{
    uint64_t mask = PL_MASK(smtp_no_starttls);

    (void)state;
    assert_int_equal(MAIL(.smtp = true, .ehlo_answered = true, .starttls_missing = true), FAILED);
    assert_int_equal(MAIL(.smtp = true, .ehlo_answered = true, .starttls_missing = true,
                          .starttls_offered = true, .encrypted = true),
                     FAILED);
    assert_int_equal(MAIL(.smtp = true, .mail_clear = true), FAILED);
    assert_int_equal(
        MAIL(.smtp = true, .ehlo_answered = true, .starttls_offered = true, .mail_clear = true),
        FAILED);
    assert_int_equal(MAIL(.smtp = true, .encrypted = true), PASSED);
    assert_int_equal(
        MAIL(.smtp = true, .ehlo_answered = true, .starttls_offered = true, .encrypted = true),
        PASSED);
    assert_int_equal(MAIL(.smtp = true, .ehlo_answered = true, .starttls_offered = true), NOT_SEEN);
    assert_int_equal(MAIL(.smtp = true, .auth_clear = true), NOT_SEEN);
    assert_int_equal(MAIL(.smtp = true), NOT_SEEN);
    assert_int_equal(MAIL(.access = true, .encrypted = true), NOT_SEEN);
}

static void starttls_injection(void **state)
{
    uint64_t mask = PL_MASK(starttls_injection);

    (void)state;
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .starttls_taken = true, .went_on = true,
                          .inserted = true),
                     FAILED);
    assert_int_equal(MAIL(.access = true, .starttls = true, .starttls_taken = true, .went_on = true,
                          .inserted = true, .encrypted = true),
                     FAILED);
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .starttls_taken = true, .went_on = true,
                          .encrypted = true),
                     PASSED);
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .inserted = true), NOT_SEEN);
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .starttls_taken = true, .inserted = true),
                     NOT_SEEN);
    assert_int_equal(MAIL(.smtp = true, .starttls = true, .encrypted = true), NOT_SEEN);
}

static void http_cleartext(void **state)
{
    uint64_t mask = PL_MASK(http_cleartext);

    (void)state;
    assert_int_equal(HTTP(.request = true, .clear = true, .answer = PL_HTTP_ANSWER_OTHER), FAILED);
    assert_int_equal(HTTP(.request = true, .clear = true, .answer = PL_HTTP_ANSWER_TO_HTTPS),
                     PASSED);
    assert_int_equal(HTTP(.request = true, .answer = PL_HTTP_ANSWER_OTHER), PASSED);
    assert_int_equal(HTTP(.request = true, .clear = true), NOT_SEEN);
    assert_int_equal(HTTP(.clear = true, .answer = PL_HTTP_ANSWER_OTHER), NOT_SEEN);
}

static void http_credentials_cleartext(void **state)
{
    uint64_t mask = PL_MASK(http_credentials_cleartext);

    (void)state;
    assert_int_equal(HTTP(.request = true, .clear = true, .credentials = true), FAILED);
    assert_int_equal(HTTP(.request = true, .clear = true, .headers_done = true), PASSED);
    assert_int_equal(HTTP(.request = true, .headers_done = true, .credentials = true), PASSED);
    assert_int_equal(HTTP(.request = true, .clear = true), NOT_SEEN);
    assert_int_equal(HTTP(.clear = true), NOT_SEEN);
}

static void hsts_missing(void **state)
{
    uint64_t mask = PL_MASK(hsts_missing);

    (void)state;
    assert_int_equal(HTTP(.answer_headers = true), FAILED);
    assert_int_equal(HTTP(.answer_headers = true, .hsts = true, .hsts_max_age_s = 31535999),
                     FAILED);
    assert_int_equal(HTTP(.answer_headers = true, .hsts = true, .hsts_max_age_s = 31536000),
                     PASSED);
    assert_int_equal(HTTP(.hsts = true, .hsts_max_age_s = 31536000), NOT_SEEN);
    assert_int_equal(HTTP(.answer_headers = true, .clear = true), NOT_SEEN);
}

static void cookie_insecure(void **state)
{
    uint64_t mask = PL_MASK(cookie_insecure);

    (void)state;
    assert_int_equal(HTTP(.answer_headers = true, .cookie = true, .cookie_insecure = true), FAILED);
    assert_int_equal(HTTP(.answer_headers = true, .cookie = true, .session_cookie_open = true),
                     FAILED);
    assert_int_equal(HTTP(.answer_headers = true, .cookie = true), PASSED);
    assert_int_equal(HTTP(.answer_headers = true), NOT_SEEN);
    assert_int_equal(HTTP(.cookie = true, .cookie_insecure = true), NOT_SEEN);
}

static void ftp_login_cleartext(void **state)
{
    uint64_t mask = PL_MASK(ftp_login_cleartext);

    (void)state;
    assert_int_equal(APP(.ftp = true, .ftp_login = true), FAILED);
    assert_int_equal(APP(.ftp = true, .ftp_encrypted = true), PASSED);
    assert_int_equal(APP(.ftp = true), NOT_SEEN);
    assert_int_equal(APP(.ftp = false), NOT_SEEN);
}

static void ftp_anonymous_cleartext(void **state)
{
    uint64_t mask = PL_MASK(ftp_anonymous_cleartext);

    (void)state;
    assert_int_equal(APP(.ftp = true, .ftp_anonymous = true), FAILED);
    assert_int_equal(APP(.ftp = true, .ftp_anonymous = true, .ftp_login = true), FAILED);
    assert_int_equal(APP(.ftp = true, .ftp_encrypted = true), PASSED);
    assert_int_equal(APP(.ftp = true, .ftp_login = true), NOT_SEEN);
    assert_int_equal(APP(.ftp = true), NOT_SEEN);
}

static void default_credentials(void **state)
{
    uint64_t mask = PL_MASK(default_credentials);

    (void)state;
    assert_int_equal(APP(.login_whole = true, .login_default = true), FAILED);
    assert_int_equal(APP(.ftp = true, .login_whole = true, .login_default = true), FAILED);
    assert_int_equal(APP(.login_whole = true), PASSED);
    assert_int_equal(APP(.ftp = true, .ftp_login = true), NOT_SEEN);
}

static void a_fresh_connection_has_found_nothing(void **state)
{
    struct pl_findings f = {0}, none = {0};
    struct pl_stream s;
    uint32_t len = 7;

    (void)state;
    memset(&s, 0xa5, sizeof(s));
    pl_stream_init(&s, 25);
    pl_check_stream(&s, &f);
    assert_memory_equal(&f, &none, sizeof(f));
    assert_null(pl_stream_name(&s, &len));
    assert_int_equal(len, 0);
    assert_int_equal(pl_stream_outcome(&s), PL_MORE);
    assert_int_equal(s.text.port, 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(src_spoofed_egress),
        cmocka_unit_test(telnet_cleartext),
        cmocka_unit_test(smtp_auth_cleartext),
        cmocka_unit_test(mail_access_cleartext),
        cmocka_unit_test(smtp_no_starttls),
        cmocka_unit_test(starttls_injection),
        cmocka_unit_test(http_cleartext),
        cmocka_unit_test(http_credentials_cleartext),
        cmocka_unit_test(hsts_missing),
        cmocka_unit_test(cookie_insecure),
        cmocka_unit_test(ftp_login_cleartext),
        cmocka_unit_test(ftp_anonymous_cleartext),
        cmocka_unit_test(default_credentials),
        cmocka_unit_test(a_fresh_connection_has_found_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
