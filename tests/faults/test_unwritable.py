"""Places that cannot be written, also by an administrator: one line, nothing half made."""

import sys
from pathlib import Path

import pytest

from .school import done, new_school, observe, one_line


def test_a_home_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for command in ("visits", "start"):
        said = one_line(observe(tmp_path / "file/home", command))
        assert "no home can be made" in said
        assert "--home" in said


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's folder in which nobody may make another")
def test_a_home_where_nobody_may_write_cannot_be_made() -> None:
    assert "no home can be made" in one_line(observe(Path("/proc/observe"), "visits"))


def test_names_that_are_taken_by_folders_are_said_or_done_without(home: Path) -> None:
    visit = new_school(home)
    (home / "ballast").unlink()
    (home / "ballast").mkdir()
    (home / "trace.log").mkdir()
    said = observe(home, "log", visit, stdin='{"channel": "role", "code": "teach"}\n')
    assert said.status == 0
    done(observe(home, "summary", visit))


def test_a_file_of_the_log_that_cannot_be_made_is_said(home: Path) -> None:
    visit = new_school(home)
    (home / "observe.db-wal").mkdir()
    said = one_line(observe(home, "summary", visit))
    assert "cannot be opened" in said
    (home / "observe.db-wal").rmdir()
    done(observe(home, "summary", visit))
