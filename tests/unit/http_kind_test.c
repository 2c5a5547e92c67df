/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request in clear is for: each check that rests on it, by what fires it and what must not.
 */
#include "http_dialogue.h"

#define GET(target, ...) "> GET " target " HTTP/1.1\r\nHost: a.example\r\n" __VA_ARGS__ "\r\n"
#define OK               "< HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static void object_store_http(void **state)
{
    const enum pl_check_id id = PL_ID_object_store_http;

    (void)state;
    assert_true(fails(DIALOGUE(GET("/b/k", "X-Amz-Date: 20260101T000000Z\r\n"), OK), id));
    assert_true(fails(DIALOGUE(GET("/b", "x-ms-version: 2020-04-08\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/b", "x-goog-meta-a: 1\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/b", "Authorization: AWS4-HMAC-SHA256 Credential=x\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/b", "Authorization: AWS k:s\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/k?X-Amz-Expires=9&X-Amz-Signature=ab")), id));
    assert_true(fails(DIALOGUE(GET("/k?AWSAccessKeyId=a&Expires=1&Signature=b")), id));
    assert_true(fails(DIALOGUE(GET("/c/k?sv=2020-08-04&se=2&sig=b")), id));
    assert_false(fails(DIALOGUE(GET("/", "X-Amz-Cf-Id: 1\r\n"), OK), id));
    assert_false(fails(DIALOGUE(GET("/", "x-amz-sns-message-type: Notification\r\n")), id));
    assert_false(fails(DIALOGUE(GET("/", "X-Amzn-Trace-Id: Root=1\r\n")), id));
    assert_false(fails(DIALOGUE(GET("/", "x-ms-client-request-id: 1\r\n")), id));
    assert_false(fails(DIALOGUE(GET("/", "X-Amz-Target: DynamoDB_20120810.GetItem\r\n"
                                         "X-Amz-Date: 2\r\n")),
                       id));
    assert_false(fails(DIALOGUE(GET("/k?Signature=b&sig=1")), id));
    assert_false(fails(DIALOGUE(GET("/"), "< HTTP/1.1 200 OK\r\nx-amz-request-id: 1\r\n"
                                          "Content-Length: 0\r\n\r\n"),
                       id));
    assert_false(fails(DIALOGUE("> GET /k HTTP/1.1\r\nX-Amz-Date: 1\r\n"), id)); /* not whole */
}

static void pkg_registry_http(void **state)
{
    static const char *const agents[] = {
        GET("/simple/x/", "User-Agent: pip/23.0 {\"ci\":null}\r\n"),
        GET("/left-pad", "User-Agent: npm/8.19.2 node/v18.12.1 linux x64\r\n"),
        GET("/m2/x.jar", "User-Agent: Apache-Maven/3.8.6 (Java 17)\r\n"),
        GET("/api/v1/crates", "User-Agent: cargo/1.80.0\r\n"),
        GET("/specs.4.8.gz", "User-Agent: Ruby, RubyGems/3.3.7 x86_64-linux\r\n"),
        GET("/versions", "User-Agent: bundler/2.3.7 rubygems/3.3.7\r\n"),
        GET("/github.com/x/y/@v/v1.2.3.zip", "User-Agent: Go-http-client/1.1\r\n"),
        GET("/golang.org/x/net/@latest", "User-Agent: Go-http-client/1.1\r\n"),
        GET("/v2/", "User-Agent: docker/24.0.5 go/go1.20.6\r\n"),
        GET("/v2/library/alpine/manifests/3", "User-Agent: containerd/1.7.2\r\n"),
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(agents); i++)
        assert_true(fails(DIALOGUE(agents[i], OK), PL_ID_pkg_registry_http));
    assert_true(
        fails(DIALOGUE(GET("/v2/"), "< HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
                                    "Docker-Distribution-Api-Version: registry/2.0\r\n\r\n"),
              PL_ID_pkg_registry_http));
    assert_false(
        fails(DIALOGUE(GET("/v2/users", "User-Agent: curl/8.0\r\n")), PL_ID_pkg_registry_http));
    assert_false(fails(DIALOGUE(GET("/latest", "User-Agent: Go-http-client/1.1\r\n")),
                       PL_ID_pkg_registry_http));
    assert_false(
        fails(DIALOGUE(GET("/x", "User-Agent: Mozilla/5.0 pip/1\r\n")), PL_ID_pkg_registry_http));
    assert_false(fails(DIALOGUE(GET("/x", "X-Agent: pip/1\r\n")), PL_ID_pkg_registry_http));
}

