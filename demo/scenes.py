# SPDX-License-Identifier: BSD-2-Clause
"""What the clients do, and what must come of it."""
import os
from dataclasses import dataclass

from world import FORGED, IOT, OFFICE, PROXY, RESOLVER
from zones import LISTED, MAIL, OLD_WEB, WEB

HERE = os.path.dirname(os.path.abspath(__file__))
FTP, TELNET, PLAIN = "203.0.113.21", "203.0.113.23", "203.0.113.82"
OPERATOR = "operator"  # not a point: somebody who asks plimsoll
EVERYBODY_ELSE = "everybody else"
PLIMSOLL = os.path.join(os.path.dirname(HERE), os.environ.get("B", "build"), "plimsoll")
IMAGE = "/run/plimsoll-demo/policy.img"
SOURCE = {"office": OFFICE, "iot": IOT}
REFUSED = r"reset by peer|alert|refused|closed"


@dataclass
class Scene:
    """saw: patterns that the client's output must match.  verdict, check: what the event says, ""
    when there must be no event.  received, not_received: patterns for what reached the server.
    again: it was asked before, so wait until it no longer counts as a repeat of that."""
    point: str
    group: str
    what: str
    command: list
    saw: tuple
    verdict: str = ""
    check: str = ""
    received: str = ""
    not_received: str = ""
    old_openssl: bool = False
    input: str = ""
    again: bool = False


def dig(group, what, name, *saw, **more):
    return Scene("resolver", group, what,
                 ["dig", "+tries=1", "+time=5", "+dnssec", "-b", SOURCE[group], f"@{RESOLVER}",
                  name], saw, **more)


def hello(point, group, what, kind, address, port, name, pieces, *saw, **more):
    return Scene(point, group, what, [f"{HERE}/hello.py", kind, address, str(port), name, "--from",
                                      SOURCE[group], "--pieces", pieces], saw, **more)


def curl(point, group, what, words, *saw, **more):
    return Scene(point, group, what,
                 ["curl", "-sS", "--max-time", "5", "--interface", SOURCE[group], *words],
                 saw, **more)


def old_client(point, group, what, address, port, name, *saw, **more):
    to_the_end = ["-crlf", "-ign_eof"] if more.get("input") else []
    return Scene(point, group, what,
                 ["openssl", "s_client", "-brief", *to_the_end, "-tls1", "-bind", SOURCE[group],
                  "-servername", name, "-connect", f"{address}:{port}"],
                 saw, old_openssl=True, **more)


def swaks(group, what, password, *saw, **more):
    return Scene("gateway", group, what,
                 ["swaks", "--server", MAIL, "--local-interface", SOURCE[group], "--timeout", "5",
                  "--from", "a@good.example", "--to", "b@vendor.example", "--auth", "PLAIN",
                  "--auth-user", "joe", "--auth-password", password, "--quit-after", "AUTH"],
                 saw, **more)


def telnet(group, what, *saw, **more):
    return Scene("gateway", group, what, ["telnet", "-b", SOURCE[group], TELNET], saw,
                 input="joe\n", **more)


PAGE_REQUEST = "GET / HTTP/1.1\nHost: www.good.example\nConnection: close\n\n"
LISTED_NAME = "ads.trackers.example"
BLOCKED_NAME = (r"status: NXDOMAIN", r"EDE: 15[^\n]*")
NOERROR = r"status: NOERROR"

RESOLVER_SCENES = (
    dig("office", "a signed name", "www.good.example", NOERROR, r"flags:[^;]* ad", WEB),
    dig("office", "a listed name, recursed", LISTED_NAME, NOERROR, LISTED,
        verdict="would-block", check="destination-listed"),
    dig("iot", "the same name for the other group", LISTED_NAME, *BLOCKED_NAME,
        verdict="block", check="destination-listed"),
    dig("office", "a zone without signatures", "www.unsigned.example", NOERROR, WEB,
        verdict="flag", check="dnssec-unsigned"),
    dig("office", "a zone signed with RSA/SHA-1", "www.oldalg.example", NOERROR, WEB,
        verdict="flag", check="dnssec-alg-deprecated"),
    dig("iot", "a forged answer", "www.bogus.example", r"status: SERVFAIL", r"EDE: 6[^\n]*",
        verdict="block", check="dnssec-bogus"),
    dig("iot", "a public name with a private address", "www.rebind.example", *BLOCKED_NAME,
        verdict="block", check="dns-rebinding"),
    dig("office", "the listed name again, now cached (its TTL of 300 runs down)", LISTED_NAME,
        NOERROR, r"2\d\d\s+IN\s+A\s+" + LISTED,
        verdict="would-block", check="destination-listed", again=True),
    dig("iot", "the listed name, cached, and still blocked", LISTED_NAME, *BLOCKED_NAME,
        verdict="block", check="destination-listed"),
)

