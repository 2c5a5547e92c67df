# SPDX-License-Identifier: BSD-2-Clause
"""The demo's edge: Unbound, nginx and plimsolld, all of one compiled policy."""
import json
import os
import shutil
import signal
import subprocess
import time

import zones
from internet import make_certificate, write
from world import EDGE, PROXY, RESOLVER

HERE = os.path.dirname(os.path.abspath(__file__))
PIN_DIR = "/sys/fs/bpf/plimsoll-demo"

DAEMON = """policy: {policy}
image: {run}/policy.img
control: {run}/control
events_socket: {run}/events.sock
events_file: {folder}/events.jsonl
metrics: unix:{run}/metrics.sock
pin_dir: {pins}
observer_name: demo
interfaces: [{interfaces}]
"""

UNBOUND = """server:
    interface: {address}
    outgoing-interface: 203.0.113.1
    access-control: 0.0.0.0/0 allow
    do-ip6: no
    do-daemonize: no
    num-threads: 1
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: "{folder}/unbound.pid"
    use-syslog: no
    logfile: ""
    root-hints: "{folder}/root.hints"
    trust-anchor-file: "{folder}/root.anchor"
    module-config: "dynlib validator iterator"
    ede: yes
dynlib:
    dynlib-file: "{module}"
remote-control:
    control-enable: no
"""

NGINX = """load_module /usr/lib/nginx/modules/ngx_stream_module.so;
load_module {build}/ngx_http_plimsoll_module.so;
load_module {build}/ngx_stream_plimsoll_module.so;
daemon off;
user www-data;
worker_processes 1;
pid {folder}/proxy.pid;
error_log {folder}/proxy-error.log info;
events {{ worker_connections 256; }}

http {{
    access_log {folder}/proxy-access.log;
    plimsoll_policy {run}/policy.img {run}/control;
    plimsoll_events {run}/events.sock;
    plimsoll on;
    ssl_certificate {folder}/good.pem;
    ssl_certificate_key {folder}/good.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {{
        listen {proxy}:443 ssl;
        add_header Strict-Transport-Security "max-age=31536000" always;
        location / {{ return 200 "verdict $plimsoll_verdict for $plimsoll_group\\n"; }}
        location /forgetful {{
            add_header X-Here yes;
            return 200 "no HSTS here\\n";
        }}
    }}
    server {{
        listen {proxy}:8443 ssl;
        plimsoll_refuse page;
        location / {{ return 200 "verdict $plimsoll_verdict for $plimsoll_group\\n"; }}
    }}
    server {{
        listen {proxy}:80;
        plimsoll_plain redirect;
        location / {{ return 200 "plain, verdict $plimsoll_verdict\\n"; }}
    }}
}}

stream {{
    plimsoll_policy {run}/policy.img {run}/control;
    plimsoll_events {run}/events.sock;
    server {{
        listen {proxy}:9443;
        plimsoll on;
        proxy_pass {web}:443;
    }}
}}
"""


class Edge:
    """What decides.  points: those of "resolver", "proxy", "gateway" that were built."""

    def __init__(self, world, build, points):
        self.world, self.build, self.points = world, build, points
        self.folder, self.run = world.folder, world.run_folder
        self.policy = os.path.join(self.folder, "policy.yaml")
        self.daemon = None
        self.at = 0  # how much of the event file was read

    def start(self, anchor):
        shutil.copy(os.path.join(HERE, "policy.yaml"), self.policy)
        subprocess.run([f"{self.build}/plimsoll", "checkconf", self.policy], check=True)
        self.start_daemon()
        if "resolver" in self.points:
            self.start_unbound(anchor)
        if "proxy" in self.points:
            self.start_nginx()

    def start_daemon(self):
        interfaces = "lan" if "gateway" in self.points else ""
        path = write(f"{self.folder}/plimsolld.yaml", DAEMON.format(
            policy=self.policy, folder=self.folder, run=self.run, pins=PIN_DIR,
            interfaces=interfaces))
        program = f"{self.build}/plimsolld"
        self.world.at_end.append(
            lambda: self.world.run(EDGE, program, "-c", path, "--detach"))
        self.daemon = self.world.start(EDGE, "plimsolld", program, "-c", path)
        self.wait_until(lambda: os.path.exists(f"{self.run}/events.sock")
                        and os.path.exists(f"{self.run}/policy.img"), "plimsolld")

    def start_unbound(self, anchor):
        module = f"{self.folder}/plimsoll.so"
        shutil.copy(f"{self.build}/plimsoll_unbound.so", module)
        write(module + ".conf", f"image: {self.run}/policy.img\ncontrol: {self.run}/control\n"
                                f"events: {self.run}/events.sock\n")
        write(f"{self.folder}/root.hints", f". NS ns.example.\nns.example. A {zones.SERVER}\n")
        write(f"{self.folder}/root.anchor", anchor)
        path = write(f"{self.folder}/unbound.conf", UNBOUND.format(
            address=RESOLVER, folder=self.folder, module=module))
        self.world.start(EDGE, "unbound", os.environ["UNBOUND"], "-d", "-c", path)
        self.world.wait_for(EDGE, RESOLVER, 53, "Unbound")

    def start_nginx(self):
        make_certificate(self.folder, "good", "www.good.example")
        path = write(f"{self.folder}/proxy.conf", NGINX.format(
            build=self.build, folder=self.folder, run=self.run, proxy=PROXY, web=zones.WEB))
        self.world.start(EDGE, "proxy", "/usr/sbin/nginx", "-c", path, "-e",
                         self.world.log("proxy"))
        self.world.wait_for(EDGE, PROXY, 443, "nginx")

    def wait_until(self, ready, what):
        for _ in range(100):
            self.world.check_running()
            if ready():
                return
            time.sleep(0.05)
        raise SystemExit(f"demo: {what} did not start; see {self.folder}/{what}.log")

    def enforce_everywhere(self):
        """The policy swap: the office's trial is over.  Nothing is restarted."""
        with open(self.policy, encoding="utf-8") as file:
            text = file.read()
        write(self.policy, text.replace(", mode: observe }", ", mode: enforce }"))
        before = self.serial()
        os.kill(self.daemon.pid, signal.SIGHUP)
        self.wait_until(lambda: self.serial() != before, "plimsolld")

    def serial(self):
        status = os.stat(f"{self.run}/policy.img")
        return status.st_ino, status.st_mtime_ns

    def new_events(self):
        """The events since the last call."""
        path = f"{self.folder}/events.jsonl"
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            file.seek(self.at)
            lines = file.readlines()
            if lines and not lines[-1].endswith("\n"):
                lines.pop()
        self.at += sum(len(line.encode()) for line in lines)
        return [json.loads(line) for line in lines]
