"""What Today says, from a real log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.codec import iso, parse
from observe.platform import Platform
from observe.services import classroom, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home, open_home
from observe.services.record import Recorder
from observe.services.today import TOMORROW, Week, today

pytestmark = pytest.mark.usefixtures("arizona")

MINUTE = 60_000


class At(Platform):
    """This machine on Wednesday 18 November 2026, at 12:00 in Arizona."""

    def wall_ms(self) -> int:
        return parse("2026-11-18T19:00:00Z", "UTC")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = open_home(tmp_path / "home", At())
    for name in ("Gr 4", "Gr 5"):
        classroom.type_in(opened, name, f"Amara of {name}\nBo of {name}")
    yield opened
    opened.close()


def when(home: Home, clock: str, day: int = 18) -> int:
    return parse(f"2026-11-{day}T{clock}", home.zone)


def section(home: Home, name: str) -> str:
    return next(s.id for s in visits.sections(home) if s.name == name)


def plan(home: Home, name: str, at: int, minutes: int) -> str:
    key = home.new_key()
    data = {"section": section(home, name), "planned_at": iso(at), "planned_minutes": minutes, "zone": home.zone}
    home.write(lambda act: act.put("visit", key, {**data, "protocol": "push_in", "protocol_version": 1}, new=True))
    return key


def held(home: Home, name: str, begin: int, end: int, **how: str) -> str:
    visit = visits.start_visit(home, section(home, name), at=begin, **how).id
    visits.end_visit(home, visit, at=end)
    return visit


def test_an_empty_day_says_nothing(home: Home) -> None:
    found = today(home)
    assert (found.open, found.visits, found.next, found.week, found.unfinished) == ((), (), None, (), ())


def test_visits_stand_in_order_with_what_became_of_them(home: Home) -> None:
    late = plan(home, "Gr 5", when(home, "13:00"), 40)
    missed = plan(home, "Gr 5", when(home, "09:00"), 40)
    planned = plan(home, "Gr 4", when(home, "10:00"), 45)
    held(home, "Gr 4", when(home, "10:05"), when(home, "10:41"), visit=planned)
    later = plan(home, "Gr 4", when(home, "14:00"), 40)
    plan(home, "Gr 4", when(home, "10:00", 19), 40)
    found = today(home)
    assert [(d.visit.id, d.status, d.minutes) for d in found.visits] == [
        (missed, "missed", None),
        (planned, "ended", 36),
        (late, "planned", None),
        (later, "planned", None),
    ]
    assert found.next == late


def test_the_week_counts_planned_against_held_without_pauses(home: Home) -> None:
    plan(home, "Gr 5", when(home, "09:00", 16), 40)  # Monday, missed
    plan(home, "Gr 5", when(home, "09:00", 20), 40)  # still to come
    plan(home, "Gr 4", when(home, "09:00", 23), 99)  # next week
    visit = visits.start_visit(home, section(home, "Gr 4"), at=when(home, "10:00")).id
    Recorder(home, visit).pause(True, when(home, "10:10"))
    Recorder(home, visit).pause(False, when(home, "10:20"))
    visits.end_visit(home, visit, at=when(home, "10:40"))
    assert today(home).week == (Week("Gr 4", 0, 0, 30), Week("Gr 5", 80, 0))


def test_a_visit_of_yesterday_is_forgotten_and_its_planned_end_is_offered(home: Home) -> None:
    planned = plan(home, "Gr 4", when(home, "10:00", 17), 45)
    visits.start_visit(home, section(home, "Gr 4"), at=when(home, "10:02", 17), visit=planned)
    Recorder(home, planned).observe("engagement", "deep", at=when(home, "10:30", 17))
    (one,) = today(home).open
    assert one.forgotten
    assert (one.last_at, one.planned_end) == (when(home, "10:30", 17), when(home, "10:45", 17))
    assert [u.what for u in today(home).unfinished] == ["open"]
    assert ("Gr 4", 28) in [(w.section, w.held) for w in today(home).week]  # until its last log, not all night
    Recorder(home, planned).observe("engagement", "deep", at=when(home, "10:50", 17))
    assert today(home).open[0].planned_end is None  # something was logged after it


def test_an_end_still_to_come_is_not_offered(home: Home) -> None:
    planned = plan(home, "Gr 4", when(home, "11:50"), 45)
    visits.start_visit(home, section(home, "Gr 4"), at=when(home, "11:50"), visit=planned)
    (one,) = today(home).open
    assert (one.forgotten, one.planned_end) == (False, None)


def test_flags_without_words_and_visits_without_a_glow_line_are_to_finish(home: Home) -> None:
    old = held(home, "Gr 4", when(home, "09:00", 16), when(home, "09:40", 16))
    new = held(home, "Gr 5", when(home, "09:00"), when(home, "09:40"))
    amara = visits.students(home, section(home, "Gr 4"))[0].id
    flag = Afterwards(home, old).note(student=amara, at=when(home, "09:10", 16))
    Afterwards(home, new).note("She asked why.", at=when(home, "09:10"))
    found = today(home).unfinished
    assert [(u.what, u.visit.id, u.student) for u in found] == [("note", old, amara), ("glow", new, None)]
    assert flag.id is not None
    Afterwards(home, old).put_note_into_words(flag.id, "Saw the pattern at once.")
    Afterwards(home, new).reflect("glow", "The open question worked.")
    assert today(home).unfinished == ()


def test_the_saved_mark_is_the_last_entry_of_this_device(home: Home) -> None:
    before = today(home).saved_at
    held(home, "Gr 4", when(home, "09:00"), when(home, "09:40"))
    after = today(home).saved_at
    assert before is not None
    assert after is not None
    assert before <= after <= home.clock.now()


def test_a_planned_visit_is_held_at_whatever_hour_she_means_it(home: Home) -> None:
    afternoon = plan(home, "Gr 4", when(home, "15:00"), 40)
    assert visits.start_visit(home, section(home, "Gr 4")).id != afternoon
    visits.end_visit(home, visits.open_visits(home)[0].id)
    assert visits.start_visit(home, section(home, "Gr 4"), visit=afternoon).id == afternoon


def test_the_line_for_tomorrow_comes_up_on_the_next_day_in_a_class(home: Home) -> None:
    friday = held(home, "Gr 4", when(home, "09:00", 13), when(home, "09:30", 13))
    Afterwards(home, friday).reflect(TOMORROW, "open with two sums")
    plan(home, "Gr 5", when(home, "09:00", 16), 40)  # missed: she was in no class that day
    said = today(home).line
    assert said is not None
    assert (said.day.isoformat(), said.text) == ("2026-11-13", "open with two sums")
    now = held(home, "Gr 4", when(home, "09:00"), when(home, "09:30"))
    Afterwards(home, now).reflect(TOMORROW, "for the day after")
    assert today(home).line == said  # what she writes today is for another day
    held(home, "Gr 5", when(home, "09:00", 17), when(home, "09:30", 17))
    assert today(home).line is None  # the last day had no line; an older one is stale


def test_of_two_lines_of_a_day_the_later_one_counts(home: Home) -> None:
    for clock, name, text in (("09:00", "Gr 4", "first"), ("10:00", "Gr 5", "second")):
        visit = held(home, name, when(home, clock, 17), when(home, clock, 17) + 30 * MINUTE)
        Afterwards(home, visit).reflect(TOMORROW, text)
    said = today(home).line
    assert said is not None
    assert said.text == "second"
