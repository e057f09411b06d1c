"""A user's own keys on the live screen, and what is remembered of a teacher."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observe.domain.errors import Refused
from observe.services import keyfile, visits
from observe.services import settings as stored
from observe.services.home import Home
from observe.services.protocols import import_protocol
from observe.ui.commands import live_commands
from observe.ui.live.controller import Controller
from observe.ui.own_keys import own_keymap

from .finger import key
from .school import school, section_id
from .test_live_screen import app_on, glass, keys, logged


def keys_of(home: Home, visit: str) -> tuple[dict[str, str], str]:
    protocol = Controller(home, visit).protocol
    return own_keymap(home, live_commands(protocol), protocol)


def write(home: Home, text: str) -> None:
    (home.path / keyfile.FILE).write_text(text, encoding="utf-8")


def test_own_keys_take_the_place_of_the_usual_ones(home_open: Home, visit: str) -> None:
    write(home_open, '# mine\n"undo" = "ü"\ncode.engagement.deep = "+"\ncode.elsewhere.x = "y"\nredo = ""\n')
    keys, wrong = keys_of(home_open, visit)
    assert wrong == ""
    assert (keys["ü"], keys["+"]) == ("undo", "code.engagement.deep")
    assert not {"u", "y", "4"} & set(keys)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\n\nundo = "q"\n', ("line 3", "undo", "whole")),
        ('undo = "ctrl+c"', ("line 1", "terminal owns it")),
        ('\nundo = "U"', ("line 2", "Shift")),
        ('\nundo = "spce"', ("line 2", "no such key")),
        ('undo = "U\n', ("line 1",)),
        ('\nundo = "backspace"', ("line 2: key 'backspace' for undo, strip has it",)),
        ("\nundo = 4", ("line 2", "undo")),
        ('x = 1.5\nundo = "ü"', ("line 1",)),
        ('\n\n\nundoo = "ü"', ("line 4", "undoo")),
        ('[code.engagement]\ndeep = "ä"\nactive = "ä"', ("line 2", "active")),
    ],
)
def test_a_mistake_is_said_with_its_line_and_the_usual_keys_hold(
    home_open: Home, visit: str, text: str, said: tuple[str, ...]
) -> None:
    usual, nothing = keys_of(home_open, visit)
    assert nothing == ""
    write(home_open, text)
    keys, wrong = keys_of(home_open, visit)
    assert keys == usual
    assert all(part in wrong for part in ("keys.toml", *said)), wrong


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(raw=st.one_of(st.binary(max_size=200), st.text("undo.[]={}'\"\\\n #4ä", max_size=80).map(str.encode)))
def test_any_bytes_are_keys_or_a_line_of_words(home_open: Home, raw: bytes) -> None:
    (home_open.path / keyfile.FILE).write_bytes(raw)
    wrong = ""
    try:
        found = keyfile.read(home_open)
    except Refused as error:
        wrong = error.what
    assert wrong.startswith(keyfile.FILE) or (not wrong and set(found.keys) == set(found.lines))


@pytest.mark.parametrize("size", [(80, 24), (66, 21)], ids=str)
async def test_the_strip_says_that_own_keys_are_wrong_and_help_why(
    home_open: Home, visit: str, size: tuple[int, int]
) -> None:
    write(home_open, '\ncode.engagement.active = "ctrl+c"')
    async with app_on(home_open, size) as (pilot, screen):
        said = " ".join(glass(screen).split())
        assert "! keys.toml: ?" in said
        assert "says why" in said
        assert "…" not in said.partition("says why")[0].partition("! keys.toml")[2]
        await keys(pilot, "question_mark")
        said = " ".join(glass(pilot.app.screen).split())
        assert "keys.toml line 2: key 'ctrl+c' for code.engagement.active, the terminal owns it." in said
        await keys(pilot, "escape", "0")
        assert "says why" not in glass(screen)


STAGES = """\
[protocol]
id = "stages"
version = 1
title = "Stages"
[[channel]]
name = "stage"
label = "Stage"
kind = "state"
about = "visit"
[[channel.code]]
key = "one"
label = "One"
hotkey = "o 1"
[[channel.code]]
key = "two"
label = "Two"
[[channel]]
name = "mood"
label = "Mood"
kind = "count"
about = "student"
[[channel.code]]
key = "high"
label = "High"
"""


async def test_a_pair_of_keys_that_not_every_code_of_a_channel_has_asks_for_those_there_are(home_open: Home) -> None:
    import_protocol(home_open, STAGES, "stages.toml")
    visits.start_visit(home_open, None, protocol="stages")
    async with app_on(home_open) as (pilot, screen):
        assert screen.key(key("o"))
        await pilot.pause()
        assert "which one? 1-1" in glass(screen)
        await keys(pilot, "1")
        assert logged(screen) == [("stage", "one", None)]


def test_the_teachers_questions_are_remembered_for_that_teacher_alone(home: Path) -> None:
    opened = school(home, {"Gr 4 Rm 12": ("Ana Ruiz",)})
    visit = visits.start_visit(opened, section_id(opened, "Gr 4 Rm 12")).id
    Controller(opened, visit).press("asker_on")
    assert stored.get(opened, stored.TEACHER_QUESTIONS) == '["Ms Okafor"]'
    assert Controller(opened, visit).session.teacher
    stored.put(opened, stored.TEACHER_QUESTIONS, '["Mr Vega"]')
    assert not Controller(opened, visit).session.teacher
    Controller(opened, visit).press("asker_on")
    again = Controller(opened, visit)
    again.press("asker_on")
    assert stored.get(opened, stored.TEACHER_QUESTIONS) == '["Mr Vega"]'
    opened.close()


@pytest.mark.parametrize("text", ["Ms Okafor", "{}", "[1]", ""])
def test_a_list_of_teachers_is_a_list(home_open: Home, text: str) -> None:
    with pytest.raises(Refused, match="allowed"):
        stored.put(home_open, stored.TEACHER_QUESTIONS, text)
