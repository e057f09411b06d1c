"""The week on the glass: by finger alone and by keys alone, from Today and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.codec import iso, local, parse
from observe.services import classroom, meetings, missed, patterns, visits
from observe.services.home import Home, open_home
from observe.ui import messages
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.week import WeekScreen
from observe.ui.screens.wrapup import WrapUpScreen

from ..snapshots.stage import SECTION, ZONE, Fixed, class_home
from .finger import SIZES, targets, touch
from .school import HARD
from .test_sharing import until
from .test_today import glass, settle, tap

CALENDAR = Path(__file__).parent.parent / "data" / "schedule" / "week.ics"
LONG = "Grade 5 Mathematics, section two, with a name of sixty letters"


@pytest.fixture
def at(home: Path) -> Iterator[Home]:
    """Two classes with visits and meetings every week since the week before; it is Tuesday, a quarter past ten."""
    class_home(home)
    opened = open_home(home, Fixed())
    classroom.type_in(opened, LONG, ";".join(HARD), teacher="Mrs. Peña-Whitman")
    first = date(2026, 11, 16)
    patterns.add(opened, SECTION, 0, "09:30", 45, first=first)
    patterns.add(opened, SECTION, 1, "10:45", 45, first=first)
    patterns.add(opened, SECTION, 3, "14:30", 30, what="meeting", first=first)
    patterns.add(opened, LONG, 1, "08:00", 20, what="meeting", first=first, last=date(2026, 12, 18))
    yield opened
    opened.close()


@asynccontextmanager
async def on_week(home: Home, size: tuple[int, int] = (100, 32), about: str = "") -> Any:
    app = ObserveApp(home)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.screen.post_message(messages.ShowPage("week", about))
        await settle(pilot)
        assert isinstance(app.screen, WeekScreen)
        yield app, pilot


def planned(home: Home, when: str) -> str:
    [found] = [v.id for v in visits.visits_between(home, 0, None) if v.planned_at == parse(when, ZONE)]
    return found


def met(home: Home, when: str) -> str:
    [found] = [m.id for m in meetings.between(home, None, None) if m.at == parse(when, ZONE)]
    return found


def clocks(home: Home, section: str = "") -> list[str]:
    return [
        f"{local(v.planned_at, ZONE):%m-%d %H:%M}"
        for v in visits.visits_between(home, 0, None)
        if v.planned_at is not None and section in v.section_name
    ]


async def write(pilot: Pilot[int], text: str) -> None:
    """A line is written whole, and kept."""
    screen = pilot.app.screen
    assert isinstance(screen, WeekScreen)
    assert screen.typing is not None
    screen.typing.text = text
    await pilot.press("enter")
    await settle(pilot)


async def bring(pilot: Pilot[int], id: str) -> None:
    """A finger brings a pad onto the glass by Up, Down and More, and taps it; how many taps that took."""
    screen = pilot.app.screen
    assert isinstance(screen, WeekScreen)
    for _ in range(30):
        if id in {one for _, _, one in targets(screen)}:
            touch(screen, id)
            await settle(pilot)
            return
        here = {one for _, _, one in targets(screen)}
        more = "more_pads" if "more_pads" in here and not id.startswith(("visit.", "meeting.", "pattern.")) else ""
        touch(screen, more or "scroll_down")
    raise AssertionError(f"{id} cannot be reached")


# -- what it shows ----------------------------------------------------------------------------------------------


async def test_the_week_stands_in_order_and_turns(at: Home) -> None:
    missed.miss(at, planned(at, "2026-11-17T10:45"), "assembly")
    async with on_week(at) as (app, pilot):
        text = glass(app)
        assert "Week - 23 Nov to 29 Nov 2026 - 0 of 2 planned visits held, 1 missed" in text
        order = [text.index(word) for word in ("Monday 23", "09:30", "Tuesday 24", "08:00", "10:45", "Thursday 26")]
        assert order == sorted(order)
        assert "not held, not said why" in text
        await pilot.press("b")
        await settle(pilot)
        assert "16 Nov to 22 Nov" in glass(app)
        assert "missed: assembly" in glass(app)
        await pilot.press("n", "n", "n")
        await settle(pilot)
        assert "7 Dec to 13 Dec" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_names_in_titles_and_reasons_are_hidden_too(at: Home) -> None:
    missed.miss(at, planned(at, "2026-11-24T10:45"), "with Amara Okeke at the nurse")
    async with on_week(at, (120, 36)) as (app, pilot):
        assert "Amara" in glass(app)
        await pilot.press("p")
        await settle(pilot)
        assert "nurse" in glass(app)
        assert "Amara" not in glass(app)
        assert "NAMES HIDDEN" in glass(app)
        await pilot.press("enter", "5")
        await write(pilot, "asked by Amara Okeke")
        assert "not held: asked by A. #1" in glass(app)


# -- by finger alone, at every size -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [SIZES[0], *SIZES[-2:]], ids=str)
async def test_by_finger_alone(at: Home, size: tuple[int, int]) -> None:
    lost, ahead = planned(at, "2026-11-23T09:30"), planned(at, "2026-11-24T10:45")
    section = next(s.id for s in visits.sections(at) if s.name == LONG)
    async with on_week(at, size) as (app, pilot):
        # Why it was not held: two taps, the second on what is on the glass at once.
        await bring(pilot, f"visit.{lost}")
        touch(app.screen, "why_2")
        assert visits.read(at, lost).missed == "testing"
        await settle(pilot)
        assert "missed: testing" in glass(app)
        await bring(pilot, "take_back")
        assert visits.read(at, lost).missed == ""
        # Another day and hour, then another day at the same hour.
        await bring(pilot, f"visit.{ahead}")
        for tapped in ("move", "pick.2026-11-25", "pick.13", "pick.5"):
            await bring(pilot, tapped)
        assert visits.read(at, ahead).planned_at == parse("2026-11-25T13:05", ZONE)
        for tapped in ("move", "pick.2026-11-27", "pick.same"):
            await bring(pilot, tapped)
        assert visits.read(at, ahead).planned_at == parse("2026-11-27T13:05", ZONE)
        assert "moved to Friday 27 Nov 13:05" in " ".join(glass(app).split())
        for tapped in ("move", "after", "pick.2026-12-01", "pick.same"):
            await bring(pilot, tapped)
        assert visits.read(at, ahead).planned_at == parse("2026-12-01T13:05", ZONE)
        assert "30 Nov to 6 Dec" in glass(app)
        for tapped in ("back", "before"):
            await bring(pilot, tapped)
        # What comes every week: put together, changed, ended, taken away.
        for tapped in ("every_week", *(f"pick.{a}" for a in (section, "visit", "2", "9", "20", "40"))):
            await bring(pilot, tapped)
        assert clocks(at, LONG)[:2] == ["11-25 09:20", "12-02 09:20"]
        assert "visits: 28 added" in " ".join(glass(app).split())
        [made] = [p for p in patterns.every(at, section) if p.what == "visit"]
        assert (made.weekday, made.time, made.minutes) == (2, "09:20", 40)
        for tapped in (f"pattern.{made.id}", "change", "pick.3", "pick.same", "pick.45"):
            await bring(pilot, tapped)
        assert clocks(at, LONG)[:2] == ["11-26 09:20", "12-03 09:20"]
        await bring(pilot, "end")
        await bring(pilot, "pick.next")
        assert clocks(at, LONG) == ["11-26 09:20", "12-03 09:20"]
        await bring(pilot, "remove")
        assert clocks(at, LONG) == []


# -- not held ---------------------------------------------------------------------------------------------------


async def test_own_words_and_a_meeting_and_by_keys_alone(at: Home) -> None:
    id, meeting = planned(at, "2026-11-24T10:45"), met(at, "2026-11-24T08:00")
    async with on_week(at) as (app, pilot):
        assert app.screen.cursor == f"visit.{id}"  # the next one of today
        await pilot.press("enter", "5")
        await write(pilot, "fire drill")
        assert visits.read(at, id).missed == "fire drill"
        await pilot.press("escape", "left", "enter", "h")
        await settle(pilot)
        assert meetings.read(at, meeting).held_minutes == 20
        await pilot.press("3")
        await settle(pilot)
        assert (meetings.read(at, meeting).missed, meetings.read(at, meeting).held_at) == ("absent", None)
        await pilot.press("u")
        await settle(pilot)
        assert meetings.read(at, meeting).missed == ""
        await pilot.press("escape", "1")
        await settle(pilot)
        assert "nothing is chosen" in glass(app)


async def test_today_asks_why_and_lets_her_say_that_a_meeting_was_held(at: Home) -> None:
    late = planned(at, "2026-11-24T10:45")
    at.platform.now += 90 * 60_000
    app = ObserveApp(at)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        text = glass(app)
        assert "Co-plan: Grade 5" in text
        assert text.index("08:00") < text.index("10:45")
        tap(app, f"visit.{late}")
        await settle(pilot)
        assert isinstance(app.screen, WeekScreen)
        tap(app, "why_4")
        await settle(pilot)
        assert visits.read(at, late).missed == "called away"
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        tap(app, f"meeting.{met(at, '2026-11-24T08:00')}")
        await settle(pilot)
        tap(app, "held")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "held 20 min" in glass(app)
        await pilot.press("b")
        await settle(pilot)
        assert isinstance(app.screen, WeekScreen)


async def test_two_keys_from_the_start_to_live_with_meetings_on_the_page(at: Home) -> None:
    app = ObserveApp(at)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert f"visit.{planned(at, '2026-11-24T10:45')}" == app.screen.cursor
        await pilot.press("enter")
        await settle(pilot)
        assert [v.id for v in visits.open_visits(at)] == [planned(at, "2026-11-24T10:45")]


# -- moved, started ---------------------------------------------------------------------------------------------


async def test_another_time_can_be_typed_also_in_another_week(at: Home) -> None:
    id, meeting = planned(at, "2026-11-24T10:45"), met(at, "2026-11-26T14:30")
    async with on_week(at, about=id) as (app, pilot):
        await pilot.press("v", "t")
        await write(pilot, "fri 1:15 pm")
        assert visits.read(at, id).planned_at == parse("2026-11-27T13:15", ZONE)
        await pilot.press("v", "t")
        await write(pilot, "9:00")
        assert visits.read(at, id).planned_at == parse("2026-11-27T09:00", ZONE)
        await pilot.press("v", "t")
        await write(pilot, "soon")
        assert "not understood" in glass(app)
        await pilot.press("escape", "escape")
        tap(app, f"meeting.{meeting}")
        await pilot.press("v", "t")
        await write(pilot, "2026-12-03 10:00")
        assert meetings.read(at, meeting).at == parse("2026-12-03T10:00", ZONE)
        assert "30 Nov to 6 Dec" in glass(app)


async def test_a_visit_of_today_starts_goes_on_and_shows_its_wrap_up(at: Home) -> None:
    id, other = planned(at, "2026-11-24T10:45"), planned(at, "2026-11-23T09:30")
    async with on_week(at) as (app, pilot):
        tap(app, f"visit.{other}")
        await pilot.press("s")
        await settle(pilot)
        assert "of another day" in glass(app)
        tap(app, f"visit.{id}")
        await settle(pilot)
        tap(app, "start")
        await settle(pilot)
        assert [v.id for v in visits.open_visits(at)] == [id]
        assert type(app.screen).__name__ == "LiveScreen"
        visits.end_visit(at, id)
    async with on_week(at, about=id) as (app, pilot):
        tap(app, "start")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, WeekScreen)


async def test_a_visit_planned_by_mistake_is_removed(at: Home) -> None:
    facts = {"planned_at": iso(at.clock.now()), "planned_minutes": 45, "zone": ZONE}
    at.write(lambda act: act.put("visit", "slip", facts))
    async with on_week(at, about="slip") as (app, pilot):
        tap(app, "remove")
        await settle(pilot)
        assert "removed" in glass(app)
        assert "no class" not in glass(app)
        tap(app, f"visit.{planned(at, '2026-11-24T10:45')}")
        await pilot.press("x")
        await settle(pilot)
        assert "follows a schedule" in glass(app)


async def test_an_open_visit_is_ended_on_today_first(at: Home) -> None:
    visits.start_visit(at, LONG)
    async with on_week(at, about=planned(at, "2026-11-24T10:45")) as (app, pilot):
        await pilot.press("s")
        await settle(pilot)
        assert "a visit is open" in glass(app)
        assert len(visits.open_visits(at)) == 1


# -- every week -------------------------------------------------------------------------------------------------


async def test_what_comes_every_week_is_one_typed_line(at: Home) -> None:
    async with on_week(at) as (app, pilot):
        await pilot.press("w", "t")
        await write(pilot, f"{SECTION} fri 11:00 40")
        assert "visits: 28 added" in glass(app)
        await pilot.press("w", "t")
        await write(pilot, f"{SECTION} fri 11:00 40")
        assert "is there already" in glass(app)
        await pilot.press("escape", "escape")
        pattern = next(p.id for p in patterns.every(at) if p.weekday == 4)
        await bring(pilot, f"pattern.{pattern}")
        await pilot.press("c", "t")
        await write(pilot, "wed 12:00")
        assert "11-25 12:00" in clocks(at)
        await pilot.press("l", "t")
        await write(pilot, "2026-11-30")
        assert [day for day in clocks(at) if day.endswith("12:00")] == ["11-25 12:00"]


async def test_a_pattern_that_ends_elsewhere_while_it_is_changed_is_gone_in_words(at: Home) -> None:
    async with on_week(at) as (app, pilot):
        [one] = [p for p in patterns.standing(at) if p.weekday == 0]
        app.screen.press(f"pattern.{one.id}")
        await pilot.press("c")
        patterns.end(at, one.id, date(2026, 11, 15))
        app.screen.elsewhere()
        await pilot.press("t")
        await write(pilot, "fri 11:00 30")
        assert "is not known" in glass(app)


async def test_a_letter_typed_at_a_question_leads_nowhere(at: Home) -> None:
    """Whoever types at once what a pad asks for does not print the month, import a calendar or leave the page."""
    async with on_week(at) as (app, pilot):
        await pilot.press("w")
        asked = glass(app)
        for letter in "bnwmiero":
            await pilot.press(letter)
            assert isinstance(app.screen, WeekScreen)
            assert app.screen.typing is None
            assert "answer first, or press esc" in glass(app)
            assert glass(app).splitlines()[1:8] == asked.splitlines()[1:8]


async def test_what_was_over_today_when_a_pattern_was_typed_in_is_no_missed_visit(at: Home) -> None:
    async with on_week(at) as (app, pilot):
        for typed in (f"{SECTION} tue 08:20 30", f"{SECTION} tue 09:50 30"):  # over, and going on at a quarter past ten
            await pilot.press("w", "t")
            await write(pilot, typed)
        shown = glass(app).split("Wednesday")[0]
        assert "09:50 planned, 30 min" in shown
        assert "08:20" not in shown
    found = {v.planned_at for v in visits.visits_between(at, 0, None)}
    for when, there in (("24T08:20", False), ("24T09:50", True)):
        assert (parse(f"2026-11-{when}", ZONE) in found) is there
    assert parse("2026-12-01T08:20", ZONE) in found


async def test_what_was_tapped_is_still_there_after_a_refusal(at: Home) -> None:
    async with on_week(at) as (app, pilot):
        await pilot.press("w", "1", "1", "2")
        for answer in ("10", "45", "50"):
            await bring(pilot, f"pick.{answer}")
        assert "is there already" in glass(app)
        assert "How many minutes?" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        assert "Monday 23 Nov" in glass(app)


async def test_minutes_that_nobody_had_planned_are_said_beside_those_held_of_planned(at: Home) -> None:
    section = next(s.id for s in visits.sections(at) if s.name == SECTION)
    for when, visit in (("2026-11-23T09:30", planned(at, "2026-11-23T09:30")), ("2026-11-23T13:00", None)):
        begun = parse(when, ZONE)
        id = visits.start_visit(at, section, at=begun, visit=visit).id
        visits.end_visit(at, id, at=begun + 20 * 60_000)
    app = ObserveApp(at)
    async with app.run_test(size=(100, 60)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "20 of 90, 20 more" in glass(app)
    async with on_week(at, (100, 60)) as (app, _):
        assert "20 of 90, 20 more" in glass(app)


# -- meetings ---------------------------------------------------------------------------------------------------


async def test_a_meeting_is_planned_held_as_long_as_it_was_and_removed(at: Home) -> None:
    async with on_week(at) as (app, pilot):
        await pilot.press("m")
        await settle(pilot)
        section = next(s.id for s in visits.sections(at) if s.name == SECTION)
        for answer in (section, "2026-11-24", "9", "0", "30"):
            await bring(pilot, f"pick.{answer}")
        meeting = met(at, "2026-11-24T09:00")
        await bring(pilot, "long")
        await bring(pilot, "pick.35")
        assert meetings.read(at, meeting).held_minutes == 35
        assert "held 35 of 30 min" in glass(app)
        await pilot.press("k", "t")
        await write(pilot, "25 min")
        assert meetings.read(at, meeting).held_minutes == 25
        await pilot.press("x")
        await settle(pilot)
        assert len([m for m in meetings.between(at, None, None) if m.at == parse("2026-11-24T09:00", ZONE)]) == 0
        await pilot.press("m", "1", "t")
        await write(pilot, "thu 15:00 20")
        assert meetings.read(at, met(at, "2026-11-26T15:00")).minutes == 20
        await pilot.press("s")
        await settle(pilot)
        assert "that is for a visit" in glass(app)


# -- the calendar -----------------------------------------------------------------------------------------------


async def test_a_calendar_is_taken_in_and_what_is_unclear_is_asked_once(at: Home, tmp_path: Path) -> None:
    file = tmp_path / "week.ics"
    file.write_bytes(CALENDAR.read_bytes())
    classes = {s.name: s.id for s in visits.sections(at)}
    async with on_week(at) as (app, pilot):
        await pilot.press("i")
        app.screen.typing.text = str(tmp_path / "we")
        await pilot.press("tab", "enter")
        await settle(pilot)
        assert "visits: 2 added" in glass(app)
        assert "'Math push-in', 2 events: which class is it?" in glass(app)
        await bring(pilot, f"pick.{classes[LONG]}")
        assert "'Talk with Ms P', 1 event: which class is it?" in glass(app)
        await bring(pilot, "pick.kind")
        assert "They are co-planning meetings." in glass(app)
        await bring(pilot, f"pick.{classes[LONG]}")
        assert "'Yoga', 1 event: which class is it?" in glass(app)
        await bring(pilot, "pick.none")
        assert met(at, "2026-11-25T15:30")
        assert clocks(at, LONG) == ["11-25 11:00", "11-26 11:00"]
        text = " ".join(glass(app).split())
        assert "no visit: Yoga" in text
        before = len([*at.journal.every()])
        await pilot.press("i", "enter")  # the file of last time is offered
        await settle(pilot)
        assert "which class" not in glass(app)
        assert len([*at.journal.every()]) == before
        await pilot.press("escape")
        await settle(pilot)
        assert "Your week." in glass(app)


async def test_a_first_calendar_says_of_no_visit_before_this_log_that_it_was_missed(at: Home, tmp_path: Path) -> None:
    lines = CALENDAR.read_text(encoding="utf-8").splitlines()
    weekly = [line.replace("20261125T090000", "20261103T080000") for line in lines[: lines.index("END:VEVENT") + 1]]
    weekly = [line.replace("FREQ=DAILY;COUNT=2", "FREQ=WEEKLY;BYDAY=TU,WE;COUNT=9") for line in weekly]
    file = tmp_path / "term.ics"
    file.write_text("\n".join([*weekly, "END:VCALENDAR", ""]), encoding="utf-8")
    async with on_week(at) as (app, pilot):
        await pilot.press("i")
        await write(pilot, str(file))
        assert "visits: 3 added" in glass(app)  # of nine: today's, which is past, and two that are to come
    found = [v.planned_at for v in visits.visits_between(at, 0, None)]
    assert [
        when for when in ("2026-11-17T08:00", "2026-11-18T08:00", "2026-11-24T08:00") if parse(when, ZONE) in found
    ] == ["2026-11-24T08:00"]


async def test_what_is_left_for_later_can_be_said_later(at: Home, tmp_path: Path) -> None:
    file = tmp_path / "week.ics"
    file.write_bytes(CALENDAR.read_bytes())
    async with on_week(at, (80, 24)) as (app, pilot):
        await pilot.press("i")
        await write(pilot, str(file))
        await pilot.press("l", "l", "l")
        await settle(pilot)
        assert "Of no class yet" in glass(app)
        assert "1 event " in glass(app)
        await bring(pilot, "unclear.2")
        await pilot.press("0")
        await settle(pilot)
        assert [u.name for u in app.screen.unclear] == ["Math push-in", "Talk with Ms P"]
        await pilot.press("i")
        await write(pilot, "x")
        assert "is not there" in glass(app)


async def test_the_month_as_a_page_to_print(at: Home, tmp_path: Path) -> None:
    async with on_week(at) as (app, pilot):
        await pilot.press("e")
        await write(pilot, str(tmp_path / "november.html"))
        assert "written:" in glass(app)
    text = (tmp_path / "november.html").read_text(encoding="utf-8")
    assert "Planned and held - 1 Nov 2026 to 30 Nov 2026" in text


async def test_without_a_class_nothing_can_be_planned(home: Path) -> None:
    empty = open_home(home, Fixed())
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.push_screen(WeekScreen(empty))
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert "there is no class yet" in glass(app)
    empty.close()


async def test_a_pattern_reaches_on_when_today_opens(at: Home) -> None:
    last = clocks(at)[-1]
    at.platform.now += 9 * 86_400_000
    app = ObserveApp(at)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: clocks(at)[-1] != last)  # the first frame does not wait for it
