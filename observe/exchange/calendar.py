"""A calendar file (iCalendar, RFC 5545) as the events within a span: rules, exceptions, moved and cancelled ones
worked out by recurring-ical-events, bounds and lines of what cannot be read by this module."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from observe.domain.codec import ms_at, utc, valid_zone
from observe.domain.errors import Refused
from observe.domain.names import clean_name

FILE_LIMIT = 5 * 1024 * 1024
EVENT_LIMIT = 5_000
"""Occurrences within a span; a full timetable of a year has about a thousand."""
_SERIES_LIMIT = 20_000
_LINES_LIMIT = 400_000
_NEEDED = ("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "SEQUENCE")
_READ = frozenset((*_NEEDED, "SUMMARY", "LOCATION"))
"""What of an event is read. Descriptions, attachments and alarms may be large, broken or private."""
_PROPERTY = re.compile(r"([A-Za-z0-9-]+)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_ZONE = re.compile(r";TZID=(?:\"([^\"]*)\"|([^;:]*))", re.IGNORECASE)
_TOO_OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
_WITHIN_A_DAY = re.compile(r"BY(?:HOUR|MINUTE|SECOND)=([0-9,]*)", re.IGNORECASE)
_STEP = re.compile(r"INTERVAL\s*=([^;]*)", re.IGNORECASE)
_OLDEST = 1900
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence. `recurrence`: which of its series it is, by the time it had at first; "" for one that stands
    alone. Both stay the same when it is moved. `at` in ms, UTC."""

    uid: str
    recurrence: str
    at: int
    minutes: int
    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a file holds within the span, in order of time. `series`: every uid in it, also those with nothing there."""

    name: str
    events: tuple[Event, ...]
    series: frozenset[str]
    all_day: tuple[str, ...] = ()
    """Names of what lasts a day or longer, once each: no visit."""
    cancelled: int = 0


@dataclass(slots=True)
class _Block:
    """An event as it stands in the file: its first line, and the lines of it that are read."""

    line: int
    properties: list[tuple[int, str, str]]

    def text(self, name: str) -> list[tuple[int, str]]:
        return [(number, line) for number, what, line in self.properties if what == name]


def read_calendar(data: bytes, name: str, first: int, after: int, zone: str) -> Calendar:
    """The events that begin from `first` on and before `after` (ms). Raises Refused, naming the line.

    Times without a zone are in the calendar's own, else in `zone`.
    """
    if len(data) > FILE_LIMIT:
        raise Refused(f"{name} is not taken", "it is larger than 5 MiB", "export the one calendar with your visits")
    header, zones, blocks = _parts(data, name)
    for block in blocks:
        _check(block, name)
    said = clean_name(_value(header, "X-WR-CALNAME"))
    own = _value(header, "X-WR-TIMEZONE").strip()
    return _Reader(name, first, after, own if own and valid_zone(own) else zone).read(said, own, zones, blocks)


def _bad(name: str, line: int, why: str) -> Refused:
    return Refused(f"{name} line {line}: {why}", "nothing was imported", "export the calendar again")


def _parts(data: bytes, name: str) -> tuple[list[tuple[int, str]], list[str], list[_Block]]:
    """The calendar's own lines, the lines of its zones, and its events."""
    header: list[tuple[int, str]] = []
    zones: list[str] = []
    blocks: list[_Block] = []
    open_: list[str] = []
    for number, line in _unfolded(data, name):
        found = _PROPERTY.fullmatch(line)
        if found is None:
            if "VEVENT" in open_ or not open_:
                raise _bad(name, number, "this is no line of a calendar")
            continue  # a line of a to-do, say, which nobody reads
        what, value = found[1].upper(), found[3].strip().upper()
        if what == "BEGIN":
            if not open_ and value != "VCALENDAR":
                raise _bad(name, number, "a calendar begins with BEGIN:VCALENDAR")
            if open_ and value in ("VCALENDAR", "VEVENT") and open_ != ["VCALENDAR"]:
                raise _bad(name, number, f"{open_[-1]} above it has no end")
            open_.append(value)
            if len(open_) > 8:
                raise _bad(name, number, "nested too deep")
            if value == "VEVENT":
                blocks.append(_Block(number, []))
        elif what == "END":
            if not open_ or open_[-1] != value:
                raise _bad(name, number, f"END:{found[3].strip()[:20]} without its beginning")
            if "VTIMEZONE" in open_:
                zones.append(line)
            open_.pop()
            continue
        elif not open_:
            raise _bad(name, number, "a calendar begins with BEGIN:VCALENDAR")
        if open_ == ["VCALENDAR"]:
            header.append((number, line))
        elif "VTIMEZONE" in open_:
            never = _TOO_OFTEN.search(line) or _WITHIN_A_DAY.search(line) or _stands_still(line)
            if what in ("RRULE", "RDATE") and never:
                raise _bad(name, number, "no zone changes its clocks like this")
            zones.append(line)
        elif open_ == ["VCALENDAR", "VEVENT"] and what in _READ:
            blocks[-1].properties.append((number, what, line))
    if open_:
        raise Refused(f"{name} is cut off", f"its {open_[-1]} has no end", "export the calendar again")
    if not header:
        raise Refused(f"{name} is no calendar", "there is no BEGIN:VCALENDAR in it", "choose a file that ends in .ics")
    if len(blocks) > _SERIES_LIMIT:
        raise Refused(f"{name} is not taken", f"it has more than {_SERIES_LIMIT} events", "export fewer")
    return header, zones, blocks


