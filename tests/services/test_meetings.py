"""Co-planning meetings: typed in and from a calendar, held, missed, moved, and what a changed calendar does to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from observe.domain.codec import local, parse
from observe.domain.errors import Refused
from observe.domain.programme import Meeting
from observe.services import meetings, visits
from observe.services.home import Home
from observe.services.schedule import Followed, import_schedule
from observe.store import maintenance, queries
from observe.store.intake import receive

from .phoenix import PHOENIX, Fixed, school

PLANS = (Path(__file__).parent.parent / "data" / "schedule" / "meetings.ics").read_text(encoding="utf-8")
Follow = Callable[..., Followed]


@pytest.fixture
def follow(at: Home, tmp_path: Path) -> Follow:
    def run(text: str = PLANS, **more: object) -> Followed:
        path = tmp_path / "plans.ics"
        path.write_text(text, encoding="utf-8", newline="")
        return import_schedule(at, path, **more)  # type: ignore[arg-type]  # reason: as they are given

    return run


def when(home: Home, section: str | None = None) -> list[str]:
    return [f"{local(m.at, home.zone):%m-%d %H:%M}" for m in meetings.between(home, None, None, section)]


def one(home: Home, moment: str) -> Meeting:
    [found] = [m for m in meetings.between(home, None, None) if m.at == parse(moment, PHOENIX)]
    return found


# -- typed in ---------------------------------------------------------------------------------------------------


def test_planned_held_and_taken_back(at: Home, clock: Fixed) -> None:
    plan = meetings.plan(at, "room 12", parse("2024-11-18T07:30", PHOENIX), 25)
    assert (plan.status(clock.ms), plan.minutes, plan.section) == ("missed", 25, "twelve")  # over, and nothing said
    assert (meetings.held(at, plan.id).held_minutes, meetings.held(at, plan.id, 40).held_minutes) == (25, 40)
    assert meetings.read(at, plan.id).status(clock.ms) == "held"
    before = list(maintenance.dump(at.conn))
    meetings.held(at, plan.id)
    assert list(maintenance.dump(at.conn)) == before
    assert meetings.miss(at, plan.id, " called  away ").status(clock.ms) == "missed"
    told = meetings.read(at, plan.id)
    assert (told.missed, told.held_at) == ("called away", None)
    assert meetings.held(at, plan.id).missed == ""
    back = meetings.take_back(at, plan.id)
    assert (back.held_at, back.missed) == (None, "")
    assert maintenance.remake(at.database, at.journal.device) == []


def test_moved_and_the_reason_goes(at: Home, clock: Fixed) -> None:
    plan = meetings.plan(at, "Room 12", parse("2024-11-18T15:00", PHOENIX))
    meetings.miss(at, plan.id, "testing")
    moved = meetings.move(at, plan.id, parse("2024-11-19T15:00", PHOENIX))
    assert (moved.missed, moved.status(clock.ms), when(at)) == ("", "planned", ["11-19 15:00"])


def test_one_that_nobody_planned_is_written_down(at: Home, clock: Fixed) -> None:
    met = meetings.note_held(at, "Room 14", clock.ms - 600_000, 15)
    assert (met.minutes, met.held_minutes, met.status(clock.ms)) == (None, 15, "held")
    with pytest.raises(Refused, match="was not planned"):
        meetings.miss(at, met.id, "testing")
    meetings.drop(at, met.id)
    assert when(at) == []
    assert maintenance.remake(at.database, at.journal.device) == []


def test_what_cannot_be_is_refused(at: Home, clock: Fixed) -> None:
    ahead = meetings.plan(at, "Room 12", clock.ms + 3_600_000)
    with pytest.raises(Refused, match="still to come"):
        meetings.held(at, ahead.id)
    with pytest.raises(Refused, match="in the future"):
        meetings.note_held(at, "Room 12", clock.ms + 3_600_000, 15)
    with pytest.raises(Refused, match="reason: empty"):
        meetings.miss(at, ahead.id, " ")
    with pytest.raises(Refused, match="minutes: 0"):
        meetings.plan(at, "Room 12", clock.ms, 0)
    with pytest.raises(Refused, match="not known"):
        meetings.named(at, "nobody")
    with pytest.raises(Refused, match="not known"):
        meetings.named(at, "")
    assert meetings.named(at, ahead.id[:8]).id == ahead.id


# -- from a calendar --------------------------------------------------------------------------------------------


def test_an_event_that_says_so_is_a_meeting(at: Home, follow: Follow) -> None:
    done = follow()
    assert (done.counts["added"], done.meeting_counts["added"]) == (1, 6)
    assert when(at, "twelve") == ["11-07 14:30", "11-14 14:30", "11-22 07:45", "11-28 14:30", "12-05 14:30"]
    assert when(at, "fourteen") == ["11-20 15:00"]
    assert [(u.name, u.meeting) for u in done.unclear] == [("Planning meeting", True)]
    assert follow().changed is False


def test_which_meeting_is_asked_once(at: Home, follow: Follow) -> None:
    follow()
    done = follow(meetings={"planning MEETING": "Room 14"})
    assert (done.meeting_counts["added"], done.unclear) == (1, [])
    assert when(at, "fourteen") == ["11-20 15:00", "11-25 15:00"]
    assert follow().changed is False


def test_what_is_a_visit_and_what_a_meeting_she_decides(at: Home, follow: Follow) -> None:
    follow()
    done = follow(choices={"Coplan Room 14": "Room 14"}, meetings={"Push-in Room 12": "Room 12"})
    assert (done.counts["added"], done.counts["removed"]) == (1, 1)
    assert (done.meeting_counts["added"], done.meeting_counts["removed"]) == (1, 1)
    assert "11-21 10:00" in when(at, "twelve")
    assert [v.section for v in visits.visits_between(at, 0, None)] == ["fourteen"]
    assert follow().changed is False
    back = follow(meetings={"Coplan Room 14": "Room 14"}, choices={"Push-in Room 12": "Room 12"})
    assert (back.counts["added"], back.counts["removed"], back.meeting_counts["added"]) == (1, 1, 1)
    assert maintenance.remake(at.database, at.journal.device) == []


def test_meetings_follow_a_changed_calendar_as_visits_do(at: Home, follow: Follow) -> None:
    follow()
    was = one(at, "2024-11-22T07:45")
    changed = PLANS.replace(":20241122T074500", ":20241122T080000").replace("COUNT=5", "COUNT=4")
    done = follow(changed)
    assert {word: n for word, n in done.meeting_counts.items() if n} == {"moved": 1, "removed": 1, "unchanged": 4}
    assert one(at, "2024-11-22T08:00").id == was.id
    gone = follow(PLANS.replace("SUMMARY:Coplan Room 14", "STATUS:CANCELLED\r\nSUMMARY:Coplan Room 14"))
    assert when(at, "fourteen") == []
    assert (gone.cancelled, gone.meeting_counts["removed"]) == (1, 1)


def test_what_was_held_missed_or_moved_by_hand_stays(at: Home, follow: Follow, clock: Fixed) -> None:
    follow()
    held, told = one(at, "2024-11-14T14:30"), one(at, "2024-11-28T14:30")
    by_hand = one(at, "2024-12-05T14:30")
    meetings.held(at, held.id, 20)
    meetings.miss(at, told.id, "assembly")
    meetings.move(at, by_hand.id, parse("2024-12-06T08:00", PHOENIX))
    done = follow(PLANS.replace("UID:plan12", "UID:gone12"))
    assert {p.id for p in done.meetings if p.what == "kept"} == {told.id, by_hand.id}
    assert meetings.read(at, held.id).held_minutes == 20
    assert one(at, "2024-12-06T08:00").id == by_hand.id


def test_two_devices_meet(at: Home, follow: Follow, clock: Fixed, tmp_path: Path) -> None:
    follow()
    other = school(tmp_path / "other", clock)
    import_schedule(other, tmp_path / "plans.ics")
    assert [m.id for m in meetings.between(at, None, None)] == [m.id for m in meetings.between(other, None, None)]
    with other.database.transaction():
        receive(other.conn, list(at.journal.every()), clock.ms)
    assert queries.conflicts(other.conn) == []
    assert maintenance.remake(other.database, other.journal.device) == []
    other.close()
