"""Whom to look at and when: the order of a pass, the moments of a cue, six at a time.

All pure: the same seed draws the same. A draw is the SHA-256 of the seed and a name, not a step of a random
generator, so that a seed in the log says for ever what was drawn, on any machine, whoever asks first.
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from itertools import zip_longest

from observe.domain.model import Observation

ORDERS = ("seat", "random", "least_seen")
"""Orders of a pass over everyone who is here."""
UNSEEN, FOCAL = "unseen", "focal"
PARTS = (UNSEEN, FOCAL)
"""Passes over a part of the class: whom nobody had looked at yet, and six who were dealt. No share of everyone."""
DRAWN = ("random", FOCAL)
"""Of both, those whom chance orders: they have a seed."""

CUE_MS = 120_000
"""So long a cue is shown, and so long after it a pass that begins is its answer."""
BLOCK_MS = 120_000
"""Every so long six students are dealt for focal looks: six looks of `LOOK_MS` fill it."""
LOOK_MS = 20_000
"""A focal look that takes longer is missed: what is seen then is no first glance any more."""
DEALT = 6


def draw(seed: int | str, *names: object) -> int:
    """A number from 0 up to 2**64, each as likely as another, that (seed, names) decide."""
    said = "\n".join(map(str, (seed, *names)))
    return int.from_bytes(sha256(said.encode()).digest()[:8], "big")


def shuffled(students: Iterable[str], seed: int) -> tuple[str, ...]:
    """The students in the random order of this seed, whatever order they come in."""
    return tuple(sorted(students, key=lambda who: (draw(seed, who), who)))


def least_seen(students: Sequence[str], observations: Iterable[Observation]) -> tuple[str, ...]:
    """Fewest observations in person first; of those with as many, the one unseen longest; then by seat.

    `students` in seat order; observations by any method, in any channel, as coverage counts them.
    """
    n = dict.fromkeys(students, 0)
    last = dict.fromkeys(students, 0)
    for o in observations:
        if o.student in n:
            n[o.student] += 1
            last[o.student] = max(last[o.student], o.at)
    return tuple(sorted(students, key=lambda who: (n[who], last[who])))  # a sort keeps the seats of equals


def ordered(
    order: str, students: Sequence[str], observations: Iterable[Observation] = (), seed: int | None = None
) -> tuple[str, ...]:
    """`students` (in seat order) as a pass of this order goes over them. `seed` is for the random one."""
    if order == "random":
        return shuffled(students, seed or 0)
    return tuple(students) if order == "seat" else least_seen(students, observations)


def cues(seed: int | str, n: int, length_ms: int) -> tuple[int, ...]:
    """`n` moments of a visit of `length_ms`, in ms from its start: one drawn in each of n equal parts.

    Every moment of the visit is as likely as another, and no part of it goes without.
    """
    return tuple((i * 2**64 + draw(seed, "cue", i)) * length_ms // (n * 2**64) for i in range(n))


def answered(shown: Iterable[int], begun: Iterable[int]) -> int:
    """How many of the cues, shown at these times (ms), were followed by the beginning of a pass within `CUE_MS`."""
    starts = tuple(begun)
    return sum(any(at <= start <= at + CUE_MS for start in starts) for at in shown)


def deal(
    students: Sequence[str],
    before: Iterable[Sequence[str]],
    seed: int,
    identified: Collection[str],
    size: int = DEALT,
) -> tuple[str, ...]:
    """The next `size` students for focal looks, fewer where fewer are here. `before`: the earlier deals.

    Identified students and the others take turns while there are both, so that both are looked at in the same minutes;
    the seed says which begin the first deal, and the next begins the other way about. Of each of the two, who was dealt
    least often comes first, and among those the seed decides: everybody comes once before anybody of the same comes
    twice, also when some go and others come.
    """
    times = dict.fromkeys(students, 0)
    deals = list(before)
    for dealt in deals:
        for who in dealt:
            if who in times:
                times[who] += 1
    queue = sorted(students, key=lambda who: (times[who], draw(seed, "deal", times[who], who), who))
    first, second = ([who for who in queue if (who in identified) is known] for known in (True, False))
    if (draw(seed, "begin") + len(deals)) % 2:
        first, second = second, first
    turns = [who for pair in zip_longest(first, second) for who in pair if who is not None]
    return tuple(turns[:size])
