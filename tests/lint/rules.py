#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The rules of the house that no common tool knows: lengths, columns, SPDX lines, includes one way.

C is formatted by .clang-format, so a function is what stands between `{` and `}` in column 1.
"""
import os
import re
import sys

FILE_LINES, FUNCTION_LINES, COLUMNS = 400, 100, 100
MEDIAN_LINES, P95_LINES = 15, 50
CODE = (".c", ".h", ".def", ".py", ".mk", ".sh")
SKIPPED_FOLDERS = {"build", ".git", "__pycache__", ".pytest_cache"}
GENERATED = {"config.mk"}

# folder: the folders it may include from (its own always).  The way is read, check, decide, hosts.
COMMON = ("common", "common/read", "common/check", "common/decide", "common/report")
MAY_INCLUDE = {
    "common": (),
    "common/read": ("common",),
    "common/check": ("common", "common/read"),
    "common/decide": ("common", "common/read", "common/check"),
    "common/report": ("common", "common/read", "common/check", "common/decide"),
    "common/user": COMMON,
    "unbound-module": COMMON + ("common/user",),
    "nginx-module": COMMON + ("common/user",),
    "ebpf": COMMON + ("common/user",),
    "capture": COMMON + ("common/user",),
    "inspect": COMMON + ("common/user", "capture"),
    "cli": COMMON + ("common/user", "capture", "inspect"),
    "daemon": COMMON + ("common/user", "ebpf"),
}


def is_script(path):
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def code_files():
    for folder, folders, names in os.walk("."):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name))
            if path in GENERATED:
                continue
            if name.endswith(CODE) or name in ("Makefile", "configure") or is_script(path):
                yield path


def check_lines(path, lines):
    if not any("SPDX-License-Identifier:" in line for line in lines[:2]):
        yield 1, "no SPDX line on top"
    if len(lines) > FILE_LINES:
        yield FILE_LINES + 1, f"{len(lines)} lines; a file has at most {FILE_LINES}"
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > COLUMNS:
            yield number, f"{len(line.expandtabs(8))} columns; a line has at most {COLUMNS}"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
        if path.startswith("common/") and path != "common/base.h" and \
                re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b.*(__bpf__|PL_BPF)", line):
            yield number, "only common/base.h may tell BPF from user space"


def folder_of(path):
    while path and path not in MAY_INCLUDE:
        path = os.path.dirname(path)
    return path


def check_includes(path, lines):
    home = folder_of(os.path.dirname(path))
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not found or not home:
            continue
        near = os.path.normpath(os.path.join(os.path.dirname(path), found[1]))
        target = folder_of(os.path.dirname(near if os.path.exists(near) else found[1]))
        if target and target != home and target not in MAY_INCLUDE[home]:
            yield number, f"{home} may not include from {target}"


def check_catalogue():
    """Every row of the catalogue is found by some check or by the decision."""
    found = ""
    for folder in filter(os.path.isdir, ("common/check", "common/decide")):
        for name in os.listdir(folder):
            if name.endswith(".h"):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    found += file.read()
    rows = "common/check/catalogue"
    for name in sorted(os.listdir(rows)) if os.path.isdir(rows) else ():
        path = os.path.join(rows, name)
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                row = re.match(r"PL_CHECK\(\w+, \d+, (\w+),", line)
                if row and not re.search(rf"\b{row[1]}\)", found):
                    yield path, number, f"no check finds {row[1]}"


def functions(lines):
    """(line number, length) of each function."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start - 1
            start = None


def main():
    findings, lengths = list(check_catalogue()), []
    for path in code_files():
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")
        if lines[-1] == "":
            lines.pop()
        findings += [(path, *finding) for finding in check_lines(path, lines)]
        if path.endswith((".c", ".h")):
            findings += [(path, *finding) for finding in check_includes(path, lines)]
            here = list(functions(lines))
            lengths += [length for _, length in here]
            findings += [(path, number, f"a function of {length} lines; at most {FUNCTION_LINES}")
                         for number, length in here if length > FUNCTION_LINES]
    for path, number, text in findings:
        print(f"{path}:{number}: {text}")
    lengths.sort()
    median, p95 = (lengths[int(len(lengths) * part)] for part in (0.5, 0.95))
    print(f"functions: {len(lengths)}, median {median} lines, 95th percentile {p95}, "
          f"longest {lengths[-1]}")
    return 1 if findings or median > MEDIAN_LINES or p95 > P95_LINES else 0


if __name__ == "__main__":
    sys.exit(main())
