"""What a wrap-up may say: shares of looks only, too few and none in words, and nobody on the teacher's page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from observe.domain.cards import Bar, Card, Line, Page, Table, Timeline, page_text
from observe.services import edges, visits
from observe.services.afterwards import Afterwards
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.summary import summary
from observe.services.wrapup import wrap_up

from ..ui.school import CLASS, ids, school, section_id

MINUTE = 60_000
ROOM = "Gr 4 Rm 12"


class Lesson:
    """One visit of an hour in a class of 25, eleven of them identified where `identified`."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.start = home.clock.now() - 60 * MINUTE
        self.visit = visits.start_visit(home, section_id(home, ROOM), title="Fractions", at=self.start).id
        self.log, self.after = Recorder(home, self.visit), Afterwards(home, self.visit)
        self.people = [ids(home, ROOM)[name] for name in CLASS]
        self._second = 0

    def tick(self) -> int:
        self._second += 1
        return self.start + self._second * 1000

    def look(self, codes: Sequence[str], channel: str = "engagement", number: int = 1, first: int = 0) -> None:
        """A look at as many students as there are codes."""
        self.log.sweep_start(number, students=self.people[first : first + len(codes)], at=self.tick())
        for student, code in zip(self.people[first:], codes, strict=False):
            self.log.observe(channel, code, student=student, method="sweep", sweep=number, at=self.tick())
        self.log.sweep_end(number, at=self.tick())

    def tap(self, channel: str, code: str, *students: int, **more: object) -> None:
        for student in students:
            self.log.observe(channel, code, student=self.people[student], at=self.tick(), **more)

    def page(self, **how: bool) -> Page:
        return wrap_up(self.home, self.visit, **how)

    def text(self, **how: bool) -> str:
        return page_text(self.page(**how))

    def card(self, word: str, **how: bool) -> Card:
        return next(card for card in self.page(**how).cards if word in card.title)


@pytest.fixture
def lesson(home: Path) -> Iterator[Lesson]:
    opened = school(home, {ROOM: CLASS})
    for id in [ids(opened, ROOM)[name] for name in CLASS[:11]]:
        _identified(opened, id)
    yield Lesson(opened)
    opened.close()


def _identified(home: Home, student: str) -> None:
    def change(act: object) -> None:
        winner = home.journal.winner("student", student)
        assert winner is not None
        act.put("student", student, {**winner.data, "identified": True})

    home.write(change)


def said(card: Card) -> str:
    return page_text(Page("", (card,)))


def test_taps_are_counts_and_who_and_never_a_percentage(lesson: Lesson) -> None:
    for code in ("deep", "deep", "off", "active", "passive"):
        lesson.tap("engagement", code, *range(10))
    lesson.tap("challenge", "known", 0, 0, 1)
    text = lesson.text()
    assert "%" not in text
    assert re.search(r"Thinking +20 +Aiden Moss 2, ", text)
    assert re.search(r"Already knows +3 +Aiden Moss, Amara Okeke 2", text)
    assert "Nobody looked at everyone, so there are no percentages" in text


def test_shares_are_of_looks_alone_with_the_identified_beside_the_others(lesson: Lesson) -> None:
    lesson.look(["deep"] * 11 + ["passive"] * 14)
    lesson.tap("engagement", "off", *range(25))
    table = next(item for item in lesson.card("1 look at everyone, 25 of 25").items if isinstance(item, Table))
    assert table.head == ("", "all 25", "identified 11", "not 14")
    assert {row[0]: row[1:] for row in table.rows} == {
        "Thinking": ("44 %", "100 %", "0 %"),
        "Active": ("0 %", "0 %", "0 %"),
        "Listening": ("56 %", "0 %", "100 %"),
        "Off task": ("0 %", "0 %", "0 %"),
        "Done waiting": ("0 %", "0 %", "0 %"),
    }
    assert table.shares == (0.44, 0.0, 0.56, 0.0, 0.0)
    assert re.search(r"Off task +25 ", said(lesson.card("25 taps")))


