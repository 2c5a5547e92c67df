# SPDX-License-Identifier: BSD-2-Clause
"""nginx passes connections through: what the client says first is read and may be refused."""
import socket
import ssl
import struct
import threading
import time

import pytest
from nginx_clients import client_hello, context, pq_hello, s_client, send_in_pieces
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
  - { name: quantum, names: [quantum.example] }
rules:
  - { classes: [listed], action: block }
  - { checks: [tls-client-max-old], action: block }
  - { classes: [quantum], checks: [tls-pq-not-offered], action: block }
"""
ALERT, HANDSHAKE = 21, 22


class Echo:
    """A TCP server that remembers all that reached it, and answers each piece with itself; with a
    certificate, after a TLS handshake."""

    def __init__(self, greeting=b"", files=None):
        self.got, self.greeting = [], greeting
        self.context = None
        if files:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*files)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(s,), daemon=True).start()

    def talk(self, s):
        try:
            if self.context:
                s = self.context.wrap_socket(s, server_side=True)
            s.sendall(self.greeting)
            while data := s.recv(65536):
                self.got.append(data)
                s.sendall(data)
        except OSError:
            pass
        finally:
            s.close()


def start(rig, upstream, inside="plimsoll on;", policy=POLICY, more=""):  # noqa: F811
    rig.policy(policy)
    log = f"log_format s '$plimsoll_verdict $plimsoll_checks $plimsoll_group $status';" \
          f"access_log {rig.path}/logs/stream.log s;"
    rig.configure(stream=f"{log} {more} server {{ listen 127.0.0.1:{rig.port('tcp')}; {inside} "
                         f"proxy_pass 127.0.0.1:{upstream.port}; }}")
    rig.start()
    upstream.got.clear()


@pytest.fixture
def secure(rig):  # noqa: F811
    """A gateway before a TLS server."""
    rig.certificate("a", ["a.example"])
    rig.echo = Echo(files=(f"{rig.path}/a.pem", f"{rig.path}/a.key"))
    start(rig, rig.echo)
    yield rig
    rig.echo.listener.close()


@pytest.fixture
def clear(rig):  # noqa: F811
    """A gateway before a server of clear text."""
    rig.echo = Echo()
    start(rig, rig.echo)
    yield rig
    rig.echo.listener.close()


def lines(rig):  # noqa: F811
    return [line.split() for line in rig.read("logs/stream.log").splitlines()]


def judged(rig, count=1):  # noqa: F811
    """Log lines of sessions that were judged; start() itself connects once to see nginx listen."""
    assert wait_for(lambda: len([w for w in lines(rig) if w[0] != "-"]) >= count), lines(rig)
    return [w for w in lines(rig) if w[0] != "-"]


def talk(rig, data, source="127.0.0.1", size=100):  # noqa: F811
    """Send; what comes back, b"" when the connection is closed."""
    with socket.create_connection(("127.0.0.1", rig.ports["tcp"]), 5, (source, 0)) as s:
        s.sendall(data)
        try:
            return s.recv(size)
        except ConnectionResetError:
            return b""


# --- TLS

def test_a_good_connection_passes_untouched(secure):
    with socket.create_connection(("127.0.0.1", secure.ports["tcp"])) as raw:
        with context().wrap_socket(raw, server_hostname="a.example") as s:
            s.sendall(b"ping")
            assert s.recv(10) == b"ping"
    assert judged(secure)[0][0] == "flag" and "tls-pq-not-offered" in judged(secure)[0][1]


def alert_number(said):
    return int(said.split("SSL alert number ")[1].split()[0])


def test_refusals_carry_the_right_alert(secure):
    port = secure.ports["tcp"]
    assert alert_number(s_client(port, "-tls1", "-cipher", "ALL:@SECLEVEL=0")) == 70
    assert alert_number(s_client(port, "-servername", "listed.example")) == 49
    assert alert_number(s_client(port, "-servername", "quantum.example")) == 71
    assert [line[3] for line in judged(secure, 3)] == ["403", "403", "403"]
    assert secure.events.wait(lambda e: e["action"] == "block" and e["name"] == "listed.example"
                              and e["point"] == 3)


@pytest.mark.parametrize("size", [1, 7, 300])
def test_a_hello_in_pieces_is_read(secure, size):
    for name, kind in (("listed.example", ALERT), ("a.example", HANDSHAKE)):
        hello = client_hello(name)
        pieces = [hello[i:i + size] for i in range(0, len(hello), size)]
        assert send_in_pieces(secure.ports["tcp"], pieces)[0] == kind


def test_a_post_quantum_hello_in_two_segments_is_read(secure):
    hello = pq_hello("quantum.example")
    assert send_in_pieces(secure.ports["tcp"], [hello[:1200], hello[1200:]], 0.05)[0] == HANDSHAKE
    hello = pq_hello("listed.example")
    assert send_in_pieces(secure.ports["tcp"], [hello[:1200], hello[1200:]], 0.05)[0] == ALERT


def test_a_hello_in_records_of_ten_bytes_is_read(secure):
    message = client_hello("listed.example")[5:]
    records = b"".join(b"\x16\x03\x01" + struct.pack(">H", len(message[i:i + 10]))
                       + message[i:i + 10] for i in range(0, len(message), 10))
    assert send_in_pieces(secure.ports["tcp"], [records])[0] == ALERT


def test_a_hello_larger_than_the_buffer_is_not_seen_and_passes(rig):  # noqa: F811
    upstream = Echo()
    start(rig, upstream, "plimsoll on; preread_buffer_size 512;")
    hello = pq_hello("listed.example")
    assert talk(rig, hello, size=65536) != b""
    assert wait_for(lambda: b"".join(upstream.got) == hello)
    assert "preread buffer full" not in rig.read("logs/error.log")


def test_a_malformed_hello_passes_and_is_counted(clear):
    hello = bytearray(client_hello("listed.example"))
    at = hello.index(b"listed.example")
    hello[at - 1] = 0xff
    assert talk(clear, bytes(hello)) == bytes(hello)[:100]
    event = clear.events.wait(lambda e: e["kind"] == 2)
    assert event and event["name"] == "tls" and event["point"] == 3


def test_ssl_preread_still_has_its_turn(rig):  # noqa: F811
    upstream = Echo(greeting=b"chosen by name")
    start(rig, upstream, "plimsoll on; ssl_preread on;",
          more="map $ssl_preread_server_name $x { default no; a.example yes; }")
    assert talk(rig, client_hello("a.example")).startswith(b"chosen by name")


# --- clear text

def test_http_in_clear_passes_and_is_told_of(clear):
    request = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
    assert talk(clear, request) == request


def test_credentials_are_refused_before_they_reach_the_server(clear):
    answer = talk(clear, b"GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic c2VjcmV0Og==\r"
                         b"\n\r\n", size=2000).decode()
    assert answer.startswith("HTTP/1.1 403 ") and "http-credentials-cleartext" in answer
    assert clear.echo.got == []
    assert clear.events.wait(lambda e: e["action"] == "block")
    assert b"c2VjcmV0" not in clear.events.raw
    assert "c2VjcmV0" not in clear.read("logs/error.log")


def test_a_head_in_pieces_is_waited_for(clear):
    with socket.create_connection(("127.0.0.1", clear.ports["tcp"])) as s:
        for piece in (b"GE", b"T / HT", b"TP/1.1\r\nHo", b"st: listed.exam", b"ple\r\n", b"\r\n"):
            s.sendall(piece)
            time.sleep(0.03)
        assert s.recv(100).startswith(b"HTTP/1.1 403 ")
    assert clear.echo.got == []


OTHERS = {
    "mqtt": b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04test",
    "redis": b"PING\r\n",
    "xmpp": b"<?xml version='1.0'?><stream:stream to='a.example'>",
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "zeros": bytes(40),
    "high": bytes(range(128, 256)),
    "text": b"hello there",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_protocols_pass_at_once(clear, name):
    started = time.monotonic()
    assert talk(clear, OTHERS[name], size=1000) == OTHERS[name]
    assert time.monotonic() - started < 20, "waited for preread_timeout"


# --- switches

def test_an_observed_group_passes_and_is_told_of(clear):
    hello = client_hello("listed.example")
    assert talk(clear, hello, "127.0.0.2", 1000) == hello
    assert judged(clear)[0][0] == "would-block" and judged(clear)[0][2] == "office"
    assert clear.events.wait(lambda e: e["action"] == "would-block")


@pytest.mark.parametrize("mode", ["off", "observe"])
def test_off_and_observe_do_not_act(rig, mode):  # noqa: F811
    start(rig, Echo(), f"plimsoll {mode};")
    hello = client_hello("listed.example")
    assert talk(rig, hello, size=1000) == hello
    verdict = {"off": "-", "observe": "would-block"}[mode]
    assert wait_for(lambda: lines(rig) and lines(rig)[-1][0] == verdict)


def test_off_does_not_wait_for_the_client(rig):  # noqa: F811
    start(rig, Echo(greeting=b"220 hello\r\n"), "plimsoll off;")
    with socket.create_connection(("127.0.0.1", rig.ports["tcp"])) as s:
        assert s.recv(100) == b"220 hello\r\n"


def test_a_swap_is_seen_by_the_next_connection(clear):
    hello = client_hello("a.example")
    assert talk(clear, hello, size=1000) == hello
    clear.policy(POLICY.replace("[listed.example]", "[a.example]"))
    assert talk(clear, hello)[0] == ALERT


def test_a_server_that_ends_tls_here_is_not_judged(rig):  # noqa: F811
    rig.certificate("a", ["a.example"])
    rig.policy(POLICY)
    rig.configure(stream=f"server {{ listen 127.0.0.1:{rig.port('tcp')} ssl; plimsoll on; "
                         f"ssl_certificate {rig.path}/a.pem; ssl_certificate_key {rig.path}/a.key;"
                         " return ok; }")
    rig.start()
    with socket.create_connection(("127.0.0.1", rig.ports["tcp"])) as raw:
        with context().wrap_socket(raw, server_hostname="listed.example") as s:
            assert s.recv(10) == b"ok"


def test_a_bad_directive_is_told_with_file_and_line(rig):  # noqa: F811
    rig.configure(stream="\n\nplimsoll sometimes;")
    status, said = rig.check()
    number = rig.read("nginx.conf").split("plimsoll sometimes")[0].count("\n") + 1
    assert status == 1
    assert f'the value "sometimes": expected on, off or observe in {rig.path}/nginx.conf:{number}' \
        in said
