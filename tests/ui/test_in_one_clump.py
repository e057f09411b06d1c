"""Taps and keys that come faster than a screen changes: each is of the screen that she saw, and none is done twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._time import get_time
from textual.events import Key, MouseDown, MouseUp
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.services import classroom, visits
from observe.services.home import Home
from observe.ui.base import BoardScreen
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import ShowDay, ShowHelp, ShowRoster, ToStart
from observe.ui.screens.dayreview import DayScreen
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.leaving import LeavingScreen
from observe.ui.screens.roster import RosterScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.trouble import TroubleScreen

from .finger import key, middle, mouse
from .school import CLASS, school, section_id
from .test_today import settle

ROOMS = ("Gr 4 Rm 12", "Gr 5 Rm 1", "Gr 6", "Gr 7")


@pytest.fixture
def rooms(home: Path) -> Iterator[Home]:
    """Four classes, and a visit to the first one that goes on."""
    opened = school(home, dict.fromkeys(ROOMS, CLASS[:5]))
    visits.start_visit(opened, section_id(opened, ROOMS[0]))
    yield opened
    opened.close()


def double_tap(app: ObserveApp, id: str) -> None:
    """Both before the app has looked at either."""
    assert isinstance(app.screen, BoardScreen)
    x, y = middle(app.screen, id)
    for kind in (MouseDown, MouseUp, MouseDown, MouseUp):
        app.post_message(mouse(kind, x, y))


def keys(app: ObserveApp, *strokes: str) -> None:
    for stroke in strokes:
        app.post_message(Key(stroke, None) if stroke == "escape" else key(stroke))


def stack(app: ObserveApp) -> list[type]:
    return [type(screen) for screen in app.screen_stack[1:]]


def held(home: Home) -> list[tuple[str, bool]]:
    """Which visits began, and whether each goes on."""
    began = sorted(visits.visits_between(home, 0, None), key=lambda v: v.started_at or 0)
    return [(v.section_name, v.ended_at is None) for v in began]


@pytest.mark.parametrize("how", ["taps", "keys"])
async def test_back_twice_leaves_what_is_below(rooms: Home, how: str) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await live(app, pilot)
        app.screen.post_message(ShowHelp())
        await settle(pilot)
        assert stack(app) == [LiveScreen, HelpScreen]
        if how == "taps":
            double_tap(app, "back")
        else:
            keys(app, "escape", "escape")  # the second is the visit's: it opens the menu
        await settle(pilot)
        assert stack(app) == [LiveScreen]
        assert isinstance(app.screen, LiveScreen)
        assert app.screen.controller.session.open == ("" if how == "taps" else "sheet.menu")
        assert app.screen.controller.log.observations == ()


@pytest.mark.parametrize("id", ["day", "week", "students", "trends", "settings", "help"])
async def test_a_page_is_opened_once(rooms: Home, id: str) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        double_tap(app, id)
        await settle(pilot)
        assert len(app.screen_stack) == 3
        keys(app, "escape")
        await settle(pilot)
        assert stack(app) == [TodayScreen]


async def test_a_class_tapped_twice_is_one_visit(rooms: Home) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        double_tap(app, f"section.{section_id(rooms, ROOMS[1])}")
        await settle(pilot)
        assert stack(app) == [LiveScreen]
    assert held(rooms) == [(ROOMS[0], False), (ROOMS[1], True)]


async def test_leaving_asked_for_twice_in_one_clump_is_still_asked_about(rooms: Home) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 40)) as pilot:
        await live(app, pilot)
        other = sqlite3.connect(rooms.path / "observe.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("A", "4")
        app.screen.post_message(ToStart())
        await settle(pilot)
        double_tap(app, "quit")
        await settle(pilot)
        assert stack(app) == [LiveScreen, TodayScreen, LeavingScreen]
        assert app.return_value is None  # it goes on
        other.rollback()
        other.close()


async def test_what_is_typed_ahead_is_the_next_screens(rooms: Home) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        keys(app, "2", "4")  # the second class, and there Thinking: not the fourth class
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert [o.code for o in app.screen.controller.log.observations] == ["deep"]
    assert held(rooms) == [(ROOMS[0], False), (ROOMS[1], True)]


async def test_a_tap_made_before_a_screen_came_does_nothing_there(rooms: Home) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        app.screen.post_message(ShowDay())
        await settle(pilot)
        x, y = middle(_board(app), "back")
        keys(app, "escape")
        await settle(pilot)
        made = mouse(MouseDown, x, y)  # on Today
        app.screen.post_message(ShowDay())
        await settle(pilot)
        app.post_message(made)
        await settle(pilot)
        assert stack(app) == [TodayScreen, DayScreen]
        app.post_message(mouse(MouseDown, x, y))
        await settle(pilot)
        assert stack(app) == [TodayScreen]


async def test_the_second_tap_on_keep_does_not_hit_the_pad_that_comes_there(rooms: Home) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        app.screen.post_message(ShowRoster(section_id(rooms, ROOMS[0])))
        await settle(pilot)
        keys(app, "A", "e")  # Amara, her name
        await settle(pilot)
        x, y = middle(_board(app), "keep")
        double_tap(app, "keep")
        await settle(pilot)
        roster = app.screen
        assert isinstance(roster, RosterScreen)
        assert "Tap another student" in roster.hint()
        assert (roster.typing, roster.message) == (None, "")
        assert all(student.active for student in visits.students(rooms))
        under = roster.cell_at(x, y, get_time())
        assert under is not None
        assert under.id not in ("", "keep")  # it would have done something else


async def test_a_tap_made_before_a_page_was_laid_anew_does_nothing_to_what_has_come_there(rooms: Home) -> None:
    visits.end_visit(rooms, visits.open_visits(rooms)[0].id)
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        x, y = middle(_board(app), f"section.{section_id(rooms, ROOMS[1])}")
        made = mouse(MouseDown, x, y)
        classroom.type_in(rooms, "Gr 1", "Abe Old")  # by a command: the classes move on by one
        _board(app).elsewhere()
        app.post_message(made)
        await settle(pilot)
        assert stack(app) == [TodayScreen]
        assert not visits.open_visits(rooms)
        app.post_message(mouse(MouseDown, x, y))  # now she has seen what is there
        await settle(pilot)
        assert stack(app) == [LiveScreen]
        assert visits.open_visits(rooms)[0].section_name == ROOMS[0]


async def test_back_does_not_put_away_what_has_just_come_over_the_page(rooms: Home) -> None:
    app = ObserveApp(rooms)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        app.screen.post_message(ShowDay())
        await settle(pilot)
        app.screen._forward_event(mouse(MouseDown, *middle(_board(app), "back")))
        app.push_screen(TroubleScreen("The log is damaged", ("A check found damage.",)))
        await settle(pilot)
        assert stack(app) == [TodayScreen, DayScreen, TroubleScreen]


def _board(app: ObserveApp) -> BoardScreen:
    assert isinstance(app.screen, BoardScreen)
    return app.screen


async def live(app: ObserveApp, pilot: Pilot[int]) -> None:
    """On to the visit that goes on."""
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)
    assert stack(app) == [LiveScreen]
