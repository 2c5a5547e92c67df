# SPDX-License-Identifier: BSD-2-Clause
"""The resolver module in a real Unbound, asked by clients of several groups: who is blocked."""
import subprocess
import threading
import time

import dns.flags
import dns.rcode
import pytest

import unbound_world as world
from unbound_world import (BLOCKED, CHECKED, FLAGGED, FREE, LISTED, OTHER, STRICT, TRIAL,
                           WOULD_BLOCK, addresses, reasons)
from unbound_zones import GOOD, Internet, RESOLVER

REASON = "list of this network's policy"
pytestmark = pytest.mark.skipif(bool(world.missing()), reason=str(world.missing()))


@pytest.fixture(scope="module", name="internet")
def internet_fixture(tmp_path_factory):
    internet = Internet(tmp_path_factory.mktemp("internet"))
    yield internet
    internet.stop()


@pytest.fixture(name="resolver")
def resolver_fixture(internet, tmp_path):
    resolver = world.Resolver(tmp_path, internet)
    internet.forget()
    yield resolver.start()
    resolver.stop()


def assert_blocked(answer, rcode, code=15, text=REASON):
    assert answer.rcode() == rcode
    assert not answer.flags & dns.flags.AD
    assert [reason[0] for reason in reasons(answer)] == [code]
    assert text in reasons(answer)[0][1]
    assert "https://why.example.net mailto:noc@example.net" in reasons(answer)[0][1]


def assert_free(answer, *expected):
    assert answer.rcode() == dns.rcode.NOERROR
    assert addresses(answer) == sorted(expected or [GOOD])
    assert not reasons(answer)


# --- listed names

def test_a_blocks_a_listed_name_for_one_group_recursed_and_cached(resolver, internet):
    for client, blocked in ((STRICT, True), (FREE, False)) * 3 + ((OTHER, False),):
        answer = resolver.ask("bad.list.test", client=client)
        if blocked:
            assert_blocked(answer, dns.rcode.NXDOMAIN)
            assert answer.authority[0].rdtype == dns.rdatatype.SOA
        else:
            assert_free(answer)
    assert internet.asked("bad.list.test.") == 1  # the free clients share the restricted cache


def test_a_never_lies_in_the_shared_cache(resolver):
    for name in ("bad.list.test", "www.good.test", "alias.good.test", "flagged.list.test"):
        resolver.ask(name)
    messages = [line for line in resolver.control("dump_cache").splitlines()
                if line.startswith("msg ")]
    assert any(line.startswith("msg www.good.test.") for line in messages)
    assert not any(name in line for line in messages
                   for name in ("bad.list.test. IN A", "alias.good.test", "flagged"))


@pytest.mark.parametrize("name, rdtype, rcode, code, answer", [
    ("sink.list.test", "A", dns.rcode.NOERROR, 15, ["192.0.2.53"]),
    ("sink.list.test", "AAAA", dns.rcode.NOERROR, 15, ["2001:db8::53"]),
    ("sink.list.test", "MX", dns.rcode.NOERROR, 15, []),
    ("nodata.list.test", "A", dns.rcode.NOERROR, 15, []),
    ("ref.list.test", "A", dns.rcode.REFUSED, 18, []),
    ("bad.list.test", "MX", dns.rcode.NXDOMAIN, 15, []),
    ("BaD.liST.tEst", "A", dns.rcode.NXDOMAIN, 15, []),
])
@pytest.mark.parametrize("warm", [False, True])
def test_b_each_way_to_block(resolver, name, rdtype, rcode, code, answer, warm):
    if warm:
        resolver.ask(name, rdtype, client=FREE)
    got = resolver.ask(name, rdtype, client=STRICT)
    assert_blocked(got, rcode, code)
    assert addresses(got) == answer
    assert got.question[0].name.to_text(omit_final_dot=True) == name


