#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Add one measurement to build/bench.json (or the file that $BENCH_JSON names).

record.py NAME VALUE UNIT [--baseline X] [--ratio R] [--runs N] [--spread S]

baseline: the same without Plimsoll, in the same unit; ratio: value / baseline, paired; runs: how
many measurements the value is the median of; spread: their interquartile range, in the same unit.
"""
import argparse
import json
import os
import sys


def number(text):
    value = float(text)
    return int(value) if value.is_integer() else value


def arguments():
    parser = argparse.ArgumentParser(description="Add one measurement to bench.json.")
    parser.add_argument("name")
    parser.add_argument("value", type=number)
    parser.add_argument("unit")
    parser.add_argument("--baseline", type=number)
    parser.add_argument("--ratio", type=number)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--spread", type=number)
    return vars(parser.parse_args())


def main():
    path = os.environ.get("BENCH_JSON") or os.path.join(os.environ.get("B", "build"), "bench.json")
    rows = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            rows = json.load(file)
    row = arguments()
    rows = [old for old in rows if old["name"] != row["name"]] + [row]
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
        file.write("\n")
    os.replace(path + ".new", path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
