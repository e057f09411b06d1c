"""What a command must not load. Only a real process shows it: a static graph cannot tell a lazy import from an eager
one, nor see what another package drags in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Textual belongs to the screens; each of the others costs a command 20 to 100 ms when it is loaded for nothing.
SCREEN = {"textual", "rich"}
SLOW = {"pendulum", "dateutil", "sqlite_utils", "cryptography", "tomllib", "asyncio", "hypothesis"}

RUN = """
import sys
from observe.__main__ import main
sys.argv = ["observe", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    status = end.code
else:
    status = 0
print("\\0loaded", *(name for name in sys.modules if "." not in name), file=sys.stderr)
sys.exit(status)
"""


class Ran:
    def __init__(self, arguments: tuple[str, ...], stdin: str) -> None:
        done = subprocess.run(
            [sys.executable, "-c", RUN, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        said, _, loaded = done.stderr.partition("\0loaded")
        assert done.returncode == 0, said
        assert not said
        self.out, self.loaded = done.stdout, set(loaded.split())
        assert "observe" in self.loaded


def run(*arguments: str, stdin: str = "") -> Ran:
    return Ran(arguments, stdin)


@pytest.fixture
def visit(home: Path, tmp_path: Path) -> str:
    """A visit that is live, in a home with a section of two students."""
    roster = tmp_path / "Room 12.csv"
    roster.write_text("Name,Student ID,Section\nAna Ruiz,1,Room 12\nBo Chen,2,Room 12\n", encoding="utf-8")
    run("import", "roster", str(roster))
    return run("start", "Room 12").out.split()[0]


def test_version_loads_next_to_nothing() -> None:
    ran = run("--version")
    assert "0." in ran.out
    assert not ran.loaded & (SCREEN | SLOW | {"sqlite3", "json"})


def test_log_loads_no_screen_and_nothing_slow(visit: str) -> None:
    ran = run("log", visit, stdin='{"channel": "engagement", "code": "active"}\n')
    assert json.loads(ran.out)["id"]
    assert not ran.loaded & (SCREEN | SLOW)


def test_summary_loads_no_screen_and_nothing_slow(visit: str) -> None:
    ran = run("summary", visit, "--json")
    assert json.loads(ran.out)["visit"]["id"] == visit
    assert not ran.loaded & (SCREEN | SLOW)


@pytest.mark.parametrize("command", [("sections",), ("visits",), ("students",), ("summary",)], ids=" ".join)
def test_lists_and_text_load_no_screen(command: tuple[str, ...], visit: str) -> None:
    assert not run(*command).loaded & SCREEN
