"""What comes every week, against a reader that looks at the wall clock of every quarter of an hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observe.domain.codec import at_clock, iso, parse
from observe.domain.programme import Pattern
from observe.domain.weekly import moments

ZONES = ("America/Phoenix", "America/Denver", "Europe/Vienna", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
START = date(2026, 3, 1)
# Hours that no clock change of these zones touches: a skipped or doubled hour is tested by itself below.
quarters = st.tuples(st.integers(4, 22), st.sampled_from((0, 15, 30, 45))).map(lambda t: f"{t[0]:02d}:{t[1]:02d}")
days = st.integers(0, 300).map(lambda n: START + timedelta(days=n))


def on_the_wall(pattern: Pattern, first: date, last: date) -> list[int]:
    """Every quarter of an hour is looked at: which weekday is it, and what do the clocks there show?"""
    here, found = ZoneInfo(pattern.zone), []
    begin = max(first, date.fromisoformat(pattern.first))
    end = min(last, date.fromisoformat(pattern.last or "9998-12-31"))
    moment = datetime(begin.year, begin.month, begin.day, tzinfo=UTC) - timedelta(days=1)
    while moment.date() <= end + timedelta(days=1):
        seen = moment.astimezone(here)
        if begin <= seen.date() <= end and seen.weekday() == pattern.weekday and f"{seen:%H:%M}" == pattern.time:
            found.append(int(moment.timestamp()) * 1000)
        moment += timedelta(minutes=15)
    return found


@settings(max_examples=25)
@given(
    weekday=st.integers(0, 6),
    time=quarters,
    zone=st.sampled_from(ZONES),
    first=days,
    lasts=st.one_of(st.none(), st.integers(-10, 80)),
    span=st.tuples(days, st.integers(-3, 90)),
)
def test_a_pattern_is_when_the_clocks_on_the_wall_say_so(
    weekday: int, time: str, zone: str, first: date, lasts: int | None, span: tuple[date, int]
) -> None:
    last = None if lasts is None else (first + timedelta(days=lasts)).isoformat()
    pattern = Pattern("p", "s", "visit", weekday, time, 45, zone, first.isoformat(), last)
    window = span[0], span[0] + timedelta(days=span[1])
    found = list(moments(pattern, *window))
    assert [at for _, at in found] == on_the_wall(pattern, *window)
    assert all(day.weekday() == weekday for day, _ in found)


@pytest.mark.parametrize(
    ("day", "time", "said"),
    [
        (date(2026, 3, 8), "02:30", "2026-03-08T09:30:00.000Z"),  # skipped: the clocks show 03:30 then
        (date(2026, 11, 1), "01:30", "2026-11-01T08:30:00.000Z"),  # twice: the second time
        (date(2026, 3, 9), "09:30", "2026-03-09T15:30:00.000Z"),
        (date(2026, 3, 6), "09:30", "2026-03-06T16:30:00.000Z"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_read_as_elsewhere(day: date, time: str, said: str) -> None:
    assert iso(at_clock(day, time, "America/Denver")) == said
    assert parse(f"{day}T{time}", "America/Denver") == at_clock(day, time, "America/Denver")
