# SPDX-License-Identifier: BSD-2-Clause
"""What nginx's configuration says, and policies that come and go while nginx runs."""
import os
import socket
import threading
import time

import pytest
from nginx_clients import ask, curl, tls
from nginx_rig import missing, rig, wait_for  # noqa: F401

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

OPEN = "version: 1\ndefaults: { profile: observe, mode: enforce }\n"
SHUT = OPEN + """
classes:
  - { name: listed, names: [a.example, listed.example] }
rules:
  - { classes: [listed], action: block }
"""


def start(rig, policy, http, **more):  # noqa: F811
    if policy:
        rig.policy(policy)
    rig.configure(http=http, **more)
    rig.start()


def get(rig, host="a.example", path="/", port="plain"):  # noqa: F811
    return curl(f"http://127.0.0.1:{rig.ports[port]}{path}", "-H", f"Host: {host}")


# --- policies

def test_a_swap_turns_a_kept_connection_from_200_to_403(rig):  # noqa: F811
    start(rig, OPEN, "plimsoll on;" + rig.server("plain", "a.example"))
    with socket.create_connection(("127.0.0.1", rig.ports["plain"])) as s:
        assert ask(s, "a.example")[0] == 200
        rig.policy(SHUT)
        assert ask(s, "a.example")[0] == 403
    rig.policy(OPEN)
    assert get(rig)[0] == 200


def test_a_swap_turns_a_kept_tls_connection_too(rig):  # noqa: F811
    rig.certificate("a", ["a.example"])
    start(rig, OPEN, "plimsoll on;" + rig.server("tls", "a.example", cert="a"))
    with tls(rig.ports["tls"], "a.example") as s:
        assert ask(s, "a.example")[0] == 200
        rig.policy(SHUT)
        status, _, body = ask(s, "a.example")
        assert status == 403 and "destination-listed" in body


def test_without_an_image_everything_passes_until_there_is_one(rig):  # noqa: F811
    rig.configure(http="plimsoll on;" + rig.server("plain", "a.example"))
    status, said = rig.check()
    assert status == 0 and "[warn]" in said and f"{rig.path}/policy.img" in said
    rig.start()
    assert get(rig)[0] == 200
    rig.policy(SHUT)
    assert wait_for(lambda: get(rig)[0] == 403)


def test_a_bad_image_is_refused_told_and_changes_nothing(rig):  # noqa: F811
    start(rig, SHUT, "plimsoll on;" + rig.server("plain", "a.example"))
    assert get(rig)[0] == 403
    rig.write("bad.img", "PLIMSOLL" + "x" * 4096)
    os.rename(f"{rig.path}/bad.img", f"{rig.path}/policy.img")
    with open(f"{rig.path}/control", "r+b") as page:
        page.seek(16)
        page.write(b"\x7f")
    for _ in range(3):
        assert get(rig)[0] == 403
    said = [line for line in rig.read("logs/error.log").splitlines() if "refused" in line]
    assert len(said) == 1 and "the old one goes on deciding" in said[0]
    rig.policy(OPEN)
    assert get(rig)[0] == 200


# --- processes

def test_a_reload_under_requests_loses_none(rig):  # noqa: F811
    start(rig, OPEN, "plimsoll on;" + rig.server("plain", "a.example"))
    seen, stop = [], threading.Event()

    def keep_asking():
        while not stop.is_set():
            try:
                with socket.create_connection(("127.0.0.1", rig.ports["plain"]), 5) as s:
                    seen.append(ask(s, "a.example", head="Connection: close\r\n")[0])
            except OSError as error:
                seen.append(error)

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    old = set()
    try:
        for _ in range(3):
            old |= rig.reload()
            time.sleep(0.2)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(seen) > 50 and set(seen) == {200}
    assert wait_for(lambda: not old & rig.workers()), "an old worker does not end"
    rig.policy(SHUT)
    assert get(rig)[0] == 403


def test_a_reload_takes_a_new_configuration(rig):  # noqa: F811
    start(rig, SHUT, rig.server("plain", "a.example"))
    assert get(rig)[0] == 200
    rig.configure(http="plimsoll on;" + rig.server("plain", "a.example"))
    rig.reload()
    assert wait_for(lambda: get(rig)[0] == 403)
    rig.configure(http="plimsoll off;" + rig.server("plain", "a.example"))
    rig.reload()
    assert wait_for(lambda: get(rig)[0] == 200)


def test_a_single_process_judges_too(rig):  # noqa: F811
    start(rig, SHUT, "plimsoll on;" + rig.server("plain", "a.example"), main="master_process off;")
    assert get(rig)[0] == 403
    rig.policy(OPEN)
    assert get(rig)[0] == 200
    assert rig.events.wait(lambda e: e["action"] == "block")


def test_counted_events_are_sent_when_a_worker_ends(rig):  # noqa: F811
    start(rig, SHUT, "plimsoll on;" + rig.server("plain", "a.example"))
    for _ in range(5):
        get(rig)
    rig.stop()
    assert sum(e["count"] for e in rig.events.read()) == 5


