"""An empty home leads by the hand to a first class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.services import settings, visits
from observe.services.home import Home
from observe.ui.live.screen import LiveScreen
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.welcome import WelcomeScreen
from observe.ui.writing import complete

from .school import school
from .test_today import SIZES, glass, settle, tap


@pytest.fixture
def empty(home: Path) -> Iterator[Home]:
    opened = school(home, {})
    yield opened
    opened.close()


async def write(pilot: Pilot[int], text: str) -> None:
    keys = {" ": "space", "*": "asterisk", ".": "full_stop", "/": "slash", "-": "minus", "_": "underscore"}
    await pilot.press(*(keys.get(c, c) for c in text), "enter")
    await settle(pilot)


async def test_her_name_is_asked_first_and_a_class_is_typed_in(empty: Home) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Your name" in glass(app)
        await write(pilot, "Marta Ruiz")
        assert settings.get(empty, "observer") == "Marta Ruiz"
        tap(app, "type")
        await settle(pilot)
        for line in ("Gr 4 Rm 12", "Ms Okafor", "Amara *", "Bo Lind"):
            await write(pilot, line)
        assert "Amara *; Bo Lind" in glass(app)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        (section,) = visits.sections(empty)
        assert (section.name, section.teacher) == ("Gr 4 Rm 12", "Ms Okafor")
        assert [(s.name, s.identified) for s in visits.students(empty)] == [("Amara", True), ("Bo Lind", None)]
        await pilot.press("enter", "3")  # the only class is chosen already: two keys and she is in
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        assert visits.open_visits(empty)[0].observer == "Marta Ruiz"


async def test_names_typed_are_not_lost_by_esc(empty: Home) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "2")
        for line in ("Gr 4", "", "Amara"):
            await write(pilot, line)
        await pilot.press("escape")
        await settle(pilot)
        assert "go on, or take these names in" in glass(app)  # the pad that begins a class is where this one goes on
        await pilot.press("2")
        await settle(pilot)
        assert "Student 2" in glass(app)
        await write(pilot, "Bo; Cy")
        await pilot.press("enter")
        await settle(pilot)
        assert [s.name for s in visits.students(empty)] == ["Amara", "Bo", "Cy"]


async def test_seats_in_between_leave_a_class_that_is_half_typed_in_as_it_is(empty: Home) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "2")
        for line in ("Gr 4", "Ms Okafor", "Amara"):
            await write(pilot, line)
        await pilot.press("escape", "3")
        for line in ("Gr 5", ""):
            await write(pilot, line)
        assert "Gr 4: 1 name so far" in glass(app)
        await pilot.press("2", "enter")
        await settle(pilot)
        sections = {s.id: s for s in visits.sections(empty)}
        found = [(sections[s.section].name, sections[s.section].teacher, s.name) for s in visits.students(empty)]
        assert [one for one in found if one[0] == "Gr 4"] == [("Gr 4", "Ms Okafor", "Amara")]
        assert len([one for one in found if one[0] == "Gr 5"]) == 25


async def test_seats_alone_are_a_class(empty: Home) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=(60, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "3")
        await write(pilot, "Gr 2")
        await pilot.press("backspace", "backspace")
        await write(pilot, "99")
        assert "99 seats cannot be" in glass(app)  # and the line is still there to be put right
        await pilot.press("backspace", "backspace")
        await write(pilot, "12")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert len(visits.students(empty)) == 12


async def test_a_file_is_imported_and_what_is_wrong_with_it_is_said(
    empty: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "class list.csv"
    file.write_text("Name,Section\nAmara Okeke,Gr 4\n,Gr 4\n", encoding="utf-8")
    app = ObserveApp(empty)
    async with app.run_test(size=(100, 32)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "1")
        await write(pilot, f"{'far/' * 40}nothing.csv")
        assert "nothing.csv is not there" in glass(app)
        for never in ("x" * 300, "~nobody/x"):  # names that no file can have
            await pilot.press("escape", "1")
            app.screen.post_message(Paste(never))
            await settle(pilot)
            await pilot.press("enter")
            await settle(pilot)
            assert "is not there" in " ".join(glass(app).split())
        await pilot.press("escape", "1")
        await pilot.press(*"class", "tab")
        await settle(pilot)
        assert "class list.csv" in glass(app)
        await pilot.press("enter")
        await settle(pilot)
        assert "Nothing was imported" in glass(app)
        assert "line 3" in glass(app)
        assert visits.students(empty) == ()
        tap(app, "partial")
        await settle(pilot)
        assert "1 classes added" not in glass(app)
        assert "1 class added, 1 student added" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
        assert "1 student " in glass(app)
        assert [s.name for s in visits.students(empty)] == ["Amara Okeke"]


async def test_the_demo_is_opened_next_and_the_home_stays_empty(empty: Home) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "4")
        await settle(pilot)
    assert app.return_value == 0
    assert app.to_demo
    assert visits.sections(empty) == ()


async def test_a_visit_without_a_class_works(empty: Home) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "escape")
        assert "there is no class yet" in glass(app)
        await pilot.press("0")
        await settle(pilot)
        assert isinstance(app.screen, LiveScreen)
        await pilot.press("3")
        assert [o.code for o in app.screen.controller.log.observations] == ["active"]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_way_is_a_pad_on_the_glass(empty: Home, size: tuple[int, int]) -> None:
    app = ObserveApp(empty)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, WelcomeScreen)
        cells = [(r, c) for board in app.screen.boards.values() for r, c in board.cells if c.id]
        assert {"import", "type", "seats", "demo", "no_class", "observer", "quit"} <= {c.id for _, c in cells}
        assert all(r.width >= 5 and r.height >= 3 for r, _ in cells)


def test_tab_completes_as_far_as_names_agree(tmp_path: Path) -> None:
    (tmp_path / "rosters").mkdir()
    for name in ("rosters/fall-a.csv", "rosters/fall-b.csv"):
        (tmp_path / name).write_text("")
    assert complete(f"{tmp_path}/ro") == f"{tmp_path}/rosters/"
    assert complete(f"{tmp_path}/rosters/") == f"{tmp_path}/rosters/fall-"
    assert complete(f"{tmp_path}/rosters/fall-b") == f"{tmp_path}/rosters/fall-b.csv"
    assert complete(f"{tmp_path}/no/such") == f"{tmp_path}/no/such"
