# SPDX-License-Identifier: BSD-2-Clause
"""Captures of other projects against tshark's view of them: the same logins in clear, no others.

They lie beside the repository in shared/captures, with truth/ALL.tsv (one row a flow).  Only what
the client says is read, in order, up to the first gap.  The captures hold old real credentials:
nothing of their bytes is printed.
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

SMTP, ACCESS, FTP = "smtp-auth-cleartext", "mail-access-cleartext", "ftp-login-cleartext"
HTTP, TELNET = "http-credentials-cleartext", "telnet-cleartext"
LOGINS = {SMTP, ACCESS, FTP, HTTP, TELNET}

if not os.path.isdir(CAPTURES):
    pytest.skip("no captures beside the repository (../shared/captures)", allow_module_level=True)
scapy = pytest.importorskip("scapy.all", reason="scapy is not installed (python3-scapy)")


def truth():
    """The TCP flows without gaps, with those left out whose truth says nothing of our checks."""
    with open(os.path.join(CAPTURES, "truth", "ALL.tsv"), newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [r for r in rows if r["l4"].lower() == "tcp" and r["gaps"] in ("0", "-", "no")]


def expected(row):
    """(checks that fail, checks that pass), and those of which the truth says nothing."""
    failed, passed, unknown = set(), set(), set()
    words = set(row["creds_plain"].split(";"))
    if any(w.startswith("smtp-auth") for w in words):
        failed.add(SMTP)
    if words & {"imap-login", "pop-pass", "pop-auth"}:
        failed.add(ACCESS)
    if "ftp-user:named" in words:
        failed.add(FTP)
    if row["http_basic"] == "yes" or "http_auth" in row["capture"]:
        failed.add(HTTP)
    if row["http_cookie"] in ("request", "both"):
        unknown.add(HTTP)  # tshark does not say whether the cookie is a session's
    if row["app"] == "telnet":
        failed.add(TELNET)
    if row["starttls_done"] == "yes":
        passed |= {"smtp": {SMTP}, "imap": {ACCESS}, "pop": {ACCESS}, "ftp-auth-TLS": {FTP}}.get(
            row["starttls_requested"], set())
    return failed, passed, unknown


def packets(name):
    path = os.path.join(CAPTURES, name)
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    file = gzip.open(path) if zipped else open(path, "rb")
    with file:
        try:
            yield from scapy.PcapReader(file)
        except scapy.Scapy_Exception:
            return


def client_segments(name, wanted):
    """{flow: [(sequence number, bytes)]} of what the clients of the wanted flows say."""
    flows = {key: [] for key in wanted}
    starts = {}
    for packet in packets(name):
        tcp = packet.getlayer(scapy.TCP)
        ip = packet.getlayer(scapy.IP) or packet.getlayer(scapy.IPv6)
        if tcp is None or ip is None:
            continue
        key = (ip.src, str(tcp.sport), ip.dst, str(tcp.dport))
        if key not in flows:
            continue
        if tcp.flags & 2:
            starts.setdefault(key, (tcp.seq + 1) % 2**32)
        length = ip.len - ip.ihl * 4 if ip.version == 4 else ip.plen
        data = bytes(tcp.payload)[:max(0, length - tcp.dataofs * 4)]
        if data:
            starts.setdefault(key, tcp.seq)
            flows[key].append(((tcp.seq - starts[key] + 2**31) % 2**32 - 2**31, data))
    return flows


def in_order(segments):
    """Without what was sent twice, up to the first gap; the cuts stay where they were."""
    at, out = 0, []
    for start, data in sorted(segments, key=lambda s: s[0]):
        if start > at:
            break
        new = data[at - start:]
        if new:
            out.append(new)
            at += len(new)
    return out


def read(connections):
    program = os.path.join(B, "tests", "stream_findings")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O1", "-g", "-I" + TOP,
                    "-fsanitize=address,undefined", "-o", program,
                    os.path.join(TOP, "tests", "system", "stream_findings.c"),
                    os.path.join(TOP, "common", "user", "catalogue_text.c")], check=True)
    stdin = b"".join(
        struct.pack("!H", port) + b"".join(struct.pack("!I", len(s)) + s for s in segments) +
        struct.pack("!I", 0) for port, segments in connections)
    done = subprocess.run([program], input=stdin, stdout=subprocess.PIPE, check=True)
    return [line.split() for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def flows():
    """[(row, protocol, failed, passed)] for each flow in which the client said something."""
    rows, connections = [], []
    for capture in sorted({r["capture"] for r in truth()}):
        here = {(r["client"], r["cport"], r["server"], r["sport"]): r
                for r in truth() if r["capture"] == capture}
        for key, segments in client_segments(capture, here).items():
            if in_order(segments):
                rows.append(here[key])
                connections.append((int(key[3]), in_order(segments)))
    found = read(connections)
    assert len(found) == len(rows)
    return [(row, words[0], {w[1:] for w in words[1:] if w[0] == "-"},
             {w[1:] for w in words[1:] if w[0] == "+"}) for row, words in zip(rows, found)]


def name(row):
    return f"{row['capture']} flow {row['flow']} ({row['app']})"


def test_logins_in_clear_are_those_of_the_truth(flows):
    wrong = []
    for row, protocol, failed, _ in flows:
        want, _, unknown = expected(row)
        if (failed & LOGINS) - unknown != want - unknown:
            wrong.append(f"{name(row)}: {protocol}: {failed & LOGINS}, the truth says {want}")
    assert not wrong, "\n".join(wrong)
    assert sum(bool(expected(row)[0]) for row, *_ in flows) >= 30


def test_starttls_passes(flows):
    wrong, count = [], 0
    for row, protocol, _, passed in flows:
        want = expected(row)[1]
        count += bool(want)
        if not want <= passed:
            wrong.append(f"{name(row)}: {protocol}: passed {passed}, the truth says {want}")
    assert not wrong, "\n".join(wrong)
    assert count >= 4


def test_http_is_recognised(flows):
    seen = [(row, protocol) for row, protocol, *_ in flows
            if row["http_method"] != "-" and "socks" not in row["app"]]
    wrong = [f"{name(row)}: {protocol}" for row, protocol in seen
             if protocol not in ("http", "tls" if "tls" in row["app"] else "http")]
    assert not wrong, "\n".join(wrong)
    assert len(seen) >= 50
