"""Times as text, as `datetime` and as milliseconds since 1970 (UTC): the only module that turns one into another.

pendulum parses whatever a person or another program wrote; the two canonical forms that every entry
uses (`2026-11-24T10:42:07.123Z`) are done here without it, since importing pendulum costs a command
more than the rest of its work.
"""

import math
import re
from datetime import UTC, date, datetime, timedelta

_CANONICAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
# Years 1970 to 9998: what fits a four-digit year in every zone.
MAX_MS = 253_339_228_800_000


def utc(ms: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + ms * _MS


def ms_at(moment: datetime) -> int:
    """Milliseconds of a moment that knows its zone; what is less is cut off."""
    return (moment.astimezone(UTC) - _EPOCH) // _MS


def iso(ms: int) -> str:
    """UTC with milliseconds, `...Z`."""
    return f"{utc(ms).isoformat(timespec='milliseconds')[:-6]}Z"


def iso_or_none(ms: int | None) -> str | None:
    """The same of a time that there may not be."""
    return None if ms is None else iso(ms)


def ms_of(text: str) -> int:
    """Milliseconds of a canonical time. Raises ValueError for any other form."""
    if not _CANONICAL.fullmatch(text):
        raise ValueError(f"not a time of the form 2026-11-24T10:42:07.123Z: {text[:40]}")
    return ms_at(datetime.fromisoformat(text))


def parse(text: str, zone: str) -> int:
    """Milliseconds of an ISO 8601 time; one without an offset is in `zone` (an IANA name).

    An hour that a clock change skips is read as the one after it; one that comes twice, as the second (standard time).
    Raises ValueError for what is not a whole date and time.
    """
    if _CANONICAL.fullmatch(text):
        return _possible(ms_of(text), text)
    # A bare date, week or interval is not a moment; pendulum would invent a midnight for it.
    if not re.match(r"\d{4}-?\d\d-?\d\d[T ]\d\d", text) or len(text) > 40:
        raise ValueError(f"not a date and time: {text[:40]}")
    import pendulum

    try:
        moment = pendulum.parse(text, tz=zone, strict=True)
        since = moment - pendulum.datetime(1970, 1, 1) if isinstance(moment, pendulum.DateTime) else None
    except Exception as error:  # pendulum raises errors of several libraries
        raise ValueError(f"not a date and time: {text[:40]}") from error
    if since is None:
        raise ValueError(f"not a date and time: {text[:40]}")
    return _possible(math.floor(since.total_seconds() * 1000 + 0.0005), text)


def _possible(ms: int, text: str) -> int:
    if not 0 <= ms < MAX_MS:
        raise ValueError(f"a year that cannot be: {text[:40]}")
    return ms


def parse_date(text: str) -> date:
    """A date written `2026-11-24`, of a year that times can have. Raises ValueError."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"not a date: {text[:40]}")
    found = date.fromisoformat(text)
    if not 1970 <= found.year < 9998:
        raise ValueError(f"a year that cannot be: {text}")
    return found


def local(ms: int, zone: str) -> datetime:
    """The wall clock of `zone` at `ms`, for showing."""
    from zoneinfo import ZoneInfo

    return utc(ms).astimezone(ZoneInfo(zone))


def day_bounds(day: date, zone: str) -> tuple[int, int]:
    """First millisecond of the day in `zone`, and of the next: 23 to 25 hours apart."""
    from zoneinfo import ZoneInfo

    here = ZoneInfo(zone)
    first, after = (datetime(d.year, d.month, d.day, tzinfo=here) for d in (day, day + timedelta(days=1)))
    return ms_at(first), ms_at(after)


def at_clock(day: date, time: str, zone: str) -> int:
    """Milliseconds when clocks in `zone` show `time`, as 09:30; hours that are skipped or come twice as in `parse`."""
    from zoneinfo import ZoneInfo

    hour, minute = map(int, time.split(":"))
    shown = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone))
    # Of an hour that comes twice the later one; of a skipped one the reading by the offset before, which is later too.
    return max(ms_at(shown.replace(fold=fold)) for fold in (0, 1))


def valid_zone(name: str) -> bool:
    """Whether `name` is a zone this machine knows."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True
