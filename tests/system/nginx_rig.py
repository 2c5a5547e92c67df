# SPDX-License-Identifier: BSD-2-Clause
"""The distribution's nginx with Plimsoll's modules, in a folder of its own, on loopback ports of
its own, as an unprivileged user; nginx_clients.py has those who connect to it."""
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

B = os.path.abspath(os.environ.get("B", "build"))
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
MODULES = "/usr/lib/nginx/modules"
HTTP_SO = f"{B}/ngx_http_plimsoll_module.so"
STREAM_SO = f"{B}/ngx_stream_plimsoll_module.so"
USER = "www-data"


def missing():
    """Why the nginx tests cannot run here; empty when they can."""
    for path in (NGINX, HTTP_SO, STREAM_SO, f"{B}/plimsoll", f"{MODULES}/ngx_stream_module.so"):
        if not os.path.exists(path):
            return f"there is no {path}"
    return ""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    return what()


class Upstream:
    """A plain HTTP server that remembers what reached it."""

    def __init__(self):
        requests = self.requests = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                requests.append((self.command, self.path, dict(self.headers), body))
                self.send_response(200)
                self.send_header("Content-Length", "3")
                self.end_headers()
                self.wfile.write(b"up\n")

            do_GET = do_POST = answer

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


EVENT = struct.Struct("=HBBBBHIIQQ 4Q HH HHH HHH 7Q 7Q 7Q Q 256s")
FIELDS = ("version kind point action protocol name_len count lost time_ns serial client_hi "
          "client_lo destination_hi destination_lo client_port destination_port group class_ cell "
          "tls_version tls_suite tls_group").split()
ACTIONS = ("allow", "flag", "would-block", "block")


def decode_event(data):
    assert len(data) == EVENT.size == 512
    values = EVENT.unpack(data)
    event = dict(zip(FIELDS, values))
    at = len(FIELDS)
    for word in ("flag", "trial", "block"):
        event[word] = values[at:at + 7]
        at += 7
    event["name"] = values[at + 1][:event["name_len"]].decode("latin-1")
    event["action"] = ACTIONS[event["action"]]
    return event


class Events:
    """Where plimsolld would listen."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.seen, self.raw = [], b""

    def read(self):
        while True:
            try:
                data = self.socket.recv(4096, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return self.seen
            self.raw += data
            self.seen.append(decode_event(data))

    def wait(self, wanted, seconds=4.0):
        """The first event that fits; None when none comes."""
        return wait_for(lambda: next((e for e in self.read() if wanted(e)), None), seconds)


class Rig:
    """One nginx.  conf is the inside of nginx.conf; {P} in it is the folder, {port...} a port."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="plimsoll-nginx-")
        os.chmod(self.path, 0o755)
        for name in ("html", "logs", "temp"):
            os.mkdir(f"{self.path}/{name}")
        if os.geteuid() == 0:
            for name in ("", "logs", "temp"):
                shutil.chown(f"{self.path}/{name}", USER, USER)
        self.write("html/index.html", "hello\n")
        self.ports, self.process, self.upstreams = {}, None, []
        self.events = Events(f"{self.path}/events.sock")

    def write(self, name, text):
        with open(f"{self.path}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(f"{self.path}/{name}", encoding="utf-8", errors="replace") as file:
            return file.read()

    def port(self, name):
        return self.ports.setdefault(name, free_port())

    def upstream(self):
        self.upstreams.append(Upstream())
        return self.upstreams[-1]

    # --- the policy

    def policy(self, text):
        """Compile and publish; bumps the control page."""
        self.write("policy.yaml", text)
        run = subprocess.run([f"{B}/plimsoll", "compile", "-p", f"{self.path}/policy.yaml", "-o",
                              f"{self.path}/policy.img", "--control", f"{self.path}/control"],
                             capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        os.chmod(f"{self.path}/policy.img", 0o644)

    def certificate(self, name, hosts, key="ec"):
        kind = ["-newkey", "rsa:2048"] if key == "rsa" else \
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        names = ",".join(f"DNS:{host}" for host in hosts)
        subprocess.run(["openssl", "req", "-x509", *kind, "-nodes", "-days", "2", "-subj",
                        f"/CN={hosts[0]}", "-addext", f"subjectAltName={names}", "-keyout",
                        f"{self.path}/{name}.key", "-out", f"{self.path}/{name}.pem"],
                       capture_output=True, check=True)
        os.chmod(f"{self.path}/{name}.key", 0o644)

    def server(self, port, names="_", inside="", cert="", protocols="TLSv1.2 TLSv1.3"):
        """A server block on a loopback port; with a certificate it speaks TLS."""
        tls = f"ssl_certificate {self.path}/{cert}.pem; ssl_protocols {protocols};" \
              f" ssl_certificate_key {self.path}/{cert}.key;" if cert else ""
        return f"server {{ listen 127.0.0.1:{self.port(port)} {'ssl' if cert else ''};" \
               f" server_name {names}; {tls} {inside} }}\n"

    # --- nginx

    def configure(self, http="", stream="", main=""):
        temps = "".join(f"{kind}_temp_path {self.path}/temp/{kind};\n" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        policy = f"plimsoll_policy {self.path}/policy.img {self.path}/control;\n" \
                 f"plimsoll_events {self.path}/events.sock;\n"
        self.write("nginx.conf", f"""
load_module {MODULES}/ngx_stream_module.so;
load_module {HTTP_SO};
load_module {STREAM_SO};
pid {self.path}/nginx.pid;
error_log {self.path}/logs/error.log info;
worker_processes 1;
{main}
events {{ worker_connections 256; }}
http {{
log_format verdict '$plimsoll_verdict $plimsoll_checks $plimsoll_group $status $request_uri';
access_log {self.path}/logs/access.log verdict;
root {self.path}/html;
{temps}
{policy if "plimsoll_policy" not in http else ""}
{http}
}}
{"stream {" if stream else ""}
{policy if stream else ""}
{stream}
{"}" if stream else ""}
""")

    def command(self, *more):
        drop = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] \
            if os.geteuid() == 0 else []
        return [*drop, NGINX, "-p", self.path, "-c", f"{self.path}/nginx.conf", "-e",
                f"{self.path}/logs/error.log", *more]

    def check(self):
        """nginx -t: exit status and what it says."""
        run = subprocess.run(self.command("-t"), capture_output=True, text=True, check=False)
        return run.returncode, run.stderr

    def start(self):
        status, said = self.check()
        assert status == 0, said
        self.process = subprocess.Popen(self.command("-g", "daemon off;"),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_for(lambda: self.ready() or self.process.poll() is not None)
        assert self.process.poll() is None, self.read("logs/error.log")

    def ready(self):
        for port in self.ports.values():
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                return False
        return True

    def workers(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                  encoding="ascii") as file:
            return {int(pid) for pid in file.read().split()}

    def reload(self):
        old = self.workers()
        self.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: self.workers() - old)
        return old

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        self.process = None

    def close(self):
        self.stop()
        self.events.socket.close()
        for upstream in self.upstreams:
            upstream.close()
        shutil.rmtree(self.path)

    def access(self):
        """The lines of the access log, each split into its five words."""
        return [line.split(" ", 4) for line in self.read("logs/access.log").splitlines()]


@pytest.fixture
def rig():
    place = Rig()
    yield place
    place.close()
