"""Following a calendar: its events become planned visits, and stay what it says of them.

A planned visit is known by hash(uid, recurrence-id), so that imports on two devices meet. With its facts stands what
the calendar said last: where the two differ, somebody changed it here, and that stays until the calendar changes too.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from observe.domain.codec import iso, local, ms_of
from observe.domain.errors import Refused
from observe.domain.names import clean_name, fold
from observe.exchange.calendar import FILE_LIMIT, Calendar, Event, read_calendar
from observe.services import find
from observe.services.home import Home
from observe.services.schedule_names import KIND, Match, Matcher, key_of, remembered
from observe.services.visits import NEAR_MS
from observe.store import queries, rosters, schedules
from observe.store.journal import Act

DAYS_BACK, DAYS_AHEAD = 28, 200
DAY_MS = 86_400_000
WORDS = ("added", "moved", "updated", "unchanged", "removed", "kept")


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit that was changed, or kept against the calendar. `what`: one of `WORDS`."""

    what: str
    visit: str
    section: str
    at: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """Events of one name of which nobody knows whether they are visits, nor where to."""

    name: str
    events: int
    guesses: tuple[str, ...]


@dataclass(slots=True)
class Followed:
    """What an import did, or would do. `changed` False: everything was so already."""

    changed: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))
    visits: list[Planned] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    """Names of what is no visit: all-day events, and what she said is none."""
    cancelled: int = 0
    notes: list[str] = field(default_factory=list)


class _DryRun(Exception):
    """Ends the transaction of a dry run without a change."""

    def __init__(self, result: Followed) -> None:
        self.result = result


def import_schedule(
    home: Home,
    path: Path,
    choices: Mapping[str, str] | None = None,
    *,
    first: int | None = None,
    after: int | None = None,
    dry_run: bool = False,
) -> Followed:
    """Follow a calendar file from `first` to `after` (ms; four weeks back and 200 days ahead).

    `choices`: section by name of an event, "" for no visit; they are remembered. Raises Refused, NotSaved, Busy.
    """
    now = home.clock.now()
    first = max(now - DAYS_BACK * DAY_MS if first is None else first, 0)
    after = now + DAYS_AHEAD * DAY_MS if after is None else after
    if not 0 < after - first <= 3 * 366 * DAY_MS:
        raise Refused("this span cannot be", "it ends before it begins, or is longer than three years", "give another")
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise Refused(f"{path.name} cannot be read", error.strerror or str(error), "check the file") from error
    calendar = read_calendar(data, path.name, first, after, home.zone)
    chosen = _chosen(home, calendar, choices or {})

    def change(act: Act) -> Followed:
        follow = _Follow(home, act, calendar, _mark(calendar.name or path.stem), (first, after))
        result = follow.run(chosen)
        if dry_run:
            raise _DryRun(result)
        return result

    try:
        return home.write(change)
    except _DryRun as stopped:
        return stopped.result


def visit_key(event: Event) -> str:
    """The key of the visit that an event is, the same on every device."""
    return _mark(event.uid, event.recurrence)


