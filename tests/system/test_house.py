# SPDX-License-Identifier: BSD-2-Clause
"""configure, the list of packages, the records of the benchmarks, the rules of the house."""
import json
import os
import shutil
import subprocess

import pytest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(*words, cwd, **options):
    done = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, check=False, timeout=120, **options)
    return done.returncode, done.stdout


@pytest.fixture(name="tree")
def tree_fixture(tmp_path):
    """configure and what it reads, by themselves."""
    shutil.copy(os.path.join(TOP, "configure"), tmp_path)
    shutil.copytree(os.path.join(TOP, "packaging"), tmp_path / "packaging")
    return tmp_path


def settings(tree):
    lines = (tree / "config.mk").read_text().splitlines()
    return dict(line.split(" := ", 1) for line in lines if " := " in line)


def test_configure_leaves_out_what_it_is_told_to(tree):
    code, text = run("./configure", "--without-unbound", "--without-nginx", "--without-ebpf",
                     "--prefix=/opt/p", cwd=tree)
    assert code == 0, text
    found = settings(tree)
    assert found["PREFIX"] == "/opt/p"
    for part in ("UNBOUND", "NGINX", "EBPF"):
        assert found["HAVE_" + part] == ""
        assert found["WHY_NO_" + part] == f"left out by --without-{part.lower()}"
        assert f"left out by --without-{part.lower()}" in text
    assert not (tree / "build" / "unbound").exists()


def test_configure_says_why_it_cannot_build_a_part(tree):
    code, text = run("./configure", f"--with-unbound-src={tree}", f"--with-nginx-src={tree}",
                     cwd=tree)
    assert code == 0, text
    assert f"{tree} is not Unbound's source" in text
    assert f"there is no {tree}/src/core/nginx.h" in text
    found = settings(tree)
    assert found["HAVE_UNBOUND"] == found["HAVE_NGINX"] == ""


def test_configure_takes_an_unbound_that_is_built(tree):
    built = tree / "unbound"
    built.mkdir()
    (built / "unbound").write_text("#!/bin/sh\n")
    (built / "unbound").chmod(0o755)
    (built / "config.h").write_text("#define WITH_DYNLIBMODULE 1\n")
    code, text = run("./configure", f"--with-unbound-src={built}", cwd=tree)
    assert code == 0, text
    assert f"as built in {built}" in text
    assert settings(tree)["UNBOUND_BUILD"] == str(built)


def test_configure_adds_sanitizers(tree):
    code, text = run("./configure", "--without-unbound", "--enable-sanitizers", cwd=tree)
    assert code == 0, text
    assert "-fsanitize=address,undefined" in settings(tree)["CFLAGS"]


@pytest.mark.parametrize("option, message", [
    ("--with-everything", "unknown option '--with-everything'"),
    ("--prefix=relative", "--prefix wants an absolute path"),
    ("--with-unbound-src=/nowhere", "--with-unbound-src names a folder that is not there"),
])
def test_configure_refuses_plainly(tree, option, message):
    code, text = run("./configure", option, cwd=tree)
    assert code == 1
    assert text.startswith("configure: ") and message in text
    assert not (tree / "config.mk").exists()


def test_configure_without_a_compiler_says_what_to_do(tree):
    code, text = run("./configure", cwd=tree, env=dict(os.environ, CC="/nowhere/cc"))
    assert code == 1
    assert "the compiler '/nowhere/cc' does not work" in text


def test_missing_packages_are_named_to_who_is_not_root(tree):
    with open(tree / "packaging" / "build-packages", "a", encoding="ascii") as file:
        file.write("plimsoll-no-such-package  # to be missing\n")
    tree.chmod(0o755)
    for folder in tree.parents:
        if os.stat(folder).st_uid == os.getuid() and str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    words = ["packaging/install-packages"]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=65534", "--clear-groups", *words]
    code, text = run(*words, cwd=tree)
    assert code == 1
    assert "to be missing" in text
    assert "only root can install packages" in text
    assert "apt-get install --no-install-recommends" in text
    assert "plimsoll-no-such-package" in text.splitlines()[-1]


def test_nothing_missing_is_silent(tree):
    (tree / "packaging" / "build-packages").write_text("# nothing\ndpkg  # is always there\n")
    assert run("packaging/install-packages", cwd=tree) == (0, "")


def test_records_replace_and_add(tmp_path):
    record = os.path.join(TOP, "tests/bench/record.py")
    environment = dict(os.environ, BENCH_JSON=str(tmp_path / "bench.json"))
    for words in (("hello", "1600", "ns", "--baseline", "26", "--runs", "9", "--spread", "40.5"),
                  ("flow", "77", "ns"), ("hello", "1500", "ns", "--ratio", "1.5")):
        code, text = run("/usr/bin/python3", record, *words, cwd=tmp_path, env=environment)
        assert code == 0, text
    rows = json.loads((tmp_path / "bench.json").read_text())
    assert [row["name"] for row in rows] == ["flow", "hello"]
    assert rows[1] == {"name": "hello", "value": 1500, "unit": "ns", "baseline": None,
                       "ratio": 1.5, "runs": None, "spread": None}


def test_the_rules_of_the_house_name_file_and_line(tmp_path):
    (tmp_path / "common/read").mkdir(parents=True)
    (tmp_path / "common/check").mkdir()
    (tmp_path / "common/check/late.h").write_text("/* SPDX-License-Identifier: BSD-2-Clause */\n")
    body = "".join("    f();\n" for _ in range(101))
    (tmp_path / "common/read/early.h").write_text(
        "/* no licence */\n#include \"../check/late.h\"\nvoid f(void)\n{\n" + body + "}\n"
        + "/* " + "long " * 30 + "*/\n")
    code, text = run("/usr/bin/python3", os.path.join(TOP, "tests/lint/rules.py"), cwd=tmp_path)
    assert code == 1
    assert "common/read/early.h:1: no SPDX line on top" in text
    assert "common/read/early.h:2: common/read may not include from common/check" in text
    assert "common/read/early.h:4: a function of 101 lines" in text
    assert "common/read/early.h:107: 155 columns" in text
    assert "late.h:" not in text


def test_install_places_what_was_built(tmp_path):
    code, text = run("make", "install", f"DESTDIR={tmp_path}", cwd=TOP)
    assert code == 0, text
    prefix = next(line.split(" := ")[1] for line in
                  open(os.path.join(TOP, "config.mk"), encoding="utf-8")
                  if line.startswith("PREFIX")).strip()
    root = tmp_path / prefix.lstrip("/")
    code, text = run(str(root / "bin/plimsoll"), "checkconf",
                     str(root / "share/doc/plimsoll/examples/policy.yaml"), cwd=tmp_path)
    assert code == 0, text
    assert os.access(root / "sbin/plimsolld", os.X_OK)
    assert f"ExecStart={prefix}/sbin/plimsolld" in \
        (root / "lib/systemd/system/plimsolld.service").read_text()
    assert (tmp_path / "etc/plimsoll/policy.d").is_dir()
