"""Two devices and a folder between them, in the real program: set up in one, joined in the other, a tap seen there."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.sharing.beside import QUIT_S
from observe.services.sharing.mark import mark

from ..services.two import two_devices
from ..ui.school import CLASS, school

if TYPE_CHECKING:
    from .terminal import Terminal

ROOM = "Gr 4 Rm 12"
CODE = re.compile(r"code: ((?:[0-9A-Z]{4}-){6}[0-9A-Z]{4})")
ESC = "\x1b"


def press(glass: Terminal, keys: str, words: str, seconds: float = 30) -> None:
    """Keys, until these words stand there."""
    glass.keys(keys)
    glass.until(words, seconds)


def set_up(glass: Terminal, folder: Path) -> str:
    """The folder is made a team's on this device; its code."""
    press(glass, "s", "No shared folder yet")
    press(glass, "u", "Which folder?")
    press(glass, f"{folder}\r", "The join code")
    glass.until_so(lambda: CODE.search(glass.text) is not None, "the code")
    found = CODE.search(glass.text)
    assert found is not None
    press(glass, ESC, "Devices of the team")
    return found[1]


def join(glass: Terminal, folder: Path, code: str) -> None:
    press(glass, "s", "No shared folder yet")
    press(glass, "j", "Which folder?")
    press(glass, f"{folder}\r", "The join code, as")
    press(glass, f"{code}\r", "What is this device called")
    press(glass, "laptop\r", "Devices of the team")


def test_set_up_here_joined_there_and_a_tap_on_one_is_seen_on_the_other(tmp_path: Path) -> None:
    from .terminal import Terminal  # no such terminals on Windows

    folder = tmp_path / "stick"
    folder.mkdir()
    made = school(tmp_path / "tablet", {ROOM: CLASS})
    made.set_setting("observer", "Marta")
    made.set_setting("device_name", "tablet")
    made.close()
    glasses = []
    try:
        tablet = Terminal(tmp_path / "tablet", 100, 32)
        glasses.append(tablet)
        tablet.until("Which class?")
        code = set_up(tablet, folder)
        tablet.until("in the folder")
        press(tablet, ESC, "Which class?")

        laptop = Terminal(tmp_path / "laptop", 80, 24)
        glasses.append(laptop)
        laptop.until("Your name")
        press(laptop, "Marta\r", "Press a number")
        join(laptop, folder, code)
        laptop.until("has all of yours")
        laptop.until("tablet")
        press(laptop, ESC, "Press a number")
        laptop.until("Today")  # there is a class now: the way to Today is on the glass
        press(laptop, ESC, ROOM)

        press(tablet, "1", "next tap for")
        press(tablet, "A", "▶ Amara")
        press(tablet, "4", "logged Thinking / Amara")
        tablet.until("saved here")
        press(tablet, ESC, "So far")
        tablet.press("Wrap-up")
        tablet.until("Wrap-up -")
        tablet.until("in the folder", 30)  # by itself, as the visit has ended

        press(laptop, "s", "Devices of the team")
        laptop.keys("s")
        press(laptop, ESC, "Visits today", 60)  # it looks again when others' entries come in
        press(laptop, "1", "Wrap-up -")
        laptop.until("Amara")
        laptop.keys(ESC)

        press(tablet, ESC, "Which class?")
        press(tablet, "2", "next tap for")
        press(tablet, "B", "▶ Beatriz")
        press(tablet, "3", "logged Active / Beatriz")
        began = time.monotonic()
        tablet.keys("\x11")  # ctrl+q
        assert tablet.leave(30) == 0
        took = time.monotonic() - began
        assert laptop.process.poll() is None
        laptop.keys("\x11")
        assert laptop.leave(30) == 0
    finally:
        for glass in glasses:
            glass.kill()
    home = open_home(tmp_path / "tablet", Platform())
    found = mark(home)
    assert found is not None
    # The last sync had its two seconds, or did it in less.
    assert not found.only_here or took >= QUIT_S
    assert not found.troubled
    assert len(visits.visits_between(home, 0, None)) == 2
    home.close()
    there = open_home(tmp_path / "laptop", Platform())
    logs = [visits.visit_log(there, v.id) for v in visits.visits_between(there, 0, None)]
    first = logs[0].observations
    assert [o.code for o in first] == ["deep"]
    assert next(s.name for s in logs[0].students if s.id == first[0].student) == "Amara Okeke"
    there.close()


def test_a_folder_that_never_answers_delays_no_tap_and_no_leaving(tmp_path: Path) -> None:
    from .terminal import Terminal  # no such terminals on Windows

    with two_devices(tmp_path) as two:
        pass
    marker = two.folder / "observe-1" / "team.json"
    marker.unlink()
    os.mkfifo(marker)  # who opens it waits for ever
    glass = Terminal(tmp_path / "tablet", 100, 32)
    try:
        glass.until("Go on")
        time.sleep(2)  # a sync is under way, and waits
        press(glass, "\r", "next tap for")
        for code, words in (("3", "logged Active"), ("2", "logged Listening"), ("1", "logged Off task")):
            press(glass, code, words)
        glass.until("saved here")
        glass.keys("\x11")
        assert glass.leave(30) == 0  # a sync may take two minutes
    finally:
        glass.kill()
    home = open_home(tmp_path / "tablet", Platform())
    assert [o.code for o in visits.visit_log(home, two.visit).observations] == ["active", "passive", "off"]
    found = mark(home)
    assert found is not None
    assert found.only_here
    home.close()