def test_b_the_most_specific_name_wins(resolver):
    assert_blocked(resolver.ask("deep.bad.list.test", client=STRICT), dns.rcode.NXDOMAIN)
    assert_blocked(resolver.ask("not.there.bad.list.test", client=STRICT), dns.rcode.NXDOMAIN)
    assert_free(resolver.ask("allowed.bad.list.test", client=STRICT))
    assert resolver.ask("list.test", "SOA", client=STRICT).rcode() == dns.rcode.NOERROR
    assert resolver.ask("notbad.list.test", client=STRICT).rcode() == dns.rcode.NXDOMAIN
    assert not reasons(resolver.ask("notbad.list.test", client=STRICT))


def test_b_an_alias_to_a_listed_name(resolver):
    for _ in range(2):
        assert_blocked(resolver.ask("alias.good.test", client=STRICT), dns.rcode.NXDOMAIN)
        assert_free(resolver.ask("alias.good.test", client=FREE))


def test_b_an_address_in_a_listed_network(resolver, internet):
    for _ in range(2):
        assert_free(resolver.ask("addr.good.test", client=FREE), "203.0.113.9")
        assert_blocked(resolver.ask("addr.good.test", client=STRICT), dns.rcode.NXDOMAIN)
    assert internet.asked("addr.good.test.") == 1


@pytest.mark.parametrize("name, address", [("addr.good.test", "203.0.113.9"),
                                           ("slow.list.test", GOOD)])
def test_b_two_groups_wait_for_one_recursion(resolver, internet, name, address):
    answers = {}

    def ask(number):
        answers[number] = resolver.ask(name, client=(FREE, STRICT)[number % 2], dnssec=True,
                                       tcp=number > 3)

    internet.slow(name + ".")
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(6):
        if number % 2:
            assert_blocked(answers[number], dns.rcode.NXDOMAIN)
        else:
            assert addresses(answers[number]) == [address]
            assert answers[number].flags & dns.flags.AD  # a neighbour's block does not touch it
    assert internet.asked(name + ".") == 1


@pytest.mark.parametrize("options", [{"cd": True}, {"dnssec": True}, {"tcp": True},
                                     {"cd": True, "dnssec": True, "tcp": True}])
def test_c_no_flag_and_no_transport_goes_around(resolver, options):
    for _ in range(2):
        assert_blocked(resolver.ask("bad.list.test", client=STRICT, **options), dns.rcode.NXDOMAIN)
        assert addresses(resolver.ask("bad.list.test", client=FREE, **options)) == [GOOD]
        assert_blocked(resolver.ask("addr.good.test", client=STRICT, **options),
                       dns.rcode.NXDOMAIN)
    secure = resolver.ask("bad.list.test", client=FREE, dnssec=True)
    assert secure.flags & dns.flags.AD


def test_c_without_edns_there_is_no_reason_but_the_block(resolver):
    answer = resolver.ask("bad.list.test", client=STRICT, edns=False)
    assert answer.rcode() == dns.rcode.NXDOMAIN and answer.edns == -1


@pytest.mark.parametrize("how, port", [("+tls", world.TLS_PORT), ("+https", world.HTTPS_PORT)])
def test_c_encrypted_transports(resolver, how, port):
    def ask(client):
        return subprocess.run(["kdig", f"@{RESOLVER}", "-p", str(port), "-b", client, how,
                               "bad.list.test", "A"], capture_output=True, text=True,
                              check=True, timeout=30).stdout

    assert "NXDOMAIN" in ask(STRICT) and REASON in ask(STRICT)
    assert GOOD in ask(FREE)


def test_c_a_failing_listed_name_is_blocked_all_the_same(resolver):
    assert resolver.ask("x.lame.test", client=FREE).rcode() == dns.rcode.SERVFAIL
    assert_blocked(resolver.ask("x.lame.test", client=STRICT), dns.rcode.NOERROR)
    assert resolver.ask("x.lame.test", client=FREE).rcode() == dns.rcode.SERVFAIL


# --- the dns family

@pytest.mark.parametrize("name, rdtype", [("www.rebind.test", "A"), ("six.rebind.test", "AAAA"),
                                          ("mixed.rebind.test", "A"),
                                          ("hint.rebind.test", "HTTPS")])
