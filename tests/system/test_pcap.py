# SPDX-License-Identifier: BSD-2-Clause
"""`plimsoll pcap` as a user meets it, with captures that are made here."""
import gzip
import json
import os
import re
import shutil
import subprocess

import pytest

from pcap_rig import (CHECK, CLIENT, KEYS, LOGIN, NOON, PLIMSOLL, SEEDS, SERVER, conversation,
                      login, rows, run, scapy)
from pcap_rig import capture_file, policy_file  # noqa: F401  (fixtures)


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
