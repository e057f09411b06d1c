"""`meetings`, `meeting`, `patterns`, `pattern`, `delivered`, and a calendar with meetings in it."""

import re
from pathlib import Path

from .commands import DAY, Observe

PLANS = Path(__file__).parent.parent / "data" / "schedule" / "meetings.ics"
SPAN = ("--from", "2024-11-01", "--to", "2024-12-31")


def test_a_meeting_is_planned_held_missed_moved_and_dropped(at_school: Observe) -> None:
    row = at_school.json("meeting", "add", "Room 12", f"{DAY}T14:00", "--minutes", "25")
    assert (row["status"], row["minutes"], row["at"]) == ("missed", 25, f"{DAY}T21:00:00.000Z")  # over, nothing said
    id = row["id"]
    assert at_school.json("meeting", "held", id[:6])["held_minutes"] == 25
    assert at_school.json("meeting", "held", id, "--minutes", "40")["held_minutes"] == 40
    told = at_school.json("meeting", "missed", id, "--reason", "testing")
    assert (told["status"], told["reason"], told["held_at"]) == ("missed", "testing", None)
    assert at_school.json("meeting", "clear", id)["reason"] is None
    assert at_school.json("meeting", "move", id, f"{DAY}T15:00")["at"] == f"{DAY}T22:00:00.000Z"
    assert at_school.json("meetings", "--section", "Room 14") == []
    assert [row["id"] for row in at_school.json("meetings", "--from", DAY, "--to", DAY)] == [id]
    assert "15:00  Room 12  missed, not said why" in at_school.ok("meetings")
    before = at_school.json("meetings")[0]
    assert at_school.json("meeting", "drop", id[:6]) == {**before, "status": "dropped"}
    assert at_school.ok("meetings") == "no co-planning meetings\n"
    assert at_school.json("meetings") == []


def test_a_meeting_is_dropped_without_json_by_its_id(at_school: Observe) -> None:
    id = at_school.ok("meeting", "add", "Room 12", f"{DAY}T14:00").strip()
    assert at_school.ok("meeting", "drop", id) == f"{id}\n"
    assert "not known" in at_school.refused("meeting", "drop", id, "--json")


def test_a_meeting_that_nobody_planned(at_school: Observe) -> None:
    row = at_school.json("meeting", "add", "Room 14", f"{DAY}T14:00", "--minutes", "15", "--held")
    assert (row["status"], row["minutes"], row["held_minutes"]) == ("held", None, 15)
    assert "held 15 min, not planned" in at_school.ok("meetings")


def test_meetings_of_a_calendar(at_school: Observe) -> None:
    out = at_school.ok("import", "schedule", PLANS, *SPAN).splitlines()
    assert out[0] == "visits: 1 added"
    assert "co-planning meetings: 6 added" in out
    assert "unclear: Planning meeting (1), a co-planning meeting" in out
    assert out[-1].endswith('--meeting "Planning meeting=SECTION", or --section "Planning meeting=" for no visit')
    done = at_school.json("import", "schedule", PLANS, *SPAN, "--meeting", "Planning meeting=Room 14")
    assert done["meeting_counts"]["added"] == 1
    assert [row.keys() for row in done["meetings"]] == [{"what", "meeting", "section", "at", "minutes"}]
    before = at_school.dump()
    at_school.ok("import", "schedule", PLANS, *SPAN)
    assert at_school.dump() == before
    at_school.refused("import", "schedule", PLANS, "--meeting", "Planning meeting=", status=2)


def test_a_pattern_is_made_listed_changed_and_ended(at_school: Observe) -> None:
    made = at_school.json("pattern", "Room 12", "tue", "09:30", "45", "--from", "2024-11-05", "--until", "2024-12-03")
    assert made["counts"]["added"] == 5
    assert (made["day"], made["time"], made["what"], made["last"]) == ("tue", "09:30", "visit", "2024-12-03")
    assert len(at_school.json("visits")) == 5
    text = at_school.ok("pattern", "Room 14", "fri", "1:15pm", "--meeting", "--from", "2024-11-08", "--until", DAY)
    assert re.fullmatch(r"[0-9a-f]{24}\nmeetings: 2 added\n", text)
    assert "tue 09:30  45 min  Room 12  visit  from 2024-11-05 to 2024-12-03" in at_school.ok("patterns")
    assert [row["what"] for row in at_school.json("patterns", "--section", "Room 14")] == ["meeting"]
    assert at_school.json("pattern", "--change", made["id"], "wed", "10:00", "40")["day"] == "wed"
    assert at_school.json("pattern", "--end", made["id"], "--until", "2024-11-20")["last"] == "2024-11-20"
    assert len(at_school.json("visits")) == 5  # they are over, and stay


def test_a_pattern_that_is_over_is_not_made_longer_by_ending_it(at_school: Observe) -> None:
    made = at_school.json("pattern", "Room 12", "tue", "09:30", "--from", "2024-10-01", "--until", "2024-10-15")
    assert at_school.json("pattern", "--end", made["id"])["last"] == "2024-10-15"


def test_what_a_pattern_cannot_be(at_school: Observe) -> None:
    for words in (("Room 12",), ("Room 12", "tue"), ("Room 12", "tue", "09:30", "x"), ("a", "b", "c", "d", "e")):
        at_school.refused("pattern", *words, status=2)
    assert "at night" in at_school.refused("pattern", "Room 12", "tue", "1:30")
    assert "'Nowhere' is not known" in at_school.refused("pattern", "Nowhere", "tue", "09:30")
    assert "minutes: 0" in at_school.refused("pattern", "Room 12", "tue", "09:30", "0")
    at_school.refused("pattern", "--end", "x", "--change", "y", status=2)
    at_school.refused("pattern", "--change", "x", "tue", status=2)
    assert "not known" in at_school.refused("pattern", "--end", "x")
    assert at_school.json("patterns") == []


def test_delivered_in_every_form(at_school: Observe, tmp_path: Path) -> None:
    at_school.ok("pattern", "Room 12", "tue", "10:00", "45", "--from", "2024-11-12", "--until", DAY)
    at_school.start()
    at_school.end(38)
    span = ("--from", "2024-11-11", "--to", "2024-11-24")
    found = at_school.json("delivered", *span, "--by", "week")
    assert [(row["period"], row["visits"]["held"], row["visits"]["missed"]) for row in found["rows"]] == [
        ("2024-11-11", 0, 1),
        ("2024-11-18", 1, 0),
    ]
    assert found["totals"]["visits"]["held_minutes"] == 38.0
    assert found.keys() == {"from", "to", "by", "section", "rows", "totals"}
    assert "1 of 2 planned visits held, 1 missed" in at_school.ok("delivered", *span)
    assert at_school.ok("delivered", *span, "--format", "md").startswith("# Planned and held")
    assert "<table>" in at_school.ok("delivered", *span, "--format", "html", "--by", "month")
    out = tmp_path / "held.csv"
    at_school.ok("delivered", *span, "--section", "Room 12", "--format", "csv", "-o", out)
    assert "total,,,visits,held,1" in out.read_text(encoding="utf-8").splitlines()
    at_school.refused("delivered", "--from", "2024-12-01", "--to", "2024-11-01", status=2)
