"""`plan` and `compacting`: shown, filled, begun from another, shared, and refused where they cannot be."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .commands import Observe, at, utc

ROOM = "Room 12"
LINES: list[dict[str, Any]] = [
    {"part": "objective", "text": "Compare fractions"},
    {"part": "group", "name": "A", "tier": "Tier 1", "students": ["Ana Ruiz"], "evidence": "exit slip",
     "evidence_at": "2024-11-01"},
    {"part": "group", "name": "B", "students": ["Bo Chen", "Chi Okeke"]},
    {"part": "tier", "name": "Tier 1", "text": "strips"},
    {"part": "strategy", "code": "tiered", "by": "both"},
    {"part": "question", "code": "analyze", "text": "Which is fairer, Ana?"},
    {"part": "segment", "minutes": 10, "code": "teach", "teacher": "sets up"},
    {"part": "watch", "students": ["Chi Okeke"], "text": "quiet"},
]  # fmt: skip


@pytest.fixture
def visit(at_school: Observe) -> str:
    """A planned visit, its plan filled from a file on stdin."""
    raw = json.dumps({"lines": LINES})
    args = ("plan", "--new", ROOM, "--at", at(0), "--minutes", "45", "--set", "-", "--json")
    found: str = at_school(*args, stdin=raw).json["visit"]["id"]
    return found


def test_a_plan_is_filled_from_json_and_written_as_json(at_school: Observe, visit: str) -> None:
    shown = at_school("plan", visit, "--json").json
    assert shown["visit"] == {
        "id": visit, "section": ROOM, "section_id": shown["visit"]["section_id"], "teacher": "Ms Okafor",
        "status": "missed", "planned_at": utc(0), "planned_minutes": 45, "started_at": None,
    }  # fmt: skip
    parts = [one["part"] for one in shown["lines"]]
    assert parts == ["objective", "group", "group", "tier", "strategy", "question", "segment", "watch"]
    a = shown["lines"][1]
    assert (a["name"], a["students"], a["evidence"]) == ("A", [at_school.student("Ana Ruiz")], "exit slip")
    assert a["evidence_at"].startswith("2024-11-01T")
    assert shown["lines"][5]["channel"] == "questioning"
    assert (shown["minutes"], len(shown["unplaced"]), shown["compacting"]) == (10, 2, [])
    assert shown["actual"]["counts"] == {"planned": 8, "ran": 0, "not_run": 0, "unsaid": 8}
    again = at_school("plan", visit, "--set", "-", "--json", stdin=json.dumps(shown))
    assert again.json == shown


def test_a_plan_on_paper_names_students_and_the_one_to_share_does_not(at_school: Observe, visit: str) -> None:
    for form in ("text", "md", "html"):
        own = at_school("plan", visit, "--format", form).out
        for said in (
            "Compare fractions",
            "Ana Ruiz",
            "exit slip",
            "more than three weeks old",
            "10 of 45 min, 35 left",
        ):
            assert said in own, (form, said)
        shared = at_school("plan", visit, "--format", form, "--share").out
        assert "Compare fractions" in shared
        for name in ("Ana", "Ruiz", "Bo Chen", "Okeke"):
            assert not re.search(rf"\b{name}\b", shared), (form, name)


def test_a_plan_is_written_to_a_file(at_school: Observe, visit: str, tmp_path: Path) -> None:
    assert at_school.ok("plan", visit, "--format", "html", "-o", tmp_path / "plan.html") == ""
    assert "<h2>Goal of the lesson</h2>" in (tmp_path / "plan.html").read_text()
    assert at_school.ok("plan", visit, "--json", "-o", tmp_path / "plan.json") == ""
    assert len(json.loads((tmp_path / "plan.json").read_text())["lines"]) == 8


def test_a_plan_begins_with_the_last_one_or_an_empty_frame(at_school: Observe, visit: str) -> None:
    args = ("plan", "--new", ROOM, "--at", "2024-11-20T10:00", "--minutes", "30")
    shown = at_school(*args, "--from", "last", "--json").json
    assert [one["part"] for one in shown["lines"]] == [
        "group", "group", "tier", "strategy", "question", "segment", "watch",
    ]  # fmt: skip
    assert at_school(*args, "--from", visit, "--json").json == shown
    frame = at_school(
        "plan", "--new", ROOM, "--at", "2024-11-21T10:00", "--minutes", "30", "--from", "skeleton", "--json"
    ).json
    assert (frame["minutes"], len(frame["lines"])) == (30, 12)


def test_a_plan_begun_with_the_last_one_has_its_groups_as_that_visit_left_them(at_school: Observe, visit: str) -> None:
    at_school.ok("start", ROOM, "--at", at(0))
    moves = [("Bo Chen", "A"), ("Chi Okeke", "Late"), ("Ana Ruiz", "")]
    lines = [{"move": who, "group": group, "at": at(n)} for n, (who, group) in enumerate(moves, 1)]
    at_school("log", visit, stdin="\n".join(map(json.dumps, lines)))
    at_school.ok("end", visit, "--at", at(40))
    following = at_school(
        "plan", "--new", ROOM, "--at", "2024-11-20T10:00", "--minutes", "45", "--from", "last", "--json"
    ).json
    ana, bo, chi = map(at_school.student, ("Ana Ruiz", "Bo Chen", "Chi Okeke"))
    groups = [(one["name"], one.get("students", [])) for one in following["lines"] if one["part"] == "group"]
    assert groups == [("A", [bo]), ("B", []), ("Late", [chi])]
    assert ana in following["unplaced"]
    # Nobody is moved by it: the next visit begins where this one ended.
    id = at_school.ok("start", ROOM, "--at", "2024-11-20T10:00").strip()
    at_school.ok("end", id, "--at", "2024-11-20T10:30")
    said = at_school("summary", id, "--json").json["groups"]
    assert (said["between"], said["end"]) == ([], {"A": [bo], "Late": [chi]})


def test_without_a_name_it_is_the_next_visit(at_school: Observe) -> None:
    ran = at_school("plan", "--json")
    assert (ran.status, ran.out) == (1, "")
    assert "there is no visit to plan" in ran.err
    soon = at_school("plan", "--new", ROOM, "--json").json["visit"]
    assert (soon["status"], soon["planned_minutes"]) == ("planned", 45)
    assert at_school("plan", "--json").json["visit"] == soon


def test_the_summary_has_the_plan_and_what_became_of_it(at_school: Observe, visit: str) -> None:
    lines = {one["part"]: one["id"] for one in at_school("plan", visit, "--json").json["lines"]}
    assert at_school.ok("start", ROOM, "--at", at(0)).strip() == visit
    asked = {"channel": "questioning", "code": "analyze", "plan": lines["question"], "at": at(3)}
    at_school.ok("log", visit, stdin=json.dumps(asked))
    at_school.ok("log", visit, stdin=json.dumps({"channel": "strategy", "code": "tiered", "on": True, "at": at(5)}))
    at_school.ok("end", visit, "--at", at(40))
    summary = at_school("summary", visit, "--json").json
    found = {one["id"]: one for one in summary["plan"]["lines"]}
    assert found[lines["question"]]["actual"] == {"asked": 1, "first_at": utc(3), "at_level": 0}
    assert found[lines["strategy"]]["actual"] == {"seconds": 35 * 60.0}
    assert summary["plan"]["objective"] == "Compare fractions"
    assert at_school("summary", visit, "--json", "--share").json["plan"] == {}
    assert at_school("day", at(0)[:10], "--json").json["visits"][0]["plan"] == summary["plan"]
    assert "Analyze: Which is fairer, Ana?  asked 10:03" in at_school.ok("summary", visit)


@pytest.mark.parametrize(
    ("args", "raw", "status", "said"),
    [
        (("plan", "--at", at(0)), "", 2, "--at and --minutes: only with --new"),
        (("plan", "last", "--new", ROOM), "", 2, "VISIT or --new, not both"),
        (("plan", "--new", "Room 99"), "", 1, "section 'Room 99' is not known"),
        (("plan", "--new", ROOM, "--at", "soon"), "", 2, "--at: "),
        (("plan", "--new", ROOM, "--minutes", "0"), "", 1, "minutes: 0 cannot be"),
        (("plan", "nothing"), "", 1, "visit 'nothing' is not known"),
        (("plan", "--share", "--json"), "", 2, "--share: not with --json"),
        (("plan", "--new", ROOM, "--set", "-"), "{", 1, "is no JSON"),
        (("plan", "--new", ROOM, "--set", "-"), "deep", 1, "is no JSON"),
        (("plan", "--new", ROOM, "--set", "-"), '{"lines": [{"part": "tier"}]}', 1, "line 1: name: missing"),
        (("plan", "--new", ROOM, "--set", "nowhere.json"), "", 2, "nowhere.json is not there"),
        (("plan", "--new", ROOM, "--from", "zz"), "", 1, "visit 'zz' is not known"),
        (("compacting", "zz"), "", 1, "agreement 'zz' is not known"),
        (("compacting", "--shown", "x"), "", 2, "which agreement?"),
        (("compacting", "--add", "Ana Ruiz", "--shown", "x"), "", 2, "--add: needs --section"),
        (("compacting", "--add", "Sam Lee", "--section", ROOM, "--shown", "x"), "", 1, "more than one student"),
        (("compacting", "--add", "Ana Ruiz", "--section", ROOM), "", 1, "shown: missing"),
        (("compacting", "zz", "--close", "--reopen"), "", 2, "--close or --reopen"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line(
    at_school: Observe, args: tuple[str, ...], raw: str, status: int, said: str
) -> None:
    ran = at_school(*args, stdin="[" * 100_000 if raw == "deep" else raw)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_agreements_are_begun_changed_closed_and_listed(at_school: Observe) -> None:
    begun = at_school(
        "compacting", "--add", "Ana Ruiz", "--section", ROOM, "--shown", "set 1", "--evidence", "pre-test",
        "--evidence-at", "2024-11-01", "--minutes", "40", "--instead", "a proof", "--json",
    ).json[0]  # fmt: skip
    assert (begun["shown"], begun["minutes"], begun["ended_at"]) == ("set 1", 40, None)
    assert begun["evidence_at"].startswith("2024-11-01T")
    id = begun["id"]
    assert "Ana Ruiz: set 1 (pre-test, 1 Nov), 40 min a week, instead: a proof" in at_school.ok("compacting")
    assert at_school("compacting", id[:6], "--instead", "two proofs", "--json").json[0]["instead"] == "two proofs"
    assert at_school("compacting", id, "--close", "--json").json[0]["ended_at"] is not None
    assert at_school("compacting", "--section", ROOM, "--json").json == []
    assert at_school.ok("compacting").strip() == "no compacting agreement stands"
    assert [one["id"] for one in at_school("compacting", "--all", "--json").json] == [id]
    assert at_school("compacting", id, "--reopen", "--json").json[0]["ended_at"] is None
