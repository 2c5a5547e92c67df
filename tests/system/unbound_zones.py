# SPDX-License-Identifier: BSD-2-Clause
"""A small Internet for the resolver's tests: a signed root, `test.`, and zones with faults, in two
nsd behind two small forwarders that count questions and can be slow."""
import os
import pathlib
import socket
import subprocess
import threading
import time

import dns.message
import dns.rdatatype

NET = f"127.77.{os.getpid() % 250}"
ROOT_SERVER, LEAF_SERVER, RESOLVER = f"{NET}.1", f"{NET}.2", f"{NET}.10"
NSD_PORT = 5300
SLOW_S = 0.8
GOOD, LISTED_NET = "198.51.100.7", "203.0.113.9"

HEAD = """$TTL 300
@ SOA ns.test. noc.test. 1 3600 900 604800 60
@ NS ns.test.
"""
ADDRESS = f"A {GOOD}\n"

# zone: (records, algorithm or None for an unsigned zone); what follows the algorithm is for
# ldns-signzone, and such a zone has a short key
LEAVES = {
    "good.test.": (f"www {ADDRESS}www AAAA 2001:db8::7\nalias CNAME bad.list.test.\n"
                   f"addr A {LISTED_NET}\nmail {ADDRESS}later {ADDRESS}", "ECDSAP256SHA256"),
    "list.test.": ("".join(f"{name} {ADDRESS}" for name in (
        "bad", "deep.bad", "allowed.bad", "sink", "ref", "nodata", "flagged", "tried", "slow",
        "swap", "future")), "ECDSAP256SHA256"),
    "bogus.test.": (f"www {ADDRESS}", "ECDSAP256SHA256"),
    "unsigned.test.": (f"www {ADDRESS}", None),
    "sha1.test.": (f"www {ADDRESS}", "RSASHA1"),
    "old.test.": (f"www {ADDRESS}", "RSASHA256 -n -t 5"),
    "rebind.test.": ("www A 192.168.1.1\nsix AAAA fd00::1\nmixed A 127.0.0.1\n"
                     f"mixed {ADDRESS}hint HTTPS 1 . ipv4hint=10.1.2.3\npublic {ADDRESS}"
                     "intranet A 10.0.0.1\n", "ECDSAP256SHA256"),
}


def tool(folder, *words):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False, text=True)
    assert done.returncode == 0, f"`{' '.join(words)}' failed: {done.stderr.strip()}"
    return done.stdout.strip()


def write_zone(folder, zone, text, algorithm):
    """The zone's file, signed when it has an algorithm; answers (file, DS record or "")."""
    name = zone.rstrip(".") or "root"
    (folder / name).write_text(f"$ORIGIN {zone}\n{text}")
    if not algorithm:
        return name, ""
    algorithm, *options = algorithm.split()
    bits = ["-b", "1024" if options else "2048"] if algorithm.startswith("RSA") else []
    key = tool(folder, "ldns-keygen", "-k", "-a", algorithm, *bits, zone)
    tool(folder, "ldns-signzone", *options, "-o", zone, name, key)
    return name + ".signed", (folder / f"{key}.ds").read_text()


def write_zones(folder):
    """All zones; answers the two servers' {zone: file} and the trust anchor."""
    leaves, delegations = {}, f"ns A {LEAF_SERVER}\nlame NS ns.lame\nns.lame A {LEAF_SERVER}\n"
    for zone, (records, algorithm) in LEAVES.items():
        leaves[zone], ds = write_zone(folder, zone, HEAD + records, algorithm)
        delegations += f"{zone} NS ns.test.\n{ds}"
    spoiled = folder / leaves["bogus.test."]
    spoiled.write_text(spoiled.read_text().replace(f"A\t{GOOD}", "A\t198.51.100.66"))
    root_ns = "$TTL 300\n@ SOA ns.root. noc.test. 1 3600 900 604800 60\n@ NS ns.root.\n"
    own_ns = ("$TTL 300\n@ SOA ns0.test. noc.test. 1 3600 900 604800 60\n@ NS ns0\n"
              f"ns0 A {ROOT_SERVER}\n")
    test, ds = write_zone(folder, "test.", own_ns + delegations, "ECDSAP256SHA256")
    glue = f"ns.root. A {ROOT_SERVER}\ntest. NS ns0.test.\nns0.test. A {ROOT_SERVER}\n"
    root, anchor = write_zone(folder, ".", root_ns + glue + ds, "ECDSAP256SHA256")
    return {".": root, "test.": test}, leaves, anchor


