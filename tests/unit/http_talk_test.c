/* SPDX-License-Identifier: BSD-2-Clause */
/* Both sides of an HTTP/1 connection: which answer belongs to which request, and what it says. */
#include "http_dialogue.h"

#define ASK(host)     "> GET / HTTP/1.1\r\nHost: " host "\r\n\r\n"
#define TO(status, l) "< HTTP/1.1 " status " Moved\r\nLocation: " l "\r\nContent-Length: 0\r\n\r\n"
#define OK            "< HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static uint8_t ended(const struct dialogue *d, enum pl_side side)
{
    struct pl_http_talk t = talk(d);

    return side == PL_CLIENT ? t.request.message.ended : t.reply.message.ended;
}

static uint32_t answers(const struct dialogue *d)
{
    struct pl_http_talk t = talk(d);

    assert_int_equal(t.pending.requests, t.pending.answers);
    return t.pending.answers;
}

static void http_cleartext(void **state)
{
    const enum pl_check_id id = PL_ID_http_cleartext;

    (void)state;
    assert_true(fails(DIALOGUE(ASK("a.example"), OK), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("301", "https://b.example/")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("301", "http://a.example/x")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("301", "/x")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("304", "https://a.example/")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("301", "https://x@a.example/")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("301", "https://a.example.b/")), id));
    assert_true(passes(DIALOGUE(ASK("a.example"), TO("301", "https://a.example/")), id));
    assert_true(passes(DIALOGUE(ASK("A.example.:80"), TO("308", "HTTPS://a.EXAMPLE:8443?x")), id));
    assert_true(passes(DIALOGUE(ASK("[2001:db8::1]:80"), TO("302", "https://[2001:db8::1]/")), id));
    assert_true(passes(DIALOGUE(ASK("a"), TO("307", "\r\n https://a")), id)); /* folded */
    assert_true(passes(
        DIALOGUE("> GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", TO("303", "https://b/")), id));
    assert_false(talk_seen(&(struct pl_http_talk){0}, id));
}

static void the_worst_answer_stays(void **state)
{
    (void)state;
    assert_true(
        fails(DIALOGUE(ASK("a"), TO("301", "https://a/"), ASK("a"), OK), PL_ID_http_cleartext));
    assert_true(
        fails(DIALOGUE(ASK("a"), OK, ASK("a"), TO("301", "https://a/")), PL_ID_http_cleartext));
}

static void what_goes_in_clear_by_rule(void **state)
{
    const enum pl_check_id id = PL_ID_http_cleartext;
    struct pl_http_talk t;

    (void)state;
    t = talk(DIALOGUE("> GET /.well-known/acme-challenge/x HTTP/1.1\r\nHost: a\r\n\r\n", OK));
    assert_false(talk_seen(&t, id));
    t = talk(DIALOGUE("> POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
                      "< HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\n"
                      "Content-Length: 1\r\n\r\nx"));
    assert_false(talk_seen(&t, id));
    t = talk(DIALOGUE("> GET /ca.crl HTTP/1.1\r\nHost: a\r\n\r\n",
                      "< HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\n\r\nx"));
    assert_false(talk_seen(&t, id));
    t = talk(DIALOGUE("> CONNECT a:443 HTTP/1.1\r\n\r\n", "< HTTP/1.1 200 OK\r\n\r\n"));
    assert_false(talk_seen(&t, id));
}

static void http_redirect_order(void **state)
{
    const enum pl_check_id id = PL_ID_http_redirect_order;
    struct pl_http_talk t;

    (void)state;
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("301", "https://www.a.example/")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("302", "http://b.example/")), id));
    assert_true(fails(DIALOGUE(ASK("a.example"), TO("302", "//b.example/")), id));
    assert_true(passes(DIALOGUE(ASK("a.example"), TO("301", "https://a.example/")), id));
    assert_true(passes(DIALOGUE(ASK("a.example"), TO("301", "/elsewhere")), id));
    t = talk(DIALOGUE(ASK("a.example"), TO("201", "http://b.example/")));
    assert_false(talk_seen(&t, id));
    t = talk(DIALOGUE(ASK("a"), "< HTTP/1.1 301 x\r\nLocation: https://b/\r\n")); /* cut off */
    assert_false(talk_seen(&t, id));
    t = talk(DIALOGUE("> GET / HTTP/1.0\r\n\r\n", TO("301", "https://b/"))); /* of which host? */
    assert_false(talk_seen(&t, id));
}

