# SPDX-License-Identifier: BSD-2-Clause
"""Datagrams of every kind to plimsolld, and the lines and counts that come of them."""
import ctypes
import signal
import time

import pytest

import plimsolld
from plimsolld import (ALLOW, BLOCK, ERROR, FLAG, GATEWAY, HTTP, MALFORMED, RESOLVER, STREAM,
                       WOULD_BLOCK, POLICY, Daemon, event, wait_for)

TLS_OLD, TLS_RC4, TLS_12 = 1, 5, 3  # bits of catalogue.def
HOUR_NS = 3600 * 10**9


@pytest.fixture(name="daemon")
def fixture_daemon(tmp_path):
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.stop(signal.SIGKILL)


def test_a_block_has_all_fields(daemon):
    daemon.start()
    now_ns = time.time_ns()
    daemon.send(event(b"www.tracker.example", serial=1, group=1, klass=1, time_ns=now_ns,
                      tls=(0x0301, 0xC02F, 0x11EC), count=3, block={"tls": [TLS_OLD, TLS_RC4]},
                      flag={"net": [0]}))
    line, = daemon.lines(1)
    assert line["@timestamp"] == time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now_ns // 10**9)) \
        + ".%03dZ" % (now_ns // 10**6 % 1000)
    assert line["event"] == {"kind": "alert", "category": ["network"],
                             "type": ["connection", "denied"], "action": "blocked",
                             "outcome": "failure", "module": "plimsoll"}
    assert line["rule"]["id"] in ("tls-version-10-11", "tls-cipher-rc4")
    assert line["rule"]["reference"].startswith("RFC ")
    assert line["rule"]["category"] == "transport"
    assert line["rule"]["description"].endswith(".")
    assert line["rule"]["ruleset"] == "enterprise-baseline"
    assert line["observer"] == {"type": "proxy", "name": "edge1", "vendor": "Plimsoll"}
    assert line["source"] == {"ip": "192.0.2.0"}
    assert line["network"] == {"transport": "tcp", "iana_number": "6"}
    assert line["destination"] == {"ip": "203.0.113.5", "port": 443,
                                   "domain": "www.tracker.example"}
    assert line["tls"] == {"version": "1.0", "version_protocol": "tls", "cipher": "0xc02f",
                           "curve": "0x11ec", "client": {"server_name": "www.tracker.example"}}
    ours = line["plimsoll"]
    assert ours["point"] == "stream" and ours["verdict"] == "block" and ours["count"] == 3
    assert ours["checks"] == ["destination-listed", "tls-version-10-11", "tls-cipher-rc4"]
    assert ours["blocked"] == ["tls-version-10-11", "tls-cipher-rc4"]
    assert ours["flagged"] == ["destination-listed"] and "would_block" not in ours
    assert ours["standard"] == line["rule"]["reference"]
    assert ours["severity"] == "high" and ours["remedy"].endswith(".")
    assert ours["policy_serial"] == 1
    assert ours["group"] == "office" and ours["class"] == "trackers"


@pytest.mark.parametrize("action, word, verdict, kind", [
    (ALLOW, "allowed", "allow", "event"), (FLAG, "flagged", "flag", "alert"),
    (WOULD_BLOCK, "would-block", "would-block", "alert"), (BLOCK, "blocked", "block", "alert")])
def test_actions(daemon, action, word, verdict, kind):
    mask = {FLAG: "flag", WOULD_BLOCK: "trial", BLOCK: "block"}.get(action)
    daemon.start()
    daemon.send(event(b"a.example", action=action, **({mask: {"tls": [TLS_12]}} if mask else {})))
    line, = daemon.lines(1)
    assert (line["event"]["action"], line["event"]["kind"]) == (word, kind)
    assert line["plimsoll"]["verdict"] == verdict
    assert line.get("rule", {}).get("id") == ("tls-version-12" if mask else None)


def test_points_keep_the_name_where_it_belongs(daemon):
    daemon.start()
    daemon.send(event(b"q.example", point=RESOLVER, protocol=17, destination="", ports=(9, 0),
                      block={"dns": [0]}),
                event(b"h.example", point=HTTP, block={"http": [0]}),
                event(b"s.example", point=STREAM, block={"tls": [TLS_OLD]}),
                event(b"", point=GATEWAY, protocol=6, ports=(9, 23), block={"net": [2]}))
    dns, web, stream, gateway = daemon.lines(4)
    assert dns["dns"] == {"question": {"name": "q.example"}}
    assert dns["observer"]["type"] == "resolver" and "destination" not in dns
    assert web["url"] == {"domain": "h.example"} and "tls" not in web
    assert stream["tls"]["client"]["server_name"] == "s.example" and "dns" not in stream
    assert gateway["observer"]["type"] == "firewall"
    assert gateway["destination"] == {"ip": "203.0.113.5", "port": 23}
    assert gateway["rule"]["id"] == "telnet-cleartext"


def test_clients_are_cut_to_the_prefix(daemon):
    daemon.start()
    daemon.send(event(client="192.0.2.77", serial=1), event(client="2001:db8:1:2:3::9", serial=1))
    assert [line["source"]["ip"] for line in daemon.lines(2)] == ["192.0.2.0", "2001:db8:1::"]
    text = daemon.events.read_text()
    assert "192.0.2.77" not in text and "50000" not in text


def test_the_policy_says_how_much_of_a_client_is_kept(daemon):
    daemon.policy.write_text(POLICY + "privacy: { client_prefix: [32, 56] }\n")
    daemon.start()
    daemon.send(event(client="192.0.2.77", serial=1), event(client="2001:db8:1:234::9", serial=1),
                event(client="192.0.2.77", serial=99))
    assert [line["source"]["ip"] for line in daemon.lines(3)] == ["192.0.2.77", "2001:db8:1:200::",
                                                                  "192.0.2.0"]


def test_events_of_the_policy_before_keep_their_names(daemon):
    daemon.start()
    daemon.policy.write_text(POLICY.replace("office", "bureau"))
    daemon.hangup()
    daemon.wait_metric("plimsoll_policy_serial", 2)
    daemon.send(*(event(serial=serial, group=1) for serial in (1, 2, 3)))
    assert [line["plimsoll"].get("group") for line in daemon.lines(3)] == ["office", "bureau", None]


def test_malformed_traffic_and_errors_are_told(daemon):
    daemon.start()
    daemon.send(event(b"tls", kind=MALFORMED, action=ALLOW, count=4),
                event(b"out of memory", kind=ERROR, point=RESOLVER, action=ALLOW))
    malformed, error = daemon.lines(2)
    assert malformed["event"]["action"] == "malformed"
    assert malformed["plimsoll"]["protocol"] == "tls" and "tls" not in malformed
    assert error["event"]["action"] == "error"
    assert error["plimsoll"]["error"] == "out\\032of\\032memory"
    daemon.wait_metric("plimsoll_malformed_total", 4, point="stream")
    daemon.wait_metric("plimsoll_errors_total", 1, point="resolver")


def test_hostile_names_are_escaped(daemon):
    daemon.start()
    names = [b'a"\n{"x":1}\\', bytes(range(128, 256)) + bytes(range(128)), b"\xff" * 256, b"\0"]
    daemon.send(*(event(name, block={"tls": [TLS_OLD]}) for name in names))
    got = [line["tls"]["client"]["server_name"] for line in daemon.lines(4)]
    assert got[0] == 'a"\\010{"x":1}\\'
    assert got[2] == "\\255" * 256 and got[3] == "\\000"
    assert all(" " < c < "\x7f" for name in got for c in name)


@pytest.mark.parametrize("offset_ns", [-2 * HOUR_NS, 2 * HOUR_NS, None])
def test_a_time_that_cannot_be_is_replaced(daemon, offset_ns):
    daemon.start()
    when = 2**64 - 1 if offset_ns is None else time.time_ns() + offset_ns
    daemon.send(event(time_ns=when))
    line, = daemon.lines(1)
    stamp = line["@timestamp"]
    assert any(stamp.startswith(time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - ago)))
               for ago in (0, 60))


