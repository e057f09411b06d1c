"""The `observe` command inside this process, and a school to use it on."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from observe.cli import run

ROSTER = """\
Name,Student ID,Section,Teacher,Gifted,Group
Ana Ruiz,1,Room 12,Ms Okafor,Y,Owls
Bo Chen,2,Room 12,Ms Okafor,N,
Chi Okeke,3,Room 12,Ms Okafor,,
Sam Lee,4,Room 12,Ms Okafor,N,
Sam Lee,5,Room 12,Ms Okafor,N,
Bo Chen,2,Room 14,Mr Diaz,N,
Gia Rossi,6,Room 14,Mr Diaz,Y,
"""
DAY = "2024-11-19"
"""A Tuesday that is over, in a zone without clock changes: visits are at 10:00 there."""


def at(minute: int, second: float = 0) -> str:
    """Local time on that day, so many minutes after ten."""
    return f"{DAY}T{10 + minute // 60:02d}:{minute % 60:02d}:{second:06.3f}"


def utc(minute: int, second: float = 0) -> str:
    """The same moment as it comes out."""
    return f"{DAY}T{17 + minute // 60:02d}:{minute % 60:02d}:{second:06.3f}Z"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """JSON Lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


class Observe:
    """Runs commands in one home, and says how they ended."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[bytes]) -> None:
        self.home, self._monkeypatch, self._capture = home, monkeypatch, capture

    def __call__(self, *args: str | Path, stdin: str | bytes = b"", home: Path | None = None) -> Ran:
        """Run a command, whatever its end."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        self._monkeypatch.setenv("OBSERVE_HOME", str(home or self.home))
        self._capture.readouterr()
        status = run([str(arg) for arg in args])
        out, err = self._capture.readouterr()
        return Ran(status, out.decode(), err.decode())

    def ok(self, *args: str | Path, stdin: str | bytes = b"", home: Path | None = None) -> str:
        """Run one that must succeed without a word on stderr; what it printed."""
        ran = self(*args, stdin=stdin, home=home)
        assert (ran.status, ran.err) == (0, ""), ran
        return ran.out

    def json(self, *args: str | Path, home: Path | None = None) -> Any:
        """The document of one that must succeed with `--json`."""
        return json.loads(self.ok(*args, "--json", home=home))

    def refused(self, *args: str | Path, status: int = 1, stdin: str | bytes = b"") -> str:
        """Run one that must be refused: the status, nothing on stdout, one line on stderr, which is returned."""
        ran = self(*args, stdin=stdin)
        assert (ran.status, ran.out) == (status, ""), ran
        assert ran.err.startswith("observe: "), ran
        assert ran.err.count("\n") == 1, ran
        assert ran.err.endswith("\n"), ran
        return ran.err

    def log(self, *lines: dict[str, Any], visit: str = "last") -> list[dict[str, Any]]:
        """Log lines that must all be taken; the answers."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        answers = [json.loads(line) for line in self.ok("log", visit, stdin=text).splitlines()]
        assert [answer["line"] for answer in answers] == list(range(1, len(lines) + 1))
        return answers

    def log_one(self, line: str | bytes | dict[str, Any], visit: str = "last") -> Ran:
        """Log one line, whatever becomes of it."""
        data = json.dumps(line) if isinstance(line, dict) else line
        return self("log", visit, stdin=data + ("\n" if isinstance(data, str) else b"\n"))

    def error(self, line: str | bytes | dict[str, Any], visit: str = "last") -> str:
        """Log one line that must be refused alone; the reason."""
        ran = self.log_one(line, visit)
        assert (ran.status, ran.err) == (1, ""), ran
        [answer] = ran.lines
        assert answer.keys() == {"line", "error"}
        assert answer["line"] == 1
        return str(answer["error"])

    def student(self, name: str, section: str = "Room 12") -> str:
        """The id of a student; of several with one name, the first by id."""
        rows = self.json("students", "--section", section)
        return str(min(row["id"] for row in rows if row["name"] == name))

    def start(self, section: str = "Room 12", minute: int = 0, *more: str) -> str:
        """Start a visit on that day; its id."""
        return self.ok("start", section, "--at", at(minute), *more).strip()

    def end(self, minute: int = 40, visit: str = "last") -> None:
        """End it."""
        self.ok("end", visit, "--at", at(minute))

    def dump(self) -> dict[str, list[Any]]:
        """All tables of the home's database, in an order of their own."""
        return dump(self.home)


def dump(home: Path) -> dict[str, list[Any]]:
    """All tables of a home's database, in an order of their own; empty when there is no database."""
    file = home / "observe.db"
    if not file.is_file():
        return {}
    conn = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(conn.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr) for table in tables}
    finally:
        conn.close()


def objects(lines: Iterable[str]) -> list[dict[str, Any]]:
    """JSON Lines as objects."""
    return [json.loads(line) for line in lines]


def make_school(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home with two sections, made by the command."""
    roster = folder / "school.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    monkeypatch.setenv("OBSERVE_HOME", str(home))
    assert run(["import", "roster", str(roster)]) == 0
    assert run(["settings", "zone", "America/Phoenix"]) == 0


def copied(school: Path, home: Path) -> None:
    """A school of one's own, much faster than making it anew."""
    shutil.copytree(school, home)
