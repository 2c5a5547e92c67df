# SPDX-License-Identifier: BSD-2-Clause
"""Both sides of other projects' captures against tshark's view: STARTTLS, and the kinds of
credentials in clear, of mail, FTP, SOCKS and rsh.  See test_text_captures.py."""
import os
import struct
import subprocess

import pytest
import test_text_captures as text

scapy = text.scapy
APPS = {"smtp", "imap", "pop", "ftp", "socks", "rsh", "rlogin"}
PREFIXES = ("smtp-", "imap-", "pop-", "ftp-", "socks-", "rsh-", "rlogin-")


def both_sides(name, wanted):
    """{flow: [(side, bytes)]}: each side in order, up to its first gap."""
    flows = {key: [] for key in wanted}
    sides = {}
    for packet in text.packets(name):
        tcp = packet.getlayer(scapy.TCP)
        ip = packet.getlayer(scapy.IP) or packet.getlayer(scapy.IPv6)
        if tcp is None or ip is None:
            continue
        key = (ip.src, str(tcp.sport), ip.dst, str(tcp.dport))
        side = 0 if key in flows else 1
        key = key if side == 0 else key[2:] + key[:2]
        if key not in flows:
            continue
        length = ip.len - ip.ihl * 4 if ip.version == 4 else ip.plen
        data = bytes(tcp.payload)[:max(0, length - tcp.dataofs * 4)]
        state = sides.setdefault((key, side), {"next": None, "held": {}})
        if state["next"] is None and (tcp.flags & 2 or data):
            state["next"] = (tcp.seq + bool(tcp.flags & 2)) % 2**32
        if data:
            state["held"][tcp.seq] = data
            flows[key] += [(side, piece) for piece in ready(state)]
    return flows


def ready(state):
    """The pieces that are next; what was sent twice is left out."""
    again = True
    while again:
        again = False
        for seq in sorted(state["held"]):
            late = (state["next"] - seq) % 2**32
            if late < 2**31:
                piece = state["held"].pop(seq)[late:]
                state["next"] = (state["next"] + len(piece)) % 2**32
                again = True
                if piece:
                    yield piece
                break


def read(connections):
    program = os.path.join(text.B, "tests", "talk_facts")
    os.makedirs(os.path.dirname(program), exist_ok=True)
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-O1", "-g", "-I" + text.TOP,
                    "-fsanitize=address,undefined", "-o", program,
                    os.path.join(text.TOP, "tests", "system", "talk_facts.c")], check=True)
    stdin = b"".join(
        struct.pack("!H", port) + b"".join(struct.pack("!BI", side, len(b)) + b
                                           for side, b in segments) + struct.pack("!BI", 0, 0)
        for port, segments in connections)
    done = subprocess.run([program], input=stdin, stdout=subprocess.PIPE, check=True)
    return [line.split() for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def flows():
    """[(row, words)] of each flow of these applications."""
    rows, connections = [], []
    wanted = [r for r in text.truth() if APPS & set(r["app"].split(";"))]
    for capture in sorted({r["capture"] for r in wanted}):
        here = {(r["client"], r["cport"], r["server"], r["sport"]): r
                for r in wanted if r["capture"] == capture}
        for key, segments in both_sides(capture, here).items():
            rows.append(here[key])
            connections.append((int(key[3]), segments))
    found = read(connections)
    assert len(found) == len(rows)
    return list(zip(rows, found))


def test_the_kinds_of_credentials_are_those_of_the_truth(flows):
    wrong = []
    for row, words in flows:
        want = {w for w in row["creds_plain"].split(";") if w.startswith(PREFIXES)}
        got = {w for w in words if w.startswith(PREFIXES)}
        if got != want:
            wrong.append(f"{text.name(row)}: {got}, the truth says {want}")
    assert not wrong, "\n".join(wrong)
    assert sum(row["creds_plain"] != "-" for row, _ in flows) >= 40


def test_starttls_is_that_of_the_truth(flows):
    wrong = []
    for row, words in flows:
        for word, column in (("offered", "starttls_offered"), ("requested", "starttls_requested")):
            if (word in words) != (row[column] != "-"):
                wrong.append(f"{text.name(row)}: {word}: {words}, the truth says {row[column]}")
        if ("done" in words) != (row["starttls_done"] == "yes"):
            wrong.append(f"{text.name(row)}: done: {words}, the truth says {row['starttls_done']}")
    assert not wrong, "\n".join(wrong)
    assert sum(row["starttls_done"] == "yes" for row, _ in flows) >= 4
