# SPDX-License-Identifier: BSD-2-Clause
"""nginx speaks HTTP: requests in clear, answers' headers, the page's text, the log variables."""
import base64
import html.parser
import json
import socket

import pytest
from nginx_clients import ask, context, curl, read_answer, tls
from nginx_rig import missing, rig, wait_for  # noqa: F401

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

FLAGS = """
version: 1
defaults: { profile: enterprise-baseline, mode: enforce }
groups:
  - { name: office, clients: [127.0.0.2/32] }
  - { name: cafe, clients: [192.0.2.0/24] }
classes:
  - { name: listed, names: [listed.example] }
rules:
  - { classes: [listed], action: block }
portal: { url: "https://why.example/?a=1&b=2", contact: "mailto:noc@example" }
"""
STRICT = FLAGS.replace("rules:\n", "rules:\n  - { checks: [http-cleartext], action: block }\n")
YEAR = "add_header Strict-Transport-Security max-age=31536000;"
SECRET = "s3cr3t-of-mine"


def start(rig, policy, http):  # noqa: F811
    rig.policy(policy)
    rig.configure(http="plimsoll on;" + http)
    rig.start()
    return rig


def url(site, path="/", port="plain"):
    return f"http://127.0.0.1:{site.ports[port]}{path}"


def last(site, count=1):
    """The last line of the access log, once there are so many."""
    assert wait_for(lambda: len(site.access()) >= count)
    return site.access()[-1]


# --- credentials

CREDENTIALS = [
    ["-u", f"me:{SECRET}"],
    ["-H", f"Authorization: Bearer {SECRET}"],
    ["-H", f"X-Api-Key: {SECRET}"],
    ["-H", f"Cookie: colour=blue; sessionid={SECRET}"],
]


@pytest.mark.parametrize("how", CREDENTIALS, ids=["basic", "bearer", "key", "cookie"])
def test_credentials_in_clear_are_refused_and_kept_nowhere(rig, how):  # noqa: F811
    upstream = rig.upstream()
    start(rig, FLAGS, rig.server("plain", "a.example", "location / { proxy_pass "
                                 f"http://127.0.0.1:{upstream.port}; }}"))
    status, headers, body = curl(url(rig), "-H", "Host: a.example", *how)
    assert (status, headers["connection"]) == (403, "close")
    assert "http-credentials-cleartext" in body and "RFC 7617" in body
    assert last(rig)[:2] == ["block", "http-credentials-cleartext"]
    assert rig.events.wait(lambda e: e["action"] == "block" and e["name"] == "a.example")
    assert upstream.requests == []
    coded = base64.b64encode(f"me:{SECRET}".encode()).decode()
    kept = body + rig.read("logs/access.log") + rig.read("logs/error.log") + \
        rig.events.raw.decode("latin-1")
    assert SECRET not in kept and coded not in kept


