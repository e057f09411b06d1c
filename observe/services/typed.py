"""Days and hours as people type them: `tue 09:30 45`, `thu 1:15 pm`, `2026-12-03 10:15`."""

import re
from datetime import date

from observe.domain.codec import parse_date
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.programme import MEETING, VISIT
from observe.domain.weekly import DAYS
from observe.services import find, meetings
from observe.services.home import Home

MINUTES = {VISIT: 45, MEETING: meetings.MINUTES}
"""How long each is when nothing is said."""
EARLY = "06:00"
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = r"(?P<time>\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\.?)?)(?:[\s,]+(?P<minutes>\d{1,3})(?:\s*min\w*)?)?"
_LINE = re.compile(
    rf"(?P<section>.+?)[\s,]+(?P<day>[a-z]{{2,9}})[\s,]+{_TIME}(?:[\s,]+(?P<what>m|meetings?|co-?plan\w*))?",
    re.IGNORECASE | re.ASCII,
)
_WHEN = re.compile(rf"(?:(?P<day>[a-z]{{2,9}}|\d{{4}}-\d\d-\d\d)[\s,]+)?{_TIME}", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)\s*(?:([ap])\.?m\.?)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """A pattern as a line says it; `section` is an id, `what` visit or meeting."""

    section: str
    weekday: int
    time: str
    minutes: int
    what: str


def read_line(home: Home, text: str) -> Typed:
    """`Gr 4 Rm 12 tue 09:30 45`, with `meeting` behind it for co-planning. Raises Refused."""
    found = _LINE.fullmatch(text.strip())
    if found is None:
        raise Refused("this line is not understood", "it is class, day, time, minutes", "as: Gr 4 Rm 12 tue 09:30 45")
    section = find.section(home, found["section"])
    what = MEETING if found["what"] else VISIT
    return Typed(
        section.id, read_day(found["day"]), read_clock(found["time"]), int(found["minutes"] or MINUTES[what]), what
    )


def read_day(text: str) -> int:
    """The number of a weekday, 0 for Monday, by its first letters. Raises Refused."""
    word = text.strip().casefold()
    if len(word) >= 2:
        for number, day in enumerate(_NAMES):
            if day.startswith(word):
                return number
    raise Refused(f"day: {text[:20]!r} is not known", f"allowed: {', '.join(DAYS)}")


def read_clock(text: str) -> str:
    """A time of day as 09:30; `1:15 pm` too. Raises Refused, also for what was hardly meant: an hour of the night."""
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2])) if found else (24, 0)
    half = (found[3] or "").casefold() if found else ""
    if half and not 1 <= hour <= 12:
        hour = 24
    if hour > 23 or minute > 59:
        raise Refused(f"time: {text[:20]!r} is none", "it is written as 09:30, or 1:15 pm")
    time = f"{hour % 12 + 12 * (half == 'p') if half else hour:02d}:{minute:02d}"
    if not half and time < EARLY:
        raise Refused(f"time: {time} is at night", f"the afternoon is written as {hour + 12}:{minute:02d}, or with pm")
    return time


def read_when(text: str) -> tuple[int | date | None, str, int | None]:
    """`thu 10:15 30`: weekday (0 for Monday) or date, if there is one; time; minutes. Raises Refused."""
    found = _WHEN.fullmatch(text.strip())
    if found is None:
        raise Refused("this is not understood", "it is day, time, minutes", "as: thu 10:15 30")
    said, day = found["day"], None
    if said:
        day = read_date(said) if said[0].isdigit() else read_day(said)
    return day, read_clock(found["time"]), int(found["minutes"]) if found["minutes"] else None


def read_date(text: str) -> date:
    """A date. Raises Refused."""
    try:
        return parse_date(text.strip())
    except ValueError as error:
        raise Refused(f"day: {text[:20]!r} is none", "dates are written 2026-11-24") from error


def read_minutes(text: str) -> int:
    """A number of minutes. Raises Refused."""
    words = text.strip().removesuffix("min").strip()
    if not (words.isascii() and words.isdigit() and len(words) < 5):
        raise Refused(f"minutes: {text[:20]!r} is no number", "such as 45")
    return meetings.check_minutes(int(words))
