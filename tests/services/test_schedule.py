"""Following a calendar: what is planned, what stays, and what a visit that is not held is."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from observe.domain.codec import iso, parse
from observe.domain.errors import Refused
from observe.services import missed, schedule, visits
from observe.services import summary as figures
from observe.services.home import Home
from observe.services.schedule import Followed, import_schedule
from observe.store import maintenance, queries
from observe.store.intake import receive

from .phoenix import PHOENIX, Fixed, school

TERM = (Path(__file__).parent.parent / "data" / "schedule" / "term.ics").read_text(encoding="utf-8")


@pytest.fixture
def follow(at: Home, tmp_path: Path) -> Callable[..., Followed]:
    def run(text: str = TERM, file: str = "term.ics", **more: object) -> Followed:
        path = tmp_path / file
        path.write_text(text, encoding="utf-8", newline="")
        return import_schedule(at, path, **more)  # type: ignore[arg-type]  # reason: as they are given

    return run


def planned(home: Home, section: str) -> list[str]:
    found = visits.visits_between(home, 0, None)
    return [iso(v.planned_at)[5:16] for v in found if v.section == section and v.planned_at is not None]


def visit(home: Home, when: str) -> str:
    [found] = [v.id for v in visits.visits_between(home, 0, None) if v.planned_at == parse(when, PHOENIX)]
    return found


def changed(old: str, new: str) -> str:
    assert old in TERM
    return TERM.replace(old, new)


Follow = Callable[..., Followed]


def test_events_become_planned_visits(at: Home, follow: Follow) -> None:
    done = follow()
    assert done.counts == {"added": 19, "moved": 0, "updated": 0, "unchanged": 0, "removed": 0, "kept": 0}
    assert len(planned(at, "twelve")) == 14
    assert planned(at, "fourteen") == ["11-05T20:00", "11-12T20:00", "11-21T16:00", "12-03T20:00", "12-10T20:00"]
    assert [(u.name, u.events, u.guesses) for u in done.unclear] == [
        ("Staff meeting", 4, ()),
        ("Coffee with Mr Diaz", 1, ("Room 14",)),
    ]
    assert (done.aside, done.cancelled) == (["Book fair"], 2)


EVERY = [
    *(f"{day}T17:00" for day in ("11-04", "11-06", "11-11", "11-13", "11-18", "11-20", "11-22", "11-25")),
    *(f"{day}T17:00" for day in ("12-02", "12-04", "12-09", "12-11", "12-16", "12-18")),
    *("11-05T20:00", "11-12T20:00", "11-21T16:00", "12-03T20:00", "12-10T20:00"),
    *("11-07T22:00", "11-28T22:00", "12-05T22:00", "12-26T22:00", "11-14T14:30"),
]
"""All that `term.ics` has in these months, by month, day and hour of UTC."""


def test_all_that_a_calendar_has_is_planned_before_and_after_taking_it_in_twice_and_after_it_changed(
    at: Home, follow: Follow
) -> None:
    choices = {"Staff meeting": "Room 14", "Coffee with Mr Diaz": "Room 14"}
    follow(choices=choices)
    for _ in range(2):
        assert sorted(planned(at, "twelve") + planned(at, "fourteen")) == sorted(EVERY)
        assert follow().changed is False
    # At once: one moved, one cancelled, a new exception, and a series deleted.
    blocks = [block for block in TERM.split("BEGIN:VEVENT") if "UID:staff" not in block]
    later = "BEGIN:VEVENT".join(blocks).replace(":20241121T090000", ":20241122T090000")
    later = later.replace("RDATE;", "EXDATE;TZID=America/Phoenix:20241211T100000\nRDATE;")
    later = later.replace("SUMMARY:Coffee", "STATUS:CANCELLED\nSUMMARY:Coffee")
    gone = {"11-21T16:00", "12-11T17:00", "11-14T14:30", "11-28T22:00", "12-05T22:00", "12-26T22:00"}
    for _ in range(2):
        follow(later)
        assert set(planned(at, "twelve") + planned(at, "fourteen")) == {*EVERY, "11-22T16:00"} - gone
    assert follow(later).changed is False


def test_the_same_file_again_changes_nothing(at: Home, follow: Follow) -> None:
    follow()
    before = list(maintenance.dump(at.conn))
    again = follow()
    assert (again.changed, again.counts["unchanged"], again.visits) == (False, 19, [])
    assert list(maintenance.dump(at.conn)) == before


def test_a_dry_run_changes_nothing(at: Home, follow: Follow) -> None:
    before = list(maintenance.dump(at.conn))
    assert follow(dry_run=True, choices={"Staff meeting": ""}).counts["added"] == 19
    assert list(maintenance.dump(at.conn)) == before


def test_what_was_unclear_is_asked_once(at: Home, follow: Follow) -> None:
    follow()
    done = follow(choices={"staff  MEETING": "", "Coffee with Mr Diaz": "Room 14"})
    assert (done.counts["added"], done.unclear) == (1, [])
    assert done.aside == ["Book fair", "Staff meeting"]
    again = follow()
    assert (again.changed, again.unclear, again.counts["unchanged"]) == (False, [], 20)
    assert follow(choices={"Coffee with Mr Diaz": ""}).counts["removed"] == 1
    with pytest.raises(Refused, match="no event is called"):
        follow(choices={"Tea": ""})


def test_moved_ones_follow_and_stay_the_same_visit(at: Home, follow: Follow) -> None:
    follow()
    was = visit(at, "2024-11-21T09:00")
    done = follow(changed(":20241121T090000", ":20241122T140000"))
    assert (done.counts["moved"], done.counts["removed"], done.counts["added"]) == (1, 0, 0)
    assert visit(at, "2024-11-22T14:00") == was


def test_cancelled_ones_exceptions_and_a_shorter_rule_go(at: Home, follow: Follow) -> None:
    follow()
    done = follow(changed("EXDATE;TZID=America/Phoenix:20241127T100000", "EXDATE;TZID=America/Phoenix:20241202T100000"))
    assert (done.counts["removed"], done.counts["added"]) == (1, 1)
    assert "12-02T17:00" not in planned(at, "twelve")
    assert (
        follow(changed("UNTIL=20241220", "UNTIL=20241210")).counts["removed"] == 4
    )  # 11, 16, 18 December; 27 November
    assert planned(at, "twelve")[-3:] == ["12-02T17:00", "12-04T17:00", "12-09T17:00"]
    assert follow().counts["added"] == 3


def test_another_hour_of_a_series_is_the_same_visits(at: Home, follow: Follow) -> None:
    follow()
    was = visit(at, "2024-12-03T13:00")
    done = follow(TERM.replace("20241105T130000", "20241105T133000"))
    assert done.counts["added"] == 2  # those that were moved and cancelled by their old hour
    assert (done.counts["moved"], done.counts["removed"]) == (4, 0)
    assert visit(at, "2024-12-03T13:30") == was


def test_a_deleted_series_goes_from_now_on(at: Home, follow: Follow) -> None:
    follow()
    blocks = TERM.split("BEGIN:VEVENT")
    assert follow("BEGIN:VEVENT".join(b for b in blocks if "UID:r14" not in b)).counts["removed"] == 3
    assert planned(at, "fourteen") == ["11-05T20:00", "11-12T20:00"]  # those were planned, and missed


def test_another_calendar_removes_nothing(at: Home, follow: Follow) -> None:
    follow()
    assert follow(TERM.replace("UID:", "UID:other-").replace("CALNAME:Push-in", "CALNAME:Other")).counts["removed"] == 0
    done = follow(TERM.replace("UID:", "UID:third-"))
    assert (done.counts["removed"], len(done.notes)) == (0, 1)


def test_what_was_held_or_spoken_of_is_never_deleted(at: Home, follow: Follow, clock: Fixed) -> None:
    follow()
    held = visits.start_visit(at, "Room 12", at=parse("2024-11-18T07:55", PHOENIX), visit=visit(at, "2024-11-18T10:00"))
    visits.end_visit(at, held.id)
    told, moved = visit(at, "2024-11-20T10:00"), visit(at, "2024-11-25T10:00")
    missed.miss(at, told, "assembly")
    missed.move(at, moved, parse("2024-11-26T11:00", PHOENIX))
    done = follow(
        changed("DTSTART;TZID=America/Phoenix:20241104T100000", "DTSTART;TZID=America/Phoenix:20250104T100000")
    )
    assert visits.read(at, held.id).planned_at is not None
    assert {p.id for p in done.visits if p.what == "kept"} == {told, moved}
    assert planned(at, "twelve") == ["11-18T17:00", "11-20T17:00", "11-26T18:00"]


def test_what_was_moved_by_hand_stays_until_the_calendar_changes(at: Home, follow: Follow) -> None:
    follow()
    by_hand = visit(at, "2024-11-21T09:00")
    missed.move(at, by_hand, parse("2024-11-21T11:00", PHOENIX))
    assert follow().changed is False
    assert visits.read(at, by_hand).planned_at == parse("2024-11-21T11:00", PHOENIX)
    follow(changed(":20241121T090000", ":20241122T140000"))
    assert visits.read(at, by_hand).planned_at == parse("2024-11-22T14:00", PHOENIX)


def test_a_field_follows_only_when_the_calendar_says_something_else(at: Home, follow: Follow) -> None:
    follow()
    by_hand = visit(at, "2024-12-03T13:00")
    missed.move(at, by_hand, parse("2024-12-03T14:00", PHOENIX))
    done = follow(TERM.replace("DURATION:PT45M", "DURATION:PT50M"))
    assert (done.counts["updated"], done.counts["moved"]) == (5, 0)
    now = visits.read(at, by_hand)
    assert (now.planned_at, now.planned_minutes) == (parse("2024-12-03T14:00", PHOENIX), 50)


def test_what_was_called_off_is_not_moved(at: Home, follow: Follow) -> None:
    follow()
    told = missed.miss(at, visit(at, "2024-11-21T09:00"), "testing")
    later = changed(":20241121T090000", ":20241122T140000")
    assert [(p.what, p.id) for p in follow(later).visits] == [("kept", told.id)]
    assert visits.read(at, told.id).planned_at == told.planned_at
    missed.not_missed(at, told.id)
    assert follow(later).counts["moved"] == 1


def test_two_devices_meet(at: Home, follow: Follow, clock: Fixed, tmp_path: Path) -> None:
    follow()
    other = school(tmp_path / "other", clock)
    import_schedule(other, tmp_path / "term.ics")
    ids = [[v.id for v in visits.visits_between(one, 0, None)] for one in (at, other)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 19
    with other.database.transaction():
        receive(other.conn, list(at.journal.every()), clock.ms)
    assert queries.conflicts(other.conn) == []  # both say the same
    assert maintenance.remake(other.database, other.journal.device) == []
    assert [v.id for v in visits.visits_between(other, 0, None)] == ids[0]
    assert import_schedule(other, tmp_path / "term.ics").changed is False
    other.close()


def test_a_visit_held_before_the_calendar_came_is_not_missed(at: Home, follow: Follow) -> None:
    held = visits.start_visit(at, "Room 12", at=parse("2024-11-11T10:05", PHOENIX))
    visits.end_visit(at, held.id, at=parse("2024-11-11T10:40", PHOENIX))
    assert follow().counts["added"] == 18


def test_start_takes_up_the_planned_visit(at: Home, follow: Follow) -> None:
    follow()
    started = visits.start_visit(at, "Room 12", at=parse("2024-11-13T10:20", PHOENIX))
    assert started.id == visit(at, "2024-11-13T10:00")
    visits.end_visit(at, started.id, at=parse("2024-11-13T10:50", PHOENIX))
    assert figures.day(at, date(2024, 11, 13))["delivered"] == {
        "planned": 1,
        "delivered": 1,
        "missed": 0,
        "extra": 0,
        "planned_minutes": 40.0,
        "delivered_minutes": 30.0,
        "extra_minutes": 0.0,
    }
    assert follow().changed is False


def delivered(home: Home, day: int) -> tuple[int, int, int, float]:
    row = figures.day(home, date(2024, 11, day))["delivered"]
    return row["planned"], row["delivered"], row["missed"], row["planned_minutes"]


def test_missed_with_a_reason_and_moved_count_where_they_are(at: Home, follow: Follow) -> None:
    follow()
    assert delivered(at, 13) == (1, 0, 1, 40.0)  # over and not held
    assert delivered(at, 20) == (1, 0, 0, 40.0)
    told = missed.miss(at, visit(at, "2024-11-20T10:00"), "  called\taway ")
    assert (told.missed, told.status(at.clock.now())) == ("called away", "missed")
    assert delivered(at, 20) == (1, 0, 1, 40.0)
    assert missed.not_missed(at, told.id).status(at.clock.now()) == "planned"
    missed.miss(at, told.id, "testing")
    moved = missed.move(at, told.id, parse("2024-11-19T10:00", PHOENIX))
    assert (moved.missed, delivered(at, 20), delivered(at, 19)) == ("", (0, 0, 0, 0.0), (1, 0, 0, 40.0))
    assert maintenance.remake(at.database, at.journal.device) == []


def test_what_was_planned_by_mistake_goes_and_what_follows_a_schedule_stays(at: Home, follow: Follow) -> None:
    follow()
    facts = {"section": "twelve", "planned_at": iso(at.clock.now() + 3_600_000), "planned_minutes": 45}
    at.write(lambda act: act.put("visit", "slip", facts))
    missed.miss(at, "slip", "testing")
    before = len(visits.visits_between(at, 0, None))
    missed.drop(at, "slip")
    assert len(visits.visits_between(at, 0, None)) == before - 1
    with pytest.raises(Refused, match="follows a schedule"):
        missed.drop(at, visit(at, "2024-11-20T10:00"))
    with pytest.raises(Refused, match="not planned"):
        missed.drop(at, "slip")
    assert maintenance.remake(at.database, at.journal.device) == []


def test_only_a_planned_visit_can_be_missed(at: Home, follow: Follow) -> None:
    extra = visits.start_visit(at, "Room 14")
    with pytest.raises(Refused, match="was held"):
        missed.miss(at, extra.id, "assembly")
    follow()
    with pytest.raises(Refused, match="reason: empty"):
        missed.miss(at, visit(at, "2024-11-20T10:00"), " ")


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("Push-in 4b – Math (Brightwater)", "b"),
        ("PUSH-IN 4B", "a"),
        ("Push-in with Ms. Peña-Whitman", "c"),
        ("Coffee, Peña-Whitman", None),
        ("Push-in 14B", None),
        ("Science (Park)", "e"),
        ("Science", None),
    ],
)
def test_matching_by_name_and_teacher(at: Home, name: str, section: str | None) -> None:
    rows = {"a": ("4B", ""), "b": ("4B Math", ""), "c": ("5", "Ms Peña-Whitman"), "d": ("Science", "Mr Lin")}
    rows["e"] = ("Science", "Dr Park")

    def change(act: object) -> None:
        for key, (called, teacher) in rows.items():
            act.put("section", key, {"name": called, "teacher": teacher})  # type: ignore[attr-defined]  # reason: an Act

    at.write(change)
    from observe.services.schedule_names import Matcher

    found = Matcher(at).match(name)
    assert (found.section, found.sure) == (section, section is not None)


def test_a_span_that_cannot_be(follow: Follow) -> None:
    with pytest.raises(Refused, match="span"):
        follow(first=schedule.DAY_MS * 9, after=schedule.DAY_MS * 9)
