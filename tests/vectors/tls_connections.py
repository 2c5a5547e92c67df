# SPDX-License-Identifier: BSD-2-Clause
"""Vectors of whole connections: hello, certificates, key exchange, alerts."""
import os
import ssl

from tls_expected import CLIENT12, CLIENT13, DRAFT, GROUP, ONLY13, PQ, SENTINEL, SERVER12, SERVER13
from tls_flight import (CCS, DONE, FINISHED, KEYS, MODP1024, alert, asked, certificates, dhe, ecdhe,
                        ecdhe_unsigned, handshake, stapled)
from tls_hello import (EMS, RENEGOTIATION, RETRY, SHARE_BYTES, alpn, client_hello, extension,
                       groups, hello_12, hello_browser, name, record, server_13, server_hello,
                       shares, signatures, u16, vec, versions)
from tls_openssl import exactly, ffdhe, ffdhe_pem, flights, from_12

SKE = {"tls-ske-hash-weak", "tls-ske-hash-phase-out"}
DH = {"tls-dh-group-weak", "tls-dh-group-unnamed"}
H2 = {"tls-h2-prohibited-suite"}
COMMON = ["tls-pq-not-offered"]
COMMON12 = COMMON + ["tls-version-12"]
DHE12 = COMMON12 + ["tls-kex-dhe", "tls-cipher-phase-out"]
OK = EMS + RENEGOTIATION
DER = b"\x30\x82\x01\x00" + bytes(256)


def real(vector, folder):
    """OpenSSL with itself, up to the end of what it says in clear."""
    v12 = ssl.TLSVersion.TLSv1_2
    seen = CLIENT13 | SERVER12 | SENTINEL | SKE
    c, s = flights(folder, from_12, exactly(v12, "ECDHE-ECDSA-AES128-GCM-SHA256"))
    vector("openssl-12-flight", "OpenSSL, TLS 1.2, certificate, secp256r1 and SHA-256", c, s,
           failed=COMMON12, seen=seen | GROUP, facts={"group": 0x17, "ske_hash": 8},
           flow={"certificates": 1, "client_hellos": 1, "hello_records": 1, "resumed": 0,
                 "server_hello_done": 1, "stapled": 0})
    c, s = flights(folder, from_12, lambda x: (exactly(v12, "DHE-RSA-AES128-GCM-SHA256")(x),
                                               x.load_dh_params(dh_file(folder, 2048))), "rsa")
    vector("openssl-12-dhe", "OpenSSL, TLS 1.2, ffdhe2048: a named group that is too short for "
           "NCSC-NL", c, s, failed=DHE12 + ["tls-group-weak"], seen=seen | GROUP | DH,
           facts={"dh_bits": 2048, "group": 0x100})


def dh_file(folder, bits):
    """A file with the group of RFC 7919."""
    path = os.path.join(folder, f"ffdhe{bits}.pem")
    with open(path, "wb") as out:
        out.write(ffdhe_pem(bits))
    return path


def server(suite, *messages, more=b"", version=0x0303):
    """A ServerHello and what follows it."""
    return server_hello(suite, OK + more, version=version) + handshake(*messages)


def built(vector):
    key_exchange(vector)
    diffie_hellman(vector)
    choices(vector)
    offers(vector)
    both_sides(vector)


