# SPDX-License-Identifier: BSD-2-Clause
"""`plimsoll pcap` on DNS answers made here, over UDP and over TCP: each message is judged."""
import os
import pathlib
import socket
import struct
import subprocess

PLIMSOLL = pathlib.Path(os.environ.get("B", "build")) / "plimsoll"
CLIENT, SERVER, PORT = "192.0.2.10", "192.0.2.53", 50000
DAY, NOW = 86400, 1750000000


def name_of(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def message(name, kind, *records):
    """An answer; each record is (type, data)."""
    head = struct.pack(">6H", 7, 0x8180, 1, len(records), 0, 0) + name_of(name)
    return head + struct.pack(">HH", kind, 1) + b"".join(
        b"\xc0\x0c" + struct.pack(">HHIH", number, 1, 300, len(data)) + data
        for number, data in records)


def text(*strings):
    return 16, b"".join(bytes([len(string)]) + string.encode() for string in strings)


def packet(protocol, payload):
    """From the server to the client."""
    ends = socket.inet_aton(SERVER) + socket.inet_aton(CLIENT)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0)
    return head + ends + payload


def udp(payload):
    return packet(17, struct.pack(">HHHH", 53, PORT, 8 + len(payload), 0) + payload)


def tcp(payload, sequence, flags=0x18):
    return packet(6, struct.pack(">HHIIBBHHH", 53, PORT, sequence, 1, 0x50, flags, 65535, 0, 0)
                  + payload)


def found(tmp_path, *packets):
    file = tmp_path / "made.pcap"
    file.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) + b"".join(
        struct.pack("<IIII", NOW, 0, len(bytes_), len(bytes_)) + bytes_ for bytes_ in packets))
    done = subprocess.run([PLIMSOLL, "pcap", file], stdout=subprocess.PIPE, check=False, text=True)
    return done.stdout


def test_spf_dmarc_and_dkim_are_read_as_they_pass(tmp_path):
    out = found(tmp_path, udp(message("example.net", 16, text("v=spf1 mx ", "+all"))),
                udp(message("_dmarc.example.net", 16, text("v=DMARC1; p=none; rua=x"))))
    assert "spf-pass-all" in out and "dmarc-policy-none" in out and "dmarc-broken" in out
    assert "missing" not in out


def test_what_is_right_or_not_there_is_not_told(tmp_path):
    out = found(tmp_path, udp(message("example.net", 16, text("v=spf1 mx ", "-all"))),
                udp(message("_dmarc.example.net", 16, text("v=DMARC1; p=reject"))),
                udp(message("example.org", 16, text("unrelated"))))
    assert "example.net" in out
    for row in ("spf-", "dmarc-", "dkim-", "missing"):
        assert row not in out


def test_each_message_is_judged_at_its_time_and_by_itself(tmp_path):
    strong = message("a.example", 43, (43, b"\0\1\x0d\2" + bytes(32)))
    weak = message("b.example", 43, (43, b"\0\1\x0d\1" + bytes(20)))
    assert "dnssec-ds-sha1-only" in found(tmp_path, udp(strong), udp(weak))
    assert "dnssec-ds-sha1-only" not in found(tmp_path, udp(strong), udp(strong))
    for left, told in ((3600, True), (20 * DAY, False)):
        times = struct.pack(">II", NOW + left, NOW - 9 * DAY)
        signed = message("a.example", 1, (46, b"\0\1\x0d\2\0\0\1\x2c" + times + b"\0\1\0sig"))
        assert ("dnssec-sig-expiring" in found(tmp_path, udp(signed))) == told


def test_over_tcp_too(tmp_path):
    answer = message("example.net", 16, text("v=spf1 ?all"))
    whole = struct.pack(">H", len(answer)) + answer
    out = found(tmp_path, tcp(b"", 99, flags=0x12), tcp(whole[:20], 100), tcp(whole[20:], 120))
    assert "spf-permissive" in out