static void pkg_repository_http(void **state)
{
    static const char *const agents[] = {
        GET("/debian/dists/x/InRelease", "User-Agent: Debian APT-HTTP/1.3 (2.6.1)\r\n"),
        GET("/ubuntu/", "User-Agent: Ubuntu APT-HTTP/1.3\r\n"),
        GET("/repomd.xml", "User-Agent: libdnf (Fedora Linux 38)\r\n"),
        GET("/repomd.xml", "User-Agent: urlgrabber/3.10 yum/3.4.3\r\n"),
        GET("/content", "User-Agent: ZYpp 17.31.8 (curl 7.79.1) openSUSE\r\n"),
    };

    (void)state;
    for (size_t i = 0; i < PL_COUNT(agents); i++) {
        assert_true(fails(DIALOGUE(agents[i], OK), PL_ID_pkg_repository_http));
        assert_false(fails(DIALOGUE(agents[i], OK), PL_ID_pkg_registry_http));
    }
    assert_false(
        fails(DIALOGUE(GET("/debian/", "User-Agent: curl/8.0\r\n")), PL_ID_pkg_repository_http));
    assert_false(fails(DIALOGUE(GET("/a", "User-Agent: pip/23.0\r\n")), PL_ID_pkg_repository_http));
}

static void docker_api_cleartext(void **state)
{
    const enum pl_check_id id = PL_ID_docker_api_cleartext;

    (void)state;
    assert_true(fails(DIALOGUE(GET("/_ping", "User-Agent: Docker-Client/24.0.5 (linux)\r\n")), id));
    assert_true(fails(
        DIALOGUE(GET("/v1.43/containers/json", "User-Agent: Docker-Client/24.0.5 (linux)\r\n")),
        id));
    assert_true(fails(DIALOGUE_AT(2375, GET("/v1.16/version", "User-Agent: x\r\n")), id));
    assert_true(fails(DIALOGUE_AT(2375, GET("/containers/json")), id));
    assert_true(fails(DIALOGUE(GET("/info"), "< HTTP/1.1 200 OK\r\nApi-Version: 1.43\r\n"
                                             "Docker-Experimental: false\r\nContent-Length: 0\r\n"
                                             "\r\n"),
                      id));
    assert_false(fails(DIALOGUE(GET("/_ping"), OK), id));
    assert_false(fails(DIALOGUE(GET("/v1.43/containers/json", "User-Agent: curl/8\r\n"), OK), id));
    assert_false(fails(DIALOGUE_AT(2375, GET("/index.html"), OK), id));
    assert_false(fails(DIALOGUE_AT(2375, GET("/v1.x/y"), OK), id));
}

static void firmware_cleartext(void **state)
{
    const enum pl_check_id id = PL_ID_firmware_cleartext;

    (void)state;
    assert_true(fails(DIALOGUE(GET("/fw/router-1.2.3.BIN")), id));
    assert_true(fails(DIALOGUE(GET("/update.swu?device=1")), id));
    assert_true(fails(DIALOGUE("> GET http://up.example/cam.img HTTP/1.1\r\nHost: up.example\r\n"
                               "\r\n"),
                      id));
    assert_false(fails(DIALOGUE("> POST /update.bin HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
                                "\r\n"),
                       id));
    assert_false(fails(DIALOGUE(GET("/image.png?f=x.bin")), id));
    assert_false(fails(DIALOGUE(GET("/cabin")), id));
    assert_false(fails(DIALOGUE(GET("/netboot.img", "User-Agent: Debian APT-HTTP/1.3\r\n")), id));
}

static void http_token_in_url(void **state)
{
    const enum pl_check_id id = PL_ID_http_token_in_url;

    (void)state;
    assert_true(fails(DIALOGUE(GET("/api?access_token=x")), id));
    assert_true(fails(DIALOGUE(GET("/api?a=b&id_token=x#f")), id));
    assert_true(fails(DIALOGUE("> GET http://a.example?a&Access_Token=x HTTP/1.1\r\n\r\n"), id));
    assert_true(passes(DIALOGUE(GET("/api?access_token=")), id));
    assert_true(passes(DIALOGUE(GET("/api?access_token=&b=1")), id));
    assert_true(passes(DIALOGUE(GET("/access_token=x?b=1")), id));
    assert_true(passes(DIALOGUE(GET("/api?my_access_token=x&id_token_hint=y")), id));
    assert_false(fails(DIALOGUE("> GET /?access_token=x FTP\r\n"), id));
}

static void ws_cleartext(void **state)
{
    const enum pl_check_id id = PL_ID_ws_cleartext;

    (void)state;
    assert_true(fails(DIALOGUE(GET("/", "Upgrade: WebSocket\r\nConnection: Upgrade\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/", "Sec-WebSocket-Key: eA==\r\n"),
                               "< HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n\x81\x01x"),
                      id));
    assert_false(fails(DIALOGUE(GET("/", "Upgrade: h2c\r\nConnection: Upgrade\r\n"), OK), id));
    assert_false(fails(DIALOGUE(GET("/websocket", "Upgrade-Insecure-Requests: 1\r\n"), OK), id));
}

