# SPDX-License-Identifier: BSD-2-Clause
"""Zones for the demo: a signed root and what hangs below it, signed anew at each run."""
import os
import subprocess

SERVER = "203.0.113.53"
WEB, OLD_WEB, MAIL, LISTED = "203.0.113.80", "203.0.113.81", "203.0.113.25", "203.0.113.99"

HEAD = """$TTL 300
@ SOA ns.example. noc.example. 1 3600 900 604800 60
@ NS ns.example.
"""

# name: (records, algorithm or None for an unsigned zone)
ZONES = {
    "good.example.": (f"@ A {WEB}\nwww A {WEB}\n@ AAAA 2001:db8:f::80\n", "ECDSAP256SHA256"),
    "bogus.example.": (f"www A {WEB}\n", "ECDSAP256SHA256"),
    "unsigned.example.": (f"www A {WEB}\n", None),
    "oldalg.example.": (f"www A {WEB}\n", "RSASHA1"),
    "rebind.example.": ("www A 192.168.1.1\nloop A 127.0.0.1\n", "ECDSAP256SHA256"),
    "trackers.example.": (f"ads A {LISTED}\npixel A {LISTED}\n", "ECDSAP256SHA256"),
    "vendor.example.": (f"controller A {OLD_WEB}\nmail A {MAIL}\n", "ECDSAP256SHA256"),
}


def tool(folder, *words):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, check=False, text=True)
    if done.returncode != 0:
        raise SystemExit(f"demo: `{' '.join(words)}' failed: {done.stderr.strip()}")
    return done.stdout.strip()


def make_key(folder, zone, algorithm):
    bits = ["-b", "2048"] if algorithm.startswith("RSA") else []
    return tool(folder, "ldns-keygen", "-k", "-a", algorithm, *bits, zone)


def write_zone(folder, zone, text, algorithm):
    """The zone's file, signed when it has an algorithm; answers (file, DS record or "")."""
    name = zone.rstrip(".") or "root"
    with open(os.path.join(folder, name), "w", encoding="ascii") as file:
        file.write(f"$ORIGIN {zone}\n{text}")
    if not algorithm:
        return name, ""
    key = make_key(folder, zone, algorithm)
    tool(folder, "ldns-signzone", "-o", zone, name, key)
    with open(os.path.join(folder, key + ".ds"), encoding="ascii") as file:
        return name + ".signed", file.read()


def spoil(folder, file):
    """Change a signed record, so that its signature is wrong."""
    path = os.path.join(folder, file)
    with open(path, encoding="ascii") as old:
        text = old.read()
    with open(path, "w", encoding="ascii") as new:
        new.write(text.replace(f"A\t{WEB}", "A\t203.0.113.66"))


def write_zones(folder):
    """All zones; answers {zone: file} and the trust anchor of the root."""
    os.makedirs(folder)
    files, delegations = {}, ""
    for zone, (records, algorithm) in ZONES.items():
        files[zone], ds = write_zone(folder, zone, HEAD + records, algorithm)
        delegations += f"{zone} NS ns.example.\n{ds}"
    spoil(folder, files["bogus.example."])
    files["example."], ds = write_zone(
        folder, "example.", HEAD + f"ns A {SERVER}\n" + delegations, "ECDSAP256SHA256")
    glue = f"example. NS ns.example.\nns.example. A {SERVER}\n"
    files["."], anchor = write_zone(folder, ".", HEAD + glue + ds, "ECDSAP256SHA256")
    return files, anchor
