"""Pages while another program holds the log: soon said in words, what she wrote stays, and then it is kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from observe.app import ObserveApp
from observe.services import plan_start, promises
from observe.services.home import Home
from observe.services.plan import Plan
from observe.ui.cardpage import CardPage
from observe.ui.messages import ShowPage

from .school import section_id
from .test_wrapup import glass, settle, show

ROOM = "Gr 4 Rm 12"


def goals(home: Home) -> list[str]:
    visit = plan_start.upcoming(home)[0].id
    return [line.text for line in Plan(home, visit).lines("objective")]


def promised(home: Home) -> list[str]:
    return [one.text for one in promises.every(home, section_id(home, ROOM))]


@pytest.mark.parametrize(("page", "key", "kept"), [("plan", "o", goals), ("teachers", "m", promised)])
async def test_a_line_that_meets_another_writer_is_said_soon_and_kept_later(
    home_open: Home, page: str, key: str, kept: Callable[[Home], list[str]]
) -> None:
    plan_start.new_visit(home_open, section_id(home_open, ROOM), home_open.clock.now() + 60_000, 45)
    app = ObserveApp(home_open)
    with closing(sqlite3.connect(home_open.path / "observe.db", isolation_level=None)) as other:
        async with app.run_test(size=(100, 32)) as pilot:
            await settle(pilot)  # what comes every week is planned on before
            await show(app, pilot, ShowPage(page))
            other.execute("BEGIN IMMEDIATE")
            await pilot.press(key, "h", "i")
            began = time.monotonic()
            await pilot.press("enter")
            assert time.monotonic() - began < 5, "the page stood still"
            assert "not saved: another program is writing" in glass(app)
            assert isinstance(app.screen, CardPage)
            assert app.screen.typing is not None
            assert app.screen.typing.text == "hi"
            assert kept(home_open) == []
            other.execute("ROLLBACK")
            await pilot.press("enter")
            await settle(pilot)
            assert app.screen.typing is None
            assert kept(home_open) == ["hi"]
