#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""CPU time of an nginx worker per request and per TLS handshake, with the modules and without,
paired: each round asks each of the servers for a second, in turning order.

CPU time is what the kernel counted for the worker (/proc/PID/schedstat), which is steadier than
requests per second.  The worker has one processor, wrk the other.  The policy lists 20,000 names.

  http     a small file over a kept connection: nothing to tell, and flagged each time
  tls      a new connection for each request, no resumption: ECDSA P-256, TLS 1.3
"""
import os
import re
import statistics
import subprocess
import sys
from threading import Thread

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))
from nginx_rig import HTTP_SO, Rig, missing, wait_for  # noqa: E402

HTTP_ROUNDS, TLS_ROUNDS, SECONDS = 11, 11, 1
NAMES = 20_000
POLICY = """
version: 1
defaults: {{ profile: enterprise-baseline, mode: enforce }}
groups:
  - {{ name: office, clients: [192.0.2.0/24] }}
classes:
  - {{ name: listed, names_file: names.txt }}
rules:
  - {{ classes: [listed], action: block }}
  - {{ checks: [http-cleartext, hsts-missing, "tls-*"], action: {action} }}
"""
CONF = """
{load}
pid {path}/nginx.pid;
error_log {path}/logs/error.log crit;
worker_processes 1;
{affinity}
events {{ worker_connections 512; }}
http {{
access_log off;
root {path}/html;
keepalive_requests 10000000;
client_body_temp_path {path}/temp/body; proxy_temp_path {path}/temp/proxy;
fastcgi_temp_path {path}/temp/fastcgi; uwsgi_temp_path {path}/temp/uwsgi;
scgi_temp_path {path}/temp/scgi;
{on}
server {{ listen 127.0.0.1:{http}; server_name www.site.example; }}
server {{ listen 127.0.0.1:{tls} ssl; server_name www.site.example; ssl_protocols TLSv1.3;
ssl_session_tickets off; ssl_session_cache off;
ssl_certificate {path}/a.pem; ssl_certificate_key {path}/a.key; }}
}}
"""


class Server:
    """One nginx; action: what its policy does about what these requests fail, None: no module."""

    def __init__(self, action, split):
        self.rig, self.action, self.split, self.worker = Rig(), action, split, 0

    def start(self):
        rig, action = self.rig, self.action
        rig.certificate("a", ["www.site.example"])
        on = ""
        if action:
            rig.write("names.txt", "".join(f"name{i}.listed.example\n" for i in range(NAMES)))
            rig.policy(POLICY.format(action=action))
            on = f"plimsoll on; plimsoll_policy {rig.path}/policy.img {rig.path}/control;" \
                 f" plimsoll_events {rig.path}/events.sock;"
            Thread(target=self.drain, daemon=True).start()
        rig.write("nginx.conf", CONF.format(
            path=rig.path, load=f"load_module {HTTP_SO};" if action else "", on=on,
            affinity="worker_cpu_affinity 01;" if self.split else "", http=rig.port("http"),
            tls=rig.port("tls")))
        rig.start()
        self.worker = min(wait_for(rig.workers))

    def drain(self):
        """What plimsolld would do: receive the events."""
        while True:
            try:
                self.rig.events.socket.recv(4096)
            except OSError:
                return

    def cpu_ns(self):
        with open(f"/proc/{self.worker}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[0])

    def measure(self, kind):
        """Microseconds of CPU per request in one second of them."""
        pin = ["taskset", "-c", "1"] if self.split else []
        url = f"http{'s' if kind == 'tls' else ''}://127.0.0.1:{self.rig.ports[kind]}/index.html"
        close = ["-H", "Connection: close"] if kind == "tls" else []
        before = self.cpu_ns()
        said = subprocess.run([*pin, "wrk", "-t1", "-c8", f"-d{SECONDS}s", "-H",
                               "Host: www.site.example", *close, url], capture_output=True,
                              text=True, check=True).stdout
        used = self.cpu_ns() - before
        if "Non-2xx" in said:
            raise SystemExit(f"{url} did not answer 200:\n{said}")
        return used / 1000 / int(re.search(r"(\d+) requests in", said)[1])


def rounds(servers, kind, count):
    """A list of figures for each server; the order turns from round to round."""
    figures = [[] for _ in servers]
    for server in servers:
        server.measure(kind)  # warm
    for number in range(count):
        order = list(range(len(servers)))
        for i in order[number % len(order):] + order[:number % len(order)]:
            figures[i].append(servers[i].measure(kind))
    return figures


def record(name, unit, plain, with_module):
    ratios = [b / a for a, b in zip(plain, with_module)]
    low, _, high = statistics.quantiles(with_module, n=4)
    value, baseline = statistics.median(with_module), statistics.median(plain)
    print(f"{name}: {value:.2f} {unit}, without {baseline:.2f}, ratio "
          f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})", flush=True)
    subprocess.run([sys.executable, os.path.join(HERE, "record.py"), name, f"{value:.3f}", unit,
                    "--baseline", f"{baseline:.3f}", "--ratio", f"{statistics.median(ratios):.4f}",
                    "--runs", str(len(ratios)), "--spread", f"{high - low:.3f}"], check=True)


def main():
    if missing():
        raise SystemExit(f"nginx cannot be measured here: {missing()}")
    split = len(os.sched_getaffinity(0)) > 1
    servers = []
    try:
        for action in (None, "allow", "flag"):
            servers.append(Server(action, split))
            servers[-1].start()
        plain, quiet, flagged = rounds(servers, "http", HTTP_ROUNDS)
        record("nginx-http-request", "us CPU", plain, quiet)
        record("nginx-http-request-flagged", "us CPU", plain, flagged)
        plain, flagged = rounds([servers[0], servers[2]], "tls", TLS_ROUNDS)
        record("nginx-tls-handshake", "us CPU", plain, flagged)
    finally:
        for server in servers:
            server.rig.close()


if __name__ == "__main__":
    main()
