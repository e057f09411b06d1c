"""`seen`, `access` and `talent`: one document, the other forms, and spans that are refused."""

import csv
import io
import json
from pathlib import Path

import pytest

from .commands import DAY, Observe, at, utc

SPAN = ("--from", "2024-11-01", "--to", "2024-11-30")


@pytest.fixture
def busy(live: Observe) -> Observe:
    """A visit with a little of everything that these are made of."""
    live.log(
        {"channel": "strategy", "code": "extension", "on": True, "at": at(1)},
        {"channel": "role", "code": "group", "with": ["Ana Ruiz", "Bo Chen"], "at": at(2)},
        {"channel": "engagement", "code": "deep", "student": "Ana Ruiz", "at": at(3)},
        {"channel": "spark", "code": "insight", "student": "Chi Okeke", "note": "=1+1 is the rule", "at": at(4)},
        {"channel": "spark", "code": "lead", "student": "Chi Okeke", "note": "secret", "private": True, "at": at(5)},
        {"channel": "questioning", "code": "create", "modifiers": {"answered_by": "Chi Okeke"}, "at": at(6)},
    )
    live.end(10)
    return live


def test_seen(busy: Observe) -> None:
    report = busy.json("seen", *SPAN)
    assert (report["from"], report["to"]) == ("2024-11-01", "2024-11-30")
    names = [section["name"] for section in report["sections"]]
    assert names == ["Room 12", "Room 14"]
    first, second = report["sections"]
    assert (first["visits"], second["visits"]) == (1, 0)
    rows = [(row["name"], row["n"]) for row in first["students"]]
    assert rows == [("Bo Chen", 0), ("Sam Lee", 0), ("Sam Lee", 0), ("Ana Ruiz", 1), ("Chi Okeke", 2)]
    assert {row["name"]: row["last_at"] for row in first["students"]}["Chi Okeke"] == utc(5)
    assert len(first["never"]) == 3
    assert second["never"] == []
    assert busy.json("seen", *SPAN, "--section", "room 14")["sections"] == [second]
    assert "Room 12: 1 visit" in busy.ok("seen", *SPAN)


def test_access_counts_of_everybody_in_the_classes_that_were_visited(busy: Observe) -> None:
    report = busy.json("access", *SPAN)
    assert (report["any"]["n"], report["any"]["of"]) == (3, 5)
    row = next(row for row in report["students"] if row["name"] == "Bo Chen")
    assert (row["service_seconds"], row["offers"]["strategy.extension"]["seconds"]) == (480, 480)
    text = busy.ok("access", *SPAN)
    assert "3 of 5, 2 of them not identified" in text
    assert busy.json("access")["any"] == {
        "n": 0, "of": 0, "share": None,
        "by_group": {g: {"n": 0, "of": 0, "share": None} for g in ("identified", "others")},
    }  # fmt: skip  # this month nobody was visited


def test_talent_says_why_and_keeps_what_is_private(busy: Observe) -> None:
    busy.ok("settings", "talent_days", "1")
    busy.ok("settings", "talent_sparks", "2")
    report = busy.json("talent", *SPAN)
    assert report["raised"] == [busy.student("Chi Okeke")]
    (row,) = report["students"]
    assert row["why"] == "2 sparks of 2 kinds (Insight, Lead) on 1 day"
    assert [(s["evidence"], s["private"]) for s in row["sparks"]] == [("=1+1 is the rule", False), (None, True)]
    for form in ("text", "md", "html", "csv"):
        assert "secret" not in busy.ok("talent", *SPAN, "--format", form)
    assert "allowed" in busy.refused("settings", "talent_sparks", "0")


@pytest.mark.parametrize("command", ["seen", "access", "talent"])
def test_every_form_of_each(busy: Observe, command: str, tmp_path: Path) -> None:
    for form in ("text", "md", "html"):
        assert "Chi Okeke" in busy.ok(command, *SPAN, "--format", form)
    rows = list(csv.DictReader(io.StringIO(busy.ok(command, *SPAN, "--format", "csv"))))
    assert "Chi Okeke" in {row["name"] for row in rows}
    assert all(None not in row and None not in row.values() for row in rows)
    file = tmp_path / "out.json"
    assert busy.ok(command, *SPAN, "--json", "-o", file) == ""
    assert json.loads(file.read_text(encoding="utf-8")) == busy.json(command, *SPAN)
    assert "after --to" in busy.refused(command, "--from", DAY, "--to", "2024-11-18", status=2)
    assert "out of range" in busy.refused(command, "--to", "2024-11-31", status=2)
    busy.refused(command, "--section", "Room 99")


def test_a_spreadsheet_runs_nothing_that_a_child_said(busy: Observe) -> None:
    rows = list(csv.DictReader(io.StringIO(busy.ok("talent", *SPAN, "--format", "csv"))))
    assert [row["evidence"] for row in rows] == ["'=1+1 is the rule", ""]
    assert [row["raised"] for row in rows] == ["no", "no"]


def test_two_offers_of_one_visit_are_one_visit_and_a_question_put_and_answered_is_one(live: Observe) -> None:
    live.log(
        *({"channel": "strategy", "code": code, "on": True, "at": at(1)} for code in ("extension", "enrichment")),
        {"channel": "role", "code": "group", "with": ["Ana Ruiz"], "at": at(2)},
        {"channel": "questioning", "code": "create", "student": "Ana Ruiz", "modifiers": {"answered_by": "Ana Ruiz"},
         "at": at(3)},
    )  # fmt: skip
    live.end(10)
    (row,) = [line for line in live.ok("access", *SPAN).splitlines() if line.startswith("  Ana Ruiz")]
    assert row.split()[2:] == ["ident.", "1", "8", "0", "1", "1", "0"]


def test_before_there_is_a_class_each_page_says_so(observe: Observe) -> None:
    """Whom to see next had been a title with nothing under it."""
    assert "no class yet" in observe.ok("seen")
    assert "No visit to a class with students" in observe.ok("access")