@pytest.mark.parametrize(("looks", "few"), [(9, True), (10, False)])
def test_below_ten_looks_there_is_no_share(lesson: Lesson, looks: int, few: bool) -> None:
    lesson.look(["active"] * looks)
    text = said(lesson.card("look at everyone"))
    assert ("too few for percentages (Active 9)" in text) is few
    assert ("%" in text) is not few


@pytest.mark.parametrize(("students", "few"), [(5, True), (6, False)])
def test_below_six_students_there_is_no_share_however_many_looks(lesson: Lesson, students: int, few: bool) -> None:
    for number in range(1, 4):
        lesson.look(["active"] * students, number=number)
    text = said(lesson.card("looks at everyone"))
    assert ("too few for percentages" in text) is few
    assert ("100 %" in text) is not few


def test_a_group_with_too_few_looks_says_so_beside_the_one_with_enough(lesson: Lesson) -> None:
    lesson.look(["active"] * 16, first=9)  # two identified, fourteen not
    table = next(item for item in lesson.card("look at everyone").items if isinstance(item, Table))
    assert {row[2] for row in table.rows} == {"too few"}
    assert table.rows[1] == ("Active", "100 %", "too few", "100 %")


def test_nothing_of_nothing_is_none(lesson: Lesson) -> None:
    lesson.look(["active"] * 14, first=11)  # nobody identified was looked at
    table = next(item for item in lesson.card("look at everyone").items if isinstance(item, Table))
    assert table.head[2] == "identified 0"
    assert {row[2] for row in table.rows} == {"none"}


def test_challenge_has_neither_mean_nor_median_anywhere(lesson: Lesson) -> None:
    lesson.look(["easy", "stretch"] * 10 + ["strain"] * 5, channel="challenge")
    lesson.tap("challenge", "known", 0, 1)
    for text in (lesson.text(), lesson.text(share=True), lesson.text(tappable=True)):
        assert not re.search(r"mean|median|average|\bavg\b", text, re.IGNORECASE)
    labels = {"Already knows", "Easy", "Stretch", "Stuck"}
    table = next(item for item in lesson.card("Challenge: 1 look").items if isinstance(item, Table))
    assert {row[0] for row in table.rows} == labels


def test_questions_are_at_least_so_many_in_two_blocks_by_who_asked(lesson: Lesson) -> None:
    for code, asker in (("analyze", "me"), ("create", "student"), ("remember", "me"), ("apply", "teacher")):
        lesson.log.observe("questioning", code, modifiers={"asker": asker}, at=lesson.tick())
    card = lesson.card("Questions: at least 4 logged")
    table = card.items[0]
    assert isinstance(table, Table)
    names = [row[0] for row in table.rows]
    assert names == ["Create", "Evaluate", "Analyze", "", "Apply", "Understand", "Remember"]
    assert table.head[1:] == ("Me", "Teacher", "Student")
    assert table.rows[0][1:] == ("0", "0", "1")
    assert table.rows[2][1:] == ("1", "0", "0")
    assert table.rows[4][1:] == ("0", "1", "0")
    assert "upper 2, lower 2" in said(card)


def test_think_time_that_was_only_ticked_is_no_share_of_the_questions(lesson: Lesson) -> None:
    """Who ticks, ticks the long ones: of five questions with two ticks, "2 of 2" would say that none was short."""

    def ask(**modifiers: object) -> None:
        lesson.log.observe("questioning", "apply", modifiers=modifiers, at=lesson.tick())

    for modifiers in ({}, {}, {}, {"waited": True}, {"waited": True}):
        ask(**modifiers)
    assert "think time 3+: at least 2" in said(lesson.card("Questions"))
    ask(wait_s=1.5)
    assert "think time 3+: 2 of 3" in said(lesson.card("Questions"))


def test_ticks_of_both_kinds_are_a_share(lesson: Lesson) -> None:
    for waited in (True, False, True):
        lesson.log.observe("questioning", "apply", modifiers={"waited": waited}, at=lesson.tick())
    assert "think time 3+: 2 of 3" in said(lesson.card("Questions"))


