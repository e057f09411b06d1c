"""Looks on the glass: whatever order, cue or deal, nothing moves under the thumb, and each is said in its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.events import MouseDown
from textual.geometry import Region

from observe.app import ObserveApp
from observe.domain import sampling
from observe.services import settings, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import OpenVisit, ShowCorrect, ShowWrapUp
from observe.ui.screens.research import ResearchScreen
from observe.ui.screens.settings import SettingsScreen

from .finger import SIZES, key, middle, mouse, targets, touch
from .school import HARD, school, section_id
from .test_live_screen import app_on, glass
from .test_today import settle, tap
from .test_wrapup import show


def places(screen: LiveScreen) -> dict[tuple[str, str], Region]:
    """Where each target is, but for the pads that a pass brings in place of a row, and tiles that are in pages."""
    paged = len(screen.controller.view.seats) + 1 > screen.scene.layout.per_page
    skipped = ("back", "skip")
    return {
        (board, id): where
        for board, where, id in targets(screen)
        if id not in skipped and not (paged and id.startswith("student."))
    }


def moved(before: dict[tuple[str, str], Region], after: dict[tuple[str, str], Region]) -> list[tuple[str, str]]:
    return [one for one in before.keys() & after.keys() if before[one] != after[one] and one[1] != "look"]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_no_order_cue_or_deal_moves_anything(
    home_open: Home, visit: str, size: tuple[int, int], later: Callable[[float], None]
) -> None:
    settings.put(home_open, "focal_looks", "yes")
    async with app_on(home_open, size) as (_, screen):
        c = screen.controller
        rest = places(screen)
        c.recorder.cue(1)
        screen.tick()
        assert "look now, or" in glass(screen)
        assert places(screen) == rest
        for order in ("random", "least_seen"):
            settings.put(home_open, "look_order", order)
            screen.press("look")
            going = places(screen)
            assert not moved(rest, going)
            for n in range(24):
                screen.controller.press("code.engagement.active")
                if n % 6 == 0:
                    screen.press("code.challenge.easy")
                    screen.draw()
                    assert places(screen) == going
            screen.press("code.engagement.active")
            screen.draw()
            assert places(screen) == rest
        screen.press("focal")
        dealt = places(screen)
        assert not moved(rest, dealt)
        for _ in range(9):
            later(1 / 6)
            screen.tick()
            assert places(screen) == dealt


@pytest.mark.parametrize("size", [(100, 32), (60, 40), (66, 21)], ids=str)
async def test_the_list_of_those_not_yet_seen_opens_in_the_place_of_the_tiles_and_names_are_data(
    home: object, size: tuple[int, int]
) -> None:
    opened = school(home, {"Gr 4 Rm 12": HARD})  # type: ignore[arg-type]  # reason: a path
    visits.start_visit(opened, section_id(opened, "Gr 4 Rm 12"))
    async with app_on(opened, size) as (_, screen):
        rest = places(screen)
        screen.on_key(key("_"))
        assert f"{len(HARD)} not yet seen" in glass(screen)
        listed = [(where, id) for board, where, id in targets(screen) if board == "tiles"]
        assert listed[0][1] == "look_unseen"
        assert [id for _, id in listed[1:]] == [f"student.{s.student.id}" for s in screen.controller.view.seats]
        outside = {one: where for one, where in places(screen).items() if one[0] != "tiles"}
        assert outside == {one: where for one, where in rest.items() if one[0] != "tiles"}
        if size[0] >= 100:
            assert "[b]x" in glass(screen)
        # A letter chooses, as on the tiles; the list closes, and nothing is logged.
        letter = screen.controller.view.seats[3].letter
        screen.on_key(key(letter))
        assert screen.controller.session.selected == screen.controller.view.seats[3].student.id
        assert places(screen) == rest
        assert screen.controller.log.observations == ()
        screen.on_key(key("_"))
        screen.on_key(key("escape"))
        assert places(screen) == rest
        screen.controller.hidden = True
        screen.hide_names(True)
        screen.on_key(key("_"))
        assert "[b]x" not in glass(screen)
    opened.close()


@pytest.mark.parametrize("size", [(80, 24), (66, 21)], ids=str)
async def test_a_finger_gets_to_each_from_the_menu(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    settings.put(home_open, "focal_looks", "yes")
    async with app_on(home_open, size) as (_, screen):
        menu = ("more", "menu") if size == (66, 21) else ("menu",)
        for step in menu:
            touch(screen, step)
        touch(screen, "look_order")
        assert settings.get(home_open, "look_order") == "random"
        assert "random" in glass(screen).lower()  # the menu is still open
        touch(screen, "unseen_list")
        touch(screen, "look_unseen")
        assert screen.controller.log.sweeps[0].order == "unseen"
        touch(screen, "look")
        for step in (*menu, "focal"):
            touch(screen, step)
        assert screen.controller.log.sweeps[1].order == "focal"


async def test_a_cue_that_nobody_can_see_is_none(home_open: Home, visit: str, later: Callable[[float], None]) -> None:
    settings.put(home_open, "cue", "4")
    due = sampling.cues(visit, 4, 45 * 60_000)[0] / 60_000
    async with app_on(home_open) as (pilot, screen):
        assert isinstance(screen.app, ObserveApp)
        await show(screen.app, pilot, ShowWrapUp(visit))
        assert screen.app.screen is not screen
        later(due + 0.1)
        screen.tick()
        assert screen.controller.recorder.log().cues == ()
        await pilot.press("escape")
        await settle(pilot)
        screen.tick()
        assert len(screen.controller.log.cues) == 1
        assert "Look now" in glass(screen)


async def test_the_settings_say_the_order_the_cue_and_focal_looks(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        tap(app, "settings")
        await settle(pilot)
        assert isinstance(app.screen, SettingsScreen)
        for name, ways in (
            ("look_order", ("random", "least_seen", "seat")),
            ("cue", ("3", "4", "no")),
            ("focal_looks", ("yes", "no")),
        ):
            for way in ways:
                tap(app, name)
                await settle(pilot)
                assert settings.get(home_open, name) == way


async def test_focal_looks_are_switched_on_under_research(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        tap(app, "research")
        await settle(pilot)
        assert isinstance(app.screen, ResearchScreen)
        for way in ("yes", "no", "yes"):
            tap(app, "focal_looks")
            await settle(pilot)
            assert settings.get(home_open, "focal_looks") == way
        tap(app, "back")
        await settle(pilot)
        app.post_message(OpenVisit(visit))
        await settle(pilot)
        live = app.screen
        assert isinstance(live, LiveScreen)
        touch(live, "menu")
        assert "Focal looks" in glass(live)


async def test_focal_looks_are_in_the_menu_once_they_are_switched_on(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (_, screen):
        touch(screen, "menu")
        assert "Focal looks" not in glass(screen)
        screen.on_key(key("escape"))
        settings.put(home_open, "focal_looks", "yes")
        screen.place(*screen.size)
        touch(screen, "menu")
        assert "Focal looks" in glass(screen)


async def test_what_is_put_right_later_says_what_kind_of_look_it_was(home_open: Home, visit: str) -> None:
    who = [s.id for s in visits.students(home_open, section_id(home_open, "Gr 4 Rm 12"))]
    log = Recorder(home_open, visit)
    for number, order in enumerate(("seat", "unseen", "focal"), 1):
        log.sweep_start(number, order, who[number : number + 1])
        log.observe("engagement", "deep", student=who[number], method="sweep", sweep=number)
    async with app_on(home_open) as (pilot, screen):
        assert isinstance(screen.app, ObserveApp)
        await show(screen.app, pilot, ShowCorrect(visit))
        said = "\n".join(strip.text for strip in screen.app.screen._compositor.render_strips())
        for words in ("look at everyone", "look at the unseen", "focal look"):
            assert said.count(f"Engagement  {words}") == 1


async def test_where_tiles_are_in_pages_focal_looks_turn_to_the_one_who_is_up(
    home_open: Home, visit: str, later: Callable[[float], None]
) -> None:
    async with app_on(home_open, (66, 21)) as (_, screen):
        c = screen.controller
        assert len(c.view.seats) + 1 > screen.scene.layout.per_page
        screen.press("focal")
        for _ in range(6):
            assert f"student.{c.session.selected}" in {id for _, id in screen.targets()}
            late = mouse(MouseDown, *middle(screen, "code.engagement.active"))
            later(0.35)
            screen.tick()
            screen.on_mouse_down(late)
        assert not c.log.observations  # nobody was rated for the one before
