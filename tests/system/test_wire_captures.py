# SPDX-License-Identifier: BSD-2-Clause
"""Captures of other projects against tshark's view of them: databases, LDAP, RDP and VNC.

They lie beside the repository in shared/captures, with truth/ALL.tsv (one row a flow).  Both sides
are read in the order of the packets.  The captures hold old real credentials: nothing of their
bytes is printed.
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

# tshark's name and ours
APPS = {"mysql": "mysql", "pgsql": "postgres", "resp": "redis", "tds": "tds", "ldap": "ldap",
        "rdp": "rdp", "vnc": "vnc"}
LOGINS = {"ldap-simple": "ldap-bind-cleartext", "mysql-login": "db-cleartext",
          "pgsql-md5": "db-cleartext", "redis-auth": "db-cleartext"}

if not os.path.isdir(CAPTURES):
    pytest.skip("no captures beside the repository (../shared/captures)", allow_module_level=True)
scapy = pytest.importorskip("scapy.all", reason="scapy is not installed (python3-scapy)")


def truth():
    with open(os.path.join(CAPTURES, "truth", "ALL.tsv"), newline="") as file:
        return [r for r in csv.DictReader(file, delimiter="\t") if r["l4"].lower() == "tcp"]


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


class Side:
    """One direction: what was sent twice is left out, up to the first gap."""

    def __init__(self):
        self.next, self.later = None, {}

    def add(self, packet, length):
        """The bytes that this packet adds in order."""
        tcp = packet[scapy.TCP]
        data = bytes(tcp.payload)[:max(0, length - tcp.dataofs * 4)]
        start = (tcp.seq + bool(tcp.flags & 2)) % 2**32
        if self.next is None and (tcp.flags & 2 or data):
            self.next = start
        if data:
            self.later[start] = data if len(data) > len(self.later.get(start, b"")) else \
                self.later[start]
        new = b""
        for at in sorted(self.later, key=lambda s: (s - self.next + 2**31) % 2**32):
            skip = (self.next - at + 2**31) % 2**32 - 2**31
            if skip < 0:
                break
            new += self.later[at][skip:]
            self.next = (at + max(len(self.later.pop(at)), skip)) % 2**32
        return new


def conversations(name, rows):
    """{flow: [(side, bytes)]} of the wanted flows, in the order of the packets."""
    flows = {key: [] for key in rows}
    sides = {}
    for packet in packets(name):
        tcp = packet.getlayer(scapy.TCP)
        ip = packet.getlayer(scapy.IP) or packet.getlayer(scapy.IPv6)
        if tcp is None or ip is None:
            continue
        there = (ip.src, str(tcp.sport), ip.dst, str(tcp.dport))
        key, side = (there, 0) if there in flows else (there[2:] + there[:2], 1)
        if key not in flows:
            continue
        length = ip.len - ip.ihl * 4 if ip.version == 4 else ip.plen
        new = sides.setdefault((key, side), Side()).add(packet, length)
        if new:
            flows[key].append((side, new))
    return flows


def read(connections):
    program = os.path.join(B, "tests", "wire_findings")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O1", "-g", "-I" + TOP,
                    "-fsanitize=address,undefined", "-o", program,
                    os.path.join(TOP, "tests", "system", "wire_findings.c"),
                    os.path.join(TOP, "common", "user", "catalogue_text.c")], check=True)
    stdin = b"".join(
        struct.pack("!H", port) +
        b"".join(struct.pack("!BI", side, len(s)) + s for side, s in turns) +
        struct.pack("!BI", 0, 0) for port, turns in connections)
    done = subprocess.run([program], input=stdin, stdout=subprocess.PIPE, check=True)
    return [line.split() for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def flows():
    """[(row, words)] for each TCP flow in which anybody said something."""
    rows, connections = [], []
    for capture in sorted({r["capture"] for r in truth()}):
        here = {(r["client"], r["cport"], r["server"], r["sport"]): r
                for r in truth() if r["capture"] == capture}
        for key, turns in conversations(capture, here).items():
            if turns:
                rows.append(here[key])
                connections.append((int(key[3]), turns))
    found = read(connections)
    assert len(found) == len(rows)
    return list(zip(rows, found))


@pytest.fixture(scope="module")
def ours(flows):
    """Those of the seven protocols."""
    return [(row, words, app) for row, words in flows
            for app in APPS if app in row["app"].split(";")]


def name(row):
    return f"{row['capture']} flow {row['flow']} ({row['app']})"


def listed(column):
    return set() if column == "-" else set(column.split(";"))


def told(words, what):
    return {w.split("=", 1)[1] for w in words if w.startswith(what + "=")}


def test_they_are_recognised(ours):
    wrong = [f"{name(row)}: {words[0]}" for row, words, app in ours if words[0] != APPS[app]]
    assert not wrong, "\n".join(wrong)
    assert len(ours) >= 35
    assert {app for _, _, app in ours} == set(APPS)


def test_nothing_is_malformed(ours):
    assert not [name(row) for row, words, _ in ours if "malformed" in words]


def test_nothing_else_is_taken_for_them(flows):
    known = set(APPS.values()) | {"mongodb"}
    wrong = [f"{name(row)}: {words[0]}" for row, words in flows
             if words[0] in known and words[0] not in
             {APPS.get(app) for app in row["app"].split(";")}]
    assert not wrong, "\n".join(wrong)
    assert len(flows) >= 150


def test_starttls_is_that_of_the_truth(ours):
    wrong = []
    for row, words, app in ours:
        if app not in ("mysql", "pgsql", "ldap"):
            continue
        done = {"yes": True, "no": False, "-": False}[row["starttls_done"]]
        if told(words, "offered") != listed(row["starttls_offered"]) or \
                told(words, "requested") != listed(row["starttls_requested"]) or \
                ("tls" in words) != done:
            wrong.append(f"{name(row)}: {words}")
    assert not wrong, "\n".join(wrong)


def test_credentials_are_those_of_the_truth(ours):
    # tshark's fields say nothing of TDS.
    wrong = [f"{name(row)}: {words}, the truth says {row['creds_plain']}"
             for row, words, app in ours
             if app != "tds" and told(words, "creds") != listed(row["creds_plain"])]
    assert not wrong, "\n".join(wrong)
    assert sum(row["creds_plain"] != "-" for row, *_ in ours) >= 18


def test_logins_in_clear_fire_and_tls_passes(ours):
    wrong = []
    for row, words, app in ours:
        for kind in listed(row["creds_plain"]):
            if "-" + LOGINS[kind] not in words:
                wrong.append(f"{name(row)}: {kind}, {words}")
        check = "ldap-bind-cleartext" if app == "ldap" else "db-cleartext"
        if row["starttls_done"] == "yes" and "+" + check not in words:
            wrong.append(f"{name(row)}: TLS, {words}")
    assert not wrong, "\n".join(wrong)


def test_remote_screens_are_those_of_the_truth(ours):
    wrong, count = [], 0
    for row, words, app in ours:
        if app not in ("rdp", "vnc"):
            continue
        count += 1
        want = {w for w in row["other"].split(";") if w.startswith((app + "_", app + "="))}
        if {w for w in words if w.startswith((app + "_", app + "="))} != want:
            wrong.append(f"{name(row)}: {words}")
        if app == "rdp" and ("-rdp-no-tls-nla" in words) != ("rdp_sel=0x00000000" in want):
            wrong.append(f"{name(row)}: {words}")
    assert not wrong, "\n".join(wrong)
    assert count >= 8
    assert any("-vnc-weak-auth" in words for _, words, app in ours if app == "vnc")
    assert any("tls" in words for _, words, app in ours if app == "rdp")


def test_sybase_logs_in_in_clear(ours):
    logins = [words for _, words, app in ours if app == "tds"]
    assert logins and all("-db-cleartext" in words and "creds=tds-login" in words
                          for words in logins)
