# SPDX-License-Identifier: BSD-2-Clause
"""Play one scene: run its command, hear what the points reported, compare, tell."""
import os
import re
import shlex
import time
from dataclasses import dataclass, field

import internet
from scenes import OPERATOR
from world import CLIENTS

# Repeats are counted for a second before they are sent, and the gateway is asked once a second.
EVENT_WAIT_S, QUIET_S, REPEAT_S = 4.0, 1.3, 1.1
STRENGTH = ("allow", "flag", "would-block", "block")


@dataclass
class Outcome:
    scene: object
    saw: str = ""
    verdict: str = ""
    check: str = ""
    standard: str = ""
    why: str = ""
    wrong: list = field(default_factory=list)


def told(event, *path):
    for key in path:
        event = event.get(key, {})
    return event or ""


def is_about(event, scene):
    return (told(event, "plimsoll", "point") == scene.point
            and told(event, "plimsoll", "group") == scene.group)


def best_of(events, scene):
    """The event that the scene is about; else the one with the strongest verdict."""
    fitting = [e for e in events if is_about(e, scene) and told(e, "plimsoll", "verdict")]
    return max(fitting, default=None, key=lambda e: (
        scene.check in told(e, "plimsoll", "checks"),
        STRENGTH.index(told(e, "plimsoll", "verdict"))))


def wait_for_event(edge, scene):
    """Until the expected event is there, or it is clear that it will not come."""
    events, start = [], time.monotonic()
    limit = EVENT_WAIT_S if scene.check else 0 if scene.point == OPERATOR else QUIET_S
    while time.monotonic() - start < limit:
        events += edge.new_events()
        best = best_of(events, scene)
        if best and scene.check and scene.check in told(best, "plimsoll", "checks") \
                and told(best, "plimsoll", "verdict") == scene.verdict:
            break
        time.sleep(0.05)
    return best_of(events, scene)


def compare_output(outcome, output):
    parts = []
    for pattern in outcome.scene.saw:
        found = re.search(pattern, output)
        if found:
            parts.append(found[0].strip())
        else:
            outcome.wrong.append(f"the client did not see /{pattern}/")
    outcome.saw = "; ".join(parts)
    if outcome.wrong:
        outcome.saw = " | ".join(line.strip() for line in output.splitlines()[-6:])


def compare_event(outcome, event):
    scene = outcome.scene
    if event:
        outcome.verdict = told(event, "plimsoll", "verdict")
        outcome.check = told(event, "rule", "id")
        outcome.standard = told(event, "rule", "reference")
        outcome.why = told(event, "plimsoll", "exemption") or told(event, "plimsoll", "reason")
        if scene.check in told(event, "plimsoll", "checks"):
            outcome.check = outcome.check if scene.check == outcome.check else \
                f"{outcome.check}, {scene.check}"
        elif scene.check:
            outcome.wrong.append(f"no event names {scene.check}")
    elif scene.check:
        outcome.wrong.append(f"no event came; expected {scene.verdict} for {scene.check}")
    expected = scene.verdict or "allow"
    if (outcome.verdict or "allow") != expected and (event or scene.check):
        outcome.wrong.append(f"the verdict is {outcome.verdict or 'allow'}, expected {expected}")


def compare_server(outcome, received):
    scene = outcome.scene
    if scene.received and not re.search(scene.received, received):
        outcome.wrong.append(f"the server did not receive /{scene.received}/")
    if scene.not_received and re.search(scene.not_received, received):
        outcome.wrong.append(f"the server received /{scene.not_received}/")


def play(world, edge, scene):
    if scene.again:
        time.sleep(REPEAT_S)
    edge.new_events()
    log = os.path.join(world.folder, "received.log")
    before = os.path.getsize(log)
    options = {"input": scene.input}
    if scene.old_openssl:
        options["env"] = internet.old_openssl(world)
    outcome = Outcome(scene)
    compare_output(outcome, world.run(CLIENTS, *scene.command, **options))
    compare_event(outcome, wait_for_event(edge, scene))
    with open(log, encoding="utf-8") as file:
        file.seek(before)
        compare_server(outcome, file.read())
    return outcome


def tell(number, outcome):
    scene = outcome.scene
    command = shlex.join([os.path.basename(scene.command[0]), *scene.command[1:]])
    print(f"{number:2}. {scene.point}, {scene.group}: {scene.what}")
    print(f"      $ {command}")
    print(f"      client saw: {outcome.saw}")
    if scene.not_received:
        print(f"      the server received nothing like /{scene.not_received}/"
              if not any("server received" in text for text in outcome.wrong) else
              "      the server received what it should not")
    verdict = outcome.verdict or "allow"
    if outcome.check:
        verdict += f" for {outcome.check} [{outcome.standard}]"
    if scene.point != OPERATOR:
        print(f"      verdict:    {verdict}" + (f" ({outcome.why})" if outcome.why else ""))
    print("      as expected" if not outcome.wrong else
          "      NOT AS EXPECTED: " + "; ".join(outcome.wrong), flush=True)
