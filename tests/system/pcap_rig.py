# SPDX-License-Identifier: BSD-2-Clause
"""Captures that are made here, and `plimsoll pcap` of them."""
import json
import os
import subprocess

import pytest

scapy = pytest.importorskip("scapy.all", reason="scapy is not installed (python3-scapy)")

BUILD = os.environ.get("B", "build")
PLIMSOLL = os.path.abspath(os.path.join(BUILD, "plimsoll"))
SEEDS = os.path.abspath("tests/fuzz/seeds/inspect")
KEYS = ["capture", "l4", "client", "cport", "server", "sport", "facts", "seen", "failed",
        "verdict", "time", "packets", "gaps"]
CLIENT, SERVER = "192.0.2.7", "198.51.100.9"
NOON = 1764590400  # 2025-12-01T12:00:00Z
LOGIN = [b"GET / HTTP/1.1\r\nHost: %b\r\nAuthorization: Basic YTpi\r\n\r\n",
         b"HTTP/1.1 204 No Content\r\n\r\n"]
CHECK = "http-credentials-cleartext"


def run(*arguments, stdin=None):
    return subprocess.run([PLIMSOLL, "pcap", *map(str, arguments)], input=stdin, timeout=120,
                          capture_output=True, check=False)


def rows(*arguments, status=None, stdin=None):
    done = run("--json", *arguments, stdin=stdin)
    assert done.returncode in (0, 1) if status is None else done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def conversation(turns, port=80, server=SERVER, cport=40000, at=NOON):
    """A TCP connection: the client speaks first, then they take turns."""
    ends = [(CLIENT, cport), (server, port)]
    seq = [100, 900]

    def packet(side, flags, load=b""):
        (src, sport), (dst, dport) = ends[side], ends[1 - side]
        tcp = scapy.TCP(sport=sport, dport=dport, flags=flags, seq=seq[side],
                        ack=seq[1 - side] if flags != "S" else 0)
        made = scapy.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / scapy.IP(
            src=src, dst=dst) / tcp / scapy.Raw(load)
        seq[side] += len(load) + ("S" in flags) + ("F" in flags)
        return made

    packets = [packet(0, "S"), packet(1, "SA")]
    packets += [packet(n % 2, "PA", load) for n, load in enumerate(turns)]
    packets += [packet(0, "FA"), packet(1, "FA")]
    for n, one in enumerate(packets):
        one.time = at + n * 0.001
    return packets


def login(host=b"www.example", **where):
    return conversation([LOGIN[0] % host, LOGIN[1]], **where)


@pytest.fixture(name="file")
def capture_file(tmp_path):
    def write(packets, name="one.pcap"):
        path = tmp_path / name
        (scapy.wrpcapng if name.endswith("ng") else scapy.wrpcap)(str(path), packets)
        return path
    return write


@pytest.fixture(name="policy")
def policy_file(tmp_path):
    def write(text, name="policy.yaml"):
        path = tmp_path / name
        path.write_text("version: 1\n" + text, encoding="utf-8")
        return path
    return write