def key_exchange(vector):
    seen = CLIENT12 | SERVER12 | GROUP | SKE
    for label, what, curve, scheme, failed, hash_bit in (
            ("ske-sha1", "the key exchange is signed with SHA-1", 29, 0x0201,
             ["tls-ske-hash-weak"], 2),
            ("ske-md5", "and with MD5", 23, 0x0101, ["tls-ske-hash-weak"], 1),
            ("ske-sha224", "and with SHA-224", 24, 0x0301, ["tls-ske-hash-phase-out"], 4),
            ("ske-pss", "and with RSASSA-PSS", 25, 0x0804, [], 8),
            ("curve-secp224r1", "secp224r1", 21, 0x0401, ["tls-group-phase-out"], 8),
            ("curve-secp256k1", "secp256k1, on no list", 22, 0x0401, ["tls-group-weak"], 8),
            ("curve-brainpool", "brainpoolP384r1", 27, 0x0501, [], 16),
            ("curve-unknown", "a curve that nobody assigned", 0x4321, 0x0401,
             ["tls-group-weak"], 8)):
        vector(label, what, hello_12(), server(0xc02f, certificates(DER), ecdhe(curve, scheme),
                                               DONE),
               failed=COMMON12 + failed, seen=seen, facts={"ske_hash": hash_bit, "group": curve},
               flow={"certificates": 1})
    vector("ske-explicit-curve", "a curve spelled out", hello_12(),
           server(0xc02f, certificates(DER), b"\x0c" + vec(3, b"\1" + bytes(40)), DONE),
           failed=COMMON12 + ["tls-group-weak"], seen=seen - SKE, facts={"group": 0xff01})
    vector("ske-anon", "an anonymous key exchange has no signature", hello_12(0xc018),
           server(0xc018, ecdhe_unsigned(23), DONE), failed=COMMON12 + [
               "tls-cipher-null-anon-export", "tls-cipher-cbc-sha1"], seen=seen - SKE,
           facts={"group": 23}, flow={"certificates": 0, "resumed": 0})
    vector("ske-psk", "ECDHE_PSK: a hint, a curve, no signature", hello_12(0xd001),
           server(0xd001, ecdhe_unsigned(29, b"hint"), DONE), failed=COMMON12, seen=seen - SKE,
           facts={"group": 29})
    vector("ske-tls10", "before TLS 1.2 the hash of the signature is not sent", hello_12(0xc013),
           server(0xc013, certificates(DER), ecdhe(23, 0), DONE, version=0x0301),
           failed=COMMON + ["tls-version-10-11", "tls-cipher-cbc-sha1"],
           seen=(seen - SKE) | SENTINEL, facts={"ske_hash": 0, "group": 23})
    vector("resumed-12", "a resumed session has neither certificate nor key exchange", hello_12(),
           server_hello(0xc02f, OK) + CCS + FINISHED, failed=COMMON12, seen=CLIENT12 | SERVER12,
           flow={"resumed": 1, "certificates": 0})


def diffie_hellman(vector):
    seen = CLIENT12 | SERVER12 | DH | SKE
    own = bytearray(ffdhe(2048))
    own[100] ^= 1
    for label, what, prime, generator, failed, bits, group in (
            ("dh-1024", "a group of 1024 bits", MODP1024, b"\2",
             ["tls-dh-group-weak", "tls-dh-group-unnamed"], 1024, 0),
            ("dh-2047", "a zero in front and 2047 bits", b"\0\x7f" + bytes(own[1:]), b"\2",
             ["tls-dh-group-weak", "tls-dh-group-unnamed"], 2047, 0),
            ("dh-own", "2048 bits, and one of them another than in ffdhe2048", bytes(own), b"\2",
             ["tls-dh-group-unnamed"], 2048, 0),
            ("dh-generator", "the prime of ffdhe2048 with a generator of its own", ffdhe(2048),
             b"\5", ["tls-dh-group-unnamed"], 2048, 0),
            ("dh-ffdhe3072", "ffdhe3072, a zero in front", b"\0" + ffdhe(3072), b"\2",
             ["tls-group-phase-out"], 3072, 0x101),
            ("dh-ffdhe8192", "ffdhe8192", ffdhe(8192), b"\2", ["tls-group-phase-out"], 8192,
             0x104)):
        vector(label, what, hello_12(0x009e), server(0x009e, certificates(DER),
                                                     dhe(prime, generator), DONE),
               failed=DHE12 + failed, seen=seen | (GROUP if group else set()),
               facts={"dh_bits": bits, "group": group})


    vector("dh-sha224", "ffdhe3072, signed with SHA-224", hello_12(0x009e),
           server(0x009e, certificates(DER), dhe(ffdhe(3072), scheme=0x0301), DONE),
           failed=DHE12 + ["tls-group-phase-out", "tls-ske-hash-phase-out"], seen=seen | GROUP,
           facts={"ske_hash": 4})


