"""Whose a visit is: hers, or a colleague's that came in through the shared folder.

A visit is hers when its observer is the one this home is set to, when nobody is named, and when it was begun on
this device, whatever she was called then; one to come, when it was planned here. A home that is set to no observer
knows of no others.
"""

from collections.abc import Iterable
from functools import cached_property

from observe.domain.model import Visit
from observe.services.home import FORMER, Home, former_keys
from observe.store import queries
from observe.store import whose as stored


class Whose:
    """Whose visits are, as this home is set now; made anew for each reading."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._name = (home.setting("observer") or "").casefold()

    def is_hers(self, visit: Visit) -> bool:
        """Whether it is the visit of this home's observer."""
        if not self.is_foreign(visit.observer):
            return True
        if visit.started_at is None:
            return stored.put_by(self._home.conn, "visit", visit.id, self._lives)
        return stored.begun_by(self._home.conn, visit.id, self._lives)

    def is_planned_by_her(self, kind: str, key: str, observer: str) -> bool:
        """Whether what is planned (a visit, a meeting, a pattern) is under her name, or was put down on this device."""
        return not self.is_foreign(observer) or stored.put_by(self._home.conn, kind, key, self._lives)

    def is_foreign(self, observer: str) -> bool:
        """Whether this is the name of somebody else."""
        return bool(self._name and observer) and observer.casefold() != self._name

    def hers(self, visits: Iterable[Visit]) -> tuple[Visit, ...]:
        """Those of them that are hers, in their order."""
        return tuple(visit for visit in visits if self.is_hers(visit))

    def ended(self) -> int:
        """How many visits she held that have ended."""
        conn = self._home.conn
        others = [name for name in stored.observers(conn) if self.is_foreign(name)] if self._name else []
        return stored.ended_visits(conn, others, self._lives if others else ())

    @cached_property
    def _lives(self) -> tuple[str, ...]:
        """As `team.lives_of`, by the names of the files: this is asked before any key is needed."""
        over = (file.stem.removeprefix(FORMER) for file in former_keys(self._home.path, FORMER))
        return (self._home.journal.device, *over)


def has_own(home: Home) -> bool:
    """Whether a visit was ever begun here, or under her name: a coordinator reads along and has none."""
    whose = Whose(home)
    return any(whose.is_hers(visit) for visit in queries.begun(home.conn))


def also(home: Home, visit: Visit, now: int) -> tuple[Visit, ...]:
    """Visits of other observers to the same section that overlap this one, in order of time."""
    if visit.section is None or visit.started_at is None:
        return ()
    end = now if visit.ended_at is None else visit.ended_at
    found = queries.overlapping(home.conn, visit.section, visit.started_at, end, now)
    return tuple(v for v in found if v.observer and v.observer.casefold() != visit.observer.casefold())
