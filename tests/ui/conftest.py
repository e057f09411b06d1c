"""A class in a real home, with a visit going on."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App

from observe.services import visits
from observe.services.home import Home
from observe.ui.live.controller import Controller

from ..snapshots.stage import settle as quiet
from .school import CLASS, school, section_id

TIMERS_S = 10
"""More than any timer needs on a busy machine."""


@pytest.fixture(autouse=True)
def _no_longer_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Pilot` waits by sleeping a frame or two, three times for each key; here until nobody has a message left."""

    async def until_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
        app = active_app.get()
        if app.screen_stack:
            await quiet(app)
        end = time.monotonic() + TIMERS_S
        while _comes_by_timer(app) and time.monotonic() < end:
            await asyncio.sleep(0.002)
            await quiet(app)
        await asyncio.sleep(min_sleep)

    monkeypatch.setattr(textual.pilot, "wait_for_idle", until_idle)
    monkeypatch.setattr(textual.app, "wait_for_idle", until_idle)


def _comes_by_timer(app: App[object]) -> bool:
    """Whether something follows a moment later: the rest of the glass after the strip, what a new size moves."""
    return app._resize_timer is not None or any(getattr(screen, "unanswered", False) for screen in app.screen_stack)


@pytest.fixture
def home_open(home: Path) -> Iterator[Home]:
    opened = school(home, {"Gr 4 Rm 12": CLASS})
    yield opened
    opened.close()


@pytest.fixture
def visit(home_open: Home) -> str:
    return visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"), title="Fractions").id


@pytest.fixture
def live(home_open: Home, visit: str) -> Controller:
    return Controller(home_open, visit)


@pytest.fixture
def later(home_open: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many minutes pass, and nothing else does: a slow machine is no later."""
    began, passed = home_open.clock.now(), [0]
    monkeypatch.setattr(home_open.clock, "now", lambda: began + passed[0])
    monkeypatch.setattr(home_open.clock, "jump_ms", lambda: 0)  # that is no clock that was set

    def pass_(minutes: float) -> None:
        passed[0] += round(minutes * 60_000)

    return pass_


@pytest.fixture
def stands(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets a page have been on the glass for so many seconds more; by itself it stands for none."""
    passed = [0.0]
    monkeypatch.setattr("observe.ui.base.get_time", lambda: passed[0])

    def pass_(seconds: float) -> None:
        passed[0] += seconds

    return pass_
