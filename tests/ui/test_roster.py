"""The roster on the glass: every change by finger and by keys, and nothing moves but who was moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.model import Student
from observe.services import classroom, visits
from observe.services.home import Home
from observe.ui.screens.roster import RosterScreen
from observe.ui.screens.today import TodayScreen

from .school import CLASS, HARD, ids, school, section_id
from .test_today import SIZES, glass, settle, tap

ROOM = "Gr 4 Rm 12"


async def opened(app: ObserveApp, pilot: Pilot[int]) -> RosterScreen:
    await settle(pilot)
    await pilot.press("r")
    await settle(pilot)
    assert isinstance(app.screen, RosterScreen)
    return app.screen


def people(home: Home) -> dict[str, Student]:
    return {s.name: s for s in visits.students(home, section_id(home, ROOM))}


@pytest.fixture
def hard(home: Path) -> Iterator[Home]:
    found = school(home, {ROOM: (*HARD, *CLASS[:14])})
    yield found
    found.close()


async def test_tap_tap_moves_a_student_and_the_other_takes_the_seat_left(home_open: Home) -> None:
    app = ObserveApp(home_open)
    who = ids(home_open, ROOM)
    async with app.run_test(size=(100, 32)) as pilot:
        await opened(app, pilot)
        tap(app, f"student.{who['Amara Okeke']}")
        tap(app, f"student.{who['Chloe Park']}")
        await settle(pilot)
        assert "Amara sits at seat 5, Chloe at seat 1" in glass(app)
        tap(app, f"student.{who['Chloe Park']}")
        tap(app, "seat.28")  # an empty one
        await settle(pilot)
        found = people(home_open)
        assert (found["Amara Okeke"].seat, found["Chloe Park"].seat) == (5, 28)
        assert found["Amara Okeke"].letter == "A"


async def test_what_else_is_done_with_a_student_moves_nobody(home_open: Home) -> None:
    app = ObserveApp(home_open)
    who = ids(home_open, ROOM)
    before = {name: s.seat for name, s in people(home_open).items()}
    async with app.run_test(size=(100, 32)) as pilot:
        await opened(app, pilot)
        tap(app, f"student.{who['Amara Okeke']}")
        await settle(pilot)
        tap(app, "identified")
        tap(app, f"student.{who['Chloe Park']}")
        tap(app, f"student.{who['Chloe Park']}")  # tapped twice: nobody is chosen
        await settle(pilot)
        assert "Tap a student to choose" in glass(app)
    found = people(home_open)
    assert {name: s.seat for name, s in found.items()} == before
    assert found["Amara Okeke"].identified


async def test_by_keys_alone(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("down", "right", "enter", "i", "i", "e")  # the second student
        await pilot.press(*["backspace"] * 20, *"Aidan M", "enter")
        assert people(home_open)["Aidan M"].identified is False
        await pilot.press("l", "k", "enter")
        await settle(pilot)
        assert "K was taken: Kofi has" in glass(app)
        assert people(home_open)["Aidan M"].letter == "K"
        await pilot.press("m", "right", "enter")  # onto the seat beside
        found = people(home_open)
        assert (found["Aidan M"].seat, found["Beatriz Lima"].seat) == (3, 2)
        await pilot.press("K", "g")
        assert not people(home_open)["Aidan M"].active
        await settle(pilot)
        await pilot.press("g")
        assert people(home_open)["Aidan M"].active
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_a_name_too_long_or_a_letter_that_is_none_is_said_at_once(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(60, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("A", "e", *"x" * 61, "enter")
        await settle(pilot)
        assert "the name is too long" in glass(app)
        assert "Amara Okeke" in people(home_open)
        await pilot.press("escape", "l", "7", "enter")
        await settle(pilot)
        assert "letter '7' cannot be" in glass(app)
        await pilot.press("escape", "e", *["backspace"] * 20, *"Chloe Park", "enter")
        await settle(pilot)
        assert "two students are called Chloe Park now" in glass(app)


async def test_new_names_are_typed_on(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("n", *"Lou; Ida", "asterisk", "enter")
        await settle(pilot)
        assert "2 names added" in glass(app)
        found = people(home_open)
        assert (found["Lou"].seat, found["Ida"].seat, found["Ida"].identified) == (26, 27, True)


async def test_who_is_here_can_be_said_while_a_visit_is_open(home_open: Home, visit: str) -> None:
    app = ObserveApp(home_open)
    amara = ids(home_open, ROOM)["Amara Okeke"]
    async with app.run_test(size=(100, 32)) as pilot:
        await opened(app, pilot)
        await pilot.press("A")
        tap(app, "absent")
        await settle(pilot)
        assert amara not in visits.visit_log(home_open, visit).present()
        assert "away today" in glass(app)
        tap(app, "absent")
        await settle(pilot)
        assert amara in visits.visit_log(home_open, visit).present()


async def test_names_are_hidden_here_too(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("A", "p")
        await settle(pilot)
        assert "Amara" not in glass(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_student_is_a_pad_that_shows_who_it_is(hard: Home, size: tuple[int, int]) -> None:
    app = ObserveApp(hard)
    async with app.run_test(size=size) as pilot:
        screen = await opened(app, pilot)
        seen: dict[str, str] = {}
        for _ in range(8):
            for region, cell in screen.boards["body"].cells:
                if cell.id.startswith("student."):
                    assert region.width >= 5
                    assert region.height >= 3
                    seen[cell.id] = cell.labels[0]
            await pilot.press("pagedown")
            await settle(pilot)
        assert len(seen) == len(HARD) + 14
        assert len(set(seen.values())) == len(seen)  # no two look alike
        assert {"[b]x", "[/x]", "محمد العلي", "שרה כהן"} <= set(seen.values())
        await pilot.press(*["pageup"] * 8)
        await settle(pilot)
        tap(app, f"student.{ids(hard, ROOM)[HARD[0]]}")
        await settle(pilot)
        assert HARD[0] in glass(app)


async def test_choosing_moves_no_seat(home_open: Home) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(60, 40)) as pilot:
        screen = await opened(app, pilot)
        before = [(r, c.id) for r, c in screen.boards["body"].cells if c.id]
        for letter in "AMBZ":
            await pilot.press(letter, "i")
            await settle(pilot)
            assert [(r, c.id) for r, c in screen.boards["body"].cells if c.id] == before


def test_who_comes_back_gets_a_seat_and_a_letter_of_their_own(home_open: Home) -> None:
    section = section_id(home_open, ROOM)
    amara = ids(home_open, ROOM)["Amara Okeke"]
    classroom.set_active(home_open, section, amara, False)
    zoe = ids(home_open, ROOM)["Zoe Kim"]
    classroom.take_seat(home_open, section, zoe, 1)
    classroom.take_letter(home_open, section, zoe, "A")
    classroom.set_active(home_open, section, amara, True)
    found = people(home_open)
    assert found["Zoe Kim"].seat == 1
    active = [s for s in found.values() if s.active]
    assert len({s.seat for s in active}) == len(active)
    assert len({s.letter for s in active}) == len(active)


async def test_two_letters_choose_a_student_of_a_large_class(home: Path) -> None:
    names = tuple(
        f"{first} {last}"
        for first in ("Ana", "Bo", "Cy", "Di")
        for last in ("Ames", "Berg", "Cole", "Dorn", "Ek", "Falk", "Groh")
    )
    opened_home = school(home, {"Gr 4 Rm 12": names})
    app = ObserveApp(opened_home)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        screen = app.screen
        assert isinstance(screen, RosterScreen)
        one = next(s for s in screen.students.values() if len(s.letter) == 2)
        await pilot.press("slash", one.letter[0].lower())
        assert f"letters: {one.letter[0]}_" in glass(app)
        await pilot.press(one.letter[1].lower())
        assert screen.picked == one.id
        await pilot.press("escape", *one.letter)  # with Shift, too
        assert screen.picked == one.id
        await pilot.press("escape", "slash", "q", "q")
        assert screen.picked == ""
        await pilot.press("slash", "escape")  # esc drops it: letters are commands again
        await settle(pilot)
        assert screen.spelled is None
    opened_home.close()
