"""Sizes of targets on every screen, what must never move, and fingers that are quick or slip."""

from __future__ import annotations

import importlib
import pkgutil
import random
import sqlite3
from collections.abc import Iterator
from itertools import pairwise

import pytest
from textual.events import MouseDown, MouseMove, MouseUp
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.services import practice, settings, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.ui import messages, screens
from observe.ui.base import BoardScreen
from observe.ui.cardpage import CardPage
from observe.ui.cards import CardBoard
from observe.ui.live.looking import current
from observe.ui.live.screen import LiveScreen
from observe.ui.live.session import Session
from observe.ui.padpage import PadPage
from observe.ui.page import PageScreen
from observe.ui.practice_pages import NAMES, PAGES
from observe.ui.screens.help import HelpScreen
from observe.ui.screens.leaving import LeavingScreen
from observe.ui.screens.plan_people import FILLINGS
from observe.ui.screens.practice import PracticeResultsScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.trouble import TroubleScreen
from observe.ui.screens.welcome import WelcomeScreen

from .finger import SIZES, key, mouse, targets, touch
from .school import section_id
from .test_live_screen import app_on
from .test_wrapup import show, twelve_taps

ROOM = "Gr 4 Rm 12"
MINUTE = 60_000
DIM = frozenset(("challenge", "questioning", "grouping", "strategy"))
ELSEWHERE = ("wrap", "so_far", "last_twenty", "leave", "help", "privacy")
"""Targets that lead to another screen, or have a step of their own here."""


def small(screen: BoardScreen) -> list[tuple[str, Region, str]]:
    return [one for one in targets(screen) if one[1].width < 5 or one[1].height < 3]


def calm(screen: LiveScreen) -> None:
    """Nothing is open, nobody is chosen, nothing is asked."""
    screen.controller.session = Session(last_tap=screen.controller.now())
    screen.controller.refresh()
    screen.draw()


def forms(screen: LiveScreen) -> Iterator[str]:
    """Puts the screen into every form that this size knows, and says which."""
    for face in ["", *dict.fromkeys(face for board, face in screen.scene.layout.faces if face != board)]:
        calm(screen)
        if face == "sweep":
            screen.press("look", touch=True)
            assert current(screen.controller) is not None
        else:
            screen.controller.session.open = face
            screen.draw()
        yield face
    calm(screen)
    screen.press("away")
    yield "who is away"
    screen.controller.press("code.role.group")
    screen.press("strip")
    assert screen.controller.session.marking is not None
    yield "with whom"
    calm(screen)


# -- sizes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_no_target_of_a_live_visit_is_under_five_by_three_and_none_lies_dead_between_two(
    home_open: Home, visit: str, size: tuple[int, int]
) -> None:
    async with app_on(home_open, size) as (_, screen):
        for hand in ("no", "yes"):
            home_open.set_setting("left_handed", hand)
            for lit in ("all", ""):
                settings.put(home_open, settings.CHANNELS, lit)
                screen.controller.dim = frozenset() if lit else DIM
                screen.place(*size)
                seen = set()
                for form in forms(screen):
                    seen.add(form)
                    assert not small(screen), form
                    assert not dead(screen), form
                assert {"", "picks", "sweep", "sheet.menu", "who is away", "with whom"} <= seen


def dead(screen: BoardScreen, columns: bool = True) -> list[tuple[str, int, int]]:
    """Cells between two targets of one board that would swallow a tap."""
    found = []
    boards: dict[str, list[Region]] = {}
    for name, where, _ in targets(screen):
        boards.setdefault(name, []).append(where)
    for name, cells in boards.items():
        for a, b in pairwise(sorted(cells, key=lambda r: (r.y, r.x))):
            if a.y == b.y:
                found += [(name, x, a.y) for x in range(a.right, b.x)]
        for a, b in pairwise(sorted(cells, key=lambda r: (r.x, r.y))):
            if columns and a.x == b.x:
                found += [(name, a.x, y) for y in range(a.bottom, b.y)]
        for where in cells:  # the half row below and the column at the right are the pad's own
            for x, y in ((where.x, where.y), (where.right - 1, where.bottom - 1)):
                cell = screen.cell_at(x, y)
                if cell is None or not cell.id:
                    found.append((name, x, y))
    return found


