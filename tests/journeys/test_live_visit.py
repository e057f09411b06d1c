"""A lesson as it happens: fast taps, a wrong one, the tablet dies, on it goes, and what it was."""

from __future__ import annotations

from pathlib import Path

from textual.events import Key, MouseDown
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.cards import page_text
from observe.platform import Platform
from observe.services import summary, visits
from observe.services.home import Home, open_home
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.wrapup import WrapUpScreen

from ..ui.school import CLASS, school


def tap(screen: LiveScreen, id: str) -> None:
    region = next(region for region, found in screen.targets() if found == id)
    x, y = region.x + 2, region.y + 1
    screen.app.post_message(MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))


async def live(app: ObserveApp, pilot: Pilot[int], *keys: str) -> LiveScreen:
    await pilot.pause()
    await pilot.press(*keys)
    await pilot.pause()
    await pilot.pause()
    assert isinstance(app.screen, LiveScreen)
    return app.screen


def expected(screen: LiveScreen) -> list[tuple[str, str | None]]:
    """What 200 taps would log: a student, a rating, the next student ..."""
    codes = ("deep", "active", "passive", "off", "waiting")
    seats = screen.controller.view.seats
    return [(codes[i % 5], seats[i % len(seats)].student.id) for i in range(100)]


async def test_a_visit_from_start_to_summary_with_a_kill_in_the_middle(home: Path) -> None:
    first_run = school(home, {"Gr 4 Rm 12": CLASS})
    app = ObserveApp(first_run)
    async with app.run_test(size=(100, 32)) as pilot:
        screen = await live(app, pilot, "1")
        plan = expected(screen)
        for code, student in plan:
            tap(screen, f"student.{student}")
            tap(screen, f"code.engagement.{code}")
        await pilot.pause()
        log = screen.controller.recorder.log()
        assert [(o.code, o.student) for o in log.observations] == plan
        assert [o.at for o in log.observations] == sorted(o.at for o in log.observations)

        await pilot.press("1")  # wrong
        await pilot.press("u")
        await pilot.press("c")
        assert len(screen.controller.recorder.log().observations) == len(plan) + 1
        visit = screen.controller.recorder.visit_id
        # Killed here: nothing is closed, nothing is told.

    second_run: Home = open_home(home, Platform())
    app = ObserveApp(second_run)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, TodayScreen)
        assert app.screen.open is not None
        screen = await live(app, pilot, "enter")
        assert screen.controller.recorder.visit_id == visit
        assert screen.controller.view.states["role"].code == "group"
        await pilot.press("u", "u")
        assert "role" not in screen.controller.view.states
        assert [(o.code, o.student) for o in screen.controller.log.observations] == plan[:-1]
        await pilot.press("y")
        assert [(o.code, o.student) for o in screen.controller.log.observations] == plan
        app.post_message(Key("escape", None))
        app.post_message(Key("1", "1"))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, WrapUpScreen)
        assert "Thinking" in page_text(app.screen.page)

    figures = summary.summary(second_run, visit)
    taps = figures["channels"]["engagement"]["by_method"]["tap"]
    assert taps["n"] == 100
    assert taps["counts"] == {"off": 20, "passive": 20, "active": 20, "deep": 20, "waiting": 20}
    assert figures["channels"]["role"]["bouts"]["group"] == 0
    assert figures["visit"]["status"] == "ended"
    assert figures["coverage"]["seen"] == len(CLASS)
    assert visits.open_visits(second_run) == ()
    second_run.close()
    first_run.close()