static void git_cleartext(void **state)
{
    const enum pl_check_id id = PL_ID_git_cleartext;

    (void)state;
    assert_true(fails(DIALOGUE(GET("/r.git/info/refs?service=git-upload-pack")), id));
    assert_true(fails(DIALOGUE("> POST /r/git-receive-pack HTTP/1.1\r\nHost: a\r\n\r\n"), id));
    assert_true(fails(DIALOGUE(GET("/r/HEAD", "User-Agent: git/2.39.2\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/r"), "< HTTP/1.1 200 OK\r\nContent-Type: "
                                          "application/x-git-upload-pack-result\r\n\r\nx"),
                      id));
    assert_false(fails(DIALOGUE(GET("/r/info/refs?service=x")), id));
    assert_false(fails(DIALOGUE(GET("/?service=git-upload-pack-help")), id));
    assert_false(fails(DIALOGUE(GET("/git", "User-Agent: github/1\r\n")), id));
}

static void debug_port_exposed(void **state)
{
    const enum pl_check_id id = PL_ID_debug_port_exposed;

    (void)state;
    assert_true(fails(DIALOGUE_AT(9229, GET("/json/list")), id));
    assert_true(
        fails(DIALOGUE(GET("/json/version"), "< HTTP/1.1 200 OK\r\nContent-Length: 66\r\n\r\n"
                                             "{ \"Browser\": \"node.js/v18.12.1\", "
                                             "\"Protocol-Version\": \"1.1\" }       "),
              id));
    assert_true(
        fails(DIALOGUE(GET("/json"), "< HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "13\r\n[{\"webSocketDebugge\r\n9\r\nrUrl\":1}]\r\n0\r\n"
                                     "\r\n"),
              id));
    assert_false(fails(DIALOGUE(GET("/json/list"), OK), id));
    assert_false(fails(DIALOGUE_AT(9229, GET("/index"), OK), id));
    assert_false(fails(DIALOGUE(GET("/x"), "< HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n"
                                           "Protocol-Version"),
                       id));
}

static bool is_upnp(const struct dialogue *d)
{
    struct pl_http_talk t = talk(d);

    return t.facts.kinds & PL_HTTP_KIND(UPNP);
}

/* Whether that is wrong is for the addresses to say: net_test.c. */
static void actions_on_a_gateway(void **state)
{
    (void)state;
    assert_true(is_upnp(DIALOGUE("> POST /ctl HTTP/1.1\r\nHost: 192.0.2.1\r\nSOAPAction: \"urn:"
                                 "schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"\r\n"
                                 "Content-Length: 0\r\n\r\n")));
    assert_true(is_upnp(DIALOGUE("> POST /c HTTP/1.1\r\nSOAPACTION: urn:schemas-upnp-org:service:"
                                 "WANPPPConnection:1#GetExternalIPAddress\r\n\r\n")));
    assert_false(
        is_upnp(DIALOGUE("> POST /c HTTP/1.1\r\nSOAPAction: \"urn:schemas-upnp-org:service:"
                         "AVTransport:1#Play\"\r\n\r\n")));
    assert_false(is_upnp(DIALOGUE("> POST /c HTTP/1.1\r\nX: urn:schemas-upnp-org:service:"
                                  "WANIPConnection:1#x\r\n\r\n")));
}

static void default_credentials(void **state)
{
    const enum pl_check_id id = PL_ID_default_credentials;

    (void)state;
    /* admin:admin, root:root */
    assert_true(fails(DIALOGUE(GET("/", "Authorization: Basic YWRtaW46YWRtaW4=\r\n")), id));
    assert_true(fails(DIALOGUE(GET("/", "Authorization: basic  cm9vdDpyb290 \r\n")), id));
    assert_true(passes(DIALOGUE(GET("/", "Authorization: Basic YWRtaW46YWRtaW4x\r\n")), id));
    assert_true(passes(DIALOGUE(GET("/", "Authorization: Basic !!!\r\n")), id));
    assert_false(passes(DIALOGUE(GET("/", "Authorization: Bearer YWRtaW46YWRtaW4=\r\n")), id));
    assert_false(fails(DIALOGUE("> GET / HTTP/1.1\r\nAuthorization: Basic YWRtaW46YWRtaW4="), id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object_store_http),   cmocka_unit_test(pkg_registry_http),
        cmocka_unit_test(pkg_repository_http), cmocka_unit_test(docker_api_cleartext),
        cmocka_unit_test(firmware_cleartext),  cmocka_unit_test(http_token_in_url),
        cmocka_unit_test(ws_cleartext),        cmocka_unit_test(git_cleartext),
        cmocka_unit_test(debug_port_exposed),  cmocka_unit_test(actions_on_a_gateway),
        cmocka_unit_test(default_credentials),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
