"""What every way of changing a visit shares: the visit, its protocol, and what already stands."""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from observe.domain.entries import Entry
from observe.domain.errors import Refused
from observe.domain.frozen import dataclass
from observe.domain.model import Observation, Visit, VisitLog
from observe.domain.protocol import Protocol
from observe.services import check
from observe.services.home import Home
from observe.store import queries, rosters
from observe.store.journal import Act, fitting


@dataclass(frozen=True, slots=True)
class Logged:
    """What was logged: the observation (or pause, attendance, pass), when, and what else followed.

    `unchanged`: it was so already; `id` is then what made it so (None when nothing ever did).
    """

    id: str | None
    at: int
    unchanged: bool = False
    marked_present: bool = False


class VisitActs:
    """Acts in one visit of a home."""

    def __init__(self, home: Home, visit_id: str, wait_ms: int | None = None) -> None:
        self.home, self.visit_id = home, visit_id
        self._conn = home.conn
        self._protocols: dict[tuple[str, int], Protocol] = {}
        self._log: VisitLog | None = None
        self._log_version: tuple[int, int] = (-1, -1)
        self._log_mark = 0
        if wait_ms is not None:
            home.database.wait(wait_ms)

    def log(self) -> VisitLog:
        """The visit as it stands; read anew only when this or another process wrote."""
        version = (queries.data_version(self._conn), self._conn.total_changes)
        if self._log is None or version != self._log_version:
            mark, kinds = self.home.journal.changes_since(self._log_mark)
            if self._log is not None and version[0] == self._log_version[0] and kinds == {"observation"}:
                # A tap of our own: the roster, the roll and the rest stand as they were read.
                log = replace(self._log, observations=queries.observations(self._conn, self.visit_id))
            else:
                log = self._read_log()
            self._log, self._log_version, self._log_mark = log, version, mark
        return self._log

    def _is_fresh(self) -> bool:
        """Whether the log in hand is what the database holds; asked inside a transaction, so that it stays so."""
        return self._log_version == (queries.data_version(self._conn), self._conn.total_changes)

    def _add(self, new: Observation) -> None:
        """Put an observation of our own into the log in hand, where reading it anew would find it."""
        assert self._log is not None  # only a fresh log is added to
        observations = list(self._log.observations)
        insort(observations, new, key=lambda o: (o.at, o.order))
        self._log = replace(self._log, observations=tuple(observations))
        # The other processes' version is the one from before our act: what they wrote since must still show.
        self._log_version = (self._log_version[0], self._conn.total_changes)
        self._log_mark = self.home.journal.changes_since(self._log_mark)[0]

    def _read_log(self) -> VisitLog:
        log = queries.visit_log(self._conn, self.visit_id)
        if log is None:
            raise Refused(f"visit {self.visit_id} is not known", "this home has none of that id")
        return log

    def _visit(self) -> Visit:
        visit = queries.visit(self._conn, self.visit_id)
        if visit is None:
            raise Refused(f"visit {self.visit_id} is not known", "this home has none of that id")
        return visit

    def _protocol(self, visit: Visit) -> Protocol:
        """The protocol that a visit has from its start on. Raises Refused."""
        check.begun(visit)
        name = (visit.protocol_id, visit.protocol_version)
        if name not in self._protocols:
            found = queries.protocol(self._conn, *name)
            if found is None:
                raise Refused(f"protocol {name[0]} {name[1]} is not in this home", "the visit was logged with it")
            self._protocols[name] = found
        return self._protocols[name]

    def _standing(self, kind: str, key: str) -> Mapping[str, Any]:
        winner = self.home.journal.winner(kind, key)
        if winner is None or winner.op == "void":
            why = "it was voided" if winner else "this home has none of that id"
            raise Refused(f"{kind} {key[:40]!r} is not known", why)
        try:
            return fitting(winner).data
        except ValueError as error:
            why = f"a later version of observe wrote it, and this one cannot show it ({error})"
            raise Refused(
                f"{kind} {key[:40]!r} was not changed", why, "change it on the device that wrote it"
            ) from error

    def _known(self, named: Mapping[str, Iterable[str]]) -> None:
        """Every student named, by field, is on a roster of this home. Raises Refused."""
        for field, ids in named.items():
            for id in ids:
                if not rosters.is_student(self._conn, id):
                    raise Refused(f"{field}: {str(id)[:40]!r} is not known", "allowed: a student of this home")


def stays(put: Entry, field: str, words: str) -> None:
    """Refuses words that an entry was to say and does not: whom they are about was erased while they were written."""
    if words and put.data.get(field) != words:
        raise Refused("the words are not kept", "whom they are about was erased meanwhile", "nothing was changed")


def put_words(act: Act, kind: str, key: str, words: str, before: str, more: Mapping[str, str]) -> bool:
    """What is written under a key: other words than `before`, or none any more; whether anything changed.

    `more`: what else its entry says.
    """
    if words and words != before:
        stays(act.put(kind, key, {**more, "body": words}), "body", words)
    elif before and not words:
        act.void(kind, key, {name: more[name] for name in ("visit",) if name in more})
    else:
        return False
    return True


def put_field(act: Act, visit_id: str, field: str, words: str, before: str) -> bool:
    """What is written about a visit under this field, as `put_words`."""
    return put_words(act, "reflection", f"{visit_id}/{field}", words, before, {"visit": visit_id})
