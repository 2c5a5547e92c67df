# SPDX-License-Identifier: BSD-2-Clause
"""What real clients see at a gateway, and what servers never get to see."""
import errno
import socket
import subprocess
import tempfile
import time

import pytest

import gateway_world as world
from gateway_world import ALLOWED4, ALLOWED6, CLIENT, LISTED4, LISTED6, Server, blocked

pytestmark = pytest.mark.skipif(bool(world.cannot_run()), reason=world.cannot_run() or "-")
BOTH = pytest.mark.parametrize("address", [ALLOWED4, ALLOWED6], ids=["ipv4", "ipv6"])
ALERT_OLD = bytes.fromhex("15030100020246")
ALERT_LISTED = bytes.fromhex("15030100020231")


@pytest.fixture(scope="module", name="running")
def fixture_running():
    world.up()
    with tempfile.TemporaryDirectory() as tmp:
        gateway = world.Gateway(tmp)
        yield gateway
        gateway.close()
    world.detach()
    world.down()


@pytest.fixture(name="gateway")
def fixture_gateway(running):
    """Enforcing, and nothing told yet."""
    running.policy(world.policy())
    running.stats()
    running.forget()
    return running


@pytest.fixture(name="server")
def fixture_server(request):
    port, greeting, *answer = getattr(request, "param", (80, b""))
    server = Server(port, greeting, answer=answer[0] if answer else None)
    yield server
    server.close()


def url(address, port=80):
    return f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"


def curl(address, *options):
    return world.run(CLIENT, "curl", "-gsS", "-m", "5", *options, url(address), check=False)


def slowly(s, data):
    for i in range(len(data)):
        s.sendall(data[i:i + 1])


def end_of(s):
    """What the client still gets, and how it ends."""
    data = b""
    try:
        while piece := s.recv(4096):
            data += piece
        return data, "eof"
    except ConnectionResetError:
        return data, "reset"
    except TimeoutError:
        return data, "nothing"


# --- destinations on a list

@pytest.mark.parametrize("address", [LISTED4, LISTED6])
def test_listed_destination_is_refused_at_once(gateway, server, address):
    done = curl(address)
    assert done.returncode == 7, done.stderr  # CURLE_COULDNT_CONNECT, not a time-out
    event = gateway.event(blocked("destination-listed"))
    assert event["destination"] == address and event["port"] == 80
    assert event["group"] == 1 and event["class"] == 1
    assert server.accepted == 0


@pytest.mark.parametrize("address, error", [(LISTED4, errno.EHOSTUNREACH),
                                            (LISTED6, errno.EACCES)])
def test_listed_destination_by_udp_gets_icmp(gateway, address, error):
    s = world.socket_in(CLIENT, world.family_of(address), socket.SOCK_DGRAM)
    s.settimeout(5)
    s.connect((address, 5000))
    with pytest.raises(OSError) as refused:
        s.send(b"a question")
        s.recv(100)
    assert refused.value.errno == error
    assert gateway.event(lambda e: e["protocol"] == 17 and "destination-listed" in e["block"])


@BOTH
def test_listed_name_in_http_is_refused_before_the_request_is_whole(gateway, server, address):
    done = curl(address, "-H", "Host: www.tracker.example")
    assert done.returncode == 56 and "reset" in done.stderr
    assert gateway.event(blocked("destination-listed"))["name"] == "www.tracker.example"
    assert server.wait(lambda s: s.ended == "reset")
    assert b"tracker" not in server.got


