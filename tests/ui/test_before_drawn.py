"""Nothing is drawn before it is read: what other processes wrote may be heard of before a screen is on the glass."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import pytest

from observe.app import ObserveApp
from observe.domain.cards import Card, Page, line
from observe.services import practice
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui import screens
from observe.ui.base import BoardScreen
from observe.ui.commands import TODAY
from observe.ui.live.screen import LiveScreen
from observe.ui.page import PageScreen

from .school import section_id
from .test_wrapup import glass, settle


def every_screen() -> list[type[BoardScreen]]:
    """All that the app may put on the glass."""
    found: list[type[BoardScreen]] = [LiveScreen]
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        for _, made in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(made, BoardScreen) and made.__module__ == module.name:
                found.append(made)
    return sorted(found, key=lambda screen: screen.__name__)


def made(screen: type[BoardScreen], app: ObserveApp, visit: str, folder: Path) -> BoardScreen:
    """One of it: what it asks for goes by name."""
    practised = next(one.set for one in practice.every(app.home) if one.set is not None)
    about = {"FillScreen": f"{visit}/group", "PracticeScreen": practised.id, "SharedPageScreen": f"talk:{visit}"}
    known: dict[str, Any] = {
        "home": app.home,
        "visit": visit,
        "student": "",
        "section": section_id(app.home, "Gr 4 Rm 12"),
        "beside": app.beside,
        "commands": TODAY,
        "keys": {"privacy": "p"},
        "words": ["Thinking / Amara"],
        "reason": "the disk is full",
        "title": "The log cannot be read",
        "lines": ("It is damaged.", "Nothing was lost."),
        "page": Page("A page", (Card("A card", (line("a line"),)),)),
        "practised": practised,
        "people": [practice.reference(practised)],
        "path": folder,
        "folder": folder,
    }
    if screen.__name__ in about:
        known["about"] = about[screen.__name__]
    asked = [
        name
        for name, parameter in inspect.signature(screen).parameters.items()
        if parameter.default is parameter.empty and name != "self"
    ]
    unknown = [name for name in asked if name not in known]
    assert not unknown, f"{screen.__name__} asks for {unknown}: say above what this test may give it"
    return screen(**{name: known[name] for name in asked})


def meanwhile(screen: BoardScreen, w: int) -> None:
    """All that may reach a screen from outside."""
    if isinstance(screen, PageScreen):
        screen.draw_title(w)
    screen.elsewhere()
    screen.draw()
    screen.wear()
    if isinstance(screen, LiveScreen):
        screen.place(w, 32)


@pytest.mark.parametrize("screen", every_screen(), ids=lambda screen: screen.__name__)
async def test_a_screen_that_hears_of_others_before_it_is_drawn_is_drawn_all_the_same(
    screen: type[BoardScreen],
    home_open: Home,
    visit: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Recorder(home_open, visit).observe("role", "circulate")
    now = home_open.clock.now()
    monkeypatch.setattr(home_open.clock, "now", lambda: now)
    monkeypatch.setattr(home_open.clock, "jump_ms", lambda: 0)  # it stands still: that is no clock that was set
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        app.push_screen(made(screen, app, visit, tmp_path))
        await settle(pilot)
        undisturbed = glass(app)
        await app.pop_screen()

        disturbed = made(screen, app, visit, tmp_path)
        meanwhile(disturbed, 100)
        pushed = app.push_screen(disturbed)
        drawn = 0
        while drawn < 3:  # at each step of its way to the glass
            meanwhile(disturbed, 100)
            await asyncio.sleep(0)
            drawn += disturbed.ready
        await pushed
        await settle(pilot)
        assert app.screen is disturbed
        assert glass(app) == undisturbed
        assert glass(app).splitlines()[0].strip()