def test_d_rebinding(resolver, name, rdtype):
    for _ in range(2):
        answer = resolver.ask(name, rdtype, client=CHECKED, dnssec=True)
        assert_blocked(answer, dns.rcode.NXDOMAIN, text="dns-rebinding")
        free = resolver.ask(name, rdtype, client=FREE)
        assert free.rcode() == dns.rcode.NOERROR and free.answer


def test_d_rebinding_does_not_fire(resolver):
    assert_free(resolver.ask("public.rebind.test", client=CHECKED))
    assert_free(resolver.ask("intranet.rebind.test", client=CHECKED), "10.0.0.1")


@pytest.mark.parametrize("options", [{}, {"cd": True}])
def test_d_bogus(resolver, options):
    for _ in range(2):
        answer = resolver.ask("www.bogus.test", client=CHECKED, **options)
        assert_blocked(answer, dns.rcode.SERVFAIL, 6, "dnssec-bogus")
    free = resolver.ask("www.bogus.test", client=FREE, **options)
    if options:  # who checks for himself gets what there is
        assert addresses(free) == ["198.51.100.66"]
    else:
        assert free.rcode() == dns.rcode.SERVFAIL
    assert_free(resolver.ask("www.good.test", client=CHECKED))


def test_d_what_the_resolver_asks_for_itself_is_validated_for_clients(internet, tmp_path):
    """The validator's own questions for a listed zone's keys lie in the restricted cache."""
    policy = world.POLICY.replace("bad.list.test, slow.list.test", "good.test, bogus.test")
    resolver = world.Resolver(tmp_path, internet, policy=policy).start()
    try:
        for name in ("www.good.test", "www.bogus.test"):
            resolver.ask(name, client=FREE)
        for zone in ("good.test", "bogus.test"):
            for _ in range(2):
                keys = resolver.ask(zone, "DNSKEY", client=FREE, dnssec=True)
                assert keys.answer and keys.flags & dns.flags.AD
                assert_blocked(resolver.ask(zone, "DNSKEY", client=STRICT), dns.rcode.NXDOMAIN)
        assert resolver.ask("www.bogus.test", client=FREE).rcode() == dns.rcode.SERVFAIL
    finally:
        resolver.stop()


BLOCK_ONE = world.GROUPS + "rules: [{ groups: [checked], checks: [CHECK], action: block }]\n"


@pytest.mark.parametrize("check, question, passes", [
    ("dnssec-nsec3-iterations", ("none.old.test", "A"), ("none.good.test", "A")),
    ("dnssec-rsa-short", ("old.test", "DNSKEY"), ("sha1.test", "DNSKEY")),
])
def test_d_records_that_say_it_themselves(internet, tmp_path, check, question, passes):
    resolver = world.Resolver(tmp_path, internet, BLOCK_ONE.replace("CHECK", check)).start()
    try:
        for _ in range(2):
            assert_blocked(resolver.ask(*question, client=CHECKED), dns.rcode.NXDOMAIN, text=check)
            assert check not in str(resolver.ask(*passes, client=CHECKED))
            assert check not in str(resolver.ask("www.old.test", client=CHECKED))
    finally:
        resolver.stop()


@pytest.mark.parametrize("check, name, passes", [
    ("dnssec-unsigned", "www.unsigned.test", ("www.good.test", "www.sha1.test")),
    ("dnssec-alg-deprecated", "www.sha1.test", ("www.good.test", "www.unsigned.test")),
])
@pytest.mark.parametrize("cd", [False, True])
def test_d_signatures(internet, tmp_path, check, name, passes, cd):
    resolver = world.Resolver(tmp_path, internet, BLOCK_ONE.replace("CHECK", check)).start()
    try:
        internet.forget()
        for _ in range(2):
            assert_free(resolver.ask(name, client=FREE, cd=cd))
            assert_blocked(resolver.ask(name, client=CHECKED, cd=cd), dns.rcode.NXDOMAIN,
                           text=check)
            for other in passes:
                assert_free(resolver.ask(other, client=CHECKED, cd=cd))
        assert internet.asked(name + ".") == internet.asked(passes[0] + ".") == 1
        blocked = {event.name: event.checks for event in resolver.events()
                   if event.action == BLOCKED}
        assert list(blocked) == [name] and len(blocked[name]) == 1
    finally:
        resolver.stop()


