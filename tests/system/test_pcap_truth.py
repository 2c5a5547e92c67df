# SPDX-License-Identifier: BSD-2-Clause
"""`plimsoll pcap --json` against captures of other projects and what tshark says of each flow.

The captures are no part of the source: PLIMSOLL_CAPTURES names their folder, else it is
../shared/captures.  Without them this is skipped.  A `-` of the truth means "not observed", so
there is nothing to agree with; what is stated there and not here is missed; what is stated
otherwise is contradicted, and has to be explained in pcap_otherwise.tsv, line by line.
"""
import csv
import json
import os
import subprocess
from collections import Counter, defaultdict

import pytest

CAPTURES = os.environ.get("PLIMSOLL_CAPTURES", os.path.join("..", "shared", "captures"))
TRUTH = os.path.join(CAPTURES, "truth", "ALL.tsv")
BUILD = os.environ.get("B", "build")
OTHERWISE = os.path.join(os.path.dirname(__file__), "pcap_otherwise.tsv")
KEY = ("capture", "l4", "client", "cport", "server", "sport")
# Facts of which at least 99 % have to be found.
MOST = ["sni", "ch_max_version", "neg_version", "neg_cipher", "ja4", "starttls_offered",
        "starttls_requested", "starttls_done", "creds_plain", "leaf_cn", "leaf_san",
        "leaf_not_before", "leaf_not_after", "leaf_key", "leaf_bits", "leaf_sigalg",
        "leaf_self_issued", "leaf_expired_at_capture", "leaf_notyet_at_capture", "leaf_sha256"]
ALSO = ["ch_random", "ch_records", "ch_segments", "hrr", "alerts", "chain_len", "ssh_client",
        "ssh_server", "http_method", "http_host", "http_basic", "http_cookie", "dns_names",
        "dnskey_algs", "rrsig_algs", "ds_algs_digests", "quic_versions", "other"]
LISTS = {"sni", "alerts", "starttls_offered", "starttls_requested", "creds_plain", "ssh_client",
         "ssh_server", "http_method", "http_host", "dns_names", "dnskey_algs", "rrsig_algs",
         "ds_algs_digests", "quic_versions", "other"}
# Cells that say "nothing of the kind" although nobody looked: no fact.
NOTHING = {"chain_len": "0"}


def captures_there():
    if not os.path.exists(TRUTH):
        pytest.skip(f"there are no captures in {CAPTURES}")


def truth_rows():
    with open(TRUTH, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def inspected():
    done = subprocess.run([os.path.join(BUILD, "plimsoll"), "pcap", "--json", CAPTURES],
                          capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def explained():
    with open(OTHERWISE, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {(r["capture"], r["flow"], r["column"]): r for r in rows}


def by_key(rows, number):
    flows = defaultdict(list)
    for row in rows:
        flows[tuple(str(row[k]) for k in KEY)].append(row)
    for same in flows.values():
        same.sort(key=number)
    return flows


def compare(column, want, have):
    """agreed, missed or contradicted; None where nothing is stated."""
    if want in ("-", "", None) or NOTHING.get(column) == want:
        return None
    if have is None:
        return "missed"
    if column in LISTS:
        want, have = set(want.split(";")), set(have.split(";"))
        return "agreed" if want == have else "missed" if have < want else "contradicted"
    return "agreed" if want == have else "contradicted"


@pytest.fixture(scope="module")
def outcome():
    captures_there()
    truth = by_key(truth_rows(), lambda r: int(r["first_frame"]))
    ours = by_key(inspected(), lambda r: r["time"])
    counts, told = defaultdict(Counter), []
    for key, rows in truth.items():
        found = ours.get(key, [])
        for n, row in enumerate(rows):
            # tshark makes several flows of one whose dissector expects the answer elsewhere (SNMP).
            mine = found[min(n, len(found) - 1)] if found else {}
            facts = mine.get("facts", {})
            counts["(flow)"]["agreed" if mine else "missed"] += 1
            if not mine:
                told.append(("missed", key[0], row["flow"], "(flow)", str(key[1:]), ""))
            for column in MOST + ALSO:
                what = compare(column, row[column], facts.get(column))
                counts[column][what] += 1
                if what in ("missed", "contradicted"):
                    told.append((what, key[0], row["flow"], column, row[column],
                                 facts.get(column, "")))
    print_counts(counts, told)
    return counts, told


def print_counts(counts, told):
    print(f"\n{'column':26} {'agreed':>7} {'missed':>7} {'contradicted':>13}")
    for column, count in counts.items():
        print(f"{column:26} {count['agreed']:7} {count['missed']:7} {count['contradicted']:13}")
    for line in told:
        print("\t".join(part[:100] for part in line))


def test_nothing_contradicts_the_truth_unexplained(outcome):
    known = explained()
    left = [line for line in outcome[1]
            if line[0] == "contradicted" and (line[1], line[2], line[3]) not in known]
    assert not left, "\n".join("\t".join(line) for line in left)


def test_explanations_are_still_needed(outcome):
    there = {(line[1], line[2], line[3]) for line in outcome[1]}
    assert not [key for key in explained() if key not in there]


@pytest.mark.parametrize("column", MOST)
def test_what_is_stated_is_found(outcome, column):
    counts, told = outcome
    known = explained()
    missed = [line for line in told
              if line[3] == column and (line[1], line[2], line[3]) not in known]
    stated = counts[column]["agreed"] + len(missed)
    assert stated and len(missed) <= stated * 0.01, missed


# A flow of tshark's with the addresses of one header and the ports of another, or that of a tunnel
# which we look into.
NO_FLOWS = {("arkime__gtp-iphone.pcap", "0"), ("mercury__geneve.pcap", "0"),
            ("mercury__geneve.pcap", "1"), ("sv__output-eve-ftp-data__input.pcap", "12")}


def test_every_flow_is_there(outcome):
    missed = {(line[1], line[2]) for line in outcome[1] if line[3] == "(flow)"}
    assert missed <= NO_FLOWS
