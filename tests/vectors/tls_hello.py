# SPDX-License-Identifier: BSD-2-Clause
"""TLS hellos built byte for byte: what no library of today says."""


def u8(n):
    return n.to_bytes(1, "big")


def u16(n):
    return n.to_bytes(2, "big")


def vec(length_bytes, body):
    return len(body).to_bytes(length_bytes, "big") + body


def u16s(values):
    return b"".join(u16(v) for v in values)


def record(body, kind=22, version=0x0301):
    return u8(kind) + u16(version) + vec(2, body)


def extension(kind, body=b""):
    return u16(kind) + vec(2, body)


def name(host):
    return extension(0, vec(2, b"\0" + vec(2, host)))


def groups(*values):
    return extension(10, vec(2, u16s(values)))


def signatures(*values):
    return extension(13, vec(2, u16s(values)))


def alpn(*names):
    return extension(16, vec(2, b"".join(vec(1, n) for n in names)))


def versions(*values):
    return extension(43, vec(1, u16s(values)))


def shares(*pairs):
    return extension(51, vec(2, b"".join(u16(g) + vec(2, bytes(n)) for g, n in pairs)))


EMS = extension(23)
RENEGOTIATION = extension(0xff01, b"\0")
SHARE_BYTES = {0x11ec: 1216, 0x11eb: 1249, 0x11ed: 1665, 29: 32, 23: 65}
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def client_hello(suites, extensions=b"", version=0x0303, session=b"", compressions=b"\0"):
    body = (u16(version) + bytes(range(32)) + vec(1, session) + vec(2, u16s(suites)) +
            vec(1, compressions))
    if extensions:
        body += vec(2, extensions)
    return record(b"\1" + vec(3, body))


def server_hello(suite, extensions=b"", version=0x0303, compression=0, random=bytes(range(32, 64))):
    body = u16(version) + random + vec(1, bytes(32)) + u16(suite) + u8(compression)
    if extensions:
        body += vec(2, extensions)
    return record(b"\2" + vec(3, body), version=0x0303)


def server_13(group, suite=0x1301):
    return server_hello(suite, extension(43, u16(0x0304)) +
                        extension(51, u16(group) + vec(2, bytes(SHARE_BYTES[group]))))


def hello_12(*suites, more=b"", offer_ems=True):
    """A client of 2015: TLS 1.2 and no more."""
    return client_hello(suites or (0xc02f, 0xc030, 0x009c, 0x002f),
                        name(b"old.example") + groups(29, 23, 24) + signatures(0x0401, 0x0403) +
                        RENEGOTIATION + (EMS if offer_ems else b"") + more)


def hello_old(version, *suites, more=b""):
    return client_hello(suites or (0xc014, 0x0035, 0x000a, 0x0005),
                        name(b"old.example") + groups(23, 24) + RENEGOTIATION + EMS + more,
                        version=version)


def hello_browser(ech=True, sni=b"www.example.com"):
    """As a browser of 2025: GREASE everywhere, a post-quantum share, 1.8 kB."""
    suites = (0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8,
              0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035)
    extensions = (extension(0x5a5a) + RENEGOTIATION + (name(sni) if sni else b"") +
                  groups(0x6a6a, 0x11ec, 29, 23, 24) + extension(11, b"\1\0") + extension(35) +
                  alpn(b"h2", b"http/1.1") + extension(5, b"\1\0\0\0\0") +
                  signatures(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601) +
                  extension(18) + shares((0x6a6a, 1), (0x11ec, SHARE_BYTES[0x11ec]), (29, 32)) +
                  extension(45, b"\1\1") + versions(0x7a7a, 0x0304, 0x0303) +
                  extension(27, b"\2\0\2") + extension(17613, b"\0\3\2h2") + EMS +
                  (extension(0xfe0d, b"\0\0\1\0\1\x42" + vec(2, bytes(32)) + vec(2, bytes(208)))
                   if ech else b"") + extension(0x8a8a, b"\0"))
    return client_hello(suites, extensions, session=bytes(32))


def v2_hello(version, kinds, session=b"", challenge=bytes(range(16))):
    """RFC 5246, E.2; RFC 6101, E.1."""
    specs = b"".join(k.to_bytes(3, "big") for k in kinds)
    body = (b"\1" + u16(version) + u16(len(specs)) + u16(len(session)) + u16(len(challenge)) +
            specs + session + challenge)
    return u16(0x8000 | len(body)) + body


def v2_server(kinds, certificate=bytes(40), connection=bytes(16)):
    specs = b"".join(k.to_bytes(3, "big") for k in kinds)
    body = (b"\4\0\1" + u16(2) + u16(len(certificate)) + u16(len(specs)) + u16(len(connection)) +
            certificate + specs + connection)
    return u16(0x8000 | len(body)) + body
