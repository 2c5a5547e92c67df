#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""CPU time of Unbound per query, with the module and without, paired: each round asks each of the
kinds for a second, in turning order.

Two Unbound with one thread each answer the same names from their caches.  CPU time is what the
kernel counted for the process (/proc/PID/schedstat), steadier than queries per second.  The policy
lists 100,000 names.  The kinds: a cache hit without the module (the baseline of all), the same
with it, a listed name for a client that may have it, and for one that is blocked.
"""
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("B", "build")).resolve()
UNBOUND = pathlib.Path(os.environ.get("UNBOUND", BUILD / "unbound/build/unbound")).resolve()
ROUNDS, NAMES, LISTED = 7, 5000, 100_000
ADDRESS = f"127.78.{os.getpid() % 250}.1"
NSD_PORT, PLAIN_PORT, MODULE_PORT = 5301, 5302, 5303
BLOCKED, FREE = "127.0.0.2", "127.0.0.3"

ZONE = """$ORIGIN bench.
$TTL 86400
@ SOA ns noc 1 3600 900 604800 60
@ NS ns
ns A 198.51.100.1
*.free A 198.51.100.7
*.listed A 198.51.100.7
"""
NSD = """server:
  ip-address: {address}@{port}
  zonesdir: {folder}
  database: ""
  username: ""
  pidfile: {folder}/nsd.pid
  xfrdfile: {folder}/nsd.xfrd
  zonelistfile: {folder}/nsd.list
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: bench.
  zonefile: zone
"""
CONF = """server:
  num-threads: 1
  interface: {address}@{port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "{modules}"
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound-{port}.log"
  msg-cache-size: 64m
  rrset-cache-size: 128m
dynlib:
  dynlib-file: "{folder}/plimsoll.so"
stub-zone:
  name: bench.
  stub-addr: {address}@{nsd}
"""
POLICY = f"""version: 1
defaults: {{ profile: observe, mode: enforce }}
groups:
  - {{ name: blocked, clients: [{BLOCKED}/32] }}
classes:
  - {{ name: listed, names: [listed.bench], names_file: names }}
rules:
  - {{ groups: [blocked], classes: [listed], action: block }}
"""


class Server:
    """A process on the first CPU, where there are two."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cpus = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(self.process.pid, cpus[:1])

    def cpu_ns(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


def wait_for(port):
    question = b"\0\1\1\0\0\1\0\0\0\0\0\0\2ns\5bench\0\0\1\0\1"
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ask:
            ask.settimeout(0.1)
            try:
                ask.sendto(question, (ADDRESS, port))
                ask.recv(512)
                return
            except OSError:
                time.sleep(0.05)
    sys.exit(f"unbound bench: nothing answers on {ADDRESS}, port {port}")


def write_files(folder):
    (folder / "zone").write_text(ZONE)
    (folder / "nsd.conf").write_text(NSD.format(address=ADDRESS, port=NSD_PORT, folder=folder))
    (folder / "policy.yaml").write_text(POLICY)
    (folder / "names").write_text("".join(f"n{n}.example\n" for n in range(LISTED)))
    for kind in ("free", "listed"):
        (folder / kind).write_text("".join(f"n{n}.{kind}.bench A\n" for n in range(NAMES)))
    (folder / "plimsoll.so").write_bytes((BUILD / "plimsoll_unbound.so").read_bytes())
    (folder / "plimsoll.so.conf").write_text(
        f"image: {folder}/policy.img\ncontrol: {folder}/control\nevents: {folder}/none.sock\n")
    subprocess.run([BUILD / "plimsoll", "compile", "--policy", folder / "policy.yaml", "--output",
                    folder / "policy.img", "--control", folder / "control"], check=True,
                   stdout=subprocess.DEVNULL)
    for port, modules in ((PLAIN_PORT, "validator iterator"),
                          (MODULE_PORT, "dynlib validator iterator")):
        (folder / f"{port}.conf").write_text(CONF.format(
            address=ADDRESS, port=port, modules=modules, folder=folder, nsd=NSD_PORT))


def load(folder, port, names, client, *limit):
    """Queries completed."""
    cpus = sorted(os.sched_getaffinity(0))
    done = subprocess.run(
        ["taskset", "-c", str(cpus[-1]), "dnsperf", "-s", ADDRESS, "-p", str(port), "-a", client,
         "-d", folder / names, "-e", "-q", "50", *limit],
        check=True, capture_output=True, text=True)
    return int(re.search(r"Queries completed:\s+(\d+)", done.stdout)[1])


def measure(folder, servers):
    """{kind: [ns per query, ...]}, one of each a round."""
    kinds = {"plain": (PLAIN_PORT, "free", FREE), "module": (MODULE_PORT, "free", FREE),
             "listed, free": (MODULE_PORT, "listed", FREE),
             "listed, blocked": (MODULE_PORT, "listed", BLOCKED)}
    for port, names in ((PLAIN_PORT, "free"), (MODULE_PORT, "free"), (MODULE_PORT, "listed")):
        load(folder, port, names, FREE, "-n", "2")
    order, costs = list(kinds), {kind: [] for kind in kinds}
    for _ in range(ROUNDS):
        for kind in order:
            port, names, client = kinds[kind]
            before = servers[port].cpu_ns()
            completed = load(folder, port, names, client, "-l", "1")
            costs[kind].append((servers[port].cpu_ns() - before) / completed)
        order.append(order.pop(0))
    return costs


def record(name, costs, baseline):
    quarters = statistics.quantiles(costs, n=4)
    ratio = statistics.median(a / b for a, b in zip(costs, baseline))
    row = [f"{statistics.median(costs):.0f}", "ns/query", "--baseline",
           f"{statistics.median(baseline):.0f}", "--ratio", f"{ratio:.3f}", "--runs",
           str(len(costs)), "--spread", f"{quarters[2] - quarters[0]:.0f}"]
    subprocess.run([sys.executable, "tests/bench/record.py", name, *row], check=True)
    print(f"{name}: {' '.join(row)}")


def main():
    servers = {}
    with tempfile.TemporaryDirectory(prefix="plimsoll-bench-") as name:
        folder = pathlib.Path(name)
        write_files(folder)
        try:
            servers[NSD_PORT] = Server("/usr/sbin/nsd", "-d", "-c", folder / "nsd.conf")
            wait_for(NSD_PORT)
            for port in (PLAIN_PORT, MODULE_PORT):
                servers[port] = Server(UNBOUND, "-d", "-c", folder / f"{port}.conf")
                wait_for(port)
            costs = measure(folder, servers)
        finally:
            for server in servers.values():
                server.stop()
    record("unbound cache hit", costs["module"], costs["plain"])
    record("unbound listed name, client is free", costs["listed, free"], costs["plain"])
    record("unbound listed name, client is blocked", costs["listed, blocked"], costs["plain"])


if __name__ == "__main__":
    main()
