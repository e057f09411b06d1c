"""A calendar file becomes planned visits and co-planning meetings, and they stay what it says of them.

Each is known by hash(uid, recurrence-id, observer), so that imports on two devices of hers meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from observe.domain.codec import day_bounds, local
from observe.domain.derived import derived_key
from observe.domain.errors import Refused
from observe.domain.names import clean_name, fold
from observe.domain.programme import MEETING, VISIT
from observe.exchange.calendar import FILE_LIMIT, Calendar, Event, read_calendar
from observe.services import find, patterns
from observe.services.following import WORDS, Following, Planned, Source, Wanted
from observe.services.home import Home
from observe.services.schedule_names import KIND, Match, Matcher, key_of, remembered
from observe.store import queries
from observe.store.journal import Act

DAYS_BACK, DAYS_AHEAD = 28, 200
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Unclear:
    """Events of one name of which nobody knows whether they are visits, nor where to.

    `meeting`: the name says that it is a co-planning meeting, and not with whom.
    """

    name: str
    events: int
    guesses: tuple[str, ...]
    meeting: bool = False


@dataclass(slots=True)
class Followed:
    """What an import did, or would do. `changed` False: everything was so already. Counts are by `WORDS`."""

    changed: bool = False
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))
    visits: list[Planned] = field(default_factory=list)
    meeting_counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))
    meetings: list[Planned] = field(default_factory=list)
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
    meetings: Mapping[str, str] | None = None,
    first: int | None = None,
    after: int | None = None,
    dry_run: bool = False,
) -> Followed:
    """Follow a calendar file from `first` to `after` (ms; four weeks back and 200 days ahead).

    `choices`: section by name of an event, "" for no visit; `meetings`: section by name of an event that is a
    co-planning meeting. Both are remembered. Raises Refused, NotSaved, Busy.
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
    chosen = {
        **_chosen(home, calendar, choices or {}, VISIT),
        **_chosen(home, calendar, meetings or {}, MEETING),
    }

    def change(act: Act) -> Followed:
        result = _Import(home, act, calendar, derived_key(calendar.name or path.stem), (first, after)).run(chosen)
        if dry_run:
            raise _DryRun(result)
        return result

    try:
        result = home.write(change)
    except _DryRun as stopped:
        return stopped.result
    patterns.top_up(home)
    return result


def since_it_began(home: Home) -> int:
    """Four weeks back (ms), and not before the day on which this log began.

    Of a visit before that day nobody can say here that it was missed: she was there, and had nothing to log it in.
    """
    began, now = queries.began_at(home.conn), home.clock.now()
    day = local(now if began is None else began, home.zone).date()
    return max(now - DAYS_BACK * DAY_MS, day_bounds(day, home.zone)[0])


def visit_key(event: Event, observer: str) -> str:
    """The key of the visit or the meeting that an event is, the same on every device of its observer.

    Colleagues who follow one calendar plan a visit each: a visit belongs to one observer.
    """
    return derived_key(event.uid, event.recurrence, *([fold(observer)] if observer else []))


Chosen = Mapping[str, tuple[str | None, str]]
"""By name of an event: the section, None for no visit, and what the events are."""


def _chosen(home: Home, calendar: Calendar, choices: Mapping[str, str], what: str) -> dict[str, tuple[str | None, str]]:
    names = {fold(event.name): event.name for event in calendar.events}
    found: dict[str, tuple[str | None, str]] = {}
    for said, section in choices.items():
        name = names.get(fold(clean_name(said)))
        if name is None:
            raise Refused(f"no event is called {clean_name(said, 60)!r}", "in this calendar and span", "see its names")
        found[name] = (find.section(home, section).id, what) if section else (None, VISIT)
    return found


class _Import:
    def __init__(self, home: Home, act: Act, calendar: Calendar, file: str, span: tuple[int, int]) -> None:
        self.home, self.act, self.calendar, self.file, self.span = home, act, calendar, file, span
        self.begun, self.result = False, Followed(cancelled=calendar.cancelled)

    def run(self, chosen: Chosen) -> Followed:
        for name, choice in chosen.items():
            if remembered(self.home, name) != choice:
                self._begin()
                section, what = choice
                self.act.put(KIND, key_of(name), {"section": section, **({"what": what} if what != VISIT else {})})
        wanted, unclear = self._sorted()
        series = frozenset(derived_key(uid) for uid in self.calendar.series)
        source = Source(self.file, series, self._day, begin=self._begin)
        follow = Following(self.home, self.act, source, *self.span)
        follow.run(wanted, unclear)
        result, visits, meetings = self.result, follow.found[VISIT], follow.found[MEETING]
        result.counts, result.visits = visits.counts, visits.changes
        result.meeting_counts, result.meetings = meetings.counts, meetings.changes
        result.changed, result.notes = self.begun, follow.notes
        return result

    def _begin(self) -> None:
        """The act begins with where it came from, so that undo in a visit never reaches it."""
        if not self.begun:
            self.begun = True
            self.act.put("import", self.home.new_key(), {"what": "schedule"}, new=True)

    def _sorted(self) -> tuple[dict[str, Wanted], set[str]]:
        """What is wanted by key, and the keys of what is unclear; what is no visit is put aside."""
        matcher, series = Matcher(self.home), dict[str, list[Event]]()
        whose = self.home.setting("observer") or "", self.home.zone
        for event in self.calendar.events:
            series.setdefault(event.uid, []).append(event)
        wanted: dict[str, Wanted] = {}
        unclear: dict[str, tuple[Match, list[Event]]] = {}
        aside = dict.fromkeys(self.calendar.all_day)
        for uid, events in series.items():
            matches = matcher.series(dict.fromkeys(event.name for event in events))
            for event in events:
                match = matches[event.name]
                if match.section is not None:
                    want = Wanted(match.what, match.section, event.at, event.minutes, derived_key(uid), *whose)
                    wanted[visit_key(event, whose[0])] = want
                elif match.sure:
                    aside[event.name] = None
                else:
                    unclear.setdefault(event.name, (match, []))[1].append(event)
        self.result.aside = list(aside)
        self.result.unclear = [
            Unclear(name, len(e), match.guesses, match.what == MEETING) for name, (match, e) in unclear.items()
        ]
        return wanted, {visit_key(event, whose[0]) for _, events in unclear.values() for event in events}

    def _day(self, ms: int) -> Any:
        return local(ms, self.home.zone).date()
