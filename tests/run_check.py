#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run make targets one after the other, show what they print, and count.

The last line of a target that looks like "N passed, N failed, N skipped" (in any order, parts may
lack: pytest's summary will do) is its count.  A target without such a line counts as one test.  A
target that fails and reports no failure counts as one failure.
"""
import re
import subprocess
import sys
import time

WORDS = {"passed": 0, "failed": 1, "error": 1, "errors": 1, "skipped": 2, "xfailed": 0}
COUNTS = re.compile(r"\b(\d+) (passed|failed|errors?|skipped|xfailed)\b")


def run(target):
    """Run one target, printing as it goes; (exit code, its lines)."""
    lines = []
    with subprocess.Popen(["make", "--no-print-directory", target], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip("\n")
            lines.append(line)
            print(line, flush=True)
    return process.returncode, lines


def counts_of(code, lines):
    """[passed, failed, skipped] of a target."""
    totals = [0, 0, 0]
    summary = next((found for found in map(COUNTS.findall, reversed(lines)) if found), None)
    for number, word in summary or []:
        totals[WORDS[word]] += int(number)
    if code != 0 and not totals[1]:
        totals[1] = 1
    if code == 0 and summary is None:
        totals[0] = 1
    return totals


def main():
    rows = []
    for target in sys.argv[1:]:
        print(f"--- {target}", flush=True)
        start = time.monotonic()
        code, lines = run(target)
        rows.append((target, *counts_of(code, lines), time.monotonic() - start))
    print("---")
    for row in rows:
        print("%-24s %5d passed %4d failed %4d skipped %6.0f s" % row)
    totals = [sum(row[i] for row in rows) for i in (1, 2, 3)]
    print("%d passed, %d failed, %d skipped" % tuple(totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
