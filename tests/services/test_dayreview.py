"""The review of a day: planned against held, who nobody saw all day, what is to finish, a line for tomorrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from observe.domain.cards import Bar, Line, Page, Table, page_text
from observe.domain.codec import iso, local
from observe.services import classroom, missed, spans, visits
from observe.services.afterwards import Afterwards
from observe.services.dayreview import day_page, line_for_tomorrow, unfinished_notes
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.students import Pages
from observe.services.today import TOMORROW
from observe.services.wrapup import wrap_up

from ..ui.school import CLASS, ids, school, section_id

pytestmark = pytest.mark.usefixtures("arizona")

MINUTE = 60_000
FIRST, SECOND = "Gr 4 Rm 12", "Gr 2 Rm 3"
SMALL = ("Ana Ruiz", "Ben Ode", "Cora Lim", "Dan Roe")
NOON = 1_795_633_200_000
"""24 November 2026, 12:00 in Arizona."""


@pytest.fixture
def home_open(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    opened = school(home, {FIRST: CLASS, SECOND: SMALL})
    monkeypatch.setattr(opened.clock, "now", lambda: NOON)
    yield opened
    opened.close()


@pytest.fixture
def today(home_open: Home) -> date:
    return local(NOON, home_open.zone).date()


def held(home: Home, section: str, before: int, minutes: int) -> tuple[Recorder, int]:
    """A visit that began so many minutes before noon and lasted so long; ended by `end`."""
    start = NOON - before * MINUTE
    visit = visits.start_visit(home, section_id(home, section), at=start, end_open=True).id
    recorder = Recorder(home, visit)
    recorder.observe("role", "teach", at=start)
    visits.end_visit(home, visit, start + minutes * MINUTE)
    return recorder, start


def planned(home: Home, section: str, at: int, minutes: int) -> str:
    def change(act: object) -> str:
        key = home.new_key()
        facts = {
            "section": section_id(home, section), "planned_at": iso(at), "planned_minutes": minutes,
            "protocol": "push_in", "protocol_version": 1, "zone": home.zone,
        }  # fmt: skip
        act.put("visit", key, facts, new=True)
        return key

    return home.write(change)


def card(page: Page, word: str) -> str:
    return page_text(Page("", tuple(c for c in page.cards if word in c.title)))


def test_a_day_without_a_visit_says_so(home_open: Home, today: date) -> None:
    page = day_page(home_open, today, tappable=True)
    assert "No visit was planned for this day, and none was held." in page_text(page)
    assert "%" not in page_text(page)
    assert "For tomorrow" not in page_text(page)  # there is no visit to keep it with


def test_planned_held_missed_and_extra_are_told_apart(home_open: Home, today: date) -> None:
    planned(home_open, FIRST, NOON - 120 * MINUTE, 45)
    held(home_open, FIRST, 118, 40)  # takes up the planned one
    planned(home_open, SECOND, NOON - 240 * MINUTE, 30)
    held(home_open, SECOND, 30, 20)
    planned(home_open, SECOND, NOON + 60 * MINUTE, 30)
    page = day_page(home_open, today)
    assert "1 of 3 planned visits held, 1 visit more, 40 of 105 planned min, 20 more" in page.title
    lines = [item.text for item in page.cards[0].items if isinstance(item, Line)]
    assert [re.sub(r"\s+", " ", text).strip() for text in lines] == [
        "08:00 Gr 2 Rm 3 missed",
        "10:02 Gr 4 Rm 12 held 40 of 45 min seen 0 of 25",
        "11:30 Gr 2 Rm 3 held 20 min seen 0 of 4",
        "13:00 Gr 2 Rm 3 planned",
    ]


def test_the_summary_of_a_visit_that_did_not_begin_says_so(home_open: Home) -> None:
    """And not that it was held, logged while teaching, and that of nobody who was here nobody was seen."""
    home_open.set_setting("observer", "Mia Fox")
    past, ahead = (planned(home_open, FIRST, NOON + hours * 60 * MINUTE, 45) for hours in (-4, 1))
    missed.miss(home_open, past, "Ana was ill")
    said, shared = (page_text(wrap_up(home_open, past, share=share)) for share in (False, True))
    assert "Not held: 45 min were planned (Ana was ill)." in said
    assert "Not held: 45 min were planned." in shared
    assert "ill" not in shared
    assert "Still to come: 45 min are planned." in page_text(wrap_up(home_open, ahead))
    for text in (said, shared, page_text(wrap_up(home_open, ahead))):
        assert not [word for word in ("Held 0", "Nothing was logged", "Logged by", "who were here") if word in text]


def test_the_minutes_of_a_day_are_those_of_its_visit(home_open: Home, today: date) -> None:
    """30 minutes and 32 seconds are 31, in the title as in the line; rounded to 0.1 first they had been 30."""
    start = NOON - 60 * MINUTE
    visit = visits.start_visit(home_open, section_id(home_open, FIRST), at=start).id
    visits.end_visit(home_open, visit, start + 30 * MINUTE + 32_000)
    page = day_page(home_open, today)
    assert page.title.endswith("1 visit held, 31 min")
    assert "held 31 min" in page_text(page)


def test_minutes_are_summed_over_the_day_with_extra_hands_in_its_own_tone(home_open: Home, today: date) -> None:
    held(home_open, FIRST, 200, 40)
    log, start = held(home_open, SECOND, 100, 30)
    log.observe("role", "extra", at=start + 20 * MINUTE)
    bars = [item for c in day_page(home_open, today).cards for item in c.items if isinstance(item, Bar)]
    assert [(bar.label, bar.text, bar.tone) for bar in bars] == [
        ("Teach", "60 min", "role"),
        ("Extra hands", "10 min", "warn"),
    ]


def test_percentages_are_of_looks_alone_and_too_few_is_said(home_open: Home, today: date) -> None:
    log, start = held(home_open, FIRST, 200, 60)
    people = [ids(home_open, FIRST)[name] for name in CLASS]
    for i, who in enumerate(people[:9]):
        log.observe("engagement", "deep", student=who, method="sweep", sweep=1, at=start + i * 1000)
        log.observe("engagement", "off", student=who, at=start + i * 1000)
    text = card(day_page(home_open, today), "Engagement")
    assert "9 looks: too few for percentages" in text
    assert "9 taps: Off task 9" in text
    assert "%" not in text
    log.observe("engagement", "active", student=people[9], method="sweep", sweep=1, at=start + 20_000)
    page = day_page(home_open, today)
    table = next(item for c in page.cards if c.title == "Engagement" for item in c.items if isinstance(item, Table))
    assert table.head == ("", "all 10", "identified 0", "not 10")
    assert table.rows[0] == ("Thinking", "90 %", "none", "90 %")


def test_challenge_has_no_middle_and_questions_are_at_least(home_open: Home, today: date) -> None:
    log, start = held(home_open, FIRST, 200, 60)
    for i, name in enumerate(CLASS):
        log.observe("challenge", "stretch", student=ids(home_open, FIRST)[name], at=start + i * 1000)
    log.observe("questioning", "create", at=start)
    text = page_text(day_page(home_open, today))
    assert not re.search(r"mean|median|average", text, re.IGNORECASE)
    assert "Questions: at least 1 logged (upper 1)" in text


def test_only_who_nobody_saw_all_day_is_to_be_seen_next(home_open: Home, today: date) -> None:
    who = ids(home_open, SECOND)
    log, start = held(home_open, SECOND, 200, 30)
    log.observe("engagement", "deep", student=who["Ana Ruiz"], at=start)
    again, later = held(home_open, SECOND, 100, 30)
    again.observe("engagement", "deep", student=who["Ben Ode"], at=later)
    text = card(day_page(home_open, today), "Students to see next")
    assert "Cora Lim, Dan Roe" in text
    assert "Ana Ruiz" not in text
    assert "Ben Ode" not in text
    for name in ("Cora Lim", "Dan Roe"):
        again.observe("engagement", "deep", student=who[name], at=later)
    assert "everybody who was here was seen" in card(day_page(home_open, today), "Students to see next")


def test_a_class_that_was_visited_twice_is_told_of_once(home_open: Home, today: date) -> None:
    who = ids(home_open, SECOND)
    for before, name in ((200, "Ana Ruiz"), (100, "Ben Ode")):
        log, start = held(home_open, SECOND, before, 30)
        log.observe("engagement", "deep", student=who[name], at=start + MINUTE)
    missed = card(day_page(home_open, today, tappable=True), "to see next")
    assert missed.count("Cora Lim") == 2, missed  # of the day, and of the month
    assert [row for row in missed.splitlines() if "not seen: " in row] == [f"  {SECOND}: not seen: Cora Lim, Dan Roe"]


def test_two_children_of_one_name_are_told_apart_on_every_page(home_open: Home, today: date) -> None:
    classroom.type_in(home_open, "Gr 5", "Emma Johnson\nBo Lind\nEmma Johnson")
    log, start = held(home_open, "Gr 5", 100, 30)
    for student in [s.id for s in visits.students(home_open) if s.name == "Emma Johnson"]:
        log.observe("spark", "insight", student=student, at=start + MINUTE)
    span = spans.month_to(today)
    pages = (day_page(home_open, today), wrap_up(home_open, log.visit_id), Pages(home_open, span).seen())
    for page in pages:
        said = page_text(page)
        assert "Emma Johnson #1" in said
        assert "Emma Johnson #3" in said


def test_unfinished_notes_come_in_order_and_leave_when_they_have_words(home_open: Home, today: date) -> None:
    log, start = held(home_open, FIRST, 200, 60)
    after = Afterwards(home_open, log.visit_id)
    late = after.note(at=start + 20 * MINUTE).id
    early = after.note(student=ids(home_open, FIRST)["Kofi Mensah"], at=start + 10 * MINUTE).id
    after.note("has its words", at=start)
    after.note("mine", private=True, at=start)
    assert unfinished_notes(home_open, today) == [(log.visit_id, early), (log.visit_id, late)]
    text = card(day_page(home_open, today), "To finish")
    assert "Kofi Mensah: a note without words" in text
    assert "everyone: a note without words" in text
    after.put_note_into_words(early or "", "asked why")
    assert unfinished_notes(home_open, today) == [(log.visit_id, late)]


def test_a_visit_that_is_open_or_without_a_word_is_to_finish(home_open: Home, today: date) -> None:
    log, _ = held(home_open, FIRST, 200, 60)
    visits.start_visit(home_open, section_id(home_open, SECOND), at=NOON - MINUTE)
    text = card(day_page(home_open, today), "To finish")
    assert "Gr 4 Rm 12: no glow line yet" in text
    assert "Gr 2 Rm 3 is still open" in text
    Afterwards(home_open, log.visit_id).reflect("glow", "they waited")
    assert "no glow line" not in page_text(day_page(home_open, today))


def test_the_line_for_tomorrow_is_kept_with_the_day_and_only_there(home_open: Home, today: date) -> None:
    held(home_open, FIRST, 200, 30)
    log, _ = held(home_open, SECOND, 100, 30)
    assert line_for_tomorrow(home_open, today) == ""
    assert "(tap to write)" in page_text(day_page(home_open, today, tappable=True))
    assert "For tomorrow" not in page_text(day_page(home_open, today))
    Afterwards(home_open, log.visit_id).reflect(TOMORROW, "open with two sums")
    Afterwards(home_open, log.visit_id).reflect("try_next", "one question a table")
    assert line_for_tomorrow(home_open, today) == "open with two sums"
    text = card(day_page(home_open, today), "tomorrow")
    assert "For tomorrow: open with two sums" in text
    assert "Gr 2 Rm 3: one question a table" in text
    assert line_for_tomorrow(home_open, date(2026, 11, 23)) == ""


def test_a_line_for_tomorrow_does_not_count_as_the_words_of_a_visit(home_open: Home, today: date) -> None:
    log, _ = held(home_open, FIRST, 200, 30)
    Afterwards(home_open, log.visit_id).reflect(TOMORROW, "open with two sums")
    assert "no glow line yet" in page_text(day_page(home_open, today))


def test_it_says_by_whom_the_day_was_logged(home_open: Home, today: date) -> None:
    home_open.set_setting("observer", "Marta Ruiz")
    held(home_open, FIRST, 200, 30)
    said = card(day_page(home_open, today), "Visits")
    assert "Logged by Marta Ruiz while teaching: a record of their own work." in said
