# SPDX-License-Identifier: BSD-2-Clause
"""The metrics of plimsolld, and who may ask for them."""
import calendar
import signal
import socket

import pytest

import plimsolld
from plimsolld import Daemon, event

TLS_OLD = 1  # a bit of catalogue.def


@pytest.fixture(name="daemon")
def fixture_daemon(tmp_path):
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.stop(signal.SIGKILL)


def test_metrics_are_openmetrics(daemon):
    daemon.start()
    status, headers, text = daemon.request()
    assert status == 200
    assert headers["Content-Type"] == \
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    metrics = plimsolld.parse_openmetrics(text)
    assert metrics[plimsolld.sample("plimsoll_exempt_expiry_timestamp_seconds",
                                    exemption="EX-2026-014")] == \
        calendar.timegm((2999, 7, 1, 0, 0, 0))  # `until` includes its day
    assert any(name == "plimsoll_build_info" for name, _ in metrics)
    assert metrics[plimsolld.sample("plimsoll_actions_total", check="dnssec-bogus",
                                    point="resolver", action="blocked")] == 0


def test_an_exemption_that_stands_twice_is_one_sample(daemon):
    again = daemon.policy.read_text().split("exemptions:\n")[1]
    daemon.policy.write_text(daemon.policy.read_text() + again.replace("2999", "2998"))
    code, _, said = daemon.run("--check")
    if code:
        assert "EX-2026-014" in said
        return
    daemon.start()
    metrics = daemon.metrics()  # asserts that no sample comes twice
    assert metrics[plimsolld.sample("plimsoll_exempt_expiry_timestamp_seconds",
                                    exemption="EX-2026-014")] == \
        calendar.timegm((2999, 7, 1, 0, 0, 0))


def test_metrics_name_nobody(daemon):
    daemon.start()
    daemon.send(event(b"secret.example", client="192.0.2.77", destination="203.0.113.5", serial=1,
                      group=1, klass=1, block={"tls": [TLS_OLD]}))
    daemon.lines(1)
    text = daemon.request()[2]
    assert not any(word in text for word in ("secret", "192.0.2", "203.0.113", "office", "tracker"))


def test_metrics_on_the_loopback(daemon):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    daemon.settings["metrics"] = f"127.0.0.1:{port}"
    daemon.start()
    connection = plimsolld.http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    assert plimsolld.parse_openmetrics(connection.getresponse().read().decode())


@pytest.mark.parametrize("path, method, status", [
    ("/", "GET", 404), ("/metrics/", "GET", 404), ("/metrics/../etc", "GET", 404),
    ("/metrics", "POST", 405), ("/metrics", "DELETE", 405), ("/%2e%2e/metrics", "GET", 404),
    ("/metrics?x=1", "GET", 200)])
def test_only_get_metrics_is_served(daemon, path, method, status):
    daemon.start()
    assert daemon.request(path, method)[0] == status


def test_slow_and_endless_clients_hold_nobody_up(daemon):
    daemon.start()
    clients = []
    get, post = b"GET /metrics HTTP/1.1\r\n", b"POST /metrics HTTP/1.1\r\n"
    for begin in (b"", b"G", get, get + b"A: " + b"x" * 9000, b"\0" * 3000,
                  post + b"Content-Length: 999999999\r\n\r\nx"):
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(daemon.metrics_socket))
        client.sendall(begin)
        clients.append(client)
    assert daemon.request()[0] == 200
    daemon.send(event(b"a.example"))
    daemon.lines(1)
    for client in clients:  # each is told off or closed, none is kept for ever
        client.settimeout(plimsolld.WAIT_S)
        try:
            while client.recv(65536):
                pass
        except ConnectionResetError:
            pass
        client.close()
    assert daemon.request()[0] == 200


def test_more_connections_than_descriptors(daemon):
    def few_files():
        plimsolld.resource_limit(40)
    daemon.start(preexec_fn=few_files)
    clients = []
    for _ in range(80):
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        try:
            client.connect(str(daemon.metrics_socket))
        except BlockingIOError:
            pass
        clients.append(client)
    daemon.send(event(b"a.example"))
    daemon.lines(1)
    for client in clients:
        client.close()
    assert daemon.request()[0] == 200
