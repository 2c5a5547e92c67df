# SPDX-License-Identifier: BSD-2-Clause
"""The plimsoll command as an operator types it."""
import json
import os
import subprocess
from datetime import datetime, timedelta, timezone

import pytest

PLIMSOLL = os.path.abspath(os.path.join(os.environ.get("B", "build"), "plimsoll"))
EXAMPLE = os.path.abspath("packaging/policy.yaml")


def run(*arguments, cwd=None):
    return subprocess.run([PLIMSOLL, *map(str, arguments)], cwd=cwd, text=True, timeout=60,
                          capture_output=True, check=False)


def write(folder, text, name="policy.yaml"):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


GROUP = "groups:\n  - { name: office, clients: [192.0.2.0/24] }\n"
RULE = "version: 1\nrules:\n  - "
EXEMPTION = "version: 1\nexemptions:\n  - "

# name: (policy, where it is wrong, pieces of what is said)
WRONG = {
    "empty": ("", "policy.yaml: ", ["empty", "expected"]),
    "comment-only": ("# nothing\n", "policy.yaml: ", ["empty"]),
    "no-version": ("groups: []\n", "policy.yaml:1:1: ", ["'version' is missing", "version: 1"]),
    "other-version": ("version: 2\n", "policy.yaml:1:10: ", ["version 2", "expected version: 1"]),
    "version-word": ("version: one\n", "policy.yaml:1:10: ", ["not a number", "version: 1"]),
    "unknown-key": ("version: 1\nruls: []\n", "policy.yaml:2:1: ",
                    ["unknown key 'ruls'", "groups, classes, rules, exemptions"]),
    "unknown-key-inside": (
        "version: 1\ngroups:\n  - name: a\n    clients: [10.0.0.0/8]\n    colour: red\n",
        "policy.yaml:5:5: ", ["unknown key 'colour'", "name, clients, profile, mode or on_error"]),
    "key-twice": ("version: 1\nversion: 1\n", "policy.yaml:2:1: ", ["'version' stands here twice"]),
    "not-a-list": ("version: 1\ngroups: office\n", "policy.yaml:2:9: ",
                   ["'groups'", "wrong kind", "expected a list"]),
    "not-a-mapping": ("[a, b]\n", "policy.yaml:1:1: ", ["not a policy"]),
    "list-for-text": ("version: 1\ngroups:\n  - { name: [a], clients: [10.0.0.0/8] }\n",
                      "policy.yaml:3:13: ", ["'name'", "a single word"]),
    "group-without-name": ("version: 1\ngroups:\n  - clients: [10.0.0.0/8]\n", "policy.yaml:3:5: ",
                           ["'name' is missing"]),
    "network-with-host-bits": (
        "version: 1\ngroups:\n  - name: a\n    clients: [10.0.0.0/8, 192.0.2.1/24]\n",
        "policy.yaml:4:27: ", ["'192.0.2.1/24'", "expected 192.0.2.0/24"]),
    "no-network": ("version: 1\ngroups:\n  - { name: a, clients: [ten] }\n", "policy.yaml:3:26: ",
                   ["'ten' is not a network", "expected"]),
    "group-twice": ("version: 1\n" + GROUP + "  - { name: office, clients: [10.0.0.0/8] }\n",
                    "policy.yaml:4:13: ", ["'office' is already defined at", "policy.yaml:3"]),
    "network-twice": ("version: 1\n" + GROUP + "  - { name: b, clients: [192.0.2.0/24] }\n",
                      "policy.yaml:4:26: ", ["192.0.2.0/24 is in two groups", "policy.yaml:3"]),
    "unknown-profile": ("version: 1\ndefaults: { profile: entreprise }\n", "policy.yaml:2:22: ",
                        ["unknown profile 'entreprise'",
                         "expected observe, isp-basic, enterprise-baseline"]),
    "unknown-mode": ("version: 1\ndefaults: { mode: enforced }\n", "policy.yaml:2:19: ",
                     ["unknown mode 'enforced'", "expected observe or enforce"]),
    "unknown-action": (RULE + "{ checks: [hsts-missing], action: deny }\n", "policy.yaml:3:39: ",
                       ["unknown action 'deny'", "expected allow, flag or block"]),
    "no-action": (RULE + "{ checks: [hsts-missing] }\n", "policy.yaml:3:5: ",
                  ["'action' is missing", "allow, flag or block"]),
    "unknown-group": (RULE + "{ groups: [offce], checks: [hsts-missing], action: flag }\n" + GROUP,
                      "policy.yaml:3:16: ", ["unknown group 'offce'", "did you mean 'office'?"]),
    "unknown-check": (RULE + "{ checks: [hsts-mising], action: flag }\n", "policy.yaml:3:16: ",
                      ["'hsts-mising'", "plimsoll checks", "did you mean 'hsts-missing'?"]),
    "pattern-of-nothing": (RULE + '{ checks: [hsts-missing, "tsl-*"], action: flag }\n',
                           "policy.yaml:3:30: ", ["'tsl-*'"]),
    "no-checks-no-classes": (RULE + "{ action: block }\n", "policy.yaml:3:5: ",
                             ["rule without checks", "expected classes"]),
    "no-date": (RULE + "{ checks: [hsts-missing], action: flag, from: 2026-02-30 }\n",
                "policy.yaml:3:51: ", ["'2026-02-30' is not a date", "2026-12-31"]),
    "ends-before-it-begins": (
        RULE + "{ checks: [hsts-missing], action: flag, from: 2026-03-02, until: 2026-03-01 }\n",
        "policy.yaml:3:70: ", ["ends before it begins"]),
    "answer-without-block": (RULE + "{ checks: [hsts-missing], action: flag, answer: nodata }\n",
                             "policy.yaml:3:53: ", ["answer without a block"]),
    "sinkhole-without-address": (
        RULE + "{ checks: [hsts-missing], action: block, answer: sinkhole }\n",
        "policy.yaml:3:54: ", ["no sinkhole", "portal"]),
    "exemption-without-end": (
        EXEMPTION + "{ id: E, checks: [hsts-missing], owner: o, reason: r }\n",
        "policy.yaml:3:5: ", ["'until' is missing"]),
    "exemption-without-reason": (
        EXEMPTION + "{ id: E, checks: [hsts-missing], owner: o, reason: '', until: 2026-12-31 }\n",
        "policy.yaml:3:56: ", ["'reason' is empty"]),
    "name-in-two-classes": (
        "version: 1\nclasses:\n  - { name: c, names: [a.example] }\n"
        "  - name: d\n    names:\n      - b.example\n      - \"*.A.example.\"\n",
        "policy.yaml:7:9: ", ["'a.example' is in two classes", "policy.yaml:3"]),
    "name-outside-of-ascii": ("version: 1\nclasses:\n  - { name: c, names: [münchen.example] }\n",
                              "policy.yaml:3:24: ", ["outside of ASCII", "xn--"]),
    "no-names-file": ("version: 1\nclasses:\n  - { name: c, names_file: none.txt }\n",
                      "policy.yaml:3:28: ", ["cannot open", "none.txt"]),
    "empty-class": ("version: 1\nclasses:\n  - { name: c }\n", "policy.yaml:3:5: ",
                    ["'c' is empty"]),
    "portal-url": ("version: 1\nportal: { url: why.example.net }\n", "policy.yaml:2:16: ",
                   ["expected https://"]),
    "client-prefix": ("version: 1\nprivacy: { client_prefix: [40, 48] }\n", "policy.yaml:2:28: ",
                      ["no 40 bits", "0 to 32"]),
    "tab": ("version: 1\ngroups:\n\t- name: x\n", "policy.yaml:3:1: ", ["no tabs"]),
    "open-bracket": ("version: 1\ngroups: [\n", "policy.yaml:3:1: ", ["not valid YAML"]),
    "alias": ("version: 1\ngroups: &g []\nclasses: *g\n", "policy.yaml:3:10: ", ["aliases"]),
    "two-documents": ("version: 1\n---\nversion: 1\n", "policy.yaml:2:1: ", ["second document"]),
    "not-utf8": (b"version: 1\n# \xff\n", "policy.yaml:2:3: ", ["UTF-8"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_checkconf_tells_where_and_what(tmp_path, name):
    text, where, pieces = WRONG[name]
    write(tmp_path, text)
    done = run("checkconf", "policy.yaml", cwd=tmp_path)
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith(where), done.stderr
    for piece in pieces:
        assert piece in done.stderr
    assert done.stderr.count("\n") == 1


def test_errors_in_drop_ins_and_lists_name_their_file(tmp_path):
    write(tmp_path, "version: 1\nclasses: [{ name: c, names_file: names.txt }]\n")
    write(tmp_path, "good.example\nbad name\n", "names.txt")
    done = run("checkconf", "policy.yaml", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("names.txt:2:1: 'bad name'")
    write(tmp_path, "good.example\n", "names.txt")
    write(tmp_path, "rules:\n  - { groups: [x], checks: [hsts-missing], action: flag }\n",
          "policy.d/a.yaml")
    done = run("checkconf", "policy.yaml", cwd=tmp_path)
    assert done.returncode == 1 and done.stderr.startswith("policy.d/a.yaml:2:16: unknown group")


def test_the_shipped_example_is_good():
    done = run("checkconf", EXAMPLE)
    assert done.returncode == 0, done.stderr
    assert "good" in done.stdout


def test_a_policy_that_is_not_there(tmp_path):
    done = run("checkconf", tmp_path / "none.yaml")
    assert done.returncode == 1 and "No such file" in done.stderr


def test_checkconf_warns_and_is_still_content(tmp_path):
    soon = (datetime.now(timezone.utc) + timedelta(days=3)).strftime("%Y-%m-%d")
    write(tmp_path, "version: 1\n" + GROUP + EXEMPTION[len("version: 1\n"):] +
          "{ id: EX-1, checks: [hsts-missing], owner: ops, reason: r, until: %s }\n" % soon +
          "  - { id: EX-2, checks: [hsts-missing], owner: ops, reason: r, until: 2020-01-01 }\n")
    done = run("checkconf", "policy.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "policy.yaml:3:13: warning: " in done.stderr and "'office'" in done.stderr
    assert "warning: the exemption EX-1 ends in 4 days" in done.stderr
    assert "warning: the exemption EX-2 ended at 2020-01-02T00:00:00Z" in done.stderr
    assert "3 warnings" in done.stdout


def test_compile_counts_images_and_announces_them(tmp_path):
    image, control = tmp_path / "policy.img", tmp_path / "control"
    for number in (1, 2):
        done = run("compile", "-p", EXAMPLE, "-o", image, "--control", control)
        assert done.returncode == 0, done.stderr
        assert f"image {number}," in done.stdout
        page = control.read_bytes()
        assert len(page) == 4096 and page[:8] == b"PLIMCTRL"
        assert int.from_bytes(page[16:24], "little") == number
    assert image.stat().st_mode & 0o777 == 0o644
    assert sorted(p.name for p in tmp_path.iterdir()) == ["control", "policy.img"]


def test_a_wrong_policy_changes_nothing(tmp_path):
    image, control = tmp_path / "policy.img", tmp_path / "control"
    assert run("compile", "-p", EXAMPLE, "-o", image, "--control", control).returncode == 0
    before = image.read_bytes(), control.read_bytes()
    policy = write(tmp_path, "version: 1\nbad: 1\n")
    done = run("compile", "-p", policy, "-o", image, "--control", control)
    assert done.returncode == 1 and "unknown key 'bad'" in done.stderr
    assert (image.read_bytes(), control.read_bytes()) == before


def test_compile_can_be_repeated_byte_for_byte(tmp_path):
    fixed = ["--key", "0" * 31 + "1", "--created", "2026-01-01T00:00:00Z", "--serial", "5"]
    images = []
    for name in ("a", "b"):
        assert run("compile", "-p", EXAMPLE, "-o", tmp_path / name, *fixed).returncode == 0
        images.append((tmp_path / name).read_bytes())
    assert images[0] == images[1]
    assert run("compile", "-p", EXAMPLE, "-o", tmp_path / "c").returncode == 0
    assert (tmp_path / "c").read_bytes() != images[0]


def test_compile_where_nothing_can_be_written(tmp_path):
    done = run("compile", "-p", EXAMPLE, "-o", tmp_path / "no" / "policy.img")
    assert done.returncode == 1 and "cannot write" in done.stderr


def explain(policy, client, destination, *more):
    done = run("explain", "--policy", policy, "--client", client, "--to", destination, "--json",
               *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_explain_names_group_class_rule_and_place():
    got = explain(EXAMPLE, "198.51.100.9", "www.tracker.example")
    assert (got["group"]["name"], got["group"]["by"]) == ("iot", "198.51.100.0/24")
    assert (got["class"]["name"], got["class"]["by"]) == ("trackers", "tracker.example")
    assert got["verdict"] == "block" and got["answer"] == "nxdomain"
    [check] = got["checks"]
    assert check["id"] == "destination-listed" and check["verdict"] == "block"
    assert check["decided_by"]["kind"] == "rule"
    assert check["decided_by"]["reason"] == "listed by the abuse desk"
    lines = open(EXAMPLE, encoding="utf-8").read().splitlines()
    assert "trackers" in lines[check["decided_by"]["line"] - 1]
    assert "tracker.example" in lines[got["class"]["line"] - 1]


def test_explain_tells_profile_rule_and_exemption_apart():
    failed = "--failed=tls-version-10-11,tls-cipher-rc4"
    office = explain(EXAMPLE, "192.0.2.5", "vendor.example", failed, "--at", "2026-11-01")
    by_id = {check["id"]: check for check in office["checks"]}
    assert by_id["tls-version-10-11"]["verdict"] == "flag"
    assert by_id["tls-version-10-11"]["decided_by"]["kind"] == "rule"
    assert by_id["tls-cipher-rc4"]["verdict"] == "would-block"
    assert by_id["tls-cipher-rc4"]["decided_by"]["id"] == "enterprise-baseline"
    iot = explain(EXAMPLE, "198.51.100.9", "203.0.113.7", "--failed=tls-version-10-11",
                  "--at", "2026-11-01")
    assert iot["class"]["by"] == "203.0.113.0/24" and iot["verdict"] == "allow"
    assert iot["checks"][0]["decided_by"]["id"] == "EX-2026-014"


def test_an_exemption_ends_at_its_second():
    at = {"2027-06-30T23:59:59Z": "allow", "2027-07-01T00:00:00Z": "block"}
    for second, verdict in at.items():
        got = explain(EXAMPLE, "198.51.100.9", "vendor.example", "--failed=tls-version-10-11",
                      "--at", second)
        assert got["verdict"] == verdict


def test_explain_in_plain_words():
    done = run("explain", "-p", EXAMPLE, "--client", "2001:db8:1::5", "--to", "x.example",
               "--failed", "tls-cipher-rc4")
    assert done.returncode == 0
    assert "is in the group office, by 2001:db8:1::/48" in done.stdout
    assert "is in no class" in done.stdout
    assert "RFC 7465" in done.stdout and "disables RC4" in done.stdout
    assert "the profile enterprise-baseline" in done.stdout


def test_explain_from_an_image(tmp_path):
    image = tmp_path / "policy.img"
    assert run("compile", "-p", EXAMPLE, "-o", image).returncode == 0
    ask = ["explain", "--client", "198.51.100.9", "--to", "tracker.example", "--json", "--image"]
    got = json.loads(run(*ask, image).stdout)
    assert got["verdict"] == "block" and got["group"] == {"name": "iot", "number": 2}
    image.write_bytes(image.read_bytes()[:-64])
    done = run(*ask, image)
    assert done.returncode == 1 and "cut short" in done.stderr
    write(tmp_path, "no image", "policy.img")
    assert run(*ask, image).returncode == 1


def test_checks_as_json():
    rows = json.loads(run("checks", "--json").stdout)
    assert len(rows) >= 20 and len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == {"id", "family", "severity", "area", "points", "blocked_by",
                            "reference", "finding", "remedy", "exposure"}
        assert isinstance(row["points"], list) and row["points"]
        assert row["severity"] in ("info", "low", "medium", "high", "critical")


def test_checks_for_people():
    for form in ("--table", "--markdown", "--man"):
        text = run("checks", form).stdout
        assert "tls" in text and "RFC 8996" in text
    assert run("checks").stdout == run("checks", "--table").stdout
    assert run("checks", "--man").stdout.startswith('.\\"')


@pytest.mark.parametrize("arguments, said", [
    ([], "plimsoll COMMAND"),
    (["frobnicate"], "no command 'frobnicate'"),
    (["compile", "--bogus"], "unknown option '--bogus'"),
    (["compile", "-p"], "'-p' needs a value"),
    (["compile", "extra"], "'extra' was not expected"),
    (["compile", "--key", "12"], "32 hexadecimal digits"),
    (["compile", "--created", "soon"], "no time"),
    (["compile", "--serial", "-3"], "no serial"),
    (["checkconf", "a", "b"], "'b' was not expected"),
    (["checks", "--xml"], "unknown option '--xml'"),
    (["checks", "--json=1"], "takes no value"),
    (["explain", "--client", "192.0.2.1"], "'--to NAME|ADDRESS' are needed"),
    (["explain", "--client", "me", "--to", "a.example"], "'me' is no address"),
    (["explain", "--client", "192.0.2.1", "--to", "a b"], "neither a name nor an address"),
    (["explain", "--failed", "tls-cipher-rc"], "did you mean 'tls-cipher-rc4'?"),
    (["explain", "--policy", "a", "--image", "b", "--client", "::1", "--to", "a"], "both"),
    (["help", "frobnicate"], "no command 'frobnicate'"),
])
def test_wrong_use_is_told_plainly(arguments, said):
    done = run(*arguments)
    assert done.returncode == 2 and said in done.stderr
    assert done.stdout == ""


def test_help_and_version():
    for arguments in (["help"], ["--help"]):
        done = run(*arguments)
        assert done.returncode == 0
        for command in ("compile", "checkconf", "checks", "explain"):
            assert command in done.stdout
    assert "--control" in run("help", "compile").stdout
    assert run("compile", "--help").stdout == run("help", "compile").stdout
    assert run("version").stdout.startswith("plimsoll ")


def test_a_closed_output_is_a_failure():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([PLIMSOLL, "checks"], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=60, check=False)
    assert done.returncode == 1 and "could not be written" in done.stderr


@pytest.mark.parametrize("text", ["", "# the last one was removed\n", "exemptions:\n"])
def test_a_drop_in_may_say_nothing(tmp_path, text):
    policy = write(tmp_path, "version: 1\n")
    (tmp_path / "policy.d").mkdir()
    (tmp_path / "policy.d/exemptions.yaml").write_text(text)
    done = run("checkconf", policy)
    assert done.returncode == 0, done.stderr


def test_a_pipe_is_no_policy(tmp_path):
    os.mkfifo(tmp_path / "policy.yaml")
    done = run("checkconf", tmp_path / "policy.yaml")
    assert done.returncode == 1
    assert "policy.yaml: this is not a file: expected the policy" in done.stderr


def test_two_publishers_at_once_give_two_serials(tmp_path):
    policy = write(tmp_path, "version: 1\n")
    image = tmp_path / "policy.img"
    many = [subprocess.Popen([PLIMSOLL, "compile", "-p", policy, "-o", image],
                             stdout=subprocess.PIPE) for _ in range(8)]
    assert [p.wait(timeout=30) for p in many] == [0] * 8
    for p in many:
        p.stdout.close()
    assert image.read_bytes()[16:24] == (8).to_bytes(8, "little")
