"""`amend`, `void`: change with a trail. `settings`, `completion`."""

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .commands import Observe, at, dump, utc


@pytest.fixture
def tap(live: Observe) -> str:
    """An observation; its id."""
    line = {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "note": "first", "at": at(5)}
    return str(live.log(line)[0]["id"])


def entries(observe: Observe, key: str) -> list[tuple[str, dict[str, Any]]]:
    """(op, data) of all that was ever said of a key: the trail."""
    with sqlite3.connect(observe.home / "observe.db") as conn:
        rows = conn.execute("SELECT op, data FROM entry WHERE key = ? ORDER BY seq", (key,)).fetchall()
    conn.close()
    return [(op, json.loads(data)) for op, data in rows]


def standing(observe: Observe, key: str) -> dict[str, Any]:
    [line] = [
        json.loads(line) for line in observe.ok("export", "jsonl").splitlines() if json.loads(line).get("key") == key
    ]
    return dict(line["data"])


def test_amend_keeps_what_was_said_before_and_why(live: Observe, tap: str) -> None:
    assert live.ok("amend", tap, "--reason", "looked again", "--code", "active") == f"{tap}\n"
    assert live.json("summary")["channels"]["engagement"]["by_method"]["tap"]["counts"]["active"] == 1
    (_, before), (_, after) = entries(live, tap)
    assert (before["code"], before.get("reason")) == ("deep", None)
    assert (after["code"], after["reason"], after["note"]) == ("active", "looked again", "first")


def test_amend_student_time_and_note(live: Observe, tap: str) -> None:
    done = live.json("amend", tap, "--reason", "x", "--student", "Bo Chen", "--at", at(6), "--note", "second")
    assert done == {"id": tap, "at": utc(6)}
    bo = live.student("Bo Chen")
    summary = live.json("summary")
    assert list(summary["channels"]["engagement"]["by_student"]) == [bo]
    assert [(n["student"], n["at"], n["text"]) for n in summary["notes"]] == [(bo, utc(6), "second")]
    live.ok("amend", tap, "--reason", "x", "--student", "null", "--note", "")
    summary = live.json("summary")
    assert summary["channels"]["engagement"]["by_group"]["everyone"]["tap"]["n"] == 1
    assert summary["notes"] == []


def test_amend_makes_a_state_an_end_or_one_that_is_with_nobody(live: Observe) -> None:
    ana = live.student("Ana Ruiz")
    group, teach = live.log(
        {"channel": "role", "code": "group", "with": [ana], "at": at(5)},
        {"channel": "role", "code": "teach", "at": at(10)},
    )
    live.end(20)
    live.ok("amend", teach["id"], "--reason", "x", "--code", "null")
    summary = live.json("summary")
    role = summary["channels"]["role"]
    assert (role["seconds"]["group"], role["seconds"]["teach"], role["unrecorded_seconds"]) == (300, 0, 900)
    assert summary["coverage"]["students"][ana]["service_seconds"] == 300
    live.ok("amend", group["id"], "--reason", "x", "--code", "coach")
    summary = live.json("summary")
    assert summary["channels"]["role"]["seconds"]["coach"] == 300
    assert summary["coverage"]["students"][ana]["service_seconds"] == 0


def test_amend_marks_the_student_present(live: Observe, tap: str) -> None:
    live.log({"absent": ["Bo Chen"], "at": at(1)})
    done = live.json("amend", tap, "--reason", "x", "--student", "Bo Chen")
    assert done["marked_present"] is True
    assert live.json("summary")["coverage"]["present"] == 5


def test_amend_modifiers_one_by_one(live: Observe) -> None:
    [asked] = live.log({"channel": "questioning", "code": "apply", "modifiers": {"wait_s": 2}, "at": at(1)})
    id = asked["id"]
    live.ok("amend", id, "--reason", "x", "--modifier", "asker=teacher", "--modifier", "answered_by=Bo Chen")
    assert standing(live, id)["modifiers"] == {
        "asker": "teacher",
        "wait_s": 2,
        "answered_by": live.student("Bo Chen"),
    }
    live.ok("amend", id, "--reason", "x", "--modifier", "answered_by=", "--modifier", "wait_s=4.5")
    assert standing(live, id)["modifiers"] == {"asker": "teacher", "wait_s": 4.5}
    live.ok("amend", id, "--reason", "x", "--modifier", "wait_s=", "--modifier", "waited=true")
    assert standing(live, id)["modifiers"] == {"asker": "teacher", "waited": True}


def test_void_counts_nowhere_and_keeps_its_trail(live: Observe, tap: str) -> None:
    assert live.json("void", tap, "--reason", "a slip") == {"id": tap, "at": utc(5)}
    summary = live.json("summary")
    assert summary["channels"]["engagement"]["by_method"]["tap"]["n"] == 0
    assert (summary["coverage"]["seen"], summary["notes"]) == (0, [])
    assert live.json("visits")[0]["observations"] == 0
    assert tap not in live.ok("export", "csv")
    (_, before), (op, after) = entries(live, tap)
    assert (before["code"], op, after["reason"]) == ("deep", "void", "a slip")
    assert "it was voided" in live.refused("void", tap)
    assert "it was voided" in live.refused("amend", tap, "--reason", "x", "--code", "off")


def test_undo_takes_an_amendment_back(live: Observe, tap: str) -> None:
    live.ok("amend", tap, "--reason", "x", "--code", "off")
    live.log({"undo": True})
    assert standing(live, tap)["code"] == "deep"


# -- settings ---------------------------------------------------------------------------------------------


def test_settings_show_and_set(observe: Observe) -> None:
    shown = observe.json("settings")
    assert {"observer", "zone"} <= shown.keys()
    assert observe.ok("settings", "observer", "  Mia \x1b Fox ") == "Mia Fox\n"
    assert observe.ok("settings", "observer") == "Mia Fox\n"
    assert observe.json("settings", "observer") == {"observer": "Mia Fox"}
    assert observe.json("settings", "zone", "Europe/Paris") == {"zone": "Europe/Paris"}
    assert observe.json("settings") == {**shown, "observer": "Mia Fox", "zone": "Europe/Paris"}
    assert "Mia Fox" in observe.ok("settings")


def test_settings_are_this_device_s_own(at_school: Observe, tmp_path: Path) -> None:
    at_school.ok("settings", "left_handed", "yes")
    file, other = tmp_path / "all.jsonl", tmp_path / "other"
    at_school.ok("export", "jsonl", "-o", file)
    at_school.ok("import", "visits", file, home=other)
    assert at_school.json("settings", "left_handed", home=other) == {"left_handed": "no"}


# -- completion -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(observe: Observe, shell: str) -> None:
    script = observe.ok("completion", shell)
    assert "_OBSERVE_COMPLETE" in script
    assert dump(observe.home) == {}
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script.encode(), check=True)


def test_completion_completes(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_OBSERVE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "observe su")
    monkeypatch.setenv("COMP_CWORD", "1")
    import sys

    done = subprocess.run([sys.executable, "-m", "observe"], capture_output=True, env=dict(os.environ), check=False)
    assert b"summary" in done.stdout
