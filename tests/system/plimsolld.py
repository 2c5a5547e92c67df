# SPDX-License-Identifier: BSD-2-Clause
"""A real plimsolld in a folder of its own, and what a test wants of it."""
import ctypes
import http.client
import json
import os
import pathlib
import resource
import signal
import socket
import struct
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get("B", "build")
PROGRAM = BUILD / "plimsolld"
WAIT_S = 20

POLICY = """version: 1
defaults: { profile: enterprise-baseline, mode: enforce }
groups:
  - { name: office, clients: [192.0.2.0/24, "2001:db8:1::/48"] }
classes:
  - { name: trackers, names: [tracker.example] }
rules:
  - { groups: [office], classes: [trackers], checks: [destination-listed], action: block,
      reason: "listed by the abuse desk" }
exemptions:
  - { id: EX-2026-014, groups: [office], classes: [trackers], checks: [tls-version-10-11],
      owner: facilities, reason: "controller replacement ordered", until: 2999-06-30 }
"""

# common/report/event.h
EVENT = struct.Struct("<HBBBBHIIQQ4Q8H22Q256s")
assert EVENT.size == 512
VERDICT, MALFORMED, ERROR = 1, 2, 3
RESOLVER, HTTP, STREAM, GATEWAY = 1, 2, 3, 4
ALLOW, FLAG, WOULD_BLOCK, BLOCK = range(4)
FAMILIES = ["net", "tls", "cert", "dns", "mail", "http", "app"]


def address(text):
    if not text:
        return 0, 0
    if ":" in text:
        return struct.unpack(">QQ", socket.inet_pton(socket.AF_INET6, text))
    return 0, 0xFFFF << 32 | struct.unpack(">I", socket.inet_pton(socket.AF_INET, text))[0]


def masks(checks):
    """{"tls": [1, 5]} to seven words."""
    return [sum(1 << bit for bit in (checks or {}).get(name, ())) for name in FAMILIES]


def event(name=b"", version=1, kind=VERDICT, point=STREAM, action=BLOCK, protocol=6, count=1,
          lost=0, time_ns=0, serial=0, client="192.0.2.77", destination="203.0.113.5",
          ports=(50000, 443), group=0, klass=0, cell=0, tls=(0, 0, 0), flag=None, trial=None,
          block=None, name_len=None):
    return EVENT.pack(version, kind, point, action, protocol,
                      len(name) if name_len is None else name_len, count, lost, time_ns, serial,
                      *address(client), *address(destination), *ports, group, klass, cell, *tls,
                      *masks(flag), *masks(trial), *masks(block), 0, name)


def wait_for(what, message):
    """The first answer of what() that is true."""
    end = time.monotonic() + WAIT_S
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < end, message
        time.sleep(0.02)


def resource_limit(files):
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=WAIT_S)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(WAIT_S)
        until = time.monotonic() + WAIT_S
        while True:
            try:
                return self.sock.connect(self.path)
            except BlockingIOError:  # its queue is full; a Unix socket does not wait for that
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)


