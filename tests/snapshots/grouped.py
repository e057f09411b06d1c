"""Journeys over groups and the plan in a live visit: to choose one, to move a child, with whom, and what is planned."""

from __future__ import annotations

from observe.services import visits
from observe.services.groups import GroupActs
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.wrapup import WrapUpScreen

from .plans import whole
from .stage import Journey, Shot

MS = 60_000
LARGE = (66, 21)
"""What is left of 100x32 in large text."""


def going(home: Home) -> None:
    """A visit by a plan, in its twelfth minute: two looks at each child, one who moved, one question asked."""
    made = whole(home)
    now = home.clock.now()
    visit = visits.start_visit(home, made.visit.section, visit=made.visit_id, at=now - 12 * MS, title="Fractions").id
    recorder = Recorder(home, visit)
    log = recorder.log()
    codes = ("active", "deep", "passive", "active", "active", "off")
    for number in (1, 2):
        for i, student in enumerate(log.present()):
            at, code = now - (12 - 3 * number) * MS + i * 1000, codes[(i + number) % 6]
            recorder.observe("engagement", code, student=student, method="sweep", sweep=number, at=at)
    mover = next(student for student in log.present() if log.grouping.start.get(student) == "A")
    GroupActs(home, visit).move(mover, "C", at=now - 7 * MS)
    asked = next(line.id for line in log.plan if line.part == "question")
    recorder.observe("questioning", "understand", plan=asked, at=now - 6 * MS)
    recorder.observe("engagement", "active", group="B", at=now - 5 * MS)


def live(name: str) -> Shot:
    return Shot(f"live-{name}", LiveScreen)


GROUPED: tuple[Journey, ...] = (
    Journey(
        "live-groups",
        "class",
        (
            "enter", "[", live("groups"), "2", "3", live("group-logged"), "[", "[", "K", "m", live("regroup"),
            "@group.B", live("regrouped"), "escape", "c", "backspace", live("with-group"), "escape", "escape", "]",
            live("plan"), "2", live("plan-asked"), "]", "p", live("plan-hidden"),
        ),
        going,
    ),
    Journey(
        "live-groups-large",
        "class",
        (
            "enter", "[", live("large-groups"), "[", "K", "m", live("large-regroup"), "escape", "]", live("large-plan"),
            "@plan_more", live("large-plan-more"),
        ),
        going,
        (LARGE,),
    ),
    Journey(
        "wrapup-groups",
        "class",
        ("enter", "escape", "@wrap", "pagedown", "pagedown", Shot("wrapup-groups", WrapUpScreen)),
        going,
    ),
)  # fmt: skip
