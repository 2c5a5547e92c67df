#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run cmocka programs and add up what they report."""
import os
import re
import subprocess
import sys

TIMEOUT_S = 300


def count(label, text):
    """The number in cmocka's last line such as '[  PASSED  ] 5 test(s).'"""
    found = re.findall(r"\[  ?%s ?\] (?:tests: )?(\d+) test" % label, text)
    return int(found[-1]) if found else 0


def run(program):
    """(passed, failed, skipped, output) of one program; a crash is one failure more."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:abort_on_error=0",
                       UBSAN_OPTIONS="print_stacktrace=1", CMOCKA_MESSAGE_OUTPUT="STDOUT")
    try:
        done = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, env=environment, timeout=TIMEOUT_S,
                              check=False)
        text, code = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        text = (late.stdout or b"").decode(errors="replace") + f"\nno end after {TIMEOUT_S} s\n"
        code = -1
    passed, failed, skipped = (count(word, text) for word in (" PASSED ", " FAILED ", "SKIPPED "))
    if code != 0 and not failed:
        failed = 1
    if code == 0 and not passed and not skipped:
        text += "\nno test was run\n"
        failed = 1
    return passed, failed, skipped, text


def main():
    totals = [0, 0, 0]
    for program in sys.argv[1:]:
        *counts, text = run(program)
        name = os.path.basename(program)
        print("  %s: %d passed, %d failed, %d skipped" % (name, *counts), flush=True)
        if counts[1]:
            print(f"FAILED {program}:\n{text}")
        elif counts[2]:
            print("\n".join(line for line in text.splitlines() if "skip" in line.lower()))
        totals = [old + new for old, new in zip(totals, counts)]
    print("unit: %d passed, %d failed, %d skipped" % tuple(totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