class Daemon:
    def __init__(self, folder, prefix=(), policy_text=POLICY, **settings):
        self.folder = pathlib.Path(folder)
        self.prefix = list(prefix)
        self.policy = self.folder / "policy.yaml"
        self.image = self.folder / "policy.img"
        self.control = self.folder / "control"
        self.socket = self.folder / "events.sock"
        self.events = self.folder / "events.jsonl"
        self.metrics_socket = self.folder / "metrics.sock"
        self.log = self.folder / "log"
        self.config = self.folder / "plimsolld.yaml"
        self.process = None
        self.policy.write_text(policy_text)
        self.settings = {"policy": self.policy, "image": self.image, "control": self.control,
                         "events_socket": self.socket, "events_file": self.events,
                         "metrics": f"unix:{self.metrics_socket}", "observer_name": "edge1",
                         "pin_dir": "/sys/fs/bpf/plimsoll-test-none", **settings}

    def command(self, *arguments):
        self.config.write_text("".join(f"{key}: {json.dumps(value, default=str)}\n"
                                       for key, value in self.settings.items()))
        return [*self.prefix, str(PROGRAM), "--config", str(self.config), *arguments]

    def run(self, *arguments):
        """To its end: (exit code, stdout, stderr)."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True,
                              timeout=WAIT_S, check=False)
        return done.returncode, done.stdout, done.stderr

    def start(self, *arguments, **options):
        with open(self.log, "ab") as log:
            seen = log.tell()
            self.process = subprocess.Popen(self.command(*arguments), stdin=subprocess.DEVNULL,
                                            stderr=log, **options)
        self.wait_log("ready", seen)
        return self

    def log_text(self):
        return self.log.read_text()

    def wait_log(self, text, since=0):
        def look():
            assert self.process.poll() is None, f"plimsolld ended: {self.log_text()}"
            return text in self.log_text()[since:]
        wait_for(look, f"no '{text}' in the log: {self.log_text()}")

    def hangup(self):
        seen = len(self.log_text())
        self.process.send_signal(signal.SIGHUP)
        self.wait_log("SIGHUP", seen)

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(WAIT_S)
        return self.process.returncode if self.process else None

    def generation(self):
        """common/user/image_file.h: struct pl_control."""
        page = self.control.read_bytes()
        assert page[:8] == b"PLIMCTRL" and len(page) == 4096
        return struct.unpack_from("<Q", page, 16)[0]

    def serial(self):
        return struct.unpack_from("<Q", self.image.read_bytes(), 16)[0]

    def send(self, *datagrams):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.settimeout(WAIT_S)
            for datagram in datagrams:
                s.sendto(datagram, str(self.socket))

    def lines(self, count):
        """The events file once it holds this many lines; every line must be whole JSON."""
        def look():
            text = self.events.read_text() if self.events.exists() else ""
            return text if text.count("\n") >= count else None
        text = wait_for(look, f"not {count} event lines: {self.log_text()}") if count else look()
        assert not text or text.endswith("\n")
        lines = [json.loads(line) for line in (text or "").splitlines()]
        assert len(lines) == count
        return lines

    def request(self, path="/metrics", method="GET", headers=None):
        connection = UnixConnection(self.metrics_socket)
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, response.headers, body

    def metrics(self):
        return parse_openmetrics(self.request()[2])

    def wait_metric(self, name, value, **labels):
        wait_for(lambda: self.metrics().get(sample(name, **labels)) == value,
                 f"{name}{labels} is {self.metrics().get(sample(name, **labels))}, not {value}")


def sample(name, **labels):
    return name, tuple(sorted(labels.items()))


SUFFIXES = {"counter": "_total", "info": "_info", "gauge": ""}


def parse_labels(text):
    """OpenMetrics 1.0.0, section ABNF: labels, strictly."""
    labels, at = {}, 0
    while at < len(text):
        name, _, rest = text[at:].partition('="')
        assert name.isidentifier() and name not in labels, text
        value, end = "", 0
        while rest[end] != '"':
            if rest[end] == "\\":
                value += {"n": "\n", '"': '"', "\\": "\\"}[rest[end + 1]]
                end += 2
            else:
                value += rest[end]
                end += 1
        labels[name] = value
        at += len(name) + 2 + end + 1
        if at < len(text):
            assert text[at] == "," and at + 1 < len(text), text
            at += 1
    return labels


def parse_openmetrics(text):
    """Every sample as {(name, labels): value}; asserts the form of the whole exposition."""
    lines = text.split("\n")
    assert lines[-2:] == ["# EOF", ""] and "# EOF" not in lines[:-2], lines[-3:]
    samples, families, family = {}, {}, None
    for line in lines[:-2]:
        assert line and line == line.strip() and "\t" not in line, repr(line)
        if line.startswith("# "):
            _, key, name, rest = line.split(" ", 3)
            if key == "TYPE":
                assert name not in families and rest in SUFFIXES, line
                families[name], family = {"TYPE": rest}, name
            assert name == family and (key == "TYPE" or key not in families[name]), line
            assert not any(n.startswith(name + SUFFIXES[families[name]["TYPE"]] + "{")
                           for n, _ in samples), "metadata comes before the samples"
            assert key in ("TYPE", "HELP", "UNIT"), line
            assert key != "UNIT" or name.endswith("_" + rest), line
            families[name][key] = rest
            continue
        left, value = line.rsplit(" ", 1)
        name, brace, labels = left.partition("{")
        assert not brace or labels.endswith("}"), line
        labels = parse_labels(labels[:-1]) if brace else {}
        assert name == family + SUFFIXES[families[family]["TYPE"]], f"{line} in {family}"
        key = sample(name, **labels)
        assert key not in samples, f"twice: {line}"
        samples[key] = float(value)
        assert samples[key] >= 0
    for name, words in families.items():
        assert "HELP" in words, f"{name} has no HELP"
        if name.endswith(("_seconds", "_bytes")):
            assert words.get("UNIT") == name.rsplit("_", 1)[1], f"{name} has no UNIT"
    return samples


def emitter_library(folder):
    """common/user/emitter.c as a host links it, to be called from here."""
    path = pathlib.Path(folder) / "emitter.so"
    subprocess.run([os.environ.get("CC", "gcc"), "-std=gnu11", "-O2", "-fPIC", "-shared",
                    "-I", str(TOP), "-o", str(path), str(TOP / "common/user/emitter.c"),
                    str(TOP / "common/user/event.c")], check=True)
    library = ctypes.CDLL(str(path))
    library.pl_emit.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint64]
    library.pl_emitter_open.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.pl_emitter_close.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    library.pl_emitter_tick.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    return library
