# SPDX-License-Identifier: BSD-2-Clause
"""`plimsoll pcap` of TLS: whom it trusts, what a certificate may say, and a real capture."""
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

from pcap_rig import conversation, rows, run
from pcap_rig import capture_file  # noqa: F401  (a fixture)


def certificate(folder, subject, name):
    key, pem = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", subject, "-addext",
                    "subjectAltName=DNS:tls.example", "-keyout", key, "-out", pem, "-utf8"],
                   check=True, capture_output=True, timeout=60)
    return key, pem


def handshake(pem, key, version=ssl.TLSVersion.TLSv1_2):
    """What OpenSSL and itself say, in turns."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, key)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.maximum_version = version
    wires = [ssl.MemoryBIO(), ssl.MemoryBIO()]
    ends = [client.wrap_bio(wires[1], wires[0], server_hostname="tls.example"),
            server.wrap_bio(wires[0], wires[1], server_side=True)]
    said = []
    for turn in range(6):
        try:
            ends[turn % 2].do_handshake()
        except ssl.SSLWantReadError:
            pass
        out = wires[turn % 2].read()
        said.append(out)
        wires[turn % 2].write(out)
    return [s for s in said if s]


def test_trust_and_hostile_certificate(file, tmp_path):
    key, pem = certificate(tmp_path, "/CN=tls\x1b[2J.example", "leaf")
    _, other = certificate(tmp_path, "/CN=other.example", "other")
    path = file(conversation(handshake(pem, key), port=443, at=int(time.time())))
    trusted, = rows("--trust", pem, path)
    strange, = rows("--trust", other, path)
    assert trusted["facts"]["leaf_cn"] == "tls\x1b[2J.example"
    assert trusted["facts"]["sni"] == "tls.example"
    path_checks = set(strange["failed"]) - set(trusted["failed"])
    assert path_checks and all(c.startswith("cert-") for c in path_checks)
    table = run("--trust", pem, path).stdout
    assert b"tls?[2J.example" in table and b"\x1b" not in table


# --- a real capture


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=10):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def connect(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        return True


def listens(port):
    try:
        return connect(port)
    except OSError:
        return False


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("tcpdump"),
                    reason="tcpdump on loopback needs root and the package tcpdump")
def test_tcpdump_of_a_handshake(tmp_path):
    key, pem = certificate(tmp_path, "/CN=tls.example", "leaf")
    port, path = free_port(), tmp_path / "real.pcap"
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", pem,
                               "-key", key, "-tls1_2", "-quiet"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: listens(port))
    dump = subprocess.Popen(["tcpdump", "-i", "lo", "-U", "-Z", "root", "-w", path, "tcp", "port",
                             str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    ready = threading.Event()
    threading.Thread(target=lambda: [ready.set() for line in dump.stderr if b"listening" in line],
                     daemon=True).start()
    try:
        assert ready.wait(10)
        subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername",
                        "tls.example"], input=b"", capture_output=True, timeout=20, check=False)
        told = []
        wait_for(lambda: told.extend(rows(path)) or
                 any("leaf_cn" in r["facts"] for r in told) if path.exists() else False)
    finally:
        for child in (dump, server):
            child.terminate()
            child.wait(10)
    one = [r for r in told if "leaf_cn" in r["facts"]][0]
    assert (one["server"], one["sport"]) == ("127.0.0.1", port)
    assert one["facts"]["neg_version"] == "TLS1.2" and one["facts"]["sni"] == "tls.example"
    assert one["facts"]["leaf_cn"] == "tls.example"
    assert "tls-version-12" in one["failed"] and "tls-version-12" in one["seen"]
