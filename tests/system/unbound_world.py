# SPDX-License-Identifier: BSD-2-Clause
"""A real Unbound with the module, its policy, its clients, and a listener for its events."""
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import time

import dns.edns
import dns.flags
import dns.message
import dns.query

from unbound_zones import RESOLVER

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get("B", "build")
MODULE = BUILD / "plimsoll_unbound.so"
COMPILER = BUILD / "plimsoll"
PORT, TLS_PORT, HTTPS_PORT = 5353, 8853, 8443
WAIT_S = 20

# Clients by group; every address of 127.0.0.0/8 is there.
STRICT, FREE, TRIAL, CHECKED, OTHER = (f"127.0.0.{n}" for n in (2, 3, 4, 5, 6))

GROUPS = f"""version: 1
defaults: {{ profile: observe, mode: enforce }}
portal: {{ url: "https://why.example.net", contact: "mailto:noc@example.net",
          sinkhole: [192.0.2.53, "2001:db8::53"] }}
groups:
  - {{ name: strict, clients: [{STRICT}/32] }}
  - {{ name: free, clients: [{FREE}/32] }}
  - {{ name: trial, clients: [{TRIAL}/32], mode: observe }}
  - {{ name: checked, clients: [{CHECKED}/32] }}
"""
CLASSES = """classes:
  - { name: bad, names: [bad.list.test, slow.list.test] }
  - { name: allowed, names: [allowed.bad.list.test] }
  - { name: sink, names: [sink.list.test] }
  - { name: ref, names: [ref.list.test] }
  - { name: nodata, names: [nodata.list.test, lame.test] }
  - { name: flagged, names: [flagged.list.test] }
  - { name: tried, names: [tried.list.test] }
  - { name: badnet, networks: [203.0.113.0/24] }
  - { name: intranet, names: [intranet.rebind.test] }
"""
RULES = """rules:
  - { groups: [strict, trial], classes: [bad, badnet], action: block, answer: nxdomain }
  - { groups: [strict], classes: [sink], action: block, answer: sinkhole }
  - { groups: [strict], classes: [ref], action: block, answer: refused }
  - { groups: [strict], classes: [nodata], action: block, answer: nodata }
  - { groups: [strict], classes: [flagged], action: flag }
  - { groups: [checked], checks: [dns-rebinding, dnssec-bogus], action: block }
  - { groups: [checked], classes: [intranet], checks: [dns-rebinding], action: allow }
"""
POLICY = GROUPS + CLASSES + RULES
NO_LISTS = GROUPS

CONF = """server:
  verbosity: 1
  num-threads: {threads}
  interface: {address}@{port}
  interface: {address}@{tls}
  interface: {address}@{https}
  tls-port: {tls}
  https-port: {https}
  tls-service-key: {folder}/tls.key
  tls-service-pem: {folder}/tls.pem
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  local-zone: "test." nodefault
  root-hints: {internet}/hints
  trust-anchor-file: {internet}/anchor
  module-config: "dynlib validator iterator"
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound.log"
  discard-timeout: 5000
  infra-cache-min-rtt: 3000
  {more}
dynlib:
  dynlib-file: "{folder}/plimsoll.so"
remote-control:
  control-enable: yes
  control-interface: {folder}/control.sock
  control-use-cert: no
"""

# common/report/event.h
EVENT = struct.Struct("<HBBBBHIIQQ4Q8H22Q256s")
FLAGGED, WOULD_BLOCK, BLOCKED = 1, 2, 3
NET_FAMILY, DNS_FAMILY = 0, 3
LISTED = (NET_FAMILY, 0)
BOGUS, UNSIGNED, DEPRECATED, REBINDING = ((DNS_FAMILY, bit) for bit in range(4))


def missing():
    """Why these tests cannot run here, or None."""
    if not MODULE.exists():
        return "the Unbound module is not built (see ./configure)"
    if not COMPILER.exists():
        return "the policy compiler is not built"
    if os.geteuid() != 0:
        return "the name servers of the test want port 53: run as root"
    for program in ("/usr/sbin/nsd", "ldns-signzone", "openssl"):
        if not shutil.which(program):
            return f"there is no {program} (make deps installs it)"
    return None


def unbound_build():
    """Where unbound and unbound-control were built; UNBOUND_BUILD names another place."""
    if "UNBOUND_BUILD" in os.environ:
        return pathlib.Path(os.environ["UNBOUND_BUILD"])
    text = (TOP / "config.mk").read_text()
    return TOP / re.search(r"^UNBOUND_BUILD := (.*)$", text, re.M)[1]


def exported_names():
    done = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", MODULE], check=True,
                          capture_output=True, text=True)
    return sorted(line.split()[0] for line in done.stdout.splitlines())


