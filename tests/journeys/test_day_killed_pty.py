"""A day in which the power goes after every single thing she does: what stood on the screen is there again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ..ui.school import school
from .day import ROOM_12

pytestmark = pytest.mark.usefixtures("arizona")

if TYPE_CHECKING:
    from .terminal import Terminal

ROOM = "Gr 4 Rm 12"
Do = Callable[["Terminal"], None]


def observe(home: Path, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "observe", "--home", str(home), *words, "--json"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def taps(*places: str) -> Do:
    """A finger on each of these words, once they are there."""

    def do(glass: Terminal) -> None:
        for words in places:
            glass.press(words)
            glass.read(0.1)

    return do


def keys(*strokes: str) -> Do:
    def do(glass: Terminal) -> None:
        for stroke in strokes:
            glass.keys(stroke)
            glass.read(0.1)

    return do


DAY: tuple[tuple[Do, str, str, int], ...] = (
    # what she does; what she then reads; what she reads when she is back; looks and notes that count
    (taps(ROOM), "nothing yet", "nothing yet", 0),
    (taps("Amara", "Thinking"), "logged Thinking / Amara", "logged Thinking / Amara", 1),
    (taps("logged Thinking", "Kofi"), "logged Thinking / Kofi", "logged Thinking / Kofi", 1),
    (taps("Teach"), "●Teach", "●Teach", 2),
    (taps("Small group"), "●Small group", "tap: with whom", 3),
    (taps("with whom", "Beatriz", "Caleb", "then here"), "with 2", "with 2", 3),
    (keys("B", "t", "1"), "logged Insight", "logged Insight / Beatriz", 4),
    (keys("u"), "logged Small group", "logged Small group", 3),
    (keys("y"), "logged Insight", "logged Insight / Beatriz", 4),
    (taps("Menu", "Who is away", "Hiro", "then here"), "7 here", "7 here", 4),
    (keys(",", "4", "3"), "LOOK AT EVERYONE 3 of 7", "logged Active / Beatriz", 6),
    (keys(",", "2"), "LOOK AT EVERYONE 4 of 7", "logged Listening", 7),
    (taps("Menu", "Pause"), "PAUSED", "PAUSED", 7),
    (taps("Menu", "Pause"), "next tap for", "next tap for", 7),
)


@pytest.mark.timeout(300)  # some twenty starts of the app, on a machine that may be busy
def test_a_day_with_a_kill_after_every_step(home: Path) -> None:
    from .terminal import Terminal

    school(home, {ROOM: ROOM_12}).close()
    glass = Terminal(home)
    try:
        glass.until("Which class?")
        for do, said, again, logged in DAY:
            do(glass)
            glass.until(said)
            glass.kill()
            (visit,) = observe(home, "visits")
            assert (visit["status"], visit["observations"]) == ("live", logged), said
            glass = Terminal(home)
            glass.until(f"Resume {ROOM}, began")
            glass.keys("\r")
            glass.until(again)
        glass.press("Menu")
        glass.press("Wrap-up")
        glass.until("Held ")
        glass.kill()
        (visit,) = observe(home, "visits")
        assert visit["status"] == "ended"

        glass = Terminal(home)
        glass.until("no glow line yet")
        glass.press("no glow line yet")
        glass.until("Beatriz  Insight")
        glass.keys("gTwo ways\r")
        glass.until("Glow        Two ways")
        glass.kill()
        found = observe(home, "summary")
        assert found["reflection"] == {"glow": "Two ways"}
        assert (found["coverage"]["present"], found["coverage"]["seen"]) == (7, 4)
        assert [(one["asked"], one["rated"]) for one in found["sweeps"]] == [(7, 3)]
        assert found["visit"]["paused_seconds"] > 0

        glass = Terminal(home)
        glass.until("held ")
        glass.until("Your name is not set")
        assert "no glow line yet" not in glass.text
    finally:
        glass.kill()
