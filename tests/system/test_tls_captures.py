# SPDX-License-Identifier: BSD-2-Clause
"""The reader of TLS connections against captures of other projects and what tshark says of them.

The captures are no part of the source: PLIMSOLL_CAPTURES names their folder, else it is
../shared/captures.  Without them this is skipped.
"""
import csv
import hashlib
import os
import re
import subprocess

import pytest

CAPTURES = os.environ.get("PLIMSOLL_CAPTURES", os.path.join("..", "shared", "captures"))
TRUTH = os.path.join(CAPTURES, "truth", "ALL.tsv")
BUILD = os.environ.get("B", "build")
VERSIONS = {"SSL2": 0x0002, "SSL3": 0x0300, "TLS1.0": 0x0301, "TLS1.1": 0x0302, "TLS1.2": 0x0303,
            "TLS1.3": 0x0304, "TLS1.3d14": 0x7f0e, "TLS1.3d18": 0x7f12, "TLS1.3d23": 0x7f17}
CLIENT = re.compile(rb"\x16\x03[\x00-\x04]..\x01\x00|[\x80-\xff].\x01\x03[\x00-\x04]", re.DOTALL)
SERVER = re.compile(rb"\x16\x03[\x00-\x04]..\x02\x00[\x00-\x08]|\x15\x03[\x00-\x04]\x00\x02",
                    re.DOTALL)
# Where tshark and the reader differ, and rightly so: what the reader has to say.
OTHERWISE = {
    "pcpp__ssl-malformed1.pcap": (
        "its server_name is one byte long and so cannot hold a list", {"client": "malformed"}),
}
NOT_TLS = {"mercury__openvpn_tcp_multi.pcap": "its TLS lies inside of OpenVPN's own packets"}


def truth():
    if not os.path.exists(TRUTH):
        return []
    with open(TRUTH, encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [r for r in rows if r["l4"] == "tcp" and r["ch_count"] not in ("0", "-")]


FLOWS = truth()


def segments(path):
    """(source, port, destination, port): [(sequence number, payload)] of the innermost TCP."""
    scapy = pytest.importorskip("scapy.all", reason="python3-scapy is not installed")
    from scapy.contrib import geneve  # noqa: F401  (its import binds the layers)
    for system in (24, 28, 30):  # how the BSDs number IPv6 on loopback
        scapy.bind_layers(scapy.Loopback, scapy.IPv6, type=system)
    flows = {}
    for packet in scapy.PcapReader(path):
        at = packet
        while at.payload and at.payload.haslayer(scapy.TCP):
            at = at.payload
        tcp = at.getlayer(scapy.TCP)
        if not tcp:
            continue
        ip = tcp.underlayer
        length = len(bytes(tcp.payload))
        if hasattr(ip, "len") and ip.len and ip.version == 4:
            length = min(length, ip.len - 4 * ip.ihl - 4 * tcp.dataofs)
        key = (ip.src, tcp.sport, ip.dst, tcp.dport)
        flows.setdefault(key, []).append((tcp.seq, bytes(tcp.payload)[:length], tcp.flags.S))
    return flows


def in_order(pieces):
    """The bytes of one direction as far as nothing is missing."""
    if not pieces:
        return b""
    first = next((seq + 1 for seq, _, syn in pieces if syn), pieces[0][0])
    stream = b""
    for seq, payload, _ in sorted(pieces, key=lambda p: (p[0] - first) & 0xffffffff):
        offset = (seq - first) & 0xffffffff
        if payload and offset <= len(stream):
            stream += payload[len(stream) - offset:]
    return stream


def from_tls(stream, pattern):
    """From where TLS begins, which after STARTTLS is not the beginning."""
    found = pattern.search(stream)
    return stream[found.start():] if found else b""


@pytest.fixture(scope="module")
def tool():
    path = os.path.join(BUILD, "tls-tool")
    subprocess.run([os.environ.get("CC", "gcc"), "-O2", "-Wall", "-Wextra", "-Werror", "-I.",
                    "-fsanitize=address,undefined", "-o", path, "tests/system/tls_tool.c"],
                   check=True)
    return path


def read(tool_path, row, flows):
    key = (row["client"], int(row["cport"]), row["server"], int(row["sport"]))
    client = from_tls(in_order(flows.get(key, [])), CLIENT)
    server = from_tls(in_order(flows.get(key[2:] + key[:2], [])), SERVER)
    line = f"{row['sport']} {client.hex() or '-'} {server.hex() or '-'}\n"
    done = subprocess.run([tool_path], input=line, text=True, capture_output=True, check=True)
    facts = dict(word.split("=", 1) for word in done.stdout.split())
    facts["leaf"] = facts["leaf"] and hashlib.sha256(bytes.fromhex(facts["leaf"])).hexdigest()
    facts["alerts"] = ";".join(dict.fromkeys(filter(None, facts["alerts"].split(";"))))
    return {k: int(v, 16) if k in ("max", "version", "suite") else v for k, v in facts.items()}


def differences(row, facts):
    """What the reader says otherwise than tshark."""
    expected = [("client_hello", "1"), ("sni", "" if row["sni"] == "-" else row["sni"].lower()),
                ("max", VERSIONS[row["ch_max_version"].split("(")[0]])]
    if row["neg_version"] != "-":
        expected.append(("version", VERSIONS[row["neg_version"]]))
        expected.append(("suite", int(row["neg_cipher"], 16)))
    if row["hrr"] == "yes":
        expected.append(("retry", "1"))
    if "v2hello" in row["ch_max_version"]:
        expected.append(("sslv2", "1"))
    else:
        expected += [("records", row["ch_records"]), ("random", row["ch_random"])]
    expected.append(("chain", row["chain_len"]))
    expected.append(("leaf", "" if row["leaf_sha256"] == "-" else row["leaf_sha256"]))
    expected.append(("client_cert", str(int("client_cert" in row["other"].split(";")))))
    expected.append(("alerts", "" if row["alerts"] == "-" else row["alerts"]))
    if row["capture"] in OTHERWISE:
        expected = OTHERWISE[row["capture"]][1].items()
    return [f"{name}: {facts.get(name)!r} instead of {value!r}" for name, value in expected
            if facts.get(name) != value]


CAPTURE_NAMES = sorted({row["capture"] for row in FLOWS})


@pytest.mark.skipif(not FLOWS, reason=f"no captures: there is no {TRUTH}")
@pytest.mark.parametrize("capture", CAPTURE_NAMES or ["none"])
def test_capture(tool, capture):
    if capture in NOT_TLS:
        pytest.skip(f"{capture}: {NOT_TLS[capture]}")
    path = os.path.join(CAPTURES, capture)
    assert os.path.exists(path), f"{capture} is named in {TRUTH} and is not there"
    flows = segments(path)
    wrong = []
    for row in FLOWS:
        if row["capture"] == capture:
            facts = read(tool, row, flows)
            wrong += [f"flow {row['flow']}: {d} ({facts})" for d in differences(row, facts)]
    assert not wrong, "\n".join(wrong)
