# SPDX-License-Identifier: BSD-2-Clause
"""nginx ends TLS: the hello is refused by an alert or let through for the page alone."""
import html.parser
import socket
import ssl

import pytest
from nginx_clients import (ask, client_hello, context, curl, pq_hello, s_client, send_in_pieces,
                           tls)
from nginx_rig import missing, rig, wait_for  # noqa: F401

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing()),
              pytest.mark.filterwarnings("ignore:ssl.TLSVersion")]

POLICY = """
version: 1
defaults: { profile: enterprise-baseline, mode: enforce }
groups:
  - { name: office, clients: [127.0.0.2/32], mode: observe }
classes:
  - { name: listed, names: [listed.example] }
  - { name: modern, names: [modern.example] }
  - { name: quantum, names: [quantum.example] }
rules:
  - { classes: [listed], action: block }
  - { checks: [tls-client-max-old], action: block }
  - { classes: [modern], checks: [tls-version-12], action: block }
  - { classes: [quantum], checks: [tls-pq-not-offered], action: block }
portal: { url: "https://why.example", contact: "mailto:noc@example" }
"""
ALERT, HANDSHAKE = 21, 22
ANY_CIPHER = ("-cipher", "ALL:@SECLEVEL=0")


@pytest.fixture
def site(rig):  # noqa: F811
    """One server that refuses by alert, one by page, and one that does not judge."""
    rig.policy(POLICY)
    rig.certificate("a", ["a.example"])
    rig.configure(http="plimsoll on;" + rig.server("alert", "a.example", cert="a")
                  + rig.server("page", "a.example", "plimsoll_refuse page;", cert="a")
                  + rig.server("page", "b.example", "plimsoll_refuse page;", cert="a")
                  + rig.server("off", "a.example", "plimsoll off;", cert="a")
                  + rig.server("off", "on.example", cert="a"))
    rig.start()
    return rig


def get(site, port, name, *more):
    return curl(f"https://{name}:{site.ports[port]}/", "--resolve",
                f"{name}:{site.ports[port]}:127.0.0.1", *more)


def alert_number(said):
    return int(said.split("SSL alert number ")[1].split()[0]) if "SSL alert number" in said else 0


# --- alerts

def test_a_good_client_is_served(site):
    status, _, body = get(site, "alert", "a.example")
    assert (status, body) == (200, "hello\n")


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_an_old_client_gets_protocol_version(site, version):
    assert alert_number(s_client(site.ports["alert"], version, *ANY_CIPHER)) == 70


def test_a_listed_name_gets_access_denied(site):
    assert alert_number(s_client(site.ports["alert"], "-servername", "listed.example")) == 49


def test_a_name_below_a_listed_one_too_in_any_case(site):
    assert alert_number(s_client(site.ports["alert"], "-servername", "www.LISTED.example")) == 49


def test_tls12_is_refused_where_the_policy_says_so_and_13_is_not(site):
    port = site.ports["alert"]
    assert alert_number(s_client(port, "-tls1_2", "-servername", "modern.example")) == 70
    said = s_client(port, "-tls1_3", "-servername", "modern.example")
    assert "TLSv1.3" in said and alert_number(said) == 0


@pytest.mark.parametrize("protocols", ["TLSv1 TLSv1.2", "TLSv1 TLSv1.1"])
def test_the_version_that_the_server_would_choose_is_refused(rig, protocols):  # noqa: F811
    """A server that still speaks TLS 1.0, to a client that knows no better, or to any client."""
    rig.policy("version: 1\ndefaults: { profile: enterprise-baseline, mode: enforce }\n")
    rig.certificate("a", ["a.example"])
    old = "ssl_ciphers ALL:@SECLEVEL=0;"
    rig.configure(http="plimsoll on;" + rig.server("alert", "a.example", old, "a", protocols)
                  + rig.server("page", "a.example", "plimsoll_refuse page;" + old, "a", protocols))
    rig.start()
    version = ("-tls1",) if "1.2" in protocols else ("-min_protocol", "TLSv1")
    assert alert_number(s_client(rig.ports["alert"], *version, *ANY_CIPHER)) == 70
    said = s_client(rig.ports["page"], *version, *ANY_CIPHER, "-ign_eof",
                    send=b"GET / HTTP/1.0\r\n\r\n")
    assert "HTTP/1.1 403 " in said and "tls-version-10-11" in said and "hello" not in said
    assert rig.events.wait(lambda e: e["block"][1])


def test_other_checks_get_insufficient_security(site):
    assert alert_number(s_client(site.ports["alert"], "-servername", "quantum.example")) == 71


def test_curl_reports_the_alert(site):
    assert get(site, "alert", "listed.example")[0] == 0


# --- what the group and the server change

