"""A small school, commands run as a user runs them, and what a home holds."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from observe.cli import run
from observe.domain.entries import Entry
from observe.platform import Platform
from observe.services.home import Home, open_home
from observe.store import maintenance

SECTION = "Room 12"
PEOPLE = ("Zebulon Quartz", "Bo Chen", "Chi Okafor")


class Said(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def observe(home: Path, *args: str, stdin: str = "") -> Said:
    """One command line, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        status = run(["--home", str(home), *args])
        texts = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Said(status, *texts)


def process(home: Path, *args: str, **more: Any) -> "subprocess.Popen[str]":
    """One command line, in a process of its own, with pipes."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    command = [sys.executable, "-m", "observe", "--home", str(home), *args]
    return subprocess.Popen(command, text=True, env=os.environ, **{**pipes, **more})


def new_school(home: Path) -> str:
    """A home with a section of three and a visit that is live; the visit's id."""
    file = home.parent / "roster.csv"
    rows = [f"{name},SCHOOL-ID-{n},{'NY'[n % 2]},{SECTION}" for n, name in enumerate(PEOPLE, 1)]
    file.write_text("\n".join(["Name,Student ID,Gifted,Section", *rows, ""]), encoding="utf-8")
    assert observe(home, "import", "roster", str(file)).status == 0
    return done(observe(home, "start", SECTION)).out.strip()


def done(said: Said) -> Said:
    assert said.status == 0, said
    return said


def log(home: Path, visit: str, *lines: dict[str, Any]) -> list[str]:
    """Log lines; the ids of what they logged."""
    said = done(observe(home, "log", visit, stdin="".join(json.dumps(line) + "\n" for line in lines)))
    return [json.loads(line)["id"] for line in said.out.splitlines()]


def look(code: str = "deep", student: str | None = PEOPLE[1], **more: Any) -> dict[str, Any]:
    return {"channel": "engagement", "code": code, "student": student, **more}


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    home = open_home(path, Platform())
    try:
        yield home
    finally:
        home.close()


def entries_of(path: Path) -> list[Entry]:
    with opened(path) as home:
        return list(home.journal.every())


def dump_of(path: Path) -> list[str]:
    with opened(path) as home:
        return list(maintenance.dump(home.conn))


def files_of(path: Path) -> dict[str, bytes]:
    """Every file of a home, by its path in it."""
    return {f.relative_to(path).as_posix(): f.read_bytes() for f in sorted(path.rglob("*")) if f.is_file()}


def one_line(said: Said) -> str:
    """The one line that a refusal is."""
    assert said.status == 1, said
    assert said.out == ""
    assert said.err.startswith("observe: ")
    assert said.err.count("\n") == 1, said.err
    return said.err
