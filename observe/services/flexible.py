"""Whether the groups of a class are flexible: of a visit, who moved since the one before, and how long nobody did."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from observe.domain import groups
from observe.domain.figures import Json
from observe.domain.model import Visit
from observe.services.home import Home
from observe.services.whose import Whose
from observe.store import items, queries

BACK = 40
"""So many visits back it is asked for how long the groups have been the same."""


class Flexible:
    """Looks back from visits; each course and each step from one visit to the next is read once.

    `known`: by visit what was kept of its groups, {} for none; of other visits it is read when it is needed.
    """

    def __init__(self, home: Home, known: Mapping[str, Json] | None = None) -> None:
        self._home, self._whose = home, Whose(home)
        self._courses = dict(known or {})
        self._held: dict[str, list[Visit]] = {}
        self._moved: dict[tuple[str, str], list[str]] = {}

    def of(self, visit: Visit) -> Json:
        """`between`, `within` and `same_for` of a visit with groups: as `groups.flexible` says them of the visits it is
        given, but looking back from this one, no further than is needed.
        """
        between: list[str] = []
        now, steps = visit, 1
        for before in self._back(visit):
            moved = self._between(before, now)
            between = moved if now is visit else between
            if moved or groups.moved_within(self._course(now)):
                break
            now, steps = before, steps + 1
        return {"between": between, "within": groups.moved_within(self._course(visit)), "same_for": steps}

    def _between(self, before: Visit, visit: Visit) -> list[str]:
        """Who moved from the one to the other."""
        pair = before.id, visit.id
        if pair not in self._moved:
            self._moved[pair] = groups.moved_between(self._course(before)["end"], self._course(visit)["start"])
        return self._moved[pair]

    def _course(self, visit: Visit) -> Json:
        """Who was where; {} where nobody was in a group."""
        if visit.id not in self._courses:
            grouping = items.grouping(self._home.conn, visit.id)
            self._courses[visit.id] = groups.course(grouping) if groups.grouped(grouping) else {}
        return self._courses[visit.id]

    def _back(self, visit: Visit) -> Iterator[Visit]:
        """Her usual visits to the same class that had groups, the newest first, as far back as is asked."""
        if visit.section is None or visit.started_at is None:
            return
        if visit.section not in self._held:
            self._held[visit.section] = self._begun(visit.section)
        held = self._held[visit.section]
        at = bisect_left(held, _place(visit), key=_place)
        for before in reversed(held[max(0, at - BACK) : at]):
            if self._course(before):
                yield before

    def _begun(self, section: str) -> list[Visit]:
        """Flagged ones are left out of what is said over time."""
        found = queries.overlapping(self._home.conn, section, 0, 1 << 62, 1 << 62)
        return [v for v in self._whose.hers(found) if not v.flag]


def _place(visit: Visit) -> tuple[int, str]:
    return visit.started_at or 0, visit.id
