# SPDX-License-Identifier: BSD-2-Clause
"""plimsolld with a gateway.  Everything is in namespaces and under a pin directory of its own.

    client 192.0.2.10 ---- veth ---- c0  edge 192.0.2.1 (plimsolld)
"""
import os
import pathlib
import re
import signal
import subprocess

import pytest

import plimsolld
from plimsolld import BUILD, Daemon, wait_for

SERVER = "203.0.113.5"
POLICY = plimsolld.POLICY.replace("names: [", "networks: [203.0.113.0/24], names: [")
CLOSED_S = 3


def why_not():
    if os.geteuid() != 0:
        return "needs root: namespaces and BPF"
    if "without eBPF" in subprocess.run([plimsolld.PROGRAM, "--version"], capture_output=True,
                                        text=True, check=True).stdout:
        return "plimsolld was built without eBPF"
    found = re.search(r"^WHY_NO_BPF_LOAD := *(\S.*)$", (plimsolld.TOP / "config.mk").read_text(),
                      re.M)
    return found and f"BPF programs cannot be loaded here: {found[1]}"


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Network:
    def __init__(self):
        self.client, self.edge = (f"pld-{os.getpid()}-{name}" for name in ("client", "edge"))
        self.pins = pathlib.Path(f"/sys/fs/bpf/plimsoll-test-{os.getpid()}")
        ip("netns", "add", self.client)
        ip("netns", "add", self.edge)
        ip("link", "add", "c0", "netns", self.edge, "type", "veth", "peer", "name", "eth0", "netns",
           self.client)
        ip("-n", self.client, "addr", "add", "192.0.2.10/24", "dev", "eth0")
        ip("-n", self.edge, "addr", "add", "192.0.2.1/24", "dev", "c0")
        ip("-n", self.client, "link", "set", "eth0", "up")
        ip("-n", self.edge, "link", "set", "c0", "up")
        ip("-n", self.client, "route", "add", "default", "via", "192.0.2.1")

    def close(self):
        for name in (self.client, self.edge):
            ip("netns", "del", name)

    def inside(self, name):
        """Keeps this machine's mounts, unlike ip netns exec, and so its bpffs."""
        return ["nsenter", f"--net=/run/netns/{name}"]

    def connect(self):
        """What the client sees: "refused" or "silence"."""
        code = (f"import socket\ns = socket.socket()\ns.settimeout({CLOSED_S})\n"
                f"try: s.connect(('{SERVER}', 443))\n"
                "except ConnectionRefusedError: print('refused')\n"
                "except OSError: print('silence')\n")
        done = subprocess.run([*self.inside(self.client), "/usr/bin/python3", "-c", code],
                              capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def filters(self):
        return subprocess.run(["tc", "-n", self.edge, "filter", "show", "dev", "c0", "ingress"],
                              capture_output=True, text=True, check=False).stdout

    def qdiscs(self):
        return subprocess.run(["tc", "-n", self.edge, "qdisc", "show", "dev", "c0"],
                              capture_output=True, text=True, check=True).stdout


@pytest.fixture(name="network")
def fixture_network():
    network = Network()
    yield network
    network.close()


@pytest.fixture(name="daemon")
def fixture_daemon(network, tmp_path):
    daemon = Daemon(tmp_path, prefix=network.inside(network.edge), interfaces=["c0"],
                    pin_dir=str(network.pins),
                    policy_text=POLICY)
    yield daemon
    if daemon.process:
        daemon.stop(signal.SIGKILL)
    daemon.run("--detach")
    assert not network.pins.exists()


def events(daemon, action):
    """The events of this action so far; the kernel hands them over within a second or so."""
    def look():
        found = [plimsolld.json.loads(line) for line in daemon.events.read_text().splitlines()]
        return [event for event in found if event["event"]["action"] == action]
    return wait_for(look, f"no event '{action}': {daemon.events.read_text()}")


def test_the_kernel_blocks_and_tells(daemon, network):
    daemon.start()
    assert network.connect() == "refused"
    event = events(daemon, "blocked")[0]
    assert event["rule"]["id"] == "destination-listed"
    assert event["observer"]["type"] == "firewall"
    assert event["source"] == {"ip": "192.0.2.0"}
    assert event["destination"]["ip"] == SERVER and event["destination"]["port"] == 443
    assert event["plimsoll"]["group"] == "office"
    assert event["plimsoll"]["class"] == "trackers"
    assert event["plimsoll"]["reason"] == "listed by the abuse desk"
    assert event["plimsoll"]["decided_by"].endswith("policy.yaml:8")
    daemon.wait_metric("plimsoll_actions_total", 1, check="destination-listed", point="gateway",
                       action="blocked")
    metrics = daemon.metrics()
    assert metrics["plimsoll_gateway_blocked_total", ()] == 1
    assert metrics["plimsoll_gateway_reset_client_total", ()] >= 1


def test_hangup_reaches_the_kernel(daemon, network):
    daemon.start()
    assert network.connect() == "refused"
    daemon.policy.write_text(POLICY.replace("enforce", "observe"))
    daemon.hangup()
    daemon.wait_metric("plimsoll_policy_serial", 2)
    assert network.connect() == "silence"
    assert events(daemon, "would-block")[0]["plimsoll"]["policy_serial"] == 2


def test_somebody_elses_image_reaches_the_kernel(daemon, network):
    daemon.start()
    daemon.policy.write_text(POLICY.replace("enforce", "observe"))
    subprocess.run([BUILD / "plimsoll", "compile", "--policy", daemon.policy, "--output",
                    daemon.image, "--control", daemon.control], check=True, capture_output=True)
    daemon.wait_metric("plimsoll_policy_serial", 2)
    assert network.connect() == "silence"
    assert events(daemon, "would-block")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_kernel_goes_on_without_the_daemon(daemon, network, how):
    daemon.start()
    daemon.stop(how)
    assert network.connect() == "refused"
    daemon.start()
    assert network.connect() == "refused"
    assert events(daemon, "blocked")
    assert network.filters().count("direct-action") == 1


def test_detach_removes_what_it_owns_only(daemon, network):
    other = network.pins.with_name(network.pins.name + "-other")
    subprocess.run(["tc", "-n", network.edge, "qdisc", "add", "dev", "c0", "clsact"], check=True)
    daemon.start()
    other.mkdir()
    try:
        daemon.stop()
        assert "plimsoll" in network.filters() and network.pins.exists()
        code, said, _ = daemon.run("--detach")
        assert code == 0 and "detached" in said
        assert "plimsoll" not in network.filters() and not network.pins.exists()
        assert "clsact" in network.qdiscs() and other.exists()
        assert network.connect() == "silence"
    finally:
        other.rmdir()
    assert daemon.run("--detach")[0] == 0  # nothing there is no error


def test_an_interface_that_is_not_there(daemon, network):
    daemon.settings["interfaces"] = ["c0", "nosuch0"]
    code, _, said = daemon.run()
    assert code == 1 and "nosuch0" in said
    assert "plimsoll" not in network.filters()


def test_a_bad_policy_at_start_attaches_nothing(daemon, network):
    daemon.policy.write_text("nonsense")
    assert daemon.run()[0] == 1
    assert "plimsoll" not in network.filters()


def test_events_of_the_modules_come_as_well(daemon, network):
    daemon.start()
    daemon.send(plimsolld.event(b"a.example", block={"tls": [1]}))
    assert network.connect() == "refused"
    found = wait_for(lambda: len(events(daemon, "blocked")) == 2 and events(daemon, "blocked"),
                     "not both events")
    assert {event["plimsoll"]["point"] for event in found} == {"stream", "gateway"}
