"""A colleague's visits on the screens: apart from hers, to be read, and in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.platform import Platform
from observe.services import visits
from observe.services.afterwards import Afterwards
from observe.services.home import open_home
from observe.services.sharing import team
from observe.services.summary import summary
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import ShowPage, ShowRoster
from observe.ui.screens.dayreview import DayScreen
from observe.ui.screens.sharedpage import SharedPageScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.wrapup import WrapUpScreen

from ..services.three import ROOM, Three, three_devices
from .test_today import glass, settle, tap


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with three_devices(tmp_path) as made:
        yield made


def pads(app: ObserveApp) -> set[str]:
    assert isinstance(app.screen, TodayScreen | WrapUpScreen | DayScreen)
    return {cell.id for board in app.screen.boards.values() for _, cell in board.cells if cell.id}


async def test_a_colleagues_open_visit_is_named_apart_and_read_only(three: Three) -> None:
    theirs = visits.start_visit(three.kim, three.room, title="Fractions").id
    three.meet()
    app = ObserveApp(three.tablet)
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        assert "resume" not in pads(app)
        assert "Colleagues today" in glass(app)
        assert f"Kim: {ROOM}" in glass(app)
        tap(app, f"other.{theirs}")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, WrapUpScreen)
        assert not pads(app) & {"glow", "try_next", "next_visit", "correct", "undo", "back_in"}
        assert {"today", "share", "help"} <= pads(app)
        for key in ("g", "t", "n", "u", "c"):
            await pilot.press(key)
            await settle(pilot)
            assert app.screen is screen
            assert screen.typing is None
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        tap(app, f"section.{three.room}")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
    assert visits.read(three.tablet, theirs).ended_at is None
    assert [v.observer for v in visits.open_visits(three.tablet)] == ["Marta"]
    assert summary(three.tablet, theirs)["reflection"] == {}


async def test_a_talk_with_the_teacher_is_about_her_own_visit(three: Three) -> None:
    ended = []
    for home in (three.tablet, three.kim):
        ended.append(visits.end_visit(home, visits.start_visit(home, three.room).id).id)
    three.meet()
    app = ObserveApp(three.tablet)
    async with app.run_test(size=(120, 60)) as pilot:
        app.screen.post_message(ShowPage("teachers", three.room))
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot)
        assert isinstance(app.screen, SharedPageScreen)
        assert app.screen.shared.about == ended[0]


@pytest.mark.parametrize("size", [(60, 40), (80, 24), (160, 45)], ids=str)
async def test_they_can_be_reached_by_finger_at_every_size(three: Three, size: tuple[int, int]) -> None:
    theirs = visits.start_visit(three.kim, three.room).id
    three.meet()
    app = ObserveApp(three.tablet)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for _ in range(8):
            if f"other.{theirs}" in pads(app):
                break
            tap(app, "scroll_down")
            await settle(pilot)
        tap(app, f"other.{theirs}")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)


async def test_her_other_device_goes_on_in_the_live_visit(three: Three) -> None:
    mine = visits.start_visit(three.tablet, three.room).id
    three.meet()
    app = ObserveApp(three.laptop)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert f"Resume {ROOM}" in glass(app)
        tap(app, "resume")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert app.screen.controller.recorder.visit_id == mine


async def test_the_day_names_them_apart_and_a_coordinator_reads_all(three: Three, tmp_path: Path) -> None:
    theirs = visits.start_visit(three.kim, three.room).id
    Afterwards(three.kim, theirs).note()
    mine = visits.start_visit(three.tablet, three.other).id
    three.meet()
    app = ObserveApp(three.tablet)
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert isinstance(app.screen, DayScreen)
        assert f"Kim: {ROOM}, " in glass(app)
        assert "a note without words" not in glass(app)
        app.screen.touch(f"visit:{theirs}")
        await settle(pilot)
        assert isinstance(app.screen, WrapUpScreen)
        assert not app.screen.is_hers
    reader = open_home(tmp_path / "reader", Platform())
    reader.set_setting("observer", "Robin")
    team.join(reader, three.folder, three.code)
    three.meet(reader)
    try:
        app = ObserveApp(reader)
        async with app.run_test(size=(120, 60)) as pilot:
            await settle(pilot)
            assert {f"other.{theirs}", f"other.{mine}"} <= pads(app)
            await pilot.press("d")
            await settle(pilot)
            assert isinstance(app.screen, DayScreen)
            assert app.screen.everyone
            shown = glass(app)
            assert "Kim" in shown
            assert "Marta" in shown
            assert app.screen.last is None  # the line for tomorrow is who held the visits'
    finally:
        reader.close()


async def test_the_roster_marks_nobody_present_in_a_colleagues_visit(three: Three) -> None:
    visits.start_visit(three.kim, three.room)
    three.meet()
    app = ObserveApp(three.tablet)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        app.post_message(ShowRoster(three.room))
        await settle(pilot)
        assert app.screen.visit is None  # type: ignore[attr-defined]  # reason: this screen's
