"""Dark, light, and sixteen colours: every screen is drawn in the set that was chosen."""

import pytest

from observe.app import ObserveApp
from observe.services import settings
from observe.services.home import Home
from observe.ui.base import BoardScreen
from observe.ui.tokens import DARK, LIGHT


@pytest.mark.parametrize(("chosen", "tokens"), [("dark", DARK), ("light", LIGHT)])
async def test_the_setting_colours_every_cell(home_open: Home, visit: str, chosen: str, tokens: dict[str, str]) -> None:
    settings.put(home_open, "colours", chosen)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        for keys in ((), ("enter",), ("escape",)):
            await pilot.press(*keys)
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, BoardScreen)
            assert screen.tokens is tokens
            grounds = {
                segment.style.bgcolor.name
                for strip in screen._compositor.render_strips()
                for segment in strip
                if segment.style is not None and segment.style.bgcolor is not None
            }
            assert grounds <= set(tokens.values())


async def test_who_asks_for_no_colour_sees_grey(home_open: Home, visit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        for strip in app.screen._compositor.render_strips():
            for segment in strip:
                if segment.style is not None and segment.style.bgcolor is not None:
                    red, green, blue = segment.style.bgcolor.get_truecolor()
                    assert red == green == blue
