# SPDX-License-Identifier: BSD-2-Clause
"""plimsolld from the outside: start, reload, end, its configuration, the events file."""
import os
import signal
import subprocess
import time

import pytest

import plimsolld
from plimsolld import POLICY, Daemon, event, wait_for

TLS_OLD = 1  # a bit of catalogue.def


@pytest.fixture(name="daemon")
def fixture_daemon(tmp_path):
    daemon = Daemon(tmp_path)
    yield daemon
    daemon.stop(signal.SIGKILL)


# --- start, reload, end


def test_start_publishes_the_policy(daemon):
    daemon.start()
    assert daemon.generation() == 1
    metrics = daemon.metrics()
    assert metrics["plimsoll_policy_serial", ()] == daemon.serial() == 1
    assert metrics[plimsolld.sample("plimsoll_policy_entries", kind="names")] == 1
    assert metrics["plimsoll_policy_rejected_total", ()] == 0
    assert abs(metrics["plimsoll_policy_load_timestamp_seconds", ()] - time.time()) < 60
    assert metrics["plimsoll_policy_bytes", ()] == os.path.getsize(daemon.image)
    assert metrics[plimsolld.sample("plimsoll_policy_info", version="1",
                                    profile="enterprise-baseline")] == 1


def test_hangup_swaps_the_policy(daemon):
    daemon.start()
    daemon.policy.write_text(POLICY.replace("[tracker.example]", "[tracker.example, b.example]"))
    daemon.hangup()
    daemon.wait_metric("plimsoll_policy_serial", 2)
    daemon.wait_metric("plimsoll_policy_entries", 2, kind="names")
    assert daemon.generation() == 2


def test_bad_policy_at_hangup_keeps_the_old(daemon):
    daemon.start()
    before = daemon.image.read_bytes()
    daemon.policy.write_text("version: 1\nnonsense: 2\n")
    daemon.hangup()
    daemon.wait_log("the old one goes on deciding")
    assert "policy.yaml:2:" in daemon.log_text()
    assert daemon.image.read_bytes() == before
    assert daemon.generation() == 1
    daemon.wait_metric("plimsoll_policy_rejected_total", 1)
    daemon.wait_metric("plimsoll_policy_serial", 1)
    daemon.policy.write_text(POLICY)
    daemon.hangup()
    daemon.wait_metric("plimsoll_policy_serial", 2)


def test_a_hangup_during_a_reload_is_not_forgotten(daemon):
    """Half a million names take the compiler a moment; the daemon answers all the while."""
    (daemon.folder / "names").write_text("".join(f"n{i}.example\n" for i in range(500000)))
    daemon.start()
    daemon.policy.write_text(POLICY.replace("names: [tracker.example]", "names_file: names"))
    daemon.hangup()
    newer = daemon.folder / "newer.yaml"  # at once: the compiler may be reading right now
    newer.write_text(POLICY.replace("[tracker.example]", "[a.example, b.example]"))
    newer.replace(daemon.policy)
    daemon.hangup()
    daemon.hangup()
    daemon.wait_metric("plimsoll_policy_entries", 2, kind="names")
    assert daemon.metrics()["plimsoll_policy_rejected_total", ()] == 0


def test_bad_policy_at_start_is_an_error(daemon):
    daemon.policy.write_text("version: 1\ndefaults: { profile: nonsense }\n")
    code, _, said = daemon.run()
    assert code == 1
    assert "policy.yaml:2:" in said and "nonsense" in said
    assert not daemon.image.exists()


def test_another_publisher_is_followed(daemon, tmp_path):
    """Whoever bumps the control page's generation: here a second daemon with its own socket."""
    daemon.start()
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = Daemon(other_folder, policy_text=POLICY.replace("tracker.example", "other.example"),
                   image=daemon.image, control=daemon.control)
    other.start()
    try:
        daemon.wait_metric("plimsoll_policy_serial", 2)
    finally:
        other.stop()
    assert daemon.generation() == 2


def test_a_damaged_image_is_refused(daemon):
    daemon.start()
    daemon.image.rename(daemon.image.with_suffix(".old"))
    daemon.image.write_bytes(b"PLIMSOLL" + bytes(4088))
    with open(daemon.control, "r+b") as page:
        page.seek(16)
        page.write((9).to_bytes(8, "little"))
    daemon.wait_metric("plimsoll_policy_rejected_total", 1)
    daemon.wait_metric("plimsoll_policy_serial", 1)
    assert "refused" in daemon.log_text()


def test_end_by_signal_leaves_policy_and_no_sockets(daemon):
    daemon.start()
    assert daemon.stop(signal.SIGTERM) == 0
    assert daemon.image.exists() and daemon.control.exists()
    assert not daemon.socket.exists() and not daemon.metrics_socket.exists()


def test_killed_and_started_again(daemon):
    daemon.start()
    daemon.stop(signal.SIGKILL)
    assert daemon.socket.exists()
    daemon.start()
    daemon.send(event(b"a.example", block={"tls": [TLS_OLD]}))
    assert len(daemon.lines(1)) == 1
    assert daemon.generation() == 2


def test_a_second_daemon_is_refused(daemon, tmp_path):
    daemon.start()
    code, _, said = Daemon(tmp_path).run()
    assert code == 1 and "another plimsolld" in said
    assert daemon.generation() == 1
    daemon.send(event(b"a.example"))
    assert len(daemon.lines(1)) == 1


# --- configuration


def test_check_says_good_and_changes_nothing(daemon):
    code, said, _ = daemon.run("--check")
    assert code == 0 and "is good" in said
    assert not daemon.image.exists() and not daemon.control.exists()


