"""`import schedule` and `missed`."""

import shutil
import subprocess
import sys
from pathlib import Path

from .commands import Observe

TERM = Path(__file__).parent.parent / "data" / "schedule" / "term.ics"
SPAN = ("--from", "2024-11-01", "--to", "2024-12-31")


def test_it_says_what_was_planned_put_aside_and_unclear(at_school: Observe) -> None:
    out = at_school.ok("import", "schedule", TERM, *SPAN).splitlines()
    assert out[0] == "visits: 19 added"
    assert "  added: Thu 21 Nov 2024 09:00  Room 14, 45 min" in out
    assert out[20:] == [
        "cancelled in the calendar: 2",
        "no visit: Book fair",
        "unclear: Staff meeting (4)",
        "unclear: Coffee with Mr Diaz (1), perhaps Room 14",
        'say it once: observe import schedule term.ics --section "Staff meeting=SECTION",'
        ' or "Staff meeting=" for no visit',
    ]


def test_again_changes_nothing_and_a_choice_is_remembered(at_school: Observe) -> None:
    choices = ("--section", "Staff meeting=", "--section", "Coffee with Mr Diaz=Room 14")
    done = at_school.json("import", "schedule", TERM, *SPAN, *choices)
    assert (done["changed"], done["dry_run"], done["counts"]["added"], done["unclear"]) == (True, False, 20, [])
    assert done["visits"][0].keys() == {"what", "visit", "section", "at", "minutes"}
    assert done["visits"][0]["at"] == "2024-11-04T17:00:00.000Z"
    before = at_school.dump()
    assert "20 left alone" in at_school.ok("import", "schedule", TERM, *SPAN)
    assert at_school.dump() == before
    rows = at_school.json("visits", "--from", "2024-11-21", "--to", "2024-11-21")
    assert [(row["section"], row["planned_at"]) for row in rows] == [("Room 14", "2024-11-21T16:00:00.000Z")]


def test_a_dry_run_changes_nothing(at_school: Observe) -> None:
    before = at_school.dump()
    assert "dry run" in at_school.ok("import", "schedule", TERM, *SPAN, "--dry-run")
    assert at_school.dump() == before


def test_refused_in_one_line(at_school: Observe, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ics"
    bad.write_text("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR\n")
    assert "bad.ics line 4: DTSTART cannot be read" in at_school.refused("import", "schedule", bad)
    at_school.refused("import", "schedule", tmp_path / "missing.ics", status=2)
    at_school.refused("import", "schedule", tmp_path)
    at_school.refused("import", "schedule", TERM, "--section", "no sign", status=2)
    assert "'Nowhere' is not known" in at_school.refused(
        "import", "schedule", TERM, *SPAN, "--section", "Staff meeting=Nowhere"
    )
    assert at_school.json("visits") == []


def test_missed_with_a_reason_moved_and_taken_back(at_school: Observe) -> None:
    at_school.ok("import", "schedule", TERM, *SPAN)
    [visit] = at_school.json("visits", "--from", "2024-11-21", "--to", "2024-11-21")
    said = at_school.json("missed", visit["id"], "--reason", "assembly")
    assert (said["status"], said["reason"]) == ("missed", "assembly")
    assert at_school.json("summary", visit["id"])["reflection"] == {"missed": "assembly"}
    assert at_school.json("missed", visit["id"], "--clear")["reason"] is None
    moved = at_school.json("missed", visit["id"], "--moved-to", "2024-11-23T09:00")
    assert moved["planned_at"] == "2024-11-23T16:00:00.000Z"
    assert at_school.json("day", "2024-11-21")["delivered"]["planned"] == 0
    assert at_school.json("day", "2024-11-23")["delivered"]["missed"] == 1
    assert "left alone" in at_school.ok("import", "schedule", TERM, *SPAN)  # moved by hand, and so it stays
    assert "follows a schedule" in at_school.refused("missed", visit["id"], "--drop")
    at_school.refused("missed", visit["id"], status=2)
    at_school.refused("missed", visit["id"], "--clear", "--reason", "x", status=2)
    at_school.refused("missed", "nobody", "--reason", "x")


def test_a_planned_visit_travels_in_an_export_and_names_nobody_without_names(
    at_school: Observe, tmp_path: Path
) -> None:
    at_school.ok("import", "schedule", TERM, *SPAN, "--section", "Staff meeting=")
    out, other = tmp_path / "all.jsonl", tmp_path / "other"
    at_school.ok("export", "jsonl", "-o", out)
    at_school.ok("import", "visits", out, home=other)
    at_school.ok("settings", "zone", "America/Phoenix", home=other)
    assert "19 left alone" in at_school.ok("import", "schedule", TERM, *SPAN, home=other)
    bare = tmp_path / "bare.jsonl"
    at_school.ok("export", "jsonl", "--de-identify", "-o", bare)
    assert "calendar" not in bare.read_text()


def test_libraries_load_only_for_the_import(tmp_path: Path) -> None:
    shutil.copy(TERM, tmp_path / "term.ics")
    code = (
        "import sys; from observe.cli import run; run(['import', 'visits', 'none']); run(['visits'])\n"
        "assert not {'icalendar', 'recurring_ical_events'} & set(sys.modules), 'loaded'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
