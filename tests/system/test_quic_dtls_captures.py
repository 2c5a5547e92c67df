# SPDX-License-Identifier: BSD-2-Clause
"""The readers of QUIC and DTLS against captures of other projects and what tshark says of them, and
DTLS against OpenSSL's own client and server.

The captures are no part of the source: PLIMSOLL_CAPTURES names their folder, else it is
../shared/captures.  Without them those tests are skipped.
"""
import csv
import os
import re
import shutil
import socket
import subprocess
import threading
import time

import pytest

CAPTURES = os.environ.get("PLIMSOLL_CAPTURES", os.path.join("..", "shared", "captures"))
TRUTH = os.path.join(CAPTURES, "truth", "ALL.tsv")
BUILD = os.environ.get("B", "build")
VERSIONS = {"TLS1.2": 0x0303, "TLS1.3": 0x0304, "DTLS1.0": 0xfeff, "DTLS1.2": 0xfefd,
            "DTLS1.3": 0xfefc, "DTLS1.0bad": 0x0100}
SOURCES = ["tests/system/quic_dtls_tool.c", "common/user/quic.c", "common/user/quic_keys.c",
           "common/user/error.c"]
NUMBERS = ("max", "version", "suite")


def truth():
    if not os.path.exists(TRUTH):
        return []
    with open(TRUTH, encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [r for r in rows
            if r["l4"] == "udp" and ("dtls" in r["app"].split(";") or r["quic_versions"] != "-")]


FLOWS = truth()
CAPTURE_NAMES = sorted({row["capture"] for row in FLOWS})


@pytest.fixture(scope="module")
def tool():
    path = os.path.join(BUILD, "quic-dtls-tool")
    subprocess.run([os.environ.get("CC", "gcc"), "-O1", "-Wall", "-Wextra", "-Werror", "-I.",
                    "-fsanitize=address,undefined", "-o", path, *SOURCES, "-lcrypto"], check=True)
    return path


def read(tool_path, port, datagrams):
    """What the tool says of [(is the server's, bytes)]."""
    words = [("s" if server else "c") + payload.hex() for server, payload in datagrams]
    done = subprocess.run([tool_path], input=f"{port} {' '.join(words)}\n", text=True,
                          capture_output=True, check=True)
    facts = dict(word.split("=", 1) for word in done.stdout.split())
    return {k: int(v, 16) if k in NUMBERS else v for k, v in facts.items()}


def datagrams_of(path):
    """[(source, port, destination, port, payload)] of the innermost UDP."""
    scapy = pytest.importorskip("scapy.all", reason="python3-scapy is not installed")
    from scapy.contrib import geneve  # noqa: F401  (its import binds the layers)
    for system in (24, 28, 30):  # how the BSDs number IPv6 on loopback
        scapy.bind_layers(scapy.Loopback, scapy.IPv6, type=system)
    found = []
    for packet in scapy.PcapReader(path):
        at = packet
        while at.payload and at.payload.haslayer(scapy.UDP):
            at = at.payload
        udp = at.getlayer(scapy.UDP)
        if udp:
            ip = udp.underlayer
            found.append((ip.src, udp.sport, ip.dst, udp.dport, udp.original[8:udp.len]))
    return found


def differences(row, facts):
    """What the reader says otherwise than tshark."""
    expected = [("protocol", "quic" if row["quic_versions"] != "-" else "dtls")]
    if row["quic_versions"] != "-":
        expected.append(("quic", row["quic_versions"]))
    if row["ch_count"] not in ("0", "-"):
        expected += [("client_hello", "1"), ("max", VERSIONS[row["ch_max_version"]]),
                     ("sni", "" if row["sni"] == "-" else row["sni"].lower())]
    if row["neg_version"] != "-":
        expected += [("version", VERSIONS[row["neg_version"]]),
                     ("suite", int(row["neg_cipher"], 16)),
                     ("old_dtls", str(int(row["neg_version"].startswith("DTLS1.0"))))]
    if row["cert_visible"] == "yes":
        expected.append(("certificates", row["chain_len"]))
    # By the direction of the flow, so it is the server's where the server sent first (WebRTC).
    if "client_cert" in row["other"] and facts["swapped"] == "0":
        expected.append(("client_certificate", "1"))
    return [f"{name}: {facts.get(name)!r} instead of {value!r}" for name, value in expected
            if facts.get(name) != value]


@pytest.mark.skipif(not FLOWS, reason=f"no captures: there is no {TRUTH}")
@pytest.mark.parametrize("capture", CAPTURE_NAMES or ["none"])
def test_capture(tool, capture):
    path = os.path.join(CAPTURES, capture)
    assert os.path.exists(path), f"{capture} is named in {TRUTH} and is not there"
    packets = datagrams_of(path)
    wrong = []
    for row in FLOWS:
        if row["capture"] != capture:
            continue
        client = (row["client"], int(row["cport"]), row["server"], int(row["sport"]))
        flow = [(p[:4] != client, p[4]) for p in packets
                if p[:4] in (client, client[2:] + client[:2])]
        facts = read(tool, row["sport"], flow)
        wrong += [f"flow {row['flow']}: {d} ({facts})" for d in differences(row, facts)]
    assert not wrong, "\n".join(wrong)


# --- OpenSSL's own client and server, through a relay that keeps what passes


class Relay(threading.Thread):
    """Between a client, who sends here first, and the server's port."""

    def __init__(self, server_port):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2)
        self.port, self.server = self.socket.getsockname()[1], ("127.0.0.1", server_port)
        self.kept, self.over = [], threading.Event()

    def run(self):
        client = None
        while not self.over.is_set():
            try:
                payload, sender = self.socket.recvfrom(65536)
            except (socket.timeout, ConnectionError):
                continue
            from_server = sender == self.server
            client = client if from_server else sender
            self.kept.append((from_server, payload))
            self.socket.sendto(payload, client if from_server else self.server)

    def close(self):
        self.over.set()
        self.join()
        self.socket.close()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl")
    folder = tmp_path_factory.mktemp("dtls")
    key, cert = str(folder / "key.pem"), str(folder / "cert.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                    "-out", cert, "-days", "30", "-subj", "/CN=dtls.example"],
                   check=True, capture_output=True)
    return ["-key", key, "-cert", cert]


