# SPDX-License-Identifier: BSD-2-Clause
"""A TCP client whose segments a test writes one by one: any order, any overlap, any number.

Its address belongs to no kernel, so nobody but the test answers for it.
"""
import ipaddress
import socket
import struct
import time

import gateway_world as world

ADDRESS4, ADDRESS6 = "10.77.1.50", "fd77:1::50"
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def link_address(namespace, device):
    """By `ip`, since /sys shows the network namespace that it was mounted in."""
    words = world.run(namespace, "ip", "-o", "link", "show", "dev", device).stdout.split()
    return words[words.index("link/ether") + 1]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Segment:
    """What came back."""

    def __init__(self, tcp):
        self.seq, self.ack, offset, self.flags = struct.unpack("!IIBB", tcp[4:14])
        head = (offset >> 4) * 4
        self.options, self.data = tcp[20:head], tcp[head:]


class RawClient:
    """One connection.  isn: of the client; .seq and .ack follow the conversation."""

    next_port = 20000

    def __init__(self, server, port, isn=0xfffffff0):
        self.v6 = ":" in server
        self.address = ADDRESS6 if self.v6 else ADDRESS4
        self.server, self.port, self.isn = server, port, isn
        RawClient.next_port += 1
        self.local = RawClient.next_port
        gate, own = link_address(world.GATEWAY, "g0"), link_address(world.CLIENT, "c0")
        world.run(world.GATEWAY, "ip", "neigh", "replace", self.address, "lladdr", own, "dev", "g0")
        self.ether = bytes.fromhex((gate + own).replace(":", ""))
        self.ether += b"\x86\xdd" if self.v6 else b"\x08\x00"
        with world.Inside(world.CLIENT):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            self.socket.bind(("c0", 0))
        self.socket.settimeout(0.2)
        self.ack = 0

    def pseudo(self, length):
        source, target = (ipaddress.ip_address(a).packed for a in (self.address, self.server))
        return source + target, struct.pack("!II", length, 6)

    def packet(self, tcp):
        addresses, rest = self.pseudo(len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(addresses + rest + tcp)) + tcp[18:]
        if self.v6:
            return struct.pack("!IHBB", 6 << 28, len(tcp), 6, 64) + addresses + tcp
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0) + addresses
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + tcp

    def send(self, flags, offset=0, data=b"", options=b"", seq=None):
        """A segment; offset: of its first byte in what the client says."""
        seq = (self.isn + 1 + offset if seq is None else seq) % 2**32
        tcp = struct.pack("!HHIIBBHHH", self.local, self.port, seq, self.ack,
                          (5 + len(options) // 4) << 4, flags, 64000, 0, 0)
        self.socket.send(self.ether + self.packet(tcp + options + data))

    def data(self, offset, data, options=b""):
        self.send(ACK | PSH, offset, data, options)

    def receive(self, condition, timeout=3):
        """The first segment of this connection that meets the condition, or None."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                frame, where = self.socket.recvfrom(65536)
            except TimeoutError:
                continue
            if where[2] == 4 or frame[12:14] != self.ether[12:]:  # our own, or another
                continue
            at = 54 if self.v6 else 14 + (frame[14] & 15) * 4
            if frame[20 if self.v6 else 23] != 6 or len(frame) < at + 20:
                continue
            if struct.unpack("!HH", frame[at:at + 4]) == (self.port, self.local):
                end_of_ip = (54 + struct.unpack("!H", frame[18:20])[0] if self.v6
                             else 14 + struct.unpack("!H", frame[16:18])[0])
                segment = Segment(frame[at:end_of_ip])
                if condition(segment):
                    return segment
        return None

    def connect(self):
        self.send(SYN, -1)
        answer = self.receive(lambda s: s.flags & (SYN | RST))
        assert answer and answer.flags & SYN, "the connection was refused"
        self.ack = answer.seq + 1
        self.send(ACK)
        return self

    def close(self):
        self.send(RST | ACK, 0)
        self.socket.close()
