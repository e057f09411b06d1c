"""Signs of talent over visits, and the chances there were to show some.

A spark is one look at one moment. Several, of several kinds, on several days, are a reason to look closer: the rule
says when and why, a person decides. Nothing here is a score; where there was no open task nothing could show.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date

from observe.domain.context import Context, contexts
from observe.domain.frozen import dataclass
from observe.domain.live import picker
from observe.domain.model import VisitLog
from observe.domain.numbers import Json, figured, seconds, share
from observe.domain.timeline import ActiveTime, Place, toggle_bouts

FEW = 10
"""Below so many sparks, or students, a share of them is said with a caution."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From so many sparks, of so many kinds, on so many days, a student is worth a look."""

    sparks: int = 3
    kinds: int = 2
    days: int = 2

    @property
    def words(self) -> str:
        """The rule as it is said on a page."""
        parts = [
            _counted(self.sparks, "spark"),
            f"of {_counted(self.kinds, 'kind')}",
            f"on {_counted(self.days, 'day')}",
        ]
        return f"at least {' '.join(parts)}"


def _counted(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


@dataclass(frozen=True, slots=True)
class Spark:
    """One spark: of whom, which kind (channel and code), what was written of it, and what was going on."""

    visit: str
    id: str
    at: int
    day: date
    student: str
    channel: str
    code: str
    evidence: str
    around: Context = field(default_factory=Context)
    open: bool = False
    """Whether an open task was on."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What one visit gave talent to show itself in.

    `ms` of the visit and `open_ms` of these with an open task on; `looks`: looks at each student in passes;
    `seen_open`: observations of each student in person while an open task was on.
    """

    ms: int
    open_ms: int
    looks: Mapping[str, int]
    seen_open: Mapping[str, int]


def sparks(log: VisitLog, day: date) -> list[Spark]:
    """The sparks of a visit, in order of time: what was picked of one student, in channels that do just that."""
    picks = {channel.name: channel for channel in log.protocol.channels if picker(channel)}
    own = [o for o in log.observations if o.channel in picks and o.student and o.code and figured(picks[o.channel], o)]
    switched = switches(log)
    around = contexts(log, [(o.at, o.student) for o in own])
    return [
        Spark(
            log.visit.id,
            o.id,
            o.at,
            day,
            o.student or "",
            o.channel,
            o.code or "",
            o.note,
            then,
            bisect_right(switched, (o.at, *o.order)) % 2 == 1,
        )
        for o, then in zip(own, around, strict=True)
    ]


def _open(log: VisitLog) -> dict[str, frozenset[str]]:
    """Codes of open tasks, by toggle channel."""
    toggles = [channel for channel in log.protocol.channels if channel.kind == "toggle"]
    return {channel.name: frozenset(code.key for code in channel.codes if code.open) for channel in toggles}


def switches(log: VisitLog) -> list[Place]:
    """Where an open task came on with none on before it, and where the last one on went off, in turn."""
    codes = _open(log)
    on: set[tuple[str, str]] = set()
    found: list[Place] = []
    for o in log.observations:
        if o.on is not None and o.code in codes.get(o.channel, ()):
            (on.add if o.on else on.discard)((o.channel, o.code or ""))
            if bool(on) != (len(found) % 2 == 1):
                found.append((o.at, *o.order))
    return found


def chance(log: VisitLog, active: ActiveTime, looks: Mapping[str, int], seen: Mapping[str, int]) -> Chance:
    """What the visit gave. `looks` and `seen`: as `Chance` has them."""
    codes = _open(log)
    bouts = []
    for channel in log.protocol.channels:
        if channel.kind == "toggle":
            own = [o for o in log.observations if o.channel == channel.name and o.code in codes[channel.name]]
            bouts += toggle_bouts([o for o in own if figured(channel, o)], active)
    return Chance(active.length, _covered((bout.start, bout.end) for bout in bouts), looks, seen)


def _covered(stretches: Iterable[tuple[int, int]]) -> int:
    """How long at least one of them lasts."""
    total = reached = 0
    for start, end in sorted(stretches):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


# -- the rule ----------------------------------------------------------------------------------------


def raised(own: Sequence[Spark], rule: Rule) -> bool:
    """Whether one student's sparks are enough, by the rule, for somebody to look closer."""
    kinds, days = {(s.channel, s.code) for s in own}, {s.day for s in own}
    return len(own) >= rule.sparks and len(kinds) >= rule.kinds and len(days) >= rule.days


def why(own: Sequence[Spark], kinds: Sequence[str]) -> str:
    """In words, what there is: `4 sparks of 2 kinds (Insight, Question) on 3 days`. `kinds`: their labels."""
    days = len({s.day for s in own})
    said = f"{_counted(len(own), 'spark')} of {_counted(len(kinds), 'kind')} ({', '.join(kinds)})"
    return f"{said} on {_counted(days, 'day')}"


# -- chances, over visits ----------------------------------------------------------------------------


def rates(found: Sequence[Spark], visits: Sequence[Chance], students: frozenset[str]) -> Json:
    """Sparks of these students for each look at them, and for each minute with an open task on and without.

    A look is one student in one pass. Minutes are those of the visits, whoever was in the room.
    """
    looks = sum(n for one in visits for who, n in one.looks.items() if who in students)
    own = [spark for spark in found if spark.student in students]
    opened = sum(spark.open for spark in own)
    open_ms, ms = sum(one.open_ms for one in visits), sum(one.ms for one in visits)
    return {
        "looks": {"sparks": len(own), "looks": looks, "per_look": share(len(own), looks)},
        "open": _per_minute(opened, open_ms),
        "other": _per_minute(len(own) - opened, ms - open_ms),
    }


def _per_minute(n: int, ms: int) -> Json:
    return {"sparks": n, "seconds": seconds(ms), "per_minute": share(n * 60_000, ms)}


def never_open(visits: Iterable[Chance], students: Iterable[str]) -> list[str]:
    """Of these students, those who were never observed in person while an open task was on."""
    seen = {who for one in visits for who in one.seen_open}
    return [who for who in students if who not in seen]


def shares(found: Iterable[Spark], groups: Mapping[str, Sequence[str]]) -> list[Json]:
    """The share of sparks of each group beside its share of the roster. `groups`: students by group, in order."""
    n = Counter(spark.student for spark in found)
    of = {group: sum(n[who] for who in people) for group, people in groups.items()}
    sparks_n, students_n = sum(of.values()), sum(len(people) for people in groups.values())
    return [
        {
            "group": group,
            "sparks": of[group],
            "students": len(people),
            "share_of_sparks": share(of[group], sparks_n),
            "share_of_students": share(len(people), students_n),
            "few": sparks_n < FEW or len(people) < FEW,
        }
        for group, people in groups.items()
    ]
