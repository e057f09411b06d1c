"""The line of the wrap-up that says what a lesson was: stepped through by finger and by keys."""

from __future__ import annotations

import pytest

from observe.app import ObserveApp
from observe.services import visits
from observe.services.home import Home
from observe.ui import messages

from .test_wrapup import cards, glass, settle, show, tap, twelve_taps


@pytest.mark.parametrize("by", ["finger", "keys"])
async def test_the_choices_come_in_turn_then_own_words_then_as_usual(home_open: Home, by: str) -> None:
    visit = twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        while cards(app).cursor != "flag:":
            await pilot.press("down")
        assert "as usual" in glass(app)
        for flag in ("substitute", "assessment", "other lesson"):
            tap(app, "flag:") if by == "finger" else await pilot.press("enter")
            await settle(pilot)
            assert visits.read(home_open, visit).flag == flag
            assert f"{flag}, left out of trends" in glass(app)
        tap(app, "flag:") if by == "finger" else await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"trip", "enter")
        assert visits.read(home_open, visit).flag == "trip"
        tap(app, "flag:") if by == "finger" else await pilot.press("enter")
        await settle(pilot)
        assert visits.read(home_open, visit).flag == ""
        assert "as usual" in glass(app)
