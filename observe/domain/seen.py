"""Across visits: which students of a class were looked at least, so that somebody looks at them next.

An observation in person is one about the student alone, in any channel and by any method, whoever made it. One about
a group, or an answer to a question, is not: nothing says how it went with this child.
"""

from collections.abc import Iterable, Mapping, Sequence

from observe.domain.frozen import dataclass
from observe.domain.model import Student

NAMED = 3
"""So many students are named where there is little room: a longer list is not read at a classroom door."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One student in one class over a span: observations in person, visits she was here for, and when last (ms)."""

    student: Student
    n: int = 0
    visits: int = 0
    last_at: int | None = None


def sights(
    students: Iterable[Student],
    counted: Mapping[str, tuple[int, int]],
    here: Iterable[Iterable[str]],
    before: Mapping[str, int],
) -> tuple[Sight, ...]:
    """Those who are to be seen first, first: fewest observations, then the one unseen longest, then by seat.

    `students`: of the class, in seat order; who has left it is no longer looked for. `counted`: observations and the
    last of them, by student; `here`: who was here, visit by visit; `before`: when one was last seen before the span.
    """
    present: dict[str, int] = {}
    for visit in here:
        for who in visit:
            present[who] = present.get(who, 0) + 1
    rows = []
    for student in students:
        if student.active:
            n, last = counted.get(student.id, (0, None))
            rows.append(Sight(student, n, present.get(student.id, 0), last if n else before.get(student.id)))
    return tuple(sorted(rows, key=lambda row: (row.n, -1 if row.last_at is None else row.last_at)))


def never(rows: Sequence[Sight]) -> tuple[Sight, ...]:
    """Those who were not observed at all."""
    return tuple(row for row in rows if not row.n)


def to_see(rows: Sequence[Sight], most: int = NAMED) -> tuple[Sight, ...]:
    """The first few of `sights`, as long as they were seen less than the middle one of the class.

    Where everybody was seen alike, or nobody at all yet, nobody stands back, and nobody is named.
    """
    if not rows or not rows[-1].n:
        return ()
    middle = rows[(len(rows) - 1) // 2].n
    return tuple(row for row in rows[:most] if not row.n or row.n < middle)