GARBAGE = {
    "empty": b"", "short": event()[:-1], "long": event() + b"x", "huge": bytes(60000),
    "zeros": bytes(512), "ones": b"\xff" * 512, "text": b"<script>" * 64,
    "version 0": event(version=0), "version 2": event(version=2), "kind 0": event(kind=0),
    "kind 4": event(kind=4), "point 0": event(point=0), "point 5": event(point=5),
    "action 4": event(action=4), "count 0": event(count=0), "name 257": event(name_len=257),
    "name 65535": event(name_len=65535),
}


def test_garbage_is_counted_and_dropped(daemon):
    daemon.start()
    for good, bad in enumerate(GARBAGE.values(), 1):
        daemon.send(bad, event(b"a%d.example" % good))
        daemon.wait_metric("plimsoll_events_malformed_total", good)
    assert len(daemon.lines(len(GARBAGE))) == len(GARBAGE)
    daemon.wait_metric("plimsoll_events_total", len(GARBAGE), point="stream")


def test_checks_of_a_newer_build_are_left_out(daemon):
    daemon.start()
    daemon.send(event(block={"tls": [TLS_OLD, 63], "app": [62]}))
    line, = daemon.lines(1)
    assert line["plimsoll"]["blocked"] == ["tls-version-10-11"]