def test_extra_hands_is_named_and_stands_out(lesson: Lesson) -> None:
    lesson.log.observe("role", "extra", at=lesson.start)
    lesson.log.observe("role", "teach", at=lesson.start + 20 * MINUTE)
    card = lesson.card("My role")
    line = next(item for item in card.items if isinstance(item, Line) and "Extra hands" in item.text)
    assert "warn" in {span.tone for span in line.spans}
    assert "20 min" in line.text
    timeline = card.items[0]
    assert isinstance(timeline, Timeline)
    assert next(s.tone for s in timeline.stretches) == "warn"
    assert "20 extra hands" in lesson.text()


def test_with_whom_has_the_minutes_of_each_where_they_differ(lesson: Lesson) -> None:
    lesson.log.observe("role", "group", with_whom=lesson.people[:2], at=lesson.start)
    lesson.log.observe("role", "teach", at=lesson.start + 10 * MINUTE)
    assert "with Aiden Moss, Amara Okeke" in lesson.text()
    lesson.log.observe("role", "group", with_whom=lesson.people[1:3], at=lesson.start + 20 * MINUTE)
    lesson.log.observe("role", "teach", at=lesson.start + 25 * MINUTE)
    assert "with Aiden Moss 15, Amara Okeke 10, Beatriz Lima 5" in lesson.text()


def test_ticks_say_by_whom_and_never_become_minutes(lesson: Lesson) -> None:
    lesson.after.tick_ran("strategy", "tiered", "both")
    lesson.log.observe("strategy", "minilesson", on=True, at=lesson.start)
    lesson.log.observe("strategy", "minilesson", on=False, at=lesson.start + 9 * MINUTE)
    text = said(lesson.card("Strategies"))
    assert re.search(r"Tiered +ran, by both\n", text)
    assert re.search(r"Mini-lesson +9 min live\n", text)
    assert "Compacting" not in text
    assert "Compacting" in said(lesson.card("Strategies", tappable=True))


def test_who_was_not_seen_is_named_and_a_private_note_is_marked(lesson: Lesson) -> None:
    lesson.tap("engagement", "deep", *range(23))
    lesson.after.note("for me alone", private=True)
    lesson.after.note(student=lesson.people[3])
    text = lesson.text()
    assert "Seen 23 of 25 who were here" in text
    assert "not yet seen: Viktor Hahn, Zoe Kim" in text
    assert "for me alone  (private)" in text
    assert "1 note to finish" in text


def test_it_says_who_logged_and_when_the_end_is_estimated_and_what_a_pause_leaves_out(lesson: Lesson) -> None:
    lesson.home.set_setting("observer", "Robin Vega")
    lesson.log.pause(True, at=lesson.start + 10 * MINUTE)
    lesson.log.pause(False, at=lesson.start + 25 * MINUTE)
    visits.end_visit(lesson.home, lesson.visit, lesson.start + 50 * MINUTE, estimated=True)
    text = lesson.text()
    assert "Held 35 min" in text
    assert "Left out of everything: 15 min of pause." in text
    assert "Its end is estimated" in text


def test_whoever_logged_may_be_anybody(lesson: Lesson) -> None:
    lesson.home.set_setting("observer", "Robin Vega")
    visits.end_visit(lesson.home, lesson.visit)
    said = Lesson(lesson.home).text()
    assert "Logged by Robin Vega while teaching: a record of their own work." in said


def test_nothing_logged_is_said_kindly_and_asks_for_words(lesson: Lesson) -> None:
    visits.end_visit(lesson.home, lesson.visit)
    text = lesson.text(tappable=True)
    assert "Nothing was logged, and that is fine" in text
    assert "0 %" not in text
    assert text.count("(tap to write)") == 3
    assert "not yet seen: everybody" in text


def full(lesson: Lesson) -> None:
    """Everything that could give a child away."""
    lesson.look(["deep"] * 8 + ["active"] * 9 + ["passive"] * 8)
    lesson.look(["stretch"] * 5, channel="challenge", number=2)
    lesson.tap("engagement", "off", 0, 1)
    lesson.tap("challenge", "known", 2)
    lesson.tap("spark", "insight", 3, note="Kofi's own table")
    lesson.log.observe("role", "group", with_whom=lesson.people[:4], at=lesson.start)
    lesson.log.observe("role", "teach", at=lesson.start + 20 * MINUTE)
    lesson.log.observe(
        "questioning", "create", student=lesson.people[4], modifiers={"asker": "student"}, at=lesson.tick()
    )
    lesson.after.note("Kofi Mensah alone", private=True)
    lesson.after.note("shows promise", student=lesson.people[5])
    lesson.after.note(student=lesson.people[6])
    lesson.after.reflect("glow", "Kofi found it")


