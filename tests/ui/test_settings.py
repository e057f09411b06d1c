"""The settings are reached and changed by touch alone, and what they are is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.services import classroom, coaching, first_visits, settings
from observe.services.home import Home
from observe.ui.base import BoardScreen
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import OpenVisit
from observe.ui.screens.settings import SettingsScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.tokens import DARK, LIGHT

from .school import CLASS, TEACHER, school
from .test_today import SIZES, glass, settle, tap
from .test_welcome import write


async def test_a_tap_changes_each_setting_and_says_what_it_is(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        tap(app, "settings")
        await settle(pilot)
        assert isinstance(app.screen, SettingsScreen)
        for name, way in (("left_handed", "yes"), ("colours", "light"), ("glyphs", "ascii"), ("stopwatch", "yes")):
            tap(app, name)
            await settle(pilot)
            assert settings.get(home_open, name) == way
        assert "next start" not in glass(app)
        assert "l on" in glass(app)
        tap(app, "privacy")
        await settle(pilot)
        assert settings.get(home_open, "hide_names") == "yes"
        tap(app, "agree.Ms Okafor")
        await settle(pilot)
        assert settings.agreed(home_open, "Ms Okafor")
        tap(app, "observer")
        await settle(pilot)
        await write(pilot, "Marta")
        assert settings.get(home_open, "observer") == "Marta"
        tap(app, "zone")
        await settle(pilot)
        await pilot.press(*["backspace"] * 40)
        await write(pilot, "Nowhere")
        assert "cannot be" in glass(app)  # said at once, and the line is still there
        await pilot.press("escape")
        tap(app, "back")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_a_teacher_who_came_meanwhile_is_not_agreed_with_in_the_place_of_another(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        tap(app, "settings")
        await settle(pilot)
        where = next(id for id in _places_of(app) if id.startswith("agree."))
        classroom.type_in(home_open, "Gr 1", "Abe Old", "Mr Adams")  # by a command; not yet on the glass
        coaching.agree(home_open, "Mr Adams", "logged", "Everything.")
        tap(app, where)
        await settle(pilot)
    assert settings.agreed(home_open, "Ms Okafor")
    assert not settings.agreed(home_open, "Mr Adams")


def _places_of(app: ObserveApp) -> list[str]:
    assert isinstance(app.screen, BoardScreen)
    return [cell.id for board in app.screen.boards.values() for _, cell in board.cells]


def _places(screen: BoardScreen) -> dict[str, object]:
    return {name: (board.region, [where for where, _ in board.cells]) for name, board in screen.boards.items()}


def _grounds(app: ObserveApp) -> set[str]:
    return {
        segment.style.bgcolor.name
        for strip in app.screen._compositor.render_strips()
        for segment in strip
        if segment.style is not None and segment.style.bgcolor is not None
    }


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_colours_and_characters_change_at_once_and_nothing_moves(
    home_open: Home, visit: str, size: tuple[int, int]
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        live = app.screen
        assert isinstance(live, LiveScreen)
        before = _places(live)
        live.press("leave")
        await settle(pilot)
        await pilot.press("o")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        here = _places(screen)
        for colours, tokens in (("light", LIGHT), ("dark", DARK), ("light", LIGHT)):
            screen.press("colours")
            await settle(pilot)
            assert settings.get(home_open, "colours") == colours
            assert _grounds(app) <= set(tokens.values())
            assert _places(screen) == here
        screen.press("glyphs")
        await settle(pilot)
        assert "▀" not in glass(app)
        screen.press("back")
        await settle(pilot)
        assert _grounds(app) <= set(LIGHT.values())
        assert "▀" not in glass(app)
        app.post_message(OpenVisit(visit))
        await settle(pilot)
        assert app.screen is live
        assert _grounds(app) <= set(LIGHT.values())
        assert "▀" not in glass(app)
        assert _places(live) == before


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_channels_of_the_first_visits_are_lit_one_by_one(home: Path, size: tuple[int, int]) -> None:
    opened = school(home, {"Gr 4 Rm 12": CLASS})
    opened.set_setting("channels", "")
    opened.set_setting("observer", "Marta")
    app = ObserveApp(opened)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        live = app.screen
        assert isinstance(live, LiveScreen)
        assert "challenge" in live.controller.dim
        live.press("leave")
        await settle(pilot)
        await pilot.press("o")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        while "light.challenge" not in screen.on_glass:
            await pilot.press("pagedown")
        tap(app, "light.challenge")
        await settle(pilot)
        assert first_visits.switched_on(opened) == {"challenge"}
        assert "challenge" not in live.controller.dim  # in the visit that goes on below, too
        tap(app, "light.challenge")
        await settle(pilot)
        assert first_visits.switched_on(opened) == set()
        screen.press("all_on")
        await settle(pilot)
        assert first_visits.switched_on(opened) is None
        assert not live.controller.dim
        assert "all are lit" in glass(app)
    opened.close()


async def test_what_is_set_while_a_visit_goes_on_below_holds_in_it(home_open: Home, visit: str) -> None:
    settings.agree(home_open, TEACHER, True)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "s")
        await settle(pilot)
        live = app.screen
        assert isinstance(live, LiveScreen)
        assert "asks: Teacher" in glass(app)
        live.press("leave")
        await settle(pilot)
        await pilot.press("o", "t")
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        screen.press(f"agree.{TEACHER}")
        screen.press("back")
        await settle(pilot)
        app.post_message(OpenVisit(visit))
        await settle(pilot)
        assert "Think time" in glass(app)
        assert "Waited 3+" not in glass(app)
        await pilot.press("f", "space")
        (asked,) = live.controller.log.observations
        assert asked.modifiers["asker"] == "me"
        assert asked.modifiers["wait_s"] > 0
