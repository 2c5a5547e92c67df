# SPDX-License-Identifier: BSD-2-Clause
"""Segments lost, doubled, overlapping, too early or without a beginning; and what a gateway leaves
behind when its loader ends."""
import os
import subprocess
import tempfile

import pytest

import gateway_world as world
from gateway_raw import ACK, FIN, RST, SYN, RawClient
from gateway_world import ALLOWED4, ALLOWED6, CLIENT, GATEWAY, LISTED4, Server, blocked

pytestmark = pytest.mark.skipif(bool(world.cannot_run()), reason=world.cannot_run() or "-")
BOTH = pytest.mark.parametrize("address", [ALLOWED4, ALLOWED6], ids=["ipv4", "ipv6"])
REQUEST = b"GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic am9lOnNlY3JldA==\r\n\r\n"
CUT = 20  # bytes in the first segment


@pytest.fixture(scope="module", name="tmp")
def fixture_tmp():
    world.up()
    with tempfile.TemporaryDirectory() as tmp:
        yield tmp
    world.down()


@pytest.fixture(name="gateway")
def fixture_gateway(tmp):
    gateway = world.Gateway(tmp)
    gateway.policy(world.policy())
    yield gateway
    gateway.close()
    world.detach()


@pytest.fixture(name="server")
def fixture_server():
    server = Server(80)
    yield server
    server.close()


def is_reset(segment):
    return segment.flags & RST


# --- order

@BOTH
def test_segment_that_was_lost_comes_later(gateway, server, address):
    """The second segment arrives first: it waits for the first, then the login is refused."""
    raw = RawClient(address, 80).connect()
    before = gateway.stats()["order_dropped"]
    raw.data(CUT, REQUEST[CUT:])
    assert world.wait_until(lambda: gateway.stats()["order_dropped"] == before + 1)
    raw.data(0, REQUEST[:CUT])
    assert server.wait(lambda s: s.got == REQUEST[:CUT])
    raw.data(CUT, REQUEST[CUT:])
    assert raw.receive(is_reset)
    assert server.wait(lambda s: s.ended == "reset") and server.got == REQUEST[:CUT]
    assert gateway.event(blocked("http-credentials-cleartext"))


def test_segment_sent_again_with_more_in_it(gateway, server):
    raw = RawClient(ALLOWED4, 80).connect()
    raw.data(0, REQUEST[:CUT])
    assert server.wait(lambda s: s.got == REQUEST[:CUT])
    raw.data(0, REQUEST[:CUT])
    assert raw.receive(lambda s: s.flags & ACK)
    raw.data(CUT - 10, REQUEST[CUT - 10:])
    assert raw.receive(is_reset)
    assert server.wait(lambda s: s.ended == "reset") and server.got == REQUEST[:CUT]
    assert gateway.stats()["again"] >= 1


def test_doubled_bytes_that_differ_are_not_read_anew(gateway, server):
    """What the server took first is what counted."""
    raw = RawClient(ALLOWED4, 80).connect()
    raw.data(0, b"GET / HTTP/1.1\r\nX-Thing: a\r\n")
    assert server.wait(lambda s: s.got.endswith(b"a\r\n"))
    raw.data(0, b"GET / HTTP/1.1\r\nAuthorization: Basic x\r\n")
    assert server.wait(lambda s: s.got == b"GET / HTTP/1.1\r\nX-Thing: a\r\nn: Basic x\r\n")
    assert not gateway.event(lambda e: e["event"] == "block", 0.2)
    raw.close()


def test_numbers_wrap_around(gateway, server):
    raw = RawClient(ALLOWED4, 80, isn=2**32 - 5).connect()
    raw.data(0, REQUEST[:CUT])
    assert server.wait(lambda s: s.got == REQUEST[:CUT])
    raw.data(CUT, REQUEST[CUT:])
    assert raw.receive(is_reset)
    assert gateway.event(blocked("http-credentials-cleartext"))