GATEWAY_SCENES = (
    curl("gateway", "iot", "a modern site", ["-k", "--resolve", f"www.good.example:443:{WEB}",
                                             "https://www.good.example/"],
         r"a modern page, TLSv1.3", verdict="flag", check="tls-pq-not-offered"),
    hello("gateway", "iot", "a post-quantum hello in two segments", "modern", WEB, 443,
          "www.good.example", "segments", r"in 2 segments", r"ServerHello, TLS 1.3[^\n]*"),
    old_client("gateway", "office", "TLS 1.0, in the group that is observed", OLD_WEB, 443,
               "old.good.example", r"Protocol version: TLSv1\b", verdict="would-block",
               check="tls-client-max-old"),
    old_client("gateway", "iot", "TLS 1.0, in the group that is enforced", OLD_WEB, 443,
               "old.good.example", r"alert [a-z ]+", verdict="block", check="tls-client-max-old"),
    hello("gateway", "iot", "the same, a byte a segment", "old", OLD_WEB, 443, "old.good.example",
          "bytes", r"in \d\d+ segments", r"TLS alert 7[01][^\n]*", verdict="block",
          check="tls-client-max-old"),
    old_client("gateway", "iot", "TLS 1.0 to a supplier with an exemption", OLD_WEB, 443,
               "controller.vendor.example", r"Protocol version: TLSv1\b", verdict="flag",
               check="tls-pq-not-offered"),
    Scene(OPERATOR, "iot", "why the supplier's controller is let through",
          [PLIMSOLL, "explain", "--image", IMAGE, "--client", IOT, "--to",
           "controller.vendor.example", "--failed", "tls-client-max-old"],
          (r"tls-client-max-old: allowed", r"exemption EX-2026-014[^\n]*")),
    curl("gateway", "iot", "an address on the list", ["-k", f"https://{LISTED}/"],
         r"Failed to connect|reset by peer", verdict="block", check="destination-listed"),
    curl("gateway", "iot", "a password over plain HTTP", ["-u", "joe:iot-secret-1",
                                                          f"http://{PLAIN}/"], REFUSED,
         verdict="block", check="http-credentials-cleartext", not_received=r"http: Authorization"),
    swaks("iot", "a mail login before STARTTLS", "iot-secret-2", REFUSED, verdict="block",
          check="smtp-auth-cleartext", not_received=r"smtp: AUTH"),
    swaks("office", "the same, observed", "office-secret", r"235 2.7.0 accepted",
          verdict="would-block", check="smtp-auth-cleartext", received=r"smtp: AUTH"),
    curl("gateway", "iot", "a POP3 login", [f"pop3://joe:iot-secret-3@{MAIL}/"], REFUSED,
         verdict="block", check="mail-access-cleartext", not_received=r"pop3: (USER|PASS)"),
    curl("gateway", "iot", "an IMAP login", [f"imap://joe:iot-secret-4@{MAIL}/"], REFUSED,
         verdict="block", check="mail-access-cleartext", not_received=r"imap: \w+ LOGIN"),
    curl("gateway", "iot", "an FTP login", [f"ftp://joe:iot-secret-5@{FTP}/"], REFUSED,
         verdict="block", check="ftp-login-cleartext", not_received=r"ftp: (USER|PASS)"),
    telnet("iot", "Telnet", REFUSED, verdict="block", check="telnet-cleartext",
           not_received=r"telnet: joe"),
    Scene("gateway", EVERYBODY_ELSE, "a forged source address",
          [f"{HERE}/forge.py", FORGED, PLAIN, "9", "hi"],
          (r"sent 3 datagrams as \S+",), "block", "src-spoofed-egress", not_received=r"udp: "),
)

PROXY_SCENES = (
    curl("http", "office", "a modern client at the proxy", ["-k", f"https://{PROXY}/"],
         r"verdict flag for \w+", verdict="flag", check="tls-sni-missing"),
    old_client("http", "iot", "TLS 1.0, refused by an alert", PROXY, 443, "www.good.example",
               r"alert [a-z ]+", verdict="block", check="tls-client-max-old"),
    old_client("http", "office", "TLS 1.0, observed: the server's own limit answers", PROXY, 443,
               "www.good.example", r"alert [a-z ]+", verdict="would-block",
               check="tls-client-max-old"),
    old_client("http", "iot", "TLS 1.0, answered by a page that explains", PROXY, 8443,
               "www.good.example", r"HTTP/1.1 403[^\r\n]*", r"RFC 8996", verdict="block",
               check="tls-client-max-old", input=PAGE_REQUEST),
    curl("http", "iot", "plain HTTP, sent on to HTTPS", ["-i", f"http://{PROXY}/page"],
         r"HTTP/1.1 308[^\r\n]*", r"Location: https://[^\r\n]*", verdict="block",
         check="http-cleartext"),
    curl("http", "office", "an answer without HSTS", ["-k", "--connect-to",
                                                      f"www.good.example:443:{PROXY}:443",
                                                      "https://www.good.example/forgetful"],
         r"no HSTS here", verdict="flag", check="hsts-missing"),
    hello("stream", "iot", "TLS 1.0 in bytes at the stream proxy", "old", PROXY, 9443,
          "old.good.example", "bytes", r"TLS alert 7[01][^\n]*", verdict="block",
          check="tls-client-max-old"),
    hello("stream", "iot", "a post-quantum hello at the stream proxy", "modern", PROXY, 9443,
          "www.good.example", "segments", r"ServerHello, TLS 1.3[^\n]*"),
)

# After the swap: what was only observed is now enforced, at all three points.
SWAP_SCENES = (
    dig("office", "the cached listed name, after the swap", LISTED_NAME, *BLOCKED_NAME,
        verdict="block", check="destination-listed"),
    swaks("office", "the mail login, after the swap", "office-secret", REFUSED, verdict="block",
          check="smtp-auth-cleartext", not_received=r"smtp: AUTH"),
    old_client("http", "office", "TLS 1.0 at the proxy, after the swap", PROXY, 443,
               "www.good.example", r"alert [a-z ]+", verdict="block", check="tls-client-max-old"),
    hello("stream", "office", "TLS 1.0 at the stream proxy, after the swap", "old", PROXY, 9443,
          "old.good.example", "segments", r"TLS alert 7[01][^\n]*", verdict="block",
          check="tls-client-max-old"),
)
