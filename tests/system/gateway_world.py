# SPDX-License-Identifier: BSD-2-Clause
"""A client, a gateway and a server in network namespaces of their own.

    pl-gwc                      pl-gwg                      pl-gws
    c0 10.77.1.2        g0 10.77.1.1 | g1 10.77.2.1         s0 10.77.2.2  (allowed)
       fd77:1::2           fd77:1::1 |    fd77:2::1            10.77.3.3  (listed)
                           Plimsoll on g0's ingress            fd77:2::2, fd77:3::3

Sockets are made inside a namespace by setns() for the moment of their making, so that clients and
servers are threads of the test itself and nothing has to be mounted anew.
"""
import contextlib
import ctypes
import json
import os
import queue
import socket
import ssl
import subprocess
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
PINS = "/sys/fs/bpf/plimsoll-test-gateway"
TOOL = os.path.join(os.environ.get("B", "build"), "gateway-tool")

CLIENT, GATEWAY, SERVER = "pl-gwc", "pl-gwg", "pl-gws"
ALLOWED4, LISTED4, ALLOWED6, LISTED6 = "10.77.2.2", "10.77.3.3", "fd77:2::2", "fd77:3::3"

COMMANDS = f"""
ip netns add {CLIENT}
ip netns add {GATEWAY}
ip netns add {SERVER}
ip link add c0 netns {CLIENT} type veth peer name g0 netns {GATEWAY}
ip link add s0 netns {SERVER} type veth peer name g1 netns {GATEWAY}
ip -n {CLIENT} addr add 10.77.1.2/24 dev c0
ip -n {CLIENT} addr add fd77:1::2/64 dev c0 nodad
ip -n {GATEWAY} addr add 10.77.1.1/24 dev g0
ip -n {GATEWAY} addr add fd77:1::1/64 dev g0 nodad
ip -n {GATEWAY} addr add 10.77.2.1/24 dev g1
ip -n {GATEWAY} addr add fd77:2::1/64 dev g1 nodad
ip -n {SERVER} addr add {ALLOWED4}/24 dev s0
ip -n {SERVER} addr add {ALLOWED6}/64 dev s0 nodad
ip -n {SERVER} addr add {LISTED4}/32 dev s0
ip -n {SERVER} addr add {LISTED6}/128 dev s0 nodad
ip -n {CLIENT} link set lo up
ip -n {SERVER} link set lo up
ip -n {CLIENT} link set c0 up
ip -n {GATEWAY} link set g0 up
ip -n {GATEWAY} link set g1 up
ip -n {SERVER} link set s0 up
ip -n {CLIENT} route add default via 10.77.1.1
ip -n {CLIENT} -6 route add default via fd77:1::1
ip -n {SERVER} route add default via 10.77.2.1
ip -n {SERVER} -6 route add default via fd77:2::1
ip -n {GATEWAY} route add {LISTED4}/32 via {ALLOWED4}
ip -n {GATEWAY} -6 route add {LISTED6}/128 via {ALLOWED6}
"""


def in_net(name, command):
    """The command, run in a namespace's network only: /sys and the bpffs stay."""
    return ["nsenter", f"--net=/run/netns/{name}", *command]


def run(name, *command, check=True, **options):
    return subprocess.run(in_net(name, command), check=check, text=True, capture_output=True,
                          **options)