def test_counts_by_check_point_and_action(daemon):
    daemon.start()
    daemon.send(event(count=5, block={"tls": [TLS_OLD]}, flag={"tls": [TLS_12]}),
                event(count=2, action=WOULD_BLOCK, trial={"tls": [TLS_OLD]}, lost=7))
    check = "tls-version-10-11"
    daemon.wait_metric("plimsoll_events_total", 7, point="stream")
    daemon.wait_metric("plimsoll_actions_total", 5, check=check, point="stream", action="blocked")
    daemon.wait_metric("plimsoll_actions_total", 2, check=check, point="stream",
                       action="would_block")
    daemon.wait_metric("plimsoll_actions_total", 5, check="tls-version-12", point="stream",
                       action="flagged")
    daemon.wait_metric("plimsoll_events_lost_total", 7)


def test_a_burst_is_counted_exactly(daemon, tmp_path):
    """20,000 different events from the hosts' own emitter: received and lost are together all."""
    daemon.start()
    library = plimsolld.emitter_library(tmp_path)
    emitter = ctypes.create_string_buffer(1 << 17)
    library.pl_emitter_open(emitter, str(daemon.socket).encode())
    total, now_ms = 20000, 5000
    for i in range(total):
        now_ms += i % 100 == 0
        library.pl_emit(emitter, event(b"n%d.example" % i, block={"tls": [TLS_OLD]}), now_ms)

    def all_counted():
        nonlocal now_ms, total
        now_ms += 1000
        library.pl_emitter_tick(emitter, now_ms)
        library.pl_emit(emitter, event(b"asks%d.example" % now_ms), now_ms)
        total += 1
        time.sleep(0.05)
        metrics = daemon.metrics()
        received = metrics[plimsolld.sample("plimsoll_events_total", point="stream")]
        return received + metrics["plimsoll_events_lost_total", ()] == total
    wait_for(all_counted, "received and lost are not all that was emitted")
    library.pl_emitter_close(emitter, now_ms)
    metrics = daemon.metrics()
    received = metrics[plimsolld.sample("plimsoll_events_total", point="stream")]
    assert received > 0
    assert len(daemon.lines(int(received))) == received