@pytest.mark.parametrize("notes", [False, True])
def test_the_teachers_page_has_no_name_no_id_no_small_group_and_no_private_note(lesson: Lesson, notes: bool) -> None:
    full(lesson)
    page = lesson.page(share=True, notes=notes)
    text = page_text(page)
    log = visits.visit_log(lesson.home, lesson.visit)
    everything = text + repr(page)
    for student in log.students:
        assert student.id not in everything
        assert student.name not in text
        assert student.name.split()[0] not in text
    for o in log.observations:
        assert o.id not in everything
    assert "alone" not in text
    assert ("shows promise" in text) is notes
    assert ("a student found it" in text) is notes
    assert "with " not in said(next(card for card in page.cards if "My role" in card.title))
    assert "not yet seen" not in text


def test_a_small_group_is_not_told_from_the_rest_of_the_teachers_page(lesson: Lesson) -> None:
    full(lesson)
    page = lesson.page(share=True)
    looks = next(card for card in page.cards if card.title.startswith("Engagement: 2 looks at everyone, 25 of 30"))
    assert all(isinstance(item, Bar) for item in looks.items)  # the two who were tapped would stand out beside all
    assert "identified" not in page_text(page)
    challenge = next(card for card in page.cards if card.title.startswith("Challenge: 2 looks"))
    assert said(challenge).count("too few") == 1
    taps = next(card for card in page.cards if card.title.startswith("Engagement: 2 taps"))
    assert "too few students to be shared" in said(taps)
    assert "Off task" not in said(taps)


def test_two_large_groups_are_side_by_side_for_the_teacher_too(lesson: Lesson) -> None:
    lesson.look(["deep"] * 25)
    card = next(card for card in lesson.page(share=True).cards if "look at everyone" in card.title)
    assert isinstance(card.items[0], Table)
    assert card.items[0].head == ("", "all 25", "identified 11", "not 14")


def test_where_one_group_is_small_the_teacher_sees_bars_of_all_alone(lesson: Lesson) -> None:
    lesson.look(["deep"] * 20, first=5)  # six identified, fourteen not
    card = next(card for card in lesson.page(share=True).cards if "look at everyone" in card.title)
    assert all(isinstance(item, Bar) for item in card.items)
    assert "identified" not in said(card)


def test_what_is_not_to_be_tapped_has_no_acts(lesson: Lesson) -> None:
    full(lesson)
    lesson.log.observe("role", "teach", at=lesson.tick())
    for how in ({}, {"share": True}, {"share": True, "notes": True}):
        items = [item for card in lesson.page(**how).cards for item in card.items]
        assert not [item for item in items if isinstance(item, Line) and item.act]
        assert not [s for item in items if isinstance(item, Timeline) for s in item.stretches if s.act]


def test_an_edge_that_moves_moves_the_minutes_and_says_why(lesson: Lesson) -> None:
    lesson.log.observe("role", "teach", at=lesson.start)
    late = lesson.log.observe("role", "coach", at=lesson.start + 20 * MINUTE).id or ""
    visits.end_visit(lesson.home, lesson.visit, lesson.start + 30 * MINUTE)
    edges.move(lesson.home, lesson.visit, late, -5 * MINUTE)
    spent = summary(lesson.home, lesson.visit)["channels"]["role"]["seconds"]
    assert (spent["teach"], spent["coach"]) == (900, 900)
    winner = lesson.home.journal.winner("observation", late)
    assert winner is not None
    assert winner.data["reason"] == edges.REASON
    edges.move(lesson.home, lesson.visit, late, -60 * MINUTE)
    assert summary(lesson.home, lesson.visit)["channels"]["role"]["seconds"]["teach"] == 60
    edges.place(lesson.home, lesson.visit, late, 90 * MINUTE)
    assert summary(lesson.home, lesson.visit)["channels"]["role"]["seconds"]["coach"] == 60
