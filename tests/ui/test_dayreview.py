"""The day on the glass: from day to day, into a visit and back, note after note, and a line for tomorrow."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.domain.codec import iso, local
from observe.services import visits
from observe.services.afterwards import Afterwards
from observe.services.dayreview import line_for_tomorrow, unfinished_notes
from observe.services.home import Home
from observe.ui import messages
from observe.ui.screens.dayreview import DayScreen
from observe.ui.screens.wrapup import WrapUpScreen
from observe.ui.text import width

from .school import CLASS, HARD, ids, school, section_id
from .test_wrapup import MINUTE, ROOM, SIZES, body, cards, glass, settle, show, tap, twelve_taps


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_line_of_the_day_can_be_reached_and_names_hide(home_open: Home, size: tuple[int, int]) -> None:
    twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowDay())
        screen = cards(app)
        wanted = {act for act, _, _ in screen.sheet.acts}
        assert {act.partition(":")[0] for act in wanted} == {"visit", "note", "evidence", "write"}
        seen: set[str] = set()
        for _ in range(8):
            seen |= {act for _, act in body(app).targets}
            await pilot.press("pagedown")
        assert seen == wanted
        for board in (screen.boards["foot"],):
            assert all(region.width >= 5 and region.height >= 3 for region, _ in board.cells)
        await pilot.press("p")
        text = ""
        for _ in range(8):
            text += glass(app)
            await pilot.press("pageup")
        assert "NAMES HIDDEN" in text
        assert not [name for name in CLASS if set(name.split()) & set(re.findall(r"\w+", text))]


async def test_a_visit_opens_its_wrap_up_and_escape_leads_back_to_the_day(home_open: Home) -> None:
    visit = twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowDay())
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)
        assert app.screen.visit == visit
        await pilot.press("g", *"it went well", "enter", "escape")
        await settle(pilot)
        assert isinstance(app.screen, DayScreen)
        assert "no glow line yet" not in glass(app)  # what was written there is seen here
        tap(app, f"visit:{visit}")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)


async def test_a_visit_that_has_not_begun_says_so(home_open: Home) -> None:
    now = home_open.clock.now()

    def plan(act: object) -> str:
        key = home_open.new_key()
        facts = {"section": section_id(home_open, ROOM), "planned_at": iso(now), "planned_minutes": 45}
        act.put("visit", key, facts, new=True)
        return key

    visit = home_open.write(plan)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowDay())
        tap(app, f"visit:{visit}")
        await settle(pilot)
        assert isinstance(app.screen, DayScreen)
        assert "has not begun" in glass(app)


async def test_left_and_right_turn_the_days(home_open: Home) -> None:
    twelve_taps(home_open)
    today = local(home_open.clock.now(), home_open.zone).date()
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowDay())
        assert ROOM in glass(app)
        await pilot.press("left")
        assert "No visit was planned for this day" in glass(app)
        assert f"{(today - timedelta(days=1)).day}" in glass(app).split("\n")[0]
        tap(app, "day_after")
        await settle(pilot)
        assert ROOM in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(app.screen, DayScreen)


async def test_a_day_may_be_asked_for_by_its_date(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(120, 36)) as pilot:
        await show(app, pilot, messages.ShowDay("2026-02-28"))
        assert "Saturday 28 February 2026" in glass(app)
        await pilot.press("right")
        assert "Sunday 01 March 2026" in glass(app)


async def test_unfinished_notes_are_asked_one_after_the_other(home_open: Home) -> None:
    visit = twelve_taps(home_open)
    after = Afterwards(home_open, visit)
    start = visits.read(home_open, visit).started_at or 0
    for at in (20, 25):
        after.note(student=ids(home_open, ROOM)["Zoe Kim"], at=start + at * MINUTE)
    today = local(start, home_open.zone).date()
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowDay(today.isoformat()))
        await pilot.press("f")
        assert "4 to finish" in glass(app)  # three notes, and a spark
        await pilot.press(*"first", "enter")
        assert "3 to finish" in glass(app)
        assert "Zoe" in glass(app)
        await pilot.press("enter")  # not now: the flag stays, the next is asked
        assert [note for _, note in unfinished_notes(home_open, today)] != []
        await pilot.press(*"third", "enter")
        bodies = [note.body for note in visits.visit_log(home_open, visit).notes]
        assert bodies == ["first", "", "third"]
        assert "what did you see?" in glass(app)
        await pilot.press("enter")  # nor this one
        assert cards(app).typing is None
        await pilot.press("f", *"second", "enter")
        assert [note.body for note in visits.visit_log(home_open, visit).notes] == ["first", "second", "third"]
        assert "what did you see?" in glass(app)
        await pilot.press(*"drew it first", "enter")
        sparks = [o for o in visits.visit_log(home_open, visit).observations if o.channel == "spark"]
        assert [o.note for o in sparks] == ["drew it first", "does it always work?"]  # the other had its words
        assert cards(app).typing is None
        await pilot.press("f")
        assert "every note has its words" in glass(app)


async def test_one_line_for_tomorrow_is_kept_and_can_be_changed(home_open: Home) -> None:
    visit = twelve_taps(home_open)
    today = local(visits.read(home_open, visit).started_at or 0, home_open.zone).date()
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowDay(today.isoformat()))
        await pilot.press("t", *"two sums", "enter")
        assert line_for_tomorrow(home_open, today) == "two sums"
        await pilot.press("t", *" for Amara", "enter")
        assert line_for_tomorrow(home_open, today) == "two sums for Amara"
        await pilot.press("left", "t")
        assert "no visit was held on this day" in glass(app)


async def test_the_day_is_written_as_a_page_where_she_says(home_open: Home, tmp_path: Path) -> None:
    twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowDay())
        await pilot.press("e")
        assert "names are on it" in glass(app)
        typing = cards(app).typing
        assert typing is not None
        typing.text = str(tmp_path / "no such folder" / "day.html")
        await pilot.press("enter")
        assert "was not written" in " ".join(glass(app).split())
        typing.text = str(tmp_path / "day.html")
        await pilot.press("enter")
        assert "written:" in glass(app)
        assert "Day review" in (tmp_path / "day.html").read_text(encoding="utf-8")
        assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_names_in_any_script_break_no_frame(home: Path, size: tuple[int, int]) -> None:
    opened = school(home, {"Gr 2 מחר": HARD})
    twelve_taps(opened, "Gr 2 מחר", HARD)
    app = ObserveApp(opened)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowDay())
        for pieces in cards(app).sheet.rows:
            assert sum(width(piece.text) for piece in pieces) == size[0]
    opened.close()