class Event:
    def __init__(self, data):
        assert len(data) == EVENT.size
        (self.version, self.kind, self.point, self.action, self.protocol, name_len, self.count,
         self.lost, self.time_ns, self.serial, self.client_hi, self.client_lo, *rest) = \
            EVENT.unpack(data)
        self.client_port, self.group, self.klass = rest[2], rest[4], rest[5]
        masks = rest[10:31]
        self.name = rest[-1][:name_len].decode()
        self.client = socket.inet_ntoa(struct.pack(">I", self.client_lo & 0xFFFFFFFF))
        offset = {FLAGGED: 0, WOULD_BLOCK: 7, BLOCKED: 14}[self.action]
        self.checks = {(family, bit) for family in range(7) for bit in range(64)
                       if masks[offset + family] >> bit & 1}

    def __repr__(self):
        return f"<{self.name} {self.client} action {self.action} {self.checks} x{self.count}>"


class Resolver:
    def __init__(self, folder, internet, policy=POLICY, more="", threads=1, conf=None):
        self.folder, self.internet = pathlib.Path(folder), internet
        self.process = None
        self.listen()
        shutil.copy(MODULE, self.folder / "plimsoll.so")
        (self.folder / "plimsoll.so.conf").write_text(conf if conf is not None else (
            f"# the paths of this test\nimage: {folder}/policy.img\n"
            f"control: \"{folder}/control\"\nevents: {folder}/events.sock # a socket\n"))
        tls = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
               "-nodes", "-subj", "/CN=resolver", "-keyout", "tls.key", "-out", "tls.pem"]
        subprocess.run(tls, cwd=folder, check=True, stderr=subprocess.DEVNULL)
        (self.folder / "unbound.conf").write_text(CONF.format(
            address=RESOLVER, port=PORT, tls=TLS_PORT, https=HTTPS_PORT, folder=folder,
            internet=internet.folder, more=more, threads=threads))
        if policy:
            self.publish(policy)

    def listen(self):
        self.events_socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.events_socket.bind(str(self.folder / "events.sock"))

    def publish(self, policy):
        (self.folder / "policy.yaml").write_text(policy)
        subprocess.run([COMPILER, "compile", "--policy", self.folder / "policy.yaml", "--output",
                        self.folder / "policy.img", "--control", self.folder / "control"],
                       check=True, stdout=subprocess.DEVNULL)

    def spawn(self):
        self.process = subprocess.Popen(
            [unbound_build() / "unbound", "-d", "-c", self.folder / "unbound.conf"],
            stdin=subprocess.DEVNULL, stderr=(self.folder / "unbound.err").open("w"))

    def start(self):
        self.spawn()
        until(lambda: self.answers() or self.process.poll() is not None, "Unbound answers")
        assert self.process.poll() is None, self.log()
        return self

    def answers(self):
        try:
            return self.ask("ready.invalid", client=OTHER, timeout=0.2)
        except (dns.exception.Timeout, OSError):
            return False

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            code = self.process.wait(WAIT_S)
            self.process = None
            assert code == 0, self.log()
        self.events_socket.close()

    def log(self):
        texts = [self.folder / "unbound.log", self.folder / "unbound.err"]
        return "".join(text.read_text() for text in texts if text.exists())

    def control(self, *words):
        done = subprocess.run([unbound_build() / "unbound-control", "-c",
                               self.folder / "unbound.conf", *words], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def query(self, name, rdtype="A", dnssec=False, cd=False, edns=True):
        query = dns.message.make_query(name, rdtype, want_dnssec=dnssec,
                                       use_edns=0 if edns or dnssec else -1)
        query.flags |= dns.flags.AD
        if cd:
            query.flags |= dns.flags.CD
        return query

    def ask(self, name, rdtype="A", client=FREE, tcp=False, timeout=10, **options):
        send = dns.query.tcp if tcp else dns.query.udp
        return send(self.query(name, rdtype, **options), RESOLVER, timeout, PORT, source=client)

    def events(self, wait_s=0.3):
        """All that came, and what comes until it is quiet."""
        events = []
        self.events_socket.settimeout(wait_s)
        try:
            while True:
                events.append(Event(self.events_socket.recv(4096)))
        except socket.timeout:
            return events


def until(condition, what):
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {WAIT_S} s: {what}")


def addresses(answer):
    return sorted(item.to_text() for rrset in answer.answer for item in rrset
                  if rrset.rdtype in (1, 28))


def reasons(answer):
    """[(EDE code, text)]"""
    return [(int.from_bytes(option.to_wire()[:2], "big"), option.to_wire()[2:].decode())
            for option in answer.options if option.otype == 15]
