"""Research: a practice set by finger alone and by keys alone, for one person and for two, and nothing of it is kept."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from observe.app import ObserveApp
from observe.domain.cards import page_text
from observe.services import practice
from observe.services.home import Home
from observe.ui.base import BoardScreen
from observe.ui.messages import ShowPage
from observe.ui.screens.glossary import GlossaryScreen
from observe.ui.screens.practice import PracticeResultsScreen, PracticeScreen
from observe.ui.screens.research import ResearchScreen
from observe.ui.screens.today import TodayScreen

from ..domain.test_practice_set import MINE
from ..snapshots.stage import settle
from .finger import SIZES, key, targets, touch
from .test_today import glass

SPARKS = """\
[set]
id = "sparks"
title = "Sparks"
[[vignette]]
text = "Ada writes the rule."
[[vignette.item]]
about = "Ada"
channel = "spark"
code = "insight"
reason = "She sees it at once."
"""


@asynccontextmanager
async def opened(
    home: Home, size: tuple[int, int], page: str = "research", about: str = ""
) -> AsyncIterator[ObserveApp]:
    app = ObserveApp(home)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.post_message(ShowPage(page, about))
        await settle(app)
        yield app


def keys(app: ObserveApp, *strokes: str) -> None:
    """Keys one after the other, on the screen that is there."""
    screen = app.screen
    assert isinstance(screen, BoardScreen)
    for stroke in strokes:
        screen.on_key(key("space" if stroke == " " else stroke))


def log(home: Home) -> list[str]:
    """Everything in the database, so that a word of an answer would show."""
    conn = sqlite3.connect(home.path / "observe.db")
    try:
        return list(conn.iterdump())
    finally:
        conn.close()


async def test_alone_by_finger_from_today_to_a_written_page(home_open: Home, tmp_path: Path) -> None:
    before = log(home_open)
    app = ObserveApp(home_open)
    async with app.run_test(size=(100, 32)) as pilot:
        await pilot.pause()
        keys(app, "h")
        await settle(app)
        assert isinstance(app.screen, ResearchScreen)
        touch(app.screen, "set.0")
        await settle(app)
        screen = app.screen
        assert isinstance(screen, PracticeScreen)
        assert "Dario" in glass(app)
        for code in ("waiting", "passive", "off", "deep", "off", "passive"):
            assert screen.item is not None
            touch(screen, f"code.{code}")  # one tap each
        await settle(app)
        assert "5 2 1 4 1 2" in glass(app)
        assert "She follows every line" not in glass(app)  # nobody has seen a reason yet
        touch(screen, "results")
        await settle(app)
        results = app.screen
        assert isinstance(results, PracticeResultsScreen)
        text = " ".join(glass(app).replace("│", " ").split())
        assert "5 of 6, 83 %" in text
        assert "Most mixed up: Off task and Active, once (scene 3)." in text
        assert "Does what was shown" in text
        touch(results, "write")
        await settle(app)
        assert "practice-engagement.html" in glass(app)
        keys(app, *["backspace"] * 200)
        keys(app, *str(tmp_path / "out.html"), "enter")
        await settle(app)
        assert "written" in glass(app)
        assert "5 of 6, 83 %" in (tmp_path / "out.html").read_text(encoding="utf-8")
        for where in (PracticeScreen, ResearchScreen, TodayScreen):
            keys(app, "escape")
            await settle(app)
            assert isinstance(app.screen, where)
    assert log(home_open) == before


async def test_two_people_by_keys_one_after_the_other(home_open: Home) -> None:
    async with opened(home_open, (80, 24), "practice", "together") as app:
        screen = app.screen
        assert isinstance(screen, PracticeScreen)
        assert "Questions" not in glass(app)
        for scene in ("48j", "36f", "57g", "19h", "28k", "46l"):
            keys(app, *scene)
        await settle(app)
        assert screen.people[0].answers == practice.reference(screen.set).answers
        keys(app, "/")
        await settle(app)
        assert "Colleague" in glass(app)
        keys(app, *"48j", "u", "u", "8", "k", *"36f", ".", *"7g", *"19h", *"28k", *"46l")
        await settle(app)
        assert screen.item is None
        keys(app, "=")
        await settle(app)
        results = app.screen
        assert isinstance(results, PracticeResultsScreen)
        text = page_text(results.whole)
        assert "You and Colleague" in text
        assert "You and the reference" in text
        assert "Colleague: passed over" in text
        assert "5 of 5, 100 %" in text  # engagement, but for the one that was passed over
        assert "Most mixed up: Analyze and Evaluate, once (scene 1)." in text


async def test_a_colleagues_line_is_typed_and_a_wrong_one_is_said(home_open: Home) -> None:
    async with opened(home_open, (80, 24), "practice", "engagement") as app:
        screen = app.screen
        assert isinstance(screen, PracticeScreen)
        keys(app, *"523412", "i")
        keys(app, *"5 2 3", "enter")
        await settle(app)
        assert "this set asks for 6" in glass(app)
        assert screen.typing is not None  # what was typed is still there
        keys(app, *" 4 1 1", "enter")
        await settle(app)
        assert [person.answers[-1] for person in screen.people] == ["passive", "off"]
        assert "5 2 3 4 1 1" in glass(app)
        keys(app, "u")
        assert screen.item is not None
        keys(app, *["u"] * 6)
        assert screen.given == [[*practice.reference(screen.set).answers]]  # nobody else, after all


async def test_keys_of_something_else_do_nothing(home_open: Home) -> None:
    async with opened(home_open, (80, 24), "practice", "engagement") as app:
        screen = app.screen
        assert isinstance(screen, PracticeScreen)
        keys(app, "u", "=", "/", "i", "9", "f", "z")
        assert screen.given == [[]]
        assert screen.typing is None
        screen.press("code.deep")
        screen.press("results")
        assert screen.given == [["deep"]]
        assert app.screen is screen


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_code_is_on_the_glass_and_keeps_its_place(home_open: Home, size: tuple[int, int]) -> None:
    async with opened(home_open, size, "practice", "together") as app:
        screen = app.screen
        assert isinstance(screen, PracticeScreen)
        places: dict[str, object] = {}
        for _ in range(9):  # three scenes, of all lengths
            assert screen.item is not None
            there = {id: where for _, where, id in targets(screen)}
            assert not [id for id, where in there.items() if where.width < 5 or where.height < 3]
            channel = screen.set.channel(screen.item)
            for key in channel.keys:
                at = there[f"code.{key}"]
                assert places.setdefault(f"{channel.name} {key}", at) == at
            for code in channel.codes:
                assert any(label in glass(app) for label in (code.label, *code.short)), code.label
            text = glass(app)
            assert screen.item.about in text
            vignette = next(v for v in screen.set.vignettes if screen.item in v.items)
            assert " ".join(vignette.text.split()) in " ".join(text.split())
            screen.press("code." + screen.item.code)
            await settle(app)


@pytest.mark.parametrize("size", [(80, 24), (60, 40)], ids=str)
async def test_the_cursor_answers_too(home_open: Home, size: tuple[int, int]) -> None:
    async with opened(home_open, size, "practice", "questions") as app:
        screen = app.screen
        assert isinstance(screen, PracticeScreen)
        for _ in range(6):
            keys(app, "down", "right", "enter")
        await settle(app)
        assert screen.people[0].answers == ("understand",) * 6


async def test_sets_of_ones_own_stand_beside_the_others(home_open: Home) -> None:
    folder = home_open.path / practice.FOLDER
    folder.mkdir()
    (folder / "mine.toml").write_text(MINE.replace('"active"', '"actve"'), encoding="utf-8")
    (folder / "sparks.toml").write_text(SPARKS, encoding="utf-8")
    async with opened(home_open, (100, 32)) as app:
        screen = app.screen
        assert isinstance(screen, ResearchScreen)
        touch(screen, "set.4")
        await settle(app)
        assert app.screen is screen
        assert 'mine.toml is not taken, line 13: vignette 1, item 1: code "actve" is unknown' in " ".join(
            glass(app).replace("!", " ").split()
        )
        touch(screen, "set.5")
        await settle(app)
        asked = app.screen
        assert isinstance(asked, PracticeScreen)
        keys(app, "3")  # keys of two strokes are none here: digits stand for them
        assert asked.people[0].answers == ("connect",)
        keys(app, "escape")
        await settle(app)
        (folder / "mine.toml").write_text(MINE, encoding="utf-8")
        assert app.screen is screen
        screen.on_screen_resume()
        touch(screen, "set.4")
        await settle(app)
        assert isinstance(app.screen, PracticeScreen)


async def test_the_glossary_is_read_and_written(home_open: Home, tmp_path: Path) -> None:
    async with opened(home_open, (80, 24)) as app:
        assert isinstance(app.screen, ResearchScreen)
        app.screen.press("glossary.push_in")
        await settle(app)
        assert isinstance(app.screen, GlossaryScreen)
        assert "What our words mean" in glass(app)
        keys(app, "w")
        keys(app, *["backspace"] * 200)
        keys(app, *str(tmp_path / "words.html"), "enter")
        await settle(app)
        assert "Sounds like" in (tmp_path / "words.html").read_text(encoding="utf-8")
