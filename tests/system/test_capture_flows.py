# SPDX-License-Identifier: BSD-2-Clause
"""The flows of captures of other projects against those that tshark sees in them.

The captures are no part of the source: PLIMSOLL_CAPTURES names their folder, else it is
../shared/captures.  Without them this is skipped.
"""
import collections
import csv
import gzip
import ipaddress
import os
import subprocess

import pytest

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
TOOL = os.path.join(TOP, os.environ.get("B", "build"), "capture-tool")
CAPTURES = os.environ.get("PLIMSOLL_CAPTURES", os.path.join(TOP, "..", "shared", "captures"))
TRUTH = os.path.join(CAPTURES, "truth", "ALL.tsv")

if not os.path.exists(TRUTH):
    pytest.skip(f"no captures: there is no {TRUTH}", allow_module_level=True)

Flow = collections.namedtuple("Flow", "l4 client cport server sport first_frame packets")

# Where the truth mixes layers: it has the ports of a tunnel's own datagram and the addresses of the
# packet inside, which is neither TCP nor UDP.  The tunnel's own addresses are right.
MIXED = {
    "arkime__gtp-iphone.pcap": {("udp", "3")},
    "mercury__geneve.pcap": {("udp", "1"), ("udp", "2")},
    "sv__output-eve-ftp-data__input.pcap": {("udp", "91")},
}


def address(text):
    return text if text == "-" else str(ipaddress.ip_address(text))


def of_tool(words):
    l4, client, cport, server, sport, first, packets, _ = words
    if ":" not in client and "." not in client:
        client, server = (str(ipaddress.ip_address(bytes.fromhex(a))) for a in (client, server))
    return Flow(l4, client, cport, server, sport, first, int(packets))


def merged(flows):
    """tshark's dissectors of SNMP and RTP open further streams on the ports of one; a UDP flow is
    addresses and ports."""
    out = {}
    for flow in flows:
        key = (flow.l4, frozenset([(flow.client, flow.cport), (flow.server, flow.sport)]))
        if flow.l4 == "tcp":
            key += (flow.first_frame,)
        if key in out:
            flow = out[key]._replace(packets=out[key].packets + flow.packets)
        out[key] = flow
    return list(out.values())


def truth():
    flows = collections.defaultdict(list)
    with open(TRUTH, encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            flows[row["capture"]].append(Flow(
                row["l4"], address(row["client"]), row["cport"], address(row["server"]),
                row["sport"], row["first_frame"], int(row["packets"])))
    return {name: merged(rows) for name, rows in flows.items()}


EXPECTED = truth()


def read(paths):
    """{file name: flows}, and how each file ended."""
    done = subprocess.run([TOOL, *paths], capture_output=True, text=True, check=True)
    flows, ends, name = {}, {}, None
    for line in done.stdout.splitlines():
        word = line.split(" ")
        if word[0] == "file":
            name = os.path.basename(line[5:])
            flows[name] = []
        elif word[0] == "flow":
            flows[name].append(of_tool(word[1:]))
        elif word[0] in ("error", "truncated"):
            ends[name] = line
    return flows, ends


@pytest.fixture(scope="module")
def seen():
    return read([os.path.join(CAPTURES, name) for name in sorted(EXPECTED)])


def compare(name, flows):
    """(agreed, missed, contradicted, more): flows of the truth, and those that it has not."""
    agreed, missed, wrong = [], [], []
    at = {(f.l4, f.first_frame, frozenset([(f.client, f.cport), (f.server, f.sport)])): f
          for f in flows}
    for flow in EXPECTED[name]:
        found = at.pop((flow.l4, flow.first_frame, frozenset(
            [(flow.client, flow.cport), (flow.server, flow.sport)])), None)
        if found:
            (agreed if found == flow else wrong).append((flow, found))
        elif (flow.l4, flow.first_frame) not in MIXED.get(name, ()):
            missed.append(flow)
    more = [f for f in at.values() if (f.l4, f.first_frame) not in MIXED.get(name, ())]
    return agreed, missed, wrong, more


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_flows(seen, name):
    flows, ends = seen
    _, missed, wrong, more = compare(name, flows[name])
    assert not missed and not wrong and not more
    assert not ends.get(name, "").startswith("error")


def test_count(seen, capsys):
    parts = [compare(name, seen[0][name]) for name in EXPECTED]
    agreed, missed, wrong, more = (sum(len(p[i]) for p in parts) for i in range(4))
    mixed = sum(len(v) for v in MIXED.values())
    with capsys.disabled():
        print(f"\ncaptures: {len(EXPECTED)} files, {agreed} flows agreed, {missed} missed, "
              f"{wrong} contradicted, {more} more; {mixed} left out, since the truth mixes layers")
    assert agreed > 0


def test_gzip_and_stdin(tmp_path):
    """The same capture gzip'd, and through a pipe, gives the same flows."""
    name = "zeek__tls__imap-starttls.pcap"
    with open(os.path.join(CAPTURES, name), "rb") as file:
        plain = file.read()
    packed = tmp_path / name
    packed.write_bytes(gzip.compress(plain))
    expected = read([os.path.join(CAPTURES, name)])[0][name]
    assert expected and read([packed])[0][name] == expected
    for data in (plain, packed.read_bytes()):
        done = subprocess.run([TOOL, "-"], input=data, capture_output=True, check=True)
        lines = [line.split(" ")[1:] for line in done.stdout.decode().splitlines()
                 if line.startswith("flow ")]
        assert [of_tool(words) for words in lines] == expected
