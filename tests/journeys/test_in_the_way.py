"""What stands in her way in the middle of a visit: a disk that takes nothing, a log that cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from observe.services.home import Home

from .day import ROOM_12, Day

pytestmark = pytest.mark.usefixtures("arizona")

ROOM = "Gr 4 Rm 12"
OTHER = "Gr 5 Rm 3"


@contextmanager
def full(home: Home) -> Iterator[None]:
    """Not a page more fits, and the reserve is spent."""
    (home.path / "ballast").unlink(missing_ok=True)
    pages = home.conn.execute("PRAGMA page_count").fetchone()[0]
    home.conn.execute(f"PRAGMA max_page_count = {pages}")
    yield
    home.conn.execute("PRAGMA max_page_count = 100000")


@contextmanager
def read_only(home: Home) -> Iterator[None]:
    """The disk was mounted again for reading only."""
    home.conn.execute("PRAGMA query_only = 1")
    yield
    home.conn.execute("PRAGMA query_only = 0")


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Another program writes and does not let go."""
    other = sqlite3.connect(home.path / "observe.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


TROUBLES = {
    "full": (full, "the disk is full"),
    "read only": (read_only, "the folder is read-only"),
    "locked": (locked, "another program is writing"),
}


@pytest.mark.parametrize("which", TROUBLES)
async def test_taps_wait_until_the_disk_takes_them(home: Path, which: str) -> None:
    trouble, why = TROUBLES[which]
    day = Day(home, "09:00", {ROOM: ROOM_12})
    async with day.opens() as she:
        await she.tap(ROOM, "Teach")
        await she.tap("Amara", "Thinking")
        await she.sees("logged Thinking / Amara")
        await she.minutes(5)
        with trouble(she.home):
            await she.tap("Kofi", "Active")
            taken = 0
            while "not saved" not in she.glass:  # what was left of the last page
                assert taken < 100
                taken += 1
                await she.press("3")
            await she.sees("! not saved, 1 waiting", why[:15])
            await she.seconds(30)
            await she.tap("Beatriz", "Off task")
            await she.sees("! not saved, 2 waiting", f"{7 - bool(taken)} not yet seen")
            await she.tap("Menu", "Wrap-up")
            await she.sees("! not saved, 2 waiting")  # a visit is not ended over their heads
            await she.press("ctrl+q")
            await she.sees("2 taps are not on disk", why, "Active", "Off task", "they are lost")
            await she.press("escape")
            await she.sees("! not saved, 2 waiting")
            await she.minutes(1)
        await she.seconds(1)
        await she.sees("logged Off task", "Beatriz tap: other child", "5 not yet seen")
        she.sees_no("not saved")
        await she.tap("Menu", "Wrap-up")
        await she.sees("Held 7 min")
        await she.press("escape", "q")
        await she.settles()
    assert she.app.return_value == 0
    found = day.json("summary")["channels"]["engagement"]["by_method"]["tap"]
    assert found["counts"] == {"off": 1, "passive": 0, "active": 1 + taken, "deep": 1, "waiting": 0}
    assert "Off task        1   Beatriz Lima" in day.command("summary")


@pytest.mark.parametrize("damage", ["UPDATE observation SET more = '{'", "DELETE FROM protocol"])
async def test_a_visit_that_cannot_be_opened_is_no_reason_to_miss_the_next(home: Path, damage: str) -> None:
    day = Day(home, "09:00", {ROOM: ROOM_12, OTHER: ROOM_12[:3]})
    async with day.opens() as she:
        await she.tap(ROOM)
        await she.tap("Amara", "Thinking")
        await she.sees("logged Thinking / Amara")
    raw = sqlite3.connect(home / "observe.db", isolation_level=None)
    raw.execute(damage)
    raw.close()
    day.at("09:50")
    async with day.opens() as she:
        await she.sees(f"Resume {ROOM}, began 09:00?")
        await she.tap("Go on")
        await she.sees("the visit cannot be opened", "Nothing was lost. You can end it, or start another.")
        await she.tap(OTHER)
        await she.sees("3 here")
        await she.tap("Caleb", "Active")
        await she.sees("logged Active / Caleb")
        await she.minutes(10)
        await she.tap("Menu", "Wrap-up")
        await she.sees("Held 10 min, 09:50 to 10:00.")
    assert day.json("summary", "last")["visit"]["seconds"] == 600
