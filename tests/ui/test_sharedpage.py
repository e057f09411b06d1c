"""Pages to give away on the glass: the ways there, what is still to be written, the file, and where it went."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from observe.app import ObserveApp
from observe.domain.cards import page_text
from observe.services import family, promises, sent
from observe.services.home import Home
from observe.store import queries
from observe.ui import messages
from observe.ui.screens.sharedpage import SharedPageScreen
from observe.ui.screens.students import StudentsScreen
from observe.ui.screens.week import WeekScreen
from observe.ui.screens.wrapup import WrapUpScreen

from .finger import targets, touch
from .school import ids, section_id
from .test_wrapup import cards, glass, settle, show, twelve_taps

ROOM = "Gr 4 Rm 12"


async def by_finger(app: ObserveApp, pilot: Pilot[int], id: str) -> None:
    """A pad, brought onto the glass by More where it is behind it."""
    for _ in range(6):
        if any(one == id for _, _, one in targets(cards(app))):
            break
        touch(cards(app), "more_pads")
    touch(cards(app), id)
    await settle(pilot)


async def choose(app: ObserveApp, pilot: Pilot[int], act: str) -> None:
    """A line, by the pads that step, and done."""
    for _ in range(40):
        if cards(app).cursor == act:
            break
        touch(cards(app), "line_down")
    assert cards(app).cursor == act
    touch(cards(app), "choose")
    await settle(pilot)


def shared(app: ObserveApp) -> SharedPageScreen:
    assert isinstance(app.screen, SharedPageScreen)
    return app.screen


@pytest.mark.parametrize("size", [(80, 24), (60, 40), (100, 32)], ids=str)
async def test_from_the_wrap_up_two_minutes_are_written_and_go_to_the_teacher(
    home_open: Home, tmp_path: Path, size: tuple[int, int]
) -> None:
    visit = twelve_taps(home_open)
    promises.make(home_open, section_id(home_open, ROOM), "me", "bring tiles for Amara Okeke")
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot, messages.ShowWrapUp(visit))
        await by_finger(app, pilot, "talk")
        screen = shared(app)
        assert "span" not in screen.foot()
        said = page_text(screen.page)
        assert "bring tiles for a student" in said
        assert "Amara" not in said
        await choose(app, pilot, "write:teacher_reading")
        await pilot.press(*"no", "space", *"Amara", "space", *"waited", "enter")
        assert queries.reflection(home_open.conn, visit)["teacher_reading"] == "no Amara waited"
        assert "no a student waited" in page_text(screen.page)
        await by_finger(app, pilot, "write")
        assert screen.typing is not None
        screen.typing.text = str(tmp_path / "talk.html")
        touch(screen, "keep")
        assert "Whom does it go to?" in glass(app) or screen.typing is not None
        await pilot.press(*"Ms", "space", *"Okafor", "enter")
        assert "kept: it goes to Ms Okafor" in glass(app)
        (went,) = sent.every(home_open, "talk", about=visit)
        assert (went.to, went.section) == ("Ms Okafor", section_id(home_open, ROOM))
        assert "Went to (not on the page)" in page_text(screen.page)
        written = (tmp_path / "talk.html").read_text(encoding="utf-8")
        assert "Went to" not in written
        assert "Amara" not in written
        assert "tap to" not in written
        await by_finger(app, pilot, "back")
        assert isinstance(app.screen, WrapUpScreen)


async def test_a_file_that_goes_to_nobody_leaves_nothing_in_the_log(home_open: Home, tmp_path: Path) -> None:
    twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("shared", "coverage"))
        await pilot.press("w")
        screen = shared(app)
        assert screen.typing is not None
        screen.typing.text = str(tmp_path)
        await pilot.press("enter")
        assert "no file" in glass(app)  # a folder; what was typed is still there
        screen.typing.text = str(tmp_path / "seen.html")
        await pilot.press("enter", "enter")
        assert (tmp_path / "seen.html").exists()
        assert sent.every(home_open) == ()
        await pilot.press("w")
        assert screen.typing is not None
        screen.typing.text = str(tmp_path / "seen.html")
        await pilot.press("enter")
        assert "is there already" in glass(app)


async def test_from_one_student_to_the_page_of_the_family_and_the_next_step(home_open: Home) -> None:
    twelve_taps(home_open)
    who = ids(home_open, ROOM)["Amara Okeke"]
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await show(app, pilot, messages.ShowPage("students"))
        screen = cards(app)
        assert isinstance(screen, StudentsScreen)
        await pilot.press("f")
        assert "choose a student first" in glass(app)
        await show(app, pilot, messages.ShowPage("students", who))
        await pilot.press("f")
        await settle(pilot)
        page = shared(app)
        assert "does it always work?" in page_text(page.page)
        await choose(app, pilot, "next_step")
        await pilot.press(*"prove", "space", *"it", "space", *"to", "space", *"Aiden", "enter")
        assert family.next_step(home_open, who) == "prove it to Aiden"
        assert "prove it to another child" in page_text(page.page)
        await pilot.press("p")
        await settle(pilot)
        assert "Amara" not in glass(app)


@pytest.mark.parametrize(("pad", "key"), [("principal", "r"), ("coverage", "o")])
async def test_from_the_week_to_the_head_and_to_coverage_of_other_days(home_open: Home, pad: str, key: str) -> None:
    twelve_taps(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(80, 24)) as pilot:
        await show(app, pilot, messages.ShowPage("week"))
        await pilot.press(key)
        await settle(pilot)
        assert shared(app).kind == pad
        await by_finger(app, pilot, "back")
        assert isinstance(app.screen, WeekScreen)
        for _ in range(6):
            if any(one == pad for _, _, one in targets(app.screen)):
                break
            touch(app.screen, "more_pads")
        touch(app.screen, pad)
        await settle(pilot)
        screen = shared(app)
        now = screen.shared.span
        assert "This month" in glass(app)
        await by_finger(app, pilot, "span")
        assert "Last month" in glass(app)
        assert screen.shared.span.last.day >= 28
        assert screen.shared.span.last < now.first
        await pilot.press("m")
        assert (screen.shared.span.last, (now.last - screen.shared.span.first).days) == (now.last, 90)
        await pilot.press("m")
        assert screen.shared.span == now
        await pilot.press("w")
        assert "worked out" not in glass(app)
        await pilot.press("escape")
        screen.shared.went(home_open, "Dr. Lee")
        screen.fresh()
        await pilot.press("w")
        assert "worked out" not in glass(app)  # the same days say the same
        await pilot.press("escape", "m", "w")
        assert "worked out" not in glass(app)  # nor does another month
        await pilot.press("escape", "m", "w")
        assert "worked out" in " ".join(glass(app).split())  # three months less this one
        await pilot.press("escape", "m")
        assert f"of {now.days}" in page_text(screen.page)