def handshake(certificate, options):
    """What passed between s_client and s_server with these options."""
    port = free_port()
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-4",
                               *options, *certificate], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    relay = Relay(port)
    relay.start()
    try:
        client = subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{relay.port}",
                                   "-servername", "dtls.example",
                                   *[o for o in options if o != "-listen"]],
                                  stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        for _ in range(200):  # the client repeats its hello when the server was not ready
            if any(s and re.search(b"\xfe[\xfd\xff]\0\1", p) for s, p in relay.kept):
                break
            time.sleep(0.05)
        client.kill()
        client.wait()
    finally:
        server.kill()
        server.wait()
        relay.close()
    return list(relay.kept)


@pytest.mark.parametrize("options,version", [
    (["-dtls1_2"], 0xfefd),
    (["-dtls1_2", "-mtu", "300"], 0xfefd),
    (["-dtls1_2", "-listen"], 0xfefd),
    (["-dtls1", "-cipher", "ALL:@SECLEVEL=0"], 0xfeff),
    (["-dtls1", "-cipher", "ALL:@SECLEVEL=0", "-mtu", "300"], 0xfeff),
], ids=lambda v: " ".join(v) if isinstance(v, list) else hex(v))
def test_openssl(tool, certificate, options, version):
    passed = handshake(certificate, options)
    assert any(server for server, _ in passed), "the server never answered"
    facts = read(tool, 443, passed)
    assert (facts["protocol"], facts["outcome"]) == ("dtls", "done"), facts
    assert (facts["max"], facts["version"]) == (version, version), facts
    assert (facts["client_hello"], facts["server_hello"]) == ("1", "1"), facts
    assert (facts["sni"], facts["certificates"]) == ("dtls.example", "1"), facts
    assert facts["old_dtls"] == str(int(version == 0xfeff)), facts
    assert facts["verify"] == "1" or "-listen" not in options, facts
