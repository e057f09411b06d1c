"""A day on the command line, from the class list to the backup, with nothing but the `observe` command."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROSTER = """\
Name,Student ID,Section,Teacher,Gifted
"Ruiz, Ana",101,Gr 4 Rm 12,Ms Okafor,Y
"Chen, Bo",102,Gr 4 Rm 12,Ms Okafor,N
"Okeke, Chi",103,Gr 4 Rm 12,Ms Okafor,
"Rossi, Gia",201,Gr 5 Rm 3,Mr Diaz,Y
"Tanaka, Hiro",202,Gr 5 Rm 3,Mr Diaz,N
"""
DAY = "2024-11-19"


class Desk:
    """Where she sits: the command, and a home."""

    def __init__(self, home: Path) -> None:
        self.env = {**os.environ, "OBSERVE_HOME": str(home)}

    def run(self, *args: object, stdin: str = "", status: int = 0) -> str:
        command = [sys.executable, "-m", "observe", *map(str, args)]
        ran = subprocess.run(command, input=stdin.encode(), capture_output=True, env=self.env, timeout=60, check=False)
        said = ran.stderr.decode()
        assert ran.returncode == status, (args, said)
        assert bool(said) == bool(status), (args, said)
        return ran.stdout.decode() or said

    def json(self, *args: object) -> Any:
        return json.loads(self.run(*args, "--json"))

    def log(self, visit: str, *lines: dict[str, Any], status: int = 0) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "observe", "log", visit]
        stdin = "".join(json.dumps(line) + "\n" for line in lines)
        ran = subprocess.run(command, input=stdin.encode(), capture_output=True, env=self.env, timeout=60, check=False)
        assert (ran.returncode, ran.stderr) == (status, b"")
        return [json.loads(line) for line in ran.stdout.decode().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home")


def test_a_day(desk: Desk, tmp_path: Path) -> None:
    # In August: her name, her zone, her classes.
    assert "observe" in desk.run("--version")
    desk.run("settings", "observer", "Mia Fox")
    desk.run("settings", "zone", "America/Phoenix")
    roster = tmp_path / "classes.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    assert "5 added" in desk.run("import", "roster", roster)
    assert "nothing was changed" in desk.run("import", "roster", roster)
    assert [(row["name"], row["students"]) for row in desk.json("sections")] == [("Gr 4 Rm 12", 3), ("Gr 5 Rm 3", 2)]

    # The first visit. A slip is refused alone, another taken back, a third put right with a reason.
    first = desk.run("start", "Gr 4 Rm 12", "--title", "Fractions", "--at", f"{DAY}T09:00").strip()
    assert first in desk.run("start", "Gr 5 Rm 3", status=1)
    answers = desk.log(
        "open",
        {"channel": "role", "code": "teach", "at": f"{DAY}T09:00"},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "note": "drew it", "at": f"{DAY}T09:05"},
        {"channel": "engagement", "code": "asleep", "student": "Bo Chen", "at": f"{DAY}T09:06"},
        {"channel": "engagement", "code": "off", "student": "Bo Chen", "at": f"{DAY}T09:06"},
        {"channel": "questioning", "code": "analyze", "modifiers": {"wait_s": 4}, "at": f"{DAY}T09:10"},
        {"channel": "spark", "code": "question", "student": "Chi Okeke", "at": f"{DAY}T09:12"},
        {"undo": True},
        {"channel": "role", "code": "group", "with": ["Ana Ruiz", "Bo Chen"], "at": f"{DAY}T09:20"},
        {"channel": "engagement", "code": "active", "note": "call home", "private": True, "at": f"{DAY}T09:25"},
        status=1,
    )
    assert [sorted(answer) for answer in answers][2] == ["error", "line"]
    assert answers[6]["id"] == answers[5]["id"]
    desk.run("amend", answers[3]["id"], "--reason", "he was listening", "--code", "passive")
    desk.run("end", "open", "--at", f"{DAY}T09:40")

    summary = desk.json("summary")
    assert summary["visit"]["seconds"] == 2400
    assert summary["channels"]["role"]["seconds"]["group"] == summary["channels"]["role"]["seconds"]["teach"] == 1200
    tap = summary["channels"]["engagement"]["by_method"]["tap"]
    assert (tap["n"], tap["students"], tap["counts"]["off"], tap["counts"]["passive"]) == (3, 2, 0, 1)
    assert summary["channels"]["spark"]["n"] == 0
    assert (summary["coverage"]["present"], summary["coverage"]["seen"]) == (3, 2)
    text = desk.run("summary")
    assert "Ana Ruiz" in text
    assert "call home" in text

    # The second, in another section, ended late.
    desk.run("start", "Gr 5 Rm 3", "--present", "all", "--at", f"{DAY}T10:00")
    desk.log("open", {"channel": "challenge", "code": "stretch", "student": "Gia Rossi", "at": f"{DAY}T10:20"})
    desk.run("end", "last", "--at", f"{DAY}T10:45", "--estimated")

    # What goes to the teacher names nobody; what was private goes nowhere.
    for form in ("text", "md", "html", "csv"):
        page = tmp_path / f"share.{form}"
        desk.run("summary", first, "--share", "--format", form, "-o", page)
        said = page.read_text(encoding="utf-8")
        assert not [word for word in ("Ana Ruiz", "Bo Chen", "Chi Okeke", "drew it", "call home") if word in said]

    # In the evening.
    day = desk.json("day", DAY)
    assert [visit["visit"]["section"] for visit in day["visits"]] == ["Gr 4 Rm 12", "Gr 5 Rm 3"]
    assert day["totals"]["coverage"]["present"] == 5
    assert (day["delivered"]["extra"], day["delivered"]["delivered"]) == (2, 0)
    assert "Gr 5 Rm 3" in desk.run("day", DAY)
    table = list(csv.DictReader(io.StringIO(desk.run("export", "csv").removeprefix("\ufeff"), newline="")))
    assert len(table) == sum(row["observations"] for row in desk.json("visits")) == 7
    assert "call home" not in desk.run("export", "csv") + desk.run("export", "jsonl")

    # On the other machine everything is the same.
    visits = tmp_path / "visits.jsonl"
    desk.run("export", "jsonl", "--private", "-o", visits)
    other = Desk(tmp_path / "other")
    other.run("settings", "zone", "America/Phoenix")
    assert "2 visits" in other.run("import", "visits", visits)
    assert other.json("import", "visits", visits)["new"] == 0
    assert other.json("summary", first) == summary
    assert other.json("day", DAY) == day

    # A backup, a mistake, and the backup again; then a parent's wish.
    backup = tmp_path / "backup.db"
    desk.run("backup", "-o", backup)
    desk.run("void", answers[1]["id"])
    assert desk.json("summary", first) != summary
    desk.run("restore", backup, "--yes")
    assert desk.json("summary", first)["channels"] == summary["channels"]
    purged = subprocess.run(
        [sys.executable, "-m", "observe", "purge", "Ana Ruiz", "--yes"],
        capture_output=True,
        env=desk.env,
        timeout=60,
        check=False,
    )
    assert purged.returncode == 0, purged.stderr
    assert "Ana Ruiz" not in desk.run("students") + desk.run("export", "jsonl") + desk.run("summary", first)
    left = [file for file in (tmp_path / "home").rglob("*") if file.is_file() and b"Ana Ruiz" in file.read_bytes()]
    assert left == []
    assert desk.json("summary", first)["channels"]["engagement"]["by_method"]["tap"]["n"] == 3
    assert desk.json("doctor", "--rebuild")["well"] is True


def test_a_demo_touches_no_home_of_ones_own(desk: Desk, tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    desk.run("demo", "--make", demo, "--visits", "3", "--at", f"{DAY}T12:00")
    assert not (tmp_path / "home").exists()
    rows = json.loads(desk.run("--home", demo, "visits", "--json"))
    assert len(rows) == 3
    assert rows[-1]["observations"] > 0
    assert not (tmp_path / "home").exists()
