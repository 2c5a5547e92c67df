# SPDX-License-Identifier: BSD-2-Clause
"""Captures of others against tshark's view of HTTP in clear: methods, hosts, Basic, cookies.

Both sides are read in the order of the packets, each in the order of its sequence numbers, up to a
gap.  The captures hold old real credentials: nothing of their bytes is printed but Host.
"""
import csv
import gzip
import os
import struct
import subprocess

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
B = os.path.join(TOP, os.environ.get("B", "build"))
CAPTURES = os.path.join(TOP, "..", "shared", "captures")
COLUMNS = ("http_method", "http_host", "http_basic", "http_cookie", "schemes", "failed")

if not os.path.isdir(CAPTURES):
    pytest.skip("no captures beside the repository (../shared/captures)", allow_module_level=True)
scapy = pytest.importorskip("scapy.all", reason="scapy is not installed (python3-scapy)")


def truth():
    """The flows over TCP without gaps that the truth calls HTTP/1.  Inside of SOCKS, HTTP begins
    somewhere in the middle, which is for another reader to find."""
    with open(os.path.join(CAPTURES, "truth", "ALL.tsv"), newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [r for r in rows if r["l4"] == "tcp" and r["gaps"] == "0"
            and "http" in r["app"].split(";") and not {"socks", "http2"} & set(r["app"].split(";"))]


def packets(name):
    path = os.path.join(CAPTURES, name)
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with (gzip.open(path) if zipped else open(path, "rb")) as file:
        yield from scapy.PcapReader(file)


def payload(packet):
    """(one end, the other end, sequence number, flags, bytes), or None.  The innermost TCP: flows
    may be mirrored in a tunnel."""
    tcp, ip = None, None
    layer = packet
    if isinstance(packet, scapy.Loopback) and isinstance(packet.payload, scapy.Raw):
        layer = scapy.IPv6(bytes(packet.payload))  # the number of IPv6 is another one on macOS
    while layer and not isinstance(layer, scapy.NoPayload):
        if isinstance(layer, (scapy.IP, scapy.IPv6)):
            ip = layer
        if isinstance(layer, scapy.TCP):
            tcp = layer
        layer = layer.payload
    if tcp is None or ip is None:
        return None
    length = ip.len - ip.ihl * 4 if ip.version == 4 else ip.plen
    data = bytes(tcp.payload)[:max(0, length - tcp.dataofs * 4)]
    return (ip.src, str(tcp.sport)), (ip.dst, str(tcp.dport)), tcp.seq, tcp.flags, data


class Side:
    """The bytes of one side in the order of their numbers, as soon as there is no hole."""

    def __init__(self):
        self.next, self.waiting = None, []

    def take(self, seq, flags, data):
        if flags & 2:
            self.next = (seq + 1) % 2**32
        if not data:
            return
        if self.next is None:
            self.next = seq
        self.waiting.append((seq, data))
        again = True
        while again:
            again = False
            for seq, data in self.waiting:
                at = (self.next - seq + 2**31) % 2**32 - 2**31
                if 0 <= at < len(data):
                    yield data[at:]
                    self.next = (self.next + len(data) - at) % 2**32
                    again = True


def talks(capture, wanted):
    """{flow: [(side, bytes)]} of the wanted flows, (client, server)."""
    flows = {key: [] for key in wanted}
    sides = {}
    for packet in packets(capture):
        said = payload(packet)
        if said is None:
            continue
        source, destination, seq, flags, data = said
        for side, key in ((0, source + destination), (1, destination + source)):
            if key in flows:
                way = sides.setdefault((key, side), Side())
                flows[key] += [(side, piece) for piece in way.take(seq, int(flags), data)]
                break
    return flows


def read(connections):
    program = os.path.join(B, "tests", "http_talks")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O1", "-g", "-I" + TOP,
                    "-fsanitize=address,undefined", "-o", program,
                    os.path.join(TOP, "tests", "system", "http_talks.c"),
                    os.path.join(TOP, "common", "user", "catalogue_text.c")], check=True)
    stdin = b"".join(
        struct.pack("!H", port) +
        b"".join(struct.pack("!BI", side, len(data)) + data for side, data in talk) + b"\xff"
        for port, talk in connections)
    done = subprocess.run([program], input=stdin, stdout=subprocess.PIPE, check=True)
    return [dict(zip(COLUMNS, line.split("\t"))) for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def flows():
    """[(row of the truth, what was read)]."""
    rows, connections = [], []
    for capture in sorted({r["capture"] for r in truth()}):
        here = {(r["client"], r["cport"], r["server"], r["sport"]): r
                for r in truth() if r["capture"] == capture}
        for key, talk in talks(capture, here).items():
            rows.append(here[key])
            connections.append((int(key[3]), talk))
    found = read(connections)
    assert len(found) == len(rows)
    return list(zip(rows, found))


def name(row):
    return f"{row['capture']} flow {row['flow']}"


@pytest.mark.parametrize("column", COLUMNS[:4])
def test_as_the_truth_says(flows, column):
    wrong = [f"{name(row)}: {found[column]}, the truth says {row[column]}"
             for row, found in flows if found[column] != row[column].lower()
             and found[column] != row[column]]
    assert not wrong, "\n".join(wrong)
    assert len(flows) >= 70


def test_schemes_of_authorization(flows):
    for row, found in flows:
        told = {w.split("=")[1] for w in row["other"].split(";") if w.startswith("http_auth=")}
        assert told == set(found["schemes"].split(";")) - {"-"}, name(row)


def test_answers_are_found(flows):
    """None of these sites sends its visitors to https."""
    answered = [row for row, found in flows if "http-cleartext" in found["failed"].split(";")]
    assert len(answered) >= 60
    sockets = [row for row, found in flows if "ws-cleartext" in found["failed"].split(";")]
    assert {r["capture"] for r in sockets} == {r["capture"] for r, _ in flows
                                               if "websocket" in r["app"].split(";")}
