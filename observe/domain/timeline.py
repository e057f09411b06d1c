"""Time inside a visit: what pauses leave of it, the bouts of states and toggles, and what is on at a moment.

A visit's `active time` runs from 0 at its start to its length without pauses; every duration is
taken there, so a pause is left out of states, gaps and rates by construction. All in milliseconds.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from observe.domain.frozen import dataclass
from observe.domain.model import Observation, Pause, VisitLog

Place = tuple[int, int, int, str, int]
"""(at, *order) of an observation: where it stands among all of its visit."""


@dataclass(frozen=True, slots=True)
class Bout:
    """A stretch of active time in which `code` was on."""

    code: str
    start: int
    end: int
    with_whom: tuple[str, ...] = ()


class ActiveTime:
    """Maps moments to active time. Moments outside of the visit count as its nearest edge."""

    def __init__(self, start: int, end: int, pauses: Iterable[Pause] = ()) -> None:
        self.start, self.end = start, max(start, end)
        self._edges = [self.start]  # where active stretches begin
        self._active = [0]  # active time at that edge
        self._stops = []  # where they end
        for pause_start, pause_end in _union(pauses, self.start, self.end):
            self._stops.append(pause_start)
            self._active.append(self._active[-1] + pause_start - self._edges[-1])
            self._edges.append(pause_end)
        self._stops.append(self.end)
        self.length = self._active[-1] + self._stops[-1] - self._edges[-1]
        self.paused = self.end - self.start - self.length

    def __call__(self, moment: int) -> int:
        moment = min(max(moment, self.start), self.end)
        i = bisect_right(self._edges, moment) - 1
        return self._active[i] + min(moment, self._stops[i]) - self._edges[i]


def _union(pauses: Iterable[Pause], start: int, end: int) -> list[tuple[int, int]]:
    """Pauses clipped to the visit, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    clipped = ((max(p.start, start), end if p.end is None else min(p.end, end)) for p in pauses)
    for low, high in sorted(clipped):
        if high <= low:
            continue
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _join(bouts: Iterable[Bout]) -> list[Bout]:
    """Without those of zero length; neighbours of the same code are one bout, whoever it was with."""
    joined: list[Bout] = []
    for bout in bouts:
        if bout.end <= bout.start:
            continue
        if joined and joined[-1].code == bout.code and joined[-1].end == bout.start:
            joined[-1] = Bout(bout.code, joined[-1].start, bout.end)
        else:
            joined.append(bout)
    return joined


def stretches(observations: Sequence[Observation], active: ActiveTime) -> list[Bout]:
    """A state channel's stretches with whom, one an observation, zero-length ones left out.

    `observations` are the channel's, ordered by (at, order); the last one lasts to the end.
    """
    edges = [(active(o.at), o) for o in observations]
    ends = [*[at for at, _ in edges[1:]], active.length]
    return [
        Bout(o.code, at, end, o.with_whom)
        for (at, o), end in zip(edges, ends, strict=False)
        if o.code is not None and end > at
    ]


def state_bouts(observations: Sequence[Observation], active: ActiveTime) -> list[Bout]:
    """A state channel's bouts: starting one code ends the other, code None ends it."""
    return _join(stretches(observations, active))


def toggle_bouts(observations: Sequence[Observation], active: ActiveTime) -> list[Bout]:
    """A toggle channel's bouts, code by code in order of the code's name; any number may be on at once."""
    bouts: list[Bout] = []
    for code in sorted({o.code for o in observations if o.code is not None}):
        switches = [(active(o.at), bool(o.on)) for o in observations if o.code == code] + [(active.length, False)]
        bouts += _join(Bout(code, at, end) for (at, on), (end, _) in pairwise(switches) if on)
    return bouts


def on_at(log: VisitLog, moments: Iterable[int]) -> Iterator[tuple[dict[str, str | None], dict[str, set[str]]]]:
    """What is on at each of these moments (ms since 1970), which come in order of time: of each state channel its code
    or None, of each toggle channel its codes. What was logged at that very millisecond counts.
    """
    kinds = {channel.name: channel.kind for channel in log.protocol.channels}
    states: dict[str, str | None] = {name: None for name, kind in kinds.items() if kind == "state"}
    toggles: dict[str, set[str]] = {name: set() for name, kind in kinds.items() if kind == "toggle"}
    coming = iter(log.observations)
    o = next(coming, None)
    for moment in moments:
        while o is not None and o.at <= moment:
            if o.channel in states:
                states[o.channel] = o.code
            elif o.channel in toggles and o.code is not None:
                (toggles[o.channel].add if o.on else toggles[o.channel].discard)(o.code)
            o = next(coming, None)
        yield dict(states), {name: set(codes) for name, codes in toggles.items()}


def longest_gap(moments: Iterable[int], active: ActiveTime) -> int:
    """The longest active time between the visit's start, the moments, and its end."""
    edges = [0, *sorted(active(moment) for moment in moments), active.length]
    return max(after - before for before, after in pairwise(edges))