def test_other_destinations_are_let_through(gateway):
    server = Server(80, answer=b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome")
    s = world.client(ALLOWED4, 80)
    s.sendall(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    assert s.recv(100).endswith(b"welcome")
    assert not gateway.event(lambda e: e["event"] == "block", 0.3)
    server.close()


# --- TLS

def test_old_client_is_told_by_alert_70(gateway, server):
    done = world.run(CLIENT, "openssl", "s_client", "-connect", f"{ALLOWED4}:80", "-tls1",
                     "-cipher", "ALL:@SECLEVEL=0", check=False, stdin=subprocess.DEVNULL,
                     timeout=20)
    assert "SSL alert number 70" in done.stderr
    assert gateway.event(blocked("tls-client-max-old"))["destination"] == ALLOWED4
    assert server.wait(lambda s: s.ended == "reset")
    assert server.got == b""


@BOTH
def test_old_hello_a_byte_at_a_time(gateway, server, address):
    s = world.client(address, 80)
    hello = world.hello("openssl-11-client")
    slowly(s, hello[:-1])
    assert server.wait(lambda x: len(x.got) == len(hello) - 1)
    s.sendall(hello[-1:])
    data, how = end_of(s)
    assert data == ALERT_OLD and how in ("eof", "reset")
    assert gateway.event(blocked("tls-client-max-old"))
    assert server.wait(lambda x: x.ended == "reset")
    assert server.got == hello[:-1]


def test_modern_hello_a_byte_at_a_time_arrives(gateway, server):
    hello = world.fresh_hello("a.example")
    slowly(world.client(ALLOWED4, 80), hello)
    assert server.wait(lambda s: s.got == hello)
    assert not gateway.event(lambda e: e["event"] == "block", 0.3)


@BOTH
def test_post_quantum_hello_in_two_segments(gateway, server, address):
    """Listed by its name, which stands in the first segment; known when the hello is complete."""
    hello = world.hello("browser")
    assert len(hello) > 1700
    s = world.client(address, 80)
    s.sendall(hello[:1400])
    assert server.wait(lambda x: len(x.got) == 1400)
    s.sendall(hello[1400:])
    assert end_of(s)[0] == ALERT_LISTED
    assert gateway.event(blocked("destination-listed"))["name"] == "www.example.com"
    assert server.wait(lambda x: x.ended == "reset") and server.got == hello[:1400]


def test_client_that_sends_on_after_the_alert_is_reset(gateway, server):
    s = world.client(ALLOWED4, 80)
    s.sendall(world.hello("openssl-11-client"))
    assert s.recv(100) == ALERT_OLD
    s.sendall(b"still there?")
    with pytest.raises(OSError):
        for _ in range(50):
            time.sleep(0.02)
            s.sendall(b"and now?")
    assert server.got == b"" and gateway.stats()["reset_client"] > 0


# --- clear text: the credential never leaves

@BOTH
def test_http_credentials_never_arrive(gateway, server, address):
    done = curl(address, "-u", "joe:secret")
    assert done.returncode == 56 and "reset" in done.stderr
    assert gateway.event(blocked("http-credentials-cleartext"))
    assert server.wait(lambda s: s.ended == "reset")
    assert server.got == b""


def test_http_credentials_never_arrive_byte_by_byte(gateway, server):
    s = world.client(ALLOWED4, 80)
    with pytest.raises(OSError):
        slowly(s, b"GET / HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic am9lOnNlY3JldA==\r\n")
        for _ in range(50):
            time.sleep(0.02)
            s.sendall(b"\r\n")
    assert gateway.event(blocked("http-credentials-cleartext"))
    assert server.wait(lambda x: x.ended == "reset")
    assert b"a.example" in server.got and b"am9l" not in server.got


@BOTH
def test_credentials_at_the_end_of_a_large_head(gateway, server, address):
    """One super-packet of many segments, most of it not in one piece in memory."""
    head = b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1500) for i in range(30))
    s = world.client(address, 80)
    s.sendall(head + b"Authorization: Basic am9l\r\n\r\n")
    assert end_of(s) == (b"", "reset")
    assert gateway.event(blocked("http-credentials-cleartext"))
    assert server.wait(lambda x: x.ended == "reset") and b"am9l" not in server.got


@pytest.fixture(name="no_offload")
def fixture_no_offload(running):
    """Whoever sends has to compute its checksums itself, and whoever receives looks at them."""
    ends = [(CLIENT, "c0"), (world.GATEWAY, "g0"), (world.GATEWAY, "g1"), (world.SERVER, "s0")]
    yield running, lambda *which: [world.run(*ends[i][:1], "ethtool", "-K", ends[i][1], "tx", "off")
                                   for i in which]
    for name, device in ends:
        world.run(name, "ethtool", "-K", device, "tx", "on")


@BOTH
@pytest.mark.parametrize("who", [(1, 2), (0, 1, 2, 3)], ids=["gateway", "everybody"])
def test_checksums_are_right_when_no_card_mends_them(gateway, server, no_offload, address, who):
    no_offload[1](*who)
    done = curl(address, "-u", "joe:secret")
    assert done.returncode == 56 and "reset" in done.stderr
    assert server.wait(lambda s: s.ended == "reset")
    s = world.client(address, 80)
    s.sendall(world.hello("openssl-11-client"))
    assert end_of(s)[0] == ALERT_OLD
    assert curl(LISTED6 if ":" in address else LISTED4).returncode == 7
    test_listed_destination_by_udp_gets_icmp(
        gateway, *((LISTED6, errno.EACCES) if ":" in address else (LISTED4, errno.EHOSTUNREACH)))


DIALOGUES = {
    "smtp": (25, b"220 mail\r\n", [b"EHLO me\r\n", b"AUTH PLAIN AGpvZQBzZWNyZXQ=\r\n"],
             "smtp-auth-cleartext"),
    "pop3": (110, b"+OK\r\n", [b"CAPA\r\n", b"USER joe\r\n"], "mail-access-cleartext"),
    "imap": (143, b"* OK\r\n", [b"a CAPABILITY\r\n", b"b LOGIN joe secret\r\n"],
             "mail-access-cleartext"),
    "ftp": (21, b"220 ftp\r\n", [b"USER joe\r\n"], "ftp-login-cleartext"),
    "telnet": (23, b"", [b"\xff\xfb\x18\xff\xfb\x20"], "telnet-cleartext"),
}


