"""What stands on the glass is whole and plain: nothing is offered that is not there, no word cut to another one."""

from __future__ import annotations

import pytest

from observe.app import ObserveApp
from observe.domain.cards import Span
from observe.services import classroom, promises, visits
from observe.services.home import Home
from observe.services.record import Recorder
from observe.services.sharing.team import FOLDER
from observe.ui.base import BoardScreen
from observe.ui.cards import flow
from observe.ui.live.screen import LiveScreen
from observe.ui.messages import ShowHelp
from observe.ui.pads import Pad, Panel
from observe.ui.screens.roster import RosterScreen
from observe.ui.screens.sharing import SharingScreen
from observe.ui.screens.welcome import WelcomeScreen

from .school import HARD, ids, section_id
from .test_today import SIZES, glass, said, settle, tap

ROOM = "Gr 4 Rm 12"


def pads_of(app: ObserveApp, board: str) -> dict[str, Pad]:
    assert isinstance(app.screen, BoardScreen)
    return {cell.id: cell for _, cell in app.screen.boards[board].cells if isinstance(cell, Pad)}


async def test_another_class_is_offered_where_there_is_another_one(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert "Another class" not in glass(app)
        assert "5 min ago" not in glass(app)
    classroom.type_in(home_open, "Gr 2 Rm 5", "Bo Lind")
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        assert "Another class" in glass(app)
        assert "5 min ago" in glass(app)


@pytest.mark.parametrize("size", [(80, 25), (80, 26), (80, 27), (60, 40)], ids=str)
async def test_no_heading_stands_over_nothing(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    visits.end_visit(home_open, visit)
    for n in range(4):
        classroom.type_in(home_open, f"Gr {n} Rm 5", "Bo Lind")
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for page in ("today", "settings"):
            if page == "settings":
                await pilot.press("o")
                await settle(pilot)
            for _ in range(6):  # page by page to the end: the lowest thing on the glass is what a heading is over
                assert isinstance(app.screen, BoardScreen)
                _, last = app.screen.boards["body"].cells[-1]
                heads = isinstance(last, Panel) and last.ground == "bg" and last.rows[0].ink == "deep"
                assert not heads, last
                await pilot.press("pagedown")
                await settle(pilot)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_promise_on_today_says_whose_it_is(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    promises.make(home_open, section_id(home_open, ROOM), "me", "pre-test the next unit with you on Monday")
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for _ in range(4):
            if "pre-test" in glass(app):
                break
            await pilot.press("pagedown")
            await settle(pilot)
        assert "you promised" in said(app) or "by you" in said(app)


async def test_one_class_more_is_not_the_first(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert isinstance(app.screen, WelcomeScreen)
        assert "which one next?" in glass(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_is_known_of_a_student_begins_where_the_name_does(home_open: Home, size: tuple[int, int]) -> None:
    classroom.type_in(home_open, ROOM, "; ".join(f"{name} *" for name in HARD))
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert isinstance(app.screen, RosterScreen)
        for _ in range(4):
            body = app.screen.boards["body"]
            for place, cell in body.cells:
                if isinstance(cell, Pad) and cell.subs:
                    assert len(f" {cell.key} {cell.subs[0]}") < place.width, cell
            await pilot.press("pagedown")
            await settle(pilot)


async def test_who_left_is_not_said_to_move(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        await pilot.press("B")
        await settle(pilot)
        assert "Left class" in glass(app)
        await pilot.press("m")
        await settle(pilot)
        assert "or Move" in glass(app)
        await pilot.press("g")
        await settle(pilot)
        assert "Came back" in glass(app)
        assert "Tap another student." in glass(app)
        assert "Move" not in glass(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_settings_say_what_a_tap_does(home_open: Home, size: tuple[int, int]) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert "Settings" in glass(app) or "Setup" in glass(app) or "More" in glass(app)
        tap(app, "settings") if "settings" in pads_of(app, "foot") else await pilot.press("o")
        await settle(pilot)
        assert "A tap changes it. Your own keys: keys.toml beside the log." in glass(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_no_label_in_the_help_is_cut(home_open: Home, visit: str, size: tuple[int, int]) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        app.post_message(ShowHelp())
        await settle(pilot)
        seen = ""
        for _ in range(20):
            seen += glass(app)
            await pilot.press("pagedown")
            await settle(pilot)
        assert "Teacher's questions" in seen
        assert "…" not in seen


async def test_a_window_that_is_too_small_says_whole_words(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        for size in ((59, 20), (50, 18), (40, 10), (30, 8)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert isinstance(app.screen, LiveScreen)
            assert "keys still log" in glass(app)
            assert "…" not in glass(app)


async def test_beside_the_tiles_it_is_said_that_nobody_is_left_to_see(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(160, 45)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "nobody" not in glass(app)
        for student in ids(home_open, ROOM).values():
            Recorder(home_open, visit).observe("engagement", "active", student=student)
        await pilot.press("escape")
        await settle(pilot)
        app.screen.tick() if isinstance(app.screen, LiveScreen) else None
        await pilot.press("escape", "0")
        await settle(pilot)
        lines = glass(app).split("\n")
        at = next(i for i, text in enumerate(lines) if "NOT YET SEEN" in text)
        assert "nobody" in lines[at + 1]


async def test_leaving_the_team_is_not_leaving_the_app_and_a_folder_is_named_whole(home_open: Home) -> None:
    where = "/media/stick/School 2026/Push-in 2026"
    home_open.set_setting(FOLDER, where)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert isinstance(app.screen, SharingScreen)
        assert "Leave team" in glass(app)
        assert "Device name" in glass(app)
        assert "…" not in glass(app)


def test_a_path_is_broken_where_it_has_a_stroke_and_not_cut() -> None:
    paths = ("/home/marta/Nextcloud/School/observe-team", r"C:\Users\marta\OneDrive\observe", "/media/Push-in 2026")
    for path in paths:
        rows = flow((Span("Folder  "), Span(path)), 30)
        text = "".join(piece.text for row in rows for piece in row)
        assert text.replace(" ", "") == f"Folder{path}".replace(" ", "")
