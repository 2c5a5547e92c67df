#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""One policy at three points, on real clients.

     clients                          edge                              internet
  +-----------+            +--------------------------+            +----------------+
  |  office   |            |  plimsolld               |            | nsd: the root, |
  | 192.0.2.10|---- lan ---|  eBPF on lan (gateway)   |---- wan ---|  good, bogus,  |
  |           |            |                          |            |  unsigned, ... |
  |   iot     |            |  Unbound   203.0.113.130 |            | nginx, TLS 1.0 |
  | 198.51.   |-- service -|  nginx     203.0.113.131 |            | server, mail,  |
  |  100.10   |            |   http and stream        |            | FTP, Telnet    |
  +-----------+            +--------------------------+            +----------------+
                             one policy.yaml, compiled once

Run by `make demo`.  Needs root for the namespaces.  Exit: 0 when everything was as expected.
"""
import os
import signal
import sys

import internet
import scenes
from edge import Edge
from play import play, tell
from world import World

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def points_that_can_be_shown():
    """{point: "" or why it cannot be shown}, from what ./configure found."""
    look = os.environ.get
    gateway = look("WHY_NO_EBPF") or look("WHY_NO_BPF_LOAD") or ""
    return {
        "resolver": "" if look("HAVE_UNBOUND") else look("WHY_NO_UNBOUND") or "not built",
        "proxy": "" if look("HAVE_NGINX") else look("WHY_NO_NGINX") or "not built",
        "gateway": "" if look("HAVE_EBPF") and look("BPF_LOADS") else gateway or "not built",
    }


def show(world, edge, points):
    acts = (("resolver", scenes.RESOLVER_SCENES), ("gateway", scenes.GATEWAY_SCENES),
            ("proxy", scenes.PROXY_SCENES))
    outcomes = []

    def run(list_of_scenes):
        for scene in list_of_scenes:
            needs = {"http": "proxy", "stream": "proxy"}.get(scene.point, scene.point)
            if not points.get(needs):
                outcomes.append(play(world, edge, scene))
                tell(len(outcomes), outcomes[-1])

    for name, list_of_scenes in acts:
        if points[name]:
            print(f"SKIPPED what the {name} does: {points[name]}")
        run(list_of_scenes)
    print("--- the policy is changed: the office is enforced too; nothing is restarted")
    edge.enforce_everywhere()
    run(scenes.SWAP_SCENES)
    world.check_running()
    return outcomes


def print_table(outcomes):
    print(f"\n{'':3} {'point':9}{'group':15}{'verdict':12}{'check':43}")
    for number, outcome in enumerate(outcomes, 1):
        scene = outcome.scene
        verdict = "-" if scene.point == scenes.OPERATOR else outcome.verdict or "allow"
        print(f"{number:3} {scene.point:9}{scene.group:15}{verdict:12}{outcome.check or '-':43}"
              f"{'NOT AS EXPECTED' if outcome.wrong else 'ok'}")


def main():
    if os.geteuid() != 0:
        sys.exit("demo: network namespaces need root; please run `make demo' as root.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = os.path.join(TOP, os.environ.get("B", "build"))
    points = points_that_can_be_shown()
    print(__doc__.split("\n\n")[1] + "\n")
    with World(os.path.join(folder, "demo")) as world:
        anchor = internet.start_all(world)
        edge = Edge(world, folder, [name for name, why in points.items() if not why])
        edge.start(anchor)
        outcomes = show(world, edge, points)
    print_table(outcomes)
    wrong = sum(bool(outcome.wrong) for outcome in outcomes)
    print(f"\nevents: {os.path.relpath(os.path.join(folder, 'demo/events.jsonl'))}")
    print(f"{len(outcomes)} actions, {len(outcomes) - wrong} as expected, {wrong} not")
    return 1 if wrong or not outcomes else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