@pytest.mark.parametrize("more", [
    'module-config: "respip dynlib validator iterator"',
    "serve-expired: yes\n  prefetch: yes\n  cache-max-ttl: 1",
    "serve-expired: yes\n  serve-expired-client-timeout: 1\n  cache-max-ttl: 1",
    "ede: yes\n  ede-serve-expired: yes",
    "qname-minimisation: no\n  aggressive-nsec: no\n  harden-below-nxdomain: no",
    "minimal-responses: no\n  num-threads: 2",
])
def test_d_other_settings(internet, tmp_path, more):
    resolver = world.Resolver(tmp_path, internet, more=more).start()
    try:
        for cd in (False, True, False):
            for name, address in (("bad.list.test", GOOD), ("addr.good.test", "203.0.113.9"),
                                  ("alias.good.test", GOOD)):
                assert_free(resolver.ask(name, client=FREE, cd=cd), address)
                assert_blocked(resolver.ask(name, client=STRICT, cd=cd), dns.rcode.NXDOMAIN)
            bogus = resolver.ask("www.bogus.test", client=CHECKED, cd=cd)
            assert bogus.rcode() == dns.rcode.SERVFAIL
            assert any("dnssec-bogus" in text for code, text in reasons(bogus) if code == 6)
            time.sleep(0.6)  # answers of one second expire between the rounds
    finally:
        resolver.stop()


# --- events

def actions(events, name):
    return {(event.client, event.action): event for event in events if event.name == name}


def test_e_events_say_who_what_and_why(resolver):
    resolver.ask("bad.list.test", client=STRICT)
    resolver.ask("bad.list.test", client=FREE)
    resolver.ask("bad.list.test", client=TRIAL, tcp=True)
    resolver.ask("flagged.list.test", client=STRICT)
    events = resolver.events()
    bad = actions(events, "bad.list.test")
    assert set(bad) == {(STRICT, BLOCKED), (TRIAL, WOULD_BLOCK)}
    block = bad[STRICT, BLOCKED]
    assert (block.version, block.kind, block.point, block.count) == (1, 1, 1, 1)
    assert (block.checks, block.protocol, block.group, block.klass) == ({LISTED}, 17, 1, 1)
    assert block.client_port > 0 and block.serial > 0 and block.time_ns > 0
    trial = bad[TRIAL, WOULD_BLOCK]
    assert (trial.checks, trial.protocol, trial.group) == ({LISTED}, 6, 3)
    assert actions(events, "flagged.list.test")[STRICT, FLAGGED].checks == {LISTED}


def test_e_a_listed_name_is_counted_each_time(resolver):
    for _ in range(5):
        resolver.ask("flagged.list.test", client=STRICT)
        resolver.ask("bad.list.test", client=STRICT)
    events = resolver.events()
    resolver.control("reload")  # sends what is counted
    events += resolver.events()
    for name in ("flagged.list.test", "bad.list.test"):
        assert sum(event.count for event in events if event.name == name) == 5


def test_e_flags_of_the_dns_family_when_recursed(resolver):
    for name in ("www.unsigned.test", "www.sha1.test", "www.bogus.test", "www.rebind.test",
                 "www.good.test"):
        resolver.ask(name)
    found = {event.name: event.checks for event in resolver.events() if event.client == FREE}
    assert found == {"www.unsigned.test": {world.UNSIGNED}, "www.sha1.test": {world.DEPRECATED},
                     "www.bogus.test": {world.BOGUS}, "www.rebind.test": {world.REBINDING}}
