# SPDX-License-Identifier: BSD-2-Clause
"""What follows a hello in clear up to TLS 1.2, built byte for byte (RFC 5246, 7.4)."""
from tls_hello import record, u8, u16, vec

DONE = b"\x0e\0\0\0"
CCS = record(b"\1", 20, 0x0303)
FINISHED = record(bytes(range(40)), version=0x0303)  # stands for what is encrypted
KEYS = b"\x10" + vec(3, vec(1, bytes(32)))
MODP1024 = bytes.fromhex(  # RFC 2409, 6.2
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e340"
    "4ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f4"
    "06b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff")


def alert(level, description, version=0x0303):
    return record(u8(level) + u8(description), 21, version)


def handshake(*messages, version=0x0303):
    return record(b"".join(messages), version=version)


def certificates(*ders):
    return b"\x0b" + vec(3, vec(3, b"".join(vec(3, der) for der in ders)))


def stapled(response=bytes(20)):
    return b"\x16" + vec(3, b"\1" + vec(3, response))


def asked():
    return b"\x0d" + vec(3, b"\1\1" + vec(2, u16(0x0401)) + vec(2, b""))


def signature(scheme):
    return (u16(scheme) if scheme else b"") + vec(2, bytes(64))


def ecdhe(curve, scheme=0x0401, point=bytes(32)):
    return b"\x0c" + vec(3, b"\3" + u16(curve) + vec(1, point) + signature(scheme))


def ecdhe_unsigned(curve, hint=None):
    return b"\x0c" + vec(3, (b"" if hint is None else vec(2, hint)) + b"\3" + u16(curve) +
                         vec(1, bytes(32)))


def dhe(prime, generator=b"\2", scheme=0x0401):
    return b"\x0c" + vec(3, vec(2, prime) + vec(2, generator) + vec(2, bytes(8)) +
                         signature(scheme))
