"""A mistake of the program itself while the app is open: a line in words, and no child's name on the terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ..ui.school import school
from .day import ROOM_12

pytestmark = pytest.mark.usefixtures("arizona")

ROOM = "Gr 4 Rm 12"
MISTAKE = """
import observe.ui.screens.students as page

def wrong(self, id):
    child = "Amara Okeke"  # what a trace with its values would show
    raise ZeroDivisionError(child)

page.StudentsScreen.act = wrong
"""


def test_a_mistake_in_the_program_ends_in_a_line_and_the_log_is_whole(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from .terminal import Terminal  # no such terminals on Windows

    school(home, {ROOM: ROOM_12}).close()
    (tmp_path / "sitecustomize.py").write_text(MISTAKE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    glass = Terminal(home)
    try:
        glass.until("Which class?")
        glass.keys("i")
        glass.until("Students -")
        glass.keys("w")
        glass.until("something went wrong inside observe, what was confirmed is safe")
        assert glass.leave() == 1
        assert "Amara" not in glass.text
        assert "Error" not in glass.text
        trace = (home / "trace.log").read_text()
        assert "ZeroDivisionError" in trace
        assert "Amara" not in trace
    finally:
        glass.kill()
    monkeypatch.delenv("PYTHONPATH")
    glass = Terminal(home)
    try:
        glass.until("Which class?")
    finally:
        glass.kill()
