# SPDX-License-Identifier: BSD-2-Clause
"""What stands in the demo's internet: DNS, a modern web server, one of yesterday, the talkers."""
import os
import subprocess

import zones
from world import INTERNET

HERE = os.path.dirname(os.path.abspath(__file__))

NSD = """server:
    ip-address: {address}
    username: ""
    chroot: ""
    zonesdir: "{zones}"
    database: ""
    pidfile: "{folder}/nsd.pid"
    zonelistfile: "{folder}/nsd.zones"
    xfrdfile: "{folder}/nsd.xfrd"
    xfrdir: "{folder}"
    server-count: 1
remote-control:
    control-enable: no
"""

NGINX = """daemon off;
pid {folder}/web.pid;
error_log {folder}/web-error.log info;
events {{ worker_connections 256; }}
http {{
    access_log off;
    server {{
        listen 203.0.113.80:443 ssl;
        listen [2001:db8:f::80]:443 ssl;
        ssl_certificate {folder}/good.pem;
        ssl_certificate_key {folder}/good.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {{ return 200 "a modern page, $ssl_protocol\\n"; }}
    }}
}}
"""

# OpenSSL's own defaults forbid what yesterday's devices speak.
OLD_OPENSSL = """openssl_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = defaults
[defaults]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
"""


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def make_certificate(folder, name, host):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "7", "-subj", f"/CN={host}",
                    "-addext", f"subjectAltName=DNS:{host}", "-keyout", f"{folder}/{name}.key",
                    "-out", f"{folder}/{name}.pem"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def start_dns(world):
    files, anchor = zones.write_zones(os.path.join(world.folder, "zones"))
    config = NSD.format(address=zones.SERVER, zones=os.path.join(world.folder, "zones"),
                        folder=world.folder)
    for zone, file in files.items():
        config += f'zone:\n    name: "{zone}"\n    zonefile: "{file}"\n'
    path = write(os.path.join(world.folder, "nsd.conf"), config)
    world.start(INTERNET, "nsd", "/usr/sbin/nsd", "-d", "-c", path)
    return anchor


def old_openssl(world):
    """The environment in which openssl speaks TLS 1.0."""
    path = os.path.join(world.folder, "old-openssl.cnf")
    if not os.path.exists(path):
        write(path, OLD_OPENSSL)
    return dict(os.environ, OPENSSL_CONF=path)


def start_all(world):
    """Start everything; answers the trust anchor of the root zone."""
    anchor = start_dns(world)
    make_certificate(world.folder, "good", "www.good.example")
    make_certificate(world.folder, "old", "controller.vendor.example")
    config = write(os.path.join(world.folder, "web.conf"), NGINX.format(folder=world.folder))
    world.start(INTERNET, "web", "/usr/sbin/nginx", "-c", config, "-e", world.log("web"))
    for address in (zones.OLD_WEB, zones.LISTED):
        world.start(INTERNET, f"old-web-{address}", "openssl", "s_server", "-tls1", "-www",
                    "-cipher", "ALL:@SECLEVEL=0", "-accept", f"{address}:443",
                    "-cert", f"{world.folder}/old.pem", "-key", f"{world.folder}/old.key",
                    env=old_openssl(world))
    world.start(INTERNET, "talkers", "/usr/bin/python3", os.path.join(HERE, "talkers.py"),
                os.path.join(world.folder, "received.log"))
    for address, port, what in ((zones.SERVER, 53, "nsd"), (zones.WEB, 443, "nginx"),
                                (zones.OLD_WEB, 443, "openssl s_server"),
                                (zones.MAIL, 25, "the mail server")):
        world.wait_for(INTERNET, address, port, what)
    return anchor
