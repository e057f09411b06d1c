"""The real program on a home that is damaged: it is mended before her eyes, and she is told what came back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.record import Recorder
from observe.ui.screens.trouble import STANDS_S

from ..ui.school import CLASS, school, section_id

if TYPE_CHECKING:
    from .terminal import Terminal


@pytest.fixture
def torn(home: Path) -> Path:
    """A home with a visit in it and pages of its database overwritten."""
    made = school(home, {"Gr 4 Rm 12": CLASS})
    visit = visits.start_visit(made, section_id(made, "Gr 4 Rm 12")).id
    Recorder(made, visit).observe("engagement", "deep")
    schema = "SELECT rootpage FROM sqlite_master WHERE name = 'visit'"
    page = int(made.conn.execute(schema).fetchone()[0])
    size = int(made.conn.execute("PRAGMA page_size").fetchone()[0])
    made.close()
    with (home / "observe.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    return home


@pytest.fixture
def glass(torn: Path) -> Iterator[Terminal]:
    from .terminal import Terminal

    opened = Terminal(torn)
    yield opened
    opened.kill()


def test_damage_is_said_and_mended_from_the_app(glass: Terminal, torn: Path) -> None:
    glass.until("Mend it now")
    time.sleep(2 * STANDS_S)  # its second may begin a little after its first frame
    glass.press("Mend it now")
    glass.until("The log is back", 60)
    glass.until("rebuilt")
    glass.keys("\x1b")
    glass.until("Resume Gr 4 Rm 12, began")
    glass.keys("\r")
    glass.until("Desk to desk")
    glass.keys("3")
    glass.until("logged Active")
    glass.kill()
    again = open_home(torn, Platform())
    (visit,) = visits.open_visits(again)
    assert [o.code for o in visits.visit_log(again, visit.id).observations] == ["deep", "active"]
    again.close()


def test_a_database_that_cannot_be_opened_is_mended_at_the_start(home: Path) -> None:
    from .terminal import Terminal

    made = school(home, {"Gr 4 Rm 12": CLASS})
    made.close()
    with (home / "observe.db").open("r+b") as file:
        file.write(b"\xff" * 100)
    opened = Terminal(home)
    try:
        opened.until("The log is back", 60)
        opened.keys("\x1b")
        opened.until("Today")
        opened.until("Gr 4 Rm 12")
    finally:
        opened.kill()


def test_what_nobody_foresaw_over_a_damaged_log_is_mended_too(home: Path) -> None:
    """A table whose text breaks off on a sound page: no check of SQLite's finds it, reading it fails somewhere."""
    from .terminal import Terminal

    made = school(home, {"Gr 4 Rm 12": CLASS})
    visit = visits.start_visit(made, section_id(made, "Gr 4 Rm 12")).id
    Recorder(made, visit).observe("engagement", "deep")
    made.conn.execute("UPDATE protocol SET parsed = substr(parsed, 1, 500)")
    made.close()
    opened = Terminal(home)
    try:
        opened.until("Resume Gr 4 Rm 12, began")
        opened.keys("\r")
        opened.until("the visit cannot be opened")
        opened.until("`observe doctor` mends it")
        opened.keys("d")
        opened.until("The log is back", 60)
        opened.keys("\x1b")
        opened.until("Resume Gr 4 Rm 12, began")
        opened.keys("\r")
        opened.until("Desk to desk")
    finally:
        opened.kill()