def test_when_nothing_can_be_blocked_order_does_not_matter(gateway, server):
    gateway.policy(world.policy(mode="observe").replace(
        "  - { checks: [tls-client-max-old], action: block }\n", ""))
    before = gateway.stats()
    raw = RawClient(ALLOWED4, 80).connect()
    raw.data(CUT, REQUEST[CUT:])
    raw.data(0, REQUEST[:CUT])
    assert server.wait(lambda s: s.got == REQUEST)
    after = gateway.stats()
    assert after["order_dropped"] == before["order_dropped"]
    assert after["flows_unread"] == before["flows_unread"] + 1
    raw.close()


def test_data_in_the_syn_is_read(gateway, server):
    """TCP Fast Open: refused like any other."""
    raw = RawClient(ALLOWED4, 80)
    raw.send(SYN, -1, REQUEST)
    assert raw.receive(is_reset)
    assert gateway.event(blocked("http-credentials-cleartext"))
    assert server.got == b""


def test_refused_connection_stays_refused(gateway, server):
    """Every later segment gets a reset; one that says nothing, and a reset, get no answer."""
    raw = RawClient(ALLOWED4, 80).connect()
    raw.data(0, REQUEST)
    assert raw.receive(is_reset)
    raw.send(ACK | FIN, len(REQUEST))
    assert raw.receive(is_reset)
    raw.data(0, REQUEST)
    assert raw.receive(is_reset)
    raw.send(ACK, len(REQUEST))
    raw.send(RST, len(REQUEST))
    assert raw.receive(is_reset, 0.5) is None
    assert server.got == b""


def test_alert_echoes_the_timestamp(gateway, server):
    raw = RawClient(ALLOWED4, 80).connect()
    stamp = b"\x01\x01\x08\x0a" + b"\x11\x22\x33\x44" + b"\xaa\xbb\xcc\xdd"
    raw.data(0, world.hello("openssl-11-client"), stamp)
    alert = raw.receive(lambda s: s.data)
    assert alert.data[0] == 21 and alert.flags & FIN
    assert alert.options == b"\x01\x01\x08\x0a" + b"\xaa\xbb\xcc\xdd" + b"\x11\x22\x33\x44"
    assert gateway.stats()["alerts"] == 1 and server.got == b""


def test_new_connection_from_the_same_port_is_judged_anew(gateway, server):
    raw = RawClient(ALLOWED4, 80).connect()
    raw.data(0, REQUEST)
    assert raw.receive(is_reset)
    raw.isn = 5000
    raw.ack = 0
    raw.connect()
    raw.data(0, b"GET / HTTP/1.1\r\n")
    assert server.wait(lambda s: s.got == b"GET / HTTP/1.1\r\n")
    raw.close()


def test_replies_to_one_client_are_limited(gateway):
    raw = RawClient(LISTED4, 80)
    for i in range(400):
        raw.isn = 1000 * i
        raw.send(SYN, -1)
    stats = gateway.stats()
    assert stats["reset_client"] + stats["reply_limited"] == 400
    assert stats["reply_limited"] > 50
    assert world.wait_until(lambda: gateway.stats() and
                            sum(e["count"] for e in gateway.events) == 400)
    assert len(gateway.events) <= 6


# --- no beginning

def test_connection_without_a_beginning_passes(tmp, server):
    raw = RawClient(ALLOWED4, 80).connect()
    raw.data(0, REQUEST[:CUT])
    assert server.wait(lambda s: s.got == REQUEST[:CUT])
    gateway = world.Gateway(tmp)
    gateway.policy(world.policy())
    raw.data(CUT, REQUEST[CUT:])
    assert server.wait(lambda s: s.got == REQUEST)
    assert gateway.stats()["flows_unknown"] == 1
    raw.close()
    gateway.close()
    world.detach()


def test_without_a_policy_all_passes(tmp, server):
    gateway = world.Gateway(tmp)
    s = world.client(LISTED4, 80)
    s.sendall(REQUEST)
    assert server.wait(lambda x: x.got == REQUEST)
    assert gateway.stats()["no_image"] > 0
    gateway.close()
    world.detach()


# --- the loader comes and goes

