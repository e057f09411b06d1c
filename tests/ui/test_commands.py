"""Keys and actions are declared once; a user's own keys are checked before they are taken."""

import re

import pytest

from observe import resources
from observe.domain.errors import Refused
from observe.domain.protocol import RESERVED_KEYS, Protocol
from observe.domain.protocol_toml import parse_protocol
from observe.ui.commands import (
    CORRECT,
    DAY,
    FILL,
    LIVE,
    PLAN,
    PRACTICE,
    READING,
    RESEARCH,
    ROSTER,
    SETTINGS,
    SHARED_PAGE,
    SHARING,
    STUDENTS_PAGE,
    TEACHERS,
    TODAY,
    TRENDS,
    WEEK,
    WELCOME,
    WRAP,
    key_word,
    live_commands,
)
from observe.ui.keymap import FORBIDDEN, keymap

PROTOCOLS = [parse_protocol(file.read_text(encoding="utf-8"), file.name) for file in resources.protocol_files()]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p.id)
def test_every_command_has_its_own_id_and_key_and_says_what_it_does(protocol: Protocol) -> None:
    commands = live_commands(protocol)
    assert len({command.id for command in commands}) == len(commands)
    keys = keymap(commands)
    assert not FORBIDDEN & set(keys)
    assert all(command.label for command in commands)
    assert all(command.tooltip for command in commands)


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p.id)
def test_every_code_of_a_shipped_protocol_has_a_key(protocol: Protocol) -> None:
    keys = set(keymap(live_commands(protocol)).values())
    missing = [f"code.{ch.name}.{c.key}" for ch in protocol.channels for c in ch.codes]
    assert not set(missing) - keys


def test_the_keys_that_protocols_may_not_take_are_the_apps_own() -> None:
    own = {command.key for command in LIVE if len(command.key) == 1}
    assert own == set(RESERVED_KEYS)


PAGES = {
    "today": TODAY,
    "roster": ROSTER,
    "welcome": WELCOME,
    "wrap": WRAP,
    "day": DAY,
    "correct": CORRECT,
    "settings": SETTINGS,
    "sharing": SHARING,
    "research": RESEARCH,
    "reading": READING,
    "practice": PRACTICE,
    "plan": PLAN,
    "plan_fill": FILL,
    "teachers": TEACHERS,
    "shared": SHARED_PAGE,
    "trends": TRENDS,
    "students": STUDENTS_PAGE,
    "week": WEEK,
}


@pytest.mark.parametrize("commands", PAGES.values(), ids=PAGES)
def test_other_screens_have_keys_without_a_clash(commands: tuple) -> None:
    assert keymap(commands)


@pytest.mark.parametrize("commands", [*PAGES.values(), LIVE], ids=[*PAGES, "live"])
def test_whoever_reads_the_help_is_you(commands: tuple) -> None:
    assert not [c.tooltip for c in commands if re.search(r"\b(she|hers?)\b", f"{c.label} {c.tooltip}", re.IGNORECASE)]


def test_a_key_of_ones_own_takes_the_place_of_the_old_one() -> None:
    keys = keymap(LIVE, {"undo": "x"})
    assert keys["x"] == "undo"
    assert "u" not in keys


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"undoo": "x"}, "undoo"),
        ({"undo": "y"}, "redo"),
        ({"undo": "ctrl+c"}, "terminal"),
        ({"undo": "tab"}, "terminal"),
        ({"undo": "A"}, "Shift"),
        ({"undo": "y 1"}, "redo"),
        ({"undo": "x y z"}, "terminal"),
    ],
)
def test_a_key_that_cannot_work_is_refused_with_the_reason(own: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why):
        keymap(LIVE, own)


def test_keys_are_written_short_on_pads() -> None:
    assert (key_word("escape"), key_word("t 1"), key_word("pagedown"), key_word("u")) == ("esc", "t1", "PgDn", "u")
