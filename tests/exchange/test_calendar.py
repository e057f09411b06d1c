"""Calendar files: the occurrences in a span, and what is refused."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observe.domain.codec import day_bounds, iso
from observe.domain.errors import Refused
from observe.exchange import calendar
from observe.exchange.calendar import Calendar, read_calendar

SAMPLES = Path(__file__).parent.parent / "data" / "schedule"
PHOENIX = "America/Phoenix"
TERM = (SAMPLES / "term.ics").read_bytes()
ZONE = b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:20001029T020000\n"


def read(data: bytes, first: str = "2024-11-01", last: str = "2024-12-31", zone: str = PHOENIX) -> Calendar:
    span = (day_bounds(date.fromisoformat(day), zone)[0] for day in (first, last))
    return read_calendar(data, "x.ics", *span, zone)


def times(found: Calendar, uid: str) -> list[str]:
    return [iso(event.at)[5:16] for event in found.events if event.uid == uid]


def one(*lines: str, uid: str = "UID:a", start: str = "DTSTART:20241105T100000") -> bytes:
    inside = ["BEGIN:VEVENT", uid, start, *lines, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", *filter(None, inside), "END:VCALENDAR", ""]).encode()


def test_rules_exceptions_and_extra_dates() -> None:
    found = read(TERM)
    weeks = ["11-04", "11-06", "11-11", "11-13", "11-18", "11-20", "11-22", "11-25"]  # 22 by RDATE, 27 is an EXDATE
    weeks += ["12-02", "12-04", "12-09", "12-11", "12-16", "12-18"]
    assert times(found, "r12") == [f"{day}T17:00" for day in weeks]
    assert times(found, "staff") == ["11-07T22:00", "11-28T22:00", "12-05T22:00", "12-26T22:00"]
    assert {event.minutes for event in found.events if event.uid == "r14"} == {45}
    assert next(event.place for event in found.events if event.uid == "r12") == "Room 12, upstairs"
    assert found.series == {"r12", "r14", "staff", "diaz", "fair", "off"}
    assert found.name == "Push-in"


def test_moved_ones_keep_which_they_are_and_cancelled_ones_are_gone() -> None:
    found = read(TERM)
    assert times(found, "r14") == ["11-05T20:00", "11-12T20:00", "11-21T16:00", "12-03T20:00", "12-10T20:00"]
    [moved] = [event for event in found.events if event.uid == "r14" and iso(event.at)[8:10] == "21"]
    assert moved.recurrence.startswith("2024-11-19T20:00")
    assert found.cancelled == 2
    assert not times(found, "off")


def test_whole_days_are_no_visits() -> None:
    assert read(TERM).all_day == ("Book fair",)
    assert not times(read(TERM), "fair")


def test_only_the_span() -> None:
    assert [e.uid for e in read(TERM, "2024-11-21", "2024-11-23").events] == ["r14", "r12"]
    assert read(TERM, "2025-06-01", "2025-06-30").events == ()


def test_an_event_alone_has_no_recurrence() -> None:
    [event] = read(one("DURATION:PT30M")).events
    assert (event.recurrence, event.name, event.minutes) == ("", "no name", 30)


def test_hours_stay_on_the_wall_when_clocks_change() -> None:
    """Denver goes back on 3 November 2024; Phoenix does not."""
    found = read((SAMPLES / "clocks.ics").read_bytes())
    assert times(found, "own") == ["11-01T15:00", "11-08T16:00"]
    assert times(found, "iana") == ["11-01T16:00", "11-08T17:00"]
    assert times(found, "windows") == ["11-01T17:00", "11-08T18:00"]
    assert times(found, "utc") == ["11-01T19:00", "11-08T19:00"]
    assert times(found, "floating") == ["11-01T20:00", "11-08T20:00"]


def test_times_without_a_zone_are_in_the_calendars_own() -> None:
    data = one("DURATION:PT30M").replace(b"BEGIN:VEVENT", b"X-WR-TIMEZONE:America/New_York\r\nBEGIN:VEVENT")
    assert times(read(data), "a") == ["11-05T15:00"]


def test_a_fold_may_cut_a_letter() -> None:
    data = one("SUMMARY:Pe~a", "DURATION:PT5M").replace(b"~", "ñ".encode()[:1] + b"\r\n " + "ñ".encode()[1:])
    assert read(data).events[0].name == "Peña"


def test_names_are_cleaned() -> None:
    assert read(one("SUMMARY:Room\u202e 12\x1b[31m", "DURATION:PT5M")).events[0].name == "Room 12[31m"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no calendar"),
        (b"Name,Section\nAna,4\n", "line 1"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n", "cut off"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\n", "line 2: END:VEVENT without"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\n", "line 3: VEVENT above it has no end"),
        (one(uid=""), "line 2: the event has no UID"),
        (one(start=""), "line 2: the event has no DTSTART"),
        (one(start="DTSTART:yesterday"), "line 4: DTSTART cannot be read"),
        (one("RRULE:FREQ=SOMETIMES"), "line"),
        (one("RRULE:FREQ=SECONDLY"), "line 5: repeats secondly"),
        (one("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9"), "line 5: repeats too often"),
        (one("RRULE:FREQ=WEEKLY;INTERVAL=0"), "line 5: repeats after no time"),
        (one("RRULE:FREQ=WEEKLY;interval= +00;COUNT=3"), "line 5: repeats after no time"),
        (ZONE + b"RRULE:FREQ=YEARLY;INTERVAL=0\n", "line 6: no zone changes its clocks like this"),
        (one("DURATION:long"), "line 5: DURATION cannot be read"),
        (one(start="DTSTART;TZID=Nowhere/At All:20241105T100000"), "line 4: the zone 'Nowhere/At All' is not known"),
        (one(start="DTSTART:00010101T000000"), "begins in the year 1"),
        (one("\xff").replace("\xff".encode(), b"\xff"), "line 5: not UTF-8"),
        (b"x" * (calendar.FILE_LIMIT + 1), "larger than 5 MiB"),
    ],
)
def test_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(data)
    assert why in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_too_many_events_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "EVENT_LIMIT", 5)
    with pytest.raises(Refused, match="more than 5 events"):
        read(one("RRULE:FREQ=DAILY", "DURATION:PT5M"))


pieces = st.sampled_from(
    [
        *("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE"),
        *("UID:a", "UID:b", "DTSTART:20241105T100000Z", "DTSTART;VALUE=DATE:20241105", "DTEND:20241105T110000"),
        *("DTEND:20240101T000000Z", "DTSTART;TZID=X:20241105T100000", "DURATION:-PT5M", "RRULE:FREQ=DAILY;COUNT=-1"),
        *("RRULE:FREQ=WEEKLY;BYDAY=XX", "RRULE:FREQ=YEARLY;UNTIL=1", "EXDATE:x", "RDATE;VALUE=PERIOD:1/2", "TZID:X"),
        *("RECURRENCE-ID:20241105", "RECURRENCE-ID;RANGE=THISANDFUTURE:20241105T100000Z", "STATUS:CANCELLED", " x"),
        *("SUMMARY:\x00\x1b", "SEQUENCE:-1", "SEQUENCE:x", "X-WR-TIMEZONE:../x", "X-WR-TIMEZONE:Europe/Paris", ":", ""),
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(pieces, max_size=12).map(lambda p: "\r\n".join(p).encode())))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for whole in (data, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n" + data + b"\nEND:VEVENT\nEND:VCALENDAR\n"):
        try:
            read(whole)
        except Refused:
            pass  # and nothing else


@given(st.integers(0, len(TERM) - 1), st.binary(max_size=4), st.integers(0, 4))
def test_a_damaged_calendar_is_read_or_refused(where: int, put: bytes, cut: int) -> None:
    try:
        read(TERM[:where] + put + TERM[where + cut :])
    except Refused:
        pass  # and nothing else
