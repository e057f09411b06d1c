"""Her two devices in one visit at the same time: all that either logs counts, and each undoes its own alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.errors import Refused
from observe.services import summary, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.sharing import conflicts
from observe.services.today import today
from observe.store import maintenance

from ..services.three import ROOM, Three, three_devices
from ..ui.school import ids

MINUTE = 60_000


class Lesson:
    """Both devices in a visit that began 30 minutes ago, and have met since."""

    def __init__(self, three: Three) -> None:
        self.three, self.homes = three, (three.tablet, three.laptop)
        self.began = three.tablet.clock.now() - 30 * MINUTE
        self.visit = visits.start_visit(three.tablet, three.room, title="Fractions", at=self.began).id
        self.children = ids(three.tablet, ROOM)
        three.meet()
        self.tablet, self.laptop = (Recorder(home, self.visit) for home in self.homes)

    def minute(self, number: float) -> int:
        return self.began + round(number * MINUTE)

    def meet(self) -> None:
        """Both have heard of all, and nothing tells one log from the other but what each may undo."""
        self.three.meet(*self.homes)
        tables = [[line for line in maintenance.dump(h.conn) if not line.startswith("act ")] for h in self.homes]
        assert tables[0] == tables[1]
        if visits.read(self.homes[0], self.visit).ended_at is not None:  # before, they hang on the moment
            figures = [summary.summary(home, self.visit) for home in self.homes]
            assert figures[0] == figures[1]

    def count(self, home: Home) -> int:
        return len(visits.visit_log(home, self.visit).observations)


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Lesson]:
    with three_devices(tmp_path) as three:
        yield Lesson(three)


def test_the_second_device_sees_it_on_today_and_goes_on_in_it(lesson: Lesson) -> None:
    (open_,) = today(lesson.three.laptop).open
    assert (open_.visit.id, open_.forgotten) == (lesson.visit, False)
    lesson.laptop.observe("engagement", "deep", student=lesson.children["Amara Okeke"])
    lesson.meet()
    assert lesson.count(lesson.three.tablet) == 1
    assert today(lesson.three.tablet).open[0].last_at is not None


def test_what_both_log_at_the_same_time_all_counts(lesson: Lesson) -> None:
    for number, child in enumerate(sorted(lesson.children.values())[:12]):
        at = lesson.minute(number)
        lesson.tablet.observe("engagement", "deep", student=child, at=at)
        lesson.laptop.observe("engagement", "deep", student=child, at=at)  # the same again: she saw it twice
        lesson.laptop.observe("questioning", "analyze", modifiers={"asker": "me"}, at=at)
        if number == 5:
            lesson.meet()
    lesson.meet()
    for home in lesson.homes:
        found = summary.summary(home, lesson.visit)
        assert lesson.count(home) == 36
        assert found["channels"]["engagement"]["by_method"]["tap"]["n"] == 24
        assert found["channels"]["questioning"]["n"] == 12
        assert found["coverage"]["seen"] == 12
        assert found["conflicts"] == 0


def test_a_state_switched_on_both_runs_as_one(lesson: Lesson) -> None:
    lesson.tablet.observe("role", "teach", at=lesson.minute(0))
    lesson.laptop.observe("role", "circulate", at=lesson.minute(10))
    lesson.tablet.observe("role", "coach", at=lesson.minute(20))
    lesson.laptop.observe("role", "model", at=lesson.minute(20))  # in the same millisecond, written later
    visits.end_visit(lesson.three.tablet, lesson.visit, at=lesson.minute(29))
    lesson.meet()
    for home in lesson.homes:
        log = visits.visit_log(home, lesson.visit)
        order = [(o.at, *o.order) for o in log.observations]
        assert order == sorted(order)
        seconds = summary.summary(home, lesson.visit)["channels"]["role"]["seconds"]
        last = log.observations[-1].code
        assert last in ("coach", "model")
        assert {code: spent for code, spent in seconds.items() if spent} == {
            "teach": 600.0,
            "circulate": 600.0,
            last: 540.0,
        }


def test_undo_takes_back_what_was_done_here(lesson: Lesson) -> None:
    amara = lesson.children["Amara Okeke"]
    on_tablet = lesson.tablet.observe("engagement", "off", student=amara, at=lesson.minute(1)).id
    on_laptop = lesson.laptop.observe("engagement", "deep", student=amara, at=lesson.minute(2)).id
    lesson.meet()
    touched = lesson.tablet.undo()
    assert touched is not None
    assert touched.id == on_tablet
    assert lesson.tablet.undo() is None  # the laptop's is the laptop's
    lesson.meet()
    assert [o.id for o in visits.visit_log(lesson.three.tablet, lesson.visit).observations] == [on_laptop]
    touched = lesson.laptop.undo()
    assert touched is not None
    assert touched.id == on_laptop
    assert lesson.laptop.undo() is None
    assert lesson.tablet.redo() is not None
    lesson.meet()
    assert [o.id for o in visits.visit_log(lesson.three.laptop, lesson.visit).observations] == [on_tablet]


def test_one_ends_it_while_the_other_still_logs(lesson: Lesson) -> None:
    child = lesson.children["Amara Okeke"]
    lesson.tablet.observe("engagement", "active", student=child, at=lesson.minute(5))
    visits.end_visit(lesson.three.tablet, lesson.visit, at=lesson.minute(20))
    lesson.laptop.observe("engagement", "deep", student=child, at=lesson.minute(25))  # it has not heard of the end
    lesson.meet()
    for home in lesson.homes:
        assert visits.read(home, lesson.visit).ended_at == lesson.minute(20)
        assert lesson.count(home) == 2
        taps = summary.summary(home, lesson.visit)["channels"]["engagement"]["by_method"]["tap"]
        assert (taps["counts"]["active"], taps["counts"]["deep"]) == (1, 1)
    with pytest.raises(Refused, match="the visit has ended"):
        lesson.laptop.observe("engagement", "deep", student=child)
    visits.reopen_visit(lesson.three.laptop, lesson.visit)  # she is still there
    lesson.laptop.observe("engagement", "deep", student=child)
    lesson.meet()
    assert [o.visit.id for o in today(lesson.three.tablet).open] == [lesson.visit]
    visits.end_visit(lesson.three.tablet, lesson.visit)
    lesson.meet()
    assert lesson.count(lesson.three.laptop) == 3


def test_both_end_it_and_one_of_the_ends_stands_on_both(lesson: Lesson) -> None:
    for home, at in zip(lesson.homes, (20, 25), strict=True):
        visits.end_visit(home, lesson.visit, at=lesson.minute(at))
    lesson.meet()
    ends = {visits.read(home, lesson.visit).ended_at for home in lesson.homes}
    assert len(ends) == 1
    assert ends <= {lesson.minute(20), lesson.minute(25)}
    for home in lesson.homes:
        assert [c.kind for c in conflicts.conflicts(home)] == ["visit.end"]
        assert today(home).open == ()


def test_both_go_through_the_class(lesson: Lesson) -> None:
    """A look that each device began has one number: whom each looked at counts, and nobody is lost."""
    order = sorted(lesson.children.values())[:6]
    for recorder, mine in ((lesson.tablet, order[:3]), (lesson.laptop, order[3:])):
        recorder.sweep_start(1, "seat", order)
        for child in mine:
            recorder.observe("engagement", "active", student=child, method="sweep", sweep=1)
    lesson.meet()
    for home in lesson.homes:
        (row,) = summary.summary(home, lesson.visit)["sweeps"]
        assert (row["number"], row["asked"], row["rated"]) == (1, 6, 6)


def test_a_colleague_in_the_same_lesson_has_a_visit_of_her_own(lesson: Lesson) -> None:
    kim, child = lesson.three.kim, lesson.children["Amara Okeke"]
    theirs = visits.start_visit(kim, lesson.three.room, at=lesson.minute(2)).id
    assert theirs != lesson.visit
    Recorder(kim, theirs).observe("engagement", "off", student=child, at=lesson.minute(3))
    lesson.tablet.observe("engagement", "deep", student=child, at=lesson.minute(3))
    lesson.three.meet()
    assert lesson.count(lesson.three.laptop) == 1
    assert [d.visit.id for d in today(lesson.three.laptop).others] == [theirs]
    assert [a["visit"] for a in summary.summary(kim, theirs)["also"]] == [lesson.visit]