def all_screens() -> set[type[BoardScreen]]:
    """Every screen there is besides the live one, from the modules themselves."""
    found = set()
    for module in pkgutil.iter_modules(screens.__path__):
        names = vars(importlib.import_module(f"observe.ui.screens.{module.name}"))
        found |= {c for c in names.values() if isinstance(c, type) and issubclass(c, PageScreen)}
    parents = {parent for c in found for parent in c.__bases__}  # a screen in two modules is the last of them
    return found - parents - {PageScreen, CardPage, PadPage}


async def settle(pilot: Pilot[int]) -> None:
    await pilot.pause()
    await pilot.pause()


async def tour(home: Home, held: str, app: ObserveApp, pilot: Pilot[int]) -> list[BoardScreen]:
    """Every other screen, one over the other."""
    found: list[BoardScreen] = []

    async def on(message: Message | None = None, screen: BoardScreen | None = None) -> None:
        if message is not None:
            await show(app, pilot, message)
        elif screen is not None:
            await app.push_screen(screen)
            await settle(pilot)
        assert isinstance(app.screen, BoardScreen)
        found.append(app.screen)

    await settle(pilot)
    await on()
    await on(messages.ShowDay())
    await on(messages.ShowWrapUp(held))
    await on(messages.ShowCorrect(held))
    await on(messages.ShowRoster(section_id(home, ROOM)))
    await on(messages.ShowWelcome())
    await on(messages.ShowSettings())
    await on(messages.ShowSharing())
    for page in filter(PAGES.__contains__, NAMES):
        await on(messages.ShowPage(page))
    await on(messages.ShowPage("plan_fill", f"{held}/group"))
    await on(messages.ShowPage("shared", "principal"))
    await on(messages.ShowPage("glossary"))
    await on(messages.ShowPage("practice", "together"))
    practised = practice.shipped()[0]
    await on(screen=PracticeResultsScreen(home, practised, [practice.reference(practised)]))
    await on(messages.ShowHelp())
    await on(screen=LeavingScreen(["Thinking"], "the disk is full"))
    await on(screen=TroubleScreen("The log is damaged", ["What.", "What to do."], mend=True))
    return found


async def test_no_target_of_any_other_screen_is_under_five_by_three(home_open: Home) -> None:
    held = twelve_taps(home_open)
    visits.start_visit(home_open, section_id(home_open, ROOM))
    app = ObserveApp(home_open)
    async with app.run_test(size=SIZES[0]) as pilot:
        found = await tour(home_open, held, app, pilot)
        assert {type(screen) for screen in found} == all_screens()
        assert {TodayScreen, WelcomeScreen, HelpScreen} < all_screens()
        for screen in reversed(found):
            for size in SIZES:
                await pilot.resize_terminal(*size)
                await pilot.pause()
                assert targets(screen), (screen, size)
                assert not small(screen), (screen, size)
                assert not dead(screen, columns=False), (screen, size)
                if isinstance(screen, CardPage):
                    screen.ask("A line:", "", lambda _: None)
                    screen.draw()
                    assert not small(screen), (screen, size)
                    assert {"keep", "drop"} <= {id for _, _, id in targets(screen)}
                    screen.typing = None
                    screen.draw()
            await app.pop_screen()
            await settle(pilot)


