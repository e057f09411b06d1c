"""Plain characters: for fonts that lack the drawn ones, and for terminals that cannot show them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from observe.app import ObserveApp
from observe.domain.errors import Refused
from observe.services import settings, visits
from observe.services.home import Home
from observe.ui.glyphs import PLAIN, PlainGlyphs
from observe.ui.text import width

from .school import school, section_id
from .test_live_screen import FACES, SIZES, app_on, glass, keys


@pytest.mark.parametrize("size", [*SIZES, (66, 21), (50, 12)], ids=str)
async def test_nothing_but_a_name_is_drawn_in_other_than_ascii(
    home_open: Home, visit: str, size: tuple[int, int]
) -> None:
    settings.put(home_open, "glyphs", "ascii")
    async with app_on(home_open, size) as (pilot, screen):
        await keys(pilot, "A", "4", "comma", "3", "M", "c")
        for face in FACES:
            screen.controller.session.open = face
            screen.draw()
            await pilot.pause()
            assert glass(screen).isascii(), face
        screen.controller.session.close()
        await keys(pilot, "shift+left", "i", *("a long line that does not fit at all " * 2))
        await pilot.pause()
        text = glass(screen)
        assert text.isascii()
        if size[1] > 12:
            assert "~" in text
            assert "=" in text
        await keys(pilot, "escape", "question_mark")
        await pilot.pause()
        assert "".join(strip.text for strip in screen.app.screen._compositor.render_strips()).isascii()


async def test_a_name_is_drawn_as_it_was_typed(tmp_path: Path) -> None:
    home = school(tmp_path / "home", {"Gr 4": ("Noël Núñez", "李小龍", "Mei Lin")})
    settings.put(home, "glyphs", "ascii")
    visits.start_visit(home, section_id(home, "Gr 4"))
    async with app_on(home) as (_, screen):
        text = glass(screen)
        assert "Noël" in text
        assert "李小龍" in text
        for name in ("Noël Núñez", "Noël", "Núñez", "李小龍"):
            text = text.replace(name, "")
        assert text.isascii()
    home.close()


async def test_the_drawn_characters_are_the_usual_ones(home_open: Home, visit: str) -> None:
    async with app_on(home_open) as (_, screen):
        assert "▶" in glass(screen)
        assert "▀" in glass(screen)


class _Latin:
    encoding = "ISO-8859-1"


async def test_a_terminal_that_is_not_utf_8_gets_plain_characters_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = school(tmp_path / "home", {"Gr 4": ("Noël Núñez", "李小龍", "Mei Lin")})
    visits.start_visit(home, section_id(home, "Gr 4"))
    monkeypatch.setattr(sys, "__stderr__", _Latin())
    app = ObserveApp(home)
    monkeypatch.undo()
    async with app.run_test(size=(100, 32)) as pilot:
        await pilot.pause()
        await keys(pilot, "enter")
        await pilot.pause()
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        text = "\n".join(lines)
        text.encode("latin-1")
        assert "Noël" in text
        assert "??????" in text
        assert {width(line) for line in lines} == {100}
    home.close()


def test_every_plain_character_is_as_wide_as_the_drawn_one() -> None:
    for drawn, plain in PLAIN.items():
        assert width(chr(drawn)) == width(plain if isinstance(plain, str) else chr(plain)) == 1


@pytest.mark.parametrize("text", ["李小龍", "👩‍🏫 x", "e\u0301mile", "Ana …", "محمد"])
def test_what_a_terminal_lacks_takes_the_room_it_had(text: str) -> None:
    line = PlainGlyphs("ascii").apply([Segment(text)], Color(0, 0, 0))
    assert line[0].text.isascii()
    assert width(line[0].text) == width(text)


def test_the_setting_is_auto_or_ascii(home_open: Home) -> None:
    assert settings.get(home_open, "glyphs") == "auto"
    with pytest.raises(Refused, match="allowed: auto, ascii"):
        settings.put(home_open, "glyphs", "poor")
