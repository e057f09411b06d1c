"""Trends in cards: nothing drawn of too little, gaps as gaps, looks alone for shares, flagged visits left out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from observe.domain.cards import Card, Course, Line, Page, Series, Table, as_table, page_markdown, page_text
from observe.domain.codec import local
from observe.services import classroom, flags, visits
from observe.services.afterwards import Afterwards
from observe.services.grouped import section_page, visit_page
from observe.services.groups import GroupActs
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.trendpage import trend_page
from observe.services.trends import Asked, trends
from observe.store.journal import Act

from ..ui.school import CLASS, ids, school, section_id
from ..ui.term import GAP, MINUTE, WEEK, term

ROOM, OTHER = "Gr 4 Rm 12", "Gr 2 Rm 3"
NOW = 1_795_546_800_000
"""24 November 2026, 12:00 in Arizona: a Tuesday."""
FIRST = date(2026, 10, 5)
EIGHT = Asked(first=FIRST, last=date(2026, 11, 24))


@pytest.fixture
def at(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    opened = school(home, {ROOM: CLASS, OTHER: ("Ana Ruiz", "Ben Ode")})
    monkeypatch.setattr(opened.clock, "now", lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def made(at: Home) -> list[str]:
    return term(at, section_id(at, ROOM))


def card(page: Page, word: str) -> Card:
    return next(card for card in page.cards if word in card.title)


def series(page: Page, word: str) -> Series:
    return next(item for item in card(page, word).items if isinstance(item, Series))


def course(page: Page, word: str, label: str) -> Course:
    return next(row for row in series(page, word).rows if row.label == label)


def said(page: Page, word: str) -> str:
    return page_text(Page("", (card(page, word),)))


def test_a_course_has_a_column_a_week_and_a_gap_where_no_visit_was(at: Home, made: list[str]) -> None:
    page = trend_page(at, EIGHT)
    looks = course(page, "Engagement: percent", "looks")
    assert series(page, "Engagement: percent").steps == (
        "05 Oct", "12 Oct", "19 Oct", "26 Oct", "02 Nov", "09 Nov", "16 Nov", "23 Nov"
    )  # fmt: skip
    assert looks.texts == ("25", "7", "25", "25", "-", "25", "25", "25")
    thinking = course(page, "Engagement: percent", "Thinking")
    assert [value is None for value in thinking.values] == [i in (1, 7 - GAP) for i in range(8)]
    assert (thinking.texts[1], thinking.texts[7 - GAP], thinking.texts[7]) == ("few", "-", "48")
    assert "1 week without a visit that counts" in said(page, "In words")
    assert "few: fewer than 10 looks or 6 students" in said(page, "Engagement: percent")
    assert (series(page, "Engagement: percent").top, series(page, "Engagement: percent").full) == (0.75, "75 %")


def test_the_number_of_a_week_is_its_looks_alone_and_taps_are_counts(at: Home, made: list[str]) -> None:
    before = course(trend_page(at, EIGHT), "Engagement: percent", "Thinking").texts
    for who in ids(at, ROOM).values():
        start = visits.read(at, made[-1]).started_at
        assert start is not None
        Recorder(at, made[-1]).observe("engagement", "deep", student=who, at=start + 39 * MINUTE)
    page = trend_page(at, EIGHT)
    assert course(page, "Engagement: percent", "Thinking").texts == before
    tapped = course(page, "Engagement: 25 taps", "Thinking")
    assert (tapped.text, tapped.texts[-1], tapped.texts[0]) == ("25", "25", "0")
    assert "Thinking: Aiden Moss, Amara Okeke, Beatriz Lima and 22 more" in said(page, "Engagement: 25 taps")
    assert "%" not in said(page, "taps")


def test_under_three_visits_nothing_is_drawn_and_that_is_said(at: Home, made: list[str]) -> None:
    asked = Asked(first=date(2026, 11, 16), last=date(2026, 11, 24))
    page = trend_page(at, asked)
    assert not [item for card in page.cards for item in card.items if isinstance(item, Series)]
    assert "2 visits: too few to draw a course" in said(page, "In words")
    assert "Looks in 2 visits: too few to draw a course." in said(page, "Engagement: percent")
    assert [
        item for item in card(page, "My role").items if isinstance(item, Table)
    ]  # the numbers are there all the same
    three = trend_page(at, Asked(first=date(2026, 11, 9), last=date(2026, 11, 24)))
    assert series(three, "Engagement: percent").rows
    assert series(three, "My role").rows


def test_looks_in_two_visits_are_no_course_however_many_visits_there_are(at: Home) -> None:
    section = section_id(at, ROOM)
    for ago in range(4, -1, -1):
        visit = visits.start_visit(at, section, at=NOW - ago * WEEK - 45 * MINUTE).id
        log = Recorder(at, visit)
        log.observe("role", "teach", at=NOW - ago * WEEK - 44 * MINUTE)
        for i, who in enumerate(ids(at, ROOM).values() if ago < 2 else ()):
            at_ = NOW - ago * WEEK - 40 * MINUTE + i
            log.observe("engagement", "deep", student=who, method="sweep", sweep=1, at=at_)
        visits.end_visit(at, visit, NOW - ago * WEEK - MINUTE)
    page = trend_page(at, EIGHT)
    assert "Looks in 2 visits: too few to draw a course." in said(page, "Engagement: percent")
    assert "Thinking" in said(page, "Engagement: percent")
    assert series(page, "My role").rows


def test_how_sure_a_share_is_is_said_from_five_passes_on(at: Home, made: list[str]) -> None:
    page = trend_page(at, EIGHT)
    table = next(item for item in card(page, "Engagement: percent").items if isinstance(item, Table))
    assert table.head == ("", "all 157", "between", "identified 0", "not 157")
    found = trends(at, EIGHT)
    ends = found["looks"]["engagement"]["all"]["intervals"]["deep"]
    seen = [visit["channels"]["engagement"]["by_method"]["sweep"] for visit in found["visits"]]
    share = sum(block["counts"]["deep"] for block in seen) / sum(block["n"] for block in seen)
    assert table.rows[0][1:3] == (f"{share * 100:.0f} %", f"{ends[0] * 100:.0f}-{ends[1] * 100:.0f}")
    assert table.rows[0][3] == "none"
    assert "where 95 of 100 shares lie when these 7 passes are drawn anew" in said(page, "Engagement: percent")
    four = trend_page(at, Asked(first=date(2026, 10, 26), last=date(2026, 11, 24)))
    assert "between" not in said(four, "Engagement: percent")
    assert "4 passes; from 5 on it is said how sure a share is" in said(four, "Engagement: percent")


def test_what_is_taken_up_stands_as_it_stood_at_the_end_of_each_week(at: Home, made: list[str]) -> None:
    for visit, by in ((made[0], "me"), (made[-1], "teacher")):
        Afterwards(at, visit).tick_ran("strategy", "tiered", by)
    shown, seen, told = series(trend_page(at, EIGHT), "Taken up").rows
    assert shown.texts == ("1",) * 8
    assert (seen.texts[0], seen.texts[-1], seen.text, told.text) == ("-", "1", "1", "0")
    assert "Taken up" not in page_text(trend_page(at, Asked(student=ids(at, ROOM)["Zoe Kim"])))


def test_a_flagged_visit_is_left_out_and_that_is_said_or_it_counts_when_asked_for(at: Home, made: list[str]) -> None:
    flags.put(at, made[2], "substitute")
    flags.put(at, made[3], "fire drill")
    page = trend_page(at, EIGHT)
    assert "2 visits left out: substitute 1, fire drill 1." in said(page, "In words")
    assert course(page, "Engagement: percent", "looks").texts[2:4] == ("-", "-")
    found = trends(at, EIGHT)
    assert (len(found["visits"]), found["totals"]["coverage"]["present"]) == (5, 5 * 25)
    assert (found["flagged"]["left_out"], len(found["flagged"]["visits"])) == (2, 2)
    whole = Asked(first=FIRST, last=EIGHT.last, flagged=True)
    assert course(trend_page(at, whole), "Engagement: percent", "looks").texts[2:4] == ("25", "25")
    assert "2 visits not like others, and counted here" in said(trend_page(at, whole), "In words")
    assert trends(at, whole)["flagged"]["left_out"] == 0


def test_her_own_roles_are_minutes_by_week_with_extra_hands_by_name(at: Home, made: list[str]) -> None:
    extra, group = (course(trend_page(at, EIGHT), "My role", label) for label in ("Extra hands", "Small group"))
    assert (extra.tone, extra.texts[0], extra.texts[-1]) == ("warn", "21", "2")
    assert [a + b for a, b in zip(extra.values, group.values, strict=True) if a is not None and b is not None] == [
        40
    ] * 7
    assert course(trend_page(at, EIGHT), "Questions", "Teacher, lower").texts[-1] == "1"


def test_of_a_class_every_student_has_a_line_and_can_be_chosen(at: Home, made: list[str]) -> None:
    assert not [c for c in trend_page(at, EIGHT).cards if "Students" in c.title]  # of all classes nobody would read it
    room = Asked(section=section_id(at, ROOM), first=FIRST, last=EIGHT.last)
    lines = [item for item in card(trend_page(at, room, tappable=True), "Students").items if isinstance(item, Line)]
    assert [line.act for line in lines[1:]] == [f"student:{id}" for id in ids(at, ROOM).values()]
    assert lines[1].text == "O L L D L L A  Amara Okeke  already knows 17"
    last = next(line for line in lines if "Zoe Kim" in line.text)
    assert ". " in last.text  # she was not among the seven


def test_who_is_seldom_seen_stands_out_in_words(at: Home) -> None:
    term(at, section_id(at, ROOM), looked_at=3)
    room = Asked(section=section_id(at, ROOM), first=FIRST, last=EIGHT.last)
    text = said(trend_page(at, room), "Students")
    assert ". L . . . . .  Chloe Park  seen in 1 of 7 visits" in text
    assert ". . . . . . .  Zoe Kim  seen in 0 of 7 visits" in text
    assert "Amara Okeke  already knows 17\n" in text


def test_of_a_student_there_are_looks_and_counts_and_no_share_and_no_other_child(at: Home, made: list[str]) -> None:
    who = ids(at, ROOM)["Beatriz Lima"]
    page = trend_page(at, Asked(student=who, first=FIRST, last=EIGHT.last))
    text = page_text(page)
    assert page.title.startswith("Trends - Beatriz Lima - all classes - 05 Oct to 24 Nov 2026 - 7 visits")
    assert "Seen in 7 of 7 visits" in text
    assert "%" not in text
    assert not [name for name in CLASS if name != "Beatriz Lima" and name in text]
    sparks = course(page, "Sparks", "Insight")
    assert (sparks.text, sparks.texts[7 - GAP]) == ("2", "-")
    two = trend_page(at, Asked(student=who, first=date(2026, 11, 16), last=EIGHT.last))
    assert "insight" in page_text(two).lower()
    assert not [item for card in two.cards for item in card.items if isinstance(item, Series)]
    none = trend_page(at, Asked(student=ids(at, OTHER)["Ana Ruiz"]))
    assert "Was in no visit of this span." in page_text(none)


def test_a_look_at_those_nobody_had_seen_yet_is_a_look_at_this_student(at: Home) -> None:
    """It is in no share of everyone; of one child there is no share, and nobody else had looked."""
    people = ids(at, ROOM)
    seen, other = people["Amara Okeke"], people["Aiden Moss"]
    visit = visits.start_visit(at, section_id(at, ROOM), at=NOW - 45 * MINUTE).id
    log = Recorder(at, visit)
    log.sweep_start(1, "unseen", [seen], at=NOW - 40 * MINUTE)
    log.observe("engagement", "deep", student=seen, method="sweep", sweep=1, at=NOW - 40 * MINUTE)
    log.observe("engagement", "off", student=other, method="interval", at=NOW - 39 * MINUTE)
    visits.end_visit(at, visit, NOW - MINUTE)
    of_one = said(trend_page(at, Asked(student=seen)), "Visit by visit")
    assert "24 Nov  engagement Thinking" in of_one
    assert "24 Nov  observed 1 time" in said(trend_page(at, Asked(student=other)), "Visit by visit")
    lines = said(trend_page(at, Asked(section=section_id(at, ROOM))), "Students over time")
    assert "T  Amara Okeke" in lines
    assert ".  Aiden Moss" in lines
    assert trends(at, Asked())["looks"]["engagement"]["all"]["n"] == 0


def test_two_children_of_one_name_are_told_apart(at: Home) -> None:
    classroom.type_in(at, "Gr 5", "Ana Ruiz; Ana Ruiz; Ben Ode")
    people = [s for s in visits.students(at, section_id(at, "Gr 5")) if s.name == "Ana Ruiz"]
    visit = visits.start_visit(at, "Gr 5", at=NOW - 45 * MINUTE).id
    for number, child in enumerate(people, 1):
        GroupActs(at, visit).move(child.id, f"Group {number}")
        Recorder(at, visit).observe("engagement", "deep", student=child.id)
    visits.end_visit(at, visit)
    told = [f"Ana Ruiz #{child.seat}" for child in people]
    trended = trend_page(at, Asked(section=section_id(at, "Gr 5")))
    assert f"Thinking: {', '.join(told)}" in said(trended, "Engagement")
    assert all(name in said(trended, "Students over time") for name in told)
    assert trend_page(at, Asked(student=people[1].id)).title.startswith(f"Trends - {told[1]} - ")
    for page in (visit_page(at, visit), section_page(at, section_id(at, "Gr 5"))):
        assert all(f"Group {n}  1: {name}\n" in page_text(page) for n, name in enumerate(told, 1))


def test_a_span_that_nobody_names_is_28_days_up_to_the_last_visit_of_what_is_asked_for(
    at: Home, made: list[str]
) -> None:
    found = trends(at, Asked())
    assert (found["from"], found["to"]) == ("2026-10-28", "2026-11-24")
    assert "The first week is seen from Wed 28 Oct on." in said(trend_page(at, Asked()), "In words")
    never = trends(at, Asked(section=section_id(at, OTHER)))
    today = local(NOW, at.zone).date()
    assert (never["to"], never["visits"], never["weeks"][0]["channels"]) == (today.isoformat(), [], None)
    assert "No visit was held in this span." in page_text(trend_page(at, Asked(section=section_id(at, OTHER))))
    assert trends(at, Asked(first=FIRST))["to"] == "2026-11-24"
    late = today + timedelta(days=9)
    assert (trends(at, Asked(first=late))["from"], trends(at, Asked(first=late))["to"]) == (late.isoformat(),) * 2
    assert trends(at, Asked(last=date(2026, 11, 1)))["from"] == "2026-10-05"


def test_planned_and_held_stand_in_words(at: Home, made: list[str]) -> None:
    def plan(act: Act) -> None:
        facts = {"section": section_id(at, ROOM), "planned_at": "2026-11-20T17:00:00.000Z", "planned_minutes": 40}
        act.put("visit", "planned", facts, new=True)

    at.write(plan)
    assert "0 of 1 planned visits held, 0 of 40 min; 7 more not planned." in said(trend_page(at, EIGHT), "In words")


def test_a_colleagues_visits_are_no_part_of_it_unless_asked_for(at: Home, made: list[str]) -> None:
    at.set_setting("observer", "Robin Hale")

    def begin(act: Act) -> None:
        facts = {"section": section_id(at, ROOM), "protocol": "push_in", "protocol_version": 1, "zone": at.zone}
        act.put("visit", "others", {**facts, "observer": "Kim Stone"}, new=True)
        act.put("visit.start", "others", {"at": "2026-11-26T17:00:00.000Z", "roster": []})
        act.put("visit.end", "others", {"at": "2026-11-26T17:40:00.000Z"})

    at.write(begin)
    at.conn.execute("UPDATE entry SET device = 'elsewhere' WHERE key = 'others'")
    at.conn.commit()
    assert (len(trends(at, Asked(first=FIRST))["visits"]), trends(at, Asked(first=FIRST))["to"]) == (7, "2026-11-24")
    assert len(trends(at, Asked(first=FIRST, last=date(2026, 11, 30)))["visits"]) == 7
    everyone = Asked(first=FIRST, everyone=True)
    assert len(trends(at, everyone)["visits"]) == 8
    assert "Of all observers: Kim Stone." in said(trend_page(at, everyone), "In words")


def test_text_and_markdown_say_a_series_as_a_table_with_every_number(at: Home, made: list[str]) -> None:
    page = trend_page(at, EIGHT)
    whole = series(page, "My role")
    table = as_table(whole)
    assert table.head == ("week", *(row.label for row in whole.rows))
    assert [row[0] for row in table.rows] == [*whole.steps, "all"]
    assert table.rows[-1][1:] == tuple(row.text for row in whole.rows)
    assert "| 02 Nov | - | - |" in page_markdown(page)
    assert "  02 Nov            -            -" in page_text(Page("", (card(page, "My role"),)))
