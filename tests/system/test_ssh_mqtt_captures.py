# SPDX-License-Identifier: BSD-2-Clause
"""Captures of other projects against tshark's view of them: SSH's lines, MQTT's logins, SMB's
dialects, NFS and BGP by their bytes, and nothing else taken for one of them.

They lie beside the repository in shared/captures, with truth/ALL.tsv (one row a flow).  Both sides
are read in the order of the packets, each up to its first gap.
"""
import collections
import os
import struct
import subprocess

import pytest

from test_text_captures import B, TOP, packets, scapy, truth

PROTOCOLS = {"ssh": {"ssh"}, "mqtt": {"mqtt"}, "smb": {"smb", "smb2"}, "nfs": {"nfs"},
             "bgp": {"bgp"}, "iscsi": {"iscsi"}, "git": {"git"}, "svn": {"svn"}, "jdwp": {"jdwp"},
             "adb": {"adb"}, "pptp": {"pptp"}}


class Side:
    """The bytes of one direction, in order."""

    def __init__(self):
        self.next, self.waiting = None, {}

    def begin(self, sequence):
        if self.next is None:
            self.next = sequence

    def add(self, sequence, data):
        """What is new and whole now."""
        self.begin(sequence)
        self.waiting[sequence] = max(data, self.waiting.get(sequence, b""), key=len)
        out = b""
        for start in sorted(self.waiting, key=lambda s: (s - self.next + 2**31) % 2**32):
            old = (self.next - start + 2**31) % 2**32 - 2**31
            if old < 0:
                break
            new = self.waiting.pop(start)[old:]
            out += new
            self.next = (self.next + len(new)) % 2**32
        return out


def conversations(name, wanted):
    """{flow: [(side, bytes)]} in the order of the packets."""
    flows = {key: [] for key in wanted}
    sides = collections.defaultdict(Side)
    for packet in packets(name):
        tcp = packet.getlayer(scapy.TCP)
        ip = packet.getlayer(scapy.IP) or packet.getlayer(scapy.IPv6)
        if tcp is None or ip is None:
            continue
        key = (ip.src, str(tcp.sport), ip.dst, str(tcp.dport))
        side = 0 if key in flows else 1
        flow = key if side == 0 else key[2:] + key[:2]
        if flow not in flows:
            continue
        if tcp.flags & 2:
            sides[key].begin((tcp.seq + 1) % 2**32)
        length = ip.len - ip.ihl * 4 if ip.version == 4 else ip.plen
        data = bytes(tcp.payload)[:max(0, length - tcp.dataofs * 4)]
        new = sides[key].add(tcp.seq, data) if data else b""
        if new:
            flows[flow].append((side, new))
    return flows


def read(connections):
    program = os.path.join(B, "tests", "ssh_mqtt_facts")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O1", "-g", "-I" + TOP,
                    "-fsanitize=address,undefined", "-o", program,
                    os.path.join(TOP, "tests", "system", "ssh_mqtt_facts.c"),
                    os.path.join(TOP, "common", "user", "catalogue_text.c")], check=True)
    stdin = b"".join(
        struct.pack("!H", port) +
        b"".join(struct.pack("!BI", side, len(data)) + data for side, data in segments) + b"\2"
        for port, segments in connections)
    done = subprocess.run([program], input=stdin, stdout=subprocess.PIPE, check=True)
    return [line.split("\t") for line in done.stdout.decode("latin1").splitlines()]


def all_conversations():
    """The rows of the truth and their conversations; packets are taken apart up to TCP only."""
    rows, connections = [], []
    scapy.conf.layers.filter([scapy.Ether, scapy.CookedLinux, scapy.CookedLinuxV2, scapy.Loopback,
                              scapy.Dot1Q, scapy.IP, scapy.IPv6, scapy.TCP])
    for capture in sorted({r["capture"] for r in truth()}):
        here = {(r["client"], r["cport"], r["server"], r["sport"]): r
                for r in truth() if r["capture"] == capture}
        for key, segments in conversations(capture, here).items():
            if segments:
                rows.append(here[key])
                connections.append((int(key[3]), segments))
    scapy.conf.layers.unfilter()
    return rows, connections


@pytest.fixture(scope="module", name="flows")
def flows_fixture():
    """[(row of the truth, protocol, facts and findings)] of each flow that has bytes."""
    rows, connections = all_conversations()
    found = read(connections)
    assert len(found) == len(rows)
    return [(row, words[0], words[1:]) for row, words in zip(rows, found)]


def name(row):
    return f"{row['capture']} flow {row['flow']} ({row['app']})"


def values(words, key):
    return {w.split("=", 1)[1] for w in words if w.startswith(key + "=")}


def test_nothing_else_is_taken_for_them(flows):
    wrong = [f"{name(row)}: {protocol}" for row, protocol, _ in flows
             if protocol in PROTOCOLS and not PROTOCOLS[protocol] & set(row["app"].split(";"))]
    assert not wrong, "\n".join(wrong)


def test_all_are_recognised(flows):
    wrong, count = [], collections.Counter()
    for row, protocol, _ in flows:
        for want in ("ssh", "mqtt", "smb", "nfs", "bgp"):
            if PROTOCOLS[want] & set(row["app"].split(";")):
                count[want] += 1
                if protocol != want:
                    wrong.append(f"{name(row)}: {protocol}")
    assert not wrong, "\n".join(wrong)
    assert count["ssh"] >= 20 and count["mqtt"] >= 3 and count["smb"] and count["nfs"], count


def test_ssh_lines(flows):
    wrong, count = [], 0
    for row, _, words in flows:
        for side in ("ssh_client", "ssh_server"):
            want = row[side][:128]
            count += want != "-"
            if values(words, side) != ({want} if want != "-" else set()):
                wrong.append(f"{name(row)}: {values(words, side)}, the truth says {want}")
    assert not wrong, "\n".join(wrong)
    assert count >= 20


def test_ssh_protocol_1(flows):
    seen = 0
    for row, _, words in flows:
        one = any(row[side].startswith("SSH-1.") and not row[side].startswith("SSH-1.99")
                  for side in ("ssh_client", "ssh_server"))
        seen += one
        assert ("-ssh-protocol-1" in words) == one, name(row)
    assert seen >= 5


def test_mqtt_logins(flows):
    count = 0
    for row, _, words in flows:
        want = {w for w in row["creds_plain"].split(";") if w.startswith("mqtt-")}
        assert values(words, "creds") == want, name(row)
        assert ("-mqtt-login-cleartext" in words) == bool(want), name(row)
        count += bool(want)
    assert count >= 3


def test_smb_dialects(flows):
    count = 0
    for row, protocol, words in flows:
        other = row["other"].split(";")
        want = {w for w in other if w.startswith(("smb1_dialect=", "smb2_dialect="))}
        found = {w for w in words if w.startswith(("smb1_dialect=", "smb2_dialect="))}
        if protocol != "smb":
            assert not want, name(row)
            continue
        assert want <= found, f"{name(row)}: {found}, the truth says {want}"
        # The truth's second list ends after four entries of a packet.
        assert found - want <= {"smb2_dialect=0x0302", "smb2_dialect=0x0311"}, name(row)
        count += 1
    assert count >= 1


def test_nfs_in_clear(flows):
    """Calls by AUTH_SYS are found, and only there."""
    found = [row for row, _, words in flows if "-nfs-cleartext" in words]
    assert found and all("nfs" in row["app"] for row in found)
