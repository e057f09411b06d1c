"""Trends on the glass: from Today and back, by finger and by keys, at every size, with names hidden, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.services import flags, visits
from observe.services.home import Home
from observe.ui import messages
from observe.ui.screens.today import TodayScreen
from observe.ui.screens.trends import TrendsScreen

from .school import CLASS, HARD, ids, school, section_id
from .term import term
from .test_wrapup import SIZES, cards, glass, settle, show, tap

ROOM = "Gr 4 Rm 12"


@pytest.fixture
def made(home_open: Home) -> list[str]:
    return term(home_open, section_id(home_open, ROOM))


async def open_trends(app: ObserveApp, pilot, about: str = "") -> TrendsScreen:
    await show(app, pilot, messages.ShowPage("trends", about))
    screen = app.screen
    assert isinstance(screen, TrendsScreen)
    return screen


async def test_from_today_through_class_and_span_to_a_student_and_back_by_keys(
    home_open: Home, made: list[str]
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("m")
        await settle(pilot)
        assert "Trends - all classes" in glass(app)
        await pilot.press("c")
        assert f"Trends - {ROOM}" in glass(app)
        assert "4 weeks" in glass(app)
        assert "looks" in glass(app)
        await pilot.press("w")
        assert "12 weeks" in glass(app)
        assert "7 visits" in glass(app)
        await pilot.press("k", "down", "down", "enter")
        assert "Trends - Aiden" in glass(app)
        await pilot.press("escape")
        assert f"Trends - {ROOM}" in glass(app)
        await pilot.press("c")
        assert "Trends - all classes" in glass(app)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


async def test_the_same_by_finger_alone(home_open: Home, made: list[str]) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(160, 45)) as pilot:
        await open_trends(app, pilot)
        for act in ("section", "weeks", "student"):
            tap(app, act)
            await settle(pilot)
        tap(app, f"student:{ids(home_open, ROOM)['Chloe Park']}")
        await settle(pilot)
        assert "Trends - Chloe" in glass(app)
        tap(app, "back")
        await settle(pilot)
        tap(app, "back")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_at_every_size_nothing_is_cut_and_every_student_can_be_chosen(
    home_open: Home, made: list[str], size: tuple[int, int]
) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=size) as pilot:
        screen = await open_trends(app, pilot, section_id(home_open, ROOM))
        for _ in range(3):
            text = ["".join(piece.text for piece in row) for row in screen.sheet.rows]
            assert all(len(row) <= size[0] for row in text)
            whole = "\n".join(text)
            assert "Thinking" in whole
            assert "…" not in whole
            screen.press("weeks")
        wanted = {f"student:{id}" for id in ids(home_open, ROOM).values()}
        assert wanted == {act for act, _, _ in screen.sheet.acts}
        if size == (60, 40):  # the longest page
            reached = set()
            for _ in range(160):
                screen.press("line_down")
                reached.add(screen.cursor)
            assert wanted <= reached


async def test_names_hidden_stay_hidden_on_every_page_of_it(home_open: Home, made: list[str]) -> None:
    app = ObserveApp(home_open)
    async with app.run_test(size=(160, 45)) as pilot:
        screen = await open_trends(app, pilot, section_id(home_open, ROOM))
        app.post_message(messages.HideNames(True))
        await settle(pilot)
        for step in ((), ("k",), ("down", "enter")):
            await pilot.press(*step)
            await settle(pilot)
            text = "\n".join("".join(p.text for p in row) for row in screen.sheet.rows) + glass(app)
            assert not [name for name in CLASS for part in (name, name.split()[0]) if part in text]
        assert screen.who is not None


async def test_flagged_visits_come_in_and_go_again(home_open: Home, made: list[str]) -> None:
    flags.put(home_open, made[-1], "substitute")
    app = ObserveApp(home_open)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_trends(app, pilot)
        assert "1 visit left out: substitute 1." in glass(app)
        await pilot.press("f")
        assert "1 visit not like others, and counted here" in glass(app)
        await pilot.press("f")
        assert "left out" in glass(app)


async def test_the_page_is_written_where_she_says_and_never_over_a_file(
    home_open: Home, made: list[str], tmp_path: Path
) -> None:
    there = tmp_path / "term.html"
    there.write_text("hers", encoding="utf-8")
    app = ObserveApp(home_open)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_trends(app, pilot)
        written = (("term.html", "is there already"), ("x" * 300, "File name too long"), ("new.html", "written"))
        for name, says in written:
            await pilot.press("e")
            assert screen.typing is not None
            screen.typing.text = str(tmp_path / name)
            await pilot.press("enter")
            assert says in screen.message
            if screen.typing is not None:
                await pilot.press("escape")
    assert there.read_text(encoding="utf-8") == "hers"
    text = (tmp_path / "new.html").read_text(encoding="utf-8")
    assert "<svg" in text
    assert "Thinking" in text


async def test_of_a_visit_its_class_is_shown_and_of_a_student_the_student(home_open: Home, made: list[str]) -> None:
    who = ids(home_open, ROOM)["Zoe Kim"]
    screen = TrendsScreen(home_open, made[0])
    assert (screen.where, screen.who) == (section_id(home_open, ROOM), None)
    assert TrendsScreen(home_open, who).who == who
    assert visits.read(home_open, made[0]).section == screen.where


async def test_hard_names_and_no_visit_at_all(home: Path) -> None:
    opened = school(home, {ROOM: HARD})
    app = ObserveApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_trends(app, pilot, section_id(opened, ROOM))
        assert "No visit was held in this span." in glass(app)
        await pilot.press("k")
        await settle(pilot)
        for name in HARD:
            assert any(name[:20] in "".join(p.text for p in row) for row in cards(app).sheet.rows), name
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert isinstance(app.screen, TodayScreen)
    opened.close()
