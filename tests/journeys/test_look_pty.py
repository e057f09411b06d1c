"""A look at everyone in a real terminal, in each order, and the power gone in the middle of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from observe.domain import sampling
from observe.domain.model import Sweep
from observe.platform import Platform
from observe.services import settings, visits
from observe.services.home import open_home
from observe.services.record import Recorder

from ..ui.school import CLASS, ids, school, section_id
from .terminal import Terminal

ROOM = "Gr 4 Rm 12"


def passed(home: Path, visit: str) -> tuple[list[str], Sweep, list[str]]:
    """What the log of the last pass says: first names in its order, the pass, and who was rated."""
    opened = open_home(home, Platform())
    log = visits.visit_log(opened, visit)
    names = {student.id: student.name.split()[0] for student in log.students}
    sweep = log.sweeps[-1]
    rated = [names[o.student] for o in log.observations if o.sweep == sweep.number and o.student]
    opened.close()
    return [names[student] for student in sweep.students], sweep, rated


def at_the_tap(glass: Terminal) -> str:
    """Whom the next tap is for, in small letters: a long name is not spaced out as a short one is."""
    return glass.text.partition("▶")[2].replace(" ", "").casefold()


@pytest.mark.parametrize("order", sampling.ORDERS)
def test_a_look_at_everyone_goes_on_where_it_was_after_the_power_was_gone(home: Path, order: str) -> None:
    made = school(home, {ROOM: CLASS})
    visit = visits.start_visit(made, section_id(made, ROOM)).id
    settings.put(made, "look_order", order)
    Recorder(made, visit).observe("spark", "insight", student=ids(made, ROOM)["Amara Okeke"])
    made.close()
    glass = Terminal(home, 80, 24)
    try:
        glass.until("Resume")
        glass.keys("\r")
        glass.until("next tap for")
        glass.keys(",")
        glass.until("look 1 of 25")
        glass.keys("4.2")
        glass.until("look 4 of 25")
        glass.until("LOOK AT EVERYONE 4 of 25")
        glass.until("✓L")
        glass.until_so(lambda: glass.text.count("✓") == 2, "two who were looked at")
    finally:
        glass.kill()

    names, sweep, rated = passed(home, visit)
    assert sweep.order == order
    assert rated == [names[0], names[2]]
    assert (names == [name.split()[0] for name in CLASS]) == (order == "seat")
    if order == "least_seen":
        assert names[-1] == "Amara"

    glass = Terminal(home, 80, 24)
    try:
        glass.until("Resume")
        glass.keys("\r")
        glass.until("next tap for")
        glass.keys(",")
        glass.until("look 4 of 25")
        glass.until("LOOK AT EVERYONE 4 of 25")
        glass.until_so(lambda: at_the_tap(glass).startswith(names[3].casefold()[:7]), f"▶ {names[3]}")
        glass.until("✓L")
        glass.until_so(lambda: glass.text.count("✓") == 2, "two who were looked at")
        glass.keys("3")
        glass.until("look 5 of 25")
    finally:
        glass.kill()
    assert passed(home, visit)[2] == [names[0], names[2], names[3]]


def test_those_not_yet_seen_are_looked_at_alone_and_go_on_after_the_power_was_gone(home: Path) -> None:
    made = school(home, {ROOM: CLASS})
    visit = visits.start_visit(made, section_id(made, ROOM)).id
    who = ids(made, ROOM)
    for name in CLASS:
        if name not in ("Kofi Mensah", "Mei Lin", "Zoe Kim"):
            Recorder(made, visit).observe("spark", "insight", student=who[name])
    made.close()
    glass = Terminal(home, 80, 24)
    try:
        glass.until("Resume")
        glass.keys("\r")
        glass.until("next tap for")
        glass.keys("_")
        glass.until("3 not yet seen")
        glass.until("Look at")
        glass.keys("1")
        glass.until("LOOK AT THOSE NOT YET SEEN 1 of 3")
        glass.keys("4")
        glass.until("look 2 of 3")
    finally:
        glass.kill()
    glass = Terminal(home, 80, 24)
    try:
        glass.until("Resume")
        glass.keys("\r")
        glass.until("next tap for")
        glass.keys("_")
        glass.until("2 not yet seen")
        glass.keys("1")
        glass.until("LOOK AT THOSE NOT YET SEEN 2 of 3")
        glass.keys("43")
        glass.until("looked at 3")
    finally:
        glass.kill()
    names, sweep, rated = passed(home, visit)
    assert (sweep.number, sweep.order) == (1, "unseen")
    assert names == rated == ["Kofi", "Mei", "Zoe"]
