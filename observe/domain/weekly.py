"""Weeks, which begin on Monday; and when something that comes every week is: an hour on the wall that stays the same
when clocks change."""

from collections.abc import Iterator
from datetime import date, timedelta

from observe.domain.codec import at_clock
from observe.domain.programme import Pattern

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""By the number of the weekday."""
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def moments(pattern: Pattern, first: date, last: date) -> Iterator[tuple[date, int]]:
    """Day and time (ms) of each occurrence from `first` to `last`, both included, within the pattern's own."""
    begin = max(first, date.fromisoformat(pattern.first))
    end = min(last, date.fromisoformat(pattern.last)) if pattern.last else last
    day = begin + timedelta(days=(pattern.weekday - begin.weekday()) % 7)
    while day <= end:
        yield day, at_clock(day, pattern.time, pattern.zone)
        day += WEEK
