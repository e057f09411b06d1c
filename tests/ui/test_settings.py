"""The settings are reached and changed by touch alone, and what they are is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.services import first_visits, settings
from observe.services.home import Home
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.settings import SettingsScreen
from observe.ui.screens.today import TodayScreen

from .school import CLASS, school
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
        assert "light, next start" in glass(app)
        assert "rails swapped" in glass(app)
        tap(app, "privacy")
        await settle(pilot)
        assert settings.get(home_open, "hide_names") == "yes"
        tap(app, "agree.0")
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
