"""Another process is writing: commands wait, then refuse in words; a tap in the app does not wait, and is not lost."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from observe.domain.errors import Busy
from observe.platform import Platform
from observe.services import visits
from observe.services.home import open_home
from observe.services.record import Recorder

from .school import PEOPLE, done, entries_of, new_school, observe, one_line, process

HOLDER = """
import sqlite3, sys, time
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline() if sys.argv[2] == "-" else time.sleep(float(sys.argv[2]))
conn.execute("COMMIT")
"""


@contextmanager
def held(home: Path, seconds: str = "-") -> Iterator[None]:
    """Another process in the middle of a write, for so long or until the block ends."""
    command = [sys.executable, "-c", HOLDER, str(home / "observe.db"), seconds]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.communicate("\n", timeout=30)


def test_a_command_waits_five_seconds_and_then_says_why(home: Path) -> None:
    visit = new_school(home)
    before = entries_of(home)
    with held(home):
        begun = time.monotonic()
        said = one_line(observe(home, "end", visit))
        waited = time.monotonic() - begun
    assert "another program is writing to this home" in said
    assert "try again" in said
    assert waited > 4.5
    assert entries_of(home) == before


def test_a_command_that_need_not_wait_so_long_succeeds(home: Path) -> None:
    visit = new_school(home)
    with held(home, "1"):
        done(observe(home, "end", visit))


def test_reading_waits_for_nobody(home: Path) -> None:
    visit = new_school(home)
    with held(home):  # to the end: who waits for it gives up
        done(observe(home, "summary", visit, "--json"))


def test_a_tap_in_the_app_waits_fifty_milliseconds_and_its_caller_still_has_it(home: Path) -> None:
    visit = new_school(home)
    app = open_home(home, Platform())
    recorder = Recorder(app, visit, wait_ms=50)
    student = next(s.id for s in visits.students(app) if s.name == PEOPLE[1])
    waits, waiting = [], []
    with held(home):
        for code in ("insight", "drive", "lead"):
            begun = time.monotonic()
            with pytest.raises(Busy):
                recorder.observe("spark", code, student=student)
            waits.append(time.monotonic() - begun)
            waiting.append(code)
        assert recorder.log().observations == ()  # shown as logged is only what is
    for code in waiting:
        recorder.observe("spark", code, student=student)
    assert [o.code for o in recorder.log().observations] == waiting
    app.close()
    entries = entries_of(home)
    assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
    assert min(waits) < 1  # a command would wait five seconds


def test_a_feed_and_the_app_write_by_turns(home: Path) -> None:
    """The lock of the app is for the app alone: a command logs while it is held, and the app sees it."""
    visit = new_school(home)
    platform = Platform()
    with platform.lock_app(home):
        app = open_home(home, platform)
        recorder = Recorder(app, visit, wait_ms=50)
        student = next(s.id for s in visits.students(app) if s.name == PEOPLE[1])
        feed = process(home, "log", visit)
        assert feed.stdin is not None
        assert feed.stdout is not None
        for _ in range(5):
            feed.stdin.write('{"channel": "spark", "code": "insight", "student": "Bo Chen"}\n')
            feed.stdin.flush()
            assert '"id"' in feed.stdout.readline()
            recorder.observe("spark", "drive", student=student)
        feed.communicate()
        assert feed.returncode == 0
        # By their stamps: the clocks of two processes may differ by a millisecond, which is what a turn takes.
        written = sorted(recorder.log().observations, key=lambda o: o.order)
        assert [o.code for o in written] == ["insight", "drive"] * 5
        app.close()


def test_a_checkpoint_that_others_prevent_is_no_error(home: Path) -> None:
    """Somebody reads for long; taps go on."""
    visit = new_school(home)
    reader = sqlite3.connect(home / "observe.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entry").fetchone()
    app = open_home(home, Platform())
    app.conn.execute("PRAGMA wal_autocheckpoint = 1")
    recorder = Recorder(app, visit)
    for n in range(20):
        recorder.observe("role", "teach" if n % 2 else "coach")
    assert len(recorder.log().observations) == 20
    app.close()
    reader.close()
