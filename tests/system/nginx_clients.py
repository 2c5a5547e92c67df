# SPDX-License-Identifier: BSD-2-Clause
"""Clients that speak HTTP and TLS as old, as slowly or as oddly as a test needs."""
import os
import socket
import ssl
import struct
import subprocess
import time


def curl(*args):
    """Status, headers (lower-case names) and body, as curl sees them."""
    run = subprocess.run(["curl", "-sk", "-m", "10", "-D", "-", *args], capture_output=True,
                         check=False)
    head, _, body = run.stdout.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, _, v in
               (line.partition(":") for line in lines[1:])}
    status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/") else 0
    return status, headers, body.decode("utf-8")


def s_client(port, *args, send=b""):
    """What openssl s_client says and gets."""
    run = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *args],
                         input=send, capture_output=True, timeout=20, check=False)
    return (run.stdout + run.stderr).decode("latin-1")


def context(version=None, old=False):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.check_hostname = False
    c.verify_mode = ssl.CERT_NONE
    if old:
        c.set_ciphers("ALL:@SECLEVEL=0")
    if version:
        c.minimum_version = c.maximum_version = version
    return c


def tls(port, name, ctx=None):
    raw = socket.create_connection(("127.0.0.1", port), 10)
    return (ctx or context()).wrap_socket(raw, server_hostname=name)


def ask(sock, host, path="/", head="", body=b"", method="GET"):
    """One request on a connection that may be kept; status, headers and body."""
    if body:
        head += f"Content-Length: {len(body)}\r\n"
    sock.sendall(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{head}\r\n".encode() + body)
    return read_answer(sock)


def read_answer(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            raise ConnectionError(f"closed after {data!r}")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        body += sock.recv(65536)
    return int(lines[0].split(" ")[1]), headers, body.decode("utf-8")


def client_hello(name, ctx=None):
    """The bytes of a real ClientHello."""
    out = ssl.MemoryBIO()
    talk = (ctx or context()).wrap_bio(ssl.MemoryBIO(), out, server_hostname=name)
    try:
        talk.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def extension(kind, data):
    return struct.pack(">HH", kind, len(data)) + data


def pq_hello(name):
    """A ClientHello with the key share of X25519MLKEM768, 1216 bytes, and some padding."""
    share = struct.pack(">HH", 0x11EC, 1216) + os.urandom(1216) + \
        struct.pack(">HH", 0x001D, 32) + os.urandom(32)
    host = name.encode()
    extensions = b"".join((
        extension(0, struct.pack(">HBH", len(host) + 3, 0, len(host)) + host),
        extension(10, struct.pack(">HHH", 4, 0x11EC, 0x001D)),
        extension(13, struct.pack(">HHH", 4, 0x0403, 0x0804)),
        extension(43, b"\x02\x03\x04"),
        extension(21, bytes(400)),
        extension(51, struct.pack(">H", len(share)) + share)))
    body = b"\x03\x03" + os.urandom(32) + b"\x20" + os.urandom(32) + \
        struct.pack(">HHBB", 2, 0x1301, 1, 0) + struct.pack(">H", len(extensions)) + extensions
    message = b"\x01" + struct.pack(">I", len(body))[1:] + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def send_in_pieces(port, pieces, pause=0.0):
    """Send and answer the first record that comes back: its type and its inside."""
    with socket.create_connection(("127.0.0.1", port), 10) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            s.sendall(piece)
            if pause:
                time.sleep(pause)
        data = b""
        while len(data) < 5 or len(data) < 5 + struct.unpack(">H", data[3:5])[0]:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                return None, data
            data += more
        return data[0], data[5:5 + struct.unpack(">H", data[3:5])[0]]