static void hsts_over_http(void **state)
{
    const enum pl_check_id id = PL_ID_hsts_over_http;

    (void)state;
    assert_true(fails(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\nStrict-Transport-Security: max-age=1\n"
                                         "Content-Length: 0\n\n"),
                      id));
    assert_true(fails(DIALOGUE("< HTTP/1.1 301 x\r\nstrict-transport-security :x\r\n\r\n"), id));
    assert_true(passes(DIALOGUE(ASK("a"), OK), id));
    assert_false(fails(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\n\r\n"
                                          "Strict-Transport-Security: max-age=1\r\n\r\n"),
                       id));
    assert_false(
        fails(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\nStrict-Transport-Security: 1\r\n"), id));
}

static void cookie_insecure(void **state)
{
    const enum pl_check_id id = PL_ID_cookie_insecure;
    struct pl_http_talk t = talk(DIALOGUE(ASK("a"), OK));

    (void)state;
    assert_false(talk_seen(&t, id));
    assert_true(
        fails(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Secure\r\n\r\n"), id));
    assert_true(fails(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\nset-cookie:a=b\r\n\r\n"), id));
    t = talk(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\nX-Set-Cookie: a=b\r\n\r\n"));
    assert_false(talk_seen(&t, id));
}

static void http_credentials_cleartext(void **state)
{
    const enum pl_check_id id = PL_ID_http_credentials_cleartext;

    (void)state;
    assert_true(fails(DIALOGUE("> GET / HTTP/1.1\r\nAuthorization: token x"), id));
    assert_true(
        fails(DIALOGUE("> GET / HTTP/1.1\r\nAuthorization:\r\n\tBearer\r\n x\r\n\r\n"), id));
    assert_true(fails(DIALOGUE("> GET / HTTP/1.1\r\nPRIVATE-TOKEN: x\r\n\r\n"), id));
    assert_true(fails(DIALOGUE("> GET / HTTP/1.1\r\nX-Vault-Token: x\r\n\r\n"), id));
    assert_true(fails(DIALOGUE("> GET / HTTP/1.1\r\nCookie: a=b; PHPSESSID=x\r\n\r\n"), id));
    assert_true(
        fails(DIALOGUE("> POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\nAuthorization: Digest x\r\n"),
              id));
    assert_true(passes(DIALOGUE("> GET / HTTP/1.1\r\nCookie: a=b\r\n\r\n"), id));
    assert_true(passes(DIALOGUE("> GET / HTTP/1.1\r\nAuthorization: Basic\r\n\r\n"), id));
    assert_true(passes(DIALOGUE("> POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "0\r\nAuthorization: Basic x\r\n\r\n"),
                       id)); /* a trailer is no credential (RFC 9110, 6.5.1) */
}

/* Each answer with its request: heads alone, no bodies where there are none. */
static void answers_pair_with_requests(void **state)
{
    (void)state;
    assert_int_equal(answers(DIALOGUE(ASK("a") "GET /b HTTP/1.1\r\n\r\n",
                                      "< HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
                                      "HTTPHTTP/1.0 404 No\r\nContent-Length: 1\r\n\r\nx")),
                     2);
    assert_int_equal(
        answers(DIALOGUE("> HEAD / HTTP/1.1\r\n\r\n",
                         "< HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", ASK("a"), OK)),
        2);
    assert_int_equal(
        answers(DIALOGUE(ASK("a"), "< HTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n", ASK("a"),
                         "< HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", ASK("a"), OK)),
        3);
    assert_int_equal(answers(DIALOGUE("> POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                                      "Content-Length: 3\r\n\r\n",
                                      "< HTTP/1.1 100 Continue\r\n\r\n", "> abc",
                                      "< HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" /**/
                                      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
                     1);
    assert_int_equal(
        answers(DIALOGUE(ASK("a"),
                         "< HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
                         "5;x=y\r\nHTTP/\r\nA\r\n0123456789\r\n0\r\nSet-Cookie: t=1\r\n"
                         " fold\r\n\r\n",
                         ASK("a"), OK)),
        2);
    assert_int_equal(
        answers(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")),
        1); /* a body to the end of the connection */
}

static void the_redirect_of_each_request_is_its_own(void **state)
{
    (void)state;
    assert_true(passes(DIALOGUE(ASK("a") "GET / HTTP/1.1\r\nHost: b\r\n\r\n",
                                TO("301", "https://a/"), TO("301", "https://b/")),
                       PL_ID_http_redirect_order));
    assert_true(fails(DIALOGUE(ASK("a") "GET / HTTP/1.1\r\nHost: b\r\n\r\n",
                               TO("301", "https://b/"), TO("301", "https://a/")),
                      PL_ID_http_redirect_order));
}

static void an_answer_without_a_request(void **state)
{
    struct pl_http_talk t = talk(DIALOGUE(OK, "< HTTP/1.1 408 x\r\nSet-Cookie: a=b\r\n\r\n"));

    (void)state;
    assert_int_equal(t.facts.answer, PL_HTTP_ANSWER_UNKNOWN);
    assert_true(talk_failed(&t, PL_ID_cookie_insecure));
}

static void too_many_that_wait(void **state)
{
    struct dialogue d = {{0}, 0};

    (void)state;
    for (int i = 0; i <= PL_HTTP_PENDING; i++)
        d.said[i] = ASK("a");
    d.said[PL_HTTP_PENDING + 1] = OK;
    assert_int_equal(ended(&d, PL_SERVER), PL_HTTP_ENDED_PAIR);
    assert_int_equal(ended(&d, PL_CLIENT), PL_HTTP_READING);
    d.said[0] = "> \r\n\r\n"; /* empty lines before a request */
    assert_int_equal(ended(&d, PL_SERVER), PL_HTTP_READING);
}

static void tunnels_and_upgrades(void **state)
{
    const struct dialogue *tls =
        DIALOGUE("> CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", "< HTTP/1.1 200 OK\r\n\r\n",
                 "> \x16\x03\x01", "< \x16\x03\x03");
    const struct dialogue *ssh =
        DIALOGUE("> CONNECT a:22 HTTP/1.1\r\n\r\n", "< HTTP/1.1 200 OK\r\n\r\nSSH-2.0-x\r\n",
                 "> SSH-2.0-y\r\n");

    (void)state;
    assert_int_equal(ended(tls, PL_CLIENT), PL_HTTP_ENDED_TUNNEL);
    assert_int_equal(ended(tls, PL_SERVER), PL_HTTP_ENDED_TUNNEL);
    assert_int_equal(ended(ssh, PL_CLIENT), PL_HTTP_ENDED_TUNNEL);
    assert_int_equal(ended(ssh, PL_SERVER), PL_HTTP_ENDED_TUNNEL);
    assert_int_equal(
        answers(DIALOGUE("> CONNECT a:80 HTTP/1.1\r\n\r\n",
                         "< HTTP/1.1 407 x\r\nContent-Length: 1\r\n\r\nx",
                         "> CONNECT a:80 HTTP/1.1\r\nProxy-Authorization: Basic eA==\r\n"
                         "\r\n",
                         "< HTTP/1.1 200 OK\r\n\r\n", ASK("b"), OK)),
        3);
    assert_int_equal(
        ended(DIALOGUE("> GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
                       "< HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n\x81\x01x", "> \x81\x81"),
              PL_SERVER),
        PL_HTTP_ENDED_UPGRADE);
}

static void what_is_no_http(void **state)
{
    (void)state;
    assert_int_equal(ended(DIALOGUE("> \x16\x03\x01\x01"), PL_CLIENT), PL_HTTP_ENDED_OTHER);
    assert_int_equal(ended(DIALOGUE("> GET /\r\n", "< <html>"), PL_SERVER), PL_HTTP_ENDED_OTHER);
    assert_int_equal(ended(DIALOGUE("> GET /\r\n"), PL_CLIENT), PL_HTTP_READING); /* HTTP/0.9 */
    assert_int_equal(ended(DIALOGUE("< HTTP/2 200 OK\r\n"), PL_SERVER), PL_HTTP_ENDED_OTHER);
    assert_int_equal(ended(DIALOGUE("< HTTP/1.1 20x OK\r\n"), PL_SERVER), PL_HTTP_ENDED_OTHER);
    assert_int_equal(ended(DIALOGUE("< HTTP/1.1 2000 OK\r\n"), PL_SERVER), PL_HTTP_ENDED_OTHER);
    assert_int_equal(ended(DIALOGUE(ASK("a") "nonsense\r\n"), PL_CLIENT), PL_HTTP_ENDED_MALFORMED);
    assert_int_equal(ended(DIALOGUE("> GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n"), PL_CLIENT),
                     PL_HTTP_ENDED_MALFORMED);
    assert_int_equal(ended(DIALOGUE("> PROXY TCP4 192.0.2.1 192.0.2.2 1 80\r\n" /**/
                                    "GET / HTTP/1.1\r\n\r\n"),
                           PL_CLIENT),
                     PL_HTTP_READING);
    assert_int_equal(ended(DIALOGUE("> PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), PL_CLIENT),
                     PL_HTTP_READING);
}

static void lengths_that_lie(void **state)
{
    static const char *const bad[] = {"Content-Length: x",
                                      "Content-Length: 1 2",
                                      "Content-Length:",
                                      "Content-Length: -1",
                                      "Content-Length: 1\r\nContent-Length: 2",
                                      "Content-Length: 99999999999999999999",
                                      "Transfer-Encoding: gzip"};
    char text[200];

    (void)state;
    for (size_t i = 0; i < PL_COUNT(bad); i++) {
        snprintf(text, sizeof(text), "> POST / HTTP/1.1\r\n%s\r\n\r\nabc", bad[i]);
        assert_int_equal(ended(DIALOGUE(text), PL_CLIENT), PL_HTTP_ENDED_BODY);
    }
    assert_int_equal(ended(DIALOGUE("> POST / HTTP/1.1\r\nContent-Length: 1\r\n"
                                    "content-length:\r\n 1\r\n\r\nxGET / HTTP/1.1\r\n\r\n"),
                           PL_CLIENT),
                     PL_HTTP_READING);
    assert_int_equal(ended(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                                              "\r\nxyz\r\n"),
                           PL_SERVER),
                     PL_HTTP_ENDED_MALFORMED);
    assert_int_equal(ended(DIALOGUE(ASK("a"), "< HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
                                              "\r\n1\r\nab\r\n"),
                           PL_SERVER),
                     PL_HTTP_ENDED_MALFORMED);
}

static void lines_and_heads_over_the_limit(void **state)
{
    static char line[PL_HTTP_LINE_MAX + 100], text[40000];
    struct pl_http_talk t;

    (void)state;
    memset(line, 'a', sizeof(line) - 1);
    memset(&t, 0, sizeof(t));
    talk_piece(&t, PL_CLIENT, "GET / HTTP/1.1\r\nA: ", 19);
    talk_piece(&t, PL_CLIENT, line, sizeof(line) - 1);
    assert_int_equal(t.request.message.ended, PL_HTTP_ENDED_LONG);
    memset(&t, 0, sizeof(t));
    memset(text, ' ', sizeof(text));
    for (size_t i = 0; i < sizeof(text); i += 100)
        memcpy(text + i, "a: b\r\n", 6);
    talk_piece(&t, PL_SERVER, "HTTP/1.1 200 OK\r\n", 17);
    for (int i = 0; i < 2; i++)
        talk_piece(&t, PL_SERVER, text, sizeof(text));
    assert_int_equal(t.reply.message.ended, PL_HTTP_ENDED_LONG);
}

static void what_a_log_tells(void **state)
{
    struct pl_http_talk t =
        talk(DIALOGUE("> GET / HTTP/1.1\r\nHost: A.example:8080\r\nCookie: a=b\r\n"
                      "Authorization: Basic eDp5\r\n\r\nM-SEARCH * HTTP/1.1\r\n\r\n"
                      "get / HTTP/1.1\r\nHost: [::1]\r\nAuthorization: NTLM x\r\n\r\n"
                      "BREW / HTTP/1.1\r\nAuthorization: opaque\r\n\r\n",
                      "< HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"));

    (void)state;
    assert_int_equal(t.log.method[0], PL_HTTP_METHOD_GET);
    assert_int_equal(t.log.method[1], PL_HTTP_METHOD_M_SEARCH);
    assert_int_equal(t.log.method[2], PL_HTTP_METHOD_OTHER);
    assert_int_equal(t.log.method[3], PL_HTTP_METHOD_NONE);
    assert_true(t.log.basic && t.log.cookie_sent && t.log.cookie_set);
    assert_int_equal(t.log.schemes, 1u << PL_HTTP_SCHEME_BASIC | 1u << PL_HTTP_SCHEME_NTLM |
                                        1u << PL_HTTP_SCHEME_OTHER);
    assert_int_equal(t.request.host_hops, 2);
    assert_int_equal(t.request.host_len, 5);
    assert_memory_equal(t.request.host_text, "[::1]", 5);
}

static void nothing_of_a_credential_stays(void **state)
{
    struct pl_http_talk t =
        talk(DIALOGUE("> GET / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0OnNlY3JldA"
                      "==\r\nX-Api-Key: SECRETSECRET\r\nCookie: sid=SECRETSECRET"
                      "\r\nAuthorization: SECRETSECRET\r\n\r\n"));

    (void)state;
    for (size_t i = 0; i + 4 <= sizeof(t); i++) {
        assert_memory_not_equal((char *)&t + i, "SECR", 4);
        assert_memory_not_equal((char *)&t + i, "RCES", 4); /* a word, lowest byte first */
        assert_memory_not_equal((char *)&t + i, "secr", 4);
    }
}

static void lost_bytes_inside_of_a_body(void **state)
{
    static struct pl_http_talk t;

    (void)state;
    talk_piece(&t, PL_CLIENT, "GET / HTTP/1.1\r\n\r\n", 18);
    talk_piece(&t, PL_SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab", 41);
    assert_true(pl_http_talk_lost(&t, PL_SERVER, 8));
    talk_piece(&t, PL_CLIENT, "GET / HTTP/1.1\r\n\r\n", 18);
    talk_piece(&t, PL_SERVER, "HTTP/1.1 404 No\r\n", 17);
    assert_int_equal(t.pending.answers, 2);
    assert_false(pl_http_talk_lost(&t, PL_SERVER, 1));
    assert_int_equal(t.reply.message.ended, PL_HTTP_ENDED_LOST);
    assert_false(pl_http_talk_lost(&t, PL_CLIENT, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_cleartext),
        cmocka_unit_test(the_worst_answer_stays),
        cmocka_unit_test(what_goes_in_clear_by_rule),
        cmocka_unit_test(http_redirect_order),
        cmocka_unit_test(hsts_over_http),
        cmocka_unit_test(cookie_insecure),
        cmocka_unit_test(http_credentials_cleartext),
        cmocka_unit_test(answers_pair_with_requests),
        cmocka_unit_test(the_redirect_of_each_request_is_its_own),
        cmocka_unit_test(an_answer_without_a_request),
        cmocka_unit_test(too_many_that_wait),
        cmocka_unit_test(tunnels_and_upgrades),
        cmocka_unit_test(what_is_no_http),
        cmocka_unit_test(lengths_that_lie),
        cmocka_unit_test(lines_and_heads_over_the_limit),
        cmocka_unit_test(what_a_log_tells),
        cmocka_unit_test(nothing_of_a_credential_stays),
        cmocka_unit_test(lost_bytes_inside_of_a_body),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
