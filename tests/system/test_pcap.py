# SPDX-License-Identifier: BSD-2-Clause
"""`plimsoll pcap` as a user meets it, with captures that are made here."""
import gzip
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest

scapy = pytest.importorskip("scapy.all", reason="scapy is not installed (python3-scapy)")

BUILD = os.environ.get("B", "build")
PLIMSOLL = os.path.abspath(os.path.join(BUILD, "plimsoll"))
SEEDS = os.path.abspath("tests/fuzz/seeds/inspect")
KEYS = ["capture", "l4", "client", "cport", "server", "sport", "facts", "seen", "failed",
        "verdict", "time", "packets", "gaps"]
CLIENT, SERVER = "192.0.2.7", "198.51.100.9"
NOON = 1764590400  # 2025-12-01T12:00:00Z
LOGIN = [b"GET / HTTP/1.1\r\nHost: %b\r\nAuthorization: Basic YTpi\r\n\r\n",
         b"HTTP/1.1 204 No Content\r\n\r\n"]
CHECK = "http-credentials-cleartext"


def run(*arguments, stdin=None):
    return subprocess.run([PLIMSOLL, "pcap", *map(str, arguments)], input=stdin, timeout=120,
                          capture_output=True, check=False)


def rows(*arguments, status=None, stdin=None):
    done = run("--json", *arguments, stdin=stdin)
    assert done.returncode in (0, 1) if status is None else done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def conversation(turns, port=80, server=SERVER, cport=40000, at=NOON):
    """A TCP connection: the client speaks first, then they take turns."""
    ends = [(CLIENT, cport), (server, port)]
    seq = [100, 900]

    def packet(side, flags, load=b""):
        (src, sport), (dst, dport) = ends[side], ends[1 - side]
        tcp = scapy.TCP(sport=sport, dport=dport, flags=flags, seq=seq[side],
                        ack=seq[1 - side] if flags != "S" else 0)
        made = scapy.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / scapy.IP(
            src=src, dst=dst) / tcp / scapy.Raw(load)
        seq[side] += len(load) + ("S" in flags) + ("F" in flags)
        return made

    packets = [packet(0, "S"), packet(1, "SA")]
    packets += [packet(n % 2, "PA", load) for n, load in enumerate(turns)]
    packets += [packet(0, "FA"), packet(1, "FA")]
    for n, one in enumerate(packets):
        one.time = at + n * 0.001
    return packets


def login(host=b"www.example", **where):
    return conversation([LOGIN[0] % host, LOGIN[1]], **where)


@pytest.fixture(name="file")
def capture_file(tmp_path):
    def write(packets, name="one.pcap"):
        path = tmp_path / name
        (scapy.wrpcapng if name.endswith("ng") else scapy.wrpcap)(str(path), packets)
        return path
    return write


@pytest.fixture(name="policy")
def policy_file(tmp_path):
    def write(text, name="policy.yaml"):
        path = tmp_path / name
        path.write_text("version: 1\n" + text, encoding="utf-8")
        return path
    return write


# --- what may be read


def test_status_tells_of_the_gravest(file):
    quiet = conversation([b"\0\1\2\3", b"\4\5\6\7"], port=4711)
    assert run(file(quiet, "quiet.pcap")).returncode == 0
    assert run(file(login(), "login.pcap")).returncode == 1
    assert run(file(quiet, "quiet.pcap"), file(login(), "login.pcap")).returncode == 1


@pytest.mark.parametrize("how", ["pcap", "pcapng", "gzip", "stdin", "gzip-stdin"])
def test_each_kind_of_file_is_the_same(file, how, tmp_path):
    path = file(login(), "one.pcapng" if how == "pcapng" else "one.pcap")
    stdin = None
    if "gzip" in how:
        packed = tmp_path / "packed.pcap.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        path = packed
    if "stdin" in how:
        stdin, path = path.read_bytes(), "-"
    one, = rows(path, stdin=stdin, status=1)
    assert one["capture"] == os.path.basename(str(path))
    assert (one["client"], one["cport"], one["server"], one["sport"]) == (CLIENT, 40000, SERVER, 80)
    assert CHECK in one["failed"]
    assert one["time"] == "2025-12-01T12:00:00.000000Z"
    assert (one["packets"], one["gaps"], one["verdict"]) == (6, 0, "flag")
    assert one["facts"]["http_host"] == "www.example"


def test_folder_takes_captures_by_name(file, tmp_path):
    for name in ("b.pcap", "a.pcapng", "c.cap", ".hidden.pcap", "notes.txt"):
        file(login(), name)
    (tmp_path / "d.pcap.gz").write_bytes(gzip.compress((tmp_path / "b.pcap").read_bytes()))
    assert [r["capture"] for r in rows(tmp_path)] == ["a.pcapng", "b.pcap", "c.cap", "d.pcap.gz"]