# --- where it is on

def test_observe_judges_and_tells_and_never_acts(rig):  # noqa: F811
    rig.certificate("a", ["a.example"])
    start(rig, SHUT.replace("rules:", "rules:\n  - { checks: ['http*'], action: block }"),
          "plimsoll observe;" + rig.server("plain", "a.example")
          + rig.server("tls", "a.example", cert="a"))
    status, headers, body = get(rig)
    assert (status, body) == (200, "hello\n") and "location" not in headers
    assert curl(f"http://127.0.0.1:{rig.ports['plain']}/", "-u", "me:x")[0] == 200
    with tls(rig.ports["tls"], "a.example") as s:
        assert ask(s, "a.example")[0] == 200
    assert wait_for(lambda: len(rig.access()) == 3)
    assert {line[0] for line in rig.access()} == {"would-block"}
    assert rig.access()[0][1] == "destination-listed,http-cleartext"
    assert rig.events.wait(lambda e: e["trial"][0] and e["name"] == "a.example")
    assert not any(e["action"] == "block" for e in rig.events.read())


def test_a_location_may_be_off_where_its_server_is_on(rig):  # noqa: F811
    start(rig, SHUT, rig.server("plain", "a.example", "plimsoll on; location /free { plimsoll off;"
                                " return 200 free; } location /watched { plimsoll observe; return "
                                "200 watched; } location / { return 200 no; }"))
    assert get(rig)[0] == 403
    assert get(rig, path="/free")[2] == "free"
    assert get(rig, path="/watched")[2] == "watched"
    assert wait_for(lambda: len(rig.access()) == 3)
    assert [line[0] for line in rig.access()] == ["block", "-", "would-block"]


def test_a_location_may_be_on_where_its_server_is_off(rig):  # noqa: F811
    start(rig, SHUT, rig.server("plain", "a.example", "location /strict { plimsoll on; }"))
    assert get(rig)[0] == 200
    assert get(rig, path="/strict/x")[0] == 403


def test_what_a_server_answers_before_its_locations_is_judged_too(rig):  # noqa: F811
    start(rig, SHUT, rig.server("plain", "a.example", "plimsoll on; return 200 early; "
                                "location /free { plimsoll off; }"))
    status, _, body = get(rig)
    assert status == 403 and "destination-listed" in body and "early" not in body


def test_satisfy_any_does_not_pass_by(rig):  # noqa: F811
    start(rig, SHUT, rig.server("plain", "a.example", "plimsoll on; satisfy any; allow all;"))
    assert get(rig)[0] == 403


# --- nginx -t

BAD = {
    "plimsoll maybe;": '"plimsoll" has the value "maybe": expected on, off or observe',
    "plimsoll on; plimsoll off;": '"plimsoll" directive is duplicate',
    "plimsoll_refuse reset;": '"plimsoll_refuse" has the value "reset": expected alert or page',
    "plimsoll_plain drop;": '"plimsoll_plain" has the value "drop": expected page or redirect',
    "plimsoll_policy a; plimsoll_policy b;": '"plimsoll_policy" directive is duplicate',
    "plimsoll_policy a b c;": 'invalid number of arguments in "plimsoll_policy" directive',
    "plimsoll_policy " + "x" * 300 + ";": "bytes: at most 255 fit",
    "plimsoll_policy p; plimsoll_events " + "x" * 120 + ";": "bytes: at most 107 fit",
    "server { plimsoll_policy a; }": '"plimsoll_policy" directive is not allowed here',
}


@pytest.mark.parametrize("line", BAD, ids=range(len(BAD)))
def test_a_bad_directive_is_told_with_file_and_line(rig, line):  # noqa: F811
    marked = f"# plimsoll_policy\n# here\n{line}"
    rig.configure(http=marked if "plimsoll_events" not in line else marked)
    text = rig.read("nginx.conf")
    text = text.replace(f"plimsoll_events {rig.path}/events.sock;\n", "", 1)
    rig.write("nginx.conf", text)
    number = text.split("# here\n")[0].count("\n") + 2
    status, said = rig.check()
    assert status == 1 and "[emerg]" in said
    assert BAD[line] in said and said.split("[emerg]")[1].splitlines()[0].endswith(
        f"{rig.path}/nginx.conf:{number}")


def test_paths_are_relative_to_the_configuration(rig):  # noqa: F811
    rig.policy(SHUT)
    rig.configure(http="plimsoll on; plimsoll_policy policy.img control;"
                  + rig.server("plain", "a.example"))
    rig.start()
    assert get(rig)[0] == 403


def test_nothing_is_asked_of_a_configuration_without_http(rig):  # noqa: F811
    rig.policy(OPEN)
    rig.configure(stream=f"server {{ listen 127.0.0.1:{rig.port('tcp')}; return ok; }}")
    text = rig.read("nginx.conf")
    rig.write("nginx.conf", text[:text.index("http {")] + text[text.index("stream {"):])
    rig.start()
    with socket.create_connection(("127.0.0.1", rig.ports["tcp"])) as s:
        assert s.recv(10) == b"ok"