def choices(vector):
    seen12 = CLIENT12 | SERVER12
    vector("downgrade", "the client offered TLS 1.3, and the server marks that it was asked for "
           "less", hello_browser(), server_hello(0xc02f, OK, random=bytes(24) + b"DOWNGRD\1"),
           failed=["tls-version-12", "tls-downgrade-sentinel", "tls-pq-not-negotiated"],
           seen=CLIENT13 | SERVER12 | SENTINEL | PQ, facts={"downgrade": 2})
    vector("downgrade-11", "a client of TLS 1.2, and the older mark", hello_12(0xc013),
           server_hello(0xc013, OK, version=0x0302, random=bytes(24) + b"DOWNGRD\0"),
           failed=COMMON + ["tls-version-10-11", "tls-downgrade-sentinel", "tls-cipher-cbc-sha1"],
           seen=seen12 | SENTINEL, facts={"downgrade": 1})
    vector("downgrade-asked-12", "a client of TLS 1.2 gets what it asked for, mark or not",
           hello_12(), server_hello(0xc02f, OK, random=bytes(24) + b"DOWNGRD\1"),
           failed=COMMON12, seen=seen12, facts={"downgrade": 2})
    vector("reneg-insecure", "renegotiation is not protected", hello_12(),
           server_hello(0xc02f, EMS), failed=COMMON12 + ["tls-reneg-insecure"], seen=seen12)
    vector("ccm8", "CCM with a tag of 8 bytes", hello_12(0xc0ae), server_hello(0xc0ae, OK),
           failed=COMMON12 + ["tls-cipher-ccm8"], seen=seen12)
    vector("camellia", "ECDHE with Camellia and GCM", hello_12(0xc08a), server_hello(0xc08a, OK),
           failed=COMMON12 + ["tls-cipher-phase-out"], seen=seen12)
    h2 = alpn(b"h2")
    vector("h2-cbc", "HTTP/2 over CBC", hello_12(0xc013, more=alpn(b"h2", b"http/1.1")),
           server_hello(0xc013, OK + h2), failed=COMMON12 + ["tls-cipher-cbc-sha1",
                                                             "tls-h2-prohibited-suite"],
           seen=seen12 | H2, facts={"server_alpn": 2})
    vector("h2-gcm", "HTTP/2 over ECDHE and GCM", hello_12(more=h2), server_hello(0xc02f, OK + h2),
           failed=COMMON12, seen=seen12 | H2)
    vector("http1-cbc", "HTTP/1.1 over CBC: not HTTP/2's business",
           hello_12(0xc027, more=alpn(b"h2", b"http/1.1")),
           server_hello(0xc027, OK + alpn(b"http/1.1")),
           failed=COMMON12 + ["tls-cipher-phase-out"], seen=seen12, facts={"server_alpn": 1})
    vector("h2-rsa", "HTTP/2 over RSA key transport", hello_12(0x009c, more=h2),
           server_hello(0x009c, OK + h2),
           failed=COMMON12 + ["tls-kex-static", "tls-h2-prohibited-suite"], seen=seen12 | H2)
    vector("h2-dhe", "HTTP/2 over DHE and GCM, which it allows", hello_12(0x009e, more=h2),
           server_hello(0x009e, OK + h2), failed=DHE12, seen=seen12 | H2)
    vector("ccm8-13", "a tag of 8 bytes in TLS 1.3", client_hello(
        (0x1305,), name(b"small.example") + groups(29) + versions(0x0304) + shares((29, 32))),
           server_13(29, 0x1305), failed=COMMON + ["tls-cipher-ccm8"],
           seen=ONLY13 | SERVER13 | GROUP)
    for label, group, failed in (("13-ffdhe2048", 0x100, ["tls-group-weak"]),
                                 ("13-ffdhe3072", 0x101, ["tls-group-phase-out"])):
        vector(label, "a finite-field group in TLS 1.3", client_hello(
            (0x1301,), name(b"ff.example") + groups(group, 29) + versions(0x0304) +
            shares((group, 16))), server_hello(0x1301, extension(43, u16(0x0304)) + extension(
                51, u16(group) + vec(2, bytes(16)))), failed=COMMON + failed,
               seen=ONLY13 | SERVER13 | GROUP, facts={"group": group})
    kyber = client_hello((0x1301,), name(b"k.example") + groups(0x6399, 29) + versions(0x0304) +
                         shares((29, 32)))
    vector("kyber-offered", "the Kyber draft is offered", kyber, server_13(29),
           failed=COMMON + ["tls-pq-draft-group"], seen=ONLY13 | SERVER13 | GROUP,
           facts={"groups": 0x408})
    vector("kyber-alone", "and chosen; only the server's half is there", b"", server_hello(
        0x1301, extension(43, u16(0x0304)) + extension(51, u16(0x639a) + vec(2, bytes(64)))),
           failed=["tls-pq-draft-group", "tls-group-weak"], seen=SERVER13 | GROUP | DRAFT)


def offers(vector):
    base = name(b"c.example") + groups(29) + shares((29, 32))
    vector("offers-old", "TLS 1.3, and TLS 1.0 as well", client_hello(
        (0x1301, 0xc02f), base + versions(0x0304, 0x0303, 0x0301) + signatures(0x0403)),
           failed=COMMON + ["tls-client-offers-old"], seen=CLIENT13,
           facts={"min_version": 0x0301})
    vector("offers-sha1", "SHA-1 among the signatures", client_hello(
        (0x1301, 0xc02f), base + versions(0x0304, 0x0303) + signatures(0x0403, 0x0203)),
           failed=COMMON + ["tls-client-sigalg-weak"], seen=CLIENT13, facts={"sig_hashes": 0xa})
    vector("offers-sha1-13", "the same of a client of TLS 1.3 alone, which uses it for "
           "certificates at most", client_hello(
               (0x1301,), base + versions(0x0304) + signatures(0x0403, 0x0203)),
           failed=COMMON, seen=ONLY13)
    vector("mlkem-alone", "ML-KEM without a classical half is post-quantum too", client_hello(
        (0x1301,), name(b"m.example") + groups(0x0202) + versions(0x0304) + shares((0x0202, 40))),
           seen=ONLY13, facts={"groups": 0x800})