def _mark(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _chosen(home: Home, calendar: Calendar, choices: Mapping[str, str]) -> dict[str, str | None]:
    names = {fold(event.name): event.name for event in calendar.events}
    found: dict[str, str | None] = {}
    for said, section in choices.items():
        name = names.get(fold(clean_name(said)))
        if name is None:
            raise Refused(f"no event is called {clean_name(said, 60)!r}", "in this calendar and span", "see its names")
        found[name] = find.section(home, section).id if section else None
    return found


class _Follow:
    def __init__(self, home: Home, act: Act, calendar: Calendar, file: str, span: tuple[int, int]) -> None:
        self.home, self.act, self.calendar, self.file = home, act, calendar, file
        self.now, self.result = home.clock.now(), Followed(cancelled=calendar.cancelled)
        self.sections = {s.id: s.name for s in rosters.sections(home.conn)}
        standing = schedules.planned(home.conn, *span)
        self.standing = {key: d for key, d in standing.items() if (d.get("calendar") or {}).get("file") == file}
        self.held = [v for v in queries.visits(home.conn, *span) if v.started_at is not None and v.planned_at is None]

    def run(self, chosen: Mapping[str, str | None]) -> Followed:
        for name, section in chosen.items():
            if remembered(self.home, name) != (section,):
                self._begin()
                self.act.put(KIND, key_of(name), {"section": section})
        wanted, unclear = self._sorted()
        orphans = {key: d for key, d in self.standing.items() if key not in wanted and key not in unclear}
        for key, (event, section) in wanted.items():
            self._plan(self._known_key(key, event, orphans), event, section)
        self._remove(orphans)
        self.result.visits.sort(key=lambda p: (p.at, p.visit))
        return self.result

    def _begin(self) -> None:
        """The act begins with where it came from, so that undo in a visit never reaches it."""
        if not self.result.changed:
            self.result.changed = True
            self.act.put("import", self.home.new_key(), {"what": "schedule"}, new=True)

    def _sorted(self) -> tuple[dict[str, tuple[Event, str]], set[str]]:
        """Visits by key, and the keys of what is unclear; what is no visit is put aside."""
        matcher, series = Matcher(self.home), dict[str, list[Event]]()
        for event in self.calendar.events:
            series.setdefault(event.uid, []).append(event)
        wanted: dict[str, tuple[Event, str]] = {}
        unclear: dict[str, tuple[Match, list[Event]]] = {}
        aside = dict.fromkeys(self.calendar.all_day)
        for events in series.values():
            matches = matcher.series(dict.fromkeys(event.name for event in events))
            for event in events:
                match = matches[event.name]
                if match.section is not None:
                    wanted[visit_key(event)] = (event, match.section)
                elif match.sure:
                    aside[event.name] = None
                else:
                    unclear.setdefault(event.name, (match, []))[1].append(event)
        self.result.aside = list(aside)
        self.result.unclear = [Unclear(name, len(e), match.guesses) for name, (match, e) in unclear.items()]
        return wanted, {visit_key(event) for _, events in unclear.values() for event in events}

    def _known_key(self, key: str, event: Event, orphans: dict[str, Mapping[str, Any]]) -> str:
        """A series whose hour changed has new recurrence-ids: on the same day it is still the same visit."""
        if self._facts(key) is not None:
            return key
        day, series = self._day(event.at), _mark(event.uid)
        for other, data in orphans.items():
            if data["calendar"]["series"] == series and self._day(_at(data)) == day:
                del orphans[other]
                return other
        return key

    def _plan(self, key: str, event: Event, section: str) -> None:
        minutes, data = event.minutes, self._facts(key)
        said = {"file": self.file, "series": _mark(event.uid), "at": iso(event.at), "minutes": minutes}
        said["section"] = section
        facts = {"planned_at": said["at"], "planned_minutes": minutes, "section": section}
        if data is None:
            if event.at < self.now and self._was_held(event, section):
                return self._count("unchanged")
            observer = self.home.setting("observer") or ""
            return self._put("added", key, {"observer": observer, "zone": self.home.zone, **facts, "calendar": said})
        before = data.get("calendar") or {}
        if before == said:
            return self._count("unchanged")
        visit = queries.visit(self.home.conn, key)
        if visit is not None and (visit.started_at is not None or visit.missed):
            return self._count("unchanged" if visit.started_at is not None else "kept", key, data)
        names = {"planned_at": "at", "planned_minutes": "minutes", "section": "section"}
        new = {name: value for name, value in facts.items() if before.get(names[name]) != value}
        self._put("moved" if "planned_at" in new else "updated", key, {**data, **new, "calendar": said})

    def _remove(self, orphans: Mapping[str, Mapping[str, Any]]) -> None:
        series = {_mark(uid) for uid in self.calendar.series}
        known = {data["calendar"]["series"] for data in self.standing.values()}
        if known and not known & series:
            self.result.notes.append(
                "none of the events that this calendar had before are in it: it is taken for another one of the same"
                " name, and nothing was removed"
            )
            return
        for key, data in orphans.items():
            past_series = data["calendar"]["series"] not in series and _at(data) < self.now
            by_hand = data.get("planned_at") != data["calendar"]["at"]
            if past_series or self._has_begun(key):
                self._count("unchanged")  # what is over stays: it was planned, and held or missed
            elif by_hand or schedules.touched(self.home.conn, key):
                self._count("kept", key, data)
            else:
                self._begin()
                self.act.void("visit", key, {"visit": key})
                self._count("removed", key, data)

    def _put(self, what: str, key: str, data: Mapping[str, Any]) -> None:
        self._begin()
        self.act.put("visit", key, data)
        self._count(what, key, data)

    def _count(self, what: str, key: str = "", data: Mapping[str, Any] | None = None) -> None:
        self.result.counts[what] += 1
        if data is not None:
            section = self.sections.get(str(data.get("section")), "")
            minutes = int(data.get("planned_minutes") or 0)
            self.result.visits.append(Planned(what, key, section, _at(data), minutes))

    def _facts(self, key: str) -> Mapping[str, Any] | None:
        winner = self.home.journal.winner("visit", key)
        return None if winner is None or winner.op != "put" else winner.data

    def _has_begun(self, key: str) -> bool:
        visit = queries.visit(self.home.conn, key)
        return visit is not None and visit.started_at is not None

    def _was_held(self, event: Event, section: str) -> bool:
        """Held before the calendar was there: planning it afterwards would make one visit an extra and a missed one."""
        return any(v.section == section and abs((v.started_at or 0) - event.at) <= NEAR_MS for v in self.held)

    def _day(self, ms: int) -> Any:
        return local(ms, self.home.zone).date()


def _at(data: Mapping[str, Any]) -> int:
    return ms_of(str(data["planned_at"]))
