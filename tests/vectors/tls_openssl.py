# SPDX-License-Identifier: BSD-2-Clause
"""The first flights of OpenSSL speaking with itself."""
import base64
import os
import socket
import ssl
import subprocess


def certificate(folder, kind):
    key, cert = os.path.join(folder, kind + ".key"), os.path.join(folder, kind + ".pem")
    how = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt",
                                                         "ec_paramgen_curve:prime256v1"]
    subprocess.run(["openssl", "req", "-x509", *how, "-nodes", "-keyout", key, "-out", cert,
                    "-subj", "/CN=example", "-days", "3650"], check=True, capture_output=True)
    return cert, key


def up_to_hello(data):
    """Up to the last ServerHello or alert: certificates are of no use here."""
    at = end = 0
    while at + 5 < len(data):
        length = 5 + int.from_bytes(data[at + 3:at + 5], "big")
        if data[at] == 21 or (data[at] == 22 and data[at + 5] == 2):
            end = at + length
        at += length
    return data[:end]


def ffdhe_pem(bits):
    """The group of RFC 7919 with so many bits."""
    return subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt",
                           f"group:ffdhe{bits}"], check=True, capture_output=True).stdout


def ffdhe(bits):
    """Its prime."""
    lines = ffdhe_pem(bits).decode("ascii").split("\n")
    der = base64.b64decode("".join(line for line in lines if not line.startswith("-")))
    at = der.index(b"\xff" * 8)
    return der[at:at + bits // 8]


def flights(folder, client_set, server_set, kind="ec"):
    """All that each side says up to its end of a whole handshake, as (client, server)."""
    client, _, server = talk(folder, client_set, server_set, kind=kind, whole=True)
    return client, server


def talk(folder, client_set, server_set, host="www.Example.COM", kind="rsa",
         curve="prime256v1", whole=False):
    """The first flights of each side, as (client, client after a retry, server); whole: all that
    the client says as its first, all that the server says as its last."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate(folder, kind))
    if curve:
        server.set_ecdh_curve(curve)
    client_set(client)
    server_set(server)
    pipes = [ssl.MemoryBIO() for _ in range(4)]
    ends = [(client.wrap_bio(pipes[0], pipes[1], server_hostname=host), pipes[1], pipes[2]),
            (server.wrap_bio(pipes[2], pipes[3], server_side=True), pipes[3], pipes[0])]
    said = []
    for turn in range(4):
        end, out, other = ends[turn % 2]
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as why:
            said.append(out.read())
            print("  gave up:", why)
            break
        said.append(out.read())
        other.write(said[-1])
    said += [b""] * 4
    if whole:
        return said[0] + said[2], b"", said[1] + said[3]
    return said[0], said[2], up_to_hello(said[1] + said[3])


def exactly(version, ciphers="ALL:COMPLEMENTOFALL:@SECLEVEL=0", **options):
    def change(context):
        context.set_ciphers(ciphers)
        context.minimum_version = context.maximum_version = version
        for option, value in options.items():
            getattr(context, option)(value)
    return change


def from_12(context):
    context.minimum_version = ssl.TLSVersion.TLSv1_2


def anything(context):
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1


def s_client(folder, *options):
    """The hello of `openssl s_client` with these options, for what Python cannot ask for."""
    catcher = socket.socket()
    catcher.bind(("127.0.0.1", 0))
    catcher.listen()
    catcher.settimeout(10)
    port = catcher.getsockname()[1]
    with subprocess.Popen(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options],
                          cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as run:
        peer, _ = catcher.accept()
        got = b""
        while len(got) < 5 or len(got) < 5 + int.from_bytes(got[3:5], "big"):
            got += peer.recv(4096)
        peer.close()
        catcher.close()
        run.wait(10)
    return got