@BOTH
@pytest.mark.parametrize("name", DIALOGUES)
def test_login_in_clear_is_refused_before_it_leaves(gateway, address, name):
    port, greeting, lines, check = DIALOGUES[name]
    server = Server(port, greeting, answer=b"250 go on\r\n")
    s = world.client(address, port)
    if greeting:
        assert s.recv(100) == greeting
    for line in lines[:-1]:
        s.sendall(line)
        assert s.recv(100)
    s.sendall(lines[-1])
    assert end_of(s) == (b"", "reset")
    assert gateway.event(blocked(check))["port"] == port
    assert server.wait(lambda x: x.ended == "reset")
    assert server.got == b"".join(lines[:-1])
    server.close()


def test_real_telnet_client_is_refused(gateway):
    server = Server(23, b"\xff\xfd\x18login: ")
    done = world.run(CLIENT, "telnet", ALLOWED4, check=False, input="joe\n", timeout=20)
    assert gateway.event(blocked("telnet-cleartext"))
    assert "closed" in done.stdout + done.stderr
    assert server.wait(lambda s: s.ended == "reset") and b"joe" not in server.got
    server.close()


# --- sources that are not ours

def forge(address, count, target):
    """Send so many UDP packets from this source."""
    family = world.family_of(target)
    nodad = ["nodad"] if ":" in address else []
    world.run(CLIENT, "ip", "addr", "replace", address, "dev", "lo", *nodad)
    for _ in range(count):
        s = world.socket_in(CLIENT, family, socket.SOCK_DGRAM)
        s.bind((address, 0))
        s.sendto(b"forged", (target, 5353))
        s.close()


@pytest.mark.parametrize("source, target", [("198.51.100.9", ALLOWED4), ("fd99::9", ALLOWED6)])
def test_forged_source_is_dropped_and_told_in_sum(gateway, source, target):
    receiver = world.socket_in(world.SERVER, world.family_of(target), socket.SOCK_DGRAM)
    receiver.bind((target, 5353))
    receiver.settimeout(0.5)
    before = gateway.stats()
    forge(source, 40, target)
    with pytest.raises(TimeoutError):
        receiver.recv(100)
    assert gateway.event(blocked("src-spoofed-egress"))["client"] == source
    assert world.wait_until(lambda: sum(e["count"] for e in gateway.events) == 40)
    assert len(gateway.events) <= 6
    after = gateway.stats()
    assert after["spoofed"] - before["spoofed"] == 40
    for reply in ("reset_client", "unreachables", "alerts"):
        assert after[reply] == before[reply]
    receiver.close()


# --- not enforcing, exemptions, later policies

def test_observing_passes_and_tells_what_would_be(gateway, server):
    gateway.policy(world.policy(mode="observe"))
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"
    assert curl(ALLOWED4, "-u", "joe:secret").stdout == "welcome"
    event = gateway.event(lambda e: "http-credentials-cleartext" in e["trial"])
    assert event["event"] == "would-block" and event["block"] == []


def test_new_policy_decides_from_then_on(gateway, server):
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"
    assert curl(LISTED4).returncode == 7
    gateway.policy(world.policy(listed="flag"))
    assert curl(LISTED4).stdout == "welcome"
    assert gateway.event(lambda e: e["event"] == "flag" and "destination-listed" in e["flag"])
    gateway.policy(world.policy())
    assert curl(LISTED4).returncode == 7


def test_established_connection_lives_through_a_new_policy(gateway):
    gateway.policy(world.policy(listed="flag"))
    server = Server(443)
    s = world.client(LISTED4, 443)
    hello = world.hello("openssl-13")
    s.sendall(hello)
    assert server.wait(lambda x: x.got == hello)
    gateway.policy(world.policy())
    s.sendall(b"later")
    assert server.wait(lambda x: x.got == hello + b"later")
    server.close()


def test_connection_still_undecided_is_judged_by_the_new_policy(gateway, server):
    gateway.policy(world.policy(mode="observe"))
    s = world.client(ALLOWED4, 80)
    s.sendall(b"GET / HTTP/1.1\r\n")
    assert server.wait(lambda x: x.got)
    gateway.policy(world.policy())
    s.sendall(b"Authorization: Basic am9lOnNlY3JldA==\r\n")
    assert end_of(s) == (b"", "reset")
    assert server.wait(lambda x: x.ended == "reset") and b"am9l" not in server.got


def test_exemption_ends_at_its_second(gateway, server):
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"
    gateway.policy(world.policy(more="""
exemptions:
  - { id: EX-1, classes: [listed], checks: [destination-listed], owner: me, reason: test,
      until: 2040-01-01T00:00:00Z }
"""))
    gateway.tell("time 2208988790", "time")  # ten seconds before
    assert curl(LISTED4).stdout == "welcome"
    gateway.tell("time 2208988801", "time")
    assert curl(LISTED4).returncode == 7
    gateway.tell(f"time {int(time.time())}", "time")
