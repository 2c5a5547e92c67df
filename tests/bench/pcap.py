#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""CPU time of `plimsoll pcap` on a big file, paired with ndpiReader and tshark on the same file.

The file is made of the captures of ../shared/captures (or $PLIMSOLL_CAPTURES): every copy of them
gets addresses of its own, so that it brings new flows, and all packets are put in the order of
their time.  Without the captures, or without the peers, what is missing is said and left out.

  pcap            user CPU for 200 MB, against ndpiReader -q; also against tshark, once
  pcap-linear     user CPU for the whole file divided by that for its first half: 2 is linear
  pcap-memory     the largest resident size
"""
import glob
import gzip
import os
import resource
import shutil
import statistics
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("B", "build")
CAPTURES = os.environ.get("PLIMSOLL_CAPTURES", os.path.join("..", "shared", "captures"))
BYTES, ROUNDS = 200_000_000, 5
ETHERNET, RAW_LINKS = 1, (101, 12, 14)
TLS_FIELDS = ["tls.handshake.type", "tls.handshake.version", "tls.handshake.ciphersuite",
              "tls.handshake.extensions_server_name", "tls.handshake.certificate",
              "tls.handshake.extensions.supported_version"]


def classic(path):
    """The file as classic pcap, whatever it is."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        data = subprocess.run(["tcpdump", "-r", "-", "-w", "-"], input=data, capture_output=True,
                              check=False).stdout
    return data


def packets(path):
    """[(seconds, Ethernet frame)] of a file of Ethernet or of bare IP."""
    data = classic(path)
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",
             b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}.get(data[:4])
    if order is None:
        return []
    parts = 1e9 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e6
    link, at, found = struct.unpack(order + "I", data[20:24])[0], 24, []
    while at + 16 <= len(data):
        second, part, kept, _ = struct.unpack(order + "IIII", data[at:at + 16])
        frame = data[at + 16:at + 16 + kept]
        at += 16 + kept
        if link in RAW_LINKS and frame:
            kind = b"\x86\xdd" if frame[0] >> 4 == 6 else b"\x08\x00"
            frame = b"\x02" + b"\0" * 11 + kind + frame
        if link == ETHERNET or link in RAW_LINKS:
            found.append((second + part / parts, frame))
    return found


def addresses(frame):
    """Where in the frame a byte of the outermost source and destination address stands."""
    at = 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        at += 4
    if frame[at:at + 2] == b"\x08\x00" and len(frame) >= at + 22:
        return at + 2 + 13, at + 2 + 17
    if frame[at:at + 2] == b"\x86\xdd" and len(frame) >= at + 42:
        return at + 2 + 9, at + 2 + 25
    return None


def write_big(path, size):
    """Copies of all captures, each with addresses of its own, by time; packets and bytes."""
    every = []
    for name in sorted(glob.glob(os.path.join(CAPTURES, "*.pcap*"))):
        found = packets(name)
        first = found[0][0] if found else 0
        every += [(time - first, frame, addresses(frame)) for time, frame in found]
    every.sort(key=lambda packet: packet[0])
    written = count = copy = 0
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, ETHERNET))
        while written < size:
            copy += 1
            for time, frame, at in every:
                if at:
                    frame = bytearray(frame)
                    frame[at[0]] ^= copy & 0xff
                    frame[at[1]] ^= copy & 0xff
                time = 1_700_000_000 + copy * 10 + min(time, 3600)
                file.write(struct.pack("<IIII", int(time), int(time % 1 * 1e6), len(frame),
                                       len(frame)) + frame)
                written += 16 + len(frame)
                count += 1
    return count, written


def user_seconds(command):
    """User CPU of the command, and the most memory of any command so far, in KiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime, after.ru_maxrss


def record(name, value, unit, **more):
    arguments = [f"--{key}={number}" for key, number in more.items() if number is not None]
    subprocess.run([sys.executable, os.path.join(HERE, "record.py"), name, f"{value:.4g}", unit]
                   + arguments, check=True)


def spread(values):
    if len(values) < 4:
        return None
    quarter = statistics.quantiles(values, n=4)
    return round(quarter[2] - quarter[0], 4)


def against(name, mine, other, rounds):
    """Turn by turn, so that both see the same machine."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(user_seconds(mine)[0])
        theirs.append(user_seconds(other)[0])
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    record(name, statistics.median(ours), "s", baseline=round(statistics.median(theirs), 3),
           ratio=round(ratio, 4), runs=rounds, spread=spread(ours))
    print(f"{name}: {statistics.median(ours):.3f} s against {statistics.median(theirs):.3f} s of "
          f"{other[0]}, ratio {ratio:.4f}")


def main():
    if not os.path.exists(os.path.join(CAPTURES, "truth", "ALL.tsv")):
        print(f"SKIPPED the benchmark of plimsoll pcap: there are no captures in {CAPTURES}")
        return 0
    folder = os.path.join(BUILD, "bench-pcap")
    os.makedirs(folder, exist_ok=True)
    whole, half = os.path.join(folder, "whole.pcap"), os.path.join(folder, "half.pcap")
    count, size = write_big(whole, BYTES)
    write_big(half, BYTES // 2)
    print(f"{count} packets, {size} bytes")
    mine = [os.path.join(BUILD, "plimsoll"), "pcap", whole]
    memory = user_seconds(mine)[1]
    record("pcap-memory", memory / 1024, "MiB")
    print(f"largest resident size {memory / 1024:.1f} MiB")
    if shutil.which("ndpiReader"):
        against("pcap", mine, ["ndpiReader", "-q", "-i", whole], ROUNDS)
    else:
        print("SKIPPED ndpiReader: it is not installed (package libndpi-bin)")
    if shutil.which("tshark"):
        fields = [word for field in TLS_FIELDS for word in ("-e", field)]
        against("pcap-tshark", mine, ["tshark", "-n", "-r", whole, "-T", "fields"] + fields, 1)
    else:
        print("SKIPPED tshark: it is not installed")
    twice = statistics.median(user_seconds(mine)[0] / user_seconds(mine[:2] + [half])[0]
                              for _ in range(ROUNDS))
    record("pcap-linear", twice, "times", runs=ROUNDS)
    print(f"twice the bytes take {twice:.2f} times the time")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
