# SPDX-License-Identifier: BSD-2-Clause
"""The resolver module while its policy changes, is broken, or is not there, and how it starts."""
import os
import threading
import time

import dns.exception
import dns.flags
import dns.rcode
import pytest

import unbound_world as world
from unbound_world import BLOCKED, CHECKED, FREE, STRICT, addresses, reasons, until
from unbound_zones import GOOD, Internet

pytestmark = pytest.mark.skipif(bool(world.missing()), reason=str(world.missing()))

SWAP = world.POLICY.replace("names: [bad.list.test,", "names: [swap.list.test, bad.list.test,")
NETWORK = world.POLICY.replace("203.0.113.0/24", "198.51.100.0/24")


@pytest.fixture(scope="module", name="internet")
def internet_fixture(tmp_path_factory):
    internet = Internet(tmp_path_factory.mktemp("internet"))
    yield internet
    internet.stop()


@pytest.fixture(name="make")
def make_fixture(internet, tmp_path):
    made = []

    def make(**options):
        made.append(world.Resolver(tmp_path, internet, **options))
        internet.forget()
        return made[-1]

    yield make
    for resolver in made:
        resolver.stop()


def is_blocked(resolver, name, client=STRICT, **options):
    answer = resolver.ask(name, client=client, **options)
    if reasons(answer):
        assert answer.rcode() == dns.rcode.NXDOMAIN
        return True
    assert addresses(answer)
    return False


def test_a_swap_without_a_restart(make, internet):
    resolver = make().start()
    for _ in range(2):
        assert not is_blocked(resolver, "swap.list.test")
        assert not is_blocked(resolver, "swap.list.test", cd=True)
        resolver.publish(SWAP)
        until(lambda: is_blocked(resolver, "swap.list.test"), "the block")
        assert is_blocked(resolver, "swap.list.test", cd=True)
        assert not is_blocked(resolver, "swap.list.test", client=FREE)
        resolver.publish(world.POLICY)
        until(lambda: not is_blocked(resolver, "swap.list.test"), "the end of the block")
    assert internet.asked("swap.list.test.") >= 1


def test_a_swap_takes_all_types_out_of_the_shared_cache(make):
    resolver = make(more="aggressive-nsec: no").start()
    for rdtype in ("A", "AAAA", "MX", "TXT"):
        resolver.ask("swap.list.test", rdtype)
    assert resolver.control("dump_cache").count("msg swap.list.test.") == 4
    resolver.publish(SWAP)
    until(lambda: "msg swap.list.test." not in resolver.control("dump_cache"), "the purge")
    assert "decides" in resolver.log()


def test_a_swap_judges_what_lies_in_the_cache_by_its_content(make):
    """Addresses, aliases and the validator's word, not only names; and nobody asks meanwhile."""
    resolver = make(policy=world.NO_LISTS).start()
    for name in ("www.good.test", "alias.good.test", "www.rebind.test", "www.bogus.test",
                 "public.rebind.test"):
        resolver.ask(name, client=CHECKED, cd=True)
        resolver.ask(name, client=CHECKED)
    resolver.publish(NETWORK)
    until(lambda: "msg www.good.test." not in resolver.control("dump_cache"), "the purge")
    left = resolver.control("dump_cache")
    for name in ("alias.good.test", "www.rebind.test", "www.bogus.test", "public.rebind.test"):
        assert f"msg {name}." not in left
    assert is_blocked(resolver, "www.good.test")


def test_a_policy_that_comes_later(make):
    resolver = make(policy=None).start()
    assert not is_blocked(resolver, "bad.list.test")
    assert "everything is allowed" in resolver.log()
    resolver.publish(world.POLICY)
    until(lambda: is_blocked(resolver, "bad.list.test"), "the first policy")