def _unfolded(data: bytes, name: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, continuation lines joined. They are joined as bytes: a fold may cut a letter in two."""
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if len(lines) > _LINES_LIMIT:
        raise Refused(f"{name} is not taken", f"it has more than {_LINES_LIMIT} lines", "export fewer events")
    number, parts = 0, [b""]
    for at, raw in enumerate((*lines, b"."), 1):
        line = raw.removesuffix(b"\r")
        if line[:1] in (b" ", b"\t") and number and at <= len(lines):
            parts.append(line[1:])
            continue
        whole = b"".join(parts)
        if number and whole.strip():
            try:
                text = whole.decode("utf-8")
            except UnicodeDecodeError as error:
                raise _bad(name, number, "not UTF-8 text") from error
            if any(char in text for char in "\0\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"):
                text = re.sub("[\0\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", text)
            yield number, text
        number, parts = at, [line]


def _value(header: list[tuple[int, str]], wanted: str) -> str:
    for _, line in header:
        found = _PROPERTY.fullmatch(line)
        if found and found[1].upper() == wanted:
            return re.sub(r"\\([\\;,])", r"\1", found[3])
    return ""


def _check(block: _Block, name: str) -> None:
    """What would make the expansion wrong, or endless."""
    for needed in ("UID", "DTSTART"):
        if len(block.text(needed)) != 1:
            why = f"the event has no {needed}" if not block.text(needed) else f"the event has {needed} twice"
            raise _bad(name, block.line, why)
    for number, line in block.text("RRULE"):
        if found := _TOO_OFTEN.search(line):
            raise _bad(name, number, f"repeats {found[1].lower()}, which no visit does")
        if sum(len(list_.split(",")) for list_ in _WITHIN_A_DAY.findall(line)) > 8:
            raise _bad(name, number, "repeats too often within a day")
        if _stands_still(line):
            raise _bad(name, number, "repeats after no time at all (INTERVAL=0)")
        if len(block.text("RRULE")) > 4:
            raise _bad(name, number, "has too many rules")


def _stands_still(line: str) -> bool:
    """Whether a rule goes on from each time to the same one, and so never to its end."""
    for step in ",".join(_STEP.findall(line)).split(","):
        try:
            if int(step) == 0:  # as the parser reads it, who takes more than 0 for one
                return True
        except ValueError:
            continue
    return False


class _Reader:
    def __init__(self, name: str, first: int, after: int, zone: str) -> None:
        from zoneinfo import ZoneInfo

        self.name, self.first, self.after, self.here = name, first, after, ZoneInfo(zone)
        self.cancelled, self.all_day = 0, dict[str, None]()

    def read(self, said: str, own: str, zones: list[str], blocks: list[_Block]) -> Calendar:
        """Each series alone: what a bad one would cost is bounded, and its line is known."""
        calendar = self._parsed(zones, blocks)
        components = [c for c in calendar.subcomponents if c.name == "VEVENT"]
        series: dict[str, list[tuple[_Block, Any]]] = {}
        for block, component in zip(blocks, components, strict=True):
            self._readable(block, component)
            series.setdefault(str(component["UID"])[:1000], []).append((block, component))
        events: list[Event] = []
        for uid, members in series.items():
            events += self._expanded(uid, members, own, EVENT_LIMIT - len(events))
        events.sort(key=lambda e: (e.at, e.uid, e.recurrence))
        return Calendar(said, tuple(events), frozenset(series), tuple(self.all_day), self.cancelled)

    def _parsed(self, zones: list[str], blocks: list[_Block]) -> Any:
        from icalendar import Calendar as Parsed

        lines = ["BEGIN:VCALENDAR", *zones]
        for block in blocks:
            lines += ["BEGIN:VEVENT", *(line for _, _, line in block.properties), "END:VEVENT"]
        try:
            return Parsed.from_ical("\r\n".join([*lines, "END:VCALENDAR", ""]))
        except Exception as error:  # the parser raises errors of many kinds for text that is wrong
            raise Refused(
                f"{self.name} cannot be read", _short(error), "export the calendar again, nothing was imported"
            ) from error

    def _readable(self, block: _Block, component: Any) -> None:
        """The parser lets values go that it cannot read; without them an event would be another one."""
        wrong = {str(what).upper(): why for what, why in component.errors}
        for number, what, line in block.properties:
            if what in _NEEDED and what in wrong:
                raise _bad(self.name, number, f"{what} cannot be read")
            zone = _ZONE.search(line) if what in ("DTSTART", "DTEND", "RECURRENCE-ID") else None
            if zone is not None and what in component:
                moment = getattr(component[what], "dt", None)
                if isinstance(moment, datetime) and moment.tzinfo is None:
                    raise _bad(self.name, number, f"the zone {clean_name(zone[1] or zone[2] or '', 40)!r} is not known")
        start = component.get("DTSTART")
        moment = getattr(start, "dt", None)
        if not isinstance(moment, date):
            raise _bad(self.name, block.line, "DTSTART cannot be read")
        if not _OLDEST <= moment.year < 9000:
            raise _bad(self.name, block.line, f"begins in the year {moment.year}")

    def _expanded(self, uid: str, members: list[tuple[_Block, Any]], own: str, room: int) -> list[Event]:
        import recurring_ical_events
        from icalendar import Calendar as Parsed

        one = Parsed()
        if own:
            one.add("X-WR-TIMEZONE", own)
        for _, component in members:
            one.add_component(component)
        alone = not any(name in c for _, c in members for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
        found = []
        try:
            # A day more on either side: the span is in milliseconds, and times without a zone have no place in it yet.
            span = (utc(self.first) - timedelta(days=1), utc(self.after) + timedelta(days=1))
            for occurrence in recurring_ical_events.of(one).between(*span):
                event = self._event(uid, alone, occurrence)
                if event is not None:
                    found.append(event)
        except Exception as error:  # dateutil and the parser have many
            raise _bad(self.name, members[0][0].line, f"the event cannot be worked out ({_short(error)})") from error
        if len(found) > room:
            raise Refused(
                f"{self.name} is not taken",
                f"it has more than {EVENT_LIMIT} events in this span",
                "export the one calendar with your visits, or give a shorter span with --from and --to",
            )
        return found

    def _event(self, uid: str, alone: bool, occurrence: Any) -> Event | None:
        start, end = occurrence["DTSTART"].dt, occurrence.end
        at = self._ms(start)
        if not self.first <= at < self.after:
            return None
        if str(occurrence.get("STATUS", "")).strip().upper() == "CANCELLED":
            self.cancelled += 1
            return None
        name = clean_name(str(occurrence.get("SUMMARY", ""))) or "no name"
        minutes = round((self._ms(end) - at) / 60_000)
        if not isinstance(start, datetime) or minutes >= DAY:
            self.all_day[name] = None
            return None
        first = occurrence.get("RECURRENCE-ID")
        recurrence = "" if alone else utc(self._ms(first.dt if first is not None else start)).isoformat()
        return Event(uid, recurrence, at, max(minutes, 0), name, clean_name(str(occurrence.get("LOCATION", ""))))

    def _ms(self, moment: Any) -> int:
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.here)
        return ms_at(moment)


def _short(error: Exception) -> str:
    """What a parser said, safe to show: without control characters, and not the whole file."""
    return clean_name(str(error), 80) or type(error).__name__
