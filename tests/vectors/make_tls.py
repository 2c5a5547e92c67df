#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make the TLS vectors: tests/vectors/tls/NAME.txt, and seeds for the fuzzer from them.

A vector is one handshake: what the client sends, what the server answers, and by hand what has to
come out.  Half of them are real: OpenSSL speaks with itself here.  The others are built, since no
library of today says these things.  Running it again changes the random bytes and nothing else;
with names, only these are written.

    # what it is
    port 443                      where the server listens
    client HEX                    its bytes; longer ones go on in lines that begin with a space
    again HEX                     after a HelloRetryRequest
    server HEX
    outcome client malformed      client and server: "done" when not said
    fact NAME VALUE               a field of struct pl_tls_facts, hexadecimal, but for sni
    flow NAME VALUE               a field of struct pl_tls_flow, decimal; alerts as
                                  side:level:description, joined with ";"
    failed ID ...                 the checks that fail, all of them
    passed ID ...                 the checks that were seen and did not fail, all of them
"""
import os
import ssl
import sys
import tempfile
import textwrap

import tls_connections
from tls_expected import (CLIENT, CLIENT12, CLIENT13, DRAFT, GROUP, ONLY13, PQ, SENTINEL, SERVER12,
                          SERVER13, SERVER3, SUITE, VERSION)
from tls_hello import (EMS, RENEGOTIATION, RETRY, SHARE_BYTES, client_hello, extension, groups,
                       hello_12, hello_browser, hello_old, name, record, server_13, server_hello,
                       shares, signatures, u16, v2_hello, v2_server, vec, versions)
from tls_openssl import anything, exactly, from_12, s_client, talk

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "tls")
SEEDS = os.path.join(HERE, "..", "fuzz", "seeds", "tls")


# --- the vectors

VECTORS = {}
CONNECTIONS = set()  # those of tls_connections.py


def vector(label, what, client=b"", server=b"", again=b"", port=443, failed=(), seen=frozenset(),
           outcome=(), facts=None, flow=None):
    assert label not in VECTORS, label
    assert set(failed) <= set(seen), (label, set(failed) - set(seen))
    VECTORS[label] = (what, client, again, server, port, sorted(failed),
                      sorted(set(seen) - set(failed)), outcome, facts or {}, flow or {})


def real(folder):
    v = ssl.TLSVersion
    weak = exactly
    alpn_set = lambda c: (c.set_alpn_protocols(["h2", "http/1.1"]), anything(c))
    common = ["tls-pq-not-offered"]
    weak_client = common + ["tls-client-offers-old", "tls-client-sigalg-weak"]
    both13, both12 = CLIENT13 | SERVER13 | GROUP, CLIENT13 | SERVER12 | SENTINEL

    c, _, s = talk(folder, alpn_set, anything)
    vector("openssl-13", "OpenSSL, TLS 1.3, HelloRetryRequest is not needed but the server wants "
           "secp256r1: so it is one", c, s, _, failed=weak_client, seen=both13,
           facts={"max_version": 0x0304, "version": 0x0304, "hello_retry": 1, "group": 0x0017,
                  "sni": "www.example.com", "alpn": 3, "suite": 0x1302})
    c, _, s = talk(folder, alpn_set, anything, curve=None)
    vector("openssl-13-direct", "OpenSSL, TLS 1.3 without a retry", c, s, failed=weak_client,
           seen=both13, facts={"version": 0x0304, "hello_retry": 0, "group": 0x001d, "ems": 1,
                               "key_shares": 8, "server_reneg_info": 0, "early_data": 0})
    c, _, s = talk(folder, from_12, weak(v.TLSv1_2, "ECDHE-RSA-AES128-GCM-SHA256"))
    vector("openssl-12-gcm", "OpenSSL, TLS 1.2, ECDHE and GCM", c, s,
           failed=common + ["tls-version-12"], seen=both12,
           facts={"suite": 0xc02f, "server_ems": 1, "server_reneg_info": 1, "suite_class": 0x100})
    c, _, s = talk(folder, anything, weak(v.TLSv1_2, "AES128-SHA@SECLEVEL=0"))
    vector("openssl-12-rsa-cbc", "OpenSSL, TLS 1.2, RSA key transport and CBC with SHA-1", c, s,
           failed=weak_client + ["tls-version-12", "tls-kex-static", "tls-cipher-cbc-sha1"],
           seen=both12, facts={"suite": 0x002f})
    c, _, s = talk(folder, anything, weak(v.TLSv1_2, "AES256-GCM-SHA384"))
    vector("openssl-12-rsa-gcm", "OpenSSL, TLS 1.2, RSA key transport and GCM", c, s,
           failed=weak_client + ["tls-version-12", "tls-kex-static"], seen=both12)
    c, _, s = talk(folder, anything, weak(v.TLSv1_2, "NULL-SHA256@SECLEVEL=0"))
    vector("openssl-12-null", "OpenSSL, TLS 1.2, no encryption", c, s,
           failed=weak_client + ["tls-version-12", "tls-kex-static", "tls-cipher-null-anon-export"],
           seen=both12, facts={"suite": 0x003b})
    c, _, s = talk(folder, anything, weak(v.TLSv1_2, "AECDH-AES128-SHA@SECLEVEL=0"))
    vector("openssl-12-anon", "OpenSSL, TLS 1.2, nobody authenticated", c, s,
           failed=weak_client + ["tls-version-12", "tls-cipher-null-anon-export",
                            "tls-cipher-cbc-sha1"], seen=both12, facts={"suite": 0xc018})
    c, _, s = talk(folder, anything, weak(v.TLSv1, "ECDHE-RSA-AES256-SHA@SECLEVEL=0"))
    vector("openssl-10", "OpenSSL, TLS 1.0 chosen by the server", c, s,
           failed=weak_client + ["tls-version-10-11", "tls-cipher-cbc-sha1"], seen=both12,
           facts={"version": 0x0301})
    c, _, s = talk(folder, weak(v.TLSv1_1), anything)
    vector("openssl-11-client", "OpenSSL, a client of at most TLS 1.1", c, s,
           failed=common + ["tls-client-max-old", "tls-version-10-11", "tls-cipher-cbc-sha1"],
           seen=CLIENT | DRAFT | SERVER12,
           facts={"max_version": 0x0302, "legacy_version": 0x0302, "min_version": 0})
    c, _, s = talk(folder, anything, anything, host=None)
    vector("openssl-no-name", "OpenSSL, no server name, port 443", c, s, _,
           failed=weak_client + ["tls-sni-missing"], seen=both13, facts={"sni_sent": 0})
    vector("openssl-no-name-465", "the same on another port, where no name is needed", c, s, _,
           port=465, failed=weak_client, seen=both13 - {"tls-sni-missing"})
    c, _, s = talk(folder, anything, weak(v.TLSv1_2, "ECDHE-ECDSA-CHACHA20-POLY1305"), kind="ec")
    vector("openssl-12-chacha", "OpenSSL, TLS 1.2, ECDSA and ChaCha20", c, s,
           failed=weak_client + ["tls-version-12"], seen=both12, facts={"suite": 0xcca9})
    c, _, s = talk(folder, weak(v.TLSv1), weak(v.TLSv1_2, "ALL@SECLEVEL=0"))
    vector("openssl-refused", "OpenSSL, the server has no version in common: an alert, no hello",
           c, s, failed=common + ["tls-client-max-old"], seen=CLIENT | DRAFT,
           facts={"server_hello": 0, "client_hello": 1})
    vector("openssl-s_client-13", "openssl s_client -tls1_3, only X448 and ffdhe2048",
           s_client(folder, "-tls1_3", "-groups", "X448:ffdhe2048", "-servername", "a.example"),
           failed=common, seen=CLIENT13 - {"tls-client-sigalg-weak"},
           facts={"groups": 0x180, "key_shares": 0x80,
                                              "min_version": 0x0304, "sni": "a.example"})
    vector("openssl-s_client-scsv", "openssl s_client -tls1_2 -fallback_scsv, SHA-1 signatures",
           s_client(folder, "-tls1_2", "-fallback_scsv", "-sigalgs", "RSA+SHA1:ECDSA+SHA256",
                    "-cipher", "ALL:@SECLEVEL=0", "-noservername"),
           failed=common + ["tls-sni-missing", "tls-client-sigalg-weak"], seen=CLIENT12,
           facts={"sig_hashes": 0x0a, "max_version": 0x0303})


def built_clients():
    both_seen = CLIENT13
    vector("browser", "a browser of 2025, 1.8 kB: post-quantum share, GREASE, ECH",
           hello_browser(), seen=both_seen,
           facts={"max_version": 0x0304, "min_version": 0x0303, "groups": 0x39, "key_shares": 9,
                  "suites": 0x3a0, "sig_hashes": 0x38, "alpn": 3, "ech": 1, "ems": 1,
                  "reneg_info": 1, "sni": "www.example.com", "groups_sent": 1, "compression": 0})
    vector("browser-13-pq", "the same, and a server that takes X25519MLKEM768",
           hello_browser(ech=False), server_hello(0x1301, extension(43, u16(0x0304)) + extension(
               51, u16(0x11ec) + vec(2, bytes(1120)))), seen=CLIENT13 | SERVER13 | GROUP | PQ,
           facts={"group": 0x11ec, "group_class": 1, "ech": 0})
    for group, bit in ((0x11eb, 2), (0x11ed, 4)):
        vector(f"pq-{group:x}", "one of the other hybrid groups, offered and taken",
               client_hello((0x1301, 0x1302), name(b"pq.example") + groups(group, 29) +
                            versions(0x0304) + shares((group, SHARE_BYTES[group]))),
               server_13(group), seen=ONLY13 | SERVER13 | GROUP | PQ,
               facts={"group_class": bit, "groups": bit | 8})
    vector("browser-13-classical", "the same, and a server that takes X25519", hello_browser(),
           server_13(29), failed=["tls-pq-not-negotiated"], seen=CLIENT13 | SERVER13 | GROUP | PQ)
    vector("browser-12", "the same, and a server of TLS 1.2: no such group there",
           hello_browser(), server_hello(0xc02f, EMS + RENEGOTIATION),
           failed=["tls-pq-not-negotiated", "tls-version-12"],
           seen=CLIENT13 | SERVER12 | SENTINEL | PQ)
    vector("browser-13-resumed", "the same, resumed without a key exchange: no group to judge",
           hello_browser(), server_hello(0x1301, extension(43, u16(0x0304)) +
                                         extension(41, u16(0))), seen=CLIENT13 | SERVER13)
    vector("browser-retry", "a HelloRetryRequest is no choice yet: not seen", hello_browser(),
           server_hello(0x1301, extension(43, u16(0x0304)) + extension(51, u16(23)),
                        random=RETRY), outcome=[("server", "more")], seen=CLIENT13,
           facts={"hello_retry": 1, "server_hello": 0})
    vector("browser-ech-no-name", "ECH and no outer name: the name is not missing",
           hello_browser(sni=b""), seen=CLIENT13 - {"tls-sni-missing"}, facts={"sni_sent": 0})
    vector("early-data", "0-RTT is offered",
           client_hello((0x1301,), name(b"zero.example") + versions(0x0304) + groups(29) +
                        shares((29, 32)) + extension(42) + extension(45, b"\1\1") +
                        extension(41, bytes(70))),
           failed=["tls-pq-not-offered", "tls-0rtt-offered"],
           seen=ONLY13,
           facts={"early_data": 1})
    vector("no-extensions", "a hello from before there were extensions",
           client_hello((0x0035, 0x000a), version=0x0301),
           failed=["tls-client-max-old", "tls-sni-missing", "tls-pq-not-offered"], seen=CLIENT,
           facts={"max_version": 0x0301, "groups_sent": 0, "suites": 0xb0})
    vector("legacy-13", "legacy_version 0x0304 without supported_versions: TLS 1.2 at most",
           client_hello((0xc02f,), name(b"odd.example"), version=0x0304),
           failed=["tls-pq-not-offered"], seen=CLIENT, facts={"max_version": 0x0303})
    vector("only-grease-group", "GREASE is no group, and groups were sent",
           client_hello((0x1301,), name(b"x.example") + groups(0x2a2a) + versions(0x0304, 0xbaba)),
           failed=["tls-pq-not-offered"], seen=ONLY13 - DRAFT,
           facts={"groups": 0, "groups_sent": 1, "max_version": 0x0304})
    vector("old-with-grease-version", "GREASE does not make an old client new",
           client_hello((0x002f,), name(b"x.example") + versions(0xfafa, 0x0302, 0x0301)),
           failed=["tls-pq-not-offered", "tls-client-max-old"], seen=CLIENT)


def built_servers():
    common = ["tls-pq-not-offered"]
    both12 = CLIENT12 | SERVER12
    ok = EMS + RENEGOTIATION
    vector("ssl3-server", "the server chose SSL 3", client_hello(
        (0x002f,), name(b"old.example") + groups(23) + signatures(0x0401) + RENEGOTIATION + EMS),
        server_hello(
        0x002f, RENEGOTIATION, version=0x0300),
        failed=common + ["tls-version-ssl", "tls-kex-static", "tls-cipher-cbc-sha1"],
        seen=CLIENT12 | SERVER3 | SENTINEL,
        facts={"version": 0x0300})
    vector("ssl3-client", "a client that can only do SSL 3", hello_old(0x0300, 0x0005),
           failed=common + ["tls-version-ssl", "tls-client-max-old"],
           seen=CLIENT | DRAFT | {"tls-version-ssl"})
    vector("tls10-client-alone", "a client of TLS 1.0: what is chosen is not seen",
           hello_old(0x0301), failed=common + ["tls-client-max-old"], seen=CLIENT | DRAFT)
    vector("tls11-server", "the server chose TLS 1.1", hello_12(0xc013), server_hello(
        0xc013, ok, version=0x0302), failed=common + ["tls-version-10-11", "tls-cipher-cbc-sha1"],
        seen=both12 | SENTINEL)
    vector("rc4", "RC4", hello_12(0xc011, 0x0005), server_hello(0xc011, ok),
           failed=common + ["tls-version-12", "tls-cipher-rc4"], seen=both12)
    vector("3des", "3DES with ECDHE", hello_12(0xc012), server_hello(0xc012, ok), failed=common + [
        "tls-version-12", "tls-cipher-64bit-block", "tls-cipher-cbc-sha1"], seen=both12)
    vector("idea", "IDEA", hello_12(0x0007), server_hello(0x0007, ok), failed=common + [
        "tls-version-12", "tls-cipher-64bit-block", "tls-cipher-cbc-sha1", "tls-kex-static"],
        seen=both12)
    vector("export", "RC4 with 40 bits", hello_12(0x0003), server_hello(0x0003, ok),
           failed=common + ["tls-version-12", "tls-cipher-null-anon-export", "tls-cipher-rc4",
                            "tls-kex-static"], seen=both12)
    vector("dhe", "finite-field Diffie-Hellman", hello_12(0x009e), server_hello(0x009e, ok),
           failed=common + ["tls-version-12", "tls-kex-dhe", "tls-cipher-phase-out"], seen=both12)
    vector("ecdh-static", "static ECDH", hello_12(0xc031), server_hello(0xc031, ok),
           failed=common + ["tls-version-12", "tls-kex-static"], seen=both12)
    vector("cbc-sha256", "ECDHE, CBC with SHA-256: phased out", hello_12(0xc027),
           server_hello(0xc027, ok), failed=common + ["tls-version-12", "tls-cipher-phase-out"],
           seen=both12,
           facts={"suite_class": 0})
    vector("compression", "the server compresses", client_hello(
        (0xc02f,), name(b"old.example") + EMS, compressions=b"\1\0"), server_hello(
            0xc02f, ok, compression=1),
        failed=common + ["tls-version-12", "tls-compression"],
        seen=CLIENT | SERVER12 - {"tls-reneg-insecure"},
        facts={"compression": 1, "server_compression": 1})
    vector("ems-missing", "the extended master secret was offered and not taken",
           hello_12(), server_hello(0xc02f, RENEGOTIATION),
           failed=common + ["tls-version-12", "tls-ems-missing"], seen=both12)
    vector("ems-not-offered", "and not asked for: the server is not to blame",
           hello_12(offer_ems=False), server_hello(0xc02f, RENEGOTIATION),
           failed=common + ["tls-version-12"], seen=both12 - {"tls-ems-missing"})
    vector("no-server-extensions", "a ServerHello that ends after the compression",
           hello_old(0x0301), server_hello(0x0035, version=0x0301), failed=common + [
               "tls-client-max-old", "tls-version-10-11", "tls-kex-static", "tls-ems-missing",
               "tls-cipher-cbc-sha1", "tls-reneg-insecure"], seen=CLIENT | DRAFT | SERVER12)
    vector("unknown-suite", "a suite that nobody assigned: the suite's rows are not seen",
           hello_12(0xc02f, 0x4242), server_hello(0x4242, ok),
           failed=common + ["tls-version-12"], seen=both12 - SUITE,
           facts={"suite_class": 0x1000})
    vector("server-alone", "only the server's half", b"", server_hello(0xc02f, ok),
           failed=["tls-version-12"], seen=SERVER12 - {"tls-ems-missing", "tls-reneg-insecure"})
    vector("warning-first", "a warning before the ServerHello is not the end", hello_12(),
           record(b"\1\x70", 21, 0x0303) + server_hello(0xc02f, ok),
           failed=common + ["tls-version-12"], seen=both12)
    vector("hello-request", "a HelloRequest before the ServerHello is skipped", hello_12(),
           record(b"\0\0\0\0", version=0x0303) + server_hello(0xc02f, ok),
           failed=common + ["tls-version-12"], seen=both12)
    vector("retry-and-ccs", "HelloRetryRequest, change_cipher_spec, the second hello, the choice",
           hello_browser(ech=False), server_hello(
               0x1302, extension(43, u16(0x0304)) + extension(51, u16(23)), random=RETRY) +
           record(b"\1", 20, 0x0303) + server_13(23, 0x1302),
           again=record(b"\1", 20, 0x0303) + client_hello(
               (0x1302,), name(b"second.example") + versions(0x0304) + groups(23) +
               shares((23, 65))),
           failed=common, seen=ONLY13 | SERVER13 | GROUP,
           facts={"sni": "second.example", "groups": 0x10, "hello_retry": 1, "group": 0x17})


def built_v2():
    first = {"tls-version-ssl"}
    vector("ssl2-client", "SSLv2 and nothing newer", v2_hello(2, (0x010080, 0x0700c0, 0x020080)),
           failed=["tls-version-ssl", "tls-client-max-old", "tls-sni-missing",
                   "tls-pq-not-offered"], seen=CLIENT | first,
           facts={"sslv2": 1, "max_version": 2, "suites": 0x3c})
    vector("ssl2-form-tls10", "SSLv2 form, offering up to TLS 1.0", v2_hello(
        0x0301, (0x000035, 0x00000a, 0x0700c0, 0x0000ff)), server_hello(
            0x0035, RENEGOTIATION, version=0x0301),
        failed=["tls-client-max-old", "tls-sni-missing", "tls-pq-not-offered", "tls-version-10-11",
                "tls-kex-static", "tls-cipher-cbc-sha1", "tls-version-ssl"], seen=CLIENT | SERVER3,
        facts={"sslv2": 1, "max_version": 0x0301, "reneg_info": 1, "suites": 0x8b0})
    vector("ssl2-form-tls12", "SSLv2 form, offering up to TLS 1.2: all older ones as well",
           v2_hello(0x0303, (0x00002f, 0x00c02f)),
           failed=["tls-version-ssl", "tls-client-offers-old", "tls-sni-missing",
                   "tls-pq-not-offered"], seen=CLIENT | first | {"tls-client-offers-old"},
           facts={"sslv2": 1, "max_version": 0x0303})
    vector("ssl2-server", "the server answers in SSLv2", v2_hello(2, (0x010080,)),
           v2_server((0x010080,)), failed=["tls-version-ssl", "tls-client-max-old",
                                           "tls-sni-missing", "tls-pq-not-offered"],
           seen=CLIENT | VERSION, facts={"version": 2})
    vector("ssl2-error", "the server gives up in SSLv2", v2_hello(2, (0x010080,)),
           b"\x80\x03\0\0\1", failed=["tls-version-ssl", "tls-client-max-old", "tls-sni-missing",
                                      "tls-pq-not-offered"], seen=CLIENT | first,
           facts={"server_hello": 0})


# --- writing

def wrapped(key, data):
    return "\n ".join(textwrap.wrap(f"{key} {data.hex()}", 99, break_on_hyphens=False))


def write(label):
    what, client, again, server, port, failed, passed, outcome, facts, flow = VECTORS[label]
    lines = ["# " + line for line in textwrap.wrap(what, 97)] + [f"port {port}"]
    for key, data in (("client", client), ("again", again), ("server", server)):
        lines += [wrapped(key, data)] if data else []
    lines += [f"outcome {side} {how}" for side, how in outcome]
    lines += [f"fact {k} {v if isinstance(v, str) else format(v, 'x')}" for k, v in facts.items()]
    lines += [f"flow {k} {v}" for k, v in flow.items()]
    lines += ["failed " + " ".join(failed)] if failed else []
    lines += ["passed " + " ".join(passed)] if passed else []
    with open(os.path.join(OUT, label + ".txt"), "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")
    write_seeds(label, client + again, server, label in CONNECTIONS)


def write_seeds(label, client, server, whole):
    """For the target tls one side each; for tls_flight both, the client's after its length."""
    if whole and len(client + server) < 1500:
        with open(os.path.join(SEEDS + "_flight", label), "wb") as out:
            out.write(b"\0" + u16(len(client)) + client + server)
    for side, data in (("client", client), ("server", server)):
        if data and not whole:
            with open(os.path.join(SEEDS, f"{label}-{side}"), "wb") as out:
                out.write((b"\0" if side == "client" else b"\1") + data[:2200])


def main():
    os.makedirs(OUT, exist_ok=True)
    os.makedirs(SEEDS, exist_ok=True)
    os.makedirs(SEEDS + "_flight", exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tls_connections.real(vector, folder)
    tls_connections.built(vector)
    tls_connections.drafts(vector)
    CONNECTIONS.update(VECTORS)
    with tempfile.TemporaryDirectory() as folder:
        real(folder)
    built_clients()
    built_servers()
    built_v2()
    for label in sys.argv[1:] or VECTORS:
        write(label)
    print(len(VECTORS), "vectors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
