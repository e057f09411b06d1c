"""The first visits: few pads lit, the others keep their places dim until a tap switches them on."""

from __future__ import annotations

import pytest
from textual.geometry import Region

from observe.services import first_visits, visits
from observe.services import settings as stored
from observe.services.home import Home
from observe.ui.live.controller import Controller
from observe.ui.live.screen import LiveScreen
from observe.ui.pads import Pad, Tile

from .school import section_id
from .test_live_screen import app_on, glass

SIZES = ((80, 24), (100, 32), (120, 36), (160, 45), (60, 40), (66, 21))
DIM = {"challenge", "questioning", "grouping", "strategy"}


@pytest.fixture
def first(home_open: Home, visit: str) -> str:
    """A visit in a home where nothing was switched on."""
    stored.put(home_open, stored.CHANNELS, "")
    return visit


def pads(screen: LiveScreen) -> dict[str, Pad]:
    return {cell.id: cell for _, cells in screen.shown.values() for cell in cells if isinstance(cell, Pad) and cell.id}


def by_id(screen: LiveScreen) -> dict[str, Region]:
    return {id: where for where, id in screen.targets()}


def test_a_tap_on_a_dim_pad_switches_its_channel_on_and_the_next_one_logs(home_open: Home, first: str) -> None:
    live = Controller(home_open, first)
    assert live.dim == DIM
    for id in ("code.challenge.stretch", "code.questioning.apply", "code.grouping.pairs", "code.strategy.tiered"):
        live.press(live_student(live))
        live.press(id)
        assert live.log.observations == ()
        assert live.session.message.endswith(" on: tap again")
    assert live.dim == frozenset()
    live.press("code.grouping.pairs")
    assert [o.channel for o in live.log.observations] == ["grouping"]


def live_student(live: Controller) -> str:
    return f"student.{live.view.seats[0].student.id}"


def test_what_is_lit_at_first_logs_at_once(home_open: Home, first: str) -> None:
    live = Controller(home_open, first)
    live.press(live_student(live))
    for id in ("code.engagement.deep", "code.spark.insight", "code.role.teach"):
        live.press(id)
    assert [o.channel for o in live.log.observations] == ["engagement", "spark", "role"]


def test_it_is_remembered_and_the_menu_lights_all_at_once(home_open: Home, first: str) -> None:
    Controller(home_open, first).press("asker")
    assert Controller(home_open, first).dim == DIM - {"questioning"}
    Controller(home_open, first).press("all_on")
    assert Controller(home_open, first).dim == frozenset()
    assert stored.get(home_open, stored.CHANNELS) == "all"


def test_after_some_visits_everything_is_lit(home_open: Home, first: str) -> None:
    for _ in range(first_visits.PRACTISED):
        assert first_visits.switched_on(home_open) is not None
        visits.end_visit(home_open, visits.open_visits(home_open)[0].id)
        visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12"))
    assert first_visits.switched_on(home_open) is not None
    visits.end_visit(home_open, visits.open_visits(home_open)[0].id)
    assert first_visits.switched_on(home_open) is None


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_moves_when_a_channel_is_switched_on(home_open: Home, first: str, size: tuple[int, int]) -> None:
    from observe.app import ObserveApp
    from observe.ui.messages import OpenVisit

    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        app.post_message(OpenVisit(first))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LiveScreen)
        screen.draw()
        before, places = pads(screen), by_id(screen)
        dim = {id for id, pad in before.items() if pad.low}
        assert dim >= {"code.challenge.stretch", "code.questioning.apply"}
        drawer = before.get("open.drawer.strategy")
        assert ("code.strategy.tiered" in dim) if drawer is None else drawer.low
        assert all(id.split(".")[1] in DIM for id in dim if id.startswith("code."))
        await pilot.press("8")
        await pilot.pause(0.1)
        assert by_id(screen) == places
        assert not any(pad.low for id, pad in pads(screen).items() if id.startswith("code.challenge."))


def test_nobody_is_marked_unseen_on_a_first_visit(home_open: Home, first: str) -> None:
    from observe.ui.layout import lay_out
    from observe.ui.live.tiles import tiles

    def marked(screen: LiveScreen) -> int:
        screen.scene.layout = lay_out(100, 32, screen.scene.shape)
        return sum(tile.stale for tile in tiles(screen.scene) if isinstance(tile, Tile))

    assert marked(LiveScreen(home_open, first)) == 0
    visits.end_visit(home_open, first)
    second = visits.start_visit(home_open, section_id(home_open, "Gr 4 Rm 12")).id
    assert marked(LiveScreen(home_open, second)) == 3


def test_a_wide_screen_says_that_there_is_no_plan_and_a_look_spaces_the_name(home_open: Home, first: str) -> None:
    from observe.ui.layout import lay_out
    from observe.ui.live.strip import side, strip
    from observe.ui.pads import Panel

    screen = LiveScreen(home_open, first)
    screen.scene.layout = lay_out(160, 45, screen.scene.shape)
    panel = side(screen.scene)[0]
    assert isinstance(panel, Panel)
    assert "No plan; log freely" in panel.rows[1].text
    screen.controller.press("look")
    screen.scene.layout = lay_out(100, 32, screen.scene.shape)
    target = strip(screen.scene)[0]
    assert isinstance(target, Panel)
    assert "look 1 of 25" in target.rows[0].text
    assert "A M A R A" in target.rows[1].text


async def test_the_last_twenty_are_one_key_away_and_back_is_the_visit(home_open: Home, first: str) -> None:
    from observe.app import ObserveApp
    from observe.ui.messages import OpenVisit
    from observe.ui.screens.correct import CorrectScreen

    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        app.post_message(OpenVisit(first))
        await pilot.pause()
        await pilot.press("4", "=")
        await pilot.pause()
        assert isinstance(app.screen, CorrectScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, LiveScreen)


async def test_the_first_words_ask_for_a_child_only_where_there_are_any(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (_, screen):
        assert "tap a child, then a pad" in glass(screen)
    visits.end_visit(home_open, visit)
    visits.start_visit(home_open)  # of no class
    async with app_on(home_open) as (_, screen):
        assert "tap a pad" in glass(screen)
        assert "a child" not in glass(screen)