def test_a_client_that_waits_with_its_body_is_not_asked_for_it(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example"))
    with socket.create_connection(("127.0.0.1", rig.ports["plain"])) as s:
        s.sendall(b"POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 20\r\n"
                  b"Expect: 100-continue\r\nAuthorization: Basic bWU6eA==\r\n\r\n")
        assert read_answer(s)[0] == 403


def test_cookies_that_are_no_login_pass(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example"))
    status, _, _ = curl(url(rig), "-H", "Host: a.example", "-H", "Cookie: colour=blue; csrftoken=1")
    assert status == 200 and "credentials" not in last(rig)[1]


def test_credentials_over_tls_are_fine(rig):  # noqa: F811
    rig.certificate("a", ["a.example"])
    start(rig, FLAGS, rig.server("tls", "a.example", cert="a"))
    with tls(rig.ports["tls"], "a.example") as s:
        assert ask(s, "a.example", head="Authorization: Basic bWU6eA==\r\n")[0] == 200


# --- clear text

REDIRECTS = {
    "return 301 https://$host$request_uri;": "allow",
    "return 308 https://a.example:8443/;": "allow",
    "return 302 https://www.a.example/;": "flag",
    "return 301 http://a.example/x;": "flag",
    "return 200 x;": "flag",
    "return 404;": "flag",
}


@pytest.mark.parametrize("inside", REDIRECTS)
def test_the_real_answer_decides_where_clear_text_is_flagged(rig, inside):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example", inside))
    curl(url(rig), "-H", "Host: a.example")
    verdict, checks = last(rig)[:2]
    assert verdict == REDIRECTS[inside]
    away = ",http-redirect-order" if "www." in inside else ""
    assert checks == ("http-cleartext" + away if verdict == "flag" else "-")


def test_blocked_clear_text_is_sent_to_https_before_anything_else(rig):  # noqa: F811
    upstream = rig.upstream()
    start(rig, STRICT, rig.server("plain", "a.example", "location / { proxy_pass "
                                  f"http://127.0.0.1:{upstream.port}; }}"))
    status, headers, _ = curl(url(rig, "/p%20q?x=1&y"), "-H", "Host: A.example:80")
    assert (status, headers["location"]) == (308, "https://a.example/p%20q?x=1&y")
    assert curl(url(rig), "-H", "Host: a.example", "-d", "form=1")[0] == 308
    assert upstream.requests == []
    assert last(rig, 2)[:2] == ["block", "http-cleartext"]


def test_blocked_clear_text_gets_the_page_where_that_is_asked_for(rig):  # noqa: F811
    start(rig, STRICT, rig.server("plain", "a.example", "plimsoll_plain page;"))
    status, _, body = curl(url(rig), "-H", "Host: a.example")
    assert status == 403 and "http-cleartext" in body


def test_without_a_host_there_is_nowhere_to_send_to(rig):  # noqa: F811
    start(rig, STRICT, rig.server("plain", '""'))
    with socket.create_connection(("127.0.0.1", rig.ports["plain"])) as s:
        s.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert read_answer(s)[0] == 403


def test_acme_challenges_are_left_alone(rig):  # noqa: F811
    start(rig, STRICT, rig.server("plain", "a.example", "location /.well-known/acme-challenge/ "
                                  "{ return 200 token; }"))
    status, _, body = curl(url(rig, "/.well-known/acme-challenge/x"), "-H", "Host: a.example")
    assert (status, body) == (200, "token")
    status, _, _ = curl(url(rig, "/.well-known/acme-challenge/../../x"), "--path-as-is", "-H",
                        "Host: a.example")
    assert status == 308


# --- answers

CSP = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
NOSNIFF = "add_header X-Content-Type-Options nosniff;"
PAGE = NOSNIFF + f'add_header Content-Security-Policy "{CSP}";'
SAFE = YEAR + PAGE
OPEN = "csp-missing-weak,nosniff-missing,framing-allowed"

ANSWERS = {
    SAFE: "-",
    PAGE: "hsts-missing",
    PAGE + "add_header Strict-Transport-Security max-age=300;": "hsts-missing",
    SAFE + " location / { add_header X-Other 1; }": "hsts-missing," + OPEN,
    SAFE + " add_header Set-Cookie 'sid=1; Secure; HttpOnly; SameSite=Lax';": "-",
    SAFE + " add_header Set-Cookie 'sid=1; Secure; SameSite=Lax';": "cookie-insecure",
    SAFE + " add_header Set-Cookie colour=blue;": "cookie-insecure",
    YEAR: OPEN,
    YEAR + NOSNIFF + " add_header X-Frame-Options DENY;": "csp-missing-weak",
    SAFE.replace("'self'", "'self' 'unsafe-inline'", 1): "csp-missing-weak",
    SAFE.replace("'none'\"", "https:\""): "csp-missing-weak,framing-allowed",
    YEAR + " types { } default_type image/png;": "nosniff-missing",
    YEAR + " return 302 /x;": "-",
    "return 404;": "-",
}


@pytest.mark.parametrize("inside", ANSWERS)
def test_headers_of_answers_are_judged(rig, inside):  # noqa: F811
    policy = FLAGS.replace("rules:\n", "rules:\n  - { checks: ['tls-*'], action: allow }\n")
    rig.certificate("a", ["a.example"])
    start(rig, policy, rig.server("tls", "a.example", inside, cert="a"))
    with tls(rig.ports["tls"], "a.example") as s:
        ask(s, "a.example")
    assert last(rig)[1] == ANSWERS[inside]


@pytest.mark.parametrize("path, checks", [("/?access_token=x", "http-token-in-url"),
                                          ("/?a=b&id_token=x", "http-token-in-url"),
                                          ("/?access_token=", "-"), ("/access_token=x", "-")])
def test_a_token_in_the_target_is_told_over_tls_too(rig, path, checks):  # noqa: F811
    policy = FLAGS.replace("rules:\n", "rules:\n  - { checks: ['tls-*'], action: allow }\n")
    rig.certificate("a", ["a.example"])
    start(rig, policy, rig.server("tls", "a.example", SAFE + "location / { rewrite ^ /index.html? "
                                  "break; }", cert="a"))
    with tls(rig.ports["tls"], "a.example") as s:
        ask(s, "a.example", path)
    assert last(rig)[1] == checks


def test_hsts_in_clear_is_told(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example", YEAR))
    curl(url(rig), "-H", "Host: a.example")
    assert last(rig)[1] == "http-cleartext,hsts-over-http"


def test_an_upstreams_cookie_is_judged_and_its_answer_untouched(rig):  # noqa: F811
    upstream = rig.upstream()
    rig.certificate("a", ["a.example"])
    start(rig, FLAGS, rig.server("tls", "a.example", YEAR + " location / { proxy_pass http://"
                                 f"127.0.0.1:{upstream.port}; proxy_set_header Host $host; }}",
                                 cert="a"))
    with tls(rig.ports["tls"], "a.example") as s:
        status, _, body = ask(s, "a.example", "/x?y=1", head="Cookie: sid=1\r\nX-Mine: 1\r\n",
                              method="POST", body=b"form=1")
    assert (status, body) == (200, "up\n")
    method, path, headers, got = upstream.requests[0]
    assert (method, path, got) == ("POST", "/x?y=1", b"form=1")
    assert headers["Cookie"] == "sid=1" and headers["X-Mine"] == "1"


def test_a_blocked_answer_is_kept_back(rig):  # noqa: F811
    upstream = rig.upstream()
    rig.certificate("a", ["a.example"])
    policy = FLAGS.replace("rules:\n", "rules:\n  - { checks: [hsts-missing], action: block }\n")
    start(rig, policy, rig.server("tls", "a.example", "location /up { proxy_pass http://127.0.0.1:"
                                  f"{upstream.port}; }}", cert="a"))
    for path in ("/", "/up"):
        with tls(rig.ports["tls"], "a.example") as s:
            status, headers, body = ask(s, "a.example", path)
        assert status == 502 and "hsts-missing" in body and headers["connection"] == "close"
        assert "hello" not in body and "up\n" not in body and "etag" not in headers
    assert last(rig, 2)[0] == "block"


# --- the text

def test_what_the_client_sent_is_escaped(rig):  # noqa: F811
    start(rig, FLAGS.replace("listed.example]", "listed.example, 'x']"),
          rig.server("plain", "_", "plimsoll on;"))
    evil = "<script>alert(1)&\"'.listed.example"
    status, _, body = curl(url(rig), "-H", f"Host: {evil}")
    assert status == 403 and "<script" not in body and "&lt;script&gt;" in body
    seen = []
    parser = html.parser.HTMLParser()
    parser.handle_data = seen.append
    parser.feed(body)
    assert evil in "".join(seen)
    assert 'href="https://why.example/?a=1&amp;b=2"' in body


def test_a_portal_that_is_no_link_is_text(rig):  # noqa: F811
    """The compiler lets none in, but an image is only bytes."""
    start(rig, FLAGS, rig.server("plain", "_"))
    with open(f"{rig.path}/policy.img", "r+b") as image:
        data = image.read()
        image.seek(data.index(b"https://why.example/?a=1"))
        image.write(b"javascript:alert('<&\">')")
    status, _, body = curl(url(rig), "-H", "Host: listed.example")
    assert status == 403 and 'href="javascript' not in body
    assert "javascript:alert(&#39;&lt;&amp;&quot;&gt;&#39;)" in body


def test_programs_get_problem_details(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "_"))
    for accept in ("application/problem+json", "application/json, */*;q=0.1"):
        status, headers, body = curl(url(rig), "-H", 'Host: a"b\\c.listed.example', "-H",
                                     f"Accept: {accept}")
        problem = json.loads(body)
        assert headers["content-type"] == "application/problem+json"
        assert status == problem["status"] == 403 and problem["title"] == "Forbidden"
        assert problem["site"] == 'a"b\\c.listed.example'
        assert [check["id"] for check in problem["checks"]] == ["destination-listed"]
        assert problem["checks"][0]["remedy"] and problem["contact"] == "mailto:noc@example"
    _, headers, _ = curl(url(rig), "-H", "Host: listed.example", "-H",
                         "Accept: text/html, application/json")
    assert headers["content-type"].startswith("text/html")


def test_head_gets_no_body(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "_"))
    with socket.create_connection(("127.0.0.1", rig.ports["plain"])) as s:
        s.sendall(b"HEAD / HTTP/1.1\r\nHost: listed.example\r\n\r\n")
        answer = b"".join(iter(lambda: s.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 403 ") and answer.endswith(b"\r\n\r\n")
    assert b"<html" not in answer and b"Content-Length: 1" in answer


# --- who asks, and what is told

def test_the_group_is_that_of_the_real_client(rig):  # noqa: F811
    start(rig, FLAGS, "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"
          + rig.server("plain", "a.example"))
    curl(url(rig), "-H", "Host: a.example")
    assert last(rig)[2] == "0"
    curl(url(rig), "-H", "Host: a.example", "--interface", "127.0.0.2")
    assert last(rig, 2)[2] == "office"
    curl(url(rig), "-H", "Host: a.example", "-H", "X-Forwarded-For: 192.0.2.7")
    assert last(rig, 3)[2] == "cafe"
    event = rig.events.wait(lambda e: e["group"] == 2)
    assert event["client_lo"] & 0xffffffff == 0xc0000207


def test_an_internal_redirect_is_judged_once(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example",
                                 "error_page 404 /index.html; location = /in { rewrite ^ /none; }"))
    status, _, body = curl(url(rig, "/in"), "-H", "Host: a.example")
    assert (status, body) == (404, "hello\n")
    assert last(rig)[:2] == ["flag", "http-cleartext"]
    rig.events.wait(lambda e: False, 1.5)
    assert [e["count"] for e in rig.events.read()] == [1]


def test_repeats_are_counted_not_sent(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example"))
    with socket.create_connection(("127.0.0.1", rig.ports["plain"])) as s:
        for _ in range(50):
            assert ask(s, "a.example")[0] == 200
    rig.events.wait(lambda e: sum(x["count"] for x in rig.events.read()) == 50)
    assert sum(e["count"] for e in rig.events.read()) == 50
    assert len(rig.events.read()) < 10
    assert all(e["point"] == 2 and e["protocol"] == 6 for e in rig.events.read())
    assert all(e["destination_port"] == rig.ports["plain"] for e in rig.events.read())


def test_without_a_daemon_requests_are_served_all_the_same(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example"))
    rig.events.socket.close()
    for _ in range(5):
        assert curl(url(rig), "-H", "Host: a.example")[0] == 200


def test_where_nothing_is_judged_the_variables_are_empty(rig):  # noqa: F811
    start(rig, FLAGS, rig.server("plain", "a.example", "plimsoll off;"))
    status, headers, _ = curl(url(rig), "-H", "Host: listed.example", "-u", "me:x")
    assert status == 200 and "content-security-policy" not in headers
    assert last(rig)[:3] == ["-", "-", "-"]
    assert rig.events.read() == []


def test_requests_that_nginx_itself_refuses_are_left_to_it(rig):  # noqa: F811
    rig.certificate("a", ["a.example"])
    start(rig, STRICT, rig.server("plain", "a.example") + rig.server("tls", "a.example", cert="a"))
    with socket.create_connection(("127.0.0.1", rig.ports["plain"])) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 400 ")
    with socket.create_connection(("127.0.0.1", rig.ports["tls"])) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 400 ")
    with tls(rig.ports["tls"], "a.example", context()) as s:
        assert ask(s, "a.example")[0] == 200