def test_a_group_that_is_only_observed_is_served_and_told_of(site):
    status, _, _ = get(site, "alert", "listed.example", "--interface", "127.0.0.2")
    assert status == 200
    event = site.events.wait(lambda e: e["action"] == "would-block")
    assert event and event["name"] == "listed.example" and event["group"] == 1


def test_off_is_off_for_the_server_that_the_name_chooses(site):
    assert get(site, "off", "a.example")[0] == 200
    assert get(site, "off", "listed.example")[0] == 200
    assert site.events.read() == []


def test_the_server_that_the_name_chooses_may_be_on_behind_one_that_is_off(site):
    assert "Cipher is (NONE)" in s_client(site.ports["off"], "-servername", "on.example", "-tls1",
                                          *ANY_CIPHER)
    assert site.events.wait(lambda e: e["action"] == "block" and e["name"] == "on.example")


# --- how the hello arrives

def test_a_hello_a_byte_at_a_time_is_read(site):
    hello = client_hello("listed.example")
    pieces = [hello[i:i + 1] for i in range(len(hello))]
    assert send_in_pieces(site.ports["alert"], pieces) == (ALERT, b"\x02\x31")
    good = client_hello("a.example")
    kind, inside = send_in_pieces(site.ports["alert"], [good[i:i + 1] for i in range(len(good))])
    assert (kind, inside[0]) == (HANDSHAKE, 2)


def test_a_post_quantum_hello_in_two_segments_is_read(site):
    hello = pq_hello("quantum.example")
    assert len(hello) > 1700
    kind, inside = send_in_pieces(site.ports["alert"], [hello[:1200], hello[1200:]], 0.05)
    assert (kind, inside[0]) == (HANDSHAKE, 2), "offers a post-quantum group, so it must pass"
    hello = pq_hello("listed.example")
    assert send_in_pieces(site.ports["alert"], [hello[:700], hello[700:]], 0.05)[0] == ALERT


def test_a_hello_over_many_records_is_read(site):
    message = client_hello("listed.example")[5:]
    records = b"".join(b"\x16\x03\x01\x00" + bytes([len(message[i:i + 50])]) + message[i:i + 50]
                       for i in range(0, len(message), 50))
    assert send_in_pieces(site.ports["alert"], [records]) == (ALERT, b"\x02\x31")


def test_a_hello_in_the_form_of_ssl2_is_judged(site):
    body = b"\x01\x03\x01" + b"\x00\x03\x00\x00\x00\x10" + b"\x00\x00\x2f" + bytes(16)
    hello = bytes([0x80, len(body)]) + body
    assert send_in_pieces(site.ports["alert"], [hello]) == (ALERT, b"\x02\x46")
    assert site.events.wait(lambda e: e["action"] == "block" and e["block"][1])


def test_a_malformed_hello_is_counted_and_harms_nobody(site):
    hello = bytearray(client_hello("a.example"))
    at = hello.index(b"\x00\x00\x00\x0e\x00\x0c\x00\x00\x09a.example")
    hello[at + 8] = 0x40  # the name claims to be longer than its list
    send_in_pieces(site.ports["alert"], [bytes(hello)])
    event = site.events.wait(lambda e: e["kind"] == 2)
    assert event and event["name"] == "tls"
    assert get(site, "alert", "a.example")[0] == 200


def test_hello_retry_request_is_judged_and_told_once(rig):  # noqa: F811
    rig.policy(POLICY)
    rig.certificate("a", ["a.example"])
    rig.configure(http="plimsoll on;" + rig.server("tls", "a.example", "ssl_ecdh_curve secp384r1;",
                                                   cert="a"))
    rig.start()
    said = s_client(rig.ports["tls"], "-servername", "a.example", "-groups", "X25519:P-384",
                    "-trace")
    assert said.count("ClientHello,") == 2, "the server did not ask for another key share"
    told = rig.events.wait(lambda e: e["name"] == "a.example")
    assert told["action"] == "flag" and told["count"] == 1
    assert rig.events.wait(lambda e: e["name"] == "a.example" and e is not told, 1.5) is None


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_resumed_session_is_judged_again(site, version):
    port, session = str(site.ports["alert"]), f"{site.path}/session"
    args = (version, "-servername", "a.example")
    s_client(port, *args, "-sess_out", session, "-ign_eof", send=b"GET / HTTP/1.0\r\n\r\n")
    assert "Reused" in s_client(port, *args, "-sess_in", session)
    site.policy(POLICY.replace("names: [listed.example]", "names: [listed.example, a.example]"))
    said = s_client(port, *args, "-sess_in", session)
    assert alert_number(said) == 49


# --- the page

