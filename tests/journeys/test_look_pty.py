"""A look at everyone in a real terminal, and the power gone in the middle of it."""

from __future__ import annotations

from pathlib import Path

from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home

from ..ui.school import CLASS, school, section_id
from .terminal import Terminal


def test_a_look_at_everyone_goes_on_where_it_was_after_the_power_was_gone(home: Path) -> None:
    made = school(home, {"Gr 4 Rm 12": CLASS})
    visit = visits.start_visit(made, section_id(made, "Gr 4 Rm 12")).id
    made.close()
    glass = Terminal(home, 80, 24)
    try:
        glass.until("Resume")
        glass.keys("\r")
        glass.until("nothing yet")
        glass.keys(",")
        glass.until("look 1 of 25")
        glass.keys("4.2")
        glass.until("look 4 of 25")
        glass.until("LOOK AT EVERYONE 4 of 25")
        glass.until("✓Lis now")
        assert glass.text.count("✓") == 2
    finally:
        glass.kill()

    glass = Terminal(home, 80, 24)
    try:
        glass.until("Resume")
        glass.keys("\r")
        glass.until("next tap for")
        glass.keys(",")
        glass.until("look 4 of 25")
        glass.until("LOOK AT EVERYONE 4 of 25")
        glass.until("C A L E B")
        glass.until("✓Lis now")
        assert glass.text.count("✓") == 2
        glass.keys("3")
        glass.until("look 5 of 25")
    finally:
        glass.kill()

    again = open_home(home, Platform())
    assert [o.sweep for o in visits.visit_log(again, visit).observations] == [1, 1, 1]
    again.close()
