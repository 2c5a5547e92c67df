#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run the given benchmark targets one after the other into a new bench.json and print it."""
import json
import os
import subprocess
import sys

COLUMNS = ("name", "value", "unit", "baseline", "ratio", "runs", "spread")


def text(value):
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def print_table(rows):
    table = [COLUMNS] + [tuple(text(row[column]) for column in COLUMNS) for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(COLUMNS))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    path = os.path.join(os.environ.get("B", "build"), "bench.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[]\n")
    failed = []
    for target in sys.argv[1:]:
        print(f"--- {target}", flush=True)
        done = subprocess.run(["make", "--no-print-directory", target], check=False,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            failed.append(target)
    print("---")
    with open(path, encoding="utf-8") as file:
        print_table(json.load(file))
    for target in failed:
        print(f"FAILED {target}: its figures are missing above", file=sys.stderr)
    print(f"written to {path}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