def test_check_says_what_is_wrong(daemon):
    daemon.policy.write_text("version: 1\ngroups: 7\n")
    code, _, said = daemon.run("--check")
    assert code == 1 and "policy.yaml:2:" in said


@pytest.mark.parametrize("line, expected", [
    ("nonsense: 1", "plimsolld.yaml:9:1: unknown key 'nonsense'"),
    ("interfaces: eth0", "plimsolld.yaml:9:13: interfaces: "),
    ("policy: /again", "plimsolld.yaml:9:1: the key 'policy' stands here twice"),
    ("events_group: [", "plimsolld.yaml:"),
    ("interfaces: [a-name-that-is-much-too-long]", "plimsolld.yaml:9:13: interfaces: "),
])
def test_bad_configuration(daemon, line, expected):
    command = daemon.command("--check")
    with open(daemon.config, "a", encoding="utf-8") as config:
        config.write(line + "\n")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert expected in done.stderr


def test_the_example_is_good_with_every_key_in_use(daemon):
    text = (plimsolld.TOP / "packaging/plimsolld.yaml").read_text()
    lines = [line[2:] if line.startswith("# ") and ": " in line and line[2].islower() else line
             for line in text.splitlines()]
    daemon.config.write_text("\n".join(lines))
    done = subprocess.run([plimsolld.PROGRAM, "--check", "-c", daemon.config, "--policy",
                           daemon.policy], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert daemon.config.read_text().count("\ninterfaces: [eth1]") == 1


def test_missing_configuration_file(tmp_path):
    done = subprocess.run([plimsolld.PROGRAM, "-c", tmp_path / "none.yaml"],
                                    capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "none.yaml" in done.stderr


@pytest.mark.parametrize("place", ["0.0.0.0:9745", "192.0.2.1:9745", "[::]:9745", "localhost:9745",
                                   "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "unix:", ":9745",
                                   "[2001:db8::1]:9745", "127.0.0.1:97x", "10.0.0.1:1",
                                   "[127.0.0.1:9"])
def test_metrics_elsewhere_are_refused(daemon, place):
    code, _, said = daemon.run("--metrics", place)
    assert code == 1
    assert place in said and "expected unix:PATH" in said or "path is empty" in said


def test_unknown_options_are_refused(daemon):
    for arguments in (["--nonsense"], ["extra"], ["--policy"], ["--interface", "x" * 16]):
        code, _, said = daemon.run(*arguments)
        assert code == 1 and said.startswith("plimsolld: error: ")


def test_help_and_version():
    for option, words in (("--help", "SIGHUP"), ("--version", "plimsolld 0.")):
        done = subprocess.run([plimsolld.PROGRAM, option], capture_output=True, text=True,
                                        check=True)
        assert words in done.stdout and not done.stderr


def test_log_has_priorities_for_the_journal_only(daemon):
    daemon.policy.write_text("nonsense")
    assert daemon.run()[2].startswith("plimsolld: ")
    done = subprocess.run(daemon.command(), capture_output=True, text=True, check=False,
                                    env=dict(os.environ, JOURNAL_STREAM="8:1"))
    assert done.stderr.startswith("<")


def test_an_unknown_group_of_senders(daemon):
    code, _, said = daemon.run("--events-group", "no-such-group")
    assert code == 1 and "no-such-group" in said


def test_what_is_no_socket_is_not_removed(daemon):
    daemon.socket.write_text("precious")
    code, _, said = daemon.run()
    assert code == 1 and "is not a socket" in said
    assert daemon.socket.read_text() == "precious"


# --- the events file


def test_rotation_by_hangup(daemon):
    daemon.start()
    daemon.send(event(b"before.example"))
    daemon.lines(1)
    old = daemon.events.rename(daemon.events.with_suffix(".1"))
    daemon.hangup()
    daemon.send(event(b"after.example"))
    line, = daemon.lines(1)
    assert line["destination"]["domain"] == "after.example"
    assert "before.example" in old.read_text() and "after" not in old.read_text()


def test_an_events_file_that_cannot_be_opened(daemon, tmp_path):
    daemon.settings["events_file"] = daemon.events = tmp_path / "missing" / "events.jsonl"
    daemon.start()
    assert "cannot open the events file" in daemon.log_text()
    daemon.send(event(), event())
    daemon.wait_metric("plimsoll_events_dropped_total", 2, sink="file")
    daemon.wait_metric("plimsoll_events_total", 2, point="stream")
    assert daemon.log_text().count("cannot open the events file") == 1
    daemon.events.parent.mkdir()
    wait_for(daemon.events.exists, "the events file was not opened later")
    daemon.send(event())
    daemon.lines(1)


def test_a_full_disk(daemon):
    daemon.settings["events_file"] = "/dev/full"
    daemon.start()
    daemon.send(event(), event(), event())
    daemon.wait_metric("plimsoll_events_dropped_total", 3, sink="file")
    assert daemon.log_text().count("cannot write an event") == 1


def test_a_reader_of_stdout_who_does_not_read(daemon):
    daemon.settings["events_file"] = "-"
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        daemon.start(stdout=writer)
        os.close(writer)
        for _ in range(20):
            daemon.send(*(event(b"a.example", block={"tls": [TLS_OLD]}) for _ in range(20)))
        daemon.wait_metric("plimsoll_events_total", 400, point="stream")
        dropped = daemon.metrics()[plimsolld.sample("plimsoll_events_dropped_total", sink="file")]
        daemon.stop()
        lines = pipe.read(1 << 20).splitlines(keepends=True)
        assert 0 < len(lines) == 400 - dropped
        assert all(plimsolld.json.loads(line) and line.endswith(b"\n") for line in lines)
