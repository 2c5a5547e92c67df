#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Send a few UDP datagrams from an address that is not ours: forge.py SOURCE ADDRESS PORT TEXT"""
import socket
import struct
import sys

COUNT = 3


def datagram(source, address, port, text):
    """IPv4 and UDP headers; the kernel fills in length and checksum, UDP's may be 0 (RFC 768)."""
    udp = struct.pack(">HHHH", 4000, port, 8 + len(text), 0) + text
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, socket.IPPROTO_UDP, 0,
                       socket.inet_aton(source), socket.inet_aton(address)) + udp


def main():
    source, address, port, text = sys.argv[1:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for _ in range(COUNT):
            raw.sendto(datagram(source, address, int(port), text.encode()), (address, 0))
    print(f"sent {COUNT} datagrams as {source}")


if __name__ == "__main__":
    main()
