#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A TLS client that stops after the server's first answer, and that can be awkward on the way.

hello.py modern|old ADDRESS PORT NAME [--from SOURCE] [--pieces segments|bytes]

modern: TLS 1.3 with the post-quantum group X25519MLKEM768, so the hello needs two TCP segments.
old: TLS 1.0 and nothing newer.  bytes: a byte a segment.  Prints what came back.
"""
import argparse
import os
import socket
import struct
import time

X25519, SECP256R1, X25519MLKEM768 = 0x001D, 0x0017, 0x11EC
MLKEM768_SHARE_BYTES = 1184 + 32
SEGMENT_BYTES = 1400
ALERTS = {40: "handshake_failure", 49: "access_denied", 70: "protocol_version",
          71: "insufficient_security", 112: "unrecognized_name"}
GROUPS = {X25519: "x25519", SECP256R1: "secp256r1", X25519MLKEM768: "X25519MLKEM768"}
VERSIONS = {0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}


def vector(bytes_of_length, content):
    return len(content).to_bytes(bytes_of_length, "big") + content


def u16s(*values):
    return b"".join(struct.pack(">H", value) for value in values)


def extension(number, content):
    return u16s(number) + vector(2, content)


def server_name(name):
    return extension(0, vector(2, b"\0" + vector(2, name.encode())))


def modern_extensions(name):
    shares = b"".join(u16s(group) + vector(2, os.urandom(size)) for group, size in
                      ((X25519MLKEM768, MLKEM768_SHARE_BYTES), (X25519, 32)))
    return b"".join((
        server_name(name),
        extension(23, b""),  # extended_master_secret
        extension(0xFF01, b"\0"),  # renegotiation_info
        extension(10, vector(2, u16s(X25519MLKEM768, X25519, SECP256R1))),
        extension(13, vector(2, u16s(0x0403, 0x0804, 0x0401, 0x0503, 0x0805))),
        extension(16, vector(2, vector(1, b"http/1.1"))),
        extension(43, vector(1, u16s(0x0304, 0x0303))),
        extension(45, vector(1, b"\1")),  # psk_dhe_ke
        extension(51, vector(2, shares)),
        extension(21, bytes(300))))  # padding


def client_hello(kind, name):
    if kind == "modern":
        version, suites = 0x0303, u16s(0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F)
        extensions = modern_extensions(name)
    else:
        version, suites = 0x0301, u16s(0xC009, 0xC013, 0xC014, 0x002F, 0x0035)
        extensions = (server_name(name) + extension(10, vector(2, u16s(SECP256R1)))
                      + extension(11, vector(1, b"\0")))
    body = (u16s(version) + os.urandom(32) + vector(1, os.urandom(32)) + vector(2, suites)
            + vector(1, b"\0") + vector(2, extensions))
    return b"\x16\x03\x01" + vector(2, b"\1" + vector(3, body))


def server_hello(body):
    """The version and group that a ServerHello chose."""
    version, at = int.from_bytes(body[4:6], "big"), 38
    at += 1 + body[at] + 3
    end, group = at + 2 + int.from_bytes(body[at:at + 2], "big"), None
    at += 2
    while at + 4 <= min(end, len(body)):
        number, size = struct.unpack(">HH", body[at:at + 4])
        if number == 43:
            version = int.from_bytes(body[at + 4:at + 6], "big")
        elif number == 51:
            group = int.from_bytes(body[at + 4:at + 6], "big")
        at += 4 + size
    text = f"ServerHello, {VERSIONS.get(version, hex(version))}"
    return text + (f", group {GROUPS.get(group, hex(group))}" if group else "")


def describe(answer):
    if not answer:
        return "the connection was closed without an answer"
    if answer[0] == 0x15 and len(answer) >= 7:
        return f"TLS alert {answer[6]} {ALERTS.get(answer[6], '')}"
    if answer[0] == 0x16 and len(answer) > 50:
        return server_hello(answer[5:])
    return f"something else: {answer[:16].hex()}"


def send(connection, hello, pieces):
    step = 1 if pieces == "bytes" else SEGMENT_BYTES
    for at in range(0, len(hello), step):
        connection.sendall(hello[at:at + step])
        time.sleep(0.002 if step == 1 else 0.05)
    count = -(-len(hello) // step)
    print(f"sent a hello of {len(hello)} bytes in {count} segment{'s' if count > 1 else ''}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("modern", "old"))
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("name")
    parser.add_argument("--from", dest="source", default="")
    parser.add_argument("--pieces", choices=("segments", "bytes"), default="segments")
    options = parser.parse_args()
    try:
        with socket.create_connection((options.address, options.port), 5,
                                      (options.source, 0)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            send(connection, client_hello(options.kind, options.name), options.pieces)
            print(describe(connection.recv(4096)))
    except OSError as error:
        print(f"{error.strerror or error}")


if __name__ == "__main__":
    main()
