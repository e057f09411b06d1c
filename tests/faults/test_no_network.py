"""Logging, looking back and keeping safe use no network at all."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .school import PEOPLE, done, look, new_school, observe

AUDITED = """
import json, sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event.startswith(("socket.", "urllib.", "http.")) else None)
from observe.cli import run
status = run(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump([status, seen], file)
"""

COMMANDS = [
    ("start", "--end-open"),
    ("log", "VISIT"),
    ("summary", "VISIT", "--json"),
    ("day", "--json"),
    ("talent", "--json"),
    ("export", "jsonl", "-o", "OUT"),
    ("end", "VISIT"),
    ("backup",),
    ("doctor", "--rebuild"),
    ("purge", PEOPLE[0], "--yes"),
    ("restore", "BACKUP", "--yes"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_a_command_makes_no_socket(home: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    visit = new_school(home)
    done(observe(home, "backup", "-o", str(tmp_path / "then.db")))
    names = {"VISIT": visit, "OUT": str(tmp_path / "out.jsonl"), "BACKUP": str(tmp_path / "then.db")}
    arguments = ["--home", str(home), *(names.get(word, word) for word in command)]
    script = [sys.executable, "-c", AUDITED, str(tmp_path / "seen.json"), *arguments]
    subprocess.run(script, input=json.dumps(look()) + "\n", capture_output=True, text=True, check=True)
    assert json.loads((tmp_path / "seen.json").read_text()) == [0, []]


def test_the_hook_sees_a_socket(tmp_path: Path) -> None:
    script = AUDITED.replace(
        "from observe.cli import run\nstatus = run(sys.argv[2:])", "import socket\nstatus = 0\nsocket.socket()"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "seen.json")], check=True)
    assert json.loads((tmp_path / "seen.json").read_text()) == [0, ["socket.__new__"]]
