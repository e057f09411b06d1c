"""Spans of days that a page is asked for: this month, three months, a year; or from one day to another."""

from dataclasses import replace
from datetime import date, timedelta

from observe.domain.codec import day_bounds, local
from observe.domain.frozen import dataclass
from observe.services.home import Home


@dataclass(frozen=True, slots=True)
class Span:
    """`first` to `last`, both included, in the home's zone; `words` say which, within a sentence."""

    first: date
    last: date
    words: str

    def bounds(self, zone: str) -> tuple[int, int]:
        """Its milliseconds: from the first on, before the second."""
        return day_bounds(self.first, zone)[0], day_bounds(self.last, zone)[1]

    @property
    def days(self) -> str:
        """Its days for a page that is read later: `1 to 24 Nov 2026`."""
        return days(self.first, self.last)


def days(first: date, last: date) -> str:
    """From one day to another, as a page says it."""
    same = f"{first.day}" if (first.year, first.month) == (last.year, last.month) else f"{first.day} {first:%b %Y}"
    return f"{same} to {last.day} {last:%b %Y}"


MONTH, QUARTER, YEAR, LAST = "month", "quarter", "year", "last"
NAMED = (MONTH, QUARTER, YEAR)
SHARED = (MONTH, LAST, QUARTER)
"""Those of a page that is given away."""


def today(home: Home) -> date:
    """Today in the home's zone."""
    return local(home.clock.now(), home.zone).date()


def month_to(day: date) -> Span:
    """The month of a day, up to it."""
    return Span(day.replace(day=1), day, "this month")


def named(home: Home, name: str = MONTH) -> Span:
    """The month that today is in, the last three months (91 days), or the last year (365 days), up to today; or the
    whole month before this one."""
    day = today(home)
    if name == MONTH:
        return month_to(day)
    if name == LAST:
        return replace(month_to(day.replace(day=1) - timedelta(days=1)), words="last month")
    days, words = (91, "in three months") if name == QUARTER else (365, "in a year")
    return Span(day - timedelta(days=days - 1), day, words)


def between(home: Home, first: date | None, last: date | None) -> Span:
    """From one day to another; what is not said is the first of that month, and today or, if later, `first`."""
    if first is None and last is None:
        return named(home)
    end = last or max(today(home), first or today(home))
    begin = first or end.replace(day=1)
    return Span(begin, end, f"from {begin.isoformat()} to {end.isoformat()}")
