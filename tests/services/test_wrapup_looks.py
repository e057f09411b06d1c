"""Each pass by itself on the wrap-up, pairs of one look, what is of a part alone, and an interval over passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.domain.bootstrap import intervals
from observe.domain.cards import Table
from observe.domain.trends import SEED
from observe.services.summary import summary

from ..ui.school import CLASS, ids, school
from .test_wrapup import ROOM, Lesson, _identified, said


@pytest.fixture
def lesson(home: Path) -> Iterator[Lesson]:
    """A class of 25, three of them identified."""
    opened = school(home, {ROOM: CLASS})
    for id in [ids(opened, ROOM)[name] for name in CLASS[:3]]:
        _identified(opened, id)
    yield Lesson(opened)
    opened.close()


def part(lesson: Lesson, number: int, order: str, codes: list[str], first: int) -> None:
    students = lesson.people[first : first + len(codes)]
    lesson.log.sweep_start(number, order, students, at=lesson.tick())
    for student, code in zip(students, codes, strict=True):
        lesson.log.observe("engagement", code, student=student, method="sweep", sweep=number, at=lesson.tick())


def test_each_pass_says_what_was_expected_and_missed_its_order_and_the_task(lesson: Lesson) -> None:
    lesson.log.observe("role", "circulate", at=lesson.tick())
    lesson.log.observe("grouping", "groups", at=lesson.tick())
    lesson.log.observe("strategy", "tiered", on=True, at=lesson.tick())
    lesson.log.sweep_start(1, "least_seen", lesson.people, at=lesson.tick())
    for who, code in ((0, "deep"), (1, "waiting"), (7, "active"), (8, "active")):
        lesson.log.observe("engagement", code, student=lesson.people[who], method="sweep", sweep=1, at=lesson.tick())
    card = lesson.card("pass by pass")
    text = said(card)
    assert re.search(r" 1  \d\d:\d\d  4 of 25, 21 missed  least seen first  Groups, Tiered", text)
    assert "Desk to desk" not in text  # her role is no task
    table = next(item for item in card.items if isinstance(item, Table))
    assert table.head == ("Engagement", "Think", "Act", "Listen", "Off", "Waiting")
    assert table.rows == ((" 1 identified 2", "1", "0", "0", "0", "1"), (" 1 not 2", "0", "2", "0", "0", "0"))
    assert "%" not in text


def test_lost_time_and_flow_are_said_with_their_looks_and_a_percentage_of_enough_of_them(lesson: Lesson) -> None:
    def both(who: int, challenge: str, engagement: str) -> None:
        for channel, code in (("challenge", challenge), ("engagement", engagement)):
            lesson.log.observe(channel, code, student=lesson.people[who], method="sweep", sweep=1, at=lesson.tick())

    for who in range(9):
        both(who, "known" if who < 3 else "stretch", "waiting" if who < 2 else "deep")
    text = said(lesson.card("Two ratings"))
    assert "Lost time  2 of 9 looks  Already knows with Done waiting" in text
    assert "identified 2 of 3, not 0 of 6" in text
    assert "Flow  6 of 9 looks  Stretch with Thinking" in text
    assert "%" not in text
    both(9, "easy", "active")
    assert "Lost time  2 of 10 looks, 20 %" in said(lesson.card("Two ratings"))


def test_taps_make_no_pair(lesson: Lesson) -> None:
    lesson.tap("challenge", "known", 0)
    lesson.tap("engagement", "waiting", 0)
    assert "Two ratings" not in lesson.text()


def test_looks_at_a_part_are_apart_and_in_no_percentage(lesson: Lesson) -> None:
    lesson.look(["deep"] * 20)
    before = said(lesson.card("Engagement: 1 look at everyone"))
    part(lesson, 2, "unseen", ["off"] * 5, 20)
    part(lesson, 3, "focal", ["off"] * 6, 0)
    assert said(lesson.card("Engagement: 1 look at everyone, 20 of 20")) == before
    apart = said(lesson.card("11 looks at some of the class"))
    assert "Off task 11" in apart
    assert "in no percentage of everyone" in apart
    passes = said(lesson.card("pass by pass"))
    assert re.search(r" 2  \d\d:\d\d  5 of 5  those not yet seen", passes)
    assert re.search(r" 3  \d\d:\d\d  6 of 6  six dealt", passes)


def test_with_looks_at_a_part_alone_nobody_looked_at_everyone(lesson: Lesson) -> None:
    part(lesson, 1, "unseen", ["deep"] * 25, 0)
    text = lesson.text()
    assert "Nobody looked at everyone, so there are no percentages" in text
    assert "%" not in text


@pytest.mark.parametrize("passes", [4, 5])
def test_from_five_passes_on_an_interval_has_the_pass_as_its_unit(lesson: Lesson, passes: int) -> None:
    deep = [3, 9, 4, 12, 5][:passes]
    for number, n in enumerate(deep, 1):
        lesson.look(["deep"] * n + ["active"] * (25 - n), number=number)
    text = said(lesson.card("Engagement: "))
    found = re.search(r"By 5 passes: Thinking (\d+)-(\d+) %", text)
    if passes < 5:
        assert found is None
        return
    assert found is not None
    ends = intervals([({"deep": n}, 25) for n in deep], ("deep",), SEED)
    assert ends is not None
    assert [float(word) for word in found.groups()] == [round(100 * end) for end in ends["deep"]]


def test_the_cue_is_said_with_how_many_there_were(lesson: Lesson) -> None:
    assert "at the cue" not in lesson.text()
    lesson.log.cue(1)
    assert "0 of 1 at the cue" in said(lesson.card("pass by pass"))
    lesson.look(["deep"] * 25)
    assert summary(lesson.home, lesson.visit)["cues"] == {"shown": 1, "answered": 0}  # it began before
    assert "0 of 1 at the cue" in said(lesson.card("pass by pass"))
    lesson.log.sweep_start(2, students=lesson.people)
    assert "1 of 1 at the cue" in said(lesson.card("pass by pass"))


def test_what_is_shared_says_how_many_were_looked_at_and_no_rating_of_a_pass(lesson: Lesson) -> None:
    lesson.look(["deep"] * 3, number=1)
    lesson.look(["off"] * 25, number=2)
    for who in range(25):
        lesson.log.observe("challenge", "known", student=lesson.people[who], method="sweep", sweep=2, at=lesson.tick())
    page = said(lesson.card("pass by pass", share=True))
    assert re.search(r" 1  \d\d:\d\d  3 of 3  by seat", page)
    assert not any(isinstance(item, Table) for item in lesson.card("pass by pass", share=True).items)
    pairs = said(lesson.card("Two ratings", share=True))
    assert "Lost time  0 of 25 looks, 0 %" in pairs
    assert "identified" not in pairs  # three of them, so neither group is said
