"""`trends` and `flag`."""

import csv
import io
import json
from pathlib import Path

import pytest

from .commands import DAY, Observe, at


def look(student: str, code: str, minute: int, number: int = 1) -> dict:
    return {
        "channel": "engagement", "code": code, "student": student, "method": "sweep", "sweep": number, "at": at(minute)
    }  # fmt: skip


@pytest.fixture
def held(at_school: Observe, tmp_path: Path) -> str:
    """A visit with a pass and some taps."""
    at_school.ok("working-agreement", "Ms Okafor", "--set", "logged=What we both say and do.")
    visit = at_school.ok("start", "Room 12", "--at", at(0)).strip()
    lines = [
        look("Ana Ruiz", "deep", 1),
        look("Bo Chen", "off", 2),
        {"channel": "engagement", "code": "deep", "student": "Bo Chen", "at": at(3)},
        {"channel": "questioning", "code": "analyze", "modifiers": {"asker": "teacher"}, "at": at(4)},
        {"channel": "role", "code": "extra", "at": at(5)},
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    at_school.ok("log", visit, tmp_path / "lines.jsonl")
    at_school.ok("end", visit, "--at", at(40))
    return visit


def test_a_visit_is_flagged_asked_and_cleared(at_school: Observe) -> None:
    visit = at_school.ok("start", "Room 12").strip()
    assert at_school.json("flag", visit) == {"id": visit, "flag": None}
    assert at_school.ok("flag", visit).strip() == "as usual"
    assert at_school.ok("flag", visit, "other", "lesson").strip() == visit
    assert at_school.json("flag", "last") == {"id": visit, "flag": "other lesson"}
    assert at_school.json("summary", visit)["visit"]["flag"] == "other lesson"
    assert at_school.json("flag", visit, "--clear") == {"id": visit, "flag": None}
    at_school.refused("flag", visit, "substitute", "--clear", status=2)
    at_school.refused("flag", "nobody", "substitute")
    assert "too long" in at_school.refused("flag", visit, "x" * 201)


def test_the_json_has_what_a_day_has_and_the_weeks(at_school: Observe, held: str) -> None:
    found = at_school.json("trends")
    day = at_school.json("day", DAY)
    assert {name: found[name] for name in ("visits", "totals", "delivered")} == {
        name: day[name] for name in ("visits", "totals", "delivered")
    }
    assert (found["from"], found["to"], found["section"], found["everyone"]) == ("2024-10-23", DAY, None, False)
    assert found["transfer"][-1] == {"week": "2024-11-18", "shown": 0, "seen": 0, "said": 0}
    assert (found["student"], found["flagged"]) == (None, {"left_out": 0, "visits": []})
    assert [week["week"] for week in found["weeks"]] == [
        "2024-10-21", "2024-10-28", "2024-11-04", "2024-11-11", "2024-11-18"
    ]  # fmt: skip
    assert [week["channels"] is None for week in found["weeks"]] == [True] * 4 + [False]
    engagement = found["weeks"][-1]["channels"]["engagement"]
    assert (engagement["sweep"]["passes"], engagement["sweep"]["n"], engagement["tap"]["n"]) == (1, 2, 1)
    assert engagement["sweep"]["shares"]["deep"] == 0.5  # the tap is no part of it
    assert engagement["by_group"]["identified"]["counts"]["deep"] == 1
    assert found["weeks"][-1]["channels"]["questioning"]["by"]["asker"]["teacher"] == {"n": 1, "upper": 1, "lower": 0}
    assert found["weeks"][-1]["channels"]["role"]["seconds"]["extra"] == 2100.0
    assert found["looks"]["engagement"]["others"]["n"] == 1
    assert "median" not in json.dumps([found["weeks"], found["looks"]])


def test_one_section_or_one_student(at_school: Observe, held: str) -> None:
    assert at_school.json("trends", "--section", "Room 14", "--from", DAY, "--to", DAY)["visits"] == []
    found = at_school.json("trends", "--student", "Ana Ruiz")
    [row] = found["student"]["visits"]
    assert (row["visit"], row["looks"], row["taps"]) == (held, {"engagement": ["deep"]}, {})
    assert found["student"]["weeks"][-1]["looks"] == {"engagement": {"deep": 1}}
    assert "in any section" in at_school.refused("trends", "--student", "Nobody")
    assert "in this section" in at_school.refused("trends", "--student", "Ana Ruiz", "--section", "Room 14")
    assert "more than one student" in at_school.refused("trends", "--student", "Sam Lee")
    at_school.refused("trends", "--section", "Nowhere")


def test_a_flagged_visit_is_left_out_unless_asked_for(at_school: Observe, held: str) -> None:
    at_school.ok("flag", held, "assessment")
    found = at_school.json("trends")
    assert (found["visits"], found["flagged"]["left_out"]) == ([], 1)
    assert found["flagged"]["visits"] == [{"visit": held, "flag": "assessment", "day": DAY}]
    assert "1 visit left out: assessment 1." in at_school.ok("trends")
    whole = at_school.json("trends", "--flagged")
    assert (len(whole["visits"]), whole["flagged"]["left_out"], len(whole["flagged"]["visits"])) == (1, 0, 1)
    assert len(at_school.json("day", DAY)["visits"]) == 1  # a day is what it was


def test_every_format_says_the_same_and_goes_to_a_file_too(at_school: Observe, held: str, tmp_path: Path) -> None:
    text = at_school.ok("trends", "--section", "Room 12")
    assert "1 visit: too few to draw a course" in text
    assert "2 looks: too few for percentages" in text
    assert "# Trends - Room 12" in at_school.ok("trends", "--section", "Room 12", "--format", "md")
    for form in ("text", "md", "html", "csv"):
        at_school.ok("trends", "--format", form, "-o", tmp_path / f"trends.{form}")
    assert (tmp_path / "trends.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "trends.csv").read_text(encoding="utf-8"))))
    assert list(rows[0]) == ["week", "channel", "kind", "group", "method", "figure", "code", "value"]
    cell = {(r["week"], r["channel"], r["group"], r["method"], r["figure"], r["code"]): r["value"] for r in rows}
    assert len(cell) == len(rows)
    assert cell["2024-11-18", "engagement", "all", "sweep", "share", "deep"] == "0.5"
    assert cell["2024-11-18", "engagement", "all", "tap", "count", "deep"] == "1"
    assert cell["2024-11-18", "questioning", "asker=teacher", "", "upper", ""] == "1"
    assert cell["2024-11-18", "role", "all", "", "seconds", "extra"] == "2100.0"
    assert [r for r in rows if r["week"] == "2024-11-11"] == [
        {"week": "2024-11-11", "channel": "visit", "kind": "", "group": "", "method": "", "figure": "visits",
         "code": "", "value": "0"}
    ]  # fmt: skip
    assert cell["total", "engagement", "identified", "sweep", "n", ""] == "1"
    student = at_school.ok("trends", "--student", "Ana Ruiz", "--format", "csv").splitlines()
    assert "2024-11-18,engagement,scale,student,sweep,count,deep,1" in student


def test_days_that_cannot_be_are_refused(at_school: Observe, held: str) -> None:
    at_school.refused("trends", "--from", "soon", status=2)
    assert "after --to" in at_school.refused("trends", "--from", "2024-11-20", "--to", DAY, status=2)
    assert at_school.json("trends", "--from", "yesterday", "--to", "today")["visits"] == []