@pytest.mark.parametrize("damage", ["garbage", "short", "empty", "gone", "folder"])
def test_b_a_broken_image_leaves_the_old_one(make, damage):
    resolver = make().start()
    image = resolver.folder / "policy.img"
    good = image.read_bytes()
    broken = resolver.folder / "broken"
    if damage == "folder":
        broken.mkdir()
        image.rename(resolver.folder / "old.img")
    else:
        broken.write_bytes({"garbage": os.urandom(8192), "short": good[:len(good) // 2 // 64 * 64],
                            "empty": b"", "gone": b""}[damage])
    if damage == "gone":
        image.unlink()
    else:
        broken.rename(image)
    bump(resolver)
    until(lambda: "stays" in resolver.log(), "a word about it")
    for _ in range(3):
        assert is_blocked(resolver, "bad.list.test")
        assert not is_blocked(resolver, "bad.list.test", client=FREE)
    if damage == "folder":
        image.rmdir()
    resolver.publish(SWAP)
    until(lambda: is_blocked(resolver, "swap.list.test"), "the next good one")


def bump(resolver):
    """Say that there is a new image, as the publisher does after it verified one."""
    control = resolver.folder / "control"
    with control.open("r+b") as page:
        page.seek(16)
        generation = int.from_bytes(page.read(8), "little")
        page.seek(16)
        page.write((generation + 1).to_bytes(8, "little"))


def test_b_reload_and_no_daemon(make):
    resolver = make()
    resolver.events_socket.close()
    (resolver.folder / "events.sock").unlink()
    resolver.start()
    for _ in range(3):
        assert is_blocked(resolver, "bad.list.test")
        resolver.control("reload")
        until(resolver.answers, "Unbound after the reload")
        assert not is_blocked(resolver, "bad.list.test", client=FREE)
    resolver.listen()
    until(lambda: is_blocked(resolver, "bad.list.test") and resolver.events(), "events")


def test_b_reload_that_keeps_the_cache(make):
    resolver = make(policy=None).start()
    assert not is_blocked(resolver, "bad.list.test")
    resolver.publish(world.POLICY)
    resolver.control("reload_keep_cache")
    until(resolver.answers, "Unbound after the reload")
    until(lambda: is_blocked(resolver, "bad.list.test"), "the block")


def test_c_swaps_under_load(make):
    """Two threads, short-lived answers, a new policy every tenth of a second: nobody who is always
    blocked gets an answer, nobody who is always free gets a block."""
    resolver = make(threads=2, more="cache-max-ttl: 1").start()
    end, wrong, asked = time.monotonic() + 5, [], [0]

    def ask(client, name, blocked):
        while time.monotonic() < end:
            try:
                if is_blocked(resolver, name, client=client) != blocked:
                    wrong.append((client, name))
            except dns.exception.Timeout:
                wrong.append((client, name, "no answer"))
            asked[0] += 1

    clients = [threading.Thread(target=ask, args=work) for work in (
        (STRICT, "bad.list.test", True), (FREE, "bad.list.test", False),
        (STRICT, "addr.good.test", True), (FREE, "addr.good.test", False),
        (STRICT, "www.good.test", False), (FREE, "swap.list.test", False))]
    for client in clients:
        client.start()
    swaps = 0
    while time.monotonic() < end:
        resolver.publish(SWAP if swaps % 2 == 0 else world.POLICY)
        swaps += 1
        time.sleep(0.1)
    for client in clients:
        client.join()
    assert not wrong
    assert swaps > 10 and asked[0] > 500


@pytest.mark.parametrize("conf, line, text", [
    ("image: /a\nimmage: /b\n", 2, "unknown key 'immage': expected image, control or events"),
    ("# all\n\nimage /a\n", 3, "expected 'key: value'"),
    ("events: run/events.sock\n", 1, "expected a path that begins with /"),
    ("control: /" + "x" * 300 + "\n", 1, "control is too long"),
    ("image: /" + "x" * 2000 + "\n", 1, "this line is too long"),
], ids=["key", "colon", "relative", "long", "longer"])
def test_d_a_malformed_file_is_a_clear_error(make, conf, line, text):
    resolver = make(conf=conf)
    resolver.spawn()
    assert resolver.process.wait(world.WAIT_S) != 0
    resolver.process = None
    assert f"plimsoll.so.conf:{line}: " in resolver.log() and text in resolver.log()


@pytest.mark.parametrize("chain, warning", [
    ("dynlib respip validator iterator", "write respip left of dynlib"),
    ("dynlib iterator", "write validator right of dynlib"),
    ("respip dynlib validator iterator", None),
])
def test_d_the_order_of_modules(make, chain, warning):
    resolver = make(more=f'module-config: "{chain}"').start()
    assert is_blocked(resolver, "bad.list.test")
    assert not is_blocked(resolver, "bad.list.test", client=FREE)
    assert ("module-config is" in resolver.log()) == bool(warning)
    assert (warning or "") in resolver.log()


def test_d_only_the_six_functions_show():
    names = world.exported_names()
    assert names == ["clear", "deinit", "get_mem", "inform_super", "init", "operate"]


def test_e_time_slices_come_by_themselves(make):
    """A rule begins and ends at its second, also for what was asked before."""
    begin, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + after))
                  for after in (4, 8))
    rule = (f"  - {{ groups: [strict], classes: [later], action: block, from: \"{begin}\", "
            f"until: \"{end}\" }}\n")
    resolver = make(policy=world.GROUPS + world.CLASSES +
                    "  - { name: later, names: [later.good.test] }\n" + world.RULES + rule).start()
    assert not is_blocked(resolver, "later.good.test")
    until(lambda: is_blocked(resolver, "later.good.test"), "the rule's begin")
    assert not is_blocked(resolver, "later.good.test", client=FREE)
    until(lambda: not is_blocked(resolver, "later.good.test"), "the rule's end")
    assert addresses(resolver.ask("later.good.test", client=STRICT)) == [GOOD]
    assert any(event.action == BLOCKED for event in resolver.events())