class Inside:
    """with Inside(NAME): what is made here belongs to that namespace."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        assert LIBC.setns(there, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        os.close(there)

    def __exit__(self, *error):
        assert LIBC.setns(self.home, CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
        os.close(self.home)


def socket_in(name, family=socket.AF_INET, kind=socket.SOCK_STREAM, proto=0):
    with Inside(name):
        return socket.socket(family, kind, proto)


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def client(address, port, timeout=5):
    """A connected TCP client."""
    s = socket_in(CLIENT, family_of(address))
    s.settimeout(timeout)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s.connect((address, port))
    return s


class Server:
    """Accepts one connection after the other, greets, keeps all that it gets in .got; .ended says
    how the last one ended: 'eof' or 'reset'."""

    def __init__(self, port, greeting=b"", address="::", answer=None):
        self.got, self.greeting, self.answer, self.ended = b"", greeting, answer, ""
        self.changed = threading.Condition()
        self.listener = socket_in(SERVER, socket.AF_INET6)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, port))
        self.listener.listen(8)
        self.accepted = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.note(accepted=1)
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def note(self, data=b"", ended="", accepted=0):
        with self.changed:
            self.got += data
            self.accepted += accepted
            self.ended = ended or self.ended
            self.changed.notify_all()

    def serve(self, peer):
        try:
            peer.sendall(self.greeting)
            while data := peer.recv(65536):
                self.note(data)
                if self.answer:
                    peer.sendall(self.answer)
            self.note(ended="eof")
        except ConnectionResetError:
            self.note(ended="reset")
        peer.close()

    def wait(self, condition, timeout=5):
        """True when the condition on this server holds within the time."""
        with self.changed:
            return self.changed.wait_for(lambda: condition(self), timeout)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Gateway:
    """The library in a process of its own; its events as dictionaries."""

    def __init__(self, tmp, *interfaces):
        self.tmp, self.events, self.other = tmp, [], queue.Queue()
        self.changed = threading.Condition()
        command = in_net(GATEWAY, [TOOL, "run", PINS, *(interfaces or ["g0"])])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        threading.Thread(target=self.read, daemon=True).start()
        self.answer("ready")

    def read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if "event" not in message:
                self.other.put(message)
                continue
            with self.changed:
                self.events.append(message)
                self.changed.notify_all()

    def answer(self, key):
        message = self.other.get(timeout=20)
        assert key in message, message
        return message[key]

    def tell(self, text, key):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.answer(key)

    def policy(self, text):
        path = os.path.join(self.tmp, "policy.yaml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.tell(f"policy {path}", "published")

    def stats(self):
        return self.tell("stats", "stats")

    def event(self, condition, timeout=5):
        """The first event that meets the condition."""
        def found():
            return next((e for e in self.events if condition(e)), None)
        with self.changed:
            self.changed.wait_for(found, timeout)
            return found()

    def forget(self):
        with self.changed:
            self.events.clear()

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.write("quit\n")
            self.process.stdin.flush()
        self.process.wait(10)


def detach():
    subprocess.run(in_net(GATEWAY, [TOOL, "detach", PINS]), check=True)


def down():
    for name in (CLIENT, GATEWAY, SERVER):
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def up():
    down()
    for line in COMMANDS.split("\n"):
        if line:
            subprocess.run(line.split(), check=True)
    for path in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
        run(GATEWAY, "sysctl", "-qw", f"{path}=1")


def wait_until(condition, timeout=5):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())


def cannot_run():
    """Why the packet path cannot be tested here; empty when it can."""
    if os.geteuid() != 0:
        return "needs root"
    if not os.path.exists(TOOL):
        return f"{TOOL} was not built (no clang, bpftool or libbpf)"
    with open("config.mk", encoding="utf-8") as file:
        found = dict(line.rstrip("\n").split(" := ", 1) for line in file if " := " in line)
    return "" if found.get("BPF_LOADS") else found.get("WHY_NO_BPF_LOAD") or "BPF does not load"


POLICY = """
version: 1
defaults: {{ profile: enterprise-baseline, mode: {mode} }}
groups:
  - {{ name: lan, clients: [10.77.1.0/24, "fd77:1::/64"] }}
classes:
  - {{ name: listed, names: [tracker.example, www.example.com],
      networks: [10.77.3.0/24, "fd77:3::/64"] }}
rules:
  - {{ classes: [listed], action: {listed} }}
  - {{ checks: [tls-client-max-old], action: block }}
gateway: {{ networks: [10.77.1.0/24, "fd77:1::/64"] }}
{more}
"""


def policy(mode="enforce", listed="block", more=""):
    return POLICY.format(mode=mode, listed=listed, more=more)


def blocked(check):
    return lambda event: event["event"] == "block" and check in event["block"]


def fresh_hello(name):
    """What OpenSSL says first to a server of this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    out = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name).do_handshake()
    return out.read()


def hello(name):
    """The client's bytes of a vector of tests/vectors/tls; they ask for www.example.com."""
    with open(f"tests/vectors/tls/{name}.txt", encoding="utf-8") as file:
        lines = file.read().replace("\n ", "").split("\n")
    return bytes.fromhex(next(line for line in lines if line.startswith("client "))[7:])
