"""The real program in a real terminal, by keys and by a finger."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..ui.school import CLASS, school

if TYPE_CHECKING:
    from .terminal import Terminal

    Open = Callable[..., Terminal]


@pytest.fixture
def terminal() -> Iterator[Open]:
    """Opens the program in terminals; whatever still runs at the end is killed."""
    from .terminal import Terminal

    opened: list[Terminal] = []

    def open_(*arguments: object) -> Terminal:
        opened.append(Terminal(*arguments))
        return opened[-1]

    yield open_
    for one in opened:
        one.kill()


@pytest.fixture
def made(home: Path) -> Path:
    school(home, {"Gr 4 Rm 12": CLASS}).close()
    return home


def summary(home: Path) -> dict[str, dict[str, dict[str, object]]]:
    command = [sys.executable, "-m", "observe", "--home", str(home), "summary", "--json"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    found: dict[str, dict[str, dict[str, object]]] = json.loads(done.stdout)
    return found


def test_a_lesson_by_finger_and_keys_with_the_power_gone_in_the_middle(terminal: Open, made: Path) -> None:
    glass = terminal(made)
    glass.until("Which class?")
    glass.keys("1")
    glass.until("nothing yet")
    glass.press("Amara")
    glass.until("▶ Amara")
    glass.press("Thinking")
    glass.until("logged Thinking / Amara")
    glass.keys("K3")
    glass.until("logged Active / Kofi")
    glass.press("Small group")
    glass.until("●Small group")
    glass.kill()

    glass = terminal(made, 80, 24)
    glass.until("Resume Gr 4 Rm 12, began")
    glass.keys("\r")
    glass.until("Small group")
    glass.keys("u")
    glass.until("logged Active")
    glass.press("All")
    glass.press("Listening")
    glass.until("●2")
    glass.press("Menu")
    glass.until("Wrap-up")
    glass.press("Wrap-up")
    glass.until("Wrap-up - ")
    glass.keys("\x1b")
    glass.until("Which class?")
    glass.keys("q")
    assert glass.leave() == 0

    found = summary(made)
    assert found["visit"]["status"] == "ended"
    taps = found["channels"]["engagement"]["by_method"]["tap"]
    assert taps["counts"] == {"off": 0, "passive": 1, "active": 1, "deep": 1, "waiting": 0}
    assert taps["students"] == 2


def test_a_tap_sends_few_bytes(terminal: Open, made: Path) -> None:
    """School Wi-Fi carries them to the tablet: at most 4 kB for one tap, and next to nothing for a clock."""
    glass = terminal(made, 100, 32)
    glass.until("Which class?")
    glass.keys("1")
    glass.until("nothing yet")
    glass.keys("M3F2B4")
    glass.until("logged Thinking")
    glass.read(1)
    for words in ("Kofi", "Active", "Zoe", "Off task"):
        glass.bytes = 0
        glass.press(words)
        glass.until_so(lambda: glass.bytes > 0, "an answer")
        glass.read(0.6)
        assert 0 < glass.bytes <= 4096, words
    glass.bytes = 0
    glass.read(4.2)
    assert 0 < glass.bytes / 4 < 600
    glass.kill()


def test_a_terminal_of_sixteen_colours_gets_colours_of_its_own(
    terminal: Open, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTUAL_COLOR_SYSTEM", "standard")
    glass = terminal(made, 80, 24)
    glass.until("Which class?")
    glass.keys("1")
    glass.until("Create")  # the last row: a frame may come in several pieces
    x, y = glass.find("Thinking")
    assert glass.screen.buffer[y][x].bg in ("brightgreen", "green", "lightgreen")
    x, y = glass.find("Amara")
    assert glass.screen.buffer[y][x].bg == "blue"  # unseen
    glass.kill()


def test_when_the_terminal_is_gone_the_program_leaves_and_what_was_tapped_is_there(terminal: Open, made: Path) -> None:
    glass = terminal(made)
    glass.until("Which class?")
    glass.keys("1")
    glass.press("Amara")
    glass.press("Thinking")
    glass.until("logged Thinking / Amara")
    glass.hang_up()
    assert glass.process.wait(15) is not None
    taps = summary(made)["channels"]["engagement"]["by_method"]["tap"]
    assert taps["n"] == 1