async def test_pages_behind_pages_have_pads_for_fingers_too(home_open: Home) -> None:
    """Every part of a plan, what the week asks, one student, and each page to give away, where there is least room."""
    held = twelve_taps(home_open)
    section = section_id(home_open, ROOM)
    student = visits.students(home_open, section)[0].id
    pages = [("plan_fill", f"{held}/{part}", "") for part in FILLINGS]
    pages += [("week", "", keys) for keys in ("w", "w1", "w11", "m")]
    pages += [("students", student, ""), ("trends", student, ""), ("shared", f"talk:{held}", "")]
    pages += [("shared", f"coverage:{section}", ""), ("shared", f"family:{student}", "")]
    app = ObserveApp(home_open)
    async with app.run_test(size=(66, 21)) as pilot:
        await settle(pilot)
        for page, about, keys in pages:
            await show(app, pilot, messages.ShowPage(page, about))
            await pilot.press(*keys)
            screen = app.screen
            assert isinstance(screen, CardPage)
            assert screen is not app.screen_stack[1], (page, about)
            for size in ((80, 24), (66, 21)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
                assert targets(screen), (page, about, keys)
                assert not small(screen), (page, about, keys)
                assert not dead(screen, columns=False), (page, about, keys)
            await app.pop_screen()


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_line_that_is_lower_than_a_finger_is_only_chosen_and_pads_do_it(
    home_open: Home, size: tuple[int, int]
) -> None:
    held = twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        for message in (messages.ShowWrapUp(held), messages.ShowCorrect(held), messages.ShowDay()):
            await show(app, pilot, message)
            screen = app.screen
            assert isinstance(screen, CardPage)
            assert screen.sheet.acts
            body = screen.boards["body"]
            assert isinstance(body, CardBoard)
            before, pads = len([*home_open.journal.every()]), [one for one in targets(screen) if one[0] != "body"]
            for _ in range(12):
                lines = [(region, act) for region, act in body.targets if not act.startswith("edge:")]
                for region, act in lines:
                    assert body.at is not None
                    down = mouse(MouseDown, body.at.x + region.x, body.at.y + region.y)
                    assert isinstance(down, MouseDown)
                    screen.on_mouse_down(down)
                    assert screen.cursor == act
                    assert screen.typing is None
                    assert app.screen is screen
                screen.press("scroll_down")
            assert len([*home_open.journal.every()]) == before
            assert [one for one in targets(screen) if one[0] != "body"] == pads  # no pad moved either
            # By pads of full size alone: to every line, and done.
            screen.first, screen.cursor = 0, ""
            screen.draw()
            reached = set()
            for _ in range(len(screen.sheet.acts) + len(screen.sheet.rows)):
                touch(screen, "line_down")
                reached.add(screen.cursor)
            assert reached - {""} == {act for act, _, _ in screen.sheet.acts}
            done: list[str] = []
            screen.touch = done.append
            touch(screen, "choose")
            assert done == [screen.cursor]
            if len(app.screen_stack) > 2:
                await app.pop_screen()
            await settle(pilot)


# -- nothing moves ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_four_hundred_taps_and_every_kind_of_event_move_nothing(
    home_open: Home, visit: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ahead = home_open.clock.now, [0]
    monkeypatch.setattr(home_open.clock, "now", lambda: real() + ahead[0])
    chance = random.Random(f"{size}")
    other = sqlite3.connect(home_open.path / "observe.db", isolation_level=None)
    async with app_on(home_open, size) as (pilot, screen):
        c = screen.controller
        first = f"student.{c.view.seats[0].student.id}"

        def places() -> dict[str, object]:
            boards: dict[str, object] = {name: board.at for name, board in screen.boards.items()}
            return boards | {f"{board} {face}": cells for (board, face), cells in screen.scene.layout.faces.items()}

        def resting() -> dict[str, Region]:
            calm(screen)
            return {id: where for _, where, id in targets(screen)}

        places_before, resting_before = places(), resting()

        def taps(n: int) -> None:
            while n:
                x, y = chance.randrange(size[0]), chance.randrange(size[1])
                cell = screen.cell_at(x, y)
                if cell is not None and cell.id in ELSEWHERE:
                    continue
                down = mouse(MouseDown, x, y)
                assert isinstance(down, MouseDown)
                screen.on_mouse_down(down)
                n -= 1
                assert places() == places_before, cell

        def type_(*strokes: str) -> None:
            for stroke in strokes:
                screen.on_key(key(stroke))

        def absence() -> None:
            calm(screen)
            for id in ("away", first, "strip"):
                screen.press(id, touch=True)
            assert not c.view.seats[0].here

        def error_line() -> None:
            calm(screen)
            screen.press("code.spark.insight", touch=True)
            assert c.session.message

        def not_saved() -> None:
            other.execute("BEGIN IMMEDIATE")
            type_("4", "3")
            assert c.saver.waiting
            screen.tick()
            assert places() == places_before
            other.execute("ROLLBACK")
            screen.tick()
            assert not c.saver.waiting

        def doors() -> None:
            for _, face in dict.fromkeys(screen.scene.layout.faces):
                for _ in range(2):
                    screen.press(f"open.{face}", touch=True)
                    assert places() == places_before

        def somebody_else() -> None:
            Recorder(home_open, visit).observe("engagement", "deep", student=first.removeprefix("student."))
            screen.tick()

        def jump(minutes: int) -> None:
            ahead[0] += minutes * MINUTE
            screen.tick()

        def stale() -> None:
            calm(screen)
            screen.press(first)
            type_("4")
            jump(3)
            assert screen.scene.stale_minutes

        events = [
            lambda: type_(","), lambda: type_(",", "4", "."), lambda: type_(","), absence, error_line, not_saved,
            doors, somebody_else, lambda: jump(180), lambda: jump(-60), lambda: type_("u", "u", "y"),
            lambda: type_("i", "x", "y"), lambda: type_("escape"), stale, lambda: screen.press("pause"),
            lambda: screen.press("pause"), lambda: screen.hide_names(True), lambda: screen.hide_names(False),
        ]  # fmt: skip
        for event in events:
            event()
            assert places() == places_before
            taps(400 // len(events) + 1)
        for there in ((100, 32), (40, 10), size):
            await pilot.resize_terminal(*there)
            await pilot.pause()
        assert places() == places_before
        screen.controller.session.page = 0
        assert resting() == resting_before
        await pilot.pause()
        # What Textual itself has put on the glass is where the layout says.
        assert all(board.region == board.at for board in screen.boards.values() if board.display)
    other.close()


# -- fingers ------------------------------------------------------------------------------------------


async def test_twenty_taps_within_moments_are_twenty_and_a_second_one_on_a_pad_counts(
    home_open: Home, visit: str
) -> None:
    async with app_on(home_open) as (pilot, screen):
        for i in range(20):
            x, y = next((w.x + i % w.width, w.bottom - 1) for _, w, id in targets(screen) if id.endswith("ent.deep"))
            screen.app.post_message(mouse(MouseDown, x, y))
            screen.app.post_message(mouse(MouseUp, x, y))
        await settle(pilot)
        assert [o.code for o in screen.controller.log.observations] == ["deep"] * 20


async def test_a_finger_that_slips_has_tapped_where_it_went_down(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (pilot, screen):
        where = {id: region for _, region, id in targets(screen)}
        for first, other in (("deep", "active"), ("active", "passive")):
            a, b = where[f"code.engagement.{first}"], where[f"code.engagement.{other}"]
            screen.app.post_message(mouse(MouseDown, a.x + 2, a.bottom - 1))
            for y in range(a.bottom, b.y + 2):
                screen.app.post_message(MouseMove(None, a.x + 2, y, 0, 1, 1, False, False, False, a.x + 2, y))
            screen.app.post_message(mouse(MouseUp, b.x + 2, b.y + 1))
        await settle(pilot)
        assert [o.code for o in screen.controller.log.observations] == ["deep", "active"]
