"""Whether what she models is taken up: the figure that shows a teacher's capacity growing. Never a rank of anybody."""

from collections.abc import Iterable

from observe.domain.frozen import dataclass

Practice = tuple[str, str]
"""A way of teaching: channel and code."""
STAGES = ("modelled", "together", "alone")
"""How far a practice has come in a class."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A practice that was ticked as run in a visit. `by`: `me`, `teacher` or `both`; `at`: the visit's start, in ms."""

    practice: Practice
    at: int
    day: str
    by: str


@dataclass(frozen=True, slots=True)
class TakenUp:
    """One practice in one class. Days as 2026-11-24, in order of time.

    `modelled`: she ran it; `together`: both did; `alone`: the teacher did while she was there to see it; `said`: the
    teacher said so of a day without her. What was said is never added to what was seen. `own`: the teacher ran it
    before she had a part in it, so there was nothing to transfer.
    """

    practice: Practice
    modelled: tuple[str, ...]
    together: tuple[str, ...]
    alone: tuple[str, ...]
    said: tuple[str, ...]
    own: bool
    seen_later: bool
    """The teacher ran it alone in a visit after the first in which she had a part in it."""
    said_later: bool
    """The teacher said so of a day after that one."""

    @property
    def stage(self) -> str:
        """How far it has come: the last of `STAGES` that was seen or said."""
        if self.alone or self.said:
            return "alone"
        return "together" if self.together else "modelled"

    @property
    def shown(self) -> bool:
        """Whether she had a part in it before the teacher ran it alone."""
        return not self.own and bool(self.modelled or self.together)


def taken_up(ran: Iterable[Ran], said: Iterable[tuple[Practice, str]]) -> tuple[TakenUp, ...]:
    """Each practice of a class, by channel and code. `said`: what the teacher ran without her, each with its day."""
    visits: dict[Practice, list[Ran]] = {}
    for one in sorted(ran, key=lambda r: r.at):
        visits.setdefault(one.practice, []).append(one)
    told: dict[Practice, list[str]] = {}
    for practice, day in said:
        told.setdefault(practice, []).append(day)
    return tuple(
        _one(practice, visits.get(practice, []), sorted(told.get(practice, ())))
        for practice in sorted(visits.keys() | told.keys())
    )


def _one(practice: Practice, ran: list[Ran], said: list[str]) -> TakenUp:
    shown = next((r for r in ran if r.by != "teacher"), None)
    alone = [r for r in ran if r.by == "teacher"]
    # Of a day on which both happened nobody knows which was first; then it is not called a transfer.
    own = shown is None or any(r.at < shown.at for r in alone) or any(day <= shown.day for day in said)
    me, both, teacher = (tuple(r.day for r in ran if r.by == who) for who in ("me", "both", "teacher"))
    later = shown is not None and not own
    return TakenUp(practice, me, both, teacher, tuple(said), own, later and bool(alone), later and bool(said))


def transferred(rows: Iterable[TakenUp]) -> dict[str, int]:
    """`shown`: practices that she had a part in first; of these `seen` and `said` alone later, `said` not counting
    those that were seen."""
    rows = tuple(rows)
    return {
        "shown": sum(row.shown for row in rows),
        "seen": sum(row.seen_later for row in rows),
        "said": sum(row.said_later and not row.seen_later for row in rows),
    }
