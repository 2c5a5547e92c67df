# SPDX-License-Identifier: BSD-2-Clause
"""The demo's world: three network namespaces, their links, and whatever runs in them.

Everything made here is removed again: processes by their pid, namespaces with their links.
"""
import os
import shutil
import signal
import subprocess
import time

CLIENTS, EDGE, INTERNET = "plimsoll-clients", "plimsoll-edge", "plimsoll-internet"
NAMESPACES = (CLIENTS, EDGE, INTERNET)

# Where each stands.  Documentation ranges only (RFC 5737, RFC 3849).
OFFICE, IOT = "192.0.2.10", "198.51.100.10"
OFFICE6, IOT6 = "2001:db8:1::10", "2001:db8:2::10"
RESOLVER, PROXY = "203.0.113.130", "203.0.113.131"
FORGED = "203.0.113.250"

# Links: (namespace, interface, namespace, interface).  "lan" is what the gateway guards; "service"
# leads to the edge's own resolver and proxy, so that each point is seen deciding for itself.
LINKS = ((CLIENTS, "lan", EDGE, "lan"), (CLIENTS, "service", EDGE, "service"),
         (EDGE, "wan", INTERNET, "wan"))

ADDRESSES = (
    (CLIENTS, "lan", (f"{OFFICE}/24", f"{IOT}/24", f"{OFFICE6}/64", f"{IOT6}/64")),
    (EDGE, "lan", ("192.0.2.1/24", "198.51.100.1/24", "2001:db8:1::1/64", "2001:db8:2::1/64")),
    (EDGE, "service", (f"{RESOLVER}/25", f"{PROXY}/25")),
    (EDGE, "wan", ("203.0.113.1/25", "2001:db8:f::1/64")),
    (INTERNET, "wan", tuple(f"203.0.113.{n}/25" for n in (21, 23, 25, 53, 80, 81, 82, 99))
     + ("2001:db8:f::80/64",)),
)

ROUTES = (
    (CLIENTS, "default via 192.0.2.1"),
    (CLIENTS, "default via 2001:db8:1::1"),
    (CLIENTS, "203.0.113.128/25 dev service"),
    (INTERNET, "default via 203.0.113.1"),
    (INTERNET, "default via 2001:db8:f::1"),
    # The edge's own services answer over the link that they were asked on.
    (EDGE, "192.0.2.0/24 dev service table 100"),
    (EDGE, "198.51.100.0/24 dev service table 100"),
)


class World:
    """with World(folder) as world: ...  folder: logs; run_folder: sockets, what workers read."""

    def __init__(self, folder, run_folder="/run/plimsoll-demo"):
        self.folder, self.run_folder = folder, run_folder
        self.processes = []
        self.at_end = []

    def __enter__(self):
        try:
            self.remove_namespaces()
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.rmtree(self.run_folder, ignore_errors=True)
            os.makedirs(self.folder)
            os.makedirs(self.run_folder)
            self.build()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def build(self):
        for name in NAMESPACES:
            command("ip", "netns", "add", name)
            self.ip(name, "link set lo up")
            self.sysctl(name, "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                        "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
                        "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
        for one, name, other, peer in LINKS:
            self.ip(one, f"link add {name} type veth peer name {peer} netns {other}")
        for name, interface, addresses in ADDRESSES:
            for address in addresses:
                self.ip(name, f"address add {address} dev {interface}")
        for one, name, other, peer in LINKS:
            self.ip(one, f"link set {name} up")
            self.ip(other, f"link set {peer} up")
        for name, route in ROUTES:
            self.ip(name, f"{'-6 ' if '::' in route else ''}route add {route}")
        self.ip(EDGE, "rule add from 203.0.113.128/25 lookup 100")

    def ip(self, namespace, words):
        command("ip", "-n", namespace, *words.split())

    def sysctl(self, namespace, *settings):
        for setting in settings:
            path, value = setting.split("=")
            self.run(namespace, "sh", "-c",
                     f"echo {value} >/proc/sys/{path.replace('.', '/')} 2>/dev/null || true")

    def run(self, namespace, *words, **options):
        """Run to its end; stdout and stderr together as text."""
        options = {"timeout": 15, "input": "", **options}
        try:
            done = subprocess.run(inside(namespace, words), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False, text=True,
                                  errors="replace", **options)
        except subprocess.TimeoutExpired as late:
            text = late.stdout or b""
            return (text if isinstance(text, str) else text.decode(errors="replace")) + "(no end)"
        return done.stdout

    def start(self, namespace, name, *words, **options):
        """Start a server; its output goes to the folder's NAME.log."""
        with open(self.log(name), "ab") as log:
            process = subprocess.Popen(inside(namespace, words), stdin=subprocess.DEVNULL,
                                       stdout=log, stderr=log, start_new_session=True, **options)
        process.name = name
        self.processes.append(process)
        return process

    def log(self, name):
        return os.path.join(self.folder, name + ".log")

    def stop(self, process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def check_running(self):
        for process in self.processes:
            if process.poll() is not None:
                with open(self.log(process.name), encoding="utf-8", errors="replace") as log:
                    raise SystemExit(f"demo: {process.name} has ended by itself; its last words:\n"
                                     + "".join(log.readlines()[-15:]))

    def wait_for(self, namespace, address, port, what):
        """Until something listens there."""
        probe = f"import socket; socket.create_connection(('{address}', {port}), 1)"
        for _ in range(100):
            self.check_running()
            if not self.run(namespace, "/usr/bin/python3", "-c", probe):
                return
            time.sleep(0.1)
        raise SystemExit(f"demo: {what} does not answer on {address} port {port}; "
                         f"see the logs in {self.folder}")

    def close(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for process in reversed(list(self.processes)):
            self.stop(process)
        for task in reversed(self.at_end):
            task()
        self.remove_namespaces()
        shutil.rmtree(self.run_folder, ignore_errors=True)

    def remove_namespaces(self):
        for name in NAMESPACES:
            if os.path.exists(f"/run/netns/{name}"):
                command("ip", "netns", "delete", name)


def inside(namespace, words):
    """Only the network is another: `ip netns exec` would hide /sys/fs/bpf."""
    return ["nsenter", f"--net=/run/netns/{namespace}", *words]


def command(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        raise SystemExit(f"demo: `{' '.join(words)}' failed: {done.stdout.decode().strip()}")