class Nsd:
    def __init__(self, folder, address, files):
        conf = folder / f"nsd-{address}.conf"
        zones = "".join(f"zone:\n  name: {zone}\n  zonefile: {file}\n"
                        for zone, file in files.items())
        conf.write_text(
            f"server:\n  ip-address: {address}@{NSD_PORT}\n  zonesdir: {folder}\n  database: \"\"\n"
            f"  username: \"\"\n  pidfile: {folder}/nsd-{address}.pid\n"
            f"  xfrdfile: {folder}/nsd-{address}.xfrd\n"
            f"  zonelistfile: {folder}/nsd-{address}.list\n"
            "  server-count: 1\nremote-control:\n  control-enable: no\n" + zones)
        self.process = subprocess.Popen(
            ["/usr/sbin/nsd", "-d", "-c", str(conf)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=(folder / f"nsd-{address}.log").open("w"))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Forwarder:
    """The port 53 of a server: counts what it is asked, and is slow for names that say so."""

    def __init__(self, address):
        self.asked, self.slow, self.address = [], set(), address
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        self.socket.settimeout(0.1)
        self.running = True
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.running:
            try:
                query, client = self.socket.recvfrom(4096)
            except socket.timeout:
                continue
            threading.Thread(target=self.answer, args=(query, client), daemon=True).start()

    def answer(self, query, client):
        question = dns.message.from_wire(query).question[0]
        name = question.name.to_text().lower()
        self.asked.append((name, dns.rdatatype.to_text(question.rdtype)))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
            upstream.settimeout(5)
            upstream.sendto(query, (self.address, NSD_PORT))
            try:
                reply = upstream.recv(65535)
                if name in self.slow:
                    time.sleep(SLOW_S)
                self.socket.sendto(reply, client)
            except OSError:
                pass

    def stop(self):
        self.running = False
        self.thread.join()
        self.socket.close()


class Internet:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        upper, leaves, self.anchor = write_zones(self.folder)
        self.fronts = [Forwarder(ROOT_SERVER), Forwarder(LEAF_SERVER)]
        self.servers = [Nsd(self.folder, ROOT_SERVER, upper), Nsd(self.folder, LEAF_SERVER, leaves)]
        (self.folder / "anchor").write_text(self.anchor)
        (self.folder / "hints").write_text(f". 3600 NS ns.root.\nns.root. 3600 A {ROOT_SERVER}\n")
        self.wait("test.", ROOT_SERVER)
        self.wait("good.test.", LEAF_SERVER)

    def wait(self, zone, address):
        query = dns.message.make_query(zone, "SOA").to_wire()
        for _ in range(100):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ask:
                ask.settimeout(0.1)
                ask.sendto(query, (address, NSD_PORT))
                try:
                    ask.recv(4096)
                    return
                except OSError:
                    time.sleep(0.05)
        raise AssertionError(f"nsd on {address} does not answer")

    def asked(self, name, rdtype="A"):
        """How often the zone's server was asked for exactly this."""
        return self.fronts[1].asked.count((name, rdtype))

    def forget(self):
        for front in self.fronts:
            front.asked.clear()
            front.slow.clear()

    def slow(self, name):
        """The zone's server takes its time for this name."""
        self.fronts[1].slow.add(name)

    def stop(self):
        for part in self.fronts + self.servers:
            part.stop()