class Page(html.parser.HTMLParser):
    """Collects what a page holds and complains about tags that do not close."""

    VOID = {"meta", "link", "br", "img"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.text, self.links = [], [], "", []
        self.feed(text)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_explains(site):
    status, headers, body = get(site, "page", "listed.example")
    assert status == 403 and headers["content-type"] == "text/html; charset=utf-8"
    page = Page(body)
    assert "listed.example" in page.text and "destination-listed" in page.text
    assert "operator policy" in page.text and "who keeps the list" in page.text
    assert page.links == ["mailto:noc@example", "https://why.example"]
    assert ("html", {"lang": "en"}) in page.tags
    assert [tag for tag, _ in page.tags].count("h1") == 1


def test_the_page_fetches_nothing_and_its_policy_allows_nothing(site):
    import base64
    import hashlib
    _, headers, body = get(site, "page", "listed.example")
    for tag, attributes in Page(body).tags:
        assert tag not in ("script", "img", "link", "iframe", "form")
        assert not {"src", "style", "onclick", "onload"} & set(attributes)
    csp = headers["content-security-policy"]
    style = body.split("<style>")[1].split("</style>")[0].encode()
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert csp.startswith("default-src 'none'; ") and f"style-src 'sha256-{digest}'" in csp
    assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"


def test_the_page_ends_the_connection(site):
    with tls(site.ports["page"], "listed.example") as s:
        status, headers, _ = ask(s, "listed.example", "/any/path", method="POST", body=b"x=1")
        assert (status, headers["connection"]) == (403, "close")
        assert s.recv(1) == b""


@pytest.mark.parametrize("name", ["a.example", "b.example"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_an_old_client_gets_the_page_and_only_the_page(site, name, version):
    with tls(site.ports["page"], name, context(version, old=True)) as s:
        assert s.version() in ("TLSv1", "TLSv1.1")
        status, _, body = ask(s, name)
    assert status == 403 and "tls-client-max-old" in body and "hello" not in body
    with tls(site.ports["page"], name) as s:
        assert s.version() == "TLSv1.3" and ask(s, name)[0] == 200


def test_an_old_client_gets_nothing_more_after_a_swap(site):
    with tls(site.ports["page"], "a.example", context(ssl.TLSVersion.TLSv1, old=True)) as s:
        site.policy("version: 1\ndefaults: { profile: observe, mode: observe }\n")
        status, _, body = ask(s, "a.example")
        assert status == 403 and "tls-client-max-old" in body


def test_another_host_on_a_page_only_connection_gets_the_page(site):
    with tls(site.ports["page"], "listed.example") as s:
        assert ask(s, "a.example")[0] == 403


def test_the_page_over_http2(rig):  # noqa: F811
    rig.policy(POLICY)
    rig.certificate("a", ["a.example"])
    server = rig.server("tls", "a.example", "plimsoll on; plimsoll_refuse page;", cert="a")
    rig.configure(http=server.replace(" ssl;", " ssl http2;", 1))
    rig.start()
    assert get(rig, "tls", "a.example", "--http2")[0] == 200
    port = rig.ports["tls"]
    said = curl(f"https://listed.example:{port}/", "--http2", "--resolve",
                f"listed.example:{port}:127.0.0.1", "-w", "%{http_version}")
    assert said[0] == 403 and said[2].endswith("</html>\n2")


# --- the request's own name

def test_another_host_than_the_hello_named_is_judged(site):
    with tls(site.ports["alert"], "a.example") as s:
        assert ask(s, "a.example")[0] == 200
        status, _, body = ask(s, "listed.example")
    assert status == 403 and "destination-listed" in body


def test_a_hello_without_a_name_is_flagged(site):
    raw = socket.create_connection(("127.0.0.1", site.ports["alert"]))
    with context().wrap_socket(raw) as s:
        assert ask(s, "a.example")[0] == 200
    assert "tls-sni-missing" in wait_for(site.access)[0][1]


def test_what_was_negotiated_is_told(site):
    with tls(site.ports["alert"], "a.example", context(ssl.TLSVersion.TLSv1_2)) as s:
        assert ask(s, "a.example")[0] == 200
    assert wait_for(site.access)[0][1].startswith("tls-version-12,")
    with tls(site.ports["alert"], "a.example") as s:
        assert ask(s, "a.example")[0] == 200
    assert wait_for(lambda: site.access()[1:]) and "tls-version-12" not in site.access()[1][1]


def test_one_connection_is_told_of_once(site):
    with tls(site.ports["alert"], "a.example") as s:
        for _ in range(5):
            assert ask(s, "a.example")[0] == 200
    site.events.wait(lambda e: False, 1.5)
    tls_events = [e for e in site.events.read() if e["flag"][1]]
    assert sum(e["count"] for e in tls_events) == 1
