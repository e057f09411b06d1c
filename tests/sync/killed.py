"""Syncs that are killed: a process without threads makes a child for each, which kills itself at the nth thing it does.

Run as a program it reads a line of JSON for each child (home, drive, ms, at) and answers with what became of it.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from observe.services.home import open_home
from observe.services.sharing import run, team
from observe.sync.folder import RealFolder
from observe.sync.readers import Patient

from .faulty import Faulty, Machine, Nth, kill, seams

TOP = Path(__file__).parents[2]


def sync(home: Path, drive: Path, ms: int, at: int) -> Nth:
    """One sync of this process, killed at the nth thing that happens."""
    nth = Nth(at, kill)
    opened = open_home(home, Machine(ms, nth))
    nth.seen.clear()
    found = team.team_of(opened)
    assert found is not None
    folder = Patient(Faulty(RealFolder(drive, opened.platform), nth))
    with seams(nth, home=True):
        run.sync(opened, replace(found, root=drive, folder=folder))
    opened.close()
    return nth


def main() -> None:
    """A child for each line."""
    for line in sys.stdin:
        asked = json.loads(line)
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            code = 1
            try:
                os.close(reader)
                nth = sync(Path(asked["home"]), Path(asked["drive"]), asked["ms"], asked["at"])
                os.write(writer, json.dumps(nth.seen).encode())
                code = 0
            finally:
                os._exit(code)
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            seen = told.read().decode()
        _, state = os.waitpid(pid, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(state), "seen": seen}), flush=True)


class Killer:
    """The process that makes them."""

    def __init__(self) -> None:
        start = f"import sys; sys.path.insert(0, {str(TOP)!r}); from tests.sync.killed import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def sync(self, home: Path, drive: Path, ms: int, at: int) -> list[str] | None:
        """A sync that is killed at the nth thing; what all happened when it came to its end, else None."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"home": str(home), "drive": str(drive), "ms": ms, "at": at}
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        assert answer["code"] in (0, -9), answer
        return json.loads(answer["seen"]) if answer["code"] == 0 else None

    def close(self) -> None:
        """End it."""
        self.process.communicate()
