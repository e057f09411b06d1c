"""Following what says when visits and meetings are to be: a calendar file, or a pattern that was typed in.

Each occurrence is known by a key that is the same on every device, so that two of them meet. With its facts stands
what its source said last (`calendar`): where the two differ, somebody changed it here, and that stays until the
source says something else, too. What was held, or has a reason why not, is never changed.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from observe.domain.codec import iso, ms_of
from observe.domain.programme import KINDS, MEETING, VISIT
from observe.services.home import Home
from observe.services.visits import NEAR_MS
from observe.services.whose import Whose
from observe.store import items, queries, rosters, schedules
from observe.store.journal import Act

WORDS = ("added", "moved", "updated", "unchanged", "removed", "kept")
_FACTS = {
    VISIT: {"planned_at": "at", "planned_minutes": "minutes", "section": "section"},
    MEETING: {"at": "at", "minutes": "minutes", "section": "section"},
}
"""The facts that a source decides, and what they are called in what it said."""
_FAR = 1 << 62


@dataclass(frozen=True, slots=True)
class Wanted:
    """An occurrence as its source has it. `kind`: one of `KINDS`; `at` in ms; `series`: which of the source's it is.

    `observer`, `zone`: what it is written down with at first.
    """

    kind: str
    section: str
    at: int
    minutes: int
    series: str
    observer: str
    zone: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit or meeting that was changed, or kept against its source. `what`: one of `WORDS`."""

    what: str
    id: str
    section: str
    at: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Source:
    """What is followed. `file`: the mark of all that it planned; `series`: those it still has.

    `same`: times (ms) that it gives the same value are one occurrence of a series, moved. `sweeping`: it speaks of
    all weeks at once, so what is past stays and so does what was changed here by hand. `ours`: whether a series is
    one to speak of. `begin` is called before the first change.
    """

    file: str
    series: Set[str]
    same: Callable[[int], object]
    sweeping: bool = False
    ours: Callable[[str], bool] = lambda series: True
    begin: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Kept:
    """What became of things of one kind: how many by `WORDS`, and which, without the unchanged ones."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS, 0))
    changes: list[Planned] = field(default_factory=list)


class Following:
    """Makes what is planned from `first` on and before `after` (ms) what its source wants, inside one act."""

    def __init__(self, home: Home, act: Act, source: Source, first: int = 0, after: int = _FAR) -> None:
        self.home, self.act, self.source = home, act, source
        self.now, self.changed, self.notes = home.clock.now(), False, list[str]()
        self.found = {kind: Kept() for kind in KINDS}
        self.sections = {s.id: s.name for s in rosters.sections(home.conn)}
        self.span, self.whose = (first, after), Whose(home)
        standing = {VISIT: schedules.planned(home.conn, first, after)}
        standing[MEETING] = dict(items.items(home.conn, MEETING, first=first, after=after))
        self.standing = {
            kind: {key: data for key, data in of.items() if self._mine(kind, key, data)}
            for kind, of in standing.items()
        }

    def run(self, wanted: Mapping[str, Wanted], leave: Set[str] = frozenset()) -> None:
        """Follow. `wanted`: what is to stand, by key; `leave`: keys that nobody can speak of yet."""
        orphans = {
            kind: {
                key: data
                for key, data in self.standing[kind].items()
                if key not in leave and (key not in wanted or wanted[key].kind != kind)
            }
            for kind in KINDS
        }
        for key, want in wanted.items():
            self._plan(self._known(key, want, orphans[want.kind]), want)
        self._remove(orphans)
        for kept in self.found.values():
            kept.changes.sort(key=lambda p: (p.at, p.id))

    def _mine(self, kind: str, key: str, data: Mapping[str, Any]) -> bool:
        """Whether it is of this source, and hers: a colleague may follow the same calendar."""
        said = data.get("calendar") or {}
        if said.get("file") != self.source.file or not self.source.ours(said["series"]):
            return False
        return self.whose.is_planned_by_her(kind, key, str(data.get("observer") or ""))

    def _known(self, key: str, want: Wanted, orphans: dict[str, Mapping[str, Any]]) -> str:
        """A series whose hour changed names its occurrences anew: within `same` it is still the one that it was."""
        if self._facts(want.kind, key) is not None:
            return key
        for other, data in orphans.items():
            said = data["calendar"]
            if said["series"] == want.series and self.source.same(ms_of(said["at"])) == self.source.same(want.at):
                del orphans[other]
                return other
        return key

    def _plan(self, key: str, want: Wanted) -> None:
        kind, data = want.kind, self._facts(want.kind, key)
        said = {"file": self.source.file, "series": want.series, "at": iso(want.at), "minutes": want.minutes}
        said["section"] = want.section
        names = _FACTS[kind]
        facts = {name: said[of] for name, of in names.items()}
        if data is None:
            if want.at < self.now and self._was_held(want):
                return self._count(kind, "unchanged")
            own = {"observer": want.observer, **({"zone": want.zone} if kind == VISIT else {})}
            return self._put(kind, "added", key, {**own, **facts, "calendar": said})
        before = data.get("calendar") or {}
        if before == said or self._has_begun(kind, key):
            return self._count(kind, "unchanged")
        by_hand = any(data.get(name) != before.get(of) for name, of in names.items())
        if self._is_called_off(kind, key) or (self.source.sweeping and by_hand):
            return self._count(kind, "kept", key, data)
        if self.source.sweeping and _at(kind, data) < self.now:
            return self._count(kind, "unchanged")
        new = {name: value for name, value in facts.items() if before.get(names[name]) != value}
        what = "moved" if next(iter(names)) in new else "updated"
        self._put(kind, what, key, {**data, **new, "calendar": said})

    def _remove(self, orphans: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        known = {data["calendar"]["series"] for of in self.standing.values() for data in of.values()}
        if known and not known & self.source.series and not self.source.sweeping:
            self.notes.append(
                "none of the events that this calendar had before are in it: it is taken for another one of the same"
                " name, and nothing was removed"
            )
            return
        for kind, of in orphans.items():
            for key, data in of.items():
                self._remove_one(kind, key, data)

    def _remove_one(self, kind: str, key: str, data: Mapping[str, Any]) -> None:
        said = data["calendar"]
        over = said["series"] not in self.source.series and _at(kind, data) < self.now
        if over or self._has_begun(kind, key):
            self._count(kind, "unchanged")  # what is over stays: it was planned, and held or missed
        elif data.get(next(iter(_FACTS[kind]))) != said["at"] or schedules.touched(self.home.conn, kind, key):
            self._count(kind, "kept", key, data)
        else:
            self._begin()
            self.act.void(kind, key, {"visit": key} if kind == VISIT else {})
            self._count(kind, "removed", key, data)

    def _begin(self) -> None:
        if not self.changed:
            self.changed = True
            self.source.begin()

    def _put(self, kind: str, what: str, key: str, data: Mapping[str, Any]) -> None:
        self._begin()
        self.act.put(kind, key, data)
        self._count(kind, what, key, data)

    def _count(self, kind: str, what: str, key: str = "", data: Mapping[str, Any] | None = None) -> None:
        self.found[kind].counts[what] += 1
        if data is not None:
            section = self.sections.get(str(data.get("section")), "")
            minutes = int(data.get("planned_minutes" if kind == VISIT else "minutes") or 0)
            self.found[kind].changes.append(Planned(what, key, section, _at(kind, data), minutes))

    def _facts(self, kind: str, key: str) -> Mapping[str, Any] | None:
        winner = self.home.journal.winner(kind, key)
        return None if winner is None or winner.op != "put" else winner.data

    def _has_begun(self, kind: str, key: str) -> bool:
        if kind == MEETING:
            return items.item(self.home.conn, "meeting.held", key) is not None
        visit = queries.visit(self.home.conn, key)
        return visit is not None and visit.started_at is not None

    def _is_called_off(self, kind: str, key: str) -> bool:
        if kind == MEETING:
            return items.item(self.home.conn, "meeting.missed", key) is not None
        visit = queries.visit(self.home.conn, key)
        return visit is not None and bool(visit.missed)

    def _was_held(self, want: Wanted) -> bool:
        """Held before anybody planned it: planning it afterwards would make one visit an extra and a missed one."""
        if want.kind == MEETING:
            return False
        near = queries.visits(self.home.conn, want.at - NEAR_MS, want.at + NEAR_MS + 1)
        extra = [v for v in near if v.started_at is not None and v.planned_at is None and v.section == want.section]
        return bool(self.whose.hers(extra))


def _at(kind: str, data: Mapping[str, Any]) -> int:
    return ms_of(str(data[next(iter(_FACTS[kind]))]))