def test_several_files_in_their_order(file):
    two, one = file(login(), "two.pcap"), file(login(), "one.pcap")
    assert [r["capture"] for r in rows(two, one)] == ["two.pcap", "one.pcap"]


# --- what cannot be read


def test_errors_name_the_file_and_the_rest_is_read(file, tmp_path):
    good = file(login(), "good.pcap")
    text = tmp_path / "letter.pcap"
    text.write_text("Dear reader,\nthis is no capture at all.\n", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for bad, said in ((tmp_path / "missing.pcap", "missing.pcap"), (text, "letter.pcap"),
                      (empty, ".pcapng")):
        done = run("--json", bad, good)
        assert done.returncode == 2
        assert said in done.stderr.decode() and "expected" not in done.stdout.decode()
        assert [json.loads(r)["capture"] for r in done.stdout.splitlines()] == ["good.pcap"]


def test_truncated_file_tells_what_came_before(file):
    first = login()
    whole = file(first + login(cport=40001, at=NOON + 1), "whole.pcap")
    cut = whole.with_name("cut.pcap")
    cut.write_bytes(whole.read_bytes()[:-3])
    done = run("--json", cut)
    assert done.returncode == 2
    assert "cut.pcap" in done.stderr.decode()
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [CHECK in r["failed"] for r in told] == [True, True]
    assert sorted(r["packets"] for r in told) == [5, 6]


@pytest.mark.parametrize("arguments", [
    [], ["--jsn", "x.pcap"], ["--since", "soon", "x.pcap"], ["--policy", "a", "--image", "b", "x"],
    ["--policy"], ["--trust"]])
def test_wrong_calls(arguments):
    done = run(*arguments)
    assert done.returncode == 2 and done.stdout == b""
    assert b"pcap" in done.stderr


def test_policy_image_and_trust_must_be_there(file, policy, tmp_path):
    path = file(login())
    broken = policy("ruls: []\n", "broken.yaml")
    for option, value, said in (("--policy", tmp_path / "no.yaml", "no.yaml"),
                                ("--policy", broken, "ruls"),
                                ("--image", path, "one.pcap"),
                                ("--image", tmp_path / "no.img", "no.img"),
                                ("--trust", tmp_path / "no.pem", "no.pem")):
        done = run(option, value, path)
        assert done.returncode == 2 and done.stdout == b"", option
        assert said in done.stderr.decode()


def test_help_lists_it():
    listed = subprocess.run([PLIMSOLL, "help"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^  pcap +\S", listed, re.M)
    told = subprocess.run([PLIMSOLL, "help", "pcap"], capture_output=True, text=True,
                          check=True).stdout
    assert all(o in told for o in ("--policy", "--image", "--json", "--table", "--since",
                                   "--trust"))
    assert run("--help").stdout.decode() == told


# --- what is told


def test_shape_of_json():
    ids = {c["id"] for c in json.loads(subprocess.run(
        [PLIMSOLL, "checks", "--json"], capture_output=True, check=True).stdout)}
    told = rows(SEEDS)
    assert len(told) >= 7
    for row in told:
        assert list(row) == KEYS
        assert set(row["failed"]) <= set(row["seen"]) <= ids
        assert row["l4"] in ("tcp", "udp") and row["verdict"] in ("allow", "flag")
        assert all(isinstance(v, str) for v in row["facts"].values())
        assert isinstance(row["packets"], int) and isinstance(row["gaps"], int)
    assert {r["facts"].get("app") for r in told} >= {"dns", "snmp", "tls", "tls;smtp"}


def test_table_counts_what_json_tells():
    told = rows(SEEDS)
    table = run("--table", SEEDS).stdout.decode()
    failed = {c for row in told for c in row["failed"]}
    summary = dict(re.findall(r"^(\S+) +(?:critical|high|medium|low|info) +(\d+ +\d+)  ",
                              table, re.M))
    assert set(summary) == failed
    for check, counts in summary.items():
        assert [int(n) for n in counts.split()] == [
            sum(check in r["failed"] for r in told), sum(check in r["seen"] for r in told)]
    flows, flagged = re.search(r"^(\d+) flows, .* (\d+) flagged", table, re.M).groups()
    assert int(flows) == len(told)
    assert int(flagged) == sum(r["verdict"] == "flag" for r in told)


def test_since(file):
    path = file(login() + login(cport=40001, at=NOON + 86400))
    assert len(rows(path)) == 2
    assert [r["cport"] for r in rows("--since", "2025-12-02", path)] == [40001]
    assert [r["cport"] for r in rows("--since", "2025-12-02T12:00:00Z", path)] == [40001]
    assert rows("--since", "2025-12-03", path, status=0) == []


def test_a_gap_is_counted_and_fails_nothing(file):
    packets = conversation([LOGIN[0] % b"a.example", LOGIN[1],
                            b"GET / HTTP/1.1\r\n\r\n", LOGIN[1]])
    del packets[2]  # the first request
    one, = rows(file(packets))
    assert one["gaps"] == 1 and CHECK not in one["failed"]


HOSTILE = b"\x1b[2J\x1b]0;owned\x07\xc2\x9b31m"


def hostile_packets():
    banner = conversation([b"SSH-2.0-" + HOSTILE + b"\r\n", b"SSH-2.0-x\r\n"], port=22)
    ask = scapy.Ether() / scapy.IP(src=CLIENT, dst=SERVER) / scapy.UDP(
        sport=4000, dport=53) / scapy.DNS(qd=scapy.DNSQR(qname=b"a" + HOSTILE + b".example"))
    ask.time = NOON
    return login(b"a" + HOSTILE + b".example") + banner + [ask]


@pytest.mark.parametrize("output", ["--table", "--json"])
def test_no_control_reaches_the_terminal(file, output):
    out = run(output, file(hostile_packets())).stdout.decode("utf-8")
    assert out.count("SSH-2.0-") >= 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", out)


def test_name_of_file_is_no_trouble(file, tmp_path):
    path = file(login())
    odd = os.path.join(os.fsencode(tmp_path), b"a\xff\"\x1b[2J.pcap")
    shutil.copy(path, odd)
    for output in ("--table", "--json"):
        done = subprocess.run([PLIMSOLL, "pcap", output, odd], capture_output=True, check=False)
        assert done.returncode == 1
        assert b"\x1b" not in done.stdout
        text = done.stdout.decode("utf-8")
        if output == "--json":
            assert json.loads(text)["capture"].startswith("a")


# --- policy

GROUPS = f"groups:\n  - {{ name: office, clients: [{CLIENT}/32] }}\n"
CLASSES = (f"classes:\n  - {{ name: old, names: [old.example], networks: [{SERVER}/32] }}\n"
           "  - { name: new, names: [new.example] }\n")
RULE = f"rules:\n  - {{ classes: [%s], checks: [{CHECK}], action: block }}\n"


def verdict(path, policy, *more):
    """By the policy, and the same by its image."""
    image = policy.with_suffix(".img")
    subprocess.run([PLIMSOLL, "compile", "-p", policy, "-o", image], check=True, timeout=60,
                   capture_output=True)
    by_policy, by_image = rows("--policy", policy, path), rows("--image", image, path)
    assert by_policy == by_image
    return [r["verdict"] for r in by_policy]


@pytest.mark.parametrize("mode, wanted", [("enforce", "block"), ("observe", "would-block")])
def test_mode(file, policy, mode, wanted):
    yaml = policy(f"defaults: {{ profile: observe, mode: {mode} }}\n" + CLASSES + RULE % "old")
    assert verdict(file(login()), yaml) == [wanted]
    assert wanted in run("--policy", yaml, file(login())).stdout.decode()


def test_classes_by_address_and_by_name(file, policy):
    head = "defaults: { profile: observe, mode: enforce }\n"
    elsewhere = login(server="203.0.113.1")
    old = policy(head + CLASSES + RULE % "old")
    new = policy(head + CLASSES + RULE % "new", "new.yaml")
    assert verdict(file(login()), old) == ["block"]
    assert verdict(file(elsewhere), old) == ["flag"]
    assert verdict(file(login(b"a.old.example", server="203.0.113.1")), old) == ["block"]
    # The name is more than the address.
    assert verdict(file(login(b"new.example")), old) == ["flag"]
    assert verdict(file(login(b"new.example")), new) == ["block"]


def test_exemption_by_the_time_of_the_packet(file, policy):
    head = "defaults: { profile: observe, mode: enforce }\n"
    exempt = ("exemptions:\n  - { id: EX-1, groups: [office], classes: [old], owner: me, "
              "checks: [\"http-*\"], reason: test, until: 2025-12-01 }\n")
    yaml = policy(head + GROUPS + CLASSES + RULE % "old" + exempt)
    path = file(login() + login(cport=40001, at=NOON + 86400))
    assert verdict(path, yaml) == ["allow", "block"]


def test_rule_by_the_time_of_the_packet(file, policy):
    rule = RULE.replace("action: block", "action: block, from: 2025-12-02, until: 2025-12-02")
    yaml = policy("defaults: { profile: observe, mode: enforce }\n" + CLASSES + rule % "old")
    path = file([p for day in range(3)
                 for p in login(cport=40000 + day, at=NOON + day * 86400)])
    assert verdict(path, yaml) == ["flag", "block", "flag"]


# --- certificates


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
