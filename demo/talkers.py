#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Servers of the demo's internet that greet, talk and log each line that they receive.

talkers.py LOG: SMTP, POP3, IMAP, FTP and Telnet that take passwords in the clear (the fault to be
shown), an HTTP server and a UDP listener.  A line of the log is "service: what the client sent".
"""
import asyncio
import sys

MAIL, TELNET, FTP, HTTP = "203.0.113.25", "203.0.113.23", "203.0.113.21", "203.0.113.82"


class Service:
    def __init__(self, name, greeting, answers, otherwise):
        self.name, self.greeting, self.answers, self.otherwise = name, greeting, answers, otherwise

    def answer(self, line):
        for start, answer in self.answers:
            if line.upper().startswith(start):
                return answer
        return self.otherwise

    async def talk(self, reader, writer):
        writer.write(self.greeting)
        try:
            while line := await reader.readline():
                log(self.name, line)
                answer = self.answer(line)
                writer.write(answer)
                await writer.drain()
                if answer.startswith((b"221", b"+OK bye", b"* BYE")):
                    break
        except ConnectionError:
            log(self.name, b"(connection lost)")
        writer.close()


class ImapService(Service):
    """IMAP's answers carry the command's tag."""

    def answer(self, line):
        tag, _, command = line.partition(b" ")
        return super().answer(command).replace(b"%tag", tag)


class HttpService(Service):
    async def talk(self, reader, writer):
        try:
            while line := await reader.readline():
                log(self.name, line)
                if not line.strip():
                    body = b"a page\n"
                    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
                                 b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
                    break
            await writer.drain()
        except ConnectionError:
            log(self.name, b"(connection lost)")
        writer.close()


SMTP = Service("smtp", b"220 mail.vendor.example ESMTP\r\n", (
    (b"EHLO", b"250-mail.vendor.example\r\n250 AUTH PLAIN LOGIN\r\n"),
    (b"HELO", b"250 mail.vendor.example\r\n"),
    (b"AUTH", b"235 2.7.0 accepted\r\n"),
    (b"MAIL", b"250 ok\r\n"), (b"RCPT", b"250 ok\r\n"), (b"RSET", b"250 ok\r\n"),
    (b"QUIT", b"221 bye\r\n")), b"502 not here\r\n")
POP3 = Service("pop3", b"+OK ready\r\n", (
    (b"CAPA", b"+OK\r\nUSER\r\n.\r\n"), (b"USER", b"+OK\r\n"), (b"PASS", b"+OK\r\n"),
    (b"LIST", b"+OK\r\n.\r\n"), (b"QUIT", b"+OK bye\r\n")), b"-ERR not here\r\n")
IMAP = ImapService("imap", b"* OK ready\r\n", (
    (b"CAPABILITY", b"* CAPABILITY IMAP4rev1\r\n%tag OK\r\n"), (b"LOGIN", b"%tag OK\r\n"),
    (b"LIST", b"%tag OK\r\n"), (b"LOGOUT", b"* BYE\r\n%tag OK\r\n")), b"%tag BAD\r\n")
FTP_SERVICE = Service("ftp", b"220 ready\r\n", (
    (b"USER", b"331 password please\r\n"), (b"PASS", b"230 logged in\r\n"),
    (b"PWD", b"257 \"/\"\r\n"), (b"QUIT", b"221 bye\r\n")), b"502 not here\r\n")
TELNET_SERVICE = Service("telnet", b"\xff\xfd\x18\r\nlogin: ", (), b"Password: ")
HTTP_SERVICE = HttpService("http", b"", (), b"")

PORTS = ((MAIL, 25, SMTP), (MAIL, 587, SMTP), (MAIL, 110, POP3), (MAIL, 143, IMAP),
         (FTP, 21, FTP_SERVICE), (TELNET, 23, TELNET_SERVICE), (HTTP, 80, HTTP_SERVICE))


class Listener(asyncio.DatagramProtocol):
    """Logs who sent what."""

    def datagram_received(self, data, addr):
        log("udp", addr[0].encode() + b" " + data)


def log(name, line):
    print(f"{name}: {line.decode('latin-1').strip()}", file=LOG, flush=True)


async def main():
    servers = [await asyncio.start_server(service.talk, address, port)
               for address, port, service in PORTS]
    await asyncio.get_running_loop().create_datagram_endpoint(Listener, (HTTP, 9))
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    with open(sys.argv[1], "a", encoding="utf-8") as LOG:
        asyncio.run(main())
