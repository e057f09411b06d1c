"""Think time by a stopwatch: a setting, as the tick is less to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from observe.services import settings, summary
from observe.services.home import Home
from observe.ui.live.controller import Controller

from .test_live_screen import SIZES, app_on, glass, keys, tap, where

PAD = "flag.questioning.waited"


@pytest.fixture
def measured(home_open: Home) -> None:
    settings.put(home_open, "stopwatch", "yes")


def test_without_the_setting_it_is_a_tick(home_open: Home, visit: str) -> None:
    live = Controller(home_open, visit)
    assert live.stopwatch is None
    live.press("code.questioning.analyze")
    live.press(PAD)
    assert live.log.observations[0].modifiers == {"asker": "me", "waited": True}


@pytest.mark.usefixtures("measured")
def test_a_tap_at_the_first_answer_stops_it(home_open: Home, visit: str, later: Callable[[float], None]) -> None:
    live = Controller(home_open, visit)
    live.press(PAD)
    assert live.log.observations == ()
    live.press("code.questioning.analyze")
    later(0.07)
    live.press(PAD)
    assert live.log.observations[0].modifiers["wait_s"] == 4.2
    assert "waited" not in live.log.observations[0].modifiers
    assert live.session.told.startswith("Think time 4.2")
    before = live.log.observations
    later(0.05)
    live.press(PAD)
    assert live.log.observations == before
    wait = summary.summary(home_open, visit)["channels"]["questioning"]["numbers"]["wait_s"]
    assert (wait["n"], wait["share_at_least"]) == (1, {"3": 1.0})
    live.press("undo")
    assert "wait_s" not in live.log.observations[0].modifiers


@pytest.mark.usefixtures("measured")
def test_who_answered_and_how_long_it_took_stand_side_by_side(home_open: Home, visit: str) -> None:
    live = Controller(home_open, visit)
    kofi = next(seat.student.id for seat in live.view.seats if seat.student.name.startswith("Kofi"))
    live.press("code.questioning.analyze")
    live.press(PAD)
    live.press("strip")
    live.press(f"student.{kofi}")
    assert live.log.observations[0].modifiers.keys() == {"asker", "wait_s", "answered_by"}


@pytest.mark.usefixtures("measured")
def test_after_half_a_minute_it_is_too_late(home_open: Home, visit: str, later: Callable[[float], None]) -> None:
    live = Controller(home_open, visit)
    live.press("code.questioning.analyze")
    later(0.6)
    live.press(PAD)
    assert live.log.observations[0].modifiers == {"asker": "me"}


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("size", [*SIZES, (66, 21)], ids=str)
async def test_it_runs_on_its_pad_and_moves_nothing(
    home_open: Home, visit: str, later: Callable[[float], None], size: tuple[int, int]
) -> None:
    async with app_on(home_open, size) as (pilot, screen):
        if size == (66, 21):
            tap(screen, "more")
            await pilot.pause()
        place = where(screen, PAD)
        assert "Think" in glass(screen)
        assert "Waited 3+" not in glass(screen)
        await keys(pilot, "h")
        await pilot.pause(0.05)
        if size == (66, 21):
            tap(screen, "more")
        later(0.2)
        screen.tick()
        await pilot.pause()
        assert "12 s" in glass(screen)
        assert where(screen, PAD) == place
        tap(screen, PAD)
        await pilot.pause()
        assert screen.controller.log.observations[0].modifiers["wait_s"] == 12
        assert "Think time 12" in glass(screen)