def refused():
    done = world.run(CLIENT, "curl", "-sS", "-m", "5", f"http://{LISTED4}/", check=False)
    return done.returncode == 7


def filters():
    return world.run(GATEWAY, "tc", "filter", "show", "dev", "g0", "ingress").stdout


def program_is_loaded(number):
    command = ["bpftool", "prog", "show", "id", number]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def clsact():
    return "clsact" in world.run(GATEWAY, "tc", "qdisc", "show", "dev", "g0").stdout


def test_enforcing_goes_on_without_the_loader(tmp, server):
    gateway = world.Gateway(tmp)
    gateway.policy(world.policy())
    gateway.close()
    assert refused() and server.accepted == 0
    world.detach()


def test_loader_that_was_killed_leaves_all_in_force(tmp, server):
    gateway = world.Gateway(tmp)
    gateway.policy(world.policy())
    gateway.process.kill()
    gateway.process.wait()
    assert refused() and server.accepted == 0
    world.detach()


def test_next_loader_takes_over(tmp, server):
    """The policy decides before anything is published anew, and connections live on."""
    first = world.Gateway(tmp)
    first.policy(world.policy())
    s = world.client(ALLOWED4, 80)
    s.sendall(b"GET / HTTP/1.1\r\n")
    assert server.wait(lambda x: x.got)
    blocked_before = first.stats()["flows_new"]
    first.close()
    second = world.Gateway(tmp)
    assert filters().count(" handle ") == 1
    assert refused()
    assert second.stats()["flows_new"] > blocked_before
    s.sendall(b"Authorization: Basic am9l\r\n")
    assert second.event(blocked("http-credentials-cleartext"))
    assert b"am9l" not in server.got
    second.close()
    world.detach()


def test_detach_leaves_nothing_behind(tmp):
    gateway = world.Gateway(tmp)
    gateway.policy(world.policy())
    number = filters().split(" id ")[1].split()[0]
    assert program_is_loaded(number) and clsact() and os.path.isdir(world.PINS)
    gateway.close()
    world.detach()
    assert filters() == "" and not clsact() and not os.path.exists(world.PINS)
    assert world.wait_until(lambda: not program_is_loaded(number))
    world.detach()  # again: nothing there, nothing wrong


def test_detach_leaves_what_others_made(tmp):
    world.run(GATEWAY, "tc", "qdisc", "add", "dev", "g0", "clsact")
    gateway = world.Gateway(tmp)
    gateway.close()
    world.detach()
    assert clsact() and filters() == ""
    world.run(GATEWAY, "tc", "qdisc", "del", "dev", "g0", "clsact")


def test_interfaces_that_are_left_out_are_detached(tmp):
    world.Gateway(tmp, "g0", "g1").close()
    assert "plimsoll_in" in filters()
    world.Gateway(tmp, "g1").close()
    assert filters() == "" and not clsact()
    world.detach()


def test_filter_of_another_gateway_is_not_replaced(tmp):
    gateway = world.Gateway(tmp)
    gateway.policy(world.policy())
    done = world.run(GATEWAY, world.TOOL, "run", world.PINS + "-2", "g0", check=False)
    assert done.returncode == 1 and "g0 has a filter of somebody else" in done.stderr
    assert refused()
    gateway.close()
    world.run(GATEWAY, world.TOOL, "detach", world.PINS + "-2")
    assert "plimsoll_in" in filters()
    world.detach()


def test_unknown_interface_is_said_plainly(tmp):
    done = world.run(GATEWAY, world.TOOL, "run", world.PINS, "g0", "nosuch0", check=False)
    assert done.returncode == 1 and "there is no interface named 'nosuch0'" in done.stderr
    assert filters() == ""
    assert tmp
    world.detach()


def test_without_privilege_the_error_says_what_is_needed(tmp):
    done = world.run(GATEWAY, "setpriv", "--reuid", "65534", "--clear-groups", "--bounding-set",
                     "-all", world.TOOL, "run", world.PINS, "g0", check=False)
    assert done.returncode == 1 and tmp
    assert "root" in done.stderr or "Permission denied" in done.stderr or "CAP_BPF" in done.stderr