def both_sides(vector):
    seen = CLIENT12 | SERVER12 | GROUP | SKE
    vector("client-certificate", "asked for and given; the staple; alerts of both sides",
           hello_12() + handshake(certificates(DER), KEYS, version=0x0303) + alert(2, 48),
           server(0xc02f, certificates(DER, DER), stapled(), ecdhe(29), asked(), DONE) +
           alert(1, 90) + alert(2, 40), failed=COMMON12, seen=seen,
           flow={"certificates": 2, "stapled": 1, "certificate_asked": 1, "client_certificate": 1,
                 "alerts": "c:2:48;s:1:90;s:2:40"})
    vector("client-certificate-none", "asked for and not given",
           hello_12() + handshake(certificates(), KEYS) + CCS + FINISHED,
           server(0xc02f, certificates(DER), ecdhe(29), asked(), DONE) + CCS + FINISHED,
           failed=COMMON12, seen=seen, flow={"client_certificate": 0, "certificate_asked": 1,
                                             "alerts": "-", "resumed": 0})
    vector("refused", "the server gives up after a warning", hello_12(), alert(1, 112) +
           alert(2, 40) + alert(1, 0), failed=COMMON, seen=CLIENT12,
           flow={"alerts": "s:1:112;s:2:40;s:1:0", "certificates": 0})
    retry = server_hello(0x1302, extension(43, u16(0x0304)) + extension(51, u16(23)), random=RETRY)
    second = client_hello((0x1302,), name(b"second.example") + versions(0x0304) + groups(23) +
                          shares((23, 65)) + extension(41, bytes(60)))
    first = client_hello((0x1302,), name(b"second.example") + versions(0x0304) + groups(29, 23) +
                         shares((29, 32)) + extension(42) + extension(41, bytes(60)))
    vector("retry-early-data", "early data, then a second hello that offers none", first + CCS +
           record(bytes(50), 23, 0x0303), retry + CCS + server_13(23, 0x1302), again=second,
           failed=COMMON + ["tls-0rtt-offered"], seen=ONLY13 | SERVER13 | GROUP,
           facts={"early_data": 1, "hello_retry": 1}, flow={"client_hellos": 2})


def draft_server(version, group, suite=0x1301):
    """Before draft 22: no session, no compression; key_share had the number 40."""
    body = u16(version) + bytes(32) + u16(suite) + vec(2, extension(
        40, u16(group) + vec(2, bytes(SHARE_BYTES[group]))))
    return record(b"\2" + vec(3, body))


def drafts(vector):
    def hello(*offered):
        return client_hello((0x1301, 0xc02f), name(b"d.example") + groups(29) + signatures(0x0403) +
                            versions(*offered) + shares((29, 32)))
    seen = CLIENT13 | SERVER13 | GROUP
    vector("draft-18", "draft 18 of TLS 1.3", hello(0x7f12, 0x0303), draft_server(0x7f12, 29),
           failed=COMMON, seen=seen, facts={"max_version": 0x7f12, "version": 0x7f12,
                                            "suite": 0x1301, "group": 29})
    vector("draft-18-retry", "the same, and a HelloRetryRequest of its own kind", hello(
        0x7f12, 0x0303), record(b"\6" + vec(3, u16(0x7f12) + vec(2, extension(40, u16(29))))) +
           draft_server(0x7f12, 29), again=hello(0x7f12, 0x0303), failed=COMMON, seen=seen,
           facts={"hello_retry": 1, "version": 0x7f12}, flow={"client_hellos": 2})
    vector("draft-23", "draft 23, in the form of today", hello(0x7f17, 0x0303), server_hello(
        0x1301, extension(43, u16(0x7f17)) + extension(51, u16(29) + vec(2, bytes(32)))),
           failed=COMMON, seen=seen, facts={"version": 0x7f17, "max_version": 0x7f17})
    vector("draft-and-13", "a draft is older than TLS 1.3", hello(0x7f1c, 0x0304, 0x0303),
           server_13(29), failed=COMMON, seen=seen, facts={"max_version": 0x0304,
                                                            "min_version": 0x0303})
